"""Optimizers: twenty steps match PyTorch, Optax, or scikit-learn, and a step has no side effects."""

import copy
import pickle
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.neural_network import _stochastic_optimizers as sklearn_optimizers

from glassnet.maths.optimizers import (
    LBFGS,
    OPTIMIZERS,
    SGD,
    Adadelta,
    Adagrad,
    Lion,
    RMSProp,
)
from glassnet.maths.optimizers.adam import Adam, AdamW, AMSGrad, NAdam
from glassnet.maths.optimizers.base import State
from helpers import oracles  # noqa: F401  (turns on JAX's float64)
from helpers.examples import example_count
from helpers.needs import needs
from helpers.trajectories import (
    FACTORS,
    ROWS,
    STEPS,
    STORED,
    gradient,
    optax_walk,
    our_walk,
    start,
    torch_trajectories,
    torch_walk,
)

DTYPES = [np.float32, np.float64]
# Of numbers about 1, after twenty steps that feed each step's rounding into the next.
TOLERANCE = {np.float32: {"rtol": 0, "atol": 2e-6}, np.float64: {"rtol": 0, "atol": 2e-14}}

# Two options bend a rule to scikit-learn's, so these rows have no other oracle.
SKLEARN: dict[str, tuple[Any, Callable[[list[np.ndarray], float], Any]]] = {
    "sgd momentum": (
        SGD(0.05, momentum=0.9, rate_in_velocity=True),
        lambda params, rate: sklearn_optimizers.SGDOptimizer(params, rate, momentum=0.9, nesterov=False),
    ),
    "sgd nesterov": (
        SGD(0.05, momentum=0.8, nesterov=True, rate_in_velocity=True),
        lambda params, rate: sklearn_optimizers.SGDOptimizer(params, rate, momentum=0.8, nesterov=True),
    ),
    "sgd plain": (
        SGD(0.05, rate_in_velocity=True),
        lambda params, rate: sklearn_optimizers.SGDOptimizer(params, rate, momentum=0.0, nesterov=False),
    ),
    "adam": (Adam(epsilon_first=True), lambda params, rate: sklearn_optimizers.AdamOptimizer(params, rate)),
    "adam epsilon": (
        Adam(0.05, beta1=0.7, beta2=0.9, epsilon=0.1, epsilon_first=True),
        lambda params, rate: sklearn_optimizers.AdamOptimizer(params, rate, beta_1=0.7, beta_2=0.9, epsilon=0.1),
    ),
}

ALL = {name: row.ours for name, row in ROWS.items()} | {
    f"sklearn's {name}": ours for name, (ours, _) in SKLEARN.items()
}
every_optimizer = pytest.mark.parametrize("ours", ALL.values(), ids=list(ALL))
both_dtypes = pytest.mark.parametrize("dtype", DTYPES)


def sklearn_walk(make: Callable[[list[np.ndarray], float], Any], rate: float, factors: Sequence[float]) -> np.ndarray:
    theta = start(np.float64)
    theirs = make([theta], rate)
    path = []
    for step, factor in enumerate(factors):
        theirs.learning_rate = theirs.learning_rate_init = factor * rate
        theirs.update_params([theta], [gradient(theta, step)])
        path.append(theta.copy())
    return np.array(path)


def test_every_optimizer_that_steps_is_in_the_table() -> None:
    assert {type(row.ours) for row in ROWS.values()} == set(OPTIMIZERS.values()) - {LBFGS}
    assert all(row.torch or row.direction for row in ROWS.values())


def check_walks(ours: Any, their_walk: Callable[[str], np.ndarray], dtype: type) -> None:
    for rates, factors in FACTORS.items():
        path = our_walk(ours, factors, dtype)
        assert path.dtype == dtype
        np.testing.assert_allclose(path, their_walk(rates), **TOLERANCE[dtype], err_msg=f"{rates} rate")


@both_dtypes
@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.torch])
def test_twenty_steps_match_stored_pytorch_trajectories(name: str, dtype: type) -> None:
    with np.load(STORED) as stored:
        check_walks(ROWS[name].ours, lambda rates: stored[f"{name}, {rates}"], dtype)


