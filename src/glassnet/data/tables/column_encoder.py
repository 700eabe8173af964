"""Encoding of one column of a table: which numbers it becomes, fitted on the training set."""

from __future__ import annotations

import dataclasses
import reprlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from glassnet.common import checks
from glassnet.common.arrays import AnyArray, Array
from glassnet.common.specs import closest, unknown
from glassnet.data.tables.columns import MISSING, is_number, level_in, levels_in, row_number
from glassnet.data.tables.dates import PARTS, SECONDS_PER_DAY, days_of, encode_dates, varying_parts, width_of
from glassnet.data.tables.unseen import Unseen, UnseenError

MAX_ONE_HOT_LEVELS = 12
"""By default, categorical columns with more levels are embedded; the others are one-hot encoded."""

MAX_SECONDS = 2.0**53
"""Dates in a model file are at most this many seconds before or after 1970."""


@dataclass(frozen=True)
class CategoryEncoding:
    """Options of the encoding of categories.

    max_one_hot: columns with more levels are embedded. signed_binary: a column with two levels becomes one column of −1
    and 1 in place of two one-hot columns. zero_missing: missing values are no level of their own, but 0 in all columns,
    or the last code. embedding_units: length of the vectors of embedded columns, by default half the number of levels,
    at most 50.
    """

    max_one_hot: int = MAX_ONE_HOT_LEVELS
    signed_binary: bool = False
    zero_missing: bool = False
    embedding_units: int | None = None

    def __post_init__(self) -> None:
        checks.whole_number("max_one_hot", self.max_one_hot, at_least=0)
        for name in ("signed_binary", "zero_missing"):
            if not isinstance(getattr(self, name), bool):
                raise TypeError(f"{name} must be true or false, got {getattr(self, name)!r}")
        if self.embedding_units is not None:
            checks.whole_number("embedding_units", self.embedding_units, at_least=1)

    def to_spec(self) -> dict[str, Any]:
        """Return the options that differ from the default."""
        defaults = dataclasses.asdict(CategoryEncoding())
        return {name: value for name, value in dataclasses.asdict(self).items() if value != defaults[name]}


def category_encoding(options: Any) -> CategoryEncoding:
    """Return the encoding with these options, {} for the default one; raise for unknown or invalid ones."""
    known = [field.name for field in dataclasses.fields(CategoryEncoding)]
    if not isinstance(options, Mapping):
        raise TypeError(f"options of categories must be a table, got {options!r}")
    for name in options:
        if name not in known:
            raise unknown("option of categories:", name, known)
    return CategoryEncoding(**options)


