"""Metrics of predictions, each with the baseline of a constant prediction.

An accuracy of 0.90 is good with balanced classes and worthless if nine of ten rows belong to one class. Every metric
here therefore returns a `Score`: a float that also holds its baseline, the value of the best constant prediction on the
same rows. `y` holds targets, `y_hat` predictions; everything is computed in float64.
"""

from glassnet.maths.metrics.classification import (
    ClassReport,
    ConfusionMatrix,
    accuracy,
    class_report,
    confusion_matrix,
    log_loss,
    majority_class,
    top_k_accuracy,
)
from glassnet.maths.metrics.imbalance import (
    average_precision,
    balanced_accuracy,
    brier_score,
    f1,
    ranking_scores,
    roc_auc,
)
from glassnet.maths.metrics.regression import l1, l2, mae, r2, rmse
from glassnet.maths.metrics.score import Score

__all__ = [
    "ClassReport",
    "ConfusionMatrix",
    "Score",
    "accuracy",
    "average_precision",
    "balanced_accuracy",
    "brier_score",
    "class_report",
    "confusion_matrix",
    "f1",
    "l1",
    "l2",
    "log_loss",
    "mae",
    "majority_class",
    "r2",
    "ranking_scores",
    "rmse",
    "roc_auc",
    "top_k_accuracy",
]
