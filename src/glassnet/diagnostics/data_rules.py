"""Rules about data: columns that give the target away, and columns that only number or name the rows."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from glassnet.common.text import printable
from glassnet.data.dataset import Dataset
from glassnet.diagnostics.columns import Sample, SampledColumn, samples
from glassnet.diagnostics.findings import Finding
from glassnet.diagnostics.linear import LinearFit, few_terms
from glassnet.diagnostics.one_column import count_errors, explained_variance, ranks
from glassnet.diagnostics.value_rules import codes_of_missing_values, outliers, spellings

FEWEST_ROWS, FEWEST_OTHERS = 20, 10
"""With fewer rows, or fewer outside the most frequent class, nothing is found: chance would do."""

LEAK_OF_CLASSES, LEAK_OF_NUMBERS = 0.97, 0.99
"""A column that alone explains this share of the errors of the most frequent class, or of the variance, is a leak."""

AT_THE_BORDER = 2
"""Errors that happen where two classes meet, one in each half of the rows, even if a threshold separates them."""

NEARLY = 0.9
"""A column that explains the ranks of the target explains at least this share of the variance, and the other way."""

MOST_CLASSES = 100
"""With more classes, leaks are not searched for."""

EXACT = 0.99999
"""R² of a target that is computed from columns."""

FEW_ROWS_PER_LEVEL, MANY_LEVELS = 3, 30
"""A column of at least MANY_LEVELS categories with fewer rows each than this is almost an identifier."""

OFTEN = 1.2
"""From this number of rows per value on, rows with the same value may belong together."""

DENSE = 4
"""Whole numbers that are all different number the rows if their range is at most this multiple of the rows."""

NAME_OF_IDENTIFIER = re.compile(r"(?:^|[_\W])(?:id|uuid|guid|key|index|rownames?|nr|no)$|[a-z](?-i:I[Dd])$", re.I)
"""Names of columns that number or name the rows."""


def diagnose_data(data: Dataset, target: str = "the target") -> tuple[Finding, ...]:
    """Return the findings about data: leaks of the target, and identifiers. Images have none.

    The rules see a sample of at most 5,000 rows.

    Parameters
    ----------
    data : Dataset
        The training set.
    target : str
        Name of the target in messages.

    Returns
    -------
    tuple of Finding
        The findings.

    Examples
    --------
    >>> X = np.random.default_rng(0).integers(0, 100, (200, 3))
    >>> rented = Dataset(X, (X[:, 0] + X[:, 2]).astype(float), feature_names=("casual", "temperature", "registered"))
    >>> print(diagnose_data(rented, "total")[0].message)
    total is computed from other columns: total = casual + registered (R² 1.00000).
    """
    found: dict[tuple[str, str], Finding] = {}
    with np.errstate(over="ignore", invalid="ignore"):  # what becomes inf or NaN is no finding
        for sample in samples(data, printable(target)):
            for rule in RULES if len(sample) >= FEWEST_ROWS else ():
                for finding in rule(sample):
                    found.setdefault((finding.rule, finding.subject), finding)
    return tuple(found.values())


def _leak_of_classes(sample: Sample) -> Iterator[Finding]:
    if not 2 <= sample.classes <= MOST_CLASSES:
        return
    baseline = float(np.bincount(sample.y).max()) / len(sample)
    others = (1 - baseline) * len(sample)
    for column in sample.columns if others >= FEWEST_OTHERS else ():
        errors = count_errors(sample, column)
        if errors <= max((1 - LEAK_OF_CLASSES) * others, min(AT_THE_BORDER, others / 10)):
            accuracy = 1 - errors / len(sample)
            yield _leak(
                sample,
                column,
                f"accuracy {100 * accuracy:.4g}%, baseline {100 * baseline:.4g}%",
                {"accuracy": accuracy, "baseline": baseline},
            )


def _leak_of_numbers(sample: Sample) -> Iterator[Finding]:
    if sample.classes:
        return
    y = sample.y.astype(np.float64)
    ranked = ranks(y)
    for column in sample.columns:
        of_ranks = explained_variance(sample, column, ranked)
        if of_ranks < NEARLY:
            continue
        own = explained_variance(sample, column, y)
        if of_ranks >= LEAK_OF_NUMBERS or own >= LEAK_OF_NUMBERS:
            best = max(own, of_ranks)
            of = "" if own == best else " of the ranks"
            yield _leak(sample, column, f"R²{of} {best:.4f}", {"r2": own, "r2_of_ranks": of_ranks})


def _leak(sample: Sample, column: SampledColumn, shown: str, numbers: dict[str, float]) -> Finding:
    name = printable(column.name)
    message = f"{name} alone predicts {sample.target} ({shown})."
    return Finding("leak", "warning", name, message, _known_in_time(sample, [column.name]), numbers)


def _computed_target(sample: Sample) -> Iterator[Finding]:
    if sample.classes:
        return
    fits = (few_terms(sample, EXACT, is_product) for is_product in (False, True))
    fit: LinearFit | None = next((fit for fit in fits if fit is not None and len(fit.columns) > 1), None)
    if fit is None:
        return
    names = [printable(name) for name in fit.columns]
    relation = f"{sample.target} = {printable(fit)}" if not fit.is_product else f"{sample.target} ∝ {printable(fit)}"
    yield Finding(
        "computed target",
        "warning",
        ", ".join(names),
        f"{sample.target} is computed from other columns: {relation} (R² {fit.r2:.5f}).",
        _known_in_time(sample, fit.columns),
        {"r2": fit.r2} | dict(zip(names, fit.coefficients, strict=True)),
    )


def _known_in_time(sample: Sample, columns: Sequence[str]) -> str:
    are, them = ("Is it", "it") if len(columns) == 1 else ("Are they", "them")
    return f"{are} known at prediction time? If not, leave {them} out{_drop(sample, columns)}."


def _drop(sample: Sample, columns: Sequence[str]) -> str:
    """Return the option that leaves columns out, after a colon; nothing where columns have no names."""
    if not sample.has_names:
        return ""
    return ": " + " ".join(f"--drop {printable(shlex.quote(name))}" for name in columns)


def _identifier(sample: Sample) -> Iterator[Finding]:
    for column in sample.columns:
        n, levels = len(sample), column.codes[1]
        per_value = sample.rows_per_value(column)
        is_named = not column.is_numeric or (_is_named_identifier(column) and levels < n)  # see _row_number
        if not is_named or levels < MANY_LEVELS or per_value >= FEW_ROWS_PER_LEVEL:
            continue
        name, drop = printable(column.name), _drop(sample, [column.name])
        few = f"{levels:,} different values in {n:,} rows"
        if levels > 0.9 * n:
            few = f"another value in {'every row' if levels == n else f'almost every row ({levels:,} of {n:,})'}"
        # The option leaves the column out, too.
        group = drop.replace("--drop", "--group")
        together = f"; or, if rows with the same value belong together, keep them in one set{group}" if group else ""
        yield Finding(
            "identifier",
            "warning",
            name,
            f"{name} has {few}, like an identifier.",
            f"It says little about new rows. Leave it out{drop}{together if per_value >= OFTEN else ''}.",
            {"levels": levels, "rows": n},
        )


def _is_named_identifier(column: SampledColumn) -> bool:
    """Return whether a column of whole numbers is called id, key, ...; an index, as of prices, is a measurement."""
    values, name = column.numbers, column.name.lower()
    is_name = bool(NAME_OF_IDENTIFIER.search(column.name)) and (name == "index" or not name.endswith("index"))
    return is_name and not column.is_date and not (values != np.floor(values)).any()


def _row_number(sample: Sample) -> Iterator[Finding]:
    for column in sample.columns:
        if not column.is_numeric or column.is_date or not (reason := _numbers_rows(sample, column)):
            continue
        name = printable(column.name)
        yield Finding(
            "row number",
            "warning",
            name,
            f"{name} numbers the rows: {reason}.",
            f"New rows have other numbers. Leave it out{_drop(sample, [column.name])}, unless it is a time.",
            {"rows": len(sample)},
        )


def _numbers_rows(sample: Sample, column: SampledColumn) -> str:
    """Return why the values of a numeric column number the rows, "" if they do not."""
    values, n = column.numbers, len(sample)
    low, high = values.min(), values.max()
    if column.codes[1] < n or not np.isfinite(low) or high - low < n - 1 or (values != np.floor(values)).any():
        return ""
    if column.rows is not None:
        steps = np.diff(values[np.argsort(column.rows)])
        if (steps > 0).all() or (steps < 0).all():
            return "whole numbers that increase with them" if steps[0] > 0 else "whole numbers that decrease with them"
    if high - low <= DENSE * sample.total:
        return "whole numbers, another one in every row"
    return "another whole number in every row" if NAME_OF_IDENTIFIER.search(column.name) else ""


RULES: tuple[Callable[[Sample], Iterator[Finding]], ...] = (
    _leak_of_classes,
    _leak_of_numbers,
    _computed_target,
    _identifier,
    _row_number,
    codes_of_missing_values,
    outliers,
    spellings,
)
