"""Tables in any file format, compressed, from standard input, and from pipes: the same rows from each."""

import bz2
import gzip
import io
import lzma
import os
import subprocess
import sys
import threading
import warnings
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.feather
import pytest

import glassnet as gn
from glassnet.cli.main import run
from glassnet.data.tables import compression, file_formats

pytestmark = pytest.mark.usefixtures("in_a_folder_of_its_own")

SIZE, CITY = [1.5, 2.0, np.nan, 40.0], ["Rome", "Oslo", "Rome", None]
TEXT = "size,city\n1.5,Rome\n2,Oslo\n,Rome\n40,\n"


def zipped(data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("folder/t.csv", data)
        archive.writestr("__MACOSX/folder/._t.csv", b"rubbish")
    return file.getvalue()


def zstd(data: bytes) -> bytes:
    with pa.output_stream(out := pa.BufferOutputStream(), compression="zstd") as stream:
        stream.write(data)
    return bytes(out.getvalue())


COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": zstd,
    ".zip": zipped,
}


def check(table: gn.Table) -> None:
    np.testing.assert_array_equal(table["size"], SIZE)
    assert table["city"].tolist() == CITY


@pytest.mark.parametrize("ending", COMPRESS)
def test_compressed_text(ending: str) -> None:
    Path(f"t.csv{ending}").write_bytes(COMPRESS[ending](TEXT.encode()))
    check(gn.read_table(f"t.csv{ending}"))
    Path(f"t.tsv{ending}").write_bytes(COMPRESS[ending](TEXT.replace(",", "\t").encode()))
    check(gn.read_table(f"t.tsv{ending}"))


def test_a_zip_archive_needs_no_other_ending_but_exactly_one_table() -> None:
    Path("t.zip").write_bytes(zipped(TEXT.encode()))
    check(gn.read_table("t.zip"))
    with zipfile.ZipFile("two.zip", "w") as archive:
        archive.writestr("a.csv", TEXT)
        archive.writestr("b\x1b.csv", TEXT)
    with pytest.raises(
        ValueError, match=r"must contain exactly one file, a table as text; it contains 2 \(a.csv, b.x1b"
    ):
        gn.read_table("two.zip")
    with zipfile.ZipFile("none.zip", "w"):
        pass
    with pytest.raises(ValueError, match="it contains none"):
        gn.read_table("none.zip")


@pytest.mark.parametrize("ending", [*COMPRESS, ".xlsx"])
def test_files_that_end_too_early_raise(ending: str) -> None:
    data = COMPRESS.get(ending, zipped)(TEXT.encode() * 1000)
    name = f"t{ending}" if ending == ".xlsx" else f"t.csv{ending}"
    for length in (1, len(data) // 2, len(data) - 20):
        Path(name).write_bytes(data[:length])
        with pytest.raises(ValueError, match=r"is not (a complete|an .xlsx file)"):
            gn.read_table(name)


@pytest.mark.parametrize("ending", COMPRESS)
def test_compression_bombs_raise(ending: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compression, "ALWAYS_ALLOWED_BYTES", 1 << 16)
    Path(f"t.csv{ending}").write_bytes(COMPRESS[ending](b"a,b\n" + b"1,2\n" * 200_000))
    with pytest.raises(ValueError, match="unpacks to more than 100 times its size"):
        gn.read_table(f"t.csv{ending}")


def test_memory_that_an_xz_file_requires_is_limited() -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 29}]
    Path("t.csv.xz").write_bytes(lzma.compress(TEXT.encode(), filters=filters))
    with pytest.raises(ValueError, match=r"is not a complete xz file: Memory usage limit exceeded"):
        gn.read_table("t.csv.xz")


def test_vertical_bars_separate_columns() -> None:
    for name in ("t.psv", "t.csv"):
        Path(name).write_text(TEXT.replace(",", "|"))
        check(gn.read_table(name))


