"""Tables of pandas (NumPy, nullable, pyarrow types), Polars, and pyarrow are encoded alike; all types of columns."""

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from sklearn.model_selection import cross_val_score

import glassnet as gn
from glassnet.data.tables.encoder import TableEncoder

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

N = 60
DATA: dict[str, list[Any]] = {
    "x": [None if i % 7 == 0 else i / 4 for i in range(N)],
    "count": [i % 5 for i in range(N)],
    "city": [["Rome", "Oslo", None][i % 3] for i in range(N)],
    "flag": [i % 2 == 0 for i in range(N)],
    "when": [dt.datetime(2024, 1, 1) + dt.timedelta(hours=31 * i) for i in range(N)],
}
Y = ["yes" if i % 3 else "no" for i in range(N)]
FRAME, ARROW, POLARS = pd.DataFrame(DATA), pa.table(DATA), pl.DataFrame(DATA)
TABLES: dict[str, Any] = {
    "pandas": FRAME,
    "pandas nullable": FRAME.convert_dtypes(),
    "pandas with pyarrow": FRAME.convert_dtypes(dtype_backend="pyarrow"),
    "pandas from pyarrow": ARROW.to_pandas(types_mapper=pd.ArrowDtype),
    "pandas categorical": FRAME.astype({"city": "category", "when": object}),
    "pandas with a time zone": FRAME.assign(when=FRAME["when"].dt.tz_localize("Europe/Rome")),
    "polars": POLARS,
    "polars categorical": POLARS.with_columns(pl.col("city").cast(pl.Categorical)),
    "polars with a time zone": POLARS.with_columns(pl.col("when").dt.replace_time_zone("Europe/Rome")),
    "pyarrow": ARROW,
    "pyarrow dictionary": ARROW.set_column(2, "city", ARROW["city"].dictionary_encode()),
    "pyarrow in batches": pa.Table.from_batches(ARROW.to_batches(max_chunksize=7)),
    "pyarrow with a time zone": ARROW.set_column(4, "when", ARROW["when"].cast(pa.timestamp("us", "UTC"))),
}
by_table = pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)


@by_table
def test_every_table_becomes_the_same_numbers(table: Any) -> None:
    expected = TableEncoder.fit(FRAME, missing=True, categories=True)
    encoder = TableEncoder.fit(table, missing=True, categories=True)
    assert encoder == expected
    np.testing.assert_array_equal(encoder.transform(table), expected.transform(FRAME))
    assert TableEncoder.from_spec(json.loads(json.dumps(encoder.to_spec()))) == encoder


@by_table
def test_every_table_goes_into_an_estimator_and_its_model(table: Any, tmp_path: Path) -> None:
    options: dict[str, Any] = {"missing": "indicator", "categories": "auto", "max_iter": 5, "random_state": 0}
    one = gn.MLPClassifier(**options).fit(table, Y)
    assert list(one.feature_names_in_) == list(DATA)
    one.save(tmp_path / "model.safetensors")
    model = gn.load_model(tmp_path / "model.safetensors")
    np.testing.assert_array_equal(model.predict_proba(table), one.predict_proba(table))
    np.testing.assert_array_equal(model.predict_proba(FRAME), one.predict_proba(table))


@pytest.mark.parametrize("name", ["pandas nullable", "pandas from pyarrow", "polars", "pyarrow"])
def test_cross_validation_takes_every_table(name: str) -> None:
    one = gn.MLPClassifier(missing="indicator", categories="auto", max_iter=5, random_state=0)
    assert np.isfinite(cross_val_score(one, TABLES[name], Y, cv=3)).all()


