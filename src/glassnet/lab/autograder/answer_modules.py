"""Running the definitions of a learner's file, without its experiments."""

from __future__ import annotations

import ast
import difflib
import re
import symtable
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from glassnet.lab.autograder.sources import location, split_cells


def run_definitions(source: str, file: str, wanted: Iterable[str] = ()) -> tuple[dict[str, Any], list[str]]:
    """Run a learner's file; return the names it defines, and the errors raised, with their lines.

    wanted: names that the exercise defines. Other statements run only if they set a name that is wanted or that a
    function needs, since experiments may take long. Each statement runs by itself, so that an error in one does not
    affect the others. Raises SyntaxError if the file, or the cell with the answer, is not valid Python.
    """
    source, problems = without_broken_cells(source, file, tuple(wanted))
    tree = ast.parse(source, file)
    names: dict[str, Any] = {"__name__": "__main__", "__file__": file}
    for statement in definitions(tree, source, file, wanted):
        try:
            exec(compile(ast.Module([statement], []), file, "exec"), names)
        except NotImplementedError:
            continue
        except BaseException as error:  # a submission may raise anything, SystemExit included
            if isinstance(error, KeyboardInterrupt):
                raise
            problems.append(f"{location(source, statement.lineno)}: {type(error).__name__}: {error}")
    return names, problems


def without_broken_cells(source: str, file: str, wanted: Sequence[str]) -> tuple[str, list[str]]:
    """Return a file without the cells that are not valid Python, and a message for each.

    Notebook cells run one by one, so a syntax error in an experiment does no harm. Raises SyntaxError if the cell
    with the answer has one.
    """
    try:
        ast.parse(source, file)
        return source, []
    except SyntaxError as error:
        whole = error
    kept, problems, cells = [], [], split_cells(source)
    for above, cell in cells:
        try:
            ast.parse("\n" * above + cell, file)
        except SyntaxError as error:
            if len(cells) == 1 or re.search(_defining(wanted), cell):
                raise
            where = location(source, error.lineno or above + 1)
            problems.append(f"{where}: SyntaxError: {error.msg}; the cell is skipped")
            cell = "\n" * cell.count("\n")
        kept.append(cell)
    if not any(cell.strip() for cell in kept):
        raise whole
    return "".join(kept), problems


def unimplemented(source: str, wanted: Iterable[str]) -> list[str]:
    """Return which of these functions are still starter code: they only raise NotImplementedError."""
    tree = ast.parse(without_broken_cells(source, "", tuple(wanted))[0])
    last = {one.name: one for one in tree.body if isinstance(one, ast.FunctionDef) and one.name in wanted}
    found = []
    for name, one in last.items():
        body = [line for line in one.body if not _is_docstring(line)]
        if len(body) == 1 and isinstance(body[0], ast.Raise) and "NotImplementedError" in ast.dump(body[0]):
            found.append(name)
    return found


def _defining(wanted: Iterable[str]) -> str:
    """Return a pattern for lines that define one of these names."""
    names = "|".join(map(re.escape, wanted))
    return rf"(?m)^[ \t]*(?:(?:async[ \t]+)?(?:def|class)[ \t]+(?:{names})\b|(?:{names})[ \t]*[=:])"


def defines(source: str, name: str) -> bool:
    """Return whether a source defines a name, judged without running it.

    >>> defines("def Softmax(x):", "Softmax"), defines("Softmax(1)", "Softmax")
    (True, False)
    """
    return re.search(_defining([name]), source) is not None


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def misnamed(names: dict[str, Any], wanted: Sequence[str]) -> Iterator[str]:
    """Yield a message for each function that is missing, with the name that may be meant."""
    others = [name for name, value in names.items() if callable(value) and name not in wanted]
    plain = {name.lower().replace("_", ""): name for name in others}
    for name in wanted:
        if name not in names:
            near = difflib.get_close_matches(name.lower().replace("_", ""), plain, n=1, cutoff=0.8)
            yield f"{name} is not defined" + (f"; did you mean {plain[near[0]]}? Rename it to {name}" if near else "")