def test_the_format_overrides_the_name() -> None:
    Path("t.txt").write_text(TEXT.replace(",", "\t"))
    check(gn.read_table("t.txt", format="tsv"))
    with pytest.raises(ValueError, match=r"t.txt is not a supported table; pass format"):
        gn.read_table("t.txt")
    with pytest.raises(ValueError, match=r"unknown format 'tvs'.*tsv"):
        gn.read_table("t.txt", format="tvs")


# Spreadsheets


def write_xlsx(name: str, sheets: dict[str, list[list[Any]]]) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(name)


def test_spreadsheets() -> None:
    rows = [
        ["size", "city", "sold", "zip"],
        [1.5, "Rome", True, "007"],
        [2, "Oslo", False, "012"],
        [None, "Rome", True, "7"],
        [40.0, None, False, "100"],
    ]
    write_xlsx("t.xlsx", {"Empty": [], "Prices": rows})
    table = gn.read_table("t.xlsx")
    check(table)
    assert table["sold"].tolist() == [1, 0, 1, 0]
    assert table["zip"].tolist() == ["007", "012", "7", "100"]
    write_xlsx("t.xlsx", {"Prices": rows, "Notes": [["made", "by"], ["Ann", 3]]})
    with pytest.raises(ValueError, match=r"t.xlsx has 2 sheets with data, Prices, Notes; choose one with sheet"):
        gn.read_table("t.xlsx")
    check(gn.read_table("t.xlsx", sheet="Prices"))
    assert gn.read_table("t.xlsx", sheet=2).columns == ("made", "by")
    with pytest.raises(ValueError, match=r"t.xlsx: unknown sheet 'Price'.*Prices"):
        gn.read_table("t.xlsx", sheet="Price")
    Path("t.csv").write_text(TEXT)
    with pytest.raises(ValueError, match=r"sheet applies to .xlsx files, but t.csv is CSV"):
        gn.read_table("t.csv", sheet=2)


def test_cells_of_spreadsheets_have_one_reading() -> None:
    rows = [["a", "day", "b"], [1234567.0, datetime(2024, 3, 1), 0.125], [1050, datetime(2024, 12, 2), 1.125]]
    write_xlsx("t.xlsx", {"t": rows})
    table = gn.read_table("t.xlsx", categorical="day")
    assert table["a"].tolist() == [1234567, 1050]
    assert table["b"].tolist() == [0.125, 1.125]
    assert table["day"].tolist() == ["2024-03-01", "2024-12-02"]


def test_messages_call_a_stream_by_its_name(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    def piped(data: bytes) -> None:
        monkeypatch.setattr(file_formats, "_copies", {})
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))

    kinds = "".join(f"{i * i % 11},{'uv'[i % 2]},{i % 7}\n" for i in range(60))
    Path("t.csv").write_text(f"a,b,c\n{kinds}")
    train = ["train", "t.csv", "--target", "c", "--task", "regression", "--epochs", "1", "--out", "r", "--quiet"]
    assert run([*train, "--no-report"]) == 0
    for command, data, message in (
        (["predict", "r", "-", "--unseen", "error"], b"a,b\n1,w\n", "standard input: column 'b' contains 'w' in row 1"),
        (["predict", "r", "-"], b"a,b\nx,u\n", "standard input: column 'a', row 1: 'x' is not a number"),
        (["predict", "r", "-"], b"a\n1\n", "standard input has no column 'b', which the model needs"),
        (["evaluate", "r", "-"], b"a,b\n1,u\n", "standard input has no column 'c' with the true values"),
    ):
        piped(data)
        run(command)
        assert message in capsys.readouterr().err
    piped(b"a,b\n1,w\n")
    with pytest.warns(UserWarning, match="^standard input: 1 of 1 rows contains values not seen in training"):
        run(["predict", "r", "-"])
    for command, printed in (
        (["predict", "r", "-"], "RMSE on standard input: "),
        (["evaluate", "r", "-"], "r on standard"),
    ):
        piped(b"a,b,c\n1,u,3\n2,v,5\n")
        assert run(command) == 0
        assert printed in capsys.readouterr().out


