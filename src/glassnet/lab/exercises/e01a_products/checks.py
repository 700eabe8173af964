"""Checks of Exercise 1a: the results, and how often an answer accesses a single element."""

import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace, call, mistake

old = np.random.RandomState(27)  # the lesson's generator, whose numbers never change
x1, x2, W = old.randint(500, 1000, 5000), old.randint(0, 500, 5000), old.rand(3, 5000)

SHORT, OTHER, LONGER = np.array([2.0, -1.5, 0.3]), np.array([0.7, 4.0, -6.0]), np.array([5.0, 0.2, -3.0, 1.1])

SQUARE = np.array([[0.5, -2.0, 1.2], [3.1, 0.4, -0.7], [-1.6, 2.2, 0.9]])

WIDE = np.array([[0.5, -2.0, 1.2, 0.1], [3.1, 0.4, -0.7, 6.0]])

LENGTH = 200
"""The length of the counting vectors. An answer that takes this many steps accesses the elements one by one."""

LINE = np.arange(LENGTH) % 7 - 2.5

ROWS = np.arange(3 * LENGTH).reshape(3, LENGTH) % 11 - 4.5


class Counted(np.ndarray[Any, Any]):
    """An array that counts how many of its elements or subarrays are accessed from Python."""

    visits = 0

    def __getitem__(self, place: Any) -> Any:
        Counted.visits += 1
        return super().__getitem__(place)

    def __iter__(self) -> Iterator[Any]:
        Counted.visits += len(self)
        return iter(self.view(np.ndarray))


def lines_run(function: Any, *arguments: Any) -> int:
    """Return how many lines of its own file a function executes when called; a loop counts each iteration."""
    file = getattr(getattr(function, "__code__", None), "co_filename", None)
    count, before = 0, sys.gettrace()

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        if frame.f_code.co_filename != file:  # skip the lines of NumPy
            return None
        count += event == "line"
        return trace

    sys.settrace(trace)
    try:
        function(*arguments)
    finally:
        sys.settrace(before)
    return count


