"""The API reference lists every public name, and nothing that does not exist."""

import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import glassnet as gn
from glassnet.training.options import OPTIONS

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
# `glassnet.playground` is a package that can be called: for users, it is a function.
MODULES = {
    name: module for name in gn.__all__ if inspect.ismodule(module := getattr(gn, name)) and not callable(module)
}


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


def documented(thing: object) -> set[str]:
    """The names in the sections Parameters and Attributes of a docstring."""
    names: set[str] = set()
    for section in re.findall(
        r"^(?:Parameters|Attributes)\n-+\n(.*?)(?=^\w[^\n]*\n-+$|\Z)", inspect.getdoc(thing) or "", re.M | re.S
    ):
        for line in re.findall(r"^\S.*$", section, re.MULTILINE):
            names |= {name.strip().lstrip("*") for name in line.split(" : ")[0].split(",")}
    return names


def parameters(thing: Callable[..., Any]) -> set[str]:
    """The parameters in a signature; `**options` counts under its own name."""
    own = inspect.signature(thing).parameters
    passed_on = set(OPTIONS) if documented(thing) & {"options", "training_options"} else set()
    return {name for name in own if name != "self"} - passed_on


PUBLIC = {
    f"{prefix}{name}": thing
    for prefix, module in [("", gn), *((f"{name}.", module) for name, module in MODULES.items())]
    for name in public_names(module)
    if inspect.isclass(thing := getattr(module, name)) or inspect.isfunction(thing)
    if not getattr(thing, "_is_protocol", False)
}


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_a_public_function_or_class_documents_its_parameters(name: str) -> None:
    assert parameters(PUBLIC[name]) - documented(PUBLIC[name]) == set()
