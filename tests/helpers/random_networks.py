"""Random networks with random options, the same run by both engines, and a judgement of their difference.

A difference above the tolerance is no error if the run amplifies rounding. There are two proofs, both of one engine:

- a run with parameters, inputs, and, in NumPy, the results of activation functions off by a unit in the last place
  (ulp), as after any rounding, ends about as far away;
- a run in float64 ends about as far away from the run in float32, which may also underflow.
"""

import dataclasses
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.engines.dispatch import ENGINES
from glassnet.maths.activations import ACTIVATIONS, LeakyReLU, SoftmaxGroups
from glassnet.maths.augmentation import RandomDistortion, warp_images
from glassnet.maths.initializers import INITIALIZERS
from glassnet.maths.losses import BinaryCrossEntropy, CrossEntropy, CrossEntropyGroups, Huber, Poisson, Quantile
from glassnet.maths.optimizers import LBFGS, SGD, Lion, RMSProp
from glassnet.maths.optimizers.adam import Adam, AdamW, AMSGrad, NAdam
from glassnet.maths.optimizers.adaptive import Adadelta, Adagrad
from glassnet.maths.schedules import SCHEDULES
from glassnet.network.columnwise import ParametricActivation, Scale
from glassnet.network.embedding import Embedding
from glassnet.network.layers import Activation, Dense, Dropout, Residual
from glassnet.network.members import MemberDense, Members
from glassnet.network.network import Network
from glassnet.network.normalization import BatchNorm, LayerNorm
from glassnet.network.parameters import KINDS
from glassnet.network.periodic_embedding import PeriodicEmbedding
from glassnet.network.piecewise_linear import PiecewiseLinearEmbedding
from glassnet.training.options import STEP_OPTIONS
from glassnet.training.train import train

EPOCHS = 3

TOLERANCE = {"float32": 1e-4, "float64": 1e-10}
"""How far parameters, loss, and predictions may be apart after three epochs, as a share of the largest, or of 1."""

PERTURBATIONS = 6
"""Number of runs with perturbed parameters and inputs."""

AMPLIFICATION = 10.0
"""A difference of at most this times the largest effect of rounding in one engine is explained by rounding.

A run rounds at every operation, in another order in each engine; a perturbation rounds at some of them.
"""


@dataclass(frozen=True)
class RandomNetwork:
    """A network, its data, and its training options. layers: with the output layer."""

    seed: int
    dtype: str
    layers: tuple[Any, ...]
    init: tuple[Any, Any]
    X: np.ndarray
    y: np.ndarray
    options: dict[str, Any]
    image_shape: tuple[int, ...] | None = None

    def __str__(self) -> str:
        layers = ", ".join(map(str, self.layers))
        return f"seed {self.seed}, {self.dtype}: {len(self.X)} × {self.X.shape[1]}; {layers}; {self.options}"


@dataclass(frozen=True)
class Outcome:
    """What a run ends with.

    values: parameters and state, the last loss, and the predictions, each (n,), float64. error: of a run that diverged.
    """

    values: tuple[np.ndarray, ...]
    error: str | None = None


@dataclass(frozen=True)
class Judgement:
    """How far the engines are apart.

    effects: of rounding in one engine, by the kind of proof; empty where the tolerance is not exceeded.
    """

    difference: float
    tolerance: float
    effects: dict[str, float] = dataclasses.field(default_factory=dict)

    @property
    def is_outlier(self) -> bool:
        """Whether the difference is above the tolerance."""
        return not self.difference <= self.tolerance

    @property
    def proof(self) -> str | None:
        """The first proof that the difference is rounding, or None."""
        large_enough = (kind for kind, effect in self.effects.items() if self.difference <= AMPLIFICATION * effect)
        return next(large_enough, None)

    @property
    def is_explained(self) -> bool:
        """Whether the difference is within the tolerance, or proved to be rounding."""
        return not self.is_outlier or self.proof is not None


