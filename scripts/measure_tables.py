"""Measure the recipe `table` on tables made here: python scripts/measure_tables.py [quick good best large predict].

quick, good, best   the whole command `glassnet train` on 3,000 rows and 20 columns
large               `good` on 100,000 rows and 20 columns: time and memory
predict             `Model.predict` of a model of `good`: 100,000 rows of an array, one row as list and dict

Results are medians of three runs; nothing else should run. The kernels are compiled before.
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd

import glassnet as gn

ROWS, COLUMNS, RUNS = 3_000, 20, 3


def table(rows: int) -> pd.DataFrame:
    """16 numbers and 4 categories; the target depends on some of them, with noise."""
    rng = np.random.default_rng(0)
    found = pd.DataFrame(rng.normal(size=(rows, COLUMNS - 4)), columns=[f"x{i}" for i in range(COLUMNS - 4)])
    for i, levels in enumerate((2, 5, 12, 60)):
        found[f"c{i}"] = [f"level {code}" for code in rng.integers(0, levels, rows)]
    effect = np.sin(2 * found.x0) + found.x1 * (found.x2 > 0) + (found.c2 == "level 3") + found.x3**2 / 3
    found["y"] = np.where(effect + rng.normal(0, 0.5, rows) > 0.8, "yes", "no")
    return found


def command(folder: Path, *options: str) -> float:
    """Return the seconds of one run of `glassnet train`."""
    arguments = [sys.executable, "-m", "glassnet", "train", "t.csv", "--target", "y", "--out", "run", "--overwrite"]
    began = time.perf_counter()
    subprocess.run([*arguments, *options], cwd=folder, check=True, capture_output=True)
    return time.perf_counter() - began


def measure_command(folder: Path, quality: str, rows: int, runs: int = RUNS) -> None:
    """Print the median time of the command for a quality level."""
    table(rows).to_csv(folder / "t.csv", index=False)
    seconds = [command(folder, "--quality", quality) for _ in range(runs)]
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20
    print(f"{quality:8} {rows:>7,} rows: {median(seconds):6.2f} s, at most {memory:.2f} GB so far")


def measure_predictions(folder: Path) -> None:
    """Print the time of predictions for an array and for single rows."""
    numbers = table(ROWS).select_dtypes("number")
    model = gn.TableClassifier().fit(numbers.to_numpy(), table(ROWS).y).model_
    many = np.tile(numbers.to_numpy(), (100_000 // ROWS + 1, 1))[:100_000]
    model.predict(many)
    print(f"array, 100,000 rows: {best(lambda: model.predict(many), 3):.2f} s, {len(model.networks)} networks")
    row = numbers.iloc[0].tolist()
    print(f"one row, list: {1e3 * best(lambda: model.predict([row]), 500):.2f} ms")
    command(folder)
    model, row = gn.load_model(folder / "run"), table(1).drop(columns="y").iloc[0].to_dict()
    model.predict(table(ROWS).drop(columns="y"))
    print(f"one row, dict: {1e3 * best(lambda: model.predict(row), 500):.2f} ms, {len(model.networks)} networks")


def best(function, runs: int) -> float:
    """Return the smallest time of some calls, in seconds."""
    found = []
    for _ in range(runs):
        began = time.perf_counter()
        function()
        found.append(time.perf_counter() - began)
    return min(found)


def main() -> None:
    """Measure what is asked for."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        table(ROWS).to_csv(folder / "t.csv", index=False)
        command(folder, "--quality", "quick", "--engine", "compiled")
        for what in sys.argv[1:] or ("quick", "good", "best", "large", "predict"):
            if what == "large":
                measure_command(folder, "good", 100_000, runs=1)
            elif what == "predict":
                table(ROWS).to_csv(folder / "t.csv", index=False)
                measure_predictions(folder)
            else:
                measure_command(folder, what, ROWS)


if __name__ == "__main__":
    main()
