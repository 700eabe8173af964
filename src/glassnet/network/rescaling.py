"""Rescaling of the output of a network with a linear last layer."""

from __future__ import annotations

from typing import Any

from glassnet.common.arrays import Array


def rescale_output(network: Any, center: Array, spread: Array) -> None:
    """Make a network that was trained on standardized targets predict in the units of the target.

        W ← W · spread        b ← b · spread + center

    Parameters
    ----------
    network : Network
        Network whose last layer is dense, without an activation; it is changed in place.
    center, spread : Array, (outputs,)
        The targets were (y − center) / spread.
    """
    views, last = network.named_parameters(), network.names[-1]
    views[f"{last}.W"][:] *= spread
    views[f"{last}.b"][:] = views[f"{last}.b"] * spread + center
