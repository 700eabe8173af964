"""A table of examples with their answers: one row of X per example, the answer to it in the same row of y.

Also here, since they work on the same columns: cutting a table into parts, and class indices as one-hot rows and back.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from glassnet.common import checks, specs
from glassnet.common.arrays import AnyArray, IntArray
from glassnet.common.selection import is_on_disk, selection
from glassnet.data.tables.table import Table

TASKS = ("classification", "regression")
"""What can be asked of data: to tell classes apart, or to predict numbers."""


@dataclass(frozen=True, eq=False)
class Dataset:
    """Examples X, (n, features), and what is to be predicted from each, y.

    Answers that are names or whole numbers, (n,), are classes: they are sorted, `class_names` holds them as text, and
    y becomes the index of each, int64. Where `class_names` is given, whole numbers are taken as indices into it.
    Answers that are floats, (n,) or (n, k), are numbers to predict; `class_names` is then None.

    X may hold any kind of number and may be a `numpy.memmap`, which stays on the disk, in parts and splits too; or it
    is a `Table`, with gaps and words, which `gn.TableEncoder` turns into numbers. `image_shape` says how a row is laid
    out if it is an image, `feature_names` what the columns are called, `row_names`, (n,) text, the file of each row.

    Raises ValueError for shapes that do not fit together and for NaN or inf, with the place.

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

    def __post_init__(self) -> None:
        X = self.X if isinstance(self.X, Table) or is_on_disk(self.X) else np.asarray(self.X)
        if isinstance(X, Table):
            object.__setattr__(self, "feature_names", X.columns)
        elif X.ndim != 2 or X.shape[1] == 0:
            raise ValueError(f"X must have shape (n, features) with at least one feature, got {X.shape}")
        elif X.dtype.kind not in "fiub":
            raise ValueError(f"X must hold numbers, got {X.dtype}")
        y, class_names = _classes_or_numbers(np.asarray(self.y), self.class_names)
        if len(y) != len(X):
            raise ValueError(f"X has {len(X)} rows but y has {len(y)}; each example needs one answer")
        feature_names = None if self.feature_names is None else tuple(map(str, self.feature_names))
        if feature_names is not None and len(feature_names) != X.shape[1]:
            raise ValueError(f"feature_names has {len(feature_names)} entries but X has {X.shape[1]} columns")
        if self.row_names is not None and len(self.row_names) != len(X):
            raise ValueError(f"row_names has {len(self.row_names)} entries but X has {len(X)} rows")
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
            "image_shape": image_shape,
            "feature_names": feature_names,
        }
        for field, value in converted.items():
            object.__setattr__(self, field, value)

    def __len__(self) -> int:
        return len(self.X)

    def __repr__(self) -> str:
        text = f"{len(self)} rows of {self.features} features"
        if self.image_shape is not None:
            text += f" ({'×'.join(map(str, self.image_shape))} images)"
        if self.class_names is not None:
            shown = self.class_names if len(self.class_names) <= 10 else (*self.class_names[:8], "…")
            text += f", {len(self.class_names)} classes ({', '.join(shown)})"
        else:
            text += ", a number to predict" if self.y.ndim == 1 else f", {self.y.shape[1]} numbers to predict"
        return f"<Dataset {self.name!r}: {text}>"

    @property
    def features(self) -> int:
        """The number of columns of X."""
        return int(self.X.shape[1])

    @property
    def n_classes(self) -> int:
        """The number of classes; ValueError where y holds numbers to predict."""
        if self.class_names is None:
            raise ValueError(f"{self.name!r} has no classes: its y holds numbers to predict")
        return len(self.class_names)

    def take(self, rows: npt.ArrayLike) -> Dataset:
        """Return the Dataset of these rows: their numbers in the order wanted, or one True or False for each row.

        >>> Dataset([[1.0], [2.0], [3.0]], [0.1, 0.2, 0.3]).take([2, 0]).y
        array([0.3, 0.1])
        """
        rows = np.asarray(rows)
        if rows.size == 0:
            rows = rows.astype(np.int64)  # NumPy makes an empty list a list of floats
        called = None if self.row_names is None else self.row_names[rows]
        if is_on_disk(self.X):
            chosen: IntArray = np.arange(len(self))[np.asarray(rows)]
            return dataclasses.replace(self, X=selection(self.X).take(chosen), y=self.y[chosen], row_names=called)
        X = self.X.take(rows) if isinstance(self.X, Table) else self.X[rows]
        return dataclasses.replace(self, X=X, y=self.y[rows], row_names=called)

    def split(
        self, *fractions: float, seed: int | np.random.Generator = 0, stratify: bool = True
    ) -> tuple[Dataset, ...]:
        """Cut the rows at random into as many parts as there are fractions; every row lands in exactly one of them.

        The parts' sizes follow from rounding n times the fractions added up so far. With `stratify`, each class has its
        share of every part, give or take a row or two; where y holds numbers this makes no difference. The rows of a
        part are in random order. The same seed gives the same parts.

        Raises ValueError unless the fractions are 0 or more and sum to 1.

        >>> train, test = Dataset(np.eye(10), np.arange(10) % 2).split(0.6, 0.4, seed=1)
        >>> len(train), len(test), np.bincount(train.y), np.bincount(test.y)
        (6, 4, array([3, 3]), array([2, 2]))
        """
        if not fractions:
            raise ValueError("split needs the fraction of every part, such as split(0.6, 0.2, 0.2)")
        for fraction in fractions:
            checks.number("a fraction of split", fraction, at_least=0)
        if abs(math.fsum(fractions) - 1) > 1e-9:
            wanted = ", ".join(f"{fraction:g}" for fraction in fractions)
            raise ValueError(f"the fractions of split must sum to 1, got {wanted}, which sum to {sum(fractions):g}")
        if not isinstance(seed, np.random.Generator):
            checks.whole_number("seed", seed, at_least=0)
        rng = np.random.default_rng(seed)
        order = rng.permutation(len(self))
        if stratify and self.class_names is not None:
            order = order[stratified_order(self.y[order], rng)]
        cuts = [round(len(self) * min(math.fsum(fractions[: i + 1]), 1.0)) for i in range(len(fractions) - 1)]
        return tuple(self.take(rng.permutation(part)) for part in np.split(order, cuts))


