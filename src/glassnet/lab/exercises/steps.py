"""Helpers for the tests of several optimizers: one step, a trajectory of several steps, and unchanged inputs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.lab.exercise import Call, Namespace


def named_parts(found: Any, parts: tuple[str, ...]) -> dict[str, Any]:
    """Return the results of a step by name; they may be a tuple, a list, or one array of all.

    If the number of results differs, they are taken for the parameters alone; the other parts are None.
    """
    things = list(found) if isinstance(found, (tuple, list)) or np.ndim(found) else [found]
    if len(things) != len(parts):
        things = [found] + [None] * (len(parts) - 1)
    return dict(zip(parts, things, strict=True))


@dataclass(frozen=True)
class StepCall:
    """A call of an optimizer's step function; the observation is its results by name."""

    call: Call
    parts: tuple[str, ...]

    def __call__(self, names: Namespace) -> dict[str, Any] | None:
        """Make the call."""
        found = self.call(names)
        return None if found is None else named_parts(found, self.parts)

    def __str__(self) -> str:
        return str(self.call)


def inputs_unchanged(name: str, given: dict[str, Any], *settings: float) -> Callable[[Namespace], dict[str, str]]:
    """Return a function that observes whether a step changes the arrays it is given."""

    def observe(names: Namespace) -> dict[str, str]:
        inputs = {key: array.copy() for key, array in given.items()}
        getattr(names, name)(*inputs.values(), *settings)
        return {key: "unchanged" if np.array_equal(inputs[key], given[key]) else "changed" for key in given}

    return observe


def trajectory(
    name: str,
    parts: tuple[str, ...],
    theta: Any,
    gradients: Iterable[Any],
    settings: Callable[[int], tuple[float, ...]],
) -> Callable[[Namespace], Any]:
    """Return a function that makes one step per gradient and observes theta after each, (steps, parameters).

    parts: names of a step's results; all but theta start at zero. settings: further arguments of step t, from 1.
    """

    def observe(names: Namespace) -> Any:
        now, seen = [theta] + [np.zeros_like(theta)] * (len(parts) - 1), []
        for t, g in enumerate(gradients, start=1):
            first, *state = (np.array(one) for one in now)  # copies, for answers that work in place
            found = named_parts(getattr(names, name)(first, np.array(g), *state, *settings(t)), parts)
            missing = [part for part, thing in found.items() if thing is None]
            if missing:
                raise ValueError(f"{name} should also return {' and '.join(missing)}")
            now = list(found.values())
            seen.append(np.array(now[0]))
        return np.array(seen)

    return observe