def steps(name: str, *arguments: Any) -> Callable[[Namespace], Any]:
    """Return an observation: whether a function uses whole arrays. Array libraries other than NumPy are accepted."""

    def observe(names: Namespace) -> Any:
        function = getattr(names, name)
        count = lines_run(function, *arguments)
        Counted.visits = 0
        try:
            function(*(argument.view(Counted) for argument in arguments))
        except Exception:  # it has run with plain arrays above; some compilers reject this subclass
            Counted.visits = 0
        return "whole array" if count < LENGTH and Counted.visits < LENGTH else "element by element"

    return observe


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Return a question and its answer, a number."""
    one, other = rng.integers(2, 9, 3), rng.integers(2, 9, 3)
    i, j = (int(place) for place in rng.permutation(3)[:2])
    return (
        f"x1 = {one.tolist()}, x2 = {other.tolist()}: what is x1 · x2 plus the number outer(x1, x2)[{i}, {j}]?",
        float(one @ other + one[i] * other[j]),
    )


ACCESS = "element access for vectors of length 200 in"

LOOP_DOT = "np.dot(x1, x2)", "sum(a * b for a, b in zip(x1, x2))"

LOOP_OUTER = "np.outer(x1, x2)", "np.array([[a * b for b in x2] for a in x1])"

LOOP_MULTIPLY = "np.multiply(x1, x2)", "np.array([a * b for a, b in zip(x1, x2)])"

LOOP_GENERAL = "np.matmul(W, x)", "np.array([sum(w * value for w, value in zip(row, x)) for row in W])"

EXERCISE = Exercise(
    number="1a",
    title="Vectorization",
    defines=("dot", "outer", "multiply", "general_dot"),
    cases=(
        Case("dot", call("dot", SHORT, OTHER)),
        Case("dot, long vectors", call("dot", x1, x2), "dot(x1, x2), 5000 integers each"),
        Case("outer", call("outer", SHORT, OTHER)),
        Case("outer, different lengths", call("outer", SHORT, LONGER)),
        Case("multiply", call("multiply", SHORT, OTHER)),
        Case("multiply, longer vectors", call("multiply", x1[:60], x2[:60])),
        Case("general_dot", call("general_dot", WIDE, LONGER)),
        Case("general_dot, square W", call("general_dot", SQUARE, OTHER)),
        Case("general_dot, long vectors", call("general_dot", W, x1), "general_dot(W, x1), W (3, 5000)"),
        Case("dot without a loop", steps("dot", LINE, LINE[::-1].copy()), f"{ACCESS} dot"),
        Case("outer without a loop", steps("outer", LINE, LINE[::-1].copy()), f"{ACCESS} outer"),
        Case("multiply without a loop", steps("multiply", LINE, LINE[::-1].copy()), f"{ACCESS} multiply"),
        Case("general_dot without a loop", steps("general_dot", ROWS, LINE), f"{ACCESS} general_dot"),
    ),
    robustness=(
        "dot without a loop",
        "outer without a loop",
        "multiply without a loop",
        "general_dot without a loop",
    ),
    mistakes=(
        mistake(
            "loops everywhere",
            "The results are correct, but all four functions loop over the elements in Python. (A for loop, a "
            "comprehension, map, Python's sum, and np.vectorize all do.) Use NumPy's operations on whole arrays: "
            "np.dot, np.outer, *, and W @ x.",
            *LOOP_DOT,
            *LOOP_OUTER,
            *LOOP_MULTIPLY,
            *LOOP_GENERAL,
        ),
        mistake(
            "dot: a loop",
            "The result is correct, but dot loops over the elements in Python. (A for loop, a comprehension, map, "
            "Python's sum, and np.vectorize all do.) For 5000 numbers, np.dot(x1, x2) is several hundred times as "
            "fast.",
            *LOOP_DOT,
        ),
        mistake(
            "outer: a loop",
            "The results are correct, but outer loops over the elements in Python. np.outer(x1, x2) computes the "
            "whole matrix at once. x1[:, None] * x2 does the same by broadcasting.",
            *LOOP_OUTER,
        ),
        mistake(
            "multiply: a loop",
            "The results are correct, but multiply loops over the elements in Python. x1 * x2 multiplies all "
            "elements at once.",
            *LOOP_MULTIPLY,
        ),
        mistake(
            "general_dot: a loop",
            "The results are correct, but general_dot loops over the elements in Python. W @ x computes all rows at "
            "once.",
            *LOOP_GENERAL,
        ),
        mistake(
            "dot: no sum",
            "dot returns the elementwise product. The dot product is the sum of these products, a single number.",
            "np.dot(x1, x2)",
            "x1 * x2",
        ),
        mistake(
            "dot: product of the sums",
            "dot sums x1 and x2 first and multiplies the two sums. Multiply first, then sum: [1, 2] · [3, 4] is 1·3 "
            "+ 2·4 = 11, not 3·7 = 21.",
            "np.dot(x1, x2)",
            "x1.sum() * x2.sum()",
        ),
        mistake(
            "dot: mean",
            "dot returns the mean of the products. The dot product is their sum: do not divide by n.",
            "np.dot(x1, x2)",
            "np.mean(x1 * x2)",
        ),
        mistake(
            "dot: truncated",
            "dot converts its result to an integer, so 2.7 becomes 2. Return the float.",
            "return np.dot(x1, x2)",
            "return int(np.dot(x1, x2))",
        ),
        mistake(
            "outer: transposed",
            "outer returns the transpose: row i should belong to x1[i], and column j to x2[j]. For shapes (3,) and "
            "(4,), the result has 3 rows and 4 columns. Use np.outer(x1, x2), or x1[:, None] * x2.",
            "np.outer(x1, x2)",
            "np.outer(x2, x1)",
        ),
        mistake(
            "outer: elementwise",
            "outer computes the elementwise product x1[i] * x2[i], which requires equal lengths. The outer product "
            "contains all pairs x1[i] * x2[j]. Use np.outer, or make x1 a column: x1[:, None] * x2.",
            "np.outer(x1, x2)",
            "x1 * x2",
        ),
        mistake(
            "outer: flattened",
            "outer returns all products, but as a one-dimensional array. Return a matrix of shape (len(x1), len(x2)).",
            "np.outer(x1, x2)",
            "np.outer(x1, x2).ravel()",
        ),
        mistake(
            "multiply: dot product",
            "multiply returns the dot product, as @ and np.dot do. The elementwise product x1 * x2 has no sum; its "
            "shape is (n,).",
            "np.multiply(x1, x2)",
            "x1 @ x2",
        ),
        mistake(
            "multiply: outer product",
            "multiply returns a matrix of shape (n, n), because one of the two vectors is a column. For the "
            "elementwise product x1 * x2, both must have shape (n,).",
            "np.multiply(x1, x2)",
            "x1[:, None] * x2",
        ),
        mistake(
            "general_dot: no sum",
            "general_dot multiplies every row by x, but does not sum: the result has the shape of W. W @ x sums "
            "along each row.",
            "np.matmul(W, x)",
            "W * x",
        ),
        mistake(
            "general_dot: sums each column",
            "general_dot sums each column, so it returns one number per column of W. Return one number per row: W @ "
            "x, or (W * x).sum(axis=1).",
            "np.matmul(W, x)",
            "(W * x).sum(axis=0)",
        ),
        mistake(
            "general_dot: a single number",
            "general_dot sums the whole matrix. Each row of W has its own sum: W @ x, or (W * x).sum(axis=1).",
            "np.matmul(W, x)",
            "(W * x).sum()",
        ),
        mistake(
            "general_dot: a column",
            "The numbers of general_dot are correct, but its shape is (m, 1). It should be (m,): remove "
            "keepdims=True or the reshape.",
            "np.matmul(W, x)",
            "np.matmul(W, x).reshape(-1, 1)",
        ),
        mistake(
            "general_dot: W transposed",
            "general_dot multiplies x by the columns of W. That fails unless W is square, and then the result is "
            "wrong. Use the rows: W @ x.",
            "np.matmul(W, x)",
            "W.T @ x",
        ),
    ),
    hints=(
        "For each product, decide what happens to the two arrays as a whole: multiply elementwise, multiply and sum, "
        "or combine all pairs. NumPy has a function for each.",
        "The elementwise product is *. For products that are summed, use np.dot or @: both work for two vectors and "
        "for a matrix and a vector. For all pairs, use np.outer, or a column (n, 1) times a row (k,).",
        "np.dot(x1, x2); np.outer(x1, x2); x1 * x2; W @ x.",
    ),
    explanation="An array stores numbers of one type next to each other in memory. So NumPy chooses the "
    "multiplication once for the whole array. The processor then handles several numbers per instruction, in an order "
    "it can predict. A Python loop creates an object for every number and chooses again each time. The number of "
    "multiplications is the same for both.",
    library="bench/vectorize.py compare",
    question="For two vectors of length 5000, NumPy is 400 times as fast as the loop for the outer product, and 300 "
    "times as fast for the dot product. The outer product writes 200 MB of 8-byte numbers. What limits its speed "
    "when the multiplications take no time?",
    quiz=quiz,
)
