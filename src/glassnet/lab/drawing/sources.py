"""The figure of each exercise: a function `figure` in the exercise's folder, from the answer's names to plain data.

Its second parameter is the texts. It returns a `Figure`, or yields several, each of which replaces the one before: a
live plot.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from typing import Any

from glassnet.lab.drawing.panels import Figure, to_json
from glassnet.lab.exercise import Exercise, Namespace
from glassnet.lab.lesson import FOLDER
from glassnet.lab.texts import FigureTexts


def has_figure(exercise: Exercise) -> bool:
    """Return whether an exercise has a figure."""
    return (FOLDER / exercise.folder / "figure.py").is_file()


def drawer(exercise: Exercise, texts: FigureTexts | None = None) -> Callable[[Namespace], Iterator[Figure]]:
    """Return the function that yields an exercise's figures; its module is imported now, and its texts are read.

    An answer's process can do neither later.
    """
    texts = exercise.figure_texts if texts is None else texts
    module = importlib.import_module(f"glassnet.lab.exercises.{exercise.folder}.figure")

    def draw(answer: Namespace) -> Iterator[Figure]:
        made: Any = module.figure(answer, texts)
        yield from [made] if isinstance(made, Figure) else made

    return draw


def json_drawer(exercise: Exercise) -> Callable[[Namespace], Iterator[Any]]:
    """Return the function that yields an exercise's figures as values of JSON."""
    draw = drawer(exercise)
    return lambda answer: map(to_json, draw(answer))
