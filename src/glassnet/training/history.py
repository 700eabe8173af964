"""What is known of a run after every epoch: a record each, and all of them as a history."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import overload


@dataclass(frozen=True)
class EpochRecord:
    """One epoch: numbers from 1; losses are means per row.

    loss is the mean of the batch losses before each update, weighted by rows, dropout on, penalties included; accuracy
    is counted on the same outputs. valid_loss and valid_accuracy are measured after the epoch in evaluation mode,
    without penalties. Accuracies are None where answers are numbers, valid_... also without validation data.
    learning_rate is that of the epoch's last step, seconds what the epoch took, engine who computed it.

    >>> EpochRecord(3, loss=0.5, accuracy=0.9, valid_loss=0.6).monitored
    0.6
    """

    epoch: int
    loss: float
    accuracy: float | None = None
    valid_loss: float | None = None
    valid_accuracy: float | None = None
    learning_rate: float | None = None
    seconds: float = 0.0
    engine: str = "numpy"

    @property
    def monitored(self) -> float:
        """The loss to judge by: on validation data if there are any, else on the training data."""
        return self.loss if self.valid_loss is None else self.valid_loss


COLUMNS = tuple(column.name for column in dataclasses.fields(EpochRecord) if column.name != "engine")
"""The numbers of a record, which are what changes from epoch to epoch."""


@dataclass(repr=False)
class History(Sequence[EpochRecord]):
    """The records of a run in order, which epoch's parameters were kept, and why the run ended.

    best_epoch: the epoch whose parameters the network has now. stop_reason: "epochs" (all were made), "early stopping",
    "converged", "interrupted" or "stopped" (by a loop that was left); of an estimator also "time", "callback" or
    "diverged".

    >>> history = History([EpochRecord(1, 2.0), EpochRecord(2, 1.0)])
    >>> history.column("loss"), history[-1].epoch
    ([2.0, 1.0], 2)
    """

    records: list[EpochRecord] = field(default_factory=list)
    best_epoch: int = 0
    stop_reason: str = "epochs"

    @overload
    def __getitem__(self, index: int) -> EpochRecord: ...
    @overload
    def __getitem__(self, index: slice) -> list[EpochRecord]: ...
    def __getitem__(self, index: int | slice) -> EpochRecord | list[EpochRecord]:
        return self.records[index]

    def __len__(self) -> int:
        return len(self.records)

    def __iter__(self) -> Iterator[EpochRecord]:
        return iter(self.records)

    def __repr__(self) -> str:
        if not self.records:
            return f"<History: no epoch, ended by {self.stop_reason}>"
        first, last = self.records[0], self.records[-1]
        losses = f"loss {first.loss:.4g} → {last.loss:.4g}"
        return f"<History: {len(self)} epochs, {losses}, ended by {self.stop_reason}, epoch {self.best_epoch} kept>"

    def column(self, name: str) -> list[float | None]:
        """Return one number of every record: `history.column("valid_loss")`."""
        if name not in COLUMNS:
            raise ValueError(f"a record has no {name!r}; it has {', '.join(COLUMNS)}")
        return [getattr(record, name) for record in self.records]

    @property
    def engine(self) -> str:
        """The engine that computed the run; "numpy" before there is a record."""
        return self.records[-1].engine if self.records else "numpy"

    @property
    def seconds(self) -> float:
        """How long all epochs took together."""
        return sum(record.seconds for record in self.records)

    def csv(self) -> str:
        """Return the records as CSV text, a line each below the names; what is None is left empty."""
        return csv_of([self])


def csv_of(histories: Sequence[History]) -> str:
    """Return the records of several networks as CSV text; of more than one, each line begins with the network's number.

    >>> print(csv_of([History([EpochRecord(1, 2.0)]), History([EpochRecord(1, 1.0)])]).splitlines()[2][:7])
    2,1,1.0
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    several = len(histories) > 1
    writer.writerow(["network"] * several + list(COLUMNS))
    for number, history in enumerate(histories, start=1):
        writer.writerows([number] * several + [getattr(record, name) for name in COLUMNS] for record in history)
    return out.getvalue()


def read_histories(text: str, best_epoch: int, stop_reason: str) -> tuple[History, ...]:
    """Return the histories that `csv_of` has written as this text; ValueError names a line that is no record.

    best_epoch, stop_reason: the first network's; of others the last epoch is taken for the kept one.

    >>> two = History([EpochRecord(1, 2.0), EpochRecord(2, 1.0, valid_loss=1.5)])
    >>> text = csv_of([two, History([EpochRecord(1, 3.0)])])
    >>> [len(history) for history in read_histories(text, 2, "epochs")]
    [2, 1]
    """
    found: dict[str, list[EpochRecord]] = {"1": []}
    for line, row in enumerate(csv.DictReader(io.StringIO(text)), start=2):
        records = found.setdefault(row.get("network") or "1", [])
        try:
            numbers = {name: float(row[name]) if row[name] else None for name in COLUMNS if name != "epoch"}
            if numbers["loss"] is None or int(row["epoch"]) != len(records) + 1:
                raise ValueError
            records.append(EpochRecord(epoch=len(records) + 1, **numbers))  # type: ignore[arg-type]  # only loss is not None
        except (KeyError, ValueError, TypeError):
            raise ValueError(f"line {line} of the history is no record of epoch {len(records) + 1}") from None
    first, *others = found.values()
    return History(first, best_epoch, stop_reason), *(History(records, len(records), stop_reason) for records in others)
