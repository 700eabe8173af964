"""The fitted attributes of an estimator: restored after an error, copied for callbacks, and truncated after Ctrl-C."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from glassnet.estimators.coefs import windows
from glassnet.network.ensemble import Ensemble


@contextmanager
def restored_on_error(estimator: Any) -> Iterator[None]:
    """Restore all attributes of the estimator if the block raises an error."""
    before = dict(vars(estimator))
    try:
        yield
    except Exception:
        vars(estimator).clear()
        vars(estimator).update(before)
        raise


def fitted(estimator: Any) -> dict[str, Any]:
    """Return the attributes with which a copy of the estimator predicts as it does now."""
    network = copy.deepcopy(estimator.network_)
    coefs, intercepts = windows(network)
    return {"network_": network, "coefs_": coefs, "intercepts_": intercepts}


def keep_first(estimator: Any, count: int) -> None:
    """Remove the untrained networks of an ensemble; count: number of trained networks."""
    if isinstance(estimator.network_, Ensemble) and count < len(estimator.network_.networks):
        estimator.network_ = Ensemble(estimator.network_.networks[:count])
