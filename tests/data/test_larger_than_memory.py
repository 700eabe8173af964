"""Data larger than memory: what stays on disk, how it is split, and how much memory a run takes."""

import dataclasses
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

import glassnet as gn
from glassnet.cli.main import run as glassnet
from glassnet.common.selection import Selection, row_blocks
from glassnet.data.tables.disk_backed import as_numbers
from glassnet.recipes.load import load_recipe, single_network
from glassnet.runs.run import load_parts, run_recipe

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(90, 6)).astype(np.float32), np.arange(90) % 3


@pytest.fixture
def on_disk(tmp_path: Path) -> Path:
    np.save(tmp_path / "X.npy", X + Y[:, None])
    np.save(tmp_path / "y.npy", Y)
    return tmp_path / "X.npy"


def test_splits_of_a_file_stay_on_disk_and_have_the_same_rows(on_disk: Path) -> None:
    data, copied = gn.load(str(on_disk)), gn.Dataset(np.load(on_disk), Y)
    assert isinstance(data.X, np.memmap)
    for part, same in zip(data.split(0.5, 0.3, 0.2, seed=3), copied.split(0.5, 0.3, 0.2, seed=3), strict=True):
        assert isinstance(part.X, Selection)
        assert part.X.shape == same.X.shape
        assert np.array_equal(np.asarray(part.X), same.X)
        assert np.array_equal(part.take([2, 0]).X[:], same.X[[2, 0]])
        assert np.array_equal(part.take(part.y == 1).X[:], same.X[same.y == 1])
        assert np.array_equal(part.X[1], same.X[1])


PIECES = {
    "standardize": gn.Standardize(),
    "minmax": gn.MinMax(),
    "robust scale": gn.RobustScale(),
    "quantile": gn.QuantileTransform(),
    "divide": gn.Divide(2),
    "chain": gn.Pipeline(["normalize_rows", "standardize", "minmax"]),
}


@pytest.mark.parametrize("piece", PIECES.values(), ids=PIECES)
@pytest.mark.parametrize("block", [100, 16 << 20])
def test_fitting_preprocessing_in_blocks_gives_the_same_statistics(
    piece: Any, block: int, on_disk: Path, monkeypatch
) -> None:
    monkeypatch.setattr("glassnet.common.selection.BLOCK_BYTES", block)
    monkeypatch.setattr("glassnet.data.quantiles.COLUMN_BYTES", block)
    part = gn.load(str(on_disk)).split(0.7, 0.3)[0]
    assert len(list(row_blocks(part.X))) == (32 if block == 100 else 1)
    fitted, same = piece.fit(part.X), piece.fit(np.asarray(part.X))
    for name, array in same.arrays().items():
        np.testing.assert_allclose(fitted.arrays()[name], array, rtol=1e-12)


def test_a_run_gives_the_same_numbers_as_from_memory(on_disk: Path, tmp_path: Path, monkeypatch) -> None:
    np.savez(tmp_path / "all.npz", X=np.load(on_disk), y=Y)
    runs = []
    for block in (16 << 20, 500):
        monkeypatch.setattr("glassnet.common.selection.BLOCK_BYTES", block)
        runs += [run_recipe(single_network(load_recipe(str(file)))) for file in (on_disk, tmp_path / "all.npz")]
    for run in runs[1:]:
        np.testing.assert_allclose(run.history.column("loss"), runs[0].history.column("loss"), rtol=1e-6)
        assert run.metrics["test_accuracy"] == runs[0].metrics["test_accuracy"] > 0.6


