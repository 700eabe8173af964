"""Observations: the value that a test case returns, or the exception it raises, and their JSON encoding.

Observations pass between processes as JSON, so that no code of a submission can run in the grading process.
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

from glassnet.lab.autograder.sources import location, replace_surrogates
from glassnet.lab.exercise import Case, Namespace
from glassnet.lab.formatting import format_value, without_addresses

MAX_NUMBERS = 200_000
"""Larger arrays are described only."""

MAX_TEXT = 2_000
"""Maximum number of characters of a text, an error message, or printed output."""

MAX_PRINTED = 10_000_000
"""Maximum number of characters that an answer may print during one test."""

MAX_DEPTH = 40
"""Maximum nesting depth of lists, tuples, and dicts."""

STDOUT_LOCK = threading.RLock()
"""Capturing output replaces stdout of the whole process, which two threads cannot do at once."""


class Stopped(BaseException):
    """Stops an answer that exceeds a limit. A BaseException, so that `except Exception` does not catch it."""


class CapturedOutput(io.TextIOBase):
    """Captures printed output: keeps its beginning, counts the rest, and stops an answer that prints too much."""

    def __init__(self) -> None:
        self.text, self.count = "", 0

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, text: str) -> int:
        """Capture text."""
        self.text += text[: MAX_TEXT - len(self.text)]
        self.count += len(text)
        if self.count > MAX_PRINTED:
            raise Stopped(f"stopped after printing {MAX_PRINTED // 10**6} million characters")
        return len(text)


@dataclass(frozen=True)
class OpaqueValue:
    """A value that is neither numbers nor text. kind: the name of its type. text: its representation."""

    kind: str
    text: str = ""

    def __repr__(self) -> str:
        return self.text or f"an object of type {self.kind}"


@dataclass(frozen=True)
class Observation:
    """The observation of one test case.

    Parameters
    ----------
    value : object
        The value returned.
    error : str
        The exception type, "" if none was raised.
    message : str
        The exception's message.
    where : str
        The line of the learner's file that raised it, "" if none did.
    printed : str
        Output printed during the test.
    kinds : tuple of str
        Base classes of the exception, such as ValueError for a class derived from it.
    """

    value: Any = None
    error: str = ""
    message: str = ""
    where: str = ""
    printed: str = ""
    kinds: tuple[str, ...] = ()

    @classmethod
    def not_run(cls) -> Observation:
        """Return the observation of a test that did not run."""
        return cls(error="NotRun")

    @property
    def is_unimplemented(self) -> bool:
        """Whether the answer is still starter code."""
        return self.error == "NotImplementedError"

    @property
    def is_untested(self) -> bool:
        """Whether there is no result: the answer is not implemented, or the test did not run."""
        return self.is_unimplemented or self.error == "NotRun"

    def to_json(self) -> dict[str, Any]:
        """Return the observation as JSON data."""
        texts = {"error": self.error, "message": self.message, "where": self.where, "printed": self.printed}
        return {**texts, "value": encode(self.value), "kinds": list(self.kinds)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Observation:
        """Return the observation in JSON data, which is validated: a submission may have forged it."""
        texts = {key: clean(str(data.get(key, ""))) for key in ("error", "message", "where", "printed")}
        kinds = data.get("kinds")
        return cls(
            decode(data.get("value")), **texts, kinds=tuple(map(str, kinds[:99])) if isinstance(kinds, list) else ()
        )


def run_case(case: Case, names: Namespace, file: str = "", source: str = "") -> Observation:
    """Run a test case on an answer. file, source: the learner's file, to locate exceptions in it."""
    printed = CapturedOutput()
    try:
        with (
            STDOUT_LOCK,
            contextlib.redirect_stdout(printed),
            warnings.catch_warnings(),
            np.errstate(all="ignore"),
        ):
            warnings.simplefilter("ignore")
            value = case.observe(names)
    except BaseException as error:  # SystemExit as well: the code is not ours
        if isinstance(error, KeyboardInterrupt):
            raise
        kinds = tuple(kind.__name__ for kind in type(error).__mro__[1:-2])
        line = line_of(error, file)
        where = location(source, line) if line else ""
        return Observation(None, type(error).__name__, exception_text(error), where, printed.text, kinds)
    return Observation(value, printed=printed.text)


