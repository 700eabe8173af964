"""A recipe as HTML for notebooks: its keys by table, those that differ from the defaults first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from glassnet.common import html


def recipe_html(name: str, spec: Mapping[str, Any], defaults: Mapping[str, Any]) -> str:
    """Return a recipe as HTML.

    spec: its tables, as `Recipe.to_spec` returns them. defaults: the default of every key.
    """
    chosen, others = [["", "seed", _text(spec["seed"])]], list[list[str]]()
    for table, entries in spec.items():
        if not isinstance(entries, Mapping):
            continue
        for key, value in entries.items():
            is_default = table != "search" and _plain(defaults.get(key)) == value
            (others if is_default else chosen).append([f"[{table}]", key, _text(value)])
    parts = [html.table(_grouped(chosen), ("table", "key", "value"))]
    if others:
        inner = html.table(_grouped(others), ("table", "key", "value"))
        parts.append(html.details(f"{len(others)} keys with their default value", inner))
    return html.page("Recipe", *parts, note=name)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _text(value: Any) -> str:
    """Return a value as TOML shows it; layers and steps one per line would be long, so they are separated by arrows."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and value and all(isinstance(one, (str, dict)) for one in value):
        return " → ".join(map(_text, value))
    if isinstance(value, Mapping):
        name = value.get("name")
        options = ", ".join(f"{key}={_text(entry)}" for key, entry in value.items() if key != "name" or name is None)
        return options if name is None else f"{name}({options})" if options else str(name)
    return str(value)


def _grouped(cells: list[list[str]]) -> list[list[str]]:
    """Return rows with the name of each table in its first row only."""
    found, before = [], None
    for table, *rest in cells:
        found.append(["" if table == before else table, *rest])
        before = table
    return found
