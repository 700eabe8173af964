"""Checks of Exercise 1a: the results, and how often an answer accesses a single element."""

import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace, call

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


EXERCISE = Exercise(
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
    quiz=quiz,
)
