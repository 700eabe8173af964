"""Tables with missing values and categories: the encoding of each column, errors, and the resulting model."""

import dataclasses
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

import glassnet as gn
from glassnet.data.tables.column_encoder import MAX_ONE_HOT_LEVELS
from glassnet.data.tables.encoded_names import encoded_names
from glassnet.data.tables.encoder import TableEncoder
from glassnet.recipes.load import single_network
from glassnet.report.row_labels import input_names

pytestmark = [
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
    pytest.mark.usefixtures("as_on_the_command_line"),
]

N = 120
rng = np.random.default_rng(0)
AGE = np.where(np.arange(N) % 7 == 0, np.nan, rng.normal(0, 1, N))
CITY = rng.choice(["Rome", "Oslo", "Bern"], N)
STREET = np.array([f"street {i}" for i in np.resize(np.arange(20), N)])
FLAG = rng.random(N) < 0.5
COUNT = rng.integers(0, 5, N)
Y = np.where((CITY == "Rome") ^ FLAG, "yes", "no")
DATA = {"age": AGE, "city": CITY, "street": STREET, "flag": FLAG, "count": COUNT}
TABLE = pd.DataFrame(DATA)
LIBRARIES = [TABLE, pl.DataFrame(DATA)]
by_library = pytest.mark.parametrize("table", LIBRARIES, ids=["pandas", "polars"])


def fitted(**parameters: Any) -> gn.MLPClassifier:
    options = {
        "missing": "indicator",
        "categories": "auto",
        "random_state": 0,
        "max_iter": 60,
        "batch_size": 20,
        **parameters,
    }
    return gn.MLPClassifier(**options)


@by_library
def test_columns_are_numbers_indicators_one_hot_levels_and_codes_in_this_order(table: Any) -> None:
    columns = TableEncoder.fit(table, missing=True, categories=True)
    found = columns.transform(table)
    median = np.nanmedian(AGE)
    expected = [np.where(np.isnan(AGE), median, AGE), FLAG, COUNT, np.isnan(AGE)]
    expected += [city == CITY for city in ("Bern", "Oslo", "Rome")]
    expected += [[sorted(set(STREET)).index(street) for street in STREET]]
    np.testing.assert_array_equal(found, np.stack(expected, axis=1).astype(float))
    assert columns.width == found.shape[1]
    assert columns.embedded == [21]  # and a code for unseen streets


def test_up_to_twelve_levels_are_one_hot_encoded_and_more_are_embedded() -> None:
    for levels in (MAX_ONE_HOT_LEVELS, MAX_ONE_HOT_LEVELS + 1):
        table = pd.DataFrame({"x": [f"level {i}" for i in range(levels)]})
        columns = TableEncoder.fit(table, missing=False, categories=True)
        assert columns.width == (levels if levels <= 12 else 1)


def test_a_missing_category_is_a_level_of_its_own() -> None:
    table = pd.DataFrame({"x": ["a", None, "b"]})
    columns = TableEncoder.fit(table, missing=True, categories=True)
    np.testing.assert_array_equal(columns.transform(table), [[1, 0, 0], [0, 0, 1], [0, 1, 0]])


@pytest.mark.parametrize(
    ("column", "values"),
    [
        (pd.Series([1, None, 3], dtype="Int64"), [1, 2, 3]),
        (pd.Series([True, None, False], dtype="boolean"), [1, 0.5, 0]),
        (pd.Series([1.5, np.nan, 2.5], dtype="Float64"), [1.5, 2, 2.5]),
        (pd.Series([1, None, 2], dtype=object), [1, 1.5, 2]),
        (pl.Series([1, None, 3]), [1, 2, 3]),
    ],
    ids=["Int64", "boolean", "Float64", "object", "polars"],
)
def test_nullable_columns_are_numbers_with_missing_values(column: Any, values: list[float]) -> None:
    table = pd.DataFrame({"x": column}) if isinstance(column, pd.Series) else pl.DataFrame({"x": column})
    found = TableEncoder.fit(table, missing=True, categories=False).transform(table)
    np.testing.assert_array_equal(found, np.stack([values, [0, 1, 0]], axis=1))


