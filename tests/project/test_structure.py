"""The rules of the house: imports point downwards, files are short, `import glassnet` is quick, all is explained."""

import ast
import importlib
import importlib.util
import inspect
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import glassnet as gn

HOUSE = Path(gn.__file__).parent
# A lesson of the lab is a notebook for learners, and no part of the library.
FILES = sorted(path for path in HOUSE.rglob("*.py") if path.name != "lesson.py")

FLOORS = {
    "common": 0,
    "maths": 1,
    "network": 2,
    "data": 2,
    "engines": 3,
    "training": 4,
    "model": 5,
    "estimators": 6,
    "recipes": 6,
    "runs": 7,
    "report": 8,
    "bench": 8,
    "lab": 8,
    "tuning": 9,
    "cli": 10,
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
]


def modules_imported(source: str, module: str) -> Iterator[tuple[int, str]]:
    """Every line on which glassnet is imported, wherever in the file it stands, and the module that is meant."""
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


def arrows_not_downwards(source: str, module: str) -> list[str]:
    """What is wrong with a module's imports: those that point upwards, or sideways into another room."""
    room = module.split(".")[1]
    wrong = []
    for line, name in modules_imported(source, module):
        if name == "glassnet.__version__":
            continue  # a word, no code: it is everybody's
        there = name.split(".")[1] if "." in name else None
        if there != room and (there not in FLOORS or FLOORS[there] >= FLOORS[room]):
            wrong.append(f"{module}, line {line}: {room} (floor {FLOORS[room]}) imports {name}")
    return wrong


def module_of(file: Path) -> str:
    return ".".join(("glassnet", *file.relative_to(HOUSE).with_suffix("").parts))


def test_every_room_has_a_floor() -> None:
    rooms = {module_of(file).split(".")[1] for file in FILES} - {"__init__"}
    assert rooms <= set(FLOORS)
    assert {"common", "maths", "network", "data", "engines", "training"} <= rooms


@pytest.mark.parametrize("file", [file for file in FILES if file != HOUSE / "__init__.py"], ids=module_of)
def test_imports_point_downwards(file: Path) -> None:
    assert arrows_not_downwards(file.read_text(encoding="utf-8"), module_of(file)) == []


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
def test_the_checker_of_imports_sees_arrows_upwards_and_sideways(module: str, source: str, allowed: bool) -> None:
    assert (arrows_not_downwards(source, module) == []) is allowed


@pytest.mark.parametrize("file", FILES, ids=module_of)
def test_a_file_is_one_room_not_two(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 450


@pytest.mark.parametrize("file", FILES, ids=module_of)
def test_every_file_begins_by_saying_what_it_is(file: Path) -> None:
    text = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))
    assert text is not None
    assert text.splitlines()[0][-1] in ".:;?,"  # a sentence, or the first line of one


@pytest.mark.parametrize("file", FILES, ids=module_of)
def test_only_what_people_look_at_prints(file: Path) -> None:
    # verbose=True of an estimator prints, since scikit-learn's does.
    if module_of(file).split(".")[1] in ("cli", "report", "estimators", "lab"):
        return
    calls = [node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    assert [call.lineno for call in calls if isinstance(call.func, ast.Name) and call.func.id == "print"] == []


@pytest.mark.parametrize("file", FILES, ids=module_of)
def test_nothing_draws_from_the_global_generator(file: Path) -> None:
    """Of numpy.random, only what makes a generator of one's own is used."""
    if ".lab.exercises." in module_of(file):
        return  # which look at what learners do with it
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in ("np.random", "numpy.random"):
            own = ("default_rng", "Generator", "SeedSequence", "PCG64", "RandomState")
            assert node.attr in own, f"line {node.lineno}"


def test_importing_glassnet_loads_none_of_the_slow_libraries() -> None:
    code = f"import sys, glassnet; glassnet.Network; print(*[name for name in {LATE!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == []
    assert done.stderr == ""


def test_importing_glassnet_alone_loads_not_even_numpy() -> None:
    code = "import sys, glassnet; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "False\n"


def test_all_is_everything_public_and_nothing_else() -> None:
    assert len(set(gn.__all__)) == len(gn.__all__)
    api = importlib.import_module("glassnet.api")
    bound = {name for name in vars(api) if not name.startswith("_")} | set(api._LATE)
    assert bound - {"annotations"} == set(gn.__all__)
    assert set(dir(gn)) == {"__version__", *gn.__all__}
    with pytest.raises(AttributeError, match="has no attribute 'Netwrok'"):
        gn.Netwrok  # noqa: B018
    assert all(hasattr(gn, name) for name in gn.__all__)


@pytest.mark.parametrize("name", gn.__all__)
def test_every_public_name_is_ours_and_explains_itself(name: str) -> None:
    thing = getattr(gn, name)
    assert inspect.ismodule(thing) or inspect.isclass(thing) or inspect.isfunction(thing)
    assert (thing.__name__ if inspect.ismodule(thing) else thing.__module__).startswith("glassnet.")
    text = inspect.getdoc(thing)
    # A dataclass without a docstring gets its signature for one.
    assert text
    assert not text.startswith(f"{name}(")
    assert text.split("\n")[0].strip()[-1] in ".:;,"


@pytest.mark.parametrize("name", [name for name in gn.__all__ if inspect.isclass(getattr(gn, name))])
def test_every_public_method_explains_itself(name: str) -> None:
    cls = getattr(gn, name)
    for method, value in inspect.getmembers(
        cls, lambda value: inspect.isfunction(value) or isinstance(value, property)
    ):
        if not method.startswith("_"):
            assert inspect.getdoc(value), f"{name}.{method}"
