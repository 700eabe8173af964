"""Networks: θ as one vector with views of it, initialization, predictions, and the summary."""

import copy
import io
import pickle
from collections.abc import Callable
from typing import Any

import joblib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.maths.activations import activation
from glassnet.maths.initializers import GlorotUniform, HeNormal, LeCunNormal, Normal, Uniform
from glassnet.network import network as network_module
from glassnet.network.ensemble import Ensemble
from glassnet.network.layers import Activation, BatchNorm, Dense, Dropout, Embedding, LayerNorm
from glassnet.network.network import Network
from helpers.networks import DTYPES, LABELS, X, by_dtype, notebook, small

# One vector


@by_dtype
def test_all_parameters_are_views_of_one_contiguous_vector(dtype: str) -> None:
    net = small(dtype)
    for vector, views in (
        (net.parameters, net.named_parameters()),
        (net.gradient(np.zeros((2, net.inputs)), [0, 1])[1], net.named_gradients()),
        (net.state, net.named_state()),
    ):
        assert vector.ndim == 1
        assert vector.flags.c_contiguous
        assert vector.dtype == dtype
        assert all(np.shares_memory(view, vector) for view in views.values())
        np.testing.assert_array_equal(np.concatenate([view.ravel() for view in views.values()]), vector)


def test_names_are_numbered_per_layer_type_in_declaration_order() -> None:
    layers = [Embedding(0, 3, 2), Dense(4), BatchNorm(), Activation("relu"), Dropout(0.1), Dense(3), LayerNorm()]
    net = Network(4, [*layers, Dropout(0.2), BatchNorm(), Dense(2)])
    assert net.names == (
        "embedding1",
        "dense1",
        "batchnorm1",
        "activation1",
        "dropout1",
        "dense2",
        "layernorm1",
        "dropout2",
        "batchnorm2",
        "dense3",
    )
    owned = {"embedding": ["W"], "dense": ["W", "b"], "batchnorm": ["scale", "shift"], "layernorm": ["scale", "shift"]}
    expected = [f"{name}.{short}" for name in net.names for short in owned.get(name[:-1], [])]
    assert list(net.named_parameters()) == list(net.named_gradients()) == expected
    assert list(net.named_state()) == [
        "batchnorm1.mean",
        "batchnorm1.variance",
        "batchnorm2.mean",
        "batchnorm2.variance",
    ]


def test_vector_and_views_share_memory() -> None:
    net = small()
    W = net.named_parameters()["dense1.W"]
    net.parameters[0] = 42
    assert W[0, 0] == 42
    W[0, 1] = 7
    assert net.parameters[1] == 7


CHANGES: dict[str, Callable[[Network], Any]] = {
    "=": lambda net: setattr(net, "parameters", net.parameters - 1),
    "[:] =": lambda net: net.parameters.__setitem__(slice(None), net.parameters - 1),
    "= a list": lambda net: setattr(net, "parameters", list(net.parameters - 1)),
}


def test_subtracting_in_place_writes_through() -> None:
    net = small()
    vector, before, W = net.parameters, net.parameters.copy(), net.named_parameters()["dense1.W"]
    net.parameters -= 1
    assert net.parameters is vector
    np.testing.assert_array_equal(vector, before - 1)
    assert W[0, 0] == before[0] - 1


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_assigning_writes_into_the_vector_and_keeps_every_view(change: Callable[[Network], Any]) -> None:
    net = small()
    vector, before, W = net.parameters, net.parameters.copy(), net.named_parameters()["dense1.W"]
    output = net.predict_proba(X)
    change(net)
    assert net.parameters is vector
    np.testing.assert_array_equal(vector, before - 1)
    assert W[0, 0] == before[0] - 1
    assert not np.allclose(net.predict_proba(X), output)


@pytest.mark.parametrize("values", [np.zeros(3), np.zeros((1, 53)), 0.0, np.zeros(54)], ids=lambda v: str(np.shape(v)))
def test_a_vector_of_another_shape_raises(values: Any) -> None:
    net = small()
    before = net.parameters.copy()
    with pytest.raises(ValueError, match=r"parameters must be one vector of shape \(53,\), got"):
        net.parameters = values
    np.testing.assert_array_equal(net.parameters, before)


