"""Tables in any file format, compressed, from standard input, and from pipes: the same rows from each."""

import bz2
import gzip
import io
import lzma
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
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
    with pytest.raises(ValueError, match=r"t.txt is not a supported table; pass --format"):
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
    with pytest.raises(ValueError, match=r"t.xlsx has 2 sheets with data, Prices, Notes; choose one with --sheet"):
        gn.read_table("t.xlsx")
    check(gn.read_table("t.xlsx", sheet="Prices"))
    assert gn.read_table("t.xlsx", sheet=2).columns == ("made", "by")
    with pytest.raises(ValueError, match=r"t.xlsx: unknown sheet 'Price'.*Prices"):
        gn.read_table("t.xlsx", sheet="Price")
    Path("t.csv").write_text(TEXT)
    with pytest.raises(ValueError, match=r"--sheet applies to .xlsx files, but t.csv is CSV"):
        gn.read_table("t.csv", sheet=2)


def test_cells_of_spreadsheets_have_one_reading() -> None:
    rows = [["a", "day", "b"], [1234567.0, datetime(2024, 3, 1), 0.125], [1050, datetime(2024, 12, 2), 1.125]]
    write_xlsx("t.xlsx", {"t": rows})
    table = gn.read_table("t.xlsx", categorical="day")
    assert table["a"].tolist() == [1234567, 1050]
    assert table["b"].tolist() == [0.125, 1.125]
    assert table["day"].tolist() == ["2024-03-01", "2024-12-02"]


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
            writer = threading.Thread(target=Path(name).write_text, args=[content])
            writer.start()
            assert gn.read_table(name)["size"][0] == size
            writer.join()


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
