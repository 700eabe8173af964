"""End commands at random moments, and check what they leave: the old state or the new one, and nothing half.

    python scripts/kill.py                      # 100 times
    python scripts/kill.py --kills 500 --seed 1

`train`, `tune`, and `report` get SIGKILL, SIGTERM, SIGINT, SIGHUP, or two signals in a row. Afterwards every file is
complete, the run loads, files of different runs are reported by loading, the exit status is 128 plus the signal, and
standard error has no traceback. A violation of one of these is an escape.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from glassnet.model import load_model
from glassnet.runs.load import FILES, read_run

SIGNALS = [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP]
GLASSNET = [sys.executable, "-m", "glassnet"]
TUNE = ["tune", "iris", "--trials", "2", "--jobs", "1", "--ensemble-size", "1", "--out", "tuned"]


def commands(rng: random.Random) -> list[str]:
    """Return a command: mostly a training that differs from the last one."""
    chosen = rng.random()
    if chosen < 0.1:
        return ["report", "run"]
    if chosen < 0.2:
        return TUNE
    seed = ["--seed", str(rng.randrange(1000))]
    epochs = rng.choice(["3", "30", "100000"])
    return ["train", "iris", "--epochs", epochs, "--out", "run", *seed, *rng.choice([[], ["--ensemble-size", "3"]])]


def run_ids(folder: Path) -> set[str]:
    """Return the identity of the model in a run folder, if there is one."""
    if not (folder / "model.safetensors").exists():
        return set()
    return {str((load_model(folder).metrics or {}).get("run_id"))}


def problems(folder: Path) -> tuple[list[str], bool]:
    """Return what is wrong with a run folder, and whether loading reports files of different runs."""
    found, page = [], folder / "report.html"
    if page.exists() and not page.read_text(encoding="utf-8").rstrip().endswith("</html>"):
        found.append("report.html is incomplete")
    if (folder / "study.log").exists() and not (folder / "model.safetensors").exists():
        return found, False  # a search that has not trained yet
    there = [name for name in FILES if (folder / name).exists()]
    if "model.safetensors" not in there:
        with contextlib.suppress(FileNotFoundError):
            read_run(folder)
            found.append("a folder without a model is loaded")
        return found, False
    try:
        _, notes = read_run(folder)
    except ValueError as error:
        return (found, True) if "belong" in str(error) else ([*found, str(error)], False)
    return found, any("another run than model.safetensors" in note for note in notes)


def kill_once(rng: random.Random, folder: Path, durations: dict[str, float]) -> tuple[str, list[str], bool]:
    """Run a command in a folder, end it at a random moment, and return what was done, escapes, and mixed files."""
    words, number = commands(rng), rng.choice(SIGNALS)
    run = folder / ("tuned" if words[0] == "tune" else "run")
    before = run_ids(run)
    process = subprocess.Popen(
        [*GLASSNET, *words], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    time.sleep(rng.uniform(0.3, 1) * durations[words[0]] * rng.choice([1, 1, 1.2]))
    process.send_signal(number)
    is_double = number != signal.SIGKILL and rng.random() < 0.3
    if is_double:
        time.sleep(rng.choice([0, 0.01, 0.1, 0.5]))
        process.send_signal(rng.choice(SIGNALS[1:]))
    try:
        _, err = process.communicate(timeout=600)
    except subprocess.TimeoutExpired:
        process.kill()
        return f"{words[0]} {number.name}", ["it did not end within ten minutes"], False
    escapes, is_mixed = problems(run) if run.exists() else ([], False)
    # A second signal may arrive first, or when Python ends, with its default action.
    senders = SIGNALS[1:] if is_double else [number]
    allowed = {0, -number, *(status for one in senders for status in (128 + one, -one))}
    if words[0] == "report" and not before:
        allowed.add(2)  # an earlier kill has left no run to report
    if process.returncode not in allowed:
        escapes.append(f"exit status {process.returncode}")
    if "Traceback" in err or "Exception ignored" in err:
        escapes.append(f"a traceback: {err[-1500:]}")
    if is_mixed and number != signal.SIGKILL:
        escapes.append("a signal other than SIGKILL left files of different runs")
    if "the run was saved to" in err and run_ids(run) == set():
        escapes.append(f"nothing was saved, but the message is {err!r}")
    if "nothing was saved" in err and run_ids(run) != before:
        escapes.append(f"a run was saved, but the message is {err!r}")
    what = f"{words[0]} {number.name}" + " twice" * is_double
    return f"{what}: {process.returncode}", [f"{what} ({' '.join(words)}): {escape}" for escape in escapes], is_mixed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--verbose", action="store_true", help="print every kill")
    given = parser.parse_args()
    rng, began, mixed = random.Random(given.seed), time.monotonic(), 0
    counts: Counter[str] = Counter()
    escapes: list[str] = []
    with tempfile.TemporaryDirectory(prefix="kill-") as name:
        folder, durations = Path(name), dict[str, float]()
        for words in (["train", "iris", "--epochs", "30", "--out", "run"], ["report", "run"], TUNE):
            start = time.monotonic()
            subprocess.run([*GLASSNET, *words], cwd=folder, stdout=subprocess.DEVNULL, check=True)
            durations[words[0]] = time.monotonic() - start
        shutil.copytree(folder, folder / "whole")
        for _ in range(given.kills):
            what, found, is_mixed = kill_once(rng, folder, durations)
            if given.verbose:
                print(what, found, flush=True)
            counts[what.split(":")[0].removesuffix(" twice")] += 1
            escapes += found
            mixed += is_mixed
            for run in ("run", "tuned"):
                if found or is_mixed or rng.random() < 0.3 or not (folder / run).exists():
                    shutil.rmtree(folder / run, ignore_errors=True)
                    if rng.random() < 0.7 or run == "tuned":
                        shutil.copytree(folder / "whole" / run, folder / run)
    for escape in escapes:
        print(escape)
    print(json.dumps(dict(sorted(counts.items()))))
    print(
        f"kill: seed {given.seed}, {given.kills} kills: {mixed} left files of two runs and were reported, "
        f"{len(escapes)} escapes ({time.monotonic() - began:.0f} s)"
    )
    raise SystemExit(1 if escapes else 0)


if __name__ == "__main__":
    main()
