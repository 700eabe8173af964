"""gn.Watch: each illness of a training loop is found, and healthy loops have no finding."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.lab import original_notebook
from helpers.needs import needs

DATA = gn.load("digits")
X, Y = DATA.X / 16, gn.one_hot(DATA.y)
Arrays = dict[str, np.ndarray]


@dataclass
class Loop:
    """A hand-written loop: 64-20-10, ReLU, softmax with cross entropy, SGD; and where it differs."""

    learning_rate: float = 0.1
    steps: int = 200
    start: Callable[[Arrays], Arrays] = lambda p: p
    logits: Callable[[np.ndarray], np.ndarray] = lambda z: z
    gradient: Callable[[Arrays], dict[str, Any]] = lambda g: g
    update: Callable[[Arrays, dict[str, Any], float], None] = field(
        default=lambda p, g, rate: p.update({name: p[name] - rate * g[name] for name in p})
    )
    loss: Callable[[float], float] = lambda loss: loss
    scale: float = 1.0
    penalty: float = 0.0
    is_accumulated: bool = False
    is_rebuilt: bool = False
    dtype: str = "float64"
    classes: int = 10

    def parameters(self, rng: np.random.Generator) -> Arrays:
        drawn = {
            "W1": rng.normal(0, math.sqrt(2 / 64), (64, 20)),
            "b1": np.zeros(20),
            "W2": rng.normal(0, math.sqrt(1 / 20), (20, 10)),
            "b2": np.zeros(10),
        }
        return self.start({name: one.astype(self.dtype) for name, one in drawn.items()})

    def run(self, watch: gn.Watch) -> list[str]:
        """The names of the rules that have a finding."""
        rng = np.random.default_rng(0)
        p, g = self.parameters(rng), dict[str, Any]()
        for _ in range(self.steps):
            if self.is_rebuilt:
                p = self.parameters(rng)
            rows = rng.choice(len(X), 32, replace=False)
            x, y = (self.scale * X[rows]).astype(self.dtype), Y[rows].astype(self.dtype)
            with np.errstate(all="ignore"):
                z1 = x @ p["W1"] + p["b1"]
                a1 = np.maximum(z1, 0)
                z2 = self.logits(a1 @ p["W2"] + p["b2"])
                e = np.exp(z2 - z2.max(axis=1, keepdims=True))
                a2 = e / e.sum(axis=1, keepdims=True)
                loss = float(-np.log(a2[y == 1]).mean())
                d2 = (a2 - y) / 32
                d1 = d2 @ p["W2"].T * (z1 > 0)
                new = self.gradient({"W1": x.T @ d1, "b1": d1.sum(axis=0), "W2": a1.T @ d2, "b2": d2.sum(axis=0)})
                new = {n: one + self.penalty * p[n] if self.penalty else one for n, one in new.items()}
                g = {n: g.get(n, 0) + one for n, one in new.items()} if self.is_accumulated else new
                self.update(p, g, self.learning_rate)
            watch(p, g, self.loss(loss))
        return [one.rule for one in watch.findings()]


@dataclass
class Regression:
    """Linear regression by gradient descent, from zeros, on 100 rows with noise: a batch, or all of them."""

    learning_rate: float
    rows: int = 100
    momentum: float = 0.0
    classes: None = None

    def run(self, watch: gn.Watch) -> list[str]:
        """The names of the rules that have a finding."""
        rng = np.random.default_rng(0)
        X = rng.normal(size=(100, 5))
        y = X @ rng.normal(size=5) + rng.normal(size=100)
        w = v = np.zeros((5, 1))
        for _ in range(200):
            rows = rng.choice(100, self.rows, replace=False)
            error = X[rows] @ w - y[rows, None]
            g = 2 * X[rows].T @ error / self.rows
            v = self.momentum * v + g
            w = w - self.learning_rate * v
            watch({"w": w}, {"w": g}, np.mean(error**2))
        return [one.rule for one in watch.findings()]


def against(p: Arrays, g: dict[str, Any], rate: float) -> None:
    """Steps down the gradient of all arrays, but up that of W1."""
    p.update({name: p[name] - (-rate if name == "W1" else rate) * g[name] for name in p})


def decay(factor: float) -> Callable[[Arrays, dict[str, Any], float], None]:
    return lambda p, g, rate: p.update({name: p[name] - rate * (g[name] + factor * p[name]) for name in p})


def sign_steps(p: Arrays, g: dict[str, Any], rate: float) -> None:
    """The first step of Adam, in every step."""
    p.update({name: p[name] - 0.003 * g[name] / (np.abs(g[name]) + 1e-8) for name in p})


def changed(name: str, change: Callable[[np.ndarray], Any]) -> Callable[[Arrays], dict[str, Any]]:
    return lambda values: values | {name: change(values[name])}


def dead(p: Arrays) -> Arrays:
    p["b1"][:12] = -100
    return p


ILLNESSES: dict[str, tuple[Loop | Regression, str, str]] = {
    "gradient of one array never computed": (Loop(gradient=changed("W1", np.zeros_like)), "zero gradient", "W1"),
    "all gradients zero": (
        Loop(gradient=lambda g: {n: 0 * one for n, one in g.items()}),
        "zero gradient",
        "W1, b1, W2, b2",
    ),
    "δ is one number": (Loop(gradient=changed("b1", lambda g: np.full_like(g, g.sum()))), "one number", "b1"),
    "update not stored": (Loop(update=lambda p, g, rate: None), "unchanged parameters", "W1, b1, W2, b2"),
    "one array not updated": (
        Loop(update=lambda p, g, rate: p.update({n: p[n] - rate * g[n] for n in ("b1", "W2", "b2")})),
        "unchanged parameters",
        "W1",
    ),
    "equal weights": (Loop(start=lambda p: {n: np.full_like(one, 0.1) for n, one in p.items()}), "equal units", "W1"),
    "a sum over all axes": (Loop(gradient=changed("b2", np.sum)), "shape of a gradient", "b2"),
    "learning rate far too high": (Loop(learning_rate=5), "dead units", "b1"),
    "learning rate far too low": (Loop(learning_rate=1e-6), "learning rate", "W"),
    "wrong sign": (Loop(learning_rate=-0.003), "wrong sign", "update"),
    "overflow": (Loop(learning_rate=1e200), "not finite", "loss"),
    "NaN in the data": (Loop(scale=np.nan), "not finite", "loss"),
    "NaN in one gradient": (Loop(gradient=changed("W2", lambda g: g * np.nan), steps=1), "not finite", "W2"),
    "large biases": (Loop(start=changed("b2", lambda b: b + 12 * np.eye(10)[0])), "first loss", "loss"),
    "the loss is a sum": (Loop(loss=lambda loss: 32 * loss), "first loss", "loss"),
    "the loss is divided twice": (Loop(loss=lambda loss: loss / 32), "first loss", "loss"),
    "vanishing": (Loop(gradient=changed("W1", lambda g: 1e-6 * g)), "vanishing gradient", "W1"),
    "exploding": (Loop(gradient=changed("W2", lambda g: 1e-6 * g)), "exploding gradient", "W1"),
    "dead units": (Loop(start=dead), "dead units", "b1"),
    "the loss of other numbers": (Loop(loss=lambda loss: 2.25), "constant loss", "loss"),
    "dW += without a zero": (Loop(is_accumulated=True, learning_rate=0.01), "accumulated gradient", "gradient"),
    "dW += with a high rate": (Loop(is_accumulated=True, learning_rate=0.5), "accumulated gradient", "gradient"),
    "weight decay of 3": (Loop(update=decay(3)), "weight decay", "W1, W2"),
    "weight decay of 0.3": (Loop(update=decay(0.3)), "weight decay", "W1, W2"),
    "penalty far larger than the loss": (
        Loop(penalty=1.0),
        "weight decay",
        "W1, W2",
    ),
    "weights drawn in every step": (Loop(is_rebuilt=True), "rebuilt parameters", "W1, W2"),
    "Adam built in every step": (Loop(update=sign_steps), "rebuilt optimizer", "update"),
    "one array goes up": (Loop(update=against, learning_rate=0.02), "wrong sign", "W1"),
    "to and fro on all rows": (Regression(0.7), "learning rate", "update"),
    "to and fro on batches": (Regression(0.65, rows=50), "learning rate", "update"),
    "rounded away": (
        Loop(dtype="float32", gradient=lambda g: {n: np.float32(1e-9) * one for n, one in g.items()}),
        "learning rate",
        "W1, W2",
    ),
    "vanishing below rounding": (
        Loop(dtype="float32", gradient=changed("W1", lambda g: np.float32(1e-8) * g)),
        "vanishing gradient",
        "W1",
    ),
}


@pytest.mark.parametrize(("loop", "rule", "subject"), ILLNESSES.values(), ids=ILLNESSES)
def test_an_illness_is_found_and_only_it(loop: Loop | Regression, rule: str, subject: str) -> None:
    watch = gn.Watch(classes=loop.classes)
    assert set(loop.run(watch)) == {rule}
    found = watch.findings()[0]
    assert found.subject.startswith(subject)
    assert found.message in str(watch)
    assert found.advice in str(watch)


def test_the_loop_of_the_original_notebook() -> None:
    X, classes = original_notebook.standardized_digits()
    W, B = original_notebook.initial_weights()
    watch = gn.Watch(classes=10)
    for i in range(100):
        y = np.eye(10)[:, [classes[i]]]
        a, z = original_notebook.forward(X[[i]].T, W, B)
        dW, db = original_notebook.notebook_gradients(y, a, z, W)
        for number in range(1, 4):
            W[number], B[number] = W[number] - 0.01 * dW[number], B[number] - 0.01 * db[number]
        names = ("W1", "B1", "W2", "B2", "W3", "B3")
        parameters, gradients = ([one for pair in zip(*both, strict=True) for one in pair]
                                 for both in ((W[1:], B[1:]), (dW[1:], db[1:])))  # fmt: skip
        watch(dict(zip(names, parameters, strict=True)), gradients, -np.log(a[-1][classes[i], 0]))
    shapes, zero = watch.findings()
    assert shapes.rule == "shape of a gradient"
    assert "(64, 1) for W1 (64, 6), () for B1 (6, 1), (6, 1) for W2 (6, 5)" in shapes.message
    assert zero.rule == "zero gradient"
    assert zero.subject == "W1, B1, W2, B2, W3, B3"
    assert "All gradients are zero, but for rounding errors of at most" in zero.message
    assert "is δ summed to one number (the errors of softmax add up to 0)" in zero.advice


HEALTHY: dict[str, Loop | Regression] = {
    "sgd": Loop(),
    "small learning rate": Loop(learning_rate=0.003),
    "large learning rate": Loop(learning_rate=0.5),
    "few steps": Loop(steps=5),
    "many steps": Loop(steps=1500),
    "standardized-like inputs": Loop(scale=3.0, learning_rate=0.03),
    "small start": Loop(start=changed("W1", lambda W: 0.1 * W)),
    "head of zeros": Loop(start=changed("W2", np.zeros_like)),
    "usual weight decay": Loop(update=decay(1e-3), steps=1000),
    "usual penalty": Loop(penalty=1e-3, steps=1000),
    "regression until the minimum": Regression(0.3),
    "regression beyond the minimum, and back": Regression(0.45),
    "regression on batches": Regression(0.1, rows=16),
    "momentum": Regression(0.02, rows=16, momentum=0.9),
    "momentum on all rows": Regression(0.02, momentum=0.9),
}


@pytest.mark.parametrize("loop", HEALTHY.values(), ids=HEALTHY)
def test_a_healthy_loop_has_no_finding(loop: Loop | Regression) -> None:
    watch = gn.Watch(classes=loop.classes)
    assert loop.run(watch) == []
    assert str(watch).endswith(": nothing is wrong with the loop")


def test_arrays_of_jax_and_the_ready_made_watch() -> None:
    jax = needs("jax")
    W = jax.numpy.arange(6.0).reshape(3, 2) ** 2
    for _ in range(30):
        watch = gn.watch([W], [W + 1], jax.numpy.sum(W))
    assert [one.rule for one in watch.findings()] == ["unchanged parameters"]
    assert watch.findings()[0].subject == "parameter 0"
    watch.reset()
    assert watch.findings() == []


def test_few_steps_are_examined_and_large_arrays_are_sampled() -> None:
    watch, rng = gn.Watch(), np.random.default_rng(0)
    W = rng.normal(size=(500, 500))
    for _ in range(1000):
        watch([W], [W], 1.0)
    assert str(watch).startswith("1,000 steps, 20 of them examined")


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (([np.zeros(3)],), TypeError, "watch needs gradients, since the parameters have no attribute `grad`"),
        (([np.zeros(3)], []), ValueError, "watch got 1 parameters and 0 gradients; pass one for each"),
        ((3, 4), TypeError, "watch needs a list or a dict of arrays, got int"),
    ],
)
def test_what_cannot_be_watched(arguments: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        gn.Watch()(*arguments)


def test_another_loop_needs_a_reset() -> None:
    watch = gn.Watch()
    watch({"W": np.ones(3)}, {"W": np.ones(3)})
    with pytest.raises(ValueError, match=r"the parameters are not those of the steps before; call reset\(\)"):
        watch({"V": np.ones(3)}, {"V": np.ones(3)})
    with pytest.raises(ValueError, match="classes must be"):
        gn.Watch(classes=1)


def test_biases_in_a_column_are_no_weights() -> None:
    """As in the course: W (outputs, inputs), b (outputs, 1). A rate far too low is found beside biases of 0."""
    watch, rng = gn.Watch(), np.random.default_rng(0)
    p = {"W1": rng.normal(size=(5, 8)), "b1": np.zeros((5, 1)), "W2": rng.normal(size=(3, 5)), "b2": np.zeros((3, 1))}
    for _ in range(60):
        g = {name: rng.normal(size=array.shape) for name, array in p.items()}
        p = {name: array - 1e-8 * g[name] for name, array in p.items()}
        watch(p, g, 1.0 + 1e-3 * rng.random())
    assert [one.rule for one in watch.findings()] == ["learning rate"]


def regression(watch: gn.Watch, outputs_of: Callable[[np.ndarray], np.ndarray], every: int = 1) -> None:
    """Linear regression from zeros, with a step at every `every`th batch."""
    rng = np.random.default_rng(0)
    w, total = np.zeros((4, 1)), np.zeros((4, 1))
    for step in range(120):
        x = rng.normal(size=(64, 4))
        y = x @ [1.0, -2.0, 0.5, 0.0] + 0.1 * rng.normal(size=64)
        a = x @ w  # (64, 1)
        total += 2 * x.T @ (a - y[:, None]) / 64 / every
        g = total.copy()
        if step % every == every - 1:
            w = w - 0.05 * total
            total[:] = 0
        watch({"w": w}, {"w": g}, np.mean((a[:, 0] - y) ** 2), outputs=outputs_of(a), targets=y)


@pytest.mark.parametrize("every", [1, 4, 16])
def test_right_code_with_weights_of_zero_has_no_finding(every: int) -> None:
    watch = gn.Watch()
    regression(watch, lambda a: a, every)
    assert watch.findings() == []


def test_softmax_regression_from_zeros_has_no_finding() -> None:
    watch, W = gn.Watch(classes=10), np.zeros((64, 10))
    rng = np.random.default_rng(0)
    for _ in range(150):
        rows = rng.choice(len(X), 64, replace=False)
        e = np.exp(X[rows] @ W)
        a = e / e.sum(axis=1, keepdims=True)
        dW = X[rows].T @ (a - Y[rows]) / 64
        W = W - 0.5 * dW
        watch({"W": W}, {"W": dW}, -np.log(a[Y[rows] == 1]).mean(), outputs=a, targets=DATA.y[rows])
    assert watch.findings() == []


def test_labels_of_other_rows() -> None:
    watch, rng = gn.Watch(classes=10), np.random.default_rng(0)
    W = rng.normal(0, 0.1, (64, 10))
    for _ in range(300):
        rows = rng.choice(len(X), 256, replace=False)
        y = Y[rng.choice(len(X), 256)]
        e = np.exp(X[rows] @ W)
        a = e / e.sum(axis=1, keepdims=True)
        dW = X[rows].T @ (a - y) / 256
        W = W - 0.05 * dW
        watch({"W": W}, {"W": dW}, -np.log(a[y == 1]).mean())
    assert [one.rule for one in watch.findings()] == ["flat loss"]


def test_gradients_belong_to_parameters_by_name() -> None:
    watch, p = gn.Watch(), {"W": np.ones((3, 2)) * [1, 2], "b": np.zeros(2)}
    for _ in range(30):
        g = {"b": np.array([0.1, 0.2]), "W": np.full((3, 2), 0.0)}
        p = {name: p[name] - 0.01 * g[name] for name in p}
        watch(p, g, 1.0)
    (found,) = watch.findings()
    assert (found.rule, found.subject) == ("zero gradient", "W")


@pytest.mark.parametrize("targets", [np.full(8, -100), np.array(["a"] * 8), np.zeros(0), np.full(8, np.nan)])
def test_strange_targets_do_not_stop_a_training(targets: np.ndarray) -> None:
    watch = gn.Watch()
    watch([np.ones((2, 3))], [np.ones((2, 3))], 1.0, outputs=np.full((8, 3), 1 / 3), targets=targets)
    assert watch.findings() == []