@pytest.mark.parametrize("marked", [pd.Series([3, 1, 3], dtype="category"), pd.Series(["3", "1", "3"])])
def test_a_categorical_column_of_numbers_is_a_category(marked: pd.Series) -> None:
    table = pd.DataFrame({"x": marked})
    np.testing.assert_array_equal(
        TableEncoder.fit(table, missing=False, categories=True).transform(table), [[0, 1], [1, 0], [0, 1]]
    )


def test_arrays_of_strings_and_numbers_are_tables() -> None:
    array = TABLE.to_numpy()
    one, other = (TableEncoder.fit(table, missing=True, categories=True).transform(table) for table in (TABLE, array))
    np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_missing_values_of_arrays_are_filled_in_their_dtype(dtype: type) -> None:
    X = np.stack([AGE, COUNT], axis=1).astype(dtype)
    one = gn.MLPClassifier(missing="indicator", max_iter=3).fit(X, Y)
    assert one.network_.dtype == dtype
    assert one.network_.inputs == 3
    assert one.predict(X).shape == (N,)


@by_library
def test_an_estimator_accepts_a_table_and_its_model_works_without_scikit_learn(table: Any, tmp_path: Path) -> None:
    one = fitted().fit(table, Y)
    assert one.score(table, Y) > 0.8
    assert list(one.feature_names_in_) == ["age", "city", "street", "flag", "count"]
    assert one.n_features_in_ == 5
    assert isinstance(one.network_.layers[0], gn.Embedding)
    one.save(tmp_path / "model.safetensors")
    model = gn.load_model(tmp_path / "model.safetensors")
    np.testing.assert_array_equal(model.predict_proba(table), one.predict_proba(table))
    assert list(model.predict(table)) == list(one.predict(table))
    assert repr(model) == "<Model: 5 features → 2 classes, Network>"
    shown = one.trace(table[:2], Y[:2])
    assert "embedding1" in str(shown)
    assert one.transform_hidden(table).shape == (N, 100)


def test_tables_work_with_early_stopping_partial_fit_and_validation_data() -> None:
    one = fitted(early_stopping=True).fit(TABLE, Y)
    assert len(one.validation_scores_) == one.n_iter_
    one = fitted().fit(TABLE[:80], Y[:80], X_val=TABLE[80:], y_val=Y[80:])
    assert len(one.validation_loss_curve_) == one.n_iter_
    one.partial_fit(TABLE[:40], Y[:40])
    regressor = gn.MLPRegressor(categories="auto", max_iter=20, random_state=0)
    assert regressor.fit(TABLE[["city", "flag"]], FLAG * 1.0).predict(TABLE[["city", "flag"]]).shape == (N,)


