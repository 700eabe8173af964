"""Numbers as people and programs write them: decimal and thousands separators, currencies, percent signs, negatives.

    1,050.5   1.050,5   1 050,5   1’050.5      separators; spaces and apostrophes separate thousands only
    $1   € 1,50   5 %   10 CHF                 a currency or a percent sign, which is removed
    −1   (5)                                   negative numbers: a typographic minus, or parentheses

A number such as 1,050 has two readings. `Separators` decide, once per file: see `evidence_in`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray
from glassnet.data.tables.arrow import first_row, to_mask, to_null, to_numpy

SPACES = " \u00a0\u2009\u202f"
"""Spaces that separate thousands: plain, no-break, thin, and narrow no-break."""

GROUP_MARKS = f"{SPACES}'\u2019"
CURRENCY = (
    r"(\p{Sc}|USD|EUR|GBP|CHF|JPY|CNY|INR|AUD|CAD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|BRL|MXN|ZAR|KRW|TRY|RUB|kr|Fr\.|Rs\.?)"
)
DIGIT_GROUPS = rf"^[+-]?[1-9]\d{{0,2}}([{GROUP_MARKS}]\d{{3}})+([.,]\d+)?$"

WITH_UNIT = r"^(?P<number>[^A-Za-zµ°²³]*\d[.,]?) ?(?P<unit>[A-Za-zµ°][A-Za-zµ°²³/]{0,7})$"
"""A number and its unit, such as 12 kg."""

HEAD = 1000
"""Number of cells that usually suffice as evidence."""

MIN_NUMBERS = 0.5
"""Only a column with at least this share of numbers is evidence for separators."""

MIN_FACTOR, MIN_FACTOR_OF_ROUND = 100, 10
"""If the integers of a column are at least this many times larger than 1,055 as 1.055, the comma separates thousands.

