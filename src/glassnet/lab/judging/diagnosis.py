"""From what is seen of an answer to what is wrong with it: which known mistakes behave just like it.

A mistake is named only if the answer behaves like it, number by number: in all cases (one mistake, several that show in
different cases, or two at once), or, where more is wrong, wherever that mistake shows at all, while no other known one
does the same. Otherwise the verdict says that it is unsure, and what was seen.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from glassnet.common.specs import unknown
from glassnet.lab.exercise import Case, Exercise, Wrong
from glassnet.lab.judging.comparing import as_numbers, is_right, same
from glassnet.lab.judging.credit import Effort
from glassnet.lab.judging.facts import facts
from glassnet.lab.judging.observations import Seen, look

PASSED, FAILED, TO_DO, BROKEN = "passed", "failed", "to do", "broken"
"""All cases right; some not; nothing written yet; a file that does not run."""


@dataclass(frozen=True)
class Result:
    """One case and how an answer did. facts: what is certain about it where it is wrong.

    counts: False for what is right, but would be so without any work, while nothing else is. is_explained: whether the
    mistakes that are named explain what is wrong.
    """

    case: Case
    is_right: bool
    expected: Seen
    got: Seen
    facts: Sequence[str] = ()
    counts: bool = True
    is_explained: bool = True


@dataclass(frozen=True)
class Verdict:
    """What is known about an answer.

    state: PASSED, FAILED, TO_DO or BROKEN. results: case by case. named: the mistakes it behaves like.
    is_all: whether they explain all that is wrong. trouble: why the file does not run, or what went wrong on the way.
    evidence: more that was measured. unwritten: functions that are still as they were handed out.
    """

    exercise: Exercise
    state: str
    results: Sequence[Result] = ()
    named: Sequence[Wrong] = ()
    is_all: bool = True
    trouble: str = ""
    evidence: Sequence[str] = ()
    unwritten: Sequence[str] = ()

    @property
    def points(self) -> int:
        """What the answer has earned."""
        return sum(result.case.points for result in self.results if result.is_right and result.counts)

    @property
    def wrong_results(self) -> list[Result]:
        """The cases that went wrong, in order; not those of which nothing was seen."""
        return [result for result in self.results if not result.is_right and not result.got.is_open]

    @property
    def open_results(self) -> list[Result]:
        """The cases of which nothing was seen: not written yet, or not tried."""
        return [result for result in self.results if result.got.is_open]


MOST_NAMED = 3
"""So many mistakes are named where they do not explain all that is wrong."""

TELLING = (
    "ValueError",
    "OverflowError",
    "ZeroDivisionError",
    "FloatingPointError",
    "LinAlgError",
    "RecursionError",
    "IndexError",
    "TypeError",
)
"""Exceptions that numbers and shapes lead to; others (a name that is not there) are anybody's."""

Behavior = tuple[Seen, ...]
"""What was seen in every case, in order."""

Place = tuple[int, str]
"""A case, by its number, and what in it is looked at, where it is a dict; else ""."""


NOWHERE = Seen(error="Nowhere", message="the reference has no such place")
"""What is seen in a place that the reference does not have: nothing is like it."""


def aspects(behavior: Behavior) -> dict[Place, Seen]:
    """Return what was seen place by place: of a dict each entry by itself."""
    found: dict[Place, Seen] = {}
    for i, seen in enumerate(behavior):
        if isinstance(seen.value, dict) and not seen.error:
            found |= {(i, str(key)): Seen(value) for key, value in seen.value.items()}
        else:
            found[i, ""] = seen
    return found


