"""Listings of submitted code for feedback pages: numbered as in messages, without the text of the lesson."""

from __future__ import annotations

import re
from dataclasses import dataclass

from glassnet.lab.autograder.diagnosis import Verdict
from glassnet.lab.autograder.sources import CELL

MAX_LINES = 600
"""Maximum number of lines in a listing."""

MAX_WIDTH = 500
"""Maximum number of characters of a line."""

PLACE = r"line \d+(?: of code cell \d+)?"
"""Where an error is, as messages say it."""


@dataclass(frozen=True)
class CodeLine:
    """A line of code. number: its number in the script, or in the cell of a notebook. is_marked: it raised an error."""

    number: int
    text: str
    is_marked: bool = False


def listing(source: str, verdict: Verdict) -> list[CodeLine]:
    """Return the lines of a submitted file with code in them; those that raised an error are marked."""
    marked, lines = places_of_errors(verdict), []
    is_text, number, cell = False, 0, ""
    for text in source.splitlines():
        number += 1
        if found := re.match(rf"{CELL}(\d+)$", text):
            number, cell, is_text = 0, f" of code cell {found[1]}", False
        elif text.startswith("# %%"):
            is_text = "[markdown]" in text
        if not is_text:
            lines.append(CodeLine(number, text[:MAX_WIDTH], bool(number) and f"line {number}{cell}" in marked))
    code = _without_blank_ends(lines)
    first = next((i for i, line in enumerate(code) if line.is_marked), 0)
    start = max(0, first - MAX_LINES // 2) if len(code) > MAX_LINES else 0
    return code[start : start + MAX_LINES]


def places_of_errors(verdict: Verdict) -> set[str]:
    """Return the places that the errors of a verdict name: "line 3", or "line 3 of code cell 2"."""
    found = {result.got.where for result in verdict.failed_results}
    return (found | set(re.findall(rf"(?:^|; )({PLACE}):", verdict.problem))) - {""}


def _without_blank_ends(lines: list[CodeLine]) -> list[CodeLine]:
    """Return lines without blank ones at both ends, and with at most one between two others."""
    kept: list[CodeLine] = []
    for line in lines:
        if line.text.strip() or (kept and kept[-1].text.strip()):
            kept.append(line)
    return kept[:-1] if kept and not kept[-1].text.strip() else kept
