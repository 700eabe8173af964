"""`glassnet train`: train a network by a recipe, print the results, and save them to a run folder."""

from __future__ import annotations

import dataclasses
import json
import os
import sys
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from glassnet.cli.options import (
    Categorical,
    Color,
    Data,
    Drop,
    ImageSize,
    Json,
    NaValue,
    Quiet,
    Seed,
    SkipInvalid,
    Source,
    Split,
    Target,
    Task,
    changed,
    named_folder,
    on_other_data,
    silence,
    source_options,
)
from glassnet.common.specs import spec_dict

if TYPE_CHECKING:
    from rich.console import Console

    from glassnet.recipes.recipe import Recipe
    from glassnet.runs.run import Run


def train(
    source: Source,
    data: Data = None,
    target: Target = None,
    task: Task = None,
    na_value: NaValue = None,
    drop: Drop = None,
    categorical: Categorical = None,
    hidden: Annotated[
        str | None, typer.Option(help="Units of each hidden layer, such as 128,64; 0 for no hidden layer.")
    ] = None,
    activation: Annotated[
        str | None, typer.Option(help="Activation of the hidden layers: relu, tanh, gelu, ...")
    ] = None,
    optimizer: Annotated[
        str | None, typer.Option(help="Optimizer: sgd, adam, adamw, rmsprop, lion, lbfgs, ...")
    ] = None,
    lr: Annotated[float | None, typer.Option(help="Learning rate.")] = None,
    weight_decay: Annotated[float | None, typer.Option(help="Weight decay coefficient of the optimizer.")] = None,
    dropout: Annotated[
        float | None,
        typer.Option(help="Dropout rate after each hidden layer, such as 0.3; 0 for none."),
    ] = None,
    batch_size: Annotated[int | None, typer.Option(help="Rows per optimizer step.")] = None,
    epochs: Annotated[int | None, typer.Option(help="Maximum number of epochs.")] = None,
    early_stopping: Annotated[
        bool | None,
        typer.Option(
            "--early-stopping/--no-early-stopping",
            help="Stop when the validation loss stops improving, and restore the best epoch.",
        ),
    ] = None,
    patience: Annotated[int | None, typer.Option(help="Epochs without improvement before early stopping.")] = None,
    class_weight: Annotated[
        str | None, typer.Option(help="balanced: weight classes inversely to their frequency.")
    ] = None,
    ensemble_size: Annotated[int | None, typer.Option(help="Number of networks to train and average.")] = None,
    folds: Annotated[
        int | None,
        typer.Option(help="Cross-validate the training set with this many folds first; --split is then train/test."),
    ] = None,
    seed: Seed = None,
    split: Split = None,
    image_size: ImageSize = None,
    color: Color = None,
    skip_invalid: SkipInvalid = False,
    augment: Annotated[
        str | None,
        typer.Option(
            help="Randomly distort the images in every epoch: shift=1,rotate=10,scale=0.1,shear=0.1,elastic=1."
        ),
    ] = None,
    engine: Annotated[str | None, typer.Option(help="Backend: compiled, numpy, or auto.")] = None,
    threads: Annotated[int | None, typer.Option(help="Maximum number of threads (default: automatic).")] = None,
    out: Annotated[Path | None, typer.Option(help="Run folder (default: runs/NAME).")] = None,
    report: Annotated[bool, typer.Option(help="Write report.html.")] = True,
    as_json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Train a network, evaluate it on a held-out test set, and save it. Options override the recipe."""
    from glassnet.common import checks
    from glassnet.recipes.recipe import load_recipe
    from glassnet.report.page import write_report
    from glassnet.runs.run import run_recipe
    from glassnet.runs.save import check_folder, write_run

    if threads is not None:
        # Not a word of the recipe: the numbers do not depend on it.
        os.environ["GLASSNET_THREADS"] = str(checks.whole_number("--threads", threads, at_least=1))
    recipe = override(
        on_other_data(load_recipe(source), source, data),
        hidden=hidden,
        activation=activation,
        optimizer=optimizer,
        dropout=dropout,
        of_optimizer={"learning_rate": lr, "weight_decay": weight_decay},
        batch_size=batch_size,
        epochs=epochs,
        early_stopping=early_stopping,
        patience=patience,
        class_weight=class_weight,
        ensemble_size=ensemble_size,
        folds=folds,
        augment=None if augment is None else _distortion(augment),
        seed=seed,
        split=split,
        engine=engine,
        options=source_options(target, task, na_value, drop, categorical, image_size, color, skip_invalid),
    )
    recipe, folder = named_folder(out, recipe, recipe.name)
    check_folder(folder, None if out else recipe)
    with warnings.catch_warnings(record=True) as said, silence(quiet):
        warnings.simplefilter("always")
        run = run_recipe(recipe, progress=False if quiet else None)
    if run.is_interrupted and not len(run.history):
        raise KeyboardInterrupt
    write_run(run, folder)
    if report:
        write_report(run, folder / "report.html")
    for warning in said:
        print(f"glassnet: {warning.message}", file=sys.stderr)
    if as_json:
        print(json.dumps(run.metrics | {"folder": str(folder)}, indent=2))
    elif not quiet:
        show(run, folder, report=report)
    return 1 if run.is_interrupted else 0


def override(
    recipe: Recipe,
    hidden: str | None,
    activation: str | None,
    dropout: float | None = None,
    of_optimizer: Mapping[str, float | None] | None = None,
    options: Mapping[str, Any] | None = None,
    **plain: Any,
) -> Recipe:
    """Return the recipe with the values given on the command line; None leaves a key as it is."""
    recipe = changed(recipe, dict(options or {}), **plain)
    changes: dict[str, Any] = {}
    if hidden is not None:
        units = [] if hidden.strip() == "0" else _units(hidden)
        own = next((layer["activation"] for layer in recipe.layers if "activation" in layer), "relu")
        changes["layers"] = tuple({"name": "dense", "units": count, "activation": own} for count in units)
    if activation is not None:
        layers = changes.get("layers", recipe.layers)
        changes["layers"] = tuple(
            {**layer, "activation": activation} if _takes_activation(layer) else layer for layer in layers
        )
    if dropout is not None:
        changes["layers"] = _with_dropout(changes.get("layers", recipe.layers), dropout)
    if plain.get("optimizer") == "lbfgs":
        changes["early_stopping"] = False  # it makes no epochs that could be watched
    if rates := {key: value for key, value in (of_optimizer or {}).items() if value is not None}:
        changes["optimizer"] = {**spec_dict(recipe.optimizer), **rates}
    return dataclasses.replace(recipe, **changes)


def _distortion(text: str) -> dict[str, Any]:
    """Parse an augmentation such as shift=1,rotate=10 into its spec."""
    words: dict[str, Any] = {"name": "distort"}
    for part in text.split(","):
        option, _, value = part.partition("=")
        try:
            words[option.strip()] = float(value)
        except ValueError:
            raise ValueError(f"--augment must be amounts such as shift=1,rotate=10, got {text!r}") from None
    return words


def _with_dropout(layers: Sequence[Any], rate: float) -> tuple[Any, ...]:
    """Return the layers with dropout of this rate after every activation, replacing any dropout they had."""
    result: list[Any] = []
    for layer in layers:
        words = spec_dict(layer)
        if words["name"] != "dropout":
            result.append(layer)
            if rate and ("activation" in words or words["name"] == "activation"):
                result.append({"name": "dropout", "rate": rate})
    return tuple(result)


def _takes_activation(layer: Any) -> bool:
    return not isinstance(layer, str) and layer["name"] in ("dense", "activation")


def _units(hidden: str) -> list[int]:
    counts = [text.strip() for text in hidden.split(",")]
    if not all(count.isdecimal() and int(count) > 0 for count in counts):
        raise ValueError(f"--hidden must be numbers of units such as 128,64, or 0 for no hidden layer; got {hidden!r}")
    return [int(count) for count in counts]


def show(run: Run, folder: Path, console: Console | None = None, report: bool = True) -> None:
    """Print the results as tables and, where the terminal supports it, as small images; to stdout by default."""
    import numpy as np
    from rich.console import Console
    from rich.text import Text

    from glassnet.report.terminal import about_target, confusion, headline, mistakes, results
    from glassnet.report.unicode_plots import loss_lines, shows_blocks, shows_pictures

    console = console or Console()
    if description := about_target(run):
        console.print(Text(description))
    console.print(results(headline(run.recipe, run.model), run.metrics))
    if shows_blocks(console) and len(run.history) > 1:
        console.print(loss_lines(run.history, console.width), soft_wrap=True)
    if run.metrics["confusion_matrix"] is not None:
        part = list(run.parts)[-1]
        counts = np.array(run.metrics["confusion_matrix"])
        console.print(confusion(counts, run.metrics["classes"], part), soft_wrap=True)
    if shows_pictures(console):
        console.print(mistakes(run, console.width), soft_wrap=True)
    if run.history.stop_reason in ("early stopping", "converged"):
        console.print(f"Stopped after epoch {len(run.history)} ({run.history.stop_reason})", style="dim")
    console.print(
        Text.assemble(
            "Saved to ", (str(folder), "bold"), ": model, recipe, history, metrics" + ", report.html" * report
        )
    )