@dataclass(frozen=True)
class ColumnEncoder:
    """Encoding of one column.

    Attributes
    ----------
    name : str or None
        Name of the column, None if columns have no names.
    levels : tuple or None
        Levels of a categorical column, None for numbers and dates.
    fill : float
        Replacement of missing numbers; for dates, in seconds since 1970.
    has_missing : bool
        Whether the training table had missing values in this column.
    has_other : bool
        Whether levels that training did not have are encoded as "other": 0 in all one-hot columns, or the last code.
    fills_missing : bool
        Whether missing values are predicted in a column where training had none.
    is_constant : bool
        Whether the column had a single value in training; it is left out.
    date_parts : tuple of str
        Parts of a date that become numbers; () for other columns.
    first_day : float
        The earliest date of training, in days since 1970.
    encoding : CategoryEncoding
        Options of a categorical column.
    """

    name: str | None
    levels: tuple[Any, ...] | None = None
    fill: float = 0.0
    has_missing: bool = False
    has_other: bool = False
    fills_missing: bool = False
    is_constant: bool = False
    date_parts: tuple[str, ...] = ()
    first_day: float = 0.0
    encoding: CategoryEncoding = CategoryEncoding()

    @cached_property
    def is_signed(self) -> bool:
        """Whether the column has two levels that become −1 and 1."""
        levels = self.levels or ()
        return self.encoding.signed_binary and len(levels) == 2 and MISSING not in levels

    @cached_property
    def is_embedded(self) -> bool:
        """Whether the column has too many levels for one-hot encoding."""
        too_many = self.levels is not None and len(self.levels) > self.encoding.max_one_hot
        return too_many and not self.is_signed and not self.is_constant

    @property
    def codes(self) -> int:
        """Number of codes of a categorical column: its levels, and one for all others or for missing values."""
        return len(self.levels or ()) + (self.has_other or (self.encoding.zero_missing and self.has_missing))

    @cached_property
    def numbers(self) -> int:
        """Number of numeric columns it becomes, which are scaled."""
        if self.levels is not None or self.is_constant:
            return 0
        return width_of(self.date_parts) if self.date_parts else 1

    @property
    def has_indicator(self) -> bool:
        """Whether an indicator column marks missing values."""
        return self.levels is None and self.has_missing

    @cached_property
    def one_hot(self) -> int:
        """Number of one-hot columns it becomes, or 1 for a column of −1 and 1."""
        if self.levels is None or self.is_embedded or self.is_constant:
            return 0
        return 1 if self.is_signed else len(self.levels)

    @cached_property
    def width(self) -> int:
        """Number of encoded columns."""
        return self.numbers + self.has_indicator + self.one_hot + self.is_embedded

    @property
    def format(self) -> int:
        """The first version of the model file's format that can store the encoding."""
        if self.encoding != CategoryEncoding():
            return 5
        return 4 if self.has_other or self.fills_missing or self.is_constant or self.date_parts else 2

    def encode_numbers(self, values: AnyArray, missing: AnyArray) -> AnyArray:
        """Return numbers, (n,), with the median in place of missing ones."""
        return np.where(missing, values.dtype.type(self.fill), values) if missing.any() else values

    def encode_dates(self, dates: AnyArray, missing: AnyArray) -> Array:
        """Return dates in seconds, (n,), as numbers, (n, numbers); missing ones as the median date."""
        median = np.datetime64(round(self.fill), "s")
        return encode_dates(np.where(missing, median, dates), self.date_parts, self.first_day)

    def codes_of(
        self, table: Any, label: str, values: AnyArray, missing: AnyArray, raises: bool, unseen: Unseen
    ) -> AnyArray:
        """Return the code of each row's level, (n,). raises: whether an unseen level raises UnseenError."""
        levels = self.levels or ()
        number = {level: i for i, level in enumerate(levels)}
        codes = np.empty(len(values), np.int64)
        for row, (value, is_missing) in enumerate(zip(values.tolist(), missing.tolist(), strict=True)):
            level = MISSING if is_missing else level_in(table, label, value, row)
            code = number.get(level)
            if code is None and level is MISSING and self.has_missing:
                code = len(levels)
            elif code is None:
                if level is not MISSING and (raises or not self.has_other):
                    raise self._unseen(label, level, row_number(table, row))
                unseen.add(label, level, row, row_number(table, row))
                code = len(levels)
            codes[row] = code
        return codes

    def encode_levels(self, codes: AnyArray) -> AnyArray:
        """Return codes, (n,), as they are for an embedding, else as numbers, (n, one_hot)."""
        if self.is_embedded:
            return codes
        if self.is_signed:
            return np.array([-1, 1, 0])[codes][:, None]
        return codes[:, None] == np.arange(self.one_hot)

    def _unseen(self, label: str, level: Any, row: int) -> UnseenError:
        near, far = closest(level, [str(level) for level in self.levels or () if level is not MISSING])
        known = near + far
        shown = ", ".join(known[:MAX_ONE_HOT_LEVELS]) + (", …" if len(known) > MAX_ONE_HOT_LEVELS else "")
        return UnseenError(
            f"{label} contains {reprlib.repr(level)} in row {row}, which did not occur in training; known: {shown}"
        )

    def to_spec(self) -> dict[str, Any]:
        """Return the encoding as plain data; entries that earlier versions do not know are left out if empty."""
        spec: dict[str, Any] = {
            "name": self.name,
            "levels": None if self.levels is None else list(self.levels),
            "fill": self.fill,
            "has_gaps": self.has_missing,
        }
        later = {
            "other": self.has_other,
            "fills_missing": self.fills_missing,
            "constant": self.is_constant,
            "date_parts": list(self.date_parts),
            "first_day": self.first_day,
            "encoding": self.encoding.to_spec(),
        }
        return spec | {key: value for key, value in later.items() if value}


def fit_numbers(name: str | None, values: AnyArray, missing: AnyArray, fills_missing: bool) -> ColumnEncoder:
    """Return the encoding of a column of numbers, (n,)."""
    present, has_missing = values[~missing], bool(missing.any())
    if not len(present):
        return ColumnEncoder(name, fills_missing=True, is_constant=True)
    is_constant = bool((present == present[0]).all())
    fills_missing = fills_missing and not has_missing
    return ColumnEncoder(name, None, _median(present), has_missing, False, fills_missing, is_constant)