@both_dtypes
@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.torch])
def test_twenty_steps_match_pytorch(name: str, dtype: type) -> None:
    needs("torch")
    row = ROWS[name]
    check_walks(row.ours, lambda rates: torch_walk(*row.torch, FACTORS[rates], dtype), dtype)


def test_stored_trajectories_match_the_script_that_stores_them() -> None:
    needs("torch")
    fresh = torch_trajectories()
    with np.load(STORED) as stored:
        assert set(stored) == set(fresh)
        for name, path in fresh.items():
            np.testing.assert_allclose(stored[name], path, rtol=0, atol=2e-14, err_msg=name)


@both_dtypes
@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.direction])
def test_twenty_steps_match_optax(name: str, dtype: type) -> None:
    row = ROWS[name]
    rate = row.ours.learning_rate
    check_walks(row.ours, lambda rates: optax_walk(row.direction, rate, FACTORS[rates], dtype), dtype)


@both_dtypes
@pytest.mark.parametrize("name", SKLEARN)
def test_twenty_steps_match_scikit_learn(name: str, dtype: type) -> None:
    ours, make = SKLEARN[name]
    check_walks(ours, lambda rates: sklearn_walk(make, ours.learning_rate, FACTORS[rates]), dtype)


@pytest.mark.parametrize(
    ("ours", "bent", "differ"),
    [
        (SGD(0.05, momentum=0.9), SGD(0.05, momentum=0.9, rate_in_velocity=True), "changing"),
        (
            SGD(0.05, momentum=0.9, nesterov=True),
            SGD(0.05, momentum=0.9, nesterov=True, rate_in_velocity=True),
            "changing",
        ),
        (Adam(epsilon=0.1), Adam(epsilon=0.1, epsilon_first=True), "both"),
        (AMSGrad(epsilon=0.1), AMSGrad(epsilon=0.1, epsilon_first=True), "both"),
        (AdamW(epsilon=0.1), AdamW(epsilon=0.1, epsilon_first=True), "both"),
        (NAdam(epsilon=0.1), NAdam(epsilon=0.1, epsilon_first=True), "both"),
    ],
)
def test_update_rules_of_scikit_learn_differ_from_the_standard_ones(ours: Any, bent: Any, differ: str) -> None:
    for rates, factors in FACTORS.items():
        same = np.allclose(our_walk(ours, factors, np.float64), our_walk(bent, factors, np.float64), rtol=0, atol=1e-12)
        assert same == (differ != "both" and rates != differ)


def test_the_step_of_the_notebook() -> None:
    W, dW = np.array([0.3, -0.1, 0.0]), np.array([1.0, -2.0, 0.5])
    updated = W - 0.1 * dW
    plain = SGD(learning_rate=0.1)
    plain.step(W, dW, plain.start(W), plain.learning_rate)
    np.testing.assert_array_equal(W, updated)


@both_dtypes
@every_optimizer
def test_a_step_updates_theta_in_place_and_leaves_the_gradient_unchanged(ours: Any, dtype: type) -> None:
    theta, g = start(dtype), gradient(start(dtype), 0)
    g.flags.writeable = False
    state = ours.start(theta)
    vectors = state.vectors
    for steps in (1, 2, 3):
        before = theta.copy()
        assert ours.step(theta, g, state, ours.learning_rate) is None
        assert state.steps == steps
        assert np.all((theta != before)[:-1])
    assert theta.dtype == state.vectors.dtype == state.scratch.dtype == dtype
    assert state.vectors is vectors


@every_optimizer
def test_memory_names_every_vector_of_the_state(ours: Any) -> None:
    theta = start(np.float64)
    state = ours.start(theta)
    assert state.names == ours.memory
    assert state.vectors.shape == (len(ours.memory), theta.size)
    ours.step(theta, gradient(theta, 0), state, ours.learning_rate)
    for row, name in enumerate(ours.memory):
        assert np.shares_memory(state[name], state.vectors[row])
        assert state[name][:-1].all()


