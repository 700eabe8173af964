"""What a user may rely on for numbers as people write them: one reading per file, or an error with the options."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.cli.main import run
from glassnet.data.tables.reader import read_table
from glassnet.data.tables.table import Table
from glassnet.recipes.recipe import read_recipe
from glassnet.runs.prediction_inputs import read_inputs, read_labeled

pytestmark = pytest.mark.usefixtures("as_on_the_command_line")

NAN = float("nan")
FEW = "950 1,050 2,155 870"

AMBIGUOUS = r"'1[.,]050' has two readings; pass --thousands [.,] if .*, --decimal [.,] if .*, or --categorical area"


def written(folder: Path, text: str, name: str = "t.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def column(folder: Path, cells: list[str], **options: Any) -> Any:
    """Return a column of a comma-separated file next to a column of text, as it is read."""
    text = "x,c\n" + "".join(f'"{cell}",abc\n' for cell in cells)
    return read_table(written(folder, text), **options)


IN_COMMAS: dict[str, tuple[list[str], list[float]]] = {
    "thousands": (["950", "1,050", "2,155", "870"], [950, 1050, 2155, 870]),
    "thousands alone": (["1,050", "2,155"], [1050, 2155]),
    "millions": (["1,234,567", "1,050", "12"], [1234567, 1050, 12]),
    "as in India": (["12,34,567", "1,050"], [1234567, 1050]),
    "thousands and decimals": (["1,050.5", "2,155.25", "3"], [1050.5, 2155.25, 3]),
    "dollars": (["$1", "2", "$3", "4"], [1, 2, 3, 4]),
    "signs and dollars": (["-$1", "$-2", "($3)", "4 USD"], [-1, -2, -3, 4]),
    "percent": (["5%", "10", "15"], [5, 10, 15]),
    "percent with a space": (["5 %", "3.5%"], [5, 3.5]),
    "spaces": (["1 000", "500"], [1000, 500]),
    "no-break spaces": (["1\u00a0000", "12\u00a0345.5"], [1000, 12345.5]),
    "narrow spaces": (["1\u202f000", "500", "1\u2009234\u2009567"], [1000, 500, 1234567]),
    "apostrophes": (["1’000", "1'234'567", "5"], [1000, 1234567, 5]),
    "a typographic minus": (["−1", "2", "−3.5"], [-1, 2, -3.5]),
    "parentheses": (["(5)", "6", "(1,050)"], [-5, 6, -1050]),
    "missing": (["$1", "", "NA", "null"], [1, NAN, NAN, NAN]),
    "decimal commas": (["0,50", "1,050", "3"], [0.5, 1.05, 3]),
    "points": (["1.050", "2.155"], [1.05, 2.155]),
}


@pytest.mark.parametrize(("cells", "wanted"), IN_COMMAS.values(), ids=IN_COMMAS)
def test_numbers_between_commas_are_read(cells: list[str], wanted: list[float], tmp_path: Path) -> None:
    table = column(tmp_path, cells)
    np.testing.assert_equal(table["x"], wanted)
    assert bool(table.decisions) is not cells[0].startswith("1.050")


@pytest.mark.parametrize("separator", ["\t", ";"])
@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        (["1,050|0.50"], [1050]),
        (["1050|0.50"], [1050]),
        (["1.050|0,50"], [1050]),
        (["1,050|0,50"], [1.05]),
        (["1.050|0.50"], [1.05]),
        (["1.050|1,234,567"], [1.05]),
        (["1,050|7", "950|8"], [1050, 950]),
        (["1.050|7", "950|8"], [1050, 950]),
        (["1.055|7", "950|8", "870|9"], [1055, 950, 870]),
        (["1.050,5|7", "950|8", "1.050|9"], [1050.5, 950, 1050]),
        (["3,5|7", "2|8"], [3.5, 2]),
    ],
    ids=str,
)
def test_separators_are_inferred_from_all_columns(
    rows: list[str], wanted: list[float], separator: str, tmp_path: Path
) -> None:
    name = "t.tsv" if separator == "\t" else "t.csv"
    text = "area|q\n" + "".join(f"{row}\n" for row in rows)
    table = read_table(written(tmp_path, text.replace("|", separator), name))
    np.testing.assert_array_equal(table["area"], wanted)


@pytest.mark.parametrize("rows", [["1,050"], ["1.050", "2.055"], ["3", "1,050"]], ids=str)
def test_a_number_with_two_readings_raises_with_the_options(rows: list[str], tmp_path: Path) -> None:
    path = written(tmp_path, "area\tcity\n" + "".join(f"{row}\tRome\n" for row in rows), "t.tsv")
    with pytest.raises(ValueError, match=AMBIGUOUS):
        read_table(path)
    sign = "," if "," in "".join(rows) else "."
    as_thousands, as_decimals = (read_table(path, **{option: sign})["area"] for option in ("thousands", "decimal"))
    assert as_thousands.max() >= 1050
    assert as_decimals[rows.index(rows[-1])] < 3
    assert read_table(path, categorical="area")["area"].tolist() == rows


def test_columns_may_have_separators_of_their_own_where_each_is_certain(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, "a;b\n3,5;48.1371\n2,25;11.5754\n"))
    assert (table["a"].tolist(), table["b"].tolist()) == ([3.5, 2.25], [48.1371, 11.5754])
    with pytest.raises(ValueError, match="column 'c', row 1: '1,050' has two readings"):
        read_table(written(tmp_path, "a;b;c\n3,5;48.1371;1,050\n"))


@pytest.mark.parametrize("words", [["unknown"], ["not known", "refused"]], ids=str)
def test_words_in_a_third_of_a_numeric_column_raise_with_the_options(words: list[str], tmp_path: Path) -> None:
    cells = [words[i % len(words)] if i % 3 == 0 else str(1000 + 7 * i) for i in range(60)]
    with pytest.raises(
        ValueError, match=rf"column 'x', row 1: '{words[0]}' is not a number; pass --na-value .* --categorical x"
    ):
        column(tmp_path, cells)
    table = column(tmp_path, cells, na_value=words)
    assert np.isnan(table["x"]).sum() == 20


def test_codes_of_digits_and_letters_are_categories_and_listed(tmp_path: Path) -> None:
    table = column(tmp_path, ["1", "2", "3", "3", "5", "U"] * 10)
    assert table.kinds["x"] == "text"
    assert [str(one) for one in table.decisions] == [
        "'x' contains the codes 1, 2, 3, 5, U: read as categories (--na-value U)"
    ]


def test_decisions_name_an_example_and_the_options(tmp_path: Path) -> None:
    text = "area;price;q\n1.050;$1;0,50\n950;2;3\n"
    table = read_table(written(tmp_path, text))
    assert [str(one) for one in table.decisions] == [
        "numbers have a decimal comma, such as '0,50' in 'q' (--decimal, --thousands)",
        "numbers have points between thousands, such as '1.050' in 'area' (--decimal, --thousands)",
        "'price' contains formatted numbers such as '$1': read as numbers (--categorical price)",
    ]
    assert table.inferred == {"decimal": ",", "thousands": "."}
    confirmed = read_table(tmp_path / "t.csv", decimal=",", numeric="price")
    assert confirmed.decisions == ()
    np.testing.assert_array_equal(confirmed["area"], table["area"])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"decimal": ";"}, r"decimal must be '\.' or ',', got ';'"),
        ({"thousands": " "}, r"thousands must be '\.' or ',' \(spaces and apostrophes are always recognized\)"),
        ({"decimal": ",", "thousands": ","}, "decimal and thousands must differ, got ',' twice"),
        (
            {"decimal": "."},
            r"column 'x', row 1: '0,5' is not a number with '\.' as the decimal separator; .*--decimal ,",
        ),
    ],
)
def test_separators_that_do_not_fit_raise(options: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=message):
        read_table(written(tmp_path, "x;y\n0,5;1\n1,5;2\n"), **options)


# Names that look like numbers

LARGE = 2**53
HUGE = 2**60


@pytest.mark.parametrize("start", [LARGE, HUGE], ids=["2**53", "2**60"])
def test_integers_that_floats_would_merge_are_names(start: int, tmp_path: Path) -> None:
    names = [str(start + i % 3) for i in range(30)]
    text = "x,y\n" + "".join(f"{i % 7},{name}\n" for i, name in enumerate(names))
    data = gn.load(str(written(tmp_path, text)), target="y")
    assert data.class_names == tuple(sorted(set(names)))
    assert [data.class_names[index] for index in data.y] == names
    assert "contains integers that a float cannot represent" in data.decisions[0].text


def test_large_integers_that_differ_as_floats_are_numbers(tmp_path: Path) -> None:
    nanoseconds = [1_600_000_000_000_000_123 + i * 10**9 for i in range(50)]
    table = column(tmp_path, [str(value) for value in nanoseconds])
    assert table["x"].tolist() == [float(value) for value in nanoseconds]


def test_leading_zeros_are_names(tmp_path: Path) -> None:
    rows = [("007", "00501"), ("012", "501"), ("7", "00501")] * 5
    text = "x,zip,y\n" + "".join(f"{i},{code},{name}\n" for i, (name, code) in enumerate(rows))
    data = gn.load(str(written(tmp_path, text)), target="y")
    assert data.class_names == ("007", "012", "7")
    assert sorted(set(data.X["zip"])) == ["00501", "501"]
    assert [str(one) for one in data.decisions] == [
        "'zip' has leading zeros ('00501'): read as text (--numeric zip)",
        "'y' has leading zeros ('007'): read as text (--numeric y)",
    ]
    table = read_table(tmp_path / "t.csv", numeric=["zip", "y"])
    assert (table["zip"][:2].tolist(), table["y"][:2].tolist()) == ([501, 501], [7, 12])


def test_zero_and_decimals_have_no_leading_zeros(tmp_path: Path) -> None:
    assert column(tmp_path, ["0", "0.5", "-0.25", "10"]).kinds["x"] == "number"


# Predict and evaluate read as training did

THOUSANDS = "area\tprice\n" + "".join(f"{100 * i:,}\t{300 * i:,}\n" for i in range(1, 61))


def test_predict_and_evaluate_read_numbers_as_training_did(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, THOUSANDS, "homes.tsv")
    command = ["train", "homes.tsv", "--target", "price", "--task", "regression", "--epochs", "3", "--no-report"]
    assert run([*command, "--out", "new"]) == 0
    assert "numbers have commas between thousands, such as '1,000' in 'area'" in capsys.readouterr().out
    assert read_recipe("new/recipe.toml").options["thousands"] == ","
    model = gn.load_model("new")
    written(tmp_path, "area\tprice\n1,050\t3,150\n1050\t3150\n", "one.tsv")  # alone, it has two readings
    assert run(["predict", "new", "one.tsv", "--out", "one.csv", "--quiet"]) == 0
    predicted = np.loadtxt("one.csv", delimiter=",", skiprows=1, usecols=1)
    assert predicted[0] == predicted[1] == pytest.approx(model.predict(Table({"area": [1050.0]}))[0], rel=1e-5)
    written(tmp_path, "area;price\n1.050,0;1\n1050;2\n", "other.csv")
    assert run(["predict", "new", "other.csv", "--out", "other.csv.json"]) == 2
    assert "'1.050,0' is not a number with '.' as the decimal separator; pass --decimal ," in capsys.readouterr().err
    assert run(["predict", "new", "other.csv", "--decimal", ",", "--out", "two.csv", "--quiet"]) == 0
    assert np.loadtxt("two.csv", delimiter=",", skiprows=1, usecols=1).tolist() == predicted.tolist()
    data = read_labeled(model, "one.tsv")
    assert data.y.tolist() == [3150, 3150]
    (inputs,) = read_inputs(model, ["one.tsv"])
    assert inputs.truth is not None
    assert inputs.truth.tolist() == [3150, 3150]


def test_leading_zeros_of_the_target_stay_names_in_new_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, "x,y\n" + "".join(f"{i % 7},{['007', '012', '7'][i % 3]}\n" for i in range(60)))
    assert run(["train", "t.csv", "--target", "y", "--epochs", "2", "--no-report", "--quiet", "--out", "new"]) == 0
    written(tmp_path, "x,y\n1,7\n2,7\n", "new.csv")
    model = gn.load_model("new")
    assert model.class_names == ("007", "012", "7")
    assert read_labeled(model, "new.csv").y.tolist() == [2, 2]


# Extremes


def test_extreme_targets_are_numbers(tmp_path: Path) -> None:
    text = "x,y\n" + "".join(f"{i % 7},{(-1) ** i}.7e308\n" for i in range(40))
    data = gn.load(str(written(tmp_path, text)), target="y")
    assert data.class_names is None
    assert set(data.y) == {1.7e308, -1.7e308}


def test_a_number_that_overflows_in_the_network_raises_with_column_and_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, "c,a,b,y\n" + "".join(f"{'uv'[i % 2]},{i % 7},{i % 5},{i % 9}.5\n" for i in range(60)))
    assert run(["train", "t.csv", "--target", "y", "--epochs", "2", "--no-report", "--quiet", "--out", "new"]) == 0
    written(tmp_path, "c,a,b\nu,1,2\nu,1,1.7e308\n", "new.csv")
    capsys.readouterr()
    assert run(["predict", "new", "new.csv"]) == 2
    assert "column 'b', row 2: 1.7e+308 is too far from the values of training" in capsys.readouterr().err


def test_numbers_with_one_unit_are_numbers_unless_they_are_few(tmp_path: Path) -> None:
    cells = [f"{i + 0.5} kg" for i in range(40)]
    table = column(tmp_path, [*cells, "", "1,050 kg"])
    np.testing.assert_array_equal(table["x"][[0, 39, 40, 41]], [0.5, 39.5, NAN, 1050])
    assert "'x' contains numbers with the unit 'kg': read as numbers (--categorical x)" in map(str, table.decisions)
    assert column(tmp_path, ["4WD", "2WD"] * 20).kinds["x"] == "text"
    assert column(tmp_path, ["4WD", "2WD"] * 20, numeric="x")["x"].tolist()[:2] == [4, 2]
    assert column(tmp_path, [*cells, "7 lb"]).kinds["x"] == "text"
