"""Input checks of a network: accepted data, and errors in one sentence that names the position."""

from typing import Any

import numpy as np
import pytest

from glassnet.data.dataset import Dataset
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from helpers.networks import LABELS, X, by_dtype, small


def test_data_may_be_two_arrays_a_pair_or_a_dataset() -> None:
    net = small()
    expected, g = net.gradient(X, LABELS)
    expected_g = g.copy()
    for data in ((X, LABELS), Dataset(X, LABELS)):
        value, g = net.gradient(data)
        assert value == expected
        np.testing.assert_array_equal(g, expected_g)


@by_dtype
@pytest.mark.parametrize("kind", ["bool", "int8", "uint8", "int64", "float16", "float32", "float64", "list", "matrix"])
@pytest.mark.filterwarnings("ignore:the matrix subclass")
def test_numbers_of_any_dtype_are_converted_to_the_dtype_of_the_network(kind: str, dtype: str) -> None:
    net = small(dtype)
    whole = (X > 0).astype(dtype)
    given_X = {"list": whole.tolist, "matrix": lambda: np.matrix(whole)}.get(kind, lambda: whole.astype(kind))()
    expected = net.gradient(whole, LABELS)[1].copy()
    np.testing.assert_array_equal(net.gradient(given_X, LABELS)[1], expected)
    answer = net.predict_proba(given_X)
    assert answer.dtype == dtype
    assert type(answer) is np.ndarray
    np.testing.assert_array_equal(answer, net.predict_proba(whole))


def test_targets_of_one_output_may_be_a_column_or_one_dimensional() -> None:
    net = Network(4, [Dense(1)], dtype="float64", seed=1)
    y = np.arange(9.0)
    assert net.gradient(X, y) == net.gradient(X, y[:, None]) == net.gradient(X, y.tolist())


def test_class_targets_may_be_indices_one_hot_or_probabilities() -> None:
    net = small()
    expected = net.gradient(X, LABELS)[0]
    for y in (LABELS.astype("uint8"), LABELS.astype(float), LABELS[:, None], np.eye(3)[LABELS], LABELS.tolist()):
        assert net.gradient(X, y)[0] == pytest.approx(expected, rel=1e-14)


def with_bad_value(row: int, column: int, value: float) -> np.ndarray:
    wrong = X.copy()
    wrong[row, column] = value
    return wrong


CLASSES, NUMBERS = small(), Network(4, [Dense(2)])
BAD_DATA = {
    "NaN in X": (
        CLASSES,
        with_bad_value(7, 2, np.nan),
        LABELS,
        ValueError,
        "X contains NaN in row 7, column 2; remove or fill",
    ),
    "inf in X": (CLASSES, with_bad_value(0, 3, -np.inf), LABELS, ValueError, "X contains -inf in row 0, column 3"),
    "X one column short": (
        CLASSES,
        X[:, :3],
        LABELS,
        ValueError,
        "X must be (n, 4) for this network, got shape (9, 3)",
    ),
    "one row as a vector": (CLASSES, X[0], 0, ValueError, "X must be (n, 4) for this network, got shape (4,)"),
    "text in X": (CLASSES, np.full((9, 4), "a"), LABELS, TypeError, "X must contain numbers, got <U1 entries"),
    "objects in X": (CLASSES, X.astype(object), LABELS, TypeError, "X must contain numbers, got object entries"),
    "complex X": (CLASSES, X * 1j, LABELS, TypeError, "X must contain numbers, got complex128 entries"),
    "no rows": (CLASSES, X[:0], [], ValueError, "X has no rows"),
    "too few y": (CLASSES, X, LABELS[:8], ValueError, "X has 9 rows but y has 8; give one y per row of X"),
    "y one number": (CLASSES, X, 1, ValueError, "X has 9 rows but y has none"),
    "class unknown": (CLASSES, X, LABELS + 1, ValueError, "got 3 (row 2)"),
    "class below zero": (CLASSES, X, LABELS - 1, ValueError, "got -1 (row 0)"),
    "half a class": (CLASSES, X, LABELS + 0.5, ValueError, "got 0.5 (row 0)"),
    "names of classes": (CLASSES, X, list("abcabcabc"), TypeError, "y must be class indices, got <U1 entries"),
    "shares above one": (CLASSES, X, np.ones((9, 3)), ValueError, "shares of the classes: at least 0, sum 1"),
    "NaN in y": (NUMBERS, X, with_bad_value(4, 1, np.nan)[:, :2], ValueError, "y contains NaN in row 4, column 1"),
    "(n,) for two outputs": (
        NUMBERS,
        X,
        np.zeros(9),
        ValueError,
        "squared_error on 2 outputs needs y of shape (n, 2), got (9,)",
    ),
    "three columns for two": (NUMBERS, X, np.zeros((9, 3)), ValueError, "needs y of shape (n, 2), got (9, 3)"),
    "X too large for float32": (
        NUMBERS,
        with_bad_value(1, 1, 1e39),
        np.zeros((9, 2)),
        ValueError,
        "X contains 1e+39 in row 1, column 1, too large for float32",
    ),
    "y too large for float32": (
        NUMBERS,
        X,
        np.full((9, 2), -1e39),
        ValueError,
        "y contains -1e+39 in row 0, column 0, too large for float32",
    ),
}


@pytest.mark.parametrize(("net", "data", "y", "error", "text"), BAD_DATA.values(), ids=BAD_DATA)
def test_invalid_data_raise_in_one_sentence_with_the_position(
    net: Network, data: Any, y: Any, error: type, text: str
) -> None:
    with pytest.raises(error) as caught:
        net.gradient(data, y)
    assert text in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("weights", "text"),
    [
        (np.ones(8), r"sample_weight must be one number per row, \(9,\), got shape \(8,\)"),
        (np.ones((9, 1)), r"sample_weight must be one number per row, \(9,\), got shape \(9, 1\)"),
        ([1] * 8 + [-1], "sample_weight must contain finite, non-negative numbers"),
        ([1] * 8 + [np.nan], "sample_weight must contain finite, non-negative numbers"),
    ],
    ids=["too few", "a column", "below zero", "NaN"],
)
def test_invalid_weights_raise(weights: Any, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        small().gradient(X, LABELS, sample_weight=weights)


def test_features_without_targets_raise() -> None:
    with pytest.raises(TypeError, match=r"data must be a Dataset or a pair \(X, y\), got ndarray"):
        small().gradient(X)


def test_an_unknown_loss_raises_with_closest_match() -> None:
    with pytest.raises(ValueError, match=r"unknown loss 'crossentropy'; did you mean 'cross_entropy'\?"):
        small().gradient(X, LABELS, "crossentropy")
