"""Write the page of results on tables: python scripts/make_tables_results.py docs/data/tables-4000.jsonl

The measurements are those that `glassnet bench tables --out FILE` appends to a file. The page is
docs/tables-results.md, with the plot docs/tables-results.png.
"""

import math
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import mean, stdev

from glassnet.bench.accuracy.contestants import CONTESTANTS
from glassnet.bench.accuracy.measure import Measurement, read_measurements
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

SEED = 0

ERRORS = """## Errors

Seed 0, as every contestant was measured with it: 1 − ROC AUC (binary), log loss (multiclass), or root mean squared
error (regression). The smallest error of a table is bold. The measurements contain the other seeds.
"""


def main() -> None:
    """Write the page."""
    found = [one for file in map(Path, sys.argv[1:]) for one in read_measurements(file)]
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
    parts += [FEW, few_rows(found), ""]
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
            spread = stdev(percent) / math.sqrt(len(percent)) if len(percent) > 1 else math.nan
            cells.append(f"{mean(percent):+.1f} ± {spread:.1f}" if percent else "")
        rows.append([table, str(len(seeds)), *cells])
    return markdown(rows)


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
