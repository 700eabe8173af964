"""Typed formulas: what they compute, and that nothing else can be made of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.playground.formula import LONGEST, Formula

X, Y = np.array([0.5, -1.0, 2.0]), np.array([1.0, 3.0, -2.0])


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("x", X),
        ("2", np.full(3, 2.0)),
        ("x * y + 1", X * Y + 1),
        ("x ^ 2 - y ** 2", X**2 - Y**2),
        (" -x / 2 % 3", -X / 2 % 3),
        ("sin(3 * x) / 2 + cos(pi) * e", np.sin(3 * X) / 2 - np.e),
        ("max(x, y) - min(x, 0)", np.maximum(X, Y) - np.minimum(X, 0)),
        ("(x > 0) + (y <= 1)", (X > 0) * 1.0 + (Y <= 1)),
        ("abs(x) < 1", (np.abs(X) < 1) * 1.0),
        ("sqrt(abs(x)) + tanh(y) + sign(y) + floor(x)", np.sqrt(np.abs(X)) + np.tanh(Y) + np.sign(Y) + np.floor(X)),
    ],
)
def test_a_formula_computes_what_it_says(text: str, wanted: np.ndarray) -> None:
    np.testing.assert_allclose(Formula(text, ("x", "y"))(x=X, y=Y), wanted)


HOSTILE = [
    "__import__('os').system('true')",
    "x.__class__",
    "().__class__.__bases__[0].__subclasses__()",
    "lambda: x",
    "(lambda x: x)(1)",
    "[x for x in (1, 2)]",
    "{x: 1}",
    "x if x else y",
    "x and y",
    "not x",
    "x == y",
    "x < y < 1",
    "x @ y",
    "x << 99",
    "x // 2",
    "sin",
    "sin(x, y)",
    "sin()",
    "sin(x=x)",
    "sin(*x)",
    "max(x)",
    "min(x, y, 1)",
    "open('x')",
    "eval('1')",
    "np.sin(x)",
    "z",
    "'x'",
    "f'{x}'",
    "b'x'",
    "1j * x",
    "True",
    "None",
    "...",
    "x := 1",
    "x; y",
    "x = 1",
    "import os",
    "",
    "   ",
    "x\ny",
    "x +",
    "((x)",
    "\0",
    "x\0",
    "𝐱 + 1 if 1 else 2",
    "ｏｐｅｎ(x)",
    "x" * (LONGEST + 1),
    "x" * 10_000,
    "(" * 95 + "x" + ")" * 95 + "(",
    "x + " * 5_000 + "x",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_formula_that_is_none_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - each with words of its own
        Formula(text, ("x", "y"))


@pytest.mark.parametrize(
    "text", ["9 ^ 9 ^ 9 ^ 9", "10 ^ 10 ^ 10", "1 / 0 * x", "log(0 - 1) + x", "exp(exp(9)) * x", "0 / 0"]
)
def test_huge_powers_and_missing_values_are_value_errors_at_once(text: str) -> None:
    with pytest.raises(ValueError, match="has no finite value"):
        Formula(text, ("x", "y"))(x=X, y=Y)


def test_a_misspelled_function_is_named_with_the_closest_one() -> None:
    with pytest.raises(ValueError, match="unknown function in the formula 'sine'; did you mean 'sin'"):
        Formula("sine(x)", ("x",))


@given(st.text(max_size=LONGEST) | st.text("xy0123456789.+-*/%^()<> ,sincoexpmaxlgbt", max_size=60))
def test_any_text_is_a_formula_or_a_value_error(text: str) -> None:
    try:
        values = Formula(text, ("x", "y"))(x=X, y=Y)
    except ValueError:
        return
    assert values.shape == (3,)
    assert np.isfinite(values).all()
