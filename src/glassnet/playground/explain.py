"""One row in slow motion: all numbers of its forward and backward pass, and the formulas with them."""

from __future__ import annotations

from glassnet.playground.frame import Message
from glassnet.playground.trainer import Trainer


def sample_trace(trainer: Trainer, row: int) -> Message:
    """Return all arrays of a training row's forward and backward pass, by layer, and the formulas of each layer.

    Raises ValueError if there is no such row.
    """
    if row >= len(trainer.X):
        raise ValueError(f"there is no training row {row}; there are {len(trainer.X)}")
    names = trainer.scene.train.feature_names
    trace = trainer.network.trace(trainer.X[[row]], trainer.Y[[row]], trainer.job.loss, names=names)
    return Message({"type": "trace", "row": row, "x": trainer.X[row].tolist(), **trace.to_dict()})
