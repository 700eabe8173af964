"""The code blocks of README and user guide run as they stand, page by page, each page in a folder of its own.

In a page, Python blocks share their names, and shell blocks run every line that begins with `glassnet`. Comments in the
page, which readers do not see, mark the blocks that are different:

    <!-- file: new.csv -->      the block is a file that later blocks read
    <!-- not run: reason -->    the block is not executed
    <!-- output -->             the block is the beginning of what the last command printed, with other numbers
"""

import re
import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from glassnet.cli.main import run
from glassnet.data.preprocessing import PREPROCESSING
from glassnet.maths import activations, initializers, losses, optimizers, schedules
from glassnet.network.layers import LAYERS
from glassnet.recipes.recipe import TABLES
from glassnet.tabular.qualities import QUALITIES
from helpers.needs import needs_installed

ROOT = Path(__file__).parents[2]
GUIDE = sorted(page for folder in ("getting-started", "guide") for page in (ROOT / "docs" / folder).glob("*.md"))
PAGES = [
    "README.md",
    "docs/index.md",
    "docs/from-sklearn.md",
    "docs/tuning.md",
    *(str(page.relative_to(ROOT)) for page in GUIDE),
]

SLOW = ("first-model", "runs", "images", "lab")
"""Pages whose code takes several seconds."""

NOT_RUN = {
    "glassnet lab": "watches until q is pressed",
    "glassnet lab finale": "needs every exercise",
    "glassnet bench": "takes ten minutes",
}
"""Commands that are not executed, and why."""

SMALLER = {
    "tune": ["--trials", "2", "--jobs", "1", "--ensemble-size", "1"],
    "train digits-best": ["--epochs", "2", "--ensemble-size", "1"],
    "playground": ["--no-open", "--idle-minutes", "0.005"],
}
"""Options that make long commands short."""

NEEDS = {"docs/guide/playground.md": "starlette"}
"""Pages whose code needs a package that is not installed everywhere."""

STATUS = {"lab check": 1, "lab figure": 1}
"""Exit statuses other than 0: an exercise that has not been solved fails its check, and has no figure."""

