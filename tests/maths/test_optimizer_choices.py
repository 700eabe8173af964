"""Choosing an optimizer by name, with options, or as an object, and the errors for invalid ones."""

import dataclasses
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from glassnet.common import specs
from glassnet.maths.optimizers import LBFGS, OPTIMIZERS, SGD, Adadelta, Lion, RMSProp, optimizer
from glassnet.maths.optimizers.adam import Adam, AdamW, AMSGrad, NAdam
from glassnet.maths.optimizers.base import State
from helpers.trajectories import ROWS

BENT = [SGD(momentum=0.9, nesterov=True, rate_in_velocity=True), Adam(epsilon_first=True), AdamW(decay_biases=False)]

NUMBERS = [
    (cls, field.name)
    for cls in OPTIMIZERS.values()
    for field in dataclasses.fields(cls)
    if not isinstance(field.default, bool)
]


@pytest.mark.parametrize(("cls", "option"), NUMBERS)
def test_an_invalid_option_raises_with_its_name(cls: type, option: str) -> None:
    for value in (-1, np.nan, np.inf, "x", True, None, [0.1]):
        with pytest.raises((ValueError, TypeError), match=f"^{option} must be .*, got {re.escape(repr(value))}$"):
            cls(**{option: value})


@pytest.mark.parametrize(
    ("cls", "options", "message"),
    [
        (SGD, {"learning_rate": 0}, "learning_rate must be above 0, got 0"),
        (SGD, {"momentum": 1.1}, "momentum must be at least 0 and at most 1, got 1.1"),
        (SGD, {"nesterov": True}, "nesterov needs a momentum above 0, 0.9 for instance"),
        (Adadelta, {"epsilon": 0}, "epsilon must be above 0, got 0"),
        (LBFGS, {"history": 0}, "history must be at least 1, got 0"),
        (LBFGS, {"history": 2.5}, "history must be a whole number, got 2.5"),
        *(
            (cls, {option: 1.0}, f"{option} must be at least 0 and below 1, got 1.0")
            for cls, options in {
                RMSProp: ["decay", "momentum"],
                Adadelta: ["decay"],
                Adam: ["beta1", "beta2"],
                AMSGrad: ["beta1", "beta2"],
                AdamW: ["beta1", "beta2"],
                NAdam: ["beta1", "beta2"],
                Lion: ["beta1", "beta2"],
            }.items()
            for option in options
        ),
    ],
)
def test_an_option_beyond_its_limit_raises(cls: type, options: dict[str, Any], message: str) -> None:
    with pytest.raises((ValueError, TypeError), match=message):
        cls(**options)


class Sign:
    """A custom optimizer."""

    learning_rate = 0.1

    def start(self, theta: np.ndarray, weights: Sequence[slice]) -> State:
        return SGD().start(theta, weights)

    def step(self, theta: np.ndarray, g: np.ndarray, state: State, learning_rate: float) -> None:
        theta -= learning_rate * np.sign(g)


class Stepless:
    """Not an optimizer: it cannot step."""

    learning_rate = 0.1

    def start(self, theta: np.ndarray, weights: Sequence[slice]) -> State:
        return SGD().start(theta, weights)


def test_a_custom_optimizer_is_used_unchanged() -> None:
    own = Sign()
    assert optimizer(own) is own


@pytest.mark.parametrize(
    ("choice", "error", "message"),
    [
        ("adamm", ValueError, r"unknown optimizer 'adamm'; did you mean 'adam'\? known: adam, nadam, adamw"),
        ("no such thing", ValueError, "unknown optimizer 'no such thing'; known: sgd, adagrad, rmsprop"),
        ({"name": "adam", "lr": 0.1}, ValueError, "unknown option of optimizer 'adam': 'lr'.* known: .*learning_rate"),
        ({"name": "sgd", "momentum": "x"}, TypeError, "momentum must be a number, got 'x'"),
        ({"learning_rate": 0.1}, ValueError, "unknown optimizer None"),
        (Adam, TypeError, r"got the class Adam; write Adam\(\.\.\.\)"),
        (
            Stepless(),
            TypeError,
            "an optimizer is a name or an object with learning_rate, start and step, got .*Stepless",
        ),
        (None, TypeError, "got None"),
    ],
)
def test_an_invalid_optimizer_raises_with_its_name(choice: object, error: type, message: str) -> None:
    with pytest.raises(error, match=message):
        optimizer(choice)


PIECES = [*(cls() for cls in OPTIMIZERS.values()), *(row.ours for row in ROWS.values()), *BENT, LBFGS(3, tolerance=0)]


@pytest.mark.parametrize("piece", PIECES, ids=str)
def test_specs_and_optimizers_convert_into_each_other(piece: object) -> None:
    assert optimizer(specs.to_spec(piece, OPTIMIZERS)) == piece


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_name_gives_the_defaults(name: str) -> None:
    assert optimizer(name) == OPTIMIZERS[name]()
