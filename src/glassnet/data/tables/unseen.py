"""Unseen values: categories and missing values that a column of the training set did not have.

They are encoded as the category "other", or as the column's median, and counted here for one warning.
"""

from __future__ import annotations

import reprlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from warnings import catch_warnings, simplefilter

from glassnet.common import user_warnings
from glassnet.common.specs import join_messages, unknown
from glassnet.common.text import printable

CHOICES = ("predict", "error")
"""Values of the option `unseen`."""


class UnseenError(ValueError):
    """Raised for a category or a missing value in a column where training had none."""


class UnseenWarning(UserWarning):
    """Lists categories and missing values that training did not have."""


def check_choice(unseen: str) -> None:
    """Raise ValueError if a value of the option `unseen` is unknown."""
    if unseen not in CHOICES:
        raise unknown("value of unseen:", unseen, CHOICES)


@dataclass
class Unseen:
    """Unseen values of a table. counts: rows and first row number by (column label, value); None is a missing value.

    rows: the rows with such values. total: the number of rows of the table.

    >>> found = Unseen(total=100)
    >>> found.add("column 'city'", "Paris", 0, 7)
    >>> found.message()[:91]
    "1 of 100 rows contains values not seen in training: column 'city' contains 'Paris' in row 7"
    """

    total: int = 0
    counts: dict[tuple[str, Any], tuple[int, int]] = field(default_factory=dict)
    rows: set[Any] = field(default_factory=set)

    def add(self, label: str, value: Any, row: int, number: int) -> None:
        """Count a value in a row; number: the number of the row in messages."""
        count, first = self.counts.get((label, value), (0, number))
        self.counts[label, value] = count + 1, first
        self.rows.add(row)

    def merge(self, other: Unseen) -> None:
        """Add the values of another table."""
        for key, (count, first) in other.counts.items():
            before, place = self.counts.get(key, (0, first))
            self.counts[key] = before + count, place
        self.rows |= {(self.total, row) for row in other.rows}
        self.total += other.total

    def message(self) -> str | None:
        """Return the line that lists the values, or None if there are none."""
        if not self.rows:
            return None
        found = []
        for (label, value), (count, first) in self.counts.items():
            what = "has no value" if value is None else f"contains {printable(reprlib.repr(value))}"
            found.append(f"{label} {what} in {f'row {first}' if count == 1 else f'{count:,} rows (first: {first})'}")
        rows = f"{len(self.rows):,} of {self.total:,} rows contain{'s' * (len(self.rows) == 1)}"
        return (
            f"{rows} values not seen in training: {join_messages(found)}; they are predicted as an average category or "
            "number (use --unseen error to raise an error)"
        )

    def warn(self, where: str = "") -> None:
        """Warn if there are any. where: prefix of the message."""
        if (message := self.message()) is not None:
            user_warnings.warn(where + message, UnseenWarning)


@contextmanager
def silenced() -> Iterator[None]:
    """Suppress UnseenWarning, for rows that were already reported."""
    with catch_warnings():
        simplefilter("ignore", UnseenWarning)
        yield
