"""glassnet as a user runs it: `glassnet train` on the training rows, then `glassnet predict` on the test rows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.bench.accuracy.protocol import Split
from glassnet.bench.process import LIMITING, ContestantError
from glassnet.common.arrays import Array

PREFIX = "k_"
"""Prefix of labels, so that labels such as 0 and 1 are texts in the table."""


def run_glassnet(
    split: Split, seed: int, quality: str, threads: int, limit: float
) -> tuple[Array, list[str] | None, float]:
    """Return predictions for the test rows, their classes, and the seconds of both commands.

    All training rows are used: `--split 100/0` holds out no test set. A test row that is skipped as invalid gets the
    mean of the targets, or the shares of the classes. Raises ContestantError if a command fails or takes too long.
    """
    labels = split.y_train if split.is_regression else PREFIX + split.y_train
    task = "regression" if split.is_regression else "classification"
    with tempfile.TemporaryDirectory(prefix="glassnet-bench-") as name:
        folder = Path(name)
        table = split.X_train.copy()
        table[split.target] = labels
        table.to_csv(folder / "train.csv", index=False)
        split.X_test.to_csv(folder / "test.csv", index=False)
        train = ["train", "train.csv", "--target", split.target, "--task", task, "--quality", quality]
        train += ["--split", "100/0", "--seed", str(seed), "--threads", str(threads), "--out", "run", "--quiet"]
        predict = ["predict", "run", "test.csv", "--out", "predictions.json", "--skip-invalid", "--quiet"]
        started = time.perf_counter()
        for arguments in (train, predict):
            _run(arguments, folder, threads, limit)
        seconds = time.perf_counter() - started
        predicted = json.loads((folder / "predictions.json").read_text(encoding="utf-8"))
    return *_in_order(split, predicted), seconds


def _run(arguments: list[str], folder: Path, threads: int, limit: float) -> None:
    environment = os.environ | dict.fromkeys(LIMITING, str(threads))
    command = [sys.executable, "-m", "glassnet", *arguments]
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=limit, check=False
        )
    except subprocess.TimeoutExpired:
        raise ContestantError(f"glassnet {arguments[0]} took longer than {limit:g} s") from None
    if done.returncode:
        raise ContestantError(" ".join(done.stderr.split())[-300:] or f"status {done.returncode}")


def _in_order(split: Split, predicted: list[dict[str, Any]]) -> tuple[Array, list[str] | None]:
    """Return predictions in the order of the test rows, (m,) or (m, classes), and the classes."""
    y, rows = split.y_train, len(split.y_test)
    if split.is_regression:
        found = np.full(rows, float(y.mean()))
        for one in predicted:
            found[one["row"] - 1] = one["prediction"]
        return found, None
    classes = sorted(y.unique())
    found = np.tile(y.value_counts(normalize=True)[classes].to_numpy(), (rows, 1))
    for one in predicted:
        found[one["row"] - 1] = [one["probabilities"][PREFIX + label] for label in classes]
    return found, classes
