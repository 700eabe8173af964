"""Rows of a table as dicts, lists, DataFrames, and Tables: the same numbers, bit for bit."""

import warnings
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import glassnet as gn
from glassnet.data.preprocessing import FirstColumns, Pipeline, QuantileTransform, RobustScale
from glassnet.data.tables.table import Table
from glassnet.data.target_encoding import TargetEncoding
from glassnet.model import Model, PerNetwork
from glassnet.network.embedding import embeddings_for
from glassnet.network.ensemble import Ensemble
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from helpers.examples import example_count

DAYS = pd.date_range("2023-01-05", periods=60, freq="9D")
CITIES = [f"city {i % 20}" for i in range(60)]  # so many that they are embedded
FEATURES = ("size", "age", "when", "color", "city")

ROW = st.fixed_dictionaries(
    {
        "size": st.floats(-1e6, 1e6) | st.integers(-3, 3),  # never missing in training
        "age": st.none() | st.just(float("nan")) | st.floats(-1e6, 1e6, width=32),
        "when": st.none() | st.dates(date(2000, 1, 1), date(2099, 1, 1)) | st.sampled_from(list(DAYS)),
        "color": st.none() | st.sampled_from(["red", "green", "blue", "unseen", ""]),
        "city": st.sampled_from([*CITIES, "unseen", "another"]) | st.none(),
    }
)


@cache
def model() -> Model:
    """A model of numbers, dates, and categories, as the recipe `table` makes them, with random weights."""
    rng = np.random.default_rng(0)
    size, age = rng.normal(size=60), rng.exponential(size=60)
    age[::7] = np.nan
    colors = [None if i % 11 == 5 else ("red", "green", "blue")[i % 3] for i in range(60)]
    table = pd.DataFrame({"size": size, "age": age, "when": DAYS, "color": colors, "city": CITIES})
    table.loc[9, "when"] = pd.NaT
    columns = gn.TableEncoder.fit(table, missing=True, categories=True)
    X = columns.transform(table)
    encoding = TargetEncoding(columns.numbers, tuple(columns.embedded)).fit_targets(X, np.arange(60) % 2, classes=2)
    scaled = X.shape[1] + encoding.new_columns - len(columns.embedded)
    encoded = encoding.transform(X)
    pieces = [
        Pipeline((encoding, FirstColumns(scaled, scale).fit(encoded))) for scale in (RobustScale(), QuantileTransform())
    ]
    networks = [
        Network(
            encoded.shape[1],
            [*embeddings_for(encoded.shape[1], columns.embedded), Dense(8, "mish"), Dense(2, "softmax")],
            seed=seed,
        )
        for seed in range(4)
    ]
    return Model(
        PerNetwork([pieces[0], pieces[1], pieces[0], pieces[1]]),
        Ensemble(networks, weights=[1, 2, 3, 4], temperature=1.5),
        ("no", "yes"),
        feature_names=FEATURES,
        columns=columns,
    )


def outcome(raw: Any) -> tuple[bytes, list[str]]:
    """Return the bits of the probabilities for raw rows, and the warnings about unseen values."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        output = model().predict_proba(raw)
    return output.tobytes(), [str(warning.message) for warning in caught]


def in_every_form(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return rows as lists, DataFrames, and a Table."""
    columns = {name: [row[name] for row in rows] for name in FEATURES}
    objects = {name: np.fromiter(values, object, len(rows)) for name, values in columns.items()}
    typed = {
        "size": np.array(columns["size"], float),
        "age": np.array([np.nan if value is None else value for value in columns["age"]]),
        "when": np.array([None if day is None else np.datetime64(day, "s") for day in columns["when"]], "M8[s]"),
        "color": objects["color"],
        "city": objects["city"],
    }
    return {
        "lists": [[row[name] for name in FEATURES] for row in rows],
        "dicts in another order": [dict(reversed(row.items())) for row in rows],
        "frame": pd.DataFrame(list(rows)),
        "objects": pd.DataFrame(objects)[list(reversed(FEATURES))],
        "typed": pd.DataFrame(typed),
        "table": Table(typed, first_row=0),
    }


def row(**values: Any) -> dict[str, Any]:
    return {"size": 1.0, "age": 2.0, "when": DAYS[3], "color": "red", "city": "city 3"} | values


@given(st.lists(ROW, min_size=1, max_size=4))
@example([row(when=None, age=None, color=None, city=None)])
@example([row(when=datetime(2024, 5, 6, 7, 8, 9), size=np.float32(0.1))])
@example([row(city="unseen"), row(city="unseen", color="unseen")])
@example_count(60)
def test_rows_in_every_form_have_the_same_outputs(rows: list[dict[str, Any]]) -> None:
    wanted = outcome(rows)
    for form, raw in in_every_form(rows).items():
        assert outcome(raw) == wanted, form
    if len(rows) == 1:
        assert outcome(rows[0]) == wanted


@pytest.mark.parametrize("value", [None, np.nan, pd.NaT, pd.NA])
@pytest.mark.parametrize("rows", [0, 1, 3])
def test_columns_without_a_value_may_have_any_type(value: Any, rows: int) -> None:
    """A single row without a date is a column of dates that contains none."""
    table = pd.DataFrame([row()] * 3).head(rows)
    expected = outcome(table.assign(when=np.full(rows, "NaT", "M8[s]"), age=np.full(rows, np.nan)))
    empty = np.fromiter([value] * rows, object, rows)
    assert outcome(table.assign(when=empty, age=empty)) == expected
    dates, numbers = np.full(rows, "NaT", "M8[s]"), np.full(rows, np.nan)
    assert outcome(table.assign(when=numbers, age=dates)) == expected