def random_network(seed: int, dtype: str | None = None) -> RandomNetwork:
    """Return the random network of a seed."""
    rng = np.random.default_rng(seed)
    drawn_dtype = str(rng.choice(["float32", "float64"]))
    n, inputs, image_shape = int(rng.integers(2, 70)), int(rng.integers(1, 24)), None
    hidden: list[Any] = []
    options: dict[str, Any] = {}
    if rng.random() < 0.1:
        image_shape = (int(rng.integers(4, 9)), int(rng.integers(4, 9)))
        inputs = image_shape[0] * image_shape[1]
        options["augment"] = RandomDistortion(shift=1, rotate=15, scale=0.1, elastic=float(rng.integers(0, 2)))
    X = rng.standard_normal((n, inputs)) * 10.0 ** rng.uniform(-1, 1)
    if image_shape is None and inputs > 2 and rng.random() < 0.15:
        X[:, :2] = rng.integers(0, 4, (n, 2))
        hidden.append(Embedding((0, 1), 4, int(rng.integers(1, 5))))
    hidden += [_hidden_layer(rng) for _ in range(rng.integers(0, 5))]
    output, loss, y = _output(rng, n)
    options |= {"loss": loss, "optimizer": _optimizer(rng), **_options(rng, n, y), **_options_of_steps(seed)}
    if isinstance(options["optimizer"], LBFGS):  # needs a loss without chance, and has no steps of its own
        hidden = [layer for layer in hidden if not isinstance(layer, Dropout)]
        for name in (*STEP_OPTIONS, "augment"):
            options.pop(name, None)
    if isinstance(options["optimizer"], AdamW):
        options.pop("weight_decay", None)  # it has its own
    is_relative = any(name in options for name in ("sample_weight", "class_weight"))
    if is_relative or any(isinstance(layer, BatchNorm) for layer in hidden):
        options["batch_size"] = max(2, options["batch_size"])
    init = (str(rng.choice(list(INITIALIZERS))), {"name": "normal", "std": 0.1}) if rng.random() < 0.5 else (None, None)
    layers = (*_with_columnwise_or_residual(hidden, inputs, seed), output)
    return RandomNetwork(seed, dtype or drawn_dtype, layers, init, X, y, options, image_shape)


def outcome(network: RandomNetwork, engine: str, perturbation: int | None = None) -> Outcome:
    """Return what an engine makes of a network. perturbation: seed of changes by one ulp, None for no change."""
    X, image, options = network.X.astype(network.dtype), network.image_shape, dict(network.options)
    net = _built(network, network.layers)
    if perturbation is not None:
        rng = np.random.default_rng(perturbation)
        levels = 2 if isinstance(network.layers[0], Embedding) else 0  # of categories, which are exact
        X[:, levels:] = _by_one_ulp(X[:, levels:], rng)
        parameters = _by_one_ulp(net.parameters, rng)
        *hidden, last = network.layers
        if not net.is_canonical(net.loss(options["loss"])):  # else it is computed from the logits
            last = _rounded(last, rng)
        if engine == "numpy":  # the other has no kernels for functions of our own
            net = _built(network, [*(_rounded(layer, rng) for layer in hidden), last])
            if "augment" in options:
                options["augment"] = RoundedDistortion(options["augment"], rng)
        net.parameters[:] = parameters
    loss, error = np.zeros(0), None
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            for record in train(
                net, (X, network.y), epochs=EPOCHS, seed=2, engine=engine, image_shape=image, **options
            ):
                loss = np.array([record.loss])
                assert record.engine == engine, f"{network}: run by {record.engine}"
        except FloatingPointError as diverged:
            error = str(diverged)
        predicted = ENGINES[engine].predict(net, X)
    values = (np.concatenate([net.parameters, net.state]), loss, predicted.ravel())
    return Outcome(tuple(each.astype(np.float64) for each in values), error)


def difference(a: Outcome, b: Outcome) -> float:
    """Return the largest difference of two outcomes, as a share of the largest value; 0 if both runs diverged."""
    if a.error or b.error:
        return 0.0 if a.error and b.error else np.inf
    return max(map(_share_apart, a.values, b.values))


def _share_apart(a: np.ndarray, b: np.ndarray) -> float:
    """Return the largest difference of two arrays as a share of the largest value, or of 1; inf for NaN in one."""
    is_same = (a == b) | (np.isnan(a) & np.isnan(b))
    with np.errstate(all="ignore"):
        apart = np.where(is_same, 0.0, np.abs(a - b))
    largest = float(apart.max(initial=0.0)) / max(1.0, np.abs(a[np.isfinite(a)]).max(initial=0.0))
    return largest if np.isfinite(largest) else np.inf


def judge(network: RandomNetwork) -> Judgement:
    """Return how far the engines are apart, and if that is too far, the effect of rounding in one engine."""
    slow, fast = outcome(network, "numpy"), outcome(network, "compiled")
    tolerance = TOLERANCE[network.dtype]
    found = Judgement(difference(slow, fast), tolerance)
    if not found.is_outlier:
        return found
    effects = {
        f"one ulp, {engine}": max(difference(exact, outcome(network, engine, i)) for i in range(PERTURBATIONS))
        for engine, exact in (("numpy", slow), ("compiled", fast))
    }
    if network.dtype == "float32":
        effects["float64, numpy"] = difference(slow, outcome(dataclasses.replace(network, dtype="float64"), "numpy"))
    return dataclasses.replace(found, effects=effects)


