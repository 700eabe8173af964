"""The compiled engine apart from its numbers: threads, forks, Ctrl-C, memory, and the kernel cache."""

import gc
import itertools
import logging
import os
import signal
import subprocess
import sys
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from glassnet.cli.main import run
from glassnet.engines import dispatch
from glassnet.engines.compiled import capabilities, compiler, kernel_cache, kernel_loader, thread_team
from glassnet.engines.compiled import engine as compiled
from glassnet.engines.compiled.autotune import CALL_SECONDS, Autotuner
from glassnet.engines.compiled.kernel_families import compile_seconds
from glassnet.engines.dispatch import predict
from glassnet.engines.job import Job
from glassnet.maths.losses import SquaredError
from glassnet.maths.optimizers import SGD
from glassnet.maths.optimizers.adam import Adam
from glassnet.network.columnwise import ParametricActivation, Scale
from glassnet.network.embedding import Embedding
from glassnet.network.layers import Activation, Dense, Dropout
from glassnet.network.network import Network
from glassnet.network.normalization import BatchNorm, LayerNorm
from glassnet.network.periodic_embedding import PeriodicEmbedding
from glassnet.training.train import train

rng = np.random.default_rng(0)
X = rng.standard_normal((200, 12)).astype(np.float32)
LABELS = rng.integers(0, 4, 200)


def network(dtype: str = "float32") -> Network:
    layers = [
        Scale(),
        PeriodicEmbedding(5),
        Dense(40, "relu"),
        BatchNorm(),
        ParametricActivation("mish"),
        Dropout(0.2),
        Dense(33, "gelu"),
        LayerNorm(),
        Dense(4, "softmax"),
    ]
    return Network(12, layers, dtype=dtype, seed=1)


def trained(threads: int = 1, **options: Any) -> np.ndarray:
    net = network()
    options = {
        "optimizer": Adam(0.01),
        "batch_size": 30,
        "epochs": 3,
        "seed": 0,
        "l2": 0.01,
        "clip_norm": 1.0,
        **options,
    }
    for _ in train(net, (X, LABELS), engine="compiled", threads=threads, **options):
        pass
    return np.concatenate([net.parameters, net.state])


GROUPS = {
    "biases": {"learning_rate": 0.1, "weight_decay": 1},
    "scales": {"learning_rate": 6},
    "dense2.W": {"weight_decay": 3},
}


# Threads


