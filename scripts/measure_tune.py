"""How good `glassnet tune` is, and what it costs: the figures of docs/tuning.md, each with its own subcommand.

python scripts/measure_tune.py digits          the winner's test accuracy on digits, mean of 5 splits
python scripts/measure_tune.py tables          beside scikit-learn's MLP and search, for the same time
python scripts/measure_tune.py overhead        the share of the time that is not spent in training
python scripts/measure_tune.py jobs            the same settings tried by one job and by two
"""

from __future__ import annotations

import argparse
import dataclasses
import statistics
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.recipes.load import load_recipe, shipped, single_network
from glassnet.recipes.recipe import Recipe
from glassnet.runs.run import run_recipe
from glassnet.tuning.plan import plan_for
from glassnet.tuning.results import best_recipe, seconds_of
from glassnet.tuning.search import Search
from glassnet.tuning.space import KEEP, OF_IMAGES
from glassnet.tuning.study import RESULT, counts, finished, ranked

PLAIN = dict.fromkeys(OF_IMAGES, KEEP)


def searched(recipe: Recipe, seconds: float | None, jobs: int, trials: int | None = None) -> tuple[Any, Any, float]:
    """Search from a recipe; return the study, the plan, and how long it took."""
    plan, _ = plan_for(recipe)
    with tempfile.TemporaryDirectory() as folder:
        search = Search(plan, None, Path(folder) / "study.log", "measured", trials, seconds, jobs)
        study = search.result()
        return study, plan, search.elapsed


def digits(seconds: float, seeds: range, start: str, jobs: int) -> None:
    """Search on digits without augmentation, train the winner, and measure it on the test part."""
    results = []
    for seed in seeds:
        recipe = dataclasses.replace(
            shipped(start), name="digits", source="digits", seed=seed, split="60/40", search=PLAIN
        )
        study, plan, took = searched(dataclasses.replace(recipe, augment=None), seconds, jobs)
        run = run_recipe(best_recipe(study, plan, "digits"))
        results.append(run.metrics["test_accuracy"])
        best, now = ranked(study)[0], counts(study)
        print(
            f"split {seed}: {results[-1]:.4f} on the test part, {best.user_attrs[RESULT]:.4f} by folds, "
            f"{now.finished} trials ({now.pruned} pruned) in {took:.0f} s: {best.params or 'unchanged recipe'}",
            flush=True,
        )
    print(f"mean of {len(results)} splits, from the recipe {start}: {statistics.mean(results):.4f}")


def tables(names: list[str], seeds: range, candidates: int, jobs: int) -> None:
    """Search on tables beside scikit-learn's MLP tuned by HalvingRandomSearchCV, each for as long as that takes."""
    for name in names:
        ours, theirs, tried, whole, took = [], [], [], [], []
        for seed in seeds:
            began = time.perf_counter()
            result, on_all_rows = sklearn_searched(name, seed, candidates, jobs)
            took.append(time.perf_counter() - began)
            theirs.append(result)
            recipe = dataclasses.replace(single_network(load_recipe(name)), seed=seed, split="60/40")
            study, plan, _ = searched(recipe, took[-1], jobs)
            metrics = run_recipe(best_recipe(study, plan, name)).metrics
            ours.append(metrics["test_r2" if metrics["classes"] is None else "test_accuracy"])
            now = counts(study)
            tried.append(now.finished)
            whole.append(now.complete)
            print(f"{name}, split {seed}: {ours[-1]:.4f}, scikit-learn {theirs[-1]:.4f}, {took[-1]:.0f} s each, "
                  f"{now.finished} trials ({now.complete} complete), scikit-learn {candidates} ({on_all_rows} on all "
                  "rows)", flush=True)  # fmt: skip
        gap = np.subtract(ours, theirs)
        print(
            f"{name}: mean of {len(ours)} splits {np.mean(ours):.4f}, scikit-learn {np.mean(theirs):.4f} (difference "
            f"{gap.mean():+.4f} ± {gap.std(ddof=1) / len(gap) ** 0.5:.4f}); {np.mean(tried):.0f} settings "
            f"({np.mean(whole):.0f} to the end) in {np.mean(took):.0f} s, scikit-learn {candidates} ({on_all_rows} on "
            "all rows)"
        )


