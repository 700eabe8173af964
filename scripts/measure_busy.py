"""Measure how much two threads lose, or gain, next to busy processes: time of two threads over time of one.

    python scripts/measure_busy.py                      next to two busy processes, about two minutes
    python scripts/measure_busy.py --loops 0            on the machine as it is

Two endless loops are started at the ordinary priority. This process lowers its own to nice 10, and trains networks of
several sizes, alternately with one thread and with two, for the same number of epochs. It prints the ratio of the sums.
"""

import argparse
import os
import subprocess
import sys
import time

import numpy as np

import glassnet as gn

SIZES = {
    "64-100-10, batch 32": ((64, 100, 10), 32, 3000),
    "64-256-128-10, batch 64": ((64, 256, 128, 10), 64, 3000),
    "784-800-10, batch 100": ((784, 800, 10), 100, 2000),
}
"""By name: widths, batch size, and rows."""


def seconds(size: tuple[tuple[int, ...], int, int], threads: int, epochs: int) -> float:
    """Return the seconds of a training, without those of its first epoch, which may have to load kernels."""
    widths, batch_size, rows = size
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((rows, widths[0])).astype(np.float32), rng.integers(0, widths[-1], rows)
    layers = [*(gn.Dense(width, "relu") for width in widths[1:-1]), gn.Dense(widths[-1], "softmax")]
    records = gn.train(
        gn.Network(widths[0], layers, seed=0),
        (X, y),
        batch_size=batch_size,
        epochs=epochs + 1,
        engine="compiled",
        threads=threads,
    )
    next(records)
    started = time.perf_counter()
    for _ in records:
        pass
    return time.perf_counter() - started


def measure(rounds: int, target: float) -> None:
    """Print the ratio for every size; target: seconds of one thread per round."""
    for name, size in SIZES.items():
        epochs = max(1, round(target / (seconds(size, 1, 4) / 4)))
        totals = {1: 0.0, 2: 0.0}
        for number in range(rounds):
            for threads in (1, 2) if number % 2 == 0 else (2, 1):
                totals[threads] += seconds(size, threads, epochs)
        each = {threads: total / rounds for threads, total in totals.items()}
        print(
            f"{name}: {each[1]:.2f} s with one thread, {each[2]:.2f} s with two: ratio {each[2] / each[1]:.2f}",
            flush=True,
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--loops", type=int, default=2, help="number of busy processes")
    parser.add_argument("--rounds", type=int, default=6, help="number of trainings per size and number of threads")
    parser.add_argument("--seconds", type=float, default=3.0, help="seconds of a training with one thread")
    given = parser.parse_args()
    for size in SIZES.values():
        seconds(size, 2, 1)  # compiles what has not been compiled
    loops = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(given.loops)]
    try:
        os.nice(10)
        measure(given.rounds, given.seconds)
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()
