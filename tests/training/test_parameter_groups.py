"""`parameter_groups`: learning rates and weight decay of parts of the network, against a plain loop and PyTorch."""

import dataclasses
import re
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.maths.optimizers import SGD, Adadelta, Adagrad, Adam, AdamW, AMSGrad, Lion, NAdam, RMSProp
from glassnet.network.layers import BatchNorm, Dense, Embedding, LayerNorm, ParametricActivation, Scale
from glassnet.network.network import Network
from glassnet.network.parameter_groups import factors_of
from glassnet.recipes.load import load_recipe, single_network
from glassnet.runs.run import run_recipe
from glassnet.training.train import train
from helpers.needs import needs
from helpers.runs import CLOSE, LABELS, N, X, by_dtype, by_engine

GROUPS: dict[str, dict[str, float]] = {
    "biases": {"learning_rate": 0.1, "weight_decay": 0},
    "scales": {"learning_rate": 6, "weight_decay": 0.5},
    "activations": {"learning_rate": 2, "weight_decay": 1},
    "dense2": {"learning_rate": 0.5},
    "dense2.W": {"weight_decay": 3},
    "dense3.W": {"learning_rate": 0},
}
# Array: factor of the learning rate, and factor of the weight decay; None where the default applies.
EXPECTED: dict[str, tuple[float, float | None]] = {
    "scale1.s": (6, 0.5),
    "dense1.W": (1, None),
    "dense1.b": (0.1, 0),
    "batchnorm1.scale": (6, 0.5),
    "batchnorm1.shift": (0.1, 0),
    "dense2.W": (0.5, 3),
    "dense2.b": (0.5, 0),
    "parametric_activation1.alpha": (2, 1),
    "layernorm1.scale": (6, 0.5),
    "layernorm1.shift": (0.1, 0),
    "dense3.W": (0, None),
    "dense3.b": (0.1, 0),
}
OPTIMIZERS: dict[str, Any] = {
    "sgd": SGD(0.05),
    "sgd with momentum": SGD(0.02, momentum=0.9, nesterov=True),
    "sgd with the rate in the velocity": SGD(0.02, momentum=0.9, rate_in_velocity=True),
    "adagrad": Adagrad(0.02),
    "rmsprop": RMSProp(0.002),
    "rmsprop with both": RMSProp(0.002, momentum=0.5, centered=True),
    "adadelta": Adadelta(1.0),
    "adam": Adam(0.01, beta2=0.95),
    "amsgrad": AMSGrad(0.01),
    "adamw": AdamW(0.01, weight_decay=0.3),
    "adamw that spares biases": AdamW(0.01, weight_decay=0.3, decay_biases=False),
    "nadam": NAdam(0.01),
    "lion": Lion(0.001),
}
DECAY = 0.3


def network(dtype: str = "float64") -> Network:
    between = [BatchNorm(), Dense(6), ParametricActivation("mish"), LayerNorm()]
    layers = [Scale(), Dense(7, "tanh"), *between, Dense(3, "softmax")]
    return Network(4, layers, dtype=dtype, seed=1)


def trained(optimizer: Any, dtype: str = "float64", **options: Any) -> np.ndarray:
    net = network(dtype)
    if not isinstance(optimizer, AdamW):
        options = {"weight_decay": DECAY, **options}
    list(train(net, (X, LABELS), optimizer=optimizer, batch_size=5, epochs=2, seed=3, **options))
    return net.parameters


def by_hand(optimizer: Any, dtype: str) -> np.ndarray:
    """Train with a plain loop in which every array has an optimizer of its own."""
    net, rng = network(dtype), np.random.default_rng(3)
    arrays = net.named_parameters()
    plain = dataclasses.replace(optimizer, weight_decay=0.0) if isinstance(optimizer, AdamW) else optimizer
    everywhere = isinstance(optimizer, AdamW) and optimizer.decay_biases
    states = {name: plain.start(array.ravel()) for name, array in arrays.items()}
    for _ in range(2):
        order = rng.permutation(N)
        for first in range(0, N, 5):
            rows = order[first : first + 5]
            _, gradient = net.gradient(X[rows], LABELS[rows], train=True)
            net.parameters[:], start = net.parameters.copy(), 0
            for name, array in arrays.items():
                theta, g = array.ravel(), gradient[start : start + array.size]  # ravel is a view here
                rate, decay = EXPECTED[name]
                own_decay = float(name.endswith("W") or everywhere) if decay is None else decay
                theta *= 1 - optimizer.learning_rate * rate * DECAY * own_decay
                plain.step(theta, g, states[name], optimizer.learning_rate * rate)
                start += array.size
    return net.parameters


