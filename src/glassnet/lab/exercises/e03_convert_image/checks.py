"""How Exercise 3 is checked."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Names, wrong


@cache
def digits() -> Any:
    """The data set, read when it is first asked for."""
    from glassnet.data.sources import load

    return load("digits").X.astype(float)


def image_of(array: Any) -> Callable[[Names], Any]:
    """Return what converts this array; the words of an exception are replaced, because they are the learner's own."""

    def observe(names: Names) -> Any:
        try:
            return names.convert_image(array.copy())
        except ValueError as error:
            raise ValueError(f"an array of shape {array.shape} is refused").with_traceback(
                error.__traceback__
            ) from None
        except UnboundLocalError as error:
            words = f"for {array.size} numbers, what is to be returned has never been set"
            raise UnboundLocalError(words).with_traceback(error.__traceback__) from None

    return observe


def first_digit(names: Names) -> Any:
    """Return the first image."""
    return names.convert_image(digits()[0])


def two_pixels(names: Names) -> dict[str, Any]:
    """Return one pixel of the first image, and two of the sixth, which a transposed image has exchanged."""
    img_0, img_5 = (np.asarray(names.convert_image(digits()[i : i + 1])) for i in (0, 5))
    return {"img_0[3, 6]": img_0[3, 6], "img_5[4, 2]": img_5[4, 2], "img_5[2, 4]": img_5[2, 4]}


