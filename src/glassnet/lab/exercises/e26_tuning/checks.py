"""How Exercise 26 is checked: by properties of what is random, and by searches whose settings come in a known order."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace, mistake
from glassnet.lab.exercises.steps import named_parts

DRAWS = 400
"""How many numbers are looked at."""

NEAR = 0.15
"""How far a share may be off; a half or a third of so many numbers is off by more once in a hundred million times."""


def amount(share: float) -> str:
    """Return how much of all a share is, in words."""
    return "none" if share == 0 else "all" if share == 1 else "some"


def spread(edges: tuple[float, ...]) -> Callable[[Namespace], dict[str, str] | None]:
    """Return a function that says how many numbers fall where. edges: the bounds and what divides them evenly."""

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
            words = "as many as there should be" if abs(more) < NEAR else "too many" if more > 0 else "too few"
            seen[f"from {low:g} to {high:g}"] = words
        different = len(set(drawn))
        seen["different numbers"] = (
            "as many as draws" if different > DRAWS / 2 else "one" if different == 1 else "a few"
        )
        return seen

    return observe


def chance(names: Namespace) -> dict[str, str]:
    """Return whether the generator that is handed in is the one that decides."""
    rngs = [np.random.default_rng(seed) for seed in (1, 1, 2)]
    first, again, other = (names.log_uniform(1e-4, 1e-1, rng) for rng in rngs)
    others = {"the same seed": again, "another seed": other, "the next one": names.log_uniform(1e-4, 1e-1, rngs[0])}
    return {key: "the same number" if one == first else "another number" for key, one in others.items()}


def search(scores: list[float]) -> Callable[[Namespace], dict[str, Any] | None]:
    """Return a function that makes a search in which the first setting gets the first score, and so on."""

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
    """Return what a search of four trials keeps in which two settings come twice, with other scores the second time."""
    settings, scores = iter([{"units": 10}, {"units": 20}] * 2), iter([0.25, 0.5, 0.75, 0.125])
    best, best_score, history = names.random_search(
        lambda rng: next(settings), lambda setting: next(scores), 4, np.random.default_rng(0)
    )
    return {"best": best, "best_score": best_score, "how many trials": len(history)}


def calls(names: Namespace) -> dict[str, Any]:
    """Return what a search of six trials asked for."""
    own, handed, scored = np.random.default_rng(0), [], []

    def draw(rng: Any) -> dict[str, int]:
        handed.append(rng)
        return {"units": len(handed)}

    def score(setting: dict[str, int]) -> float:
        scored.append(setting["units"])
        return 0.1 * setting["units"]

    names.random_search(draw, score, 6, own)
    more = len(scored) - len(handed)
    return {
        "settings drawn": len(handed),
        "score is called": "once for each" if more == 0 else "more often" if more > 0 else "less often",
        "draw gets": "the rng" if all(rng is own for rng in handed) else "another generator",
        "what is scored": "all that is drawn" if set(scored) == set(range(1, len(handed) + 1)) else "something else",
    }


def repeated(names: Namespace) -> dict[str, str]:
    """Return whether the seed decides what a search tries."""

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
    return seen | {"the settings of one search": "all differ" if len(set(first)) == len(first) else "some are the same"}


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Ask for one number."""
    bounds = [(1, 100), (1, 10_000), (2, 50), (2, 200), (3, 300), (4, 100), (5, 500)]
    low, high = bounds[rng.integers(len(bounds))]
    return (
        f"A number between {low} and {high} is drawn, its logarithm uniformly distributed. Below which number "
        "does it fall in half of all draws?",
        float(np.sqrt(low * high)),
    )


WHOLE = "math.exp(rng.uniform(math.log(low), math.log(high)))"

