"""Residual layers: the linear path, names, trace, summary, memory of both engines, recipes, and parameter groups."""

import copy
import pickle

import numpy as np
import pytest

import glassnet as gn
from glassnet.engines.compiled.plan import make_plan
from glassnet.engines.compiled.program_layout import IS_TRANSPOSED, WANTS_DX
from glassnet.maths.losses import CrossEntropy
from glassnet.network.network import Network
from glassnet.runs.run import load_parts
from glassnet.runs.setup import set_up
from helpers.networks import LABELS, X, by_dtype, network_of
from helpers.oracles import jax_gradients

WIDE = gn.Residual([gn.Dense(5, "relu"), gn.Dropout(0.2), gn.Dense(3)])
LAYERS = [gn.Dense(4, "tanh"), WIDE, gn.Activation("softmax")]


def test_names_parameters_and_widths() -> None:
    net = Network(4, LAYERS)
    assert net.names == ("dense1", "residual1", "activation1")
    assert net.widths == (4, 4, 3, 3)
    assert {name: view.shape for name, view in net.named_parameters().items()} == {
        "dense1.W": (4, 4),
        "dense1.b": (4,),
        "residual1.dense1.W": (4, 5),
        "residual1.dense1.b": (5,),
        "residual1.dense2.W": (5, 3),
        "residual1.dense2.b": (3,),
        "residual1.linear.W": (4, 3),
        "residual1.linear.b": (3,),
    }


def test_a_network_starts_without_the_linear_path() -> None:
    net, plain = Network(4, LAYERS, seed=3), Network(4, [LAYERS[0], *WIDE.layers, LAYERS[2]], seed=3)
    np.testing.assert_array_equal(net.predict_proba(X), plain.predict_proba(X))
    drawn = Network(4, [gn.Residual([gn.Dense(3)], init="normal")])
    assert drawn.named_parameters()["residual1.linear.W"].all()


@by_dtype
def test_the_output_is_that_of_the_layers_plus_a_linear_map(dtype: str) -> None:
    net = network_of(LAYERS, dtype)
    p = net.named_parameters()
    x = np.tanh(X.astype(dtype) @ p["dense1.W"] + p["dense1.b"])
    hidden = np.maximum(x @ p["residual1.dense1.W"] + p["residual1.dense1.b"], 0)
    z = hidden @ p["residual1.dense2.W"] + p["residual1.dense2.b"]
    z = z + x @ p["residual1.linear.W"] + p["residual1.linear.b"]
    a = np.exp(z - z.max(axis=1, keepdims=True))
    np.testing.assert_allclose(net.predict_proba(X), a / a.sum(axis=1, keepdims=True), rtol=1e-5)


def test_the_gradient_matches_jax() -> None:
    jax = pytest.importorskip("jax")
    layers = [gn.Residual([gn.Dense(5, "tanh"), gn.Dense(4, "sigmoid")]), gn.Residual([gn.Activation("tanh")])]
    net = network_of(layers)
    dy = np.random.default_rng(0).standard_normal((len(X), 4))

    def output(p, x):
        h = jax.numpy.tanh(x @ p["residual1.dense1.W"] + p["residual1.dense1.b"])
        y = jax.nn.sigmoid(h @ p["residual1.dense2.W"] + p["residual1.dense2.b"])
        y = y + x @ p["residual1.linear.W"] + p["residual1.linear.b"]
        return jax.numpy.tanh(y) + y @ p["residual2.linear.W"] + p["residual2.linear.b"]

    a, caches = net.forward(X)
    net.backward(caches, dy)
    expected, (dp, _) = jax_gradients(output, net.named_parameters(), X, da=dy)
    np.testing.assert_allclose(a, expected, rtol=1e-11)
    for name, view in net.named_gradients().items():
        np.testing.assert_allclose(view, dp[name], rtol=1e-10, err_msg=name)


