"""Every layer: values and gradients against JAX and PyTorch, in training and outside it; and what a layer refuses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.engines.engines import ENGINES, engine
from glassnet.maths.activations import Tanh
from glassnet.maths.initializers import HeNormal, Normal
from glassnet.maths.losses import CrossEntropy
from glassnet.maths.optimizers import SGD
from glassnet.network.gradcheck import check_gradient
from glassnet.network.layer import Layer
from glassnet.network.layers import (
    LAYERS,
    Activation,
    BatchNorm,
    Dense,
    Dropout,
    Embedding,
    LayerNorm,
    layer,
    layer_words,
)
from glassnet.network.network import Network
from glassnet.training.train import train
from needs import needs
from oracles import jax_gradients

DTYPES = ["float32", "float64"]
TOLERANCE = {"float32": {"rtol": 2e-5, "atol": 2e-5}, "float64": {"rtol": 1e-11, "atol": 1e-12}}
MODES = {"training": True, "evaluation": False}
ROWS, SEED = 12, 5

P = Mapping[str, Any]


def normalise(x: Any, mean: Any, variance: Any, p: P, name: str, epsilon: float = 1e-5) -> Any:
    return p[f"{name}.scale"] * (x - mean) / jax.numpy.sqrt(variance + epsilon) + p[f"{name}.shift"]


def batchnorm(p: P, state: P, x: Any, training: bool) -> Any:
    if training:
        return normalise(x, x.mean(axis=0), x.var(axis=0), p, "batchnorm1", epsilon=1e-3)
    return normalise(x, state["batchnorm1.mean"], state["batchnorm1.variance"], p, "batchnorm1", epsilon=1e-3)


def layernorm(p: P, state: P, x: Any, training: bool) -> Any:
    return normalise(x, x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True), p, "layernorm1")


def dropout(p: P, state: P, x: Any, training: bool) -> Any:
    kept = np.random.default_rng(SEED).random(x.shape, dtype=np.float32) >= 0.25
    return x * kept / 0.75 if training else x


def dense(activation: Callable[[Any], Any]) -> Callable[[P, P, Any, bool], Any]:
    return lambda p, state, x, training: activation(x @ p["dense1.W"] + p["dense1.b"])


def embedded(W: Any, column: Any, first: int = 0) -> Any:
    """The vectors of one column, whose levels begin at row `first` of W."""
    return W[np.asarray(column, int) + first]


def embedding_one(p: P, state: P, x: Any, training: bool) -> Any:
    return jax.numpy.hstack([x[:, [0]], x[:, 2:], embedded(p["embedding1.W"], TABLE[:, 1])])


def embedding_several(p: P, state: P, x: Any, training: bool) -> Any:
    W = p["embedding1.W"]
    return jax.numpy.hstack([x[:, [0, 3]], embedded(W, TABLE[:, 2]), embedded(W, TABLE[:, 1], first=4)])


def embedding_stacked(p: P, state: P, x: Any, training: bool) -> Any:
    # The first takes column 1 out of the table, so the second finds the table's column 2 in its place.
    first = embedded(p["embedding1.W"], TABLE[:, 1])
    second = embedded(p["embedding2.W"], TABLE[:, 2])
    return jax.numpy.hstack([x[:, [0, 3]], first, second])


@dataclass(frozen=True)
class Case:
    """One row of the table: layers, and what they compute, written down once more for JAX to differentiate."""

    layers: tuple[Any, ...]
    formula: Callable[[P, P, Any, bool], Any]


CASES = {
    "dense": Case((Dense(6),), dense(lambda z: z)),
    "dense, relu": Case((Dense(6, "relu"),), dense(jax.nn.relu)),
    "dense, gelu": Case((Dense(6, "gelu"),), dense(lambda z: jax.nn.gelu(z, approximate=False))),
    "dense, softmax": Case((Dense(6, "softmax"),), dense(jax.nn.softmax)),
    "activation": Case((Activation("tanh"),), lambda p, state, x, training: jax.numpy.tanh(x)),
    "dropout": Case((Dropout(0.25),), dropout),
    "batchnorm": Case((BatchNorm(momentum=0.3, epsilon=1e-3),), batchnorm),
    "layernorm": Case((LayerNorm(),), layernorm),
    "embedding, one column": Case((Embedding(1, 3, 2),), embedding_one),
    "embedding, several columns": Case((Embedding([2, 1], [4, 3], 2),), embedding_several),
    "embedding, two stacked": Case((Embedding(1, 3, 2), Embedding(1, 4, 3)), embedding_stacked),
}
by_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES)
by_dtype = pytest.mark.parametrize("dtype", DTYPES)
by_mode = pytest.mark.parametrize("training", MODES.values(), ids=MODES)
by_engine = pytest.mark.parametrize("engine_name", ENGINES)

# Column 1 has the levels 0 to 2, column 2 the levels 0 to 3; the other columns are quantities.
TABLE = np.random.default_rng(1).standard_normal((ROWS, 4))
TABLE[:, 1] = np.arange(ROWS) % 3
TABLE[:, 2] = np.arange(ROWS) % 4


def network_of(layers: Any, dtype: str = "float64", inputs: int = 4) -> Network:
    """A network whose parameters and running values are all random: none is at a convenient 0 or 1."""
    net = Network(inputs, layers, dtype=dtype)
    rng = np.random.default_rng(2)
    net.parameters = rng.uniform(0.3, 1.5, net.parameters.size) * rng.choice([-1, 1], net.parameters.size)
    net.state[:] = rng.uniform(0.5, 2, net.state.size)
    return net


def forward_and_back(net: Network, x: np.ndarray, dy: np.ndarray, training: bool) -> tuple[np.ndarray, np.ndarray]:
    """The output of all layers, and the gradient of Σ dy · output with respect to x; parameters' are left in g."""
    output, caches = net.forward(x, training, np.random.default_rng(SEED))
    for step, cache in zip(reversed(net.steps), reversed(caches), strict=True):
        dy = step.layer.backward(step.p, cache, dy, step.g, True)
    return output, dy


