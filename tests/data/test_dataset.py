"""`Dataset`: what it accepts and rejects, how it is split, and one-hot encoding and decoding."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data.dataset import Dataset, from_one_hot, one_hot
from glassnet.data.splits import parse_split

X = np.arange(12, dtype=np.float32).reshape(4, 3)


@pytest.mark.parametrize(
    ("y", "given_names", "indices", "class_names"),
    [
        (["b", "a", "b", "c"], None, [1, 0, 1, 2], ("a", "b", "c")),
        (np.array(["b", "a", "b", "c"], dtype=object), None, [1, 0, 1, 2], ("a", "b", "c")),
        (["b", "a", "b", "b"], ["b", "a"], [0, 1, 0, 0], ("b", "a")),
        ([7, 3, 7, -1], None, [2, 1, 2, 0], ("-1", "3", "7")),
        ([True, False, True, True], None, [1, 0, 1, 1], ("False", "True")),
        (np.array([2, 0, 2, 0], dtype=np.uint8), ("x", "y", "z"), [2, 0, 2, 0], ("x", "y", "z")),
    ],
)
def test_names_and_integers_become_class_indices(y, given_names, indices, class_names):
    data = Dataset(X, y, given_names)
    assert data.y.dtype == np.int64
    assert data.y.tolist() == indices
    assert data.class_names == class_names
    assert data.n_classes == len(class_names)


@pytest.mark.parametrize(
    ("y", "dtype"),
    [
        (np.array([1, 2, 3, 4], np.float32), np.float32),
        (np.ones((4, 1)), np.float64),
        (np.eye(4, dtype=int)[:, :2], np.float64),
    ],
)
def test_floats_and_several_columns_are_regression_targets(y, dtype):
    data = Dataset(X, y)
    assert data.class_names is None
    assert data.y.dtype == dtype
    assert np.array_equal(data.y, y)
    with pytest.raises(ValueError, match="has no classes"):
        _ = data.n_classes


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.uint8, np.int64])
def test_x_is_kept_unchanged(dtype):
    table = X.astype(dtype)
    assert Dataset(table, [0, 1, 0, 1]).X is table


def test_x_may_be_a_read_only_memory_map(tmp_path):
    np.save(tmp_path / "x.npy", X.astype(np.uint8))
    table = np.load(tmp_path / "x.npy", mmap_mode="r")
    data = Dataset(table, [0, 1, 0, 1])
    assert isinstance(data.X, np.memmap)
    train, test = data.split(0.5, 0.5)
    assert sorted(np.concatenate([train.X, test.X])[:, 0].tolist()) == [0, 3, 6, 9]


NAN = np.where(X == 7, np.nan, X)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"X": X[0]}, r"X must have shape \(n, features\).*got \(3,\)"),
        ({"X": X[:, :0]}, "at least one feature"),
        ({"X": X.astype(str)}, "X must contain numbers"),
        ({"X": X[:3]}, "X has 3 rows but y has 4"),
        ({"X": NAN}, "X contains NaN in row 2, column 1"),
        ({"X": NAN, "feature_names": ["a", "age", "c"]}, "X contains NaN in row 2, column age"),
        ({"X": np.where(X == 7, -np.inf, X)}, "X contains -inf in row 2, column 1"),
        ({"y": [0.0, np.nan, 1.0, 1.0]}, "y contains NaN in row 1"),
        ({"y": np.zeros((4, 1), int)}, r"y must have shape .* got \(4, 1\)"),
        ({"y": np.zeros((4, 1, 1))}, r"y must have shape .* got \(4, 1, 1\)"),
        ({"y": [None, "a", "b", "c"]}, "y must contain numbers or strings"),
        ({"y": [0, 1, 2, 3], "class_names": ["a", "b", "c"]}, "y must contain integers from 0 to 2, got 3 .row 3"),
        ({"y": [0, -1, 0, 1], "class_names": ["a", "b"]}, "got -1 .row 1"),
        ({"y": ["a", "a", "b", "z"], "class_names": ["a", "b"]}, "unknown class 'z'"),
        ({"y": np.ones(4), "class_names": ["a", "b"]}, "class indices or names"),
        ({"y": np.ones((4, 2)), "class_names": ["a", "b"]}, "class_names go with class indices"),
        ({"class_names": ["a", "a"]}, "unique and not empty"),
        ({"feature_names": ["a", "b"]}, "feature_names has 2 entries but X has 3 columns"),
        ({"image_shape": (2, 2)}, r"image_shape \(2, 2\) has 4 pixels but X has 3 columns"),
    ],
)
def test_inconsistent_arguments_raise_by_name(options, message):
    with pytest.raises(ValueError, match=message):
        Dataset(**{"X": X, "y": [0, 1, 0, 1], **options})


def test_take_keeps_order_and_attributes():
    data = Dataset(X, ["a", "b", "a", "c"], image_shape=(1, 3), feature_names="uvw", name="pets")
    taken = data.take([3, 0])
    assert taken.X.tolist() == [X[3].tolist(), X[0].tolist()]
    assert taken.y.tolist() == [2, 0]
    assert (taken.class_names, taken.image_shape, taken.feature_names, taken.name) == (
        ("a", "b", "c"),
        (1, 3),
        ("u", "v", "w"),
        "pets",
    )
    assert data.take(data.y == 0).X[:, 0].tolist() == [0, 6]
    assert len(data.take([])) == 0


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (
            Dataset(X, [0, 1, 0, 1], image_shape=(1, 3)),
            "<Dataset 'data': 4 rows of 3 features (1×3 images), 2 classes (0, 1)>",
        ),
        (Dataset(X, np.ones(4), name="d"), "<Dataset 'd': 4 rows of 3 features, one numeric target>"),
        (Dataset(X, np.ones((4, 2))), "<Dataset 'data': 4 rows of 3 features, 2 numeric targets>"),
    ],
)
def test_repr_describes_the_data(data, text):
    assert repr(data) == text


def numbered(y):
    """A Dataset whose X is the number of each row, so that rows can be identified."""
    return Dataset(np.arange(len(y))[:, None], y)


@pytest.mark.parametrize(
    ("fractions", "sizes"),
    [
        ((0.6, 0.4), [1078, 719]),
        ((0.6, 0.2, 0.2), [1078, 360, 359]),
        ((0.8, 0.1, 0.1), [1438, 179, 180]),
        ((0.1,) * 10, [180, 179, 180, 180, 179, 180, 180, 180, 179, 180]),
        ((0.5, 0.0, 0.5), [898, 0, 899]),
        ((1.0,), [1797]),
    ],
)
@pytest.mark.parametrize("stratify", [True, False])
def test_sizes_of_parts(fractions, sizes, stratify):
    data = numbered(np.arange(1797) % 10)
    assert [len(part) for part in data.split(*fractions, stratify=stratify)] == sizes


@given(
    st.lists(st.integers(0, 3), min_size=1, max_size=200),
    st.lists(st.integers(0, 10), min_size=1, max_size=5).filter(any),
    st.integers(0, 9),
    st.booleans(),
)
def test_every_row_lands_in_exactly_one_part(y, weights, seed, stratify):
    data = numbered(np.array(y))
    parts = data.split(*(weight / sum(weights) for weight in weights), seed=seed, stratify=stratify)
    assert sorted(np.concatenate([part.X[:, 0] for part in parts]).tolist()) == list(range(len(y)))
    for part in parts:
        assert np.array_equal(part.y, data.y[part.X[:, 0]])


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("fractions", [(0.6, 0.4), (0.6, 0.2, 0.2), (0.8, 0.1, 0.1)])
def test_splits_are_stratified(fractions, seed):
    y = np.repeat([0, 1, 2, 3], [700, 200, 90, 10])
    for fraction, part in zip(fractions, numbered(y).split(*fractions, seed=seed), strict=True):
        assert np.all(np.abs(np.bincount(part.y, minlength=4) - fraction * np.bincount(y)) <= 2)


def test_without_stratify_class_shares_are_random():
    y = np.arange(1000) % 10
    counts = [np.bincount(numbered(y).split(0.5, 0.5, seed=s, stratify=False)[0].y) for s in range(5)]
    assert np.abs(np.array(counts) - 50).max() > 4


@pytest.mark.parametrize("y", [np.arange(100) % 2, np.arange(100.0)], ids=["classes", "numbers"])
def test_split_is_random_and_reproducible_by_its_seed(y):
    def rows(**options):
        return [part.X[:, 0].tolist() for part in numbered(y).split(0.5, 0.5, **options)]

    assert rows(seed=3) == rows(seed=3) == rows(seed=np.random.default_rng(3))
    assert rows(seed=3) != rows(seed=4)
    assert all(part != sorted(part) for part in rows())


def test_classes_are_shuffled_within_a_part():
    for part in numbered(np.arange(200) % 2).split(0.5, 0.5):
        assert np.mean(np.diff(part.y) != 0) < 0.75


@pytest.mark.parametrize(
    ("fractions", "message"),
    [
        ((0.6, 0.3), "must sum to 1, got 0.6, 0.3, which sum to 0.9"),
        ((60, 40), "must sum to 1"),
        ((1.5, -0.5), "at least 0, got -0.5"),
        ((float("nan"), 1.0), "at least 0, got nan"),
        ((), "split needs the fraction of every part"),
    ],
)
def test_invalid_fractions_raise(fractions, message):
    with pytest.raises(ValueError, match=message):
        numbered([0, 1]).split(*fractions)


@pytest.mark.parametrize(
    ("text", "fractions"),
    [
        ("60/20/20", (0.6, 0.2, 0.2)),
        ("60/40", (0.6, 0.4)),
        ("0.6/0.4", (0.6, 0.4)),
        ("33.3/33.3/33.4", (0.333, 0.333, 0.334)),
        ("80/20/0", (0.8, 0.2, 0)),
        ("100", (1,)),
        ("1/0", (1, 0)),
    ],
)
def test_parse_split(text, fractions):
    assert parse_split(text) == pytest.approx(fractions)
    assert sum(len(part) for part in numbered(np.arange(50) % 2).split(*parse_split(text))) == 50


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("60/20/30", "split 60/20/30 sums to 110, not 100"),
        ("0.6/0.3", "split 0.6/0.3 sums to 0.9, not 1"),
        ("120/-20", "numbers of 0 or more"),
        ("nan/1", "numbers of 0 or more"),
        ("a/b", "split 'a/b' must be numbers"),
        ("", "split '' must be numbers"),
        ("60:40", "split '60:40' must be numbers"),
    ],
)
def test_parse_split_raises_on_invalid_text(text, message):
    with pytest.raises(ValueError, match=message):
        parse_split(text)


@given(st.lists(st.integers(0, 6), min_size=1), st.integers(0, 3))
def test_one_hot_and_back(y, more):
    classes = max(y) + 1 + more
    rows = one_hot(y, classes)
    assert rows.shape == (len(y), classes)
    assert rows.dtype == np.float32
    assert np.array_equal(np.nonzero(rows)[1], y)
    assert np.array_equal(rows.sum(axis=1), np.ones(len(y)))
    assert np.array_equal(from_one_hot(rows), y)
    assert from_one_hot(rows).dtype == np.int64


def test_one_hot_without_classes_and_with_a_dtype():
    assert one_hot([1, 0], dtype=np.float64).dtype == np.float64
    assert one_hot([1, 0]).shape == (2, 2)


@pytest.mark.parametrize(
    ("y", "classes", "message"),
    [
        ([0, 10], 10, "integers from 0 to 9, got 10 .row 1"),
        ([0, -1], 10, "got -1 .row 1"),
        ([0.0, 1.0], 10, "whole numbers"),
        ([True, False], 2, "whole numbers"),
        ([[0, 1]], 2, r"shape \(1, 2\)"),
        (np.array([], int), None, "pass classes"),
    ],
)
def test_one_hot_raises_on_invalid_labels(y, classes, message):
    with pytest.raises(ValueError, match=message):
        one_hot(y, classes)


@pytest.mark.parametrize("rows", [[[0, 1], [1, 1]], [[0, 1], [0, 0]], [[0, 1], [0.5, 0.5]], [[0, 1], [2, -1]]])
def test_from_one_hot_raises_on_rows_that_are_not_one_hot(rows):
    with pytest.raises(ValueError, match="row 1 is not one-hot"):
        from_one_hot(rows)
    with pytest.raises(ValueError, match=r"shape \(n, classes\)"):
        from_one_hot(rows[0])
