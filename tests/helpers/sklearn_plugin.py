"""A pytest plugin that puts glassnet's two estimators in the place of scikit-learn's, for scikit-learn's own tests.

python -m pytest -p helpers.sklearn_plugin --pyargs sklearn.neural_network.tests.test_mlp
"""

import pytest
import sklearn.neural_network

import glassnet

EXCLUDED = {
    "test_gradient": "calls _loss_grad_lbfgs(θ, X, y, sample_weight, activations, deltas, ...), a private method that "
    "fills lists of a private layout; our gradients are checked by tests/network/test_gradient_check.py",
}
"""The excluded tests and the private functions they use."""


def pytest_configure(config: pytest.Config) -> None:
    """Replace the classes before any of the tests is imported."""
    sklearn.neural_network.MLPClassifier = glassnet.MLPClassifier
    sklearn.neural_network.MLPRegressor = glassnet.MLPRegressor


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the excluded tests."""
    out = [item for item in items if item.name.split("[")[0] in EXCLUDED]
    config.hook.pytest_deselected(items=out)
    items[:] = [item for item in items if item not in out]
