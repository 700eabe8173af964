"""History of a training run: one record per epoch."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import overload

from glassnet.training.history_html import history_html


@dataclass(frozen=True)
class EpochRecord:
    """Measurements of one epoch; losses are means per row.

    Attributes
    ----------
    epoch : int
        Number of the epoch, from 1.
    loss : float
        Mean of the batch losses before each update, weighted by rows, with dropout and penalties.
    accuracy : float or None
        Accuracy on the same outputs; None for numeric targets.
    valid_loss : float or None
        Validation loss after the epoch, in evaluation mode, without penalties.
    valid_accuracy : float or None
        Validation accuracy.
    learning_rate : float or None
        Learning rate of the last step.
    seconds : float
        Duration of the epoch.
    engine : str
        Engine that computed it.

    Examples
    --------
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
        """The monitored loss: the validation loss if there is one, else the training loss."""
        return self.loss if self.valid_loss is None else self.valid_loss


COLUMNS = tuple(column.name for column in dataclasses.fields(EpochRecord) if column.name != "engine")
"""The measurements of a record, which change from epoch to epoch."""


@dataclass(repr=False)
class History(Sequence[EpochRecord]):
    """The records of a run in order, with the best epoch and the reason why the run ended.

    Attributes
    ----------
    records : list of EpochRecord
        The records.
    best_epoch : int
        The epoch whose weights the network has.
    stop_reason : str
        "epochs" (all completed), "early stopping", "converged", "interrupted", or "stopped" (the loop was left); for
        estimators also "time", "callback", or "diverged".

    Examples
    --------
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
            return f"<History: no epochs, stopped by {self.stop_reason}>"
        first, last = self.records[0], self.records[-1]
        losses = f"loss {first.loss:.4g} → {last.loss:.4g}"
        ending = "after the last epoch" if self.stop_reason == "epochs" else f"by {self.stop_reason}"
        return f"<History: {len(self)} epochs, {losses}, stopped {ending}, best epoch {self.best_epoch}>"

    def _repr_html_(self) -> str:
        ending = "after the last epoch" if self.stop_reason == "epochs" else f"by {self.stop_reason}"
        title = f"{len(self):,} epochs, {self.seconds:.3g} s, stopped {ending}"
        columns = {name: self.column(name) for name in COLUMNS if name not in ("epoch", "seconds")}
        return history_html(title, columns, self.best_epoch)

    def column(self, name: str) -> list[float | None]:
        """Return one measurement of every record.

        Parameters
        ----------
        name : str
            Name of the measurement, such as "valid_loss".

        Returns
        -------
        list of float or None
            Values by epoch.
        """
        if name not in COLUMNS:
            raise ValueError(f"a record has no {name!r}; it has {', '.join(COLUMNS)}")
        return [getattr(record, name) for record in self.records]

    @property
    def engine(self) -> str:
        """The engine that computed the run; "numpy" if there are no records."""
        return self.records[-1].engine if self.records else "numpy"

    @property
    def seconds(self) -> float:
        """Duration of all epochs."""
        return sum(record.seconds for record in self.records)

    def csv(self) -> str:
        """Return the records as CSV text; missing values are empty."""
        return csv_of([self])


def csv_of(histories: Sequence[History]) -> str:
    """Return the records of several networks as CSV text; if there are several, lines start with their number.

    Examples
    --------
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
    """Return the histories written by `csv_of`.

    Parameters
    ----------
    text : str
        CSV text.
    best_epoch : int
        Best epoch of the first network; for others, the last epoch.
    stop_reason : str
        Reason why the run ended.

    Returns
    -------
    tuple of History
        One history per network.

    Raises
    ------
    ValueError
        If a line is not a valid record.

    Examples
    --------
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
            raise ValueError(f"line {line} of the history is not a record of epoch {len(records) + 1}") from None
    first, *others = found.values()
    return History(first, best_epoch, stop_reason), *(History(records, len(records), stop_reason) for records in others)
