"""`ema`: the network ends with the averaged weights and is validated with them; the steps are unchanged."""

import dataclasses
from typing import Any

import numpy as np
import pytest

from glassnet.network.layers import BatchNorm, Dropout
from glassnet.recipes.load import load_recipe, single_network
from glassnet.runs.run import run_recipe
from glassnet.training.fit import fit
from glassnet.training.train import train
from helpers.runs import LABELS, LABELS_V, XV, X, by_engine, classifier

DECAY = 0.6


def averages(thetas: list[np.ndarray], start: np.ndarray) -> list[np.ndarray]:
    """The average after every step, given the weights: θ̄ ← d θ̄ + (1 − d) θ, with smaller d at first."""
    found, average = [], start.copy()
    for t, theta in enumerate(thetas, start=1):
        decay = min(DECAY, (1 + t) / (10 + t))
        average = decay * average + (1 - decay) * theta
        found.append(average)
    return found


def run(ema: float | None, **options: Any) -> tuple[Any, list[np.ndarray], list[Any]]:
    net, seen, records = classifier("float64"), [], []
    for record in train(net, (X, LABELS), ema=ema, seed=3, **{"epochs": 8, "batch_size": len(X), **options}):
        seen.append(net.parameters.copy())
        records.append(record)
    return net, seen, records


@by_engine
def test_every_record_comes_with_the_average_over_all_steps_so_far(engine: str) -> None:
    start = classifier("float64").parameters.copy()
    _, thetas, plain = run(None, engine=engine)
    net, seen, records = run(DECAY, engine=engine)
    for found, expected in zip(seen, averages(thetas, start), strict=True):
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)
    assert not np.allclose(seen[-1], thetas[-1], atol=1e-4)
    # Steps start from the weights themselves, so the training losses are those without averaging.
    assert [record.loss for record in records] == [record.loss for record in plain]
    np.testing.assert_array_equal(net.parameters, seen[-1])


@by_engine
def test_validation_evaluates_the_average(engine: str) -> None:
    net, losses = classifier("float64"), []
    for record in train(net, (X, LABELS), valid=(XV, LABELS_V), ema=0.9, epochs=4, batch_size=5, engine=engine):
        loss, _ = net.gradient(XV, LABELS_V)
        losses.append((record.valid_loss, loss))
    np.testing.assert_allclose(*zip(*losses, strict=True), rtol=1e-10)


@by_engine
def test_leaving_the_loop_leaves_the_average(engine: str) -> None:
    _, whole, _ = run(DECAY, engine=engine)
    net = classifier("float64")
    for record in train(net, (X, LABELS), ema=DECAY, seed=3, epochs=8, batch_size=len(X), engine=engine):
        if record.epoch == 3:
            break
    np.testing.assert_array_equal(net.parameters, whole[2])


@by_engine
def test_early_stopping_restores_the_average_of_the_best_epoch(engine: str) -> None:
    options: dict[str, Any] = {"valid": (XV, LABELS_V), "ema": 0.8, "optimizer": {"name": "adam", "learning_rate": 0.2}}
    options |= {"batch_size": 5, "epochs": 60, "engine": engine}
    net, copy = (classifier("float64", BatchNorm(), Dropout(0.1)) for _ in range(2))
    history = fit(net, (X, LABELS), early_stopping=True, patience=3, progress=False, **options)
    assert history.stop_reason == "early stopping"
    for record in train(copy, (X, LABELS), **options):
        if record.epoch == history.best_epoch:
            break
    np.testing.assert_array_equal(net.parameters, copy.parameters)
    np.testing.assert_array_equal(net.state, copy.state)


def test_a_recipe_can_average_weights() -> None:
    recipe = dataclasses.replace(single_network(load_recipe("iris")), epochs=6, early_stopping=False)
    plain, averaged = run_recipe(recipe), run_recipe(dataclasses.replace(recipe, ema=0.9))
    assert averaged.history.column("loss") == plain.history.column("loss")
    assert not np.array_equal(averaged.model.networks[0].parameters, plain.model.networks[0].parameters)
    assert averaged.model.recipe is not None
    assert averaged.model.recipe["training"]["ema"] == 0.9
    assert "ema" not in (plain.model.recipe or {})["training"]


@pytest.mark.parametrize("ema", [0.0, 1.0, -0.5])
def test_a_decay_outside_its_range_raises(ema: float) -> None:
    with pytest.raises(ValueError, match="ema must be above 0 and below 1, got"):
        train(classifier(), (X, LABELS), ema=ema)


def test_lbfgs_does_not_support_averaging() -> None:
    with pytest.raises(ValueError, match="L-BFGS does not support ema"):
        train(classifier(), (X, LABELS), optimizer="lbfgs", ema=0.9)
