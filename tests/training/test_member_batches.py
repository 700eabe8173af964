"""`member_batches`: members with an order of the rows of their own, against separate networks and plain loops."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.maths.activations import SoftmaxGroups
from glassnet.maths.optimizers import SGD
from glassnet.maths.optimizers.adam import Adam
from glassnet.network.network import Network
from glassnet.training.batching import BLOCK_BYTES
from helpers.runs import by_engine

K, N, BATCH, EPOCHS = 3, 23, 8, 3  # batches of 8, 8, and 7 rows
by_dtype = pytest.mark.parametrize("dtype", ["float32", "float64"])
TOLERANCE = {"float32": 1e-5, "float64": 1e-10}

rng = np.random.default_rng(5)
X = np.hstack([rng.standard_normal((N, 3)), rng.integers(0, 3, (N, 1))])
LABELS = rng.integers(0, 3, N)
NUMBERS = rng.standard_normal((N, 2))
YES_NO = rng.integers(0, 2, (N, 1)).astype(float)
WEIGHTS = rng.uniform(0.2, 3, N)


@dataclass(frozen=True)
class Task:
    """Targets and loss of a single network, its output activation, and the same for all members."""

    y: np.ndarray
    loss: Any
    activation: Any
    Y: np.ndarray
    loss_of_all: Any
    activation_of_all: Any


def tiled(y: np.ndarray) -> np.ndarray:
    return np.tile(y, (1, K))


GROUPS = (3,) * K
SMOOTH, SMOOTH_GROUPS = gn.CrossEntropy(label_smoothing=0.2), gn.CrossEntropyGroups(GROUPS, label_smoothing=0.2)
ONE_HOT = tiled(gn.one_hot(LABELS))
TASKS = {
    "classes": Task(LABELS, "cross_entropy", "softmax", ONE_HOT, gn.CrossEntropyGroups(GROUPS), SoftmaxGroups(GROUPS)),
    "smoothed classes": Task(LABELS, SMOOTH, "softmax", ONE_HOT, SMOOTH_GROUPS, SoftmaxGroups(GROUPS)),
    "two targets": Task(NUMBERS, "squared_error", "identity", tiled(NUMBERS), "squared_error", "identity"),
    "huber": Task(NUMBERS, gn.Huber(0.5), "tanh", tiled(NUMBERS), gn.Huber(0.5), "tanh"),
    "yes or no": Task(YES_NO, "binary_cross_entropy", "sigmoid", tiled(YES_NO), "binary_cross_entropy", "sigmoid"),
}


def heads(task: Task) -> list[Any]:
    units = task.activation_of_all.groups[0] if task.y.ndim == 1 else task.y.shape[1]
    return [gn.MemberDense(units, K, shared=False), gn.Activation(task.activation_of_all)]


def separate_layers(task: Task) -> list[Any]:
    return [gn.Members(K), gn.MemberDense(6, K, shared=False), gn.ParametricActivation("tanh"), *heads(task)]


def orders(seed: int) -> list[np.ndarray]:
    """The order of the rows of each member in each epoch, (N, K)."""
    source = np.random.default_rng(seed)
    return [np.stack([source.permutation(N) for _ in range(K)], axis=1) for _ in range(EPOCHS)]


def batches(order: np.ndarray) -> list[np.ndarray]:
    return [order[first : first + BATCH] for first in range(0, N, BATCH)]


def trained(net: Network, task: Task, optimizer: Any, weights: Any, **options: Any) -> list[Any]:
    data = {"loss": task.loss_of_all, "batch_size": BATCH, "epochs": EPOCHS, "seed": 7, **options}
    return list(
        gn.train(net, (X, task.Y), optimizer=optimizer, sample_weight=weights, member_batches=True, **data)  # type: ignore[arg-type]
    )


@by_engine
@by_dtype
@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["plain", "weighted"])
@pytest.mark.parametrize("name", TASKS)
def test_members_without_shared_weights_are_separate_networks_in_orders_of_their_own(
    name: str, weights: Any, dtype: str, engine: str
) -> None:
    task, optimizer = TASKS[name], Adam(0.02)
    net = Network(4, separate_layers(task), dtype=dtype, seed=1)
    expected = gn.separate_members(net).networks
    records = trained(net, task, optimizer, weights, engine=engine)
    assert {record.engine for record in records} == {engine}
    losses = np.zeros(EPOCHS)
    for member, own in enumerate(expected):
        state = optimizer.start(own.parameters, own.layout.weights)
        for epoch, order in enumerate(orders(7)):
            for rows in batches(order[:, member]):
                w = None if weights is None else weights[rows]
                loss, g = own.gradient(X[rows], task.y[rows], task.loss, sample_weight=w)
                losses[epoch] += loss * len(rows) / N
                optimizer.step(own.parameters, g, state, optimizer.learning_rate)
    for found, own in zip(gn.separate_members(net).networks, expected, strict=True):
        atol = TOLERANCE[dtype] * np.abs(own.parameters).max()
        np.testing.assert_allclose(found.parameters, own.parameters, rtol=TOLERANCE[dtype], atol=atol)
    assert [record.loss for record in records] == pytest.approx(losses.tolist(), rel=10 * TOLERANCE[dtype])
    assert {record.accuracy for record in records} == {None}


class OneMember:
    """Squared error of one member alone."""

    canonical = None
    needs = None

    def __init__(self, member: int) -> None:
        self.part = slice(2 * member, 2 * member + 2)

    def targets(self, y: np.ndarray, outputs: int) -> np.ndarray:
        return y

    def value(self, a: np.ndarray, Y: np.ndarray) -> np.ndarray:
        return np.square(a - Y)[:, self.part].sum(axis=1)

    def gradient(self, a: np.ndarray, Y: np.ndarray) -> np.ndarray:
        slope = np.zeros_like(a)
        slope[:, self.part] = 2 * (a - Y)[:, self.part]
        return slope


SHARED_LAYERS = {
    "TabM-mini": [gn.PiecewiseLinearEmbedding(3, bins=4, units=2), gn.Members(K), gn.MemberDense(6, K)],
    "a category, and a linear path": [
        gn.Embedding((3,), (3,), 2),
        gn.Residual([gn.Dense(4, "tanh"), gn.Dropout(0), gn.LayerNorm()], init="glorot_uniform"),
        gn.Activation("gelu"),
        gn.Members(K),
        gn.Scale(),
        gn.MemberDense(6, K),
    ],
    "periodic": [gn.Scale(), gn.PeriodicEmbedding(3), gn.ParametricActivation("mish"), gn.Members(K)],
}


@by_engine
@by_dtype
@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["plain", "weighted"])
@pytest.mark.parametrize("name", SHARED_LAYERS)
def test_shared_parameters_get_the_sum_of_the_members_gradients(
    name: str, weights: Any, dtype: str, engine: str
) -> None:
    task = TASKS["two targets"]
    layers = [*SHARED_LAYERS[name], gn.Activation("tanh"), *heads(task)]
    net, plain = (Network(4, layers, dtype=dtype, seed=1) for _ in range(2))
    trained(net, task, SGD(0.02), weights, engine=engine)
    for order in orders(7):
        for rows in batches(order):
            total = np.zeros_like(plain.parameters)
            for member, own in enumerate(rows.T):
                w = None if weights is None else weights[own]
                total += plain.gradient(X[own], task.Y[own], OneMember(member), sample_weight=w)[1]
            plain.parameters = plain.parameters - total * plain.dtype.type(0.02)
    atol = TOLERANCE[dtype] * np.abs(plain.parameters).max()
    np.testing.assert_allclose(net.parameters, plain.parameters, rtol=TOLERANCE[dtype], atol=atol)


def embedded(**options: Any) -> tuple[Network, dict[str, Any]]:
    """A larger problem with dropout on both sides of the members, which two threads share."""
    source = np.random.default_rng(0)
    rows, labels = source.standard_normal((600, 4)), source.integers(0, 3, 600)
    before = [gn.PiecewiseLinearEmbedding(4, bins=8, units=4), gn.BatchNorm(), gn.Dropout(0.1), gn.Members(K)]
    net = Network(4, [*before, gn.MemberDense(9, K), gn.Dropout(0.2), gn.Scale(), *heads(TASKS["classes"])], seed=1)
    data = {"data": (rows, tiled(gn.one_hot(labels))), "loss": gn.CrossEntropyGroups(GROUPS), "batch_size": 128}
    return net, {**data, "epochs": 2, "member_batches": True, "engine": "compiled", **options}


@pytest.mark.parametrize("weighted", [False, True])
def test_the_number_of_threads_and_the_size_of_blocks_do_not_change_a_bit(
    weighted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights, ends = np.random.default_rng(1).random(600) if weighted else None, []
    for threads, block in ((1, BLOCK_BYTES), (2, BLOCK_BYTES), (1, 1)):
        for module in ("batching", "epoch"):
            monkeypatch.setattr(f"glassnet.training.{module}.BLOCK_BYTES", block)
        net, options = embedded(threads=threads, sample_weight=weights)
        list(gn.train(net, **options))
        ends.append(net.parameters.copy())
    assert np.array_equal(ends[0], ends[1])
    assert np.array_equal(ends[0], ends[2])


@by_engine
def test_validation_and_predictions_give_the_same_row_to_all_members(engine: str) -> None:
    net, options = embedded(engine=engine)
    rows, targets = options["data"]
    (record,) = gn.train(net, valid=(rows[:50], targets[:50]), **{**options, "epochs": 1})
    output = Network.from_vectors(4, net.layers, net.parameters, net.state).predict_proba(rows[:50])
    np.testing.assert_allclose(net.predict_proba(rows[:50]), output, rtol=1e-5)
    loss = gn.CrossEntropyGroups(GROUPS).value(output, targets[:50]).mean()
    assert record.valid_loss == pytest.approx(float(loss), rel=1e-5)


@by_engine
def test_a_member_without_weights_in_a_batch_does_not_change_the_others(engine: str) -> None:
    task = TASKS["two targets"]
    weights = np.where(np.arange(N) < 2, 1.0, 0.0)  # most members have no such row in a batch
    net = Network(4, separate_layers(task), dtype="float64", seed=1)
    expected = gn.separate_members(net).networks
    trained(net, task, SGD(0.1), weights, engine=engine)
    for member, own in enumerate(expected):
        for order in orders(7):
            for rows in batches(order[:, member]):
                if weights[rows].any():
                    _, g = own.gradient(X[rows], task.y[rows], sample_weight=weights[rows])
                    own.parameters = own.parameters - 0.1 * g
    for found, own in zip(gn.separate_members(net).networks, expected, strict=True):
        np.testing.assert_allclose(found.parameters, own.parameters, rtol=1e-10)


def test_rows_that_are_converted_or_preprocessed_in_blocks_give_the_same_members(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("glassnet.training.batching.AT_ONCE_BYTES", 0)
    task, scale, ends = TASKS["two targets"], gn.Standardize().fit(X), []
    ready, options = scale.transform(X).astype("float32"), {"epochs": 2, "seed": 7, "member_batches": True}
    for rows, own in ((ready, {}), (np.asfortranarray(ready, "float64"), {}), (X, {"preprocessing": scale})):
        net = Network(4, separate_layers(task), seed=1)
        list(gn.train(net, (rows, task.Y), **options, **own))  # type: ignore[arg-type]
        ends.append(net.parameters.copy())
    assert np.array_equal(ends[0], ends[1])
    np.testing.assert_allclose(ends[2], ends[0], rtol=1e-4, atol=1e-5)


def test_a_single_member_is_trained_as_without_the_option() -> None:
    ends = []
    for option in (False, True):
        net = Network(4, [gn.Members(1), gn.Dense(5, "tanh"), gn.Dense(3, "softmax")], seed=1)
        list(gn.train(net, (X, LABELS), member_batches=option, epochs=2, seed=7))
        ends.append(net.parameters.copy())
    assert np.array_equal(*ends)


BODY = [gn.Members(K), gn.MemberDense(3, K)]
NOT_SPLIT = "needs members that stay apart up to the output, but "


@pytest.mark.parametrize(
    ("layers", "options", "message"),
    [
        ([gn.Dense(9)], {}, "needs a network of members, but none of its layers, dense1, is Members"),
        ([gn.Members(K), gn.Dense(9)], {}, f"{NOT_SPLIT}dense1, Dense, mixes 3 members"),
        ([*BODY, gn.LayerNorm()], {}, f"{NOT_SPLIT}layernorm1, LayerNorm, mixes"),
        ([*BODY, gn.Activation("softmax_groups")], {}, f"{NOT_SPLIT}activation1, Activation, mixes"),
        ([gn.Residual(BODY)], {}, f"{NOT_SPLIT}residual1.linear, Dense, mixes"),
        ([gn.Members(9), gn.MemberDense(3, K)], {}, f"{NOT_SPLIT}member_dense1, MemberDense, mixes 9 members"),
        (BODY, {"shuffle": False}, "shuffles the rows for each member, but shuffle is False"),
        (BODY, {"optimizer": "lbfgs"}, "L-BFGS does not support member_batches"),
        (BODY, {"loss": gn.SquaredError(mean=True), "sample_weight": WEIGHTS}, "use squared_error without mean"),
    ],
)
def test_networks_and_options_that_do_not_fit_raise(layers: Any, options: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        gn.train(Network(4, layers), (X, np.eye(9)[LABELS]), member_batches=True, **options)


def test_a_recipe_whose_output_layer_would_mix_the_members_raises() -> None:
    with pytest.raises(ValueError, match=r"^member_batches is for .*: the output layer of a recipe"):
        gn.Recipe("x", "iris", member_batches=True)


def test_groups_of_the_loss_that_differ_between_members_raise() -> None:
    net = Network(4, [*BODY, gn.Activation(SoftmaxGroups(GROUPS))])
    targets, loss = np.eye(9)[LABELS] + np.eye(9)[LABELS + 4], gn.CrossEntropyGroups((4, 5))
    with pytest.raises(ValueError, match=r"same groups for each of 3 members, got .* with groups \(4, 5\)"):
        gn.train(net, (X, targets), loss=loss, member_batches=True)