def test_every_layer_is_in_the_table() -> None:
    assert {type(one) for case in CASES.values() for one in case.layers} == set(LAYERS.values())


@by_mode
@by_dtype
@by_case
def test_values_and_gradients_are_those_of_jax(case: Case, dtype: str, training: bool) -> None:
    net = network_of(case.layers, dtype)
    x = TABLE.astype(dtype)
    dy = np.random.default_rng(3).standard_normal((ROWS, net.outputs)).astype(dtype)
    state = {name: view.astype(float) for name, view in net.named_state().items()}
    output, dx = forward_and_back(net, x, dy, training)
    assert output.dtype == dx.dtype == net.parameters.dtype == dtype

    expected, (dp, expected_dx) = jax_gradients(
        lambda p, x: case.formula(p, state, x, training), net.named_parameters(), x, da=dy
    )
    np.testing.assert_allclose(output, expected, **TOLERANCE[dtype])
    np.testing.assert_allclose(dx, expected_dx, **TOLERANCE[dtype])
    for name, view in net.named_gradients().items():
        np.testing.assert_allclose(view, dp[name], **TOLERANCE[dtype], err_msg=name)


@by_mode
@by_case
def test_gradient_is_the_slope_of_the_loss(case: Case, training: bool) -> None:
    below = () if isinstance(case.layers[0], Embedding) else (Dense(4, "tanh"),)
    net = network_of([*below, *case.layers, Dense(3, "softmax")])
    check = check_gradient(net, TABLE, np.arange(ROWS) % 3, train=training)
    assert check, str(check)


@by_dtype
@by_case
def test_backward_overwrites_what_stood_in_g(case: Case, dtype: str) -> None:
    net = network_of([*case.layers, Dense(3, "softmax")], dtype)
    _, g = net.gradient(TABLE, np.arange(ROWS) % 3)
    first = g.copy()
    g.fill(1e3)
    net.gradient(TABLE, np.arange(ROWS) % 3)
    np.testing.assert_array_equal(g, first)


