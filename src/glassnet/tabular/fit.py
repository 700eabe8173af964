"""From an encoded table to an ensemble: target encoding, portfolio, weights, and calibration."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from glassnet.common.arrays import AnyArray, Array, IntArray
from glassnet.data.preprocessing import Pipeline, Preprocessing
from glassnet.data.tables.encoder import TableEncoder
from glassnet.data.tables.level_dropout import LevelDropout
from glassnet.data.target_encoding import TargetEncoding
from glassnet.data.target_scale import TargetScale
from glassnet.network.ensemble import Ensemble
from glassnet.network.network import Network
from glassnet.network.rescaling import rescale_output
from glassnet.tabular.member import Member
from glassnet.tabular.portfolio import Limits, Portfolio, train_portfolio
from glassnet.tabular.problem import Problem
from glassnet.tabular.qualities import QUALITIES, settings_for
from glassnet.tabular.score import IN_UNITS, metric_name, score_of
from glassnet.training.history import History

Folds = Sequence[tuple[IntArray, IntArray]]
"""Training rows and held-out rows of each fold."""


@dataclass(frozen=True)
class Encoded:
    """An encoded table.

    X: (n, width): numbers first, then indicators and one-hot columns, then codes. numbers: number of numeric columns.
    levels: number of codes of each of the last columns. level_dropout: random replacement of categories, or None.
    """

    X: Array
    numbers: int
    levels: tuple[int, ...] = ()
    level_dropout: LevelDropout | None = None

    @classmethod
    def by(cls, columns: TableEncoder, X: Array) -> Self:
        """Return the rows X, (n, width), that an encoder has encoded."""
        return cls(X, columns.numbers, tuple(columns.embedded), columns.level_dropout)


@dataclass(frozen=True)
class TableFit:
    """The result of `fit_table`.

    ensemble: the networks with their weights, and the temperature of the probabilities. preprocessing: one transformer
    per network, for encoded rows. output_range: lowest and highest prediction of regression, one number per
    target, or None. rows: the rows
    that were held out, (m,), in increasing order; output: what networks that were trained without them predict,
    (m, outputs); fold: the number of the fold of each, (m,). contributions: a description of each setting with its
    weight. histories: one per network. trained: number of networks that were trained, with those that have no weight.
    stopped: why the plan was cut short, "interrupted" or "time limit", or None. metric: name of the metric that the
    weights were chosen by. error: that of the ensemble on the held-out rows; errors of a single target are in its
    units, those of several in standard deviations.
    """

    ensemble: Ensemble
    preprocessing: tuple[Preprocessing, ...]
    output_range: tuple[AnyArray, AnyArray] | None
    rows: IntArray
    output: Array
    fold: IntArray
    contributions: tuple[dict[str, Any], ...]
    histories: tuple[History, ...]
    trained: int
    stopped: str | None
    metric: str
    error: float


def fit_table(
    table: Encoded,
    y: AnyArray,
    classes: int,
    folds: Folds,
    *,
    quality: str = "good",
    eval_metric: str | None = None,
    weights: Array | None = None,
    seed: int = 0,
    engine: str = "auto",
    limits: Limits | None = None,
) -> TableFit:
    """Train a portfolio of networks on an encoded table, and average them.

    Parameters
    ----------
    table : Encoded
        The training rows.
    y : AnyArray, (n,) or (n, outputs)
        Class indices, or numbers.
    classes : int
        Number of classes; 0 for regression.
    folds : sequence of (IntArray, IntArray)
        Training rows and held-out rows of each fold.
    quality : {"quick", "good", "best", "realmlp"}, default "good"
        How many settings are trained, and for how long.
    eval_metric : str, optional
        Metric that the weights are chosen by; log_loss or rmse by default.
    weights : Array, (n,), optional
        Sample weights.
    seed : int, default 0
        Seed.
    engine : {"auto", "compiled", "numpy"}, default "auto"
        Engine of the training; "auto" is the compiled engine where it is available.
    limits : Limits, optional
        How much of the plan is executed; by default, all of it.

    Returns
    -------
    TableFit
        The ensemble, and its predictions for held-out rows.
    """
    settings, plan, limits = settings_for(quality, len(y)), QUALITIES[quality], limits or Limits()
    encoding = None
    if plan.target_encoding and table.levels:
        encoding, table = _with_target_encoding(table, y, classes, folds, weights, seed)
    scale = None if classes else TargetScale().fit(y)
    targets = y if scale is None else scale.transform(y).astype(np.float32)
    # "auto" would run the first small jobs in NumPy until the kernels are compiled, with other bits from run to run.
    engine = "compiled" if engine == "auto" else engine
    problem = Problem(
        table.X, targets, classes, table.numbers, table.levels, tuple(folds), weights, table.level_dropout, engine
    )
    metric, score = metric_name(eval_metric, bool(classes)), score_of(targets, classes, eval_metric, weights)
    if limits.members is None:
        limits = dataclasses.replace(limits, members=plan.networks)
    trained = train_portfolio(problem, settings, score, seed, limits, plan.refit)
    output, output_range, unit = trained.output, None, 1.0
    error = score(output, trained.rows)
    used = [own for own in zip(trained.members, trained.on_all_rows, trained.weights.tolist(), strict=True) if own[-1]]
    networks = [network for members, further, _ in used for network in (*(one.network for one in members), *further)]
    if scale is not None:
        center, spread = scale.arrays().values()
        for network in networks:
            rescale_output(network, center, spread)
        output_range = y.min(axis=0), y.max(axis=0)
        unit = float(spread[0]) if spread.size == 1 and metric in IN_UNITS else 1.0
        output = np.clip(scale.inverse_transform(output), *output_range)
    shares = [share for members, further, weight in used for share in _shares(weight, len(members), len(further))]
    return TableFit(
        Ensemble(networks, shares, temperature=trained.temperature),
        _preprocessing(encoding, used),
        output_range,
        trained.rows,
        output,
        trained.fold,
        _contributions(trained, unit),
        tuple(member.history for members, _, _ in used for member in members),
        trained.trained,
        trained.stopped,
        metric,
        error * unit,
    )


def _with_target_encoding(
    table: Encoded, y: AnyArray, classes: int, folds: Folds, weights: Array | None, seed: int
) -> tuple[TargetEncoding, Encoded]:
    """Return the target encoding of the columns of codes, fitted on all rows, and the table with its columns."""
    fold = np.full(len(y), -1)
    for number, (_, held) in enumerate(folds):
        fold[held] = number
    # Folds by time never hold out the earliest rows.
    free = np.flatnonzero(fold < 0)
    fold[free] = len(folds) + np.random.default_rng([seed, len(folds)]).permutation(len(free)) % 5
    encoding = TargetEncoding(table.numbers, table.levels)
    encoding, X = encoding.fit_transform(table.X, y, fold, classes, weights)
    dropout, added = table.level_dropout, encoding.new_columns
    if dropout is not None:
        dropout = dataclasses.replace(dropout, columns=tuple((i + added, other) for i, other in dropout.columns))
    return encoding, Encoded(X, table.numbers + added, table.levels, dropout)


def _shares(weight: float, members: int, further: int) -> list[float]:
    """Return the weight of each network of a setting: half of it is that of the networks on all rows, if there are any.

    >>> _shares(0.5, 2, 1)
    [0.125, 0.125, 0.25]
    """
    part = weight / 2 if further else weight
    return [part / members] * members + [part / max(further, 1)] * further


def _preprocessing(
    encoding: TargetEncoding | None, used: Sequence[tuple[Sequence[Member], Sequence[Network], float]]
) -> tuple[Preprocessing, ...]:
    """Return the preprocessing of each network; networks with the same scaling share an object."""
    scales = [members[0].preprocessing for members, further, _ in used for _ in (*members, *further)]
    if encoding is None:
        return tuple(scales)
    encoded = {id(scale): Pipeline((encoding, scale)) for scale in scales}
    return tuple(encoded[id(scale)] for scale in scales)


def _contributions(trained: Portfolio, unit: float) -> tuple[dict[str, Any], ...]:
    """Return setting, weight, error on held-out rows in these units, networks, and best epochs of each setting."""
    return tuple(
        {
            "setting": dataclasses.asdict(setting),
            "weight": float(weight),
            "error": float(error) * unit,
            "networks": len(members),
            "on_all_rows": len(further),
            "best_epochs": [member.history.best_epoch for member in members],
        }
        for setting, weight, error, members, further in zip(
            trained.settings, trained.weights, trained.errors, trained.members, trained.on_all_rows, strict=True
        )
    )
