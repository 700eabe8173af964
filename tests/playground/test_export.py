"""What is taken along: code that gives the same network, a recipe that trains, and a model that predicts."""

import base64
import contextlib
import hashlib
import io
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.playground.own import Own
from glassnet.playground.python_code import numpy_text
from glassnet.playground.replay import PLACEHOLDER, replay_page
from glassnet.playground.session import Session
from glassnet.playground.state import State
from glassnet.recipes.recipe import read_recipe

LAYERS = [{"name": "dense", "units": 6, "activation": "tanh"}, {"name": "dense", "units": 5, "activation": "relu"}]
NORMALIZED = [
    {"name": "dense", "units": 6, "activation": "identity", "init": "he_normal"},
    {"name": "batchnorm"},
    {"name": "activation", "activation": "gelu"},
    {"name": "dropout", "rate": 0.1},
]
POINTS = [[(i % 7) / 7 - 0.5, (i % 5) / 5 - 0.5, (0, 2, 7)[i % 3]] for i in range(30)]


def session_with(changes: dict[str, Any], own: Own | None = None, epochs: int = 3) -> Session:
    """A session with a small network after some epochs."""
    small = State().changed({"data": {"rows": 60}, "layers": LAYERS})
    session = Session(small.changed(changes), own)
    while session.trainer.epoch < epochs:
        session.trainer.advance(1)
    return session


def exported(session: Session, what: str) -> Any:
    (message,) = session.handle({"type": "export", "what": what})
    return message


def run(code: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(code, "playground.py", "exec"), names)
    return names


def own_numbers() -> Own:
    X = np.random.default_rng(0).normal(size=(40, 3)).astype(np.float32)
    return Own(gn.Dataset(X, X[:, 0] * 30 + 7, feature_names=("a", "b", 'c "quoted"')))


@pytest.mark.parametrize(
    "changes",
    [
        {"data": {"kind": "moons", "noise": 0.3}},
        {"data": {"kind": "spirals", "test_share": 0, "seed": 3}, "seed": 5},
        {"data": {"kind": "blobs"}, "training": {"optimizer": {"name": "sgd", "momentum": 0.9}, "batch_size": 7}},
        {"data": {"kind": "circles"}, "training": {"schedule": "cosine", "l2": 0.001, "clip_norm": 1.0}},
        {"data": {"kind": "above", "formula": "min(x^2, 0.3) - e/10"}},
        {"data": {"kind": "surface", "formula": "sin(pi * x) * y"}, "training": {"loss": "huber", "shuffle": False}},
        {"data": {"kind": "surface", "formula": "2"}},
        {"data": {"kind": "points", "points": POINTS}},
        {"data": {"kind": "digits"}},
        {"data": {"kind": "own"}},
    ],
    ids=lambda changes: changes["data"]["kind"],
)
def test_the_code_gives_the_same_weights(changes: dict[str, Any]) -> None:
    session = session_with(changes, own_numbers())
    names = run(exported(session, "python").plain["text"])
    assert (names["net"].parameters == session.trainer.network.parameters).all()
    train = session.scene.train
    expected = session.scene.predictions(session.trainer.engine.predict(names["net"], session.scene.inputs(train.X)))
    assert np.allclose(names["model"].outputs(train.X).reshape(expected.shape), expected, atol=1e-5)


def test_the_code_has_normalization_and_dropout() -> None:
    session = session_with({"layers": NORMALIZED})
    names = run(exported(session, "python").plain["text"])
    assert [type(one).__name__ for one in names["net"].layers] == [
        "Dense",
        "BatchNorm",
        "Activation",
        "Dropout",
        "Dense",
    ]
    assert names["record"].epoch == 3
    # How training is divided into blocks decides which units dropout switches off.
    assert names["record"].loss == pytest.approx(session.trainer.evaluate()[0], abs=0.3)


def test_the_code_says_that_options_were_changed() -> None:
    session = session_with({})
    assert "changed on the way" not in exported(session, "python").plain["text"]
    list(session.handle({"type": "set", "changes": {"training": {"batch_size": 8}}}))
    text = exported(session, "python").plain["text"]
    assert "changed on the way" in text
    assert "batch_size=8" in text


