"""Tests of Exercise 26: properties of random numbers, and searches with known settings."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace, mistake
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


WHOLE = "math.exp(rng.uniform(math.log(low), math.log(high)))"

EXERCISE = Exercise(
    number="26",
    title="Hyperparameter search",
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
    mistakes=(
        mistake(
            "uniform instead of log-uniform",
            "Your numbers are uniformly distributed. Between 0.0001 and 0.1, nine tenths of them are above 0.01. Draw "
            "the logarithm uniformly, between log(low) and log(high), and apply exp.",
            WHOLE,
            "rng.uniform(low, high)",
        ),
        mistake(
            "logarithm returned",
            "You return the logarithm: for bounds of 0.0001 and 0.1 it is between -9.2 and -2.3. Apply np.exp.",
            "math.exp(rng",
            "(rng",
        ),
        mistake(
            "10 to the power of a natural logarithm",
            "You combine a power of 10 with the natural logarithm, so numbers are out of bounds: np.log(0.1) is -2.3, "
            "and 10 ** -2.3 is 0.005. Use np.exp with np.log, or 10 ** with np.log10.",
            "math.exp(rng",
            "10 ** (rng",
        ),
        mistake(
            "e to the power of a logarithm to base 10",
            "You combine exp with a logarithm to base 10, so numbers are out of bounds: np.log10(0.1) is -1, and e ** "
            "-1 is 0.37. Use np.exp with np.log, or 10 ** with np.log10.",
            "math.log(low), math.log(high)",
            "math.log10(low), math.log10(high)",
        ),
        mistake(
            "rounded exponent",
            "You round the exponent, so only a few numbers occur (0.0001, 0.001, 0.01, 0.1), and 50 becomes 100. Do "
            "not round.",
            WHOLE,
            "10.0 ** round(rng.uniform(math.log10(low), math.log10(high)))",
        ),
        mistake(
            "uniform within a power of ten",
            "You draw a power of ten, and then a uniform number within it, so most are in its upper half: from 1 to "
            "10, three quarters are above 3.16. The logarithm should be uniform: exp(rng.uniform(log(low), "
            "log(high))).",
            WHOLE,
            "(lambda k: rng.uniform(max(low, 10.0**k), min(high, 10.0 ** (k + "
            "1))))(rng.integers(math.floor(math.log10(low)), math.ceil(math.log10(high))))",
        ),
        mistake(
            "fixed grid",
            "Your numbers come from a fixed grid. Draw the logarithm with rng.uniform, so that all numbers in between "
            "can occur.",
            WHOLE,
            "rng.choice(np.geomspace(low, high, 10))",
        ),
        mistake(
            "integer exponent",
            "You draw an integer exponent, so only powers of ten occur. Draw the exponent with rng.uniform.",
            WHOLE,
            "10.0 ** rng.integers(int(math.log10(low)), int(math.log10(high)), endpoint=True)",
        ),
        mistake(
            "fixed bounds",
            "Your numbers are between 0.0001 and 0.1 for all bounds. Use the logarithms of low and high.",
            "math.log(low), math.log(high)",
            "math.log(1e-4), math.log(1e-1)",
        ),
        mistake(
            "logarithm of a uniform number",
            "You draw a uniform number and return its logarithm. Draw the logarithm uniformly, and return its "
            "exponential.",
            WHOLE,
            "math.log(rng.uniform(low, high))",
        ),
        mistake(
            "exponential of a uniform number",
            "You return the exponential of a number between low and high, which is between e**low and e**high. Draw "
            "between the logarithms of the bounds: rng.uniform(np.log(low), np.log(high)).",
            "math.log(low), math.log(high)",
            "low, high",
        ),
        mistake(
            "other random generator",
            "log_uniform does not use rng (but np.random, or a new generator without a seed), so a search is not "
            "reproducible. Use rng.uniform.",
            "rng.uniform(",
            "np.random.default_rng().uniform(",
        ),
        mistake(
            "new generator with a fixed seed",
            "log_uniform creates a generator with a fixed seed in every call, so it always returns the same number. "
            "Use the argument rng.",
            "rng.uniform(",
            "np.random.default_rng(0).uniform(",
        ),
        mistake(
            "lowest score",
            "You take the setting with the lowest score. A higher score is better here (for a loss, use its negative).",
            "max(history",
            "min(history",
        ),
        mistake(
            "last setting",
            "Your best setting is always the last one. Use the one with the highest score.",
            "max(history, key=lambda one: one[1])",
            "history[-1]",
        ),
        mistake(
            "best score initialized to 0",
            "You initialize the best score to 0, so if all scores are negative, no setting is returned. Start with "
            "the first setting, or with -inf.",
            "max(history,",
            "max([(None, 0), *history],",
        ),
        mistake(
            "repeated settings skipped",
            "You skip settings that occurred before, so history has fewer entries than trials. Make exactly `trials` "
            "trials.",
            "setting = draw(rng)\n        history.append((setting, score(setting)))",
            "setting = draw(rng)\n        if setting not in [one for one, _ in history]:\n            "
            "history.append((setting, score(setting)))",
        ),
        mistake(
            "score called twice",
            "You call score more than once per setting. Each call trains a network, and may return a different score. "
            "Store the result of the first call.",
            "history.append((setting, score(setting)))",
            "score(setting)\n        history.append((setting, score(setting)))",
        ),
        mistake(
            "different setting scored",
            "You draw a second setting for the score, so settings and scores in history do not match. Draw once per "
            "trial, and store the setting.",
            "(setting, score(setting))",
            "(setting, score(draw(rng)))",
        ),
        mistake(
            "one setting for all trials",
            "You draw one setting before the loop and score it repeatedly. Each trial needs a new one: call draw(rng) "
            "inside the loop.",
            "for _ in range(trials):\n        setting = draw(rng)",
            "setting = draw(rng)\n    for _ in range(trials):",
        ),
        mistake(
            "one trial too many",
            "You make one trial too many. Use range(trials).",
            "range(trials)",
            "range(trials + 1)",
        ),
        mistake(
            "one trial too few",
            "You make one trial too few: range(1, trials) has trials - 1 numbers. Use range(trials).",
            "range(trials)",
            "range(1, trials)",
        ),
        mistake(
            "other generator for draw",
            "You do not pass rng to draw but a generator without a seed, so the search is not reproducible. Use "
            "draw(rng).",
            "setting = draw(rng)",
            "setting = draw(np.random.default_rng())",
        ),
        mistake(
            "new generator for each draw",
            "You pass a new generator with a fixed seed to draw in every trial, so all settings are the same. Use "
            "draw(rng).",
            "setting = draw(rng)",
            "setting = draw(np.random.default_rng(0))",
        ),
        mistake(
            "only improvements in history",
            "Your history contains only improvements. Keep every trial.",
            "history.append((setting, score(setting)))",
            "found = score(setting)\n        if not history or found > history[-1][1]:\n"
            "            history.append((setting, found))",
        ),
        mistake(
            "sorted history",
            "Your history is sorted by score. Keep the order of the trials.",
            "best_score, history\n",
            "best_score, sorted(history, key=lambda one: -one[1])\n",
        ),
        mistake(
            "history without settings",
            "Your history contains only scores. Each entry is a pair: (setting, score).",
            "best_score, history\n",
            "best_score, [one[1] for one in history]\n",
        ),
        mistake(
            "history without scores",
            "Your history contains only settings. Each entry is a pair: (setting, score).",
            "best_score, history\n",
            "best_score, [one[0] for one in history]\n",
        ),
        mistake(
            "pairs swapped",
            "The score comes first in the pairs of your history. Each is (setting, score).",
            "best_score, history\n",
            "best_score, [one[::-1] for one in history]\n",
        ),
        mistake(
            "pair as best",
            "best is the pair of setting and score. Return the setting; its score is the second result.",
            "return best, ",
            "return (best, best_score), ",
        ),
        mistake(
            "index as best",
            "best is the index of the best trial, from argmax. Return the setting.",
            "return best, ",
            "return [one[0] for one in history].index(best), ",
        ),
        mistake(
            "wrong order of results",
            "You return the best score first. Return (best, best_score, history).",
            "return best, best_score,",
            "return best_score, best,",
        ),
        mistake(
            "only best returned",
            "You return the best setting only. Return best, best_score, history.",
            "return best, best_score, history",
            "return best",
        ),
    ),
    hints=(
        "For log_uniform: which numbers are equally spread between -4 and -1, and what is 10 to their power? For "
        "random_search: what do you have to store in each trial for the three results?",
        "Draw a number between the logarithms of the bounds with rng.uniform, and apply np.exp. In the search, loop "
        "over the trials: draw a setting, score it once, and append both to a list as a pair. max with a key finds "
        "the best pair.",
        "np.exp(rng.uniform(np.log(low), np.log(high))). In the loop: setting = draw(rng); history.append((setting, "
        "score(setting))). At the end: best, best_score = max(history, key=lambda one: one[1]).",
    ),
    explanation="If log x is uniform, the chance of x lying between a and 2a is the same for every a inside the "
    "bounds: every factor is equally likely. Random search beats a grid because only a few hyperparameters matter "
    "much, and it is unknown which: every random setting tries a new value of each. The best score is optimistic, "
    "since it is a maximum. That is why a test set is needed.",
    library="cli/train.py train",
    question="You try 5 settings, and 500. For which of them is the best validation score further above the score on "
    "the test set, and why?",
    quiz=quiz,
)
