"""The walk that every optimizer is sent on, ours and theirs: shared by the tests and the script that stores PyTorch's.

The gradient depends on where the walk is, so that an error in one step is carried into all that follow. Epsilons of
0.1 stand in the table because at 1e-8 nobody would see on which side of a root or of a bias correction they are added.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import optax

from glassnet.maths.optimizers import SGD, Adadelta, Adagrad, Adam, AdamW, AMSGrad, Lion, NAdam, RMSProp

STORED = Path(__file__).parent / "torch_trajectories.npz"

STEPS = 20
NOISE = np.random.default_rng(0).normal(0, 0.3, (STEPS, 8))
FACTORS = {
    "constant": [1.0] * STEPS,
    "changing": [0.3, 1.0, 1.7, 0.9, 0.5] * (STEPS // 5),
}
"""The factor of the learning rate at every step."""


def start(dtype: Any) -> np.ndarray:
    return np.array([1.5, -0.7, 0.2, -1.1, 0.9, -0.3, 0.05, 1.0], dtype)


def gradient(theta: np.ndarray, step: int) -> np.ndarray:
    """The gradient of a coupled quartic function with noise; that of the last coordinate is always 0."""
    curvature = np.geomspace(0.1, 3, theta.size).astype(theta.dtype)
    g = theta**3 + curvature * theta - (np.roll(theta, 1) + np.roll(theta, -1)) / 2 + NOISE[step].astype(theta.dtype)
    g[-1] = 0  # as that of a weight behind an input that is always 0
    return g


@dataclass(frozen=True)
class Row:
    """One optimizer with its equivalents in PyTorch (class, options) and Optax (direction without the rate)."""

    ours: Any
    torch: tuple[str, dict[str, Any]] | None = None
    direction: optax.GradientTransformation | None = None


# Where PyTorch's options are empty, its defaults are ours. Optax adds epsilon to Adagrad's square under the root, and
# takes AMSGrad's largest after the bias correction; its NAdam keeps the momentum constant: no oracles for those.
ROWS = {
    "sgd": Row(SGD(0.05), ("SGD", {"lr": 0.05}), optax.identity()),
    "sgd momentum": Row(SGD(0.05, momentum=0.9), ("SGD", {"lr": 0.05, "momentum": 0.9}), optax.trace(0.9)),
    "sgd nesterov": Row(
        SGD(0.05, momentum=0.8, nesterov=True),
        ("SGD", {"lr": 0.05, "momentum": 0.8, "nesterov": True}),
        optax.trace(0.8, nesterov=True),
    ),
    "adagrad": Row(Adagrad(), ("Adagrad", {})),
    "adagrad epsilon": Row(Adagrad(0.1, epsilon=0.1), ("Adagrad", {"lr": 0.1, "eps": 0.1})),
    "adagrad bare": Row(
        Adagrad(0.1, epsilon=1e-30),
        ("Adagrad", {"lr": 0.1, "eps": 1e-30}),
        optax.scale_by_rss(initial_accumulator_value=0.0, eps=1e-30),
    ),
    "rmsprop": Row(RMSProp(), ("RMSprop", {}), optax.scale_by_rms(0.99, 1e-8, eps_in_sqrt=False)),
    "rmsprop epsilon": Row(
        RMSProp(0.05, decay=0.7, epsilon=0.1),
        ("RMSprop", {"lr": 0.05, "alpha": 0.7, "eps": 0.1}),
        optax.scale_by_rms(0.7, 0.1, eps_in_sqrt=False),
    ),
    "rmsprop momentum": Row(
        RMSProp(momentum=0.8),
        ("RMSprop", {"momentum": 0.8}),
        optax.chain(optax.scale_by_rms(0.99, 1e-8, eps_in_sqrt=False), optax.trace(0.8)),
    ),
    "rmsprop centered": Row(
        RMSProp(decay=0.9, epsilon=0.1, centered=True),
        ("RMSprop", {"alpha": 0.9, "eps": 0.1, "centered": True}),
        optax.scale_by_stddev(0.9, 0.1, eps_in_sqrt=False),
    ),
    "rmsprop centered momentum": Row(
        RMSProp(centered=True, momentum=0.5),
        ("RMSprop", {"centered": True, "momentum": 0.5}),
        optax.chain(optax.scale_by_stddev(0.99, 1e-8, eps_in_sqrt=False), optax.trace(0.5)),
    ),
    "adadelta": Row(Adadelta(), ("Adadelta", {}), optax.scale_by_adadelta(0.9, 1e-6)),
    "adadelta epsilon": Row(
        Adadelta(0.5, decay=0.7, epsilon=0.01),
        ("Adadelta", {"lr": 0.5, "rho": 0.7, "eps": 0.01}),
        optax.scale_by_adadelta(0.7, 0.01),
    ),
    "adam": Row(Adam(), ("Adam", {}), optax.scale_by_adam(0.9, 0.999, 1e-8)),
    "adam epsilon": Row(
        Adam(0.05, beta1=0.7, beta2=0.9, epsilon=0.1),
        ("Adam", {"lr": 0.05, "betas": (0.7, 0.9), "eps": 0.1}),
        optax.scale_by_adam(0.7, 0.9, 0.1),
    ),
    "amsgrad": Row(AMSGrad(), ("Adam", {"amsgrad": True})),
    "amsgrad forgetful": Row(
        AMSGrad(0.05, beta2=0.6, epsilon=0.1),
        ("Adam", {"lr": 0.05, "betas": (0.9, 0.6), "eps": 0.1, "amsgrad": True}),
    ),
    "adamw": Row(
        AdamW(), ("AdamW", {}), optax.chain(optax.scale_by_adam(0.9, 0.999, 1e-8), optax.add_decayed_weights(0.01))
    ),
    "adamw decay": Row(
        AdamW(0.05, weight_decay=0.8, epsilon=0.1),
        ("AdamW", {"lr": 0.05, "weight_decay": 0.8, "eps": 0.1}),
        optax.chain(optax.scale_by_adam(0.9, 0.999, 0.1), optax.add_decayed_weights(0.8)),
    ),
    "nadam": Row(NAdam(), ("NAdam", {})),
    "nadam epsilon": Row(
        NAdam(0.05, beta1=0.8, beta2=0.9, epsilon=0.1, momentum_decay=0.5),
        ("NAdam", {"lr": 0.05, "betas": (0.8, 0.9), "eps": 0.1, "momentum_decay": 0.5}),
    ),
    "lion": Row(Lion(), None, optax.scale_by_lion(0.9, 0.99)),
    "lion betas": Row(Lion(0.02, beta1=0.5, beta2=0.8), None, optax.scale_by_lion(0.5, 0.8)),
}


def our_walk(optimizer: Any, factors: list[float], dtype: Any) -> np.ndarray:
    """The positions after every step, (STEPS, 8)."""
    theta = start(dtype)
    state = optimizer.start(theta)
    path = []
    for step, factor in enumerate(factors):
        optimizer.step(theta, gradient(theta, step), state, factor * optimizer.learning_rate)
        path.append(theta.copy())
    return np.array(path)


def optax_walk(direction: optax.GradientTransformation, rate: float, factors: list[float], dtype: Any) -> np.ndarray:
    """The same with the direction of Optax, which is multiplied by the rate here as `optax.scale` would."""
    theta = start(dtype)
    state = direction.init(theta)
    path = []
    for step, factor in enumerate(factors):
        update, state = direction.update(gradient(theta, step), state, theta)
        theta = theta - np.asarray(update) * (factor * rate)
        path.append(theta)
    return np.array(path)


def torch_walk(name: str, options: dict[str, Any], factors: list[float], dtype: Any) -> np.ndarray:
    """The same with a PyTorch optimizer, whose rate is set before every step, as a scheduler does."""
    import torch

    theta = torch.nn.Parameter(torch.tensor(start(dtype)))
    with _default_dtype(torch, theta.dtype):
        optimizer = getattr(torch.optim, name)([theta], **options)
        group = optimizer.param_groups[0]
        rate = group["lr"]
        path = []
        for step, factor in enumerate(factors):
            group["lr"] = factor * rate
            theta.grad = torch.tensor(gradient(theta.detach().numpy(), step))
            optimizer.step()
            path.append(theta.detach().numpy().copy())
    return np.array(path)


@contextmanager
def _default_dtype(torch: Any, dtype: Any) -> Iterator[None]:
    """Use float64: NAdam keeps its product of momenta in the default dtype; float32 is accurate to 1e-8 only."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        yield
    finally:
        torch.set_default_dtype(before)


def torch_trajectories() -> dict[str, np.ndarray]:
    """All trajectories of PyTorch in float64, as they are stored: "adam, constant" to (STEPS, 8)."""
    return {
        f"{name}, {rates}": torch_walk(*row.torch, factors, np.float64)
        for name, row in ROWS.items()
        if row.torch is not None
        for rates, factors in FACTORS.items()
    }
