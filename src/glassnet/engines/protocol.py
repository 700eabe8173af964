"""The interface of an engine: five functions of a module.

`engines.numpy` and `engines.compiled.engine` both implement it, so training does not depend on the engine.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from glassnet.common.arrays import AnyArray, Array
from glassnet.engines.job import NO_FACTORS, Job, RunningTotals, StepFactors
from glassnet.maths.losses import Loss
from glassnet.network.network import Network


class Engine(Protocol):
    """An engine runs optimizer steps, and computes gradients, metrics, and predictions of one block of rows.

    Shapes are the same everywhere: X is (n, inputs) in the network's dtype, Y is (n,) class indices, int64, or
    (n, outputs) in the network's dtype, and weights is (n,) in the network's dtype, or None.
    """

    def run(
        self,
        job: Job,
        X: Array,
        Y: AnyArray,
        weights: Array | None,
        batch_size: int,
        rates: Array,
        rng: np.random.Generator,
        order: AnyArray | None = None,
        factors: StepFactors = NO_FACTORS,
    ) -> RunningTotals:
        """Run one optimizer step per batch and return the totals.

        rates: (steps,), the learning rate of each step. order: (n,), the row of X that belongs to each row of Y; X may
        then have more rows than Y. factors: those of the weight decay and of dropout rates at each step. The last batch
        may be smaller. A batch whose weights are all 0 is skipped. Raises DivergenceError if a loss is not finite.
        """
        ...

    def gradient(
        self, job: Job, X: Array, Y: AnyArray, weights: Array | None, rng: np.random.Generator | None
    ) -> tuple[float, Array, Array]:
        """Return the mean loss with its penalties, the output, (n, outputs), and g, (parameters,); θ does not change.

        g is the network's own vector, which the next call overwrites.
        """
        ...

    def evaluate(self, network: Network, X: Array, Y: AnyArray, loss: Loss) -> RunningTotals:
        """Return the totals of these rows in evaluation mode, without penalties."""
        ...

    def predict(self, network: Network, X: Array) -> Array:
        """Return the output of each row, (n, outputs), in evaluation mode."""
        ...

    def augment(self, job: Job, images: Array, rng: np.random.Generator) -> Array:
        """Return augmented images; both arrays are (n, height, width, channels)."""
        ...