@pytest.mark.parametrize("name", ["pandas nullable", "pandas from pyarrow", "polars", "pyarrow"])
def test_a_model_of_numbers_takes_every_table(name: str) -> None:
    table = TABLES[name]
    numbers = table.select(["flag", "count"]) if name == "pyarrow" else table[["flag", "count"]]
    model = gn.Model(None, gn.Network(2, [gn.Dense(1)], seed=0), feature_names=["count", "flag"])
    expected = model.predict(np.column_stack([DATA["count"], DATA["flag"]]).astype(float))
    np.testing.assert_array_equal(model.predict(numbers), expected)
    words = table.select(["city", "count"]) if name == "pyarrow" else table[["city", "count"]]
    model = gn.Model(None, gn.Network(2, [gn.Dense(1)], seed=0), feature_names=["count", "city"])
    with pytest.raises(ValueError, match="column 'city' contains 'Rome', but was numeric in training"):
        model.predict(words)


DAY = dt.timedelta(days=1)
COLUMNS: dict[str, tuple[Any, list[float]]] = {
    "decimals of pandas": (pd.DataFrame({"x": [Decimal("1.5"), None, Decimal("2.5")]}), [1.5, 2, 2.5]),
    "decimals of polars": (pl.DataFrame({"x": [Decimal("1.5"), None, Decimal("2.5")]}), [1.5, 2, 2.5]),
    "decimals of pyarrow": (pa.table({"x": [Decimal("1.5"), None, Decimal("2.5")]}), [1.5, 2, 2.5]),
    "bytes": (pa.table({"x": pa.array([1, None, 3], pa.uint8())}), [1, 2, 3]),
    "booleans": (pa.table({"x": [True, None, False]}), [1, 0.5, 0]),
    "half floats": (pd.DataFrame({"x": np.array([1, np.nan, 3], np.float16)}), [1, 2, 3]),
    "days of pandas": (pd.DataFrame({"x": [DAY, None, 3 * DAY]}), [1, 2, 3]),
    "days of polars": (pl.DataFrame({"x": [DAY, None, 3 * DAY]}), [1, 2, 3]),
    "days of pyarrow": (pa.table({"x": [DAY, None, 3 * DAY]}), [1, 2, 3]),
    "hours of polars": (pl.DataFrame({"x": [dt.time(1), None, dt.time(3, 30)]}), [1, 2.25, 3.5]),
    "hours of pyarrow": (pa.table({"x": [dt.time(1), None, dt.time(3, 30)]}), [1, 2.25, 3.5]),
}


@pytest.mark.parametrize(("table", "values"), COLUMNS.values(), ids=COLUMNS)
def test_numbers_of_every_type(table: Any, values: list[float]) -> None:
    found = TableEncoder.fit(table, missing=True, categories=False).transform(table)
    np.testing.assert_array_equal(found, np.stack([values, [0, 1, 0]], axis=1))


NULLS = {"pyarrow": pa.table({"n": pa.nulls(2), "x": [1, 2]}), "polars": pl.DataFrame({"n": [None] * 2, "x": [1, 2]})}


@pytest.mark.parametrize("table", NULLS.values(), ids=NULLS)
def test_a_column_of_nulls_is_left_out(table: Any) -> None:
    encoder = TableEncoder.fit(table, missing=True, categories=True)
    assert [decision.column for decision in encoder.decisions] == ["n"]
    np.testing.assert_array_equal(encoder.transform(table), [[1], [2]])


# Dates


def dates_of(*texts: str | None) -> pd.DataFrame:
    return pd.DataFrame({"d": pd.to_datetime(list(texts)).astype("datetime64[s]")})


def test_dates_become_the_parts_that_vary() -> None:
    table = dates_of("2024-01-01T06:00", "2024-01-03T06:00", None)
    encoder = TableEncoder.fit(table, missing=True, categories=True)
    assert encoder.all[0].date_parts == ("days", "day", "weekday")
    assert encoder.numbers == 4
    found = encoder.transform(table)
    # years since the first date, the share of the month, sine and cosine of the weekday, missing
    monday, wednesday = [0, 1], [np.sin(4 * np.pi / 7), np.cos(4 * np.pi / 7)]
    np.testing.assert_allclose(found[0], [0, 1 / 31, *monday, 0], atol=1e-12)
    np.testing.assert_allclose(found[1], [2 / 365.25, 3 / 31, *wednesday, 0], atol=1e-12)
    np.testing.assert_allclose(found[2], [2 / 365.25, 3 / 31, *wednesday, 1], atol=1e-12)  # as the median date


