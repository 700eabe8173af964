"""Class targets: the classes, their encoding, and the output and loss for them."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils.multiclass import _check_partial_fit_first_call, type_of_target

from glassnet.common.arrays import AnyArray, Array
from glassnet.estimators.base import Perceptron
from glassnet.estimators.class_weights import weights_by_class
from glassnet.estimators.labels import BINARY, MULTICLASS, MULTILABEL, OUTPUT, SEVERAL, Labels, are_of_columns, kind_of
from glassnet.maths.activations import SoftmaxGroups, activation
from glassnet.maths.losses import Loss
from glassnet.maths.losses.classification import BinaryCrossEntropy, CrossEntropy, CrossEntropyGroups


class ClassTargets(Perceptron):
    """The part of the classifier that depends on its class labels."""

    _labels: Labels
    classes_: Any

    def _decoded(self, output: Array) -> Any:
        return self._labels.decode(output)

    def _know_all(self, y: Any, classes: Any) -> None:
        """Read the classes in the first call of partial_fit; raise ValueError if they differ in a later call."""
        known: Labels | None = getattr(self, "_labels", None)
        is_several = known.kind == SEVERAL if known else are_of_columns(classes) or kind_of(y) == SEVERAL
        if not is_several:
            if _check_partial_fit_first_call(self, classes):
                self._know(Labels.of(y if type_of_target(y).startswith("multilabel") else classes))
            return
        if known is None and classes is None:
            raise ValueError("classes must be passed on the first call to partial_fit.")
        given = None if classes is None else Labels.of_columns(classes, np.shape(y)[1] if np.ndim(y) == 2 else 1)
        if known is None and given is not None:
            self._know(given)
        elif known and given and not all(map(np.array_equal, given.classes, known.classes)):
            raise ValueError(
                f"classes must be {known.classes}, as in the first call of partial_fit, got {given.classes}"
            )

    def _know(self, labels: Labels) -> None:
        self._labels, self.classes_ = labels, labels.classes

    def _read_targets(self, y: Any, incremental: bool) -> None:
        if not hasattr(self, "_labels") or (not self.warm_start and not incremental):
            self._know(Labels.of(y))
        else:
            self._labels.check_known(y, self.warm_start)

    def _check_targets(self, y: Any) -> None:
        self._labels.check_known(y, warm_start=False)

    def _encode(self, y: Any, dtype: Any) -> AnyArray:
        Y, s = self._labels.encode(y, dtype), dtype.type(self.label_smoothing)
        # Smoothed binary targets are 1 − s/2 and s/2; losses of distributions smooth their targets themselves.
        return Y * (1 - s) + s / 2 if s and self._labels.kind in (BINARY, MULTILABEL) else Y

    def _ending(self) -> tuple[int, Any]:
        kind = self._labels.kind
        return self._labels.outputs, SoftmaxGroups(self._labels.groups) if kind == SEVERAL else activation(OUTPUT[kind])

    def _their_name_of(self, ending: Any) -> str:
        return "softmax" if self._labels.kind in (MULTICLASS, SEVERAL) else "logistic"

    def _loss_function(self) -> Loss:
        # scikit-learn clips probabilities at the machine epsilon of the dtype.
        cap = -float(np.log(np.finfo(self._networks()[0].dtype).eps))
        if self._labels.kind == MULTICLASS:
            return CrossEntropy(self.label_smoothing, cap)
        if self._labels.kind == SEVERAL:
            return CrossEntropyGroups(self._labels.groups, self.label_smoothing, cap)
        return BinaryCrossEntropy(cap)

    def _row_weights(self, y: Any, sample_weight: Any, incremental: bool) -> Any:
        if self.class_weight is None:
            return sample_weight
        of_classes = weights_by_class(self.class_weight, self._labels, y)
        return of_classes if sample_weight is None else sample_weight * of_classes

    def _class_names(self) -> list[Any]:
        if self._labels.kind == SEVERAL:
            return [[str(name) for name in column] for column in self.classes_]
        if len(self.classes_) == 1:
            raise ValueError(f"y has only one class, {self.classes_[0]!s}; a saved model needs at least two")
        return [str(name) for name in self.classes_]
