"""A drawing, a picture, or a row of the data as the network sees it: framing, activations, and what decided.

A message of type "draw" has pixels, gray values from 0 (black) to 255 row by row, with width and height; or x, a row in
its own units; or row, the number of an image of the data. The answer has

    row             (height, width), what the network gets, in the units of the data
    ink             (h, w), uint8, and also cropped and centered: the steps of the framing, ink bright; images of the
                    data's own size have none
    activations     of all columns of units, one after another
    contributions   of the pixels, and of the units of all hidden columns, to the decision: with `rests`, those of each
                    column add up to the margin z[predicted] − z[against]
    changed         (height, width): a row with few other pixels that is predicted as `against`, if it was asked for
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np

from glassnet.common import checks
from glassnet.common.arrays import AnyArray, Array
from glassnet.data.images.framing import Framing, framing
from glassnet.data.images.transforms import DrawingTransform
from glassnet.network.decision_path import DecisionPath, decision_path
from glassnet.network.passes import forward_pass
from glassnet.playground import views
from glassnet.playground.frame import Message
from glassnet.playground.pixel_change import smallest_change
from glassnet.playground.scene import Scene
from glassnet.playground.trainer import Trainer

LARGEST_SIDE = 512
"""Limit on the height and the width of a drawing, in pixels."""

MOST_PARAMETERS = 300_000
"""Networks with more parameters are not searched for a change of pixels, which needs many passes."""

DETAIL = 8
"""Pixels of the centered drawing per pixel of the row."""


@views.QUIET
def drawing(trainer: Trainer, plain: Mapping[str, Any], client: int = 0) -> Message:
    """Return the answer to a message of type "draw".

    plain: the message; besides the image, it may have `against`, the index of the class to compare with (default: the
    runner-up), `change`, whether to search for a change of pixels, and `id`, which the answer has, too. Raises
    ValueError or TypeError for a message that cannot be answered.
    """
    scene = trainer.scene
    shape = scene.train.image_shape
    if shape is None or len(shape) != 2 or not scene.is_classification:
        raise ValueError("drawings need data of grayscale images with classes, such as digits")
    row, pictures = _row_of(scene, plain)
    inputs = scene.inputs(row[None])
    output = scene.predictions(trainer.engine.predict(trainer.network, inputs))[0].astype(np.float64)  # (classes,)
    if not np.isfinite(output).all():
        raise ValueError("the network has diverged, so it predicts nothing; begin again with a lower learning rate")
    names = scene.train.class_names
    chosen = _against(output, plain.get("against"))
    path = decision_path(trainer.network, inputs[0], classes=names, against=chosen)
    predicted, runner_up = map(int, np.argsort(-output, kind="stable")[:2])
    against = runner_up if chosen is None else chosen
    contributions, rests = _contributions(trainer, path)
    arrays: dict[str, AnyArray] = {
        "row": row.reshape(shape).astype(np.float32),
        "activations": _activations(trainer, inputs),
        "contributions": contributions,
        "rests": rests,
        **pictures,
    }
    answer: dict[str, Any] = {
        "type": "drawing",
        "id": plain.get("id"),
        "output": output.tolist(),
        "predicted": predicted,
        "against": against,
        "margin": path.margin,
        "range": [float(np.min(scene.train.X)), float(np.max(scene.train.X))],
    }
    if plain.get("change") is True:
        answer["change"], changed = _change(trainer, row, against)
        arrays |= changed
    return Message(answer, arrays, client)


def _row_of(scene: Scene, plain: Mapping[str, Any]) -> tuple[Array, dict[str, AnyArray]]:
    """Return the row of a message, (features,), in the units of the data, and the steps of its framing."""
    if "row" in plain:
        at = checks.whole_number("row", plain["row"], at_least=0)
        count = len(scene.train) + len(scene.test)
        if at >= count:
            raise ValueError(f"row must be below {count:,}, the number of images, got {at:,}")
        part, at = (scene.train, at) if at < len(scene.train) else (scene.test, at - len(scene.train))
        return np.asarray(part.X[at], np.float32), {}
    if "x" in plain:
        return given_row(plain["x"], scene.train.features).astype(np.float32), {}
    framed = framing(_image(plain), DrawingTransform.fit(scene.train), "the drawing")
    return framed.row, _pictures(framed)


def given_row(x: Any, features: int) -> Array:
    """Return a row of a message, a list of numbers in their own units, (features,)."""
    if not isinstance(x, list) or len(x) != features:
        raise ValueError(f"x must be a list of {features} numbers")
    return np.array([checks.number("a number of x", one, at_least=-1e30, at_most=1e30) for one in x])


def _image(plain: Mapping[str, Any]) -> Array:
    """Return the gray values of a message, (height, width), from 0 (black) to 1 (white)."""
    width, height = (checks.whole_number(name, plain.get(name), at_least=1) for name in ("width", "height"))
    if max(width, height) > LARGEST_SIDE:
        raise ValueError(f"a drawing has at most {LARGEST_SIDE} × {LARGEST_SIDE} pixels, got {width} × {height}")
    pixels = plain.get("pixels")
    if not isinstance(pixels, list) or len(pixels) != width * height:
        got = f"{len(pixels):,} values" if isinstance(pixels, list) else type(pixels).__name__
        raise ValueError(f"pixels must be a list of width × height = {width * height:,} gray values, got {got}")
    try:
        values = np.array(pixels, np.float32)
    except (TypeError, ValueError, OverflowError):
        values = np.full(1, np.nan)
    if values.shape != (width * height,) or not ((values >= 0) & (values <= 255)).all():  # also where NaN
        raise ValueError("pixels must be gray values from 0 (black) to 255 (white)")
    return values.reshape(height, width) / np.float32(255)


def _pictures(framed: Framing) -> dict[str, AnyArray]:
    """Return the steps of a framing as images, uint8: ink, its bounding box, and the window at its final place."""
    if framed.box is None:
        return {}
    top, bottom, left, right = framed.box
    centered = framed.window(DETAIL)
    images = {"ink": framed.ink, "cropped": framed.ink[top:bottom, left:right], "centered": centered}
    return {name: (image / image.max() * 255).round().astype(np.uint8) for name, image in images.items()}


def _against(output: Array, against: Any) -> int | None:
    """Return the class to compare with, or None for the runner-up, also if it is the predicted class."""
    if against is None:
        return None
    given = checks.whole_number("against", against, at_least=0)
    if given >= len(output):
        raise ValueError(f"against must be a class from 0 to {len(output) - 1}, got {given}")
    return None if given == output.argmax() else given


def _activations(trainer: Trainer, inputs: Array) -> Array:
    """Return the activations of all columns of units, one after another, float32; inputs: (1, features)."""
    outputs, _ = forward_pass(trainer.network.operations, inputs, False, None)
    return np.concatenate([outputs[one.output][0] for one in views.drawn_layers(trainer)]).astype(np.float32)


def _contributions(trainer: Trainer, path: DecisionPath) -> tuple[Array, Array]:
    """Return the contributions of the pixels and of all hidden units, and the rest of each column, float32.

    A column of units may be several layers, such as a dense layer, a normalization, and an activation. The last of them
    is the one that the next column combines.
    """
    steps = [step.name for step in trainer.network.operations]
    starts = [steps.index(one.name) for one in views.drawn_layers(trainer)]
    columns = [path.layers[-1]]
    for first, end in itertools.pairwise(starts):
        columns.append(next(layer for layer in path.layers if layer.name in steps[first:end]))
    flat = np.concatenate([one.contributions for one in columns])
    return flat.astype(np.float32), np.array([one.rest for one in columns], np.float32)


def _change(trainer: Trainer, row: Array, target: int) -> tuple[dict[str, Any], dict[str, AnyArray]]:
    """Return what has to change to predict the target: the facts of the answer, and the changed row."""
    if (count := trainer.network.parameters.size) > MOST_PARAMETERS:
        reason = f"the network has {count:,} parameters; a change is searched for up to {MOST_PARAMETERS:,}"
        return {"found": False, "reason": reason}, {}
    found = smallest_change(trainer, row, target)
    if found is None:
        return {"found": False, "reason": "no change of pixels was found that makes the network predict it"}, {}
    facts = {"found": True, "pixels": found.pixels, "output": found.output.tolist()}
    return facts, {"changed": found.row.reshape(trainer.scene.train.image_shape).astype(np.float32)}
