"""The structure of the package: imports point down the layers, files and functions are short, all is documented."""

import ast
import importlib
import importlib.util
import inspect
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import glassnet as gn

PACKAGE = Path(gn.__file__).parent
# A lesson of the lab is a notebook for learners, and no part of the library.
FILES = sorted(path for path in PACKAGE.rglob("*.py") if path.name != "lesson.py")

LAYERS = {
    "common": 0,
    "maths": 1,
    "network": 2,
    "data": 2,
    "engines": 3,
    "training": 4,
    "model": 5,
    "diagnostics": 5,
    "tabular": 5,
    "estimators": 6,
    "recipes": 6,
    "runs": 7,
    "report": 8,
    "bench": 8,
    "lab": 8,
    "tuning": 9,
    "playground": 9,
    "cli": 10,
    "__main__": 11,
    "api": 11,
}

# Libraries that are slow to load, or not everybody's: loaded inside the function that uses them.
LATE = [
    "scipy",
    "sklearn",
    "pyarrow",
    "PIL",
    "matplotlib",
    "rich",
    "typer",
    "safetensors",
    "numba",
    "tomli_w",
    "optuna",
    "sqlalchemy",
    "psutil",
    "jax",
    "torch",
    "pandas",
    "catboost",
    "lightgbm",
    "xgboost",
]


def modules_imported(source: str, module: str) -> Iterator[tuple[int, str]]:
    """Every line that imports glassnet, anywhere in the file, and the imported module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            name = f"{'.' * node.level}{node.module or ''}"
            base = importlib.util.resolve_name(name, module.rpartition(".")[0]) if node.level else name
            # `from glassnet.maths import losses` means glassnet.maths.losses; of a function its module is meant too.
            found = [f"{base}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from ((node.lineno, name) for name in found if name.split(".")[0] == "glassnet")


def imports_not_downwards(source: str, module: str) -> list[str]:
    """Return a module's imports from a higher layer, or from another package of its own layer."""
    package = module.split(".")[1]
    wrong = []
    for line, name in modules_imported(source, module):
        if name == "glassnet.__version__":
            continue  # text, not code: every package may use it
        other = name.split(".")[1] if "." in name else None
        if other != package and (other not in LAYERS or LAYERS[other] >= LAYERS[package]):
            wrong.append(f"{module}, line {line}: {package} (layer {LAYERS[package]}) imports {name}")
    return wrong


def import_cycles(sources: Mapping[str, str]) -> list[list[str]]:
    """Return the groups of modules that import each other, directly or not; imports inside functions count too."""
    graph: dict[str, set[str]] = {}
    for module, source in sources.items():
        imported = {name for _, name in modules_imported(source, module)}
        # `from glassnet.maths.losses import loss` may mean a module or a name in one.
        graph[module] = {name if name in sources else name.rpartition(".")[0] for name in imported} & set(sources)
        graph[module] -= {module, "glassnet"}  # the package of every module
    reachable: dict[str, set[str]] = {}
    for module in graph:
        found, waiting = set[str](), list(graph[module])
        while waiting:
            if (other := waiting.pop()) not in found:
                found.add(other)
                waiting += graph[other]
        reachable[module] = found
    groups = {
        tuple(sorted(other for other in reachable[module] if module in reachable[other]))
        for module in graph
        if module in reachable[module]
    }
    return sorted(map(list, groups))


def body_length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the number of lines of a function's body without its docstring and without the functions inside it."""
    body = function.body[1:] if ast.get_docstring(function, clean=False) is not None else function.body
    lines = {line for node in body for line in range(node.lineno, (node.end_lineno or 0) + 1)}
    for inner in _functions_in(function):
        lines -= set(range(inner.lineno, (inner.end_lineno or 0) + 1))
    return len(lines)


