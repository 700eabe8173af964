"""Live figures: what of a stream of figures is shown, and when."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from glassnet.lab.drawing.panels import Figure

PAUSE = 0.25
"""Seconds between two pictures of a live figure, at least."""


@dataclass(frozen=True)
class Illustration:
    """What is shown: a figure, if there is one, and why there is none, or not all of it, in one line."""

    figure: Figure | None = None
    problem: str = ""


def paced(
    frames: Iterable[Figure | str], is_live: bool = True, clock: Callable[[], float] = time.monotonic
) -> Iterator[Illustration]:
    """Yield at most four figures per second, and in any case the last; a string is a problem that ends them.

    is_live: if not, yield only the last.
    """
    last, shown, problem, begin = None, None, "", float("-inf")
    for frame in frames:
        if isinstance(frame, str):
            problem = frame
            break
        last = frame
        if is_live and clock() - begin >= PAUSE:
            shown, begin = last, clock()
            yield Illustration(last)
    if last is None:
        yield Illustration(problem=f"No figure: {problem or 'nothing was drawn'}")
    elif problem or last is not shown:
        yield Illustration(last, f"The figure is not complete: {problem}" if problem else "")
