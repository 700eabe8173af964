"""TOML text in compact form: one line per key, with inline tables and lists."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def search_table(spec: Mapping[str, Any]) -> str:
    """Return the table [search] as TOML text, one line per setting.

    >>> print(search_table({"dropout": {"low": 0.0, "high": 0.5}, "activation": ["relu", "tanh"]}), end="")
    [search]
    dropout = { low = 0.0, high = 0.5 }
    activation = ["relu", "tanh"]
    """
    return "[search]\n" + "".join(f"{name} = {_inline(value)}\n" for name, value in spec.items())


def _inline(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_inline(entry)}" for key, entry in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_inline, value)) + "]"
    return json.dumps(value)  # strings, numbers, true, and false are the same in JSON and TOML