@pytest.fixture
def always_multithreaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Use all allowed threads for every call, however small."""

    def next_call(self: Autotuner, left: int) -> tuple[int, int]:
        return self.threads_allowed, left

    def start(self: Autotuner, multiplications: float, team: int) -> None:
        self.threads_allowed = team

    monkeypatch.setattr(Autotuner, "__init__", start)
    monkeypatch.setattr(Autotuner, "next_call", next_call)
    monkeypatch.setattr(Autotuner, "measured", lambda self, *numbers: None)
    monkeypatch.setattr(Autotuner, "is_slow", lambda self, threads: False)


@pytest.mark.parametrize("threads", [2, 3, 5])
def test_the_bits_do_not_depend_on_the_number_of_threads(threads: int, always_multithreaded: None) -> None:
    np.testing.assert_array_equal(trained(threads), trained(1))


def test_other_options_give_the_same_bits_for_any_number_of_threads(
    always_multithreaded: None,
) -> None:
    weights = rng.integers(0, 3, 200)
    for options in (
        {"sample_weight": weights},
        {"batch_size": 2, "epochs": 1},
        {"l1": 0.01, "clip_value": 0.01},
        {"parameter_groups": GROUPS, "weight_decay": 0.1, "ema": 0.9},
        {"weight_decay": 0.1, "weight_decay_schedule": "cosine", "dropout_schedule": "cosine_log"},
    ):
        np.testing.assert_array_equal(trained(2, **options), trained(1, **options))


@pytest.mark.parametrize("kind", [np.random.PCG64, np.random.PCG64DXSM, np.random.MT19937])
@pytest.mark.parametrize("units", [1, 2, 3, 37, 130])
@pytest.mark.parametrize("threads", [1, 3])
def test_the_engines_drop_the_same_units_and_leave_the_generator_in_the_same_state(
    kind: type[np.random.BitGenerator], units: int, threads: int, always_multithreaded: None
) -> None:
    ends = []
    for engine in ("numpy", "compiled"):
        rng = np.random.Generator(kind(3))
        rng.random(dtype=np.float32)  # so that half of an output is left
        layers = [Dense(units), Dropout(0.3), Dense(units), Dropout(0.6), Dense(4, "softmax")]
        net = Network(12, layers, dtype="float64", seed=1)
        options: dict[str, Any] = {"batch_size": 7, "epochs": 2, "seed": rng, "engine": engine, "threads": threads}
        assert {record.engine for record in train(net, (X, LABELS), **options)} == {engine}
        ends.append((net.parameters, rng.integers(0, 1 << 62, 3), rng.random(3, dtype=np.float32)))
    for expected, actual in zip(*ends, strict=True):
        np.testing.assert_allclose(actual, expected, rtol=1e-11, atol=1e-12)


def test_threads_skip_a_batch_of_zero_weight_together(always_multithreaded: None) -> None:
    """The last batch of every other epoch has zero weight; a late thread would read the numbers of the next epoch."""
    X, y = rng.standard_normal((129, 64)).astype(np.float32), rng.integers(0, 4, 129)
    weights = rng.integers(0, 2, 129)

    def end(threads: int) -> np.ndarray:
        net = Network(64, [Dense(128, "relu"), Dense(4, "softmax")], seed=0)
        for _ in train(
            net, (X, y), sample_weight=weights, batch_size=64, epochs=30, engine="compiled", threads=threads
        ):
            pass
        return net.parameters.copy()

    expected = end(1)
    for _ in range(5):
        np.testing.assert_array_equal(end(4), expected)


def test_threads_stop_a_diverging_run_together(always_multithreaded: None) -> None:
    """No thread writes to g or reads the memory of the job after the error is raised."""
    X = rng.standard_normal((2048, 40)).astype(np.float32)
    for _ in range(10):
        net = Network(40, [Dense(512, "relu"), Dense(1)], seed=0)
        with pytest.raises(FloatingPointError):
            for _ in train(net, (X, X[:, 0]), optimizer=SGD(1e30), batch_size=1024, engine="compiled", threads=4):
                pass
        g = net.vectors[1].copy()
        time.sleep(0.01)
        np.testing.assert_array_equal(net.vectors[1], g)


def test_a_slow_step_runs_on_helper_threads_only_with_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = trained(1)
    monkeypatch.setattr(Autotuner, "is_slow", lambda self, threads: True)
    np.testing.assert_array_equal(trained(1), expected)
    np.testing.assert_array_equal(trained(2), expected)


def test_a_job_uses_several_threads_only_if_that_is_faster() -> None:
    assert Autotuner(1000.0, 8).next_call(1000) == (1, 1000)
    autotuner = Autotuner(5e8, 2)
    threads, steps = autotuner.next_call(10**6)
    assert threads == 2
    assert steps * autotuner.seconds[2] <= CALL_SECONDS


def test_a_call_whose_threads_wait_for_each_other_ends_early_with_the_same_bits(
    always_multithreaded: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second thread is late, as if its processor was taken; the first one waits for it and then ends the call."""

    def late(serve: Callable[[], object], *others: Any) -> None:
        def delayed() -> None:
            time.sleep(0.05)
            serve()

        original(delayed, *others)

    def measured(self: Autotuner, threads: int, steps: int, seconds: float) -> None:
        made.append(steps)

    made: list[int] = []
    original = thread_team._serve
    expected = trained(1)
    monkeypatch.setattr(thread_team, "_serve", late)
    monkeypatch.setattr(Autotuner, "measured", measured)
    np.testing.assert_array_equal(trained(1), expected)
    in_one_call, made[:] = made[0], []
    np.testing.assert_array_equal(trained(2), expected)
    assert made[0] == 1 < in_one_call


