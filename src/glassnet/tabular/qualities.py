"""Quality levels: which settings are trained, on how many folds, and for how many epochs."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from glassnet.common import specs
from glassnet.common.arrays import AnyArray
from glassnet.data.splits import most_folds
from glassnet.tabular.settings import Setting


@dataclass(frozen=True)
class Quality:
    """What is trained.

    settings: the first ones help most; fewer are trained if there are many rows. folds: number of folds. networks:
    train at most this many networks, None for one per setting and fold. target_encoding: whether categories with many
    levels also become the mean target of their level. category_encoding: options of the encoding of categories. refit:
    whether settings that would gain from more rows are trained again on all rows.
    """

    settings: tuple[Setting, ...]
    folds: int
    networks: int | None = None
    target_encoding: bool = True
    category_encoding: Mapping[str, Any] = field(default_factory=dict)
    refit: bool = False


PIECEWISE = Setting(bins="tree")
QUANTILES = Setting(scaling="quantile", hidden=(256, 256), dropout=0.15)
PERIODIC = Setting(numeric="periodic", sigma=0.4, learning_rate=0.015, regression_rate=0.08)
HIGH_FREQUENCIES = dataclasses.replace(PERIODIC, sigma=1.0)
LESS_DROPOUT = dataclasses.replace(PIECEWISE, dropout=0.15)
SLOW_QUANTILES = Setting(scaling="quantile", learning_rate=0.015, regression_rate=0.08)
NO_EMBEDDING = Setting(numeric="none", hidden=(256, 256), dropout=0.15)
THREE_LAYERS = Setting(
    numeric="none", hidden=(256, 256, 256), activation="selu", dropout=0.15, learning_rate=0.02, regression_rate=0.1
)
REALMLP = Setting(
    numeric="periodic",
    hidden=(256, 256, 256),
    activation="selu",
    regression_activation="mish",
    dropout=0.15,
    label_smoothing=0.1,
    batch_size=256,
    epochs=256,
    selects_by="error",
    all_epochs=True,
)

GOOD = (PIECEWISE, QUANTILES, PERIODIC, NO_EMBEDDING, HIGH_FREQUENCIES)

QUALITIES = {
    "quick": Quality((dataclasses.replace(PIECEWISE, epochs=48),), folds=4),
    "good": Quality(GOOD, folds=5, refit=True),
    "best": Quality((*GOOD, LESS_DROPOUT, SLOW_QUANTILES, THREE_LAYERS), folds=8, refit=True),
    # One network by the recipe of RealMLP-TD, which holds out a fifth of the rows.
    "realmlp": Quality(
        (REALMLP,),
        folds=5,
        networks=1,
        target_encoding=False,
        category_encoding={"max_one_hot": 8, "signed_binary": True},
    ),
}

ROWS_OF_ALL_EPOCHS = 10_000
"""Up to this number of rows, networks are trained for all epochs of their setting; then for fewer, by 1 / √rows."""

ROWS_OF_ALL_SETTINGS = 200_000
"""Up to this number of rows, all settings of a quality level are trained; then half of them."""


def check_quality(quality: str) -> None:
    """Raise ValueError for an unknown quality level."""
    if quality not in QUALITIES:
        raise specs.unknown("quality", quality, QUALITIES)


def folds_for(quality: str, rows: int, groups: AnyArray | None = None, times: AnyArray | None = None) -> int:
    """Return the number of folds for a number of training rows, their groups, and their times.

    Raises ValueError if they are too few for two folds.
    """
    check_quality(quality)
    most = most_folds(rows, groups, times)
    if most < 2:
        kind = "distinct times" if times is not None else "rows" if groups is None else "groups"
        raise ValueError(f"quality {quality} trains on folds, which need at least two {kind}, got {max(most, 1)}")
    return min(QUALITIES[quality].folds, most)


def settings_for(quality: str, rows: int) -> Sequence[Setting]:
    """Return the settings that are trained on a number of rows.

    >>> [(len(settings_for("good", rows)), settings_for("good", rows)[0].epochs) for rows in (1_000, 40_000, 640_000)]
    [(5, 96), (5, 48), (3, 12)]
    """
    check_quality(quality)
    settings = QUALITIES[quality].settings
    if rows > ROWS_OF_ALL_SETTINGS:
        settings = settings[: math.ceil(len(settings) / 2)]
    share = min(1.0, math.sqrt(ROWS_OF_ALL_EPOCHS / rows))
    return [
        setting if setting.all_epochs else dataclasses.replace(setting, epochs=max(1, round(setting.epochs * share)))
        for setting in settings
    ]
