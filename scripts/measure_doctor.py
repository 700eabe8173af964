"""Measure the doctor: python scripts/measure_doctor.py confusion | healthy | tables FOLDER | cost.

confusion   creates each illness of the tests, and prints which rule finds it (a table in Markdown)
healthy     40 runs with which nothing is wrong: 8 data sets, 5 architectures, optimizers, schedules, and seeds
tables      `glassnet doctor` on every table of a folder with an index tables.csv, beside the expected findings
cost        the time of watching: of `glassnet train digits`, and of a PyTorch loop 64-100-10 with batches of 32
"""

import csv
import sys
import time
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

import glassnet as gn
from glassnet.data.tables.table import Table
from glassnet.diagnostics.data_rules import diagnose_data
from glassnet.diagnostics.result_rules import improvement_within_chance
from glassnet.diagnostics.run_rules import diagnose_run
from glassnet.diagnostics.set_rules import diagnose_sets
from glassnet.recipes.load import load_recipe
from glassnet.report.diagnosis import findings_of
from glassnet.report.doctor import diagnose_source
from glassnet.report.evaluation import Evaluation

TESTS = Path(__file__).parents[1] / "tests"
sys.path[:0] = [str(TESTS), str(TESTS / "diagnostics")]

EXPECTED = {
    "mammography": ("scaled before the split", "imbalance"),
    "email_spam": ("rows in both sets",),
    "hotel_cancel": ("rows in both sets",),
    "segment": ("rows in both sets",),
    "keggdirected": ("rows in both sets", "outlier in a column"),  # x11: 8379, all others are below 347
    "titanic": ("rows in both sets",),
    "hotel_rates": ("rows in both sets",),
    "diamond_ring_6k": ("rows in both sets",),
    "bank_marketing": ("code for missing values",),  # pdays: -1 if there was no contact before
    "chicago_ridership": ("code for missing values",),  # gust_max: 0 if no gust was measured
    "compas": ("spelling of categories",),  # "Possession of Cocaine" and "Possession Of Cocaine"
    "life_expectancy": ("code for missing values",),  # income composition: 0 where it is not known
    "loan_approval": ("code for missing values", "outlier in a column"),  # review: 999, and term: 999999 in one row
    "pima_diabetes": ("code for missing values",),  # glucose, blood pressure, and body mass index of 0
}
"""Facts about the tables, counted by pandas: more copies of rows than independent columns explain, columns that are
standardized, and 97% of one class; codes and spellings that the descriptions of the tables name, or a look at them."""

STEPS, REPEATS = 2000, 20
"""Steps of the watched loop, and how often it is repeated."""

Found = Iterator[tuple[str, str, list[str]]]


def illnesses() -> Found:
    """Yield the rule that should find each illness, its name, and the rules that did."""
    import test_data_rules
    import test_run_rules
    import test_set_rules
    import test_value_rules
    import test_watch
    import test_watch_torch

    from helpers.illnesses import ILLNESSES

    for name, (case, rule, _) in ILLNESSES.items():
        network, X, y, options = case()
        yield rule, name, gn.diagnose(network, X, y, **options).rules
    for name, (columns, y, rules) in test_data_rules.LEAKS.items():
        if len(set(rules.values())) == 1:
            found = gn.Dataset(Table(columns), y)
            yield next(iter(rules.values())), name, [one.rule for one in diagnose_data(found, "y")]
    for name, (columns, rule, _, _) in test_value_rules.ILLNESSES.items():
        found = gn.Dataset(Table({**columns, "noise": test_value_rules.NOISE}), test_value_rules.Y, ("no", "yes"))
        yield rule, name, [one.rule for one in diagnose_data(found, "y")]
    for name, (record, rule, _) in test_run_rules.ILLNESSES.items():
        yield rule, name, [one.rule for one in diagnose_run(record)]
    for name, trials in test_run_rules.TRIALS.items():
        found = improvement_within_chance("accuracy", *trials[:2], 20, *trials[2:4])
        yield "improvement within chance", name, [one.rule for one in found]
    for name, (sets, rule, _) in test_set_rules.ILLNESSES.items():
        yield rule, name, [one.rule for one in diagnose_sets(sets, {}, "y")]
    for name, (loop, rule, _) in test_watch.ILLNESSES.items():
        yield rule, name, loop.run(gn.Watch(classes=loop.classes))
    for name, rule in test_watch_torch.ILLNESSES.items():
        yield (
            rule,
            name,
            test_watch_torch.run(gn.Watch(classes=None if name in test_watch_torch.OF_ONE_OUTPUT else 10), name),
        )


