"""Numbers, rows, and sums as text. A sum that is cut gives the total of the omitted terms, so it still adds up."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np

from glassnet.common.arrays import Array

WIDTH = 120
SHOWN_NUMBERS = 10
SHOWN_TERMS, SHOWN_NAMED_TERMS = 3, 6

Number = float | np.floating[Any]


def number(value: Number) -> str:
    """Return a number with four significant digits.

    Examples
    --------
    >>> number(0.123456), number(-2.0), number(1e-9)
    ('0.1235', '-2', '1e-09')
    """
    return f"{float(value) + 0.0:.4g}"  # adding 0 turns −0 into 0


def signed(value: Number) -> str:
    """Return a number in parentheses if it is negative, to follow an operator."""
    return f"({number(value)})" if value < 0 else number(value)


def numbers_of(values: Array) -> str:
    """Return a vector, (units,), as text, truncated if it is long."""
    more = "  …" if len(values) > SHOWN_NUMBERS else ""
    return "[" + "  ".join(map(number, values[:SHOWN_NUMBERS])) + more + "]"


def row(batch: Array) -> str:
    """Return the first row of a batch, (n, units), as text."""
    return numbers_of(batch[0])


def largest(terms: Array, count: int) -> list[int]:
    """Return the positions of the `count` largest terms by magnitude, (k,), in order; all if only one is left out."""
    count = len(terms) if len(terms) == count + 1 else count
    return sorted(int(i) for i in np.argsort(-np.abs(terms), kind="stable")[:count])


def products(left: Array, right: Array) -> str:
    """Return the scalar product of two vectors, (k,), as a sum of its largest terms and the total of all others.

    >>> products(np.array([1.0, 0.1, 0.2, 3.0, 0.1]), np.array([1.0, 1.0, 2.0, -1.0, 2.0]))
    '1·1 + 0.2·2 + … (2 more: 0.3) + 3·(-1)'
    """
    terms = left.astype(np.float64) * right
    shown = largest(terms, SHOWN_TERMS)
    texts = [f"{signed(left[i]) if k else number(left[i])}·{signed(right[i])}" for k, i in enumerate(shown)]
    if more := len(left) - len(shown):
        texts.insert(len(texts) - 1, f"… ({more} more: {number(np.delete(terms, shown).sum())})")
    return " + ".join(texts)


def named_products(left: Array, right: Array, names: Sequence[str], last: Sequence[tuple[str, Number]]) -> list[str]:
    """Return the scalar product of two vectors, (k,), with one line per named term.

    names: of the entries. last: names and values of other terms.

    >>> print(*named_products(np.array([2.0, 1.0]), np.array([-0.5, 0.25]), ["age", "sex=female"], [("b", 1.0)]),
    ...       sep=chr(10))
      age         2·(-0.5)  =    -1
      sex=female  1·0.25    =  0.25
      b                     =     1
    """
    terms = left.astype(np.float64) * right
    shown = largest(terms, SHOWN_NAMED_TERMS)
    lines = [(names[i], f"{number(left[i])}·{signed(right[i])}", terms[i]) for i in shown]
    if more := len(left) - len(shown):
        lines.append((f"… {more} more", "", np.delete(terms, shown).sum()))
    lines += [(name, "", float(value)) for name, value in last]
    first, second, third = (
        max(map(len, texts)) for texts in zip(*((a, b, number(c)) for a, b, c in lines), strict=True)
    )
    return [f"  {a:<{first}}  {b:<{second}}  =  {number(c):>{third}}" for a, b, c in lines]


def over_rows(place: str, term: str, own: Number, total: Number, others: int, noun: str = "row") -> str:
    """Return an entry of a gradient: the term of row 0, the sum of all other rows, and the total.

    >>> over_rows("db[0]", "0.5", 0.5, 0.75, 8), over_rows("db[0]", "0.5", 0.5, 0.5, 0)
    ('db[0] = 0.5 + … (8 more rows: 0.25) = 0.75', 'db[0] = 0.5')
    """
    if others:
        term += f" + … ({others} more {noun}{'s' * (others > 1)}: {number(float(total) - float(own))})"
    # For a single row, the term may equal the total, which is then omitted.
    return " = ".join(dict.fromkeys((place, term, number(total))))


def fit(line: str) -> str:
    """Break a line that is too long: before its row of numbers, after a formula, or between words."""
    if len(line) <= WIDTH:
        return line
    text, equals, numbers = line.rpartition(" = [")
    if equals:
        return f"{fit(text)}\n      = [{numbers}"
    if found := re.search(r": (?=d\S*\[)", line):
        return f"{fit(line[: found.start()])}:\n{fit(f'      {line[found.end() :]}')}"
    indent = " " * (len(line) - len(line.lstrip()) + 4)
    together = line.replace(": ", ":\N{NO-BREAK SPACE}")  # a name and its number stay in one line
    wrapped = textwrap.wrap(together, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
    return "\n".join(wrapped).replace("\N{NO-BREAK SPACE}", " ")
