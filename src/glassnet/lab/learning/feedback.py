"""Feedback: a verdict as lines of text, for terminals, notebooks, and HTML pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from glassnet.lab.autograder.answer_modules import unimplemented
from glassnet.lab.autograder.diagnosis import BROKEN, NOT_STARTED, PASSED, Result, Verdict
from glassnet.lab.exercise import FORMULA
from glassnet.lab.formatting import format_value
from glassnet.lab.lesson import MARKER

PASS, FAIL, UNTESTED, MISTAKE, DETAIL, NOTE = "pass", "fail", "untested", "mistake", "detail", "note"
"""Kinds of lines: a test that passes, fails, or did not run; a known mistake; values; a remark."""

MAX_DETAILED = 2
"""Maximum number of failed tests shown with values; the others are listed by name."""

MAX_PRINTED = 5
"""Maximum number of lines shown of an answer's output."""

ACTIONS = {
    "file": ("save the file", "glassnet lab hint {}", "glassnet lab check {} --full"),
    "watch": ("save the file", "h", "e"),
    "notebook": ("run the cell", "", ""),
}
"""Where an answer is written, and how to have it checked, get a hint, and see all values there."""


@dataclass(frozen=True)
class Line:
    """One line, or paragraph, of feedback."""

    kind: str
    text: str


def feedback_lines(verdict: Verdict, is_full: bool = False) -> Iterator[Line]:
    """Yield the feedback on an answer. is_full: include the values of all failed tests."""
    key = verdict.exercise.key
    if verdict.state == BROKEN:
        yield Line(FAIL, f"{key} does not run")
        yield Line(DETAIL, verdict.problem)
        return
    if verdict.state == NOT_STARTED:
        yield Line(NOTE, f"Not started. Replace the line below {MARKER} in {key}.py with your code.")
        return
    for result in verdict.results:
        kind = PASS if result.is_correct else UNTESTED if result.got.is_untested else FAIL
        if kind != UNTESTED or any(not one.got.is_untested for one in verdict.results):
            yield Line(kind, result.case.name)
    if verdict.problem:
        yield Line(NOTE, f"Errors in the file: {verdict.problem}")
    yield from _incomplete(verdict)
    if verdict.failed_results:
        yield from _failures(verdict, is_full)


def _incomplete(verdict: Verdict) -> Iterator[Line]:
    """Yield what is missing, and which tests do not count."""
    if verdict.unimplemented:
        exercise = verdict.exercise
        count = len(unimplemented(exercise.lesson.file_text(), exercise.defines))  # a class may be given
        written = count - len(verdict.unimplemented)
        yield Line(NOTE, f"{written} of {count} functions implemented; missing: {', '.join(verdict.unimplemented)}")
    errors = {result.got.error for result in verdict.results}
    if "NotRun" in errors and len(errors) > 1:
        yield Line(NOTE, "Some tests did not run because the process was stopped.")
    if idle := [result.case.name for result in verdict.results if result.is_correct and not result.is_credited]:
        subject = "This test counts" if len(idle) == 1 else "These tests count"
        yield Line(NOTE, f"{subject} only when another test passes: {', '.join(idle)}")


def _failures(verdict: Verdict, is_full: bool) -> Iterator[Line]:
    """Yield the known mistakes, then the values of failed tests."""
    for mistake in verdict.mistakes:
        yield Line(MISTAKE, mistake.feedback)
    if not verdict.mistakes:
        is_plain = all(result.got.error or result.got.value is None for result in verdict.failed_results)
        yield Line(NOTE, DETAILS_FOLLOW if is_plain else f"Your mistake was not recognized. {DETAILS_FOLLOW}")
    elif not verdict.explains_all:
        yield Line(NOTE, f"This does not explain all failed tests; there is another mistake. {DETAILS_FOLLOW}")
    printed: set[str] = set()
    for result in verdict.failed_results if is_full else _most_helpful(verdict):
        first, *facts = _details(result)
        if facts and printed.issuperset(facts):
            continue  # another test with the same facts
        yield from (Line(DETAIL, line) for line in [first, *facts] if line not in printed)
        printed.update([first, *facts])
    for line in verdict.diagnostics:
        yield Line(DETAIL, line)
    outputs = (result.got.printed for result in verdict.failed_results)
    if output := next((text for text in outputs if text.strip()), ""):
        yield Line(NOTE, "Output of your code:")
        lines = output.strip().splitlines()
        for line in lines[:MAX_PRINTED] + ["…"] * (len(lines) > MAX_PRINTED):
            yield Line(DETAIL, line)


