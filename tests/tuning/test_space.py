"""The table [search] of a recipe: the search space, and the recipes that result from settings."""

import dataclasses
import tomllib
from pathlib import Path
from typing import Any

import pytest

from glassnet.recipes.load import shipped
from glassnet.recipes.recipe import read_recipe, recipe_from_spec
from glassnet.recipes.toml_text import search_table
from glassnet.tuning.settings import with_settings
from glassnet.tuning.space import SETTINGS, Choice, Range, space_for, space_from_spec, space_to_spec

SPACE = """
[data]
source = "iris"

[search]
hidden_layers = { low = 0, high = 2 }
units = { low = 8, high = 64, log = true }
activation = ["relu", { name = "leaky_relu", slope = 0.2 }]
normalization = "batchnorm"
dropout = 0.25
optimizer = ["adamw", { name = "sgd", momentum = 0.9 }]
learning_rate = { low = 0.001, high = 0.1, log = true }
batch_size = [16, 32]
label_smoothing = "keep"
"""


def test_a_recipe_defines_the_search_space() -> None:
    recipe = recipe_from_spec(tomllib.loads(SPACE))
    assert space_from_spec(recipe.search) == {
        "hidden_layers": Range(0, 2, whole=True),
        "units": Range(8, 64, log=True, whole=True),
        "activation": Choice(("relu", {"name": "leaky_relu", "slope": 0.2})),
        "normalization": Choice(("batchnorm",)),
        "dropout": Choice((0.25,)),
        "optimizer": Choice(("adamw", {"name": "sgd", "momentum": 0.9})),
        "learning_rate": Range(0.001, 0.1, log=True),
        "batch_size": Choice((16, 32)),
        "label_smoothing": None,
    }


