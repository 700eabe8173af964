"""Quality levels: which settings are trained, on how many folds, and for how many epochs."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

from glassnet.common import specs
from glassnet.common.arrays import AnyArray
from glassnet.data.splits import most_folds
from glassnet.tabular.settings import Setting

PIECEWISE = Setting()
QUANTILES = Setting(scaling="quantile", hidden=(256, 256), dropout=0.15)
SLOW = Setting(learning_rate=0.015, regression_rate=0.08)
PERIODIC = Setting(numeric="periodic", learning_rate=0.015, regression_rate=0.08)
WIDE_SLOW = Setting(hidden=(256, 256), learning_rate=0.012, regression_rate=0.06)
WIDE_QUANTILES = Setting(scaling="quantile", hidden=(256, 256))

PORTFOLIOS: dict[str, tuple[Setting, ...]] = {
    "quick": (dataclasses.replace(PIECEWISE, epochs=48),),
    "good": (PIECEWISE, QUANTILES, SLOW, PERIODIC, WIDE_SLOW),
    "best": (PIECEWISE, QUANTILES, SLOW, PERIODIC, WIDE_SLOW, WIDE_QUANTILES),
}
"""The settings of each quality level. The first ones help most: fewer are trained if there are many rows."""

FOLDS = {"quick": 4, "good": 5, "best": 8}
"""Number of folds of each quality level."""

ROWS_OF_ALL_EPOCHS = 10_000
"""Up to this number of rows, networks are trained for all epochs of their setting; then for fewer, by 1 / √rows."""

ROWS_OF_ALL_SETTINGS = 30_000
"""Up to this number of rows, all settings of a quality level are trained; then half of them."""


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


def settings_for(quality: str, rows: int) -> Sequence[Setting]:
    """Return the settings that are trained on a number of rows.

    >>> [(len(settings_for("good", rows)), settings_for("good", rows)[0].epochs) for rows in (1_000, 40_000, 160_000)]
    [(5, 96), (3, 48), (3, 24)]
    """
    check_quality(quality)
    settings = PORTFOLIOS[quality]
    if rows > ROWS_OF_ALL_SETTINGS:
        settings = settings[: math.ceil(len(settings) / 2)]
    share = min(1.0, math.sqrt(ROWS_OF_ALL_EPOCHS / rows))
    return [dataclasses.replace(setting, epochs=max(1, round(setting.epochs * share))) for setting in settings]
