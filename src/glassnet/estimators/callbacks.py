"""scikit-learn's callbacks, from its version 1.9 on: who was set on an estimator hears of every epoch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

try:
    from sklearn.callback import CallbackSupportMixin
except ImportError:  # an older scikit-learn, which has none

    class CallbackSupportMixin:  # type: ignore[no-redef]
        """Nothing to support."""


CallbackSupport: Any = CallbackSupportMixin
"""What gives an estimator `set_callbacks`, where scikit-learn has it."""


class CallbackNotifier:
    """Tells an estimator's callbacks how a fit goes on; where there are none it does nothing."""

    def __init__(self, estimator: Any, X: Any, y: Any, sample_weight: Any, is_told: bool) -> None:
        self.context: Any = None
        self.epoch: Any = None
        metadata = None if sample_weight is None else {"sample_weight": sample_weight}
        self.data = {"estimator": estimator, "X": X, "y": y, "metadata": metadata}
        if is_told and (hasattr(estimator, "_skl_callbacks") or hasattr(estimator, "_parent_callback_ctx")):
            self.context = estimator._init_callback_context(max_subtasks=estimator.max_iter * estimator.ensemble_size)
            self.context.call_on_fit_task_begin(**self.data)

    def epoch_begins(self) -> None:
        """Tell of the beginning of an epoch."""
        if self.context is not None:
            self.epoch = self.context.subcontext(task_name="epoch")
            self.epoch.call_on_fit_task_begin(**self.data)

    def epoch_ended(self, fitted: Callable[[], dict[str, Any]]) -> bool:
        """Tell of an epoch's end; return whether somebody wants the fit to stop.

        fitted: returns the attributes that make a copy of the estimator ready to predict as it would now.
        """
        if self.epoch is None:
            return False
        return bool(self.epoch.call_on_fit_task_end(**self.data, reconstruction_attributes=fitted))

    def fit_ended(self, fitted: Callable[[], dict[str, Any]]) -> None:
        """Tell of the end."""
        if self.context is not None:
            self.context.call_on_fit_task_end(**self.data, reconstruction_attributes=fitted)
