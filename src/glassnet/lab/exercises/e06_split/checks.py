"""Checks of Exercise 6: a split is random, so the checks look at its properties."""

import random
from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace, mistake


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


PERMUTATION = "rng.permutation(n)"

TRAIN, VALID, TEST = "order[:n_train]", "order[n_train : n_train + n_valid]", "order[n_train + n_valid :]"

EXERCISE = Exercise(
    number="6",
    title="Training, validation, and test set",
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
    mistakes=(
        mistake(
            "sizes truncated",
            "You truncate the sizes with int. In floating point, 100 * 0.29 is 28.999999999999996, which becomes 28. "
            "Use round.",
            "round(n * percent_train), round(n * percent_valid)",
            "int(n * percent_train), int(n * percent_valid)",
        ),
        mistake(
            "one size truncated",
            "You round the size of the training set but truncate the size of the validation set: 100 * 0.57 is "
            "56.99999999999999, which becomes 56. Use round for both.",
            "round(n * percent_valid)",
            "int(n * percent_valid)",
        ),
        mistake(
            "rounds the boundaries",
            "You round the end of the validation set, n * (percent_train + percent_valid), instead of its size. For "
            "n = 1797 that gives 360 indices, but round(1797 * 0.2) is 359.",
            "round(n * percent_valid)",
            "round(n * (percent_train + percent_valid)) - round(n * percent_train)",
        ),
        mistake(
            "fraction of the rest",
            "You take percent_valid of the indices that remain after training: 144 for n = 1797. Both are fractions "
            "of n: round(n * percent_valid).",
            "round(n * percent_valid)",
            "round((n - round(n * percent_train)) * percent_valid)",
        ),
        mistake(
            "fractions divided by 100",
            "You divide the fractions by 100. They are numbers like 0.6 and 0.2, so the size is n * percent_train.",
            "round(n * percent_train), round(n * percent_valid)",
            "round(n * percent_train / 100), round(n * percent_valid / 100)",
        ),
        mistake(
            "not shuffled",
            "You do not shuffle before the split: train contains the first indices, and test the last. (Shuffling "
            "each set afterwards does not help.) If the data is sorted by class, some classes are missing in the "
            "training set. Use one random order of all indices: rng.permutation(n).",
            PERMUTATION,
            "np.arange(n)",
        ),
        mistake(
            "only the training set shuffled",
            "The training set is random, but the other two are taken from the remaining indices in sorted order: "
            "first validation, then test. If the data is sorted, they contain different classes. Take all three from "
            "one random order.",
            VALID,
            "np.sort(order[n_train:])[:n_valid]",
            TEST,
            "np.sort(order[n_train:])[n_valid:]",
        ),
        mistake(
            "np.random",
            "You shuffle with np.random, the global generator. The result depends on all code that used it before, "
            "and not on rng. Use rng.permutation(n).",
            PERMUTATION,
            "np.random.permutation(n)",
        ),
        mistake(
            "np.random, seeded from rng",
            "You draw a number from rng and use it to seed np.random. The split is reproducible, but you reset the "
            "global generator for all other code. Use rng directly: rng.permutation(n).",
            "order = rng.permutation(n)",
            "np.random.seed(rng.integers(2**32))\n    order = np.random.permutation(n)",
        ),
        mistake(
            "Python's random",
            "You shuffle with Python's random module, which does not depend on rng or np.random.seed. The same seed "
            "therefore gives a different split each time. Use rng.permutation(n).",
            "order = rng.permutation(n)",
            "import random\n    order = np.array(random.sample(range(n), n))",
        ),
        mistake(
            "another generator",
            "You create a new generator without a seed. The split does not depend on rng and is not reproducible. "
            "Use rng.",
            PERMUTATION,
            "np.random.default_rng().permutation(n)",
        ),
        mistake(
            "fixed seed",
            "You use a fixed seed, so the split is always the same and does not depend on rng. To measure how much a "
            "result depends on the split, we need different splits for different seeds. Use rng.",
            PERMUTATION,
            "np.random.default_rng(0).permutation(n)",
        ),
        mistake(
            "np.random with a fixed seed",
            "You seed np.random with a fixed number. The split is always the same and does not depend on rng, and "
            "you reset the global generator for all other code. Use rng.",
            "order = rng.permutation(n)",
            "np.random.seed(0)\n    order = np.random.permutation(n)",
        ),
        mistake(
            "with replacement",
            "You draw with replacement, so some indices occur several times and others never. Then samples of the "
            "training set are also in the test set. rng.permutation(n) draws each index once.",
            PERMUTATION,
            "rng.integers(0, n, n)",
        ),
        mistake(
            "counts from 1",
            "Your indices run from 1 to n. Row 0 is never used, and row n does not exist. They should run from 0 to "
            "n - 1.",
            PERMUTATION,
            "1 + rng.permutation(n)",
        ),
        mistake(
            "float indices",
            "Your indices are floats, which NumPy does not accept as indices. Use an integer array.",
            PERMUTATION,
            "rng.permutation(n).astype(float)",
        ),
        mistake(
            "one index lost",
            "A set begins one index too late, so the index before it is in no set. Slices exclude their end: "
            "order[:k] and order[k:] fit together without + 1.",
            VALID,
            "order[n_train + 1 : n_train + 1 + n_valid]",
            TEST,
            "order[n_train + 1 + n_valid :]",
        ),
        mistake(
            "validation set inside the test set",
            "Your test set begins where the training set ends, so it contains the validation set as well. It should "
            "begin after it: order[n_train + n_valid:].",
            TEST,
            "order[n_train:]",
        ),
        mistake(
            "validation set inside the training set",
            "Your validation set is taken from the beginning, so it consists of training samples, which the network "
            "has already seen. It should begin at n_train.",
            VALID,
            "order[:n_valid]",
        ),
        mistake(
            "sets drawn separately",
            "You draw each set separately from all n indices, so an index may be in several sets, and others are in "
            "none: samples of the training set are also in the test set. Draw one random order of all indices, and cut "
            "it into three slices.",
            VALID,
            "rng.permutation(n)[:n_valid]",
            TEST,
            "rng.permutation(n)[n_train + n_valid :]",
            variants=[(VALID, "rng.permutation(n)[:n_valid]"), (TEST, "rng.permutation(n)[n_train + n_valid :]")],
        ),
        mistake(
            "end of the validation slice",
            "The slice of your validation set ends at n_valid. The end of a slice is a position, not a length: "
            "order[n_train : n_train + n_valid].",
            VALID,
            "order[n_train : n_valid]",
        ),
        mistake(
            "test size rounded",
            "You round the size of the test set as well. Three rounded sizes need not sum to n: for n = 1797, one "
            "index is lost. The test set is everything that remains: order[n_train + n_valid:].",
            TEST,
            "order[n_train + n_valid : n_train + n_valid + round(n * (1 - percent_train - percent_valid))]",
        ),
        mistake(
            "negative slice",
            "You take the test set from the end, with order[-k:]. If the test set is empty, k is 0, and order[-0:] "
            "is the whole array. Slice from the start: order[n_train + n_valid:].",
            TEST,
            "order[-(n - n_train - n_valid) :]",
        ),
        mistake(
            "only two sets",
            "You return two sets instead of three: train, valid, test. The validation set is for choosing settings, "
            "so that the test set influences no choice.",
            f"{VALID}, {TEST}",
            "order[n_train:]",
        ),
        mistake(
            "return values swapped",
            "You return train, test, valid. The order is (train, valid, test).",
            f"{VALID}, {TEST}",
            f"{TEST}, {VALID}",
        ),
    ),
    hints=(
        "Imagine n cards, numbered from 0. What do you do with them before you deal them into three stacks?",
        "Compute two sizes with round. Let rng draw a random order of 0 ... n - 1, and cut it into three slices. "
        "Each slice begins where the previous one ends.",
        "order = rng.permutation(n), then order[:n_train], order[n_train : n_train + n_valid], order[n_train + "
        "n_valid :].",
    ),
    explanation="A permutation contains every index once, so consecutive slices neither overlap nor lose an index. All "
    "randomness comes from rng, so the seed is enough to reproduce the split.",
    library="data/dataset.py Dataset.split",
    question="In ten random splits of the digits with 719 test samples, the number of test samples per class ranged "
    "from 57 to 87. glassnet's own split is stratified: each class has the same fraction in every set. When does "
    "that matter most?",
    quiz=quiz,
)
