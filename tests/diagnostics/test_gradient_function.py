"""check_gradient_function: right gradients pass, and each mistake is found at its place with its cause."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.diagnostics.gradient_function import check_gradient_function
from helpers.needs import needs

RNG = np.random.default_rng(0)
ROWS = 32
X, Y = RNG.normal(size=(ROWS, 4)), np.eye(3)[RNG.integers(0, 3, ROWS)]
PARAMETERS = {
    "W1": RNG.normal(size=(4, 5)),
    "b1": RNG.normal(size=5),
    "W2": RNG.normal(size=(5, 5)),
    "b2": RNG.normal(size=5),
    "W3": RNG.normal(size=(5, 3)),
    "b3": RNG.normal(size=3),
}
Gradients = dict[str, Any]


def forward(p: Gradients) -> list[np.ndarray]:
    """The outputs of two tanh layers and of softmax."""
    a1 = np.tanh(X @ p["W1"] + p["b1"])
    a2 = np.tanh(a1 @ p["W2"] + p["b2"])
    e = np.exp(a2 @ p["W3"] + p["b3"])
    return [a1, a2, e / e.sum(axis=1, keepdims=True)]


def loss(p: Gradients) -> float:
    return float(-np.log(forward(p)[2][Y == 1]).mean())


def gradient(p: Gradients, slope: Callable[[np.ndarray], np.ndarray] = lambda a: 1 - a**2) -> Gradients:
    """Backpropagation; slope: the derivative of the first layer's activation, by its output."""
    a1, a2, a3 = forward(p)
    d3 = (a3 - Y) / ROWS
    d2 = d3 @ p["W3"].T * (1 - a2**2)
    d1 = d2 @ p["W2"].T * slope(a1)
    found: Gradients = {}
    for number, (x, d) in enumerate(((X, d1), (a1, d2), (a2, d3)), start=1):
        found |= {f"W{number}": x.T @ d, f"b{number}": d.sum(axis=0)}
    return found


def changed(name: str, change: Callable[[np.ndarray], Any]) -> Callable[[Gradients], Gradients]:
    return lambda p: (g := gradient(p)) | {name: change(g[name])}


def test_a_right_gradient_passes() -> None:
    found = check_gradient_function(loss, gradient, PARAMETERS)
    assert found
    assert [one.name for one in found.parameters] == list(PARAMETERS)
    assert all(one.error < 1e-6 and one.cause is None for one in found.parameters)
    assert str(found).startswith("The gradient is right: largest relative error")


# What somebody wrote, where it is wrong, and what the check says about it.
MISTAKES: dict[str, tuple[Any, list[str], str]] = {
    "no 1/m": (
        lambda p: {n: ROWS * g for n, g in gradient(p).items()},
        list(PARAMETERS),
        "32 times too large: if",
    ),
    "1/m twice": (
        lambda p: {n: g / ROWS for n, g in gradient(p).items()},
        list(PARAMETERS),
        "32 times too small",
    ),
    "no ½": (changed("W3", lambda g: 2 * g), ["W3"], "2 times too large: is the function half of"),
    "½": (changed("W3", lambda g: g / 2), ["W3"], "half of what it should be"),
    "another factor": (changed("b2", lambda g: 1.7 * g), ["b2"], "all entries are 1.7 times too large"),
    "sign": (changed("W1", lambda g: -g), ["W1"], "the sign is wrong"),
    "transposed": (changed("W1", lambda g: g.T), ["W1"], "(5, 4) is that of the transposed parameter"),
    "transposed, square": (changed("W2", lambda g: g.T), ["W2"], "it is transposed: swap the factors"),
    "zero": (changed("W2", lambda g: 0 * g), ["W2"], "it is zero: it is never computed, or cut off"),
    "a scalar": (changed("b2", lambda g: g.sum()), ["b2"], "a single number for 5 parameters: it was summed"),
    "one number for all": (changed("W2", lambda g: np.full_like(g, g.sum())), ["W2"], "all entries are equal"),
    "no sum over rows": (changed("b1", lambda g: np.tile(g, (32, 1))), ["b1"], "(32, 5) has one more axis than (5,)"),
    "summed too far": (changed("W2", lambda g: g.sum(0, keepdims=True)), ["W2"], "(1, 5) would be broadcast to (5, 5)"),
    "another shape": (
        changed("b3", lambda g: g[:2]),
        ["b3"],
        "the shape must be (3,), that of the parameter, but",
    ),
    "a factor per unit": (
        changed("W2", lambda g: g * np.arange(1, 6)),
        ["W2"],
        "each column is wrong by a factor",
    ),
    "a factor per input": (
        changed("W2", lambda g: g * np.arange(1, 6)[:, None]),
        ["W2"],
        "each row is wrong by a",
    ),
    "NaN": (changed("b1", lambda g: g * np.nan), ["b1"], "it is not finite: look for log(0)"),
    "no g′": (
        lambda p: gradient(p, np.ones_like),
        ["W1", "b1"],
        "the mistake is in the step back from W2 to b1: the derivative of the activation, or a weight matrix",
    ),
    "g′ of another function": (
        lambda p: gradient(p, lambda a: a * (1 - a)),
        ["W1", "b1"],
        "The gradient is wrong in W1, b1, and right in W2, b2, W3, b3.",
    ),
}


