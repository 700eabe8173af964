"""Diagnosis: from the observations of an answer to the known mistakes that explain them.

A mistake is reported only if the answer behaves exactly like the reference solution with that mistake. Either mistakes
explain all failed tests (one mistake, several in different tests, or two combined), or a mistake explains every test in
which it shows and no other known mistake does. Otherwise the verdict reports the observations only.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from glassnet.common.specs import unknown
from glassnet.lab.autograder.comparing import as_numbers, is_correct, is_equal
from glassnet.lab.autograder.credit import Credit
from glassnet.lab.autograder.facts import facts
from glassnet.lab.autograder.observations import Observation, run_case
from glassnet.lab.exercise import Case, Exercise
from glassnet.lab.mistakes import Mistake

PASSED, FAILED, NOT_STARTED, BROKEN = "passed", "failed", "not started", "broken"
"""All tests pass; some fail; nothing is written yet; the file does not run."""


@dataclass(frozen=True)
class Result:
    """The result of one test case.

    Parameters
    ----------
    case : Case
        The test case.
    is_correct : bool
        Whether the test passes.
    expected, got : Observation
        Observations of the reference solution and of the answer.
    facts : sequence of str
        Facts about a wrong observation.
    is_credited : bool
        Whether a passed test is worth its points; see `Credit`.
    is_explained : bool
        Whether the reported mistakes explain a failure.
    """

    case: Case
    is_correct: bool
    expected: Observation
    got: Observation
    facts: Sequence[str] = ()
    is_credited: bool = True
    is_explained: bool = True


@dataclass(frozen=True)
class Verdict:
    """The verdict on an answer.

    Parameters
    ----------
    exercise : Exercise
        The exercise.
    state : str
        PASSED, FAILED, NOT_STARTED, or BROKEN.
    results : sequence of Result
        Results of the test cases.
    mistakes : sequence of Mistake
        Known mistakes that the answer makes.
    explains_all : bool
        Whether these mistakes explain all failed tests.
    problem : str
        Why the file does not run, or errors raised while it ran.
    diagnostics : sequence of str
        Additional lines from the exercise.
    unimplemented : sequence of str
        Functions that are still starter code.
    """

    exercise: Exercise
    state: str
    results: Sequence[Result] = ()
    mistakes: Sequence[Mistake] = ()
    explains_all: bool = True
    problem: str = ""
    diagnostics: Sequence[str] = ()
    unimplemented: Sequence[str] = ()

    @property
    def points(self) -> int:
        """Points earned."""
        return sum(result.case.points for result in self.results if result.is_correct and result.is_credited)

    @property
    def is_formula_correct(self) -> bool:
        """Whether all tests of ordinary inputs pass."""
        names = {case.name for case in self.exercise.formula_cases}
        return bool(self.results) and all(one.is_correct for one in self.results if one.case.name in names)

    @property
    def failed_results(self) -> list[Result]:
        """Results of failed tests, in order, without those that did not run."""
        return [result for result in self.results if not result.is_correct and not result.got.is_untested]


MAX_PARTIAL_MISTAKES = 3
"""Maximum number of mistakes reported if they do not explain all failed tests."""

TELLING_ERRORS = (
    "ValueError",
    "OverflowError",
    "ZeroDivisionError",
    "FloatingPointError",
    "LinAlgError",
    "RecursionError",
    "IndexError",
    "TypeError",
)
"""Exceptions caused by numbers and shapes; others, such as NameError, are not specific to a mistake."""

Behavior = tuple[Observation, ...]
"""The observations of all test cases, in order."""

Edits = tuple[tuple[str, str], ...]
"""The edits of a mistake."""

Place = tuple[int, str]
"""Index of a test case, and the key within its observation if that is a dict, else ""."""


UNEXPECTED = Observation(error="Unexpected", message="not in the reference solution")
"""Stands for a place that the reference solution does not have; no observation equals it."""


def observations_by_place(behavior: Behavior) -> dict[Place, Observation]:
    """Return the observations place by place; each entry of a dict is a place."""
    found: dict[Place, Observation] = {}
    for i, observation in enumerate(behavior):
        if isinstance(observation.value, dict) and not observation.error:
            found |= {(i, str(key)): Observation(value) for key, value in observation.value.items()}
        else:
            found[i, ""] = observation
    return found


@dataclass
class Checker:
    """Compares answers with the reference solution and the known mistakes, whose behavior is computed once."""

    exercise: Exercise
    expected: Behavior = field(init=False)
    credit: Credit = field(init=False)
    _behaviors: dict[tuple[Edits, ...], Behavior] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.expected = self._behavior()
        self.credit = Credit(self.exercise, self.expected)

    def verdict(
        self,
        observations: Sequence[Observation],
        problem: str = "",
        diagnostics: Sequence[str] = (),
        unimplemented: Sequence[str] = (),
    ) -> Verdict:
        """Return the verdict on an answer with these observations, one per test case."""
        if all(one.is_untested for one in observations):
            state = NOT_STARTED if any(one.is_unimplemented for one in observations) else FAILED
            return Verdict(self.exercise, state, self._results(observations), problem=problem)
        mistakes, explains_all = self.find_mistakes(tuple(observations))
        results = self._results(observations, () if explains_all else mistakes)
        if all(result.is_correct for result in results):
            return Verdict(self.exercise, PASSED, results, problem=problem)
        return Verdict(self.exercise, FAILED, results, mistakes, explains_all, problem, diagnostics, unimplemented)

    def find_mistakes(self, got: Behavior) -> tuple[tuple[Mistake, ...], bool]:
        """Return the mistakes that an answer makes, and whether they explain all failed tests."""
        if not self._failing(got):
            return (), True
        for mistake in self.exercise.mistakes:
            if any(self._explains(got, (form,)) for form in mistake.forms) or self._raises_alike(got, mistake):
                return (mistake,), True
        if separate := self._separate(got):
            return separate, True
        for pair in self.exercise.pairs():
            if self._explains(got, pair):
                return tuple(find_mistake(self.exercise, one.name) for one in pair), True
        return self._partial(got), False

    def _separate(self, got: Behavior) -> tuple[Mistake, ...]:
        """Return mistakes in different places that together explain all failed tests; () if there are none."""
        fitting = sorted(self._fitting(got), key=lambda pair: -len(pair[1]))

        def cover(rest: frozenset[Place]) -> tuple[Mistake, ...] | None:
            if not rest:
                return ()
            first = min(rest)
            for mistake, places in fitting:
                if first in places and places <= rest and (others := cover(rest - places)) is not None:
                    return (mistake, *others)
            return None

        return cover(self._failing(got)) or ()

    def _failing(self, got: Behavior) -> frozenset[Place]:
        """Return the places in which an answer is wrong, without those that were not tested."""
        expected = observations_by_place(self.expected)
        return frozenset(
            place
            for place, one in observations_by_place(got).items()
            if not one.is_untested and not is_correct(expected.get(place, UNEXPECTED), one)
        )

    def _fitting(self, got: Behavior) -> list[tuple[Mistake, frozenset[Place]]]:
        """Return the mistakes that the answer makes in every place in which they show, with these places."""
        actual, failing, fitting = observations_by_place(got), self._failing(got), []
        right = observations_by_place(self.expected)
        for mistake in self.exercise.mistakes:
            for form in mistake.forms:
                behavior = self.behavior(form)
                places = frozenset(place for place in self._failing(behavior) if not got[place[0]].is_untested)
                known = observations_by_place(behavior)
                fits = (
                    places
                    and places <= failing
                    and all(is_equal(known[place], actual[place], right.get(place)) for place in places)
                )
                if fits and self._is_specific(behavior, got):
                    fitting.append((mistake, places))
                    break
        return fitting

    def _raises_alike(self, got: Behavior, mistake: Mistake) -> bool:
        """Return whether the answer fails the same tests as a mistake, all with an exception that is typical of it."""
        if not mistake.raises:
            return False
        failed = {i for i, _ in self._failing(got)}
        same = {i for i, _ in self._failing(self.behavior(mistake)) if not got[i].is_untested}
        return failed == same and all(is_raised(mistake.raises, got[i]) for i in failed)

    def behavior(self, *mistakes: Mistake) -> Behavior:
        """Return the observations of the reference solution with these mistakes in it."""
        key = tuple(mistake.edits for mistake in mistakes)
        if key not in self._behaviors:
            self._behaviors[key] = self._behavior(*mistakes)
        return self._behaviors[key]

    def _behavior(self, *mistakes: Mistake) -> Behavior:
        names = self.exercise.solution_namespace(*mistakes)
        return tuple(run_case(case, names) for case in self.exercise.cases)

    def _results(self, observations: Sequence[Observation], partial: Sequence[Mistake] = ()) -> list[Result]:
        """Return the results of all test cases. partial: mistakes that explain some failures."""
        correct = [is_correct(expected, got) for expected, got in zip(self.expected, observations, strict=True)]
        credited, results = self.credit.counts(correct), []
        for i, (case, expected, got) in enumerate(zip(self.exercise.cases, self.expected, observations, strict=True)):
            found = () if correct[i] or got.is_untested else facts(expected, got, self.exercise.none)
            forms = (form for mistake in partial for form in mistake.forms)
            explained = not partial or any(is_equal(self.behavior(form)[i], got, expected) for form in forms)
            results.append(Result(case, correct[i], expected, got, found, credited[i], explained))
        return results

    def _explains(self, got: Behavior, mistakes: tuple[Mistake, ...]) -> bool:
        """Return whether the reference solution with these mistakes behaves like the answer in all tests."""
        if len(mistakes) == 1:
            behavior = self.behavior(*mistakes)
        else:  # there are many pairs, and most differ in the first test already
            names, cases = self.exercise.solution_namespace(*mistakes), self.exercise.cases
            trios = (
                (run_case(case, names), one, right) for case, one, right in zip(cases, got, self.expected, strict=True)
            )
            behavior = tuple(one for one, _, _ in itertools.takewhile(lambda trio: _matches(*trio), trios))
        return (
            len(behavior) == len(got)
            and all(map(_matches, behavior, got, self.expected))
            and self._is_specific(behavior, got)
        )

    def _is_specific(self, behavior: Behavior, got: Behavior) -> bool:
        """Return whether a mistake shows in more than an exception that any mistake may raise."""
        trio = zip(self.expected, behavior, got, strict=True)
        wrong = [one for right, one, other in trio if not other.is_untested and not is_correct(right, one)]
        return any(not one.error or one.error in TELLING_ERRORS or re.search(r"\d", one.message) for one in wrong)

    def _partial(self, got: Behavior) -> tuple[Mistake, ...]:
        """Return the mistakes that the answer makes in every place in which they show, if no other known one does."""
        fitting, actual = self._fitting(got), observations_by_place(got)
        return tuple(
            mistake
            for mistake, places in fitting
            if len(places) > 1  # a single place may have many causes
            and _are_specific([actual[place] for place in places])
            and not any(places & others for other, others in fitting if other is not mistake)
        )[:MAX_PARTIAL_MISTAKES]


def is_raised(pattern: str, observation: Observation) -> bool:
    """Return whether an observation is an exception with this pattern in its message."""
    return bool(observation.error) and re.search(pattern, observation.message) is not None


def _matches(known: Observation, got: Observation, expected: Observation) -> bool:
    """Return whether two observations are equal or both correct; a case that was not tested matches as well."""
    return (
        got.is_untested or is_equal(known, got, expected) or (is_correct(expected, known) and is_correct(expected, got))
    )


def _are_specific(observations: Sequence[Observation]) -> bool:
    """Return whether observations are unlikely to agree by chance: two arrays, or three different numbers."""
    found = [as_numbers(one.value) for one in observations if not one.error]
    arrays = [array for array in found if array is not None and array.dtype.kind in "fiu"]
    different = {number for array in arrays for number in np.round(array[np.isfinite(array)], 9).ravel().tolist()}
    return sum(array.size > 1 for array in arrays) >= 2 or len(different - {0.0, 1.0}) >= 3


def find_mistake(exercise: Exercise, name: str) -> Mistake:
    """Return the known mistake with this name; ValueError with the closest match if there is none."""
    for mistake in exercise.mistakes:
        if mistake.name == name:
            return mistake
    raise unknown(f"mistake in exercise {exercise.number}:", name, [mistake.name for mistake in exercise.mistakes])
