"""Both engines give the same run for every activation, loss, optimizer, layer, and option in both precisions."""

import dataclasses
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from glassnet.engines.compiled.kernels.activations import ACTIVATIONS as COMPILED_ACTIVATIONS
from glassnet.engines.compiled.kernels.layers_table import LAYERS as COMPILED_LAYERS
from glassnet.engines.compiled.kernels.losses import LOSSES as COMPILED_LOSSES
from glassnet.engines.compiled.kernels.optimizers import OPTIMIZERS as COMPILED_OPTIMIZERS
from glassnet.engines.dispatch import ENGINES, choose
from glassnet.maths.activations import ACTIVATIONS, Identity, LeakyReLU, SoftmaxGroups
from glassnet.maths.losses import (
    LOSSES,
    BinaryCrossEntropy,
    CrossEntropy,
    CrossEntropyGroups,
    Huber,
    Poisson,
    Quantile,
    SquaredError,
)
from glassnet.maths.optimizers import LBFGS, OPTIMIZERS, SGD, RMSProp
from glassnet.maths.optimizers.adam import Adam, AdamW, NAdam
from glassnet.network.columnwise import ParametricActivation, Scale
from glassnet.network.embedding import Embedding
from glassnet.network.layers import LAYERS, Activation, Dense, Dropout, Residual
from glassnet.network.members import MemberDense, Members
from glassnet.network.network import Network
from glassnet.network.normalization import BatchNorm, LayerNorm
from glassnet.network.periodic_embedding import PeriodicEmbedding
from glassnet.network.piecewise_linear import PiecewiseLinearEmbedding
from glassnet.training.train import train

by_dtype = pytest.mark.parametrize("dtype", ["float32", "float64"])

# 45 rows: batches of 8 leave one of 5; 20 columns and 17 units are no whole number of vectors.
N, COLUMNS = 45, 20
rng = np.random.default_rng(3)
X = rng.standard_normal((N, COLUMNS))
LABELS = rng.integers(0, 3, N)
SHARES = rng.dirichlet(np.ones(3), N)
CHOICES = np.hstack([rng.dirichlet(np.ones(2), N), np.ones((N, 1))])
NUMBERS = rng.standard_normal((N, 3))
COUNTS = rng.poisson(2.0, (N, 3)).astype(float)
YES_NO = rng.integers(0, 2, (N, 3)).astype(float)
WEIGHTS = rng.integers(0, 3, N).astype(float)
SOME_BATCHES_WEIGH_NOTHING = np.repeat([1.0, 0.0, 2.0, 0.0, 0.0, 1.0], 8)[:N]
TABLE = np.hstack([rng.integers(0, 4, (N, 2)), X[:, :3]]).astype(float)

TOLERANCE = {"float32": 1e-4, "float64": 1e-10}
"""Largest allowed difference after five epochs, relative to the largest parameter."""


@dataclass(frozen=True)
class Case:
    layers: tuple[Any, ...] = (Dense(17, "relu"), Dense(3, "softmax"))
    data: tuple[Any, Any] = (X, LABELS)
    options: tuple[tuple[str, Any], ...] = ()

    def network(self, dtype: str) -> Network:
        return Network(self.data[0].shape[1], list(self.layers), dtype=dtype, seed=5)


def hidden(*between: Any) -> tuple[Any, ...]:
    return (Dense(17), *between, Dense(3, "softmax"))


def with_options(**options: Any) -> Case:
    return Case(options=tuple(options.items()))


def ends(activation: Any, loss: Any, y: Any, **options: Any) -> Case:
    return Case((Dense(17, "tanh"), Dense(3, activation)), (X, y), tuple({"loss": loss, **options}.items()))


def made_for(kind: type[Any]) -> Case:
    """The loss on its default output, or on any number."""
    y = {"softmax": LABELS, "softmax_groups": SHARES}.get(kind.canonical, YES_NO)
    return ends(kind.canonical or "identity", kind(), y, optimizer=SGD(0.02))


