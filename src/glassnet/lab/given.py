"""Reference solutions of earlier exercises, so that a mistake in one exercise does not affect the next.

    from glassnet.lab.given import Sigmoid, forward_layer

A name is looked up in the solutions of all exercises when it is first imported.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

BLOCKED: set[str] = set()
"""Names that the current exercise defines: an answer may not import them."""


available: Callable[[], AbstractContextManager[None]] = nullcontext
"""Makes the solutions available while a name is looked up, where they are hidden otherwise."""


def __getattr__(name: str) -> Any:
    if name in BLOCKED:
        raise ImportError(f"{name} is part of this exercise; glassnet.lab.given provides earlier exercises only")
    if name.startswith("_"):
        raise AttributeError(f"no exercise of the course defines {name!r}")
    with available():
        from glassnet.lab.course import exercise_defining

        exercise = exercise_defining(name)
        if exercise is None:
            raise AttributeError(f"no exercise of the course defines {name!r}")
        names = exercise.solution_namespace()
    for defined in exercise.defines:
        globals()[defined] = getattr(names, defined)
    return globals()[name]
