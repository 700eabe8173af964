"""Decisions: how ambiguous contents of a table were read, each with the option that overrides it.

A decision is listed once, by the command line in one block. With `strict`, the first one raises an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from glassnet.common.option_names import for_reader

MAX_LINES = 12
"""Maximum number of decisions that are listed."""


@dataclass(frozen=True)
class Decision:
    """How something in a table was read.

    Parameters
    ----------
    column : str or None
        Name of the column, None if the decision concerns the whole table.
    text : str
        The decision in one clause, such as "'id' is free text: left out".
    option : str
        The option that overrides it, such as "--categorical id".

    Examples
    --------
    >>> print(Decision("id", "'id' is free text: left out", "--categorical id"))
    'id' is free text: left out (categorical='id')
    """

    column: str | None
    text: str
    option: str

    def __str__(self) -> str:
        return for_reader(f"{self.text} ({self.option})")


def check_strict(source: str, decisions: Sequence[Decision], strict: bool) -> None:
    """Raise ValueError with the first decision if `strict` is set.

    >>> check_strict("a.csv", [Decision("id", "'id' is free text: left out", "--categorical id")], strict=True)
    Traceback (most recent call last):
        ...
    ValueError: a.csv: 'id' is free text: left out; --strict requires an explicit option: --categorical id
    """
    if strict and decisions:
        first = decisions[0]
        raise ValueError(f"{source}: {first.text}; --strict requires an explicit option: {first.option}")


def listed(decisions: Sequence[Decision]) -> list[str]:
    """Return the decisions as lines of text, at most MAX_LINES of them.

    >>> listed([Decision(None, "the header is missing: columns are numbered", "--names")])
    ['the header is missing: columns are numbered (names)']
    """
    lines = [str(decision) for decision in decisions]
    if len(lines) > MAX_LINES:
        return [*lines[: MAX_LINES - 1], f"and {len(lines) - MAX_LINES + 1} more"]
    return lines
