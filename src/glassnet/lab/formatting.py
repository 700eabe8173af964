"""Formatting of values in messages: short, as Python literals."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

DIGITS = 6
"""Significant digits of numbers."""

INTERNAL = (
    (r"<function (?:[\w.<>]*\.)?<lambda> at 0x[0-9a-fA-F]+>", "a lambda function"),
    (r"<(?:bound|built-in) method (?:[\w.<>]*\.)?(\w+) of (?:<[^<>]*>|[^<>]*)>", r"the function \1"),
    (r"<(?:built-in function|function|ufunc) '?(?:[\w.<>]*\.)?(\w+)[^<>]*>", r"the function \1"),
    (r"<(?:[\w.<>]*\.)?(\w+) object at 0x[0-9a-fA-F]+>", r"an object of type \1"),
    (r" at 0x[0-9a-fA-F]+", ""),
)
"""Patterns of Python's texts for functions and objects, and the texts that replace them."""

MAX_LENGTH = 120
"""Maximum number of characters. Longer values are abbreviated to their type, their shape, and the first numbers."""


def format_value(value: Any, digits: int = DIGITS) -> str:
    """Return a value as a Python literal, abbreviated if it is long. digits: significant digits of its numbers.

    >>> format_value(np.array([[1.0, 2.5], [3.0, 0.1]]))
    '[[1, 2.5], [3, 0.1]]'
    >>> format_value(np.zeros((64, 6)))
    'an array of shape (64, 6): [[0, 0, …'
    """
    text = _text(value, digits)
    if len(text) <= MAX_LENGTH:
        return text
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}: {text[:6].rstrip(', ')}, …"
    if isinstance(value, (list, tuple)):
        return f"a {type(value).__name__} of {len(value)}: {text[: MAX_LENGTH // 2].rstrip(', ')}, …"
    return f"{text[:MAX_LENGTH]}…"


def format_pair(one: Any, other: Any) -> tuple[str, str]:
    """Return two values as Python literals, with as many digits as it takes to tell them apart.

    >>> format_pair(0.25, 0.5), format_pair(10.376, 10.37601), format_pair([-1.1], [-1.1000000001])
    (('0.25', '0.5'), ('10.376', '10.37601'), ('[-1.1]', '[-1.1000000001]'))
    """
    for digits in range(DIGITS, 18):
        texts = format_value(one, digits), format_value(other, digits)
        if texts[0] != texts[1]:
            break
    return texts


def format_number(value: float, digits: int = DIGITS) -> str:
    """Return a number with up to six significant digits, or as many as given.

    >>> format_number(0.09003057317038046), format_number(5.0), format_number(float("nan"))
    ('0.0900306', '5', 'nan')
    """
    return f"{value:.{digits}g}"


def without_addresses(text: str) -> str:
    """Return a text in which functions and objects have names in place of addresses.

    >>> without_addresses("got <function step at 0x7f3a>, not <__main__.Net object at 0x7f3b>")
    'got the function step, not an object of type Net'
    >>> without_addresses("<function f.<locals>.<lambda> at 0x7f3a>, Generator(PCG64) at 0x7F3B")
    'a lambda function, Generator(PCG64)'
    >>> without_addresses("<function f.<locals>.g at 0x7f3a>, <bound method N.step of <__main__.N object at 0x7f3b>>")
    'the function g, the function step'
    """
    for pattern, name in INTERNAL:
        text = re.sub(pattern, name, text)
    return text


def _text(value: Any, digits: int) -> str:
    if isinstance(value, np.ndarray):
        return _text((value if value.size <= 1000 else value.ravel()[:1000]).tolist(), digits)
    if isinstance(value, (bool, np.bool_)) or value is None or isinstance(value, str):
        return repr(value)
    if isinstance(value, (float, np.floating)):
        return format_number(float(value), digits)
    if isinstance(value, np.generic):
        return _text(value.item(), digits)
    if isinstance(value, (list, tuple)):
        inside = ", ".join(_text(one, digits) for one in value)
        return f"({inside}{',' * (len(value) == 1)})" if isinstance(value, tuple) else f"[{inside}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {_text(one, digits)}" for key, one in value.items()) + "}"
    if callable(value) and hasattr(value, "__name__"):
        return "a lambda function" if value.__name__ == "<lambda>" else str(value.__name__)
    return without_addresses(repr(value))
