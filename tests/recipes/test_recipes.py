"""Recipes: plain-text runs that repeat bit for bit, with every mistake reported before any work."""

import dataclasses
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from glassnet.data.dataset import Dataset
from glassnet.data.sources import SOURCES, load
from glassnet.model import load_model
from glassnet.recipes.load import DEFAULT_NAMES, load_recipe, shipped, shipped_names, single_network
from glassnet.recipes.recipe import (
    DEFAULTS,
    NOT_IN_FILES,
    OF_NETWORK,
    OF_QUALITY,
    TABLES,
    Recipe,
    read_recipe,
    recipe_from_spec,
)
from glassnet.runs import run as run_module
from glassnet.runs.run import Run, load_parts, run_recipe
from glassnet.runs.setup import build_network

EVERY_KEY = """
name = "all of it"
seed = 3

[data]
source = "moons"
split = "50/25/25"
options = { n = 80, noise = 0.1, seed = 5 }

[preprocessing]
steps = ["normalize_rows", { name = "minmax", low = -1.0, high = 1.0 }]
unseen = "error"
category_encoding = { max_one_hot = 8, signed_binary = true }
target_scale = "auto"
clip_predictions = true

[network]
layers = [
  { name = "dense", units = 6, activation = { name = "leaky_relu", slope = 0.1 }, init = "orthogonal" },
  "batchnorm",
  { name = "dropout", rate = 0.1 },
]
init = { name = "normal", std = 0.2 }
bias_init = "zeros"
data_init = true
dtype = "float64"

[training]
loss = { name = "cross_entropy", label_smoothing = 0.1 }
optimizer = { name = "sgd", learning_rate = 0.05, momentum = 0.9 }
schedule = { name = "cosine", warmup = 0.1 }
batch_size = 16
epochs = 4
shuffle = false
early_stopping = true
validation_fraction = 0.2
patience = 2
tol = 0.0001
class_weight = { upper = 1.0, lower = 2.0 }
l1 = 0.0001
l2 = 0.001
weight_decay = 0.01
parameter_groups = { biases = { learning_rate = 0.1, weight_decay = 0 }, "dense1.W" = { learning_rate = 2 } }
weight_decay_schedule = "flat_cosine"
dropout_schedule = { name = "cosine_cycles", cycles = 2 }
clip_norm = 1.0
clip_value = 0.5
ema = 0.9
ensemble_size = 2
engine = "numpy"
threshold = "cost=2.5"

[search]
units = { low = 4, high = 16, log = true }
activation = ["relu", { name = "leaky_relu", slope = 0.2 }]
dropout = "keep"
"""

OF_IMAGES = """
[data]
source = "digits"
split = "60/40"

[training]
epochs = 2
folds = 2
repeats = 2
augment = { name = "distort", shift = 0.5, rotate = 5, fill = 0.0 }
"""

OF_PORTFOLIO = """
[data]
source = "moons"
split = "50/50"
options = { n = 80, seed = 5 }

[training]
class_weight = { upper = 1.0, lower = 2.0 }
engine = "compiled"
folds = 2
quality = "quick"
eval_metric = "accuracy"
time_limit = 3600
members = 2
"""


def small(**changes: Any) -> Recipe:
    """A run of a fraction of a second."""
    words: dict[str, Any] = {
        "name": "small",
        "source": "iris",
        "split": "60/20/20",
        "steps": ["standardize"],
        "layers": [{"name": "dense", "units": 8, "activation": "tanh"}],
        "optimizer": {"name": "adam", "learning_rate": 0.02},
        "epochs": 8,
    }
    return Recipe(**(words | changes))


# Specs


def test_the_full_recipe_uses_every_key() -> None:
    words = tomllib.loads(EVERY_KEY)
    others = {**tomllib.loads(OF_IMAGES)["training"], **tomllib.loads(OF_PORTFOLIO)["training"]}
    training = [key for key in TABLES["training"] if key in words["training"] or key in others]
    assert {table: tuple(words[table]) for table in TABLES} | {"training": tuple(training)} == TABLES
    fields = {field.name for field in dataclasses.fields(Recipe)}
    # The number of threads depends on the machine; the output layer of a recipe mixes members.
    keys = {key for keys in TABLES.values() for key in keys}
    assert fields - set(NOT_IN_FILES) == {"name", "seed", "search", *keys}


