"""What checks of several optimizers need: one step, a walk of several, and a look at what was handed over."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.lab.exercise import Call, Names


def told(found: Any, parts: tuple[str, ...]) -> dict[str, Any]:
    """Return what a step gives by name, be it a tuple, a list or one array of all.

    Parameters that come alone are known by not being as many as the parts; what is missing is None.
    """
    things = list(found) if isinstance(found, (tuple, list)) or np.ndim(found) else [found]
    if len(things) != len(parts):
        things = [found] + [None] * (len(parts) - 1)
    return dict(zip(parts, things, strict=True))


@dataclass(frozen=True)
class Step:
    """A call of an optimizer's step; what comes back is seen by name."""

    call: Call
    parts: tuple[str, ...]

    def __call__(self, names: Names) -> dict[str, Any] | None:
        """Make the call."""
        found = self.call(names)
        return None if found is None else told(found, self.parts)

    def __str__(self) -> str:
        return str(self.call)


def as_it_was(name: str, given: dict[str, Any], *settings: float) -> Callable[[Names], dict[str, str]]:
    """Return a function that says of every array handed to a step whether it is afterwards what it was."""

    def observe(names: Names) -> dict[str, str]:
        handed = {key: array.copy() for key, array in given.items()}
        getattr(names, name)(*handed.values(), *settings)
        return {key: "as it was" if np.array_equal(handed[key], given[key]) else "changed" for key in given}

    return observe


def walk(
    name: str,
    parts: tuple[str, ...],
    theta: Any,
    gradients: Iterable[Any],
    settings: Callable[[int], tuple[float, ...]],
) -> Callable[[Names], Any]:
    """Return a function that makes a step for each gradient and gives all theta on the way, (steps, parameters).

    parts: what a step gives; all but theta is zeros at first. settings: what step number t, from 1, is handed besides.
    """

    def observe(names: Names) -> Any:
        now, seen = [theta] + [np.zeros_like(theta)] * (len(parts) - 1), []
        for t, g in enumerate(gradients, start=1):
            first, *remembered = (np.array(one) for one in now)  # copies, for answers that work in place
            found = told(getattr(names, name)(first, np.array(g), *remembered, *settings(t)), parts)
            missing = [part for part, thing in found.items() if thing is None]
            if missing:
                raise ValueError(f"{name} does not return {' and '.join(missing)}")
            now = list(found.values())
            seen.append(np.array(now[0]))
        return np.array(seen)

    return observe
