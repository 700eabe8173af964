"""Invalid tables: one sentence with the position of the error, reported early and in little memory."""

import gzip
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

import glassnet as gn
from glassnet.data.tables.reader import read_table
from glassnet.recipes.load import load_recipe

pytestmark = pytest.mark.usefixtures("as_on_the_command_line")

AGES = "age\n" + "20\n" * 16

CELLS: dict[str, tuple[str, str]] = {
    "a word among numbers": (AGES + "n/a\n", "column 'age', row 17: 'n/a' is not a number; pass --na-value n/a to"),
    "a word with a space": (
        AGES + "not known\n",
        "pass --na-value 'not known' to read it as missing, or --categorical age",
    ),
    "a long word": (AGES + "x" * 5000, f"row 17: '{'x' * 40}…' is not a number"),
    "gaps do not count": ("age,x\n" + "20,1\n,1\nNA,1\n" * 9 + "?,1\n", r"column 'age', row 28: '\?' is not a number"),
    "empty lines do not count": (AGES + "\n\n\nn/a\n", "column 'age', row 17"),
    "points and commas": (
        "x;y\n" + "3,5;1\n1.25;1\n",
        "contains '3,5' in row 1 and '1.25' in row 2: use either points or commas",
    ),
    "inf": ("x\n1\n-inf\n", "column 'x', row 2: -inf is not a finite number; pass --na-value -inf"),
    "beyond all floats": ("x\n1\n1e999\n", "column 'x', row 2: inf is not a finite number"),
}

TEXTS: dict[str, tuple[str | bytes, str]] = {
    "nothing": ("", "t.csv is empty"),
    "empty lines alone": ("\n\n\n", "t.csv is empty"),
    "a header alone": ("a,b\n", "t.csv has no rows below its header"),
    "a name twice": ("a,b,a\n1,2,3\n", "has two columns 'a', 1 and 3; rename one of them"),
    "a name that is an escape": (
        "a\x1b[31m,b\n1,2\n",
        r"column 1 has a name with unprintable characters, 'a\\x1b\[31m'",
    ),
    "a nameless column of words": (",b\nx,2\n", "column 1 has values but no name; name it .* --drop 'column 1'"),
    "a row too short": (
        "a,b\n1,2\n3\n",
        "t.csv, line 3 contains 1 value, fewer than the header, which has 2 columns: '3'; pass --skip-invalid",
    ),
    "a row too long": ('a,b\n"1\n1",2\n\n3,4,5\n', "t.csv, line 5 contains 3 values, more than the header"),
    "a quote not closed": ('a,b\n1,2\n3,"4\n5,6\n', "ends within quotation marks; one is unclosed"),
    "a quote not closed in the header": ('"a,b\n1,2\n', "has an unclosed quotation mark in its header"),
    "Latin-1": ("a,b\n1,2\n1,ä\n".encode("latin-1"), "t.csv, line 3: byte 0xe4 is not UTF-8; save it as .* in UTF-8"),
    "half a character": ("a,b\n1,2\n1,ä".encode()[:-1], "line 3: byte 0xc3 is not UTF-8"),
    "UTF-16": ("a,b\n1,2\n".encode("utf-16"), "t.csv is text in UTF-16; save it as"),
    "an image": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "t.csv.* is not UTF-8|t.csv is not text"),
    "NUL": (b"a,b\n1,\0\n", "t.csv is not text"),
    "200 001 columns": (b"a," * 200_000 + b"\n", "t.csv has 200,001 columns; the maximum is 100,000"),
    "no end of line": (b"a," * 9_000_000, "has no line break in its first 16,777,216 bytes, so it is not a table"),
    "a row without an end": (b"a,b\n1,2\n" + b"3" * 18_000_000, "contains a row of more than 16,777,216 bytes"),
}

TARGETS: list[tuple[str, dict[str, Any], str]] = [
    ("x,y\n1,2\n", {}, "t.csv requires --target, the column to predict; columns: x, y"),
    ("price,y\n1,2\n", {"target": "Prise"}, "t.csv: unknown column 'Prise'; did you mean 'price'? known: price, y"),
    ("x,y\n1,2\n", {"target": "y", "drop": "z"}, "t.csv: unknown column 'z'; known: x, y"),
    ("x,y\n1,2\n", {"target": "y", "categorical": "z"}, "t.csv: unknown column 'z'; known: x, y"),
    ("x,y\n1,2\n", {"target": "y", "drop": ["y"]}, "column 'y' is the target, so it cannot be dropped"),
    ("x,y\n1,2\n", {"target": "y", "drop": ["x"]}, "there is no column besides 'y' to predict it from"),
    ("x,y\n1,2\n", {"target": "y", "task": "clasification"}, "unknown task 'clasification'; did you mean"),
    ("x,y\n1,2\n", {"target": "y", "dorp": "x"}, "unknown option of a table: 'dorp'; did you mean 'drop'"),
    (
        "x,y\n1,2\n3,\n5,\n",
        {"target": "y"},
        "target column 'y' is missing in 2 rows (2, 3)",
    ),
    ("x,y\n1,a\n3,\n", {"target": "y"}, "target column 'y' is missing in row 2; use --skip-invalid"),
    ("x,y\n1,a\n3,a\n", {"target": "y"}, "column 'y' contains 'a' in every row, so there is nothing to learn"),
    ("x,y\n1,2.5\n3,2.5\n", {"target": "y"}, "column 'y' contains 2.5 in every row, so there is nothing to learn"),
    (
        "x,y\n1,a\n3,b\n",
        {"target": "y", "task": "regression"},
        "column 'y', row 1: 'a' is not a number",
    ),
    (
        "x,y\n" + "".join(f"{i * i},{i / 2}\n" for i in range(50)),
        {"target": "y", "task": "classification"},
        "column 'y' contains 50 distinct values in 50 rows, too many for classes; for a numeric target, use --task",
    ),
]


