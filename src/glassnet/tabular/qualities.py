"""Quality levels: which settings are trained, and for how many epochs."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from glassnet.common import specs
from glassnet.common.arrays import AnyArray
from glassnet.data.splits import most_folds
from glassnet.tabular.problem import Problem
from glassnet.tabular.settings import Setting

PIECEWISE = Setting(numeric="piecewise", dropout=0.35)
PERIODIC = Setting(numeric="periodic", dropout=0.35)
QUANTILES = Setting(numeric="piecewise", scaling="quantile", dropout=0.15)
SLOW = Setting(numeric="piecewise", dropout=0.15, learning_rate=0.012, regression_rate=0.06)

PORTFOLIOS: dict[str, tuple[Setting, ...]] = {
    "quick": (dataclasses.replace(PIECEWISE, hidden=(128, 128), epochs=48),),
    "good": (PIECEWISE, PERIODIC, QUANTILES),
    "best": (PIECEWISE, PERIODIC, QUANTILES, SLOW),
}
"""The settings of each quality level, the best single one first."""

FOLDS = {"quick": 4, "good": 5, "best": 8}
"""Number of folds of each quality level."""


def check_quality(quality: str) -> None:
    """Raise ValueError for an unknown quality level."""
    if quality not in PORTFOLIOS:
        raise specs.unknown("quality", quality, PORTFOLIOS)


def folds_for(quality: str, rows: int, groups: AnyArray | None = None, times: AnyArray | None = None) -> int:
    """Return the number of folds for a number of training rows, their groups, and their times.

    Raises ValueError if they are too few for two folds.
    """
    check_quality(quality)
    most = most_folds(rows, groups, times)
    if most < 2:
        kind = "distinct times" if times is not None else "rows" if groups is None else "groups"
        raise ValueError(f"quality {quality} trains on folds, which need at least two {kind}, got {max(most, 1)}")
    return min(FOLDS[quality], most)


def plan_for(quality: str, problem: Problem) -> Sequence[Setting]:
    """Return the settings that are trained on a problem."""
    check_quality(quality)
    return PORTFOLIOS[quality]