class Rounded:
    """An activation function whose results are off by one ulp at random."""

    def __init__(self, exact: Any, rng: np.random.Generator) -> None:
        self.exact, self.rng, self.output = exact, rng, exact.output

    def forward(self, z: np.ndarray) -> np.ndarray:
        return _by_one_ulp(self.exact.forward(z), self.rng)

    def backward(self, da: np.ndarray, z: np.ndarray, a: np.ndarray) -> np.ndarray:
        return _by_one_ulp(self.exact.backward(da, z, a), self.rng)


class RoundedDistortion:
    """A random distortion whose positions are off by one ulp at random."""

    def __init__(self, exact: RandomDistortion, rng: np.random.Generator) -> None:
        self.exact, self.rng = exact, rng

    def apply(self, images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        def warp(images: np.ndarray, affine: np.ndarray, field: Any, fill: Any) -> np.ndarray:
            return warp_images(images, _by_one_ulp(affine, self.rng), field, fill)

        return self.exact.apply(images, rng, warp)


def _rounded(layer: Any, rng: np.random.Generator) -> Any:
    if not isinstance(layer, (Dense, Activation)):
        return layer
    return dataclasses.replace(layer, activation=Rounded(layer.activation, rng))


def _built(network: RandomNetwork, layers: Sequence[Any]) -> Network:
    init, bias_init = network.init
    return Network(network.X.shape[1], list(layers), dtype=network.dtype, init=init, bias_init=bias_init, seed=1)


def _by_one_ulp(values: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return values of which each is the next larger, the next smaller, or the same float."""
    towards = rng.choice([-np.inf, 0.0, np.inf], values.shape)
    return np.where((towards == 0) | (values == 0), values, np.nextafter(values, towards.astype(values.dtype)))


def _hidden_layer(rng: np.random.Generator) -> Any:
    kind = rng.choice(["dense", "activation", "dropout", "batchnorm", "layernorm"], p=[0.6, 0.1, 0.1, 0.1, 0.1])
    if kind == "dense":
        units = int(rng.integers(1, 40))
        return Dense(units, _activation(rng, units))
    if kind == "activation":
        return Activation(_activation(rng, None))
    if kind == "dropout":
        return Dropout(float(rng.choice([0.0, 0.2, 0.5])))
    if kind == "batchnorm":
        return BatchNorm(momentum=float(rng.choice([0.1, 0.5])), epsilon=float(rng.choice([1e-5, 1e-3])))
    return LayerNorm(epsilon=float(rng.choice([1e-5, 1e-3])))


def _with_columnwise_or_residual(hidden: list[Any], inputs: int, seed: int) -> list[Any]:
    """Return the hidden layers of some seeds with one layer more, or with some of them inside a residual layer."""
    rng = np.random.default_rng([seed, 2])
    if rng.random() > 0.3:
        return hidden
    first = int(any(isinstance(layer, Embedding) for layer in hidden))
    place = int(rng.integers(first, len(hidden) + 1))
    width = inputs
    for layer in hidden[:place]:
        width = layer.output_width(width)
    columns, units = int(rng.integers(1, width + 1)), int(rng.integers(1, 20))
    if place < len(hidden) and rng.random() < 0.4:
        end = int(rng.integers(place + 1, len(hidden) + 1))
        inner = Residual(hidden[place:end], init=str(rng.choice(["zeros", "glorot_normal"])))
        return [*hidden[:place], inner, *hidden[end:]]
    count = 1 + columns % 4
    new = [
        [Scale()],
        [ParametricActivation(str(rng.choice([name for name in ACTIVATIONS if name not in ("identity", "linear")])))],
        [PeriodicEmbedding(columns, int(rng.integers(1, 6)), 2 + units % 3)],
        [PiecewiseLinearEmbedding(columns, int(rng.integers(1, 9)), units, linear=bool(rng.integers(2)))],
        [Members(count), MemberDense(units, count, shared=bool(rng.integers(2)))],
    ][rng.integers(5)]
    return [*hidden[:place], *new, *hidden[place:]]


def _activation(rng: np.random.Generator, units: int | None) -> Any:
    name = str(rng.choice(list(ACTIVATIONS)))
    if name == "leaky_relu":
        return LeakyReLU(float(rng.choice([0.01, 0.3, -0.3])))
    if name == "softmax_groups" and units is not None and units > 2:
        first = int(rng.integers(1, units))
        return SoftmaxGroups((first, units - first))
    return name


def _output(rng: np.random.Generator, n: int) -> tuple[Any, Any, np.ndarray]:
    """Return an output layer, a loss that suits it, and targets."""
    k = int(rng.integers(1, 6))
    classes = max(k, 2)
    labels = np.append(rng.integers(0, classes, n - 1), classes - 1)
    shares = rng.dirichlet(np.ones(classes), n)
    numbers, counts, yes_no = (
        rng.standard_normal((n, k)),
        rng.poisson(2.0, (n, k)) * 1.0,
        rng.integers(0, 2, (n, k)) * 1.0,
    )
    smoothing, cap = float(rng.choice([0.0, 0.1])), rng.choice([None, 0.7])
    first = int(rng.integers(1, classes))
    groups = (first, classes - first)
    of_groups = np.hstack([rng.dirichlet(np.ones(size), n) for size in groups])
    made = [
        ("softmax", CrossEntropy(label_smoothing=smoothing, cap=cap), labels),
        ("softmax", CrossEntropy(label_smoothing=smoothing, cap=cap), shares),
        ("softmax", BinaryCrossEntropy(cap=cap), shares),
        ("sigmoid", BinaryCrossEntropy(cap=cap), yes_no),
        (SoftmaxGroups(groups), CrossEntropyGroups(groups, label_smoothing=smoothing, cap=cap), of_groups),
        (str(rng.choice(["exponential", "softplus"])), Poisson(deviance=bool(rng.integers(2))), counts),
        *(
            (_activation(rng, k), loss, numbers)
            for loss in ("squared_error", "absolute_error", Huber(0.4), Quantile(0.8))
        ),
        ("identity", "squared_error", numbers),
    ]
    activation, loss, y = made[rng.integers(len(made))]
    return Dense(classes if y.ndim == 1 else y.shape[1], activation), loss, y


def _optimizer(rng: np.random.Generator) -> Any:
    rate = float(10 ** rng.uniform(-4, -1))
    return [
        SGD(rate),
        SGD(rate, momentum=0.9, nesterov=bool(rng.integers(2)), rate_in_velocity=bool(rng.integers(2))),
        Adagrad(rate),
        RMSProp(rate, momentum=float(rng.choice([0.0, 0.5])), centered=bool(rng.integers(2))),
        Adadelta(10 * rate),
        Adam(rate, epsilon_first=bool(rng.integers(2))),
        AMSGrad(rate),
        AdamW(rate, weight_decay=0.3, decay_biases=bool(rng.integers(2))),
        NAdam(rate),
        Lion(rate),
        LBFGS(),
    ][rng.integers(11)]


def _options_of_steps(seed: int) -> dict[str, Any]:
    rng = np.random.default_rng([seed, 1])
    if rng.random() > 0.15:
        return {}
    chosen = [str(kind) for kind in rng.choice(KINDS, 2, replace=False)]
    factors = [(float(rng.choice([0.0, 0.5, 2.0])), float(rng.choice([0.0, 2.0]))) for _ in chosen]
    groups = {
        kind: {"learning_rate": rate, "weight_decay": decay}
        for kind, (rate, decay) in zip(chosen, factors, strict=True)
    }
    schedules = {name: str(rng.choice(list(SCHEDULES))) for name in ("weight_decay_schedule", "dropout_schedule")}
    return {"parameter_groups": groups, **schedules}


def _options(rng: np.random.Generator, n: int, y: np.ndarray) -> dict[str, Any]:
    possible: dict[str, Any] = {
        "schedule": str(rng.choice(list(SCHEDULES))),
        "l1": float(10 ** rng.uniform(-4, -1)),
        "l2": float(10 ** rng.uniform(-4, -1)),
        "weight_decay": float(10 ** rng.uniform(-3, -1)),
        "clip_norm": float(10 ** rng.uniform(-2, 1)),
        "clip_value": float(10 ** rng.uniform(-3, 0)),
        "ema": float(rng.choice([0.5, 0.9])),
        "sample_weight": rng.integers(0, 3, n).astype(float) if rng.random() < 0.5 else rng.random(n),
        "shuffle": False,
        "threads": 1,
    }
    chosen = {name: value for name, value in possible.items() if rng.random() < 0.2}
    if y.ndim == 1 and rng.random() < 0.2:
        chosen["class_weight"] = "balanced"
    if "sample_weight" in chosen and not chosen["sample_weight"].any():
        chosen["sample_weight"][0] = 1.0
    return chosen | {"batch_size": int(rng.choice([1, 2, 3, 8, 16, 32, 100]))}