@by_case
def test_the_gradient_of_the_input_is_computed_only_where_it_is_wanted(case: Case) -> None:
    step = network_of(case.layers).steps[0]
    y, cache = step.layer.forward(step.p, step.state, TABLE, True, np.random.default_rng(SEED))
    dx = step.layer.backward(step.p, cache, y, step.g, False)
    assert dx is None or not step.p


@by_engine
@by_dtype
@by_case
def test_every_engine_runs_every_layer(case: Case, dtype: str, engine_name: str) -> None:
    """Three epochs of four batches end where the plain loop ends that is written out here."""
    layers = [*case.layers, Dense(3, "softmax")]
    net, by_hand = network_of(layers, dtype), network_of(layers, dtype)
    y = np.arange(ROWS) % 3
    for _ in train(net, (TABLE, y), optimizer=SGD(0.05), batch_size=4, epochs=3, seed=0, engine=engine_name):
        pass
    rng = np.random.default_rng(0)
    for _ in range(3):
        order = rng.permutation(ROWS)
        for rows in order.reshape(-1, 4):
            _, g = by_hand.gradient(TABLE[rows], y[rows], train=True, rng=rng)
            by_hand.parameters -= net.dtype.type(0.05) * g
    tolerance = {"float32": 1e-4, "float64": 1e-10}[dtype]
    np.testing.assert_allclose(net.parameters, by_hand.parameters, rtol=tolerance, atol=tolerance)
    np.testing.assert_allclose(net.state, by_hand.state, rtol=tolerance, atol=tolerance)
    X = TABLE.astype(dtype)
    runner = engine(engine_name)
    np.testing.assert_allclose(runner.predict(net, X), by_hand.forward(X)[0], rtol=tolerance, atol=tolerance)
    judged = runner.evaluate(net, X, y, CrossEntropy())
    assert judged.mean_loss == pytest.approx(by_hand.gradient(X, y)[0], rel=10 * tolerance)
    assert judged.correct == np.count_nonzero(by_hand.predict(X) == y)


# PyTorch


@by_dtype
def test_dense_is_the_linear_layer_of_pytorch(dtype: str) -> None:
    torch = needs("torch")
    net = network_of([Dense(6)], dtype)
    theirs = torch.nn.Linear(4, 6, dtype=getattr(torch, dtype))
    # PyTorch keeps W as (units, inputs).
    theirs.weight.data = torch.tensor(net.named_parameters()["dense1.W"].T.copy())
    theirs.bias.data = torch.tensor(net.named_parameters()["dense1.b"])
    _compare(torch, net, theirs, {"W": (theirs.weight, True), "b": (theirs.bias, False)}, TABLE.astype(dtype), True)


@by_mode
@by_dtype
def test_layernorm_is_that_of_pytorch(dtype: str, training: bool) -> None:
    torch = needs("torch")
    net = network_of([LayerNorm()], dtype)
    theirs = torch.nn.LayerNorm(4, dtype=getattr(torch, dtype))
    named = _normalisation(torch, net, "layernorm1", theirs)
    _compare(torch, net, theirs, named, TABLE.astype(dtype), training)


@by_dtype
def test_batchnorm_is_that_of_pytorch_over_several_batches_and_outside_training(dtype: str) -> None:
    torch = needs("torch")
    net = Network(4, [BatchNorm(momentum=0.3)], dtype=dtype)
    theirs = torch.nn.BatchNorm1d(4, momentum=0.3, dtype=getattr(torch, dtype))
    named = _normalisation(torch, net, "batchnorm1", theirs)
    rng = np.random.default_rng(4)
    for rows in (7, 12, 2):
        batch = (3 + 2 * rng.standard_normal((rows, 4))).astype(dtype)
        theirs.train()
        _compare(torch, net, theirs, named, batch, training=True)
        np.testing.assert_allclose(net.named_state()["batchnorm1.mean"], theirs.running_mean, rtol=1e-5)
        np.testing.assert_allclose(net.named_state()["batchnorm1.variance"], theirs.running_var, rtol=1e-5)
        theirs.eval()
        _compare(torch, net, theirs, named, batch, training=False)


