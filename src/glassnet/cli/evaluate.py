"""`glassnet evaluate`: metrics of a saved model on data, by training, validation, and test set for its own data."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from glassnet.cli.options import (
    Dayfirst,
    Decimal,
    Format,
    HasHeader,
    NaValue,
    Sheet,
    SkipFooter,
    SkipLines,
    Thousands,
    Unseen,
)

if TYPE_CHECKING:
    from glassnet.data.dataset import Dataset
    from glassnet.model import Model
    from glassnet.runs.prediction_inputs import ReadOptions


def evaluate(
    model: Annotated[Path, typer.Argument(help="Model file, or run folder.")],
    source: Annotated[
        str,
        typer.Argument(
            help="Built-in data set (digits, iris, ...), file (.csv, .parquet, .npz, .npy, IDX), or folder of images."
        ),
    ],
    target: Annotated[
        str | None, typer.Option(help="Column of a table with the true values (default: the target of the model).")
    ] = None,
    skip_invalid: Annotated[
        bool,
        typer.Option(
            "--skip-invalid", help="Skip and list invalid files of a folder and rows of a table instead of failing."
        ),
    ] = False,
    drop: Annotated[list[str] | None, typer.Option(help="Column of a table to ignore; may be repeated.")] = None,
    na_value: NaValue = None,
    unseen: Unseen = None,
    decimal: Decimal = None,
    thousands: Thousands = None,
    dayfirst: Dayfirst = None,
    header: HasHeader = None,
    skip_lines: SkipLines = None,
    skip_footer: SkipFooter = None,
    format: Format = None,  # noqa: A002 - as --format
    sheet: Sheet = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON to stdout and nothing else.")] = False,
) -> int:
    """Evaluate a model. On its original training data, each of the training, validation, and test sets is evaluated."""
    import numpy as np

    from glassnet.data.tables.file_formats import label_of
    from glassnet.recipes.recipe import recipe_from_spec
    from glassnet.runs.evaluate import compute_metrics
    from glassnet.runs.prediction_inputs import ReadOptions, load_for_inputs, with_advice

    loaded = load_for_inputs(
        model,
        unseen,
        decimal=decimal,
        thousands=thousands,
        dayfirst=dayfirst,
        header=header,
        skip_lines=skip_lines,
    )
    parts = parts_of(
        loaded, source, target, ReadOptions(drop or (), na_value or (), skip_invalid, format, sheet, skip_footer)
    )
    loss = None if loaded.recipe is None else recipe_from_spec(loaded.recipe).loss
    try:
        measured = {"source": source} | compute_metrics(loaded, parts, loss)
    except ValueError as error:
        raise ValueError(f"{label_of(source)}: {with_advice(error)}") from None
    if as_json:
        print(json.dumps(measured, indent=2))
        return 0

    from rich.text import Text

    from glassnet.cli.terminal import Console
    from glassnet.report.terminal import confusion, results, score_table

    console = Console()
    console.print(results(f"{model} on {label_of(source)}", measured))
    if (scores := score_table(measured, list(parts)[-1], console.width)) is not None:
        console.print(scores)
    if measured["confusion_matrix"] is not None:
        counts = np.array(measured["confusion_matrix"])
        console.print(confusion(counts, measured["classes"], list(parts)[-1]), soft_wrap=True)
    if "all" in parts:
        console.print(Text("This includes rows that the model may have been trained on.", "dim"))
    return 0


def parts_of(model: Model, source: str, target: str | None, options: ReadOptions) -> dict[str, Dataset]:
    """Return the data by split: as in training for the model's training data, else all rows as "all"."""
    from glassnet.common.user_warnings import warn
    from glassnet.runs.prediction_inputs import recipe_of
    from glassnet.runs.run import is_training_data, load_parts

    recipe = recipe_of(model)
    parts = None
    if recipe is not None and source.rstrip("/") == recipe.source.rstrip("/"):
        own = recipe.options
        if own.get("skip_invalid") is True:
            options = dataclasses.replace(options, skip_invalid=True)
        if options.skip_footer is None:
            options = dataclasses.replace(options, skip_footer=own.get("skip_footer"))
        given = {name: getattr(options, name) for name in ("skip_invalid", "format", "sheet", "skip_footer")}
        given = {name: value for name, value in given.items() if value is not None and value is not False}
        if target in (None, own.get("target")) and not options.drop and not options.na_value:
            parts = load_parts(dataclasses.replace(recipe, options={**own, **given}))
        if parts is not None and not is_training_data(model, parts):
            warn(f"{source} has changed since training, so all rows are evaluated together")
            parts = None
    parts = parts or {"all": _whole(model, source, target, options)}
    part = list(parts.values())[-1]
    if part.features != model.features:
        raise ValueError(f"{source} has {part.features} features, the model expects {model.features}")
    if part.class_names != model.class_names:
        found, expected = (_target_kind(names) for names in (part.class_names, model.class_names))
        raise ValueError(f"{source} has {found}, but the model was trained on {expected}")
    return parts


def _whole(model: Model, source: str, target: str | None, options: ReadOptions) -> Dataset:
    from glassnet.data.images.folders import read_folder_for_model
    from glassnet.data.sources import resolve
    from glassnet.runs.prediction_inputs import read_labeled

    found = resolve(source, {} if options.format is None else {"format": options.format})
    if found.kind == "folder" and model.image_transform is None:
        raise ValueError(f"{source} is a folder of images, but the model was not trained on images")
    if found.kind == "folder" and model.image_transform is not None and model.class_names is not None:
        return read_folder_for_model(source, model.image_transform, model.class_names, options.skip_invalid)
    if found.kind == "table":
        return read_labeled(model, source, target, options)
    return found.load()


def _target_kind(names: Sequence[Any] | None) -> str:
    from glassnet.common.specs import join_names

    return "a numeric target" if names is None else f"the classes {join_names([str(name) for name in names])}"
