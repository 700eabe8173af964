"""`weight_decay_schedule` and `dropout_schedule`: a weight decay and dropout rates that change at every step."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.maths.optimizers import SGD, Adam, AdamW
from glassnet.maths.schedules import SCHEDULES, Schedule, schedule
from glassnet.network.layers import Dense, Dropout
from glassnet.network.network import Network
from glassnet.recipes.load import load_recipe, single_network
from glassnet.runs.run import run_recipe
from glassnet.training.train import train
from helpers.needs import needs
from helpers.runs import CLOSE, LABELS, N, X, by_dtype, by_engine, classifier

BATCH, STEPS, EPOCHS = 5, 5, 4  # 23 rows


class Full:
    """A custom schedule with a factor of 1."""

    def factors(self, epoch: int, epochs: int, steps: int, history: Sequence[float]) -> np.ndarray:
        return np.ones(steps)


class Rising:
    """A custom schedule with factors above 1 from the second epoch on."""

    def factors(self, epoch: int, epochs: int, steps: int, history: Sequence[float]) -> np.ndarray:
        return np.full(steps, 0.75 * epoch)


def factors_of(choice: Any) -> np.ndarray:
    piece: Schedule = schedule(choice)
    return np.concatenate([piece.factors(epoch, EPOCHS, STEPS, []) for epoch in range(1, EPOCHS + 1)])


def trained(net: Network, **options: Any) -> np.ndarray:
    options = {"batch_size": BATCH, "epochs": EPOCHS, "seed": 3, **options}
    list(train(net, (X, LABELS), **options))
    return net.parameters


def batches() -> list[np.ndarray]:
    rng = np.random.default_rng(3)
    orders = [rng.permutation(N) for _ in range(EPOCHS)]
    return [order[first : first + BATCH] for order in orders for first in range(0, N, BATCH)]


@by_dtype
@by_engine
def test_the_recipe_of_realmlp_matches_a_plain_loop(engine: str, dtype: str) -> None:
    """Adam after a decay of θ by 1 − lr · factor · decay, with a rate and a decay that change at every step."""
    net, copy = (classifier(dtype) for _ in range(2))
    rate, decay, beta1, beta2 = 0.04, 2.0, 0.9, 0.95
    of_rate = {"dense1.W": 1.0, "dense1.b": 0.1, "dense2.W": 0.5, "dense2.b": 0.1}
    means = {name: np.zeros_like(array) for name, array in net.named_parameters().items()}
    squares = {name: np.zeros_like(array) for name, array in net.named_parameters().items()}
    rates, decays = factors_of("cosine_log"), factors_of("flat_cosine")
    for t, rows in enumerate(batches(), start=1):
        net.gradient(X[rows], LABELS[rows], train=True)
        for name, g in net.named_gradients().items():
            own = rate * rates[t - 1] * of_rate[name]
            array = net.named_parameters()[name]
            array *= 1 - own * decay * decays[t - 1] * (name != "dense1.b")
            means[name] = beta1 * means[name] + (1 - beta1) * g
            squares[name] = beta2 * squares[name] + (1 - beta2) * g**2
            array -= own * means[name] / (1 - beta1**t) / (np.sqrt(squares[name] / (1 - beta2**t)) + 1e-8)
    trained(
        copy,
        engine=engine,
        optimizer=Adam(rate, beta1, beta2),
        schedule="cosine_log",
        weight_decay=decay,
        weight_decay_schedule="flat_cosine",
        parameter_groups={
            "biases": {"learning_rate": 0.1},
            "dense2": {"weight_decay": 1},
            "dense2.W": {"learning_rate": 0.5},
        },
    )
    tolerance = {"float32": {"rtol": 1e-4, "atol": 1e-4}, "float64": CLOSE["float64"]}[dtype]
    for name, array in net.named_parameters().items():
        factor = copy.named_parameters()[name]
        np.testing.assert_allclose(factor, array, **tolerance, err_msg=name)


@by_engine
@pytest.mark.parametrize("decay_biases", [True, False])
def test_the_decay_of_adamw_matches_pytorch_with_another_decay_at_every_step(decay_biases: bool, engine: str) -> None:
    torch = needs("torch")
    net = Network(4, [Dense(5, "tanh"), Dense(3, "softmax")], dtype="float64", seed=1)
    arrays = {name: torch.tensor(array.copy(), requires_grad=True) for name, array in net.named_parameters().items()}
    groups = [{"params": [array], "decays": decay_biases or name.endswith("W")} for name, array in arrays.items()]
    theirs = torch.optim.AdamW(groups, lr=0.05)
    data, labels = torch.tensor(X), torch.tensor(LABELS)
    for factor, rows in zip(factors_of("cosine"), batches(), strict=True):
        for group in theirs.param_groups:
            group["weight_decay"] = 0.5 * factor * group["decays"]
        theirs.zero_grad()
        hidden = torch.tanh(data[rows] @ arrays["dense1.W"] + arrays["dense1.b"])
        torch.nn.functional.cross_entropy(hidden @ arrays["dense2.W"] + arrays["dense2.b"], labels[rows]).backward()
        theirs.step()
    rule = AdamW(0.05, weight_decay=0.5, decay_biases=decay_biases)
    trained(net, optimizer=rule, weight_decay_schedule="cosine", engine=engine)
    for name, array in net.named_parameters().items():
        np.testing.assert_allclose(array, arrays[name].detach().numpy(), rtol=1e-10, atol=1e-12, err_msg=name)


@by_dtype
@by_engine
@pytest.mark.parametrize("choice", [name for name in SCHEDULES if name not in ("constant", "plateau")])
def test_dropout_layers_have_the_rate_of_the_step(choice: str, engine: str, dtype: str) -> None:
    rates = (0.3, 0.6)

    def layers(factor: float) -> list[Any]:
        return [Dropout(rates[0] * factor), Dense(6, "tanh"), Dropout(rates[1] * factor), Dense(3, "softmax")]

    net = Network(4, layers(1.0), dtype=dtype, seed=1)
    theta, rng = net.parameters.copy(), np.random.default_rng(3)
    for epoch in range(EPOCHS):
        order = rng.permutation(N)
        for step in range(STEPS):
            rows = order[step * BATCH : (step + 1) * BATCH]
            factor = float(factors_of(choice)[epoch * STEPS + step])
            now = Network.from_vectors(4, layers(factor), theta, net.state, dtype=dtype)
            _, g = now.gradient(X[rows], LABELS[rows], train=True, rng=rng)
            theta -= np.asarray(0.1 * g, dtype)
    found = trained(net, optimizer=SGD(0.1), dropout_schedule=choice, engine=engine)
    np.testing.assert_allclose(found, theta, **CLOSE[dtype])


@by_dtype
@by_engine
def test_a_factor_of_1_leaves_every_bit(engine: str, dtype: str) -> None:
    options: dict[str, Any] = {"engine": engine, "weight_decay": 0.3, "optimizer": Adam(0.01)}
    plain = trained(classifier(dtype, Dropout(0.3)), **options)
    one = trained(classifier(dtype, Dropout(0.3)), weight_decay_schedule=Full(), dropout_schedule=Full(), **options)
    np.testing.assert_array_equal(one, plain)


@by_engine
def test_factors_of_the_weight_decay_may_be_above_1_but_not_those_of_dropout(engine: str) -> None:
    trained(classifier(), weight_decay=0.1, weight_decay_schedule=Rising(), engine=engine)
    with pytest.raises(ValueError, match=r"factors of dropout_schedule must be between 0 and 1, got .*1\.5.* in e"):
        trained(classifier(), dropout_schedule=Rising(), engine=engine)


@by_engine
def test_a_plateau_can_reduce_dropout(engine: str) -> None:
    plateau = {"name": "plateau", "factor": 0.5, "patience": 0, "threshold": 0.9}
    options: dict[str, Any] = {"optimizer": SGD(0.1), "epochs": 2, "engine": engine}
    reduced = trained(classifier("float64", Dropout(0.5)), dropout_schedule=plateau, **{**options, "epochs": 4})
    assert not np.array_equal(reduced, trained(classifier("float64", Dropout(0.5)), **{**options, "epochs": 4}))
    # The first two epochs have the full rate: an improvement is compared with that of the first.
    unchanged = trained(classifier("float64", Dropout(0.5)), dropout_schedule=plateau, **options)
    np.testing.assert_array_equal(unchanged, trained(classifier("float64", Dropout(0.5)), **options))


def test_a_recipe_keeps_its_schedules() -> None:
    recipe = dataclasses.replace(
        single_network(load_recipe("iris")),
        epochs=4,
        early_stopping=False,
        layers=({"name": "dense", "units": 6},),
    )
    scheduled = run_recipe(dataclasses.replace(recipe, weight_decay_schedule="flat_cosine"))
    plain = run_recipe(recipe).model.networks[0].parameters
    assert not np.array_equal(scheduled.model.networks[0].parameters, plain)
    assert scheduled.model.recipe is not None
    assert scheduled.model.recipe["training"]["weight_decay_schedule"] == "flat_cosine"


@pytest.mark.parametrize("name", ["weight_decay_schedule", "dropout_schedule"])
@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
def test_a_schedule_of_an_estimator_spans_max_iter(name: str) -> None:
    options: dict[str, Any] = {
        "hidden_layer_sizes": 5,
        "max_iter": 6,
        "tol": 0,
        "random_state": 0,
        "dropout": 0.5,
        "weight_decay": 0.5,
    }
    plain, flat = (gn.MLPRegressor(**options, **more) for more in ({}, {name: "flat_cosine"}))
    for one in (plain, flat):
        one.fit(X, X[:, 0])
    # The factor is 1 until the middle of the run.
    assert plain.loss_curve_[:4] == flat.loss_curve_[:4]
    assert plain.loss_curve_[-1] != flat.loss_curve_[-1]
    plain, flat = (gn.MLPRegressor(**options, **more) for more in ({}, {name: "flat_cosine"}))
    for one in (plain, flat):
        for _ in range(6):
            one.partial_fit(X, X[:, 0])
    assert plain.loss_curve_[:4] == flat.loss_curve_[:4]
    assert plain.loss_curve_[-1] != flat.loss_curve_[-1]


@by_engine
def test_factors_follow_the_steps_from_block_to_block(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    options: dict[str, Any] = {"engine": engine, "weight_decay": 0.5, "optimizer": Adam(0.01)}
    options |= {"weight_decay_schedule": "cosine", "dropout_schedule": "flat_cosine"}
    whole = trained(classifier("float64", Dropout(0.5)), **options)
    monkeypatch.setattr("glassnet.training.epoch.BLOCK_BYTES", 2 * BATCH * 4 * 8)  # two batches
    np.testing.assert_array_equal(trained(classifier("float64", Dropout(0.5)), **options), whole)


@by_dtype
@by_engine
@pytest.mark.parametrize("rule", [SGD(0.1, momentum=0.9), Adam(0.01)], ids=["sgd", "adam"])
def test_the_decay_without_groups_is_that_of_groups_with_factors_of_1(rule: Any, engine: str, dtype: str) -> None:
    options: dict[str, Any] = {"engine": engine, "weight_decay": 0.5, "weight_decay_schedule": "cosine"}
    plain = trained(classifier(dtype), optimizer=rule, **options)
    groups = {"weights": {"learning_rate": 1, "weight_decay": 1}}
    np.testing.assert_array_equal(plain, trained(classifier(dtype), optimizer=rule, parameter_groups=groups, **options))
    constant = trained(classifier(dtype), optimizer=rule, **{**options, "weight_decay_schedule": "constant"})
    assert not np.allclose(plain, constant, atol=1e-3)
