"""`diagnose`: why does a network not learn from these data? Rules, and short trial runs on a copy."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from glassnet.common.arrays import AnyArray
from glassnet.common.numbers import percent
from glassnet.data.dataset import Dataset
from glassnet.diagnostics.causes import causes
from glassnet.diagnostics.code_rules import diagnose_code, one_unit_of_softmax
from glassnet.diagnostics.data_rules import diagnose_data
from glassnet.diagnostics.diagnosis import Diagnosis
from glassnet.diagnostics.findings import Finding, by_severity
from glassnet.diagnostics.input_rules import diagnose_inputs
from glassnet.diagnostics.network_rules import Examined, diagnose_finite, diagnose_network, diagnose_units, examine
from glassnet.diagnostics.trials import STEPS, TrialData, fit_one_batch, watched_steps
from glassnet.maths import losses
from glassnet.maths.optimizers import LBFGS, OptimizerLike, optimizer_name
from glassnet.maths.optimizers import optimizer as find_optimizer
from glassnet.network.embedding import Embedding
from glassnet.network.input_checks import LabeledRows, Rows, split_pair
from glassnet.network.network import Network

MOST_ROWS, FEWEST_ROWS = 4_000, 100
"""Number of rows for the trial runs, and from which on units that are 0 in all of them are dead."""


@np.errstate(all="ignore")  # what overflows is a finding
def diagnose(
    network: Network,
    X: Rows | LabeledRows,
    y: npt.ArrayLike | None = None,
    *,
    loss: losses.LossLike | None = None,
    optimizer: OptimizerLike = "adam",
    seed: int = 0,
) -> Diagnosis:
    """Find out why a network does not learn, or whether it is going to.

    Examines the data, the network's first loss, units, and gradients (also against finite differences), whether a copy
    can learn 16 rows by heart, and 300 steps of the optimizer on another copy. The network itself is not changed.

    Parameters
    ----------
    network : Network
        The network, with initial weights or trained.
    X : array-like, (n, inputs), or Dataset
        Rows as the network gets them, or rows and targets. NaN is a finding, not an error.
    y : array-like, optional
        Class indices (n,), or numbers (n,) or (n, outputs).
    loss : str, dict, or Loss, optional
        By default, the canonical loss of the output activation.
    optimizer : str, dict, or Optimizer, default "adam"
        The optimizer, with its learning rate.
    seed : int, default 0
        Seed of the rows of the trial runs, and of dropout.

    Returns
    -------
    Diagnosis
        Findings, most severe first, each with numbers, place, meaning, and what to do.

    Raises
    ------
    ValueError, TypeError
        If shapes do not fit the network, or the loss does not accept its output.

    Examples
    --------
    >>> from glassnet.network.layers import Dense
    >>> X = np.random.default_rng(0).normal(size=(200, 4))
    >>> y = (X[:, 0] > 0).astype(int)
    >>> diagnose(Network(4, [Dense(8, "relu"), Dense(2, "softmax")]), X, y)
    <Diagnosis: nothing is wrong>
    >>> print(diagnose(Network(4, [Dense(8, "relu"), Dense(2, "softmax")], init="zeros"), X, y)[0].message)
    All 8 units of dense1 have the same weights.
    """
    inputs, targets = split_pair(X, y)
    names = getattr(X, "feature_names", None) or getattr(inputs, "columns", None)
    names = () if names is None else tuple(map(str, names))
    inputs, targets = np.asarray(inputs), np.asarray(targets)
    if targets.ndim == 2 and targets.shape[1] == 1 and targets.dtype.kind in "iub":
        targets = targets[:, 0]
    kind, method = network.loss(loss), find_optimizer(optimizer)
    found = _of_arrays(network, inputs, targets, names)
    done = [f"{len(inputs):,} rows of {network.inputs} inputs"]
    if any(one.severity == "error" for one in found):
        return Diagnosis(tuple(by_severity(found)), tuple(done))
    # A copy, since gradients are written into the network; rows at random, since a file may be sorted.
    network = network.copy()
    some = np.random.default_rng(seed).permutation(len(inputs))[:MOST_ROWS]
    rows, Y, _ = network.batch(inputs[some], targets[some], kind)
    examined = examine(network, rows, Y, kind, numbers=some)
    found += diagnose_finite(examined) or [*diagnose_code(network, rows, Y, kind), *diagnose_network(examined)]
    done.append(f"first loss {examined.trace.loss:.3g}")
    if network.parameters.size and not any(one.severity == "error" for one in found):
        trial = TrialData(network, rows, Y, kind, seed)
        text, failed = fit_one_batch(trial)
        found += failed
        done.append(text)
        if not isinstance(method, LBFGS):
            copy, watch, text = watched_steps(trial, method)
            # A unit that is on for few rows has no gradient in most batches: all rows decide whether it is dead.
            steps = [one for one in watch.findings() if one.rule != "dead units" and not _has_rule(found, one.rule)]
            if len(rows) >= FEWEST_ROWS and not (steps or watch.has_learned or _has_rule(found, "dead units")):
                steps = _died(examine(copy, rows, Y, kind, MOST_ROWS))
            elif _has_rule(steps, "not finite"):
                steps = _failed(steps, examine(copy, rows, Y, kind, MOST_ROWS, some))
            found += steps
            done.append(f"{optimizer_name(method)}, learning rate {method.learning_rate:g}, {text}")
    return Diagnosis(tuple(causes(found)), tuple(done))


def _has_rule(findings: list[Finding], rule: str) -> bool:
    return any(one.rule == rule for one in findings)


def _failed(steps: list[Finding], examined: Examined) -> list[Finding]:
    """Return findings about steps until the loss is not finite, with the layer and the operation."""
    place = diagnose_finite(examined)
    return [
        replace(one, message=f"{one.message} {other.message}", numbers={**one.numbers, **other.numbers})
        for one, other in zip(steps, place, strict=False)
    ] or steps


def _died(examined: Examined) -> list[Finding]:
    """Return a finding for units that are dead after the trial run."""
    return [
        Finding(
            "learning rate",
            "warning",
            one.subject,
            f"After {STEPS} steps, {percent(one.numbers['share'])} of the units of {one.subject} are dead: 0 in all "
            f"{len(examined.trace.output):,} rows that were examined.",
            "The learning rate is too high: divide it by 10; or use leaky_relu or gelu.",
            one.numbers,
        )
        for one in diagnose_units(examined)[:1]
    ]


def _of_arrays(network: Network, X: AnyArray, y: AnyArray, names: Any) -> list[Finding]:
    """Return the findings about X, (n, inputs), and y."""
    network.rows(np.zeros(X.shape) if X.dtype.kind in "fiub" else X)  # raises if shape or dtype are wrong
    if not y.ndim or len(X) != len(y):
        has = f"{len(y)} rows" if y.ndim else "a single value"
        raise ValueError(f"X has {len(X)} rows but y has {has.removesuffix(' rows')}; each row needs one target")
    if not len(X):
        raise ValueError("X has no rows, so there is nothing to examine")
    if wrong := one_unit_of_softmax(network):
        return wrong
    numbers = _number_columns(network)
    shown = [names[j] for j in numbers] if len(names) else [f"column {j}" for j in numbers]
    found = diagnose_inputs(X[:, numbers], y, network.output_kind, network.outputs, shown)
    # Of a single column, or of several targets, one that predicts the target is no leak.
    is_usual = len(numbers) > 1 and (y.ndim == 1 or y.shape[1] == 1)
    if is_usual and not any(one.severity == "error" for one in found):
        # Without names of columns, the advice has no option of the command line.
        named = tuple(shown) if len(names) or len(numbers) < network.inputs else None
        found += diagnose_data(Dataset(X[:, numbers], y, feature_names=named), "y")
    # Without its outliers or codes, such a column may have a usual scale.
    outlying = {one.subject for one in found if one.rule in ("outlier in a column", "code for missing values")}
    return [one for one in found if one.rule != "scale of a column" or one.subject not in outlying]


def _number_columns(network: Network) -> list[int]:
    """Return the inputs that are numbers, not codes for embeddings."""
    left = list(range(network.inputs))
    for layer in network.layers:
        if not isinstance(layer, Embedding):
            break
        left = [one for j, one in enumerate(left) if j not in layer.columns]
    return left