@pytest.mark.parametrize("name", [*shipped_names(), *DEFAULT_NAMES, "every key", "portfolio"])
def test_spec_toml_and_recipe_convert_into_each_other(name: str, tmp_path: Path) -> None:
    texts = {"every key": EVERY_KEY, "portfolio": OF_PORTFOLIO}
    recipe = recipe_from_spec(tomllib.loads(texts[name])) if name in texts else shipped(name)
    assert recipe_from_spec(recipe.to_spec()) == recipe
    assert tomllib.loads(recipe.toml()) == recipe.to_spec()
    (tmp_path / "again.toml").write_text(recipe.toml(), encoding="utf-8")
    assert read_recipe(tmp_path / "again.toml") == recipe


def test_numpy_numbers_and_tuples_give_the_same_recipe_as_a_file() -> None:
    plain = small(l1=0.5, seed=2, layers=[{"name": "embedding", "columns": [0], "levels": [3], "units": 2}])
    spoken = small(
        l1=np.float64(0.5),
        seed=np.int64(2),
        layers=({"name": "embedding", "columns": (0,), "levels": (np.int64(3),), "units": 2},),
    )
    assert spoken == plain
    assert spoken.toml() == plain.toml()


def test_the_shortest_recipe_names_a_source() -> None:
    recipe = recipe_from_spec({"data": {"source": "wine"}})
    assert (recipe.name, recipe.source, recipe.split) == ("wine", "wine", "60/20/20")


@pytest.mark.parametrize("name", SOURCES)
def test_every_source_has_a_recipe(name: str) -> None:
    recipe = load_recipe(name)
    assert (recipe.source, recipe.name) == (name, name)


def test_shipped_recipes_load_by_name_and_files_by_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shipped_names() == sorted(shipped_names())
    assert {"digits", "notebook"} <= set(shipped_names())
    for name in shipped_names():
        assert load_recipe(name) == shipped(name)
        assert shipped(name).name == name
    monkeypatch.chdir(tmp_path)
    Path("own.toml").write_text("\ufeff" + EVERY_KEY, encoding="utf-8")  # some editors begin a file with this mark
    for source in ("own.toml", "./own.toml", str(tmp_path / "own.toml")):
        assert load_recipe(source).name == "all of it"


def test_the_notebooks_own_settings() -> None:
    recipe = shipped("notebook")
    assert [(layer["units"], layer["activation"]) for layer in recipe.layers] == [(6, "relu"), (5, "sigmoid")]
    assert recipe.init == recipe.bias_init == {"name": "normal", "std": 0.1}
    assert recipe.optimizer == {"name": "sgd", "learning_rate": 0.01}
    assert (recipe.batch_size, recipe.epochs, recipe.fractions) == (1, 100, (0.6, 0.4))
    network = build_network(recipe, load_parts(recipe)["train"])
    assert network.widths == (64, 6, 5, 10)


