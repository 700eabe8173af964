"""Preprocessing: correct values, statistics from the fitted rows only, and no overflow."""

import json

import numpy as np
import pytest
import sklearn.datasets
import sklearn.preprocessing as oracle
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import make_pipeline

from glassnet.data.preprocessing import (
    PREPROCESSING,
    Divide,
    FirstColumns,
    MinMax,
    NormalizeRows,
    Pipeline,
    QuantileTransform,
    RobustScale,
    Standardize,
    TargetEncoding,
    preprocessing,
    preprocessing_to_spec,
)

RNG = np.random.default_rng(0)
CLIP = oracle.FunctionTransformer(lambda X: X / np.sqrt(1 + (X / 3) ** 2))
TRAIN = RNG.normal(5, 3, (50, 4))
OTHER = RNG.normal(5, 3, (7, 4))

PIECES = [
    (Standardize(), oracle.StandardScaler()),
    (MinMax(), oracle.MinMaxScaler()),
    (MinMax(-1, 3), oracle.MinMaxScaler((-1, 3))),
    (
        RobustScale(),
        make_pipeline(oracle.RobustScaler(), CLIP),
    ),
    (RobustScale(None), oracle.RobustScaler()),
    (QuantileTransform("uniform"), oracle.QuantileTransformer(n_quantiles=50)),
    (QuantileTransform(quantiles=20), oracle.QuantileTransformer(n_quantiles=20, output_distribution="normal")),
    (Divide(16), oracle.FunctionTransformer(lambda X: X / 16)),
    (NormalizeRows(), oracle.Normalizer()),
    (Pipeline(["normalize_rows", "standardize"]), None),
    (Pipeline(), None),
    (
        FirstColumns(2, "standardize"),
        ColumnTransformer([("first", oracle.StandardScaler(), [0, 1])], remainder="passthrough"),
    ),
]
EVERY_PIECE = pytest.mark.parametrize("piece", [piece for piece, _ in PIECES], ids=repr)
LEARNERS = pytest.mark.parametrize(
    "piece",
    [Standardize(), MinMax(), MinMax(-1, 3), RobustScale(), RobustScale(None), QuantileTransform()],
    ids=repr,
)
DTYPES = pytest.mark.parametrize("dtype", [np.float32, np.float64])


def test_every_transform_is_tested_here():
    needs_targets = {TargetEncoding}  # tests/data/test_target_encoding.py
    assert {type(piece) for piece, _ in PIECES} == {*PREPROCESSING.values(), Pipeline} - needs_targets


@DTYPES
@pytest.mark.parametrize(("piece", "peer"), [row for row in PIECES if row[1]], ids=lambda one: type(one).__name__)
def test_values_match_scikit_learn(piece, peer, dtype):
    expected = peer.fit(TRAIN).transform(OTHER)
    got = piece.fit(TRAIN.astype(dtype)).transform(OTHER.astype(dtype))
    np.testing.assert_allclose(got, expected, rtol=0, atol=1e-12 if dtype == np.float64 else 2e-6)


@EVERY_PIECE
@pytest.mark.parametrize(
    ("dtype", "result"), [(np.float32, np.float32), (np.float64, np.float64), (np.uint8, np.float32), (int, np.float32)]
)
def test_float_dtypes_stay_and_integers_become_float32(piece, dtype, result):
    X = (TRAIN + 20).astype(dtype)
    before = X.copy()
    treated = piece.fit(X).transform(X)
    assert treated.dtype == result
    assert treated.shape == X.shape
    assert np.array_equal(X, before)


