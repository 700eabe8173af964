"""A learner's file as Python text: a script in whatever encoding an editor has saved it, or a notebook's code cells."""

from __future__ import annotations

import ast
import codecs
import io
import json
import re
import tokenize
from pathlib import Path

SUFFIXES = (".py", ".ipynb")

LARGEST = 20 << 20
"""A file of more bytes is not read."""

BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""What some editors begin a file with; that of UTF-32 begins like that of UTF-16, so it comes first."""

CELL = "# %% code cell "
"""Begins each of a notebook's code cells in the text that is made of it."""


def source_of(path: Path) -> str:
    """Return the Python text of a script or of a notebook; ValueError where it is neither."""
    with path.open("rb") as file:
        return source_in(path.name, file.read(LARGEST + 1))


def source_in(name: str, data: bytes) -> str:
    """Return the Python text in these bytes, which are a file's of this name; ValueError where there is none.

    >>> source_in("a.py", codecs.BOM_UTF8 + b"x = 1")
    'x = 1'
    >>> source_in("a.ipynb", b'{"cells": [{"cell_type": "code", "source": ["x = 1"]}]}')
    '# %% code cell 1\\nx = 1\\n'
    """
    if len(data) > LARGEST:
        raise ValueError(f"{name} is larger than {LARGEST >> 20} megabytes, which no answer is")
    text = whole_characters(decoded(data))
    if "\0" in text:
        raise ValueError(f"{name} holds bytes of value 0, which no Python text does; save it as UTF-8")
    is_notebook = name.endswith(".ipynb")
    if not is_notebook and not (text.lstrip().startswith("{") and '"cells"' in text):
        return text
    try:
        return of_notebook(text)
    except (ValueError, KeyError, TypeError, RecursionError):
        if is_notebook:
            raise ValueError(f"{name} is not a notebook that can be read") from None
        return text


def decoded(data: bytes) -> str:
    """Return bytes as text, by their mark, or by the encoding that the first lines name; UTF-8 if there is neither."""
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    try:
        encoding = tokenize.detect_encoding(io.BytesIO(data).readline)[0]
    except SyntaxError:  # an encoding that does not exist, or bytes that are no UTF-8
        encoding = "utf-8"
    try:
        return data.decode(encoding, "replace")
    except (LookupError, UnicodeError):  # rot13 and the like are encodings of something else
        return data.decode("utf-8", "replace")


def of_notebook(text: str) -> str:
    """Return the code cells of a notebook, one after the other, each below a line that tells its number."""
    code = ["".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
    lines = [line for i, cell in enumerate(code, start=1) for line in [f"{CELL}{i}", *_in_python(cell)]]
    return whole_characters("\n".join(lines) + "\n")


def whole_characters(text: str) -> str:
    """Return a text without halves of characters, which JSON and odd encodings may hold, and no file can."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _in_python(cell: str) -> list[str]:
    """Return a cell's lines; where it is no Python, what only a notebook understands (%matplotlib) is a comment."""
    lines = cell.splitlines()
    try:
        ast.parse(cell)
        return lines
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return [f"# {line}" if line.lstrip()[:1] in ("%", "!") else line for line in lines]


def place(source: str, line: int) -> str:
    """Return where a line stands, as its writer sees it: in a notebook, which line of which cell.

    >>> place("x = 1", 1), place("# %% code cell 3\\nx = 1", 2)
    ('line 1', 'line 1 of code cell 3')
    """
    for above, text in enumerate(reversed(source.splitlines()[:line])):
        if found := re.match(rf"{CELL}(\d+)$", text):
            return f"line {above} of code cell {found[1]}"
    return f"line {line}"


def cells_in(source: str) -> list[tuple[int, str]]:
    """Return the cells of a text in percent format, each with the number of lines before it."""
    found, above = [], 0
    for cell in re.split(r"(?m)^(?=# ?%%)", source):
        found.append((above, cell))
        above += cell.count("\n")
    return found
