"""L-BFGS: a quasi-Newton method that uses the gradient of all rows at once."""

from __future__ import annotations

from dataclasses import dataclass

from glassnet.common import checks


@dataclass(frozen=True)
class LBFGS:
    """Newton's method with a guessed curvature: each step uses the whole data, and SciPy chooses its length.

    It has no learning rate and no batches: one epoch is one iteration of SciPy's L-BFGS-B, which remembers the last
    `history` steps and stops early when the loss or its gradient hardly change any more (`tolerance` is the largest
    gradient entry that counts as zero). Good for small data sets and smooth losses.
    Source: Liu & Nocedal, "On the limited memory BFGS method for large scale optimization", Math. Programming 45, 1989.

    >>> LBFGS(history=20)
    LBFGS(history=20, tolerance=1e-05)
    """

    history: int = 10
    tolerance: float = 1e-5

    def __post_init__(self) -> None:
        checks.whole_number("history", self.history, at_least=1)
        checks.number("tolerance", self.tolerance, at_least=0)
