"""Known mistakes of an exercise, as edits of its reference solution."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

Edits = tuple[tuple[str, str], ...]
"""Pairs of a text that occurs exactly once in the reference solution, and its replacement."""


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
    edits: Edits
    variants: tuple[Edits, ...] = ()
    raises: str = ""

    @property
    def forms(self) -> tuple[Mistake, ...]:
        """All forms of the mistake, the main one first, as mistakes without variants."""
        return tuple(replace(self, edits=edits, variants=()) for edits in (self.edits, *self.variants))

    def with_variants(self, variants: Iterable[Sequence[str]]) -> Mistake:
        """Return the mistake with further variants, each of them: old, new, old, new, ..."""
        further = (tuple(zip(one[::2], one[1::2], strict=True)) for one in variants)
        return replace(self, variants=(*self.variants, *further))

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
