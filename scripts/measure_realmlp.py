"""Measure `--quality realmlp`, one network by the recipe of RealMLP-TD, on the tables of a folder (see docs/tables.md).

    python scripts/measure_realmlp.py compare DIR     its errors and seconds, and those of pytabkit's RealMLP_TD
    python scripts/measure_realmlp.py ablation DIR    by how much its error grows without each of its parts

Both use every fourth table of DIR/tables.csv (--every). `compare` needs pytabkit and torch, or their results in a file
(--results). Results are appended to --out one by one, and are not repeated. For seconds, nothing else should run.
"""

import argparse
import dataclasses
import json
import math
import statistics
import warnings
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any
from unittest import mock

from glassnet.bench.accuracy.measure import Measurement, Plan, measure_tables, read_measurements
from glassnet.bench.accuracy.protocol import TableEntry, error_of, load_split, read_index
from glassnet.bench.accuracy.single_network import realmlp
from glassnet.network.columnwise import ParametricActivation, Scale
from glassnet.network.layer import Layer
from glassnet.network.layers import Activation, Dense
from glassnet.network.network import Network
from glassnet.tabular import member
from glassnet.tabular.problem import Problem
from glassnet.tabular.qualities import QUALITIES, REALMLP
from glassnet.tabular.settings import Setting
from glassnet.training.options import TrainingOptions

OURS, PEER = "glassnet-realmlp", "realmlp"
RECIPE = "the recipe"


class WithoutScale(Setting):
    """No learned factor per column."""

    def layers(self, problem: Problem) -> list[Layer]:
        return [layer for layer in super().layers(problem) if not isinstance(layer, Scale)]


class PlainActivation(Setting):
    """The activation itself, not a learned mix of it and the identity."""

    def layers(self, problem: Problem) -> list[Layer]:
        return [
            Activation(layer.activation) if isinstance(layer, ParametricActivation) else layer
            for layer in super().layers(problem)
        ]


class FixedInit(Setting):
    """Initial weights of the spread 1 / √inputs, and biases of 0."""

    def layers(self, problem: Problem) -> list[Layer]:
        return [
            dataclasses.replace(layer, init="lecun_normal") if isinstance(layer, Dense) else layer
            for layer in super().layers(problem)
        ]


def with_options(change: Callable[[TrainingOptions], dict[str, Any]]) -> type[Setting]:
    """Return a class of settings with other training options."""

    class Changed(Setting):
        def options(self, problem: Problem, network: Network, rows: int) -> TrainingOptions:
            options = super().options(problem, network, rows)
            return dataclasses.replace(options, **change(options))

    return Changed


def variant(kind: type[Setting] = Setting, **changes: Any) -> Setting:
    """Return the setting of RealMLP-TD with changes."""
    return kind(**(dataclasses.asdict(REALMLP) | changes))


VARIANTS: dict[str, Setting] = {
    RECIPE: REALMLP,
    "no numeric embedding": variant(numeric="none"),
    "β₂ 0.999": variant(with_options(lambda options: {"optimizer": {**options.optimizer, "beta2": 0.999}})),
    "plain cosine": variant(with_options(lambda options: {"schedule": "cosine"})),
    "no label smoothing": variant(label_smoothing=0.0),
    "no scale": variant(WithoutScale),
    "plain activation": variant(PlainActivation),
    "constant dropout": variant(with_options(lambda options: {"dropout_schedule": "constant"})),
    "constant weight decay": variant(with_options(lambda options: {"weight_decay_schedule": "constant"})),
    "no weight decay": variant(weight_decay=0.0),
    "no data-dependent initial values": variant(FixedInit),
    "standardization": variant(scaling="standardize"),
}


def read_lines(file: Path) -> list[dict[str, Any]]:
    """Return the results in a file of JSON lines, none if it does not exist."""
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.is_file() else []


