"""The course: all exercises, in order."""

from __future__ import annotations

import dataclasses
import difflib
import importlib
import re
from collections.abc import Sequence
from functools import cache

from glassnet.lab.exercise import Exercise
from glassnet.lab.lesson import FOLDER, parse_number

CHAPTERS: dict[str, tuple[str, ...]] = {
    "Concepts": (
        "e00_ideas",
        "e00a_descent",
    ),
    "Arrays": (
        "e01_matrices",
        "e01a_products",
        "e02_image2vector",
        "e02a_images",
        "e02b_rows",
        "e02c_losses",
    ),
    "Data": (
        "e03_convert_image",
        "e04_one_hot",
        "e05_normalize",
        "e06_split",
    ),
    "Functions": (
        "e06a_math_sigmoid",
        "e07_sigmoid",
        "e08_relu",
        "e09_tanh",
        "e10_softmax",
    ),
    "Forward": (
        "e10a_initialize",
        "e11_forward_layer",
        "e12_forward_one_step",
        "e13_loss",
    ),
    "Backward": (
        "e14_derivatives",
        "e15_back_propagation",
        "e15a_gradient_check",
        "e15b_graph",
        "e16_update_step",
    ),
    "Training": (
        "e17_train",
        "e17a_sick_loops",
        "e18_plot",
        "e19_predict",
        "e20_minibatches",
        "e21_convergence",
    ),
    "Beyond": (
        "e22_momentum",
        "e23_rmsprop",
        "e24_adam",
        "e25_validation",
        "e26_tuning",
    ),
}
"""The folders of the exercises, by chapter; one on each line, for `glassnet lab dev new`."""


@cache
def exercise_in(folder: str) -> Exercise:
    """Return the exercise in one of the course's folders."""
    module = importlib.import_module(f"glassnet.lab.exercises.{folder}.checks")
    found: Exercise = module.EXERCISE
    return dataclasses.replace(found, folder=folder)


def folders() -> list[str]:
    """Return the folders of all exercises, in order."""
    return [folder for chapter in CHAPTERS.values() for folder in chapter if (FOLDER / folder / "checks.py").is_file()]


def course() -> list[Exercise]:
    """Return all exercises, in order."""
    return [exercise_in(folder) for folder in folders()]


def find_exercise(wanted: str) -> Exercise:
    """Return the exercise with this number or name; ValueError with the closest match if there is none."""
    number = "" if re.search(r"\d-\d", wanted) else parse_number(wanted)  # 7-10 is a range, not exercise 7
    names = {folder.split("_", 1)[1]: folder for folder in folders()}
    for name, folder in names.items():
        if (number and number == parse_number(folder)) or wanted.lower() == name:
            return exercise_in(folder)
    near = difflib.get_close_matches(wanted.lower(), names, n=1)
    guess = f"did you mean {near[0]!r}? " if near else ""
    known = ", ".join(map(parse_number, folders()))
    raise ValueError(f"unknown exercise {wanted!r}; {guess}exercises: {known}")


def select_exercises(selection: str) -> list[Exercise]:
    """Return the exercises selected by numbers and ranges such as "7-10,15", in course order."""
    found: set[str] = set()
    order = folders()
    for part in re.sub("[\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}]", "-", selection).split(","):
        first, dash, last = part.strip().partition("-")
        if not first or (dash and not last):
            raise ValueError(f"exercises should be numbers and ranges such as 7-16,20, got {selection!r}")
        ends = [order.index(find_exercise(one.strip()).folder) for one in (first, last or first)]
        if ends[0] > ends[1]:
            raise ValueError(f"range {part.strip()!r} is reversed; the first exercise must come before the last")
        found.update(order[ends[0] : ends[1] + 1])
    return [exercise_in(folder) for folder in order if folder in found]


def exercise_defining(name: str) -> Exercise | None:
    """Return the exercise that defines this name, None if there is none."""
    for folder in folders():
        if name in exercise_in(folder).defines:
            return exercise_in(folder)
    return None


def chapter_of(exercise: Exercise, chapters: Sequence[str] = tuple(CHAPTERS)) -> str:
    """Return the chapter an exercise belongs to."""
    return next(chapter for chapter in chapters if exercise.folder in CHAPTERS[chapter])
