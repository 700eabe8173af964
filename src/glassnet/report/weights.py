"""The weights of a model as one picture: the first layer as images, and a histogram of every array."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray, Array
from glassnet.common.files import atomic_file
from glassnet.model import Model
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from glassnet.report.png import is_image_shape, weight_image

MOST_UNITS = 64
"""Maximum number of units of the first layer that are drawn as images."""

MOST_ARRAYS = 48
"""Maximum number of histograms."""

COLUMNS, TILES = 4, 16
"""Histograms and images per row."""

WIDTH, HISTOGRAM, MARGIN = 10.0, 1.7, 0.5
"""Width of the picture, height of a row of histograms, and space for a heading, in inches."""

BINS = 50
COLOR, MUTED = "#2b9ba0", "#59636e"


def save_weights(model: Model, path: Path) -> None:
    """Write the weights of a model's first network to a PNG file.

    Raises ValueError if the file has another ending.
    """
    if path.suffix.lower() != ".png":
        raise ValueError(f"weights are drawn to a .png file, got {path}")
    from matplotlib.figure import Figure

    network = model.networks[0]
    shape = None if model.image_transform is None else model.image_transform.image_shape
    tiles = tiles_of(network, shape)
    arrays = list(network.named_parameters().items())[:MOST_ARRAYS]
    rows = -(-len(arrays) // COLUMNS)
    images = 0.0 if tiles is None else MARGIN + WIDTH * 0.96 * tiles.picture.shape[0] / tiles.picture.shape[1]
    height = images + MARGIN + rows * HISTOGRAM
    figure = Figure(figsize=(WIDTH, height), dpi=120)
    which = f" of network 0 of {len(model.networks)}" if len(model.networks) > 1 else ""
    if tiles is not None:
        _draw_tiles(figure, tiles, network, which, height)
    top = 1 - images / height
    _heading(figure, 1 - (images + 0.28) / height, f"Histograms of the parameters{which}", _omitted(network))
    for i, (name, values) in enumerate(arrays):
        left, line = i % COLUMNS, i // COLUMNS
        bottom = top - (MARGIN + (line + 1) * HISTOGRAM - 0.45) / height
        axes = figure.add_axes((0.025 + 0.25 * left, bottom, 0.2, (HISTOGRAM - 0.85) / height))
        _histogram(axes, name, values)
    with atomic_file(path) as temporary:
        figure.savefig(temporary, format="png", facecolor="white")


def _omitted(network: Network) -> str:
    count = len(network.named_parameters()) - MOST_ARRAYS
    return f"the first {MOST_ARRAYS} of {count + MOST_ARRAYS} arrays" if count > 0 else ""


def _heading(figure: Any, y: float, text: str, note: str) -> None:
    figure.text(0.02, y, text, fontsize=11, fontweight="bold", va="center")
    figure.text(0.98, y, note, fontsize=9, color=MUTED, va="center", ha="right")


def _shown_units(W: Array) -> AnyArray:
    """Return the units with the largest weights, (k,); W: (inputs, units)."""
    return np.argsort(-np.linalg.norm(W, axis=0), kind="stable")[:MOST_UNITS]


@dataclass(frozen=True)
class Tiles:
    """Images of units in one picture, RGBA or RGB, and the column and row of pixels where each unit's begins."""

    picture: AnyArray
    places: dict[int, tuple[int, int]]


def tiles_of(network: Network, shape: tuple[int, ...] | None) -> Tiles | None:
    """Return the first layer's weights with an image per unit, None if its inputs, of this shape, are no image."""
    if shape is None or not is_image_shape(shape) or not isinstance(network.layers[0], Dense):
        return None
    W = network.named_parameters()[f"{network.names[0]}.W"]  # (inputs, units)
    units = _shown_units(W)
    largest = float(np.quantile(np.abs(W[:, units]), 0.995))
    height, width = shape[:2]
    gap, line = max(1, width // 10), max(2, height // 5)
    columns = min(TILES, max(TILES // 2, len(units)))
    rows = -(-len(units) // columns)
    depth = 4 if len(shape) == 2 else 3
    empty = 0 if depth == 4 else 255
    picture = np.full((rows * (height + line), columns * (width + gap) - gap, depth), empty, np.uint8)
    places = {}
    for i, unit in enumerate(units.tolist()):
        top, left = line + i // columns * (height + line), i % columns * (width + gap)
        places[unit] = left, top
        picture[top : top + height, left : left + width] = weight_image(W[:, unit], shape, largest)
    return Tiles(picture, places)


def _draw_tiles(figure: Any, tiles: Tiles, network: Network, which: str, height: float) -> None:
    units = network.layers[0].output_width(network.inputs)
    order = "largest first" if units <= MOST_UNITS else f"the {MOST_UNITS} of {units} with the largest weights"
    note = f"{order}; " + ("blue-green: positive, red-brown: negative" if tiles.picture.shape[2] == 4 else "gray: zero")
    _heading(figure, 1 - 0.28 / height, f"Input weights of the units of {network.names[0]}{which}", note)
    share = WIDTH * 0.96 * tiles.picture.shape[0] / tiles.picture.shape[1] / height
    axes = figure.add_axes((0.02, 1 - 0.5 / height - share, 0.96, share))
    axes.imshow(tiles.picture, interpolation="nearest", aspect="equal")
    for unit, (left, top) in tiles.places.items():
        axes.text(left - 0.5, top - 0.7, str(unit), fontsize=6, color=MUTED, va="bottom")
    axes.set_axis_off()


def _histogram(axes: Any, name: str, values: Array) -> None:
    """Draw a histogram of an array, with its shape, mean, and standard deviation."""
    numbers = values.ravel().astype(np.float64)
    finite = numbers[np.isfinite(numbers)]
    text = f"mean {finite.mean():.3g}, std {finite.std():.3g}" if len(finite) else "no finite numbers"
    if len(finite) < len(numbers):
        text += f", {len(numbers) - len(finite)} not finite"
    if len(finite):
        limit = float(np.abs(finite).max()) or 1.0
        axes.hist(finite, BINS, range=(-limit, limit), color=COLOR)
        axes.set_xlim(-limit, limit)
        axes.set_xticks([-limit, 0, limit], [f"−{limit:.2g}", "0", f"{limit:.2g}"], fontsize=7)
    axes.axvline(0, color="#8c959f", linewidth=0.6)
    axes.set_yticks([])
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.set_title(f"{name}  {values.shape}", fontsize=8, loc="left", pad=13)
    axes.text(0, 1.04, text, transform=axes.transAxes, fontsize=7, color=MUTED)
