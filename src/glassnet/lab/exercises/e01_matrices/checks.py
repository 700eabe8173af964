"""Checks of Exercise 1."""

import numpy as np

from glassnet.lab.exercise import Case, Exercise, call

A = np.array([[2, 1], [6, 5]])

B = np.array([[3, 4], [8, 7]])

C = np.array([[3, 4, 0], [8, 7, 9]])

TALL = [[0.5, -1.5], [2.5, 4.0], [3.0, -0.5]]


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Return a question and its answer, a number."""
    left, right = rng.integers(2, 9, (2, 2)), rng.integers(2, 9, (2, 2))
    return (
        f"A = {left.tolist()}, B = {right.tolist()}: which entry of 3Aᵀ·B is in the first row and second column?",
        float((3 * left.T @ right)[0, 1]),
    )


EXERCISE = Exercise(
    defines=("products", "twice", "twice_transposed", "thrice_transposed_times", "hadamard"),
    cases=(
        Case("A·B, written in three ways", call("products", A, B)),
        Case("A·C, written in three ways, not square", call("products", A, C)),
        Case("matrix product of lists", call("products", TALL, [[1.5, 0.2, -2.0], [0.4, -3.0, 7.0]])),
        Case("2A", call("twice", A)),
        Case("2A of a list", call("twice", TALL)),
        Case("2Aᵀ", call("twice_transposed", A)),
        Case("2Aᵀ of a list, not square", call("twice_transposed", TALL)),
        Case("3Aᵀ·B", call("thrice_transposed_times", A, B)),
        Case("3Aᵀ·C, not square", call("thrice_transposed_times", A, C)),
        Case("3Aᵀ·B of lists", call("thrice_transposed_times", TALL, [[0.3], [-1.2], [2.0]])),
        Case("A⊙B", call("hadamard", A, B)),
        Case("A⊙B of lists, not square", call("hadamard", TALL, [[4.0, 0.2], [-3.0, 1.1], [0.7, 6.0]])),
        Case("A⊙C, different shapes: ValueError", call("hadamard", A, C)),
        Case("⊙ with a row that NumPy would broadcast: ValueError", call("hadamard", C, np.array([[3, 4, 2]]))),
        Case("⊙ of a row and a column of the same size: ValueError", call("hadamard", [[3, 1, 4]], [[2], [7], [1]])),
        Case("⊙ with a column that NumPy would broadcast: ValueError", call("hadamard", [[3], [8]], C)),
    ),
    robustness=(
        "matrix product of lists",
        "2A of a list",
        "2Aᵀ of a list, not square",
        "3Aᵀ·B of lists",
        "A⊙B of lists, not square",
        "A⊙C, different shapes: ValueError",
        "⊙ with a row that NumPy would broadcast: ValueError",
        "⊙ of a row and a column of the same size: ValueError",
        "⊙ with a column that NumPy would broadcast: ValueError",
    ),
    quiz=quiz,
)