def measure_variant(name: str, entry: TableEntry, seed: int, rows: int) -> float:
    """Return the error of a variant on the test rows of a table."""
    split = load_split(entry, seed, rows)
    quality = dataclasses.replace(QUALITIES["realmlp"], settings=(VARIANTS[name],))
    initialize = (lambda *_: None) if isinstance(VARIANTS[name], FixedInit) else member.initialize_from_data
    with (
        mock.patch.dict(QUALITIES, {"realmlp": quality}),
        mock.patch.object(member, "initialize_from_data", initialize),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        return error_of(split, *realmlp(split, seed))


def ablation(entries: Sequence[TableEntry], seeds: Sequence[int], rows: int, out: Path) -> None:
    """Measure every variant on every table, and print by how many percent the error grows."""
    known = {(one["variant"], one["table"], one["seed"]): one["error"] for one in read_lines(out)}
    for name in VARIANTS:
        for seed in seeds:
            for entry in entries:
                if (name, entry.name, seed) not in known and not is_same(name, entry):
                    error = measure_variant(name, entry, seed, rows)
                    known[name, entry.name, seed] = error
                    line = {"variant": name, "table": entry.name, "seed": seed, "error": error}
                    with out.open("a", encoding="utf-8") as lines:
                        lines.write(json.dumps(line) + "\n")
    print("| | classification | regression |\n|---|---|---|")
    for name in list(VARIANTS)[1:]:
        cells = []
        for is_regression in (False, True):
            own = [one for one in entries if (one.task == "regression") == is_regression and not is_same(name, one)]
            pairs = [(known[name, one.name, seed], known[RECIPE, one.name, seed]) for one in own for seed in seeds]
            cells.append(percent([error / usual for error, usual in pairs]))
        print(f"| {name} | {' | '.join(cells)} |")


def is_same(name: str, entry: TableEntry) -> bool:
    """Return whether a variant does not differ from the recipe on a table."""
    return name == "no label smoothing" and entry.task == "regression"


def percent(ratios: Sequence[float]) -> str:
    """Return by how many percent the errors grow, the geometric mean and its standard error, from their ratios."""
    if not ratios:
        return ""
    logs = [math.log(ratio) for ratio in ratios]
    mean = f"{100 * math.expm1(statistics.mean(logs)):+.1f}"
    return f"{mean} ± {100 * statistics.stdev(logs) / math.sqrt(len(logs)):.1f}" if len(logs) > 1 else mean


def compare(plan: Plan, known: Iterable[Measurement], out: Path) -> None:
    """Measure what is not known, and print the ratios of errors and seconds of each table, and their means."""
    known = list(known)
    by_key = {one.key: one for one in [*known, *measure_tables(plan, known, out, lambda text: None)]}
    task_of = {entry.name: entry.task for entry in plan.entries}
    ratios: dict[str, list[float]] = {}
    speeds = []
    heads = f"{'glassnet':>10} {'pytabkit':>10} {'ratio':>6} {'seconds':>8} {'':>8} {'ratio':>6}"
    print(f"{'table':24} {'task':11} {heads}")
    for table, task in task_of.items():
        for seed in plan.seeds:
            ours, peer = by_key[table, seed, OURS], by_key[table, seed, PEER]
            if ours.error is None or not peer.error or ours.seconds is None or peer.seconds is None:
                print(f"{table:24} {ours.failed or peer.failed}")
                continue
            ratios.setdefault(task, []).append(ours.error / peer.error)
            speeds.append(peer.seconds / ours.seconds)
            errors = f"{ours.error:10.4g} {peer.error:10.4g} {ours.error / peer.error:6.3f}"
            print(f"{table:24} {task:11} {errors} {ours.seconds:8.2f} {peer.seconds:8.2f} {speeds[-1]:6.1f}")
    everything = [ratio for own in ratios.values() for ratio in own]
    for task, own in [*ratios.items(), ("all", everything)]:
        print(f"{task}: error of glassnet against pytabkit's {percent(own)} %, {len(own)} tables")
    print(f"pytabkit takes {statistics.median(speeds):.1f} times as long (median)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=("compare", "ablation"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--every", type=int, default=4, help="use one of this many tables of the index")
    parser.add_argument("--seeds", default="0")
    parser.add_argument("--rows", type=int, default=4000)
    parser.add_argument("--results", type=Path, help="measurements of another run or machine")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    entries = list(read_index(given.folder).values())[:: given.every]
    seeds = [int(seed) for seed in given.seeds.split(",")]
    if given.command == "ablation":
        ablation(entries, seeds, given.rows, given.out or Path("realmlp-ablation.jsonl"))
        return
    out = given.out or Path("realmlp.jsonl")
    known = [one for file in (given.results, out) if file and file.is_file() for one in read_measurements(file)]
    compare(Plan(given.folder, entries, seeds, given.rows, (OURS, PEER)), known, out)


if __name__ == "__main__":
    main()