def check_task(task: str | None) -> None:
    """Raise ValueError for a task that nobody knows; None stands for the one that the answers suggest."""
    if task is not None and task not in TASKS:
        raise specs.unknown("task", task, TASKS)


def as_dataset(data: Any, y: Any = None) -> Dataset:
    """Return a Dataset, or what X and y, given as a pair or apart, are as one."""
    if isinstance(data, Dataset):
        if y is not None:
            raise TypeError("a Dataset holds its answers; y is for arrays")
        return data
    if y is None:
        if not isinstance(data, (tuple, list)) or len(data) != 2:
            raise TypeError(f"data must be a Dataset or a pair (X, y), got {type(data).__name__}")
        data, y = data
    return Dataset(data, y)


def stratified_order(y: AnyArray, rng: np.random.Generator) -> IntArray:
    """Return an order of the rows, (n,), in which every stretch holds each class in about its share of all rows.

    y: (n,) class indices. Rows of one class keep the order they have.

    >>> y = np.array([0, 0, 0, 0, 1, 1])
    >>> sorted(y[stratified_order(y, np.random.default_rng(0))][:3].tolist())
    [0, 0, 1]
    """
    # Each class is laid out evenly over [0, 1), from a start of its own, so any stretch of the line holds its share:
    # member i of the n_c members of class c lies at (i + u_c) / n_c, with u_c between 0 and 1.
    position = np.empty(len(y))  # (n,)
    for c in np.unique(y):
        members = np.flatnonzero(y == c)
        position[members] = (np.arange(len(members)) + rng.random()) / len(members)
    return np.argsort(position, kind="stable")


