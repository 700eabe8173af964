"""Formatting of values in messages: short, as Python literals."""

from __future__ import annotations

from typing import Any

import numpy as np

MAX_LENGTH = 120
"""Maximum number of characters. Longer values are abbreviated to their type, their shape, and the first numbers."""


def format_value(value: Any) -> str:
    """Return a value as a Python literal, abbreviated if it is long.

    >>> format_value(np.array([[1.0, 2.5], [3.0, 0.1]]))
    '[[1, 2.5], [3, 0.1]]'
    >>> format_value(np.zeros((64, 6)))
    'an array of shape (64, 6): [[0, 0, …'
    """
    text = _text(value)
    if len(text) <= MAX_LENGTH:
        return text
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}: {text[:6].rstrip(', ')}, …"
    if isinstance(value, (list, tuple)):
        return f"a {type(value).__name__} of {len(value)}: {text[: MAX_LENGTH // 2].rstrip(', ')}, …"
    return f"{text[:MAX_LENGTH]}…"


def format_number(value: float) -> str:
    """Return a number with up to six significant digits.

    >>> format_number(0.09003057317038046), format_number(5.0), format_number(float("nan"))
    ('0.0900306', '5', 'nan')
    """
    return f"{value:.6g}"


def _text(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return _text(value.tolist()) if value.size <= 1000 else _text(value.ravel()[:1000].tolist())
    if isinstance(value, (bool, np.bool_)) or value is None or isinstance(value, str):
        return repr(value)
    if isinstance(value, (float, np.floating)):
        return format_number(float(value))
    if isinstance(value, (list, tuple)):
        inside = ", ".join(_text(one) for one in value)
        return f"({inside}{',' * (len(value) == 1)})" if isinstance(value, tuple) else f"[{inside}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {_text(one)}" for key, one in value.items()) + "}"
    if callable(value) and hasattr(value, "__name__"):
        return str(value.__name__)
    return repr(value)
