"""Optional tools for tests: required by name, and listed at the end if missing."""

import importlib
import importlib.util
import shutil
from pathlib import Path
from types import ModuleType

import pytest

HOW_TO_GET = {
    "torch": "pip install torch  (a CPU build is enough)",
    "nbgrader": "pip install glassnet[graders]",
    "otter": "pip install glassnet[graders]",
    "distributed": "pip install glassnet[test]",
    "psycopg": "pip install glassnet[postgres]",
    "starlette": "pip install glassnet[playground]",
    "uvicorn": "pip install glassnet[playground]",
    "websockets": "pip install glassnet[playground]",
    "anywidget": "pip install glassnet[widget]",
    "playwright.sync_api": "pip install glassnet[browser]",
}

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")


def needs(module: str) -> ModuleType:
    """Return the module, or skip the test with a hint how to install it."""
    try:
        return importlib.import_module(module)
    except ImportError:
        pytest.skip(f"needs {module}: {HOW_TO_GET[module]}", allow_module_level=True)


def needs_installed(module: str) -> None:
    """Skip the test if a module is not installed; it is not imported."""
    if importlib.util.find_spec(module) is None:
        pytest.skip(f"needs {module}: {HOW_TO_GET[module]}")


def needs_postgres() -> Path:
    """Return the folder of the PostgreSQL programs, or skip the test."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    on_path = shutil.which("initdb")
    folders += [] if on_path is None else [Path(on_path).resolve().parent]
    for folder in reversed(folders):
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    pytest.skip("needs PostgreSQL: apt-get install postgresql")


def needs_browser() -> str:
    """Return the path of a Chromium browser, or skip the test."""
    for name in BROWSERS:
        if path := shutil.which(name):
            return path
    pytest.skip("needs a browser: apt-get install chromium  (Chrome or Edge will do)")
