"""Choosing a loss, the targets it accepts and converts, and the errors for invalid ones."""

from typing import Any

import numpy as np
import pytest

from glassnet.common import specs
from glassnet.maths.losses import (
    LOSSES,
    BinaryCrossEntropy,
    CrossEntropy,
    Huber,
    Poisson,
    SquaredError,
    canonical_loss,
    loss,
    loss_name,
)
from glassnet.maths.losses.targets import class_indices


def test_probabilities_with_rounding_errors_are_normalized() -> None:
    Y = CrossEntropy().targets(np.array([[0.333, 0.333, 0.333], [0.5, 0.5, 0]]), 3)
    np.testing.assert_allclose(Y, [[1 / 3, 1 / 3, 1 / 3], [0.5, 0.5, 0]], rtol=1e-15)


@pytest.mark.parametrize("y", [[0, 2, 1], [[0], [2], [1]], [0.0, 2.0, 1.0], np.array([0, 2, 1], np.uint8)], ids=str)
def test_classes_become_integers(y: Any) -> None:
    Y = CrossEntropy().targets(np.array(y), 3)
    assert Y.dtype == np.int64
    np.testing.assert_array_equal(Y, [0, 2, 1])


@pytest.mark.parametrize("name", sorted(set(LOSSES) - {"cross_entropy", "cross_entropy_groups"}))
def test_targets_of_one_output_become_a_column(name: str) -> None:
    for y in ([0, 1, 1], [[0], [1], [1]], [False, True, True]):
        np.testing.assert_array_equal(loss(name).targets(np.array(y), 1), [[0], [1], [1]])


@pytest.mark.parametrize(
    ("name", "y", "outputs", "error", "message"),
    [
        ("cross_entropy", [0, 3], 3, ValueError, "y must contain integers from 0 to 2, got 3 \\(row 1\\)"),
        ("cross_entropy", [0, 1, -1], 3, ValueError, "integers from 0 to 2, got -1 "),
        ("cross_entropy", [0, 0.5], 3, ValueError, "got 0.5 .row 1"),
        ("cross_entropy", [1e300, 0], 3, ValueError, r"got 1e\+300 .row 0"),
        ("cross_entropy", [[1], [7]], 3, ValueError, "got 7 .row 1"),
        ("cross_entropy", ["cat", "dog"], 3, TypeError, "y must be class indices, got <U3 entries; encode names"),
        ("cross_entropy", [[0.5, 0.4, 0]], 3, ValueError, "each row of y to be shares of the classes: .* sum 1"),
        ("cross_entropy", [[1.5, -0.5, 0]], 3, ValueError, "each row of y to be shares of the classes: at least 0"),
        ("cross_entropy", [[1, 0]], 3, ValueError, r"on 3 outputs needs y of shape \(n, 3\), got \(1, 2\)$"),
        ("binary_cross_entropy", [0, 1.5], 1, ValueError, "binary_cross_entropy needs y between 0 and 1, got 1.5"),
        ("binary_cross_entropy", [[0, -1]], 2, ValueError, "binary_cross_entropy needs y between 0 and 1, got -1"),
        ("binary_cross_entropy", [0, 1], 3, ValueError, r"on 3 outputs .* got \(2,\); glassnet.one_hot turns"),
        ("poisson", [3, -2], 1, ValueError, "poisson needs counts, at least 0, got -2"),
        ("squared_error", [1, 2], 3, ValueError, r"squared_error on 3 outputs .* got \(2,\); glassnet.one_hot turns"),
        ("absolute_error", [[1, 2]], 1, ValueError, r"on 1 outputs needs y of shape \(n, 1\), got \(1, 2\)$"),
        ("huber", [[[1.0]]], 1, ValueError, r"huber on 1 outputs needs y of shape \(n, 1\), got \(1, 1, 1\)"),
        ("huber", ["a"], 1, TypeError, "huber needs numbers as y, got <U1 entries"),
        ("squared_error", [None], 1, TypeError, "squared_error needs numbers as y, got object entries"),
        ("poisson", [1j], 1, TypeError, "poisson needs numbers as y, got complex128 entries"),
    ],
)  # fmt: skip
def test_invalid_targets_raise_with_their_position(
    name: str, y: list[Any], outputs: int, error: type, message: str
) -> None:
    with pytest.raises(error, match=message):
        loss(name).targets(np.array(y), outputs)