def names_the_size(names: Names) -> dict[str, bool]:
    """Return whether the words of the refusal tell the size."""
    try:
        names.convert_image(np.arange(63.0))
    except ValueError as error:
        return {"the words contain 63": "63" in str(error)}
    except UnboundLocalError:
        pass
    return {"the words contain 63": False}


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Ask for one number."""
    side, row, column = (int(rng.integers(low, high)) for low, high in ((9, 15), (2, 9), (1, 9)))
    return (
        f"A vector x of {side * side} numbers is an image, row by row; rows, columns and indices count from 0. At "
        f"which index of x is the pixel in row {row}, column {column}?",
        float(row * side + column),
    )


NOT_SQUARE = 'raise ValueError(f"{size} numbers do not fill a square image")'

LAST_STEPS = f"if side * side != size:\n        {NOT_SQUARE}\n    return X_one_image.reshape(side, side)"

EXERCISE = Exercise(
    number="3",
    title="A vector as an image",
    defines=("convert_image",),
    cases=(
        Case("64 numbers", first_digit, "convert_image(X[0]), the first of the digits"),
        Case("single pixels", two_pixels, "pixels of convert_image(X[0:1]) and convert_image(X[5:6])"),
        Case("a row of 256", image_of(np.arange(256.0)[None]), "convert_image(np.arange(256.0).reshape(1, 256))"),
        Case("other squares", image_of(np.arange(49.0)), "convert_image(np.arange(49.0))"),
        Case("no square", image_of(np.arange(63.0)), "convert_image(np.arange(63.0))"),
        Case("the refusal tells the size", names_the_size, "the words of the ValueError for 63 numbers"),
        Case("a column", image_of(np.arange(64.0)[:, None]), "convert_image(np.arange(64.0).reshape(64, 1))"),
        Case("a table", image_of(np.arange(64.0).reshape(4, 16)), "convert_image(np.arange(64.0).reshape(4, 16))"),
    ),
    wrongs=(
        wrong(
            "column by column",
            "You fill the image column by column, so it comes out mirrored at its diagonal: img[2, 4] and img[4, 2] "
            "are exchanged. The numbers lie row by row, as reshape(side, side) takes them, without order='F' and "
            "without .T.",
            "return X_one_image.reshape(side, side)",
            "return X_one_image.reshape(side, side).T",
        ),
        wrong(
            "only 64 and 256",
            "You convert 64 and 256 numbers and refuse all other sizes; 49 numbers are an image, too, of 7 × 7. "
            "Compute the side as the square root, and refuse only what side * side does not give back.",
            "if side * side != size:",
            "if size not in (64, 256):",
        ),
        wrong(
            "only 64",
            "Only 64 numbers give an image; 256 and 49 are refused, by you or by NumPy, which cannot put them into 8 "
            "rows of 8. Compute the side as the square root of the size, and write reshape(side, side).",
            "return X_one_image.reshape(side, side)",
            "return X_one_image.reshape(8, 8)",
        ),
        wrong(
            "no answer for other sizes",
            "You have answers for 64 and 256 numbers, and none for other sizes: for 49 the function gets to its "
            "return, but what it wants to return has never been set (UnboundLocalError). Compute the side as the "
            "square root of the size, and raise ValueError where there is no whole one.",
            LAST_STEPS,
            "if size in (64, 256):\n        image = X_one_image.reshape(side, side)\n    return image",
        ),
        wrong(
            "None for other sizes",
            "You have answers for 64 and 256 numbers; for other sizes nothing comes back, and whoever called goes on "
            "with None. 49 numbers are an image of 7 × 7; what is no square has to be refused: raise "
            "ValueError(...), where print or return do not stop anybody.",
            LAST_STEPS,
            "if size in (64, 256):\n        return X_one_image.reshape(side, side)",
        ),
        wrong(
            "does not refuse 63",
            "For 63 numbers nothing comes back, and whoever called goes on with None. Stop them: raise "
            "ValueError(...); a print or a return does not.",
            NOT_SQUARE,
            "return None",
        ),
        wrong(
            "prints and goes on",
            "Neither 63 numbers nor a (4, 16) array are refused: nothing comes back, and whoever called goes on with "
            "None. Stop them: raise ValueError(...); a print or a return does not.",
            NOT_SQUARE,
            "return None",
            'raise ValueError(f"one image has shape (n,) or (1, n), not {X_one_image.shape}")',
            "return None",
        ),
        wrong(
            "no image for 63",
            "For 63 numbers your function gets to its return, but what it wants to return has never been set "
            "(UnboundLocalError). Say what is wrong yourself: raise ValueError(...) where the size is no square.",
            LAST_STEPS,
            "if side * side == size:\n        image = X_one_image.reshape(side, side)\n    return image",
        ),
        wrong(
            "leaves the rest away",
            "Of 63 numbers you take the first 49 and drop the rest without a word. What is no square image has to be "
            "refused with a ValueError.",
            NOT_SQUARE,
            "X_one_image = X_one_image.ravel()[: side * side]",
        ),
        wrong(
            "fills up",
            "63 numbers come back as an image of 8 × 8, made complete with something that was not in the data. What "
            "is no square image has to be refused with a ValueError.",
            NOT_SQUARE,
            "side += 1\n        X_one_image = np.append(X_one_image, np.zeros(side * side - size))",
        ),
        wrong(
            "not square",
            "63 numbers come back as 7 rows of 9: the number of rows is the rounded root, and the columns take what "
            "is left. An image has to be square; compare side * side with the size, and raise ValueError where they "
            "differ.",
            LAST_STEPS,
            "return X_one_image.reshape(side, -1)",
        ),
        wrong(
            "a row is refused",
            "You refuse a row, (1, n), which is how X[0:1] gives one image; both (n,) and (1, n) are one. (len() of a "
            "row is 1: it counts rows. X_one_image.size counts the numbers, whatever the shape.)",
            "not in ((size,), (1, size))",
            "not in ((size,),)",
        ),
        wrong(
            "a table is taken for an image",
            "You look at how many numbers there are, and not at the shape: a (4, 16) array holds 64, but it is four "
            "rows, probably four samples. Only (n,) and (1, n) are one image; raise ValueError for other shapes.",
            "if X_one_image.shape not in ((size,), (1, size)):",
            "if False:",
        ),
        wrong(
            "a column is taken for an image",
            "You accept a column, (n, 1). One image is a vector (n,) or a row (1, n); a column holds n samples of one "
            "number each. Raise ValueError for it.",
            "((size,), (1, size))",
            "((size,), (1, size), (size, 1))",
        ),
        wrong(
            "does not tell the size",
            "You refuse 63 numbers, but the words of your error do not contain 63. Whoever reads them wants to know "
            'what came in: raise ValueError(f"{size} numbers do not fill a square image").',
            'f"{size} numbers do not fill a square image"',
            '"not a square image"',
        ),
    ),
    hints=(
        "How many numbers are there, and is that the square of a whole number? Which two shapes can one image come in?",
        "Three steps: refuse any shape but (n,) and (1, n); compute the side with math.isqrt and refuse the size where "
        "side * side is not the size; reshape. NumPy's reshape fills row by row by itself.",
        'if side * side != size: raise ValueError(f"{size} numbers do not fill a square image"), then '
        "X_one_image.reshape(side, side).",
    ),
    why="An array is one long row of numbers in memory, and a shape that says how to count through them. reshape "
    "changes only the shape: the last index runs fastest, so each side numbers in a row make one line of the image.",
    library="data/dataset.py Dataset",
    question="A fully connected network gets the 64 numbers, not the image. If all 1797 images had their pixels "
    "mixed up in the same way, would it learn better, worse, or just as well?",
    quiz=quiz,
)