def exception_text(error: BaseException) -> str:
    """Return an exception's message, even if its __str__ raises."""
    try:
        return str(error)
    except BaseException:
        return "the message is not available"


def clean(text: str) -> str:
    """Return a text of limited length without lone surrogates and addresses of objects."""
    return without_addresses(replace_surrogates(text[:MAX_TEXT]))


def timeout_message(seconds: float) -> str:
    """Return the message for an answer that exceeds the time limit."""
    return f"stopped after {seconds:g} seconds; is there an infinite loop?"


def line_of(error: BaseException, file: str) -> int:
    """Return the line of a file that raised an exception, or called the code that did; 0 if there is none."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    return lines[-1] or 0 if lines else 0


def encode(value: Any, depth: int = 0) -> Any:
    """Return a value as JSON data."""
    if depth > MAX_DEPTH:
        return {"opaque": ["deeply nested list", ""]}
    if value is None or isinstance(value, (bool, str)):
        return value[:MAX_TEXT] if isinstance(value, str) else value
    if isinstance(value, (int, float)) and not isinstance(value, np.generic):
        return value if abs(value) < 2**63 or value != value or isinstance(value, float) else {"opaque": ["int", ""]}
    if isinstance(value, np.matrix):
        return {"opaque": ["matrix", format_value(np.asarray(value))]}
    if isinstance(value, (np.ndarray, np.generic)):
        array = np.asarray(value)
        if array.dtype.kind not in "biuf" or array.size > MAX_NUMBERS:
            return {"opaque": [f"array of {array.dtype} and shape {array.shape}", format_value(array)]}
        if array.dtype.kind == "f" and array.dtype.itemsize > 8:
            array = array.astype(np.float64)  # long doubles exceed JSON numbers
        return {"array": array.ravel().tolist(), "shape": list(array.shape), "dtype": array.dtype.name}
    if isinstance(value, (list, tuple)) and len(value) <= MAX_NUMBERS:
        return (
            {type(value).__name__: [encode(one, depth + 1) for one in value]}
            if type(value) in (list, tuple)
            else _opaque(value)
        )
    if type(value) is dict:
        return {"dict": [[str(key), encode(one, depth + 1)] for key, one in value.items()]}
    return _opaque(value)


DTYPE = re.compile(r"bool|u?int(8|16|32|64)|float(16|32|64)")
"""Dtypes that are encoded."""


def _opaque(value: Any) -> Any:
    if isinstance(value, types.FunctionType):
        return {"opaque": ["function", without_addresses(repr(value))]}
    return {"opaque": [type(value).__name__, ""]}


def decode(data: Any, depth: int = 0) -> Any:
    """Return the value of JSON data; anything that `encode` does not produce becomes an OpaqueValue."""
    if depth > MAX_DEPTH + 1:
        return OpaqueValue("object")
    match data:
        case str():
            return clean(data)
        case None | bool() | int() | float():
            return data
        case {"array": list(numbers), "shape": list(shape), "dtype": str(dtype)} if DTYPE.fullmatch(dtype):
            try:
                array = np.array(numbers, np.dtype(dtype))
                return array.reshape([int(size) for size in shape])
            except (TypeError, ValueError, OverflowError):
                return OpaqueValue("array")
        case {"list": list(inside)}:
            return [decode(one, depth + 1) for one in inside]
        case {"tuple": list(inside)}:
            return tuple(decode(one, depth + 1) for one in inside)
        case {"dict": list(pairs)}:
            pairs = [pair for pair in pairs if isinstance(pair, list) and len(pair) == 2]
            return {clean(str(key)): decode(one, depth + 1) for key, one in pairs}
        case {"opaque": [str(kind), str(text)]}:
            return OpaqueValue(clean(kind), clean(text))
    return OpaqueValue("object")
