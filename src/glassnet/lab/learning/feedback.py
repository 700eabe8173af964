"""A verdict in words: what was right, what was not and why, and what to do next; for terminals, notebooks and pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from glassnet.lab.formatting import shown
from glassnet.lab.judging.diagnosis import BROKEN, PASSED, TO_DO, Result, Verdict
from glassnet.lab.lesson import TO_DO as MARK

RIGHT, WRONG, OPEN, NAMED, SEEN, NOTE = "right", "wrong", "open", "named", "seen", "note"
"""What a line is about: a case that is right, wrong, or not looked at; a mistake; what was seen; a remark."""

MOST_SEEN = 2
"""So many wrong cases are shown with numbers; the others by their names."""

MOST_PRINTED = 5
"""So many lines are shown of what an answer prints."""

HOW_TO_WRITE = {
    "file": ("save", "glassnet lab hint {}", "glassnet lab check {} --full"),
    "watch": ("save", "h", "e"),
    "notebook": ("run the cell", "", ""),
}
"""Where an answer is written, and what is done there afterwards: to have it checked, for a hint, and to see more."""


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
        kind = RIGHT if result.is_right else OPEN if result.got.is_open else WRONG
        if kind != OPEN or any(not one.got.is_open for one in verdict.results):
            yield Line(kind, result.case.about)
    if verdict.trouble:
        yield Line(NOTE, f"On the way: {verdict.trouble}")
    yield from _what_does_not_count(verdict)
    if verdict.wrong_results:
        yield from _what_is_wrong(verdict, is_full)


def _what_does_not_count(verdict: Verdict) -> Iterator[Line]:
    count = len(verdict.exercise.defines)
    if verdict.unwritten:
        written = count - len(verdict.unwritten)
        yield Line(NOTE, f"{written} of {count} functions written; still to come: {', '.join(verdict.unwritten)}")
    errors = {result.got.error for result in verdict.results}
    if "NotRun" in errors and len(errors) > 1:
        yield Line(NOTE, "Some cases were not tried, since the run had to be stopped before.")
    if idle := [result.case.about for result in verdict.results if result.is_right and not result.counts]:
        yield Line(NOTE, f"Counted only once there is a result that is right, too: {', '.join(idle)}")


def _what_is_wrong(verdict: Verdict, is_full: bool) -> Iterator[Line]:
    for i, wrong in enumerate(verdict.named):
        yield Line(NAMED, f"{'And: ' if i else ''}{wrong.says}")
    if not verdict.named:
        is_plain = all(result.got.error or result.got.value is None for result in verdict.wrong_results)
        yield Line(NOTE, ("" if is_plain else "No mistake that is known here behaves quite like this. ") + SEEN_IS)
    elif not verdict.is_all:
        yield Line(NOTE, f"That does not explain all of it: something else is wrong, too. {SEEN_IS}")
    said: set[str] = set()
    for result in verdict.wrong_results if is_full else _most_telling(verdict):
        what, *certain = _seen(result)
        if certain and said.issuperset(certain):
            continue  # another case of what was told already
        yield from (Line(SEEN, line) for line in [what, *certain] if line not in said)
        said.update([what, *certain])
    for line in verdict.evidence:
        yield Line(SEEN, line)
    if words := next((result.got.printed for result in verdict.wrong_results if result.got.printed.strip()), ""):
        yield Line(NOTE, "Meanwhile your file printed:")
        lines = words.strip().splitlines()
        for line in lines[:MOST_PRINTED] + ["…"] * (len(lines) > MOST_PRINTED):
            yield Line(SEEN, line)


SEEN_IS = "This was seen:"


def _most_telling(verdict: Verdict) -> list[Result]:
    if verdict.named and verdict.is_all:
        return verdict.wrong_results[:1]
    # What is explained needs no numbers; where two mistakes meet in every case, it is all there is.
    unexplained = [result for result in verdict.wrong_results if not result.is_explained]
    return (unexplained or verdict.wrong_results)[:MOST_SEEN]


def _seen(result: Result) -> Iterator[str]:
    """Give what was seen in one wrong case: what was done, what came back, what was expected, what is certain."""
    got, expected = shown(result.got.value), shown(result.expected.value)
    is_short = "…" not in got + expected and not isinstance(result.got.value, dict)
    if result.got.error or result.expected.error or got == expected or not is_short:
        yield f"{result.case.text}:"
    else:
        yield f"{result.case.text} gives {got}, expected {expected}"
    for fact in result.facts:
        if fact != f"{got}, and not {expected}" or not is_short:
            yield f"  {fact}"


def next_step(verdict: Verdict, where: str = "file") -> str:
    """Return what to do now, in one sentence. where: a key of HOW_TO_WRITE."""
    number = verdict.exercise.number
    save, hint, more = (words.format(number) for words in HOW_TO_WRITE[where])
    match verdict.state:
        case "passed":
            return "Passed.  (n: the next one)" if where == "watch" else "Passed."
        case "to do":
            return f"Read the text, write, and {save}."
        case "broken":
            return f"Mend that, and {save}."
    also = [f"{hint}: a hint"] * bool(hint)
    if more and len(verdict.wrong_results) > len(_most_telling(verdict)):
        also.append(f"{more}: all that was seen")
    if verdict.unwritten and not verdict.wrong_results:
        return f"So far it is right. Write {verdict.unwritten[0]} next, and {save}."
    return f"Change your answer and {save}." + (f"  ({', '.join(also)})" if also else "")


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
    marks = {RIGHT: "  ✓ ", WRONG: "  ✗ ", OPEN: "  ○ ", NAMED: "\n", SEEN: "    ", NOTE: ""}
    return "\n".join(f"{marks[line.kind]}{line.text}" for line in told(verdict, is_full))
