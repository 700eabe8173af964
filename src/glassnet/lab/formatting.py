"""How values are shown to a learner: short, as they would be typed."""

from __future__ import annotations

from typing import Any

import numpy as np

LONGEST = 120
"""How many characters a value may take; of longer ones the kind and the shape are shown, and the first numbers."""


def shown(value: Any) -> str:
    """Return a value as a learner would type it, or, if it is long, what it is.

    >>> shown(np.array([[1.0, 2.5], [3.0, 0.1]]))
    '[[1, 2.5], [3, 0.1]]'
    >>> shown(np.zeros((64, 6)))
    'an array of shape (64, 6): [[0, 0, …'
    """
    text = _text(value)
    if len(text) <= LONGEST:
        return text
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}: {text[:6].rstrip(', ')}, …"
    if isinstance(value, (list, tuple)):
        return f"a {type(value).__name__} of {len(value)}: {text[: LONGEST // 2].rstrip(', ')}, …"
    return f"{text[:LONGEST]}…"


def number(value: float) -> str:
    """Return a number in up to six digits.

    >>> number(0.09003057317038046), number(5.0), number(float("nan"))
    ('0.0900306', '5', 'nan')
    """
    return f"{value:.6g}"


def _text(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return _text(value.tolist()) if value.size <= 1000 else _text(value.ravel()[:1000].tolist())
    if isinstance(value, (bool, np.bool_)) or value is None or isinstance(value, str):
        return repr(value)
    if isinstance(value, (float, np.floating)):
        return number(float(value))
    if isinstance(value, (list, tuple)):
        inside = ", ".join(_text(one) for one in value)
        return f"({inside}{',' * (len(value) == 1)})" if isinstance(value, tuple) else f"[{inside}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {_text(one)}" for key, one in value.items()) + "}"
    if callable(value) and hasattr(value, "__name__"):
        return str(value.__name__)
    return repr(value)
