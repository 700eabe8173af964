"""A learner's file: reading it, and running what it defines without what it only tries out."""

from __future__ import annotations

import ast
import json
import symtable
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def source_of(path: Path) -> str:
    """Return the Python text of a script or of a notebook's code cells; ValueError where it is neither."""
    text = path.read_text(encoding="utf-8", errors="replace")
    if path.suffix != ".ipynb":
        return text
    try:
        cells = json.loads(text)["cells"]
        code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise ValueError(f"{path.name} is not a notebook that can be read") from None
    lines = "\n\n".join(code).splitlines()
    # What only a notebook understands (%matplotlib inline, !pip install) becomes a comment.
    return "\n".join(f"# {line}" if line.lstrip()[:1] in ("%", "!") else line for line in lines) + "\n"


def run_definitions(source: str, file: str) -> tuple[dict[str, Any], list[str]]:
    """Run a learner's file; return the names it defines, and what went wrong on the way, with its line.

    Statements that use what the file itself or the lab defines are left out, unless a function needs a name they set:
    they try things out, and may take long. Each statement is run by itself, so that what goes wrong in one leaves the
    others. Raises SyntaxError where the file is no Python.
    """
    tree = ast.parse(source, file)
    names: dict[str, Any] = {"__name__": "__main__", "__file__": file}
    troubles: list[str] = []
    for statement in definitions(tree, source, file):
        try:
            exec(compile(ast.Module([statement], []), file, "exec"), names)
        except NotImplementedError:
            continue
        except BaseException as error:  # a submission may raise anything, SystemExit too
            if isinstance(error, KeyboardInterrupt):
                raise
            troubles.append(f"line {statement.lineno}: {type(error).__name__}: {error}")
    return names, troubles


def definitions(tree: ast.Module, source: str, file: str) -> Iterator[ast.stmt]:
    """Give the statements that an answer is made of."""
    needed = set(globals_of(symtable.symtable(source, file, "exec")))
    tried = {one.name for one in tree.body if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))}
    for statement in tree.body:
        if isinstance(statement, ast.ImportFrom) and (statement.module or "").startswith("glassnet"):
            tried |= {alias.asname or alias.name for alias in statement.names}
        if isinstance(statement, (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield statement
            continue
        named = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
        sets = {node.id for node in named if isinstance(node.ctx, ast.Store)}
        if sets & needed or not tried & {node.id for node in named if isinstance(node.ctx, ast.Load)}:
            yield statement
        else:
            tried |= sets


def globals_of(table: symtable.SymbolTable) -> Iterator[str]:
    """Give the names that functions look up outside themselves."""
    for child in table.get_children():
        yield from (symbol.get_name() for symbol in child.get_symbols() if symbol.is_global())
        yield from globals_of(child)
