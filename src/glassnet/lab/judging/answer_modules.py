"""Running what a learner's file defines, without what it only tries out."""

from __future__ import annotations

import ast
import difflib
import re
import symtable
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from glassnet.lab.judging.sources import cells_in, place


def run_definitions(source: str, file: str, wanted: Iterable[str] = ()) -> tuple[dict[str, Any], list[str]]:
    """Run a learner's file; return the names it defines, and what went wrong on the way, with its line.

    wanted: the names that are asked for. Statements that only try things out are left out, since they may take long:
    those that set no name that is wanted or that a function needs. Each statement is run by itself, so that what goes
    wrong in one leaves the others. Raises SyntaxError where the file, or the cell of the answer, is no Python.
    """
    source, troubles = without_broken_cells(source, file, tuple(wanted))
    tree = ast.parse(source, file)
    names: dict[str, Any] = {"__name__": "__main__", "__file__": file}
    for statement in definitions(tree, source, file, wanted):
        try:
            exec(compile(ast.Module([statement], []), file, "exec"), names)
        except NotImplementedError:
            continue
        except BaseException as error:  # a submission may raise anything, SystemExit too
            if isinstance(error, KeyboardInterrupt):
                raise
            troubles.append(f"{place(source, statement.lineno)}: {type(error).__name__}: {error}")
    return names, troubles


def without_broken_cells(source: str, file: str, wanted: Sequence[str]) -> tuple[str, list[str]]:
    """Return a file without the cells that are no Python, and a word about each; SyntaxError if one holds the answer.

    A notebook's cells are run one by one, so a bracket that is missing where something is only tried out is no harm.
    """
    try:
        ast.parse(source, file)
        return source, []
    except SyntaxError as error:
        whole = error
    kept, troubles, cells = [], [], cells_in(source)
    for above, cell in cells:
        try:
            ast.parse("\n" * above + cell, file)
        except SyntaxError as error:
            if len(cells) == 1 or re.search(_defining(wanted), cell):
                raise
            where = place(source, error.lineno or above + 1)
            troubles.append(f"{where} is not Python: {error.msg}; its cell was left out")
            cell = "\n" * cell.count("\n")
        kept.append(cell)
    if not any(cell.strip() for cell in kept):
        raise whole
    return "".join(kept), troubles


def unwritten(source: str, wanted: Iterable[str]) -> list[str]:
    """Return which of these functions still are as they were handed out: they raise NotImplementedError, no more."""
    tree = ast.parse(without_broken_cells(source, "", tuple(wanted))[0])
    last = {one.name: one for one in tree.body if isinstance(one, ast.FunctionDef) and one.name in wanted}
    found = []
    for name, one in last.items():
        body = [line for line in one.body if not _is_words(line)]
        if len(body) == 1 and isinstance(body[0], ast.Raise) and "NotImplementedError" in ast.dump(body[0]):
            found.append(name)
    return found


def _defining(wanted: Iterable[str]) -> str:
    """Return a pattern for lines that define one of these names, and not for those that only call it."""
    names = "|".join(map(re.escape, wanted))
    return rf"(?m)^[ \t]*(?:(?:async[ \t]+)?(?:def|class)[ \t]+(?:{names})\b|(?:{names})[ \t]*[=:])"


def defines(source: str, name: str) -> bool:
    """Return whether a text defines a name, as far as can be seen without running it.

    >>> defines("def Softmax(x):", "Softmax"), defines("Softmax(1)", "Softmax")
    (True, False)
    """
    return re.search(_defining([name]), source) is not None


def _is_words(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def misnamed(names: dict[str, Any], wanted: Sequence[str]) -> Iterator[str]:
    """Say of every function that is not there which one may be meant."""
    others = [name for name, value in names.items() if callable(value) and name not in wanted]
    plain = {name.lower().replace("_", ""): name for name in others}
    for name in wanted:
        if name not in names:
            near = difflib.get_close_matches(name.lower().replace("_", ""), plain, n=1, cutoff=0.8)
            yield f"{name} is not defined" + (
                f"; your file defines {plain[near[0]]}: call it {name}" if near else ", and is asked for"
            )


def definitions(tree: ast.Module, source: str, file: str, wanted: Iterable[str]) -> Iterator[ast.stmt]:
    """Give the statements that an answer is made of: functions, and what sets the names that are wanted or needed."""
    own = {one.name for one in tree.body if isinstance(one, DEFINITIONS)}
    own |= {node.name for one in tree.body for node in _inside(one) if isinstance(node, DEFINITIONS)}
    of_file = set().union(*(names_set(one) for one in tree.body if not isinstance(one, KEPT)))
    setters = {name for one in tree.body if isinstance(one, ast.FunctionDef) for name in _sets_globals(one)}
    needed = {*wanted, *globals_of(symtable.symtable(source, file, "exec"))}
    needed = needed.union(*(names_at_definition(one) for one in tree.body if isinstance(one, DEFINITIONS)))
    for statement in reversed(tree.body):  # a name that is needed needs others that are set before
        if not isinstance(statement, KEPT) and names_set(statement) & needed:
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
        changes |= bool(_written_into(statement) & ((needed & of_file) | own)) or bool(
            setters & loads and _is_call(statement)
        )
        if isinstance(statement, DEFINITIONS) or names_set(statement) & needed or changes:
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


def names_set(statement: ast.stmt) -> set[str]:
    """Return the names a statement sets where it stands: assigned, imported or defined, in an if or a try, too."""
    found = names_in(statement, ast.Store)
    for node in _inside(statement):
        if isinstance(node, IMPORTS):
            found |= {bound(alias) for alias in node.names}
        if isinstance(node, DEFINITIONS):
            found.add(node.name)
    return found


def _inside(statement: ast.stmt) -> Iterator[ast.AST]:
    """Give what stands in an if, a try, a with or a loop, but not what is inside of functions and classes."""
    if isinstance(statement, KEPT):
        return
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, DEFINITIONS):
            waiting.extend(ast.iter_child_nodes(node))


def _written_into(statement: ast.stmt) -> set[str]:
    """Return the names of things that a statement changes from inside: T[i] = ..., T.append(...), f.count = 0."""
    found = set()
    for node in _inside(statement):
        place = node.func if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else node
        is_written = place is not node or (
            isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.ctx, ast.Store)
        )
        if is_written and isinstance(place, (ast.Attribute, ast.Subscript)) and isinstance(place.value, ast.Name):
            found.add(place.value.id)
    return found if not is_shown_only(statement) else set()


def _sets_globals(function: ast.FunctionDef) -> Iterator[str]:
    """Give a function's own name if it sets names outside itself, with `global`."""
    if any(isinstance(node, ast.Global) for node in ast.walk(function)):
        yield function.name


def _is_call(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)


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
