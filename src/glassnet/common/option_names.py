"""Options in messages: --skip-invalid on the command line, skip_invalid=True in Python.

Messages are written with the option of the command line. Where Python code reads them, they are translated: in
warnings, in decisions, and in errors of functions with the decorator `names_parameters`.
"""

from __future__ import annotations

import functools
import re
import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

FLAGS = {
    "skip-invalid": "skip_invalid=True",
    "strict": "strict=True",
    "header": "header=True",
    "no-header": "header=False",
}
"""Options without a value, and what stands for them in Python."""

VALUED = (
    *("target", "task", "na-value", "drop", "categorical", "numeric", "date", "decimal", "thousands", "dayfirst"),
    *("group", "time", "names", "skip-lines", "skip-footer", "format", "sheet", "unseen", "image-size", "color"),
)
"""Options with a value."""

NO_VALUE = "for|to|or|and|with|of|is|if|in|by|on|the|that|it|only|applies|requires"
"""Words that may follow the name of an option without being its value."""

OPTION = re.compile(
    rf"--(?:(?P<flag>{'|'.join(FLAGS)})|(?P<name>{'|'.join(VALUED)}))\b(?!-)"
    rf"(?P<value> (?!(?:{NO_VALUE})\b)(?:'[^']*'|[.,](?= )|[^\s'\";,()]+))?"
)
"""An option in a message, perhaps with its value: a word, or text in quotation marks."""

_is_command_line = False


@contextmanager
def on_command_line() -> Iterator[None]:
    """Leave the options in messages as they are on the command line."""
    global _is_command_line
    before, _is_command_line = _is_command_line, True
    try:
        yield
    finally:
        _is_command_line = before


def for_reader(message: str) -> str:
    """Return a message with parameters in place of options, unless the command line reads it.

    >>> for_reader("ignore it with --drop 'total price', or use --skip-invalid to skip such rows")
    "ignore it with drop='total price', or use skip_invalid=True to skip such rows"
    """
    return message if _is_command_line else OPTION.sub(_parameter, message)


def names_parameters(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Return a function whose ValueErrors and TypeErrors name parameters in place of options."""

    @functools.wraps(function)
    def with_parameters(*args: Parameters.args, **options: Parameters.kwargs) -> Result:
        try:
            return function(*args, **options)
        except (ValueError, TypeError) as error:
            if error.args and isinstance(error.args[0], str):
                error.args = (for_reader(error.args[0]), *error.args[1:])
            raise

    return with_parameters


def _parameter(found: re.Match[str]) -> str:
    if found["flag"]:
        return FLAGS[found["flag"]] + (found["value"] or "")
    name, value = found["name"].replace("-", "_"), found["value"]
    if value is None:
        return name
    text, rest = value.strip(), ""
    if len(text) > 1 and not text.startswith("'"):
        text, rest = text.rstrip(".:"), text[len(text.rstrip(".:")) :]
    return f"{name}={shlex.split(text)[0]!r}{rest}"