@pytest.mark.parametrize("number", [1.234, 17.5, -0.25, 1234567.5, 3, 1.5e-9, 2.5e300])
def test_numbers_of_a_spreadsheet_do_not_depend_on_the_separators_of_the_training(number: float) -> None:
    """A model for files with decimal commas must not read 1.234 as 1234."""
    write_xlsx("t.xlsx", {"t": [["x", "text"], [number, "2,5"], [number, "1.000,5"]]})
    table = gn.read_table("t.xlsx", decimal=",")
    np.testing.assert_array_equal(table["x"], [number, number])
    np.testing.assert_array_equal(table["text"], [2.5, 1000.5])


def test_a_model_for_decimal_commas_predicts_a_spreadsheet(capsys: Any) -> None:
    rows = [[i / 8, i % 5, i / 4 + 1] for i in range(80)]
    text = "\n".join(";".join(str(one).replace(".", ",") for one in row) for row in rows)
    Path("t.csv").write_text(f"a;b;c\n{text}\n")
    write_xlsx("t.xlsx", {"t": [["a", "b", "c"], *rows]})
    assert run(["train", "t.csv", "--target", "c", "--epochs", "2", "--out", "r", "--quiet", "--no-report"]) == 0
    capsys.readouterr()
    printed = []
    for name in ("t.csv", "t.xlsx"):
        assert run(["predict", "r", name, "--json"]) == 0
        printed.append(capsys.readouterr().out)
    assert printed[0] == printed[1].replace("t.xlsx", "t.csv")


def test_without_openpyxl_the_message_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    write_xlsx("t.xlsx", {"t": [["a", "b"], [1, 2]]})
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    assert run(["train", "t.xlsx", "--target", "b"]) == 2
    assert capsys.readouterr().err == (
        "glassnet: t.xlsx is a spreadsheet, which needs openpyxl: pip install openpyxl\n"
    )


def test_a_spreadsheet_with_the_name_of_a_text_file_is_named() -> None:
    write_xlsx("t.xlsx", {"t": [["a", "b"], [1, 2]]})
    Path("t.xlsx").rename("t.csv")
    with pytest.raises(ValueError, match=r"t.csv is a spreadsheet or another Office file.*its name must end in .xlsx"):
        gn.read_table("t.csv")
    assert gn.read_table("t.csv", format="xlsx")["b"].tolist() == [2]


# Standard input and pipes


def test_pipes() -> None:
    for name in ("pipe", "pipe.csv"):
        os.mkfifo(name)
        for size in (1.5, 7.5):  # a pipe may be used again
            content = TEXT.replace("1.5", str(size))
            writer = threading.Thread(target=Path(name).write_text, args=[content], daemon=True)
            writer.start()
            assert gn.read_table(name)["size"][0] == size
            writer.join(60)


def test_a_file_descriptor_is_read_once_per_process() -> None:
    script = (
        "import glassnet as gn; a = gn.read_table('/dev/stdin'); b = gn.read_table('/dev/stdin', drop='city'); "
        "print(a['city'].tolist(), b['size'].tolist())"
    )
    done = subprocess.run([sys.executable, "-c", script], input=TEXT, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("['Rome', 'Oslo', 'Rome', None] [1.5, 2.0, nan, 40.0]\n", "")


@pytest.mark.parametrize("compress", [bytes, gzip.compress, zipped])
def test_standard_input_may_be_compressed(compress: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    data = compress(TEXT.encode())
    monkeypatch.setattr(file_formats, "_copies", {})
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    check(gn.read_table("-"))


def test_messages_name_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_formats, "_copies", {})
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"a,b\n1,2,3\n")))
    with pytest.raises(ValueError, match=r"^standard input, line 2 contains 3 values"):
        gn.read_table("-")
    monkeypatch.setattr(sys, "stdin", None)
    monkeypatch.setattr(file_formats, "_copies", {})
    with pytest.raises(ValueError, match="standard input is closed; pass a file"):
        gn.read_table("-")


def write_homes(name: str, rows: int = 60) -> None:
    rng = np.random.default_rng(0)
    sizes = rng.normal(50, 10, rows)
    lines = [f"{size:.2f},{('TRUE', 'FALSE')[i % 2]},{3 * size + i % 2:.2f}" for i, size in enumerate(sizes)]
    Path(name).write_text("size,lift,price\n" + "\n".join(lines) + "\n")


