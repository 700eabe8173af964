"""The API reference lists every public name, and nothing that does not exist."""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import glassnet as gn

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
MODULES = {name: module for name in gn.__all__ if inspect.ismodule(module := getattr(gn, name))}


def listed() -> set[str]:
    """The names below every `autosummary` directive."""
    pages = (page.read_text(encoding="utf-8") for page in REFERENCE.glob("*.rst"))
    return {name for page in pages for name in re.findall(r"^   ([A-Za-z]\w*(?:\.\w+)*)$", page, re.MULTILINE)}


def public_names(module: ModuleType) -> Iterator[str]:
    """The names in a module's `__all__`, or else the functions and classes that it defines."""
    if hasattr(module, "__all__"):
        yield from (name for name in module.__all__ if not name.isupper())  # tables of names are no API
        return
    for name, thing in vars(module).items():
        if not name.startswith("_") and getattr(thing, "__module__", None) == module.__name__:
            yield name


def exists(name: str) -> bool:
    thing = gn
    for part in name.split("."):
        thing = getattr(thing, part, None)
    return thing is not None


@pytest.mark.parametrize("name", [name for name in gn.__all__ if name not in MODULES])
def test_a_public_name_is_in_the_reference(name: str) -> None:
    assert name in listed()


@pytest.mark.parametrize("module", MODULES)
def test_the_names_of_a_public_module_are_in_the_reference(module: str) -> None:
    names = set(public_names(MODULES[module]))
    assert names
    # A class that `gn` offers under the same name is listed once.
    short = {name for name in names if getattr(gn, name, None) is getattr(MODULES[module], name) and name in listed()}
    assert names - short <= {name.removeprefix(f"{module}.") for name in listed() if name.startswith(f"{module}.")}


def test_the_reference_lists_no_name_that_does_not_exist() -> None:
    pages = {page.stem for page in REFERENCE.glob("*.rst")}
    assert [name for name in sorted(listed()) if name not in pages and not exists(name)] == []