def _functions_in(tree: ast.AST) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    nodes = (node for node in ast.walk(tree) if node is not tree)
    return [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def module_of(file: Path) -> str:
    return ".".join(("glassnet", *file.relative_to(PACKAGE).with_suffix("").parts))


def test_every_package_has_a_layer() -> None:
    packages = {module_of(file).split(".")[1] for file in FILES} - {"__init__"}
    assert packages == set(LAYERS)


@pytest.mark.parametrize("file", [file for file in FILES if file != PACKAGE / "__init__.py"], ids=module_of)
def test_imports_point_downwards(file: Path) -> None:
    assert imports_not_downwards(file.read_text(encoding="utf-8"), module_of(file)) == []


@pytest.mark.parametrize(
    ("module", "source", "allowed"),
    [
        ("glassnet.network.layers", "from glassnet.maths import losses", True),
        ("glassnet.network.layers", "from glassnet.network.layer import Layer", True),
        ("glassnet.network.layers", "from .layer import Layer", True),
        ("glassnet.network.layers", "import numpy, scipy.special", True),
        ("glassnet.network.layers", "import glassnet.common.checks", True),
        ("glassnet.model", "def f():\n    from glassnet import __version__", True),
        ("glassnet.cli.train", "from glassnet.runs.save import write_run", True),
        ("glassnet.maths.losses", "from glassnet.network.network import Network", False),
        ("glassnet.maths.losses", "import glassnet.network.network", False),
        ("glassnet.maths.losses", "def f():\n    from glassnet.training import train", False),
        ("glassnet.maths.losses", "if TYPE_CHECKING:\n    from glassnet.network.layer import Layer", False),
        ("glassnet.maths.losses", "from ..network import layer", False),
        ("glassnet.data.dataset", "from glassnet.network import network", False),
        ("glassnet.network.network", "from glassnet.data.dataset import Dataset", False),
        ("glassnet.runs.save", "from glassnet.lab.steps import step", False),
        ("glassnet.common.specs", "from glassnet.maths import losses", False),
        ("glassnet.training.fit", "import glassnet", False),
        ("glassnet.training.fit", "import glassnet as gn", False),
        ("glassnet.training.fit", "from glassnet import train", False),
        ("glassnet.training.fit", "from glassnet.cellar import wine", False),
    ],
)
def test_the_import_check_detects_imports_upwards_and_sideways(module: str, source: str, allowed: bool) -> None:
    assert (imports_not_downwards(source, module) == []) is allowed


def test_there_are_no_import_cycles() -> None:
    sources = {module_of(file).removesuffix(".__init__"): file.read_text(encoding="utf-8") for file in FILES}
    assert import_cycles(sources) == []


def test_the_cycle_check_detects_imports_inside_functions_and_through_other_modules() -> None:
    sources = {
        "glassnet.a": "from glassnet import b",
        "glassnet.b": "def f():\n    from glassnet.c import g",
        "glassnet.c": "import glassnet.a",
        "glassnet.d": "from glassnet.a import x",
    }
    assert import_cycles(sources) == [["glassnet.a", "glassnet.b", "glassnet.c"]]


@pytest.mark.parametrize("file", FILES, ids=module_of)
def test_a_file_is_short(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 450


@pytest.mark.parametrize("file", FILES, ids=module_of)
def test_a_function_is_short(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    lengths = {f"{one.name}, line {one.lineno}": body_length(one) for one in _functions_in(tree)}
    assert {name: length for name, length in lengths.items() if length >= 60} == {}


def test_the_length_of_a_function_counts_its_own_body_only() -> None:
    text = '"""Docs.\n\n    More."""\n'
    inner = "    def g():\n        def h():\n            pass\n        return h\n"
    source = f"def f():\n    {text}{inner}    x = 1\n    return g\n"
    f, g, h = _functions_in(ast.parse(source))
    assert (body_length(f), body_length(g), body_length(h)) == (2, 1, 1)


@pytest.mark.parametrize("file", FILES, ids=module_of)
def test_every_file_has_a_module_docstring(file: Path) -> None:
    text = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))
    assert text is not None
    assert text.splitlines()[0][-1] in ".:;?,"  # a sentence, or the first line of one


@pytest.mark.parametrize("file", FILES, ids=module_of)
def test_only_user_facing_packages_print(file: Path) -> None:
    # verbose=True of an estimator prints, since scikit-learn's does.
    if module_of(file).split(".")[1] in ("cli", "report", "estimators", "lab"):
        return
    calls = [node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    assert [call.lineno for call in calls if isinstance(call.func, ast.Name) and call.func.id == "print"] == []


@pytest.mark.parametrize("file", FILES, ids=module_of)
def test_nothing_uses_the_global_random_generator(file: Path) -> None:
    """Of numpy.random, only generators are used."""
    if ".lab.exercises." in module_of(file):
        return  # which look at what learners do with it
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in ("np.random", "numpy.random"):
            own = ("default_rng", "Generator", "SeedSequence", "PCG64", "RandomState")
            assert node.attr in own, f"line {node.lineno}"


def test_importing_glassnet_loads_no_slow_libraries() -> None:
    code = f"import sys, glassnet; glassnet.Network; print(*[name for name in {LATE!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=600)
    assert done.stdout.split() == []
    assert done.stderr == ""


def test_importing_glassnet_does_not_load_numpy() -> None:
    code = "import sys, glassnet; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=600)
    assert done.stdout == "False\n"


def test_all_lists_exactly_the_public_names() -> None:
    assert len(set(gn.__all__)) == len(gn.__all__)
    api = importlib.import_module("glassnet.api")
    bound = {name for name in vars(api) if not name.startswith("_")} | set(api._LATE) | set(api._LATE_MODULES)
    assert bound - {"annotations"} == set(gn.__all__)
    assert set(dir(gn)) == {"__version__", *gn.__all__}
    with pytest.raises(AttributeError, match="has no attribute 'Netwrok'"):
        gn.Netwrok  # noqa: B018
    assert all(hasattr(gn, name) for name in gn.__all__)


@pytest.mark.parametrize("name", gn.__all__)
def test_every_public_name_is_defined_here_and_has_a_docstring(name: str) -> None:
    thing = getattr(gn, name)
    assert inspect.ismodule(thing) or inspect.isclass(thing) or inspect.isfunction(thing)
    assert (thing.__name__ if inspect.ismodule(thing) else thing.__module__).startswith("glassnet.")
    text = inspect.getdoc(thing)
    # A dataclass without a docstring gets its signature for one.
    assert text
    assert not text.startswith(f"{name}(")
    assert text.split("\n")[0].strip()[-1] in ".:;,"


@pytest.mark.parametrize("name", [name for name in gn.__all__ if inspect.isclass(getattr(gn, name))])
def test_every_public_method_has_a_docstring(name: str) -> None:
    cls = getattr(gn, name)
    for method, value in inspect.getmembers(
        cls, lambda value: inspect.isfunction(value) or isinstance(value, property)
    ):
        if not method.startswith("_"):
            assert inspect.getdoc(value), f"{name}.{method}"
