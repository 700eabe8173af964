"""The figures in README and recipes, measured as means over several splits."""

import dataclasses
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

import numpy as np
import pytest

from glassnet.recipes.load import shipped
from glassnet.runs.run import run_recipe

pytestmark = pytest.mark.figures


def measure(name: str, seed: int) -> tuple[float, float, float]:
    """Return test accuracy, and the summed loss of the first and the last epoch."""
    run = run_recipe(dataclasses.replace(shipped(name), seed=seed))
    rows = len(run.parts["train"])
    return run.metrics["test_accuracy"], run.history[0].loss * rows, run.history[-1].loss * rows


def over_seeds(name: str, seeds: int = 10) -> np.ndarray:
    """Return the three numbers for every seed from 0, (3, seeds), two runs at a time."""
    # Spawned, not forked: JAX, which other tests have loaded, does not survive a fork.
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        return np.array(list(pool.map(partial(measure, name), range(seeds)))).T


@pytest.fixture(autouse=True)
def two_runs_share_two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        monkeypatch.setenv(variable, "1")


def test_the_digits_recipe_classifies_98_6_percent_of_unseen_digits_correctly() -> None:
    accuracy, _, _ = over_seeds("digits")
    assert accuracy.mean() >= 0.986


def test_the_best_digits_recipe_beats_99_4_percent() -> None:
    """The mean over twenty seeds is in docs/digits.md, by scripts/measure_digits.py; here two, to be quick."""
    accuracy, _, _ = over_seeds("digits-best", seeds=2)
    assert accuracy.mean() >= 0.994


def test_the_network_of_the_notebook_learns() -> None:
    accuracy, first, last = over_seeds("notebook")
    assert accuracy.mean() > 0.85
    # Ten classes that are all as likely cost ln 10 a row: 1078 · ln 10 = 2482 before anything is learned.
    assert first.mean() == pytest.approx(2489, abs=10)
    assert last.mean() < 200