@pytest.mark.parametrize("answers", [Y, X[:, 0] * 2.5], ids=["classes", "numbers"])
def test_every_command_accepts_a_file_that_stays_on_disk(
    answers: Any, on_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(on_disk.parent)
    np.save("y.npy", answers)
    for command in (["train", "X.npy"], ["report", "runs/X"], ["predict", "runs/X", "X.npy"], ["inspect", "runs/X"]):
        assert glassnet(command) == 0
    assert glassnet(["evaluate", "runs/X", "X.npy"]) == 0
    assert "Permutation importance" in Path("runs/X/report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("names", "test"),
    [
        (("X.npy", "y.npy"), ("X_test.npy", "y_test.npy")),
        (("X_train.npy", "y_train.npy"), ("X_test.npy", "y_test.npy")),
        (("my-train-images.npy", "my-train-labels.npy"), ("my-test-images.npy", "my-test-labels.npy")),
    ],
)
def test_target_and_test_files_are_found_by_name(names: Any, test: Any, tmp_path: Path) -> None:
    images = RNG.integers(0, 256, (30, 4, 5)).astype(np.uint8)
    for (rows, answers), part in ((names, slice(0, 20)), (test, slice(20, 30))):
        np.save(tmp_path / rows, images[part])
        np.save(tmp_path / answers, (np.arange(30) % 2)[part])
    parts = load_parts(load_recipe(str(tmp_path / names[0])))
    assert {name: len(part) for name, part in parts.items()} == {"train": 15, "valid": 5, "test": 10}
    assert parts["test"].image_shape == (4, 5)
    assert np.array_equal(parts["test"].X[:], images[20:].reshape(10, 20))


def save(folder: Path, **arrays: Any) -> str:
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
    return str(folder / f"{next(iter(arrays))}.npy")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda at: save(at, X=X), "{at}/X.npy has no targets: the file y.npy next to it does not exist"),
        (lambda at: save(at, pixels=X), "name the two files X.npy and y.npy"),
        (lambda at: save(at, X=X, y=Y[:5]), "must have one row per target in y.npy, got shapes (90, 6), (5,)"),
        (lambda at: save(at, X=X[:, 0], y=Y), "must have one row per target in y.npy, got shapes (90,), (90,)"),
        (lambda at: save(at, X=np.array([["a"]] * 90), y=Y), "X must contain numbers"),
        (lambda at: save(at, X=with_nan(), y=Y), "X contains NaN in row 7, column 2"),
        (lambda at: save(at, X=np.asfortranarray(np.zeros((9, 2, 3))), y=Y[:9]), "is in Fortran order"),
        (lambda at: cut(save(at, X=X, y=Y)), "X.npy is not an .npy file of numbers, or incomplete"),
        (lambda at: lie(save(at, X=X, y=Y)), "X.npy is not an .npy file of numbers, or incomplete"),
        (lambda at: pickled(at), "X.npy is not an .npy file of numbers"),
    ],
)
def test_an_invalid_file_raises(make: Any, words: str, tmp_path: Path) -> None:
    with pytest.raises((ValueError, FileNotFoundError)) as caught:
        gn.load(make(tmp_path))
    assert words.format(at=tmp_path) in str(caught.value)


def with_nan() -> Any:
    array = X.copy()
    array[7, 2] = np.nan
    return array


def cut(path: str) -> str:
    Path(path).write_bytes(Path(path).read_bytes()[:-1])
    return path


def lie(path: str) -> str:
    Path(path).write_bytes(Path(path).read_bytes().replace(b"(90, 6)", b"(9000000000, 6)".ljust(7))[:-8])
    return path


def pickled(folder: Path) -> str:
    np.save(folder / "X.npy", np.array([[{}]], dtype=object), allow_pickle=True)
    np.save(folder / "y.npy", Y[:1])
    return str(folder / "X.npy")


def strings_and_numbers(path: Path, group: int = 40) -> dict[str, Any]:
    """Write a table with missing values, a category of few levels, and one of many; return its columns."""
    kinds, many = np.array(["a", "b", None], object), np.array([f"w{i:02d}" for i in range(15)], object)
    columns = {"x": np.where(Y == 1, np.nan, X[:, 0]), "kind": kinds[Y], "many": many[np.arange(90) % 15]}
    columns |= {"z": X[:, 1] * 1e3, "y": np.where(Y == 2, "yes", "no")}
    parquet.write_table(pa.table(columns), path, row_group_size=group)
    return columns


