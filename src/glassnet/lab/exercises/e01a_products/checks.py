"""How Exercise 1a is checked: by the numbers, and by counting how often an answer takes an element by itself."""

import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Names, call, wrong

old = np.random.RandomState(27)  # the generator of the lesson, whose numbers stay what they are
x1, x2, W = old.randint(500, 1000, 5000), old.randint(0, 500, 5000), old.rand(3, 5000)

SHORT, OTHER, LONGER = np.array([2.0, -1.5, 0.3]), np.array([0.7, 4.0, -6.0]), np.array([5.0, 0.2, -3.0, 1.1])

SQUARE = np.array([[0.5, -2.0, 1.2], [3.1, 0.4, -0.7], [-1.6, 2.2, 0.9]])

WIDE = np.array([[0.5, -2.0, 1.2, 0.1], [3.1, 0.4, -0.7, 6.0]])

MANY = 200
"""How many elements the counted vectors have; an answer that takes this many steps goes through them one by one."""

LINE = np.arange(MANY) % 7 - 2.5

ROWS = np.arange(3 * MANY).reshape(3, MANY) % 11 - 4.5


class Counted(np.ndarray[Any, Any]):
    """An array that counts how many of its elements, or parts, are handed to Python."""

    visits = 0

    def __getitem__(self, place: Any) -> Any:
        Counted.visits += 1
        return super().__getitem__(place)

    def __iter__(self) -> Iterator[Any]:
        Counted.visits += len(self)
        return iter(self.view(np.ndarray))


def lines_run(function: Any, *arguments: Any) -> int:
    """Return how many lines of its own file a function runs when it is called, turns of loops included."""
    file = getattr(getattr(function, "__code__", None), "co_filename", None)
    count, before = 0, sys.gettrace()

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        if frame.f_code.co_filename != file:  # lines of NumPy are not the learner's
            return None
        count += event == "line"
        return trace

    sys.settrace(trace)
    try:
        function(*arguments)
    finally:
        sys.settrace(before)
    return count