def test_embedding_is_that_of_pytorch() -> None:
    torch = needs("torch")
    net = network_of([Embedding(1, 3, 2)])
    theirs = torch.nn.Embedding(3, 2, dtype=torch.float64)
    theirs.weight.data = torch.tensor(net.named_parameters()["embedding1.W"])
    dy = np.random.default_rng(3).standard_normal((ROWS, 5))
    output, _ = forward_and_back(net, TABLE, dy, training=True)
    vectors = theirs(torch.tensor(TABLE[:, 1], dtype=torch.int64))
    vectors.backward(torch.tensor(dy[:, 3:]))
    np.testing.assert_array_equal(output[:, 3:], vectors.detach())
    np.testing.assert_allclose(net.named_gradients()["embedding1.W"], theirs.weight.grad, rtol=1e-12)


def _normalisation(torch: Any, net: Network, name: str, theirs: Any) -> dict[str, tuple[Any, bool]]:
    p = net.named_parameters()
    p[f"{name}.scale"][:], p[f"{name}.shift"][:] = [1.5, -2, 0.7, 3], [0.1, 0.2, -0.3, 1]
    theirs.weight.data = torch.tensor(p[f"{name}.scale"])
    theirs.bias.data = torch.tensor(p[f"{name}.shift"])
    return {"scale": (theirs.weight, False), "shift": (theirs.bias, False)}


def _compare(torch: Any, net: Network, theirs: Any, named: dict[str, Any], x: np.ndarray, training: bool) -> None:
    dy = np.random.default_rng(3).standard_normal((len(x), net.outputs)).astype(x.dtype)
    output, dx = forward_and_back(net, x, dy, training)
    x_ = torch.tensor(x, requires_grad=True)
    for parameter in theirs.parameters():
        parameter.grad = None
    expected = theirs(x_)
    expected.backward(torch.tensor(dy))
    # Where two rows are left of a batch, x̂ is ±1 and the gradient of x is what is left of numbers that cancel.
    tolerance = TOLERANCE[str(x.dtype)]
    np.testing.assert_allclose(output, expected.detach(), **tolerance)
    np.testing.assert_allclose(dx, x_.grad, rtol=tolerance["rtol"], atol=10 * tolerance["atol"])
    for short, (parameter, transposed) in named.items():
        ours = net.named_gradients()[f"{net.names[0]}.{short}"]
        np.testing.assert_allclose(ours.T if transposed else ours, parameter.grad, **tolerance, err_msg=short)


# Dropout


@given(rate=st.floats(0, 0.99), seed=st.integers(0, 2**32))
def test_dropout_lets_numbers_pass_enlarged_or_not_at_all(rate: float, seed: int) -> None:
    x = np.ones((30, 4))
    y, _ = Network(4, [Dropout(rate)], dtype="float64").forward(x, True, np.random.default_rng(seed))
    assert np.all((y == 0) | np.isclose(y, 1 / (1 - rate)))


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_dropout_leaves_the_expected_value_as_it_is(rate: float) -> None:
    x = np.full((100_000, 1), 3.0)
    y, _ = Network(1, [Dropout(rate)], dtype="float64").forward(x, True, np.random.default_rng(0))
    # Six standard errors of a mean of 100 000 numbers.
    assert abs(y.mean() - 3) < 6 * 3 * np.sqrt(rate / (1 - rate) / 100_000)
    assert abs((y == 0).mean() - rate) < 6 * np.sqrt(rate * (1 - rate) / 100_000)


def test_dropout_is_off_outside_training() -> None:
    net = Network(4, [Dropout(0.9)], dtype="float64")
    np.testing.assert_array_equal(net.predict_proba(TABLE), TABLE)
    np.testing.assert_array_equal(net.forward(TABLE, train=False)[0], TABLE)


def test_dropout_takes_the_same_mask_in_both_dtypes() -> None:
    single, double = (
        Network(4, [Dropout(0.5)], dtype=dtype).forward(np.ones((50, 4), dtype), True, np.random.default_rng(1))[0]
        for dtype in DTYPES
    )
    np.testing.assert_array_equal(single, double)
    assert 0 < np.count_nonzero(single) < single.size


