"""Explanations of Python's error messages for beginners."""

from __future__ import annotations

import re

NONE = "NoneType"
"""Pattern of messages about a value that is None."""

ADVICE: tuple[tuple[str, str], ...] = (
    (r"bitwise_xor|for \^:", "in Python, ^ is not a power: write x**2 for the square of x"),
    (
        r"'NoneType' object is not (iterable|reversible|subscriptable)|object of type 'NoneType' has no len",
        "a list is None: list.reverse(), list.sort(), and list.append() change a list and return None; otherwise check "
        "that every function has a return statement",
    ),
    (NONE, "a value is None; check that every function has a return statement"),
    (r"name '(np|plt|math|random)' is not defined", "an import is missing, such as `import numpy as np`"),
    (r"^name '(\w+)' is not defined", "the variable is used before it is assigned; check the spelling of its name"),
    (
        r"referenced before assignment|not associated with a value",
        "the variable is used before it is assigned, or it is assigned only inside an if",
    ),
    (
        r"for (-|/|\*\*|/|unary -).*'list'|multiply sequence by non-int",
        "lists do not support arithmetic; convert to an array first: np.asarray(x, dtype=float)",
    ),
    (
        r"'(list|tuple)' object has no attribute '(shape|T|ndim|size|astype|sum|max|mean|reshape|copy)'",
        "a list is not an array; convert it first: np.asarray(x, dtype=float)",
    ),
    (
        r"(only (length-1|size-1|0-dimensional) arrays|must be real number, not (list|ndarray))",
        "functions of math take a single number; np.exp, np.log, ... take whole arrays",
    ),
    (
        r"truth value of an array",
        "if, and, or, and max() need a single True or False, but an array has one per entry; compare whole arrays with "
        "np.where or np.maximum, or call .any() or .all()",
    ),
    (
        r"[Cc]annot cast ufunc .* to dtype\('u?int",
        "an integer array cannot hold floats; create the array with dtype=float",
    ),
    (r"list assignment index out of range", "assigning does not extend a list; append, or create it with full length"),
    (
        r"tuple index out of range",
        "a shape has one entry per axis, so an array of shape (h, w) has no shape[2]; the last index of a tuple of "
        "length n is n - 1",
    ),
    (
        r"'float' object cannot be interpreted as an integer|only integers, slices|indices must be integers",
        "sizes and indices have to be integers: use // instead of /, math.isqrt instead of math.sqrt, or int(...)",
    ),
    (r"list index out of range", "the list is too short; the last index of a list of length n is n - 1"),
    (r"operands could not be broadcast", "the two shapes do not match; print both .shape before that line"),
    (
        r"matmul: Input operand|shapes .* not aligned",
        "A @ B needs as many columns in A as rows in B; print both .shape before that line",
    ),
    (r"cannot reshape array", "the new shape has a different number of entries"),
    (r"EOF when reading a line", "input() cannot be used in tests; use the arguments of the function"),
    (r"No module named", "the module is neither installed nor next to your file"),
    (
        r"takes \d+ positional arguments? but|missing \d+ required|unexpected keyword",
        "the parameters should be those of the exercise",
    ),
    (r"maximum recursion depth", "the function calls itself without end"),
    (r"read-only", "the array is read-only; copy it before writing: x.copy()"),
)
"""Pattern in an exception's message, and advice; the first match is used."""


def advice_on(message: str, none: str = "") -> str:
    """Return advice on an exception's message, "" if there is none. none: which arguments of the function are None.

    >>> advice_on("unsupported operand type(s) for ^: 'float' and 'int'")
    'in Python, ^ is not a power: write x**2 for the square of x'
    >>> advice_on("the sky is falling")
    ''
    """
    if none and re.search(NONE, message):
        return f"a value is None: {none}; if it is another value, check that every function has a return statement"
    return next((advice for pattern, advice in ADVICE if re.search(pattern, message)), "")