def member_case(**options: Any) -> Case:
    """Two members with layers of all kinds in front of and behind their copies of the input, dropout included."""
    before = [Embedding((0,), (4,), 2), PiecewiseLinearEmbedding(2, 4, 3), BatchNorm(), Dropout(0.2)]
    path = [Residual([Dense(9, "relu"), LayerNorm()]), Activation("tanh"), Scale(), Dropout(0.1), Members(2)]
    behind = [MemberDense(6, 2), BatchNorm(), ParametricActivation("mish"), Dropout(0.3), Scale()]
    heads = [MemberDense(3, 2, shared=False), Activation(SoftmaxGroups((3, 3)))]
    loss = CrossEntropyGroups((3, 3), label_smoothing=0.1)
    own = {"member_batches": True, "loss": loss, "optimizer": SGD(0.05), **options}
    return Case((*before, *path, *behind, *heads), (TABLE, np.hstack([SHARES, SHARES])), tuple(own.items()))


PLAIN_LAYERS = {
    name: kind
    for name, kind in LAYERS.items()
    if all(field.default is not dataclasses.MISSING for field in dataclasses.fields(kind))
}
"""The layers without required options."""

CASES = {
    **{f"activation {name}": Case(hidden(Activation(name))) for name in ACTIVATIONS},
    "activation leaky_relu with another slope": Case(hidden(Activation(LeakyReLU(-0.3)))),
    "an activation on the data themselves": Case((Activation("tanh"), *hidden())),
    "two activations in a row": Case(hidden(Activation("relu"), Activation("sigmoid"), Activation("gelu"))),
    **{
        f"layer {name}": Case(hidden(kind()), options=(("optimizer", SGD(0.05)),))
        for name, kind in PLAIN_LAYERS.items()
    },
    "members with batches of their own": member_case(),
    "members with batches and weights of their own": member_case(sample_weight=WEIGHTS, clip_norm=0.5),
    "two dropouts": Case(hidden(Dropout(0.3), Activation("sigmoid"), Dropout(0.5))),
    "dropout on the data themselves": Case((Dropout(0.2), *hidden())),
    "dropout of nothing": Case(hidden(Dropout(0.0))),
    "batchnorm before relu": Case(hidden(BatchNorm(), Activation("relu")), options=(("optimizer", SGD(0.05)),)),
    "batchnorm on the data themselves": Case((BatchNorm(momentum=0.3, epsilon=1e-3), *hidden())),
    "layernorm before tanh": Case(hidden(LayerNorm(), Activation("tanh"))),
    "layernorm on the data themselves": Case((LayerNorm(epsilon=1e-3), *hidden())),
    "scales on the data themselves and above": Case((Scale(), Dense(17, "relu"), Scale(), Dense(3, "softmax"))),
    **{
        f"layer parametric_activation {name}": Case(hidden(ParametricActivation(name)))
        for name in ACTIVATIONS
        if name not in ("identity", "linear")
    },
    "layer parametric_activation with another slope": Case(hidden(ParametricActivation(LeakyReLU(-0.3)), Dropout(0.2))),
    "a parametric activation on the data themselves": Case((ParametricActivation("tanh"), *hidden())),
    "layer periodic_embedding": Case((PeriodicEmbedding(4), *hidden(Activation("relu")))),
    "layer periodic_embedding of some columns, above a scale": Case(
        (Scale(), PeriodicEmbedding(2, frequencies=5, units=9, sigma=2.0), Scale(), *hidden())
    ),
    "a periodic embedding between dense layers": Case((Dense(7, "tanh"), PeriodicEmbedding(6, 3, 2), *hidden())),
    "layer embedding": Case((Embedding((0, 1), 4, 3), Dense(9, "relu"), Dense(3, "softmax")), (TABLE, LABELS)),
    "layer piecewise_linear_embedding": Case((PiecewiseLinearEmbedding(18, 9, 3), *hidden())),
    "piecewise_linear_embedding with a linear part": Case((PiecewiseLinearEmbedding(20, 2, 7, linear=True), *hidden())),
    "piecewise_linear_embedding of hidden units": Case(hidden(PiecewiseLinearEmbedding(5, 4, 16))),
    **{
        f"layer residual, {name}": Case(layers, options=(("optimizer", SGD(0.05)),))
        for name, layers in {
            "first": (Residual([Dense(9, "relu"), Dense(7)]), Activation("tanh"), Dense(3, "softmax")),
            "last": (Dense(5, "tanh"), Residual([Dense(9, "relu"), Dense(3)]), Activation("softmax")),
            "ends in an activation": hidden(Residual([Dense(5, "relu"), Dense(9, "mish")], init="glorot_normal")),
            "begins with activations": hidden(Residual([Activation("tanh"), Activation("gelu"), Dense(6)])),
            "begins with dropout": hidden(Residual([Dropout(0.3), Dense(8, "selu"), BatchNorm()])),
            "of dropout alone": hidden(Residual([Dropout(0.4)], init="orthogonal")),
            "of nothing": hidden(Residual([Activation("identity")], init="orthogonal")),
            "two in a row": hidden(*(Residual([Dense(8, "relu"), Dense(6)], init="he_normal") for _ in range(2))),
            "after an activation": (Dense(6, "gelu"), Residual([Activation("relu")], init="normal"), *hidden()),
            "of a scaled input": (Scale(), Residual([Dense(4, "relu")], init="normal"), Dense(3, "softmax")),
            "of an activation of the data": (Residual([Activation("tanh")], init="normal"), Dense(3, "softmax")),
        }.items()
    },
    "layer residual, with dropout that fades": Case(
        hidden(Residual([Dropout(0.5), Dense(8, "selu")])), options=(("dropout_schedule", "cosine"),)
    ),
    "layer residual, the output itself": Case(
        (Dense(9, "relu"), Residual([Dense(4, "tanh"), Dense(3)])), (X, NUMBERS), (("loss", "squared_error"),)
    ),
    "layer members": Case((Members(3), Dense(8, "relu"), Dense(3, "softmax"))),
    "layer member_dense": Case(
        (Members(3), MemberDense(9, 3), Activation("tanh"), Scale(), MemberDense(17, 3), Dense(3, "softmax"))
    ),
    "layer member_dense, not shared": Case(
        (Dense(8, "relu"), Members(4), MemberDense(5, 4, shared=False), Activation("mish"), Dense(3, "softmax"))
    ),
    "members with heads of their own": Case(
        (
            *(Members(2), MemberDense(12, 2), Activation("selu"), Dropout(0.2)),
            MemberDense(3, 2, shared=False),
            Activation(SoftmaxGroups((3, 3))),
        ),
        (X, np.hstack([SHARES, SHARES])),
        (("loss", CrossEntropyGroups((3, 3))),),
    ),
    "two embeddings": Case((Embedding(0, 4, 2), Embedding(0, 4, 3), Dense(3, "softmax")), (TABLE, LABELS)),
    "one layer alone": Case((Dense(3, "softmax"),)),
    "a deep network": Case((*(Dense(9, "tanh") for _ in range(12)), Dense(3, "softmax"))),
    "more units than a tile": Case((Dense(70, "relu"), Dense(33, "relu"), Dense(3, "softmax"))),
    "the output of a normalization": Case((Dense(3), LayerNorm()), (X, NUMBERS), (("loss", "huber"),)),
    **{f"loss {name}": made_for(kind) for name, kind in LOSSES.items()},
    "loss cross_entropy, smoothed": ends("softmax", CrossEntropy(0.1), LABELS),
    "loss cross_entropy of shares": ends("softmax", CrossEntropy(0.2), SHARES),
    "loss binary_cross_entropy after softmax": ends("softmax", "binary_cross_entropy", SHARES),
    "loss squared_error, half": ends("identity", SquaredError(half=True), NUMBERS),
    "loss squared_error, half the mean": ends("identity", SquaredError(half=True, mean=True), NUMBERS),
    "loss squared_error, the mean with the gradient of the sum": ends(
        "identity", SquaredError(mean=True, gradient_of_sum=True), NUMBERS
    ),
    "loss poisson deviance": ends("exponential", Poisson(deviance=True), COUNTS, optimizer=SGD(0.01)),
    "loss poisson deviance after softplus": ends("softplus", Poisson(deviance=True), COUNTS),
    "loss quantile, a high one": ends("identity", Quantile(0.9), NUMBERS),
    "loss cross_entropy with a cap": ends("softmax", CrossEntropy(cap=0.7), LABELS),
    "loss cross_entropy of shares with a cap": ends("softmax", CrossEntropy(cap=0.7), SHARES),
    "loss binary_cross_entropy with a cap": ends("sigmoid", BinaryCrossEntropy(cap=0.5), YES_NO),
    "loss cross_entropy_groups of two": ends(
        SoftmaxGroups((2, 1)), CrossEntropyGroups((2, 1), label_smoothing=0.1, cap=0.6), CHOICES
    ),
    "loss binary_cross_entropy after softmax_groups": ends(SoftmaxGroups((2, 1)), BinaryCrossEntropy(cap=0.6), SHARES),
    "loss cross_entropy_groups below a layer": Case(
        (Dense(5, SoftmaxGroups((2, 3))), Dense(3, "softmax_groups")), (X, SHARES)
    ),
    "loss squared_error after tanh": ends("tanh", "squared_error", NUMBERS),
    "loss huber with another delta": ends("identity", Huber(0.4), NUMBERS),
    "loss poisson after softplus": ends("softplus", "poisson", COUNTS),
    "loss squared_error after softmax": ends("softmax", "squared_error", SHARES),
    "cross entropy of what one softmax gives to another layer": Case(
        (Dense(5), Activation("softmax"), BatchNorm(), Dense(3, "softmax"))
    ),
    **{
        f"optimizer {name}": with_options(optimizer={"name": name, "learning_rate": 0.01})
        for name in OPTIMIZERS
        if name != "lbfgs"
    },
    "sgd with momentum": with_options(optimizer=SGD(0.05, momentum=0.9)),
    "sgd with Nesterov's momentum": with_options(optimizer=SGD(0.05, momentum=0.9, nesterov=True)),
    "sgd with the rate in the velocity": with_options(
        optimizer=SGD(0.05, momentum=0.9, rate_in_velocity=True), schedule="cosine"
    ),
    "sgd with both": with_options(
        optimizer=SGD(0.05, momentum=0.9, nesterov=True, rate_in_velocity=True), schedule="cosine"
    ),
    "adam with epsilon first": with_options(optimizer=Adam(0.01, epsilon_first=True)),
    "adamw that spares biases": with_options(optimizer=AdamW(0.01, weight_decay=0.5, decay_biases=False)),
    "adamw": with_options(optimizer=AdamW(0.01, weight_decay=0.5)),
    "rmsprop, centered": with_options(optimizer=RMSProp(0.01, centered=True)),
    "rmsprop with momentum": with_options(optimizer=RMSProp(0.01, momentum=0.5)),
    "rmsprop, both": with_options(optimizer=RMSProp(0.01, momentum=0.5, centered=True)),
    "l-bfgs": Case(options=(("optimizer", LBFGS()), ("l2", 0.01))),
    "l1": with_options(l1=0.01, optimizer=SGD(0.05)),
    "l2": with_options(l2=0.05),
    "weight decay": with_options(weight_decay=0.5),
    "clipped values": with_options(clip_value=0.01),
    "clipped norm": with_options(clip_norm=0.1),
    "every penalty at once": with_options(l1=0.002, l2=0.02, clip_value=0.03, clip_norm=0.2, weight_decay=0.1),
    "a rate for every step": with_options(schedule="one_cycle"),
    "sample weights": with_options(sample_weight=WEIGHTS),
    "batches that weigh nothing": with_options(
        sample_weight=SOME_BATCHES_WEIGH_NOTHING, shuffle=False, optimizer=NAdam(0.01)
    ),
    "class weights": with_options(class_weight="balanced"),
    "one row at a time": with_options(batch_size=1, optimizer=SGD(0.02)),
    "three rows at a time": with_options(batch_size=3),
    "all rows at once": with_options(batch_size=N),
    "more rows than there are": with_options(batch_size=1000),
    "rows of another format and order": Case(data=(np.asfortranarray(X.astype(np.float16)), LABELS)),
    "bytes": Case(data=(np.abs(X * 20).astype(np.uint8), LABELS), options=(("optimizer", SGD(1e-3)),)),
}


