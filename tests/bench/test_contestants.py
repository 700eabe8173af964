"""Every contestant does the same work: all learn and predict the same in every setting."""

import dataclasses
import gzip
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from glassnet.bench import rounds
from glassnet.bench.contestants import c, jax, products, sklearn, torch
from glassnet.bench.contestants.contestants import CONTESTANTS
from glassnet.bench.contestants.runner import blas_settings
from glassnet.bench.mnist import load_mnist
from glassnet.bench.tasks import Task, initial_layers, make_task, mean_loss, probabilities, synthetic_rows
from glassnet.bench.workloads import PEERS, WORKLOADS, choose, choose_peers
from glassnet.maths.optimizers import SGD
from glassnet.maths.optimizers.adam import Adam
from glassnet.training.train import train
from helpers.needs import needs


@pytest.fixture(autouse=True)
def jax_as_a_user_starts_it() -> Iterator[None]:
    """Use single precision; other tests switch JAX to double precision."""
    import jax

    before = jax.config.jax_enable_x64
    jax.config.update("jax_enable_x64", False)
    yield
    jax.config.update("jax_enable_x64", before)


def small_task(kind: str = "train", activations: tuple[str, ...] = ("relu", "relu"), classes: int = 3) -> Task:
    """A network and data that need almost no time: 75 rows, the last batch smaller."""
    X, y = synthetic_rows(75, 5, classes)
    widths = (5, 4, 4, classes)
    return Task(kind, widths, activations, "adam", 0.01, 8, X, y, initial_layers(widths, activations))


# The table of workloads


@pytest.mark.parametrize(
    ("text", "names"), [(None, list(WORKLOADS)), ("W1", ["W1"]), (" w6 , W2,w6", ["W2", "W6"]), ("late", ["late"])]
)
def test_workloads_are_chosen_by_name(text: str | None, names: list[str]) -> None:
    assert list(choose(text)) == names


@pytest.mark.parametrize(("text", "names"), [(None, list(PEERS)), ("", []), ("JAX,sklearn", ["sklearn", "jax"])])
def test_peers_are_chosen_by_name(text: str | None, names: list[str]) -> None:
    assert choose_peers(text) == names


@pytest.mark.parametrize("name", WORKLOADS)
def test_every_workload_makes_the_task_it_describes(name: str) -> None:
    workload = WORKLOADS[name]
    task = make_task(workload)
    assert task.X.dtype == np.float32
    assert task.X.flags.c_contiguous
    assert task.X.shape[1] == task.widths[0]
    assert [W.shape for W, _ in task.layers] == list(zip(task.widths, task.widths[1:], strict=False))
    assert len(task.activations) == len(task.widths) - 2
    assert 0 <= task.y.min() <= task.y.max() < task.widths[-1]
    assert (len(task.X) == workload.rows) == (workload.kind == "predict")
    some = dataclasses.replace(task, X=task.X[:200], y=task.y[:200])
    loss, _ = some.network().gradient(some.X, some.y)
    assert mean_loss(some, some.layers) == pytest.approx(loss, rel=1e-5)


def test_a_task_can_be_sent_to_another_process(tmp_path: Path) -> None:
    task = small_task()
    task.save(tmp_path)
    there = Task.load(tmp_path)
    for field in dataclasses.fields(Task):
        ours, theirs = getattr(task, field.name), getattr(there, field.name)
        if field.name == "layers":
            ours, theirs = ([array for pair in layers for array in pair] for layers in (ours, theirs))
        for a, b in zip(ours, theirs, strict=True) if isinstance(ours, list) else [(ours, theirs)]:
            np.testing.assert_array_equal(a, b)


# The contestants do the same work


EPOCHS = 20


@pytest.fixture(params=["sklearn", "torch", "jax", "glassnet"])
def contestant(request: pytest.FixtureRequest) -> Any:
    for package in CONTESTANTS[request.param].PACKAGES:
        needs(package)
    yield CONTESTANTS[request.param]
    if request.param == "torch":
        needs("torch").set_flush_denormal(False)  # as it was for everybody else in this process