@pytest.fixture
def in_folder(in_a_folder_of_its_own: None) -> Path:
    return Path()


@pytest.mark.parametrize(("text", "message"), CELLS.values(), ids=CELLS)
def test_an_invalid_cell_raises_with_column_and_row(text: str, message: str, in_folder: Path) -> None:
    (in_folder / "t.csv").write_text(text)
    with pytest.raises(ValueError, match=rf"^t\.csv: .*{message}"):
        read_table("t.csv")


@pytest.mark.parametrize("value", ["1.2.3.4", "A-1", "12-34", "3:1:x", "Maybe", "Dec", "v1.2", "B 12", "100 m"])
def test_strings_that_resemble_dates_are_strings(value: str, in_folder: Path) -> None:
    (in_folder / "t.csv").write_text(f"x\n{value}\n")
    assert read_table("t.csv")["x"].tolist() == [value]


@pytest.mark.parametrize(("data", "message"), TEXTS.values(), ids=TEXTS)
def test_a_file_that_is_not_a_table_raises(data: str | bytes, message: str, in_folder: Path) -> None:
    (in_folder / "t.csv").write_bytes(data.encode() if isinstance(data, str) else data)
    with pytest.raises(ValueError, match=f"{message}") as refused:
        read_table("t.csv")
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize(("text", "options", "message"), TARGETS, ids=lambda value: str(value)[:50])
def test_an_unusable_target_raises(text: str, options: dict[str, Any], message: str, in_folder: Path) -> None:
    (in_folder / "t.csv").write_text(text)
    with pytest.raises(ValueError, match=re.escape(message)):
        gn.load("t.csv", **options)


def test_of_many_names_a_few_are_listed(in_folder: Path) -> None:
    names = [f"gene{i}" for i in range(20_000)]
    (in_folder / "t.csv").write_text(",".join(names) + "\n" + ",".join("1" * 20_000) + "\n")
    with pytest.raises(ValueError, match=r"unknown column 'gene_7'; did you mean 'gene\d+'.* 20000 in all$") as refused:
        gn.load("t.csv", target="gene_7")
    assert len(str(refused.value)) < 1000


def test_missing_and_wrongly_compressed_files_raise(in_folder: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"there is no file gone\.csv"):
        gn.load("gone.csv", target="y")
    (in_folder / "folder.csv").mkdir()
    with pytest.raises(FileNotFoundError, match=r"folder\.csv is a folder"):
        gn.load("folder.csv", target="y")
    whole = gzip.compress(b"x,y\n" + b"1,2\n" * 1000)
    for data in (b"x,y\n1,2\n", whole[:-9], whole[: len(whole) // 2]):
        (in_folder / "t.csv.gz").write_bytes(data)
        with pytest.raises(ValueError, match=r"t\.csv\.gz is not a complete gzip file"):
            read_table("t.csv.gz")
    (in_folder / "t.txt").touch()
    with pytest.raises(ValueError, match=r"t\.txt is not a supported table; pass --format for a table in CSV, TSV"):
        read_table("t.txt")


def test_paths_with_dots_work_and_no_file_is_left_next_to_them(in_folder: Path) -> None:
    (in_folder / "data").mkdir()
    (in_folder / "data/t.csv").write_text("x,y\n" + "".join(f"{i * i},{'ab'[i % 2]}\n" for i in range(10)))
    before = sorted(Path().rglob("*"))
    recipe = load_recipe("data/../data/t.csv")
    assert recipe.name == "t"
    assert len(gn.load(recipe.source, target="y")) == 10
    assert sorted(Path().rglob("*")) == before


# Parquet

KINDS: list[tuple[Any, str]] = [
    (pa.array([[1]] * 3), r"column 'x' contains list<element: int64>, which is neither a number nor text; drop it"),
    (pa.array([{"a": 1}] * 3), r"column 'x' contains struct<a: int64>, which is neither"),
    (pa.array([b"a"] * 3), "column 'x' contains binary, which is neither a number nor text; drop it with --drop x"),
    (pa.array([1.0, np.inf, 2]), "column 'x', row 2: inf is not a finite number"),
]


@pytest.mark.parametrize(("values", "message"), KINDS, ids=lambda value: str(getattr(value, "type", ""))[:30])
def test_unsupported_parquet_columns_raise(values: Any, message: str, in_folder: Path) -> None:
    parquet.write_table(pa.table({"x": values, "ok": [1, 2, 3]}), "t.parquet", row_group_size=1)
    with pytest.raises(ValueError, match=rf"^t\.parquet: {message}"):
        read_table("t.parquet")
    assert read_table("t.parquet", drop="x")["ok"].tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda data: b"", "is not a Parquet file, or incomplete"),
        (lambda data: b"x,y\n1,2\n", "is not a Parquet file, or incomplete"),
        (lambda data: data[:-5], "is not a Parquet file, or incomplete"),
        (lambda data: data[:-8] + b"\xff\xff\xff\x7fPAR1", "is not a Parquet file, or incomplete"),
        (lambda data: data[:4] + bytes(200) + data[204:], "is not a Parquet file, or incomplete"),
    ],
    ids=["empty", "text", "short", "a footer that lies about its size", "zeros"],
)
def test_a_damaged_parquet_file_raises(change: Callable[[bytes], bytes], message: str, in_folder: Path) -> None:
    parquet.write_table(pa.table({"x": np.arange(1000.0)}), "t.parquet")
    (in_folder / "t.parquet").write_bytes(change((in_folder / "t.parquet").read_bytes()))
    with pytest.raises(ValueError, match=rf"^t\.parquet {message}"):
        read_table("t.parquet")


