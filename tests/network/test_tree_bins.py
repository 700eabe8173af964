"""Bins from a small tree: scikit-learn's tree as oracle, targets of every kind, and columns without a split."""

import numpy as np
import pytest
from sklearn.tree import DecisionTreeRegressor

import glassnet as gn
from glassnet.common.arrays import AnyArray
from glassnet.network.tree_bins import tree_edges
from helpers.networks import by_dtype

RNG = np.random.default_rng(3)
N = 400
X = np.column_stack([RNG.standard_normal(N), RNG.integers(0, 6, N), RNG.exponential(1, N)])
NUMBER = np.sin(3 * X[:, 0]) + (X[:, 2] > 1.5) + RNG.normal(0, 0.1, N)
TARGETS = {
    "number": NUMBER,
    "numbers": np.column_stack([NUMBER, 100 * X[:, 2]]),
    "classes": (NUMBER > 0).astype(np.int64) + (X[:, 1] > 2),
}


@pytest.mark.parametrize("y", TARGETS.values(), ids=TARGETS)
@pytest.mark.parametrize("column", range(3))
@pytest.mark.parametrize("most", [1, 7])
def test_edges_are_the_thresholds_of_scikit_learns_tree(column: int, y: AnyArray, most: int) -> None:
    x = X[:, column]
    numbers = np.eye(3)[y] if y.dtype.kind == "i" else y
    tree = DecisionTreeRegressor(max_leaf_nodes=most + 1, min_samples_leaf=4, random_state=0)
    tree.fit(x[:, None], numbers)
    thresholds = tree.tree_.threshold[tree.tree_.children_left >= 0]
    np.testing.assert_allclose(tree_edges(x, y, most), np.sort(thresholds), rtol=1e-6)


def test_columns_that_cannot_be_split_have_no_edges() -> None:
    assert tree_edges(np.ones(50), NUMBER[:50], most=5).size == 0
    assert tree_edges(X[:50, 0], np.zeros(50), most=5).size == 0
    assert tree_edges(X[:7, 0], NUMBER[:7], most=5).size == 0  # a leaf has at least four rows


@by_dtype
def test_fit_bins_with_targets_puts_the_edges_where_they_change(dtype: str) -> None:
    layers = [gn.PiecewiseLinearEmbedding(3, bins=8, units=2), gn.Dense(1)]
    net = gn.Network(3, layers, dtype=dtype, seed=0)
    gn.fit_bins(net, X, NUMBER)
    edges = net.named_state()["piecewise_linear_embedding1.edges"]
    for column, own in enumerate(edges):
        expected = [X[:, column].min(), *tree_edges(X[:, column], NUMBER, 7), X[:, column].max()]
        np.testing.assert_allclose(own[: len(expected)], expected, rtol=1e-6)
    assert np.abs(edges[2] - 1.5).min() < 0.05


def test_targets_of_another_length_raise() -> None:
    net = gn.Network(3, [gn.PiecewiseLinearEmbedding(3), gn.Dense(1)])
    with pytest.raises(ValueError, match="y must have as many rows as X, 400, got 399"):
        gn.fit_bins(net, X, NUMBER[1:])
