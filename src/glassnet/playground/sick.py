"""Trainings that go wrong, each for one reason: to see how that looks, and to cure it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def _layers(count: int, units: int, activation: str, **options: Any) -> list[dict[str, Any]]:
    return [{"name": "dense", "units": units, "activation": activation, **options} for _ in range(count)]


def _training(optimizer: str, learning_rate: float) -> dict[str, Any]:
    return {"optimizer": {"name": optimizer, "learning_rate": learning_rate}}


SICK: Mapping[str, dict[str, Any]] = {
    "vanishing gradient": {
        "data": {"kind": "circles"},
        "layers": _layers(10, 16, "sigmoid"),
        "training": _training("sgd", 0.03),
    },
    "learning rate too high": {
        "data": {"kind": "moons"},
        "layers": _layers(2, 8, "tanh"),
        "training": _training("sgd", 30.0),
    },
    "learning rate too low": {
        "data": {"kind": "moons"},
        "layers": _layers(2, 8, "tanh"),
        "training": _training("adam", 1e-6),
    },
    "dead units": {
        "data": {"kind": "circles"},
        "layers": _layers(2, 16, "relu", bias_init={"name": "uniform", "limit": 100.0}),
        "training": _training("adam", 5e-4),
    },
    "equal units": {
        "data": {"kind": "circles"},
        "layers": _layers(2, 8, "tanh", init="zeros"),
        "training": _training("adam", 0.01),
    },
    "overfitting": {
        "data": {"kind": "circles", "rows": 60, "noise": 0.6},
        "layers": _layers(3, 64, "relu"),
        "training": _training("adam", 0.003),
    },
}
"""States, as changes of the default one, by what is wrong with each."""
