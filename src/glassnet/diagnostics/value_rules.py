"""Rules about the values of a column: codes for missing values, and categories that are spelled in two ways."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from glassnet.common.arrays import Array, IntArray
from glassnet.common.numbers import percent
from glassnet.common.text import printable
from glassnet.diagnostics.columns import Sample, SampledColumn
from glassnet.diagnostics.findings import Finding

NEGATIVE, POSITIVE = re.compile(r"-(?:[1-9]|([789])\1+)"), re.compile(r"([89])\1+")
"""Numbers that stand for a missing value: -1, -9, -99, -999, ..., 99, 888, 9999, ..."""

WORD = re.compile(r"[^\W\d_]+")

MOST_CODES = 3
"""Number of negative values, all of them codes, of a column that is positive otherwise."""

FEWEST_VALUES, FEWEST_ROWS, SMALLEST_SHARE = 5, 3, 0.002
"""Other values of a column, and rows and share of the rows of a code, from which on it is a finding."""

FEWEST_BESIDE_ZERO, MOST_ZEROS = 10, 0.5
"""The same of 0, which is a category beside fewer values, and a number like others in more of the rows."""

FAR, FARTHER, SPIKE = 0.2, 2, 2
"""A code is far from the other values: by this share of their range, and this multiple of the largest gap between them.
A negative code may also be near, if it has this multiple of the rows of the values next to it."""

NEXT = 3
"""Number of values next to a code that it is compared with."""

RARE = 0.2
"""A single letter with less than this share of the rows of the same letter in the other case is a slip."""

MOST_OUTLIERS, SQUASHED, FEWEST_ROWS_BESIDE, FEWEST_VALUES_BESIDE = 3, 10, 50, 10
"""Outliers: at most this many rows, which multiply the standard deviation of their column by at least this factor. At
least this many other rows, with this many distinct values."""

LARGE = 10
"""Codes from this size on are hardly measurements."""


def codes_of_missing_values(sample: Sample) -> Iterator[Finding]:
    """Yield a finding for each numeric column with a number such as -999 that stands for a missing value."""
    for column in sample.columns:
        if not column.is_numeric or column.is_date:
            continue
        values, counts = np.unique(column.numbers[np.isfinite(column.numbers)], return_counts=True)
        codes = _codes(values, counts, len(sample))
        if not len(codes):
            continue
        is_code = np.isin(values, codes)
        rows, others = int(counts[is_code].sum()), values[~is_code]
        shown = " or ".join(f"{code:.0f}" for code in codes)
        yield Finding(
            "code for missing values",
            "warning" if np.abs(codes).max() >= LARGE else "info",
            printable(column.name),
            f"{printable(column.name)} is {shown} in {percent(rows / len(sample), len(sample))} of the rows; the other "
            f"values lie between {others.min():.5g} and {others.max():.5g}.",
            _as_missing(sample, column, codes),
            {"rows": rows, "value": float(codes[0])},
        )


def _codes(values: Array, counts: IntArray, n: int) -> Array:
    """Return the values that stand for missing ones, increasing. values, counts: (levels,), of n rows."""
    fewest = max(FEWEST_ROWS, SMALLEST_SHARE * n)
    negative = values < 0
    for is_code in (negative, values == values.min(initial=0), values == values.max(initial=0), values == 0):
        codes, others = values[is_code], values[~is_code]
        rows = counts[is_code].sum()
        if not 1 <= len(codes) <= MOST_CODES or len(others) < FEWEST_VALUES or rows < fewest:
            continue
        if not codes[0] and (len(others) < FEWEST_BESIDE_ZERO or rows > MOST_ZEROS * n):
            continue
        pattern = NEGATIVE if codes[0] < 0 else POSITIVE
        if codes[0] and not all(pattern.fullmatch(f"{code:.17g}") for code in codes):
            continue
        is_below = codes[-1] < others[0]
        gap = others[0] - codes[-1] if is_below else codes[0] - others[-1]
        span = others[-1] - others[0]
        is_far = gap >= FAR * span and gap >= FARTHER * np.diff(others).max()
        is_spike = others[0] >= 0 > codes[0] and counts[is_code].min() >= SPIKE * counts[~is_code][:NEXT].max()
        if (is_below or codes[0] > 0) and (is_far or is_spike):
            return codes
    return values[:0]


def _as_missing(sample: Sample, column: SampledColumn, codes: Array) -> str:
    """Return the advice: the option that reads the codes as missing, unless another column has them as numbers."""
    them, condition = ("it", "it stands") if len(codes) == 1 else ("them", "they stand")
    condition = f"If {condition} for missing values,"
    if not sample.has_names:
        return f"{condition} replace {them} by NaN, and fill the gaps: gn.TableEncoder does."
    others = (one for one in sample.columns if one is not column and one.is_numeric and not one.is_date)
    if any(np.isin(one.numbers, codes).any() for one in others):
        return f"{condition} empty these cells in the file: --na-value is for all columns, and others have {them}, too."
    return f"{condition} read {them} so: {' '.join(f'--na-value {code:.0f}' for code in codes)}."


def outliers(sample: Sample) -> Iterator[Finding]:
    """Yield a finding for each numeric column whose spread is that of one, two, or three rows."""
    for column in sample.columns:
        if not column.is_numeric or column.is_date:
            continue
        rows = np.flatnonzero(np.isfinite(column.numbers))
        values = column.numbers[rows]
        if len(values) < FEWEST_ROWS_BESIDE + MOST_OUTLIERS:
            continue
        order = np.argsort(-np.abs(values - np.median(values)), kind="stable")
        for k in range(1, MOST_OUTLIERS + 1):
            others, spread = values[order[k:]], float(values[order[k:]].std())
            if spread * SQUASHED <= values.std() and len(np.unique(others)) >= FEWEST_VALUES_BESIDE:
                yield _outlier(column, rows[order[:k]], others)
                break


def _outlier(column: SampledColumn, rows: IntArray, others: Array) -> Finding:
    """rows: positions of the outliers in the sample, the farthest first. others: all other values."""
    value, name = float(column.numbers[rows[0]]), printable(column.name)
    where = "one row" if len(rows) == 1 else f"one of {len(rows)} rows"
    if column.rows is not None:
        where = f"row {int(column.rows[rows[0]]) + 1}"
    return Finding(
        "outlier in a column",
        "warning",
        name,
        f"{name} is {value:.6g} in {where}; the other values lie between {others.min():.5g} and {others.max():.5g}.",
        "Scaled by the standard deviation, all others are about equal. If it is an error, correct it, or empty the "
        "cell.",
        {"value": value, "spread": float(others.std())},
    )


def spellings(sample: Sample) -> Iterator[Finding]:
    """Yield a finding for each column of text with categories that differ in case or spaces only."""
    for column in sample.columns:
        if column.is_numeric or sample.rows_per_value(column) < 2:
            continue
        texts, counts = np.unique([str(value) for value in column.values if value is not None], return_counts=True)
        name = printable(column.name)
        if alike := spelled_alike(dict(zip(texts.tolist(), counts.tolist(), strict=True))):
            yield Finding(
                "spelling of categories",
                "warning",
                name,
                f"{name} has categories that differ in case or spaces only: {alike}.",
                f"Each spelling is a category of its own. Write them alike in the file; in pandas, by "
                f"table[{name!r}].str.strip().str.lower().",
            )


def spelled_alike(counts: Mapping[str, int]) -> str:
    """Return which names are equal but for case and spaces, with their numbers of rows; "" if none are.

    Capitals inside words are meant, such as those of the vowels "hid" and "hId".

    >>> spelled_alike({"Yes": 20, "yes": 3, "no": 5})
    "'Yes' (20 rows) and 'yes' (3 rows)"
    """
    groups: dict[str, list[str]] = {}
    for name in counts:
        if all(word in (word.lower(), word.upper(), word.capitalize()) for word in WORD.findall(name)):
            groups.setdefault("".join(unicodedata.normalize("NFKC", name).casefold().split()), []).append(name)
    alike = sorted(
        (own for own in groups.values() if _are_spellings(own, counts)),
        key=lambda own: -sum(counts[one] for one in own),
    )
    if not alike:
        return ""
    first = sorted(alike[0], key=lambda name: -counts[name])
    more = f"; and {len(alike) - 1} more" if len(alike) > 1 else ""
    return _joined(f"{printable(name)!r} ({counts[name]:,} row{'s' * (counts[name] != 1)})" for name in first) + more


def _are_spellings(names: list[str], counts: Mapping[str, int]) -> bool:
    """Return whether names that are alike may mean the same: single letters are codes, unless one of them is rare."""
    rows = [counts[name] for name in names]
    return len(names) > 1 and (len(names[0]) > 1 or min(rows) < RARE * max(rows))


def _joined(parts: Iterable[str]) -> str:
    *first, last = parts
    return f"{', '.join(first)} and {last}"
