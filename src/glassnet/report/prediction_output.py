"""What a model says of rows or pictures: as a table on a terminal, as JSON, and as a file of answers."""

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
from glassnet.report.findings import rounded
from glassnet.runs.prediction_inputs import Inputs, recipe_of, target_of, with_advice

MOST_SHOWN, FIRST_SHOWN = 50, 20
"""Of more than MOST_SHOWN answers a terminal gets the first FIRST_SHOWN."""

SHOWN_CLASSES = 3

ENDINGS = (".csv", ".json")

KNOWN_TOO = "; it was trained on this file, and glassnet evaluate tells its new rows apart"
"""What has to be said beside a result on what was learned from."""


@dataclass(frozen=True)
class Predictions:
    """A model's answers to the rows of one file, or to some pictures.

    given: by name, what it says of every row, (n,): {"class": ...}, {"value": ...}, or one entry for each of several
    questions. probabilities: (n, classes), None where there are none, of `class_names`. is_learned_from: whether the
    file is the one that the model was trained on.
    """

    inputs: Inputs
    given: dict[str, AnyArray]
    probabilities: Array | None = None
    class_names: tuple[str, ...] = ()
    target: str | None = None
    is_learned_from: bool = False

    @property
    def headings(self) -> list[str]:
        """What the columns of `given` are called in a table: one alone as the column that it predicts."""
        is_named = self.target is not None and self.target not in ("file", self.inputs.kind) and len(self.given) == 1
        return [str(self.target)] if is_named else list(self.given)

    def __len__(self) -> int:
        return len(self.inputs.called)

    def score(self) -> str | None:
        """Return how good the answers are in one line, None where the file does not hold the true ones."""
        truth = self.inputs.truth
        if truth is None or len(self.given) > 1:
            return None
        (name, said), rows = next(iter(self.given.items())), f"{len(self)} row{'s' * (len(self) != 1)}"
        by = f"by the answers in {self.inputs.file}{KNOWN_TOO * self.is_learned_from}"
        if name == "class":
            right = int((said == truth).sum())
            return f"{100 * right / len(self):.2f} % right: {right} of {rows}, {by}"
        return f"RMSE {rounded(float(metrics.rmse(truth, said)))} over {rows}, {by}"

    def words(self, row: int, tell_file: bool = False) -> dict[str, Any]:
        """Return one answer as plain words: of a picture with its most probable classes, of a row with all of them."""
        words: dict[str, Any] = {"file": self.inputs.file} if tell_file and self.inputs.kind == "row" else {}
        words[self.inputs.kind] = self.inputs.called[row]
        words |= {name: values[row].item() for name, values in self.given.items()}
        if self.probabilities is not None:
            most = SHOWN_CLASSES if self.inputs.kind == "image" else None
            words["probabilities"] = dict(self.most_probable(row, most))
        return words

    def most_probable(self, row: int, most: int | None = SHOWN_CLASSES) -> list[tuple[str, float]]:
        """Return classes with their probabilities, the most probable ones first, all of them in order for None."""
        assert self.probabilities is not None
        shares = self.probabilities[row]
        order = range(len(shares)) if most is None else np.argsort(-shares, kind="stable")[:most].tolist()
        return [(self.class_names[i], float(shares[i])) for i in order]


def answer(model: Model, inputs: Inputs) -> Predictions:
    """Return what the model says of its inputs; ValueError, with the file's name, where it cannot take them."""
    try:
        output = model.outputs(inputs.raw)
    except ValueError as error:
        raise ValueError(f"{inputs.file}: {with_advice(error)}" if inputs.kind == "row" else str(error)) from None
    said, target = model.answers_of(output), target_of(model) if isinstance(inputs.raw, Rows) else None
    recipe = recipe_of(model)
    is_learned_from = recipe is not None and recipe.source == inputs.file
    if said.ndim == 2:  # several questions
        names = model.class_names if model.class_names and isinstance(model.class_names[0], str) else None
        kind = "class" if model.class_names else "value"
        return Predictions(
            inputs, {names[i] if names else f"{kind} {i + 1}": column for i, column in enumerate(said.T)}
        )
    if model.class_names is None:
        return Predictions(inputs, {"value": said}, target=target, is_learned_from=is_learned_from)
    names = tuple(map(str, model.class_names))
    return Predictions(inputs, {"class": said}, model.probabilities_of(output), names, target, is_learned_from)


def as_json(answers: Sequence[Predictions]) -> str:
    """Return all answers as the text of a JSON list."""
    return json.dumps([one.words(row, len(answers) > 1) for one in answers for row in range(len(one))], indent=2)


def as_csv(answers: Sequence[Predictions]) -> str:
    """Return all answers as a table of text: file, row, answer, and the probability of every class, p(name)."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    first = answers[0]
    shares = [f"p({name})" for name in first.class_names]
    writer.writerow([*["file"] * (len(answers) > 1), first.inputs.kind, *first.headings, *shares])
    for one in answers:
        for row in range(len(one)):
            said = [_number(values[row].item()) for values in one.given.values()]
            probable = (
                [] if one.probabilities is None else [f"{share:.6g}" for share in one.probabilities[row].tolist()]
            )
            writer.writerow([*[one.inputs.file] * (len(answers) > 1), one.inputs.called[row], *said, *probable])
    return text.getvalue()


def write_answers(path: Path, answers: Sequence[Predictions]) -> None:
    """Write all answers to a .csv or .json file, whole or not at all."""
    write_text(path, as_csv(answers) if path.suffix == ".csv" else f"{as_json(answers)}\n")


def check_out(path: Path, inputs: Sequence[str | Path]) -> None:
    """Refuse a file for answers that could not be written, or that is one of the inputs."""
    if path.suffix not in ENDINGS:
        raise ValueError(f"--out must name a file that ends in {' or '.join(ENDINGS)}, got {str(path)!r}")
    if any(path.resolve() == Path(one).resolve() for one in inputs):
        raise ValueError(f"--out names {path}, which is to be read; give the answers a file of their own")


def as_table(answers: Predictions) -> RenderableType:
    """Return the answers as people read them; of very many the first ones."""
    table = Table(box=box.ROUNDED)
    table.add_column(answers.inputs.kind, overflow="fold", justify="right" if answers.inputs.kind == "row" else "left")
    for name, heading in zip(answers.given, answers.headings, strict=True):
        table.add_column(Text(heading), style="bold green", justify="left" if name == "class" else "right")
    if answers.probabilities is not None:
        table.add_column("most probable")
    count = len(answers) if len(answers) <= MOST_SHOWN else FIRST_SHOWN
    for row in range(count):
        cells = [str(answers.inputs.called[row])]
        cells += [_short(values[row].item()) for values in answers.given.values()]
        if answers.probabilities is not None:
            cells.append("   ".join(f"{name} {share:.1%}" for name, share in answers.most_probable(row)))
        table.add_row(*map(Text, cells))
    below: list[RenderableType] = []
    if count < len(answers):
        below.append(Text(f"… and {len(answers) - count:,} more; --out answers.csv keeps them all", "dim"))
    if score := answers.score():
        below.append(Text(score))
    return Group(table, *below)


def _number(value: Any) -> str:
    return f"{value:.8g}" if isinstance(value, float) else str(value)


def _short(value: Any) -> str:
    return rounded(value, 5) if isinstance(value, float) else str(value)