# Mistakes


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("digit", r"unknown source 'digit'; did you mean 'digits'\? known: digits, .*, or a recipe file ending in"),
        ("notbook", r"did you mean 'notebook'\?"),
        ("own.txt", r"unknown source 'own.txt'; .*known: .*iris.*, or a recipe file ending in .toml"),
        ("", "unknown source ''"),
    ],
)
def test_an_unknown_source_raises_with_the_available_sources(source: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        load_recipe(source)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\x89PNG\r\n\x1a\n\xff\xfe", "is not a recipe: it is not a text file"),
        (b"source: digits", "is not a TOML file: "),
        (b"a = 1\na = 2", "is not a TOML file: "),
        (b"a = " + b"[" * 5000 + b"]" * 5000, "is not a recipe: its lists or tables are nested too deep"),
        (b"", "a recipe needs a source, such as source = "),
        (b"[dat]\n", "unknown table of a recipe: 'dat'; did you mean 'data'\\?"),
        (b"data = 'digits'", "data of a recipe is a table, \\[data\\], got 'digits'"),
    ],
)
def test_files_of_another_format_raise_in_one_line(data: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "some.toml"
    path.write_bytes(data)
    with pytest.raises(ValueError, match=message) as caught:
        read_recipe(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_raises_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "folder.toml").mkdir()
    for name, reported in (("gone.toml", "there is no recipe {}"), ("folder.toml", "{} is a folder, not a recipe")):
        with pytest.raises(FileNotFoundError, match=reported.format(tmp_path / name)):
            load_recipe(str(tmp_path / name))


MISTAKES: list[tuple[str, str, str]] = [
    ("", "name = 5", "name must be text, got 5"),
    ("", "name = 'a/b'", "name of a recipe must be a valid folder name, got 'a/b'"),
    ("", "name = '..'", "name of a recipe must be a valid folder name, got '..'"),
    ("", "name = ''", "name of a recipe must be a valid folder name, got ''"),
    ("", 'name = "a\\u0000b"', "name of a recipe must be a valid folder name"),
    ("", "seed = -1", "seed must be at least 0, got -1"),
    ("", "seed = 1.5", "seed must be a whole number, got 1.5"),
    ("", "sed = 1", "unknown table of a recipe: 'sed'; did you mean 'seed'? known: seed, name, data"),
    ("data", "source = 'digit'", "unknown data source 'digit'; did you mean 'digits'?"),
    ("data", "source = 'data/digits'", "unknown data source 'data/digits'; did you mean 'digits'?"),
    ("data", "source = ['digits']", "source must be text, got ['digits']"),
    ("data", "sorce = 'digits'", "unknown key of [data] in a recipe: 'sorce'; did you mean 'source'?"),
    ("data", "split = 60", 'split must be text such as "60/20/20", got 60'),
    ("data", "split = '60/50'", "split 60/50 sums to 110, not 100"),
    ("data", "split = 'x'", "split 'x' must be numbers of 0 or more between slashes"),
    ("data", "split = '100'", "split '100' must have two parts (train/test) or three (train/valid/test)"),
    ("data", "split = '25/25/25/25'", "must have two parts"),
    ("data", "options = 'n=3'", "options must be a table, got 'n=3'"),
    ("preprocessing", "steps = 'standardize'", "steps must be a list, got 'standardize'"),
    ("preprocessing", "steps = ['standardise']", "unknown preprocessing 'standardise'; did you mean 'standardize'?"),
    ("preprocessing", "steps = [5]", "preprocessing is a name"),
    ("preprocessing", "steps = ['divide']", "preprocessing 'divide' needs more options: by"),
    ("preprocessing", "steps = [{ name = 'divide', by = 0 }]", "by of divide must be above 0, got 0"),
    (
        "preprocessing",
        "steps = [{ name = 'target_encoding', position = 3, levels = [4] }]",
        "steps of a recipe cannot contain target_encoding, which needs targets; remove it",
    ),
    ("preprocessing", "unseen = true", "unseen must be text, got True"),
    ("preprocessing", "unseen = 'eror'", "unknown value of unseen: 'eror'; did you mean 'error'?"),
    ("network", "layers = 'relu'", "layers must be a list, got 'relu'"),
    ("network", "layers = [5]", "a layer must be an object such as Dense(10, 'relu'), or its name with options, got 5"),
    ("network", "layers = [{ units = 5 }]", "unknown layer None; known: dense"),
    ("network", "layers = ['dens']", "unknown layer 'dens'; did you mean 'dense'?"),
    ("network", "layers = ['dense']", "layer 'dense' needs more options: units"),
    ("network", "layers = [{ name = 'dense', units = '5' }]", "units of a Dense layer must be a whole number, got '5'"),
    ("network", "layers = [{ name = 'dense', unit = 5 }]", "unknown option of layer 'dense': 'unit'; did you mean"),
    ("network", "layers = [{ name = 'dense', units = 5, activation = 'rleu' }]", "unknown activation 'rleu'; did you"),
    ("network", "init = 0.1", "init must be a name, or a table of name and options, got 0.1"),
    ("network", "init = 'nromal'", "unknown initializer 'nromal'; did you mean 'normal'?"),
    ("preprocessing", "category_encoding = 'one_hot'", "category_encoding must be a table, got 'one_hot'"),
    (
        "preprocessing",
        "category_encoding.max_onehot = 8",
        "unknown option of categories: 'max_onehot'; did you mean 'max_one_hot'",
    ),
    ("preprocessing", "category_encoding.zero_missing = 1", "zero_missing must be true or false, got 1"),
    ("preprocessing", "category_encoding.max_one_hot = -1", "max_one_hot must be at least 0, got -1"),
    ("preprocessing", "category_encoding.embedding_units = 0", "embedding_units must be at least 1, got 0"),
    ("preprocessing", "target_scale = 'quantil'", "unknown target_scale 'quantil'; did you mean 'quantile'"),
    ("preprocessing", "target_scale = 1", "target_scale must be text, got 1"),
    ("preprocessing", "clip_predictions = 1", "clip_predictions must be true or false, got 1"),
    ("network", "data_init = 'yes'", "data_init must be true or false, got 'yes'"),
    ("network", "bias_init = ['zeros']", "bias_init must be a name, or a table of name and options, got ['zeros']"),
    ("network", "dtype = 'float16'", "dtype must be float32 or float64, got 'float16'"),
    ("network", "dtype = 32", "dtype must be text, got 32"),
    ("training", "loss = 1", "loss must be a name, or a table of name and options, got 1"),
    ("training", "loss = 'entropy'", "unknown loss 'entropy'; did you mean"),
    ("training", "loss = { name = 'cross_entropy', label_smoothing = 1 }", "label_smoothing must be at least 0 and"),
    ("training", "optimizer = 3", "optimizer must be a name, or a table of name and options, got 3"),
    ("training", "optimizer = 'adamm'", "unknown optimizer 'adamm'; did you mean 'adam'?"),
    ("training", "optimizer = { name = 'sgd', lr = 1 }", "unknown option of optimizer 'sgd': 'lr'"),
    (
        "training",
        "optimizer = { name = 'sgd', learning_rate = nan }",
        "learning_rate must be finite and above 0, got nan",
    ),
    (
        "training",
        "optimizer = { name = 'sgd', momentum = 0.9, nesterov = 'no' }",
        "nesterov of optimizer 'sgd' must be",
    ),
    ("training", "schedule = true", "schedule must be a name, or a table of name and options, got True"),
    ("training", "schedule = 'cosin'", "unknown schedule 'cosin'; did you mean 'cosine'?"),
    ("training", "batch_size = 0", "batch_size must be at least 1, got 0"),
    ("training", "epochs = 'x'", "epochs must be a whole number, got 'x'"),
    ("training", "epochs = 1979-05-27", "epochs of a recipe must be text, numbers, or lists and tables"),
    ("training", "early_stopping = 'yes'", "early_stopping must be true or false, got 'yes'"),
    ("training", "early_stopping = 1", "early_stopping must be true or false, got 1"),
    ("training", "patience = 0", "patience must be at least 1, got 0"),
    ("training", "tol = -1", "tol must be at least 0, got -1"),
    ("training", "class_weight = 'x'", "class_weight must be \"balanced\", a table by class name or a list, got 'x'"),
    ("training", "class_weight = 2", 'class_weight must be "balanced", a table by class name or a list, got 2'),
    ("training", "class_weight = { setosa = -1 }", "class_weight of setosa must be at least 0, got -1"),
    ("training", "class_weight = [1, 'x']", "class_weight of 1 must be a number, got 'x'"),
    ("training", "l1 = 'x'", "l1 must be a number, got 'x'"),
    ("training", "l2 = -0.1", "l2 must be at least 0, got -0.1"),
    ("training", "weight_decay = inf", "weight_decay must be finite and at least 0, got inf"),
    ("training", "parameter_groups = 2", "parameter_groups must be a table, got 2"),
    (
        "training",
        "parameter_groups = { biases = { rate = 2 } }",
        "unknown factor of parameter_groups['biases'] 'rate'; known: learning_rate, weight_decay",
    ),
    ("training", "weight_decay_schedule = 2", "weight_decay_schedule must be a name, or a table of name and options"),
    ("training", "dropout_schedule = 'flat_cosin'", "unknown schedule 'flat_cosin'; did you mean 'flat_cosine'?"),
    ("training", "clip_norm = 0", "clip_norm must be above 0, got 0"),
    ("training", "clip_value = []", "clip_value must be a number, got []"),
    ("training", "ema = 1.0", "ema must be above 0 and below 1, got 1.0"),
    ("training", "shuffle = 1", "shuffle must be true or false, got 1"),
    ("training", "validation_fraction = 1", "validation_fraction must be above 0 and below 1, got 1"),
    ("training", "augment = 'distrot'", "unknown augmentation 'distrot'; did you mean 'distort'?"),
    ("training", "augment = { name = 'distort', rotate = -3 }", "rotate of distort must be at least 0, got -3"),
    ("training", "ensemble_size = 0", "ensemble_size must be at least 1, got 0"),
    ("training", "folds = 1.5", "folds must be a whole number, got 1.5"),
    ("training", "threshold = 1", "threshold must be f1, balanced, cost=NUMBER (the cost of a false negative in"),
    ("training", "threshold = 'f2'", "threshold must be f1, balanced, cost=NUMBER (the cost of a false negative in"),
    ("training", "quality = 'god'", "unknown quality 'god'; did you mean 'good'? known: "),
    ("training", "quality = 5", "quality must be text, got 5"),
    (
        "training",
        "eval_metric = 'roc_auc'",
        "eval_metric is an option of a portfolio of networks; add quality, such as",
    ),
    ("training", "time_limit = 60", "time_limit is an option of a portfolio of networks; add quality, such as good"),
    ("training", "members = 5", "members is an option of a portfolio of networks; add quality, such as good"),
    (
        "training",
        "eval_metric = 'acuracy'\nquality = 'good'",
        "unknown eval_metric 'acuracy'; did you mean 'accuracy'?",
    ),
    ("training", "eval_metric = 1\nquality = 'good'", "eval_metric must be text, got 1"),
    ("training", "time_limit = 0\nquality = 'good'", "time_limit must be above 0, got 0"),
    ("training", "time_limit = 'x'\nquality = 'good'", "time_limit must be a number, got 'x'"),
    ("training", "members = 0\nquality = 'good'", "members must be at least 1, got 0"),
    ("training", "epochs = 3\nquality = 'good'", "epochs is an option of a single network, but quality good trains a"),
    ("training", "repeats = 0", "repeats must be at least 1, got 0"),
    ("training", "engine = 'nunpy'", "unknown engine 'nunpy'; did you mean 'numpy'?"),
    ("training", "engine = ['numpy']", "engine must be text, got ['numpy']"),
    ("training", "epoch = 5", "unknown key of [training] in a recipe: 'epoch'; did you mean 'epochs'? known: epochs"),
]


def test_mistakes_cover_every_key() -> None:
    wrong = {line.split(" = ")[0] for _, line, _ in MISTAKES}
    assert wrong >= {"name", "seed", *(key for keys in TABLES.values() for key in keys)}


@pytest.mark.parametrize(("table", "line", "message"), MISTAKES, ids=[line for _, line, _ in MISTAKES])
def test_a_mistake_raises_when_the_recipe_is_read(table: str, line: str, message: str, tmp_path: Path) -> None:
    source = "" if line.startswith("source") else "source = 'iris'"
    text = f"[data]\n{source}\n{line}" if table == "data" else f"[data]\nsource = 'iris'\n[{table}]\n{line}"
    path = tmp_path / "wrong.toml"
    path.write_text(f"{line}\n[data]\nsource = 'iris'" if not table else text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"wrong\.toml: ") as caught:
        read_recipe(path)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("key", OF_NETWORK)
def test_a_portfolio_has_no_options_of_a_single_network(key: str) -> None:
    value = getattr(recipe_from_spec(tomllib.loads(EVERY_KEY)), key)
    changed = getattr(recipe_from_spec(tomllib.loads(OF_IMAGES)), key) if value == DEFAULTS[key] else value
    assert changed != DEFAULTS[key]
    with pytest.raises(ValueError, match=f"^{key} is an option of a single network, but quality good trains a portfol"):
        Recipe("x", "digits", split="80/20", quality="good", **{key: changed})


def test_a_recipe_holds_plain_values_and_no_objects() -> None:
    with pytest.raises(
        ValueError, match="optimizer of a recipe must be text, numbers, or lists and tables of them, got <object"
    ):
        small(optimizer=object())
    with pytest.raises(ValueError, match="class_weight of a recipe must be text, numbers, or lists and tables"):
        small(class_weight={0: 1.0})


# Running


def theta(run: Run) -> Any:
    return run.model.networks[0].parameters


def without_time(run: Run) -> dict[str, Any]:
    return {key: value for key, value in run.metrics.items() if key != "seconds"}


@pytest.mark.parametrize(
    "recipe",
    [
        small(),
        small(source="diabetes", split="70/30", seed=4),
        small(optimizer="lbfgs", epochs=5),
        recipe_from_spec(tomllib.loads(EVERY_KEY)),
        recipe_from_spec(tomllib.loads(OF_PORTFOLIO)),
    ],
    ids=lambda recipe: f"{recipe.name} {recipe.source} {recipe.seed}",
)
def test_the_same_recipe_gives_the_same_bits_also_from_a_file(recipe: Recipe, tmp_path: Path) -> None:
    (tmp_path / "again.toml").write_text(recipe.toml(), encoding="utf-8")
    first, second = run_recipe(recipe), run_recipe(read_recipe(tmp_path / "again.toml"))
    np.testing.assert_array_equal(theta(first), theta(second))
    assert without_time(first) == without_time(second)
    assert [record.loss for record in first.history] == [record.loss for record in second.history]
    first.model.save(tmp_path / "model.safetensors")
    kept = load_model(tmp_path / "model.safetensors")
    # A run's recipe has the number of networks in place of the time limit.
    assert recipe_from_spec(kept.recipe or {}) == dataclasses.replace(recipe, time_limit=None)
    test = first.parts["test"]
    np.testing.assert_array_equal(kept.predict(test.X), first.model.predict(test.X))


def test_another_seed_gives_another_run() -> None:
    assert not np.array_equal(theta(run_recipe(small())), theta(run_recipe(small(seed=1))))


@pytest.mark.parametrize("source", ["iris", "diabetes", "digits"])
def test_the_test_set_is_never_trained_on(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = small(source=source, epochs=2, early_stopping=True)
    honest = run_recipe(recipe)
    whole = load(source)
    test = honest.parts["test"]
    is_test = (whole.X[:, None] == test.X[None]).all(axis=2).any(axis=1)
    assert is_test.sum() >= len(test)
    garbled = Dataset(
        np.where(is_test[:, None], whole.X[:, ::-1] * 1000 + 7, whole.X),
        np.roll(whole.y, 1) if source == "diabetes" else whole.y,
        whole.class_names,
        whole.image_shape,
        whole.feature_names,
        whole.name,
    )
    if source == "diabetes":
        garbled.y[~is_test] = whole.y[~is_test]
    monkeypatch.setattr(run_module, "read_source", lambda source: (garbled, {}))
    misled = run_recipe(recipe)
    np.testing.assert_array_equal(theta(misled), theta(honest))
    assert misled.model.image_transform == honest.model.image_transform
    assert misled.metrics["valid_loss"] == honest.metrics["valid_loss"]
    assert misled.metrics["test_loss"] != honest.metrics["test_loss"]


NAMED = {
    "train_loss",
    "valid_loss",
    "test_loss",
    "epochs",
    "seconds",
    "parameters",
    "seed",
    "engine",
    "majority_baseline",
    "confusion_matrix",
    "classes",
}


def test_metrics_of_a_classifier() -> None:
    run = run_recipe(small(epochs=30, seed=2))
    metrics = run.metrics
    assert set(metrics) >= NAMED | {"train_accuracy", "valid_accuracy", "test_accuracy"}
    test = run.parts["test"]
    right = run.model.predict(test.X) == np.array(test.class_names)[test.y]
    assert metrics["test_accuracy"] == pytest.approx(right.mean())
    assert metrics["test_accuracy"] > 0.85 > metrics["majority_baseline"]
    counts = np.array(metrics["confusion_matrix"])
    assert counts.sum() == len(test)
    assert np.trace(counts) == right.sum()
    assert counts.sum(axis=1).tolist() == np.bincount(test.y).tolist()
    assert metrics["classes"] == ["setosa", "versicolor", "virginica"]
    probabilities = run.model.predict_proba(test.X)[np.arange(len(test)), test.y]
    assert metrics["test_loss"] == pytest.approx(-np.log(probabilities).mean(), rel=1e-5)
    assert (metrics["epochs"], metrics["seed"], metrics["engine"]) == (30, 2, "compiled")
    assert metrics["parameters"] == 4 * 8 + 8 + 8 * 3 + 3
    assert [len(run.parts[name]) for name in ("train", "valid", "test")] == [90, 30, 30]


def test_regression_metrics_are_in_the_unit_of_the_target() -> None:
    run = run_recipe(small(source="diabetes", split="60/40", epochs=30))
    metrics, test = run.metrics, run.parts["test"]
    assert set(metrics) >= NAMED | {f"{part}_{key}" for part in ("train", "valid", "test") for key in ("r2", "rmse")}
    assert metrics["valid_r2"] is metrics["valid_rmse"] is metrics["valid_loss"] is None
    assert metrics["confusion_matrix"] is metrics["classes"] is metrics["majority_baseline"] is None
    answers = run.model.predict(test.X)
    assert answers.shape == test.y.shape
    rmse = np.sqrt(np.mean((answers - test.y) ** 2))
    assert metrics["test_rmse"] == pytest.approx(rmse, rel=1e-5)
    assert metrics["baseline_rmse"] == pytest.approx(np.sqrt(np.mean((run.parts["train"].y.mean() - test.y) ** 2)))
    assert metrics["test_rmse"] < 0.9 * metrics["baseline_rmse"]
    assert metrics["test_r2"] == pytest.approx(1 - rmse**2 / test.y.var(), rel=1e-4)
    assert 0.3 < metrics["test_r2"] < 1
    assert abs(answers.mean() - test.y.mean()) < 20  # around 150, not around 0


def test_metrics_of_absent_validation_and_test_sets_are_none() -> None:
    metrics = run_recipe(small(split="60/40", epochs=1)).metrics
    assert metrics["valid_loss"] is metrics["valid_accuracy"] is None
    run = run_recipe(small(split="80/20/0", epochs=1))
    assert set(run.parts) == {"train", "valid"}
    assert run.metrics["test_loss"] is run.metrics["test_accuracy"] is None
    assert np.sum(run.metrics["confusion_matrix"]) == len(run.parts["valid"])
    with pytest.raises(ValueError, match="split 0/100 leaves no training rows"):
        run_recipe(small(split="0/100"))


def test_early_stopping_keeps_the_epoch_with_the_lowest_validation_loss() -> None:
    run = run_recipe(
        small(early_stopping=True, patience=3, epochs=500, optimizer={"name": "adam", "learning_rate": 0.1})
    )
    losses = run.history.column("valid_loss")
    kept = int(np.argmin(losses)) + 1
    assert run.metrics["stop_reason"] == "early stopping"
    assert run.metrics["epochs"] == kept + 3 == len(losses)
    assert run.metrics["best_epoch"] == kept
    assert run.metrics["valid_loss"] == pytest.approx(losses[kept - 1], rel=1e-5)


def test_options_of_synthetic_data_take_effect() -> None:
    parts = load_parts(small(source="spirals", options={"n": 50, "noise": 0.0}, split="60/40"))
    assert (len(parts["train"]), len(parts["test"])) == (30, 20)
    with pytest.raises(ValueError, match="unknown option of data source 'moons': 'nosie'; did you mean 'noise'"):
        run_recipe(small(source="moons", options={"nosie": 1}))
    with pytest.raises(ValueError, match="data source 'iris' takes no options, got n"):
        run_recipe(small(options={"n": 1}))


def test_class_weights_are_given_by_class_name() -> None:
    weighed = run_recipe(small(class_weight={"virginica": 3.0, "setosa": 0.5}))
    np.testing.assert_array_equal(theta(weighed), theta(run_recipe(small(class_weight=[0.5, 1.0, 3.0]))))
    assert not np.array_equal(theta(weighed), theta(run_recipe(small())))
    with pytest.raises(ValueError, match="unknown class in class_weight 'virginia'; did you mean 'virginica'"):
        run_recipe(small(class_weight={"virginia": 3.0}))
    with pytest.raises(ValueError, match="class_weight"):
        run_recipe(small(source="diabetes", class_weight="balanced"))


@pytest.mark.parametrize("early_stopping", [True, False])
def test_an_interrupted_run_is_evaluated_with_its_best_weights(
    early_stopping: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from glassnet.training import fit as fit_module

    real = fit_module.epoch_records

    def interrupted(*data: Any, **options: Any) -> Any:
        for record in real(*data, **options):
            yield record
            if record.epoch == 4:
                raise KeyboardInterrupt

    monkeypatch.setattr(fit_module, "epoch_records", interrupted)
    with pytest.warns(UserWarning, match="interrupted in epoch 5; .*epoch 4, the best so far"):
        run = run_recipe(small(early_stopping=early_stopping))
    monkeypatch.undo()
    assert (run.metrics["stop_reason"], run.metrics["epochs"], run.metrics["best_epoch"]) == ("interrupted", 4, 4)
    np.testing.assert_array_equal(theta(run), theta(run_recipe(small(epochs=4))))


def test_a_run_that_has_converged_from_the_start_completes() -> None:
    run = run_recipe(small(optimizer={"name": "lbfgs", "tolerance": 1e9}))
    assert (run.metrics["epochs"], run.metrics["stop_reason"]) == (0, "converged")


def test_an_output_layer_among_the_hidden_layers_raises() -> None:
    layers = [
        {"name": "dense", "units": 4, "activation": "relu"},
        {"name": "dense", "units": 3, "activation": "softmax"},
    ]
    with pytest.raises(ValueError, match="the output layer, 3 units with softmax, is added automatically"):
        run_recipe(small(layers=layers))


def test_the_poisson_loss_gets_an_exponential_output() -> None:
    recipe = dataclasses.replace(single_network(load_recipe("diabetes")), loss="poisson", epochs=30)
    run = run_recipe(recipe)
    assert run.model.network.output_kind == "positive"
    assert run.metrics["test_r2"] > 0


# Portfolios


def portfolio(**changes: Any) -> Recipe:
    """A run of two small networks."""
    return dataclasses.replace(recipe_from_spec(tomllib.loads(OF_PORTFOLIO)), **changes)


def test_tables_and_arrays_are_trained_by_a_portfolio_unless_a_single_network_is_chosen() -> None:
    recipe = load_recipe("homes.csv", target="price")
    assert (recipe.quality, recipe.split) == ("good", "80/20")
    assert load_recipe("wine").quality == "quick"
    single, default = single_network(recipe), shipped("default")
    for key in (*OF_NETWORK, "quality", *OF_QUALITY, "split"):
        assert getattr(single, key) == getattr(default, key)
    assert (single.name, single.source, single.options) == (recipe.name, recipe.source, recipe.options)
    assert single_network(single) is single


@pytest.mark.parametrize("changes", [{"split": "70/30"}, {"split": "80/20", "folds": 5}])
def test_a_single_network_keeps_a_split_that_was_chosen(changes: dict[str, Any]) -> None:
    assert single_network(portfolio(**changes)).split == changes["split"]


def test_the_file_of_a_portfolio_has_no_keys_of_a_single_network() -> None:
    spec = portfolio().to_spec()
    assert not {key for table in TABLES for key in spec.get(table, {})} & set(OF_NETWORK)
    assert spec["training"]["quality"] == "quick"
    assert "network" not in spec


def test_a_portfolio_is_validated_on_folds_and_not_on_a_validation_set() -> None:
    parts = load_parts(portfolio(split="50/20/30", folds=0))
    assert {name: len(part) for name, part in parts.items()} == {"train": 56, "test": 24}


def test_a_portfolio_uses_the_engine_of_its_recipe() -> None:
    assert run_recipe(portfolio(engine="numpy", members=1)).metrics["engine"] == "numpy"


def test_a_time_limit_becomes_a_number_of_networks() -> None:
    run = run_recipe(portfolio(time_limit=1e-9, members=None, quality="good"))
    assert (run.recipe.time_limit, run.recipe.members) == (None, 1)
    assert (len(run.model.networks), run.metrics["folds"], run.metrics["valid_rows"]) == (1, 1, 20)
    again = run_recipe(run.recipe)
    np.testing.assert_array_equal(theta(again), theta(run))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"eval_metric": "rmse"}, "eval_metric 'rmse' is for regression; for classification: log_loss, roc_auc"),
        ({"class_weight": {"uper": 2.0}}, "unknown class in class_weight 'uper'; did you mean 'upper'"),
        ({"split": "1/99", "folds": 0}, "quality quick trains on folds, which need at least two rows"),
    ],
)
def test_a_portfolio_that_does_not_fit_the_data_raises(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        run_recipe(portfolio(**changes))


def test_a_threshold_is_chosen_on_the_held_out_rows_of_a_portfolio() -> None:
    run = run_recipe(portfolio(threshold="f1", eval_metric=None))
    assert 0 < run.model.threshold < 1
