"""Tables of pandas, Polars, and pyarrow wherever a file may be given: loading, training, tuning, and prediction."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.cli.main import run
from glassnet.recipes.recipe import read_recipe
from glassnet.runs.load import read_run
from glassnet.runs.save import write_run

pd = pytest.importorskip("pandas")
pl = pytest.importorskip("polars")
pa = pytest.importorskip("pyarrow")

pytestmark = pytest.mark.usefixtures("in_a_folder_of_its_own")

N = 120
RNG = np.random.default_rng(0)
SIZE, ROOMS = RNG.normal(50, 10, N).round(2), RNG.integers(1, 5, N)
CITY = [("Rome", "Oslo", None)[i % 3] for i in range(N)]
LIFT = [bool(i % 2) for i in range(N)]
PRICE = 3 * SIZE + 10 * ROOMS + np.array([20.0 if city == "Rome" else 0.0 for city in CITY])
COLUMNS: dict[str, Any] = {
    "size": [None if i == 5 else float(size) for i, size in enumerate(SIZE)],
    "rooms": ROOMS.tolist(),
    "city": CITY,
    "lift": LIFT,
    "note": [f"note {i}" for i in range(N)],
    "price": PRICE.tolist(),
}


def pandas_nullable(columns: dict[str, Any]) -> Any:
    return pd.DataFrame(columns).convert_dtypes()


def pandas_pyarrow(columns: dict[str, Any]) -> Any:
    return pd.DataFrame(columns).convert_dtypes(dtype_backend="pyarrow")


def pandas_categories(columns: dict[str, Any]) -> Any:
    return pd.DataFrame(columns).astype({"city": "category"}) if "city" in columns else pd.DataFrame(columns)


TABLES: list[Callable[[dict[str, Any]], Any]] = [
    pd.DataFrame,
    pandas_nullable,
    pandas_pyarrow,
    pandas_categories,
    pl.DataFrame,
    pa.table,
]


@pytest.mark.parametrize("make", TABLES)
def test_a_table_is_read_like_a_parquet_file(make: Callable[[dict[str, Any]], Any]) -> None:
    data = gn.load(make(COLUMNS), target="price", drop="note")
    assert isinstance(data.X, gn.Table)
    assert data.X.kinds == {"size": "number", "rooms": "number", "city": "text", "lift": "boolean"}
    np.testing.assert_array_equal(data.X["size"], [np.nan if i == 5 else size for i, size in enumerate(SIZE)])
    assert data.X["city"].tolist() == CITY
    assert data.X["lift"].tolist() == LIFT
    np.testing.assert_array_equal(data.y, PRICE)
    assert gn.read_table(make(COLUMNS)).columns == tuple(COLUMNS)


@pytest.mark.parametrize("make", TABLES)
def test_training_and_prediction_take_the_same_table(make: Callable[[dict[str, Any]], Any]) -> None:
    table = make(COLUMNS)
    recipe = gn.load_recipe(table, target="price", drop="note")
    result = gn.run_recipe(recipe, table)
    model = result.model
    # The target, and what training dropped, may be there, in any order, or not.
    whole = model.predict(table)
    part = model.predict(make({name: COLUMNS[name] for name in ("lift", "city", "rooms", "size")}))
    np.testing.assert_array_equal(whole, part)
    assert gn.metrics.r2(PRICE, whole) > 0.9
    with pytest.raises(ValueError, match="the table has a column 'shoe' that is unknown to the model"):
        model.predict(make({**COLUMNS, "shoe": ROOMS.tolist()}))
    with pytest.raises(ValueError, match="the table has no column 'rooms', which the model needs"):
        model.predict(make({name: COLUMNS[name] for name in ("lift", "city", "size")}))


def test_the_command_line_and_python_predict_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    table = pd.DataFrame(COLUMNS)
    table.to_csv("homes.csv", index=False)
    assert run(["train", "homes.csv", "--target", "price", "--drop", "note", "--epochs", "5", "--quiet"]) == 0
    assert run(["predict", "runs/homes", "homes.csv", "--out", "p.parquet", "--quiet"]) == 0
    model = gn.load_model("runs/homes")
    written = pd.read_parquet("p.parquet")["price"]
    for same in (table, pl.DataFrame(COLUMNS), gn.read_table("homes.csv"), pd.read_csv("homes.csv")):
        np.testing.assert_allclose(model.predict(same), written)


@pytest.mark.parametrize("y", [PRICE, pd.Series(PRICE, name="cost"), pl.Series("cost", PRICE), pa.array(PRICE)])
def test_tuning_takes_a_table_and_its_target(y: Any) -> None:
    X = pd.DataFrame({"size": SIZE, "rooms": ROOMS, "city": CITY})
    options: dict[str, Any] = {"trials": 2, "search": {"epochs": 3, "hidden_layers": 1, "units": 8}, "jobs": 1}
    _, recipe = gn.tune(X, y, **options)
    assert recipe.source == "memory:table"
    assert recipe.options["target"] == ("cost" if hasattr(y, "name") else "target")
    model = gn.run_recipe(recipe, (X, y)).model
    assert model.predict(X).shape == (N,)


def test_tuning_takes_a_table_that_contains_the_target() -> None:
    options: dict[str, Any] = {"trials": 2, "search": {"epochs": 3, "hidden_layers": 1, "units": 8}, "jobs": 1}
    table = pl.DataFrame({**COLUMNS, "size": SIZE}).drop("note")
    _, recipe = gn.tune(table, target="lift", **options)
    assert gn.run_recipe(recipe, table).model.class_names == ("false", "true")
    with pytest.raises(ValueError, match="the table requires target"):
        gn.tune(table, **options)


def test_recipes_name_data_in_memory_and_not_a_file() -> None:
    options: dict[str, Any] = {"trials": 1, "search": {"epochs": 2, "hidden_layers": 1, "units": 8}, "jobs": 1}
    iris = gn.load("iris")
    assert gn.tune(iris.X, iris.y, **options).recipe.source == "memory:data"
    assert gn.tune(iris, **options).recipe.source == "memory:iris"
    assert gn.run_recipe(gn.load_recipe("digits"), (iris.X, iris.y)).recipe.source == "memory:data"
    recipe = gn.load_recipe(iris)
    with pytest.raises(ValueError, match=r"the data were in memory \(memory:iris\), so they must be given again"):
        gn.run_recipe(recipe)


def test_commands_on_a_run_of_data_in_memory_ask_for_the_data(capsys: pytest.CaptureFixture[str]) -> None:
    table = pd.DataFrame(COLUMNS)
    write_run(gn.run_recipe(gn.load_recipe(table, target="price", drop="note"), table), "one")
    assert read_recipe("one/recipe.toml").source == "memory:table"
    reason = "the data were in memory (memory:table), so they must be given again, or a file in their place"
    assert read_run("one")[1] == [f"Sections that need the data are omitted: {reason}."]
    for command in (["report", "one"], ["evaluate", "one", "memory:table"], ["inspect", "one", "--sample", "1"]):
        run(command)
        assert f"{reason}" in "".join(capsys.readouterr())
    table.to_csv("same.csv", index=False)
    assert run(["evaluate", "one", "same.csv"]) == 0
    assert Path("one/report.html").is_file()


def test_errors_name_the_column_and_the_row_from_0() -> None:
    with pytest.raises(ValueError, match="column 'size', row 2: inf is not a finite number"):
        gn.load(pd.DataFrame({"size": [1.0, 2.0, np.inf], "y": [1.0, 2.0, 3.0]}), target="y")
    with pytest.raises(ValueError, match="column 'a' contains values of different types"):
        gn.load(pd.DataFrame({"a": [1, "x", 2.5], "y": [1.0, 2.0, 3.0]}), target="y")
    with pytest.raises(ValueError, match="the table has two columns 'a'"):
        gn.load(pd.DataFrame([[1, 2, 3]], columns=["a", "a", "y"]), target="y")
    with pytest.raises(ValueError, match=r"the table: unknown column 'prise'.*price"):
        gn.load(pl.DataFrame(COLUMNS), target="prise")
    with pytest.raises(ValueError, match=r"unknown option of a table: 'taget'.*target"):
        gn.load(pd.DataFrame(COLUMNS), taget="price")


def test_numbers_that_were_categories_in_training_are_matched_as_text() -> None:
    columns = {"zip": [str(i % 4) for i in range(N)], "size": SIZE.tolist(), "price": PRICE.tolist()}
    table = pd.DataFrame(columns)
    model = gn.run_recipe(gn.load_recipe(table, target="price"), table).model
    expected = model.predict(table)
    np.testing.assert_array_equal(model.predict(table.astype({"zip": int})), expected)


def test_models_of_arrays_with_names_take_tables_of_any_numeric_type() -> None:
    iris = gn.load("iris")
    model = gn.run_recipe(gn.load_recipe("iris")).model
    table = pd.DataFrame(iris.X.astype(float), columns=iris.feature_names)
    expected = model.predict(iris.X)
    for same in (table, table.convert_dtypes(), pl.from_pandas(table), pa.Table.from_pandas(table)):
        assert model.predict(same).tolist() == expected.tolist()
    assert model.predict(table[table.columns[::-1]]).tolist() == expected.tolist()


def test_dates_may_be_dates_or_text() -> None:
    days = [f"{1 + i % 28}/{1 + i % 12}/20{10 + i % 10}" for i in range(N)]
    columns = {"sold": days, "size": SIZE.tolist(), "price": PRICE.tolist()}
    pd.DataFrame(columns).to_csv("t.csv", index=False)
    model = gn.run_recipe(gn.load_recipe("t.csv", target="price")).model
    assert model.columns is not None
    assert "year" in model.columns.all[0].date_parts
    table = pd.read_csv("t.csv")
    expected = model.predict(table)
    np.testing.assert_array_equal(model.predict(table.assign(sold=pd.to_datetime(table.sold, dayfirst=True))), expected)
    np.testing.assert_array_equal(model.predict(gn.read_table("t.csv")), expected)


def test_messages_name_parameters_in_python_and_options_on_the_command_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("t.csv").write_text("a,y\n" + "1,2.5\n3,3.5\n5,\n")
    with pytest.raises(ValueError, match=r"in row 3; use skip_invalid=True to skip such rows$"):
        gn.load("t.csv", target="y")
    assert run(["train", "t.csv", "--target", "y"]) == 2
    assert capsys.readouterr().err.endswith("in row 3; use --skip-invalid to skip such rows\n")
    data = gn.load(pd.DataFrame(COLUMNS), target="price")
    assert [str(one) for one in data.decisions] == [
        "'note' is an identifier with 120 distinct values in 120 rows: left out (categorical='note')"
    ]


def test_rows_may_be_dicts_or_lists_of_numbers_and_texts(tmp_path: Path) -> None:
    model = gn.run_recipe(
        gn.load_recipe(pd.DataFrame(COLUMNS), target="price", drop="note"), pd.DataFrame(COLUMNS)
    ).model
    names = ["size", "rooms", "city", "lift"]
    table = pd.DataFrame({name: COLUMNS[name] for name in names})
    wanted = model.predict(table)
    lists = list(zip(*(COLUMNS[name] for name in names), strict=True))
    dicts = [dict(zip(names[::-1], row[::-1], strict=True)) for row in lists]
    np.testing.assert_array_equal(model.predict(dicts), wanted)
    np.testing.assert_array_equal(model.predict(lists), wanted)
    np.testing.assert_array_equal(model.predict([list(row) for row in lists]), wanted)
    np.testing.assert_array_equal(model.predict(dicts[5]), wanted[5:6])
    np.testing.assert_array_equal(model.predict({**dicts[7], "price": 0.0, "note": "x"}), wanted[7:8])
    size = np.float32(SIZE[7])
    np.testing.assert_array_equal(
        model.predict({**dicts[7], "size": size}), model.predict({**dicts[7], "size": float(size)})
    )


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ({"a": 1.0}, "the table has no column 'b', which the model needs"),
        ({"a": 1.0, "b": 2.0, "c": 3.0}, "the table has a column 'c' that is unknown to the model"),
        ([{"a": 1.0, "b": 2.0}, {"a": 1.0}], r"row 1 must have the columns of row 0, a, b \(None if missing\), got a"),
        ([{"a": 1.0, "b": 2.0}, [1.0, 2.0]], r"row 1 must have the columns of row 0, a, b .*, got \[1.0, 2.0\]"),
        ({"a": 1.0, "b": "x"}, "column 'b' contains 'x'"),
        ({"a": 1.0, "b": [2.0]}, "column 'b'"),
        ({"a": 10**400, "b": 1.0}, "column 'a'"),
        ({"a": float("nan"), "b": 1.0}, "NaN in row 0, column a"),
    ],
)
def test_rows_that_do_not_fit_raise_by_name(rows: Any, message: str) -> None:
    model = gn.Model(None, gn.Network(2, [gn.Dense(1)], seed=0), feature_names=["a", "b"])
    np.testing.assert_array_equal(model.predict({"b": 2, "a": 1}), model.predict([[1.0, 2.0]]))
    with pytest.raises(ValueError, match=message):
        model.predict(rows)
    with pytest.raises(
        ValueError, match="rows as dicts need the names of the features, which this model does not have"
    ):
        gn.Model(None, model.network).predict({"a": 1.0, "b": 2.0})