BLOCK = re.compile(
    r"^(?:<!-- (?P<mark>file|not run|output)(?:: (?P<what>[^>]+))? -->\n)?```(?P<language>\w+)\n(?P<code>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Block:
    """A block of a page: its language, code, position, and marks."""

    language: str
    code: str
    line: int
    mark: str | None
    what: str | None


def blocks(text: str) -> list[Block]:
    """Every fenced block of a page with a language that is executed or written to a file."""
    found = []
    for match in BLOCK.finditer(text):
        line = text.count("\n", 0, match.start("code")) + 1
        found.append(Block(match["language"], match["code"], line, match["mark"], match["what"]))
    return found


def commands(block: Block) -> list[list[str]]:
    """The arguments of every command in a shell block, without comments; a backslash continues a line."""
    lines = block.code.replace("\\\n", "").splitlines()
    return [words for line in lines if (words := shlex.split(line, comments=True))]


def execute(command: list[str], where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run one line of a shell block, in this process."""
    line = " ".join(command)
    if line in NOT_RUN:
        return
    if command[0] == "cd":
        monkeypatch.chdir(command[1])
        return
    assert command[0] == "glassnet", f"{where}: mark the block if {line!r} cannot run"
    more = next((options for begin, options in SMALLER.items() if line.startswith(f"glassnet {begin}")), [])
    status = next((status for begin, status in STATUS.items() if line.startswith(f"glassnet {begin}")), 0)
    assert run([*command[1:], *more]) == status, f"{where}: {line}"


def skeleton(output: str) -> str:
    """Output without its numbers and the widths of its tables; … stands for any number."""
    return re.sub(r"─+", "─", re.sub(r"\s+", " ", re.sub(r"[\d.,…]+", "#", output))).strip()


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with sample files in place of the reader's own files."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    shutil.copytree(ROOT / "docs" / "data", tmp_path / "docs" / "data")
    shutil.copy(ROOT / "docs" / "data" / "homes.csv", tmp_path)
    (tmp_path / "new.csv").write_text("area,rooms,city,garden\n120,5,Zurich,yes\n60,2,Bern,no\n")
    for folder, level in (("photos/cats", 60), ("photos/dogs", 180), ("new", 180)):
        (tmp_path / folder).mkdir(parents=True)
        for number in range(1, 21):
            pixels = rng.normal(level, 20, (20, 20, 3)).clip(0, 255).astype(np.uint8)
            Image.fromarray(pixels).save(tmp_path / folder / f"{number}.png")
    digit = np.full((40, 30), 255, np.uint8)
    digit[5:35, 13:18] = 0
    Image.fromarray(digit).save(tmp_path / "digit.png")
    X = rng.normal(size=(200, 4)).astype(np.float32)  # (n, features)
    y = (X[:, 0] > 0).astype(np.int64)
    np.savez(tmp_path / "mine.npz", X=X, y=y)
    np.save(tmp_path / "X.npy", X)
    np.save(tmp_path / "y.npy", y)
    return tmp_path


@pytest.mark.parametrize(
    "page", [pytest.param(page, marks=[pytest.mark.slow] if Path(page).stem in SLOW else []) for page in PAGES]
)
@pytest.mark.usefixtures("files")
def test_the_code_of_a_page_runs(
    page: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if page in NEEDS:
        needs_installed(NEEDS[page])
    names: dict[str, object] = {"__name__": "__main__"}
    printed = ""
    for block in blocks((ROOT / page).read_text(encoding="utf-8")):
        where = f"{page}, line {block.line}"
        if block.mark == "file":
            assert block.what
            Path(block.what).write_text(block.code, encoding="utf-8")
        elif block.mark is None and block.language == "python":
            exec(compile("\n" * (block.line - 1) + block.code, page, "exec"), names)
        elif block.mark is None and block.language == "console":
            for command in commands(block):
                execute(command, where, monkeypatch)
                printed = capsys.readouterr().out
        elif block.mark == "output":
            assert skeleton(printed).startswith(skeleton(block.code)), where


def test_blocks_are_found_with_their_marks() -> None:
    page = (
        "Text\n```python\nx = 1\n```\n\n"
        "<!-- file: a.csv -->\n```text\na\n```\n"
        "<!-- not run: slow -->\n```console\nls\n```\n"
        "<!-- output -->\n```text\nb\n```\n"
    )
    found = [(block.language, block.code, block.line, block.mark, block.what) for block in blocks(page)]
    assert found == [
        ("python", "x = 1\n", 3, None, None),
        ("text", "a\n", 8, "file", "a.csv"),
        ("console", "ls\n", 12, "not run", "slow"),
        ("text", "b\n", 16, "output", None),
    ]


def test_output_may_differ_in_numbers_and_widths_only() -> None:
    shown = "╭────╮\n│ time │ … s │\n│ RMSE │  9.5 │\n"
    assert skeleton("╭──────╮\n│ time │ 12.25 s │\n│ RMSE │ 1,234 │\n│ R² │ 1 │").startswith(skeleton(shown))
    assert not skeleton("╭────╮\n│ time │ 1.5 s │\n│ MAE │  9.5 │\n").startswith(skeleton(shown))


def test_a_command_that_cannot_run_has_to_be_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AssertionError, match="mark the block if 'ls -l' cannot run"):
        execute(["ls", "-l"], "a page", monkeypatch)


@pytest.mark.parametrize("page", [page for page in PAGES if not page.endswith("index.md")])
def test_every_page_has_code(page: str) -> None:
    assert blocks((ROOT / page).read_text(encoding="utf-8"))


def names_in_row(page: str, title: str) -> set[str]:
    """The names in the second column of the row of a table that begins with a title."""
    text = (ROOT / "docs" / "guide" / page).read_text(encoding="utf-8")
    row = re.search(rf"^\| {title} \| (.*) \|$", text, re.MULTILINE)
    assert row, title
    return set(re.findall(r"`(\w+)`", row[1]))


@pytest.mark.parametrize("table", TABLES)
def test_the_guide_lists_every_key_of_a_recipe(table: str) -> None:
    assert names_in_row("recipes.md", rf"`\[{table}\]`") == set(TABLES[table]) - {"options"}  # which have a row


@pytest.mark.parametrize(
    ("title", "family"),
    [
        ("Layers", LAYERS),
        ("Preprocessing", PREPROCESSING),
        ("Activations", activations.ACTIVATIONS),
        ("Losses", losses.LOSSES),
        ("Optimizers", optimizers.OPTIMIZERS),
        ("Schedules", schedules.SCHEDULES),
        ("Initializers", initializers.INITIALIZERS),
    ],
)
def test_the_guide_lists_every_component_by_name(title: str, family: dict[str, object]) -> None:
    assert names_in_row("recipes.md", rf"\[?{title}(?:\]\([^)]*\))?") == set(family)


def test_the_guide_describes_every_quality() -> None:
    text = (ROOT / "docs" / "guide" / "tables.md").read_text(encoding="utf-8")
    found = re.findall(r"^\| `(\w+)` \| (\d+) \| (\d+) \|", text, re.MULTILINE)
    assert found == [(name, f"{len(one.settings)}", f"{one.folds}") for name, one in QUALITIES.items()]


def test_links_in_the_readme_point_to_files() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#]+)\)|src=\"([^\"]+)\"", text)
    targets = [markdown or html for markdown, html in links]
    assert targets
    assert [target for target in targets if not (ROOT / target).is_file()] == []


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 120
