"""What a user may rely on where the last lines of a file are no rows: a total, or a note."""

import bz2
import json
from pathlib import Path

import numpy as np
import pytest

import glassnet as gn
from glassnet.cli.main import run
from glassnet.data.tables.delimited import TextReader
from glassnet.data.tables.reader import read_table

pytestmark = [pytest.mark.usefixtures("as_on_the_command_line"), pytest.mark.usefixtures("in_a_folder_of_its_own")]

ROWS = "".join(f"{i},{2 * i},{3 * i}\n" for i in range(1, 41))
GOODS = "".join(f"item {i % 7},{i},{i * i % 50}\n" for i in range(40))


def written(text: str, name: str = "t.csv") -> Path:
    path = Path(name)
    path.write_text(text)
    return path


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["Total,,5050", "Total,,5050\n", "Total,,5050\n\n\n", "Total,,5050\r\n\r\n"])
def test_a_total_names_its_row_and_the_option(separator: str, end: str) -> None:
    path = written(f"a,b,c\n{ROWS}{end}".replace(",", separator))
    with pytest.raises(
        ValueError, match=r"^t\.csv: row 41 looks like a total: 'Total', '', '5050'; pass --skip-footer 1 "
    ):
        read_table(path)
    table = read_table(path, skip_footer=1)
    np.testing.assert_array_equal(table["c"], 3.0 * np.arange(1, 41))


@pytest.mark.parametrize(
    "total", ["Total,40,5050", "TOTAL:,,5050", "Grand total,1,2", "Average,,3", ",Sum,5050", '"Subtotal",,5']
)
def test_a_total_below_words_is_no_category(total: str) -> None:
    path = written(f"name,b,c\n{GOODS}{total}\n")
    with pytest.raises(ValueError, match=r"row 41 looks like a total: .*--skip-footer 0 to read it as a row"):
        read_table(path)
    assert len(read_table(path, skip_footer=1)) == 40
    assert len(read_table(path, skip_footer=0, categorical="b")) == 41


@pytest.mark.parametrize(
    "text",
    [
        "kind,x\ntotal,3\npart,1\npart,2\ntotal,3\n",  # a category
        "x,kind\n1,part\n2,part\n3,total\n",  # not the first cell
        "name,x\nTotal,5\nAnn,3\nBob,4\nCid,5\nDan,6\n",  # not at the end
        "word\nsum\nand\ntotal\n",  # a list of words
        "statistic,x\ncount,9\nmean,3\nstd,1\n",  # not the last line
    ],
)
def test_other_rows_are_not_taken_for_totals(text: str) -> None:
    assert len(read_table(written(text))) == text.count("\n") - 1


@pytest.mark.parametrize(
    ("end", "count", "advice"),
    [
        ("EOF,,", 1, "pass --skip-footer 1 if the last line is no row"),
        ("Source: Census,,\nas of May,,", 2, "pass --skip-footer 2 if the last 2 lines are no rows"),
        ("end of file", 1, "pass --skip-footer 1 if the last line is no row"),
        ("40 rows selected", 1, "pass --skip-footer 1 if the last line is no row"),
        ("Total,,5050\nSource: Census,,", 2, "pass --skip-footer 2 to leave out the last 2 lines"),
    ],
)
def test_other_footers_are_named_where_they_do_not_fit(end: str, count: int, advice: str) -> None:
    path = written(f"a,b,c\n{ROWS}{end}\n")
    with pytest.raises(ValueError, match=advice):
        read_table(path)
    assert len(read_table(path, skip_footer=count)) == 40


def test_a_word_in_the_middle_is_no_footer() -> None:
    path = written(f"a,b,c\n{ROWS}x,1,2\n{ROWS}")
    with pytest.raises(ValueError, match="row 41: 'x' is not a number") as raised:
        read_table(path)
    assert "footer" not in str(raised.value)


def test_a_footer_is_no_part_of_dates() -> None:
    days = "".join(f"2024-03-{i:02},{i}\n" for i in range(1, 31))
    path = written(f"day,x\n{days}unknown,7\n")
    with pytest.raises(ValueError, match=r"row 31: 'unknown' is not a date; .*--skip-footer 1 if"):
        read_table(path)
    assert len(read_table(path, skip_footer=1)) == 30


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 10_000])
@pytest.mark.parametrize("count", [0, 1, 2, 5, 41, 42, 1000])
def test_the_footer_is_never_read_whatever_the_size_of_the_blocks(line_break: str, size: int, count: int) -> None:
    lines = ["a,b,c", *ROWS.split()]
    Path("t.csv").write_bytes(line_break.join([*lines, "", ""]).encode())
    seen = b""
    with TextReader(Path("t.csv"), count) as text:
        while chunk := text.read(size):
            assert len(chunk) <= size
            seen += chunk
    assert seen.decode().split() == (lines[:-count] if count else lines)


def test_a_footer_may_be_compressed_and_longer_than_the_table() -> None:
    Path("t.csv.bz2").write_bytes(bz2.compress(f"a,b,c\n{ROWS}Total,,5\n".encode()))
    assert len(read_table("t.csv.bz2", skip_footer=1)) == 40
    with pytest.raises(ValueError, match=r"t\.csv is empty"):
        read_table(written("a,b\n1,2\n"), skip_footer=9)
    with pytest.raises(ValueError, match=r"t\.csv has no rows below its header"):
        read_table("t.csv", skip_footer=1)
    with pytest.raises(ValueError, match="--skip-footer must be"):
        read_table("t.csv", skip_footer=-1)
    with pytest.raises(TypeError, match="--skip-footer must be"):
        read_table("t.csv", skip_footer="1")  # type: ignore[arg-type]


def test_the_option_is_kept_for_the_training_file_alone(capsys: pytest.CaptureFixture[str]) -> None:
    """A new file without a total must not lose its last row."""
    written(f"a,b,c\n{ROWS}Total,,5050\n")
    written("a,b\n1,2\n3,6\n", "whole.csv")
    train = ["train", "t.csv", "--target", "c", "--epochs", "2", "--out", "r", "--quiet", "--no-report"]
    assert run(train) == 2
    assert "pass --skip-footer 1 to leave out the last line" in capsys.readouterr().err
    assert run([*train, "--skip-footer", "1"]) == 0
    assert run(["evaluate", "r", "t.csv", "--json"]) == 0
    assert "test_loss" in json.loads(capsys.readouterr().out)
    for file, rows in (("t.csv", 40), ("whole.csv", 2)):
        assert run(["predict", "r", file, "--json"]) == 0
        assert len(json.loads(capsys.readouterr().out)) == rows
    written("a,b\n1,2\n3,6\nTotal,8\n", "new.csv")
    assert run(["predict", "r", "new.csv", "--json"]) == 2
    assert "looks like a total" in capsys.readouterr().err
    assert run(["predict", "r", "new.csv", "--json", "--skip-footer", "1"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 2
    assert len(gn.load("t.csv", target="c", skip_footer=1)) == 40