def test_the_compiled_engine_computes_no_gradient_that_is_not_needed() -> None:
    """Both layers that get the data need none with respect to them; the layer behind the first needs one."""
    net = Network(4, [gn.Residual([gn.Dense(5, "relu"), gn.Dense(3)]), gn.Activation("softmax")])
    plan = make_plan(net, CrossEntropy(), 8, train=True, labels=True)
    assert plan.ops[:, WANTS_DX].tolist() == [0, 1, 1, 0, 1]
    assert plan.ops[:, IS_TRANSPOSED].tolist() == [0, 0, 1, 0, 0]


@pytest.mark.parametrize("where", ["first", "behind a layer"])
def test_the_number_of_threads_does_not_change_a_bit(where: str) -> None:
    rng = np.random.default_rng(0)
    rows, labels = rng.standard_normal((600, 4)), rng.integers(0, 3, 600)
    layers = LAYERS[1:] if where == "first" else LAYERS
    ends = []
    for threads in (1, 2):
        net = Network(4, layers, seed=1)
        for _ in gn.train(net, (rows, labels), epochs=3, batch_size=128, seed=0, engine="compiled", threads=threads):
            pass
        ends.append(net.parameters.copy())
    assert np.array_equal(*ends)


def test_copies_and_pickles_have_views_of_their_own_vectors() -> None:
    net = Network(4, LAYERS)
    for again in (copy.deepcopy(net), pickle.loads(pickle.dumps(net))):
        np.testing.assert_array_equal(again.predict_proba(X), net.predict_proba(X))
        again.named_parameters()["residual1.linear.W"][:] = 7
        assert (again.parameters == 7).sum() == 12
        assert not net.named_parameters()["residual1.linear.W"].any()


def test_the_trace_has_every_inner_layer() -> None:
    net = network_of(LAYERS)
    trace = net.trace(X, LABELS)
    inner = ["residual1.dense1", "residual1.dropout1", "residual1.dense2", "residual1.linear"]
    assert list(trace) == ["dense1", *inner, "activation1"]
    linear, last = trace["residual1.linear"], trace["residual1.dense2"]
    np.testing.assert_array_equal(linear.x, trace["dense1"].a)
    np.testing.assert_allclose(linear.z, last.a + linear.x @ linear.W + linear.b)
    np.testing.assert_array_equal(trace["activation1"].z, linear.a)
    np.testing.assert_array_equal(last.da, linear.dz)
    np.testing.assert_allclose(trace["dense1"].da, trace["residual1.dense1"].dx + linear.dx)
    net.gradient(X, LABELS)
    for name, view in net.named_gradients().items():
        layer, short = name.rsplit(".", 1)
        np.testing.assert_allclose(trace[layer][f"d{short}"], view, rtol=1e-12)
    for line in (
        "z = x W + b + residual1.dense2.a          x is dense1.a, (9, 4)   W (4, 3)   b (3,)",
        "da = residual1.dense1.dz residual1.dense1.Wᵀ + residual1.linear.dz residual1.linear.Wᵀ",
        "da = residual1.linear.dz = [",
    ):
        assert f"\n    {line}" in str(trace)


def test_the_summary_has_a_line_for_every_inner_layer() -> None:
    assert (
        Network(4, LAYERS[1:]).summary()
        == """\
layer               computes                          output   parameters
─────────────────────────────────────────────────────────────────────────
input                                                 (n, 4)
residual1.dense1    a = relu(x W + b)                 (n, 5)           25
residual1.dropout1  a = x · mask / 0.8                (n, 5)            0
residual1.dense2    a = x W + b                       (n, 3)           18
residual1.linear    a = residual1.dense2.a + x W + b  (n, 3)           15
activation1         a = softmax(z)                    (n, 3)            0
─────────────────────────────────────────────────────────────────────────
total                                                 float32          58"""
    )


