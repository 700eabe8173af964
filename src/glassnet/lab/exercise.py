"""An exercise: test cases, a catalog of known mistakes, hints, and an explanation.

An answer is a namespace: the names that a learner's file defines. Each test case makes an observation of the namespace,
which is compared with the same observation of the reference solution. Tests never look at how an answer is written.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations, pairwise, product
from types import FunctionType
from typing import Any

from glassnet.lab.formatting import format_value
from glassnet.lab.lesson import Lesson


class Namespace:
    """The names that an answer defines, available as attributes."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        self._names = names

    def __getattr__(self, name: str) -> Any:
        try:
            return self._names[name]
        except KeyError:
            raise NameError(f"{name} is not defined") from None


@dataclass(frozen=True)
class Call:
    """A call of a function that the answer defines; its return value is the observation.

    Arguments are copied before each call, so that an answer cannot change them for the next one.
    """

    name: str
    args: tuple[Any, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)

    def __call__(self, names: Namespace) -> Any:
        """Make the call and return its result."""
        return getattr(names, self.name)(*copy.deepcopy(self.args), **copy.deepcopy(dict(self.options)))

    def __str__(self) -> str:
        keywords = [f"{key}={format_value(value)}" for key, value in self.options.items()]
        return f"{self.name}({', '.join([*map(format_value, self.args), *keywords])})"


def call(name: str, *args: Any, **options: Any) -> Call:
    """Return the deferred call name(*args, **options)."""
    return Call(name, args, options)


@dataclass(frozen=True)
class Case:
    """A test case.

    Parameters
    ----------
    name : str
        A short noun phrase: "two equal rows".
    observe : callable
        A `Call`, or a function from `Namespace` to the observation: numbers, arrays, strings, and lists and dicts of
        these. If the reference solution raises an exception, the exception is the observation.
    description : str
        What `observe` does, as text or as code. A `Call` describes itself.
    points : int
        Points for passing the test.
    """

    name: str
    observe: Callable[[Namespace], Any]
    description: str = ""
    points: int = 1

    @property
    def text(self) -> str:
        """The description, or the call as a learner would write it, or the name."""
        return self.description or (self.name if isinstance(self.observe, FunctionType) else str(self.observe))


@dataclass(frozen=True)
class Mistake:
    """A known mistake: the reference solution with some text replaced. Two mistakes can be combined.

    Parameters
    ----------
    name : str
        A short noun phrase; `glassnet lab mistakes EXERCISE NAME` uses it.
    feedback : str
        What the learner reads: what happens, why, and how to fix it.
    edits : tuple of (str, str)
        Pairs of a text that occurs exactly once in the reference solution, and its replacement.
    variants : tuple of edits
        Other forms of the same mistake, which give other numbers: 1e-6 in place of 1e-8, a number in place of an array.
    raises : str
        Pattern of exception messages that this mistake causes in many forms. An answer that fails the same tests, each
        with such a message, makes the mistake.
    """

    name: str
    feedback: str
    edits: tuple[tuple[str, str], ...]
    variants: tuple[tuple[tuple[str, str], ...], ...] = ()
    raises: str = ""

    @property
    def forms(self) -> tuple[Mistake, ...]:
        """All forms of the mistake, the main one first, as mistakes without variants."""
        return tuple(replace(self, edits=edits, variants=()) for edits in (self.edits, *self.variants))

    def spans(self, source: str) -> list[tuple[int, int, str]]:
        """Return the start, the end, and the replacement of each edit; ValueError unless each text occurs once."""
        for old, _ in self.edits:
            if source.count(old) != 1:
                raise ValueError(
                    f"mistake {self.name!r}: {old!r} should occur once in the solution but occurs "
                    f"{source.count(old)} times"
                )
        return [(source.index(old), source.index(old) + len(old), new) for old, new in self.edits]


def with_mistakes(source: str, *mistakes: Mistake) -> str:
    """Return the source with these mistakes in it; ValueError if two of them replace the same text."""
    spans = sorted(span for mistake in mistakes for span in mistake.spans(source))
    if any(end > begin for (_, end, _), (begin, _, _) in pairwise(spans)):
        raise ValueError(f"mistakes {' and '.join(repr(one.name) for one in mistakes)} replace the same text")
    for begin, end, new in reversed(spans):
        source = source[:begin] + new + source[end:]
    return source


