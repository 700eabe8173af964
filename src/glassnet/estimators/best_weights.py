"""Which weights a fit leaves behind: those of the last step, of the best epoch, or the average of many steps."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from glassnet.common.arrays import Array
from glassnet.engines.job import Job
from glassnet.estimators.coefs import windows
from glassnet.network.ensemble import Ensemble
from glassnet.network.network import Network

Kept = list[tuple[Array, Array]]
"""θ and the running values of every network."""


def copies(networks: Sequence[Network]) -> Kept:
    """Return the numbers of these networks as they are now."""
    return [(network.parameters.copy(), network.state.copy()) for network in networks]


def put_back(networks: Sequence[Network], kept: Kept) -> None:
    """Give the networks these numbers again."""
    for network, (theta, state) in zip(networks, kept, strict=True):
        network.parameters[:], network.state[:] = theta, state


@contextmanager
def kept_if_refused(estimator: Any) -> Iterator[None]:
    """Let an estimator be what it was before, if what is done with it is refused."""
    before = dict(vars(estimator))
    try:
        yield
    except Exception:
        vars(estimator).clear()
        vars(estimator).update(before)
        raise


@contextmanager
def averaged(jobs: Sequence[Job]) -> Iterator[None]:
    """Let the networks answer with their averages for a while, where there are any."""
    _exchange(jobs)
    try:
        yield
    finally:
        _exchange(jobs)


def _exchange(jobs: Sequence[Job]) -> None:
    for job in jobs:
        if job.average is not None:
            theta = job.network.parameters.copy()
            job.network.parameters[:] = job.average
            job.average[:] = theta


def fitted(estimator: Any) -> dict[str, Any]:
    """Return the attributes that make a copy of the estimator answer as it would now."""
    network = copy.deepcopy(estimator.network_)
    coefs, intercepts = windows(network)
    return {"network_": network, "coefs_": coefs, "intercepts_": intercepts}


def keep_first(estimator: Any, count: int) -> None:
    """Leave out of an ensemble the networks that a fit has not come to."""
    if isinstance(estimator.network_, Ensemble) and count < len(estimator.network_.networks):
        estimator.network_ = Ensemble(estimator.network_.networks[:count])