@pytest.mark.parametrize(
    ("ours", "memory"),
    [
        (SGD(), ()),
        (SGD(momentum=0.9), ("velocity",)),
        (Adagrad(), ("squares",)),
        (RMSProp(), ("squares",)),
        (RMSProp(momentum=0.9), ("squares", "velocity")),
        (RMSProp(centered=True, momentum=0.9), ("squares", "mean", "velocity")),
        (Adadelta(), ("squares", "step_squares")),
        (Adam(), ("mean", "squares")),
        (AMSGrad(), ("mean", "squares", "largest")),
        (AdamW(), ("mean", "squares")),
        (NAdam(), ("mean", "squares")),
        (Lion(), ("mean",)),
    ],
    ids=str,
)
def test_the_state_has_only_the_vectors_of_the_rule(ours: Any, memory: tuple[str, ...]) -> None:
    assert ours.memory == memory


def by_pickle(state: State) -> State:
    return pickle.loads(pickle.dumps(state))


def by_checkpoint(state: State) -> State:
    """As in a checkpoint: vectors and counters are saved, the scratch vector is not."""
    return State(
        state.names,
        state.vectors.copy(),
        np.full_like(state.scratch, 7),
        state.weights,
        state.steps,
        state.momentum_product,
    )


@both_dtypes
@every_optimizer
def test_a_resumed_walk_ends_with_the_same_bits(ours: Any, dtype: type) -> None:
    def walk(theta: np.ndarray, state: State, steps: range) -> None:
        for step in steps:
            ours.step(theta, gradient(theta, step), state, ours.learning_rate)

    theta = start(dtype)
    state = ours.start(theta, [slice(0, 4)])
    walk(theta, state, range(STEPS // 2))
    kept = [(theta.copy(), keep(state)) for keep in (copy.deepcopy, by_pickle, by_checkpoint)]
    walk(theta, state, range(STEPS // 2, STEPS))
    for resumed, its_state in kept:
        walk(resumed, its_state, range(STEPS // 2, STEPS))
        np.testing.assert_array_equal(resumed, theta)
        np.testing.assert_array_equal(its_state.vectors, state.vectors)


@both_dtypes
@every_optimizer
def test_a_learning_rate_of_0_updates_the_state_but_not_theta(ours: Any, dtype: type) -> None:
    theta = start(dtype)
    state = ours.start(theta)
    for step in range(3):
        ours.step(theta, gradient(theta, step), state, 0.0)
    np.testing.assert_array_equal(theta, start(dtype))
    assert state.steps == 3
    # Where the rate is part of the velocity, nothing has been gathered.
    for name in ours.memory:
        assert state[name][:-1].all() == (not getattr(ours, "rate_in_velocity", False))


@both_dtypes
@every_optimizer
def test_a_gradient_of_0_changes_nothing(ours: Any, dtype: type) -> None:
    path = our_walk(ours, FACTORS["changing"], dtype)
    decay = getattr(ours, "weight_decay", 0.0) * ours.learning_rate
    factors = np.array(FACTORS["changing"], dtype)
    np.testing.assert_allclose(
        path[:, -1], np.cumprod(1 - decay * factors), rtol=1e-5 if dtype == np.float32 else 1e-14
    )
    if not decay:
        np.testing.assert_array_equal(path[:, -1], 1)


@both_dtypes
@every_optimizer
def test_tiny_and_huge_gradients_give_no_warning(ours: Any, dtype: type) -> None:
    g = np.array([0, 1e-30, -1e-8, 1, -1e4, 1e15], dtype)
    theta = np.zeros_like(g)
    state = ours.start(theta)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        for _ in range(5):
            ours.step(theta, g, state, ours.learning_rate)
    assert np.isfinite(theta).all()
    assert np.isfinite(state.vectors).all()


@both_dtypes
def test_a_variance_rounded_below_0_counts_as_0(dtype: type) -> None:
    theta, g = np.zeros(50, dtype), np.linspace(0.1, 1, 50, dtype=dtype)
    ours = RMSProp(decay=0.7, epsilon=0.1, centered=True)
    state = ours.start(theta)
    below = 0
    for _ in range(200):
        ours.step(theta, g, state, 0.01)
        below += np.sum(state["squares"] < state["mean"] ** 2)
        assert np.isfinite(theta).all()
    assert below > 0


def test_adamw_can_exclude_the_biases() -> None:
    weights = [slice(0, 3), slice(5, 6)]
    biases = [3, 4, 6, 7]
    g = gradient(start(np.float64), 0)
    ends = {}
    for name, ours in {
        "all": AdamW(0.05, weight_decay=0.5),
        "none": AdamW(0.05, weight_decay=0.0),
        "adam": Adam(0.05),
        "weights": AdamW(0.05, weight_decay=0.5, decay_biases=False),
    }.items():
        theta = start(np.float64)
        state = ours.start(theta, weights)
        for _ in range(STEPS):
            ours.step(theta, g, state, 0.05)
        ends[name] = theta
    np.testing.assert_array_equal(ends["none"], ends["adam"])
    np.testing.assert_array_equal(ends["weights"][biases], ends["none"][biases])
    np.testing.assert_array_equal(ends["weights"][[0, 1, 2, 5]], ends["all"][[0, 1, 2, 5]])
    assert np.all(ends["all"] != ends["none"])


def test_adamw_excludes_biases_like_two_parameter_groups_of_pytorch() -> None:
    torch = needs("torch")
    ours = AdamW(0.05, weight_decay=0.5, decay_biases=False)
    theta, g = start(np.float64), gradient(start(np.float64), 0)
    state = ours.start(theta, [slice(0, 3)])
    W, b = (torch.nn.Parameter(torch.tensor(part)) for part in (start(np.float64)[:3], start(np.float64)[3:]))
    theirs = torch.optim.AdamW([{"params": [W]}, {"params": [b], "weight_decay": 0.0}], lr=0.05, weight_decay=0.5)
    W.grad, b.grad = torch.tensor(g[:3]), torch.tensor(g[3:])
    for _ in range(STEPS):
        ours.step(theta, g, state, 0.05)
        theirs.step()
    np.testing.assert_allclose(theta, torch.cat([W, b]).detach().numpy(), **TOLERANCE[np.float64])


def test_lion_moves_every_parameter_by_the_rate() -> None:
    steps = np.diff(our_walk(Lion(0.01), FACTORS["constant"], np.float64)[:, :-1], axis=0)
    np.testing.assert_allclose(np.abs(steps), 0.01, rtol=1e-10)


def test_the_rate_of_amsgrad_never_increases() -> None:
    theta = np.zeros(1)
    first, second = AMSGrad(beta2=0.5), Adam(beta2=0.5)
    states = first.start(theta), second.start(theta)
    for g in [10.0] + [0.1] * 10:
        moves = []
        for ours, state in zip((first, second), states, strict=True):
            before = theta.copy()
            ours.step(theta, np.array([g]), state, 1e-3)
            moves.append(abs(theta - before)[0])
    assert states[0]["largest"][0] == pytest.approx(0.5 * 100)
    assert moves[0] < moves[1] / 10


# Distances to the bottom are at least 1; within the steps made, none of these rates overshoots as far as it came.
@pytest.mark.parametrize(
    ("ours", "rate"),
    [
        (SGD(), 0.1),
        (SGD(momentum=0.9), 0.01),
        (SGD(momentum=0.9, nesterov=True), 0.01),
        (SGD(momentum=0.9, rate_in_velocity=True), 0.01),
        (Adagrad(), 0.05),
        (RMSProp(), 0.005),
        (RMSProp(centered=True, momentum=0.5), 0.005),
        (Adadelta(), 1.0),
        (Adam(), 0.02),
        (AMSGrad(), 0.02),
        (AdamW(weight_decay=0.0), 0.02),
        (NAdam(), 0.02),
        (Lion(), 0.01),
    ],
    ids=str,
)
@example_count(25)
@given(
    curvature=arrays(np.float64, 5, elements=st.floats(0.05, 1)),
    distance=arrays(np.float64, 5, elements=st.floats(1, 50)),
    sign=arrays(np.float64, 5, elements=st.sampled_from([-1.0, 1.0])),
    bottom=arrays(np.float64, 5, elements=st.floats(-10, 10)),
)
def test_every_optimizer_minimizes_a_convex_function(
    ours: Any, rate: float, curvature: np.ndarray, distance: np.ndarray, sign: np.ndarray, bottom: np.ndarray
) -> None:
    def height(theta: np.ndarray) -> float:
        return float(curvature @ (theta - bottom) ** 2) / 2

    theta = bottom + sign * distance
    state = ours.start(theta)
    heights = [height(theta)]
    for _ in range(30):
        ours.step(theta, curvature * (theta - bottom), state, rate)
        heights.append(height(theta))
    assert heights[-1] < heights[0]
    assert heights[1] < heights[0]