@dataclass
class Judge:
    """What is known about an exercise before an answer is looked at; computed when first needed, then kept."""

    exercise: Exercise
    right: Behavior = field(init=False)
    effort: Effort = field(init=False)
    _wrongs: dict[tuple[str, ...], Behavior] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.right = self._behavior()
        self.effort = Effort(self.exercise, self.right)

    def verdict(
        self, seen: Sequence[Seen], trouble: str = "", evidence: Sequence[str] = (), unwritten: Sequence[str] = ()
    ) -> Verdict:
        """Return what is known about an answer that shows this, case by case."""
        if all(one.is_open for one in seen):
            state = TO_DO if any(one.is_to_do for one in seen) else FAILED
            return Verdict(self.exercise, state, self._results(seen), trouble=trouble)
        named, is_all = self.named(tuple(seen))
        results = self._results(seen, () if is_all else named)
        if all(result.is_right for result in results):
            return Verdict(self.exercise, PASSED, results, trouble=trouble)
        return Verdict(self.exercise, FAILED, results, named, is_all, trouble, evidence, unwritten)

    def named(self, seen: Behavior) -> tuple[tuple[Wrong, ...], bool]:
        """Return the mistakes an answer behaves like, and whether they explain all of it."""
        if not self._failing(seen):
            return (), True
        for wrong in self.exercise.wrongs:
            if self._is_like(seen, (wrong,)):
                return (wrong,), True
        if apart := self._apart(seen):
            return apart, True
        for pair in self.exercise.pairs():
            if self._is_like(seen, pair):
                return pair, True
        return self._partly_named(seen), False

    def _apart(self, seen: Behavior) -> tuple[Wrong, ...]:
        """Return mistakes that show in different places and together explain all that is wrong, however many; or ()."""
        fitting = sorted(self._fitting(seen), key=lambda pair: -len(pair[1]))

        def cover(rest: frozenset[Place]) -> tuple[Wrong, ...] | None:
            if not rest:
                return ()
            first = min(rest)
            for wrong, places in fitting:
                if first in places and places <= rest and (others := cover(rest - places)) is not None:
                    return (wrong, *others)
            return None

        return cover(self._failing(seen)) or ()

    def _failing(self, seen: Behavior) -> frozenset[Place]:
        """Return the places in which an answer is wrong; not those of which nothing was seen."""
        right = aspects(self.right)
        return frozenset(
            place
            for place, one in aspects(seen).items()
            if not one.is_open and not is_right(right.get(place, NOWHERE), one)
        )

    def _fitting(self, seen: Behavior) -> list[tuple[Wrong, frozenset[Place]]]:
        """Return the mistakes that an answer shows wherever they show at all, with the places where that is."""
        shown, failing, fitting = aspects(seen), self._failing(seen), []
        for wrong in self.exercise.wrongs:
            behavior = self.behavior(wrong)
            places = frozenset(place for place in self._failing(behavior) if not seen[place[0]].is_open)
            told = aspects(behavior)
            is_shown = places and places <= failing and all(same(told[place], shown[place]) for place in places)
            if is_shown and self._differs_tellingly(behavior, seen):
                fitting.append((wrong, places))
        return fitting

    def behavior(self, *wrongs: Wrong) -> Behavior:
        """Return what is seen of the reference answer with these mistakes in it."""
        key = tuple(wrong.name for wrong in wrongs)
        if key not in self._wrongs:
            self._wrongs[key] = self._behavior(*wrongs)
        return self._wrongs[key]

    def _behavior(self, *wrongs: Wrong) -> Behavior:
        names = self.exercise.answers(*wrongs)
        return tuple(look(case, names) for case in self.exercise.cases)

    def _results(self, seen: Sequence[Seen], partly: Sequence[Wrong] = ()) -> list[Result]:
        """Return how an answer did, case by case. partly: mistakes that explain some of it."""
        right = [is_right(expected, got) for expected, got in zip(self.right, seen, strict=True)]
        counts, results = self.effort.counts(right), []
        for i, (case, expected, got) in enumerate(zip(self.exercise.cases, self.right, seen, strict=True)):
            said = () if right[i] or got.is_open else facts(expected, got)
            explained = not partly or any(same(self.behavior(wrong)[i], got) for wrong in partly)
            results.append(Result(case, right[i], expected, got, said, counts[i], explained))
        return results

    def _is_like(self, seen: Behavior, wrongs: tuple[Wrong, ...]) -> bool:
        """Return whether an answer behaves in all cases as the reference does with these mistakes, and tellingly so."""
        if len(wrongs) == 1:
            behavior = self.behavior(*wrongs)
        else:  # there are many pairs, and most differ in the first case already
            names, cases = self.exercise.answers(*wrongs), self.exercise.cases
            looks = ((look(case, names), got, right) for case, got, right in zip(cases, seen, self.right, strict=True))
            behavior = tuple(one for one, _, _ in itertools.takewhile(lambda trio: _alike(*trio), looks))
        return (
            len(behavior) == len(seen)
            and all(map(_alike, behavior, seen, self.right))
            and self._differs_tellingly(behavior, seen)
        )

    def _differs_tellingly(self, behavior: Behavior, seen: Behavior) -> bool:
        """Return whether a mistake shows, where something was seen, in more than an error anybody could get."""
        trio = zip(self.right, behavior, seen, strict=True)
        wrong = [one for right, one, got in trio if not got.is_open and not is_right(right, one)]
        return any(not one.error or one.error in TELLING or re.search(r"\d", one.message) for one in wrong)

    def _partly_named(self, seen: Behavior) -> tuple[Wrong, ...]:
        """Return the mistakes that an answer shows wherever they show at all, and that no other can be meant."""
        fitting, shown = self._fitting(seen), aspects(seen)
        return tuple(
            wrong
            for wrong, places in fitting
            if len(places) > 1  # what shows in one place alone may have many reasons
            and _are_telling([shown[place] for place in places])
            and not any(places & others for other, others in fitting if other is not wrong)
        )[:MOST_NAMED]


def _alike(one: Seen, other: Seen, right: Seen) -> bool:
    """Return whether an answer did the same as a known one in a case, or both did right; or nothing was seen of it."""
    return other.is_open or same(one, other) or (is_right(right, one) and is_right(right, other))


def _are_telling(seen: Sequence[Seen]) -> bool:
    """Return whether observations are so particular that they are not met by chance: two arrays, or three numbers."""
    found = [as_numbers(one.value) for one in seen if not one.error]
    arrays = [array for array in found if array is not None and array.dtype.kind in "fiu"]
    different = {number for array in arrays for number in np.round(array[np.isfinite(array)], 9).ravel().tolist()}
    return sum(array.size > 1 for array in arrays) >= 2 or len(different - {0.0, 1.0}) >= 3


def find_wrong(exercise: Exercise, name: str) -> Wrong:
    """Return the known wrong answer of this name; ValueError with the nearest ones for any other."""
    for wrong in exercise.wrongs:
        if wrong.name == name:
            return wrong
    raise unknown(f"wrong answer to exercise {exercise.number}:", name, [wrong.name for wrong in exercise.wrongs])
