"""Data sets: one row of X per sample, and its target in the same row of y.

Also here: one-hot encoding of class indices.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from glassnet.common import checks, specs
from glassnet.common.arrays import AnyArray, IntArray
from glassnet.common.labels import as_labels
from glassnet.common.selection import is_on_disk, selection
from glassnet.data.splits import as_groups, as_times, fold_rows, split_rows
from glassnet.data.tables.decisions import Decision
from glassnet.data.tables.table import Table

TASKS = ("classification", "regression")
"""The tasks: predicting classes, or predicting numbers."""


@dataclass(frozen=True, eq=False)
class Dataset:
    """A data set: features X, (n, features), and targets y.

    Targets that are strings or integers, (n,), are classes: the sorted names become `class_names`, and y becomes the
    index of each, int64. If `class_names` is given, integers are indices into it. Targets that are floats, (n,) or (n,
    k), are numbers to predict, and `class_names` is None.

    Parameters
    ----------
    X : array-like, (n, features), or Table
        Features. A `numpy.memmap` stays on disk, in splits too. A `Table` may hold missing values and categories;
        `gn.TableEncoder` encodes it as numbers.
    y : array-like, (n,) or (n, k)
        Targets.
    class_names : sequence of str, optional
        Class names, if y holds class indices.
    image_shape : tuple of int, optional
        Layout of a row that is an image: (height, width) or (height, width, channels).
    feature_names : sequence of str, optional
        Names of the columns of X.
    name : str, default "data"
        Name of the data set.
    row_names : array-like of str, (n,), optional
        Name of each row, such as its file.
    groups : array-like, (n,), optional
        Group of each row, such as a patient. Rows of a group are never in two splits or folds.
    classes : array-like, (k,), optional
        Label of each class as the target had it: integers, booleans, or strings; by default, the class names.
        `Model.predict` returns them.
    times : array-like of number, date, or ISO text, (n,), optional
        Time of each row. Splits and folds train on earlier rows and are evaluated on later ones.
    decisions : tuple of Decision, optional
        How ambiguous contents of a table were read; by default those of X.
    inferred : dict of str to object, optional
        Options that reading a table inferred; by default those of X.

    Raises
    ------
    ValueError
        If shapes do not match, or an entry is NaN or infinite; the message names its position.

    Examples
    --------
    >>> Dataset([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], ["cat", "dog", "cat"], name="pets")
    <Dataset 'pets': 3 rows of 2 features, 2 classes (cat, dog)>
    """

    X: Any
    y: AnyArray
    class_names: tuple[str, ...] | None = None
    image_shape: tuple[int, ...] | None = None
    feature_names: tuple[str, ...] | None = None
    name: str = "data"
    row_names: AnyArray | None = None
    decisions: tuple[Decision, ...] = ()
    inferred: Mapping[str, Any] = field(default_factory=dict)
    groups: AnyArray | None = None
    times: AnyArray | None = None
    classes: AnyArray | None = None

    def __post_init__(self) -> None:
        X = self.X if isinstance(self.X, Table) or is_on_disk(self.X) else np.asarray(self.X)
        if isinstance(X, Table):
            object.__setattr__(self, "feature_names", X.columns)
            object.__setattr__(self, "decisions", self.decisions or X.decisions)
            object.__setattr__(self, "inferred", self.inferred or X.inferred)
        elif X.ndim != 2 or X.shape[1] == 0:
            raise ValueError(f"X must have shape (n, features) with at least one feature, got {X.shape}")
        elif X.dtype.kind not in "fiub":
            raise ValueError(f"X must contain numbers, got {X.dtype}")
        y, class_names, classes = _classes_or_numbers(np.asarray(self.y), self.class_names)
        if self.classes is not None and class_names is not None:
            classes = as_labels(self.classes, class_names)
        if len(y) != len(X):
            raise ValueError(f"X has {len(X)} rows but y has {len(y)}; each row needs one target")
        feature_names = None if self.feature_names is None else tuple(map(str, self.feature_names))
        if feature_names is not None and len(feature_names) != X.shape[1]:
            raise ValueError(f"feature_names has {len(feature_names)} entries but X has {X.shape[1]} columns")
        if self.row_names is not None and len(self.row_names) != len(X):
            raise ValueError(f"row_names has {len(self.row_names)} entries but X has {len(X)} rows")
        groups = None if self.groups is None else as_groups(self.groups)
        times = None if self.times is None else as_times(self.times)
        for name, values in (("groups", groups), ("times", times)):
            if values is not None and values.shape != (len(X),):
                raise ValueError(f"{name} must have one entry for each of {len(X)} rows, got shape {values.shape}")
        if groups is not None and times is not None:
            raise ValueError("rows are split by groups or by times, not by both")
        image_shape = None
        if self.image_shape is not None:
            image_shape = tuple(checks.whole_number("image_shape", side, at_least=1) for side in self.image_shape)
            if math.prod(image_shape) != X.shape[1]:
                raise ValueError(
                    f"image_shape {image_shape} has {math.prod(image_shape)} pixels but X has {X.shape[1]} columns"
                )
        if not isinstance(X, Table):
            checks.finite("X", X, feature_names)
        checks.finite("y", y)
        converted = {
            "X": X,
            "y": y,
            "class_names": class_names,
            "classes": classes,
            "image_shape": image_shape,
            "feature_names": feature_names,
            "groups": groups,
            "times": times,
        }
        for name, value in converted.items():
            object.__setattr__(self, name, value)

    def __len__(self) -> int:
        return len(self.X)

    def __repr__(self) -> str:
        text = f"{len(self)} rows of {self.features} features"
        if self.image_shape is not None:
            text += f" ({'×'.join(map(str, self.image_shape))} images)"
        if self.class_names is not None:
            names = self.class_names if len(self.class_names) <= 10 else (*self.class_names[:8], "…")
            text += f", {len(self.class_names)} classes ({', '.join(names)})"
        else:
            text += ", one numeric target" if self.y.ndim == 1 else f", {self.y.shape[1]} numeric targets"
        return f"<Dataset {self.name!r}: {text}>"

    @property
    def features(self) -> int:
        """Number of columns of X."""
        return int(self.X.shape[1])

    @property
    def n_classes(self) -> int:
        """Number of classes; raises ValueError for a numeric target."""
        if self.class_names is None:
            raise ValueError(f"{self.name!r} has no classes: its target is numeric")
        return len(self.class_names)

    def take(self, rows: npt.ArrayLike) -> Dataset:
        """Return the data set of some rows.

        Parameters
        ----------
        rows : array-like of int or bool
            Row numbers, in the requested order, or one bool per row.

        Returns
        -------
        Dataset
            The rows.

        Examples
        --------
        >>> Dataset([[1.0], [2.0], [3.0]], [0.1, 0.2, 0.3]).take([2, 0]).y
        array([0.3, 0.1])
        """
        wanted = np.asarray(rows)
        if wanted.size == 0:
            wanted = wanted.astype(np.int64)  # NumPy converts an empty list to floats
        picked: IntArray = np.arange(len(self))[wanted]
        if isinstance(self.X, Table):
            X: Any = self.X.take(picked)
        else:
            X = selection(self.X).take(picked) if is_on_disk(self.X) else self.X[picked]
        others = {name: getattr(self, name) for name in ("row_names", "groups", "times")}
        others = {name: None if values is None else values[picked] for name, values in others.items()}
        return dataclasses.replace(self, X=X, y=self.y[picked], **others)

    def split(
        self, *fractions: float, seed: int | np.random.Generator = 0, stratify: bool = True
    ) -> tuple[Dataset, ...]:
        """Split the rows into disjoint parts: at random, or by `groups` or `times` if the data set has them.

        Sizes are rounded from n times the cumulative fractions. Rows of a part are in random order. The same seed gives
        the same split. With `groups`, rows of a group stay together, so sizes are approximate. With `times`, each part
        is later than the one before, rows of the same time stay together, and nothing is random.

        Parameters
        ----------
        *fractions : float
            Share of each part; they sum to 1.
        seed : int or numpy.random.Generator, default 0
            Seed of the shuffle.
        stratify : bool, default True
            Give each class its share of every part: within a row or two, or with `groups` as far as possible. No effect
            with `times`, or if y is numeric.

        Returns
        -------
        tuple of Dataset
            One data set per fraction.

        Raises
        ------
        ValueError
            If a fraction is negative, or they do not sum to 1, or there are too few groups or times.

        Examples
        --------
        >>> train, test = Dataset(np.eye(10), np.arange(10) % 2).split(0.6, 0.4, seed=1)
        >>> len(train), len(test), np.bincount(train.y), np.bincount(test.y)
        (6, 4, array([3, 3]), array([2, 2]))
        >>> train, test = Dataset(np.eye(6), np.arange(6.0), groups=["a", "a", "b", "b", "c", "c"]).split(0.6, 0.4)
        >>> train.groups.tolist(), test.groups.tolist()
        (['c', 'c', 'b', 'b'], ['a', 'a'])
        """
        if not fractions:
            raise ValueError("split needs the fraction of every part, such as split(0.6, 0.2, 0.2)")
        for fraction in fractions:
            checks.number("a fraction of split", fraction, at_least=0)
        if abs(math.fsum(fractions) - 1) > 1e-9:
            given = ", ".join(f"{fraction:g}" for fraction in fractions)
            raise ValueError(f"the fractions of split must sum to 1, got {given}, which sum to {sum(fractions):g}")
        if not isinstance(seed, np.random.Generator):
            checks.whole_number("seed", seed, at_least=0)
        rng = np.random.default_rng(seed)
        return tuple(map(self.take, split_rows(fractions, len(self), rng, **self._split_by(stratify))))

    def fold_rows(self, folds: int, seed: int = 0, stratify: bool = True) -> list[tuple[IntArray, IntArray]]:
        """Return the training rows and the held-out rows of every fold of a cross-validation.

        Every row is held out once. With `groups`, rows of a group are in the same fold. With `times`, a fold holds out
        rows that are later than its training rows, and the earliest rows are never held out.

        Parameters
        ----------
        folds : int
            Number of folds.
        seed : int, default 0
            Seed of the shuffle.
        stratify : bool, default True
            As in `split`.

        Returns
        -------
        list of (IntArray, IntArray)
            Row numbers, for `take`.

        Raises
        ------
        ValueError
            If there are too few rows, groups, or distinct times.

        Examples
        --------
        >>> data = Dataset(np.eye(4), [0.1, 0.2, 0.3, 0.4], times=[2023, 2021, 2022, 2024])
        >>> [(rows.tolist(), held.tolist()) for rows, held in data.fold_rows(3)]
        [([1], [2]), ([1, 2], [0]), ([1, 2, 0], [3])]
        """
        checks.whole_number("folds", folds, at_least=2)
        rng = np.random.default_rng(checks.whole_number("seed", seed, at_least=0))
        return fold_rows(folds, len(self), rng, **self._split_by(stratify))

    def _split_by(self, stratify: bool = True) -> dict[str, AnyArray | None]:
        y = self.y if stratify and self.class_names is not None else None
        return {"y": y, "groups": self.groups, "times": self.times}


def check_task(task: str | None) -> None:
    """Raise ValueError if a task is unknown; None stands for the task inferred from the target."""
    if task is not None and task not in TASKS:
        raise specs.unknown("task", task, TASKS)


def as_dataset(data: object, y: npt.ArrayLike | None = None) -> Dataset:
    """Return data as a Dataset: a Dataset unchanged, or X and y, passed separately or as a pair."""
    if isinstance(data, Dataset):
        if y is not None:
            raise TypeError("a Dataset has its own target; y is for arrays")
        return data
    if y is None:
        if not isinstance(data, (tuple, list)) or len(data) != 2:
            raise TypeError(f"data must be a Dataset or a pair (X, y), got {type(data).__name__}")
        data, y = data
    return Dataset(data, np.asarray(y))


def _classes_or_numbers(
    y: AnyArray, class_names: Sequence[str] | None
) -> tuple[AnyArray, tuple[str, ...] | None, AnyArray | None]:
    """Return y as class indices with the names and labels of the classes, or as floats with None twice."""
    if y.dtype.kind == "O" and all(isinstance(label, str) for label in y.flat):
        y = y.astype(str)
    is_text = y.dtype.kind in "UT"
    if not is_text and y.dtype.kind not in "fiub":
        raise ValueError(f"y must contain numbers or strings, got {y.dtype}")
    if y.ndim == 2 and y.dtype.kind in "fiub" and (y.dtype.kind == "f" or y.shape[1] > 1):
        if class_names is not None:
            raise ValueError(f"class_names go with class indices of shape (n,), got y of shape {y.shape}")
        return (y if y.dtype.kind == "f" else y.astype(np.float64)), None, None
    if y.ndim != 1:
        raise ValueError(f"y must have shape (n,), or (n, k) for k targets, got {y.shape}")
    if class_names is None:
        if y.dtype.kind == "f":
            return y, None, None
        values, y = np.unique(y, return_inverse=True)
        names = tuple(str(value) for value in values)
        return y.astype(np.int64), names, as_labels(values, names)

    class_names = tuple(map(str, class_names))
    if not class_names or len(set(class_names)) < len(class_names):
        raise ValueError(f"class_names must be unique and not empty, got {class_names}")
    if is_text:
        number = {name: index for index, name in enumerate(class_names)}
        for label in np.unique(y):
            if str(label) not in number:
                raise specs.unknown("class", str(label), class_names)
        return np.array([number[str(label)] for label in y], dtype=np.int64), class_names, np.array(class_names)
    if y.dtype.kind == "f":
        raise ValueError(f"y must contain class indices or names if class_names are given, got {y.dtype}")
    _check_class_indices(y, len(class_names))
    return y.astype(np.int64, copy=False), class_names, np.array(class_names)


def _check_class_indices(y: AnyArray, classes: int) -> None:
    outside = np.flatnonzero((y < 0) | (y >= classes))
    if len(outside):
        row = int(outside[0])
        raise ValueError(f"y must contain integers from 0 to {classes - 1}, got {int(y[row])} (row {row})")


def one_hot(y: npt.ArrayLike, classes: int | None = None, dtype: npt.DTypeLike = np.float32) -> AnyArray:
    """Return class indices as one-hot rows.

    Parameters
    ----------
    y : array-like of int, (n,)
        Class indices.
    classes : int, optional
        Number of classes; by default, the largest index plus one.
    dtype : dtype, default float32
        Dtype of the result.

    Returns
    -------
    Array, (n, classes)
        One-hot rows.

    Raises
    ------
    ValueError
        If an index is out of range.

    Examples
    --------
    >>> one_hot([2, 0], classes=3)
    array([[0., 0., 1.],
           [1., 0., 0.]], dtype=float32)
    """
    y = np.asarray(y)
    if y.dtype.kind not in "iu" or y.ndim != 1:
        raise ValueError(f"one_hot needs class indices: whole numbers of shape (n,), got {y.dtype} of shape {y.shape}")
    if classes is None:
        if not len(y):
            raise ValueError("one_hot got no class index; pass classes")
        classes = int(y.max()) + 1
    _check_class_indices(y, checks.whole_number("classes", classes, at_least=1))
    rows: AnyArray = np.zeros((len(y), classes), dtype=dtype)
    rows[np.arange(len(y)), y] = 1
    return rows


def from_one_hot(Y: npt.ArrayLike) -> IntArray:
    """Return the class index of each one-hot row.

    Parameters
    ----------
    Y : array-like, (n, classes)
        One-hot rows.

    Returns
    -------
    IntArray, (n,)
        Class indices.

    Raises
    ------
    ValueError
        If a row is not a single 1 among zeros.

    Examples
    --------
    >>> from_one_hot([[0, 0, 1], [1, 0, 0]])
    array([2, 0])
    """
    Y = np.asarray(Y)
    if Y.ndim != 2:
        raise ValueError(f"one-hot rows must have shape (n, classes), got {Y.shape}")
    wrong = np.flatnonzero(((Y != 0) & (Y != 1)).any(axis=1) | ((Y == 1).sum(axis=1) != 1))
    if len(wrong):
        raise ValueError(f"row {int(wrong[0])} is not one-hot: it must be a single 1 among zeros")
    index: AnyArray = Y.argmax(axis=1)
    return index.astype(np.int64)
