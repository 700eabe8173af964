"""The target as a sum, or a product, of a few numeric columns: a linear fit that chooses its columns one by one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from glassnet.diagnostics.columns import Sample, SampledColumn
from glassnet.diagnostics.one_column import r2

MOST_TERMS = 5

LARGEST = 1e150
"""The square of a larger number is none."""


@dataclass(frozen=True)
class LinearFit:
    """A target as intercept + Σ coefficient · column, and its R² on other rows than those of the fit.

    is_product: the logarithm of the target, and those of the columns.
    """

    columns: tuple[str, ...]
    coefficients: tuple[float, ...]
    intercept: float
    r2: float
    is_product: bool = False

    def __str__(self) -> str:
        if self.is_product:
            return " × ".join(_power(name, own) for name, own in zip(self.columns, self.coefficients, strict=True))
        terms = [_term(name, own) for name, own in zip(self.columns, self.coefficients, strict=True)]
        size = max(abs(own) for own in self.coefficients)
        if abs(self.intercept) > 1e-6 * size:
            terms.append(f"{'−' if self.intercept < 0 else '+'} {abs(self.intercept):.4g}")
        return " ".join(terms).removeprefix("+ ")


def _term(name: str, own: float) -> str:
    sign, size = "−" if own < 0 else "+", abs(own)
    return f"{sign} {name}" if abs(size - 1) < 1e-3 else f"{sign} {size:.4g} {name}"


def _power(name: str, own: float) -> str:
    return name if abs(own - 1) < 1e-3 else f"{name}^{own:.3g}".replace("-", "−")


def few_terms(sample: Sample, enough: float, is_product: bool = False) -> LinearFit | None:
    """Return the target as a sum of at most MOST_TERMS numeric columns; None if its R² is below `enough`.

    Orthogonal matching pursuit: the column that is most correlated with the residual is added, and all are fitted
    again. Columns with missing values are left out. is_product: the same of the logarithms of positive numbers.
    """
    y = sample.y.astype(np.float64)
    columns = [column for column in sample.columns if _is_usable(column, is_product)]
    if not columns or len(y) < 2 or np.abs(y).max() > LARGEST or (is_product and y.min() <= 0):
        return None
    X = np.stack([column.numbers for column in columns], axis=1)  # (n, columns)
    if is_product:
        X, y = np.log(X), np.log(y)
    known, new = sample.halves[0]
    center, unit = X[known].mean(axis=0), X[known].std(axis=0)
    mean, spread = float(y[known].mean()), float(y[known].std())
    if spread == 0:
        return None
    X, y = (X - center) / np.where(unit > 0, unit, np.inf), (y - mean) / spread
    chosen, residual = list[int](), y[known]
    for _ in range(min(MOST_TERMS, len(columns))):
        match = np.abs(residual @ X[known])
        match[chosen] = -1
        chosen.append(int(match.argmax()))
        weights = np.linalg.lstsq(X[known][:, chosen], y[known], rcond=None)[0]
        residual = y[known] - X[known][:, chosen] @ weights
        found = r2(y[new], X[new][:, chosen] @ weights)
        if found >= enough:
            own = weights * spread / np.where(unit > 0, unit, np.inf)[chosen]
            intercept = mean - float(own @ center[chosen])
            terms = sorted(zip(chosen, own.tolist(), strict=True))
            names, coefficients = tuple(columns[j].name for j, _ in terms), tuple(weight for _, weight in terms)
            return LinearFit(names, coefficients, intercept, found, is_product)
    return None


def _is_usable(column: SampledColumn, is_product: bool) -> bool:
    if not column.is_numeric:
        return False
    low, high = column.numbers.min(), column.numbers.max()  # NaN if any is missing
    return bool(np.isfinite(low) and abs(low) < LARGEST and abs(high) < LARGEST and (low > 0 or not is_product))
