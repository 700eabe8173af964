"""What is seen of an answer: the value a case gives, or the exception; and how it travels from one process to another.

It travels as JSON, which can only be numbers and words: whatever a submission does, nothing of it is run on this side.
"""

from __future__ import annotations

import contextlib
import io
import re
import threading
import traceback
import types
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Names
from glassnet.lab.formatting import shown
from glassnet.lab.judging.sources import place, whole_characters

MOST_NUMBERS = 200_000
"""An array of more numbers is only described."""

LONGEST_WORDS = 2_000
"""How much of a text, an error message or of what is printed travels."""


MOST_PRINTED = 10_000_000
"""An answer that prints more characters than this while one case is looked at is stopped."""


DEEPEST = 40
"""A list in a list in a list ... is looked into so far."""

ONE_AT_A_TIME = threading.RLock()
"""What is printed is caught by taking the whole process's stdout away, which two threads cannot do at once."""


class Stopped(BaseException):
    """An answer is stopped, and says why; no Exception, so that few answers catch it."""


class Printed(io.TextIOBase):
    """What an answer prints: its beginning is kept, the rest only counted, and too much of it stops the answer."""

    def __init__(self) -> None:
        self.text, self.count = "", 0

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, text: str) -> int:
        """Take in what is printed."""
        self.text += text[: LONGEST_WORDS - len(self.text)]
        self.count += len(text)
        if self.count > MOST_PRINTED:
            raise Stopped(f"it was stopped after printing {MOST_PRINTED // 10**6} million characters")
        return len(text)


@dataclass(frozen=True)
class Foreign:
    """A value that is neither numbers nor words. kind: the name of its type. words: how it shows itself."""

    kind: str
    words: str = ""

    def __repr__(self) -> str:
        return self.words or f"something of type {self.kind}"


@dataclass(frozen=True)
class Seen:
    """What one case has shown. value: what came back. error: the kind of exception, "" for none; message: its words.

    where: the line of the learner's file in which it was raised, "" if in none. printed: what was printed meanwhile.
    kinds: what else the exception is, such as ValueError for one that derives from it.
    """

    value: Any = None
    error: str = ""
    message: str = ""
    where: str = ""
    printed: str = ""
    kinds: tuple[str, ...] = ()

    @classmethod
    def not_run(cls) -> Seen:
        """Return what stands for a case that was not tried."""
        return cls(error="NotRun")

    @property
    def is_to_do(self) -> bool:
        """Whether the answer has not been written yet."""
        return self.error == "NotImplementedError"

    @property
    def is_open(self) -> bool:
        """Whether nothing can be said about this case: its answer is not written yet, or it was not tried."""
        return self.is_to_do or self.error == "NotRun"

    def words(self) -> dict[str, Any]:
        """Return this as JSON can hold it."""
        told = {"error": self.error, "message": self.message, "where": self.where, "printed": self.printed}
        return {**told, "value": encoded(self.value), "kinds": list(self.kinds)}

    @classmethod
    def from_words(cls, words: dict[str, Any]) -> Seen:
        """Return what `words` tells; it may come from a submission, so nothing in it is believed."""
        told = {key: clean(str(words.get(key, ""))) for key in ("error", "message", "where", "printed")}
        kinds = words.get("kinds")
        return cls(
            decoded(words.get("value")), **told, kinds=tuple(map(str, kinds[:99])) if isinstance(kinds, list) else ()
        )


def look(case: Case, names: Names, file: str = "", source: str = "") -> Seen:
    """Return what a case shows of an answer. file: the learner's, whose lines are told when something is raised."""
    printed = Printed()
    try:
        with (
            ONE_AT_A_TIME,
            contextlib.redirect_stdout(printed),
            warnings.catch_warnings(),
            np.errstate(all="ignore"),
        ):
            warnings.simplefilter("ignore")
            value = case.observe(names)
    except BaseException as error:  # also of sys.exit and the like: it is somebody else's code
        if isinstance(error, KeyboardInterrupt):
            raise
        kinds = tuple(kind.__name__ for kind in type(error).__mro__[1:-2])
        line = line_of(error, file)
        where = place(source, line) if line else ""
        return Seen(None, type(error).__name__, words_of(error), where, printed.text, kinds)
    return Seen(value, printed=printed.text)


