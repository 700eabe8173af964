"""Measure what each part of `--quality good` contributes, on tables of a folder: python scripts/ablate_tables.py DIR

A variant is measured on every third table of DIR/tables.csv (--every). Results are appended to --out one by one, and
are not repeated. A Markdown table is printed: by how many percent the error grows, and on how many tables it does.
"""

import argparse
import dataclasses
import json
import statistics
import warnings
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from unittest import mock

import numpy as np
from measure_realmlp import percent, read_lines

from glassnet.bench.accuracy.protocol import TableEntry, error_of, load_split, read_index
from glassnet.bench.accuracy.single_network import by_estimator
from glassnet.tabular import portfolio
from glassnet.tabular.qualities import GOOD, QUALITIES, Quality

WHOLE = "quality good"
USUAL = QUALITIES["good"]


def changed(**changes: object) -> Quality:
    """Return the quality good with changes of every setting."""
    settings = tuple(dataclasses.replace(one, **changes) for one in GOOD)  # type: ignore[arg-type]
    return dataclasses.replace(USUAL, settings=settings)


def only(*numbers: int) -> Quality:
    """Return the quality good with some of its settings."""
    return dataclasses.replace(USUAL, settings=tuple(GOOD[number] for number in numbers))


QUALITY_OF: dict[str, Quality] = {
    WHOLE: USUAL,
    "only piecewise linear embedding": only(0),
    "only quantile scaling": only(1),
    "only periodic embedding": only(2),
    "only periodic embedding, high frequencies": only(3),
    "without piecewise linear embedding": only(1, 2, 3),
    "without quantile scaling": only(0, 2, 3),
    "without high frequencies": only(0, 1, 2),
    "8 folds": dataclasses.replace(USUAL, folds=8),
    "3 folds": dataclasses.replace(USUAL, folds=3),
    "no target encoding": dataclasses.replace(USUAL, target_encoding=False),
    "no dropout": changed(dropout=0.0),
    "no weight decay": changed(weight_decay=0.0),
    "bins at quantiles": changed(bins="quantiles"),
    "half of the epochs": changed(epochs=48),
    "twice the epochs": changed(epochs=192),
}

PATCHES: dict[str, tuple[str, object]] = {
    "equal weights": ("select_weights", lambda outputs, score: np.full(len(outputs), 1 / len(outputs))),
    "no temperature": ("best_temperature", lambda output, y, weights: 1.0),
}
"""Variants that replace a function of `glassnet.tabular.portfolio`."""

OTHER_SEED = "another seed"
VARIANTS = (*QUALITY_OF, *PATCHES, OTHER_SEED)


def measure(name: str, entry: TableEntry, rows: int) -> float:
    """Return the error of a variant on the test rows of a table."""
    split = load_split(entry, 0, rows)
    with change_of(name), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return error_of(split, *by_estimator(split, int(name == OTHER_SEED), "good"))


def change_of(name: str) -> AbstractContextManager[object]:
    """Return the context in which the quality good is a variant."""
    if name in PATCHES:
        return mock.patch.object(portfolio, *PATCHES[name])
    return mock.patch.dict(QUALITIES, {"good": QUALITY_OF.get(name, USUAL)})


def main() -> None:
    """Measure what is missing, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--every", type=int, default=3)
    parser.add_argument("--rows", type=int, default=4000)
    parser.add_argument("--out", type=Path, default=Path("ablation.jsonl"))
    options = parser.parse_args()
    entries = list(read_index(options.folder).values())[:: options.every]
    known = {(one["variant"], one["table"]): one["error"] for one in read_lines(options.out)}
    for name in VARIANTS:
        for entry in entries:
            if (name, entry.name) not in known:
                known[name, entry.name] = error = measure(name, entry, options.rows)
                with options.out.open("a", encoding="utf-8") as lines:
                    lines.write(json.dumps({"variant": name, "table": entry.name, "error": error}) + "\n")
    print(markdown(known, entries))


def markdown(known: dict[tuple[str, str], float], entries: Sequence[TableEntry]) -> str:
    """Return how much larger the errors of each variant are than those of the quality good."""
    lines = ["| | binary | multiclass | regression | worse on |", "|---|--:|--:|--:|--:|"]
    for name in VARIANTS[1:]:
        ratios = {one.name: known[name, one.name] / known[WHOLE, one.name] for one in entries}
        cells = [percent([ratios[one.name] for one in entries if one.task == task])
                 for task in ("binary", "multiclass", "regression")]  # fmt: skip
        worse = statistics.mean((ratio > 1) + 0.5 * (ratio == 1) for ratio in ratios.values())
        lines.append(f"| {name} | {' | '.join(cells)} | {100 * worse:.0f}% |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
