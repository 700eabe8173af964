"""What a user may rely on where a header is missing or preceded by a title, and lines are no rows."""

import random
from pathlib import Path
from typing import Any

import pytest

import glassnet as gn
from glassnet.cli.main import run
from glassnet.data.tables.reader import column_names, read_table
from glassnet.recipes.recipe import read_recipe

pytestmark = pytest.mark.usefixtures("as_on_the_command_line")


def written(folder: Path, text: str, name: str = "t.csv") -> Path:
    path = folder / name
    path.write_text(text)
    return path


FLOWERS = "5.1,3.5,setosa\n4.9,3.0,setosa\n6.3,3.3,virginica\n5.8,2.7,virginica\n"
ANIMALS = "cat,yes\ndog,no\ncat,no\ndog,yes\ncat,yes\n"

WITHOUT: dict[str, str] = {
    "numbers and text": FLOWERS,
    "numbers": "5,7\n6,9\n5,11\n",
    "text that occurs again": ANIMALS,
    "dates": "2024-03-01,3\n2024-03-02,5\n2024-03-03,8\n",
    "a missing value in the first row": ",3.5\n4.5,3.0\n6.5,1.5\n",
}
WITH: dict[str, tuple[str, list[str]]] = {
    "text above numbers": ("a,b\n1,2\n3,4\n", ["a", "b"]),
    "text above text": ("name,city\nAnn,Rome\nBob,Oslo\nCid,Rome\n", ["name", "city"]),
    "text above dates": ("sold,2020\n2024-03-01,3\n2024-03-02,5\n2024-03-03,8\n", ["sold", "2020"]),
    "one text is enough": ("x,5,7\n1,2,3\n4,5,6\n7,8,9\n", ["x", "5", "7"]),
    "a single row": ("a,b\ncat,dog\n", ["a", "b"]),
    "an index without a name": (",x\n0,5\n1,6\n2,9\n", ["", "x"]),
}


@pytest.mark.parametrize("text", WITHOUT.values(), ids=WITHOUT)
def test_a_missing_header_is_detected_and_listed(text: str, tmp_path: Path) -> None:
    table = read_table(written(tmp_path, text))
    assert len(table) == text.count("\n")
    assert table.columns == tuple(f"column {i + 1}" for i in range(len(table.columns)))
    assert str(table.decisions[0]) == (
        "the first line looks like the other rows: columns are called 'column 1', ... (--names or --header)"
    )
    assert read_table(tmp_path / "t.csv", header=False).columns == table.columns
    with pytest.raises(ValueError, match=r"t\.csv: the first line looks like .*; --strict requires an explicit option"):
        gn.load(str(tmp_path / "t.csv"), target="column 2", strict=True)


@pytest.mark.parametrize(("text", "names"), WITH.values(), ids=WITH)
def test_a_header_is_a_header(text: str, names: list[str], tmp_path: Path) -> None:
    path = written(tmp_path, text)
    assert column_names(path) == names
    assert not any("first line" in decision.text for decision in read_table(path).decisions)


@pytest.mark.parametrize("text", ["1,2,3\n5,6,7\n8,9,9\n", "1990,1991\n4.5,7\n8.5,6\n", "3,7\n"])
def test_numbers_that_may_be_names_raise_with_the_options(text: str, tmp_path: Path) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ValueError, match=r"t\.csv, line 1 may be a header or a row: .*; pass --header or --no-header"):
        read_table(path)
    assert len(read_table(path, header=False)) == text.count("\n")


def test_names_are_given(tmp_path: Path) -> None:
    path = written(tmp_path, FLOWERS)
    table = read_table(path, names="length,width,name")
    assert (table.columns, len(table), table.decisions) == (("length", "width", "name"), 4, ())
    assert read_table(path, names=["a,b", "c", "d"]).columns == ("a,b", "c", "d")
    assert len(read_table(path, names="a,b,c", header=True)) == 3
    with pytest.raises(ValueError, match=r"t\.csv has 3 columns, but --names has 2 names"):
        read_table(path, names="a,b")
    with pytest.raises(ValueError, match="two columns 'a', 1 and 2"):
        read_table(path, names="a,a,b")


