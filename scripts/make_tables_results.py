"""Write the page of results on tables: python scripts/make_tables_results.py docs/data/tables-4000.jsonl --tables DIR

DIR is the folder with the tables, whose columns one section describes. The measurements are those that
`glassnet bench tables --out FILE` appends to a file. The page is docs/tables-results.md, with the plot
docs/tables-results.png.
"""

import argparse
import math
from collections.abc import Sequence
from pathlib import Path
from statistics import mean, stdev

import pandas as pd

from glassnet.bench.accuracy.contestants import CONTESTANTS
from glassnet.bench.accuracy.measure import Measurement, read_measurements
from glassnet.bench.accuracy.protocol import read_index
from glassnet.bench.accuracy.summary import Summary, rows_of, summarize
from glassnet.bench.plots import save_accuracy

PAGE = Path(__file__).parent.parent / "docs" / "tables-results.md"

GROUPS = {
    "Usual contestants": [name for name, one in CONTESTANTS.items() if not one.is_slow],
    "With slow contestants": [name for name in CONTESTANTS if name != "tabm"],
    "With TabM": list(CONTESTANTS),
}
"""Contestants of each summary. Each is of the tables and seeds that all of them were measured on."""

PLOTTED = "With slow contestants"

HEAD = """# Results, table by table

[Accuracy on tables](tables.md) explains the method and the comparison. This page was written by
`python scripts/make_tables_results.py` from the measurements in `docs/data`.
"""

FEW = """## Few rows

Tables with fewer than 1,000 rows: by how many percent glassnet's error is larger than that of another contestant, mean
of the seeds and its standard error.
"""

FEW_ROWS = 750
"""Training rows of a table with 1,000 rows."""

FEW_ROWS_AGAINST = ("linear", "catboost")

FEWER_VALUES, SHARE = 12, 0.4
"""A column with at most this many values has few; tables with more than this share of such columns are compared."""

KINDS = """## Kinds of tables

Rules on columns with few values, such as categories and counts, are easy for trees. The share of tables on which
glassnet has a smaller error than CatBoost, mean of the seeds:
"""

SEED = 0

ERRORS = """## Errors

Seed 0, as every contestant was measured with it: 1 − ROC AUC (binary), log loss (multiclass), or root mean squared
error (regression). The smallest error of a table is bold. The measurements contain the other seeds.
"""


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--tables", type=Path, required=True)
    options = parser.parse_args()
    found = [one for file in options.files for one in read_measurements(file)]
    known = {one.method for one in found}
    parts = [HEAD]
    shown: list[set[str]] = []
    for title, names in GROUPS.items():
        if known & set(names) in shown:
            continue
        shown.append(known & set(names))
        result = summarize(one for one in found if one.method in names)
        parts += [f"## {title}\n", summary(result), ""]
        if title == PLOTTED:
            save_accuracy(result, PAGE.with_suffix(".png"))
            parts += [f"![Improvability of each contestant against its seconds]({PAGE.stem}.png)", ""]
    parts += [FEW, few_rows(found), "", KINDS, kinds(found, options.tables), ""]
    parts += [ERRORS, errors(found, [name for name in CONTESTANTS if name in known])]
    PAGE.write_text("\n".join(parts) + "\n", encoding="utf-8")


def summary(result: Summary) -> str:
    """Return the summary of contestants as a Markdown table."""
    failures = "".join(f"\nFailed: {failure}." for failure in result.failures)
    return f"{result.pairs} pairs of a table and a seed.\n\n{markdown(rows_of(result))}\n{failures}"


def few_rows(found: Sequence[Measurement]) -> str:
    """Return how much larger glassnet's errors are than those of two others on small tables, as a Markdown table."""
    error_of = {one.key: one.error for one in found if one.error and (one.rows or 0) < FEW_ROWS}
    rows = [["table", "seeds", *(CONTESTANTS[other].title for other in FEW_ROWS_AGAINST)]]
    for table in dict.fromkeys(table for table, *_ in error_of):
        seeds = [seed for name, seed, method in error_of if (name, method) == (table, "glassnet")]
        cells = []
        for other in FEW_ROWS_AGAINST:
            pairs = [(error_of[table, seed, "glassnet"], error_of.get((table, seed, other))) for seed in seeds]
            percent = [100 * (own / theirs - 1) for own, theirs in pairs if theirs]
            spread = f" ± {stdev(percent) / math.sqrt(len(percent)):.1f}" if len(percent) > 1 else ""
            cells.append(f"{mean(percent):+.1f}{spread}" if percent else "")
        rows.append([table, str(len(seeds)), *cells])
    return markdown(rows)


def kinds(found: Sequence[Measurement], folder: Path) -> str:
    """Return how often glassnet is better than CatBoost, by kind of table, as a Markdown table."""
    error_of = {one.key: one.error for one in found if one.error is not None}
    better: dict[str, list[float]] = {}
    for entry in read_index(folder).values():
        ours = {seed: error for (name, seed, method), error in error_of.items()
                if (name, method) == (entry.name, "glassnet")}  # fmt: skip
        pairs = [(error, error_of.get((entry.name, seed, "catboost"))) for seed, error in ours.items()]
        won = [own < other for own, other in pairs if other is not None]
        if won:
            values = pd.read_csv(entry.file, low_memory=False).drop(columns=entry.target).nunique()
            few = float((values <= FEWER_VALUES).mean()) > SHARE
            kind = f"{'more' if few else 'less'} than {SHARE:.0%} of the columns have at most {FEWER_VALUES} values"
            better.setdefault(kind, []).append(mean(won))
            better.setdefault(entry.task, []).append(mean(won))
    rows = [["tables", "number", "glassnet better"]]
    return markdown(
        [*rows, *([kind, str(len(won)), f"{100 * mean(won):.0f}%"] for kind, won in sorted(better.items()))]
    )


def errors(found: Sequence[Measurement], methods: Sequence[str]) -> str:
    """Return the error of each contestant on each table with the first seed as a Markdown table."""
    error_of = {(one.table, one.method): one.error for one in found if one.seed == SEED}
    rows_of_table = {one.table: one.rows for one in found if one.seed == SEED and one.rows is not None}
    rows = [["table", "rows", *(CONTESTANTS[name].title for name in methods)]]
    for table, count in rows_of_table.items():
        own = [error_of.get((table, name)) for name in methods]
        least = min(error for error in own if error is not None)
        cells = ["" if error is None else f"**{error:.4g}**" if error == least else f"{error:.4g}" for error in own]
        rows.append([table, f"{count:,}", *cells])
    return markdown(rows)


def markdown(rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table: the first row is the header, and all columns but the first are aligned right."""
    head, *others = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([head, "|---" + "|--:" * (len(rows[0]) - 1) + "|", *others])


if __name__ == "__main__":
    main()
