"""A run in the terminal: results as tables, the confusion matrix in colors, misclassified images."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from glassnet.common.arrays import AnyArray
from glassnet.common.numbers import rounded
from glassnet.common.specs import join_names, spec_dict
from glassnet.data.arrays import is_array_file
from glassnet.data.images.transforms import DrawingTransform, ImageTransform
from glassnet.data.splits import SETS
from glassnet.data.tables.column_encoder import ColumnEncoder
from glassnet.data.tables.columns import MISSING
from glassnet.data.tables.encoder import TableEncoder
from glassnet.diagnostics import Finding
from glassnet.model import Model
from glassnet.report.evaluation import Evaluation, confused_pairs, scores_of
from glassnet.report.folds import held_out_name
from glassnet.report.png import PixelRange, is_image_shape
from glassnet.report.unicode_plots import side_by_side

if TYPE_CHECKING:
    from glassnet.recipes.recipe import Recipe
    from glassnet.runs.run import Run

MOST_IMAGES = 12

PARTS = {"train": "train", "valid": "validation", "test": "test", "all": "overall"}

MOST_CLASSES, MOST_PAIRS = 30, 10
"""With more classes than MOST_CLASSES, the most frequently confused pairs are printed instead of the matrix."""

MOST_FINDINGS = 8

MARKS = {"error": ("✗", "bold red"), "warning": ("!", "bold yellow"), "info": ("i", "bold cyan")}
"""Mark of a finding, and its style, by severity."""

SCORES_WIDTH = 80
"""The width of a terminal in which the metrics of classes stand side by side."""

FEW_LEVELS = 6
"""Maximum number of categories that are listed."""


def headline(recipe: Recipe, model: Model) -> str:
    """Return a run in one line: name, number of networks and their layer widths, optimizer; or quality."""
    network, count = model.networks[0], len(model.networks)
    if recipe.quality is not None:
        return f"{recipe.name}: {ensemble_text(count, recipe.quality)}"
    optimizer = spec_dict(recipe.optimizer)["name"]
    times = f"{count} × " if count > 1 else ""
    return f"{recipe.name}: {times}{'-'.join(map(str, widths(network)))}, {optimizer}"


def ensemble_text(networks: int, quality: str) -> str:
    """Return a portfolio in a few words.

    >>> ensemble_text(15, "good")
    'ensemble of 15 networks, quality good'
    """
    return (f"ensemble of {networks} networks" if networks > 1 else "1 network") + f", quality {quality}"


def widths(network: Any) -> list[int]:
    """Return the layer widths of a network, inputs first: [64, 800, 10]."""
    shown = (one for one in network.placed if one.layer.kind in ("dense", "embedding") and one.added is None)
    return [network.inputs, *(one.outputs for one in shown)]


def about_target(run: Run) -> str | None:
    """Return the task inferred from the target, with the option that overrides it, and the kinds of features.

    None for built-in data and images, where nothing is inferred.
    """
    target, columns = run.recipe.options.get("target"), run.model.columns
    is_array = is_array_file(run.recipe.source) and run.parts["train"].image_shape is None
    if columns is None and not is_array:
        return None
    names, numbers = run.model.class_names, run.model.features
    is_given, y = "task" in run.recipe.options, run.parts["train"].y
    task = f"classification with {len(names)} classes" if names is not None else "regression"
    if y.ndim == 2:
        task += f" with {y.shape[1]} targets"
    if names is None and not is_given and y.ndim == 1 and (y == np.floor(y)).all():
        task += " (override: --task classification)"
    if names is not None and not is_given and all(map(_is_number, names)):
        task += " (override: --task regression)"
    kinds = Counter(["numeric"] * numbers if columns is None else map(_kind, columns.all))
    counts = [
        f"{kinds[kind]} {kind}" for kind in ("numeric", "categorical", "date", "constant (left out)") if kinds[kind]
    ]
    features = " and ".join(counts) if len(counts) < 3 else f"{', '.join(counts[:-1])}, and {counts[-1]}"
    return f"Target {target or 'y'}: {task}\nFeatures: {features}"


def _kind(column: ColumnEncoder) -> str:
    if not column.width:
        return "constant (left out)"
    return "categorical" if column.levels is not None else "date" if column.date_parts else "numeric"


def about_split(run: Run) -> str | None:
    """Return how rows were split by group or time, with the groups or the times of each part; None if at random.

    A run without its data is described by its recipe.
    """
    option = next((name for name in ("group", "time") if name in run.recipe.options), None)
    groups = {PARTS[name]: part.groups for name, part in run.parts.items() if part.groups is not None}
    times = {PARTS[name]: part.times for name, part in run.parts.items() if part.times is not None}
    found = ""
    if groups:
        option = "group"
        found = f": groups {', '.join(f'{len(np.unique(values)):,} {name}' for name, values in groups.items())}"
    elif times:
        option = "time"
        ends = [f"{name} {_time(values.min())} to {_time(values.max())}" for name, values in times.items()]
        found = f": {', '.join(ends)}"
    if option is None:
        return None
    column = run.recipe.options.get(option)
    return f"by {option}" + (f" {column!r}" if column else "") + found


def _time(time: Any) -> str:
    if not isinstance(time, np.datetime64):
        return f"{time:g}"
    return str(time.astype("datetime64[s]")).removesuffix("T00:00:00")


def _is_number(text: str) -> bool:
    return text.removeprefix("-").isdecimal()


def column_table(columns: TableEncoder) -> RenderableType:
    """Return the columns of a table as the model encodes them: kind, categories, and treatment of missing values."""
    table = Table(box=box.ROUNDED)
    for heading in ("column", "values", "missing values become"):
        table.add_column(heading, overflow="fold")
    for i, column in enumerate(columns.all):
        name = Text(str(i) if column.name is None else column.name)
        if not column.width:
            table.add_row(name, "constant in training, left out", "")
            continue
        if column.levels is None:
            fill = str(np.datetime64(int(column.fill), "s")) if column.date_parts else f"{column.fill:.4g}"
            filled = f"{fill}, with indicator" if column.has_missing else ""
            table.add_row(
                name, f"date: {', '.join(column.date_parts)}" if column.date_parts else "numeric", Text(filled)
            )
            continue
        known = [str(level) for level in column.levels if level is not MISSING]
        own = "no category" if column.encoding.zero_missing else "own category"
        table.add_row(name, Text(join_names(known, FEW_LEVELS)), own if column.has_missing else "")
    return table


def results(title: str, metrics: dict[str, Any]) -> RenderableType:
    """Return the main metrics as a table, with the baseline of a constant prediction."""
    table = Table(box=box.ROUNDED, show_header=False)
    table.add_column(style="dim")
    table.add_column(justify="right")
    for key, part in PARTS.items():
        name = held_out_name(metrics) if key == "valid" and metrics.get("folds") else part
        label = f"{name} " + ("accuracy" if f"{key}_accuracy" in metrics else "RMSE")
        value = metrics.get(f"{key}_accuracy", metrics.get(f"{key}_rmse"))
        if value is not None:
            style = "bold green" if key == "test" else ""
            table.add_row(label, Text(_number(value, "accuracy" in label), style=style))
        if (ends := metrics.get(f"{key}_{'accuracy' if 'accuracy' in label else 'rmse'}_interval")) is not None:
            low, high = (_number(end, "accuracy" in label) for end in ends)
            table.add_row("  95% interval", f"{low} to {high}")
        if (r2 := metrics.get(f"{key}_r2")) is not None:
            table.add_row(f"{name} R²", f"{r2:.4f}")
    if metrics.get("majority_baseline") is not None:
        table.add_row("baseline (most frequent class)", _number(metrics["majority_baseline"], True))
    if metrics.get("baseline_rmse") is not None:
        table.add_row("baseline RMSE (mean)", _number(metrics["baseline_rmse"], False))
    if (threshold := metrics.get("threshold", 0.5)) != 0.5:
        table.add_row("decision threshold", Text(f"{threshold:.4g} for {metrics['positive_class']}"))
    if (parameters := metrics.get("parameters")) is not None:
        table.add_row("parameters", f"{parameters:,}")
    if (epochs := metrics.get("epochs")) is not None and not metrics.get("settings"):
        best = metrics.get("best_epoch", epochs)
        table.add_row("epochs", f"{epochs}" + (f" (best: {best})" if best != epochs else ""))
    if (seconds := metrics.get("seconds")) is not None:
        table.add_row("training time", f"{seconds:.2f} s")
    return Group(Text(title, "bold"), table)


def score_table(metrics: dict[str, Any], part: str, width: int) -> RenderableType | None:
    """Return the metrics of classes beside accuracy and their baselines; None if there are none.

    They are two lines, or where the terminal is narrow, two columns.
    """
    found = scores_of(metrics, part)
    if not found:
        return None
    lines = [
        ["", *(name for name, _, _ in found)],
        [PARTS[part], *(f"{value:.4f}" for _, value, _ in found)],
        ["baseline", *(f"{bar:.4f}" for _, _, bar in found)],
    ]
    if width < SCORES_WIDTH:
        lines = [list(row) for row in zip(*lines, strict=True)]
    grid = Table.grid(padding=(0, 2))
    for i, _ in enumerate(lines[0]):
        grid.add_column(justify="right" if i else "left")
    for i, line in enumerate(lines):
        grid.add_row(*(Text(text, "dim" if i == 0 or j == 0 else "") for j, text in enumerate(line)))
    positive = metrics.get("positive_class")
    note = [] if positive is None else [Text(f"PR AUC and F1 of the positive class, {positive}", "dim")]
    return Group(Text(), grid, *note)


def findings_block(found: Sequence[Finding], most: int = MOST_FINDINGS) -> RenderableType:
    """Return findings, one paragraph each, marked by severity."""
    grid = Table.grid(padding=(0, 1))
    for one in found[:most]:
        grid.add_row(Text(*MARKS[one.severity]), Text.assemble((one.message, "bold"), f" {one.advice}"))
    if len(found) > most:
        grid.add_row("", Text(f"and {len(found) - most:,} more: glassnet doctor shows all", "dim"))
    return Group(Text("\nFindings", "bold"), grid)


def _number(value: float, is_share: bool) -> str:
    return f"{100 * value:.2f}%" if is_share else rounded(value)


def confusion(counts: AnyArray, classes: list[str], part: str = "test") -> Text:
    """Return the confusion matrix: true classes by row, predicted classes by column, errors in red.

    It is text, not a table, since a table drops columns on a narrow terminal; print it with soft_wrap.
    """
    where = SETS[part]
    if len(classes) > MOST_CLASSES:
        return _pairs(counts, classes, where)
    text = Text(f"\nConfusion matrix, {where} (rows: true, columns: predicted)\n\n", "bold")
    first = max(len("true"), *map(len, classes))
    widths = [max(len(name), len(str(counts[:, j].max()))) for j, name in enumerate(classes)]
    head = "  ".join(name.rjust(width) for name, width in zip(classes, widths, strict=True))
    text.append(f"  {'true'.ljust(first)}   {head}\n", "bold")
    text.append(f"  {'─' * (first + 3 + len(head))}\n", "not bold dim")
    worst = max(1, int((counts - np.diag(np.diag(counts))).max()))
    for i, row in enumerate(counts.tolist()):
        text.append(f"  {classes[i].ljust(first)} ", "bold")
        for j, count in enumerate(row):
            text.append("  ").append_text(_cell(count, i == j, worst, widths[j]))
        text.append("\n")
    text.append(f"\n{_wrong(counts)}", "not bold dim")
    return text


def _pairs(counts: AnyArray, classes: list[str], where: str) -> Text:
    """Return the most frequently confused pairs of classes, if a matrix would be too large."""
    text = Text(f"\nMost confused classes, {where} (true → predicted: rows)\n\n", "bold")
    for true, predicted, count in confused_pairs(counts)[:MOST_PAIRS]:
        text.append(f"  {classes[true]} → {classes[predicted]}: ", "not bold")
        text.append(f"{count}", "bold red").append(f" of {counts[true].sum()}\n", "not bold dim")
    return text.append(f"\n{_wrong(counts)}", "not bold dim")


def _wrong(counts: AnyArray) -> str:
    return f"{int(counts.sum() - np.trace(counts))} of {int(counts.sum())} rows misclassified"


def _cell(count: int, is_correct: bool, worst: int, width: int) -> Text:
    if count == 0 and not is_correct:
        return Text("·".rjust(width), style="not bold dim")
    style = "bold green" if is_correct else "bold red" if count > worst / 2 else "not bold red"
    return Text(str(count).rjust(width), style=style)


def mistakes(run: Run, width: int) -> Text:
    """Return the worst misclassified images, as many as fit side by side; empty text if there are none."""
    found = Evaluation(run)
    part = found.part_data
    if not found.has_classes or part is None or not is_image_shape(part.image_shape):
        return Text()
    assert part.image_shape is not None
    worst = found.hardest[: MOST_IMAGES + 1]
    worst = worst[~found.is_correct[worst]][:MOST_IMAGES]
    pixels = PixelRange.of(part)
    images = [pixels.bytes(part.X[i], part.image_shape) for i in worst]
    captions = [
        Text.assemble(
            found.classes[part.y[i]], (" → ", "dim"), (found.classes[found.predictions[i]], "bold red"),
            (f" {100 * found.confidence[i]:.0f}%", "dim"),
        )
        for i in worst
    ]  # fmt: skip
    drawn = side_by_side(images, captions, width)
    if not drawn.plain:
        return Text()
    return Text("\nMisclassified images (true → predicted, confidence)\n\n", "bold").append_text(drawn).append("\n")


def network_inputs(rows: AnyArray, transform: ImageTransform, predicted: Sequence[str], width: int) -> Text:
    """Return images as the network receives them, rows (n, features), with their predictions, side by side."""
    pixels = (
        PixelRange(*sorted((transform.low, transform.high)))
        if isinstance(transform, DrawingTransform)
        else PixelRange(0, 255)
    )
    few = rows[:MOST_IMAGES]
    images = [pixels.bytes(row, transform.image_shape) for row in few]
    drawn = side_by_side(images, [Text(name, "bold green") for name in predicted[: len(few)]], width)
    return Text("\nInputs of the network\n\n", "bold").append_text(drawn) if drawn.plain else Text()
