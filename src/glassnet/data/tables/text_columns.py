"""The columns of a table of text: separators are inferred once from all columns, then each column is parsed."""

from __future__ import annotations

import dataclasses
import shlex
from collections.abc import Mapping
from typing import Any

from glassnet.data.tables.cells import cleaned, quoted
from glassnet.data.tables.date_columns import dates_of, infer_order
from glassnet.data.tables.decisions import Decision
from glassnet.data.tables.number_formats import COMMA, POINT, Separators, evidence_in, parsed, settled_by_integers
from glassnet.data.tables.table import DATE, Table
from glassnet.data.tables.type_inference import TableOptions, values_of


@dataclasses.dataclass(frozen=True)
class Convention:
    """Separators of the columns of a file.

    by: separators per column. inferred: options that read another file in the same way. decisions: what is listed.
    """

    by: Mapping[str, Separators]
    inferred: Mapping[str, str] = dataclasses.field(default_factory=dict)
    decisions: tuple[Decision, ...] = ()


def table_of_texts(columns: dict[str, Any], options: TableOptions, has_commas_between_columns: bool) -> Table:
    """Return the table of columns of text, pyarrow arrays, (n,), each of which is released when it is parsed."""
    for name, cells in columns.items():
        columns[name] = cleaned(cells, options.na_value)
    texts = {name: cells for name, cells in columns.items() if name not in options.categorical}
    may_be_dates = {name: cells for name, cells in texts.items() if name not in options.numeric}
    order = infer_order(may_be_dates, options.date, options.dayfirst)
    numeric = {name: cells for name, cells in texts.items() if name not in order.by}
    convention = infer_separators(numeric, options.separators, has_commas_between_columns)
    del texts, may_be_dates, numeric
    found, kinds, decisions = {}, {}, list(convention.decisions)
    for name in list(columns):
        cells = columns.pop(name)
        if name in order.by:
            kinds[name] = DATE
            found[name], decision = dates_of(name, cells, order)
            decisions += [decision] if name not in options.date else []
        else:
            kinds[name], found[name], decided = values_of(name, cells, options, convention.by.get(name, POINT))
            decisions += decided
    return Table(found, kinds, decisions=decisions, inferred={**convention.inferred, **order.inferred})


def infer_separators(
    columns: Mapping[str, Any], given: Separators | None, has_commas_between_columns: bool
) -> Convention:
    """Return the separators of a file's columns; raise ValueError if a number has two readings and nothing settles it.

    columns: pyarrow arrays of text, (n,), null where missing. given: the user's choice. has_commas_between_columns:
    then a point is the decimal separator, unless the numbers have only decimal commas.

    >>> import pyarrow as pa
    >>> columns = {"area": pa.array(["1.050", "950"]), "q": pa.array(["0,50", "1"])}
    >>> infer_separators(columns, None, False).by["area"]
    Separators(decimal=',', thousands='.')
    """
    if given is not None:
        return Convention(dict.fromkeys(columns, given))
    evidence = {name: evidence_in(cells) for name, cells in columns.items()}
    certain = frozenset[Separators]().union(*(found for found, _ in evidence.values()))
    unsettled = {name: row for name, (_, row) in evidence.items() if row is not None}
    own = {name: settled_by_integers(columns[name]) for name in unsettled}
    if has_commas_between_columns:
        certain = frozenset({POINT if POINT in certain or COMMA not in certain else COMMA})
    common = certain or frozenset(one for one in own.values() if one is not None)
    for name, row in unsettled.items():
        if own[name] not in (None, *common) or (own[name] is None and len(common) != 1):
            raise ValueError(_two_readings(name, row, columns[name][row].as_py()))
    whole = next(iter(common)) if len(common) == 1 else None
    by = {}
    for name, (found, first) in evidence.items():
        of_column = next(iter(found)) if len(found) == 1 and not has_commas_between_columns else None
        by[name] = of_column or (None if first is None else own[name]) or whole or POINT
    return _described(columns, evidence, by, whole, has_commas_between_columns)


def _described(
    columns: Mapping[str, Any],
    evidence: Mapping[str, Any],
    by: Mapping[str, Separators],
    whole: Separators | None,
    has_commas_between_columns: bool,
) -> Convention:
    """Return the convention with its decisions: a decimal comma and thousands separators are listed."""
    decisions = []
    for sign, kind in ((",", "commas"), (".", "points")):
        for name, (found, row) in evidence.items():
            if (found or row is not None) and (example := _example(columns[name], by[name], sign)) is not None:
                what = "a decimal comma" if by[name] == COMMA and sign == "," else f"{kind} between thousands"
                decisions.append(
                    Decision(None, f"numbers have {what}, such as {example} in {name!r}", "--decimal, --thousands")
                )
                break
    inferred = {}
    if whole is not None and (decisions or not has_commas_between_columns):
        inferred = {"decimal": whole.decimal, "thousands": whole.thousands}
    return Convention(by, inferred, tuple(decisions))


def _example(cells: Any, by: Separators, sign: str) -> str | None:
    """Return the first number of a column that contains the sign, quoted, unless it is a decimal point."""
    import pyarrow.compute as pc

    if by == POINT and sign == ".":
        return None
    marked = pc.filter(cells, pc.match_substring(cells, sign))
    if not len(marked):
        return None
    is_number = parsed(marked, by)[1]  # (len(marked),)
    return quoted(marked[int(is_number.argmax())]) if is_number.any() else None


def _two_readings(name: str, row: int, text: str) -> str:
    sign = "," if "," in text else "."
    what = {",": "comma", ".": "point"}[sign]
    return (
        f"column {name!r}, row {row + 1}: {quoted(text)} has two readings; pass --thousands {sign} if the {what} "
        f"separates thousands, --decimal {sign} if it is the decimal separator, or --categorical {shlex.quote(name)}"
    )
