"""Tables of the user: a file becomes named columns, then a dataset and a model."""

import gzip
import pickle
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

import glassnet as gn
from glassnet.data.tables.encoder import TableEncoder
from glassnet.data.tables.reader import read_table
from glassnet.data.tables.table import Table
from glassnet.maths.importance import permutation_importance

NAN = float("nan")


def written(folder: Path, text: str, name: str = "t.csv") -> Path:
    path = folder / name
    data = text.encode()
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


def columns_of(table: Table) -> dict[str, list[Any]]:
    return {name: table[name].tolist() for name in table.columns}


AGE_AND_CITY = {"age": [20, 40], "city": ["Rome", "Oslo"]}

READ: dict[str, tuple[str, dict[str, list[Any]]]] = {
    "commas": ("age,city\n20,Rome\n40,Oslo\n", AGE_AND_CITY),
    "semicolons": ("age;city\n20;Rome\n40;Oslo\n", AGE_AND_CITY),
    "tabs": ("age\tcity\n20\tRome\n40\tOslo\n", AGE_AND_CITY),
    "no end of the last line": ("age,city\n20,Rome\n40,Oslo", AGE_AND_CITY),
    "lines as Windows ends them": ("age,city\r\n20,Rome\r\n40,Oslo\r\n", AGE_AND_CITY),
    "lines as old Macs ended them": ("age,city\r20,Rome\r40,Oslo\r", AGE_AND_CITY),
    "Excel's byte order mark": ("\ufeffage,city\n20,Rome\n40,Oslo\n", AGE_AND_CITY),
    "Excel's line that names the separator": ("sep=;\nage;city\n20;Rome\n40;Oslo\n", AGE_AND_CITY),
    "empty lines": ("\n\nage,city\n\n20,Rome\n\n40,Oslo\n\n", AGE_AND_CITY),
    "spaces around": (" age , city\n 20 , Rome \n40\t,Oslo\n", AGE_AND_CITY),
    "quotes": ('"age","city"\n"20","Rome"\n"40",Oslo\n', AGE_AND_CITY),
    "separators, quotes and line breaks in quotes": (
        'a,"b, and\nc"\n1,"x, ""y""\nz"\n2,w\n',
        {"a": [1, 2], "b, and c": ['x, "y"\nz', "w"]},
    ),
    "one column": ("age\n20\n40\n", {"age": [20, 40]}),
    "gaps": ("age,city\n20,\n,Oslo\n", {"age": [20, NAN], "city": [None, "Oslo"]}),
    "what programs write for a missing number": (
        "a,b,c,d\n1,1,1,1\nNA,nan,null,#N/A\n<NA>,NaN,NULL,None\n",
        {name: [1, NAN, NAN] for name in "abcd"},
    ),
    "the same as words": ("land,stufe\nNA,None\nDE,mild\n", {"land": ["NA", "DE"], "stufe": ["None", "mild"]}),
    "numbers as people write them": ("x,y\n-1.5e-3,+2\n.5,3.\n", {"x": [-0.0015, 0.5], "y": [2, 3]}),
    "commas for points": ("x;y;z\n3,5;1;-1,5e3\n4;2;,25\n", {"x": [3.5, 4], "y": [1, 2], "z": [-1500, 0.25]}),
    "true and false": ("flag\ntrue\nFALSE\n\nTrue\n", {"flag": [1, 0, 1]}),
    "true, false and a gap": ("flag,x\ntrue,1\n,2\nfalse,3\n", {"flag": [1, NAN, 0], "x": [1, 2, 3]}),
    "words that are no booleans": ("flag\nyes\nno\n", {"flag": ["yes", "no"]}),
    "words that are digits among others": ("size\n38\nM\nL\nS\n", {"size": ["38", "M", "L", "S"]}),
    "an index as pandas writes it": (",x\n0,5\n1,6\n", {"x": [5, 6]}),
    "rows picked from a table with an index": (",x\n17,5\n3,6\n", {"x": [5, 6]}),
    "a separator at the end of every line": ("x,y,\n1,2,\n3,4,\n", {"x": [1, 3], "y": [2, 4]}),
    "other alphabets": ("größe,город\n1,Москва\n2,京都\n", {"größe": [1, 2], "город": ["Москва", "京都"]}),
}


