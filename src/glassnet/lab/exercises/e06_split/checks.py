"""How Exercise 6 is checked: a split is random, so what is looked at are its properties."""

import random
from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Names, wrong


def parts_of(names: Names, n: int, train: float, valid: float, seed: int) -> list[Any]:
    """Return the parts of a split, as arrays."""
    parts = names.split(n, train, valid, np.random.default_rng(seed))
    if parts is None:
        raise TypeError("split gives back None; is there a return?")
    return [np.asarray(part) for part in parts]


def sizes(n: int, train: float, valid: float) -> Callable[[Names], Any]:
    """Return what asks an answer for the number of indices in every part."""

    def observe(names: Names) -> list[int]:
        return [len(part) for part in parts_of(names, n, train, valid, seed=1)]

    return observe


def each_once(names: Names) -> dict[str, bool]:
    """Return whether each index is there, once."""
    parts = [part.ravel() for part in parts_of(names, 203, 0.6, 0.2, seed=2)]
    found = np.concatenate(parts)
    inside = [set(part.tolist()) for part in parts]
    different = set().union(*inside)
    return {
        "no index is missing": different >= set(range(203)),
        "no part holds an index twice": [len(one) for one in inside] == [len(part) for part in parts],
        "no index is in two parts": len(different) == sum(len(one) for one in inside),
        "all lie between 0 and 202": different <= set(range(203)),
        "all are whole numbers": found.dtype.kind in "iu",
    }


def drawn(names: Names) -> dict[str, bool]:
    """Return whether the parts hold something else than what comes first, second and last, of all or of the rest."""
    parts = dict(zip(("train", "valid", "test"), parts_of(names, 1000, 0.6, 0.2, seed=3), strict=False))
    stretches = (range(600), range(600, 800), range(800, 1000))
    return {
        f"{name} is mixed": set(part.tolist()) != set(stretch)
        for (name, part), stretch in zip(parts.items(), stretches, strict=False)
    } | {
        f"{one} and {other} are mixed": bool(np.max(parts[one]) > np.min(parts[other]))
        and bool(np.max(parts[other]) > np.min(parts[one]))
        for one, other in combinations(parts, 2)
    }


def contents(names: Names, seed: int) -> list[list[int]]:
    """Return which indices are in which part; their order within it does not matter."""
    return [sorted(part.tolist()) for part in parts_of(names, 300, 0.6, 0.2, seed)]


def same_seed(names: Names) -> bool:
    """Return whether two generators of one seed give the same split."""
    return contents(names, 4) == contents(names, 4)


def other_seed(names: Names) -> bool:
    """Return whether generators of different seeds give different splits."""
    return contents(names, 5) != contents(names, 6)