@by_dtype
@by_engine
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_array_moves_with_the_factors_of_its_group(name: str, engine: str, dtype: str) -> None:
    found = trained(OPTIMIZERS[name], dtype, engine=engine, parameter_groups=GROUPS)
    np.testing.assert_allclose(found, by_hand(OPTIMIZERS[name], dtype), **CLOSE[dtype])
    assert not np.allclose(found, trained(OPTIMIZERS[name], dtype, engine=engine), atol=1e-3)


@by_dtype
@by_engine
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_factors_of_1_leave_every_bit(name: str, engine: str, dtype: str) -> None:
    ones = {"weights": {"learning_rate": 1.0, "weight_decay": 1.0}, "dense1": {"learning_rate": 1.0}}
    options: dict[str, Any] = {"engine": engine, "schedule": "cosine", "ema": 0.9}
    found = trained(OPTIMIZERS[name], dtype, parameter_groups=ones, **options)
    np.testing.assert_array_equal(found, trained(OPTIMIZERS[name], dtype, **options))


@by_engine
@pytest.mark.parametrize(
    ("kind", "rule", "options", "decays"),
    [
        ("Adam", Adam(0.04, beta2=0.95), {"betas": (0.9, 0.95)}, False),
        ("AdamW", AdamW(0.04, beta2=0.95, weight_decay=0.02), {"betas": (0.9, 0.95)}, True),
        ("SGD", SGD(0.1, momentum=0.9), {"momentum": 0.9}, False),
        ("RMSprop", RMSProp(0.01), {}, False),
    ],
)
def test_steps_match_the_parameter_groups_of_pytorch(
    kind: str, rule: Any, options: dict[str, Any], decays: bool, engine: str
) -> None:
    torch = needs("torch")
    net = Network(4, [Dense(5, "tanh"), Dense(3, "softmax")], dtype="float64", seed=1)
    arrays = {name: torch.tensor(array.copy(), requires_grad=True) for name, array in net.named_parameters().items()}
    factors = {"dense1.W": (6, 1), "dense1.b": (0.1, 0), "dense2.W": (1, 2), "dense2.b": (0.1, 0)}
    groups = [
        {"params": [arrays[name]], "lr": rule.learning_rate * rate}
        | ({"weight_decay": rule.weight_decay * decay} if decays else {})
        for name, (rate, decay) in factors.items()
    ]
    theirs = getattr(torch.optim, kind)(groups, **options)
    data, labels = torch.tensor(X), torch.tensor(LABELS)
    for _ in range(6):
        theirs.zero_grad()
        hidden = torch.tanh(data @ arrays["dense1.W"] + arrays["dense1.b"])
        torch.nn.functional.cross_entropy(hidden @ arrays["dense2.W"] + arrays["dense2.b"], labels).backward()
        theirs.step()
    ours = {
        "biases": {"learning_rate": 0.1, "weight_decay": 0},
        "dense1.W": {"learning_rate": 6},
        "dense2.W": {"weight_decay": 2},
    }
    list(train(net, (X, LABELS), optimizer=rule, parameter_groups=ours, batch_size=N, epochs=6, engine=engine))
    for name, array in net.named_parameters().items():
        np.testing.assert_allclose(array, arrays[name].detach().numpy(), rtol=1e-10, atol=1e-12, err_msg=name)


@by_engine
def test_a_learning_rate_of_0_keeps_a_layer_as_it_is(engine: str) -> None:
    net = network()
    before = {name: array.copy() for name, array in net.named_parameters().items()}
    groups = {"dense1": {"learning_rate": 0}}
    list(train(net, (X, LABELS), weight_decay=0.1, parameter_groups=groups, epochs=1, engine=engine))
    unchanged = {name for name, array in net.named_parameters().items() if np.array_equal(array, before[name])}
    assert unchanged == {"dense1.W", "dense1.b"}


