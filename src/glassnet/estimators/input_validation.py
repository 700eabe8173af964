"""Validation of X and y: scikit-learn's own checks, and optional encoding of missing values and categories."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from sklearn.base import is_classifier
from sklearn.utils import check_array, check_X_y
from sklearn.utils.validation import validate_data

from glassnet.common.arrays import AnyArray
from glassnet.data.tables.columns import categorical_columns, is_table
from glassnet.data.tables.encoder import TableEncoder

SPARSE = ["csr", "csc"]


def read_pair(estimator: Any, X: Any, y: Any, reset: bool) -> tuple[Any, AnyArray]:
    """Return X, (n, features), as floats, dense or sparse, and y as an array; with `reset`, X is what is fitted to."""
    options: dict[str, Any] = {"multi_output": True, "y_numeric": not is_classifier(estimator)}
    options["dtype"] = (np.float64, np.float32)
    if options["y_numeric"] and hasattr(y, "toarray"):
        raise TypeError(
            "Sparse data was passed for y, but dense data is required. Use '.toarray()' to convert to a dense numpy "
            "array."
        )
    if reset and hasattr(estimator, "columns_"):
        del estimator.columns_
    with _explained(estimator, X):
        wants_columns = (estimator.missing, estimator.categories) != ("error", "error")
        if not hasattr(estimator, "columns_") and not (reset and wants_columns):
            X, y = validate_data(estimator, X, y, accept_sparse=SPARSE, reset=reset, **options)
        else:
            X, y = check_X_y(_as_numbers(estimator, X, reset), y, estimator=estimator, **options)
    return (X if isinstance(X, np.ndarray) else X.tocsr()), y


def read_rows(estimator: Any, X: Any) -> Any:
    """Return the rows to predict, (n, features), dense or CSR, in any numeric dtype."""
    with _explained(estimator, X):
        if hasattr(estimator, "columns_"):
            X = check_array(_as_numbers(estimator, X, reset=False), estimator=estimator)
        else:
            X = validate_data(estimator, X, accept_sparse=SPARSE, reset=False)
    return X if isinstance(X, np.ndarray) else X.tocsr()


def _as_numbers(estimator: Any, X: Any, reset: bool) -> Any:
    if hasattr(X, "toarray"):
        raise ValueError("missing='indicator' and categories='auto' read tables and arrays; X is a sparse matrix")
    validate_data(estimator, X, reset=reset, skip_check_array=True)
    table = X if is_table(X) else check_array(X, dtype=None, ensure_all_finite=False, estimator=estimator)
    if reset:
        missing, categories = estimator.missing == "indicator", estimator.categories == "auto"
        estimator.columns_ = TableEncoder.fit(table, missing, categories, estimator.unseen)
    return estimator.columns_.with_unseen(estimator.unseen).transform(table)


@contextmanager
def _explained(estimator: Any, X: Any) -> Iterator[None]:
    """Extend the error message if a parameter would make X valid."""
    try:
        yield
    except ValueError as error:
        name = type(estimator).__name__
        if "Input X contains NaN" in str(error) and estimator.missing == "indicator":
            raise ValueError(
                f"{error}\n\nmissing='indicator' takes effect when the fit starts over, not when it is continued."
            ) from None
        if "Input X contains NaN" in str(error):
            raise ValueError(
                f"{error}\n\n{name}(missing='indicator') fills missing values with the column's median, and adds "
                "an indicator column."
            ) from None
        if "could not convert string to float" in str(error) and is_table(X) and (found := categorical_columns(X)):
            raise ValueError(
                f"{', '.join(found)} of X contain{'s' if len(found) == 1 else ''} categories, not numbers. "
                f"{name}(categories='auto') encodes such columns; or encode them first, for example with OneHotEncoder."
            ) from None
        raise