@pytest.mark.parametrize("engine", ["numpy", "compiled"])
def test_parameter_groups_name_inner_layers_and_the_whole(engine: str) -> None:
    net = Network(4, LAYERS, seed=0)
    before = {name: view.copy() for name, view in net.named_parameters().items()}
    groups = {"residual1": {"learning_rate": 0}, "residual1.linear.W": {"learning_rate": 1}}
    for _ in gn.train(net, (X, LABELS), epochs=1, parameter_groups=groups, engine=engine, optimizer="sgd"):
        pass
    moved = {name for name, view in net.named_parameters().items() if not np.array_equal(view, before[name])}
    assert moved == {"dense1.W", "dense1.b", "residual1.linear.W"}


def test_initial_values_from_data_reach_the_inner_layers() -> None:
    net = Network(4, LAYERS, dtype="float64", seed=0)
    gn.initialize_from_data(net, X, np.random.default_rng(0))
    trace = net.trace(X, LABELS)
    for name in ("dense1", "residual1.dense1", "residual1.dense2"):
        np.testing.assert_allclose(trace[name].z.std(axis=0), 1)
    assert not trace["residual1.linear"].W.any()


def test_a_recipe_with_a_residual_layer_runs_and_is_reproduced_from_its_file(tmp_path) -> None:
    dense = {"name": "dense", "units": 8, "activation": "relu"}
    layers = [{"name": "residual", "layers": [dense, {"name": "dropout", "rate": 0.1}, {"name": "dense", "units": 6}]}]
    recipe = gn.Recipe(name="wide", source="iris", steps=("standardize",), layers=layers, epochs=3, data_init=True)
    (tmp_path / "wide.toml").write_text(recipe.toml(), encoding="utf-8")
    assert gn.load_recipe(str(tmp_path / "wide.toml")) == recipe
    run = gn.run_recipe(recipe)
    assert "residual1.linear" in run.activation_history.layers
    run.model.save(tmp_path / "model.safetensors")
    rows = run.parts["test"].X
    again = gn.load_model(tmp_path / "model.safetensors")
    np.testing.assert_array_equal(again.predict_proba(rows), run.model.predict_proba(rows))


def test_inputs_that_are_always_zero_get_no_weights_in_either_path() -> None:
    layers = [{"name": "residual", "layers": [{"name": "dense", "units": 6}], "init": "normal"}]
    rows = np.hstack([X, np.zeros((9, 1))]).astype("float32")
    recipe = gn.Recipe(name="zeros", source="memory:data", layers=layers, split="50/50", options={})
    setup = set_up(recipe, load_parts(recipe, gn.Dataset(rows, LABELS, class_names=("a", "b", "c"))))
    p = setup.networks[0].named_parameters()
    assert not p["residual1.dense1.W"][4].any()
    assert not p["residual1.linear.W"][4].any()
    assert p["residual1.linear.W"][:4].all()


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: gn.Residual([]), TypeError, r"^layers of a Residual layer must be a list of at least one layer, got "),
        (lambda: gn.Residual("dense"), TypeError, r"^layers of a Residual layer must be a list .* got 'dense'"),
        (lambda: gn.Residual([WIDE]), ValueError, r"^a Residual layer cannot contain another one"),
        (lambda: gn.Residual(["dens"]), ValueError, r"^unknown layer 'dens'; did you mean 'dense'"),
        (
            lambda: Network(4, [gn.Residual([gn.Embedding(0, 3, 2)])]),
            ValueError,
            r"^residual1\.embedding1 must come before residual1, because its columns are integer codes",
        ),
        (
            lambda: Network(4, [gn.Residual([gn.Dense(3), gn.Dense(2, inputs=5)])]),
            ValueError,
            r"^residual1\.dense2 expects 5 inputs, residual1\.dense1 gives 3",
        ),
        (
            lambda: gn.fit(Network(4, [gn.Residual([gn.BatchNorm(), gn.Dense(3)])]), (X, X[:, :3]), batch_size=1),
            ValueError,
            r"^residual1\.batchnorm1 needs at least two rows per batch",
        ),
    ],
)
def test_mistakes_raise(make, error, message: str) -> None:
    with pytest.raises(error, match=message):
        make()
