"""Tools that some tests need and that not every machine has: asked for by name, listed at the end where missing."""

import importlib
import importlib.util
from types import ModuleType

import pytest

HOW_TO_GET = {
    "torch": "pip install torch  (a CPU build is enough)",
    "nbgrader": "pip install glassnet[graders]",
    "otter": "pip install glassnet[graders]",
}


def needs(module: str) -> ModuleType:
    """Return the module, or skip the test that asks for it, saying how to get it."""
    try:
        return importlib.import_module(module)
    except ImportError:
        pytest.skip(f"needs {module}: {HOW_TO_GET[module]}", allow_module_level=True)


def needs_installed(module: str) -> None:
    """Skip the test that asks for it where a module is not there; it is not imported."""
    if importlib.util.find_spec(module) is None:
        pytest.skip(f"needs {module}: {HOW_TO_GET[module]}")