LINES: dict[str, tuple[str, str]] = {
    "a title": (
        "Report 2024\na,b\n1,2\n3,4\n",
        r"line 2 contains 2 values, more .*; pass --skip-lines 1 if line 1 is a title \('Report 2024'\)",
    ),
    "a title with separators": ("Report 2024,\na,b\n1,2\n3,4\n", "--skip-lines 1 if line 1 is a title"),
    "a merge marker": (
        "a,b\n1,2\n<<<<<<< HEAD\n3,4\n=======\n3,5\n>>>>>>> other\n",
        "line 3: '<<<<<<< HEAD' is a merge conflict marker; resolve the conflict, or .* --skip-invalid",
    ),
    "a merge marker above all": ("<<<<<<< HEAD\na,b\n1,2\n", "line 1: '<<<<<<< HEAD' is a merge conflict marker"),
    "a junk last line": (
        "a,b\n1,2\n\n3,4\nTotal: 2 rows\n",
        "line 5 contains 1 value, .*: 'Total: 2 rows'; pass --sk",
    ),
}


@pytest.mark.parametrize(("text", "message"), LINES.values(), ids=LINES)
def test_a_line_that_is_no_row_raises_with_its_number_and_the_option(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=rf"t\.csv.*{message}"):
        read_table(written(tmp_path, text))


def test_such_lines_are_skipped_on_request(tmp_path: Path) -> None:
    path = written(tmp_path, "Report\na,b\n1,2\n3,4\nTotal: 2 rows\n")
    with pytest.warns(UserWarning, match=r"skipped 1 line of .*t\.csv with too few .* values: 'Total: 2 rows'"):
        table = read_table(path, skip_lines=1, skip_invalid=True)
    assert (table["a"].tolist(), table["b"].tolist()) == ([1, 3], [2, 4])


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"header": 1}, TypeError, "header must be true or false"),
        ({"names": [1]}, TypeError, "names must be a string or a list of strings"),
        ({"skip_lines": -1}, ValueError, "--skip-lines must be"),
    ],
)
def test_invalid_options_raise(options: dict[str, Any], error: type[Exception], message: str, tmp_path: Path) -> None:
    with pytest.raises(error, match=message):
        read_table(written(tmp_path, FLOWERS), **options)


def test_new_rows_without_a_header_may_lack_the_target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    draw = random.Random(0).random
    rows = [(draw(), 10 * draw(), draw()) for _ in range(80)]
    text = "".join(f"{'ab'[x > 0.5]},{x:.3f},{y:.3f},{z:.3f}\n" for x, y, z in rows)
    written(tmp_path, text)
    train = ["train", "t.csv", "--epochs", "2", "--no-report", "--quiet", "--target"]
    assert run([*train, "column 1", "--out", "plain"]) == 0
    assert run([*train, "kind", "--names", "kind,x,y,z", "--out", "named"]) == 0
    assert read_recipe("plain/recipe.toml").options["header"] is False
    written(tmp_path, "0.123,4.5,0.5\n0.9,4.25,0.75\n0.123,4.5,0.5\n", "new.csv")
    written(tmp_path, "a,0.123,4.5,0.5\nb,0.9,4.25,0.75\na,0.123,4.5,0.5\n", "whole.csv")
    found = []
    for model, name in (("plain", "new"), ("plain", "whole"), ("named", "new")):
        assert run(["predict", model, f"{name}.csv", "--out", "p.json", "--quiet"]) == 0
        found.append(Path("p.json").read_text())
    assert found[0] == found[1] == found[2]
    assert gn.load("t.csv", target="column 1").feature_names == ("column 2", "column 3", "column 4")


def test_a_target_by_name_needs_names_where_the_header_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"unknown column 'species'; .*; the file has no header, so pass --names"):
        gn.load(str(written(tmp_path, FLOWERS)), target="species")


def test_a_merge_marker_above_the_header_is_skipped_on_request(tmp_path: Path) -> None:
    path = written(tmp_path, "<<<<<<< HEAD\na,b\n1,2\n3,4\n>>>>>>> other\n")
    with pytest.warns(UserWarning, match="skipped 1 line"):
        assert read_table(path, skip_invalid=True).columns == ("a", "b")
