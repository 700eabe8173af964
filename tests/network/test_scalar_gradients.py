"""The scalar engine and the gradients that layers derive by hand check each other.

Forward passes are those of the library, on arrays of scalars; so both differentiate the same formulas.
"""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import scipy.special

from glassnet.maths.activations import ACTIVATIONS, SELU, activation
from glassnet.maths.scalars import scalar
from glassnet.network.passes import forward_pass
from helpers.layer_cases import SEED, Case, by_case, by_mode, forward_and_back
from helpers.networks import TABLE, network_of

to_scalars = np.vectorize(scalar, otypes=[object])
gradients = np.vectorize(lambda one: one.grad, otypes=[float])
BY_HAND = {
    "elu": np.vectorize(lambda z: z if z > 0 else z.expm1(), otypes=[object]),
    "selu": np.vectorize(lambda z: SELU.SCALE * (z if z > 0 else SELU.ALPHA * z.expm1()), otypes=[object]),
}
"""Activations whose forward pass takes exp of the number 0, which is no scalar."""

EXACT = {"rtol": 1e-12, "atol": 1e-12}


@pytest.fixture(autouse=True)
def normal_cdf(monkeypatch: pytest.MonkeyPatch) -> None:
    """SciPy's normal distribution, which gelu needs, does not accept arrays of scalars."""
    original, of_scalars = scipy.special.ndtr, np.vectorize(lambda z: 0.5 + 0.5 * (z / 2**0.5).erf(), otypes=[object])
    ndtr: Any = lambda z: of_scalars(z) if z.dtype == object else original(z)  # noqa: E731
    monkeypatch.setattr(scipy.special, "ndtr", ndtr)


@by_mode
@by_case
def test_layers(case: Case, training: bool) -> None:
    net = network_of(case.layers)
    dy = np.random.default_rng(3).standard_normal((len(TABLE), net.outputs))
    steps = [
        replace(
            step,
            p={name: to_scalars(view) for name, view in step.p.items()},
            state={name: view.astype(object if training else float) for name, view in step.state.items()},
        )
        for step in net.operations
    ]
    x = to_scalars(TABLE)
    outputs, _ = forward_pass(steps, x, training, np.random.default_rng(SEED))
    (outputs[-1] * dy).sum().backward()

    _, dx = forward_and_back(net, TABLE, dy, training)
    np.testing.assert_allclose(gradients(x), dx, **EXACT)
    for step, own in zip(steps, net.operations, strict=True):
        for name, view in own.g.items():
            np.testing.assert_allclose(gradients(step.p[name]), view, **EXACT, err_msg=f"{step.name}.{name}")


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations(name: str) -> None:
    rng = np.random.default_rng(4)
    z, da = rng.uniform(-3, 3, (5, 6)), rng.standard_normal((5, 6))
    f = activation(name)
    scalars = to_scalars(z)
    a = BY_HAND[name](scalars) if name in BY_HAND else f.forward(scalars)
    np.testing.assert_allclose(a.astype(float), f.forward(z), **EXACT)
    (a * da).sum().backward()
    np.testing.assert_allclose(gradients(scalars), f.backward(da, z, f.forward(z)), **EXACT)