def test_commands_take_pipes(capsys: pytest.CaptureFixture[str]) -> None:
    write_homes("homes.csv")
    os.mkfifo("pipe")

    def through_pipe(*command: str) -> int:
        writer = threading.Thread(target=Path("pipe").write_bytes, args=[Path("homes.csv").read_bytes()], daemon=True)
        writer.start()
        status = run(list(command))
        writer.join(60)
        return status

    assert through_pipe("train", "pipe", "--target", "price", "--epochs", "2", "--quiet", "--out", "run") == 0
    assert 'format = "csv"' in Path("run/recipe.toml").read_text()
    assert through_pipe("predict", "run", "pipe", "--out", "a.csv", "--quiet") == 0
    assert run(["predict", "run", "homes.csv", "--out", "b.csv", "--quiet"]) == 0
    assert Path("a.csv").read_text() == Path("b.csv").read_text()
    assert through_pipe("evaluate", "run", "pipe", "--json") == 0
    assert '"test_rmse"' in capsys.readouterr().out
    assert run(["report", "run"]) == 0
    assert "the data came from pipe, so they must be given again" in capsys.readouterr().out
    Path("pipe").unlink()
    assert run(["inspect", "run"]) == 0


def test_commands_take_standard_input_and_other_formats() -> None:
    write_homes("homes.csv")

    def glassnet(*command: str) -> subprocess.CompletedProcess[str]:
        program = [sys.executable, "-m", "glassnet", *command]
        text = Path("homes.csv").read_text()
        return subprocess.run(program, input=text, capture_output=True, text=True, check=False)

    done = glassnet("train", "-", "--target", "price", "--epochs", "2", "--quiet")
    assert (done.returncode, done.stderr) == (0, "")
    done = glassnet("predict", "runs/stdin", "-", "--out", "-")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0] == "row,price"
    assert len(done.stdout.splitlines()) == 61
    done = glassnet("evaluate", "runs/stdin", "-", "--json")
    assert '"test_rmse"' in done.stdout
    Path("homes.txt").write_text(Path("homes.csv").read_text())
    assert run(["train", "homes.txt", "--format", "csv", "--target", "price", "--epochs", "2", "--quiet"]) == 0
    assert run(["predict", "runs/homes", "homes.txt", "--format", "csv"]) == 0
    assert run(["evaluate", "runs/homes", "homes.txt"]) == 0


def test_a_wrong_target_is_named_before_the_run_folder(capsys: pytest.CaptureFixture[str]) -> None:
    write_homes("homes.csv")
    assert run(["train", "homes.csv", "--target", "price", "--epochs", "2", "--quiet"]) == 0
    for command in ("train", "tune"):
        assert run([command, "homes.csv", "--target", "prise"]) == 2
        assert capsys.readouterr().err.startswith("glassnet: homes.csv: unknown column 'prise'")


def test_rows_with_words_for_numbers_or_booleans_are_skipped(capsys: pytest.CaptureFixture[str]) -> None:
    write_homes("homes.csv")
    assert run(["train", "homes.csv", "--target", "price", "--epochs", "2", "--quiet"]) == 0
    Path("new.csv").write_text("size,lift\n50,TRUE\n60,FALSE\n70,maybe\n?,TRUE\n55,TRUE\n")
    assert run(["predict", "runs/homes", "new.csv"]) == 2
    assert "new.csv, row 3: column 'lift' contains 'maybe', unlike in training" in capsys.readouterr().err
    skipped = "skipped 2 of 5 rows of new.csv with invalid values: row 3: column 'lift' contains 'maybe'; row 4: column"
    with pytest.warns(UserWarning, match=skipped):
        assert run(["predict", "runs/homes", "new.csv", "--skip-invalid", "--out", "-"]) == 0
    assert [line.split(",")[0] for line in capsys.readouterr().out.splitlines()] == ["row", "1", "2", "5"]


