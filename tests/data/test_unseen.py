"""Categories and missing values that the training rows do not have: predicted, counted, and listed; or an error."""

import re
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.model_selection import cross_val_score

import glassnet as gn
from glassnet.data.tables.encoder import TableEncoder
from glassnet.data.tables.unseen import UnseenError, UnseenWarning

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

ENGINES = ("numpy", "compiled")


def shop(levels: int, n: int = 600) -> tuple[pd.DataFrame, np.ndarray]:
    """Return a table whose target depends on a number and, strongly, on a category; levels have different effects."""
    rng = np.random.default_rng(3)
    code, size = rng.integers(0, levels, n), rng.normal(size=n)
    city = np.array([f"city {i:02}" for i in range(levels)], object)[code]
    return pd.DataFrame({"size": size, "city": city}), size + np.where(code % 4 == 0, 4.0, -1.0)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("levels", [4, 20], ids=["one-hot", "embedded"])
def test_an_unseen_category_is_predicted_like_an_average_one(levels: int, engine: str) -> None:
    table, y = shop(levels)
    options: dict[str, Any] = {"random_state": 2, "max_iter": 150, "learning_rate_init": 0.01, "n_iter_no_change": 150}
    model = gn.MLPRegressor(hidden_layer_sizes=32, categories="auto", engine=engine, **options).fit(table, y)
    sizes = np.linspace(-1, 1, 5)
    with pytest.warns(UnseenWarning, match="5 of 5 rows contain values not seen in training: column 'city' contains"):
        found = model.predict(pd.DataFrame({"size": sizes, "city": "elsewhere"}))
    known = sorted(set(table["city"]))
    each = [model.predict(pd.DataFrame({"size": sizes, "city": name})) for name in known]
    shares = [np.mean(table["city"] == name) for name in known]
    # The levels lie 5 apart; an untrained code is 0.4 to 1.2 off here.
    np.testing.assert_allclose(found, np.average(each, axis=0, weights=shares), atol=0.35)


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_replaced_categories_are_the_same_on_both_engines_and_with_the_seed(solver: str) -> None:
    table, y = shop(20, 200)
    options: dict[str, Any] = {"hidden_layer_sizes": 8, "categories": "auto", "solver": solver, "random_state": 1}
    found = [
        gn.MLPRegressor(engine=engine, max_iter=6, **options).fit(table, y).network_.parameters
        for engine in ("numpy", "numpy", "compiled")
    ]
    np.testing.assert_array_equal(found[0], found[1])
    np.testing.assert_allclose(found[0], found[2], atol=1e-8)
    without = gn.MLPRegressor(unseen="error", max_iter=6, **options).fit(table, y).network_
    assert without.layers[0].levels == (20,)  # no code of "other"


def test_cross_validation_of_a_table_gives_numbers() -> None:
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"x": rng.normal(size=50), "city": ["Rome", "Oslo"] * 25})
    y = np.where(table["city"] == "Rome", "yes", "no")
    table.loc[0, "x"] = np.nan  # missing in one fold only
    table.loc[49, "city"] = "Bern"
    model = gn.MLPClassifier(categories="auto", missing="indicator", random_state=0, max_iter=100, batch_size=10)
    with pytest.warns(UnseenWarning) as caught:
        scores = cross_val_score(model, table, y, cv=5)
    assert np.mean(scores) > 0.9
    listed = [str(one.message) for one in caught if one.category is UnseenWarning]
    assert len(listed) == 2
    assert "column 'x' has no value in row 0" in listed[0]
    assert "column 'city' contains 'Bern' in row 9" in listed[1]
    model.set_params(unseen="error")
    with pytest.raises(ValueError, match="column 'x' has no value in row 0, but had none missing in training"):
        cross_val_score(model, table, y, cv=5, error_score="raise")


def test_missing_values_that_training_did_not_have_count_as_the_median() -> None:
    X = np.random.default_rng(0).normal(size=(60, 2))
    model = gn.MLPRegressor(missing="indicator", random_state=0, max_iter=10).fit(X, X[:, 0])
    rows = np.array([[np.nan, 1.0], [0.5, 2.0]])
    with pytest.warns(UnseenWarning, match="1 of 2 rows contains values not seen in training: column 0 has no value"):
        found = model.predict(rows)
    rows[0, 0] = np.median(X[:, 0])
    np.testing.assert_array_equal(found, model.predict(rows))
    with pytest.raises(UnseenError, match="column 0 has no value in row 1, but had none missing in training"):
        model.set_params(unseen="error").predict(rows * [[1], [np.nan]])


def test_missing_error_holds_for_rows_to_predict_too() -> None:
    table, y = shop(4, 60)
    model = gn.MLPRegressor(categories="auto", random_state=0, max_iter=2).fit(table, y)
    for column in table:
        with pytest.raises(UnseenError, match=f"column '{column}' has no value in row 0, but had none missing"):
            model.predict(pd.DataFrame({"size": [1.0], "city": ["city 00"]} | {column: [None]}))


def test_the_choice_is_kept_in_a_model_file(tmp_path: Path) -> None:
    table, y = shop(20, 100)
    new = pd.DataFrame({"size": [0.0, np.nan], "city": ["elsewhere", "city 01"]})
    for unseen in ("predict", "error"):
        options: Any = {"categories": "auto", "missing": "indicator", "random_state": 0, "max_iter": 3}
        gn.MLPRegressor(unseen=unseen, **options).fit(table, y).save(tmp_path / f"{unseen}.safetensors")
    model = gn.load_model(tmp_path / "predict.safetensors")
    with pytest.warns(UnseenWarning, match="2 of 2 rows contain"):
        assert np.isfinite(model.predict(new)).all()
    for closed in (model.with_unseen("error"), gn.load_model(tmp_path / "error.safetensors")):
        with pytest.raises(UnseenError, match="column 'size' has no value in row 1"):
            closed.predict(new)
    with pytest.raises(ValueError, match="unknown value of unseen: 'eror'; did you mean 'error'"):
        model.with_unseen("eror")


def test_very_many_values_are_listed_in_one_line_of_bearable_length() -> None:
    table, y = shop(4, 60)
    model = gn.MLPRegressor(categories="auto", random_state=0, max_iter=2).fit(table, y)
    new = pd.DataFrame({"size": 0.0, "city": [f"new\x1b {i}" * 100 for i in range(1000)]})
    with pytest.warns(UnseenWarning) as caught:
        model.predict(new)
    (message,) = (str(one.message) for one in caught)
    assert "1,000 of 1,000 rows contain values" in message
    assert "; and 990 more" in message
    assert len(message) < 1500
    assert message.isprintable()


def test_an_encoder_gives_other_no_effect_of_its_own() -> None:
    table = pd.DataFrame({"x": ["a", "b", "a"]})
    encoder = TableEncoder.fit(table, missing=False, categories=True)
    with pytest.warns(UnseenWarning, match=re.escape("column 'x' contains 'c' in row 0")):
        np.testing.assert_array_equal(encoder.transform(pd.DataFrame({"x": ["c", "b"]})), [[0, 0], [0, 1]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        encoder.transform(table)
