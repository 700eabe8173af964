"""Own data, recipes, and runs: what a playground that is started with them shows and trains on."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.cli.main import run
from glassnet.model import load_model
from glassnet.playground.frame import Message
from glassnet.playground.own import few_rows
from glassnet.playground.session import Session
from glassnet.playground.sources import from_recipe, from_run, is_run
from glassnet.playground.state import MOST_ROWS
from glassnet.recipes.load import load_recipe

pytestmark = pytest.mark.usefixtures("in_a_folder_of_its_own")

TABLE = "length,width,color,kind\n" + "".join(
    f"{i % 7},{i % 5 if i % 11 else ''},{'red' if i % 2 else 'blue'},{'a' if i % 3 else 'b'}\n" for i in range(60)
)


def last(messages: Any) -> Message:
    *_, message = messages
    return message


def set_data(session: Session, **data: Any) -> list[Message]:
    return list(session.handle({"type": "set", "changes": {"data": data}}))


def test_a_built_in_pattern_is_that_kind_of_data() -> None:
    state, own = from_recipe(load_recipe("moons"), has_network=False)
    assert (state.data.kind, own) == ("moons", None)


def test_a_table_is_shown_by_its_principal_components_or_by_two_of_its_columns() -> None:
    state, own = from_recipe(load_recipe("iris"), has_network=False)
    session = Session(state, own)
    _, data, frame = session.opening()
    assert data.plain["names"] == ["component 1", "component 2"]
    assert data.plain["classes"] == ["setosa", "versicolor", "virginica"]
    assert frame.arrays["surface"].shape[2] == 2
    names = gn.load("iris").feature_names
    assert names is not None
    _, data = set_data(session, components=False, columns=[names[2], names[0]])
    assert data.plain["names"] == [names[2], names[0]]
    _, data = set_data(session, columns=[])
    assert (data.plain["features"], data.plain["domain"]) == (4, None)
    (error,) = set_data(session, columns=["petal"])
    assert "column 'petal' is not numeric or does not exist" in error.plain["message"]


def test_a_table_with_missing_values_and_categories_is_shown_by_its_numbers() -> None:
    Path("things.csv").write_text(TABLE, encoding="utf-8")
    state, own = from_recipe(load_recipe("things.csv", target="kind"), has_network=False)
    _, data, _ = Session(state, own).opening()
    assert data.plain["names"] == ["length", "width"]
    assert np.isfinite(data.arrays["X"]).all()
    assert set(data.plain["classes"]) == {"a", "b"}


def test_numeric_targets_are_scaled_for_the_network_and_shown_in_their_own_units() -> None:
    state, own = from_recipe(load_recipe("diabetes"), has_network=False)
    session = Session(state, own)
    _, data, frame = session.opening()
    assert data.arrays["y"].mean() == pytest.approx(152, abs=1)
    assert np.abs(session.trainer.Y).max() < 5
    assert 50 < frame.arrays["surface"].mean() < 350
    (answer,) = session.handle({"type": "predict", "x": [0, 0]})
    assert 50 < answer.plain["output"][0] < 350


def test_a_large_data_set_is_shown_by_some_of_its_rows() -> None:
    data = gn.Dataset(np.arange(2 * MOST_ROWS + 2.0).reshape(-1, 2)[:, [0, 1, 0]], np.arange(MOST_ROWS + 1) % 2)
    few = few_rows(data)
    assert len(few) == MOST_ROWS
    assert (np.diff(few.X[:, 0]) > 0).all()
    wide = gn.Dataset(np.zeros((100, 1_000_000), np.uint8), np.arange(100) % 2)
    assert len(few_rows(wide)) == 16


def test_a_recipe_brings_its_layers_and_options() -> None:
    recipe = load_recipe("digits-best")
    state, own = from_recipe(recipe, has_network=True)
    assert own is None
    assert state.data.kind == "digits"
    assert [one["units"] for one in state.layers if one["name"] == "dense"] == [
        one["units"] for one in recipe.layers if one["name"] == "dense"
    ]
    assert state.seed == recipe.seed


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "diabetes"
    words = ["train", "diabetes", "--hidden", "8,4", "--epochs", "5", "--optimizer", "sgd", "--out", str(folder)]
    assert run([*words, "--quiet", "--no-report"]) == 0
    return folder


@pytest.mark.parametrize("name", ["digits", "homes"])
def test_a_run_goes_on_from_its_weights_on_its_own_split(name: str, request: pytest.FixtureRequest) -> None:
    folder = request.getfixturevalue(name)
    assert is_run(str(folder))
    state, own = from_run(str(folder))
    model = load_model(folder)
    session = Session(state, own)
    _, data, _ = session.opening()
    X, is_test = data.arrays["X"], data.arrays["is_test"].astype(bool)
    metrics = model.metrics or {}
    assert (int((~is_test).sum()), int(is_test.sum())) == (metrics["train_rows"], metrics["test_rows"])
    for row in X[[0, -1]]:
        (answer,) = session.handle({"type": "predict", "x": row.tolist()})
        np.testing.assert_allclose(answer.plain["output"], model.predict_proba(row[None])[0], rtol=1e-3, atol=1e-4)
    # Another seed has other weights; going back, and a reset, have those of the run.
    start = session.trainer.network.parameters.copy()
    list(session.handle({"type": "set", "changes": {"seed": state.seed + 1}}))
    assert not np.array_equal(session.trainer.network.parameters, start)
    list(session.handle({"type": "set", "changes": {"seed": state.seed}}))
    np.testing.assert_array_equal(session.trainer.network.parameters, start)
    list(session.handle({"type": "run", "action": "batch"}))
    assert not np.array_equal(session.trainer.network.parameters, start)
    list(session.handle({"type": "run", "action": "reset"}))
    np.testing.assert_array_equal(session.trainer.network.parameters, start)


def test_a_run_of_a_table_is_shown_as_its_network_gets_it() -> None:
    Path("things.csv").write_text(TABLE, encoding="utf-8")
    words = ["train", "things.csv", "--target", "kind", "--hidden", "4", "--epochs", "2", "--out", "things", "--quiet"]
    assert run([*words, "--no-report"]) == 0
    state, own = from_run("things")
    session = Session(state, own)
    _, data, _ = session.opening()
    assert data.plain["features"] == session.trainer.network.inputs > 2
    list(session.handle({"type": "run", "action": "epoch"}))
    assert last(session.opening()).plain["diverged"] is None


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["iris", "--hidden", "4", "--ensemble-size", "2"], "has 2 networks, and the playground shows one"),
        (["diabetes", "--hidden", "1100"], "at most 1,024 units"),
    ],
)
def test_a_run_that_cannot_be_shown_says_why(words: list[str], reason: str) -> None:
    assert run(["train", *words, "--epochs", "1", "--out", "some", "--quiet", "--no-report"]) == 0
    with pytest.raises(ValueError, match=reason):
        from_run("some")


def test_a_run_whose_data_are_gone_says_so() -> None:
    Path("things.csv").write_text(TABLE, encoding="utf-8")
    words = ["train", "things.csv", "--target", "kind", "--hidden", "4", "--epochs", "1", "--out", "things", "--quiet"]
    assert run([*words, "--no-report"]) == 0
    Path("things.csv").unlink()
    with pytest.raises(ValueError, match=r"things\.csv"):
        from_run("things")