def test_the_first_digit_after_standardizing():
    # Statistics over all 1797 rows; the first 32 of the lab notebook's 64 printed numbers.
    X = sklearn.datasets.load_digits().data
    expected = """
     0.         -0.33501649 -0.04308102  0.27407152 -0.66447751 -0.84412939 -0.40972392 -0.12502292
    -0.05907756 -0.62400926  0.4829745   0.75962245 -0.05842586  1.12772113  0.87958306 -0.13043338
    -0.04462507  0.11144272  0.89588044 -0.86066632 -1.14964846  0.51547187  1.90596347 -0.11422184
    -0.03337973  0.48648928  0.46988512 -1.49990136 -1.61406277  0.07639777  1.54181413 -0.04723238"""
    got = Standardize().fit(X).transform(X)[0, :32]
    np.testing.assert_allclose(got, np.array(expected.split(), float), rtol=0, atol=1e-8)


@LEARNERS
@DTYPES
@pytest.mark.parametrize(
    ("constant", "rows"), [(0.0, 5), (0.1, 1797), (0.3, 1797), (0.7, 1000), (7.3, 500), (0.001, 1797), (1e30, 3)]
)
def test_a_constant_column_becomes_exactly_zero(piece, dtype, constant, rows):
    X = np.column_stack([np.full(rows, constant), np.arange(rows)]).astype(dtype)
    fitted = piece.fit(X)
    assert np.array_equal(fitted.transform(X)[:, 0], np.zeros(rows))
    assert np.ptp(fitted.transform(X)[:, 1]) >= 1


@LEARNERS
def test_a_column_constant_in_training_is_0_whatever_it_is_elsewhere(piece):
    fitted = piece.fit(np.column_stack([np.full(1797, 0.1), np.arange(1797.0)]))
    new = np.array([[0.1, 0.0], [5.1, 0.0], [-1e300, 0.0]])
    assert np.array_equal(fitted.transform(new)[:, 0], np.zeros(3))


HUGE = np.array([[-1.7e308, 1.0], [1.7e308, 2.0], [0.0, 3.0]])


def test_the_largest_floats_are_scaled_without_overflow():
    np.testing.assert_allclose(MinMax(-1, 1).fit(HUGE).transform(HUGE)[:, 0], [-1, 1, 0])
    found = Standardize().fit(HUGE).transform(HUGE)
    np.testing.assert_allclose(found[:, 0], [-np.sqrt(1.5), np.sqrt(1.5), 0], atol=1e-15)
    near_zero = MinMax().fit(np.array([[-1.0], [1.0]]))
    np.testing.assert_allclose(near_zero.transform(np.array([[1.7e308], [-1.7e308]])), [[0.85e308], [-0.85e308]])
    np.testing.assert_allclose(RobustScale(None).fit(HUGE).transform(HUGE)[:, 0], [-1, 1, 0])
    np.testing.assert_allclose(QuantileTransform("uniform").fit(HUGE).transform(HUGE / 2)[:, 0], [0.25, 0.75, 0.5])
    end = np.finfo(float).max
    for piece in (Standardize(), MinMax(), RobustScale(), RobustScale(None), QuantileTransform()):
        assert np.isfinite(piece.fit(np.array([[-end], [end]])).transform(np.array([[end], [-end], [3.0]]))).all()


def test_quantiles_whose_difference_overflows_are_interpolated():
    ends = np.array([[-1.7e308], [1.7e308]])
    np.testing.assert_allclose(RobustScale(None).fit(ends).transform(ends), [[-1], [1]])
    halfway = np.array([[0.0], [0.85e308]])
    fitted = QuantileTransform("uniform").fit(ends)
    np.testing.assert_allclose(fitted.transform(halfway), [[0.5], [0.75]])
    np.testing.assert_allclose(fitted.inverse_transform(np.array([[0.5], [0.75]])), halfway)


def test_a_smooth_clip_bends_any_number_to_its_limit() -> None:
    fitted = RobustScale(2.0).fit(np.array([[0.0], [1e-3], [2e-3]]))
    rows = np.array([[1e-3], [1.7e308], [-1.7e308]])
    assert fitted.transform(rows).tolist() == [[0], [2], [-2]]
    assert fitted.transform(rows[:1].astype(np.float32)).dtype == np.float32