def fit_dates(name: str | None, dates: AnyArray, missing: AnyArray, fills_missing: bool) -> ColumnEncoder:
    """Return the encoding of a column of dates in seconds, (n,)."""
    present, has_missing = np.sort(dates[~missing]), bool(missing.any())
    if not len(present):
        return ColumnEncoder(name, fills_missing=True, is_constant=True)
    parts, fill = varying_parts(present), float(present[len(present) // 2].astype(np.int64))
    first, fills_missing = float(days_of(present[:1])[0]), fills_missing and not has_missing
    return ColumnEncoder(name, None, fill, has_missing, False, fills_missing, not parts, parts, first)


def fit_levels(
    table: Any,
    label: str,
    name: str | None,
    values: AnyArray,
    missing: AnyArray,
    has_other: bool,
    fills_missing: bool,
    encoding: CategoryEncoding = CategoryEncoding(),
) -> ColumnEncoder:
    """Return the encoding of a column of categories, (n,). has_other: whether unseen levels are predicted."""
    has_missing, known = bool(missing.any()), tuple(levels_in(table, label, values, missing))
    if not known:
        return ColumnEncoder(name, (MISSING,), 0.0, has_missing, is_constant=True)
    levels = (*known, *[MISSING] * (has_missing and not encoding.zero_missing))
    is_constant = len(known) + has_missing == 1
    found = ColumnEncoder(name, levels, 0.0, has_missing, is_constant=is_constant, encoding=encoding)
    if not has_other or found.is_constant:
        return found
    return dataclasses.replace(found, has_other=True, fills_missing=fills_missing and not has_missing)


def check_finite(table: Any, label: str, values: AnyArray) -> None:
    """Raise ValueError if a column of numbers, (n,), contains an infinite one."""
    if np.isinf(values).any():
        row = int(np.isinf(values).argmax())
        raise ValueError(
            f"{label} contains {values[row]} in row {row_number(table, row)}; remove or replace infinite values"
        )


def numbers_or_dates(table: Any, column: ColumnEncoder, label: str, values: AnyArray, missing: AnyArray) -> AnyArray:
    """Return a column, (n,), as numbers or dates, which it contained in training; raise if it contains anything else.

    Without any value, its dtype does not matter.
    """
    if values.dtype.kind == ("M" if column.date_parts else "f"):
        if not column.date_parts:
            check_finite(table, label, values)
        return values
    if missing.all():
        return np.full(len(values), np.datetime64("NaT", "s") if column.date_parts else np.nan)
    if column.date_parts:
        row, what = int((~missing).argmax()), "contained dates"
    else:
        row = next(row for row, value in enumerate(values) if not missing[row] and not is_number(value))
        what = "was numeric"
    where = f"in row {row_number(table, row)}"
    raise UnseenError(f"{label} contains {reprlib.repr(values[row])} {where}, but {what} in training")


def _median(values: AnyArray) -> float:
    """Return the median, (n,), also where the sum of the two numbers in the middle overflows."""
    with np.errstate(over="ignore"):
        median = float(np.median(values))
    if np.isfinite(median):
        return median
    low, high = np.sort(values)[[(len(values) - 1) // 2, len(values) // 2]].astype(np.float64)
    return float(low / 2 + high / 2)


def column_from_spec(label: str, spec: Mapping[str, Any]) -> ColumnEncoder:
    """Return the column encoder in a model file; every entry is validated."""
    name, has_missing = spec.get("name"), spec.get("has_gaps")
    if not (name is None or isinstance(name, str)) or not isinstance(has_missing, bool):
        raise ValueError(f"{label} must have a name and has_gaps, true or false")
    fill = checks.number(f"fill of {label}", spec.get("fill"))
    has_other, fills_missing, is_constant = (spec.get(key, False) for key in ("other", "fills_missing", "constant"))
    if not all(isinstance(flag, bool) for flag in (has_other, fills_missing, is_constant)):
        raise ValueError(f"other, fills_missing, and constant of {label} must be true or false")
    parts = spec.get("date_parts", [])
    if not isinstance(parts, list) or not all(isinstance(part, str) and part in PARTS for part in parts):
        raise ValueError(f"date_parts of {label} must be among {', '.join(PARTS)}, got {reprlib.repr(parts)}")
    first_day = checks.number(f"first_day of {label}", spec.get("first_day", 0.0))
    if parts and not (abs(fill) < MAX_SECONDS and abs(first_day) < MAX_SECONDS / SECONDS_PER_DAY):
        raise ValueError(f"fill and first_day of {label} must be dates, got {fill:g} and {first_day:g}")
    encoding = category_encoding(spec.get("encoding", {}))
    levels = _levels_from_spec(label, spec.get("levels"), has_missing, encoding.zero_missing)
    if levels is not None and (parts or (is_constant and len(levels) > 1)):
        raise ValueError(f"{label} has levels, so it has no date_parts and is not constant")
    if levels is None and has_other:
        raise ValueError(f"{label} has no levels, so it has no other level")
    if levels is None and encoding != CategoryEncoding():
        raise ValueError(f"{label} has no levels, so it has no encoding of categories")
    flags = has_missing, has_other, fills_missing, is_constant
    return ColumnEncoder(name, levels, fill, *flags, tuple(parts), first_day, encoding)


def _levels_from_spec(label: str, levels: Any, has_missing: bool, zero_missing: bool) -> tuple[Any, ...] | None:
    if levels is None:
        return None
    if not isinstance(levels, list) or not levels:
        raise ValueError(f"levels of {label} must be a list of strings or numbers")
    *known, last = levels
    known += [last] * (last is not MISSING)
    if (last is MISSING) != (has_missing and not zero_missing):
        what = "not end with null" if zero_missing else "end with null if and only if it has missing values"
        raise ValueError(f"levels of {label} must {what}")
    for level in known:
        if not isinstance(level, str) and not (is_number(level) and np.isfinite(level)):
            raise ValueError(f"levels of {label} must be strings or finite numbers, got {reprlib.repr(level)}")
    if len(set(known)) < len(known):
        raise ValueError(f"levels of {label} must be unique")
    return tuple(levels)
