"""Hiding of the reference solutions from the answer that is being checked.

Importing the modules of the lab raises ImportError, and opening the files of its exercises PermissionError. This keeps
learners from finding a solution by an import, not from finding it at all: see docs/lab-teachers.md.
"""

from __future__ import annotations

import contextlib
import importlib.abc
import importlib.machinery
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from types import ModuleType
from typing import Any

from glassnet.lab.lesson import FOLDER

LAB = "glassnet.lab"

ALLOWED = {LAB, "glassnet.lab.given", "glassnet.lab.figures"}
"""Modules of the lab that lessons import."""

MESSAGE = "is not available to answers; write the function yourself"


def hide_solutions() -> Callable[[], contextlib.AbstractContextManager[None]]:
    """Hide the solutions in this process; return a context manager that makes them available for a while."""
    hidden: dict[str, ModuleType] = {}
    depth = 1  # 0 while the solutions are available

    def is_hidden(name: str) -> bool:
        return name.startswith(f"{LAB}.") and name not in ALLOWED

    class Finder(importlib.abc.MetaPathFinder):
        """Raises ImportError for the modules that are hidden."""

        def find_spec(
            self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
        ) -> importlib.machinery.ModuleSpec | None:
            if depth and is_hidden(name):
                raise ImportError(f"{name} {MESSAGE}")
            return None

    def hide() -> None:
        for name in [name for name in sys.modules if is_hidden(name)]:
            hidden[name] = sys.modules.pop(name)
            parent, _, last = name.rpartition(".")
            owner = sys.modules.get(parent) or hidden.get(parent)
            if owner is not None and vars(owner).get(last) is hidden[name]:
                delattr(owner, last)

    def show() -> None:
        for name, module in hidden.items():
            sys.modules[name] = module
            parent, _, last = name.rpartition(".")
            setattr(sys.modules[parent], last, module)

    @contextlib.contextmanager
    def available() -> Iterator[None]:
        nonlocal depth
        is_first = depth == 1
        depth = 0
        if is_first:
            show()
        try:
            yield
        finally:
            if is_first:
                hide()
                depth = 1

    def audit(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and depth and isinstance(arguments[0], (str, bytes, os.PathLike)):
            path = os.path.realpath(os.fsdecode(arguments[0]))
            if path.startswith(folder):
                raise PermissionError(f"{path.removeprefix(folder)} {MESSAGE}")

    folder = f"{os.path.realpath(FOLDER)}{os.sep}"
    hide()
    sys.meta_path.insert(0, Finder())
    sys.addaudithook(audit)
    return available