def test_rows_that_are_too_many_are_refused() -> None:
    data = gn.Dataset(np.zeros((500, 100), np.float32), np.arange(500) % 2, ("a", "b"))
    message = exported(session_with({"data": {"kind": "own"}}, Own(data), 0), "python")
    assert message.plain["type"] == "error"
    assert "50,000 numbers" in message.plain["message"]


def test_formulas_become_numpy() -> None:
    assert numpy_text("abs(x) ^ 2 + max(y, 1) * pi") == "np.absolute(x) ** 2.0 + np.maximum(y, 1.0) * np.pi"


@pytest.mark.parametrize("kind", ["moons", "digits"])
def test_the_recipe_trains(kind: str, tmp_path: Path) -> None:
    session = session_with({"data": {"kind": kind}, "training": {"optimizer": {"name": "adam", "learning_rate": 0.01}}})
    message = exported(session, "recipe")
    path = tmp_path / message.plain["name"]
    path.write_text(message.plain["text"])
    recipe = read_recipe(path)
    assert recipe.source == kind
    assert recipe.epochs == 3
    assert recipe.split == "70/30"
    assert [one["units"] for one in recipe.layers] == [6, 5]
    assert gn.run_recipe(recipe, progress=False).model.networks[0].layers[0] == gn.Dense(6, "tanh")


@pytest.mark.parametrize(("kind", "reason"), [("points", "exist only"), ("surface", "exist only"), ("own", "FILE")])
def test_without_a_data_source_there_is_a_reason_instead_of_a_recipe(kind: str, reason: str) -> None:
    session = session_with({"data": {"kind": kind, "points": POINTS, "formula": "x * y"}}, own_numbers(), 0)
    message = exported(session, "recipe")
    assert message.plain["type"] == "error"
    assert reason in message.plain["message"]


@pytest.mark.parametrize("kind", ["spirals", "digits", "surface", "own"])
def test_the_model_file_predicts_in_the_units_of_the_data(kind: str, tmp_path: Path) -> None:
    session = session_with({"data": {"kind": kind, "formula": "x * y"}}, own_numbers())
    message = exported(session, "model")
    path = tmp_path / message.plain["name"]
    path.write_bytes(message.arrays["data"].tobytes())
    model, scene = gn.load_model(path), session.scene
    expected = scene.predictions(session.trainer.engine.predict(session.trainer.network, scene.inputs(scene.test.X)))
    assert np.allclose(model.outputs(scene.test.X).reshape(expected.shape), expected, atol=1e-5)


def test_an_unknown_export_is_an_error() -> None:
    message = exported(session_with({}, epochs=0), "onnx")
    assert message.plain["type"] == "error"
    assert "python, recipe, replay, model" in message.plain["message"]


def test_the_page_of_a_replay_needs_no_other_file() -> None:
    page = exported(session_with({}, epochs=0), "replay").plain["text"]
    assert page.count(f">{PLACEHOLDER}<") == 1
    markup = re.sub(r"(<script[^>]*>|<style>).*?(</script>|</style>)", r"\1\2", page, flags=re.DOTALL)
    assert re.findall(r'(?:src|href|action)="([^"]*)"', markup) == ["data:,"]
    assert not re.search(r"@import|url\((?!#)", page)
    # The recording gets the rest of a megabyte.
    assert len(page.encode()) < 300_000


def test_the_policy_of_a_replay_allows_its_own_script_and_style_and_no_network(tmp_path: Path) -> None:
    for suffix, text in (("js", "let x = '</script><!-- $& '"), ("css", "p { color: red }")):
        (tmp_path / f"playground.{suffix}").write_text(text)
    page = replay_page(tmp_path)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    assert "default-src 'none'" in policy[1]
    assert "connect-src" not in policy[1]
    for tag in ('<script type="module">', "<style>"):
        text = page.split(tag)[1].split("</")[0]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy[1]
    assert page.count("<script") == 2
    assert page.count("</script") == 2