def mistake(name: str, feedback: str, *edits: str, variants: Iterable[Sequence[str]] = (), raises: str = "") -> Mistake:
    """Return a `Mistake`; edits, and each of the variants: old, new, old, new, ..."""
    first, *others = (tuple(zip(form[::2], form[1::2], strict=True)) for form in (edits, *variants))
    return Mistake(name, feedback, first, tuple(others), raises)


FORMULA, FULL = "formula", "full"
"""Levels of a check: tests of ordinary inputs; all tests."""

LEVELS = (FORMULA, FULL)


@dataclass(frozen=True)
class Exercise:
    """An exercise of the course, without its lesson.

    Parameters
    ----------
    number : str
        "10", or "2a" for an exercise between two numbers.
    title : str
        The standard term for the topic.
    defines : tuple of str
        Names that the learner has to define.
    cases : tuple of Case
        Test cases, in the order in which they are reported.
    mistakes : tuple of Mistake
        Known mistakes.
    hints : tuple of str
        Three hints: an idea, the method, and nearly the code.
    explanation : str
        Why the solution works; shown after passing.
    library : str
        The same thing in glassnet, as "maths/activations.py Softmax".
    question : str
        A question for further thought, without a solution.
    quiz : callable
        Makes a question with one number as its answer, from a NumPy Generator. Learners may answer it to skip the
        exercise.
    robustness : tuple of str
        Names of the tests of robustness: unusual inputs, extreme values, exceptions. The level FORMULA omits them.
    diagnostics : callable, optional
        Makes additional lines of feedback for a wrong answer, from its `Namespace`.
    none : str
        Which arguments are None, for answers that fail because of a None: "act_func is None if ...".
    folder : str
        The exercise's folder; set when the exercise is loaded.
    level : str
        Which tests there are: FORMULA or FULL.
    """

    number: str
    title: str
    defines: tuple[str, ...]
    cases: tuple[Case, ...]
    mistakes: tuple[Mistake, ...]
    hints: tuple[str, str, str]
    explanation: str
    library: str
    question: str
    quiz: Callable[[Any], tuple[str, float]]
    diagnostics: Callable[[Namespace], list[str]] | None = None
    robustness: tuple[str, ...] = ()
    none: str = ""
    folder: str = ""
    level: str = FULL

    @cached_property
    def lesson(self) -> Lesson:
        """The lesson, with the reference solution in it."""
        return Lesson.of_folder(self.folder)

    @property
    def points(self) -> int:
        """Points of all test cases."""
        return sum(case.points for case in self.cases)

    @property
    def key(self) -> str:
        """The name of the learner's file without its suffix: 10_softmax."""
        return self.folder[1:]

    def at_level(self, level: str) -> Exercise:
        """Return the exercise with the tests of a level; raise ValueError if there is no such level."""
        if level not in LEVELS:
            raise ValueError(f"--level should be formula or full, got {level!r}")
        cases = self.cases if level == FULL else self.formula_cases
        return replace(self, cases=cases, level=level)

    @property
    def formula_cases(self) -> tuple[Case, ...]:
        """The tests of ordinary inputs."""
        return tuple(case for case in self.cases if case.name not in self.robustness)

    def solution_namespace(self, *mistakes: Mistake) -> Namespace:
        """Return the namespace of the reference solution, with these mistakes in it."""
        return Namespace(self.lesson.run(with_mistakes(self.lesson.solution, *mistakes)))

    def pairs(self) -> Iterator[tuple[Mistake, Mistake]]:
        """Yield every pair of mistakes that can be combined, in each of their forms."""
        for both in combinations(self.mistakes, 2):
            for one, other in product(*(mistake.forms for mistake in both)):
                try:
                    compile(with_mistakes(self.lesson.solution, one, other), self.key, "exec")
                except (ValueError, SyntaxError):  # they replace the same text, or give invalid Python together
                    continue
                yield one, other