def test_evaluate_skips_rows_as_training_did(capsys: pytest.CaptureFixture[str]) -> None:
    write_homes("homes.csv")
    with Path("homes.csv").open("a") as file:
        file.write("50,TRUE,\n")
    assert run(["train", "homes.csv", "--target", "price", "--epochs", "2", "--quiet", "--skip-invalid"]) == 0
    assert "skipped 1 of 61 rows" in capsys.readouterr().err
    with Path("homes.csv").open("a") as file:
        file.write("55,FALSE,\n60,TRUE,181\n")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert run(["evaluate", "runs/homes", "homes.csv", "--json"]) == 0
    assert any("skipped 2 rows of homes.csv with a missing or unknown target" in str(one.message) for one in caught)
    assert '"all_rows": 61' in capsys.readouterr().out


def test_a_sample_has_the_number_of_its_row_in_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    write_homes("homes.csv")
    lines = Path("homes.csv").read_text().splitlines()
    lines[2] = "50,TRUE,"
    Path("homes.csv").write_text("\n".join(lines) + "\n")
    assert run(["train", "homes.csv", "--target", "price", "--epochs", "2", "--quiet", "--skip-invalid"]) == 0
    with pytest.warns(UserWarning, match="skipped 1 of 60 rows"):
        assert run(["inspect", "runs/homes", "--sample", "3"]) == 0
    price = float(lines[3].split(",")[2])
    assert capsys.readouterr().out.startswith(f"row 3 of homes.csv: true {price:.4g}, ")
    with pytest.warns(UserWarning, match="skipped 1 of 60 rows"):
        assert run(["inspect", "runs/homes", "--sample", "2"]) == 2
    assert "row 2 of homes.csv was skipped in training" in capsys.readouterr().err


def test_feather_and_json_lines() -> None:
    table = pa.table({"size": [1.5, 2.0, None, 40.0], "city": CITY})
    for compression_name in ("zstd", "lz4", "uncompressed"):
        pa.feather.write_feather(table, "t.feather", compression=compression_name)
        check(gn.read_table("t.feather"))
    with pa.OSFile("t.arrow", "wb") as file, pa.ipc.new_stream(file, table.schema) as writer:
        writer.write_table(table)
    check(gn.read_table("t.arrow"))
    rows = ['{"size": 1.5, "city": "Rome"}', '{"city": "Oslo", "size": 2}', '{"city": "Rome"}', '{"size": 40}']
    for name, end in (("t.jsonl", ""), ("t.ndjson", "\n")):
        Path(name).write_text("\n".join(rows) + end)
        check(gn.read_table(name))
    Path("t.jsonl.gz").write_bytes(gzip.compress("\n".join(rows).encode()))
    check(gn.read_table("t.jsonl.gz"))
    for text, message in (
        (
            '{"a": 1}\n{"a": 2.5, "b": null}\n\n{"a": "x", "b": 3}\n',
            r"^t\.jsonl: column 'a' contains a number in row 1 and text in row 3; write the same type in all rows",
        ),
        ('{"a": null}\n{"a": true}\n{"a": 0}\n', "column 'a' contains true or false in row 2 and a number in row 3"),
        ('{"a": [1]}\n{"a": {"b": 1}}\n', "column 'a' contains a list in row 1 and an object in row 2"),
        ('{"a": 1}\n{"a": \n', "t.jsonl is not a JSON Lines file of one object per line"),
        ("", "t.jsonl is not a JSON Lines file"),
        ('{"a": [1, 2]}\n', "column 'a' contains list"),
    ):
        Path("t.jsonl").write_text(text)
        with pytest.raises(ValueError, match=message):
            gn.read_table("t.jsonl")
    Path("t.feather").write_bytes(Path("t.feather").read_bytes()[:100])
    with pytest.raises(ValueError, match=r"t.feather is not a Feather file, or incomplete"):
        gn.read_table("t.feather")


def test_the_first_version_of_feather_is_rejected_before_pyarrow_can_crash_on_it() -> None:
    Path("t.feather").write_bytes(b"FEA1" + bytes(100) + b"FEA1")
    with pytest.raises(ValueError, match=r"t.feather is not a Feather file, or incomplete"):
        gn.read_table("t.feather")
