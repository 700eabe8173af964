"""The engines there are, by name."""

from __future__ import annotations

from types import ModuleType

from glassnet.common import names
from glassnet.engines import numpy

ENGINES: dict[str, ModuleType] = {"numpy": numpy}


def engine(name: str) -> ModuleType:
    """Return the engine of that name: a module with `run`, `gradient`, `evaluate` and `predict`.

    >>> engine("nunpy")
    Traceback (most recent call last):
        ...
    ValueError: unknown engine 'nunpy'; did you mean 'numpy'? known: numpy
    """
    if name not in ENGINES:
        raise names.unknown("engine", name, ENGINES)
    return ENGINES[name]
