"""Reading of learners' files as Python source: scripts in any encoding, and the code cells of notebooks."""

from __future__ import annotations

import ast
import codecs
import io
import json
import re
import tokenize
from pathlib import Path

SUFFIXES = (".py", ".ipynb")

MAX_BYTES = 20 << 20
"""Maximum size of a file."""

BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""Byte order marks. UTF-32's begins like UTF-16's, so it comes first."""

CELL = "# %% code cell "
"""First line of each code cell in the source of a notebook."""


def read_source(path: Path) -> str:
    """Return the Python source of a script or a notebook; ValueError if the file is neither."""
    with path.open("rb") as file:
        return decode_source(path.name, file.read(MAX_BYTES + 1))


def decode_source(name: str, data: bytes) -> str:
    """Return the Python source in the bytes of a file; ValueError if it cannot be read.

    >>> decode_source("a.py", codecs.BOM_UTF8 + b"x = 1")
    'x = 1'
    >>> decode_source("a.ipynb", b'{"cells": [{"cell_type": "code", "source": ["x = 1"]}]}')
    '# %% code cell 1\\nx = 1\\n'
    """
    if len(data) > MAX_BYTES:
        raise ValueError(f"{name} is larger than {MAX_BYTES >> 20} MB")
    text = replace_surrogates(decode_text(data))
    if "\0" in text:
        raise ValueError(f"{name} contains null bytes; save it as UTF-8")
    is_notebook = name.endswith(".ipynb")
    if not is_notebook and not (text.lstrip().startswith("{") and '"cells"' in text):
        return text
    try:
        return of_notebook(text)
    except (ValueError, KeyError, TypeError, RecursionError):
        if is_notebook:
            raise ValueError(f"{name} is not a valid notebook") from None
        return text


def decode_text(data: bytes) -> str:
    """Return bytes as text: by byte order mark, else by declared encoding, else as UTF-8."""
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    try:
        encoding = tokenize.detect_encoding(io.BytesIO(data).readline)[0]
    except SyntaxError:  # an unknown encoding, or bytes that are not UTF-8
        encoding = "utf-8"
    try:
        return data.decode(encoding, "replace")
    except (LookupError, UnicodeError):  # rot13 and others are not text encodings
        return data.decode("utf-8", "replace")


def of_notebook(text: str) -> str:
    """Return the code cells of a notebook, each below a line with its number."""
    code = ["".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
    lines = [line for i, cell in enumerate(code, start=1) for line in [f"{CELL}{i}", *_without_magics(cell)]]
    return replace_surrogates("\n".join(lines) + "\n")


def replace_surrogates(text: str) -> str:
    """Return a text without lone surrogates, which JSON may contain but UTF-8 cannot encode."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _without_magics(cell: str) -> list[str]:
    """Return a cell's lines; if it is not valid Python, magics such as %matplotlib become comments."""
    lines = cell.splitlines()
    try:
        ast.parse(cell)
        return lines
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return [f"# {line}" if line.lstrip()[:1] in ("%", "!") else line for line in lines]


def location(source: str, line: int) -> str:
    """Return the location of a line as its author sees it: for a notebook, the line within the cell.

    >>> location("x = 1", 1), location("# %% code cell 3\\nx = 1", 2)
    ('line 1', 'line 1 of code cell 3')
    """
    for above, text in enumerate(reversed(source.splitlines()[:line])):
        if found := re.match(rf"{CELL}(\d+)$", text):
            return f"line {above} of code cell {found[1]}"
    return f"line {line}"


def split_cells(source: str) -> list[tuple[int, str]]:
    """Return the cells of a source in percent format, each with the number of lines before it."""
    found, above = [], 0
    for cell in re.split(r"(?m)^(?=# ?%%)", source):
        found.append((above, cell))
        above += cell.count("\n")
    return found
