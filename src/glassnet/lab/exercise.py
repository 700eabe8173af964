"""An exercise: test cases, a catalog of known mistakes, hints, and an explanation.

An answer is a namespace: the names that a learner's file defines. Each test case makes an observation of the namespace,
which is compared with the same observation of the reference solution. Tests never look at how an answer is written.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations, product
from pathlib import Path
from types import FunctionType
from typing import Any

from glassnet.lab.formatting import format_value
from glassnet.lab.lesson import FOLDER, Lesson, parse_number
from glassnet.lab.mistakes import Mistake, with_mistakes
from glassnet.lab.texts import FILE, FigureTexts, Texts, read_texts


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


FORMULA, FULL = "formula", "full"
"""Levels of a check: tests of ordinary inputs; all tests."""

LEVELS = (FORMULA, FULL)


@dataclass(frozen=True)
class Exercise:
    """An exercise of the course, without its lesson.

    Texts and known mistakes are in the exercise's folder, and are read when they are first needed.

    Parameters
    ----------
    defines : tuple of str
        Names that the learner has to define.
    cases : tuple of Case
        Test cases, in the order in which they are reported.
    quiz : callable
        Makes a question with one number as its answer, from a NumPy Generator. Learners may answer it to skip the
        exercise.
    robustness : tuple of str
        Names of the tests of robustness: unusual inputs, extreme values, exceptions. The level FORMULA omits them.
    variants : dict of str to list
        Generated variants of known mistakes, by the mistake's name; each variant is old, new, old, new, ...
    diagnostics : callable, optional
        Makes additional lines of feedback for a wrong answer, from its `Namespace`.
    folder : str
        The exercise's folder; set when the exercise is loaded.
    level : str
        Which tests there are: FORMULA or FULL.
    """

    defines: tuple[str, ...]
    cases: tuple[Case, ...]
    quiz: Callable[[Any], tuple[str, float]]
    robustness: tuple[str, ...] = ()
    variants: Mapping[str, Sequence[Sequence[str]]] = field(default_factory=dict)
    diagnostics: Callable[[Namespace], list[str]] | None = None
    folder: str = ""
    level: str = FULL

    @property
    def number(self) -> str:
        """The exercise's number: "10", or "2a" for an exercise between two numbers."""
        return parse_number(self.folder)

    @property
    def texts_path(self) -> Path:
        """The file with the texts."""
        return FOLDER / self.folder / FILE

    @property
    def texts(self) -> Texts:
        """The texts; ValueError if their file is invalid."""
        return read_texts(self.texts_path)

    @property
    def title(self) -> str:
        """The standard term for the topic."""
        return self.texts.title

    @property
    def hints(self) -> tuple[str, ...]:
        """Three hints: an idea, the method, and nearly the code."""
        return self.texts.hints

    @property
    def explanation(self) -> str:
        """Why the solution works; shown after passing."""
        return self.texts.explanation

    @property
    def library(self) -> str:
        """The same thing in glassnet, as "maths/activations/softmax.py Softmax"."""
        return self.texts.library

    @property
    def question(self) -> str:
        """A question for further thought, without a solution."""
        return self.texts.question

    @property
    def none(self) -> str:
        """Which arguments are None, for answers that fail because of a None: "act_func is None if ..."."""
        return self.texts.none

    @property
    def figure_texts(self) -> FigureTexts:
        """The texts of the figure."""
        return FigureTexts(self.texts.figure, self.texts_path)

    @cached_property
    def mistakes(self) -> tuple[Mistake, ...]:
        """Known mistakes, with their generated variants."""
        known = self.texts.mistakes
        for name in set(self.variants).difference(one.name for one in known):
            checks = self.texts_path.with_name("checks.py")
            raise ValueError(
                f"{checks}: {FILE} has no mistake {name!r}, which has variants; use one name in both files"
            )
        return tuple(one.with_variants(self.variants.get(one.name, ())) for one in known)

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