def confusion() -> int:
    """Print a line per rule: its illnesses, and what was found."""
    names, found = defaultdict(list), defaultdict(Counter)
    for rule, name, rules in illnesses():
        names[rule].append(name)
        found[rule].update(sorted(set(rules)) or ["nothing"])
    print("| Illness (number) | Found as | Otherwise |\n|---|---|---|")
    for rule in sorted(names):
        own = found[rule].pop(rule, 0)
        others = ", ".join(f"{other} ({count})" for other, count in found[rule].items()) or "–"
        print(f"| {rule} ({len(names[rule])}) | {own} | {others} |")
    wrong = sum(sum(counts.values()) for counts in found.values())
    print(f"\n{sum(map(len, names.values()))} illnesses, {wrong} other findings")
    return wrong


def waves() -> gn.Dataset:
    """2,000 rows of eight columns and a number."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((2000, 8))
    return gn.Dataset(X, np.sin(2 * X[:, 0]) + X[:, 1] * X[:, 2] + 0.1 * rng.standard_normal(2000), name="waves")


def clouds() -> gn.Dataset:
    """2,000 rows of ten columns in five classes."""
    rng = np.random.default_rng(1)
    y = rng.integers(0, 5, 2000)
    return gn.Dataset(rng.standard_normal((2000, 10)) + 1.5 * rng.standard_normal((5, 10))[y], y, name="clouds")


DATA: dict[str, Callable[[], gn.Dataset]] = {
    **{name: lambda name=name: gn.load(name) for name in
       ("digits", "breast_cancer", "moons", "circles", "spirals", "wine")},
    "waves": waves,
    "clouds": clouds,
}  # fmt: skip


def dense(units: int, activation: str) -> dict[str, Any]:
    return {"name": "dense", "units": units, "activation": activation}


PLANS: tuple[dict[str, Any], ...] = (
    {"layers": [dense(64, "relu"), dense(32, "relu")],
     "optimizer": {"name": "adamw", "learning_rate": 0.003}, "schedule": "cosine"},
    {"layers": [dense(128, "gelu"), {"name": "dropout", "rate": 0.1}],
     "optimizer": {"name": "adam", "learning_rate": 0.002}},
    {"layers": [dense(64, "tanh"), dense(64, "tanh")],
     "optimizer": {"name": "sgd", "learning_rate": 0.03, "momentum": 0.9}, "schedule": "one_cycle"},
    {"layers": [dense(48, "leaky_relu")] * 3, "optimizer": {"name": "rmsprop", "learning_rate": 0.001}},
    {"layers": [dense(64, "relu")],
     "optimizer": {"name": "adamw", "learning_rate": 0.004}, "schedule": "cosine_cycles"},
)  # fmt: skip


def healthy() -> int:
    """Print the warnings and errors about 40 healthy runs, and about their networks; and count the infos."""
    alarms, infos = 0, Counter()
    for name, load in DATA.items():
        for seed, plan in enumerate(PLANS):
            recipe = gn.Recipe(name, "iris", steps=["standardize"], epochs=60, early_stopping=True, patience=15,
                               seed=seed, split="60/20/20", **plan)  # fmt: skip
            data = load()
            run = gn.run_recipe(recipe, data)
            found = findings_of(Evaluation(run))
            X = (data.X - data.X.mean(axis=0)) / np.maximum(data.X.std(axis=0), 1e-9)
            y = data.y if data.class_names else (data.y - data.y.mean()) / data.y.std()
            outputs = gn.Dense(len(data.class_names), "softmax") if data.class_names else gn.Dense(1)
            network = gn.Network(X.shape[1], [*plan["layers"], outputs], seed=seed)
            found += gn.diagnose(network, X, y, optimizer=plan["optimizer"], seed=seed)
            bad = [one for one in found if one.severity != "info"]
            infos.update(one.rule for one in found if one.severity == "info")
            alarms += bool(bad)
            print(f"{name}, {seed}: {'; '.join(str(one) for one in bad) or 'nothing'}", flush=True)
    print(f"{alarms} of {len(DATA) * len(PLANS)} runs with a false alarm; infos: {dict(infos)}")
    return alarms


def tables(folder: Path) -> int:
    """Print the findings about every table beside those that were expected."""
    with (folder / "tables.csv").open(newline="", encoding="utf-8") as file:
        index = list(csv.DictReader(file))
    unexpected, began = 0, time.perf_counter()
    for row in index:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found, _ = diagnose_source(load_recipe(str(folder / row["file"]), target=row["target"]))
        expected = EXPECTED.get(row["name"], ())
        extra = [one for one in found if one.rule not in expected]
        missing = [rule for rule in expected if rule not in found.rules]
        unexpected += len(extra) + len(missing)
        text = "; ".join([*(f"unexpected: {one.message}" for one in extra), *(f"missing: {rule}" for rule in missing)])
        print(f"{row['name']}: {', '.join(found.rules) or 'nothing'}{f'   {text}' if text else ''}", flush=True)
    seconds = (time.perf_counter() - began) / len(index)
    print(f"{unexpected} unexpected in {len(index)} tables, {seconds:.1f} s per table")
    return unexpected


def cost() -> int:
    """Print the share of watching in a run and in a PyTorch loop; nothing else should run.

    Two loops, one of them watched, make their steps in turn. The shortest time of each step in REPEATS is what it takes
    without interruptions.
    """
    import torch

    recipe = load_recipe("digits")
    run = gn.run_recipe(recipe)
    began = time.perf_counter()
    gn.run_recipe(recipe)
    whole = time.perf_counter() - began
    began = time.perf_counter()
    findings_of(Evaluation(run))
    print(f"train digits: {whole:.2f} s, its findings {100 * (time.perf_counter() - began) / whole:.1f}%")
    torch.set_num_threads(1)
    X, y = torch.randn(2000, 64), torch.randint(0, 10, (2000,))

    def loop(watch: gn.Watch | None) -> Iterator[float]:
        """Yield the seconds of each step."""
        torch.manual_seed(0)
        model = torch.nn.Sequential(torch.nn.Linear(64, 100), torch.nn.ReLU(), torch.nn.Linear(100, 10))
        optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
        for step in range(STEPS):
            began = time.perf_counter()
            rows = slice(32 * (step % 60), 32 * (step % 60) + 32)
            loss = torch.nn.functional.cross_entropy(model(X[rows]), y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            if watch is not None:
                watch(model.parameters(), loss=loss)
            yield time.perf_counter() - began

    shortest = np.full((2, STEPS), np.inf)  # of the plain loop, and of the watched one
    for repeat in range(REPEATS):
        loops = [loop(None), loop(gn.Watch())]
        order = [0, 1] if repeat % 2 else [1, 0]  # the second finds its rows in the cache
        times = np.array(list(zip(*(loops[one] for one in order), strict=True))).T
        shortest = np.minimum(shortest, times[order])
    plain, watched = shortest
    most = np.median(watched) / np.median(plain) - 1
    print(
        f"PyTorch 64-100-10, batch 32, {STEPS} steps: watching costs {100 * (watched.sum() / plain.sum() - 1):.1f}%, "
        f"{100 * most:.1f}% in steps that are not examined"
    )
    return 0


def main() -> int:
    command, *rest = sys.argv[1:] or [""]
    if command == "tables" and rest:
        return min(tables(Path(rest[0])), 1)
    if command not in COMMANDS:
        print(__doc__)
        return 2
    return min(COMMANDS[command](), 1)


COMMANDS: dict[str, Callable[[], int]] = {"confusion": confusion, "healthy": healthy, "cost": cost}

if __name__ == "__main__":
    sys.exit(main())