def five_epochs(case: Case, dtype: str, engine: str, **more: Any) -> tuple[Network, list[Any]]:
    net = case.network(dtype)
    options = {"optimizer": Adam(0.01), "batch_size": 8, **dict(case.options), **more}
    x, y = case.data
    records = train(net, (x, y), valid=(x[:9], y[:9]), epochs=5, seed=2, engine=engine, **options)
    return net, list(records)


@by_dtype
@pytest.mark.parametrize("name", CASES)
def test_the_engines_agree_after_five_epochs(name: str, dtype: str) -> None:
    slow, fast = (five_epochs(CASES[name], dtype, engine) for engine in ("numpy", "compiled"))
    assert {record.engine for record in fast[1]} == {"compiled"}
    tolerance = TOLERANCE[dtype]
    for what in ("parameters", "state"):
        a, b = getattr(slow[0], what), getattr(fast[0], what)
        np.testing.assert_allclose(b, a, rtol=tolerance, atol=tolerance * max(1.0, np.abs(a).max(initial=0)))
    for view, other in zip(slow[0].named_gradients().values(), fast[0].named_gradients().values(), strict=True):
        np.testing.assert_allclose(other, view, rtol=10 * tolerance, atol=10 * tolerance)
    for a, b in zip(slow[1], fast[1], strict=True):
        assert (b.accuracy, b.valid_accuracy) == (a.accuracy, a.valid_accuracy)
        assert (b.loss, b.valid_loss) == pytest.approx((a.loss, a.valid_loss), rel=10 * tolerance)


