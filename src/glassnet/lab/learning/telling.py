"""A verdict in words: what was right, what was not and why, and what to do next; for terminals, notebooks and pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from glassnet.lab.judging.diagnosis import BROKEN, FAILED, PASSED, TO_DO, Result, Verdict
from glassnet.lab.lesson import TO_DO as MARK
from glassnet.lab.showing import shown

RIGHT, WRONG, NAMED, SEEN, NOTE = "right", "wrong", "named", "seen", "note"
"""What a line is about: a case that is right, or wrong; a mistake by its name; what was seen; a remark."""

MOST_SEEN = 2
"""So many wrong cases are shown with numbers; the others by their names."""


@dataclass(frozen=True)
class Line:
    """One line, or paragraph, of a verdict; kind: what it is about."""

    kind: str
    text: str


def told(verdict: Verdict, is_full: bool = False) -> Iterator[Line]:
    """Give a verdict line by line. is_full: with the numbers of all wrong cases."""
    key = verdict.exercise.key
    if verdict.state == BROKEN:
        yield Line(WRONG, f"{key} does not run")
        yield Line(SEEN, verdict.trouble)
        return
    if verdict.state == TO_DO:
        yield Line(
            NOTE, f"Nothing is written yet: put your answer where {key} says {MARK}, in place of the line below it."
        )
        return
    for result in verdict.results:
        yield Line(RIGHT if result.is_right else WRONG, result.case.about)
    if verdict.trouble:
        yield Line(NOTE, f"On the way: {verdict.trouble}")
    if verdict.state == FAILED:
        yield from _what_is_wrong(verdict, is_full)


def _what_is_wrong(verdict: Verdict, is_full: bool) -> Iterator[Line]:
    for i, wrong in enumerate(verdict.named):
        yield Line(NAMED, f"{'And: ' if i else ''}{wrong.says}")
    if not verdict.named and any(result.facts for result in verdict.wrong_results):
        yield Line(NOTE, "What exactly is wrong is not one of the mistakes known here. This was seen:")
    elif not verdict.is_all:
        yield Line(NOTE, "That does not explain all of it: something else is wrong, too. This was seen:")
    said: set[str] = set()
    for result in verdict.wrong_results if is_full else _most_telling(verdict):
        for line in _seen(result):
            if line not in said:
                yield Line(SEEN, line)
            said.add(line)
    for line in verdict.evidence:
        yield Line(SEEN, line)


def _most_telling(verdict: Verdict) -> list[Result]:
    return verdict.wrong_results[: 1 if verdict.named and verdict.is_all else MOST_SEEN]


def _seen(result: Result) -> Iterator[str]:
    """Give what was seen in one wrong case: what was done, what came back, what was expected, what is certain."""
    got, expected = result.got, result.expected
    if got.error and not expected.error:
        yield from result.facts
        return
    numbers = "" if got.error or isinstance(got.value, dict) else f" gives {shown(got.value)}"
    wanted = "" if expected.error or isinstance(expected.value, dict) else f", expected {shown(expected.value)}"
    yield f"{result.case.text}{numbers}{wanted}"
    for fact in result.facts:
        yield f"  {fact}"


def next_step(verdict: Verdict) -> str:
    """Return what to do now, in one sentence."""
    number = verdict.exercise.number
    match verdict.state:
        case "passed":
            return "Passed. Read why it works, then go on with the next one."
        case "to do":
            return f"Read {verdict.exercise.key}, write, and save."
        case "broken":
            return "Mend the line that is named, and save."
    return f"Change your answer and save. (A hint: glassnet lab hint {number})"


def after_passing(verdict: Verdict, library: str) -> list[tuple[str, str]]:
    """Return what is read after passing: heading and text. library: where the library does the same."""
    exercise = verdict.exercise
    if verdict.state != PASSED:
        return []
    return [
        ("Why it works", exercise.why),
        ("In glassnet", library),
        ("To think about", exercise.question),
    ]


def plainly(verdict: Verdict, is_full: bool = False) -> str:
    """Return a verdict as plain text, as a notebook's cell or a log shows it."""
    marks = {RIGHT: "  ✓ ", WRONG: "  ✗ ", NAMED: "\n", SEEN: "    ", NOTE: ""}
    return "\n".join(f"{marks[line.kind]}{line.text}" for line in told(verdict, is_full))
