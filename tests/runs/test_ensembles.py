"""Several networks in one run: recipe, model, and files, and the state after an interruption."""

import contextlib
import csv
import json
import time
import tomllib
import warnings
from pathlib import Path

import numpy as np
import pytest

import glassnet as gn
from glassnet.cli.main import run as glassnet
from glassnet.recipes.recipe import Recipe, recipe_from_spec
from glassnet.runs.run import load_parts, run_recipe
from glassnet.runs.save import write_run
from glassnet.runs.setup import set_up
from glassnet.training import ensembles
from helpers.interrupts import ctrl_c_heard, press_ctrl_c

IMAGES = """
[data]
source = "digits"

[preprocessing]
steps = [{ name = "divide", by = 16.0 }]

[network]
layers = [{ name = "dense", units = 16 }]

[training]
epochs = 2
ensemble_size = 2
augment = { name = "distort", shift = 0.5, rotate = 5, fill = 0.0 }
"""


def recipe(source="iris", **changes) -> Recipe:
    words = {"steps": ["standardize"], "layers": [{"name": "dense", "units": 8}], "epochs": 6, "ensemble_size": 3}
    return Recipe(name="several", source=source, **(words | changes))


def test_an_ensemble_predicts_the_mean_and_is_saved_in_one_file(tmp_path: Path) -> None:
    run = run_recipe(recipe())
    X = run.parts["test"].X
    ready = run.model.preprocessing.transform(X)
    each = [network.predict_proba(ready) for network in run.model.networks]
    assert len(each) == 3
    assert not np.allclose(each[0], each[1])
    np.testing.assert_allclose(run.model.predict_proba(X), np.mean(each, axis=0), atol=1e-6)
    assert run.metrics["ensemble_size"] == 3
    assert run.metrics["parameters"] == sum(network.parameters.size for network in run.model.networks)
    folder = write_run(run, tmp_path / "run")
    assert np.array_equal(gn.load_model(folder).predict_proba(X), run.model.predict_proba(X))
    rows = list(csv.DictReader((folder / "history.csv").read_text().splitlines()))
    assert [(row["network"], row["epoch"]) for row in rows[5:8]] == [("1", "6"), ("2", "1"), ("2", "2")]


def test_the_number_of_threads_does_not_change_a_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    words = recipe_from_spec(tomllib.loads(IMAGES))
    ends = []
    for threads in ("1", "2"):
        monkeypatch.setenv("GLASSNET_THREADS", threads)
        ends.append([network.parameters.copy() for network in run_recipe(words).model.networks])
    for one, other in zip(*ends, strict=True):
        assert np.array_equal(one, other)


def test_the_first_network_equals_that_of_a_single_run() -> None:
    alone, first = (run_recipe(recipe(ensemble_size=count)).model.networks[0].parameters for count in (1, 2))
    assert np.array_equal(alone, first)


def test_initial_values_from_data_fit_the_preprocessed_training_rows() -> None:
    words = recipe("diabetes", data_init=True)
    parts = load_parts(words)
    setup, again, plain = set_up(words, parts), set_up(words, parts), set_up(recipe("diabetes"), parts)
    ready = setup.prepared.scale.transform(parts["train"].X)
    for network, same, other in zip(setup.networks, again.networks, plain.networks, strict=True):
        named = network.named_parameters()
        np.testing.assert_allclose((ready @ named["dense1.W"]).std(axis=0), 1, rtol=1e-4)
        assert np.array_equal(network.parameters, same.parameters)
        assert not np.array_equal(network.parameters, other.parameters)
    first, second = (network.named_parameters()["dense1.b"] for network in setup.networks[:2])
    assert not np.array_equal(first, second)


def test_regression_predictions_of_every_network_are_in_the_unit_of_the_target() -> None:
    run = run_recipe(recipe("diabetes", epochs=60))
    assert all(abs(history[-1].loss) < 1 for history in run.histories)  # of standardized numbers
    ready = run.model.preprocessing.transform(run.parts["test"].X)
    assert all(100 < network.predict(ready).mean() < 200 for network in run.model.networks)


@pytest.mark.parametrize(("at", "lengths"), [(1, [1, 0, 0]), (8, [6, 2, 0])], ids=["at once", "in the second one"])
def test_an_interruption_keeps_the_trained_networks(
    at: int, lengths: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GLASSNET_THREADS", "1")
    shown = []

    class Impatient:
        def show(self, record) -> None:
            shown.append(record)
            if len(shown) == at:
                press_ctrl_c()  # while it waits
                time.sleep(0.5)

    monkeypatch.setattr(ensembles, "progress_bar", lambda *given: contextlib.nullcontext(Impatient()))
    with ctrl_c_heard(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # each network warns that it was interrupted
        run = run_recipe(recipe())
    assert [len(history) for history in run.histories] == lengths
    assert len(run.model.networks) == sum(length > 0 for length in lengths)
    assert run.histories[-1].stop_reason == run.metrics["stop_reason"] == "interrupted"


def test_the_ensemble_size_can_be_set_on_the_command_line(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    assert glassnet(["train", "iris", "--epochs", "3", "--ensemble-size", "2", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["ensemble_size"] == 2
    assert tomllib.loads(Path("runs/iris/recipe.toml").read_text())["training"]["ensemble_size"] == 2
    assert glassnet(["train", "iris", "--ensemble-size", "0"]) == 2
    assert "ensemble_size must be at least 1, got 0" in capsys.readouterr().err
