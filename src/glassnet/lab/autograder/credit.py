"""Partial credit: tests that need no work count only together with a test that does.

A function that only raises ValueError passes every test that expects ValueError. One that returns its argument leaves
it unchanged. Such tests are worth points, but not by themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from glassnet.lab.autograder.comparing import is_correct
from glassnet.lab.autograder.observations import Observation, run_case
from glassnet.lab.exercise import Exercise, Namespace


def always_raises(*args: Any, **options: Any) -> Any:
    """Raise ValueError for any arguments."""
    raise ValueError("no")


def not_implemented(*args: Any, **options: Any) -> Any:
    """Raise NotImplementedError, as the starter code does."""
    raise NotImplementedError


TRIVIAL: tuple[Callable[..., Any], ...] = (
    always_raises,
    lambda *args, **options: None,
    lambda *args, **options: 0,
    lambda *args, **options: args[0] if args else None,
)
"""Functions that do no work."""


@dataclass(frozen=True)
class Credit:
    """Which tests of an exercise need work, and which functions each uses. expected: the reference's observations."""

    exercise: Exercise
    expected: Sequence[Observation]

    def counts(self, passed: Sequence[bool]) -> list[bool]:
        """Return for each test whether it counts: it needs work, or a test that does passes for the same function."""
        if all(passed):
            return [True] * len(passed)
        earned = [self.used[i] for i, is_passed in enumerate(passed) if is_passed and i not in self.trivial]
        return [i not in self.trivial or any(used & self.used[i] for used in earned) for i in range(len(passed))]

    @cached_property
    def trivial(self) -> set[int]:
        """The tests that functions without any work pass."""
        answers = [Namespace(dict.fromkeys(self.exercise.defines, function)) for function in TRIVIAL]
        return {i for i in range(len(self.expected)) if any(self._is_correct(i, names) for names in answers)}

    @cached_property
    def used(self) -> list[set[str]]:
        """The functions that each test depends on."""
        reference = self.exercise.solution_namespace()
        whole = {name: getattr(reference, name) for name in self.exercise.defines}
        without = {name: Namespace({**whole, name: not_implemented}) for name in whole}
        return [{name for name in whole if not self._is_correct(i, without[name])} for i in range(len(self.expected))]

    def _is_correct(self, i: int, names: Namespace) -> bool:
        return is_correct(self.expected[i], run_case(self.exercise.cases[i], names))
