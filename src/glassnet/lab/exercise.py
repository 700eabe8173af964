"""What an exercise is: the cases an answer has to get right, the wrong answers that are known, and words of help.

An answer is a namespace: the names that a learner's file has defined. A case looks at it and returns an observation,
which is compared with the observation of the reference answer. Nothing is said about how an answer must be written.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any

from glassnet.lab.formatting import shown
from glassnet.lab.lesson import Lesson


class Names:
    """The names that an answer has defined, to be asked for as attributes."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        self._names = names

    def __getattr__(self, name: str) -> Any:
        try:
            return self._names[name]
        except KeyError:
            raise NameError(f"{name} is not defined") from None


@dataclass(frozen=True)
class Call:
    """A call of something that the answer defines; what comes back is the observation. args are copied each time."""

    name: str
    args: tuple[Any, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)

    def __call__(self, names: Names) -> Any:
        """Make the call and return what comes back."""
        return getattr(names, self.name)(*copy.deepcopy(self.args), **copy.deepcopy(dict(self.options)))

    def __str__(self) -> str:
        given = [shown(arg) for arg in self.args] + [f"{key}={shown(value)}" for key, value in self.options.items()]
        return f"{self.name}({', '.join(given)})"


def call(name: str, *args: Any, **options: Any) -> Call:
    """Return the call name(*args, **options), to be made later."""
    return Call(name, args, options)


@dataclass(frozen=True)
class Case:
    """One thing an answer has to get right.

    about: what it is about, in a few words: "two equal rows". observe: a Call, or a function from Names to what is
    seen: numbers, arrays, words, lists and dicts of these; where an exception is expected, it is what is seen.
    doing: what observe does, in words or as code; a Call says it itself. points: what it is worth.
    """

    about: str
    observe: Callable[[Names], Any]
    doing: str = ""
    points: int = 1

    @property
    def text(self) -> str:
        """What is done, as a learner would write or say it."""
        return self.doing or str(self.observe)


@dataclass(frozen=True)
class Wrong:
    """A wrong answer that is known: the reference answer with some words changed. Two of them can be made at once.

    name: in a few words. says: what a learner who has made this mistake is told: what happens, why, what to do.
    edits: pairs of a text that stands once in the reference answer, and what stands there instead.
    """

    name: str
    says: str
    edits: tuple[tuple[str, str], ...]

    def places(self, source: str) -> list[tuple[int, int, str]]:
        """Return where something is changed in the source, and into what; ValueError unless each text stands once."""
        for old, _ in self.edits:
            if source.count(old) != 1:
                raise ValueError(f"{self.name!r}: {old!r} stands {source.count(old)} times in the answer, not once")
        return [(source.index(old), source.index(old) + len(old), new) for old, new in self.edits]


def with_mistakes(source: str, *wrongs: Wrong) -> str:
    """Return the source with these mistakes in it; ValueError where two of them change the same words."""
    places = sorted(place for wrong in wrongs for place in wrong.places(source))
    if any(end > begin for (_, end, _), (begin, _, _) in pairwise(places)):
        raise ValueError(f"{' and '.join(repr(wrong.name) for wrong in wrongs)} change the same words")
    for begin, end, new in reversed(places):
        source = source[:begin] + new + source[end:]
    return source


def wrong(name: str, says: str, *edits: str) -> Wrong:
    """Return a Wrong; edits: old, new, old, new, ..."""
    return Wrong(name, says, tuple(zip(edits[::2], edits[1::2], strict=True)))


@dataclass(frozen=True)
class Exercise:
    """An exercise of the course, all but its lesson.

    number: "10", or "2a" for what stands between two numbers. title: a few words. defines: the names a learner has to
    define. cases: in the order in which they are told. wrongs: the known wrong answers. hints: a nudge, the method, and
    nearly the line. why: why it works, read after passing. library: where glassnet does the same, as
    "maths/activations.py Softmax". question: one to think about. quiz: makes a question with one number as its answer,
    for those who want to skip the exercise; gets a numpy Generator. evidence: more to say about a wrong answer; gets
    the names and returns lines.
    """

    number: str
    title: str
    defines: tuple[str, ...]
    cases: tuple[Case, ...]
    wrongs: tuple[Wrong, ...]
    hints: tuple[str, str, str]
    why: str
    library: str
    question: str
    quiz: Callable[[Any], tuple[str, float]]
    evidence: Callable[[Names], list[str]] | None = None
    folder: str = ""

    @cached_property
    def lesson(self) -> Lesson:
        """What the learner reads, with the reference answer in it."""
        return Lesson.of_folder(self.folder)

    @property
    def points(self) -> int:
        """What the whole exercise is worth."""
        return sum(case.points for case in self.cases)

    @property
    def key(self) -> str:
        """The name of the learner's file, without its ending: 10_softmax."""
        return self.folder[1:]

    def answers(self, *wrongs: Wrong) -> Names:
        """Return the names of the reference answer, with these mistakes in it."""
        return Names(self.lesson.run(with_mistakes(self.lesson.answer, *wrongs)))

    def pairs(self) -> Iterator[tuple[Wrong, Wrong]]:
        """Give every pair of mistakes that can be made at once: those that do not change the same words."""
        for i, one in enumerate(self.wrongs):
            for other in self.wrongs[i + 1 :]:
                try:
                    compile(with_mistakes(self.lesson.answer, one, other), self.key, "exec")
                except (ValueError, SyntaxError):  # they change the same words, or make no sense together
                    continue
                yield one, other