def test_a_search_space_survives_a_file(tmp_path: Path) -> None:
    recipe = recipe_from_spec(tomllib.loads(SPACE))
    text = recipe.toml()
    assert "\nunits = { low = 8, high = 64, log = true }\n" in text
    assert '\noptimizer = ["adamw", { name = "sgd", momentum = 0.9 }]\n' in text
    (tmp_path / "again.toml").write_text(text, encoding="utf-8")
    assert read_recipe(tmp_path / "again.toml") == recipe
    every = space_for({}, 500, classes=True, image_shape=(8, 8))
    assert tomllib.loads(search_table(space_to_spec(every)))["search"] == space_to_spec(every)
    assert space_from_spec(space_to_spec(every)) == every


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ({"unit": 3}, "unknown setting in search: 'unit'; did you mean 'units'?"),
        ({"units": {"low": 64, "high": 8}}, "search: units from 64 to 8 is an empty range; low must not be above high"),
        ({"activation": []}, "search: activation has no choices; list some values, or use 'keep'"),
        ({"units": {"low": 8}}, "search: the range of units needs low and high; high is missing"),
        ({"units": {"low": 8, "hihg": 9}}, "unknown key in the range of units: 'hihg'; did you mean 'high'?"),
        ({"units": {"low": "few", "high": 9}}, "search: low of units must be a whole number, got 'few'"),
        ({"units": {"low": 0, "high": 9}}, "search: low of units must be at least 1, got 0"),
        ({"units": [8, 8.5]}, "search: units must be a whole number, got 8.5"),
        ({"dropout": {"low": 0, "high": 1}}, "search: high of dropout must be at least 0 and below 1, got 1"),
        ({"learning_rate": {"low": 0, "high": 1}}, "search: low of learning_rate must be above 0, got 0"),
        ({"weight_decay": {"low": 0, "high": 1, "log": True}}, "cannot use a log scale; set low above 0"),
        ({"dropout": {"low": 0, "high": 0.5, "log": 1}}, "search: log of dropout must be true or false, got 1"),
        ({"activation": {"low": 1, "high": 2}}, "search: activation needs a list of names, not a range"),
        ({"activation": ["relu", "rleu"]}, "search: unknown activation 'rleu'; did you mean 'relu'?"),
        ({"activation": ["relu", "relu"]}, "search: activation has duplicate choices: relu, relu"),
        ({"normalization": "batch"}, "search: unknown normalization 'batch'; did you mean 'batchnorm'?"),
        ({"optimizer": ["adam", "lbfgs"]}, "search: lbfgs cannot be searched"),
        ({"optimizer": [{"name": "sgd", "speed": 1}]}, "search: unknown option of optimizer 'sgd': 'speed'"),
        ({"units": None, "dropout": object()}, "search: units must be a whole number, got None"),
    ],
)
def test_an_invalid_search_space_raises(words: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the text is looked for below
        space_from_spec(words)
    assert text in str(caught.value)


def test_default_ranges_depend_on_the_data() -> None:
    few, many = (space_for({}, rows, classes=True, image_shape=None) for rows in (200, 50_000))
    for name, least in (("units", 100), ("batch_size", 32)):
        assert few[name].high <= many[name].high
        assert few[name].high >= least
    assert few["epochs"].low > many["epochs"].low
    assert "shift" not in few
    assert "label_smoothing" not in space_for({}, 200, classes=False, image_shape=None)
    small, large = (space_for({}, 200, classes=True, image_shape=(side, side)) for side in (8, 28))
    assert large["shift"].high > small["shift"].high
    assert set(small) == set(SETTINGS)


def test_given_ranges_override_the_defaults() -> None:
    space = space_for({"units": [7], "dropout": "keep"}, 200, classes=True, image_shape=None)
    assert space["units"] == Choice((7,))
    assert "dropout" not in space
    assert "learning_rate" in space


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ({"shift": {"low": 0, "high": 1}}, "shift applies to images only, but the data have none"),
        ({"label_smoothing": 0.1}, "label_smoothing applies to classification only, but the target is numeric"),
    ],
)
def test_ranges_that_do_not_apply_to_the_data_raise(words: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        space_for(words, 200, classes=False, image_shape=None)


class TestChosen:
    def test_layers_are_built_from_the_settings(self) -> None:
        settings = {
            "hidden_layers": 2,
            "units1": 24,
            "units2": 12,
            "activation": "gelu",
            "normalization": "layernorm",
            "dropout": 0.2,
        }
        one = ["layernorm", {"name": "activation", "activation": "gelu"}, {"name": "dropout", "rate": 0.2}]
        expected = ({"name": "dense", "units": 24}, *one, {"name": "dense", "units": 12}, *one)
        assert with_settings(shipped("default"), settings).layers == expected

    def test_the_number_of_hidden_layers_may_be_zero(self) -> None:
        assert with_settings(shipped("default"), {"hidden_layers": 0}).layers == ()

    def test_settings_that_are_not_searched_come_from_the_recipe(self) -> None:
        recipe = shipped("images")
        assert with_settings(recipe, {}) == recipe
        widths = [layer["units"] for layer in with_settings(recipe, {"dropout": 0.5}).layers if "units" in layer]
        assert widths == [256, 128]
        only = with_settings(recipe, {"units1": 10})
        assert [layer["units"] for layer in only.layers if isinstance(layer, dict) and "units" in layer] == [10, 128]
        assert "batchnorm" in only.layers

    @pytest.mark.parametrize(
        ("optimizer", "words", "beside"),
        [
            ("adamw", {"name": "adamw", "learning_rate": 0.5, "weight_decay": 0.25}, 0.0),
            ("nadam", {"name": "nadam", "learning_rate": 0.5}, 0.25),
            ({"name": "sgd", "momentum": 0.9}, {"name": "sgd", "learning_rate": 0.5, "momentum": 0.9}, 0.25),
        ],
    )
    def test_weight_decay_is_set_where_the_optimizer_has_it(self, optimizer: Any, words: Any, beside: float) -> None:
        settings = {"optimizer": optimizer, "learning_rate": 0.5, "weight_decay": 0.25}
        chosen = with_settings(shipped("default"), settings)
        assert (chosen.optimizer, chosen.weight_decay) == (words, beside)

    def test_the_weight_decay_of_the_recipe_carries_over_to_another_optimizer(self) -> None:
        assert with_settings(shipped("default"), {"optimizer": "nadam"}).weight_decay == 0.01

    def test_losses_and_distortions_keep_options_that_are_not_searched(self) -> None:
        recipe = dataclasses.replace(shipped("digits-best"), loss="cross_entropy")
        chosen = with_settings(recipe, {"label_smoothing": 0.2, "shift": 1.0, "rotate": 0.0})
        assert chosen.loss == {"name": "cross_entropy", "label_smoothing": 0.2}
        assert chosen.augment == {**recipe.augment, "shift": 1.0, "rotate": 0.0}
        still = dict.fromkeys(("shift", "rotate", "scale", "shear", "elastic"), 0.0)
        assert with_settings(recipe, still).augment is None
