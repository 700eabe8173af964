"""Effects of the options of glassnet train on the recipe and on existing run folders."""

import dataclasses
import inspect
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from glassnet.cli.main import run
from glassnet.cli.options import DATA, OUTPUT, PORTFOLIO, RUN, TRAINING, override
from glassnet.cli.train import train
from glassnet.cli.tune import tune
from glassnet.engines import numpy
from glassnet.model import load_model
from glassnet.network.layers import Dense
from glassnet.recipes.load import load_recipe, single_network
from glassnet.recipes.recipe import Recipe, read_recipe
from glassnet.training.options import TrainingOptions


@pytest.fixture(autouse=True)
def in_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


OVERRIDES: list[tuple[str, dict[str, Any]]] = [
    ("--hidden 5,4", {"layers": [("dense", 5, "relu"), ("dense", 4, "relu")]}),
    ("--hidden 0", {"layers": []}),
    ("--activation gelu", {"layers": [("dense", 64, "gelu"), ("dense", 32, "gelu")]}),
    ("--hidden 3 --activation tanh", {"layers": [("dense", 3, "tanh")]}),
    ("--optimizer sgd", {"optimizer": "sgd"}),
    ("--lr 0.5", {"optimizer": {"name": "adamw", "learning_rate": 0.5, "weight_decay": 0.01}}),
    ("--optimizer sgd --lr 0.25", {"optimizer": {"name": "sgd", "learning_rate": 0.25}}),
    ("--optimizer lbfgs", {"optimizer": "lbfgs", "early_stopping": False}),
    ("--weight-decay 0.5", {"optimizer": {"name": "adamw", "learning_rate": 0.003, "weight_decay": 0.5}}),
    ("--optimizer sgd --weight-decay 0.5", {"optimizer": "sgd", "weight_decay": 0.5}),
    ("--clip-norm 1", {"clip_norm": 1.0}),
    ("--ema 0.9", {"ema": 0.9}),
    ("--no-early-stopping", {"early_stopping": False}),
    ("--patience 2", {"patience": 2}),
    ("--class-weight balanced", {"class_weight": "balanced"}),
    ("--batch-size 7", {"batch_size": 7}),
    ("--epochs 2", {"epochs": 2}),
    ("--seed 9", {"seed": 9}),
    ("--split 50/50", {"split": "50/50"}),
    ("--engine numpy", {"engine": "numpy"}),
]


@pytest.mark.parametrize(("options", "expected"), OVERRIDES, ids=[options for options, _ in OVERRIDES])
def test_options_override_the_recipe(options: str, expected: dict[str, Any]) -> None:
    assert run(["train", "iris", "--quiet", "--epochs", "3", *options.split(), "--out", "new"]) == 0
    recipe, plain = read_recipe("new/recipe.toml"), single_network(load_recipe("iris"))
    for key in set(vars(plain)) - {"epochs", "name"} - set(expected):
        assert getattr(recipe, key) == getattr(plain, key)
    assert recipe.name == "new"
    layers = [(layer["name"], layer["units"], layer["activation"]) for layer in recipe.layers]
    for key, value in expected.items():
        assert (layers if key == "layers" else getattr(recipe, key)) == value
    metrics = json.loads(Path("new/metrics.json").read_text())
    assert (metrics["epochs"], metrics["seed"]) == (recipe.epochs, recipe.seed)
    widths = [layer.units for layer in load_model("new").networks[0].layers if isinstance(layer, Dense)]
    assert widths == [*(units for _, units, _ in layers), 3]


def test_an_activation_applies_to_layers_without_their_own() -> None:
    layers = [{"name": "dense", "units": 4}, "batchnorm", {"name": "activation", "activation": "elu"}]
    recipe = load_recipe("iris").__class__(name="x", source="iris", layers=layers)
    changed = override(recipe, hidden=None, activation="tanh")
    assert changed.layers == (
        {"name": "dense", "units": 4, "activation": "tanh"},
        "batchnorm",
        {"name": "activation", "activation": "tanh"},
    )


def dropped(layers: list[Any], rate: float) -> list[Any]:
    return list(override(Recipe("x", "iris", layers=tuple(layers)), hidden=None, activation=None, dropout=rate).layers)


def test_dropout_follows_every_activation() -> None:
    wide = {"name": "dense", "units": 4, "activation": "relu"}
    dropout = {"name": "dropout", "rate": 0.3}
    assert dropped([wide, wide], 0.3) == [wide, dropout, wide, dropout]
    assert dropped([wide, {"name": "dropout", "rate": 0.9}, wide], 0.3) == [wide, dropout, wide, dropout]
    assert dropped([wide, dropout], 0) == [wide]
    normalized = [{"name": "dense", "units": 4}, "batchnorm", {"name": "activation", "activation": "relu"}]
    assert dropped(normalized, 0.3) == [*normalized, dropout]
    assert dropped([{"name": "residual", "layers": [wide, wide]}], 0.3) == [
        {"name": "residual", "layers": [wide, dropout, wide, dropout]}
    ]