def test_months_and_hours_are_cyclic() -> None:
    table = dates_of("2023-12-31T23:00", "2024-01-01T00:00", "2024-07-01T12:00")
    encoder = TableEncoder.fit(table, missing=False, categories=True)
    parts = encoder.all[0].date_parts
    assert parts == ("days", "year", "month", "day", "weekday", "hour")
    december, january, july = encoder.transform(table)
    month = slice(2, 4)
    assert np.linalg.norm(december[month] - january[month]) < 0.6 < np.linalg.norm(july[month] - january[month])
    hour = slice(7, 9)
    assert np.linalg.norm(december[hour] - january[hour]) < 0.3 < np.linalg.norm(july[hour] - january[hour])


def test_a_date_that_does_not_vary_is_left_out_and_a_new_missing_date_is_predicted() -> None:
    fixed = pd.concat([dates_of("2024-01-01", "2024-01-01"), pd.DataFrame({"x": [1, 2]})], axis=1)
    assert TableEncoder.fit(fixed, missing=True, categories=True).width == 1
    encoder = TableEncoder.fit(dates_of("2024-01-01", "2024-01-03"), missing=True, categories=True)
    with pytest.warns(UserWarning, match="column 'd' has no value in row 0"):
        found = encoder.transform(dates_of(None))
    np.testing.assert_array_equal(found, encoder.transform(dates_of("2024-01-03")))
    with pytest.raises(ValueError, match="column 'd' contains 'soon' in row 0, but contained dates in training"):
        encoder.transform(pd.DataFrame({"d": ["soon"]}))


def test_dates_need_categories_auto() -> None:
    with pytest.raises(ValueError, match="column 'd' contains dates, not numbers; use categories='auto' to allow that"):
        TableEncoder.fit(dates_of("2024-01-01", "2024-01-03"), missing=False, categories=False)


@pytest.mark.parametrize("engine", ["numpy", "compiled"])
def test_the_season_is_learned_from_dates(engine: str) -> None:
    days = np.datetime64("2021-01-01", "s") + 86400 * np.arange(900)
    y = np.cos(2 * np.pi * (np.arange(900) % 365.25) / 365.25)
    one = gn.MLPRegressor(categories="auto", engine=engine, random_state=0, solver="lbfgs", max_iter=200)
    table = pd.DataFrame({"d": days})
    assert one.fit(table[:600], y[:600]).score(table[:600], y[:600]) > 0.9


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"date_parts": ["decade"]}, "date_parts of column 'd' must be among days, year"),
        ({"date_parts": "days"}, "date_parts of column 'd' must be among days, year"),
        ({"first_day": "x"}, "first_day of column 'd' must be a number"),
        ({"fill": 1e300}, "fill and first_day of column 'd' must be dates, got 1e.300 and"),
        ({"first_day": 1e30}, "fill and first_day of column 'd' must be dates"),
        ({"levels": ["a"]}, "column 'd' has levels, so it has no date_parts"),
        ({"constant": 1}, "other, fills_missing, and constant of column 'd' must be true or false"),
        ({"other": True}, "column 'd' has no levels, so it has no other level"),
    ],
)
def test_invalid_specs_of_dates_raise(changes: dict[str, Any], message: str) -> None:
    (spec,) = TableEncoder.fit(dates_of("2024-01-01", "2024-01-03"), missing=False, categories=True).to_spec()
    with pytest.raises((ValueError, TypeError), match=message):
        TableEncoder.from_spec([spec | changes])
