"""Recipes of earlier versions: their old keys are renamed here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from glassnet.common.specs import renamed

TRAINING = {"networks": "ensemble_size"}
DATA_OPTIONS = {"missing": "na_value", "category": "categorical", "skip_bad": "skip_invalid"}
SEARCH = {"normalisation": "normalization"}
"""Old keys of [training], [data.options], and [search], with their new names."""


def translated(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return the tables of a recipe with current keys; anything that is not a table is unchanged.

    >>> translated({"training": {"networks": 3, "epochs": 5}})
    {'training': {'ensemble_size': 3, 'epochs': 5}}
    >>> translated({"data": {"source": "a.csv", "options": {"missing": ["?"]}}})
    {'data': {'source': 'a.csv', 'options': {'na_value': ['?']}}}
    """
    found = dict(spec)
    for table, names in (("training", TRAINING), ("search", SEARCH)):
        if isinstance(found.get(table), Mapping):
            found[table] = renamed(found[table], names)
    data = found.get("data")
    if isinstance(data, Mapping) and isinstance(data.get("options"), Mapping):
        found["data"] = {**data, "options": renamed(data["options"], DATA_OPTIONS)}
    return found
