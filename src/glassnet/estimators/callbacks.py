"""Support of callbacks of scikit-learn 1.9 and later, which are notified of every epoch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

try:
    from sklearn.callback import CallbackSupportMixin
except ImportError:  # an older scikit-learn, which has none

    class CallbackSupportMixin:  # type: ignore[no-redef]
        """Placeholder without callbacks."""


CallbackSupport: Any = CallbackSupportMixin
"""Base class with `set_callbacks`, if scikit-learn supports it."""


class CallbackNotifier:
    """Notifies an estimator's callbacks of the progress of a fit; does nothing if there are none."""

    def __init__(self, estimator: Any, X: Any, y: Any, sample_weight: Any, is_told: bool) -> None:
        self.context: Any = None
        self.epoch: Any = None
        metadata = None if sample_weight is None else {"sample_weight": sample_weight}
        self.data = {"estimator": estimator, "X": X, "y": y, "metadata": metadata}
        if is_told and (hasattr(estimator, "_skl_callbacks") or hasattr(estimator, "_parent_callback_ctx")):
            self.context = estimator._init_callback_context(max_subtasks=estimator.max_iter * estimator.ensemble_size)
            self.context.call_on_fit_task_begin(**self.data)

    def epoch_begins(self) -> None:
        """Notify callbacks that an epoch begins."""
        if self.context is not None:
            self.epoch = self.context.subcontext(task_name="epoch")
            self.epoch.call_on_fit_task_begin(**self.data)

    def epoch_ended(self, fitted: Callable[[], dict[str, Any]]) -> bool:
        """Notify callbacks that an epoch has ended; return whether one requests to stop.

        fitted: returns the fitted attributes with which a copy of the estimator predicts as it does now.
        """
        if self.epoch is None:
            return False
        return bool(self.epoch.call_on_fit_task_end(**self.data, reconstruction_attributes=fitted))

    def fit_ended(self, fitted: Callable[[], dict[str, Any]]) -> None:
        """Notify callbacks that the fit has ended."""
        if self.context is not None:
            self.context.call_on_fit_task_end(**self.data, reconstruction_attributes=fitted)