def test_changing_a_dictionary_of_views_leaves_the_network_unchanged() -> None:
    net = small()
    net.named_parameters().clear()
    net.named_gradients()["dense1.W"] = None  # type: ignore[assignment]
    assert len(net.named_parameters()) == len(net.named_gradients()) == 6
    assert net.named_gradients()["dense1.W"] is not None


def by_joblib(net: Network) -> Network:
    file = io.BytesIO()
    joblib.dump(net, file)
    file.seek(0)
    return joblib.load(file)


def of_read_only_arrays(net: Network) -> Network:
    """A network as a worker process gets it when joblib memory-maps large arrays."""
    again = Network.__new__(Network)
    kept = net.__getstate__()
    for value in kept.values():
        if isinstance(value, np.ndarray):
            value.flags.writeable = False
    again.__setstate__(kept)
    return again


@pytest.mark.parametrize(
    "copied",
    [copy.deepcopy, copy.copy, lambda net: pickle.loads(pickle.dumps(net)), by_joblib, of_read_only_arrays],
    ids=["deepcopy", "copy", "pickle", "joblib", "read-only arrays"],
)
def test_a_copy_predicts_the_same_and_owns_its_vector_and_views(copied: Callable[[Network], Network]) -> None:
    net = small()
    net.gradient(X, LABELS, train=True)
    expected = net.predict_proba(X)
    again = copied(net)
    assert not np.shares_memory(again.parameters, net.parameters)
    assert not np.shares_memory(again.state, net.state)
    assert again.layers == net.layers
    assert again.dtype == net.dtype
    np.testing.assert_array_equal(again.predict_proba(X), expected)
    for ours, theirs in zip(again.named_gradients().values(), net.named_gradients().values(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    again.parameters -= 1
    assert again.named_parameters()["dense1.W"][0, 0] == again.parameters[0]
    assert not np.allclose(again.predict_proba(X), expected)
    again.gradient(X, LABELS, train=True)
    assert not np.allclose(again.state, net.state)
    np.testing.assert_array_equal(net.predict_proba(X), expected)


def test_vectors_restore_the_same_network_in_either_dtype() -> None:
    net = small()
    for dtype in DTYPES:
        again = Network.from_vectors(4, net.layers, net.parameters, net.state, dtype)
        assert again.parameters.dtype == dtype
        np.testing.assert_allclose(again.predict_proba(X), net.predict_proba(X), rtol=1e-5)
        assert not np.shares_memory(again.parameters, net.parameters)
    with pytest.raises(ValueError, match=r"these layers have 53 numbers in parameters, got an array of shape \(52,\)"):
        Network.from_vectors(4, net.layers, net.parameters[:-1], net.state)
    with pytest.raises(ValueError, match=r"these layers have 10 numbers in state, got an array of shape \(0,\)"):
        Network.from_vectors(4, net.layers, net.parameters, net.state[:0])


# Initialization


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        *((Dense(7, name), HeNormal()) for name in ("relu", "leaky_relu", "elu", "gelu", "silu", "mish")),
        (Dense(7, "selu"), LeCunNormal()),
        *((Dense(7, name), GlorotUniform()) for name in ("identity", "sigmoid", "tanh", "softplus", "softmax")),
        (Dense(7, "relu", init=Uniform(0.5)), Uniform(0.5)),
        (Dense(7, "relu", init="lecun_normal"), LeCunNormal()),
    ],
    ids=lambda piece: getattr(getattr(piece, "activation", None), "__class__", type(piece)).__name__,
)
def test_default_initializers_match_the_activation_and_biases_are_zero(one: Dense, expected: Any) -> None:
    p = Network(4, [one], dtype="float64", seed=3).named_parameters()
    np.testing.assert_array_equal(p["dense1.W"], expected.draw(np.random.default_rng(3), (4, 7), np.float64))
    np.testing.assert_array_equal(p["dense1.b"], 0)