@pytest.mark.peers
@pytest.mark.parametrize(("classes", "batch"), [(3, 8), (2, 75)])
def test_all_contestants_learn_the_same(contestant: Any, classes: int, batch: int) -> None:
    task = dataclasses.replace(small_task(classes=classes), rows=batch, rate=0.03 / (75 / batch) ** 0.5)
    net = task.network()
    for _ in train(net, (task.X, task.y), optimizer=Adam(task.rate), batch_size=batch, epochs=EPOCHS):
        pass
    before, expected = net_loss(task.network(), task), net_loss(net, task)
    settings = contestant.settings("train", 1)
    for setting in {setting.name: setting for setting in (settings[0], settings[-1])}.values():
        runner = contestant.start(task, **setting.options)
        assert runner.steps == -(-75 // batch)
        assert runner.run(EPOCHS) > 0
        assert [W.shape for W, _ in runner.layers()] == [(5, 4), (4, 4), (4, classes)]
        loss = mean_loss(task, runner.layers())
        assert abs(loss - expected) < 0.25 * (before - expected), setting.name
        runner.run(EPOCHS)  # starts from the first weights again
        assert abs(mean_loss(task, runner.layers()) - expected) < 0.25 * (before - expected)


@pytest.mark.peers
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
@pytest.mark.parametrize("way", [{"optax": optax, "by_batch": by_batch} for optax in (0, 1) for by_batch in (0, 1)])
def test_jax_ends_with_the_weights_of_glassnet(optimizer: str, way: dict[str, bool]) -> None:
    """The same generator gives both the same row order, so they differ by rounding only."""
    task = dataclasses.replace(small_task(activations=("relu", "sigmoid")), optimizer=optimizer)
    net, runner = task.network(), jax.start(task, **way)
    for _ in train(net, (task.X, task.y), optimizer=optimizer_of(task), batch_size=task.rows, epochs=3, seed=0):
        pass
    runner.run(3)
    found = [array for pair in runner.layers() for array in pair]
    for a, b in zip(found, net.named_parameters().values(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-4)


def optimizer_of(task: Task) -> Any:
    return {"sgd": SGD, "adam": Adam}[task.optimizer](task.rate)


def net_loss(net: Any, task: Task) -> float:
    return float(net.gradient(task.X, task.y)[0])


@pytest.mark.peers
@pytest.mark.parametrize(("classes", "rows"), [(3, 1), (2, 75)])
def test_all_contestants_predict_the_same_in_every_setting(
    contestant: Any, rows: int, classes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = small_task("predict", classes=classes)
    task = dataclasses.replace(task, X=task.X[:rows], y=task.y[:rows], rows=rows)
    if hasattr(contestant, "BLOCK"):
        monkeypatch.setattr(contestant, "BLOCK", 10)
    for setting in contestant.settings("predict", 1):
        runner = contestant.start(task, **setting.options)
        got = runner.predict(task.X)
        assert isinstance(got, np.ndarray)
        np.testing.assert_allclose(got, probabilities(task, task.layers, task.X), atol=1e-6)
        assert runner.run(2) > 0
        assert runner.steps == 1


def test_the_plain_formulas_match_glassnet() -> None:
    task = small_task(activations=("relu", "sigmoid"))
    np.testing.assert_allclose(
        probabilities(task, task.layers, task.X), task.network().predict_proba(task.X), atol=1e-6
    )


@pytest.mark.peers
@pytest.mark.skipif(shutil.which("cc") is None, reason="needs cc: a C compiler")
def test_the_c_program_ends_with_the_weights_of_glassnet() -> None:
    task = dataclasses.replace(make_task(WORKLOADS["W1"]), rate=0.05)
    task = dataclasses.replace(task, X=task.X[:200], y=task.y[:200])
    program, net = c.start(task), task.network()
    assert program.run(5) > 0
    found = [array for pair in program.layers() for array in pair]
    program.home.cleanup()
    # The same generator gives the same row order, so the results differ by rounding only.
    for _ in train(net, (task.X, task.y), optimizer=SGD(task.rate), batch_size=1, epochs=5, seed=0):
        pass
    ours = net.named_parameters().values()
    for a, b in zip(found, ours, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-4)


def test_without_a_compiler_the_c_program_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(c, "COMPILER", ["no-such-compiler"])
    with pytest.raises(FileNotFoundError, match="no C compiler: no-such-compiler was not found"):
        c.start(make_task(WORKLOADS["W1"]))


@pytest.mark.peers
@pytest.mark.parametrize("library", products.MULTIPLIERS)
def test_the_matrix_products_are_correct(library: str) -> None:
    needs(library)
    rng = np.random.default_rng(0)
    x, W, dz = (rng.standard_normal(shape, np.float32) for shape in [(7, 5), (5, 3), (7, 3)])
    for a, b in [(x, W), (x.T, dz), (dz, W.T)]:
        out = np.full((a.shape[0], b.shape[1]), np.nan, np.float32)
        products.MULTIPLIERS[library](a, b, out)()
        np.testing.assert_allclose(out, a @ b, rtol=1e-5, atol=1e-6)
    step = products.start(dataclasses.replace(small_task(), rows=7), library)
    assert len(step.calls) == 8


def test_environments_set_one_or_all_threads() -> None:
    assert [setting.name for setting in blas_settings(4)] == ["1 thread", "4 threads"]
    assert [len(group) for group in rounds.by_environment(torch.settings("train", 2))] == [2, 2]
    assert [len(group) for group in rounds.by_environment(jax.settings("train", 2))] == [4, 4]
    assert len(sklearn.settings("train", 1)) == 1


# MNIST's files


def write_idx(path: Path, array: np.ndarray, pack: bool = False) -> None:
    data = bytes([0, 0, 8, array.ndim]) + b"".join(n.to_bytes(4, "big") for n in array.shape) + array.tobytes()
    path.write_bytes(gzip.compress(data) if pack else data)


@pytest.mark.parametrize("pack", [False, True])
def test_mnist_is_read(pack: bool, tmp_path: Path) -> None:
    pixels, digits = np.arange(24, dtype=np.uint8).reshape(2, 3, 4), np.array([7, 2], np.uint8)
    write_idx(tmp_path / f"train-images-idx3-ubyte{'.gz' * pack}", pixels, pack)
    write_idx(tmp_path / f"train-labels-idx1-ubyte{'.gz' * pack}", digits, pack)
    X, y = load_mnist(tmp_path)
    np.testing.assert_array_equal(X, pixels.reshape(2, 12))
    np.testing.assert_array_equal(y, [7, 2])
    assert y.dtype == np.int64
    with pytest.raises(ValueError, match="have 12 pixels, MNIST's have 784"):
        make_task(WORKLOADS["W6"], tmp_path)


DAMAGES: list[tuple[str, Callable[[bytes], bytes], str]] = [
    ("cut", lambda data: data[:-1], "declares 24 bytes, but has 23"),
    ("longer", lambda data: data + b"x", "declares 24 bytes, but has 25"),
    ("only a header", lambda data: data[:7], "is not an IDX file of bytes in 3 dimensions"),
    ("other dimensions", lambda data: data[:3] + b"\x01" + data[4:], "is not an IDX file"),
    ("huge", lambda data: data[:4] + b"\xff" * 12 + data[16:], "declares"),
    ("other", lambda data: b"\x89PNG" + data[4:], "is not an IDX file"),
]


@pytest.mark.parametrize(("damage", "message"), [case[1:] for case in DAMAGES], ids=[case[0] for case in DAMAGES])
@pytest.mark.parametrize("pack", [False, True])
def test_damaged_files_raise(damage: Callable[[bytes], bytes], message: str, pack: bool, tmp_path: Path) -> None:
    write_idx(tmp_path / "train-labels-idx1-ubyte", np.zeros(2, np.uint8))
    images = tmp_path / "train-images-idx3-ubyte"
    write_idx(images, np.zeros((2, 3, 4), np.uint8))
    data = damage(images.read_bytes())
    images.unlink()
    (tmp_path / f"{images.name}{'.gz' * pack}").write_bytes(gzip.compress(data) if pack else data)
    with pytest.raises(ValueError, match=message):
        load_mnist(tmp_path)


def test_a_damaged_gzip_file_raises(tmp_path: Path) -> None:
    for name in ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"):
        header = bytes([0, 0, 8, 3]) + b"".join(size.to_bytes(4, "big") for size in (5, 4, 5))
        (tmp_path / name).write_bytes(gzip.compress(header + bytes(range(100)))[:-9])
    with pytest.raises(ValueError, match="is not a complete gzip file"):
        load_mnist(tmp_path)
