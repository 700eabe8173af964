"""Checks of Exercise 3."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace, mistake


@cache
def digits() -> Any:
    """Return the pixels of the data set, loaded once."""
    from glassnet.data.sources import load

    return load("digits").X.astype(float)


def image_of(array: Any) -> Callable[[Namespace], Any]:
    """Return an observation: the image of this array. Messages of exceptions are replaced: answers may differ."""

    def observe(names: Namespace) -> Any:
        try:
            return names.convert_image(array.copy())
        except ValueError as error:
            raise ValueError(f"ValueError for an array of shape {array.shape}").with_traceback(
                error.__traceback__
            ) from None
        except UnboundLocalError as error:
            words = f"for {array.size} numbers, the variable to return has no value"
            raise UnboundLocalError(words).with_traceback(error.__traceback__) from None

    return observe


def first_digit(names: Namespace) -> Any:
    """Return the first image."""
    return names.convert_image(digits()[0])


def two_pixels(names: Namespace) -> dict[str, Any]:
    """Return one pixel of the first image and two of the sixth, which are swapped if the image is transposed."""
    img_0, img_5 = (np.asarray(names.convert_image(digits()[i : i + 1])) for i in (0, 5))
    return {"img_0[3, 6]": img_0[3, 6], "img_5[4, 2]": img_5[4, 2], "img_5[2, 4]": img_5[2, 4]}


def message_has_size(names: Namespace) -> dict[str, bool]:
    """Return whether the error message contains the size."""
    try:
        names.convert_image(np.arange(63.0))
    except ValueError as error:
        return {"the error message contains 63": "63" in str(error)}
    except UnboundLocalError:
        pass
    return {"the error message contains 63": False}


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Return a question and its answer, a number."""
    side, row, column = (int(rng.integers(low, high)) for low, high in ((9, 15), (2, 9), (1, 9)))
    return (
        f"A vector x of {side * side} numbers is a square image in row-major order. Rows, columns, and indices count "
        f"from 0. At which index of x is the pixel in row {row}, column {column}?",
        float(row * side + column),
    )


NOT_SQUARE = 'raise ValueError(f"{size} numbers do not fill a square image")'

LAST_STEPS = f"if side * side != size:\n        {NOT_SQUARE}\n    return X_one_image.reshape(side, side)"

