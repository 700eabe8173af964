"""Predictions as a table on the terminal, as JSON, and as a CSV file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from glassnet.common.arrays import AnyArray, Array
from glassnet.common.files import write_text
from glassnet.data.tables.table import Table as Rows
from glassnet.maths import metrics
from glassnet.model import Model
from glassnet.report.evaluation import rounded
from glassnet.runs.prediction_inputs import Inputs, recipe_of, target_of, with_advice

MOST_SHOWN, FIRST_SHOWN = 50, 20
"""With more than MOST_SHOWN predictions, the terminal gets the first FIRST_SHOWN."""

SHOWN_CLASSES = 3

ENDINGS = (".csv", ".json")

TRAINING_FILE_NOTE = ", including training rows; run glassnet evaluate for the test set"
"""Note on a score that includes training rows."""


@dataclass(frozen=True)
class Predictions:
    """The predictions for the rows of one file, or for some images.

    columns: by name, (n,) each: {"class": ...}, {"value": ...}, or one entry per target where there are several.
    probabilities: (n, classes), in the order of `class_names`; None for regression. is_training_file: whether the model
    was trained on this file.
    """

    inputs: Inputs
    columns: dict[str, AnyArray]
    probabilities: Array | None = None
    class_names: tuple[str, ...] = ()
    target: str | None = None
    is_training_file: bool = False

    @property
    def headings(self) -> list[str]:
        """The column headings in a table; a single column has the name of its target."""
        is_named = self.target is not None and self.target not in ("file", self.inputs.kind) and len(self.columns) == 1
        return [str(self.target)] if is_named else list(self.columns)

    def __len__(self) -> int:
        return len(self.inputs.labels)

    def score(self) -> str | None:
        """Return the accuracy or RMSE in one line; None if the file has no true values."""
        truth = self.inputs.truth
        if truth is None or len(self.columns) > 1:
            return None
        (name, predicted), rows = next(iter(self.columns.items())), f"{len(self)} row{'s' * (len(self) != 1)}"
        note = TRAINING_FILE_NOTE * self.is_training_file
        if name == "class":
            correct = int((predicted == truth).sum())
            return f"Accuracy on {self.inputs.file}: {100 * correct / len(self):.2f}% ({correct} of {rows}{note})"
        return f"RMSE on {self.inputs.file}: {rounded(float(metrics.rmse(truth, predicted)))} ({rows}{note})"

    def as_dict(self, row: int, with_file: bool = False) -> dict[str, Any]:
        """Return one prediction for JSON, with the probabilities of all classes, or of the top ones for an image."""
        entry: dict[str, Any] = {"file": self.inputs.file} if with_file and self.inputs.kind == "row" else {}
        entry[self.inputs.kind] = self.inputs.labels[row]
        entry |= {name: values[row].item() for name, values in self.columns.items()}
        if self.probabilities is not None:
            most = SHOWN_CLASSES if self.inputs.kind == "image" else None
            entry["probabilities"] = dict(self.most_probable(row, most))
        return entry

    def most_probable(self, row: int, most: int | None = SHOWN_CLASSES) -> list[tuple[str, float]]:
        """Return the most probable classes with their probabilities; most=None for all, in the order of the classes."""
        assert self.probabilities is not None
        shares = self.probabilities[row]
        order = range(len(shares)) if most is None else np.argsort(-shares, kind="stable")[:most].tolist()
        return [(self.class_names[i], float(shares[i])) for i in order]


def predict_inputs(model: Model, inputs: Inputs) -> Predictions:
    """Return the predictions for the inputs; raises ValueError, with the file name, for rows the model cannot read."""
    try:
        output = model.outputs(inputs.raw)
    except ValueError as error:
        raise ValueError(f"{inputs.file}: {with_advice(error)}" if inputs.kind == "row" else str(error)) from None
    predicted, target = model.names_of(output), target_of(model) if isinstance(inputs.raw, Rows) else None
    recipe = recipe_of(model)
    is_training_file = recipe is not None and recipe.source == inputs.file
    if predicted.ndim == 2:  # several targets
        names = model.class_names if model.class_names and isinstance(model.class_names[0], str) else None
        kind = "class" if model.class_names else "value"
        return Predictions(
            inputs, {names[i] if names else f"{kind} {i + 1}": column for i, column in enumerate(predicted.T)}
        )
    if model.class_names is None:
        return Predictions(inputs, {"value": predicted}, target=target, is_training_file=is_training_file)
    names = tuple(map(str, model.class_names))
    return Predictions(inputs, {"class": predicted}, model.probabilities_of(output), names, target, is_training_file)


def as_json(predictions: Sequence[Predictions]) -> str:
    """Return all predictions as a JSON list."""
    return json.dumps(
        [one.as_dict(row, len(predictions) > 1) for one in predictions for row in range(len(one))], indent=2
    )


def as_csv(predictions: Sequence[Predictions]) -> str:
    """Return all predictions as CSV: file, row, prediction, and the probability of every class, p(name)."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    first = predictions[0]
    shares = [f"p({name})" for name in first.class_names]
    writer.writerow([*["file"] * (len(predictions) > 1), first.inputs.kind, *first.headings, *shares])
    for one in predictions:
        for row in range(len(one)):
            values_of_row = [_number(values[row].item()) for values in one.columns.values()]
            probable = (
                [] if one.probabilities is None else [f"{share:.6g}" for share in one.probabilities[row].tolist()]
            )
            writer.writerow(
                [*[one.inputs.file] * (len(predictions) > 1), one.inputs.labels[row], *values_of_row, *probable]
            )
    return text.getvalue()