def test_every_kernel_is_in_the_table_and_has_a_kernel() -> None:
    families = (("activation", ACTIVATIONS), ("optimizer", OPTIMIZERS), ("layer", LAYERS), ("loss", LOSSES))
    for family, known in families:
        for name in known:
            exempt = name in ("lbfgs", "dense", "activation")
            assert exempt or any(case.startswith(f"{family} {name}") for case in CASES), (family, name)
    assert set(COMPILED_ACTIVATIONS) | {"identity", "linear"} == set(ACTIVATIONS)
    # The plan consists of the inner layers of a residual layer.
    assert set(COMPILED_LAYERS) | {"activation", "residual"} == set(LAYERS)
    assert {kernel.split(" ")[0] for kernel in COMPILED_OPTIMIZERS} | {"lbfgs"} == set(OPTIMIZERS)
    assert {kernel.split(" ")[0] for kernel in COMPILED_LOSSES} == set(LOSSES)


@by_dtype
@pytest.mark.parametrize("rows", [0, 1, 2, 7, 8, 9, 100, 1000])
def test_the_engines_predict_the_same(rows: int, dtype: str) -> None:
    embedded = [PeriodicEmbedding(2), Scale(), Dense(9), ParametricActivation("mish"), PeriodicEmbedding(3, 5, 8)]
    for layers in (
        [Dense(17, "gelu"), BatchNorm(), Dropout(0.5), Dense(3, "softmax")],
        [LayerNorm(), Dense(2)],
        embedded,
        [*embedded, ParametricActivation("tanh")],
    ):
        net = Network(COLUMNS, layers, dtype=dtype, seed=1)
        x = np.random.default_rng(rows).standard_normal((rows, COLUMNS)).astype(dtype)
        slow, fast = (ENGINES[engine].predict(net, x) for engine in ("numpy", "compiled"))
        assert fast.dtype == dtype
        np.testing.assert_allclose(fast, slow, rtol=TOLERANCE[dtype], atol=TOLERANCE[dtype])