def test_probing_costs_little_even_if_it_takes_longer_than_expected() -> None:
    autotuner, seconds = Autotuner(5e5, 2), {1: 0.0, 2: 0.0}
    of_probe = itertools.cycle([1e-3, 45e-3, 45e-3])  # the other thread is late, except now and then
    autotuner.measured(2, 1, 0.1)
    for _ in range(20000):
        threads, steps = autotuner.next_call(100)
        duration = steps * 10e-6 if threads == 1 else next(of_probe)
        autotuner.measured(threads, steps, duration)
        seconds[threads] += duration
    assert seconds[2] > 0
    assert seconds[2] < 0.03 * seconds[1] + 0.1


def test_autotuning_follows_the_measured_times() -> None:
    def calls(count: int, seconds: dict[int, float]) -> list[int]:
        """The number of threads of each of `count` calls of 50 steps, given the seconds per step."""
        made = []
        for _ in range(count):
            threads, steps = autotuner.next_call(50)
            autotuner.measured(threads, steps, steps * seconds[threads])
            made.append(threads)
        return made

    autotuner = Autotuner(5e5, 2)
    assert 3 <= calls(200, {1: 10e-6, 2: 6e-6}).count(1) <= 6  # measures again whether one thread is faster by now
    assert calls(1, {1: 10e-6, 2: 60e-6}) == [2]
    assert calls(3, {1: 10e-6, 2: 6e-6}).count(2) >= 2  # one disturbed call changes nothing
    assert (
        calls(60, {1: 10e-6, 2: 30e-6})[5:].count(2) <= 1
    )  # another process uses the other core, and measuring has a cost
    assert calls(200, {1: 10e-6, 2: 6e-6})[-20:].count(2) >= 18  # the other core is free again
    autotuner.measured(2, 10, 10.0)
    assert autotuner.is_slow(2)  # a long call takes effect immediately
    assert not autotuner.is_slow(1)