@by_library
@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            {},
            "column 'city', column 'street' of X contain categories, not numbers. MLPClassifier.categories='auto'.",
        ),
        ({"categories": "auto"}, "column 'age' has no value in row 0; use missing='indicator' to allow that"),
        (
            {"missing": "indicator"},
            "column 'city' contains categories, not numbers; use categories='auto' to allow that",
        ),
    ],
)
def test_by_default_missing_values_and_categories_raise_by_name(table: Any, parameters: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        gn.MLPClassifier(**parameters).fit(table, Y)


def other(column: str, value: Any, row: int = 2) -> pd.DataFrame:
    table = TABLE.astype(object)
    table.loc[row, column] = value
    return table


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (
            other("city", "Paris"),
            "column 'city' contains 'Paris' in row 2, which did not occur in training; known: Bern, Oslo, Rome",
        ),
        (
            other("street", "mall"),
            "column 'street' contains 'mall' in row 2, which did not occur in training; known: street 0, .*, …",
        ),
        (other("count", None), "column 'count' has no value in row 2, but had none missing in training"),
        (other("count", "many"), "column 'count' contains .*, but was numeric in training"),
        (TABLE[["age", "city"]], "feature names should match those that were passed during fit"),
    ],
    ids=["a level", "a level of many", "a gap", "a word", "columns"],
)
def test_unseen_levels_raise_with_their_position(table: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        fitted(max_iter=2, unseen="error").fit(TABLE, Y).predict(table)


def test_columns_that_cannot_be_used_are_rejected_with_advice() -> None:
    from scipy import sparse

    for table, message in (
        (pd.DataFrame({"x": pd.interval_range(0, N)}), "column 'x' contains Interval.* which is neither text nor a"),
        (pd.DataFrame({"none": [np.nan] * N, "k": [5] * N}), "every column has the same value in all training rows"),
        (pd.DataFrame({"x": [1.0, np.inf] * (N // 2)}), "column 'x' contains inf in row 1; remove or replace"),
        (sparse.csr_array((N, 3)), "read tables and arrays; X is a sparse matrix"),
    ):
        with pytest.raises(ValueError, match=message):
            fitted().fit(table, Y)


def described(**changes: Any) -> list[dict[str, Any]]:
    return [{"name": "x", "levels": None, "fill": 0.0, "has_gaps": False} | changes]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("columns", "columns must be a list of tables"),
        (["age"], "columns must be a list of tables"),
        (described(name=3), "column 3 must have a name and has_gaps"),
        (described(has_gaps=1), "column 'x' must have a name and has_gaps"),
        (described(fill="0"), "fill of column 'x' must be a number, got '0'"),
        (described(fill=True), "fill of column 'x' must be a number, got True"),
        (described(fill=None), "fill of column 'x' must be a number, got None"),
        (described(fill=float("inf")), "fill of column 'x' must be finite, got inf"),
        (described(fill=10**400), "fill of column 'x' must be finite, got 1000"),
        (described(levels="abc"), "levels of column 'x' must be a list of strings or numbers"),
        (described(levels=[]), "levels of column 'x' must be a list of strings or numbers"),
        (described(levels=[["a"]]), "levels of column 'x' must be strings or finite numbers, got ['a']"),
        (described(levels=["a", float("nan")]), "levels of column 'x' must be strings or finite numbers, got nan"),
        (described(levels=["a", 10**400]), "levels of column 'x' must be strings or finite numbers, got 1000"),
        (described(levels=[None, "a"]), "levels of column 'x' must be strings or finite numbers, got None"),
        (described(levels=["a", "b", "a"]), "levels of column 'x' must be unique"),
        (described(levels=[True, 1]), "levels of column 'x' must be unique"),
        (described(levels=["a", None]), "levels of column 'x' must end with null if and only if it has missing values"),
        (
            described(levels=["a"], has_gaps=True),
            "levels of column 'x' must end with null if and only if it has missing values",
        ),
    ],
    ids=lambda value: str(value)[:60],
)
def test_invalid_specs_raise(words: Any, message: str) -> None:
    with pytest.raises((ValueError, TypeError), match=re.escape(message)):
        TableEncoder.from_spec(words)


@by_library
def test_an_encoder_and_its_spec_convert_into_each_other(table: Any) -> None:
    columns = TableEncoder.fit(table, missing=True, categories=True)
    assert TableEncoder.from_spec(json.loads(json.dumps(columns.to_spec()))) == columns


@by_library
def test_columns_are_matched_by_name(table: Any) -> None:
    columns = TableEncoder.fit(table, missing=True, categories=True)
    turned = table[["flag", "street", "age", "count", "city"]]
    np.testing.assert_array_equal(columns.transform(turned), columns.transform(table))


@by_library
def test_a_missing_or_unknown_column_raises_by_name(table: Any) -> None:
    model = fitted(max_iter=2).fit(table, Y).model()
    with pytest.raises(ValueError, match=r"the table has no columns 'street', 'flag', which the model needs; its"):
        model.predict(table[["age", "city", "count"]])
    more = pd.DataFrame({**DATA, "shoe": AGE}) if table is TABLE else pl.DataFrame({**DATA, "shoe": AGE})
    with pytest.raises(ValueError, match=r"the table has a column 'shoe' that is unknown to the model; ignore it with"):
        model.predict(more)
    with pytest.raises(ValueError, match=r"the table has 4 columns, but training had 5"):
        model.predict(TABLE.to_numpy()[:, :4])


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([[1], [2], [3]], r"column 'x' contains \[1\] in row 0, which is neither text nor a number"),
        (["a", None, ("b",)], r"column 'x' contains \('b',\) in row 2, which is neither text nor a number"),
        (["a", "b", 10**400], r"column 'x' contains 10+\.\.\.0+ in row 2, which is neither text nor a number"),
    ],
    ids=["lists", "a tuple behind a gap", "a whole number no float contains"],
)
def test_values_that_are_neither_strings_nor_numbers_raise_with_their_position(values: list[Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        TableEncoder.fit(pd.DataFrame({"x": pd.Series(values, dtype=object)}), missing=True, categories=True)


def test_mixed_strings_and_numbers_are_levels_and_survive_a_file() -> None:
    table = pd.DataFrame({"x": pd.Series([1, "1", 2.5, True, None, np.int64(7), np.str_("7")], dtype=object)})
    columns = TableEncoder.fit(table, missing=True, categories=True)
    assert columns.all[0].levels == (2.5, 1, 7, "1", "7", None)
    again = TableEncoder.from_spec(json.loads(json.dumps(columns.to_spec())))
    np.testing.assert_array_equal(again.transform(table), columns.transform(table))


def test_a_duplicate_column_name_raises() -> None:
    table = pd.DataFrame(np.zeros((3, 3)), columns=["a", "b", "a"])
    with pytest.raises(ValueError, match="the table has more than one column 'a'; rename one of them"):
        TableEncoder.fit(table, missing=True, categories=True)


def test_columns_that_do_not_match_the_network_raise() -> None:
    columns = TableEncoder.fit(TABLE, missing=True, categories=True)
    with pytest.raises(ValueError, match="the encoded table has 8 columns, but the network has 3 inputs"):
        gn.Model(None, gn.Network(3, [gn.Dense(1)]), columns=columns)
    for embedding, found in ((gn.Embedding(7, 15, 3), "{7: 15}"), (gn.Embedding(6, 21, 3), "{6: 21}")):
        with pytest.raises(ValueError, match=f"levels by column {{7: 21}}, but the network's embeddings have {found}"):
            gn.Model(None, gn.Network(8, [embedding, gn.Dense(1)]), columns=columns)
    with pytest.raises(
        ValueError, match=r"feature_names are \['age', 'street', .*, but the table's columns are \['age', 'city'"
    ):
        gn.Model(
            None,
            gn.Network(8, [gn.Embedding(7, 21, 3), gn.Dense(1)]),
            columns=columns,
            feature_names=["age", "street", "city", "flag", "count"],
        )


def test_a_file_with_an_invalid_surrogate_raises(tmp_path: Path) -> None:
    fitted(max_iter=2).fit(TABLE, Y).save(path := tmp_path / "model.safetensors")
    with safe_open(path, framework="numpy") as file:
        words = file.metadata()["glassnet"]
    save_file(load_file(path), path, metadata={"glassnet": words.replace('"city"', '"\\ud800"')})
    with pytest.raises(ValueError, match="is not a glassnet model: it contains no description of a network"):
        gn.load_model(path)


# Columns with a single value in training


@pytest.mark.parametrize("engine", ["numpy", "compiled"])
def test_a_column_that_is_constant_in_training_does_not_decide_on_new_rows(engine: str, tmp_path: Path) -> None:
    a = np.random.default_rng(1).normal(size=300)
    table = gn.Table({"a": a, "k": np.full(300, 5.0), "c": ["x"] * 300, "never": np.full(300, np.nan)})
    recipe = dataclasses.replace(
        single_network(gn.load_recipe("t.csv")),
        epochs=40,
        engine=engine,
        options={"target": "price"},
        split="80/20",
        early_stopping=False,
    )
    run = gn.run_recipe(recipe, gn.Dataset(table, 10 + 3 * a))
    assert [decision.column for decision in run.decisions] == ["k", "c", "never"]
    assert str(run.decisions[0]) == "'k' has the same value in all training rows: left out (--drop k)"
    run.model.save(tmp_path / "model.safetensors")
    model = gn.load_model(tmp_path / "model.safetensors")
    k = [5.0, 6.0, 100.0, 1e6]
    new = gn.Table({"a": np.zeros(4), "k": k, "c": ["x", "y", None, "z"], "never": [np.nan, 1.0, 2.0, np.nan]})
    found = model.predict(new)
    assert np.ptp(found) == 0
    assert found[0] == pytest.approx(10, abs=0.5)


def test_strict_makes_an_error_of_a_constant_column() -> None:
    recipe = dataclasses.replace(
        single_network(gn.load_recipe("t.csv")), options={"target": "y", "strict": True}, epochs=1
    )
    table = gn.Table({"a": np.arange(50.0), "k": np.full(50, 5.0)})
    with pytest.raises(ValueError, match="'k' has the same value in all training rows: left out; --strict requires an"):
        gn.run_recipe(recipe, gn.Dataset(table, np.arange(50.0)))


def test_an_indicator_without_values_and_a_level_alone_get_no_input() -> None:
    table = pd.DataFrame({"x": [1.0, 1.0, None], "one": ["a", "a", None], "y": [1.0, 2.0, 3.0]})
    encoder = TableEncoder.fit(table, missing=True, categories=True)
    # y; whether x is missing; "a" and missing
    np.testing.assert_array_equal(encoder.transform(table), [[1, 0, 1, 0], [2, 0, 1, 0], [3, 1, 0, 1]])
    assert TableEncoder.from_spec(json.loads(json.dumps(encoder.to_spec()))) == encoder


# Options of categories

SHOP = pd.DataFrame(
    {
        "size": [1.0, 2.0, 3.0, 4.0],
        "open": ["no", "yes", None, "no"],
        "city": ["Rome", "Oslo", "Bern", None],
        "one": ["a", None, "a", "a"],
    }
)
NEW = pd.DataFrame({"size": [0.0] * 3, "open": ["maybe", None, "yes"], "city": ["Paris", None, "Bern"], "one": "a"})


def encoder_of(table: Any = SHOP, unseen: str = "predict", **options: Any) -> TableEncoder:
    """An encoder that was written to a model file and read again."""
    fitted = TableEncoder.fit(table, missing=True, categories=True, unseen=unseen, **options)
    again = TableEncoder.from_spec(json.loads(json.dumps(fitted.to_spec()))).with_unseen(unseen)
    assert again == fitted
    return again


@pytest.mark.filterwarnings("ignore:.* not seen in training:UserWarning")
def test_two_levels_become_minus_1_and_1_and_missing_or_unseen_ones_0() -> None:
    encoder = encoder_of(signed_binary=True, zero_missing=True)
    # size; open; Bern, Oslo, Rome; one
    expected = [[1, -1, 0, 0, 1, 1], [2, 1, 0, 1, 0, 0], [3, 0, 1, 0, 0, 1], [4, -1, 0, 0, 0, 1]]
    np.testing.assert_array_equal(encoder.transform(SHOP), expected)
    np.testing.assert_array_equal(encoder.transform(NEW), [[0, 0, 0, 0, 0, 1], [0, 0, 0, 0, 0, 1], [0, 1, 1, 0, 0, 1]])
    assert encoder.level_dropout is not None
    assert encoder.level_dropout.columns == ((1, (0.0,)), (2, (0.0,) * 3), (5, (0.0,)))
    assert encoder.format == 5
    # Where missing values are a level of their own, the column has three.
    assert encoder_of(signed_binary=True).width == 1 + 3 + 4 + 2
    assert encoder_of(SHOP[["size", "open"]].dropna(), signed_binary=True).all[1].is_signed


def test_missing_categories_of_training_are_no_unseen_values() -> None:
    encoder = encoder_of(unseen="error", zero_missing=True)
    found = encoder.transform(SHOP[["size", "open", "city", "one"]])  # without a warning
    np.testing.assert_array_equal(found[:, 1:3], [[1, 0], [0, 1], [0, 0], [1, 0]])
    with pytest.raises(ValueError, match="column 'open' contains 'maybe' in row 0, which did not occur in training"):
        encoder.transform(NEW)


@pytest.mark.parametrize("unseen", ["predict", "error"])
def test_the_limit_of_one_hot_levels_and_the_length_of_vectors_can_be_chosen(unseen: str) -> None:
    encoder = encoder_of(unseen=unseen, max_one_hot=2, zero_missing=True, signed_binary=True, embedding_units=3)
    np.testing.assert_array_equal(encoder.transform(SHOP)[:, -1], [2, 1, 0, 3])  # missing: the last code
    assert (encoder.embedded, encoder.embedding_units) == ([4], 3)
    every = encoder_of(unseen=unseen, max_one_hot=0)
    assert every.embedded == [3 + (unseen == "predict"), 4 + (unseen == "predict"), 2 + (unseen == "predict")]
    assert every.embedding_units is None
    assert encoder_of(max_one_hot=2).embedded == [4, 5]


def test_a_column_without_any_level_is_left_out_whatever_the_options_are() -> None:
    table = SHOP.assign(none=pd.Series([None] * 4, dtype="category"), same="x")
    encoder = encoder_of(table, zero_missing=True, signed_binary=True, max_one_hot=0)
    assert [column.width for column in encoder.all[-2:]] == [0, 0]


@pytest.mark.parametrize("engine", ["numpy", "compiled"])
def test_a_recipe_chooses_the_encoding_of_categories(engine: str, tmp_path: Path) -> None:
    options = {"max_one_hot": 2, "signed_binary": True, "zero_missing": True, "embedding_units": 5}
    table = pd.DataFrame(DATA).assign(half=np.where(FLAG, "in", "out"))
    recipe = dataclasses.replace(
        single_network(gn.load_recipe("t.csv")),
        epochs=5,
        engine=engine,
        options={"target": "y"},
        category_encoding=options,
        ensemble_size=2,
    )
    run = gn.run_recipe(recipe, gn.Dataset(gn.Table({name: table[name].to_numpy() for name in table}), Y))
    columns = run.model.columns
    assert columns is not None
    assert [column.is_embedded for column in columns.all] == [False, True, True, False, False, False]
    assert columns.all[-1].is_signed
    embeddings = [layer for layer in run.model.networks[0].layers if isinstance(layer, gn.Embedding)]
    assert [layer.units for layer in embeddings] == [5, 5]
    run.model.save(tmp_path / "model.safetensors")
    again = gn.load_model(tmp_path / "model.safetensors")
    np.testing.assert_array_equal(again.predict_proba(table), run.model.predict_proba(table))
    assert input_names(again)[-3:] == ["half=out", "city", "street"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "options of categories must be a table, got []"),
        ({"max_onehot": 3}, "unknown option of categories: 'max_onehot'; did you mean 'max_one_hot'"),
        ({"max_one_hot": -1}, "max_one_hot must be at least 0, got -1"),
        ({"max_one_hot": True}, "max_one_hot must be a whole number, got True"),
        ({"signed_binary": 1}, "signed_binary must be true or false, got 1"),
        ({"embedding_units": 0}, "embedding_units must be at least 1, got 0"),
        ({"zero_missing": True}, "levels of column 'x' must not end with null"),
    ],
)
def test_invalid_encodings_in_a_file_raise(options: Any, message: str) -> None:
    words = described(levels=["a", None], has_gaps=True)
    words[0]["encoding"] = options
    with pytest.raises((ValueError, TypeError), match=re.escape(message)):
        TableEncoder.from_spec(words)
    with pytest.raises(ValueError, match="column 'x' has no levels, so it has no encoding of categories"):
        TableEncoder.from_spec([described()[0] | {"encoding": {"max_one_hot": 1}}])


# Names of encoded columns


def test_each_encoded_column_has_a_name_that_says_what_is_in_it() -> None:
    table = pd.DataFrame(
        {
            "age": [20.0, None, 40.0, 50.0],
            "city": ["Rome", None, "Oslo", "Rome"],
            "yes": ["b", "a", "b", "a"],
            "same": [1, 1, 1, 1],
            "day": pd.to_datetime(["2024-01-01", "2024-02-05", "2025-03-03", "2024-01-04"]),
            "code": ["p", "q", "r", "s"],
        }
    )
    encoder = TableEncoder.fit(table, missing=True, categories=True, max_one_hot=3, signed_binary=True)
    names, levels = encoded_names(encoder)
    encoded = dict(zip(names, encoder.transform(table).T, strict=True))
    np.testing.assert_array_equal(encoded["age is missing"], [0, 1, 0, 0])
    np.testing.assert_array_equal(encoded["age"], [20, 40, 40, 50])
    np.testing.assert_array_equal(encoded["city=Rome"], [1, 0, 0, 1])
    np.testing.assert_array_equal(encoded["city=missing"], [0, 1, 0, 0])
    np.testing.assert_array_equal(encoded["yes=b"], [1, -1, 1, -1])
    np.testing.assert_allclose(encoded["sin day.month"], np.sin([0, np.pi / 6, np.pi / 3, 0]), atol=1e-12)
    np.testing.assert_array_equal(encoded["day.year"], [0, 0, 1, 0])
    assert [levels["code"][int(code)] for code in encoded["code"]] == table["code"].tolist()
    assert "same" not in names


def test_columns_without_names_are_numbered() -> None:
    encoder = TableEncoder.fit(np.array([[1.0, np.nan], [2.0, 1.0], [2.0, 3.0]]), missing=True, categories=False)
    assert encoded_names(encoder)[0] == ["column 0", "column 1", "column 1 is missing"]
