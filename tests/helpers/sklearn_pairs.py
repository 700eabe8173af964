"""Configurations in which glassnet's estimators must give scikit-learn's numbers, and how far apart they are.

python tests/helpers/sklearn_pairs.py          prints the largest relative difference of every configuration
"""

import itertools
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sklearn.neural_network as theirs
from sklearn.datasets import make_classification, make_multilabel_classification, make_regression

import glassnet as gn

EPOCHS = 20

X_BINARY, BINARY = make_classification(150, 12, n_informative=6, random_state=0)
X_CLASSES, CLASSES = make_classification(150, 12, n_informative=6, n_classes=4, random_state=1)
X_LABELS, LABELS = make_multilabel_classification(150, 12, n_classes=4, random_state=2)
X_NUMBER, NUMBER = make_regression(150, 12, noise=5.0, random_state=3)
X_NUMBERS, NUMBERS = make_regression(150, 12, n_targets=3, noise=5.0, random_state=4)
COUNTS = np.random.RandomState(5).poisson(3.0, 150)
WEIGHTS = np.random.RandomState(6).randint(0, 4, 150).astype(float)

DATA: dict[str, tuple[str, Any, Any]] = {
    "binary": ("MLPClassifier", X_BINARY, BINARY),
    "multiclass": ("MLPClassifier", X_CLASSES, CLASSES),
    "multilabel": ("MLPClassifier", X_LABELS / 5, LABELS),
    "number": ("MLPRegressor", X_NUMBER, NUMBER / NUMBER.std()),
    "numbers": ("MLPRegressor", X_NUMBERS, NUMBERS / NUMBERS.std(axis=0)),
}

SOLVERS: dict[str, dict[str, Any]] = {
    "adam": {"solver": "adam"},
    "adam, other betas": {"solver": "adam", "beta_1": 0.8, "beta_2": 0.99, "epsilon": 1e-4, "learning_rate_init": 0.01},
    "sgd": {"solver": "sgd", "learning_rate_init": 0.05},
    "sgd, plain": {"solver": "sgd", "learning_rate_init": 0.05, "momentum": 0.0},
    "sgd, momentum": {"solver": "sgd", "learning_rate_init": 0.05, "nesterovs_momentum": False},
    "sgd, invscaling": {"solver": "sgd", "learning_rate_init": 0.05, "learning_rate": "invscaling", "power_t": 0.2},
    "sgd, adaptive": {
        "solver": "sgd",
        "learning_rate_init": 0.1,
        "learning_rate": "adaptive",
        "n_iter_no_change": 1,
        "tol": 0.05,
    },
}


@dataclass(frozen=True)
class Configuration:
    """A pair of fits: data, parameters, and arguments of fit besides X and y."""

    data: str
    parameters: dict[str, Any]
    weights: Any = None
    dtype: Any = np.float64
    y: Any = None
    engine: str = "compiled"

    def pair(self) -> tuple[Any, Any]:
        """Both estimators, fitted."""
        name, X, y = DATA[self.data]
        options = {"random_state": 7, "max_iter": EPOCHS, "hidden_layer_sizes": (15, 9), **self.parameters}
        made = [getattr(theirs, name)(**options), getattr(gn, name)(**options, engine=self.engine)]
        for estimator in made:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                estimator.fit(X.astype(self.dtype), y if self.y is None else self.y, sample_weight=self.weights)
        return made[0], made[1]


AXES = (tuple(DATA), tuple(SOLVERS), ("identity", "logistic", "tanh", "relu"), (False, True))
"""Kind of y, solver, activation, and early stopping."""


def pairwise(axes: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """A few combinations in which every value of an axis meets every value of every other axis."""
    combinations = list(itertools.product(*axes))

    def pairs(combination: tuple[Any, ...]) -> set[tuple[tuple[int, Any], ...]]:
        return set(itertools.combinations(enumerate(combination), 2))

    left, chosen = set().union(*map(pairs, combinations)), []
    while left:
        chosen.append(max(combinations, key=lambda one: len(pairs(one) & left)))
        left -= pairs(chosen[-1])
    return chosen


def combined(data: str, solver: str, activation: str, early: bool) -> tuple[str, Configuration]:
    """The configuration of one combination of AXES, and its name."""
    # Some batches of unequal size, so that L2 is divided by different numbers of rows.
    parameters = {"activation": activation, "early_stopping": early, "batch_size": 32, **SOLVERS[solver]}
    if data.startswith("number") and "learning_rate_init" in parameters:
        parameters["learning_rate_init"] /= 10  # squared errors have no upper limit
    name = f"{data}, {solver}, {activation}" + ", early stopping" * early
    return name, Configuration(data, parameters)


def configurations(every: bool = False) -> Iterator[tuple[str, Configuration]]:
    """Pairs of values on AXES, or with `every` all combinations; and what else changes the numbers."""
    for combination in itertools.product(*AXES) if every else pairwise(AXES):
        yield combined(*combination)
    for data in DATA:
        yield f"{data}, the defaults", Configuration(data, {"hidden_layer_sizes": (100,)})
        yield f"{data}, much L2", Configuration(data, {"alpha": 3.0, "batch_size": 40})
        yield f"{data}, not shuffled", Configuration(data, {"shuffle": False, "batch_size": 32})
        yield f"{data}, one row at a time", Configuration(data, {"batch_size": 1, "max_iter": 3})
        yield f"{data}, sample weights", Configuration(data, {"batch_size": 32}, WEIGHTS)
        both = {"batch_size": 32, "early_stopping": True}
        yield f"{data}, sample weights and early stopping", Configuration(data, both, WEIGHTS)
        yield f"{data}, no hidden layer", Configuration(data, {"hidden_layer_sizes": ()})
    yield "binary, names of classes", Configuration("binary", {}, y=np.array(["no", "yes"])[BINARY])
    yield "counts, poisson", Configuration("number", {"loss": "poisson", "batch_size": 32}, y=COUNTS)
    yield "counts, poisson, sgd", Configuration("number", {"loss": "poisson", "solver": "sgd"}, y=COUNTS)


def differences(configuration: Configuration) -> dict[str, float]:
    """The largest difference of curves, weights, and predictions, relative to the largest number of each."""
    one, other = configuration.pair()
    X = DATA[configuration.data][1].astype(configuration.dtype)
    found = {"loss_curve_": apart(one.loss_curve_, other.loss_curve_)}
    if configuration.parameters.get("early_stopping"):
        found["validation_scores_"] = apart(one.validation_scores_, other.validation_scores_)
    found["coefs_"] = max(map(apart, one.coefs_ + one.intercepts_, other.coefs_ + other.intercepts_))
    ask = "predict_proba" if hasattr(one, "predict_proba") else "predict"
    found[ask] = apart(getattr(one, ask)(X), getattr(other, ask)(X))
    return found


def apart(a: Any, b: Any) -> float:
    """The largest difference, relative to the largest number; infinite if the shapes differ."""
    a, b = np.asarray(a, float), np.asarray(b, float)
    if a.shape != b.shape:
        return float("inf")
    return float(np.abs(a - b).max() / max(np.abs(a).max(), 1e-300))


if __name__ == "__main__":
    worst = {}
    for name, configuration in configurations(every=True):
        found = differences(configuration)
        worst[name] = max(found.values())
        shown = ", ".join(f"{what} {value:.1e}" for what, value in found.items())
        print(f"{worst[name]:.1e}  {name}: {shown}")
    name = max(worst, key=worst.__getitem__)
    print(f"{len(worst)} configurations; the largest relative difference is {worst[name]:.1e}: {name}")