@pytest.mark.parametrize(("text", "wanted"), READ.values(), ids=READ)
def test_a_file_of_text_is_read(text: str, wanted: dict[str, list[Any]], tmp_path: Path) -> None:
    got = columns_of(read_table(written(tmp_path, text)))
    assert list(got) == list(wanted)
    for name, values in wanted.items():
        np.testing.assert_equal(got[name], values)


@pytest.mark.parametrize("name", ["t.tsv", "t.TSV", "t.csv.gz", "t.tsv.gz"])
def test_a_file_is_read_as_its_name_says(name: str, tmp_path: Path) -> None:
    separator = "\t" if "tsv" in name.lower() else ","
    table = read_table(written(tmp_path, "a,b;c\n1,2;3\n".replace(",", separator), name))
    assert columns_of(table) == {"a": [1], "b;c": ["2;3"]}


def test_missing_value_markers_and_categorical_columns_can_be_set(tmp_path: Path) -> None:
    path = written(tmp_path, "id,plz,age,city\n" + "".join(f"x{i},{10000 + i},{i or 'n/a'},?\n" for i in range(20)))
    table = read_table(path, na_value=["n/a", "?", "19"], drop="id", categorical="plz")
    assert table.columns == ("plz", "age", "city")
    np.testing.assert_equal(table["age"], [NAN, *range(1, 19), NAN])
    assert table["plz"][0] == "10000"
    assert np.isnan(table["city"]).all()
    assert (table.kinds["plz"], table.kinds["age"]) == ("text", "number")


# Parquet

STORED = {
    "whole": pa.array([1, None, 3]),
    "small": pa.array([1, 2, 3], pa.uint8()),
    "single": pa.array([1.5, None, 2.5], pa.float32()),
    "decimal": pa.array([Decimal("1.5"), None, Decimal("2")]),
    "flag": pa.array([True, None, False]),
    "text": pa.array(["x", "", " y "]),
    "coded": pa.array(["x", None, "y"]).dictionary_encode(),
    "nothing": pa.nulls(3),
    "a.b": pa.array([1.0, 2.0, 3.0]),
    "__index_level_0__": pa.array([7, 8, 9]),
}
WANTED = {
    "whole": [1, NAN, 3],
    "small": [1, 2, 3],
    "single": [1.5, NAN, 2.5],
    "decimal": [1.5, NAN, 2],
    "flag": [1, NAN, 0],
    "text": ["x", None, "y"],
    "coded": ["x", None, "y"],
    "nothing": [NAN, NAN, NAN],
    "a.b": [1, 2, 3],
}


@pytest.mark.parametrize("group", [1, 2, 3], ids="row groups of {}".format)
def test_a_parquet_file_is_read(group: int, tmp_path: Path) -> None:
    parquet.write_table(pa.table(STORED), tmp_path / "t.parquet", row_group_size=group)
    table = read_table(tmp_path / "t.parquet")
    for one, rows in ((table, [0, 1, 2]), (table.take([2, 0]), [2, 0]), (pickle.loads(pickle.dumps(table)), [0, 1, 2])):
        got = columns_of(one)
        assert list(got) == list(WANTED)
        for name, values in WANTED.items():
            np.testing.assert_equal(got[name], [values[row] for row in rows])


def test_parquet_numbers_may_be_missing_or_class_names(tmp_path: Path) -> None:
    parquet.write_table(pa.table({"x": [1.0, -999.0], "plz": [10115, 10117]}), tmp_path / "t.parquet")
    table = read_table(tmp_path / "t.parquet", na_value="-999", categorical="plz")
    np.testing.assert_equal(columns_of(table), {"x": [1, NAN], "plz": ["10115", "10117"]})