def test_class_indices_error_names_the_argument() -> None:
    with pytest.raises(ValueError, match=r"labels must contain integers from 0 to 1, got 2 \(row 0\)"):
        class_indices("labels", np.array([2]), 2)


class Quartic:
    """A custom loss."""

    canonical = None
    needs = None

    def targets(self, y: np.ndarray, outputs: int) -> np.ndarray:
        return y.reshape(-1, outputs)

    def value(self, a: np.ndarray, Y: np.ndarray) -> np.ndarray:
        return ((a - Y) ** 4).sum(axis=1)

    def gradient(self, a: np.ndarray, Y: np.ndarray) -> np.ndarray:
        return 4 * (a - Y) ** 3


class Slopeless:
    """Not a loss: the gradient is missing."""

    canonical = None
    needs = None
    targets = Quartic.targets
    value = Quartic.value


class Silent:
    """Not a loss: it does not declare its outputs."""

    targets = Quartic.targets
    value = Quartic.value
    gradient = Quartic.gradient


def test_a_custom_loss_is_used_unchanged() -> None:
    own = Quartic()
    assert loss(own) is own
    assert loss_name(own) == "Quartic"


@pytest.mark.parametrize(
    ("choice", "error", "message"),
    [
        ("crossentropy", ValueError, r"unknown loss 'crossentropy'; did you mean 'cross_entropy'\? known: cross_"),
        ("no such thing", ValueError, "unknown loss 'no such thing'; known: cross_entropy, binary_cross_entropy"),
        (CrossEntropy, TypeError, r"got the class CrossEntropy; write CrossEntropy\(\.\.\.\)"),
        (Slopeless(), TypeError, r"targets\(y, outputs\), value\(a, Y\) and gradient\(a, Y\).*, got .*Slopeless"),
        (Silent(), TypeError, r"canonical and needs.*, got .*Silent"),
        (None, TypeError, "got None"),
        ({"name": "huber", "detla": 1}, ValueError, r"option of loss 'huber': 'detla'; did you mean 'delta'\?"),
        ({"name": "huber", "delta": 0}, ValueError, "delta of huber must be above 0, got 0"),
        ({"name": "huber", "delta": "x"}, TypeError, "delta of huber must be a number, got 'x'"),
        ({"name": "cross_entropy", "label_smoothing": 1.2}, ValueError, "must be at least 0 and below 1, got 1.2"),
        ({"name": "cross_entropy", "label_smoothing": -0.1}, ValueError, "must be at least 0 and below 1, got -0.1"),
        ({"name": "cross_entropy", "label_smoothing": np.nan}, ValueError, "label_smoothing must be .*, got nan"),
        ({"name": "cross_entropy", "label_smoothing": True}, TypeError, "label_smoothing must be a number, got True"),
    ],
)  # fmt: skip
def test_an_invalid_loss_raises_with_its_name(choice: object, error: type, message: str) -> None:
    with pytest.raises(error, match=message):
        loss(choice)


@pytest.mark.parametrize(
    "piece", [*(cls() for cls in LOSSES.values()), CrossEntropy(0.1), SquaredError(half=True), Huber(0.3)], ids=str
)
def test_specs_and_losses_convert_into_each_other(piece: Any) -> None:
    assert loss(specs.to_spec(piece, LOSSES)) == piece


@pytest.mark.parametrize("name", LOSSES)
def test_names_and_losses_convert_into_each_other(name: str) -> None:
    assert loss_name(loss(name)) == name
    assert loss(name) == LOSSES[name]()


@pytest.mark.parametrize(
    ("output", "kind"),
    [
        ("softmax", CrossEntropy()),
        ("sigmoid", BinaryCrossEntropy()),
        ("identity", SquaredError()),
        ("exponential", Poisson()),
    ],
)
def test_each_output_has_a_default_loss(output: str, kind: Any) -> None:
    assert canonical_loss(output) == kind


def test_an_output_without_a_default_loss_raises_with_its_name() -> None:
    with pytest.raises(ValueError, match="no loss belongs to output activation 'tanh'; name one of cross_entropy"):
        canonical_loss("tanh")
