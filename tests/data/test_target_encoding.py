"""Target encoding: mean targets of levels, without the row's own target in training."""

import numpy as np
import pytest
from sklearn.preprocessing import TargetEncoder

from glassnet.data.preprocessing import added_columns, check_width, preprocessing, preprocessing_to_spec
from glassnet.data.target_encoding import TargetEncoding

RNG = np.random.default_rng(0)
ROWS = 200
CODES = np.column_stack([RNG.integers(0, 20, ROWS), RNG.integers(0, 3, ROWS)])
X = np.column_stack([RNG.normal(size=(ROWS, 2)), RNG.integers(0, 2, ROWS), CODES]).astype(np.float64)
LEVELS = (21, 4)  # code 20 and code 3 are those of unseen levels
FOLD = np.arange(ROWS) % 5
NUMBERS = RNG.normal(CODES[:, 0], 1.0)
LABELS = (RNG.random(ROWS) < CODES[:, 0] / 20).astype(np.int64) + (CODES[:, 1] == 2)


def standardized(columns: np.ndarray, fitted: np.ndarray, prior: float) -> np.ndarray:
    return (columns - prior) / fitted.std(axis=0)


@pytest.mark.parametrize("smoothing", [0.0, 10.0])
def test_numbers_are_scikit_learns(smoothing):
    fitted = TargetEncoding(2, LEVELS, smoothing).fit_targets(X, NUMBERS)
    got = fitted.transform(X)[:, 2:4]
    oracle = TargetEncoder(target_type="continuous", smooth=smoothing).fit(CODES, NUMBERS).transform(CODES)
    np.testing.assert_allclose(got, standardized(oracle, oracle, NUMBERS.mean()), atol=1e-10)


def test_classes_have_a_column_each():
    fitted = TargetEncoding(2, LEVELS).fit_targets(X, LABELS, classes=3)
    got = fitted.transform(X)[:, 2:8]
    oracle = TargetEncoder(target_type="multiclass", smooth=10.0).fit(CODES, LABELS).transform(CODES)
    prior = np.tile(np.bincount(LABELS) / ROWS, 2)
    np.testing.assert_allclose(got, standardized(oracle, oracle, prior), atol=1e-10)
    assert added_columns(fitted) == fitted.new_columns == 6


def test_two_classes_have_one_column_and_many_classes_six():
    assert TargetEncoding(2, LEVELS).fit_targets(X, (LABELS > 0).astype(int), classes=2).new_columns == 2
    many = RNG.integers(0, 30, ROWS)
    assert TargetEncoding(2, LEVELS).fit_targets(X, many, classes=30).new_columns == 12


def test_other_columns_keep_their_order_and_values():
    encoded = TargetEncoding(2, LEVELS).fit_targets(X, NUMBERS).transform(X)
    np.testing.assert_array_equal(encoded[:, [0, 1, 4, 5, 6]], X)


def test_no_training_row_knows_its_own_target():
    one = TargetEncoding(2, LEVELS).fit_transform(X, NUMBERS, FOLD)[1][:, 2:4]
    changed = NUMBERS.copy()
    changed[7] += 0.5
    two = TargetEncoding(2, LEVELS).fit_transform(X, changed, FOLD)[1][:, 2:4]
    prior, other = NUMBERS.mean(), changed.mean()
    # The scale changes a little with any target, so the encodings are compared in the units of the target.
    spread_one, spread_two = (spread_of(targets) for targets in (NUMBERS, changed))
    same_fold = FOLD[7] == FOLD
    before, after = one * spread_one + prior, two * spread_two + other
    np.testing.assert_allclose(before[same_fold], after[same_fold], atol=1e-9)
    assert np.abs(before[~same_fold] - after[~same_fold]).max() > 1e-3


def spread_of(targets):
    fitted = TargetEncoding(2, LEVELS, smoothing=10.0)
    codes = fitted._codes(X)
    return fitted._means(codes, targets[:, None], np.ones(ROWS))[codes].std(axis=0)[:, 0]


def test_noise_is_not_a_feature_of_training_rows():
    """With as many levels as pairs of rows, an encoding with the own target would predict it."""
    codes = np.repeat(np.arange(100), 2)[:, None].astype(float)
    noise = RNG.normal(size=200)
    _, encoded = TargetEncoding(0, (100,), smoothing=0.0).fit_transform(codes, noise, RNG.permutation(200) % 5)
    assert abs(np.corrcoef(encoded[:, 0], noise)[0, 1]) < 0.3
    leaky = TargetEncoding(0, (100,), smoothing=0.0).fit_targets(codes, noise).transform(codes)
    assert np.corrcoef(leaky[:, 0], noise)[0, 1] > 0.6


def test_an_unseen_level_has_the_mean_target():
    fitted = TargetEncoding(2, LEVELS).fit_targets(X, NUMBERS)
    unseen = X[:1].copy()
    unseen[0, -2:] = 20, 3
    assert fitted.transform(unseen)[0, 2:4].tolist() == [0, 0]


def test_weights_count_as_repeated_rows():
    weights = RNG.integers(0, 3, ROWS)
    repeated = np.repeat(np.arange(ROWS), weights)
    one = TargetEncoding(2, LEVELS).fit_targets(X, NUMBERS, weights=weights.astype(float))
    two = TargetEncoding(2, LEVELS).fit_targets(X[repeated], NUMBERS[repeated])
    a, b = (fitted.transform(X)[:, 2] for fitted in (one, two))
    assert np.corrcoef(a, b)[0, 1] == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_spec_and_arrays_restore_the_encoding(dtype):
    fitted = TargetEncoding(2, LEVELS).fit_targets(X.astype(dtype), NUMBERS)
    again = preprocessing(preprocessing_to_spec(fitted)).restore(fitted.arrays())
    rows = again.transform(X.astype(dtype))
    assert rows.dtype == dtype
    np.testing.assert_array_equal(rows, fitted.transform(X.astype(dtype)))


def test_invalid_input_is_named():
    fitted = TargetEncoding(2, LEVELS).fit_targets(X, NUMBERS)
    with pytest.raises(TypeError, match="fitted on targets"):
        TargetEncoding(2, LEVELS).fit(X)
    with pytest.raises(ValueError, match="not fitted"):
        TargetEncoding(2, LEVELS).transform(X)
    with pytest.raises(ValueError, match="not fitted"):
        TargetEncoding(2, LEVELS).arrays()
    with pytest.raises(ValueError, match="a code that is not a level"):
        fitted.transform(X + 30)
    with pytest.raises(ValueError, match="2 columns of codes, but X has 3"):
        fitted.transform(X[:, :3])
    with pytest.raises(ValueError, match="25 rows of finite numbers"):
        fitted.restore({"means": np.full((25, 1), np.nan)})
    with pytest.raises(ValueError, match="at least one column"):
        TargetEncoding(2, ())
    with pytest.raises(ValueError, match="more columns than the 3"):
        check_width(fitted, 3)