# A Table

TABLE = Table({"age": [20, 30, np.nan, 50], "city": ["Rome", "Oslo", None, "Rome"]})


def test_a_table_can_be_encoded() -> None:
    assert (len(TABLE), TABLE.shape, TABLE.columns) == (4, (4, 2), ("age", "city"))
    columns = TableEncoder.fit(TABLE, missing=True, categories=True)
    numbers = columns.transform(TABLE)  # age, is missing, Oslo, Rome, missing
    np.testing.assert_array_equal(numbers[2], [30, 1, 0, 0, 1])
    np.testing.assert_array_equal(columns.transform(TABLE.take([3, 2])), numbers[[3, 2]])


def test_rows_are_selected_by_index_or_mask() -> None:
    for rows in ([3, 1], np.array([False, True, False, True])):
        assert sorted(TABLE.take(rows)["age"]) == [30, 50]
    assert TABLE.take([3, 1]).take([1])["city"].tolist() == ["Oslo"]
    assert TABLE.take([]).shape == (0, 2)
    assert TABLE.take([3, 1]).number_of(0) == 4


def test_a_column_can_be_replaced() -> None:
    part = TABLE.take([0, 1]).with_column("age", [1, 2])
    assert part["age"].tolist() == [1, 2]
    assert part.take([1])["age"].tolist() == [2]
    assert part.without("age").columns == ("city",)
    assert TABLE["age"][0] == 20
    with pytest.raises(ValueError, match="column 'age' has 3 values, but the table has 4 rows"):
        TABLE.with_column("age", [1, 2, 3])
    with pytest.raises(ValueError, match="unknown column 'aeg'; did you mean 'age'"):
        TABLE.with_column("aeg", [1, 2, 3, 4])
    with pytest.raises(KeyError, match="unknown column 'aeg'; did you mean 'age'"):
        TABLE["aeg"]


