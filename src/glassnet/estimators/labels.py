"""Labels of a classifier: the classes, and their encoding and decoding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.utils.multiclass import type_of_target, unique_labels

from glassnet.common.arrays import AnyArray, Array
from glassnet.maths.groups import parts_of

BINARY, MULTICLASS, MULTILABEL, SEVERAL = "binary", "multiclass", "multilabel-indicator", "multiclass-multioutput"
"""Two classes; several classes; several binary labels per row; one class in each of several columns."""

OUTPUT = {BINARY: "sigmoid", MULTICLASS: "softmax", MULTILABEL: "sigmoid", SEVERAL: "softmax_groups"}
"""Output activation for each kind of labels."""


@dataclass(frozen=True)
class Labels:
    """The classes of a classifier. classes: sorted, (k,); for several columns, a list of such arrays.

    is_sparse: whether multilabel targets were a sparse matrix, and predictions are one, too.
    """

    kind: str
    classes: Any
    is_sparse: bool = False

    @classmethod
    def of(cls, y: Any) -> Labels:
        """Return the labels of y; raise ValueError if they are not classes."""
        kind = kind_of(y)
        if kind == SEVERAL:
            return cls(SEVERAL, [np.unique(column) for column in np.asarray(y).T])
        classes = unique_labels(y)
        if kind != MULTILABEL:
            kind = BINARY if len(classes) <= 2 else MULTICLASS
        return cls(kind, classes, _sparse(y))

    @classmethod
    def of_columns(cls, classes: Any, columns: int) -> Labels:
        """Return the labels of several columns, from a list of the classes of each."""
        found = [np.asarray(one) for one in classes]
        if len(found) != columns or any(one.ndim != 1 or not len(one) for one in found):
            raise ValueError(
                f"y has {columns} columns of classes, so classes must be a list of {columns} arrays, one for each; "
                f"got {classes!r}"
            )
        return cls(SEVERAL, [np.unique(one) for one in found])

    @property
    def groups(self) -> tuple[int, ...]:
        """Number of classes of each column if there are several columns, else ()."""
        return tuple(len(column) for column in self.classes) if self.kind == SEVERAL else ()

    @property
    def outputs(self) -> int:
        """Number of outputs of the network."""
        return 1 if self.kind == BINARY else sum(self.groups) or len(self.classes)

    def encode(self, y: Any, dtype: Any) -> AnyArray:
        """Return y for the loss: class indices, (n,), for multiclass, else 0 and 1, (n, outputs)."""
        if self.kind == MULTILABEL:
            dense = y.toarray() if _sparse(y) else np.asarray(y)
            return dense.astype(bool).astype(dtype)
        y = np.asarray(y)
        if self.kind == BINARY:
            return np.equal(y, self.classes[-1]).astype(dtype)[:, None] * dtype.type(len(self.classes) > 1)
        if self.kind == MULTICLASS:
            return np.searchsorted(self.classes, y).astype(np.int64)
        columns = [np.equal(column[:, None], known) for column, known in zip(y.T, self.classes, strict=True)]
        return np.hstack(columns).astype(dtype)

    def decode(self, output: Array) -> Any:
        """Return the predicted labels of an output, (n, outputs)."""
        if self.kind == MULTILABEL:
            decisions = (output > 0.5).astype(int)
            if not self.is_sparse:
                return decisions
            from scipy.sparse import csr_matrix

            return csr_matrix(decisions)
        if self.kind == BINARY:
            return self.classes.take((output[:, 0] > 0.5) * (len(self.classes) - 1))
        if self.kind == MULTICLASS:
            return self.classes.take(output.argmax(axis=1))
        parts = parts_of(self.groups, output.shape[1])
        chosen = [known.take(output[:, part].argmax(axis=1)) for known, part in zip(self.classes, parts, strict=True)]
        return np.stack(chosen, axis=1)

    def probabilities(self, output: Array) -> Any:
        """Return the probability of each class, (n, k); for several columns, a list of such arrays."""
        if self.kind == BINARY:
            return np.hstack([1 - output, output])
        if self.kind == SEVERAL:
            return [output[:, part] for part in parts_of(self.groups, output.shape[1])]
        return output

    def is_right(self, output: Array, Y: AnyArray) -> AnyArray:
        """Return whether all predictions of a row are correct, (n,); Y: as returned by `encode`."""
        if self.kind == MULTICLASS:
            return np.equal(output.argmax(axis=1), Y)
        if self.kind == SEVERAL:
            parts = parts_of(self.groups, output.shape[1])
            right = np.stack([output[:, part].argmax(axis=1) == Y[:, part].argmax(axis=1) for part in parts], axis=1)
        else:
            right = np.equal(output > 0.5, Y > 0.5)
        of_rows: AnyArray = np.logical_and.reduce(right, axis=1)
        return of_rows

    def check_known(self, y: Any, warm_start: bool) -> None:
        """Raise ValueError if labels differ from (warm start) or exceed (partial fit) those of the previous fit."""
        several = (self.kind in (MULTILABEL, SEVERAL), np.ndim(y) == 2 or _sparse(y))
        if several[0] != several[1] or (several[0] and y.shape[1] != len(self.classes)):
            what = f"{len(self.classes)} columns" if several[0] else "one label per row"
            raise ValueError(f"y must have {what}, as in the previous fit, got shape {np.shape(y)}")
        if self.kind == SEVERAL:
            for i, (column, known) in enumerate(zip(np.asarray(y).T, self.classes, strict=True)):
                if len(new := np.setdiff1d(column, known)):
                    raise ValueError(f"column {i} of y has classes not in `self.classes_[{i}]`: {new}")
            return
        classes = unique_labels(y)
        if warm_start:
            if set(classes) != set(self.classes):
                raise ValueError(
                    "warm_start can only be used where `y` has the same classes as in the previous call to fit. "
                    f"Previously got {self.classes}, `y` has {classes}"
                )
        elif len(np.setdiff1d(classes, self.classes, assume_unique=True)):
            raise ValueError(
                f"`y` has classes not in `self.classes_`. `self.classes_` has {self.classes}. 'y' has {classes}."
            )


def kind_of(y: Any) -> str:
    """Return scikit-learn's name for the type of y; SEVERAL for columns of classes other than 0 and 1."""
    if not _sparse(y) and np.ndim(y) == 2 and np.shape(y)[1] > 1 and np.asarray(y).dtype == object:
        return SEVERAL  # columns of several types, which cannot be sorted together
    kind: str = type_of_target(y, input_name="y", raise_unknown=True)
    if kind == MULTILABEL and not _sparse(y) and not np.isin(np.asarray(y), (0, 1)).all():
        return SEVERAL
    return kind


def are_of_columns(classes: Any) -> bool:
    """Return whether `classes` is a list of arrays, each the classes of one column of y."""
    return classes is not None and len(classes) > 0 and all(np.ndim(one) == 1 for one in classes)


def _sparse(y: Any) -> bool:
    return hasattr(y, "toarray")
