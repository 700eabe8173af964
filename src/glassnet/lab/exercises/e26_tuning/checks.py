"""Tests of Exercise 26: properties of random numbers, and searches with known settings."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace
from glassnet.lab.exercises.steps import named_parts

DRAWS = 400
"""Number of samples."""

NEAR = 0.15
"""Tolerance of a share; the probability of a larger deviation is 1e-8."""


def amount(share: float) -> str:
    """Return a share as text."""
    return "none" if share == 0 else "all" if share == 1 else "some"


def spread(edges: tuple[float, ...]) -> Callable[[Namespace], dict[str, str] | None]:
    """Return a function that observes the distribution of numbers. edges: bounds and quantiles."""

    def observe(names: Namespace) -> dict[str, str] | None:
        rng, drawn = np.random.default_rng(26), []
        for _ in range(DRAWS):
            one = names.log_uniform(edges[0], edges[-1], rng)
            if one is None:
                return None
            drawn.append(float(np.asarray(one).item()))
        x = np.array(drawn)
        slack = 1e-9  # e to the logarithm of a bound may be a rounding error away from it
        seen = {
            f"below {edges[0]:g}": amount((x < edges[0] * (1 - slack)).mean()),
            f"above {edges[-1]:g}": amount((x > edges[-1] * (1 + slack)).mean()),
        }
        for low, high in pairwise(edges):
            more = ((x >= low) & (x < high)).mean() - 1 / (len(edges) - 1)
            words = "correct" if abs(more) < NEAR else "too many" if more > 0 else "too few"
            seen[f"from {low:g} to {high:g}"] = words
        different = len(set(drawn))
        seen["different numbers"] = (
            "as many as draws" if different > DRAWS / 2 else "one" if different == 1 else "a few"
        )
        return seen

    return observe


def chance(names: Namespace) -> dict[str, str]:
    """Return whether log_uniform uses the given generator."""
    rngs = [np.random.default_rng(seed) for seed in (1, 1, 2)]
    first, again, other = (names.log_uniform(1e-4, 1e-1, rng) for rng in rngs)
    others = {"the same seed": again, "another seed": other, "the next call": names.log_uniform(1e-4, 1e-1, rngs[0])}
    return {key: "the same number" if one == first else "another number" for key, one in others.items()}


def search(scores: list[float]) -> Callable[[Namespace], dict[str, Any] | None]:
    """Return a function that runs a search with these scores, in order."""

    def observe(names: Namespace) -> dict[str, Any] | None:
        drawn: list[dict[str, int]] = []

        def draw(rng: Any) -> dict[str, int]:
            drawn.append({"units": 10 * len(drawn) + 10})
            return drawn[-1]

        def score(setting: dict[str, int]) -> float:
            return (scores * 3)[setting["units"] // 10 - 1]

        found = names.random_search(draw, score, len(scores), np.random.default_rng(0))
        return None if found is None else named_parts(found, ("best", "best_score", "history"))

    return observe


def twice(names: Namespace) -> dict[str, Any]:
    """Return the results of a search of four trials in which two settings occur twice, with different scores."""
    settings, scores = iter([{"units": 10}, {"units": 20}] * 2), iter([0.25, 0.5, 0.75, 0.125])
    best, best_score, history = names.random_search(
        lambda rng: next(settings), lambda setting: next(scores), 4, np.random.default_rng(0)
    )
    return {"best": best, "best_score": best_score, "number of trials": len(history)}


def calls(names: Namespace) -> dict[str, Any]:
    """Return the calls of draw and score in a search of six trials."""
    own, received, scored = np.random.default_rng(0), [], []

    def draw(rng: Any) -> dict[str, int]:
        received.append(rng)
        return {"units": len(received)}

    def score(setting: dict[str, int]) -> float:
        scored.append(setting["units"])
        return 0.1 * setting["units"]

    names.random_search(draw, score, 6, own)
    more = len(scored) - len(received)
    return {
        "settings drawn": len(received),
        "score is called": "once for each" if more == 0 else "more often" if more > 0 else "less often",
        "draw gets": "the rng" if all(rng is own for rng in received) else "another generator",
        "settings scored": "all settings drawn"
        if set(scored) == set(range(1, len(received) + 1))
        else "something else",
    }


def repeated(names: Namespace) -> dict[str, str]:
    """Return whether random_search uses the given generator."""

    def settings(seed: int) -> list[float]:
        drawn: list[float] = []

        def draw(rng: Any) -> dict[str, float]:
            drawn.append(float(rng.random()))
            return {"rate": drawn[-1]}

        names.random_search(draw, lambda setting: -setting["rate"], 5, np.random.default_rng(seed))
        return drawn

    first = settings(1)
    seen = {
        key: "the same settings" if settings(seed) == first else "other settings"
        for key, seed in (("the same seed", 1), ("another seed", 2))
    }
    return seen | {"the settings of one search": "all differ" if len(set(first)) == len(first) else "some are equal"}


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Return a question with one number as its answer."""
    bounds = [(1, 100), (1, 10_000), (2, 50), (2, 200), (3, 300), (4, 100), (5, 500)]
    low, high = bounds[rng.integers(len(bounds))]
    return (
        f"A number between {low} and {high} is drawn, its logarithm uniformly distributed. What is "
        "the median of its distribution?",
        float(np.sqrt(low * high)),
    )


EXERCISE = Exercise(
    defines=("log_uniform", "random_search"),
    cases=(
        Case(
            "three powers of ten",
            spread((1e-4, 1e-3, 1e-2, 1e-1)),
            f"{DRAWS} numbers log_uniform(0.0001, 0.1, rng); a third should be in each power of ten",
            2,
        ),
        Case(
            "within one power of ten",
            spread((1.0, 10**0.5, 10.0)),
            f"{DRAWS} numbers log_uniform(1, 10, rng); half should be below 3.16, the square root of 10",
        ),
        Case(
            "bounds that are not powers of ten",
            spread((2, 10, 50)),
            f"{DRAWS} numbers log_uniform(2, 50, rng); half should be below 10, since 10 / 2 = 50 / 10",
        ),
        Case("repeated settings", twice, "a search of four trials in which two settings occur twice"),
        Case(
            "log_uniform uses the generator",
            chance,
            "log_uniform(0.0001, 0.1, rng) with seeds 1, 1, and 2",
        ),
        Case(
            "five settings",
            search([0.71, 0.64, 0.93, 0.88, 0.12]),
            "a search with scores 0.71, 0.64, 0.93, 0.88, and 0.12",
            2,
        ),
        Case(
            "scores below 0",
            search([-2.3, -1.7, -2.1, -1.4]),
            "a search with scores -2.3, -1.7, -2.1, and -1.4",
        ),
        Case("a single trial", search([0.55]), "a search of one trial with score 0.55"),
        Case(
            "calls of draw and score", calls, "a search of six trials: number and arguments of calls of draw and score"
        ),
        Case("random_search uses the generator", repeated, "three searches of five trials with seeds 1, 1, and 2"),
    ),
    robustness=(
        "scores below 0",
        "a single trial",
    ),
    quiz=quiz,
)