@pytest.mark.parametrize("engine", ["numpy", "compiled"])
@pytest.mark.parametrize(("option", "penalty"), [({"l1": 0.5}, 1.5e25), ({"l2": 1e-20}, 2.5e30)])
def test_penalties_of_large_weights_do_not_overflow(engine: str, option: dict[str, float], penalty: float) -> None:
    net = Network(2, [Dense(1)], dtype="float32", seed=0)
    net.parameters[:] = [1e25, -2e25, 0]
    (record,) = train(net, (np.zeros((4, 2)), np.zeros(4)), optimizer=SGD(1e-9), epochs=1, engine=engine, **option)
    assert record.loss == pytest.approx(penalty)


@pytest.mark.parametrize("engine", ["numpy", "compiled"])
def test_the_norm_of_a_large_gradient_does_not_overflow(engine: str) -> None:
    net = Network(1, [Dense(1)], dtype="float32", seed=0)
    net.parameters[:] = 0
    options = {"loss": "absolute_error", "optimizer": SGD(1.0), "batch_size": 4, "clip_norm": 2.0}
    list(train(net, (np.full((4, 1), 1e25), np.ones(4)), epochs=1, engine=engine, **options))
    np.testing.assert_allclose(net.named_parameters()["dense1.W"], 2.0, rtol=1e-6)


