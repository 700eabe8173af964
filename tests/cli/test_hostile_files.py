"""Files that somebody made to break or deceive: one line at once, and nothing that a terminal would obey."""

import io
import json
import struct
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from rich.table import Table

import glassnet as gn
from glassnet import cli
from glassnet.cli.main import run
from glassnet.cli.messages import LONGEST
from glassnet.cli.terminal import Console
from glassnet.common.text import printable
from glassnet.recipes.load import load_recipe
from glassnet.recipes.recipe import MOST_BYTES, read_recipe

pytestmark = pytest.mark.usefixtures("in_a_folder_of_its_own")

RED, TITLE, WIDE = "\x1b[31mred", "b\x1b]0;title\x07", "\x9b2Jc"
"""Names that color a terminal, change its title, and clear it."""


def one_line(arguments: list[str], capsys: pytest.CaptureFixture[str], status: int = 2) -> str:
    """The message of a command that fails with one line."""
    assert run(arguments) == status
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("glassnet: ")
    assert err.count("\n") == 1
    return err


# Arrays


def npy(header: str) -> bytes:
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode()


HEADERS = {
    "not Python": "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2)\n  '''",
    "huge shape": "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999, 2), }\n",
    "negative shape": "{'descr': '<f4', 'fortran_order': False, 'shape': (-3, 2), }\n",
    "unknown type": "{'descr': '<Z9', 'fortran_order': False, 'shape': (3, 2), }\n",
    "nested": "{'descr': " + "(" * 3000 + "\n",
}