def test_the_activation_is_replaced_inside_residual_layers_too() -> None:
    inner = [{"name": "dense", "units": 4, "activation": "relu"}, "batchnorm"]
    recipe = Recipe("x", "iris", layers=({"name": "residual", "layers": inner}, *inner))
    layers = override(recipe, hidden=None, activation="mish").layers
    changed = [{"name": "dense", "units": 4, "activation": "mish"}, "batchnorm"]
    assert layers == ({"name": "residual", "layers": changed}, *changed)


def test_dropout_by_command_line_reaches_the_network() -> None:
    assert run(["train", "iris", "--quiet", "--epochs", "2", "--hidden", "9,8", "--dropout", "0.25", "--out", "a"]) == 0
    assert [layer.kind for layer in load_model("a").networks[0].layers][:4:2] == ["dense", "dense"]
    assert [layer["name"] for layer in read_recipe("a/recipe.toml").layers] == ["dense", "dropout"] * 2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("wine --hidden 3 --time-limit 5", "--time-limit is for the networks of a table, --hidden for a single one"),
        ("wine --quality good --lr 0.1", "--quality is for the networks of a table, --lr for a single one"),
        ("digits --quality good", "--quality is for tables and arrays, but digits has the recipe of a single network"),
    ],
)
def test_options_of_a_portfolio_do_not_go_with_a_single_network(
    options: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["train", *options.split()]) == 2
    assert message in capsys.readouterr().err


def test_a_run_on_other_data_is_not_overwritten(capsys: pytest.CaptureFixture[str]) -> None:
    rng = np.random.default_rng(0)
    for name in ("a", "b"):
        Path(name).mkdir()
        np.savez(f"{name}/mine.npz", X=rng.normal(size=(60, 3)), y=np.arange(60) % 2)
    assert run(["train", "a/mine.npz", "--quiet", "--epochs", "2"]) == 0
    assert run(["train", "./a/mine.npz", "--quiet", "--epochs", "3"]) == 0
    capsys.readouterr()
    assert run(["train", "b/mine.npz", "--quiet", "--epochs", "4"]) == 2
    assert capsys.readouterr().err == (
        "glassnet: runs/mine contains a run on ./a/mine.npz, which would be overwritten; choose another "
        "folder with --out, or replace it with --overwrite\n"
    )
    assert json.loads(Path("runs/mine/metrics.json").read_text())["epochs"] == 3
    assert run(["train", "b/mine.npz", "--quiet", "--epochs", "4", "--out", "runs/mine"]) == 2
    assert json.loads(Path("runs/mine/metrics.json").read_text())["epochs"] == 3
    assert run(["train", "b/mine.npz", "--quiet", "--epochs", "4", "--out", "runs/mine", "--overwrite"]) == 0
    assert json.loads(Path("runs/mine/metrics.json").read_text())["epochs"] == 4


def test_a_folder_has_the_files_of_one_run_only() -> None:
    assert run(["train", "iris", "--quiet", "--epochs", "2", "--out", "a"]) == 0
    assert Path("a/report.html").exists()
    assert run(["train", "iris", "--quiet", "--epochs", "2", "--no-report", "--out", "a"]) == 0
    assert not Path("a/report.html").exists()


def test_quiet_predictions_are_written_without_output(capsys: pytest.CaptureFixture[str]) -> None:
    np.save("X.npy", np.arange(12.0).reshape(3, 4))
    assert run(["train", "iris", "--quiet", "--epochs", "2", "--out", "a"]) == 0
    assert run(["predict", "a", "X.npy", "--quiet", "--out", "answers.csv"]) == 0
    assert capsys.readouterr() == ("", "")
    assert len(Path("answers.csv").read_text().splitlines()) == 4
    assert run(["predict", "a", "X.npy", "--quiet"]) == 2
    assert "--quiet needs --out, or the predictions would be lost" in capsys.readouterr().err


def test_every_training_option_of_the_command_line_is_a_field_with_its_name() -> None:
    fields = {field.name for field in dataclasses.fields(TrainingOptions)}
    assert set(TRAINING) <= fields


@pytest.mark.parametrize(
    ("command", "common"),
    [(train, {**DATA, **PORTFOLIO, **TRAINING, **RUN, **OUTPUT}), (tune, {**DATA, **RUN, **OUTPUT})],
)
def test_commands_have_the_common_options_and_their_own(command: Any, common: dict[str, Any]) -> None:
    known = inspect.signature(command).parameters
    assert next(iter(known)) == "source"
    assert set(common) < set(known)


def test_threads_limit_only_this_run_and_set_no_environment_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def choose(name: str, job: Any, *others: Any) -> Any:
        asked.append(job.threads)
        return numpy

    monkeypatch.delenv("GLASSNET_THREADS", raising=False)
    monkeypatch.setattr("glassnet.training.train.choose", choose)
    assert run(["train", "iris", "--quiet", "--epochs", "2", "--threads", "1", "--out", "a"]) == 0
    assert run(["train", "iris", "--quiet", "--epochs", "2", "--out", "b"]) == 0
    assert asked == [1, None]
    assert "GLASSNET_THREADS" not in os.environ
    assert Path("a/recipe.toml").read_text() == Path("b/recipe.toml").read_text().replace('"b"', '"a"')
