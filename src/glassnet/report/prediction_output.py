"""Predictions as a table on the terminal, as JSON, and as a CSV, JSON, or Parquet file."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from warnings import catch_warnings, simplefilter

import numpy as np
from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from glassnet.common import interrupts
from glassnet.common.arrays import AnyArray, Array
from glassnet.common.files import atomic_file
from glassnet.common.numbers import rounded
from glassnet.common.user_warnings import warn
from glassnet.data.tables.table import Table as Rows
from glassnet.maths import metrics
from glassnet.model import Model
from glassnet.runs.prediction_inputs import Inputs, recipe_of, target_of, with_advice

MOST_SHOWN, FIRST_SHOWN = 50, 20
"""With more than MOST_SHOWN predictions, the terminal gets the first FIRST_SHOWN."""

SHOWN_CLASSES = 3

ENDINGS = (".csv", ".json", ".parquet")

STANDARD_OUTPUT = Path("-")

TRAINING_FILE_NOTE = ", including training rows; run glassnet evaluate for the test set"
"""Note on a score that includes training rows."""


@dataclass(frozen=True)
class Predictions:
    """The predictions for the rows of one file, or for some images.

    columns: by name, (n,) each: {"class": ...}, {"value": ...}, or one entry per target where there are several.
    probabilities: (n, classes), in the order of `class_names`; None for regression. is_training_file: whether the model
    was trained on this file. decision: the decision threshold in words; "" if it is 0.5.
    """

    inputs: Inputs
    columns: dict[str, AnyArray]
    probabilities: Array | None = None
    class_names: tuple[str, ...] = ()
    target: str | None = None
    is_training_file: bool = False
    decision: str = ""

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
            return f"Accuracy on {self.inputs.name}: {100 * correct / len(self):.2f}% ({correct} of {rows}{note})"
        return f"RMSE on {self.inputs.name}: {rounded(float(metrics.rmse(truth, predicted)))} ({rows}{note})"

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
        with catch_warnings(record=True) as caught:
            simplefilter("always")
            output = model.outputs(inputs.raw)
    except ValueError as error:
        raise ValueError(f"{inputs.name}: {with_advice(error)}" if inputs.kind == "row" else str(error)) from None
    for one in caught:
        warn(f"{inputs.name}: {one.message}" if inputs.kind == "row" else str(one.message), one.category)
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
    decision = ""
    if model.threshold != 0.5:
        decision = f"{names[model.positive_class]} is predicted from a probability of {model.threshold:.1%} on"
    shares = model.probabilities_of(output)
    return Predictions(inputs, {"class": predicted}, shares, names, target, is_training_file, decision)


def as_json(predictions: Sequence[Predictions]) -> str:
    """Return all predictions as a JSON list."""
    return json.dumps(
        [one.as_dict(row, len(predictions) > 1) for one in predictions for row in range(len(one))], indent=2
    )


def as_csv(predictions: Sequence[Predictions]) -> str:
    """Return all predictions as CSV: file, row, prediction, and the probability of every class, p(name)."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    columns = _columns(predictions)
    writer.writerow(columns)
    shares = {name for name in columns if name not in _columns(predictions, with_probabilities=False)}
    texts = [map(_share if name in shares else _number, values) for name, values in columns.items()]
    writer.writerows(zip(*texts, strict=True))
    return text.getvalue()


def as_records(predictions: Sequence[Predictions]) -> list[dict[str, Any]]:
    """Return all predictions for a JSON file: row, prediction, and the probabilities of all classes.

    Several targets are a table of predictions by name; several files add the entry "file".
    """
    records = []
    for one in predictions:
        for row, label in enumerate(one.inputs.labels):
            record: dict[str, Any] = {"file": one.inputs.file} if len(predictions) > 1 else {}
            values = {name: column[row].item() for name, column in one.columns.items()}
            record |= {one.inputs.kind: label, "prediction": values if len(values) > 1 else next(iter(values.values()))}
            if one.probabilities is not None:
                record["probabilities"] = dict(one.most_probable(row, None))
            records.append(record)
    return records


def _columns(predictions: Sequence[Predictions], with_probabilities: bool = True) -> dict[str, list[Any]]:
    """Return all predictions as columns of a table: file, row, prediction, and the probability of every class."""
    first = predictions[0]
    columns: dict[str, list[Any]] = {"file": []} if len(predictions) > 1 else {}
    columns |= {name: [] for name in (first.inputs.kind, *first.headings)}
    shares = [f"p({name})" for name in first.class_names] if with_probabilities else []
    columns |= {name: [] for name in shares}
    for one in predictions:
        columns.get("file", []).extend([one.inputs.file] * len(one))
        columns[first.inputs.kind].extend(one.inputs.labels)
        for heading, values in zip(first.headings, one.columns.values(), strict=True):
            columns[heading].extend(values.tolist())
        for name, share in zip(shares, () if one.probabilities is None else one.probabilities.T, strict=bool(shares)):
            columns[name].extend(share.tolist())
    return columns


def write_predictions(path: Path, predictions: Sequence[Predictions]) -> None:
    """Write all predictions to a .csv, .json, or .parquet file, atomically, or as CSV to standard output for "-"."""
    if path == STANDARD_OUTPUT:
        sys.stdout.write(as_csv(predictions))
        return
    if path.suffix == ".parquet":
        import pyarrow as pa
        from pyarrow import parquet

        write = partial(parquet.write_table, pa.table(_columns(predictions)))
    else:
        is_csv = path.suffix == ".csv"
        text = as_csv(predictions) if is_csv else f"{json.dumps(as_records(predictions), indent=2)}\n"
        write = partial(Path.write_text, data=text, encoding="utf-8")
    with interrupts.uninterrupted():
        with atomic_file(path) as temporary:
            write(temporary)
        interrupts.now_saved(f"the predictions were written to {path}")


def check_out(path: Path, inputs: Sequence[str | Path]) -> None:
    """Raise ValueError for an output file of an unknown type, or one that is also an input."""
    if path == STANDARD_OUTPUT:
        return
    if path.suffix not in ENDINGS:
        known = f"{', '.join(ENDINGS[:-1])}, or {ENDINGS[-1]}"
        raise ValueError(f"--out must be a file that ends in {known}, or - for standard output, got {str(path)!r}")
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
    if predictions.decision:
        below.append(Text(predictions.decision, "dim"))
    if score := predictions.score():
        below.append(Text(score))
    return Group(table, *below)


def _number(value: Any) -> str:
    return f"{value:.8g}" if isinstance(value, float) else str(value)


def _share(value: float) -> str:
    return f"{value:.6g}"


def _short(value: Any) -> str:
    return rounded(value, 5) if isinstance(value, float) else str(value)