# Decompression bombs, with limited memory and time

GIGABYTE = 1 << 30


def in_little_memory(code: str, gigabytes: float) -> Any:
    """Run Python with limited memory, and return what it prints as JSON."""
    limit = int(gigabytes * GIGABYTE)
    head = "import json, resource, sys\nimport glassnet as gn, pyarrow.csv, pyarrow.parquet, pyarrow.compute\n"
    head += f"resource.setrlimit(resource.RLIMIT_AS, ({limit}, {limit}))\n"
    done = subprocess.run([sys.executable, "-c", head + code], capture_output=True, text=True, timeout=600, check=True)
    return json.loads(done.stdout)


MESSAGES = """
messages = []
for name in {names}:
    try:
        gn.load(name, target="y")
    except ValueError as error:
        messages.append(str(error))
print(json.dumps(messages))
"""


def test_decompression_bombs_raise_in_little_memory(in_folder: Path) -> None:
    with gzip.open("zeros.csv.gz", "wb", 9) as packed:
        packed.write(b"x,y\n")
        for _ in range(80):
            packed.write(b"1,2\n" * 250_000)
    with gzip.open("columns.csv.gz", "wb", 9) as packed:
        for _ in range(20):
            packed.write(b"a," * 5_000_000)
    equal = pa.table({"x": pa.array(np.zeros(1 << 22, np.int8)), "y": pa.array(np.zeros(1 << 22, np.int8))})
    with parquet.ParquetWriter("equal.parquet", equal.schema) as file:
        for _ in range(20):
            file.write_table(equal)
    assert Path("equal.parquet").stat().st_size < 1 << 20
    reported = in_little_memory(MESSAGES.format(names=["zeros.csv.gz", "columns.csv.gz", "equal.parquet"]), 2.0)
    assert reported == [
        "zeros.csv.gz unpacks to more than 100 times its size, which is not plausible for a table",
        "columns.csv.gz has no line break in its first 16,777,216 bytes, so it is not a table; save it as CSV in UTF-8",
        reported[2],
    ]
    assert reported[2].startswith("equal.parquet declares 167,772,160 values in ")


def test_a_string_repeated_in_a_million_rows_is_in_memory_once(in_folder: Path) -> None:
    long = pa.DictionaryArray.from_arrays(pa.array(np.zeros(1_000_000, np.int32)), pa.array(["x" * 1_000_000]))
    table = pa.table({"x": long, "y": np.arange(1_000_000) % 2})  # a terabyte, written out
    parquet.write_table(table, "t.parquet", store_schema=False)
    code = """print(json.dumps(len(gn.read_table("t.parquet")["x"][-1])))"""
    assert in_little_memory(code, 2.0) == 1_000_000


def test_only_needed_columns_of_a_parquet_file_are_read(in_folder: Path) -> None:
    rng = np.random.default_rng(0)
    columns = {f"x{i}": rng.standard_normal(400_000) for i in range(50)}  # 160 MB
    parquet.write_table(pa.table(columns), "t.parquet", row_group_size=50_000, compression="none")
    code = """
import tracemalloc
tracemalloc.start()
table = gn.read_table("t.parquet")
rows = table.take([7, 399_999])
few = [rows[name].tolist() for name in table.columns]
print(json.dumps([few, pyarrow.default_memory_pool().max_memory() + tracemalloc.get_traced_memory()[1]]))
"""
    few, most = in_little_memory(code, 2.0)
    assert most < 50_000_000
    assert few == [[values[7], values[399_999]] for values in columns.values()]