class Bent:
    """A custom activation."""

    def forward(self, z: np.ndarray) -> np.ndarray:
        return np.arctan(z)

    def backward(self, da: np.ndarray, z: np.ndarray, a: np.ndarray) -> np.ndarray:
        return da / (1 + z * z)


class Fourth:
    """A custom loss."""

    canonical = None
    needs = None

    def targets(self, y: np.ndarray, outputs: int) -> np.ndarray:
        return y

    def value(self, a: np.ndarray, Y: np.ndarray) -> np.ndarray:
        return ((a - Y) ** 4).sum(axis=1)

    def gradient(self, a: np.ndarray, Y: np.ndarray) -> np.ndarray:
        return 4 * (a - Y) ** 3


class Slowly(SGD):
    """A custom optimizer."""


@pytest.mark.parametrize(
    ("layers", "options", "said"),
    [
        ([Dense(4, Bent()), Dense(3)], {}, "the activation Bent of dense1 has no compiled kernel"),
        ([Dense(3)], {"loss": Fourth()}, "the loss Fourth has no compiled kernel"),
        ([Dense(3)], {"optimizer": Slowly(0.01)}, "the optimizer Slowly has no compiled kernel"),
    ],
)
@pytest.mark.parametrize("engine", ["auto", "compiled"])
def test_components_for_the_numpy_engine_only_warn_once_by_name_and_run(
    layers: list[Any], options: dict[str, Any], said: str, engine: str
) -> None:
    net = Network(COLUMNS, layers)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        records = list(train(net, (X, NUMBERS), epochs=3, engine=engine, **options))
    assert [str(warning.message) for warning in caught] == [f"{said}; using the numpy engine"]
    assert [warning.filename for warning in caught] == [__file__]  # the line that called train
    assert {record.engine for record in records} == {"numpy"}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        list(train(Network(COLUMNS, layers), (X, NUMBERS), epochs=1, engine="numpy", **options))


def test_same_seed_same_bits() -> None:
    case = Case(hidden(Dropout(0.3), BatchNorm(), Activation("relu")))
    runs = [five_epochs(case, "float32", "compiled")[0].parameters for _ in range(2)]
    np.testing.assert_array_equal(*runs)


def test_the_identity_returns_its_input() -> None:
    assert choose("numpy", None, LABELS, 1, 1) is ENGINES["numpy"]  # type: ignore[arg-type] - no job is looked at
    assert Identity().forward(X) is X


@by_dtype
@pytest.mark.parametrize("targets", ["labels", "shares"])
@pytest.mark.parametrize("what", ["ties", "NaN", "inf"])
def test_engines_count_the_same_predictions_as_correct(what: str, targets: str, dtype: str) -> None:
    draw = np.random.default_rng(0)
    net = Network(3, [Dense(3, "softmax")], dtype=dtype, seed=0)
    net.parameters[:] = 0
    net.named_parameters()["dense1.W"][:] = np.eye(3)
    x, y = draw.integers(-2, 3, (300, 3)).astype(dtype), draw.integers(0, 3, 300)
    if what != "ties":
        x[draw.random(x.shape) < 0.2] = float(what)
    Y = y if targets == "labels" else np.eye(3, dtype=dtype)[y]
    with np.errstate(invalid="ignore"):
        counts = [engine.evaluate(net, x, Y, CrossEntropy()).correct for engine in ENGINES.values()]
    assert counts[0] == counts[1]
