"""scikit-learn's MLPClassifier on float32 data, with matrix products on one thread or all.

`fit` is timed as a whole, since its setup cannot be separated; a run has enough epochs to make it negligible. Each fit
starts from the given weights.
"""

from __future__ import annotations

import importlib
import time
import warnings
from typing import Any

import numpy as np

from glassnet.bench.contestants.runner import Predicting, Runner, RunnerSetting, blas_settings
from glassnet.bench.tasks import Layers, Task

TITLE, PACKAGES = "scikit-learn", ("sklearn",)

ACTIVATIONS = {"relu": "relu", "sigmoid": "logistic"}


def settings(kind: str, threads: int) -> list[RunnerSetting]:
    """Return the settings: the number of threads of BLAS."""
    return blas_settings(threads)


def start(task: Task) -> Runner:
    """Return a runner of the task."""
    importlib.import_module("sklearn.neural_network")
    runner = Fits(task)
    if task.kind != "predict":
        return runner
    # A first fit with one row per class initializes the classifier; then its weights are replaced.
    classes = task.widths[-1]
    classifier = runner.classifier(1).set_params(batch_size=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        classifier.fit(np.zeros((classes, task.widths[0]), np.float32), np.arange(classes))
    classifier.coefs_, classifier.intercepts_ = (list(arrays) for arrays in zip(*as_theirs(task.layers), strict=True))
    return Predicting(task, classifier.predict_proba)


class Fits:
    """`MLPClassifier.fit`, with a new classifier each time."""

    def __init__(self, task: Task) -> None:
        self.task, self.steps = task, task.steps
        self.fitted: Any = None

    def classifier(self, epochs: int) -> Any:
        """Return a classifier that trains the given number of epochs from the given weights."""
        from sklearn.neural_network import MLPClassifier

        task, given = self.task, iter(as_theirs(self.task.layers))
        (activation,) = set(task.activations)
        classifier = MLPClassifier(
            hidden_layer_sizes=task.widths[1:-1],
            activation=ACTIVATIONS[activation],
            solver=task.optimizer,
            learning_rate_init=task.rate,
            momentum=0.0,
            nesterovs_momentum=False,
            alpha=0.0,
            batch_size=min(task.rows, len(task.X)),
            max_iter=epochs,
            tol=0.0,
            n_iter_no_change=epochs + 1,
            random_state=0,
        )
        # There is no public way to start from given weights; this is the method that draws them, layer by layer.
        classifier._init_coef = lambda inputs, units, dtype: tuple(array.astype(dtype) for array in next(given))
        return classifier

    def run(self, count: int) -> float:
        """Fit from the initial weights and return the seconds."""
        self.fitted = self.classifier(count)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about missing convergence after so few epochs
            start = time.perf_counter()
            self.fitted.fit(self.task.X, self.task.y)
            return time.perf_counter() - start

    def layers(self) -> Layers:
        """Return the final weights of the last run."""
        return as_ours(list(zip(self.fitted.coefs_, self.fitted.intercepts_, strict=True)))


def as_theirs(layers: Layers) -> Layers:
    """Return the layers in the form of scikit-learn: for two classes, a single sigmoid output of their difference.

    softmax(z)₁ = sigmoid(z₁ − z₀), so the probabilities are the same, at a slightly lower cost.
    """
    *before, (W, b) = layers
    return layers if W.shape[1] != 2 else [*before, (W[:, 1:] - W[:, :1], b[1:] - b[:1])]


def as_ours(layers: Layers) -> Layers:
    """Return scikit-learn's layers with one output per class."""
    *before, (W, b) = layers
    if W.shape[1] != 1:
        return layers
    return [*before, (np.hstack([np.zeros_like(W), W]), np.concatenate([np.zeros_like(b), b]))]