@pytest.mark.parametrize("word", ["abc", "-3", "0", "1.5"])
def test_an_invalid_environment_variable_for_threads_raises(word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLASSNET_THREADS", word)
    with pytest.raises(ValueError, match=f"GLASSNET_THREADS must be a whole number of at least 1, got '{word}'"):
        thread_team.allowed()


@pytest.mark.parametrize(("word", "expected"), [("1", 1), ("3,2", 3), ("100", 8), ("", 8), ("0", 8), ("many", 8)])
def test_environment_variables_limit_the_threads(word: str, expected: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in thread_team.VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(thread_team, "cores", lambda: 8)
    monkeypatch.setenv("OMP_NUM_THREADS", word)
    assert thread_team.allowed() == expected
    monkeypatch.setenv("GLASSNET_THREADS", "2")
    assert thread_team.allowed() == 2


def test_threads_must_be_positive() -> None:
    with pytest.raises(ValueError, match="threads must be at least 1, got 0"):
        trained(0)


def test_two_threads_can_train_at_once() -> None:
    expected, results = trained(2), [np.empty(0)] * 2

    def work(i: int) -> None:
        results[i] = trained(2)

    workers = [threading.Thread(target=work, args=(i,)) for i in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(600)
    for result in results:
        np.testing.assert_array_equal(result, expected)


def test_many_threads_can_predict_with_one_network_at_once() -> None:
    net = Network(12, [Dense(40, "relu"), Dense(4, "softmax")], seed=0)
    compiled.warm()
    expected = net.predict_proba(X)
    wrong: list[int] = []

    def ask(i: int) -> None:
        for row in range(i, 200, 4):
            answer = predict(net, X[row : row + 1], False)
            if answer is None or not np.allclose(answer, expected[row], atol=1e-6):
                wrong.append(row)
        if not np.allclose(compiled.predict(net, X), expected, atol=1e-6):
            wrong.append(-1)

    workers = [threading.Thread(target=ask, args=(i,)) for i in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(600)
    assert wrong == []


FORKING = """
import os, sys
import numpy as np, glassnet as gn
from glassnet.engines.compiled.autotune import Autotuner

Autotuner.next_call = lambda self, left: (2, left)  # both threads work on every call, however small
Autotuner.is_slow = Autotuner.measured = lambda self, *numbers: False
X, y = np.random.default_rng(0).standard_normal((200, 12)).astype(np.float32), np.arange(200) % 4

def records():
    net = gn.Network(12, [gn.Dense(40, "relu"), gn.BatchNorm(), gn.Dense(4, "softmax")], seed=1)
    return gn.train(net, (X, y), engine="compiled", threads=2, epochs=3, batch_size=30, seed=0)

{before}
child = os.fork()
losses = [record.loss for record in {then}]
os.write(1, f"{{losses}}\\n".encode())  # two processes write at once
if child == 0:
    os._exit(0)
_, status = os.waitpid(child, 0)
sys.exit(status)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.parametrize(
    ("before", "then"),
    [("list(records())", "records()"), ("run = records(); next(run)", "run")],
    ids=["after a run", "in the middle of a run"],
)
def test_a_process_can_fork_and_continue_training(before: str, then: str) -> None:
    """Forks in a separate process, because this one has threads that do not survive a fork."""
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", FORKING.format(before=before, then=then)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert (done.returncode, done.stderr) == (0, "")
    parent, child = done.stdout.splitlines()
    assert parent == child


def test_helper_threads_end_with_their_run(always_multithreaded: None) -> None:
    def helpers() -> int:
        return sum(thread.name == "glassnet" for thread in threading.enumerate())

    gc.collect()
    before = helpers()
    assert not np.isnan(trained(3)).any()  # its helper threads end when it is no longer referenced
    gc.collect()
    ends = time.monotonic() + 60
    while helpers() > before and time.monotonic() < ends:
        time.sleep(0.01)
    assert helpers() <= before


# Ctrl-C

SLOW_RUN = """
import numpy as np, glassnet as gn
X, far_away = np.zeros((200_000, 100), np.float32), np.full(200_000, 1e9, np.float32)
layers = [gn.Dense(1000, "relu", init="zeros"), gn.Dense(1000, "relu", init="zeros"), gn.Dense(1, init="zeros")]
net, epochs = gn.Network(100, layers), 0
records = gn.train(net, (X, far_away), loss="huber", engine="compiled", epochs=1000, batch_size={batch},
                   optimizer={optimizer})
print("ready", flush=True)
try:
    for record in records:
        epochs += 1
except KeyboardInterrupt:
    print(epochs, net.parameters[-1], flush=True)
"""
"""The gradient of the last bias is always -1, and that of all other parameters 0."""


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")
@pytest.mark.parametrize(
    ("batch", "optimizer"),
    [
        (1, "gn.SGD(1.0)"),
        pytest.param(200_000, "'adam'", marks=pytest.mark.slow),
        pytest.param(200_000, "'lbfgs'", marks=pytest.mark.slow),
    ],
    ids=["a long epoch", "a step of many seconds", "L-BFGS"],
)
def test_ctrl_c_interrupts_within_an_epoch_and_within_a_step(batch: int, optimizer: str) -> None:
    """An epoch of single rows takes minutes here; a step of all rows, and a gradient of L-BFGS, many seconds."""
    code = SLOW_RUN.format(batch=batch, optimizer=optimizer)
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(1.0)
        process.send_signal(signal.SIGINT)
        epochs, last_bias = process.stdout.readline().split()
        process.wait(600)
    assert epochs == "0"
    steps = float(last_bias)
    assert steps < 200_000 if batch == 1 else steps == 0


# Memory


@pytest.mark.parametrize(("kind", "rows", "megabytes"), [("uint8", 400_000, 48), ("float32", 100_000, 6)])
def test_a_memory_map_is_not_copied(kind: str, rows: int, megabytes: int, tmp_path: Path) -> None:
    """Memory suffices for a converted block of rows, but for no block where no conversion is needed."""
    path = tmp_path / "rows.npy"
    data = np.lib.format.open_memmap(path, mode="w+", dtype=kind, shape=(rows, 200))  # 80 MB
    data[::100] = 1
    data.flush()
    mapped = np.load(path, mmap_mode="r")
    net = Network(200, [Dense(8, "relu"), Dense(1)], seed=0)
    y = np.zeros(rows, np.float32)
    tracemalloc.start()
    for _ in train(net, (mapped, y), batch_size=512, epochs=1, engine="compiled"):
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < megabytes << 20


# Numbers of every size


def test_subnormal_numbers_are_flushed_to_zero() -> None:
    net = Network(12, [Dense(4)], seed=0)
    state = Adam().start(net.parameters, net.layout.weights)
    state.vectors[:] = 1e-37  # a few steps without a gradient, and these averages have faded below 1e-38
    net.parameters[:] = 0
    job = Job(net, SquaredError(), Adam(), state)
    zeros = np.zeros((200, 12), np.float32), np.zeros((200, 4), np.float32)
    tiny = np.finfo(np.float32).tiny
    numpy_too = Adam().start(net.parameters.copy(), net.layout.weights)
    numpy_too.vectors[:] = 1e-37
    for _ in range(100):
        Adam().step(net.parameters.copy(), np.zeros_like(net.parameters), numpy_too, 0.0)
    assert ((numpy_too.vectors != 0) & (numpy_too.vectors < tiny)).any()
    compiled.run(job, *zeros, None, 2, np.zeros(100), rng)
    assert not ((state.vectors != 0) & (np.abs(state.vectors) < tiny)).any()
    assert tiny / np.float32(2) != 0  # the mode applies inside the engine only


def test_divergence_raises_in_the_epoch_in_which_it_happens() -> None:
    for engine in ("numpy", "compiled"):
        net = Network(12, [Dense(30, "relu"), Dense(1)], seed=0)
        with pytest.raises(FloatingPointError, match=r"training diverged in epoch 1: the loss is (inf|nan) at step"):
            for _ in train(net, (X, X[:, 0]), optimizer=SGD(1e6), epochs=3, engine=engine):
                pass


def test_nan_passes_through_every_activation() -> None:
    for name in ("relu", "leaky_relu", "elu", "selu", "gelu", "silu", "softplus", "mish", "sigmoid", "tanh", "softmax"):
        for dtype in ("float32", "float64"):
            net = Network(3, [Activation(name), Dense(2, init="zeros")], dtype=dtype)
            x = np.array([[0.0, np.nan, 1.0], [np.inf, 0.0, 1.0]], dtype)
            assert np.isnan(compiled.predict(net, x)[0]).all(), name


def test_many_predictions_load_the_compiled_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled.warm()
    monkeypatch.setattr(compiled, "_loaded", set())
    monkeypatch.setattr(dispatch, "_seconds_without_loading", {})
    nets = [Network(3, [Dense(2, "softmax")], seed=seed) for seed in range(25)]
    x = np.zeros((1, 3), np.float32)
    for net in nets:
        assert predict(net, x, False) is None
        assert predict(net, x, True) is None
    for _ in range(200):  # each of them is asked a few times, all together long enough
        if any(predict(net, x, True) is not None for net in nets):
            break
    else:
        raise AssertionError("it sleeps for ever")
    assert all(predict(net, x, False) is not None for net in nets)


def test_kernels_that_are_not_cached_are_looked_for_again_only_after_further_predictions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked: list[Network] = []
    monkeypatch.setattr(compiled, "_loaded", set())
    monkeypatch.setattr(compiled, "load_cached", lambda net: looked.append(net))
    monkeypatch.setattr(dispatch, "_seconds_without_loading", {})
    net = Network(3, [Dense(2, "softmax")], seed=0)
    for _ in range(20_000):
        assert predict(net, np.zeros((1, 3), np.float32), True) is None
    assert 1 < len(looked) < 100


def test_a_single_row_is_checked_like_many() -> None:
    net = Network(3, [Dense(2, "softmax")], seed=0)
    compiled.warm()
    for bad in (np.nan, np.inf, -np.inf):
        x = np.array([[0.0, bad, 0.0]], np.float32)
        assert predict(net, x, False) is None
    assert predict(net, np.zeros((1, 3), np.float64), False) is None
    assert predict(net, [[0.0, 0.0, 0.0]], False) is None


def test_a_single_row_with_codes_is_checked_like_many() -> None:
    net = Network(3, [Embedding(1, 3, 2), Embedding(1, 5, 4), Dense(2)], seed=0)  # columns 1 and 2 of the table
    compiled.warm()
    for valid in ([[0.5, 2, 4]], [[-9.5, 0, -0.0]]):
        x = np.array(valid, np.float32)
        np.testing.assert_array_equal(predict(net, x, False), predict(net, x, True))
        np.testing.assert_array_equal(net.predict_proba(x), predict(net, x, True))
    for column, code in ((1, 3), (1, -1), (1, 0.5), (2, 5), (2, -1), (2, np.nan), (2, np.inf), (0, np.nan)):
        x = np.zeros((1, 3), np.float32)
        x[0, column] = code
        assert predict(net, x, False) is None
        with pytest.raises(ValueError, match=r"column \d contains|X contains"):
            net.predict_proba(x)


# The kernel cache


@pytest.fixture
def really_cold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty kernel cache."""
    monkeypatch.setenv("GLASSNET_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(kernel_loader, "_loaded", {})
    monkeypatch.setattr(compiled, "_loaded", set())
    monkeypatch.setattr(dispatch, "_seconds_without_compiling", [])
    kernel_cache.folder.cache_clear()
    yield tmp_path / "cache"
    kernel_cache.folder.cache_clear()


@pytest.fixture
def cold(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Path:
    """An empty kernel cache, with a compiler that returns kernels compiled before."""
    warm = kernel_cache.folder()

    def compile_kernel(family: str, name: str, dtype: str) -> bytes:
        return (warm / kernel_cache.file_of(family, name, dtype).name).read_bytes()[kernel_cache.DIGEST_BYTES :]

    monkeypatch.setattr(compiler, "compile_kernel", compile_kernel)
    monkeypatch.setattr(kernel_loader, "SECONDS_PER_PROCESS", np.inf)  # whose compiler would be the real one
    cold: Path = request.getfixturevalue("really_cold")
    return cold


@pytest.mark.slow
def test_compiled_kernels_are_cached_for_the_next_process(really_cold: Path, caplog: pytest.LogCaptureFixture) -> None:
    """With the real compiler and a second process that helps."""
    compiled.warm()
    (line,) = caplog.messages
    assert f"kept in {really_cold}" in line
    code = "import sys; from glassnet.engines.compiled.engine import warm; print(warm(), 'numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("True False\n", "")


def small_run(**options: Any) -> tuple[str, float]:
    net = Network(12, [Dense(4)], seed=0)
    *_, record = train(net, (X, X[:, :4]), **{"epochs": 2, "optimizer": SGD(0.01), **options})
    return record.engine, record.loss


@pytest.mark.usefixtures("cold")
def test_where_kernels_cannot_be_kept_compiling_ahead_is_not_recommended(caplog: pytest.LogCaptureFixture) -> None:
    (kept := kernel_cache.folder()).mkdir(parents=True)
    kept.chmod(0o777)  # what lies there is executed, so others must not be able to write to it
    assert small_run()[0] == "numpy"
    (line,) = caplog.messages
    assert "run glassnet compile" not in line
    assert f"in every process); kernels cannot be kept: others may write to {kept}" in line
    assert "set GLASSNET_CACHE to another folder" in line


def test_a_small_job_does_not_wait_for_the_compiler(cold: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert small_run()[0] == "numpy"
    (line,) = caplog.messages
    assert line.startswith("glassnet: using the numpy engine, since compiling takes longer than this job")
    assert not cold.exists()
    caplog.clear()
    assert small_run(engine="compiled")[0] == "compiled"
    (line,) = caplog.messages
    assert line.startswith("glassnet: compiled ")
    assert f"kept in {cold}" in line
    caplog.clear()
    assert small_run()[0] == "compiled"
    assert caplog.messages == []


def test_many_small_jobs_log_once_and_together_start_the_compiler(cold: Path, caplog: pytest.LogCaptureFixture) -> None:
    used = [small_run(batch_size=1, epochs=30)[0] for _ in range(2)]
    assert used == ["numpy", "numpy"]
    assert len(caplog.messages) == 1
    while used[-1] == "numpy" and len(used) < 60:
        used.append(small_run(batch_size=1, epochs=30)[0])
    assert used[-1] == "compiled"
    assert caplog.messages[-1].startswith("glassnet: compiled ")


def test_a_long_job_waits_for_the_compiler(cold: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert small_run(batch_size=1, epochs=2000)[0] == "compiled"


def test_damaged_cache_files_are_compiled_again(cold: Path) -> None:
    _, loss = small_run(engine="compiled")
    (kept,) = cold.glob("*/optimizer-sgd-float32.o")
    code = kept.read_bytes()
    for damaged in (b"", code[:-1], code[:100] + b"x" + code[101:]):
        kept.write_bytes(damaged)
        kernel_loader._loaded.clear()
        assert small_run(engine="compiled") == ("compiled", loss)
        assert kernel_cache.read("optimizer", "sgd", "float32") is not None


def test_cached_code_of_another_source_or_processor_is_never_used(cold: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = kernel_cache.fingerprint()
    kernel_cache.fingerprint.cache_clear()
    read = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda self: read(self) + (b"#" if self.name == "layers.py" else b""))
    changed = kernel_cache.fingerprint()
    kernel_cache.fingerprint.cache_clear()
    assert changed != before
    monkeypatch.undo()
    import llvmlite.binding as llvm

    monkeypatch.setattr(llvm, "get_host_cpu_name", lambda: "another")
    assert kernel_cache.fingerprint() not in (before, changed)
    kernel_cache.fingerprint.cache_clear()


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX permissions")
def test_a_cache_folder_writable_by_others_is_not_used(cold: Path, caplog: pytest.LogCaptureFixture) -> None:
    small_run(engine="compiled")
    (folder,) = cold.iterdir()
    folder.chmod(0o777)
    kernel_loader._loaded.clear()
    caplog.clear()
    assert small_run(engine="compiled")[0] == "compiled"
    (line,) = caplog.messages
    assert f"not kept: others may write to {folder}" in line


def test_without_a_writable_cache_it_compiles_and_warns(cold: Path, caplog: pytest.LogCaptureFixture) -> None:
    cold.write_text("a file where the folder should be")
    assert small_run(engine="compiled")[0] == "compiled"
    (line,) = caplog.messages
    assert "not kept: " in line


def test_cache_folders_of_earlier_versions_are_deleted_except_the_latest(cold: Path) -> None:
    old = [cold / f"kernels-{number:016x}" for number in range(kernel_cache.KEPT_VERSIONS + 3)]
    for age, folder in enumerate(old):
        folder.mkdir(parents=True)
        os.utime(folder, (1e9 - age, 1e9 - age))
    assert kernel_cache.is_usable()
    assert sorted(cold.iterdir()) == sorted([*old[: kernel_cache.KEPT_VERSIONS], kernel_cache.folder()])


def test_a_warm_process_needs_no_numba() -> None:
    code = """
import sys, numpy as np, glassnet as gn
X = np.zeros((50, 4), np.float32)
net = gn.Network(4, [gn.Dense(8, "relu"), gn.Dense(1)], seed=0)
for record in gn.train(net, (X, X[:, 0]), epochs=2, engine="compiled"):
    pass
print(record.engine, "numba" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("compiled False\n", "")


# Without Numba


@pytest.fixture
def forget_failures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "_disabled", [])


@pytest.mark.parametrize("engine", ["auto", "compiled"])
def test_without_numba_the_numpy_engine_runs_everything_after_one_warning(
    engine: str, monkeypatch: pytest.MonkeyPatch, forget_failures: None
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.warns(UserWarning, match=r"the compiled engine cannot be used \(Numba is not installed\)") as caught:
        runs = [small_run(engine=engine) for _ in range(2)]
    assert len(caught) == 1
    assert runs[0] == runs[1]
    assert runs[0][0] == "numpy"


def test_without_numba_the_command_line_prints_one_line(tmp_path: Path) -> None:
    code = """
import importlib.util, sys
find = importlib.util.find_spec
importlib.util.find_spec = lambda name, *more: None if name in ("numba", "llvmlite") else find(name, *more)
sys.modules["numba"] = sys.modules["llvmlite"] = None
from glassnet.cli.main import main
main(sys.argv[1:])
"""
    for words in (["compile"], ["train", "moons", "--epochs", "1", "--quiet", "--out", str(tmp_path / "run")]):
        done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=False)
        said = "the compiled engine cannot be used (Numba is not installed), so the numpy engine runs everything"
        assert (done.returncode, done.stderr) == (0, f"glassnet: {said}\n")
    assert "numpy" in (tmp_path / "run" / "metrics.json").read_text(encoding="utf-8")
    from glassnet.bench.contestants import glassnet as contestant

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(contestant, "is_disabled", lambda quietly: True)
        with pytest.raises(
            ImportError, match=r"the compiled engine needs Numba; use --engine numpy to measure the NumPy engine"
        ):
            contestant.start(None, "compiled")  # type: ignore[arg-type]


def test_a_numba_that_fails_to_import_gives_a_warning_and_the_numpy_engine(
    cold: Path, monkeypatch: pytest.MonkeyPatch, forget_failures: None
) -> None:
    def fail(*piece: str) -> None:
        raise ImportError("Numba needs NumPy 2.0 or less")

    monkeypatch.setattr(kernel_loader, "_compile", fail)
    with pytest.warns(UserWarning, match=r"cannot be used \(Numba needs NumPy 2.0 or less\)") as caught:
        runs = [small_run(engine="compiled") for _ in range(2)]
    assert len(caught) == 1
    assert [name for name, _ in runs] == ["numpy", "numpy"]


def test_the_logger_is_quiet_while_nothing_is_compiled(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        trained(1)
    assert [record for record in caplog.records if record.name == "glassnet"] == []


def test_compilation_is_divided_evenly_among_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    kernels = [(*kernel, "float32") for kernel in capabilities.COMMON_KERNELS]
    monkeypatch.setattr(kernel_loader, "cores", lambda: 2)
    shares = kernel_loader._shares(kernels)
    assert sorted(key for share in shares for key in share) == sorted(kernels)
    seconds = [sum(map(compile_seconds, share)) for share in shares]
    assert len(seconds) == 2
    assert max(seconds) < 1.2 * min(seconds)
    assert kernel_loader._shares(kernels[-1:]) == [kernels[-1:]]


def test_compile_prints_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compile", "--all"]) == 0  # all kernels are in the cache since the tests started
    assert capsys.readouterr().out == f"All kernels are in the cache: {kernel_cache.folder()}\n"


# Who may write to the cache


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty cache with one file of machine code."""
    monkeypatch.setenv("GLASSNET_CACHE", str(tmp_path / "cache"))
    kernel_cache.folder.cache_clear()
    before = os.umask(0o002)  # the default of many systems
    assert kernel_cache.write("dense", "relu", "float32", b"code")
    yield kernel_cache.folder()
    os.umask(before)
    kernel_cache.folder.cache_clear()


@pytest.mark.skipif(sys.platform == "win32", reason="needs owners and permissions")
@pytest.mark.parametrize("mode", [0o020, 0o002], ids=["group", "others"])
@pytest.mark.parametrize("place", ["file", "folder", "above"])
def test_a_cache_that_others_can_write_to_is_not_loaded(place: str, mode: int, own_cache: Path) -> None:
    assert kernel_cache.read("dense", "relu", "float32") == b"code"
    file = kernel_cache.file_of("dense", "relu", "float32")
    path = {"file": file, "folder": own_cache, "above": own_cache.parent}[place]
    path.chmod(path.stat().st_mode | mode)
    # A group above is often the user's own: many systems give every user one.
    is_harmless = (place, mode) == ("above", 0o020)
    assert kernel_cache.read("dense", "relu", "float32") == (b"code" if is_harmless else None)
    assert kernel_cache.is_usable() is (is_harmless or place == "file")


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root can give files away")
def test_a_kernel_of_another_user_is_not_loaded(own_cache: Path) -> None:
    os.chown(kernel_cache.file_of("dense", "relu", "float32"), 12345, 12345)
    assert kernel_cache.read("dense", "relu", "float32") is None
    assert kernel_cache.write("dense", "relu", "float32", b"new")
    assert kernel_cache.read("dense", "relu", "float32") == b"new"
    os.chown(own_cache, 12345, 12345)
    assert kernel_cache.read("dense", "relu", "float32") is None
