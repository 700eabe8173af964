"""Measure what `glassnet bench` does not: how soon the compiled engine is ready, what it needs, where its time goes.

    python scripts/measure_engine.py                    everything, some minutes
    python scripts/measure_engine.py start memory       some of: start, memory, ctrl-c, parts

start: compiling on a machine that has never done so, then the first step of a warm process. memory: what training from
a memory map allocates beside it. ctrl-c: how soon it is answered in a long epoch and in a long step. parts: what the
time of a step consists of, found by leaving out one part after the other.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.engines.compiled import program_layout as f
from glassnet.engines.compiled.engine import warm
from glassnet.engines.compiled.processors import cores
from glassnet.engines.compiled.runner import StepRunner
from glassnet.engines.job import Job
from glassnet.maths import optimizers
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from glassnet.training.train import train

MIB = 1 << 20

FIRST_STEP = """
import time
import numpy as np, glassnet as gn
X, y = np.zeros((500, 64), np.float32), np.arange(500) % 10
net = gn.Network(64, [gn.Dense(32, "relu"), gn.Dense(10, "softmax")], seed=0)
asked = time.perf_counter()
next(gn.train(net, (X, y), engine="compiled", epochs=1, batch_size=500))
print(time.perf_counter() - asked)
"""

WARM = """
import time
from glassnet.engines.compiled import capabilities, kernel_loader
started = time.perf_counter()
kernel_loader.prepare(capabilities.every_kernel(), {dtype!r})
print(time.perf_counter() - started)
"""


def start() -> None:
    def seconds(code: str, cache: str) -> float:
        environment = os.environ | {"GLASSNET_CACHE": cache}
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
        return float(done.stdout)

    def whole(*command: str) -> float:
        runs = []
        for _ in range(7):
            started = time.perf_counter()
            subprocess.run(command, capture_output=True, check=True)
            runs.append(time.perf_counter() - started)
        return float(np.median(runs))

    with tempfile.TemporaryDirectory() as cache:
        print(f"first use on a machine, an ordinary job, to its first step: {seconds(FIRST_STEP, cache):.1f} s")
        warm = [seconds(FIRST_STEP, cache) for _ in range(7)]
        print(f"a warm process, from asking for the engine to its first step: {np.median(warm):.3f} s")
    for dtype in ("float32", "float64"):
        with tempfile.TemporaryDirectory() as cache:
            print(f"everything there is in {dtype}: {seconds(WARM.format(dtype=dtype), cache):.1f} s")
    python, numpy_alone = sys.executable, whole(sys.executable, "-c", "import numpy")
    print(f"import numpy: {numpy_alone:.3f} s; ", end="")
    print(f"import glassnet and a Network: {whole(python, '-c', 'import glassnet; glassnet.Network'):.3f} s")
    program = str(Path(python).with_name("glassnet"))
    print(f"glassnet --help: {whole(program, '--help'):.3f} s")
    with tempfile.TemporaryDirectory() as folder:
        print(f"glassnet train digits: {whole(program, 'train', 'digits', '--out', f'{folder}/digits'):.2f} s")


def memory() -> None:
    warm()
    columns = 256
    for kind, rows in ((np.uint8, 2_000_000), (np.float32, 500_000)):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "rows.npy"
            data = np.lib.format.open_memmap(path, mode="w+", dtype=kind, shape=(rows, columns))
            data[::1000] = 1
            data.flush()
            mapped, y = np.load(path, mmap_mode="r"), np.zeros(rows, np.float32)
            net = Network(columns, [Dense(512, "relu"), Dense(1)], seed=0)
            tracemalloc.start()
            for _ in train(net, (mapped, y), batch_size=1024, epochs=1, engine="compiled"):
                pass
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        vectors = 2 * net.parameters.nbytes  # Adam's; θ and g were there before
        workspace = 1024 * (columns + 512 + 512 + 1 + 1) * 4
        block = "" if kind is np.float32 else "a block of rows 16, "  # float32 needs no conversion and no block
        print(
            f"one epoch over a map of {data.nbytes / MIB:.0f} MiB of {data.dtype}: {peak / MIB:.1f} MiB at most beside "
            f"the map, of which {block}the order of the rows {rows * 8 / MIB:.1f}, targets and their copy "
            f"{2 * y.nbytes / MIB:.1f}, the optimizer's vectors {vectors / MIB:.1f}, the workspace about "
            f"{workspace / MIB:.1f}"
        )


SLOW = """
import sys, time, numpy as np, glassnet as gn
X = np.zeros(({rows}, 100), np.float32)
net = gn.Network(100, [gn.Dense({units}, "relu"), gn.Dense({units}, "relu"), gn.Dense(1)], seed=0)
records = gn.train(net, (X, X[:, 0]), engine="compiled", batch_size={batch}, epochs=1000)
print("ready", flush=True)
try:
    for record in records:
        pass