def _classes_or_numbers(y: AnyArray, class_names: Sequence[str] | None) -> tuple[AnyArray, tuple[str, ...] | None]:
    """Return y as class indices with the names of the classes, or as floats with None."""
    if y.dtype.kind == "O" and all(isinstance(answer, str) for answer in y.flat):
        y = y.astype(str)
    is_text = y.dtype.kind in "UT"
    if not is_text and y.dtype.kind not in "fiub":
        raise ValueError(f"y must hold numbers or names, got {y.dtype}")
    if y.ndim == 2 and y.dtype.kind in "fiub" and (y.dtype.kind == "f" or y.shape[1] > 1):
        if class_names is not None:
            raise ValueError(f"class_names go with class indices of shape (n,), got y of shape {y.shape}")
        return (y if y.dtype.kind == "f" else y.astype(np.float64)), None
    if y.ndim != 1:
        raise ValueError(f"y must have shape (n,), or (n, k) for k numbers to predict, got {y.shape}")
    if class_names is None:
        if y.dtype.kind == "f":
            return y, None
        values, y = np.unique(y, return_inverse=True)
        return y.astype(np.int64), tuple(str(value) for value in values)

    class_names = tuple(map(str, class_names))
    if not class_names or len(set(class_names)) < len(class_names):
        raise ValueError(f"class_names must be different from each other and at least one, got {class_names}")
    if is_text:
        number = {name: index for index, name in enumerate(class_names)}
        for answer in np.unique(y):
            if str(answer) not in number:
                raise specs.unknown("class", str(answer), class_names)
        return np.array([number[str(answer)] for answer in y], dtype=np.int64), class_names
    if y.dtype.kind == "f":
        raise ValueError(f"y must hold class indices or names where class_names are given, got {y.dtype}")
    _refuse_other_classes(y, len(class_names))
    return y.astype(np.int64, copy=False), class_names


def _refuse_other_classes(y: AnyArray, classes: int) -> None:
    outside = np.flatnonzero((y < 0) | (y >= classes))
    if len(outside):
        row = int(outside[0])
        raise ValueError(f"y holds class {int(y[row])} in row {row}, but {classes} classes are 0 to {classes - 1}")


def parse_split(text: str) -> tuple[float, ...]:
    """Return the fractions that a text such as "60/20/20" or "0.6/0.4" means.

    >>> parse_split("60/20/20")
    (0.6, 0.2, 0.2)
    >>> parse_split("60/20/30")
    Traceback (most recent call last):
        ...
    ValueError: split 60/20/30 adds up to 110, not 100
    """
    try:
        parts = [float(part) for part in text.split("/")]
    except ValueError:
        parts = []
    if not parts or not all(0 <= part < math.inf for part in parts):
        raise ValueError(f"split {text!r} must be numbers of 0 or more between slashes, such as 60/20/20")
    total = math.fsum(parts)
    if abs(total - 1) <= 1e-9:
        return tuple(parts)
    if abs(total - 100) <= 1e-7:
        return tuple(part / 100 for part in parts)
    raise ValueError(f"split {text} adds up to {total:g}, not {100 if max(parts) > 1 else 1}")


def one_hot(y: npt.ArrayLike, classes: int | None = None, dtype: npt.DTypeLike = np.float32) -> AnyArray:
    """Return class indices as rows with a one at the index and zeros elsewhere, (n, classes).

    y: (n,) whole numbers from 0 to classes − 1; without `classes`, the largest of them tells it.

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
    _refuse_other_classes(y, checks.whole_number("classes", classes, at_least=1))
    rows: AnyArray = np.zeros((len(y), classes), dtype=dtype)
    rows[np.arange(len(y)), y] = 1
    return rows


def from_one_hot(Y: npt.ArrayLike) -> IntArray:
    """Return the class index of each one-hot row, (n,) int64.

    Raises ValueError for a row that is not a single one among zeros.

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
