"""What is left of an estimator: what it was before, a copy that predicts, the networks fitted so far."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from glassnet.estimators.coefs import windows
from glassnet.network.ensemble import Ensemble


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


def fitted(estimator: Any) -> dict[str, Any]:
    """Return the attributes that make a copy of the estimator answer as it would now."""
    network = copy.deepcopy(estimator.network_)
    coefs, intercepts = windows(network)
    return {"network_": network, "coefs_": coefs, "intercepts_": intercepts}


def keep_first(estimator: Any, count: int) -> None:
    """Leave out of an ensemble the networks that a fit has not come to."""
    if isinstance(estimator.network_, Ensemble) and count < len(estimator.network_.networks):
        estimator.network_ = Ensemble(estimator.network_.networks[:count])