except KeyboardInterrupt:
    print(time.time(), flush=True)
"""


def ctrl_c() -> None:
    for what, words in (
        ("a long epoch of single rows", {"rows": 200_000, "units": 64, "batch": 1}),
        ("a step of many seconds", {"rows": 200_000, "units": 1000, "batch": 200_000}),
    ):
        delays = []
        for attempt in range(5):
            command = [sys.executable, "-c", SLOW.format(**words)]
            with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
                assert process.stdout is not None
                process.stdout.readline()
                time.sleep(0.7 + 0.3 * attempt)
                sent = time.time()
                process.send_signal(signal.SIGINT)
                delays.append(float(process.stdout.readline()) - sent)
        print(f"Ctrl-C in {what}: answered after {np.median(delays):.2f} s (at most {max(delays):.2f})")


NETWORKS = {
    "W1": ((64, 6, 5, 10), ("relu", "sigmoid", "softmax"), "sgd", 1078, 1),
    "W3": ((64, 128, 64, 10), ("relu", "relu", "softmax"), "adam", 7188, 32),
    "W6": ((784, 512, 256, 10), ("relu", "relu", "softmax"), "adam", 12_800, 128),
}


def parts() -> None:
    for name, (widths, activations, optimizer, rows, batch) in NETWORKS.items():
        for threads in (1,) if name == "W1" else (1, cores()):
            found = breakdown(widths, activations, optimizer, rows, batch, threads)
            print(f"{name}, {threads} thread{'s' * (threads > 1)}: {found}")


def breakdown(
    widths: tuple[int, ...], activations: tuple[str, ...], optimizer: str, rows: int, batch: int, threads: int
) -> str:
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((rows, widths[0])).astype(np.float32), rng.integers(0, widths[-1], rows)
    net = Network(widths[0], [Dense(*pair) for pair in zip(widths[1:], activations, strict=True)], seed=0)
    chosen: Any = optimizers.optimizer(optimizer)
    job = Job(net, net.loss(None), chosen, chosen.start(net.parameters, net.layout.weights))
    steps = StepRunner(job, batch, True, threads)
    rates = np.full(-(-rows // batch), 1e-4)
    steps.autotuner.next_call = lambda left: (threads, left)  # type: ignore[method-assign]

    def microseconds() -> float:
        runs = []
        for _ in range(25):
            started = time.perf_counter()
            steps.run(X, y, None, rates, None)
            runs.append(time.perf_counter() - started)
        return float(np.median(runs)) / len(rates) * 1e6

    frame, ops = steps.frame, steps.plan.ops
    whole = left = microseconds()
    found = [f"{whole:.2f} µs a step:"]

    def without(part: str, change: Callable[[], None]) -> None:
        nonlocal left
        change()
        now = microseconds()
        found.append(f"{part} {max(0.0, left - now):.2f},")
        left = now

    without("optimizer", lambda: frame.__setitem__(f.OPTIMIZER_FUNCTION, 0))
    without("dW and db", lambda: ops.__setitem__((slice(None), f.GRADIENT), 0))
    without("dx and the activations' way back", lambda: frame.__setitem__(f.FIRST, frame[f.LAST]))
    without("W turned", lambda: ops.__setitem__((slice(None), f.IS_TURNED), 0))

    def no_forward() -> None:
        frame[f.LAST] = frame[f.FIRST] = 0

    without("forward", no_forward)
    return " ".join([*found, f"loss and the rest {left:.2f}"])


SECTIONS = {"start": start, "memory": memory, "ctrl-c": ctrl_c, "parts": parts}

if __name__ == "__main__":
    for section in sys.argv[1:] or SECTIONS:
        SECTIONS[section]()
