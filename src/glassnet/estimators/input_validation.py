"""How X and y are read: by scikit-learn's own checks, with gaps and categories made numbers where that is wanted."""

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
    """Return rows to be answered, (n, features), dense or CSR, in any number format."""
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
        gaps, categories = estimator.missing == "indicator", estimator.categories == "auto"
        estimator.columns_ = TableEncoder.fit(table, gaps, categories)
    return estimator.columns_.transform(table)


@contextmanager
def _explained(estimator: Any, X: Any) -> Iterator[None]:
    """Where X is refused for what a parameter would allow, say so too."""
    try:
        yield
    except ValueError as error:
        name = type(estimator).__name__
        if "Input X contains NaN" in str(error) and estimator.missing == "indicator":
            raise ValueError(
                f"{error}\n\nmissing='indicator' counts from the next fit that begins anew; the one that is continued "
                "has not counted on gaps."
            ) from None
        if "Input X contains NaN" in str(error):
            raise ValueError(
                f"{error}\n\n{name}(missing='indicator') fills such gaps with the column's median, and tells the "
                "network where they were."
            ) from None
        if "could not convert string to float" in str(error) and is_table(X) and (found := categorical_columns(X)):
            raise ValueError(
                f"{', '.join(found)} of X hold{'s' if len(found) == 1 else ''} categories, not numbers. "
                f"{name}(categories='auto') reads such columns; or encode them first, with OneHotEncoder for instance."
            ) from None
        raise