def test_each_factor_comes_from_the_most_specific_key() -> None:
    layout = network().layout
    found = {slot.name: factors for slot, factors in zip(layout.slots, factors_of(layout, GROUPS), strict=True)}
    assert {name: (own.learning_rate, own.weight_decay) for name, own in found.items()} == EXPECTED
    # The order of the keys does not matter.
    assert factors_of(layout, dict(reversed(GROUPS.items()))) == tuple(found.values())


def test_an_embedding_is_a_group_of_its_own_and_decays_as_weights_do() -> None:
    net = Network(2, [Embedding(0, 4, 3), Dense(2, "softmax")])
    kinds = {slot.name: (slot.kind, slot.is_weight) for slot in net.layout.slots}
    assert kinds == {
        "embedding1.W": ("embeddings", True),
        "dense1.W": ("weights", True),
        "dense1.b": ("biases", False),
    }


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        ({"dense4": {"learning_rate": 2}}, "unknown parameter group 'dense4'; did you mean 'dense3'?"),
        ({"dense1.w": {"learning_rate": 2}}, "unknown parameter group 'dense1.w'; did you mean 'dense1.W'?"),
        ({"bias": {"learning_rate": 2}}, "unknown parameter group 'bias'; did you mean 'biases'?"),
    ],
)
def test_a_group_that_the_network_does_not_have_raises(groups: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        train(network(), (X, LABELS), parameter_groups=groups)
    with pytest.raises(ValueError, match="unknown parameter group"):
        gn.MLPClassifier(parameter_groups={"dense9": {"learning_rate": 2}}).fit(X, LABELS)


def test_a_kind_that_the_network_does_not_have_is_no_error() -> None:
    groups = {"embeddings": {"learning_rate": 2.0}}
    np.testing.assert_array_equal(trained(Adam(), parameter_groups=groups), trained(Adam()))


@pytest.mark.parametrize("groups", [2, ["biases"], {"biases": 0.1}, {"biases": {"learning_rate": "low"}}])
def test_groups_that_are_no_factors_raise(groups: Any) -> None:
    with pytest.raises(TypeError, match="parameter_groups"):
        train(network(), (X, LABELS), parameter_groups=groups)


def test_lbfgs_does_not_support_groups() -> None:
    with pytest.raises(ValueError, match="L-BFGS does not support parameter_groups"):
        train(network(), (X, LABELS), optimizer="lbfgs", parameter_groups=GROUPS)


def test_a_recipe_keeps_its_groups() -> None:
    groups = {"biases": {"learning_rate": 0.1}, "dense1.W": {"learning_rate": 0.5, "weight_decay": 2}}
    recipe = dataclasses.replace(single_network(load_recipe("iris")), epochs=3, early_stopping=False)
    plain, grouped = run_recipe(recipe), run_recipe(dataclasses.replace(recipe, parameter_groups=groups))
    assert grouped.model.recipe is not None
    assert grouped.model.recipe["training"]["parameter_groups"] == groups
    assert not np.array_equal(grouped.model.networks[0].parameters, plain.model.networks[0].parameters)
    assert "parameter_groups" not in (plain.model.recipe or {})["training"]


def test_estimators_pass_the_groups_on() -> None:
    options: dict[str, Any] = {"hidden_layer_sizes": 5, "max_iter": 3, "tol": 0, "random_state": 0}
    groups = {"dense1": {"learning_rate": 0}}
    first = gn.MLPRegressor(**{**options, "max_iter": 1}, parameter_groups=groups)
    with pytest.warns(UserWarning, match="Maximum iterations"):
        frozen = gn.MLPRegressor(**options, parameter_groups=groups).fit(X, X[:, 0])
    with pytest.warns(UserWarning, match="Maximum iterations"):
        first.fit(X, X[:, 0])
    np.testing.assert_array_equal(frozen.coefs_[0], first.coefs_[0])
    assert not np.array_equal(frozen.coefs_[1], first.coefs_[1])
