"""L-BFGS: a quasi-Newton method that uses the gradient of all rows."""

from __future__ import annotations

from dataclasses import dataclass

from glassnet.common import checks


@dataclass(frozen=True)
class LBFGS:
    """L-BFGS: a quasi-Newton method on the whole training set, with SciPy's line search.

    It has no learning rate and no batches: one epoch is one iteration of SciPy's L-BFGS-B. Suited to small data sets
    and smooth losses.

    Parameters
    ----------
    history : int, default 10
        Number of past steps that approximate the curvature.
    tolerance : float, default 1e-5
        Stop when the largest entry of the gradient is at most this.

    References
    ----------
    Liu & Nocedal, "On the limited memory BFGS method for large scale optimization", Math. Programming 45, 1989.

    Examples
    --------
    >>> LBFGS(history=20)
    LBFGS(history=20, tolerance=1e-05)
    """

    history: int = 10
    tolerance: float = 1e-5

    def __post_init__(self) -> None:
        checks.whole_number("history", self.history, at_least=1)
        checks.number("tolerance", self.tolerance, at_least=0)
