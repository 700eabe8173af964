"""How long the first minutes take: whole processes, next to scikit-learn scripts that do the same.

    python scripts/measure_start.py [ROUNDS]

1. What `make run` adds to `pip install`: the kernels compiled into an empty cache, then the digits recipe.
2. `glassnet train wine` (to the results, and with the report), `glassnet predict` on a small table, and the commands
   that do nearly nothing. Contestants run in turn, once per round. A table shows seconds on the clock and of processor
   time, each as minimum and median, and the median ratio of processor time to scikit-learn's in the same round.

On a busy machine, only the processor time and the minima say something.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

PROGRAM = [sys.executable, "-m", "glassnet"]

SKLEARN_TRAIN = """
import pickle
from sklearn.datasets import load_wine
from sklearn.metrics import accuracy_score, confusion_matrix
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

X, y = load_wine(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, stratify=y, random_state=0)
network = MLPClassifier((64, 32), early_stopping=True, n_iter_no_change=20, random_state=0)
model = make_pipeline(StandardScaler(), network).fit(X_train, y_train)
predicted = model.predict(X_test)
print(accuracy_score(y_test, predicted), confusion_matrix(y_test, predicted))
with open("wine.pickle", "wb") as file:
    pickle.dump(model, file)
"""

SKLEARN_PREDICT = """
import pickle
import numpy as np

with open("wine.pickle", "rb") as file:
    model = pickle.load(file)
X = np.loadtxt("wine.csv", delimiter=",", skiprows=1)
for label, shares in zip(model.predict(X), model.predict_proba(X)):
    print(label, shares)
"""

Seconds = tuple[float, float]
"""Of a process: on the clock, and of processor time, both with its children."""


def measured(command: list[str], folder: Path) -> Seconds:
    """Run a command to its end in a folder."""
    before, started = os.times(), time.perf_counter()
    subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True)
    seconds, after = time.perf_counter() - started, os.times()
    return seconds, after.children_user + after.children_system - before.children_user - before.children_system


def row(name: str, runs: list[Seconds], peer: list[Seconds] | None = None) -> None:
    """Print a row of the table."""
    clock, cpu = zip(*runs, strict=True)
    ratio = f"{median(own[1] / other[1] for own, other in zip(runs, peer, strict=True)):8.2f}" if peer else " " * 8
    print(f"{name:42} {min(clock):8.2f} {median(clock):8.2f} {min(cpu):8.2f} {median(cpu):8.2f} {ratio}")


def main(rounds: int = 7) -> None:
    """Measure and print."""
    header = f"{'':42} {'clock':>8} {'':8} {'CPU':>8}\n{'seconds':42} " + "     min   median" * 2 + "    ratio"
    print(header)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        os.environ["GLASSNET_CACHE"] = str(folder / "cache")
        row("glassnet compile, empty cache", [measured([*PROGRAM, "compile"], folder)])
        row("glassnet train digits", [measured([*PROGRAM, "train", "digits"], folder)])
        measured([*PROGRAM, "train", "wine"], folder)
        measured([sys.executable, "-c", SKLEARN_TRAIN], folder)
        write_table = (
            "import numpy as np, glassnet as gn; d = gn.load('wine'); "
            "np.savetxt('wine.csv', d.X[:40], delimiter=',', header=','.join(d.feature_names), comments='')"
        )
        measured([sys.executable, "-c", write_table], folder)
        sklearn_train, sklearn_predict = ([sys.executable, "-c", code] for code in (SKLEARN_TRAIN, SKLEARN_PREDICT))
        commands = {
            "glassnet train wine --no-report": ([*PROGRAM, "train", "wine", "--no-report"], "scikit-learn, train wine"),
            "glassnet train wine": ([*PROGRAM, "train", "wine"], "scikit-learn, train wine"),
            "scikit-learn, train wine": (sklearn_train, None),
            "glassnet predict runs/wine wine.csv": (
                [*PROGRAM, "predict", "runs/wine", "wine.csv"],
                "scikit-learn, predict",
            ),
            "scikit-learn, predict": (sklearn_predict, None),
            "glassnet --help": ([*PROGRAM, "--help"], None),
            "glassnet --version": ([*PROGRAM, "--version"], None),
            "import glassnet": ([sys.executable, "-c", "import glassnet"], None),
            "import numpy": ([sys.executable, "-c", "import numpy"], None),
        }
        runs: dict[str, list[Seconds]] = {name: [] for name in commands}
        for _ in range(rounds):
            for name, (command, _) in commands.items():
                runs[name].append(measured(command, folder))
        for name, (_, peer) in commands.items():
            row(name, runs[name], runs[peer] if peer else None)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
