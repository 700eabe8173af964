"""NaN and infinity: the step, layer, row, and operation that make the first number that is not finite are named."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.diagnostics.non_finite import failure_of
from helpers.illnesses import digits, filled, mlp, overflowing, scaled, sgd, with_parameters

ROWS = np.full((4, 3), 1 / 3)
CLASSES = np.array([0, 1, 2, 0])


def with_row(values: Any, row: int = 2, dtype: str = "float64") -> np.ndarray:
    found = ROWS.copy()
    found[row] = values
    return found.astype(dtype)


@pytest.mark.parametrize(
    ("outputs", "targets", "where", "row"),
    [
        (with_row(np.nan), CLASSES, "The output of row 2 of the batch is nan; 3 of 4 rows have finite outputs.", 2),
        (ROWS * np.nan, CLASSES, "No row of the batch has finite outputs: the first is nan.", None),
        (with_row([0.5, 0.5, 0]), CLASSES, "It is the logarithm of 0: in row 2 of the batch", 2),
        (with_row([0.5, 0.5, 0]), np.eye(3)[CLASSES], "It is the logarithm of 0: in row 2 of the batch", 2),
        (np.array([0.2, 1.0, 0.5]), np.array([0, 0, 1]), "It is the logarithm of 0: in row 1 of the batch", 1),
        (with_row([99, 0, 0], 1, "float32"), CLASSES, "exp(z) overflows: the output of row 1 of the batch is 99, and in"
         " float32, the exponential of more than 88.7 is infinite.", 1),
        (with_row([-800, 0, 0]), CLASSES, "exp(-z) overflows: the output of row 2 of the batch is -800", 2),
        (np.array([[1.0], [1e200]]), np.zeros((2, 1)), "The square overflows: the output of row 1", 1),
        (np.ones((3, 1)), np.array([0, 1, np.inf]), "The target of row 2 of the batch is not finite; the outputs", 2),
    ],
)  # fmt: skip
def test_row_and_operation_of_a_loss(outputs: np.ndarray, targets: np.ndarray, where: str, row: int | None) -> None:
    found = failure_of(outputs, targets)
    assert found is not None
    assert found.where.startswith(where)
    assert found.row == row


@pytest.mark.parametrize("outputs", [ROWS, np.zeros(0), np.float64(3.0), np.array(["a"])])
def test_what_is_not_known(outputs: np.ndarray) -> None:
    assert failure_of(outputs, CLASSES) is None


def test_a_watch_names_step_row_and_operation() -> None:
    watch = gn.Watch()
    W = np.random.default_rng(0).normal(size=(3, 3))
    for step in range(20):
        outputs = with_row([0.5, 0.5, 0]) if step == 11 else ROWS
        with np.errstate(divide="ignore"):
            loss = -np.log(outputs[range(4), CLASSES]).mean()
        watch([W], [W], loss, outputs=outputs, targets=CLASSES)
    (found,) = watch.findings()
    assert found.message.startswith(
        "The loss is inf from step 12 on. The step before, it was 1.099. It is the logarithm of 0: in row 2"
    )
    assert "clip probabilities" in found.advice


def test_a_watch_names_the_step_of_a_gradient() -> None:
    watch = gn.Watch()
    for step in range(20):
        watch({"W": np.eye(3)}, {"W": np.eye(3) * (np.nan if step > 3 else 1)}, 1.0)
    assert watch.findings()[0].message == "In step 5, the gradient of W is NaN or infinite, though the loss is finite."


@dataclass(frozen=True)
class NaiveSigmoid:
    """A sigmoid whose exponential overflows."""

    def forward(self, z: np.ndarray) -> np.ndarray:
        return np.exp(z) / (1 + np.exp(z))

    def backward(self, da: np.ndarray, z: np.ndarray, a: np.ndarray) -> np.ndarray:
        return da * a * (1 - a)


@dataclass(frozen=True)
class Root:
    """√|z|, whose derivative at 0 is infinite."""

    def forward(self, z: np.ndarray) -> np.ndarray:
        return np.sqrt(np.abs(z))

    def backward(self, da: np.ndarray, z: np.ndarray, a: np.ndarray) -> np.ndarray:
        return da * np.sign(z) / (2 * a)


NETWORKS: dict[str, tuple[gn.Network, Callable[[dict[str, np.ndarray]], None], str]] = {
    "product": (
        mlp(),
        overflowing,
        "z = x W + b of dense3 is -inf in row {row}, unit 0: the first number of the forward pass that is not finite. "
        "The product x W overflows: |x| is up to",
    ),
    "activation": (
        mlp(activation=NaiveSigmoid()),
        scaled("dense1.W", 1e4),
        "The activation of dense1 is nan in row {row}",
    ),
    "parameter": (mlp(), filled("dense2.W", np.nan), "dense2.W[0, 0] is nan: the first number that is not finite."),
    "derivative": (
        mlp(activation=Root()),
        filled("dense1.W", 0.0),
        "dz of dense2 is not finite: the first of the backward pass, though the loss is 2.303.",
    ),
}


@pytest.mark.parametrize(("network", "change", "message"), NETWORKS.values(), ids=NETWORKS)
def test_layer_row_and_operation_of_a_network(network: gn.Network, change: Any, message: str) -> None:
    X, y = digits()
    (found,) = gn.diagnose(with_parameters(network, change), X, y)
    assert found.rule == "not finite"
    row = found.numbers.get("row")
    assert found.message.startswith(message.format(row=row))


def test_the_row_is_that_of_the_data() -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 5))
    X[211] *= 1e6
    network = gn.Network(5, [gn.Dense(8, "relu"), gn.Dense(1, "exponential")], seed=0)
    found = next(one for one in gn.diagnose(network, X, rng.random(300) + 1) if one.rule == "not finite")
    assert found.numbers["row"] == 211
    assert "The activation of dense2 is inf in row 211, unit 0" in found.message
    assert "overflows: the exponential of more than 88.7 is infinite in float32." in found.message


def test_divergence_names_the_product_that_overflows() -> None:
    X, y = digits()
    (found,) = gn.diagnose(mlp(), X, y, **sgd(1e6))
    assert "The loss is nan from step 3 on. The step before, it was" in found.message
    assert "The product x W overflows" in found.message
    assert found.advice == "It grew before: lower the learning rate, or clip the gradient."
