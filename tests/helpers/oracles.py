"""Independent libraries as references in double precision: value and gradient of a function, as NumPy arrays."""

from collections.abc import Callable
from typing import Any

import jax
import numpy as np

# For the whole session. Arrays that are float32 stay float32; JAX only no longer rounds float64 ones down.
jax.config.update("jax_enable_x64", True)


def jax_pullback(f: Callable[[Any], Any], z: np.ndarray, da: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return f(z) and the gradient of Σ da · f(z), in float64."""
    a, pull = jax.vjp(f, jax.numpy.asarray(z, dtype="float64"))
    (dz,) = pull(jax.numpy.asarray(da, dtype="float64"))
    return np.asarray(a), np.asarray(dz)


def jax_gradients(f: Callable[..., Any], *arguments: Any, da: Any = 1.0) -> tuple[Any, tuple[Any, ...]]:
    """Return f(*arguments) and the gradient of Σ da · f with respect to each argument, an array or a dict of arrays."""
    doubled = jax.tree.map(lambda array: jax.numpy.asarray(array, dtype="float64"), arguments)
    value, pull = jax.vjp(f, *doubled)
    return jax.tree.map(np.asarray, (value, pull(jax.numpy.asarray(da, dtype="float64"))))


def torch_pullback(f: Callable[[Any], Any], z: np.ndarray, da: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return f(z) and the gradient of Σ da · f(z), in float64."""
    import torch

    z_ = torch.tensor(z, dtype=torch.float64, requires_grad=True)
    a = f(z_)
    a.backward(torch.tensor(da, dtype=torch.float64))
    return a.detach().numpy(), z_.grad.numpy()
