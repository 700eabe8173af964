"""The metric that settings and weights are chosen by, as an error of held-out outputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from glassnet.common import specs
from glassnet.common.arrays import AnyArray, Array, IntArray
from glassnet.maths import metrics

Error = Callable[[AnyArray, Array, Array | None], float]
"""The error of outputs, (n, outputs), from targets, (n,) or (n, outputs), and sample weights, (n,) or None."""


class RowScore(Protocol):
    """Protocol of a score: the error of outputs, (m, outputs), for rows, (m,)."""

    def __call__(self, output: Array, rows: IntArray) -> float:
        """Return the error; smaller is better."""
        ...


OF_CLASSES: dict[str, Error] = {
    "log_loss": lambda y, p, w: float(metrics.log_loss(y, p, w)),
    "roc_auc": lambda y, p, w: 1 - float(metrics.roc_auc(y, p, w)),
    "accuracy": lambda y, p, w: 1 - float(metrics.accuracy(y, p.argmax(axis=1), sample_weight=w)),
    "balanced_accuracy": lambda y, p, w: 1 - float(metrics.balanced_accuracy(y, p.argmax(axis=1), w)),
    "brier_score": lambda y, p, w: float(metrics.brier_score(y, p, w)),
}
OF_NUMBERS: dict[str, Error] = {
    "rmse": lambda y, output, w: float(metrics.rmse(y, output.reshape(y.shape), w)),
    "mae": lambda y, output, w: float(metrics.mae(y, output.reshape(y.shape), w)),
    "r2": lambda y, output, w: 1 - float(metrics.r2(y, output.reshape(y.shape), w)),
}
METRICS = (*OF_CLASSES, *OF_NUMBERS)
IN_UNITS = ("rmse", "mae")
"""Errors in the units of the target."""


def metric_name(name: str | None, is_classification: bool) -> str:
    """Return the name of the metric, or of the default one of the task."""
    return name or ("log_loss" if is_classification else "rmse")


def check_metric(name: str, is_classification: bool) -> None:
    """Raise ValueError for a metric that does not exist or does not fit the task.

    >>> check_metric("rmse", is_classification=True)
    Traceback (most recent call last):
        ...
    ValueError: eval_metric 'rmse' is for regression; for classification: log_loss, roc_auc, accuracy, ...
    """
    own, other = (OF_CLASSES, OF_NUMBERS) if is_classification else (OF_NUMBERS, OF_CLASSES)
    tasks = ("classification", "regression") if is_classification else ("regression", "classification")
    if name in own:
        return
    if name in other:
        raise ValueError(f"eval_metric {name!r} is for {tasks[1]}; for {tasks[0]}: {', '.join(own)}")
    raise specs.unknown("eval_metric", name, own)


def score_of(y: AnyArray, classes: int, name: str | None = None, weights: Array | None = None) -> RowScore:
    """Return the error of outputs for rows of these targets.

    Parameters
    ----------
    y : AnyArray, (n,) or (n, outputs)
        Class indices, or numbers. The error of several targets is that of all of them together.
    classes : int
        Number of classes; 0 for regression.
    name : str, optional
        Metric: log_loss, roc_auc, …, or rmse, mae, r2. By default, log_loss or rmse.
    weights : Array, (n,), optional
        Sample weights.

    Returns
    -------
    callable
        Error of outputs, (m, outputs), for rows, (m,); smaller is better.

    Raises
    ------
    ValueError
        If the metric does not fit the task.

    Examples
    --------
    >>> import numpy as np
    >>> score = score_of(np.array([0, 1, 1]), classes=2)
    >>> round(score(np.array([[0.5, 0.5], [0.5, 0.5]]), rows=np.array([0, 2])), 4)
    0.6931
    """
    name = metric_name(name, bool(classes))
    check_metric(name, bool(classes))
    error = (OF_CLASSES if classes else OF_NUMBERS)[name]

    def of_rows(output: Array, rows: IntArray) -> float:
        return error(y[rows], output, None if weights is None else weights[rows])

    return of_rows
