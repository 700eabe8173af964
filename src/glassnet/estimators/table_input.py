"""Training rows and rows to predict of the table estimators: tables of any library, arrays, and lists."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sklearn.utils.validation import validate_data

from glassnet.common.arrays import AnyArray, IntArray
from glassnet.data.tables.arrow_tables import is_dataframe
from glassnet.data.tables.column_selection import left_out
from glassnet.data.tables.columns import is_table, names_of
from glassnet.data.tables.decisions import Decision
from glassnet.data.tables.reader import read_table
from glassnet.data.tables.table import Table
from glassnet.model.raw_tables import raw_table


@dataclass(frozen=True)
class Features:
    """The features of training rows.

    table: the columns that are features, a Table or an array, (n, columns). kept: their positions among the columns
    of X. decisions: how ambiguous columns were read, and which ones are left out. options: with which a file is read
    as X was.
    """

    table: Any
    kept: IntArray
    decisions: tuple[Decision, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)

    def take(self, rows: IntArray) -> Any:
        """Return the features of some rows."""
        return self.table.take(rows) if isinstance(self.table, Table) else self.table[rows]


def read_features(estimator: Any, X: Any) -> Features:
    """Return the features of training rows, and set the estimator's number and names of features.

    A table is read as the command line reads a file: free text, identifiers, and constant columns are left out.
    """
    if not is_table(X):
        X = _array(estimator, X, reset=True)
        return Features(X, np.arange(X.shape[1]))
    validate_data(estimator, X, skip_check_array=True)
    check_rows(estimator, X.shape[0])
    table = read_table(X) if is_dataframe(X) else raw_table(X, list(map(str, names_of(X))), None, None)
    decisions = left_out(table)
    dropped = [str(one.column) for one in decisions]
    kept = [i for i, name in enumerate(table.columns) if name not in dropped]
    if not kept:
        raise ValueError(f"X has no column to learn from: {'; '.join(map(str, decisions[:5]))}")
    options = dict(table.inferred) | ({"drop": dropped} if dropped else {})
    return Features(table.without(*dropped), np.array(kept), (*table.decisions, *decisions), options)


def check_rows(estimator: Any, rows: int) -> None:
    """Raise ValueError if there are too few training rows for two folds."""
    if rows < 2:
        raise ValueError(
            f"Found {rows} sample{'s' * (rows != 1)}, but a minimum of 2 is required by {type(estimator).__name__}."
        )


def read_rows(estimator: Any, X: Any, kept: IntArray) -> Any:
    """Return rows to predict as the model takes them: a table, or an array of the features."""
    if not is_table(X):
        return _array(estimator, X, reset=False)[:, kept]
    validate_data(estimator, X, reset=False, skip_check_array=True)
    return X


def _array(estimator: Any, X: Any, reset: bool) -> AnyArray:
    """Return rows as a two-dimensional array; a list with texts keeps its numbers as objects."""
    if isinstance(X, (list, tuple)) and np.asarray(X).dtype.kind in "US":
        X = np.array(X, object)
    array: AnyArray = validate_data(estimator, X, reset=reset, dtype=None, ensure_all_finite=False)
    return array
