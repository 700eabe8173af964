"""A learner's file: reading it, and running what it defines without what it only tries out."""

from __future__ import annotations

import ast
import json
import symtable
from collections.abc import Iterable, Iterator
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


def run_definitions(source: str, file: str, wanted: Iterable[str] = ()) -> tuple[dict[str, Any], list[str]]:
    """Run a learner's file; return the names it defines, and what went wrong on the way, with its line.

    wanted: the names that are asked for. Statements that only try things out are left out, since they may take long:
    those that set no name that is wanted or that a function needs. Each statement is run by itself, so that what goes
    wrong in one leaves the others. Raises SyntaxError where the file is no Python.
    """
    tree = ast.parse(source, file)
    names: dict[str, Any] = {"__name__": "__main__", "__file__": file}
    troubles: list[str] = []
    for statement in definitions(tree, source, file, wanted):
        try:
            exec(compile(ast.Module([statement], []), file, "exec"), names)
        except NotImplementedError:
            continue
        except BaseException as error:  # a submission may raise anything, SystemExit too
            if isinstance(error, KeyboardInterrupt):
                raise
            troubles.append(f"line {statement.lineno}: {type(error).__name__}: {error}")
    return names, troubles


def definitions(tree: ast.Module, source: str, file: str, wanted: Iterable[str]) -> Iterator[ast.stmt]:
    """Give the statements that an answer is made of: functions, and what sets the names that are wanted or needed."""
    own = {one.name for one in tree.body if isinstance(one, DEFINITIONS)}
    of_file = set().union(*(names_in(one, ast.Store) for one in tree.body if not isinstance(one, KEPT)))
    needed = {*wanted, *globals_of(symtable.symtable(source, file, "exec"))}
    needed = needed.union(*(names_at_definition(one) for one in tree.body if isinstance(one, DEFINITIONS)))
    for statement in reversed(tree.body):  # a name that is needed needs others that are set before
        if not isinstance(statement, KEPT) and names_in(statement, ast.Store) & needed:
            needed |= names_in(statement, ast.Load)
    lent: set[str] = set()
    for statement in tree.body:
        if isinstance(statement, IMPORTS):
            if isinstance(statement, ast.ImportFrom) and statement.module == "glassnet.lab.given":
                # In a file that holds several exercises, what is written there stands in for what is lent.
                statement.names = [alias for alias in statement.names if bound(alias) not in own]
                lent |= {bound(alias) for alias in statement.names}
            if any(bound(alias) in needed or alias.name == "*" for alias in statement.names):
                yield statement
            continue
        loads = names_in(statement, ast.Load)
        # What only mentions a name that is needed and set here may change it: LIST.append(...), TABLE[i] = ...
        changes = bool(loads & needed & of_file) and not loads & (own | lent) and not is_shown_only(statement)
        if isinstance(statement, DEFINITIONS) or names_in(statement, ast.Store) & needed or changes:
            yield statement


def bound(alias: ast.alias) -> str:
    """Return the name that an import sets: numpy for `import numpy.linalg`, np for `import numpy as np`."""
    return alias.asname or alias.name.split(".")[0]


DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)

IMPORTS = (ast.Import, ast.ImportFrom)

KEPT = (*IMPORTS, *DEFINITIONS)


def names_in(statement: ast.AST, context: type[ast.expr_context]) -> set[str]:
    """Return the names that a statement reads (ast.Load) or sets (ast.Store)."""
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, context)}


def names_at_definition(statement: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> set[str]:
    """Return the names that are looked up where something is defined: defaults, decorators, the body of a class."""
    if isinstance(statement, ast.ClassDef):
        return names_in(statement, ast.Load)
    parts = [*statement.decorator_list, statement.args, *([statement.returns] if statement.returns else [])]
    return set().union(*(names_in(part, ast.Load) for part in parts))


def is_shown_only(statement: ast.stmt) -> bool:
    """Return whether a statement only shows something: print(...), or a value at the end of a cell."""
    if not isinstance(statement, ast.Expr):
        return False
    call = statement.value
    return not isinstance(call, ast.Call) or (isinstance(call.func, ast.Name) and call.func.id == "print")


def globals_of(table: symtable.SymbolTable) -> Iterator[str]:
    """Give the names that functions look up outside themselves."""
    for child in table.get_children():
        yield from (symbol.get_name() for symbol in child.get_symbols() if symbol.is_global())
        yield from globals_of(child)
