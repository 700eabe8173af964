"""How a component is chosen: by name ("relu"), by name with options ({"name": "leaky_relu", ...}), or as an object.

Every family of components (activations, losses, optimizers, ...) has one literal dict from name to class.
These functions turn a choice into a component, and a component back into its spec for recipes and model files.
"""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

Spec = str | Mapping[str, object]
"""A component as plain data: its name, or a mapping of "name" and options."""

MAX_LISTED, MAX_COMPARED = 50, 5000
"""Maximum number of names that an error lists, and that are searched for the closest match."""


def unknown(kind: str, got: object, known: Iterable[str]) -> ValueError:
    """Return the error for an unknown name; it lists the known names, closest first.

    >>> raise unknown("activation", "rleu", ["tanh", "relu"])
    Traceback (most recent call last):
        ...
    ValueError: unknown activation 'rleu'; did you mean 'relu'? known: relu, tanh
    """
    near, others = closest(got, known)
    ordered = near + others
    guess = f" did you mean {near[0]!r}?" if near else ""
    return ValueError(f"unknown {kind} {got!r};{guess} known: {join_names(ordered)}")


def closest(got: object, known: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the known names that resemble `got`, closest first, and the other names."""
    names = list(known)
    if not isinstance(got, str):
        return [], names
    spelled: dict[str, list[str]] = {}
    for name in names[:MAX_COMPARED]:
        spelled.setdefault(name.lower(), []).append(name)
    alike = difflib.get_close_matches(got.lower(), spelled, n=max(1, len(spelled)), cutoff=0.5)
    near = [name for lower in alike for name in spelled[lower]]
    found = set(near)
    return near, [name for name in names if name not in found]


def join_names(names: Sequence[str], most: int = MAX_LISTED) -> str:
    """Return names separated by commas, at most `most` of them.

    >>> join_names(["a", "b"]), join_names([str(i) for i in range(1000)])[-21:]
    ('a, b', '48, 49, … 1000 in all')
    """
    return ", ".join(names[:most]) + (f", … {len(names)} in all" if len(names) > most else "")


def join_messages(reasons: Sequence[str], most: int = 10) -> str:
    """Return messages in one line, at most `most` of them.

    >>> join_messages(["row 1 is empty", "row 3 is empty"], most=1)
    'row 1 is empty; and 1 more'
    """
    return "; ".join(reasons[:most]) + (f"; and {len(reasons) - most:,} more" if len(reasons) > most else "")


def format_spec(value: object) -> str:
    """Return a spec in compact notation.

    >>> format_spec([{"name": "dense", "units": 64}, "batchnorm", True])
    'dense(units=64), batchnorm, true'
    """
    if isinstance(value, list):
        return ", ".join(map(format_spec, value)) or "none"
    if isinstance(value, Mapping):
        options = ", ".join(f"{key}={format_spec(entry)}" for key, entry in value.items() if key != "name")
        return f"{value.get('name', '')}({options})" if options else str(value.get("name", ""))
    return str(value).lower() if isinstance(value, bool) else str(value)


def spec_dict(choice: object) -> dict[str, Any]:
    """Return a spec as a new dict of name and options: "relu" becomes {"name": "relu"}.

    Raises TypeError for an object, which has no spec here; see `to_spec`.
    """
    if isinstance(choice, str):
        return {"name": choice}
    if not isinstance(choice, Mapping):
        raise TypeError(f"a spec is a name, or a mapping with a name and options, got {choice!r}")
    return dict(choice)


def from_spec(kind: str, choice: object, table: Mapping[str, type[Any]]) -> Any:
    """Return the component described by a spec, or `choice` itself if it is a component already.

    Raises ValueError for a name or an option that is not known, TypeError for a class given in place of an object.
    """
    if isinstance(choice, str):
        choice = {"name": choice}
    if isinstance(choice, Mapping):
        options = dict(choice)
        name = options.pop("name", None)
        if not isinstance(name, str) or name not in table:
            raise unknown(kind, name, table)
        fields = {field.name: field for field in dataclasses.fields(table[name]) if field.init}
        for option, value in options.items():
            if option not in fields:
                raise unknown(f"option of {kind} {name!r}:", option, fields)
            if isinstance(fields[option].default, bool) and not isinstance(value, bool):
                raise TypeError(f"{option} of {kind} {name!r} must be true or false, got {value!r}")
        missing = [
            field.name
            for field in fields.values()
            if field.default is field.default_factory is dataclasses.MISSING and field.name not in options
        ]
        if missing:
            raise TypeError(f"{kind} {name!r} needs more options: {', '.join(missing)}")
        return table[name](**options)
    if isinstance(choice, type):
        raise TypeError(
            f"{kind} must be an object or a name, got the class {choice.__name__}; write {choice.__name__}(...)"
        )
    return choice


def to_spec(component: Any, *tables: Mapping[str, type[Any]]) -> str | dict[str, Any]:
    """Return the spec that `from_spec` turns into the same component again: a name, or a dict of name and options.

    Options that are components are converted, too. Raises ValueError for a component that is in no table, such as a
    custom class.
    """
    name = name_in(component, *tables)
    if name is None:
        known = dict.fromkeys(key for table in tables for key in table)
        raise ValueError(
            f"{type(component).__name__} is not one of glassnet's own components, so it cannot be saved; "
            f"supported are {', '.join(known)}"
        )
    spec: dict[str, Any] = {"name": name}
    for field in dataclasses.fields(component):
        value = getattr(component, field.name)
        if value is None:
            continue
        if isinstance(value, np.generic):
            value = value.item()
        if isinstance(value, (tuple, list)):
            value = [entry if isinstance(entry, (str, int, float)) else to_spec(entry, *tables) for entry in value]
        spec[field.name] = value if isinstance(value, (str, int, float, list)) else to_spec(value, *tables)
    return name if len(spec) == 1 else spec


def name_in(component: Any, *tables: Mapping[str, type[Any]]) -> str | None:
    """Return the name of a component's class in these tables, or None if it is in none of them."""
    return next((name for table in tables for name, cls in table.items() if cls is type(component)), None)


def renamed(spec: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Return a dict with old keys renamed, for files written by earlier versions.

    >>> renamed({"colour": "red", "size": 2}, {"colour": "color"})
    {'color': 'red', 'size': 2}
    """
    return {key if names.get(key, key) in spec else names.get(key, key): value for key, value in spec.items()}