def words_of(error: BaseException) -> str:
    """Return what an exception says, also one of somebody's own that cannot say it."""
    try:
        return str(error)
    except BaseException:
        return "it cannot say what is wrong"


def clean(text: str) -> str:
    """Return a text that can be written down: not too long, and without halves of characters."""
    return whole_characters(text[:LONGEST_WORDS])


def too_long(seconds: float) -> str:
    """Return why an answer was stopped that has taken so many seconds."""
    return f"it was stopped after {seconds:g} seconds (an endless loop?)"


def line_of(error: BaseException, file: str) -> int:
    """Return in which line of a file an exception was raised, or the call that led to it; 0 if in none."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    return lines[-1] or 0 if lines else 0


def encoded(value: Any, depth: int = 0) -> Any:
    """Return a value as JSON can hold it."""
    if depth > DEEPEST:
        return {"foreign": ["something nested very deep", ""]}
    if value is None or isinstance(value, (bool, str)):
        return value[:LONGEST_WORDS] if isinstance(value, str) else value
    if isinstance(value, (int, float)) and not isinstance(value, np.generic):
        return value if abs(value) < 2**63 or value != value or isinstance(value, float) else {"foreign": ["int", ""]}
    if isinstance(value, np.matrix):
        return {"foreign": ["matrix", shown(np.asarray(value))]}
    if isinstance(value, (np.ndarray, np.generic)):
        array = np.asarray(value)
        if array.dtype.kind not in "biuf" or array.size > MOST_NUMBERS:
            return {"foreign": [f"array of {array.dtype} and shape {array.shape}", shown(array)]}
        if array.dtype.kind == "f" and array.dtype.itemsize > 8:
            array = array.astype(np.float64)  # long doubles, which JSON cannot hold
        return {"array": array.ravel().tolist(), "shape": list(array.shape), "dtype": array.dtype.name}
    if isinstance(value, (list, tuple)) and len(value) <= MOST_NUMBERS:
        return (
            {type(value).__name__: [encoded(one, depth + 1) for one in value]}
            if type(value) in (list, tuple)
            else _foreign(value)
        )
    if type(value) is dict:
        return {"dict": [[str(key), encoded(one, depth + 1)] for key, one in value.items()]}
    return _foreign(value)


KIND = re.compile(r"bool|u?int(8|16|32|64)|float(16|32|64)")
"""The kinds of numbers that travel."""


def _foreign(value: Any) -> Any:
    if isinstance(value, types.FunctionType):
        return {"foreign": ["function", f"the function {value.__name__}"]}
    return {"foreign": [type(value).__name__, ""]}


def decoded(words: Any, depth: int = 0) -> Any:
    """Return the value that `encoded` has made words of; what it has not made becomes Foreign."""
    if depth > DEEPEST + 1:
        return Foreign("something")
    match words:
        case str():
            return clean(words)
        case None | bool() | int() | float():
            return words
        case {"array": list(numbers), "shape": list(shape), "dtype": str(dtype)} if KIND.fullmatch(dtype):
            try:
                array = np.array(numbers, np.dtype(dtype))
                return array.reshape([int(size) for size in shape])
            except (TypeError, ValueError, OverflowError):
                return Foreign("array")
        case {"list": list(inside)}:
            return [decoded(one, depth + 1) for one in inside]
        case {"tuple": list(inside)}:
            return tuple(decoded(one, depth + 1) for one in inside)
        case {"dict": list(pairs)}:
            pairs = [pair for pair in pairs if isinstance(pair, list) and len(pair) == 2]
            return {clean(str(key)): decoded(one, depth + 1) for key, one in pairs}
        case {"foreign": [str(kind), str(text)]}:
            return Foreign(clean(kind), clean(text))
    return Foreign("something")
