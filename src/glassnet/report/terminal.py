"""What a run looks like in a terminal: its results as tables, the confusion matrix in colors, mistakes as pictures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from glassnet.common.arrays import AnyArray
from glassnet.common.specs import join_names, spec_dict
from glassnet.data.arrays import is_array_file
from glassnet.data.images.transforms import Frame, ImageFrame
from glassnet.data.tables.encoder import MISSING, TableEncoder
from glassnet.model import Model
from glassnet.recipes.recipe import Recipe
from glassnet.report.findings import Findings, mixed_up, rounded
from glassnet.report.png import Shades, is_image_shape
from glassnet.report.unicode_plots import side_by_side
from glassnet.runs.run import Run

MOST_IMAGES = 12

PARTS = {"train": "train", "valid": "validation", "test": "test", "all": "all rows:"}

MOST_CLASSES, MOST_PAIRS = 30, 10
"""Of more classes than that, no matrix is shown but the pairs that are mixed up most."""

FEW_LEVELS = 6
"""So many levels of a category are named."""


def headline(recipe: Recipe, model: Model) -> str:
    """Return a run in one line: its name, the network's widths, how many there are, and the optimizer."""
    network, count = model.networks[0], len(model.networks)
    optimizer = spec_dict(recipe.optimizer)["name"]
    several = f"{count} × " if count > 1 else ""
    return f"{recipe.name}: {several}{'-'.join(map(str, widths(network)))}, {optimizer}"


def widths(network: Any) -> list[int]:
    """Return how many numbers a row is from layer to layer, as networks are named: [64, 800, 10]."""
    pairs = zip(network.layers, network.widths[1:], strict=True)
    return [network.inputs] + [width for layer, width in pairs if layer.kind in ("dense", "embedding")]


def about_target(run: Run) -> str | None:
    """Return in one line what a model of one's own data predicts from what, and how to have it otherwise.

    None for data that leave no doubt: those that come with glassnet, and pictures.
    """
    target, columns = run.recipe.options.get("target"), run.model.columns
    is_array = is_array_file(run.recipe.source) and run.parts["train"].image_shape is None
    if columns is None and not is_array:
        return None
    names, numbers = run.model.class_names, run.model.features if columns is None else columns.numbers
    is_told, y = "task" in run.recipe.options, run.parts["train"].y
    several = f"{y.shape[1]} numbers" if y.ndim == 2 else "a number"
    what = several if names is None else f"{len(names)} classes"
    if names is None and not is_told and y.ndim == 1 and (y == np.floor(y)).all():
        what += " (if its values are names: --task classification)"
    if names is not None and not is_told and all(map(_is_number, names)):
        what += " (if they are quantities: --task regression)"
    width = numbers if columns is None else len(columns.all)
    counts = {"of numbers": numbers, "of categories": width - numbers}
    origin = " and ".join(f"{count} {kind}" for kind, count in counts.items() if count)
    return f"{target or 'y'}: {what}, from {width} column{'s' * (width != 1)}, {origin}"


def _is_number(text: str) -> bool:
    return text.removeprefix("-").isdecimal()


def columns_of(columns: TableEncoder) -> RenderableType:
    """Return a table's columns as a model knows them: numbers with what fills a gap, categories with their levels."""
    table = Table(box=box.ROUNDED)
    for heading in ("column", "holds", "a gap becomes"):
        table.add_column(heading, overflow="fold")
    for i, column in enumerate(columns.all):
        name = Text(str(i) if column.name is None else column.name)
        if column.levels is None:
            table.add_row(name, "numbers", Text(f"{column.fill:.4g}, and a mark" if column.has_gaps else ""))
            continue
        known = [str(level) for level in column.levels if level is not MISSING]
        table.add_row(name, Text(join_names(known, FEW_LEVELS)), "a category" if column.has_gaps else "")
    return table