@pytest.mark.parametrize("name", HEADERS)
@pytest.mark.parametrize("kind", ["npy", "npz"])
def test_a_damaged_header_of_an_array_is_one_line(kind: str, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    np.save("y.npy", np.arange(3))
    if kind == "npy":
        Path("X.npy").write_bytes(npy(HEADERS[name]))
    else:
        with zipfile.ZipFile("X.npz", "w") as archive:
            archive.writestr("X.npy", npy(HEADERS[name]))
            archive.write("y.npy")
    assert f"X.{kind}" in one_line(["train", f"X.{kind}"], capsys)


def test_a_zip_of_an_unknown_version_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    np.savez("X.npz", X=np.eye(3), y=np.arange(3))
    content = bytearray(Path("X.npz").read_bytes())
    at = content.index(b"PK\x01\x02")
    content[at + 6 : at + 8] = struct.pack("<H", 990)  # the version that is needed to extract it
    Path("X.npz").write_bytes(content)
    assert "X.npz" in one_line(["train", "X.npz"], capsys)


def test_code_points_that_do_not_exist_are_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    buffer = io.BytesIO()
    np.save(buffer, np.array(["ab", "cd", "ef"]))
    content = buffer.getvalue()[:-4] + b"\xff\xff\xff\x7f"
    with zipfile.ZipFile("X.npz", "w") as archive:
        archive.writestr("y.npy", content)
        buffer = io.BytesIO()
        np.save(buffer, np.eye(3))
        archive.writestr("X.npy", buffer.getvalue())
    assert "X.npz" in one_line(["train", "X.npz"], capsys)


# Recipes and metrics


@pytest.mark.parametrize(
    "text",
    [
        "[" + "a." * 20_000 + "a]\n",
        "[" + "a." * 200_000 + "a]\n",
        "a" + " . a" * 100_000 + " = 1\n",
        '"a".' * 100_000 + "a = 1\n",
        "x = {" + "a." * 100_000 + "a = 1}\n",
        "x = " + "[" * 200_000,
        '"' * 200_000,
        '"\\' * 200_000,
        "a" * 200_000,
        "#" * (MOST_BYTES + 1),
    ],
    ids=["table", "large table", "key", "quoted", "inline", "brackets", "quotes", "escapes", "word", "large"],
)
def test_a_recipe_made_to_take_long_is_refused_at_once(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("deep.toml").write_text(text)
    began = time.process_time()
    assert "deep.toml is not a" in one_line(["train", "deep.toml"], capsys)
    assert time.process_time() - began < 60  # it took minutes


def test_dots_in_texts_and_numbers_of_a_recipe_are_allowed() -> None:
    numbers = ", ".join(f"{i}.5" for i in range(100))
    recipe = load_recipe("iris").toml().replace('name = "iris"', f'name = "{"a." * 50}b" # {"1.2." * 50}')
    Path("dots.toml").write_text(recipe + f"\n[search]\nx = [{numbers}]\n")
    assert read_recipe("dots.toml").name.count(".") == 50


def test_a_number_no_float_can_hold_in_metrics_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["train", "iris", "--epochs", "2", "--quiet", "--no-report"]) == 0
    path = Path("runs/iris/metrics.json")
    metrics = json.loads(path.read_text())
    for digits in (400, 5000):
        path.write_text(json.dumps(metrics | {"test_loss": "here"}).replace('"here"', f"1{'0' * digits}"))
        assert "metrics.json is damaged" in one_line(["report", "runs/iris"], capsys)


@pytest.mark.parametrize("digits", [400, 5000])
def test_an_integer_beyond_all_floats_in_a_table_is_text_or_one_line(
    digits: int, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, count in (("few", 1), ("many", 40)):
        cells = [f"{'9' * digits}{i:02}" if i < count else str(i) for i in range(60)]
        lines = ["a,b,kind", *(f"{cell},{i % 7},{'pq'[i % 2]}" for i, cell in enumerate(cells))]
        Path(f"{name}.csv").write_text("\n".join(lines) + "\n")
        status = run(["train", f"{name}.csv", "--target", "kind", "--epochs", "2", "--no-report"])
        assert status == 0 or (status == 2 and "column" in capsys.readouterr().err)


# Messages and output


@pytest.mark.parametrize(("words", "status"), [(["x" * 100_000], 1), (["iris", "--loss" + "x" * 100_000], 2)])
def test_a_message_has_a_maximum_length(words: list[str], status: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(one_line(["train", *words], capsys, status)) <= LONGEST + len("glassnet: \n")


def test_a_message_shows_control_characters_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    assert r"\x1b[31mred" in one_line(["train", f"{RED}.csv"], capsys)


def obeyed(text: str) -> bool:
    """Whether a terminal would see an escape sequence that is not one of ours."""
    return any(name in text for name in (RED, TITLE, WIDE, "\x1b]", "\x9b", "\x07", "\x1b[2J"))


def test_the_console_escapes_text_and_keeps_its_own_colors() -> None:
    file = io.StringIO()
    console = Console(file=file, force_terminal=True, color_system="standard", width=200)
    table = Table(title=WIDE)
    table.add_column(TITLE)
    table.add_row(RED, style="green")
    console.print(table, RED, TITLE, f"[bold]{WIDE}[/bold]", highlight=False, markup=False)
    console.print("two\nlines\t.")
    assert not obeyed(file.getvalue())
    assert "\x1b[32m" in file.getvalue()
    assert all(printable(name) in file.getvalue() for name in (RED, WIDE, TITLE[:-1]))
    assert "two\nlines" in file.getvalue()


def test_names_in_tables_and_model_files_are_never_printed_raw(capsys: pytest.CaptureFixture[str]) -> None:
    lines = [f"{i % 3 + i / 100},{i % 7},{(RED, TITLE, '<script>')[i % 3]}" for i in range(60)]
    Path("t.csv").write_text("\n".join(["a,b<i>,kind", *lines]))
    assert run(["train", "t.csv", "--target", "kind", "--epochs", "5", "--categorical", "b<i>"]) == 0
    words = {f"note{RED}": WIDE}
    network = gn.Network(2, [gn.Dense(2, "softmax")])
    model = gn.Model(None, network, (RED, TITLE), feature_names=("x\x1b[2J", WIDE), metrics=words, recipe=words)
    model.save("m.safetensors")
    np.save("X.npy", np.eye(2))
    for command in (
        "predict runs/t t.csv",
        "inspect runs/t",
        "inspect runs/t --sample 1",
        "evaluate runs/t t.csv",
        "report runs/t",
        "predict m.safetensors X.npy",
        "inspect m.safetensors",
        "inspect m.safetensors --json",
        "predict m.safetensors X.npy --json",
    ):
        assert run(command.split()) == 0
    out, err = capsys.readouterr()
    assert not obeyed(out + err)
    assert r"\x1b[31mred" in out
    page = Path("runs/t/report.html").read_text()
    assert not obeyed(page)
    assert "<script" not in page


@pytest.mark.parametrize("file", sorted(Path(cli.__file__).parent.glob("*.py")), ids=lambda file: file.stem)
def test_commands_print_through_the_one_console_and_the_one_function(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    if file.stem != "terminal":
        assert "rich.console" not in text.replace("    from rich.console import RenderableType", "")
    if file.stem not in ("messages", "saving"):
        assert "file=sys.stderr" not in text
