"""One row in slow motion: all numbers of its forward and backward pass, and the formulas with them."""

from __future__ import annotations

from glassnet.playground.frame import Message
from glassnet.playground.trainer import Trainer
from glassnet.playground.views import QUIET

MOST_PARAMETERS = 100_000
"""Networks with more parameters are too large for a message that has all numbers of a row."""


@QUIET
def sample_trace(trainer: Trainer, row: int, client: int = 0) -> Message:
    """Return all arrays of a training row's forward and backward pass, by layer, and the formulas of each layer.

    client: the page that asks. Raises ValueError if there is no such row, or if the network is too large.
    """
    if (count := trainer.network.parameters.size) > MOST_PARAMETERS:
        raise ValueError(f"the network has {count:,} parameters; single rows are shown for up to {MOST_PARAMETERS:,}")
    if row >= len(trainer.X):
        raise ValueError(f"there is no training row {row}; there are {len(trainer.X)}")
    names = trainer.scene.train.feature_names
    trace = trainer.network.trace(trainer.X[[row]], trainer.Y[[row]], trainer.job.loss, names=names)
    plain = {"type": "trace", "row": row, "x": trainer.X[row].tolist(), **trace.to_dict()}
    return Message(plain, to=client)