EXERCISE = Exercise(
    number="3",
    title="Reshaping a vector into an image",
    defines=("convert_image",),
    cases=(
        Case("64 numbers", first_digit, "convert_image(X[0]), the first digit"),
        Case("single pixels", two_pixels, "pixels of convert_image(X[0:1]) and convert_image(X[5:6])"),
        Case(
            "one row of 256 numbers",
            image_of(np.arange(256.0)[None]),
            "convert_image(np.arange(256.0).reshape(1, 256))",
        ),
        Case("another square size", image_of(np.arange(49.0)), "convert_image(np.arange(49.0))"),
        Case("not a square number: ValueError", image_of(np.arange(63.0)), "convert_image(np.arange(63.0))"),
        Case("the error message contains the size", message_has_size, "the message of the ValueError for 63 numbers"),
        Case(
            "a column: ValueError", image_of(np.arange(64.0)[:, None]), "convert_image(np.arange(64.0).reshape(64, 1))"
        ),
        Case(
            "a matrix: ValueError",
            image_of(np.arange(64.0).reshape(4, 16)),
            "convert_image(np.arange(64.0).reshape(4, 16))",
        ),
    ),
    robustness=(
        "not a square number: ValueError",
        "the error message contains the size",
        "a column: ValueError",
        "a matrix: ValueError",
    ),
    mistakes=(
        mistake(
            "column-major order",
            "You fill the image column by column, so it is transposed: img[2, 4] and img[4, 2] are swapped. The "
            "numbers are in row-major order, which is the default of reshape(side, side). Remove order='F' and .T.",
            "return X_one_image.reshape(side, side)",
            "return X_one_image.reshape(side, side).T",
        ),
        mistake(
            "only 64 and 256",
            "You accept 64 and 256 numbers and reject all other sizes. 49 numbers are an image of 7 × 7, too. "
            "Compute the side as the square root of the size, and raise ValueError only if side * side is not the "
            "size.",
            "if side * side != size:",
            "if size not in (64, 256):",
        ),
        mistake(
            "only 64",
            "Your function works only for 64 numbers. 256 and 49 raise an error, from you or from NumPy, which "
            "cannot reshape them to (8, 8). Compute the side as the square root of the size: reshape(side, side).",
            "return X_one_image.reshape(side, side)",
            "return X_one_image.reshape(8, 8)",
        ),
        mistake(
            "no value for other sizes",
            "You set the result only for 64 and 256 numbers. For 49, the function returns a variable that has no "
            "value (UnboundLocalError). Compute the side as the square root of the size, and raise ValueError if the "
            "size is not a square number.",
            LAST_STEPS,
            "if size in (64, 256):\n        image = X_one_image.reshape(side, side)\n    return image",
        ),
        mistake(
            "None for other sizes",
            "You return an image only for 64 and 256 numbers. For other sizes the function returns None, and the "
            "caller continues with it. 49 numbers are an image of 7 × 7. If the size is not a square number, use "
            "raise ValueError(...), because print or return does not stop the program.",
            LAST_STEPS,
            "if size in (64, 256):\n        return X_one_image.reshape(side, side)",
        ),
        mistake(
            "None for 63",
            "For 63 numbers, the function returns None, and the caller continues with it. Use raise ValueError(...), "
            "because print or return does not stop the program.",
            NOT_SQUARE,
            "return None",
        ),
        mistake(
            "None instead of errors",
            "For 63 numbers and for a (4, 16) array, the function returns None, and the caller continues with it. "
            "Use raise ValueError(...), because print or return does not stop the program.",
            NOT_SQUARE,
            "return None",
            'raise ValueError(f"one image has shape (n,) or (1, n), not {X_one_image.shape}")',
            "return None",
        ),
        mistake(
            "no value for 63",
            "For 63 numbers, the function returns a variable that has no value (UnboundLocalError). Raise your own "
            "error if the size is not a square number: raise ValueError(...).",
            LAST_STEPS,
            "if side * side == size:\n        image = X_one_image.reshape(side, side)\n    return image",
        ),
        mistake(
            "drops numbers",
            "You use the first 49 of 63 numbers and drop the rest. Raise ValueError if the size is not a square "
            "number.",
            NOT_SQUARE,
            "X_one_image = X_one_image.ravel()[: side * side]",
        ),
        mistake(
            "pads with zeros",
            "You pad 63 numbers to an image of 8 × 8 with a value that is not in the data. Raise ValueError if the "
            "size is not a square number.",
            NOT_SQUARE,
            "side += 1\n        X_one_image = np.append(X_one_image, np.zeros(side * side - size))",
        ),
        mistake(
            "not square",
            "You reshape 63 numbers to 7 rows of 9: the rows are the rounded square root, and the columns are what "
            "remains. An image must be square. Raise ValueError if side * side is not the size.",
            LAST_STEPS,
            "return X_one_image.reshape(side, -1)",
        ),
        mistake(
            "rejects a row",
            "You reject a row (1, n), which is the shape of X[0:1]. Accept both (n,) and (1, n). Note that len() of "
            "a row is 1, because it counts the rows; X_one_image.size counts the numbers for any shape.",
            "not in ((size,), (1, size))",
            "not in ((size,),)",
        ),
        mistake(
            "accepts a matrix",
            "You check the number of entries but not the shape. A (4, 16) array has 64 entries, but it has four "
            "rows, which are probably four samples. Only (n,) and (1, n) are one image: raise ValueError for other "
            "shapes.",
            "if X_one_image.shape not in ((size,), (1, size)):",
            "if False:",
        ),
        mistake(
            "accepts a column",
            "You accept a column (n, 1), which is n samples of one number each. One image is a vector (n,) or a row "
            "(1, n): raise ValueError for a column.",
            "((size,), (1, size))",
            "((size,), (1, size), (size, 1))",
        ),
        mistake(
            "no size in the message",
            "You raise ValueError for 63 numbers, but the message does not contain 63. The caller needs to know the "
            'size: raise ValueError(f"{size} numbers do not fill a square image").',
            'f"{size} numbers do not fill a square image"',
            '"not a square image"',
        ),
    ),
    hints=(
        "How many numbers are there, and is that a square number? Which two shapes can one image have?",
        "Three steps: raise ValueError for any shape except (n,) and (1, n). Compute the side with math.isqrt, and "
        "raise ValueError if side * side is not the size. Then reshape: NumPy uses row-major order by default.",
        'if side * side != size: raise ValueError(f"{size} numbers do not fill a square image"), then '
        "X_one_image.reshape(side, side).",
    ),
    explanation="In memory, an array is one sequence of numbers, plus a shape that describes how to index it. reshape "
    "changes only the shape. The last index changes fastest, so every s consecutive numbers form one row of the "
    "image, where s is the side.",
    library="data/dataset.py Dataset",
    question="A fully connected network receives the 64 numbers, not the image. Suppose the pixels of all 1797 "
    "images were shuffled in the same way. Would the network learn better, worse, or equally well?",
    quiz=quiz,
)
