"""Class labels keep their type: `Model.predict` returns labels like those of the training target, also from a file."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

import glassnet as gn

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

N = 60
CODE = np.arange(N) % 3
X = np.eye(3)[CODE] + np.random.default_rng(0).normal(0, 0.1, (N, 3))
TWO = CODE > 0
TARGETS = {
    "integers": CODE * 10 + 7,
    "bytes": CODE.astype(np.uint8),
    "negative": CODE - 1,
    "large": CODE.astype(np.int64) + 2**60,
    "booleans": TWO,
    "two integers": TWO.astype(int),
    "strings": np.array(["b", "a", "c"])[CODE],
    "digits as strings": np.array(["7", "08", "9"])[CODE],
}
by_target = pytest.mark.parametrize("y", TARGETS.values(), ids=TARGETS)


def saved(model: Any, path: Path) -> gn.Model:
    model.save(path / "model.safetensors")
    return gn.load_model(path / "model.safetensors")


def assert_same(found: np.ndarray, y: np.ndarray) -> None:
    assert found.dtype.kind == y.dtype.kind or (found.dtype.kind, y.dtype.kind) == ("i", "u")
    assert (found == y).mean() == 1.0


@by_target
def test_a_saved_run_returns_the_labels_of_the_arrays(y: np.ndarray, tmp_path: Path) -> None:
    recipe = dataclasses.replace(
        gn.single_network(gn.load_recipe("iris")), epochs=60, split="80/20", early_stopping=False
    )
    run = gn.run_recipe(recipe, gn.Dataset(X, y))
    for model in (run.model, saved(run.model, tmp_path)):
        assert_same(model.predict(X), y)
        assert model.class_names == tuple(map(str, np.unique(y).tolist()))


@by_target
def test_a_saved_estimator_returns_the_labels(y: np.ndarray, tmp_path: Path) -> None:
    one = gn.MLPClassifier(random_state=0, solver="lbfgs").fit(X, y)
    assert_same(one.predict(X), y)
    assert_same(saved(one, tmp_path).predict(X), y)
    assert_same(one.model().predict(X), y)


def test_several_columns_of_classes_keep_the_type_of_each(tmp_path: Path) -> None:
    numbers = np.stack([CODE + 4, 2 * CODE], axis=1)
    one = gn.MLPClassifier(random_state=0, solver="lbfgs").fit(X, numbers)
    assert_same(saved(one, tmp_path).predict(X), numbers)
    mixed = np.stack([CODE.astype(object), TARGETS["strings"].astype(object)], axis=1)
    one = gn.MLPClassifier(random_state=0, solver="lbfgs").fit(X, mixed)
    found = saved(one, tmp_path).predict(X)
    assert found.tolist() == mixed.tolist()


def write_table(path: Path, y: list[Any]) -> None:
    table = {f"x{i}": X[:, i].round(3) for i in range(3)} | {"y": y}
    if path.suffix == ".parquet":
        parquet.write_table(pa.table(table), path)
    else:
        rows = [",".join(map(str, row)) for row in zip(*table.values(), strict=True)]
        path.write_text("\n".join([",".join(table), *rows]) + "\n")


FILES: list[tuple[str, list[Any], list[Any]]] = [
    ("t.csv", [f"{code}" for code in CODE], CODE.tolist()),
    ("t.csv", [["0", "1"][two] for two in TWO.astype(int)], TWO.astype(int).tolist()),
    ("t.csv", [["007", "012", "7"][code] for code in CODE], [["007", "012", "7"][code] for code in CODE]),
    ("t.csv", [["true", "false"][two] for two in TWO.astype(int)], [["true", "false"][two] for two in TWO.astype(int)]),
    ("t.parquet", CODE.tolist(), CODE.tolist()),
    ("t.parquet", TWO.tolist(), TWO.tolist()),
    ("t.parquet", [str(code) for code in CODE], [str(code) for code in CODE]),
]


@pytest.mark.parametrize(("name", "cells", "labels"), FILES)
def test_labels_of_a_table_file(name: str, cells: list[Any], labels: list[Any], tmp_path: Path) -> None:
    write_table(path := tmp_path / name, cells)
    recipe = dataclasses.replace(gn.single_network(gn.load_recipe(str(path))), options={"target": "y"}, epochs=60)
    model = saved(gn.run_recipe(recipe).model, tmp_path)
    found = model.predict(gn.read_table(path, drop="y")).tolist()
    assert set(map(type, found)) == set(map(type, labels))
    assert np.mean([one == label for one, label in zip(found, labels, strict=True)]) > 0.9
    assert all(isinstance(label, str) for label in model.class_names or ())


def test_the_digits_are_integers_and_the_flowers_have_names() -> None:
    digits, iris = gn.load("digits"), gn.load("iris")
    assert digits.classes is not None
    assert digits.classes.tolist() == list(range(10))
    assert digits.class_names == tuple("0123456789")
    assert iris.classes is not None
    assert iris.classes.tolist() == list(iris.class_names or ())


def test_given_names_are_the_labels_of_indices() -> None:
    data = gn.Dataset(X, CODE, ["low", "middle", "high"])
    assert data.classes is not None
    assert data.classes.tolist() == ["low", "middle", "high"]
    assert data.take([0, 1]).classes is not None
    model = gn.Model(None, gn.Network(3, [gn.Dense(3, "softmax")], init="zeros"), [5, 6, 7])
    assert (model.predict(X[:1]).tolist(), model.class_names) == ([5], ("5", "6", "7"))


@pytest.mark.parametrize(
    ("classes", "message"),
    [
        ([1, 2], "classes must be 3 different labels"),
        ([1, 1, 2], "classes must be 3 different labels"),
        ([1, 2, [3]], "classes must be numbers or booleans"),
        ([1, 2, float("nan")], "classes must be numbers or booleans"),
        ({"a": 1}, "classes is not a list"),
    ],
)
def test_labels_in_a_file_are_validated(classes: Any, message: str, tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    gn.Model(None, gn.Network(3, [gn.Dense(3, "softmax")]), [5, 6, 7]).save(path)
    with safe_open(path, framework="numpy") as file:
        spec = json.loads(file.metadata()["glassnet"])
    save_file(load_file(path), path, metadata={"glassnet": json.dumps(spec | {"classes": classes})})
    with pytest.raises(ValueError, match=message):
        gn.load_model(path)
