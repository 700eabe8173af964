"""What Python's own error messages mean, for those who meet them for the first time."""

from __future__ import annotations

import re

ADVICE: tuple[tuple[str, str], ...] = (
    (r"bitwise_xor|for \^:", "^ is no power in Python: x to the power of 2 is x**2"),
    (r"NoneType", "something is None that should be a value: is there a function without a return?"),
    (r"name '(np|plt|math|random)' is not defined", "the import is missing, such as `import numpy as np`"),
    (r"^name '(\w+)' is not defined", "no line before this one has set that name; is it spelled so elsewhere, too?"),
    (r"referenced before assignment|not associated with a value", "that name is set only further down, or in an if"),
    (
        r"for (-|/|\*\*|/|unary -).*'list'|multiply sequence by non-int",
        "a list does not compute; make an array of it first: np.asarray(x, dtype=float)",
    ),
    (
        r"'(list|tuple)' object has no attribute '(shape|T|ndim|size|astype|sum|max|mean|reshape|copy)'",
        "a list is no array; make one first: np.asarray(x, dtype=float)",
    ),
    (
        r"(only (length-1|size-1|0-dimensional) arrays|must be real number, not (list|ndarray))",
        "that function takes one number at a time, as those of math do; np.exp, np.log, ... take whole arrays",
    ),
    (
        r"truth value of an array",
        "an if, and, or, max() wants one answer, and an array has one for each entry; compare whole arrays, with "
        "np.where or np.maximum, or ask for .any() or .all()",
    ),
    (
        r"[Cc]annot cast ufunc .* to dtype\('u?int",
        "the array holds whole numbers, and floats cannot be written into it; make it one of floats first",
    ),
    (r"list assignment index out of range", "a list has only the places it was made with; append, or begin it longer"),
    (r"list index out of range", "the list is shorter than that; the last place of a list of n is n - 1"),
    (r"operands could not be broadcast", "these two shapes do not fit; print both .shape before that line"),
    (
        r"matmul: Input operand|shapes .* not aligned",
        "in A @ B the columns of A have to be as many as the rows of B; print both .shape before that line",
    ),
    (r"cannot reshape array", "the new shape has room for another number of entries"),
    (r"EOF when reading a line", "input() asks somebody at the keyboard, and the checks are nobody: use what is given"),
    (r"No module named", "that is not installed here, nor a file beside yours"),
    (
        r"takes \d+ positional arguments? but|missing \d+ required|unexpected keyword",
        "its arguments are as the text has them",
    ),
    (r"maximum recursion depth", "the function calls itself without an end"),
    (r"read-only", "that array is only lent; make a copy before writing: x.copy()"),
)
"""A pattern in the message of an exception, and what to tell; the first that fits."""


def advice_on(message: str) -> str:
    """Return what an exception's words mean, "" where nothing is known.

    >>> advice_on("unsupported operand type(s) for ^: 'float' and 'int'")
    '^ is no power in Python: x to the power of 2 is x**2'
    >>> advice_on("the sky is falling")
    ''
    """
    return next((words for pattern, words in ADVICE if re.search(pattern, message)), "")
