"""The protocol of an activation function, and the kinds of output.

Without an activation, any stack of layers is a single linear function. An activation is a pair of methods:

    forward(z)         a  = f(z)               z, a: (n, units)
    backward(da, z, a) dz = da · f'(z)         da, dz: (n, units)

where `da` is the gradient of the loss with respect to `a`. Any object with these two methods can be passed where an
activation is expected. An optional class attribute `output` names the range of its values (see `OUTPUTS`), which some
losses check. All activations are finite and raise no warning for any z up to half the largest representable number,
even where exp(z) would overflow.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from glassnet.common.arrays import Array

OUTPUTS = ("distribution", "distributions", "probability", "positive", "real")
"""Ranges of outputs: a row sums to one; groups of a row sum to one; each is in [0, 1]; each is above 0; any number."""


@runtime_checkable
class Activation(Protocol):
    """Protocol of an activation function; a custom class needs only these two methods."""

    def forward(self, z: Array) -> Array:
        """Return the activation a = f(z).

        Parameters
        ----------
        z : Array, (n, units)
            Pre-activation.

        Returns
        -------
        Array, (n, units)
            Activation.
        """

    def backward(self, da: Array, z: Array, a: Array) -> Array:
        """Return the gradient with respect to z: dz = da · f'(z).

        Parameters
        ----------
        da : Array, (n, units)
            Gradient of the loss with respect to a.
        z : Array, (n, units)
            Pre-activation.
        a : Array, (n, units)
            Activation, as `forward` returned it.

        Returns
        -------
        Array, (n, units)
            Gradient with respect to z.
        """