@pytest.mark.parametrize("target", ["y", "z"])
def test_a_large_table_encoded_on_disk_gives_the_same_run(
    target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    strings_and_numbers(tmp_path / "t.parquet")
    recipe = dataclasses.replace(single_network(load_recipe("t.parquet")), options={"target": target}, epochs=5)
    small = run_recipe(recipe)
    monkeypatch.setattr("glassnet.data.tables.disk_backed.AT_ONCE_BYTES", 0)
    large = run_recipe(recipe)
    assert large.history.column("loss") == small.history.column("loss")
    assert {**large.metrics, "seconds": 0} == {**small.metrics, "seconds": 0}
    table = gn.read_table("t.parquet", drop=target)
    (numbers,), _ = as_numbers(small.model.columns, [table])
    assert isinstance(numbers, Selection)
    assert np.array_equal(numbers[:], small.model.columns.transform(table))
    assert np.array_equal(large.model.outputs(table), small.model.outputs(table))
    assert np.array_equal(large.model.outputs(table.take([70, 3])), small.model.outputs(table)[[70, 3]])


def test_a_large_table_leaves_no_file_behind_and_needs_disk_space(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    strings_and_numbers(tmp_path / "t.parquet")
    (tmp_path / "room").mkdir()
    monkeypatch.setattr("glassnet.data.tables.disk_backed.AT_ONCE_BYTES", 0)
    monkeypatch.setenv("TMPDIR", str(tmp_path / "room"))
    table = gn.read_table(tmp_path / "t.parquet")
    columns = gn.TableEncoder.fit(table, missing=True, categories=True)
    (numbers,), _ = as_numbers(columns, [table])
    assert len(numbers) == 90
    assert list((tmp_path / "room").iterdir()) == []
    monkeypatch.setattr("shutil.disk_usage", lambda folder: SimpleNamespace(free=1000))
    with pytest.raises(
        OSError, match=r"becomes 0\.0 GB of numbers, but .*room has room for 0\.0 GB; set TMPDIR to another folder"
    ):
        as_numbers(columns, [table])


def test_every_command_accepts_a_large_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("glassnet.data.tables.disk_backed.AT_ONCE_BYTES", 0)
    strings_and_numbers(tmp_path / "t.parquet")
    assert glassnet(["train", "t.parquet", "--target", "y", "--quiet"]) == 0
    for command in (["report", "runs/t"], ["predict", "runs/t", "t.parquet"], ["evaluate", "runs/t", "t.parquet"]):
        assert glassnet(command) == 0
    assert "Permutation importance" in Path("runs/t/report.html").read_text(encoding="utf-8")


LIMITED = """
import json, resource, sys
import glassnet as gn
from glassnet.recipes.load import load_recipe, single_network
from glassnet.runs.run import run_recipe
import dataclasses, pyarrow.compute, pyarrow.parquet
limit = int(sys.argv[2]) << 20
resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))  # memory of its own; pages of a mapped file are the system's
small = {"epochs": 1, "batch_size": 256, "layers": ({"name": "dense", "units": 4},)}
recipe = single_network(load_recipe(sys.argv[1]))
recipe = dataclasses.replace(recipe, options=json.loads(sys.argv[3]), engine="compiled", **small)
run = run_recipe(recipe)
print(json.dumps({name: len(part) for name, part in run.parts.items()} | {"accuracy": run.metrics["test_accuracy"]}))
"""


def write_large_table(path: Path, rows: int, features: int, group: int = 50_000) -> None:
    """Write a Parquet file of float32 columns and a binary target, one row group at a time."""
    names = [f"x{i}" for i in range(features)]
    schema = pa.schema([*((name, pa.float32()) for name in names), ("y", pa.string())])
    with parquet.ParquetWriter(path, schema, compression="none", use_dictionary=["y"]) as file:
        for first in range(0, rows, group):
            numbers = np.random.default_rng(first).normal(size=(features, group)).astype(np.float32)
            answers = np.where(np.arange(group) % 2, "odd", "even")
            file.write_table(pa.table([*numbers, answers], schema=schema))


@pytest.mark.large
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits what a process contains itself")
@pytest.mark.parametrize("kind", ["idx", "npy", "parquet"])
def test_a_file_larger_than_memory_can_be_trained_on(kind: str, tmp_path: Path) -> None:
    """Train on 0.8 GB within 450 MB, mostly for Python and NumPy (550 with pyarrow); a copy would take 0.8 GB."""
    rows, features, options, limit = 1_000_000, 784, {}, 450
    if kind == "idx":
        path, labels = tmp_path / "train-images-idx3-ubyte", tmp_path / "train-labels-idx1-ubyte"
        header = bytes([0, 0, 8, 3]) + b"".join(n.to_bytes(4, "big") for n in (rows, 28, 28))
        answers = (np.arange(rows) % 2).astype(np.uint8)
        labels.write_bytes(bytes([0, 0, 8, 1]) + rows.to_bytes(4, "big") + answers.tobytes())
        path.write_bytes(header)
        with path.open("r+b") as file:
            file.truncate(len(header) + rows * features)
    elif kind == "parquet":
        path, options, features, limit = tmp_path / "t.parquet", {"target": "y"}, 200, 550
        write_large_table(path, rows, features)
    else:
        path = tmp_path / "X.npy"
        np.lib.format.open_memmap(path, "w+", np.uint8, (rows, features)).flush()
        np.save(tmp_path / "y.npy", np.arange(rows) % 2)
    assert path.stat().st_size > 0.78e9
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(path), str(limit), json.dumps(options)],
        capture_output=True,
        text=True,
        timeout=600,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    reported = json.loads(done.stdout)
    assert reported["train"] == 600_000
    assert reported["accuracy"] == pytest.approx(0.5, abs=0.01)