def test_the_init_of_the_network_applies_to_layers_without_their_own() -> None:
    layers = [Dense(7, "relu"), Dense(3, "tanh", init="zeros", bias_init=Uniform(1))]
    p = Network(4, layers, init="orthogonal", bias_init=Normal(0.1), dtype="float64").named_parameters()
    np.testing.assert_allclose(p["dense1.W"] @ p["dense1.W"].T, np.eye(4), atol=1e-12)
    assert np.all(p["dense1.b"] != 0)
    np.testing.assert_array_equal(p["dense2.W"], 0)
    assert np.all(np.abs(p["dense2.b"]) <= 1)
    assert np.all(p["dense2.b"] != 0)


def test_normalizations_start_as_the_identity() -> None:
    net = Network(4, [BatchNorm(), LayerNorm()], init=Normal(1), bias_init=Normal(1))
    for name, view in {**net.named_parameters(), **net.named_state()}.items():
        np.testing.assert_array_equal(view, 1 if name.endswith(("scale", "variance")) else 0, err_msg=name)


@given(seed=st.integers(0, 2**63))
def test_the_same_seed_gives_the_same_bits_and_both_dtypes_the_same_draws(seed: int) -> None:
    single, again, double = (notebook(dtype, seed) for dtype in ("float32", "float32", "float64"))
    np.testing.assert_array_equal(single.parameters, again.parameters)
    np.testing.assert_array_equal(single.parameters, double.parameters.astype(np.float32))


def test_another_seed_gives_other_weights_and_a_generator_is_used() -> None:
    rng = np.random.default_rng(5)
    first, second = (Network(4, [Dense(3)], seed=rng).parameters for _ in range(2))
    assert not np.allclose(first, second)
    np.testing.assert_array_equal(first, Network(4, [Dense(3)], seed=5).parameters)
    assert not np.allclose(first, Network(4, [Dense(3)], seed=6).parameters)


# Invalid networks


UNBUILDABLE = {
    "no layers": (lambda: Network(4, []), ValueError, "a network needs at least one layer"),
    "no inputs": (lambda: Network(0, [Dense(1)]), ValueError, "inputs of a network must be at least 1, got 0"),
    "inputs no number": (lambda: Network("4", [Dense(1)]), TypeError, "inputs of a network must be a whole number"),
    "float16": (
        lambda: Network(4, [Dense(1)], dtype="float16"),
        ValueError,
        "dtype of a network must be float32 or float64, got float16",
    ),
    "init": (lambda: Network(4, [Dense(1)], init="normla"), ValueError, "did you mean 'normal'?"),
    "activation as layer": (lambda: Network(4, ["relu"]), ValueError, "unknown layer 'relu'"),
    "class as layer": (lambda: Network(4, [Dense]), TypeError, "layer must be an object or a name"),
}


@pytest.mark.parametrize(("make", "error", "text"), UNBUILDABLE.values(), ids=UNBUILDABLE)
def test_an_invalid_network_raises_in_one_sentence(make: Callable[[], Any], error: type, text: str) -> None:
    with pytest.raises(error) as caught:
        make()
    assert text in str(caught.value)


# Predictions


@pytest.mark.parametrize(
    ("output", "units", "shape", "answer"),
    [
        ("softmax", 3, (9,), lambda a: a.argmax(axis=1)),
        ("sigmoid", 1, (9,), lambda a: (a[:, 0] > 0.5).astype(int)),
        ("sigmoid", 3, (9, 3), lambda a: (a > 0.5).astype(int)),
        ("identity", 1, (9,), lambda a: a[:, 0]),
        ("identity", 3, (9, 3), lambda a: a),
        ("exponential", 1, (9,), lambda a: a[:, 0]),
        ("tanh", 2, (9, 2), lambda a: a),
    ],
)
def test_predictions_are_classes_booleans_or_numbers(
    output: str, units: int, shape: tuple[int, ...], answer: Callable[[Any], Any]
) -> None:
    net = Network(4, [Dense(5, "tanh"), Dense(units, output)], seed=1)
    p = net.named_parameters()
    X32 = X.astype("float32")
    hidden = np.tanh(X32 @ p["dense1.W"] + p["dense1.b"])
    expected = activation(output).forward(hidden @ p["dense2.W"] + p["dense2.b"])
    np.testing.assert_allclose(net.predict_proba(X), expected, rtol=1e-6, atol=1e-6)
    assert net.predict_proba(X).shape == (9, units)
    assert net.predict(X).shape == shape
    np.testing.assert_allclose(net.predict(X), answer(net.predict_proba(X)))
    assert net.predict(X).dtype.kind == ("i" if output in ("softmax", "sigmoid") else "f")