@pytest.mark.parametrize(("wrong", "places", "text"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_located_and_named(wrong: Any, places: list[str], text: str) -> None:
    found = check_gradient_function(loss, wrong, PARAMETERS)
    assert not found
    assert [one.name for one in found.parameters if one.error > found.tolerance] == places
    assert text in str(found)


def test_the_worst_entry_is_shown_with_both_values_and_their_ratio() -> None:
    right = gradient(PARAMETERS)["W2"]

    def wrong(g: np.ndarray) -> np.ndarray:
        g[3, 1] *= -3
        return g

    worst = check_gradient_function(loss, changed("W2", wrong), PARAMETERS).parameters[2]
    assert worst.index == (3, 1)
    assert worst.measured == pytest.approx(right[3, 1], rel=1e-6)
    assert (worst.computed, worst.ratio) == pytest.approx((-3 * right[3, 1], -3), rel=1e-6)


def test_kinks_are_not_counted() -> None:
    w = np.array([0.0, 0.5, -1.0])  # the first ReLU is at its kink
    found = check_gradient_function(lambda w: np.maximum(w, 0).sum(), lambda w: (w > 0).astype(float), w)
    assert found
    assert (found.parameters[0].compared, found.parameters[0].kinks) == (2, 1)
    assert "1 entry is at a kink, and not compared." in str(found)


def test_structures_and_precisions() -> None:
    arrays = list(PARAMETERS.values())
    named = lambda values: dict(zip(PARAMETERS, values, strict=True))  # noqa: E731
    assert check_gradient_function(lambda p: loss(named(p)), list(gradient(PARAMETERS).values()), arrays)
    assert check_gradient_function(
        lambda p: loss(named(p)), lambda p: tuple(gradient(named(p)).values()), tuple(arrays)
    )
    single = {name: array.astype(np.float32) for name, array in PARAMETERS.items()}

    def rounded(p: Gradients) -> np.float32:
        return np.float32(loss(p))

    assert check_gradient_function(rounded, gradient, single)
    assert not check_gradient_function(rounded, changed("W1", lambda g: -g), single)


def test_pytorch_gradients_are_checked_as_they_are() -> None:
    torch = needs("torch")

    def tensors(p: Gradients) -> list[Any]:
        return [torch.tensor(array, requires_grad=True) for array in p.values()]

    def value(p: list[Any]) -> Any:
        a = torch.tanh(torch.tanh(torch.tensor(X) @ p[0] + p[1]) @ p[2] + p[3]) @ p[4] + p[5]
        return torch.nn.functional.cross_entropy(a, torch.tensor(Y.argmax(axis=1)))

    def slopes(p: Gradients) -> Gradients:
        own = tensors(p)
        value(own).backward()
        return {name: one.grad for name, one in zip(p, own, strict=True)}

    assert check_gradient_function(lambda p: value(tensors(p)).detach(), slopes, PARAMETERS)


def test_many_entries_are_sampled() -> None:
    calls = []

    def counted(w: np.ndarray) -> float:
        calls.append(1)
        return float((w**2).sum())

    assert check_gradient_function(counted, lambda w: 2 * w, np.ones((100, 100)), entries=7).parameters[0].compared == 7
    assert len(calls) < 60


@pytest.mark.parametrize(
    ("f", "g", "at", "error", "message"),
    [
        (
            lambda w: w,
            lambda w: w,
            np.ones(3),
            TypeError,
            "f must return a number, such as a mean loss, but",
        ),
        (lambda w: None, lambda w: w, np.ones(3), TypeError, "f must return a number.* but it returned None"),
        (
            lambda w: np.nan,
            lambda w: w,
            np.ones(3),
            ValueError,
            "f must be finite near the parameters, .* nan",
        ),
        (
            loss,
            lambda p: {"W1": 0.0},
            PARAMETERS,
            TypeError,
            "must have the structure of .* W1, b1, .* got W1",
        ),
        (loss, gradient, {"W1": ["a"]}, TypeError, "at must consist of arrays of numbers; W1 has the dtype"),
    ],
)
def test_what_cannot_be_checked(f: Any, g: Any, at: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        gn.check_gradient_function(f, g, at)
