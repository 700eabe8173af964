"""The progress bar of a run: completed epochs, remaining time, and the latest record."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from glassnet.training.history import EpochRecord

BESIDE_NOW = 38
"""Columns of the terminal that the progress bar needs next to the numbers of the last record."""


class Bar(Protocol):
    """Protocol of a progress bar."""

    def show(self, record: EpochRecord) -> None:
        """Show the record of the latest epoch."""

    def skip(self, epochs: int) -> None:
        """Leave out epochs that will not be trained."""


class _NoBar:
    def show(self, record: EpochRecord) -> None:
        pass

    def skip(self, epochs: int) -> None:
        pass


@contextmanager
def progress_bar(epochs: int, is_shown: bool) -> Iterator[Bar]:
    """Yield a Rich progress bar on stderr, or a bar that shows nothing."""
    if not is_shown:
        yield _NoBar()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("training"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[now]}"),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("", total=epochs, now="")

        class RichBar:
            def show(self, record: EpochRecord) -> None:
                now = shortened(describe(record), console.width - BESIDE_NOW)
                progress.update(task, advance=1, now=now)

            def skip(self, epochs: int) -> None:
                progress.update(task, advance=epochs)

        yield RichBar()


def describe(record: EpochRecord) -> str:
    """Return a record in one short line.

    >>> describe(EpochRecord(3, 0.5, 0.9, 0.6, 0.85))
    'loss 0.5000, accuracy 90.0%, valid loss 0.6000, valid accuracy 85.0%'
    """
    parts = [("loss", record.loss, ".4f"), ("accuracy", record.accuracy, ".1%")]
    parts += [("valid loss", record.valid_loss, ".4f"), ("valid accuracy", record.valid_accuracy, ".1%")]
    shown = (f"{name} {value:{form}}" for name, value, form in parts if value is not None)
    return ", ".join(shown)


def shortened(text: str, width: int) -> str:
    """Drop leading entries until the text fits the width, since the last ones matter most.

    >>> shortened("loss 0.5000, valid loss 0.6000, valid accuracy 85.0%", 22)
    'valid accuracy 85.0%'
    """
    while len(text) > width and ", " in text:
        text = text.split(", ", 1)[1]
    return text