def definitions(tree: ast.Module, source: str, file: str, wanted: Iterable[str]) -> Iterator[ast.stmt]:
    """Yield the statements of an answer: definitions, and assignments of names that are wanted or needed."""
    own = {one.name for one in tree.body if isinstance(one, DEFINITIONS)}
    own |= {node.name for one in tree.body for node in _inside(one) if isinstance(node, DEFINITIONS)}
    of_file = set().union(*(names_set(one) for one in tree.body if not isinstance(one, KEPT)))
    setters = {name for one in tree.body if isinstance(one, ast.FunctionDef) for name in _sets_globals(one)}
    needed = {*wanted, *globals_of(symtable.symtable(source, file, "exec"))}
    needed = needed.union(*(names_at_definition(one) for one in tree.body if isinstance(one, DEFINITIONS)))
    for statement in reversed(tree.body):  # a name that is needed may depend on names assigned before
        if not isinstance(statement, KEPT) and names_set(statement) & needed:
            needed |= names_in(statement, ast.Load)
    provided: set[str] = set()
    for statement in tree.body:
        if isinstance(statement, IMPORTS):
            if isinstance(statement, ast.ImportFrom) and statement.module == "glassnet.lab.given":
                # In a file with several exercises, its own functions replace those of glassnet.lab.given.
                statement.names = [alias for alias in statement.names if bound(alias) not in own]
                provided |= {bound(alias) for alias in statement.names}
            if any(bound(alias) in needed or alias.name == "*" for alias in statement.names):
                yield statement
            continue
        loads = names_in(statement, ast.Load)
        # A statement that mentions a needed name may change its value: LIST.append(...), TABLE[i] = ...
        changes = bool(loads & needed & of_file) and not loads & (own | provided) and not is_display_only(statement)
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
    """Return the names that a statement assigns, imports, or defines, including those in an if or a try."""
    found = names_in(statement, ast.Store)
    for node in _inside(statement):
        if isinstance(node, IMPORTS):
            found |= {bound(alias) for alias in node.names}
        if isinstance(node, DEFINITIONS):
            found.add(node.name)
    return found


def _inside(statement: ast.stmt) -> Iterator[ast.AST]:
    """Yield the nodes of a statement, including blocks, but not the bodies of functions and classes."""
    if isinstance(statement, KEPT):
        return
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, DEFINITIONS):
            waiting.extend(ast.iter_child_nodes(node))


def _written_into(statement: ast.stmt) -> set[str]:
    """Return the names of objects that a statement mutates: T[i] = ..., T.append(...), f.count = 0."""
    found = set()
    for node in _inside(statement):
        place = node.func if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else node
        is_written = place is not node or (
            isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.ctx, ast.Store)
        )
        if is_written and isinstance(place, (ast.Attribute, ast.Subscript)) and isinstance(place.value, ast.Name):
            found.add(place.value.id)
    return found if not is_display_only(statement) else set()


def _sets_globals(function: ast.FunctionDef) -> Iterator[str]:
    """Yield a function's name if it assigns global names."""
    if any(isinstance(node, ast.Global) for node in ast.walk(function)):
        yield function.name


def _is_call(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)


def names_at_definition(statement: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> set[str]:
    """Return the names that a definition looks up at once: defaults, decorators, and class bodies."""
    if isinstance(statement, ast.ClassDef):
        return names_in(statement, ast.Load)
    parts = [*statement.decorator_list, statement.args, *([statement.returns] if statement.returns else [])]
    return set().union(*(names_in(part, ast.Load) for part in parts))


def is_display_only(statement: ast.stmt) -> bool:
    """Return whether a statement only displays a value: print(...), or an expression at the end of a cell."""
    if not isinstance(statement, ast.Expr):
        return False
    call = statement.value
    return not isinstance(call, ast.Call) or (isinstance(call.func, ast.Name) and call.func.id == "print")


def globals_of(table: symtable.SymbolTable) -> Iterator[str]:
    """Yield the global names that functions look up."""
    for child in table.get_children():
        yield from (symbol.get_name() for symbol in child.get_symbols() if symbol.is_global())
        yield from globals_of(child)
