"""What would be right without any work: cases that count only together with a result.

A function that does nothing but raise ValueError refuses all that has to be refused, and one that hands its argument
back leaves it as it was. Such cases are worth points, but not alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from glassnet.lab.exercise import Exercise, Names
from glassnet.lab.judging.comparing import is_right
from glassnet.lab.judging.observations import Seen, look


def refuses(*args: Any, **options: Any) -> Any:
    """Raise ValueError, whatever comes."""
    raise ValueError("no")


def unwritten(*args: Any, **options: Any) -> Any:
    """Raise NotImplementedError, as what is handed out does."""
    raise NotImplementedError


IDLE: tuple[Callable[..., Any], ...] = (
    refuses,
    lambda *args, **options: None,
    lambda *args, **options: 0,
    lambda *args, **options: args[0] if args else None,
)
"""Functions that do no work."""


@dataclass(frozen=True)
class Effort:
    """Which cases of an exercise take work, and which functions each depends on. right: what the reference shows."""

    exercise: Exercise
    right: Sequence[Seen]

    def counts(self, is_right_in: Sequence[bool]) -> list[bool]:
        """Return case by case whether being right counts: it takes work, or something that takes work is right, too."""
        if all(is_right_in):
            return [True] * len(is_right_in)
        earned = [self.used[i] for i, right in enumerate(is_right_in) if right and i not in self.idle]
        return [i not in self.idle or any(used & self.used[i] for used in earned) for i in range(len(is_right_in))]

    @cached_property
    def idle(self) -> set[int]:
        """The cases in which functions are right that do no work."""
        answers = [Names(dict.fromkeys(self.exercise.defines, function)) for function in IDLE]
        return {i for i in range(len(self.right)) if any(self._is_right(i, names) for names in answers)}

    @cached_property
    def used(self) -> list[set[str]]:
        """The functions that each case depends on."""
        reference = self.exercise.answers()
        whole = {name: getattr(reference, name) for name in self.exercise.defines}
        without = {name: Names({**whole, name: unwritten}) for name in whole}
        return [{name for name in whole if not self._is_right(i, without[name])} for i in range(len(self.right))]

    def _is_right(self, i: int, names: Names) -> bool:
        return is_right(self.right[i], look(self.exercise.cases[i], names))