def test_a_column_whose_quartiles_are_equal_is_scaled_by_half_of_its_range() -> None:
    column = np.array([0.0] * 8 + [-1.0, 3.0])[:, None]
    np.testing.assert_allclose(RobustScale(None).fit(column).transform(column)[-2:], [[-0.5], [1.5]])


def test_numbers_that_many_rows_share_get_the_middle_of_their_ranks() -> None:
    column = np.array([0.0] * 5 + [1.0] * 3 + [2.0, 3.0, 4.0])[:, None]
    p = QuantileTransform("uniform").fit(column).transform(np.array([[0.0], [1.0], [2.0], [4.0], [-9.0], [9.0]]))
    np.testing.assert_allclose(p[:, 0], [0.2, 0.6, 0.8, 1, 0, 1])
    theirs = oracle.QuantileTransformer(n_quantiles=11).fit(column).transform(np.array([[1.0], [2.0], [2.5]]))
    np.testing.assert_allclose(theirs[:, 0], [0.6, 0.8, 0.85])  # so do they, except at the ends


@pytest.mark.parametrize("output", ["normal", "uniform"])
def test_quantiles_are_the_same_bits_row_by_row_and_can_be_inverted(output: str, monkeypatch) -> None:
    monkeypatch.setattr("glassnet.data.quantiles.AT_ONCE", 100)
    X = np.column_stack([RNG.normal(size=200), RNG.integers(0, 5, 200), np.exp(5 * RNG.normal(size=200))])
    for quantiles in (1000, 30):
        fitted = QuantileTransform(output, quantiles).fit(X)
        Z = fitted.transform(X)
        assert np.array_equal(np.vstack([fitted.transform(row[None]) for row in X]), Z)
        np.testing.assert_allclose(fitted.inverse_transform(Z), X, rtol=1e-7)
        beyond = fitted.inverse_transform(np.array([[-99.0] * 3, [99.0] * 3]))
        assert np.array_equal(beyond, [X.min(axis=0), X.max(axis=0)])


@pytest.mark.parametrize("piece", [Standardize(), MinMax(), Divide(1e-3), RobustScale(None)])
def test_a_result_that_overflows_raises_with_its_position(piece):
    fitted = piece.fit(np.array([[0.0, 0.0], [1e-3, 1e-3]]))
    with pytest.raises(ValueError, match=r"X contains 1\.7e\+308 in row 1, column 0, which overflows in float64 after"):
        fitted.transform(np.array([[0.0, 1.0], [1.7e308, 1.0]]))
    single = np.array([[0.0, 3e38]], np.float32)
    with pytest.raises(ValueError, match=r"X contains 3e\+38 in row 0, column 1, which overflows in float32 after"):
        fitted.transform(single)


TABLES = arrays(np.float64, (6, 2), elements=st.floats(-1e200, 1e200).map(lambda x: x if abs(x) > 1e-200 else 0.0))


