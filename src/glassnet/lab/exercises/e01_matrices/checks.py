"""Checks of Exercise 1."""

import numpy as np

from glassnet.lab.exercise import Case, Exercise, call, mistake

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


THREE = "left @ right, np.dot(left, right), np.matmul(left, right)"

HADAMARD = "A * B"

LISTS_NOT_CONVERTED = (
    "left, right = np.asarray(A), np.asarray(B)",
    "left, right = A, B",
    "np.asarray(A) * 2",
    "A * 2",
    "A = np.asarray(A)\n",
    "\n",
    "first, second = np.asarray(A), np.asarray(B)",
    "first, second = A, B",
    "A, B = np.asarray(A), np.asarray(B)",
    "",
)

EXERCISE = Exercise(
    number="1",
    title="Matrix products",
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
    mistakes=(
        mistake(
            "lists not converted",
            "Your functions are correct for arrays, but not for lists. Lists have no @, .T, or .shape, and 2 * [[1], "
            "[2]] is [[1], [2], [1], [2]]. Convert the arguments in each function: np.asarray(A).",
            *LISTS_NOT_CONVERTED,
        ),
        mistake(
            "lists not converted, shapes not compared",
            "Your products are correct for arrays, but not for lists. Lists have no @ or .T, and 2 * [[1], [2]] is "
            "[[1], [2], [1], [2]]: convert the arguments with np.asarray(A). Also, hadamard does not compare the "
            "shapes, so NumPy broadcasts a (1, 3) row over a (2, 3) matrix. Raise ValueError if A.shape != B.shape.",
            *LISTS_NOT_CONVERTED,
            "if A.shape != B.shape:",
            "if False:",
        ),
        mistake(
            "products: all three elementwise",
            "products computes the elementwise product A⊙B: [[2, 1], [6, 5]] and [[3, 4], [8, 7]] give [[6, 4], [48, "
            "35]]. For A and C, it does not exist. The matrix product sums the products of a row and a column: @, "
            "np.dot, and np.matmul give [[14, 15], [58, 59]].",
            THREE,
            "left * right, np.multiply(left, right), left * right",
        ),
        mistake(
            "products: first elementwise",
            "The first of your three products is the elementwise product A * B. The others are matrix products. For "
            "arrays, the operator for the matrix product is @.",
            "left @ right",
            "left * right",
        ),
        mistake(
            "products: third elementwise",
            "The third of your three products is the elementwise product A * B. The others are matrix products. The "
            "third way to write the matrix product is np.matmul(A, B).",
            "np.matmul(left, right)",
            "left * right",
        ),
        mistake(
            "products: factors swapped",
            "You compute B·A. The order of the factors matters: A·B is [[14, 15], [58, 59]], but B·A is [[30, 23], "
            "[58, 43]]. C·A does not exist, because C has 3 columns and A has 2 rows.",
            THREE,
            "right @ left, np.dot(right, left), np.matmul(right, left)",
        ),
        mistake(
            "products: only one",
            "products returns one matrix. Return the same product three times, written in three ways: return A @ B, "
            "np.dot(A, B), np.matmul(A, B).",
            THREE,
            "left @ right",
        ),
        mistake(
            "products: only two",
            "products returns two matrices. There are three ways to write the product: A @ B, np.dot(A, B), and "
            "np.matmul(A, B).",
            ", np.matmul(left, right)",
            "",
        ),
        mistake(
            "twice: list not converted",
            "twice multiplies the list itself, which repeats it: 2 * [[1], [2]] is [[1], [2], [1], [2]]. Convert it "
            "to an array first: np.asarray(A).",
            "np.asarray(A) * 2",
            "A * 2",
        ),
        mistake(
            "twice: squared",
            "twice squares the entries: 5 becomes 25. 2A is A + A, so 5 becomes 10: 2 * A.",
            "np.asarray(A) * 2",
            "np.asarray(A) ** 2",
        ),
        mistake(
            "twice: transposed",
            "twice also transposes A. In 2A, every entry stays in its place. Only twice_transposed transposes.",
            "np.asarray(A) * 2",
            "np.asarray(A).T * 2",
        ),
        mistake(
            "twice_transposed: not transposed",
            "twice_transposed returns 2A, which is not transposed. 2Aᵀ of [[2, 1], [6, 5]] is [[4, 12], [2, 10]]. "
            "Use A.T.",
            "2 * A.T",
            "2 * A",
        ),
        mistake(
            "twice_transposed: not doubled",
            "twice_transposed returns Aᵀ. The factor 2 is missing.",
            "2 * A.T",
            "A.T",
        ),
        mistake(
            "twice_transposed: reshaped",
            "twice_transposed uses reshape, which changes the shape but keeps the order of the entries. The "
            "transpose swaps rows and columns: [[2, 1], [6, 5]] becomes [[2, 6], [1, 5]]. Use A.T.",
            "2 * A.T",
            "2 * A.reshape(A.shape[::-1])",
        ),
        mistake(
            "thrice_transposed_times: not transposed",
            "thrice_transposed_times computes 3A·B. The transpose is missing: use A.T @ B, which sums over the rows "
            "of A and B.",
            "first.T @ second",
            "first @ second",
        ),
        mistake(
            "thrice_transposed_times: no factor",
            "thrice_transposed_times returns Aᵀ·B. The factor 3 is missing.",
            "3 * first.T @ second",
            "first.T @ second",
        ),
        mistake(
            "thrice_transposed_times: factor 2",
            "thrice_transposed_times computes 2Aᵀ·B. The factor should be 3.",
            "3 * first.T @ second",
            "2 * first.T @ second",
        ),
        mistake(
            "thrice_transposed_times: power of 3",
            "thrice_transposed_times raises the entries of A to the power of 3: 2 becomes 8. The 3 is a factor, so 2 "
            "becomes 6: 3 * A.T.",
            "3 * first.T @ second",
            "first.T ** 3 @ second",
        ),
        mistake(
            "thrice_transposed_times: elementwise",
            "thrice_transposed_times multiplies Aᵀ and B elementwise. The dot in 3Aᵀ·B denotes the matrix product: "
            "A.T @ B.",
            "first.T @ second",
            "first.T * second",
        ),
        mistake(
            "thrice_transposed_times: product transposed",
            "thrice_transposed_times computes 3(A·B)ᵀ: it transposes the product, not only A. Transpose A first, "
            "then multiply: A.T @ B.",
            "3 * first.T @ second",
            "3 * (first @ second).T",
        ),
        mistake(
            "thrice_transposed_times: B transposed",
            "thrice_transposed_times computes 3Bᵀ·A, which is the transpose of the correct result. Transpose A "
            "instead, and put it on the left: 3 * A.T @ B.",
            "3 * first.T @ second",
            "3 * second.T @ first",
        ),
        mistake(
            "thrice_transposed_times: factors swapped",
            "thrice_transposed_times computes 3B·Aᵀ. The order of the factors matters: Aᵀ comes first.",
            "first.T @ second",
            "second @ first.T",
        ),
        mistake(
            "hadamard: matrix product",
            "hadamard computes the matrix product: [[14, 15], [58, 59]] for A and B. The Hadamard product A⊙B "
            "multiplies entries in the same position, without a sum: A * B gives [[6, 4], [48, 35]].",
            HADAMARD,
            "A @ B",
        ),
        mistake(
            "hadamard: broadcasts",
            "hadamard accepts different shapes: NumPy broadcasts a (1, 3) row over a (2, 3) matrix without an error. "
            "Compare A.shape with B.shape first, and raise ValueError if they differ.",
            "if A.shape != B.shape:",
            "if False:",
        ),
        mistake(
            "hadamard: compares only the sizes",
            "hadamard compares the number of entries. A (1, 3) row and a (3, 1) column both have 3, and NumPy "
            "broadcasts them to a (3, 3) matrix. Compare the whole shapes: A.shape != B.shape.",
            "if A.shape != B.shape:",
            "if A.size != B.size:",
        ),
        mistake(
            "hadamard: compares only the number of rows",
            "hadamard compares the number of rows. A (2, 1) column and a (2, 3) matrix both have 2 rows, and NumPy "
            "broadcasts the column. Compare the whole shapes: A.shape != B.shape.",
            "if A.shape != B.shape:",
            "if len(A) != len(B):",
        ),
        mistake(
            "hadamard: compares only the number of columns",
            "hadamard compares the number of columns. A (1, 3) row and a (2, 3) matrix both have 3 columns, and "
            "NumPy broadcasts the row. Compare the whole shapes: A.shape != B.shape.",
            "if A.shape != B.shape:",
            "if A.shape[1] != B.shape[1]:",
        ),
        mistake(
            "hadamard: no error",
            "If the shapes differ, hadamard returns None. The caller would not notice the mistake, and a printed "
            "message would not stop the program. Use raise ValueError(...).",
            'raise ValueError(f"the shapes differ: {A.shape} and {B.shape}")',
            "return None",
        ),
    ),
    hints=(
        "Lists do not compute: 2 * [1, 2] is [1, 2, 1, 2]. Convert the arguments to arrays, and write down the shape "
        "of every result before you compute it.",
        "np.asarray(A) accepts arrays and lists. The matrix product is @ (or np.dot, np.matmul), the elementwise "
        "product is *, and the transpose is A.T. In hadamard, compare the tuples A.shape and B.shape with !=.",
        "return A @ B, np.dot(A, B), np.matmul(A, B); 2 * A; 2 * A.T; 3 * A.T @ B; and "
        'if A.shape != B.shape: raise ValueError("the shapes differ"), then A * B.',
    ),
    explanation="Each entry of a matrix product is a dot product: entry (i, j) is row i of A times column j of B. "
    "Therefore the rows of A must be as long as the columns of B. Transposing A turns its columns into rows, so Aᵀ·B "
    "sums over the rows that A and B have in common. In a network, these rows are the samples or the inputs, and the "
    "sum over them is what we need. A⊙B has no sum, so both matrices must have the same shape.",
    library="network/layers.py Dense.forward",
    question="(A·B)ᵀ is Bᵀ·Aᵀ: the order of the factors is reversed. Which shapes would Aᵀ·Bᵀ have to multiply for A "
    "(2, 3) and B (3, 4)?",
    quiz=quiz,
)