EXERCISE = Exercise(
    number="26",
    title="Hyperparameters",
    defines=("log_uniform", "random_search"),
    cases=(
        Case(
            "three powers of ten",
            spread((1e-4, 1e-3, 1e-2, 1e-1)),
            f"where {DRAWS} numbers log_uniform(0.0001, 0.1, rng) fall; a third should be in each power of ten",
            2,
        ),
        Case(
            "within one power of ten",
            spread((1.0, 10**0.5, 10.0)),
            f"where {DRAWS} numbers log_uniform(1, 10, rng) fall; half should be below 3.16, the root of 10",
        ),
        Case(
            "bounds that are no powers of ten",
            spread((2, 10, 50)),
            f"where {DRAWS} numbers log_uniform(2, 50, rng) fall; half should be below 10, since 10 / 2 = 50 / 10",
        ),
        Case("settings that come twice", twice, "a search of four trials in which two settings come twice"),
        Case(
            "the generator decides",
            chance,
            "log_uniform(0.0001, 0.1, rng) with three generators of the seeds 1, 1 and 2",
        ),
        Case(
            "five settings",
            search([0.71, 0.64, 0.93, 0.88, 0.12]),
            "a search in which five settings score 0.71, 0.64, 0.93, 0.88 and 0.12",
            2,
        ),
        Case(
            "scores below 0",
            search([-2.3, -1.7, -2.1, -1.4]),
            "a search in which four settings score -2.3, -1.7, -2.1 and -1.4",
        ),
        Case("a single trial", search([0.55]), "a search of one trial, which scores 0.55"),
        Case("what is asked for", calls, "a search of six trials: how often draw and score are called, and with what"),
        Case("the seed decides", repeated, "three searches of five trials with generators of the seeds 1, 1 and 2"),
    ),
    mistakes=(
        mistake(
            "uniform itself",
            "Your numbers are uniformly distributed themselves. Between 0.0001 and 0.1 nine tenths of them are above "
            "0.01, and small ones hardly ever occur. Draw the logarithm uniformly, between log(low) and log(high), and "
            "take e to its power.",
            WHOLE,
            "rng.uniform(low, high)",
        ),
        mistake(
            "the logarithm comes back",
            "You return the logarithm: for bounds of 0.0001 and 0.1 it is below 0, between -9.2 and -2.3. Take e to "
            "its power, np.exp(...).",
            "math.exp(rng",
            "(rng",
        ),
        mistake(
            "10 to the power of a natural logarithm",
            "You raise 10 to a logarithm taken with base e, so the numbers leave the bounds: np.log(0.1) is -2.3, and "
            "10 ** -2.3 is 0.005. Use np.exp with np.log, or 10 ** with np.log10.",
            "math.exp(rng",
            "10 ** (rng",
        ),
        mistake(
            "e to the power of a logarithm with base 10",
            "You take e to a logarithm with base 10, so the numbers leave the bounds: np.log10(0.1) is -1, and e ** -1 "
            "is 0.37. Use np.exp with np.log, or 10 ** with np.log10.",
            "math.log(low), math.log(high)",
            "math.log10(low), math.log10(high)",
        ),
        mistake(
            "whole powers of ten, rounded",
            "You round the exponent, so only a few numbers can come out (0.0001, 0.001, 0.01, 0.1), and 50 becomes "
            "100. All numbers in between should occur: leave the exponent as it is drawn.",
            WHOLE,
            "10.0 ** round(rng.uniform(math.log10(low), math.log10(high)))",
        ),
        mistake(
            "uniform within a power of ten",
            "You draw a power of ten, and then a uniform number within it, so that most lie in its upper half: from "
            "1 to 10 three quarters are above 3.16. The logarithm itself is to be uniform: exp(rng.uniform(log(low), "
            "log(high))).",
            WHOLE,
            "(lambda k: rng.uniform(max(low, 10.0**k), min(high, 10.0 ** (k + "
            "1))))(rng.integers(math.floor(math.log10(low)), math.ceil(math.log10(high))))",
        ),
        mistake(
            "a grid",
            "Your numbers come from a fixed grid, so only a few can come out. All numbers in between should occur: "
            "draw the logarithm with rng.uniform.",
            WHOLE,
            "rng.choice(np.geomspace(low, high, 10))",
        ),
        mistake(
            "whole powers of ten, drawn",
            "You draw a whole number as the exponent, so only powers of ten can come out. All numbers in between "
            "should occur: draw the exponent with rng.uniform.",
            WHOLE,
            "10.0 ** rng.integers(int(math.log10(low)), int(math.log10(high)), endpoint=True)",
        ),
        mistake(
            "always from 0.0001 to 0.1",
            "Your numbers lie between 0.0001 and 0.1 whatever the bounds are. Take the logarithms of low and high.",
            "math.log(low), math.log(high)",
            "math.log(1e-4), math.log(1e-1)",
        ),
        mistake(
            "the logarithm of a uniform number",
            "You draw a uniform number and then take its logarithm. It is the other way round: the logarithm is what "
            "is drawn uniformly, and e to its power comes back.",
            WHOLE,
            "math.log(rng.uniform(low, high))",
        ),
        mistake(
            "e to the power of the bounds",
            "You take e to the power of a number between low and high, which lies between e**low and e**high. Draw "
            "between the logarithms of the bounds: rng.uniform(np.log(low), np.log(high)).",
            "math.log(low), math.log(high)",
            "low, high",
        ),
        mistake(
            "another generator",
            "log_uniform does not draw from the rng it is handed (but from np.random, or a generator of its own "
            "without a seed). The same seed then gives other numbers, and no search can be repeated. Use rng.uniform.",
            "rng.uniform(",
            "np.random.default_rng().uniform(",
        ),
        mistake(
            "a new generator with a seed",
            "log_uniform makes a new generator with a fixed seed at every call, so it returns the same number each "
            "time. Draw from the rng that is handed in: it goes on from where it is.",
            "rng.uniform(",
            "np.random.default_rng(0).uniform(",
        ),
        mistake(
            "the lowest score",
            "You take the setting with the lowest score. A higher score is better here (for a loss, hand in its "
            "negative).",
            "max(history",
            "min(history",
        ),
        mistake(
            "the last setting",
            "The best setting is always the last one in your answer. Take the one with the highest score of all.",
            "max(history, key=lambda one: one[1])",
            "history[-1]",
        ),
        mistake(
            "begins with a best score of 0",
            "The best score is 0 at the start, so where all scores are below 0 no setting is ever better, and none "
            "comes back. Begin with the first setting, or with -inf.",
            "max(history,",
            "max([(None, 0), *history],",
        ),
        mistake(
            "repeats are skipped",
            "A setting that came before is not tried again, so history has fewer entries than there are trials. Make "
            "as many trials as trials says.",
            "setting = draw(rng)\n        history.append((setting, score(setting)))",
            "setting = draw(rng)\n        if setting not in [one for one, _ in history]:\n            "
            "history.append((setting, score(setting)))",
        ),
        mistake(
            "scored twice",
            "You call score more often than there are settings. Each call is a whole training, so the search takes "
            "longer, and a setting may get another score the second time. Keep what the first call returns under a "
            "name.",
            "history.append((setting, score(setting)))",
            "score(setting)\n        history.append((setting, score(setting)))",
        ),
        mistake(
            "another setting is scored",
            "You draw a second setting for the score, so the score in history belongs to another setting than the one "
            "beside it. Draw once per trial and keep it under a name.",
            "(setting, score(setting))",
            "(setting, score(draw(rng)))",
        ),
        mistake(
            "one setting for all trials",
            "You draw a setting once, before the loop, and score it again and again. Each trial needs a new one: call "
            "draw(rng) inside the loop.",
            "for _ in range(trials):\n        setting = draw(rng)",
            "setting = draw(rng)\n    for _ in range(trials):",
        ),
        mistake(
            "one trial too many",
            "You make one trial more than trials says. range(trials) counts from 0 and has as many numbers as it "
            "should.",
            "range(trials)",
            "range(trials + 1)",
        ),
        mistake(
            "one trial too few",
            "You make one trial less than trials says. range(1, trials) has trials - 1 numbers; range(trials) has all.",
            "range(trials)",
            "range(1, trials)",
        ),
        mistake(
            "draws with another generator",
            "draw is not handed the rng of the search, but a generator without a seed: nobody can repeat the search. "
            "Hand it on: draw(rng).",
            "setting = draw(rng)",
            "setting = draw(np.random.default_rng())",
        ),
        mistake(
            "draws with a new generator each time",
            "draw is handed a new generator with a fixed seed in every trial, so all settings are the same. Hand on "
            "the rng of the search: draw(rng).",
            "setting = draw(rng)",
            "setting = draw(np.random.default_rng(0))",
        ),
        mistake(
            "only records are kept",
            "Your history holds only settings that were better than all before them. Keep every trial: those that "
            "failed say where not to look.",
            "history.append((setting, score(setting)))",
            "found = score(setting)\n        if not history or found > history[-1][1]:\n"
            "            history.append((setting, found))",
        ),
        mistake(
            "history is sorted",
            "Your history is sorted by score. It should be in the order in which the trials were made.",
            "best_score, history\n",
            "best_score, sorted(history, key=lambda one: -one[1])\n",
        ),
        mistake(
            "history without settings",
            "Your history holds the scores alone. Each entry is a pair: (setting, score).",
            "best_score, history\n",
            "best_score, [one[1] for one in history]\n",
        ),
        mistake(
            "history without scores",
            "Your history holds the settings alone. Each entry is a pair: (setting, score).",
            "best_score, history\n",
            "best_score, [one[0] for one in history]\n",
        ),
        mistake(
            "the pairs are turned round",
            "The score comes first in the pairs of your history. Each is (setting, score).",
            "best_score, history\n",
            "best_score, [one[::-1] for one in history]\n",
        ),
        mistake(
            "best is a pair",
            "best is the whole pair of setting and score. Return the setting alone; its score comes second.",
            "return best, ",
            "return (best, best_score), ",
        ),
        mistake(
            "best is a position",
            "best is the position of the best trial in the list (as argmax gives it). Return the setting that stands "
            "there.",
            "return best, ",
            "return [one[0] for one in history].index(best), ",
        ),
        mistake(
            "the wrong order",
            "You return the best score first. The order is (best, best_score, history).",
            "return best, best_score,",
            "return best_score, best,",
        ),
        mistake(
            "only the best comes back",
            "You return the best setting alone. Asked for are three things: return best, best_score, history.",
            "return best, best_score, history",
            "return best",
        ),
    ),
    hints=(
        "For log_uniform: which numbers are equally spread between -4 and -1, and what is 10 to their power? For "
        "random_search: what has to be written down in each trial so that all three results can be told at the end?",
        "Draw a number between the logarithms of the bounds with rng.uniform and undo the logarithm with np.exp. In "
        "the search, a loop draws a setting, scores it once, and appends both to a list as a pair; max with a key "
        "finds the best pair.",
        "np.exp(rng.uniform(np.log(low), np.log(high))). In the loop: setting = draw(rng); history.append((setting, "
        "score(setting))). At the end: best, best_score = max(history, key=lambda one: one[1]).",
    ),
    explanation="If log x is uniform, the chance of x lying between a and 2a is the same for every a inside the "
    "bounds: each factor gets its share. Random settings beat a grid because few hyperparameters matter much, and "
    "nobody knows beforehand which: every random setting tries a new value of each. The best score is a little too "
    "good for new data, since it was chosen for being the highest; that is what the test part is kept for.",
    library="cli/train.py train",
    question="You try 5 settings, and 500. For which of them is the best validation score further above the score on "
    "the test part, and why?",
    quiz=quiz,
)
