"""Measure a recipe over several seeds: python scripts/measure_recipe.py digits --seeds 10

Prints test accuracy (R² where numbers are predicted), summed loss of the first and last epoch, and the time of every
seed's run, then mean, standard deviation, least and largest. The seed decides split, first weights and order.
"""

import argparse
import dataclasses
import time

import numpy as np

from glassnet.recipes.load import load_recipe
from glassnet.runs.run import run_recipe


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("recipe")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--data", help="what the recipe learns from, in place of its own source")
    options = parser.parse_args()
    try:
        recipe = load_recipe(options.recipe)
    except (ValueError, FileNotFoundError) as error:
        parser.error(str(error))
    if options.seeds < 1:
        parser.error("--seeds must be at least 1")
    if options.data is not None:
        recipe = dataclasses.replace(recipe, source=options.data, options={})
    columns = ("accuracy or R²", "first loss", "last loss", "seconds")
    print("seed   " + "".join(name.rjust(15) for name in columns))
    rows = []
    for seed in range(options.seeds):
        start = time.perf_counter()
        run = run_recipe(dataclasses.replace(recipe, seed=seed))
        seconds = time.perf_counter() - start
        n = len(run.parts["train"])
        score = run.metrics.get("test_accuracy", run.metrics.get("test_r2"))
        rows.append((score, run.history[0].loss * n, run.history[-1].loss * n, seconds))
        print_row(str(seed), rows[-1])
    table = np.array(rows)  # (seeds, columns)
    for name, of in (("mean", np.mean), ("sd", np.std), ("min", np.min), ("max", np.max)):
        print_row(name, of(table, axis=0))


def print_row(name: str, row: tuple[float, ...]) -> None:
    print(name.ljust(7) + "".join(f"{value:15.4f}" for value in row), flush=True)


if __name__ == "__main__":
    main()
