"""How Exercise 1 is checked."""

import numpy as np

from glassnet.lab.exercise import Case, Exercise, call, wrong

A = np.array([[2, 1], [6, 5]])

B = np.array([[3, 4], [8, 7]])

C = np.array([[3, 4, 0], [8, 7, 9]])

TALL = [[0.5, -1.5], [2.5, 4.0], [3.0, -0.5]]


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Ask for one number."""
    left, right = rng.integers(2, 9, (2, 2)), rng.integers(2, 9, (2, 2))
    return (
        f"A = {left.tolist()}, B = {right.tolist()}: what stands in the first row and the second column of 3Aᵀ·B?",
        float((3 * left.T @ right)[0, 1]),
    )


THREE = "left @ right, np.dot(left, right), np.matmul(left, right)"

HADAMARD = "A * B"

LISTS_AS_THEY_ARE = (
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
    title="Products of matrices",
    defines=("products", "twice", "twice_transposed", "thrice_transposed_times", "hadamard"),
    cases=(
        Case("A·B in three styles", call("products", A, B)),
        Case("A·C in three styles, not square", call("products", A, C)),
        Case("the matrix product of lists", call("products", TALL, [[1.5, 0.2, -2.0], [0.4, -3.0, 7.0]])),
        Case("2A", call("twice", A)),
        Case("2A of a list", call("twice", TALL)),
        Case("2Aᵀ", call("twice_transposed", A)),
        Case("2Aᵀ of a list, not square", call("twice_transposed", TALL)),
        Case("3Aᵀ·B", call("thrice_transposed_times", A, B)),
        Case("3Aᵀ·C, not square", call("thrice_transposed_times", A, C)),
        Case("3Aᵀ·B of lists", call("thrice_transposed_times", TALL, [[0.3], [-1.2], [2.0]])),
        Case("A⊙B", call("hadamard", A, B)),
        Case("A⊙B of lists, not square", call("hadamard", TALL, [[4.0, 0.2], [-3.0, 1.1], [0.7, 6.0]])),
        Case("A⊙C, shapes that differ", call("hadamard", A, C)),
        Case("⊙ with a row that could be stretched", call("hadamard", C, np.array([[3, 4, 2]]))),
        Case("⊙ of a row and a column of as many entries", call("hadamard", [[3, 1, 4]], [[2], [7], [1]])),
        Case("⊙ with a column that could be stretched", call("hadamard", [[3], [8]], C)),
    ),
    wrongs=(
        wrong(
            "lists as they are",
            "Your functions are right for arrays, but lists have no @, no .T and no .shape, and 2 * [[1], [2]] is "
            "[[1], [2], [1], [2]]. Begin each function with np.asarray(A).",
            *LISTS_AS_THEY_ARE,
        ),
        wrong(
            "lists as they are, and no shapes compared",
            "Your products are right for arrays. But lists have no @ and no .T, and 2 * [[1], [2]] is [[1], [2], [1], "
            "[2]]: begin each function with np.asarray(A). And hadamard does not compare the shapes, so a (1, 3) row "
            "is stretched over a (2, 3) matrix: raise ValueError where A.shape != B.shape.",
            *LISTS_AS_THEY_ARE,
            "if A.shape != B.shape:",
            "if False:",
        ),
        wrong(
            "products: all three are elementwise",
            "products multiplies entries in the same place: [[2, 1], [6, 5]] and [[3, 4], [8, 7]] give [[6, 4], [48, "
            "35]]. That is A⊙B, and A·C does not exist in this way. The matrix product adds up a row times a column: "
            "@, np.dot and np.matmul give [[14, 15], [58, 59]].",
            THREE,
            "left * right, np.multiply(left, right), left * right",
        ),
        wrong(
            "products: the first is elementwise",
            "The first of your three products is A * B, entry by entry, and the others are matrix products. For plain "
            "arrays the operator of the matrix product is @.",
            "left @ right",
            "left * right",
        ),
        wrong(
            "products: the third is elementwise",
            "The third of your three products is A * B, entry by entry, and the others are matrix products. The third "
            "style is np.matmul(A, B).",
            "np.matmul(left, right)",
            "left * right",
        ),
        wrong(
            "products: the order is exchanged",
            "You compute B·A. The order counts: A·B is [[14, 15], [58, 59]], B·A is [[30, 23], [58, 43]], and C·A "
            "does not exist at all, as 3 columns meet 2 rows.",
            THREE,
            "right @ left, np.dot(right, left), np.matmul(right, left)",
        ),
        wrong(
            "products: only one",
            "products returns one matrix. It is asked for the same product in three styles, one after the other: "
            "return A @ B, np.dot(A, B), np.matmul(A, B).",
            THREE,
            "left @ right",
        ),
        wrong(
            "products: only two",
            "products returns two matrices. There are three styles: A @ B, np.dot(A, B) and np.matmul(A, B).",
            ", np.matmul(left, right)",
            "",
        ),
        wrong(
            "twice: the list itself",
            "twice multiplies a list itself, and that repeats it: 2 * [[1], [2]] is [[1], [2], [1], [2]]. Make an "
            "array of it first: np.asarray(A).",
            "np.asarray(A) * 2",
            "A * 2",
        ),
        wrong(
            "twice: the square",
            "twice squares the entries: 5 becomes 25. 2A is A + A, so 5 becomes 10: 2 * A.",
            "np.asarray(A) * 2",
            "np.asarray(A) ** 2",
        ),
        wrong(
            "twice: transposed",
            "twice transposes A as well: 2A keeps every entry in its place. The transpose belongs into "
            "twice_transposed.",
            "np.asarray(A) * 2",
            "np.asarray(A).T * 2",
        ),
        wrong(
            "twice_transposed: not transposed",
            "twice_transposed returns 2A: rows are still rows. 2Aᵀ of [[2, 1], [6, 5]] is [[4, 12], [2, 10]]; write "
            "A.T.",
            "2 * A.T",
            "2 * A",
        ),
        wrong(
            "twice_transposed: not doubled",
            "twice_transposed returns Aᵀ; the factor 2 is missing.",
            "2 * A.T",
            "A.T",
        ),
        wrong(
            "twice_transposed: reshaped",
            "twice_transposed changes the shape, but leaves the numbers in the order in which they were written: "
            "reshape cuts the same line of numbers elsewhere. [[2, 1], [6, 5]] has to become [[2, 6], [1, 5]] before "
            "it is doubled: A.T.",
            "2 * A.T",
            "2 * A.reshape(A.shape[::-1])",
        ),
        wrong(
            "thrice_transposed_times: not transposed",
            "thrice_transposed_times computes 3A·B; the transpose is missing. A.T @ B adds up down the columns of A.",
            "first.T @ second",
            "first @ second",
        ),
        wrong(
            "thrice_transposed_times: no factor",
            "thrice_transposed_times returns Aᵀ·B; the factor 3 is missing.",
            "3 * first.T @ second",
            "first.T @ second",
        ),
        wrong(
            "thrice_transposed_times: the factor is 2",
            "thrice_transposed_times computes 2Aᵀ·B; the factor is 3.",
            "3 * first.T @ second",
            "2 * first.T @ second",
        ),
        wrong(
            "thrice_transposed_times: a power of 3",
            "thrice_transposed_times raises the entries of A to the power of 3, 2 becomes 8. The 3 is a factor, so 2 "
            "becomes 6: 3 * A.T.",
            "3 * first.T @ second",
            "first.T ** 3 @ second",
        ),
        wrong(
            "thrice_transposed_times: elementwise",
            "thrice_transposed_times multiplies Aᵀ and B entry by entry. The dot in 3Aᵀ·B is the matrix product: A.T "
            "@ B.",
            "first.T @ second",
            "first.T * second",
        ),
        wrong(
            "thrice_transposed_times: the product is transposed",
            "thrice_transposed_times transposes the product, 3(A·B)ᵀ, and not A alone. Transpose first, then multiply: "
            "A.T @ B.",
            "3 * first.T @ second",
            "3 * (first @ second).T",
        ),
        wrong(
            "thrice_transposed_times: the wrong one is transposed",
            "thrice_transposed_times computes 3Bᵀ·A, which is the right matrix transposed. A is to be transposed, and "
            "stands on the left: 3 * A.T @ B.",
            "3 * first.T @ second",
            "3 * second.T @ first",
        ),
        wrong(
            "thrice_transposed_times: the order is exchanged",
            "thrice_transposed_times computes 3B·Aᵀ. The order counts: Aᵀ stands on the left.",
            "first.T @ second",
            "second @ first.T",
        ),
        wrong(
            "hadamard: the matrix product",
            "hadamard computes the matrix product: [[14, 15], [58, 59]] for A and B. A⊙B multiplies entries in the "
            "same place and adds nothing up: A * B gives [[6, 4], [48, 35]].",
            HADAMARD,
            "A @ B",
        ),
        wrong(
            "hadamard: stretches",
            "hadamard refuses no shapes: a (1, 3) row times a (2, 3) matrix is stretched over both rows "
            "without a word. Compare A.shape with B.shape first, and raise ValueError where they differ.",
            "if A.shape != B.shape:",
            "if False:",
        ),
        wrong(
            "hadamard: compares the numbers of entries",
            "hadamard compares how many entries there are. A (1, 3) row and a (3, 1) column have 3 each, and become "
            "a (3, 3) table. Compare the whole shapes: A.shape != B.shape.",
            "if A.shape != B.shape:",
            "if A.size != B.size:",
        ),
        wrong(
            "hadamard: compares the number of rows only",
            "hadamard compares the numbers of rows: a (2, 1) column and a (2, 3) matrix have 2 rows each, and the "
            "column is stretched. Compare the whole shapes: A.shape != B.shape.",
            "if A.shape != B.shape:",
            "if len(A) != len(B):",
        ),
        wrong(
            "hadamard: compares the number of columns only",
            "hadamard compares the numbers of columns: a (1, 3) row and a (2, 3) matrix have 3 columns each, and the "
            "row is stretched. Compare the whole shapes: A.shape != B.shape.",
            "if A.shape != B.shape:",
            "if A.shape[1] != B.shape[1]:",
        ),
        wrong(
            "hadamard: no error",
            "Where the shapes differ, hadamard gives None back. A printed or missing message does not stop what comes "
            "next: raise ValueError(...).",
            'raise ValueError(f"the shapes differ: {A.shape} and {B.shape}")',
            "return None",
        ),
    ),
    hints=(
        "A list knows nothing of products: 2 * [1, 2] is [1, 2, 1, 2]. Make arrays of what you get, and write down "
        "the shape of every result before you compute it.",
        "np.asarray(A) takes arrays and lists. The matrix product is @ (or np.dot, np.matmul), the product of entries "
        "is *, the transpose is A.T. For hadamard, A.shape and B.shape are tuples, to be compared with != .",
        "return A @ B, np.dot(A, B), np.matmul(A, B); 2 * A; 2 * A.T; 3 * A.T @ B; and "
        'if A.shape != B.shape: raise ValueError("the shapes differ"), then A * B.',
    ),
    why="A matrix product is a table of dot products: entry i, j is row i of A times column j of B, so the rows of A "
    "have to be as long as the columns of B. Transposing A makes its columns the rows; that is why Aᵀ·B adds up over "
    "the rows that A and B have in common. In a network these rows are the samples or the inputs, and the sum over "
    "them is what is wanted. A⊙B adds nothing up, so it needs two tables of one shape.",
    library="network/layers.py Dense.forward",
    question="(A·B)ᵀ is Bᵀ·Aᵀ, with the order exchanged. Which shapes would Aᵀ·Bᵀ have to multiply for A (2, 3) and B "
    "(3, 4)?",
    quiz=quiz,
)
