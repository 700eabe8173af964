"""Names of the columns that an encoder returns, such as "sex=female" for a one-hot column."""

from __future__ import annotations

from collections.abc import Iterator

from glassnet.data.tables.column_encoder import ColumnEncoder
from glassnet.data.tables.columns import MISSING
from glassnet.data.tables.dates import CYCLES
from glassnet.data.tables.encoder import TableEncoder


def encoded_names(encoder: TableEncoder) -> tuple[list[str], dict[str, list[str]]]:
    """Return a name for each encoded column, (width,), and the names of the codes of each embedded column.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"age": [20.0, None, 40.0], "city": ["Rome", "Oslo", "Rome"]})
    >>> encoded_names(TableEncoder.fit(table, missing=True, categories=True))
    (['age', 'age is missing', 'city=Oslo', 'city=Rome'], {})
    """
    columns = [(f"column {i}" if one.name is None else str(one.name), one) for i, one in enumerate(encoder.all)]
    names = [name for own, one in columns for name in _numeric(own, one)]
    names += [f"{own} is missing" for own, one in columns if one.has_indicator]
    names += [name for own, one in columns if one.one_hot for name in _levels(own, one)]
    embedded = {own: _codes(one) for own, one in columns if one.is_embedded}
    return [*names, *embedded], embedded


def _numeric(name: str, column: ColumnEncoder) -> Iterator[str]:
    if not column.date_parts:
        yield from [name] * column.numbers
        return
    for part in column.date_parts:
        yield from (f"sin {name}.{part}", f"cos {name}.{part}") if part in CYCLES else (f"{name}.{part}",)


def _codes(column: ColumnEncoder) -> list[str]:
    """Return the names of the levels, and of the code of all others."""
    names = ["missing" if level is MISSING else str(level) for level in column.levels or ()]
    return names + ["other"] * (column.codes - len(names))


def _levels(name: str, column: ColumnEncoder) -> list[str]:
    levels = _codes(column)
    return [f"{name}={levels[1]}"] if column.is_signed else [f"{name}={level}" for level in levels[: column.one_hot]]