DETAILS_FOLLOW = "The failed tests:"


def _most_helpful(verdict: Verdict) -> list[Result]:
    if verdict.mistakes and verdict.explains_all:
        return verdict.failed_results[:1]
    # Failures that are explained need no values, unless there are no others.
    unexplained = [result for result in verdict.failed_results if not result.is_explained]
    return (unexplained or verdict.failed_results)[:MAX_DETAILED]


def _details(result: Result) -> Iterator[str]:
    """Yield the call, the actual and the expected value, and the facts of a failed test."""
    got, expected = format_value(result.got.value), format_value(result.expected.value)
    is_short = "…" not in got + expected and not isinstance(result.got.value, dict)
    has_pair = not (result.got.error or result.expected.error or got == expected) and is_short
    yield f"{result.case.text} should be {expected} but is {got}" if has_pair else f"{result.case.text}:"
    for fact in result.facts:
        if not has_pair or fact != f"should be {expected} but is {got}":
            yield f"  {fact}"


def first_reason(verdict: Verdict) -> str:
    """Return why an answer does not pass, in one sentence; "" if it passes."""
    if verdict.state == PASSED:
        return ""
    if verdict.state == NOT_STARTED:
        return "not started"
    if verdict.mistakes:
        sentence, point, _ = verdict.mistakes[0].feedback.partition(". ")
        return sentence + point.rstrip()
    for result in verdict.failed_results:
        return f"{result.case.name}: {result.facts[0]}" if result.facts else result.case.name
    missing = f"not started: {', '.join(verdict.unimplemented)}" if verdict.unimplemented else "some tests did not run"
    return verdict.problem or missing


def next_step(verdict: Verdict, where: str = "file") -> str:
    """Return what to do next. where: a key of ACTIONS."""
    number = verdict.exercise.number
    save, hint, more = (action.format(number) for action in ACTIONS[where])
    match verdict.state:
        case "passed" if verdict.exercise.level == FORMULA:
            return f"Passed at level formula. For the tests of robustness, run `glassnet lab check {number}`."
        case "passed":
            return "Passed.  (n: next exercise)" if where == "watch" else "Passed."
        case "not started":
            return f"Read the lesson, write your code, and {save}."
        case "broken":
            return f"Fix the error and {save}."
    also = [f"{hint}: hint"] * bool(hint)
    if more and len(verdict.failed_results) > len(_most_helpful(verdict)):
        also.append(f"{more}: all values")
    if verdict.unimplemented and not verdict.failed_results:
        return f"Correct so far. Next, write {verdict.unimplemented[0]} and {save}."
    return f"Change your code and {save}." + (f"  ({', '.join(also)})" if also else "")


def after_passing(verdict: Verdict, library: str) -> list[tuple[str, str]]:
    """Return headings and texts shown after passing. library: location of the same thing in glassnet."""
    exercise = verdict.exercise
    if verdict.state != PASSED:
        return []
    return [
        ("Explanation", exercise.explanation),
        ("In glassnet", library),
        ("Further question", exercise.question),
    ]


def verdict_text(verdict: Verdict, is_full: bool = False) -> str:
    """Return the feedback as plain text, for notebooks and logs."""
    marks = {PASS: "  ✓ ", FAIL: "  ✗ ", UNTESTED: "  ○ ", MISTAKE: "\n", DETAIL: "    ", NOTE: ""}
    return "\n".join(f"{marks[line.kind]}{line.text}" for line in feedback_lines(verdict, is_full))
