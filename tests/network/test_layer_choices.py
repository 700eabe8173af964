"""Choosing layers by object, name, or spec; errors; and custom layers and activations."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from glassnet.maths.activations import Tanh
from glassnet.maths.initializers import HeNormal, Normal
from glassnet.maths.optimizers import SGD
from glassnet.network.gradient_check import check_gradient
from glassnet.network.layer import Layer
from glassnet.network.layers import (
    LAYERS,
    Activation,
    BatchNorm,
    Dense,
    Dropout,
    Embedding,
    LayerNorm,
    ParametricActivation,
    PeriodicEmbedding,
    Residual,
    Scale,
    layer,
    layer_to_spec,
)
from glassnet.network.members import MemberDense, Members
from glassnet.network.network import Network
from glassnet.network.piecewise_linear import PiecewiseLinearEmbedding
from glassnet.training.train import train
from helpers.networks import ROWS, TABLE, by_dtype, network_of


@pytest.mark.parametrize(
    "one",
    [
        Dense(6),
        Dense(6, "relu", init=HeNormal(), bias_init=Normal(0.1), inputs=4),
        Dense(6, {"name": "leaky_relu", "slope": 0.2}),
        Activation("softmax"),
        Dropout(0.3),
        BatchNorm(momentum=0.2, epsilon=1e-3),
        LayerNorm(epsilon=1e-6),
        Scale(),
        PeriodicEmbedding(3, 5, 6, 0.5),
        ParametricActivation({"name": "leaky_relu", "slope": 0.2}),
        Embedding(2, 4, 3),
        Embedding([0, 2], [3, 4], 2),
        Members(3),
        MemberDense(5, 3, shared=False, init="orthogonal"),
        Residual([Dense(3, "relu"), Dropout(0.5), Dense(2)], init=Normal(0.1)),
        PiecewiseLinearEmbedding(3, bins=8, units=4, linear=True),
    ],
    ids=lambda one: f"{one.kind}",
)
def test_specs_and_layers_convert_into_each_other(one: Layer) -> None:
    assert layer(layer_to_spec(one)) == one


def test_specs_have_plain_numbers_also_for_numpy_scalars() -> None:
    assert json.dumps(layer_to_spec(Dense(np.arange(3).max() + 1))) == json.dumps(layer_to_spec(Dense(3)))
    assert json.dumps(layer_to_spec(Dropout(np.float32(0.5)))) == json.dumps(layer_to_spec(Dropout(0.5)))
    assert repr(Embedding(np.int64(1), [np.int64(3)], 2)) == repr(Embedding(1, 3, 2))
    assert json.dumps(layer_to_spec(Embedding(np.int64(1), [np.int64(3)], np.int64(2))))


def test_every_layer_can_be_chosen_by_name() -> None:
    options = {
        "dense": {"units": 3},
        "activation": {"activation": "relu"},
        "parametric_activation": {"activation": "relu"},
        "periodic_embedding": {"columns": 2},
        "embedding": {"columns": 0, "levels": 2, "units": 2},
        "piecewise_linear_embedding": {"columns": 2},
        "residual": {"layers": ["batchnorm"]},
        "members": {"members": 3},
        "member_dense": {"units": 3, "members": 2},
    }
    for name, cls in LAYERS.items():
        assert type(layer({"name": name, **options.get(name, {})})) is cls


REFUSED = {
    "unknown name": (lambda: layer("dens"), ValueError, "unknown layer 'dens'; did you mean 'dense'?"),
    "unknown option": (lambda: layer({"name": "dense", "unit": 3}), ValueError, "did you mean 'units'?"),
    "option missing": (lambda: layer("dense"), TypeError, "layer 'dense' needs more options"),
    "no layer": (lambda: layer(Tanh()), TypeError, "a layer must be an object such as Dense(10, 'relu')"),
    "class": (lambda: layer(Dense), TypeError, "write Dense(...)"),
    "no units": (lambda: Dense(0), ValueError, "units of a Dense layer must be at least 1, got 0"),
    "half a unit": (lambda: Dense(2.5), TypeError, "units of a Dense layer must be a whole number, got 2.5"),
    "activation": (lambda: Dense(2, "rleu"), ValueError, "unknown activation 'rleu'; did you mean 'relu'?"),
    "init": (lambda: Dense(2, init="he"), ValueError, "unknown initializer 'he'"),
    "dropout of all": (lambda: Dropout(1), ValueError, "rate of a Dropout layer must be at least 0 and below 1, got 1"),
    "momentum": (lambda: BatchNorm(momentum=0), ValueError, "momentum of a BatchNorm layer must be above 0"),
    "batchnorm's ε": (lambda: BatchNorm(epsilon=0), ValueError, "epsilon of a BatchNorm layer must be above 0, got 0"),
    "layernorm's ε": (lambda: LayerNorm(epsilon=-1), ValueError, "epsilon of a LayerNorm layer must be above 0"),
    "parametric identity": (
        lambda: ParametricActivation("linear"),
        ValueError,
        "activation of a ParametricActivation layer must not be the identity",
    ),
    "no periods": (
        lambda: PeriodicEmbedding(2, sigma=0),
        ValueError,
        "sigma of a PeriodicEmbedding layer must be above 0, got 0",
    ),
    "nothing but the column": (
        lambda: PeriodicEmbedding(2, units=1),
        ValueError,
        "units of a PeriodicEmbedding layer must be at least 2, got 1",
    ),
    "too many periodic columns": (
        lambda: Network(4, [PeriodicEmbedding(5)]),
        ValueError,
        "periodic_embedding1 embeds 5 columns, but its input has 4",
    ),
    "no columns": (lambda: Embedding([], [], 2), ValueError, "an Embedding layer needs distinct columns"),
    "column twice": (lambda: Embedding([1, 1], 3, 2), ValueError, "got columns [1, 1] and levels [3, 3]"),
    "levels of one of two": (lambda: Embedding([0, 1], [3], 2), ValueError, "got columns [0, 1] and levels [3]"),
    "column from the end": (lambda: Embedding(-1, 3, 2), ValueError, "a column of an Embedding layer must be at least"),
    "no levels": (lambda: Embedding(0, 0, 2), ValueError, "levels of an Embedding layer must be at least 1, got 0"),
    "no vector": (lambda: Embedding(0, 3, 0), ValueError, "units of an Embedding layer must be at least 1, got 0"),
    "wrong width": (
        lambda: Network(4, [Dense(5), Dense(3, inputs=6)]),
        ValueError,
        "dense2 expects 6 inputs, dense1 gives 5",
    ),
    "wrong width of the data": (
        lambda: Network(4, [Dense(5, inputs=6)]),
        ValueError,
        "dense1 expects 6 inputs, the network's input gives 4",
    ),
    "parts that do not fit": (
        lambda: Network(4, [MemberDense(5, 3)]),
        ValueError,
        "member_dense1 needs a multiple of 3 inputs, one part per member, got 4",
    ),
    "a word for shared": (
        lambda: MemberDense(5, 3, shared="no"),
        TypeError,
        "shared of a MemberDense layer must be true or false, got 'no'",
    ),
    "columns that do not exist": (
        lambda: Network(4, [PiecewiseLinearEmbedding(5)]),
        ValueError,
        "piecewise_linear_embedding1 embeds 5 columns, but its input has 4",
    ),
    "no bins": (
        lambda: PiecewiseLinearEmbedding(1, bins=0),
        ValueError,
        "bins of a PiecewiseLinearEmbedding layer must be at least 1, got 0",
    ),
    "a word for linear": (
        lambda: PiecewiseLinearEmbedding(1, linear="B"),
        TypeError,
        "linear of a PiecewiseLinearEmbedding layer must be true or false, got 'B'",
    ),
    "embedding above dense": (
        lambda: Network(4, [Dense(5), Embedding(0, 3, 2)]),
        ValueError,
        "embedding1 must come before dense1, because its columns are integer codes of the table",
    ),
    "column missing": (
        lambda: Network(4, [Embedding(4, 3, 2)]),
        ValueError,
        "embedding1 uses column 4, but its input has columns 0 to 3",
    ),
    "column of a vector": (
        lambda: Network(4, [Embedding(0, 3, 2), Embedding(3, 3, 2)]),
        ValueError,
        "embedding2 uses column 3, but only columns 0 to 2 of its input come from the table; the others are vectors",
    ),
}


@pytest.mark.parametrize(("make", "error", "text"), REFUSED.values(), ids=REFUSED)
def test_an_invalid_choice_raises_in_one_sentence(make: Callable[[], Any], error: type, text: str) -> None:
    with pytest.raises(error) as caught:
        make()
    assert text in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("value", [3, -1, 0.5, 1e30], ids=str)
@pytest.mark.parametrize("use", ["gradient", "predict", "train"])
def test_an_embedding_raises_with_row_and_column_of_an_invalid_level(use: str, value: float) -> None:
    net = network_of([Embedding([2, 1], [4, 3], 2), Dense(3, "softmax")])
    X, y = TABLE.copy(), np.arange(ROWS) % 3
    X[7, 1] = value
    called = {
        "gradient": lambda: net.gradient(X, y),
        "predict": lambda: net.predict(X),
        # The row is that of the caller, not of a shuffled batch, since the check runs before training.
        "train": lambda: train(net, (X, y), batch_size=4),
    }
    with pytest.raises(ValueError, match=rf"^column 1 contains {value:g} in row 7; ".replace("+", r"\+")) as caught:
        called[use]()
    assert str(caught.value).endswith("its embedding accepts integers from 0 to 2")


def test_a_second_embedding_is_checked() -> None:
    net = Network(2, [Embedding(0, 3, 2), Embedding(0, 2, 2), Dense(1)], seed=0)
    table = np.array([[0.0, 7.0], [1.0, 1.0]])
    for called in (lambda: net.predict(table), lambda: train(net, (table, table[:, 0]), batch_size=2)):
        with pytest.raises(
            ValueError, match=r"^column 0 contains 7 in row 0; its embedding accepts integers from 0 to 1$"
        ):
            called()


# Custom layers


@dataclass(frozen=True)
class Stretch(Layer):
    """A custom layer: y = s · x, one s per column."""

    kind = "stretch"

    def parameter_shapes(self, inputs: int) -> dict[str, tuple[int, ...]]:
        return {"s": (inputs,)}

    def start(self, p: Any, state: Any, rng: np.random.Generator, defaults: Any) -> None:
        p["s"][:] = rng.uniform(0.5, 1.5, p["s"].shape)

    def forward(self, p: Any, state: Any, x: np.ndarray, train: bool, rng: Any) -> tuple[np.ndarray, Any]:
        return x * p["s"], x

    def backward(self, p: Any, cache: Any, dy: np.ndarray, g: Any, want_dx: bool) -> np.ndarray | None:
        np.sum(dy * cache, axis=0, out=g["s"])
        return dy * p["s"] if want_dx else None


class Square:
    """A custom activation with forward and backward only."""

    def forward(self, z: np.ndarray) -> np.ndarray:
        return z * z

    def backward(self, da: np.ndarray, z: np.ndarray, a: np.ndarray) -> np.ndarray:
        return da * 2 * z


@by_dtype
def test_a_custom_layer_and_activation_work_like_built_in_ones(dtype: str) -> None:
    y = np.arange(ROWS) % 3
    net = Network(4, [Stretch(), Dense(5, Square()), Stretch(), Dense(3, "softmax")], dtype=dtype, seed=1)
    assert list(net.named_parameters()) == ["stretch1.s", "dense1.W", "dense1.b", "stretch2.s", "dense2.W", "dense2.b"]
    assert check_gradient(net, TABLE, y)
    records = list(train(net, (TABLE, y), optimizer=SGD(0.05), epochs=30, engine="numpy"))
    assert records[-1].loss < 0.8 * records[0].loss
    trace = net.trace(TABLE, y)
    np.testing.assert_array_equal(trace["stretch2"].a, trace["dense1"].a * net.named_parameters()["stretch2.s"])
    assert "a = Square(z)" in str(trace)
    assert "Stretch" in net.summary()
    with pytest.raises(ValueError, match="is not one of glassnet's own components, so it cannot be saved"):
        layer_to_spec(net.layers[0])


def test_a_layer_without_forward_or_backward_raises() -> None:
    @dataclass(frozen=True)
    class Half(Layer):
        pass

    with pytest.raises(NotImplementedError, match="Half has no forward"):
        Network(4, [Half()]).predict(TABLE)
    with pytest.raises(NotImplementedError, match="Half has no backward"):
        Half().backward({}, None, TABLE, {}, True)