def sklearn_searched(name: str, seed: int, candidates: int, jobs: int) -> tuple[float, int]:
    """Tune scikit-learn's MLP by its own search over a space as wide as ours.

    Return the test result, and how many settings were measured on all rows: the others were given up on a part of them.
    """
    from scipy.stats import loguniform, randint, uniform
    from sklearn.experimental import enable_halving_search_cv  # noqa: F401
    from sklearn.model_selection import HalvingRandomSearchCV
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    from glassnet.data.sources import load

    train, test = load(name).split(0.6, 0.4, seed=seed)
    rng = np.random.default_rng(seed)
    widths = np.geomspace(32, 128, 25).round().astype(int)
    shapes = [tuple(rng.choice(widths, depth).tolist()) for depth in (1, 2) for _ in range(60)]
    estimator: Any = MLPRegressor if train.class_names is None else MLPClassifier
    prefix = f"{estimator.__name__.lower()}__"
    space = {
        "hidden_layer_sizes": shapes,
        "activation": ["relu", "tanh", "logistic"],
        "solver": ["adam", "sgd", "lbfgs"],
        "alpha": loguniform(1e-5, 10),
        "learning_rate_init": loguniform(5e-4, 1e-2),
        "learning_rate": ["constant", "adaptive"],
        "momentum": uniform(0.8, 0.19),
        "batch_size": randint(8, 33),
        "max_iter": randint(50, 400),
    }
    center, spread = (train.y.mean(), train.y.std()) if train.class_names is None else (0, 1)
    y = (train.y - center) / spread if train.class_names is None else train.y
    search = HalvingRandomSearchCV(
        make_pipeline(StandardScaler(), estimator(random_state=seed)),
        {f"{prefix}{key}": value for key, value in space.items()},
        n_candidates=candidates,
        factor=3,
        min_resources="exhaust",
        random_state=seed,
        n_jobs=jobs,
        cv=5,
        error_score=np.nan,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it has not converged, hundreds of times
        search.fit(train.X, y)
    y = (test.y - center) / spread if train.class_names is None else test.y
    return float(search.score(test.X, y)), int(search.n_candidates_[-1])


def overhead(seconds: float, jobs: int) -> None:
    """Search for a while; what is not training and measuring is overhead: starting, choosing, keeping, waiting."""
    for name in ("digits", "breast_cancer", "diabetes"):
        recipe = dataclasses.replace(single_network(load_recipe(name)), split="60/40", augment=None)
        recipe = dataclasses.replace(recipe, search=PLAIN if name == "digits" else {})
        study, _, took = searched(recipe, seconds, jobs)
        trained = sum(seconds_of(trial) for trial in study.get_trials(deepcopy=False))
        print(f"{name}: {len(finished(study))} settings, {trained:.1f} of {jobs} × {took:.1f} s in training: overhead "
              f"{1 - trained / (jobs * took):.1%}", flush=True)  # fmt: skip


def jobs_compared(trials: int) -> None:
    """Try the same settings by one job and by two, and compare how many a second that is."""
    import optuna

    from glassnet.tuning.storage import quiet_optuna
    from glassnet.tuning.study import open_study, settings_of

    recipe = dataclasses.replace(load_recipe("digits"), split="60/40", search=PLAIN | {"hidden_layers": 1})
    plan, _ = plan_for(recipe)
    random = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    drawn = [random.ask() for _ in range(trials)]
    for trial in drawn:
        settings_of(trial, plan)
    rates = []
    for jobs in (1, 2, 1, 2):
        with tempfile.TemporaryDirectory() as folder:
            where = Path(folder) / "study.log"
            with quiet_optuna(), open_study(where, "measured", plan) as study:
                for trial in drawn:
                    study.enqueue_trial(trial.params)
            search = Search(plan, None, where, "measured", trials, None, jobs)
            tried, took = len(finished(search.result())), search.elapsed
        rates.append(tried / took)
        print(f"{jobs} job{'s' * (jobs > 1)}: {tried} settings in {took:.1f} s", flush=True)
    print(f"two jobs try {(rates[1] + rates[3]) / (rates[0] + rates[2]):.2f} times as many settings as one")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("digits", "tables", "overhead", "jobs"))
    parser.add_argument("--seconds", type=float, default=None)
    parser.add_argument("--seeds", type=int, default=None)
    parser.add_argument("--start", default="default", help="the recipe that a search on digits starts from")
    parser.add_argument("--candidates", type=int, default=60, help="settings that scikit-learn's search tries")
    parser.add_argument("--names", default="breast_cancer,wine,diabetes")
    parser.add_argument("--trials", type=int, default=60)
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    if given.what == "digits":
        digits(given.seconds or 180, range(given.seeds or 5), given.start, given.jobs)
    elif given.what == "tables":
        tables(given.names.split(","), range(given.seeds or 10), given.candidates, given.jobs)
    elif given.what == "overhead":
        overhead(given.seconds or 60, given.jobs)
    else:
        jobs_compared(given.trials)


if __name__ == "__main__":
    main()