def write_predictions(path: Path, predictions: Sequence[Predictions]) -> None:
    """Write all predictions to a .csv or .json file, atomically."""
    write_text(path, as_csv(predictions) if path.suffix == ".csv" else f"{as_json(predictions)}\n")


def check_out(path: Path, inputs: Sequence[str | Path]) -> None:
    """Raise ValueError for an output file of an unknown type, or one that is also an input."""
    if path.suffix not in ENDINGS:
        raise ValueError(f"--out must name a file that ends in {' or '.join(ENDINGS)}, got {str(path)!r}")
    if any(path.resolve() == Path(one).resolve() for one in inputs):
        raise ValueError(f"--out names {path}, which is an input; choose another file")


def as_table(predictions: Predictions) -> RenderableType:
    """Return the predictions as a table for the terminal, truncated if there are many."""
    table = Table(box=box.ROUNDED)
    table.add_column(
        predictions.inputs.kind, overflow="fold", justify="right" if predictions.inputs.kind == "row" else "left"
    )
    for name, heading in zip(predictions.columns, predictions.headings, strict=True):
        table.add_column(Text(heading), style="bold green", justify="left" if name == "class" else "right")
    if predictions.probabilities is not None:
        table.add_column("probabilities")
    count = len(predictions) if len(predictions) <= MOST_SHOWN else FIRST_SHOWN
    for row in range(count):
        cells = [str(predictions.inputs.labels[row])]
        cells += [_short(values[row].item()) for values in predictions.columns.values()]
        if predictions.probabilities is not None:
            cells.append("   ".join(f"{name} {share:.1%}" for name, share in predictions.most_probable(row)))
        table.add_row(*map(Text, cells))
    below: list[RenderableType] = []
    if count < len(predictions):
        below.append(Text(f"… and {len(predictions) - count:,} more; use --out predictions.csv to save all", "dim"))
    if score := predictions.score():
        below.append(Text(score))
    return Group(table, *below)


def _number(value: Any) -> str:
    return f"{value:.8g}" if isinstance(value, float) else str(value)


def _short(value: Any) -> str:
    return rounded(value, 5) if isinstance(value, float) else str(value)
