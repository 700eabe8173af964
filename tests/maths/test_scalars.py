"""Scalars: values, gradients, and higher derivatives, on examples with known derivatives."""

import math
import operator
from collections.abc import Callable
from typing import Any

import jax
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.maths.scalars import Scalar, scalar

# The examples of the notebook, and the rules that backpropagation needs: f and its derivative.
EXAMPLES: dict[str, tuple[Callable[[Any], Any], Callable[[float], float]]] = {
    "x²": (lambda x: x**2, lambda x: 2 * x),
    "x³": (lambda x: x**3, lambda x: 3 * x**2),
    "ln x": (lambda x: x.log(), lambda x: 1 / x),
    "eˣ": (lambda x: x.exp(), math.exp),
    "2x² + 3x + b": (lambda x: 2 * x**2 + 3 * x + 7, lambda x: 4 * x + 3),
    "constant": (lambda x: scalar(5.0), lambda x: 0.0),
    "x": (lambda x: x, lambda x: 1.0),
    "chain": (lambda x: (3 * x + 1) ** 2, lambda x: 6 * (3 * x + 1)),
    "product": (lambda x: x * x.exp(), lambda x: (1 + x) * math.exp(x)),
    "quotient": (lambda x: 1 / (1 + x), lambda x: -1 / (1 + x) ** 2),
    "sigmoid": (lambda x: x.sigmoid(), lambda x: math.exp(-x) / (1 + math.exp(-x)) ** 2),
    "tanh": (lambda x: x.tanh(), lambda x: 1 / math.cosh(x) ** 2),
    "relu": (lambda x: x.relu(), lambda x: float(x > 0)),
    "abs": (lambda x: abs(-x), lambda x: math.copysign(1, x)),
    "√x": (lambda x: x.sqrt(), lambda x: 0.5 / math.sqrt(x)),
    "sin": (lambda x: x.sin(), math.cos),
    "cos": (lambda x: x.cos(), lambda x: -math.sin(x)),
    "erf": (lambda x: x.erf(), lambda x: 2 / math.sqrt(math.pi) * math.exp(-x * x)),
    "eˣ − 1": (lambda x: x.expm1(), math.exp),
    "ln(1 + x)": (lambda x: x.log1p(), lambda x: 1 / (1 + x)),
    "2ˣ": (lambda x: 2**x, lambda x: math.log(2) * 2**x),
    "xˣ": (lambda x: x**x, lambda x: x**x * (math.log(x) + 1)),
    "x⁰": (lambda x: x**0, lambda x: 0.0),
    "5 − x": (lambda x: 5 - x - 1, lambda x: -1.0),
}
by_example = pytest.mark.parametrize(("f", "slope"), EXAMPLES.values(), ids=EXAMPLES)


@pytest.mark.parametrize("at", [0.3, 2.0])
@by_example
def test_derivatives_are_those_of_the_rules(f: Any, slope: Any, at: float) -> None:
    x = scalar(at)
    y = f(x)
    y.backward()
    assert x.grad == pytest.approx(slope(at), rel=1e-12)
    assert y.derivative(x).value == pytest.approx(slope(at), rel=1e-12)


@by_example
def test_second_derivatives_are_slopes_of_the_first(f: Any, slope: Any) -> None:
    x, step = scalar(0.7), 1e-6
    expected = (slope(0.7 + step) - slope(0.7 - step)) / (2 * step)
    assert f(x).derivative(x).derivative(x).value == pytest.approx(expected, rel=1e-7, abs=1e-7)


def test_a_scalar_that_is_used_twice_adds_up_its_gradients() -> None:
    a = scalar(1.5)
    b = a + a
    c = b + b
    c.backward()
    assert (c.value, b.grad, a.grad) == (6.0, 2.0, 4.0)
    c.backward()  # gradients are replaced, not added to those of the call before
    assert a.grad == 4.0


def test_a_shared_result_is_visited_after_everything_computed_from_it() -> None:
    a = scalar(2.0)
    b = a * a
    y = b * (b + a).exp() + a.log() * b
    y.backward()
    assert a.grad == pytest.approx(
        float(jax.grad(lambda a: a**2 * jax.numpy.exp(a**2 + a) + jax.numpy.log(a) * a**2)(2.0))
    )


@pytest.mark.parametrize("operation", [operator.add, operator.sub, operator.mul, operator.truediv])
@given(a=st.floats(-4, 4), b=st.floats(0.5, 4), are_scalars=st.sampled_from([(1, 1), (1, 0), (0, 1)]))
def test_arithmetic_is_that_of_numbers(operation: Any, a: float, b: float, are_scalars: tuple[int, int]) -> None:
    x, y = (scalar(v) if is_scalar else v for v, is_scalar in zip((a, b), are_scalars, strict=True))
    assert operation(x, y).value == operation(a, b)
    assert (x < y, x <= y, x > y, x >= y, x == y) == (a < b, a <= b, a > b, a >= b, a == b)


def test_chains_of_many_operations() -> None:
    x = y = scalar(1.0)
    for _ in range(50_000):
        y = y * 1.00001 + 0.0
    y.backward()
    assert x.grad == pytest.approx(1.00001**50_000)
    assert y.derivative(x).value == x.grad


def test_the_fifth_derivative() -> None:
    x = scalar(0.3)
    y = x.sin()
    for _ in range(5):
        y = y.derivative(x)
    assert y.value == pytest.approx(math.cos(0.3), rel=1e-12)


def test_numpy_computes_with_arrays_of_scalars() -> None:
    x = np.array([scalar(0.5), scalar(0.3)])
    w = np.array([[1.0, -1.0], [2.0, 0.5]])
    np.maximum(np.tanh(x @ w), 0).sum().backward()
    assert [one.grad for one in x] == pytest.approx(
        jax.grad(lambda x: jax.numpy.maximum(jax.numpy.tanh(x @ w), 0).sum())(np.array([0.5, 0.3])).tolist(), rel=1e-6
    )
    assert isinstance(np.float32(2) * scalar(3.0), Scalar)


def test_names_and_texts() -> None:
    assert repr(scalar(2, name="a")) == "scalar(2.0, name='a')"
    assert repr(scalar(2.0) + 1) == "scalar(3.0)"
    assert len({scalar(1.0), scalar(1.0)}) == 2


@pytest.mark.parametrize(
    ("compute", "error", "message"),
    [
        (lambda: scalar("2"), TypeError, "a scalar is made from a number, got '2'"),  # type: ignore[arg-type]
        (lambda: scalar(-1.0).log(), ValueError, "'log' of -1.0 is not a real number"),
        (lambda: scalar(1.0) / 0, ValueError, "'/' of 1.0 and 0.0 is not a real number"),
        (lambda: scalar(-8.0) ** (1 / 3), ValueError, "'^0.333333' of -8.0 is not a real number"),
        (lambda: scalar(0.0).sqrt().backward(), ValueError, "sqrt has no finite derivative at 0.0"),
        (lambda: scalar(1.0) + "a", TypeError, "unsupported operand"),
        (lambda: scalar(1.0) ** "a", TypeError, "unsupported operand"),
        (lambda: scalar(1.0) < "a", TypeError, "'<' not supported between instances of"),
    ],
)
def test_what_cannot_be_computed(compute: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        compute()
    assert message in str(caught.value)


def test_large_values_become_infinite() -> None:
    assert scalar(1000.0).exp().value == math.inf
    assert (scalar(-1000.0).sigmoid().value, scalar(1000.0).sigmoid().value) == (0.0, 1.0)