def test_dropout_in_training_needs_a_generator() -> None:
    net = Network(4, [Dropout(0.5), Dense(3, "softmax")])
    with pytest.raises(ValueError, match=r"dropout in training needs rng, a numpy\.random\.Generator"):
        net.gradient(TABLE, np.arange(ROWS) % 3, train=True)
    # Where nothing is dropped, nothing is drawn.
    Network(4, [Dropout(0), Dense(3, "softmax")]).gradient(TABLE, np.arange(ROWS) % 3, train=True)


# Normalisations


def test_batchnorm_of_one_row_gives_the_shift_and_leaves_the_running_values_alone() -> None:
    net = network_of([BatchNorm()])
    state = net.state.copy()
    y, _ = net.forward(TABLE[:1], train=True)
    np.testing.assert_array_equal(y[0], net.named_parameters()["batchnorm1.shift"])
    np.testing.assert_array_equal(net.state, state)


def test_running_values_move_in_training_only() -> None:
    net = network_of([BatchNorm(momentum=0.25), Dense(3, "softmax")])
    before = net.state.copy()
    net.gradient(TABLE, np.arange(ROWS) % 3)
    net.predict(TABLE)
    np.testing.assert_array_equal(net.state, before)
    net.gradient(TABLE, np.arange(ROWS) % 3, train=True)
    batch = np.concatenate([TABLE.mean(axis=0), TABLE.var(axis=0, ddof=1)])
    np.testing.assert_allclose(net.state, 0.75 * before + 0.25 * batch, rtol=1e-12)


@by_dtype
@pytest.mark.parametrize("one", [BatchNorm(), LayerNorm()], ids=["batchnorm", "layernorm"])
def test_a_column_or_row_without_spread_is_no_division_by_zero(one: Layer, dtype: str) -> None:
    y, _ = Network(4, [one], dtype=dtype).forward(np.full((ROWS, 4), 7, dtype), train=True)
    np.testing.assert_array_equal(y, 0)


# Choosing layers


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
        Embedding(2, 4, 3),
        Embedding([0, 2], [3, 4], 2),
    ],
    ids=lambda one: f"{one.kind}",
)
def test_words_describe_a_layer_and_make_it_again(one: Layer) -> None:
    assert layer(layer_words(one)) == one


def test_words_are_plain_numbers_also_where_numpy_counted_them() -> None:
    one = Dense(np.arange(3).max() + 1)
    assert type(one.units) is int
    assert repr(Embedding(np.int64(1), [np.int64(3)], 2)) == repr(Embedding(1, 3, 2))
    assert type(Dropout(np.float32(0.5)).rate) is type(BatchNorm(np.float32(0.5)).momentum) is float


def test_every_known_layer_can_be_asked_for_by_name() -> None:
    options = {
        "dense": {"units": 3},
        "activation": {"activation": "relu"},
        "embedding": {"columns": 0, "levels": 2, "units": 2},
    }
    for name, cls in LAYERS.items():
        assert type(layer({"name": name, **options.get(name, {})})) is cls


REFUSED = {
    "unknown name": (lambda: layer("dens"), ValueError, "unknown layer 'dens'; did you mean 'dense'?"),
    "unknown option": (lambda: layer({"name": "dense", "unit": 3}), ValueError, "did you mean 'units'?"),
    "option missing": (lambda: layer("dense"), TypeError, "layer 'dense' needs more options"),
    "no layer": (lambda: layer(Tanh()), TypeError, "a layer is an object such as Dense(10, 'relu')"),
    "class": (lambda: layer(Dense), TypeError, "write Dense(...)"),
    "no units": (lambda: Dense(0), ValueError, "units of a Dense layer must be at least 1, got 0"),
    "half a unit": (lambda: Dense(2.5), TypeError, "units of a Dense layer must be a whole number, got 2.5"),
    "activation": (lambda: Dense(2, "rleu"), ValueError, "unknown activation 'rleu'; did you mean 'relu'?"),
    "init": (lambda: Dense(2, init="he"), ValueError, "unknown initializer 'he'"),
    "dropout of all": (lambda: Dropout(1), ValueError, "rate of a Dropout layer must be at least 0 and below 1, got 1"),
    "momentum": (lambda: BatchNorm(momentum=0), ValueError, "momentum of a BatchNorm layer must be above 0"),
    "batchnorm's ε": (lambda: BatchNorm(epsilon=0), ValueError, "epsilon of a BatchNorm layer must be above 0, got 0"),
    "layernorm's ε": (lambda: LayerNorm(epsilon=-1), ValueError, "epsilon of a LayerNorm layer must be above 0"),
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
    "embedding above dense": (
        lambda: Network(4, [Dense(5), Embedding(0, 3, 2)]),
        ValueError,
        "embedding1 must stand before dense1: its columns are whole numbers of the table itself",
    ),
    "column missing": (
        lambda: Network(4, [Embedding(4, 3, 2)]),
        ValueError,
        "embedding1 names column 4, but its input has columns 0 to 3",
    ),
}