For 1,050 the second is enough, since decimals next to integers do not end in 0.
"""


@dataclass(frozen=True)
class Separators:
    """Decimal and thousands separators.

    >>> Separators(",", ".").pattern
    '^[+-]?((\\\\d+|[1-9]\\\\d{0,2}(\\\\.\\\\d{3})+)(,\\\\d*)?|,\\\\d+)([eE][+-]?\\\\d+)?$'
    """

    decimal: str = "."
    thousands: str = ","

    @property
    def pattern(self) -> str:
        """Regular expression of the numbers that have a reading with these separators."""
        decimal, thousands = (r"\." if sign == "." else sign for sign in (self.decimal, self.thousands))
        groups = rf"[1-9]\d{{0,2}}({thousands}\d{{3}})+"
        if self.thousands == ",":
            groups += r"|[1-9]\d?(,\d{2})+,\d{3}"  # as in India: 12,34,567
        return rf"^[+-]?((\d+|{groups})({decimal}\d*)?|{decimal}\d+)([eE][+-]?\d+)?$"


POINT, COMMA = Separators(".", ","), Separators(",", ".")
"""The two conventions: 1,050.5 and 1.050,5."""


def separators(decimal: str | None, thousands: str | None) -> Separators | None:
    """Return the separators that a user chose, None for none; raise ValueError if they are not a point and a comma.

    >>> separators(",", None)
    Separators(decimal=',', thousands='.')
    """
    if decimal is None and thousands is None:
        return None
    for option, value in (("decimal", decimal), ("thousands", thousands)):
        if value not in (None, ".", ","):
            advice = " (spaces and apostrophes are always recognized)" if option == "thousands" else ""
            raise ValueError(f"{option} must be '.' or ','{advice}, got {value!r}")
    if decimal == thousands:
        raise ValueError(f"decimal and thousands must differ, got {decimal!r} twice")
    return POINT if decimal == "." or thousands == "," else COMMA


def undecorated(cells: Any) -> Any:
    """Return texts, a pyarrow array, (n,), without currencies, percent signs, and marks between groups of digits.

    >>> import pyarrow as pa
    >>> undecorated(pa.array(["$1,050", "5 %", "1 000", "(5)", "two"])).to_pylist()
    ['1,050', '5', '1000', '-5', 'two']
    """
    import pyarrow.compute as pc

    for pattern, by in (
        (r"^\((.*\d.*)\)$", r"-\1"),
        ("^([^\\d]*)[\u2212\u2013]", r"\1-"),
        (rf"^([+-]?)[{SPACES}]?{CURRENCY}[{SPACES}]?([+-]?[\d.,])", r"\1\3"),
        (rf"(\d[.,]?)[{SPACES}]?({CURRENCY}|%)$", r"\1"),
        (rf"^([+-])[{SPACES}]", r"\1"),
    ):
        cells = pc.replace_substring_regex(cells, pattern, by)
    is_grouped = pc.match_substring_regex(cells, DIGIT_GROUPS)
    if not pc.any(is_grouped).as_py():
        return cells
    return pc.if_else(is_grouped, pc.replace_substring_regex(cells, f"[{GROUP_MARKS}]", ""), cells)


def evidence_in(cells: Any) -> tuple[frozenset[Separators], int | None]:
    """Return the conventions that a column is evidence for, and the first row with two readings, None for no such row.

    cells: a pyarrow array of texts, (n,), null where missing. 0,50 is evidence for a decimal comma, 1,234,567 for a
    decimal point; 1,050 has two readings, so its row is returned if no other cell settles it.
    """
    import pyarrow.compute as pc

    for part in (cells[:HEAD], cells):
        has_mark = pc.or_(pc.match_substring(part, "."), pc.match_substring(part, ","))
        if part is cells and not pc.any(has_mark).as_py():
            break
        texts = undecorated(part)
        fits_point, fits_comma = (pc.match_substring_regex(texts, one.pattern) for one in (POINT, COMMA))
        numbers = pc.sum(pc.or_(fits_point, fits_comma)).as_py() or 0
        if numbers < MIN_NUMBERS * (len(part) - part.null_count):
            break
        found = {
            one
            for one, fits, other in ((POINT, fits_point, fits_comma), (COMMA, fits_comma, fits_point))
            if pc.any(pc.and_not(fits, other)).as_py()
        }
        if found:
            return frozenset(found), None
        if part is cells and (row := first_row(pc.and_(has_mark, fits_point))) >= 0:
            return frozenset(), row
    return frozenset(), None


def settled_by_integers(cells: Any) -> Separators | None:
    """Return the convention that a column of integers and of numbers with two readings settles itself, or None.

    950 next to 1,050: a decimal 1.050 would be written 1.05 next to 950, and 1.055 would be far from 950.
    """
    import pyarrow.compute as pc

    texts = undecorated(pc.drop_null(cells))
    has_mark = pc.match_substring_regex(texts, "[.,]")
    marked = pc.filter(texts, has_mark)
    integers = pc.filter(texts, pc.match_substring_regex(texts, r"^[+-]?\d+$"))
    commas = pc.sum(pc.match_substring(marked, ",")).as_py()
    if not len(integers) or commas not in (0, len(marked)):
        return None
    thousands = POINT if commas else COMMA
    ends_in_zero = pc.any(pc.match_substring_regex(marked, "0$")).as_py()
    decimals = to_numpy(_cast(pc.replace_substring(marked, ",", ".")), null=np.nan)
    others = to_numpy(_cast(integers), null=np.nan)
    factor = np.median(np.abs(others)) / np.median(np.abs(decimals))
    return thousands if factor >= (MIN_FACTOR_OF_ROUND if ends_in_zero else MIN_FACTOR) else None


def parsed(cells: Any, by: Separators) -> tuple[AnyArray, AnyArray, AnyArray]:
    """Return the numbers in a column of texts, (n,), NaN where there is none; where one is; and where it is decorated.

    cells: a pyarrow array of texts, (n,), null where missing.

    >>> import pyarrow as pa
    >>> parsed(pa.array(["1,050", "$2", None, "x"]), POINT)[0]
    array([1050.,    2.,   nan,   nan])
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    encoded = (cells.combine_chunks() if isinstance(cells, pa.ChunkedArray) else cells).dictionary_encode()
    texts = undecorated(encoded.dictionary)
    fits = pc.match_substring_regex(texts, by.pattern)
    plain = pc.replace_substring(texts, by.thousands, "")
    plain = plain if by.decimal == "." else pc.replace_substring(plain, by.decimal, ".")
    numbers = to_numpy(_cast(to_null(plain, pc.invert(fits))), null=np.nan)
    is_number = to_mask(fits)
    is_decorated = is_number & to_mask(pc.not_equal(encoded.dictionary, texts))
    places = to_numpy(encoded.indices, null=len(texts))  # (n,)
    return (
        np.append(numbers, np.nan)[places],
        np.append(is_number, False)[places],
        np.append(is_decorated, False)[places],
    )


def without_unit(cells: Any) -> tuple[Any, str | None]:
    """Return texts without the unit that follows all of their numbers, and that unit, or None if there is not just one.

    cells: a pyarrow array of texts, (n,), null where missing.

    >>> import pyarrow as pa
    >>> texts, unit = without_unit(pa.array(["12 kg", "3.5 kg", None]))
    >>> texts.to_pylist(), unit
    (['12', '3.5', None], 'kg')
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    cells = cells.combine_chunks() if isinstance(cells, pa.ChunkedArray) else cells
    parts = pc.extract_regex(cells, WITH_UNIT)
    units = pc.unique(pc.drop_null(pc.struct_field(parts, "unit"))).to_pylist()
    if len(units) != 1 or parts.null_count != cells.null_count:
        return cells, None
    return pc.struct_field(parts, "number"), units[0]


def numbers_in(texts: list[str], by: Separators) -> AnyArray | None:
    """Return the numbers that texts are, (n,), or None if one is not a number.

    >>> numbers_in(["950", "1,050"], POINT)
    array([ 950., 1050.])
    """
    from glassnet.data.tables.arrow import text_array

    numbers, is_number, _ = parsed(text_array(text.strip() for text in texts), by)
    return numbers if is_number.all() else None


def _cast(texts: Any) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.cast(texts, pa.float64())