def test_no_rows_give_no_predictions() -> None:
    assert small().predict(X[:0]).shape == (0,)
    assert small().predict_proba(X[:0]).shape == (0, 3)


@pytest.mark.parametrize("numbers", [1, 10, 64, 10_000])
def test_predicting_in_blocks_equals_predicting_at_once(numbers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    net = small()
    expected = net.forward(X)[0]
    monkeypatch.setattr(network_module, "BLOCK_NUMBERS", numbers)
    np.testing.assert_allclose(net.predict_proba(X), expected, rtol=1e-14)


def test_prediction_changes_nothing() -> None:
    net = small()
    net.gradient(X, LABELS)
    before = [vector.copy() for vector in (net.parameters, net.state, *net.named_gradients().values())]
    net.predict(X)
    for vector, old in zip((net.parameters, net.state, *net.named_gradients().values()), before, strict=True):
        np.testing.assert_array_equal(vector, old)


def test_an_ensemble_predicts_the_mean_of_its_networks() -> None:
    nets = [Network(4, [Dense(3, "softmax")], seed=seed) for seed in range(3)]
    together = Ensemble(nets)
    expected = sum(net.predict_proba(X) for net in nets) / 3
    np.testing.assert_allclose(together.predict_proba(X), expected, rtol=1e-6)
    np.testing.assert_array_equal(together.predict(X), expected.argmax(axis=1))
    assert (together.inputs, together.outputs, together.output_kind) == (4, 3, "distribution")


@pytest.mark.parametrize(
    ("other", "text"),
    [
        (Network(5, [Dense(3, "softmax")]), "network 1 of the ensemble gives 3 outputs (distribution) from 5 inputs"),
        (Network(4, [Dense(2, "softmax")]), "network 1 of the ensemble gives 2 outputs (distribution)"),
        (Network(4, [Dense(3)]), "network 1 of the ensemble gives 3 outputs (real)"),
    ],
    ids=["inputs", "outputs", "kind"],
)
def test_incompatible_networks_in_an_ensemble_raise(other: Network, text: str) -> None:
    with pytest.raises(ValueError, match="ensemble") as caught:
        Ensemble([Network(4, [Dense(3, "softmax")]), other])
    assert text in str(caught.value)
    with pytest.raises(ValueError, match="an ensemble needs at least one network"):
        Ensemble([])


def test_the_summary_is_a_table_of_layers_shapes_and_parameters() -> None:
    layers = [Embedding(0, 3, 2), Dense(400, "relu"), BatchNorm(), Dropout(0.25), LayerNorm(), Activation("tanh")]
    text = Network(4, [*layers, Dense(2)]).summary()
    assert (
        text
        == """\
layer        computes                        output    parameters
─────────────────────────────────────────────────────────────────
input                                        (n, 4)
embedding1   columns 0 → W[level]            (n, 5)             6
dense1       a = relu(x W + b)               (n, 400)       2,400
batchnorm1   scale · (x − mean) / σ + shift  (n, 400)         800
dropout1     a = x · mask / 0.75             (n, 400)           0
layernorm1   scale · (x − mean) / σ + shift  (n, 400)         800
activation1  a = tanh(z)                     (n, 400)           0
dense2       a = x W + b                     (n, 2)           802
─────────────────────────────────────────────────────────────────
total                                        float32        4,808"""
    )