@pytest.mark.parametrize(("make", "error", "text"), REFUSED.values(), ids=REFUSED)
def test_a_wrong_choice_is_refused_in_one_sentence(make: Callable[[], Any], error: type, text: str) -> None:
    with pytest.raises(error) as caught:
        make()
    assert text in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("value", [3, -1, 0.5, 1e30], ids=str)
@pytest.mark.parametrize("use", ["gradient", "predict", "train"])
def test_an_embedding_names_row_and_column_of_what_is_no_level(use: str, value: float) -> None:
    net = network_of([Embedding([2, 1], [4, 3], 2), Dense(3, "softmax")])
    X, y = TABLE.copy(), np.arange(ROWS) % 3
    X[7, 1] = value
    called = {
        "gradient": lambda: net.gradient(X, y),
        "predict": lambda: net.predict(X),
        # The row is the caller's, not that of a shuffled batch, since it is found before anything is learned.
        "train": lambda: train(net, (X, y), batch_size=4),
    }
    with pytest.raises(ValueError, match=rf"^column 1 holds {value:g} in row 7; ".replace("+", r"\+")) as caught:
        called[use]()
    assert str(caught.value).endswith("its embedding knows whole numbers 0 to 2")


# A user's own


@dataclass(frozen=True)
class Scale(Layer):
    """A user's own layer: y = s · x, one s per column."""

    kind = "scale"

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
    """A user's own activation: the pair, and no more."""

    def forward(self, z: np.ndarray) -> np.ndarray:
        return z * z

    def backward(self, da: np.ndarray, z: np.ndarray, a: np.ndarray) -> np.ndarray:
        return da * 2 * z


@by_dtype
def test_a_users_own_layer_and_activation_work_like_those_of_the_house(dtype: str) -> None:
    y = np.arange(ROWS) % 3
    net = Network(4, [Scale(), Dense(5, Square()), Scale(), Dense(3, "softmax")], dtype=dtype, seed=1)
    assert list(net.named_parameters()) == ["scale1.s", "dense1.W", "dense1.b", "scale2.s", "dense2.W", "dense2.b"]
    assert check_gradient(net, TABLE, y)
    records = list(train(net, (TABLE, y), optimizer=SGD(0.05), epochs=30, engine="numpy"))
    assert records[-1].loss < 0.8 * records[0].loss
    trace = net.trace(TABLE, y)
    np.testing.assert_array_equal(trace["scale2"].a, trace["dense1"].a * net.named_parameters()["scale2.s"])
    assert "a = Square(z)" in str(trace)
    assert "Scale" in net.summary()
    with pytest.raises(ValueError, match="is not one of glassnet's own pieces, so a file cannot hold it"):
        layer_words(net.layers[0])


def test_a_layer_that_lacks_a_half_says_so() -> None:
    @dataclass(frozen=True)
    class Half(Layer):
        pass

    with pytest.raises(NotImplementedError, match="Half has no forward"):
        Network(4, [Half()]).predict(TABLE)
    with pytest.raises(NotImplementedError, match="Half has no backward"):
        Half().backward({}, None, TABLE, {}, True)
