"""Count the tables on which `glassnet train FILE --target T` and `glassnet predict` work without any other option.

    python scripts/first_try.py tables/tables.csv
    python scripts/first_try.py tables/tables.csv --epochs 2 --names titanic,pol

The index is a CSV file with the columns name, file (relative to the index), target, and task (binary, multiclass, or
regression). Each table is split at random into 80% training and 20% new rows; the new rows have no target. A table
counts if both commands end with exit status 0, every new row has a prediction, and the task is that of the index.
"""

import argparse
import csv
import gzip
import io
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

SHARE = 0.8


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("index", type=Path)
    parser.add_argument("--names", default="", help="Only these tables, separated by commas.")
    parser.add_argument("--epochs", type=int, help="Maximum number of epochs, to save time.")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with options.index.open(newline="", encoding="utf-8") as file:
        tables = list(csv.DictReader(file))
    wanted = set(filter(None, options.names.split(",")))
    tables = [table for table in tables if not wanted or table["name"] in wanted]
    extra = [] if options.epochs is None else ["--epochs", str(options.epochs)]
    count = 0
    for table in tables:
        problem = tried(options.index.parent / table["file"], table["target"], table["task"], options.seed, extra)
        count += problem is None
        print(f"{table['name']}: {problem or 'ok'}", flush=True)
    print(f"{count} of {len(tables)} tables")
    return 0


def tried(path: Path, target: str, task: str, seed: int, extra: Sequence[str]) -> str | None:
    """Train on most rows of a table and predict the others; return what does not work, None if all does."""
    with tempfile.TemporaryDirectory() as folder:
        new_rows = split(path, target, seed, Path(folder))
        trained = glassnet(folder, "train", "train.csv", "--target", target, "--no-report", *extra)
        if trained.returncode:
            return f"train: exit status {trained.returncode}: {last_line(trained.stderr)}"
        run = next(Path(folder, "runs").iterdir())
        found = task_of(run)
        predicted = glassnet(folder, "predict", str(run), "new.csv", "--out", "predicted.csv", "--quiet")
        if predicted.returncode:
            return f"predict: exit status {predicted.returncode}: {last_line(predicted.stderr)}"
        with Path(folder, "predicted.csv").open(newline="", encoding="utf-8") as file:
            predictions = [row for _, *row in list(csv.reader(file))[1:]]
        if len(predictions) != new_rows or not all(row and row[0] for row in predictions):
            return f"{len(predictions)} predictions for {new_rows} rows"
        return None if found == task else f"task {found}, not {task}"


def split(path: Path, target: str, seed: int, folder: Path) -> int:
    """Write train.csv and new.csv, which lacks the target; return the number of new rows."""
    text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    with io.StringIO(text.decode("utf-8"), newline="") as file:
        header, *rows = csv.reader(file)
    random.Random(seed).shuffle(rows)
    first_new, place = int(len(rows) * SHARE), header.index(target)
    with (folder / "train.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows[:first_new]])
    with (folder / "new.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([*row[:place], *row[place + 1 :]] for row in [header, *rows[first_new:]])
    return len(rows) - first_new


def glassnet(folder: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "glassnet", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def task_of(run: Path) -> str:
    """Return the task of a run: binary, multiclass, or regression."""
    classes = json.loads((run / "metrics.json").read_text(encoding="utf-8"))["classes"]
    return "regression" if classes is None else "binary" if len(classes) == 2 else "multiclass"


def last_line(text: str) -> str:
    return (text.strip().splitlines() or [""])[-1][:300]


if __name__ == "__main__":
    sys.exit(main())