def results(title: str, metrics: dict[str, Any]) -> RenderableType:
    """Return the numbers of metrics.json that people ask for first, beside what a constant prediction gets."""
    table = Table(box=box.ROUNDED, show_header=False)
    table.add_column(style="dim")
    table.add_column(justify="right")
    for key, part in PARTS.items():
        name = f"{metrics['folds']}-fold {part}" if key == "valid" and metrics.get("folds") else part
        shown = f"{name} " + ("accuracy" if f"{key}_accuracy" in metrics else "RMSE")
        value = metrics.get(f"{key}_accuracy", metrics.get(f"{key}_rmse"))
        if value is not None:
            style = "bold green" if key == "test" else ""
            table.add_row(shown, Text(_number(value, "accuracy" in shown), style=style))
        if (ends := metrics.get(f"{key}_{'accuracy' if 'accuracy' in shown else 'rmse'}_interval")) is not None:
            low, high = (_number(end, "accuracy" in shown) for end in ends)
            table.add_row("  95 % interval", f"{low.removesuffix(' %')} to {high}")
        if (r2 := metrics.get(f"{key}_r2")) is not None:
            table.add_row(f"{name} R²", f"{r2:.4f}")
    if metrics.get("majority_baseline") is not None:
        table.add_row("baseline: most common class", _number(metrics["majority_baseline"], True))
    if metrics.get("baseline_rmse") is not None:
        table.add_row("baseline: RMSE of the mean", _number(metrics["baseline_rmse"], False))
    if (parameters := metrics.get("parameters")) is not None:
        table.add_row("parameters", f"{parameters:,}")
    if (epochs := metrics.get("epochs")) is not None:
        kept = metrics.get("best_epoch", epochs)
        table.add_row("epochs", f"{epochs}" + (f" (kept: {kept})" if kept != epochs else ""))
    if (seconds := metrics.get("seconds")) is not None:
        table.add_row("seconds", f"{seconds:.2f}")
    return Group(Text(title, "bold"), table)


def _number(value: float, is_share: bool) -> str:
    return f"{100 * value:.2f} %" if is_share else rounded(value)


def confusion(counts: AnyArray, classes: list[str], part: str = "test") -> Text:
    """Return the confusion matrix: rows are true classes, columns what was predicted; mistakes stand out in red.

    It is text and not a table, since a table drops columns where the terminal is narrow; print it with soft_wrap.
    """
    where = "all rows" if part == "all" else f"{PARTS[part]} part"
    if len(classes) > MOST_CLASSES:
        return _mixed_up(counts, classes, where)
    text = Text(f"\nconfusion matrix, {where} (row: true, column: predicted)\n\n", "bold")
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


def _mixed_up(counts: AnyArray, classes: list[str], where: str) -> Text:
    """Return the classes that are taken for each other most, where a matrix would be too large to be read."""
    text = Text(f"\ntaken for each other most, {where} (true → predicted, of so many rows)\n\n", "bold")
    for true, said, count in mixed_up(counts)[:MOST_PAIRS]:
        text.append(f"  {classes[true]} → {classes[said]}: ", "not bold")
        text.append(f"{count}", "bold red").append(f" of {counts[true].sum()}\n", "not bold dim")
    return text.append(f"\n{_wrong(counts)}", "not bold dim")


def _wrong(counts: AnyArray) -> str:
    return f"{int(counts.sum() - np.trace(counts))} of {int(counts.sum())} wrong"


def _cell(count: int, is_right: bool, worst: int, width: int) -> Text:
    if count == 0 and not is_right:
        return Text("·".rjust(width), style="not bold dim")
    style = "bold green" if is_right else "bold red" if count > worst / 2 else "not bold red"
    return Text(str(count).rjust(width), style=style)


def mistakes(run: Run, width: int) -> Text:
    """Return the worst mistakes on the rows the run was measured on as small pictures, as many as fit side by side.

    An empty text where there is none to be shown.
    """
    found = Findings(run)
    part = found.rows_of_part
    if not found.has_classes or part is None or not is_image_shape(part.image_shape):
        return Text()
    assert part.image_shape is not None
    worst = found.hardest[: MOST_IMAGES + 1]
    worst = worst[~found.is_right[worst]][:MOST_IMAGES]
    shades = Shades.of(part)
    pictures = [shades.bytes(part.X[i], part.image_shape) for i in worst]
    captions = [
        Text.assemble(
            found.classes[part.y[i]], (" → ", "dim"), (found.classes[found.answers[i]], "bold red"),
            (f" {100 * found.sure[i]:.0f} %", "dim"),
        )
        for i in worst
    ]  # fmt: skip
    drawn = side_by_side(pictures, captions, width)
    if not drawn.plain:
        return Text()
    return (
        Text("\nthe worst mistakes (true → predicted, and how sure it was)\n\n", "bold").append_text(drawn).append("\n")
    )


def as_seen(rows: AnyArray, frame: Frame, said: Sequence[str], width: int) -> Text:
    """Return pictures as a model sees them, (n, features), each above what it said, as many as fit side by side."""
    shades = Shades(*sorted((frame.low, frame.high))) if isinstance(frame, ImageFrame) else Shades(0, 255)
    few = rows[:MOST_IMAGES]
    pictures = [shades.bytes(row, frame.image_shape) for row in few]
    drawn = side_by_side(pictures, [Text(name, "bold green") for name in said[: len(few)]], width)
    return Text("\nas the network sees them\n\n", "bold").append_text(drawn) if drawn.plain else Text()
