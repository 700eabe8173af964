"""Formulas of x and y that users type: parsed, checked against a list of what is allowed, and evaluated with NumPy."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from glassnet.common import specs
from glassnet.common.arrays import Array

LONGEST = 200
"""Limit on the characters of a formula."""

FUNCTIONS: dict[str, Callable[..., Array]] = {
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "tanh": np.tanh,
    "sign": np.sign,
    "floor": np.floor,
    "min": np.minimum,
    "max": np.maximum,
}
ARGUMENTS = {"min": 2, "max": 2}
"""Number of arguments of each function, if it is not 1."""

CONSTANTS = {"pi": np.pi, "e": np.e}
OPERATORS: dict[type[ast.AST], Callable[..., Array]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


@dataclass(frozen=True)
class Formula:
    """A checked formula.

    text: as typed. variables: the names that it may use.

    >>> Formula("sin(x) + y ^ 2", ("x", "y"))(x=np.zeros(2), y=np.array([1.0, 2.0]))
    array([1., 4.])
    >>> Formula("sine(x)", ("x",))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    ValueError: unknown function in the formula 'sine'; did you mean 'sin'? known: ...
    """

    text: str
    variables: tuple[str, ...]

    def __post_init__(self) -> None:
        _check(self.tree(), self.variables)

    def __call__(self, **values: Array) -> Array:
        """Return the values of the formula, of the shape of the variables, which are arrays of equal shape.

        Raises ValueError if one of them is not finite.
        """
        some = next(iter(values.values()))
        with np.errstate(all="ignore"):
            result = np.broadcast_to(np.asarray(_value(self.tree(), values), np.float64), some.shape)
        wrong = np.flatnonzero(~np.isfinite(result))
        if len(wrong):
            where = ", ".join(f"{name} = {array.ravel()[wrong[0]]:.3g}" for name, array in values.items())
            raise ValueError(f"the formula {self.text!r} has no finite value at {where}")
        return np.array(result)

    def tree(self) -> ast.expr:
        """Return the expression."""
        if len(self.text) > LONGEST:
            raise ValueError(f"a formula has at most {LONGEST} characters, got {len(self.text)}")
        try:
            return ast.parse(self.text.strip().replace("^", "**"), mode="eval").body
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            raise ValueError(f"cannot read the formula {self.text!r}; write it like sin(2 * x) + 0.5") from None


def _check(node: ast.AST, variables: tuple[str, ...]) -> None:
    """Raise ValueError if a part of the formula is not one of the numbers, names, functions, and operators."""
    match node:
        case ast.Constant(value=int() | float()) if not isinstance(node.value, bool):
            return
        case ast.Name(id=name):
            if name not in (*variables, *CONSTANTS):
                raise specs.unknown("variable in the formula", name, (*variables, *CONSTANTS))
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            if name not in FUNCTIONS:
                raise specs.unknown("function in the formula", name, FUNCTIONS)
            if len(arguments) != ARGUMENTS.get(name, 1):
                raise ValueError(f"{name} takes {ARGUMENTS.get(name, 1)} in a formula, got {len(arguments)} arguments")
            for one in arguments:
                _check(one, variables)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            _check(left, variables)
            _check(right, variables)
        case ast.UnaryOp(op=op, operand=operand) if type(op) in OPERATORS:
            _check(operand, variables)
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in OPERATORS:
            _check(left, variables)
            _check(right, variables)
        case _:
            shown = ast.unparse(node) if isinstance(node, ast.expr) else type(node).__name__
            raise ValueError(
                f"a formula cannot have {shown!r}; it has numbers, {', '.join(variables)}, pi, e, + - * / % ^ < >, and "
                f"{', '.join(FUNCTIONS)}"
            )


def _value(node: ast.AST, values: Mapping[str, Array]) -> Array:
    """Return the value of a checked formula; numbers are float64, so that a power is never an endless integer."""
    match node:
        case ast.Constant(value=value):
            return np.asarray(value, np.float64)
        case ast.Name(id=name):
            return values[name] if name in values else np.asarray(CONSTANTS[name])
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return FUNCTIONS[name](*(_value(one, values) for one in arguments))
        case ast.BinOp(left=left, op=op, right=right) | ast.Compare(left=left, ops=[op], comparators=[right]):
            return np.asarray(OPERATORS[type(op)](_value(left, values), _value(right, values)), np.float64)
        case ast.UnaryOp(op=op, operand=operand):
            return np.asarray(OPERATORS[type(op)](_value(operand, values)))
    raise AssertionError(f"unchecked {node}")