def steps(name: str, *arguments: Any) -> Callable[[Names], Any]:
    """Return an observation: whether a function takes its arguments whole. Other arrays than NumPy's are forgiven."""

    def observe(names: Names) -> Any:
        function = getattr(names, name)
        count = lines_run(function, *arguments)
        Counted.visits = 0
        try:
            function(*(argument.view(Counted) for argument in arguments))
        except Exception:  # plain arrays went through above; some compilers refuse this kind of array
            Counted.visits = 0
        return "all at once" if count < MANY and Counted.visits < MANY else "element by element"

    return observe


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Ask for one number."""
    one, other = rng.integers(2, 9, 3), rng.integers(2, 9, 3)
    i, j = (int(place) for place in rng.permutation(3)[:2])
    return (
        f"x1 = {one.tolist()}, x2 = {other.tolist()}: what is x1 · x2 plus the number outer(x1, x2)[{i}, {j}]?",
        float(one @ other + one[i] * other[j]),
    )


WHOLE = "with vectors of 200 numbers: how the elements are visited in"

LOOP_DOT = "np.dot(x1, x2)", "sum(a * b for a, b in zip(x1, x2))"

LOOP_OUTER = "np.outer(x1, x2)", "np.array([[a * b for b in x2] for a in x1])"

LOOP_MULTIPLY = "np.multiply(x1, x2)", "np.array([a * b for a, b in zip(x1, x2)])"

LOOP_GENERAL = "np.matmul(W, x)", "np.array([sum(w * value for w, value in zip(row, x)) for row in W])"

EXERCISE = Exercise(
    number="1a",
    title="Without loops",
    defines=("dot", "outer", "multiply", "general_dot"),
    cases=(
        Case("dot", call("dot", SHORT, OTHER)),
        Case("dot of the long vectors", call("dot", x1, x2), "dot(x1, x2), 5000 whole numbers each"),
        Case("outer", call("outer", SHORT, OTHER)),
        Case("outer of different lengths", call("outer", SHORT, LONGER)),
        Case("multiply", call("multiply", SHORT, OTHER)),
        Case("multiply of longer vectors", call("multiply", x1[:60], x2[:60])),
        Case("general_dot", call("general_dot", WIDE, LONGER)),
        Case("general_dot with a square W", call("general_dot", SQUARE, OTHER)),
        Case("general_dot of the long vectors", call("general_dot", W, x1), "general_dot(W, x1), W (3, 5000)"),
        Case("dot without a loop", steps("dot", LINE, LINE[::-1].copy()), f"{WHOLE} dot"),
        Case("outer without a loop", steps("outer", LINE, LINE[::-1].copy()), f"{WHOLE} outer"),
        Case("multiply without a loop", steps("multiply", LINE, LINE[::-1].copy()), f"{WHOLE} multiply"),
        Case("general_dot without a loop", steps("general_dot", ROWS, LINE), f"{WHOLE} general_dot"),
    ),
    wrongs=(
        wrong(
            "loops everywhere",
            "The numbers are right, but all four functions go through the elements in Python (for, a comprehension, "
            "map, Python's sum and np.vectorize all do). Use what NumPy has for whole arrays: np.dot, np.outer, *, "
            "and W @ x.",
            *LOOP_DOT,
            *LOOP_OUTER,
            *LOOP_MULTIPLY,
            *LOOP_GENERAL,
        ),
        wrong(
            "dot: a loop",
            "The number is right, but dot goes through the elements in Python (for, a comprehension, map, Python's "
            "sum and np.vectorize all do). For 5000 numbers np.dot is some hundred times faster: np.dot(x1, x2).",
            *LOOP_DOT,
        ),
        wrong(
            "outer: a loop",
            "The numbers are right, but outer goes through the elements of a vector in Python. np.outer(x1, x2) makes "
            "the whole table at once; x1[:, None] * x2 does the same by broadcasting.",
            *LOOP_OUTER,
        ),
        wrong(
            "multiply: a loop",
            "The numbers are right, but multiply goes through the elements in Python. x1 * x2 multiplies all of them "
            "at once.",
            *LOOP_MULTIPLY,
        ),
        wrong(
            "general_dot: a loop",
            "The numbers are right, but general_dot goes through the elements of the rows in Python. W @ x computes "
            "all rows at once.",
            *LOOP_GENERAL,
        ),
        wrong(
            "dot: not added up",
            "dot returns the products, one for each place. The dot product is their sum, one number.",
            "np.dot(x1, x2)",
            "x1 * x2",
        ),
        wrong(
            "dot: the product of the sums",
            "dot adds up x1 and x2 first and multiplies the two sums. [1, 2] · [3, 4] is 1·3 + 2·4 = 11, and not 3·7 "
            "= 21: multiply first, then add up.",
            "np.dot(x1, x2)",
            "x1.sum() * x2.sum()",
        ),
        wrong(
            "dot: the mean",
            "dot returns the mean of the products. The dot product is their sum; do not divide by their number.",
            "np.dot(x1, x2)",
            "np.mean(x1 * x2)",
        ),
        wrong(
            "dot: cut off",
            "dot makes a whole number of its result: 2.7 becomes 2. Return it as it is.",
            "return np.dot(x1, x2)",
            "return int(np.dot(x1, x2))",
        ),
        wrong(
            "outer: transposed",
            "outer has rows and columns exchanged: row i belongs to x1[i], column j to x2[j], so (3,) and (4,) make a "
            "table of 3 rows and 4 columns. Write np.outer(x1, x2), or x1[:, None] * x2.",
            "np.outer(x1, x2)",
            "np.outer(x2, x1)",
        ),
        wrong(
            "outer: elementwise",
            "outer multiplies x1[i] with x2[i] only, which needs two vectors of one length. It is asked for all pairs, "
            "x1[i] * x2[j]: stand x1 upright, x1[:, None] * x2, or call np.outer.",
            "np.outer(x1, x2)",
            "x1 * x2",
        ),
        wrong(
            "outer: flat",
            "outer has all products, but in one long line. Give them back as a table of shape (len(x1), len(x2)).",
            "np.outer(x1, x2)",
            "np.outer(x1, x2).ravel()",
        ),
        wrong(
            "multiply: added up",
            "multiply adds the products up, which @ and np.dot do. x1 * x2 leaves them one by one, (n,).",
            "np.multiply(x1, x2)",
            "x1 @ x2",
        ),
        wrong(
            "multiply: a table",
            "multiply returns a table of shape (n, n): one of the two vectors stands upright. Elementwise means place "
            "by place: x1 * x2, both (n,).",
            "np.multiply(x1, x2)",
            "x1[:, None] * x2",
        ),
        wrong(
            "general_dot: not added up",
            "general_dot multiplies every row with x, but does not add the row up: the result has the shape of W. W @ "
            "x adds each row up.",
            "np.matmul(W, x)",
            "W * x",
        ),
        wrong(
            "general_dot: added up down the columns",
            "general_dot adds up each column, so there is one number per column of W. It is asked for one per row: "
            "W @ x, or (W * x).sum(axis=1).",
            "np.matmul(W, x)",
            "(W * x).sum(axis=0)",
        ),
        wrong(
            "general_dot: one number",
            "general_dot adds up the whole table. Every row of W has a sum of its own: W @ x, or (W * x).sum(axis=1).",
            "np.matmul(W, x)",
            "(W * x).sum()",
        ),
        wrong(
            "general_dot: a column",
            "The numbers of general_dot are right, but they stand in a column, (m, 1). It is asked for (m,): leave out "
            "keepdims=True and the reshape.",
            "np.matmul(W, x)",
            "np.matmul(W, x).reshape(-1, 1)",
        ),
        wrong(
            "general_dot: W transposed",
            "general_dot multiplies x with the columns of W. That fails unless W is square, and gives other numbers "
            "if it is. It is asked for the rows: W @ x.",
            "np.matmul(W, x)",
            "W.T @ x",
        ),
    ),
    hints=(
        "For each product, say what happens to two arrays as a whole: multiplied place by place, multiplied and added "
        "up, or all pairs. NumPy has a function for each.",
        "Elementwise is *. Added up is np.dot or @, for vectors as well as for a matrix and a vector. All pairs is "
        "np.outer, or a column (n, 1) times a row (k,).",
        "np.dot(x1, x2); np.outer(x1, x2); x1 * x2; W @ x.",
    ),
    why="An array holds numbers of one type side by side in memory. So NumPy decides once what a multiplication is, "
    "and the processor then takes several numbers per instruction, in an order it can foresee. A loop in Python makes "
    "an object of every number and decides every time. The number of multiplications is the same for both.",
    library="bench/vectorize.py compare",
    question="The outer product of two vectors of 5000 gained a factor of 400, the dot product 300. An outer product "
    "of 8-byte numbers writes 200 MB. What limits its speed when no time goes into the multiplications?",
    quiz=quiz,
)