def untouched(names: Names) -> dict[str, bool]:
    """Return whether the global generators are where they were."""
    of_numpy, of_python = np.random.get_state(legacy=False), random.getstate()  # noqa: NPY002 - what others use
    try:
        parts_of(names, 50, 0.6, 0.2, seed=7)
        before, after = of_numpy["state"], np.random.get_state(legacy=False)["state"]  # noqa: NPY002
        return {
            "np.random is untouched": before["pos"] == after["pos"] and np.array_equal(before["key"], after["key"]),
            "random is untouched": of_python == random.getstate(),
        }
    finally:
        np.random.set_state(of_numpy)  # noqa: NPY002
        random.setstate(of_python)


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Ask for one number."""
    n, train, valid = int(rng.integers(20, 60)) * 10, int(rng.integers(5, 8)), int(rng.integers(1, 3))
    return (
        f"{n} samples are split with the shares {train / 10:g} for training and {valid / 10:g} for validation. How "
        "many are left for the test?",
        float(n // 10 * (10 - train - valid)),
    )


DRAW = "rng.permutation(n)"

TRAIN, VALID, TEST = "order[:n_train]", "order[n_train : n_train + n_valid]", "order[n_train + n_valid :]"

EXERCISE = Exercise(
    number="6",
    title="Split",
    defines=("split",),
    cases=(
        Case("sizes", sizes(1797, 0.6, 0.2), "the sizes of split(1797, 0.6, 0.2, rng)"),
        Case("rounded sizes", sizes(100, 0.29, 0.57), "the sizes of split(100, 0.29, 0.57, rng)"),
        Case("nothing left for the test", sizes(50, 0.8, 0.2), "the sizes of split(50, 0.8, 0.2, rng)"),
        Case("each index once", each_once, "what split(203, 0.6, 0.2, rng) holds"),
        Case("at random", drawn, "what split(1000, 0.6, 0.2, rng) holds"),
        Case("the same seed", same_seed, "whether two generators of one seed give the same split"),
        Case("another seed", other_seed, "whether generators of different seeds give different splits"),
        Case("global generators", untouched, "what split(50, 0.6, 0.2, rng) does to np.random and random"),
    ),
    wrongs=(
        wrong(
            "cut off",
            "You cut the sizes off with int. 100 * 0.29 is 28.999999999999996 in floating point, and becomes 28. Use "
            "round.",
            "round(n * percent_train), round(n * percent_valid)",
            "int(n * percent_train), int(n * percent_valid)",
        ),
        wrong(
            "one of the sizes is cut off",
            "The size of the training part is rounded, that of the validation part cut off: 100 * 0.57 is "
            "56.99999999999999, and becomes 56. Use round for both.",
            "round(n * percent_valid)",
            "int(n * percent_valid)",
        ),
        wrong(
            "rounds the ends",
            "You round where the validation part ends, n * (percent_train + percent_valid), and not its size. Of "
            "1797 it gets 360 that way; round(1797 * 0.2) is 359.",
            "round(n * percent_valid)",
            "round(n * (percent_train + percent_valid)) - round(n * percent_train)",
        ),
        wrong(
            "a share of the rest",
            "You take percent_valid of what is left after training: of 1797 that is 144. Both shares are shares of n: "
            "round(n * percent_valid).",
            "round(n * percent_valid)",
            "round((n - round(n * percent_train)) * percent_valid)",
        ),
        wrong(
            "shares divided by 100",
            "You divide the shares by 100. They come as 0.6 and 0.2, so n * percent_train is the size.",
            "round(n * percent_train), round(n * percent_valid)",
            "round(n * percent_train / 100), round(n * percent_valid / 100)",
        ),
        wrong(
            "not drawn",
            "Which index comes into which part is not drawn: train holds the first ones, test the last. (Mixing each "
            "part by itself changes nothing about that.) If the data are sorted by class, some classes are never "
            "seen in training. Take the parts from one random order of all: rng.permutation(n).",
            DRAW,
            "np.arange(n)",
        ),
        wrong(
            "only the training part is drawn",
            "The training part is drawn, but the other two are cut from what is left in its old order: the "
            "validation part gets the first of it, the test part the last. If the data are sorted, each sees other "
            "classes. Take all parts from one random order.",
            VALID,
            "np.sort(order[n_train:])[:n_valid]",
            TEST,
            "np.sort(order[n_train:])[n_valid:]",
        ),
        wrong(
            "np.random",
            "You shuffle with np.random, the global generator: what comes out depends on everything that has used it "
            "before, and rng has no say. Draw from rng: rng.permutation(n).",
            DRAW,
            "np.random.permutation(n)",
        ),
        wrong(
            "np.random, seeded from rng",
            "You draw a number from rng and set the seed of np.random with it. The split can be repeated that way, but "
            "all that uses np.random afterwards starts anew. Draw from rng itself: rng.permutation(n).",
            "order = rng.permutation(n)",
            "np.random.seed(rng.integers(2**32))\n    order = np.random.permutation(n)",
        ),
        wrong(
            "Python's random",
            "You shuffle with Python's random module, which knows nothing of rng (nor of np.random.seed), so the "
            "same seed gives another split every time. Draw from rng: rng.permutation(n).",
            "order = rng.permutation(n)",
            "import random\n    order = np.array(random.sample(range(n), n))",
        ),
        wrong(
            "a generator of its own",
            "You make a generator of your own, without a seed; rng has no say, and nothing can be repeated. Draw "
            "from rng.",
            DRAW,
            "np.random.default_rng().permutation(n)",
        ),
        wrong(
            "always the same seed",
            "You draw with a seed of your own, so the split is the same whatever rng says. To see how much a result "
            "depends on the split, other seeds must give other ones: draw from rng.",
            DRAW,
            "np.random.default_rng(0).permutation(n)",
        ),
        wrong(
            "np.random with a fixed seed",
            "You set the seed of np.random yourself: every split is the same whatever rng says, and all that uses "
            "np.random afterwards starts anew as well. Draw from rng.",
            "order = rng.permutation(n)",
            "np.random.seed(0)\n    order = np.random.permutation(n)",
        ),
        wrong(
            "with replacement",
            "You draw with replacement, so some indices come several times and others never: samples of the training "
            "part turn up in the test part. rng.permutation(n) draws each index once.",
            DRAW,
            "rng.integers(0, n, n)",
        ),
        wrong(
            "counts from 1",
            "Your indices go from 1 to n. Row 0 is never used, and row n does not exist: they have to go from 0 to n "
            "- 1.",
            DRAW,
            "1 + rng.permutation(n)",
        ),
        wrong(
            "no whole numbers",
            "Your indices are floats, and NumPy refuses floats as indices. Make the array of whole numbers.",
            DRAW,
            "rng.permutation(n).astype(float)",
        ),
        wrong(
            "one left out",
            "A part begins one place too late, and the index between two parts is in none. Slices end before their "
            "end: order[:k] and order[k:] fit together without a + 1.",
            VALID,
            "order[n_train + 1 : n_train + 1 + n_valid]",
            TEST,
            "order[n_train + 1 + n_valid :]",
        ),
        wrong(
            "validation is in the test part",
            "Your test part begins where the training part ends, so it holds the validation part, too. It has to "
            "begin after it: order[n_train + n_valid:].",
            TEST,
            "order[n_train:]",
        ),
        wrong(
            "validation is in the training part",
            "Your validation part is taken from the beginning, out of the training part: it would be measured on "
            "what was learned by heart. It begins at n_train.",
            VALID,
            "order[:n_valid]",
        ),
        wrong(
            "the end of the validation part",
            "The slice of the validation part ends at n_valid; a slice ends at a place, not after a length. It has "
            "to be order[n_train : n_train + n_valid].",
            VALID,
            "order[n_train : n_valid]",
        ),
        wrong(
            "the test part is rounded, too",
            "You round the size of the test part by itself. Three rounded sizes need not add up to n: of 1797 one "
            "index is lost. The test part is all that is left: order[n_train + n_valid:].",
            TEST,
            "order[n_train + n_valid : n_train + n_valid + round(n * (1 - percent_train - percent_valid))]",
        ),
        wrong(
            "counted from the end",
            "You take the test part from the end, with order[-k:]. Where nothing is left for it, k is 0, and "
            "order[-0:] is everything. Begin at the front: order[n_train + n_valid:].",
            TEST,
            "order[-(n - n_train - n_valid) :]",
        ),
        wrong(
            "only two parts",
            "Two parts come back. Asked for are three: train, valid, test. The validation part is for choosing, so "
            "that the test part has no part in it.",
            f"{VALID}, {TEST}",
            "order[n_train:]",
        ),
        wrong(
            "in another order",
            "You return train, test, valid; asked for is (train, valid, test).",
            f"{VALID}, {TEST}",
            f"{TEST}, {VALID}",
        ),
    ),
    hints=(
        "Imagine n cards, numbered from 0: what do you do with them before you deal three stacks?",
        "Compute two sizes with round. Let rng make one random order of 0 ... n - 1, and cut it into three slices; "
        "each begins where the one before it ended.",
        "order = rng.permutation(n), then order[:n_train], order[n_train : n_train + n_valid], order[n_train + "
        "n_valid :].",
    ),
    why="One permutation holds every index once, so slices that follow each other cannot overlap or lose anything. "
    "All chance comes from rng, so a seed is enough to repeat the split, on any day.",
    library="data/dataset.py Dataset.split",
    question="In ten random splits of the digits with 719 test samples, a class had between 57 and 87 of them. "
    "glassnet's own split is stratified: each class has its share in every part. When does that matter most?",
    quiz=quiz,
)
