"""What the rules about a finished run need to know: numbers, names, and texts, without data or model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from glassnet.common.arrays import Array, IntArray
from glassnet.training.history import History

NO_MORE = 1.03
"""A result that is better than the baseline by less than this factor is not better at all."""


@dataclass(frozen=True)
class RunRecord:
    """A finished run, as the rules see it.

    Attributes
    ----------
    history : History
        History of the first network.
    rows, set_name : int, str
        Number of rows of the result, and the name of their set, such as "test set".
    value, train_value : float, float or None
        Accuracy, or RMSE of a numeric target: the result, and that on the training set, if it is another.
    interval, baseline : tuple of float or None, float or None
        95% interval of the value, and the value of the best constant prediction.
    classes : tuple of str
        Class names; empty for a numeric target.
    counts : IntArray, (classes, classes), or None
        Confusion matrix: true classes by row, predicted classes by column.
    is_better : bool or None
        Whether the result is significantly better than a constant prediction; False: worse; None: neither.
    score : str
        The score that decides it, with its value and interval, if that is not accuracy or R².
    steps : int or None
        Number of optimizer steps; None for L-BFGS.
    networks, stopped : int, str or None
        For a portfolio, the number of trained networks, and "interrupted" or "time limit".
    folds : str
        The folds of a portfolio that was stopped: "2 of 5 folds"; empty if there are all.
    is_training_set, is_validation_set : bool
        Whether the result is that of the training set, or of the validation set.
    inputs, train_rows, valid_rows : int, int or None, int or None
        Number of inputs of the network, of training rows, and of rows of the validation set; None without one.
    is_portfolio, early_stopping, has_batchnorm, has_class_weight, has_label_smoothing : bool
        Settings of the recipe.
    trades_accuracy : bool
        Whether class weights or a threshold trade accuracy for the recall of rare classes.
    outlier : tuple of (str, float), or None
        Label of the row with the largest squared error, and its share of the sum.
    calibration_error, calibration : float or None, str
        Expected calibration error, and the mean confidence beside the accuracy in words; None if it is not significant.
    is_overconfident : bool
        Whether the mean confidence is above the accuracy.
    silent : mapping of str to float
        Share of units with a constant output, by hidden layer.
    gradients : mapping of str to float
        Median of |dW| before the first step, by layer with weights.
    """

    history: History
    rows: int
    set_name: str
    value: float
    train_value: float | None = None
    interval: tuple[float, float] | None = None
    baseline: float | None = None
    classes: tuple[str, ...] = ()
    counts: IntArray | None = None
    is_better: bool | None = None
    score: str = ""
    steps: int | None = None
    networks: int = 0
    stopped: str | None = None
    folds: str = ""
    is_training_set: bool = False
    is_validation_set: bool = False
    inputs: int = 0
    train_rows: int | None = None
    valid_rows: int | None = None
    is_portfolio: bool = False
    early_stopping: bool = False
    has_batchnorm: bool = False
    has_class_weight: bool = False
    has_label_smoothing: bool = False
    trades_accuracy: bool = False
    outlier: tuple[str, float] | None = None
    calibration_error: float | None = None
    calibration: str = ""
    is_overconfident: bool = False
    silent: Mapping[str, float] = field(default_factory=dict)
    gradients: Mapping[str, float] = field(default_factory=dict)

    @property
    def has_classes(self) -> bool:
        """Whether the target is a class."""
        return bool(self.classes)

    @property
    def has_more_inputs_than_rows(self) -> bool:
        """Whether the network has at least as many inputs as training rows, so that it can learn any target."""
        return self.train_rows is not None and self.inputs >= self.train_rows

    @property
    def is_no_better(self) -> bool:
        """Whether the value is not even slightly better than the baseline."""
        if self.baseline is None:
            return False
        return self.value < NO_MORE * self.baseline if self.has_classes else self.value > self.baseline / NO_MORE

    @property
    def support(self) -> IntArray:
        """Number of rows of each true class, (classes,)."""
        assert self.counts is not None
        return self.counts.sum(axis=1)

    @property
    def recall(self) -> Array:
        """Share of the rows of each class that were found, (classes,); 0 for a class without rows."""
        assert self.counts is not None
        return np.diag(self.counts) / np.maximum(self.support, 1)