def test_the_importance_of_its_columns_can_be_measured() -> None:
    table = Table({"x": np.arange(50.0), "none": np.arange(50.0)})
    drops = permutation_importance(lambda rows: -np.abs(rows["x"] - np.arange(50)).mean(), table).mean
    assert drops[0] > 1
    assert drops[1] == 0


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"a": [1, 2], "b": [1]}, r"the columns of a table must have the same length, got \[1, 2\] values"),
        ({"a": [[1, 2]]}, r"column 'a' must have shape \(n,\), got \(1, 2\)"),
    ],
)
def test_invalid_columns_raise(columns: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Table(columns)


# A Dataset

PEOPLE = "age,city,flag,count,score,name\n" + "".join(
    f"{20 + i % 7},{['Rome', 'Oslo', ''][i % 3]},{str(i % 2 == 0).lower()},{i % 4},{i / 3:.3f},n{i}\n"
    for i in range(60)
)

TASKS: list[tuple[str, dict[str, Any], tuple[str, ...] | None]] = [
    ("flag", {}, ("false", "true")),
    ("count", {}, ("0", "1", "2", "3")),
    ("count", {"task": "regression"}, None),
    ("flag", {"task": "regression"}, None),
    ("score", {}, None),
    ("age", {"task": "classification"}, ("20", "21", "22", "23", "24", "25", "26")),
    ("count", {"categorical": "count"}, ("0", "1", "2", "3")),
]


@pytest.mark.parametrize(("target", "options", "class_names"), TASKS, ids=str)
def test_the_task_is_inferred_from_the_target(
    target: str, options: dict[str, Any], class_names: tuple[str, ...] | None, tmp_path: Path
) -> None:
    data = gn.load(str(written(tmp_path, PEOPLE)), target=target, drop="name", **options)
    assert data.class_names == class_names
    assert data.feature_names == tuple(name for name in ("age", "city", "flag", "count", "score") if name != target)
    assert data.features == 4
    column = read_table(tmp_path / "t.csv")[target]
    np.testing.assert_array_equal(data.y, column if class_names is None else np.unique(column, return_inverse=True)[1])


@pytest.mark.parametrize(
    ("values", "is_class"),
    [
        ([0, 1], True),
        ([0, 1] * 5, True),
        ([100, 200], False),
        (list(range(10)) * 3, True),
        (list(range(10)) * 2, False),
        (list(range(20)) * 30, True),
        (list(range(21)) * 30, False),
        ([0.5, 1.5] * 30, False),
        (["low", "high"], True),
    ],
    ids=lambda value: str(value)[:20],
)
def test_few_distinct_integers_and_strings_are_classes(values: list[Any], is_class: bool, tmp_path: Path) -> None:
    text = "x,y\n" + "".join(f"{i * i},{value}\n" for i, value in enumerate(values))
    assert (gn.load(str(written(tmp_path, text)), target="y").class_names is not None) is is_class


def test_numeric_classes_are_in_numeric_order(tmp_path: Path) -> None:
    text = "x,y\n" + "".join(f"{i * i},{[10, 2, 1][i % 3]}.0\n" for i in range(12))
    assert gn.load(str(written(tmp_path, text)), target="y").class_names == ("1", "2", "10")


def test_a_dataset_of_a_table_splits_and_prints_like_others(tmp_path: Path) -> None:
    data = gn.load(str(written(tmp_path, PEOPLE, "people.csv")), target="flag", drop=["name"])
    assert repr(data) == "<Dataset 'people': 60 rows of 4 features, 2 classes (false, true)>"
    train, test = data.split(0.5, 0.5, seed=1)
    assert (len(train), len(test), train.X.columns) == (30, 30, data.X.columns)
    assert sorted([*train.X["score"], *test.X["score"]]) == sorted(data.X["score"])
    np.testing.assert_array_equal(train.X["count"] % 2 == 0, train.y == 1)


def test_a_class_with_a_single_row_is_accepted(tmp_path: Path) -> None:
    text = "x,y\n" + "".join(f"{i * i},{'only' if i == 5 else 'abc'[i % 3]}\n" for i in range(30))
    parts = gn.load(str(written(tmp_path, text)), target="y").split(0.6, 0.2, 0.2)
    assert sum((part.y == 3).sum() for part in parts) == 1


def test_training_on_an_unencoded_table_raises_with_advice(tmp_path: Path) -> None:
    data = gn.load(str(written(tmp_path, PEOPLE)), target="flag", drop="name")
    net = gn.Network(4, [gn.Dense(2, "softmax")])
    with pytest.raises(
        TypeError, match=r"a table must be encoded as numbers .* gn\.TableEncoder\.fit\(table, missing=True"
    ):
        gn.fit(net, data)
    columns = gn.TableEncoder.fit(data.X, missing=True, categories=True)
    net = gn.Network(columns.width, [gn.Dense(2, "softmax")])
    assert len(gn.fit(net, columns.transform(data.X), data.y, epochs=2)) == 2


# Columns with held-out rows


def test_rows_held_out_are_encoded_as_new_rows_are() -> None:
    train = Table({"x": [1.0, 2.0, 3.0], "c": ["a", "b", "a"]})
    test = Table({"x": [np.nan, 1000.0, 1.0], "c": ["rare", None, "b"]})
    columns = TableEncoder.fit(train, missing=True, categories=True)
    number, category = columns.all
    assert (number.fill, number.has_missing) == (2.0, False)
    assert category.levels == ("a", "b")
    message = (
        "2 of 3 rows contain values not seen in training: column 'x' has no value in row 1; "
        "column 'c' contains 'rare' in row 1; column 'c' has no value in row 2; they are predicted as an average "
    )
    with pytest.warns(UserWarning, match=re.escape(message)):
        found = columns.transform(test)
    np.testing.assert_array_equal(found, [[2, 0, 0], [1000, 0, 0], [1, 0, 1]])