@given(TABLES)
def test_standardized_columns_have_mean_0_and_std_1(X):
    Z = Standardize().fit(X).transform(X)
    varies = X.max(axis=0) > X.min(axis=0)
    # A column that varies only in its last digits has a mean that no float can represent; leave those out.
    varies &= np.ptp(X, axis=0) > 1e-6 * np.abs(X).max(axis=0)
    np.testing.assert_allclose(Z[:, varies].mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(Z[:, varies].std(axis=0), 1, atol=1e-6)


@given(TABLES)
def test_minmax_gives_exactly_0_and_1(X):
    Z = MinMax(-1, 1).fit(X).transform(X)
    for column, before in zip(Z.T, X.T, strict=True):
        ends = (-1, 1) if before.max() > before.min() else (0, 0)
        assert (column.min(), column.max()) == ends


@given(TABLES)
def test_rows_get_norm_1_and_zero_rows_stay(X):
    lengths = np.linalg.norm(NormalizeRows().transform(X), axis=1)
    np.testing.assert_allclose(lengths, X.any(axis=1), atol=1e-12)


def test_rows_of_a_square_table_are_divided_by_their_own_norm():
    assert NormalizeRows().transform(np.array([[3.0, 4.0], [6.0, 8.0]])) == pytest.approx(np.array([[0.6, 0.8]] * 2))


@pytest.mark.parametrize(
    "piece", [Standardize(), MinMax(), RobustScale(), QuantileTransform(), Pipeline(["standardize"])], ids=repr
)
def test_statistics_come_from_the_fitted_rows(piece):
    fitted = piece.fit(TRAIN)
    together = fitted.transform(np.vstack([OTHER, OTHER * 100]))
    assert np.array_equal(fitted.transform(OTHER), together[:7])


def test_fit_returns_a_new_object():
    piece = Standardize()
    piece.fit(TRAIN)
    with pytest.raises(ValueError, match="not fitted yet; use the object that fit returns"):
        piece.transform(TRAIN)


@EVERY_PIECE
def test_transforming_no_rows_gives_no_rows(piece):
    assert piece.fit(TRAIN).transform(TRAIN[:0]).shape == (0, 4)


@LEARNERS
@pytest.mark.parametrize(
    ("X", "message"),
    [
        (np.array([[1.0, np.nan]]), "X contains NaN in row 0, column 1"),
        (np.array([[1.0, 2.0], [np.inf, 3.0]]), "X contains inf in row 1, column 0"),
        (np.zeros((0, 2)), "cannot be fitted on no rows"),
        (np.zeros(3), r"X must have shape \(n, features\), got \(3,\)"),
        (np.array([["a"]]), "X must contain numbers"),
    ],
)
def test_fit_raises_on_invalid_data(piece, X, message):
    with pytest.raises(ValueError, match=message):
        piece.fit(X)


@pytest.mark.parametrize("piece", [Standardize(), MinMax(), Pipeline(["normalize_rows", "minmax"])], ids=repr)
def test_another_number_of_columns_raises(piece):
    with pytest.raises(ValueError, match="was fitted on 4 features, but X has 3 columns"):
        piece.fit(TRAIN).transform(OTHER[:, :3])


def test_a_pipeline_keeps_its_order_and_fits_each_step_on_the_output_of_the_previous():
    chain = Pipeline([Divide(2), MinMax(), NormalizeRows()]).fit(TRAIN)
    half = TRAIN / 2
    by_hand = NormalizeRows().transform(MinMax().fit(half).transform(half))
    assert np.array_equal(chain.transform(TRAIN), by_hand)
    other_way = Pipeline([NormalizeRows(), MinMax(), Divide(2)]).fit(TRAIN).transform(TRAIN)
    assert not np.allclose(chain.transform(TRAIN), other_way)


@pytest.mark.parametrize(
    "piece", [piece for piece, _ in PIECES] + [Pipeline([MinMax(0, 2), Pipeline(["standardize"])])], ids=repr
)
def test_spec_and_arrays_restore_a_transform(piece):
    fitted = piece.fit(TRAIN)
    words = json.loads(json.dumps(preprocessing_to_spec(fitted)))
    again = preprocessing(words).restore(fitted.arrays())
    assert np.array_equal(again.transform(OTHER), fitted.transform(OTHER))
    assert preprocessing_to_spec(again) == preprocessing_to_spec(fitted)


ONE = np.ones(4)


@pytest.mark.parametrize(
    ("piece", "arrays", "message"),
    [
        (Standardize(), {"mean": ONE}, "Standardize needs the arrays mean, std, got mean"),
        (Standardize(), {"mean": ONE, "std": ONE, "more": ONE}, "needs the arrays mean, std, got mean, more, std"),
        (Standardize(), {"mean": ONE, "std": ONE[:3]}, r"mean has shape \(4,\) but std has shape \(3,\)"),
        (Standardize(), {"mean": ONE[None], "std": ONE}, r"mean of Standardize must be floats of shape \(features,\)"),
        (MinMax(), {"min": ONE, "max": ONE.astype(int)}, "max of MinMax must be floats"),
        (MinMax(), {"min": ONE, "max": ONE * np.nan}, "max contains NaN"),
        (RobustScale(), {"median": ONE, "lower": ONE, "upper": 0 * ONE}, "lower of RobustScale must be at most upper"),
        (QuantileTransform(), {"quantiles": ONE}, r"must be floats of shape \(quantiles, features\)"),
        (QuantileTransform(), {"quantiles": np.ones((0, 4))}, r"must be floats of shape \(quantiles, features\)"),
        (QuantileTransform(), {"quantiles": -np.arange(8.0).reshape(4, 2)}, "must increase"),
        (Divide(2), {"mean": ONE}, "Divide needs the arrays none, got mean"),
        (Pipeline(["minmax"]), {"1.min": ONE, "1.max": ONE}, "'1.min' belongs to none of the 1 preprocessing steps"),
        (Pipeline(["minmax"]), {"min": ONE, "max": ONE}, "'min' belongs to none of the 1 preprocessing steps"),
        (Pipeline(["minmax"]), {}, "MinMax needs the arrays max, min, got none"),
    ],
)
def test_restore_raises_on_unexpected_arrays(piece, arrays, message):
    with pytest.raises(ValueError, match=message):
        piece.restore(arrays)


def test_arrays_of_an_unfitted_transform_raise():
    with pytest.raises(ValueError, match="not fitted"):
        Standardize().arrays()


@pytest.mark.parametrize(
    ("choice", "text"),
    [
        ("standardize", "Standardize()"),
        ({"name": "divide", "by": 16}, "Divide(by=16)"),
        (MinMax(0, 2), "MinMax(low=0, high=2)"),
        (["minmax", NormalizeRows()], "Pipeline(steps=(MinMax(low=0.0, high=1.0), NormalizeRows()))"),
        ({"name": "robust_scale", "smooth_clip": 0}, "RobustScale(smooth_clip=0.0)"),
        ("quantile", "QuantileTransform(output='normal', quantiles=1000)"),
        (None, "Pipeline(steps=())"),
        ("", "Pipeline(steps=())"),
        ([], "Pipeline(steps=())"),
    ],
)
def test_transforms_can_be_chosen_by_name_or_spec(choice, text):
    assert repr(preprocessing(choice)) == text


@pytest.mark.parametrize(
    ("choice", "error", "message"),
    [
        ("standardise", ValueError, "unknown preprocessing 'standardise'; did you mean 'standardize'"),
        ({"name": "minmax", "hi": 2}, ValueError, "unknown option of preprocessing 'minmax': 'hi'"),
        ("divide", TypeError, "preprocessing 'divide' needs more options"),
        (Standardize, TypeError, r"write Standardize\(...\)"),
        (3, TypeError, "preprocessing is a name, an object"),
        ({"name": "divide", "by": 0}, ValueError, "by of divide must be above 0"),
        ({"name": "minmax", "low": 1, "high": 1}, ValueError, "high of minmax must be above 1"),
        ({"name": "robust_scale", "smooth_clip": -1}, ValueError, "smooth_clip of robust_scale must be at least 0"),
        ({"name": "quantile", "output": "normale"}, ValueError, "unknown output of quantile: 'normale'; did you mean"),
        ({"name": "quantile", "quantiles": 1}, ValueError, "quantiles of quantile must be at least 2"),
    ],
)
def test_invalid_choices_raise(choice, error, message):
    with pytest.raises(error, match=message):
        preprocessing(choice)


def test_a_custom_transform_works_in_a_pipeline_but_has_no_spec():
    class Square:
        def fit(self, X):
            return self

        def transform(self, X):
            return X * X

        def arrays(self):
            return {}

        def restore(self, arrays):
            return self

    chain = Pipeline([Square(), "standardize"]).fit(TRAIN)
    assert np.array_equal(chain.transform(OTHER), Standardize().fit(TRAIN**2).transform(OTHER**2))
    with pytest.raises(ValueError, match="not one of glassnet's own components"):
        preprocessing_to_spec(chain)
