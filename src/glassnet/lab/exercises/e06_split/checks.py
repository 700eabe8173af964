"""Checks of Exercise 6: a split is random, so the checks look at its properties."""

import random
from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace


def sets_of(names: Namespace, n: int, train: float, valid: float, seed: int) -> list[Any]:
    """Return the sets of a split, as arrays."""
    sets = names.split(n, train, valid, np.random.default_rng(seed))
    if sets is None:
        raise TypeError("split returns None; is a return statement missing?")
    return [np.asarray(one_set) for one_set in sets]


def sizes(n: int, train: float, valid: float) -> Callable[[Namespace], Any]:
    """Return an observation: the sizes of the three sets."""

    def observe(names: Namespace) -> list[int]:
        return [len(one_set) for one_set in sets_of(names, n, train, valid, seed=1)]

    return observe


def each_once(names: Namespace) -> dict[str, bool]:
    """Return whether each index occurs exactly once."""
    sets = [one_set.ravel() for one_set in sets_of(names, 203, 0.6, 0.2, seed=2)]
    found = np.concatenate(sets)
    inside = [set(one_set.tolist()) for one_set in sets]
    different, train = set().union(*inside), inside[0]
    return {
        "every index occurs": different >= set(range(203)),
        "no index occurs twice in a set": [len(one) for one in inside] == [len(one_set) for one_set in sets],
        "no index is in two sets": len(different) == sum(len(one) for one in inside),
        "few indices are in two sets": sum(len(one) for one in inside) - len(different) <= 3,
        "some validation indices are not in the training set": not all(one <= train for one in inside[1:2]),
        "all indices are between 0 and 202": different <= set(range(203)),
        "all indices are integers": found.dtype.kind in "iu",
    }


def shuffled(names: Namespace) -> dict[str, bool]:
    """Return whether the sets differ from the first, next, and last indices, of all indices or of the rest."""
    sets = dict(zip(("train", "valid", "test"), sets_of(names, 1000, 0.6, 0.2, seed=3), strict=False))
    unshuffled = (range(600), range(600, 800), range(800, 1000))
    return {
        f"{name} is shuffled": set(one_set.tolist()) != set(indices)
        for (name, one_set), indices in zip(sets.items(), unshuffled, strict=False)
    } | {
        f"{one} and {other} are shuffled together": bool(np.max(sets[one]) > np.min(sets[other]))
        and bool(np.max(sets[other]) > np.min(sets[one]))
        for one, other in combinations(sets, 2)
    }


def contents(names: Namespace, seed: int) -> list[list[int]]:
    """Return the indices of each set, sorted, because their order does not matter."""
    return [sorted(one_set.tolist()) for one_set in sets_of(names, 300, 0.6, 0.2, seed)]


def same_seed(names: Namespace) -> bool:
    """Return whether two generators with the same seed give the same split."""
    return contents(names, 4) == contents(names, 4)


def other_seed(names: Namespace) -> bool:
    """Return whether generators with different seeds give different splits."""
    return contents(names, 5) != contents(names, 6)


def globals_unchanged(names: Namespace) -> dict[str, bool]:
    """Return whether the global generators are unchanged."""
    of_numpy, of_python = np.random.get_state(legacy=False), random.getstate()  # noqa: NPY002 - the global generator
    try:
        sets_of(names, 50, 0.6, 0.2, seed=7)
        before, after = of_numpy["state"], np.random.get_state(legacy=False)["state"]  # noqa: NPY002
        return {
            "np.random is unchanged": before["pos"] == after["pos"] and np.array_equal(before["key"], after["key"]),
            "random is unchanged": of_python == random.getstate(),
        }
    finally:
        np.random.set_state(of_numpy)  # noqa: NPY002
        random.setstate(of_python)


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Return a question and its answer, a number."""
    n, train, valid = int(rng.integers(20, 60)) * 10, int(rng.integers(5, 8)), int(rng.integers(1, 3))
    return (
        f"{n} samples are split: the fraction {train / 10:g} for training and {valid / 10:g} for validation. How many "
        "are in the test set?",
        float(n // 10 * (10 - train - valid)),
    )


EXERCISE = Exercise(
    defines=("split",),
    cases=(
        Case("sizes", sizes(1797, 0.6, 0.2), "[len(part) for part in split(1797, 0.6, 0.2, rng)]"),
        Case("rounded sizes", sizes(100, 0.29, 0.57), "[len(part) for part in split(100, 0.29, 0.57, rng)]"),
        Case("an empty test set", sizes(50, 0.8, 0.2), "[len(part) for part in split(50, 0.8, 0.2, rng)]"),
        Case("each index once", each_once, "the indices of split(203, 0.6, 0.2, rng)"),
        Case("random order", shuffled, "the indices of split(1000, 0.6, 0.2, rng)"),
        Case(
            "the same seed", same_seed, "split(300, 0.6, 0.2, default_rng(4)) == split(300, 0.6, 0.2, default_rng(4))"
        ),
        Case(
            "another seed", other_seed, "split(300, 0.6, 0.2, default_rng(5)) != split(300, 0.6, 0.2, default_rng(6))"
        ),
        Case("global generators", globals_unchanged, "whether split(50, 0.6, 0.2, rng) changes np.random or random"),
    ),
    robustness=(
        "rounded sizes",
        "an empty test set",
        "global generators",
    ),
    quiz=quiz,
)
