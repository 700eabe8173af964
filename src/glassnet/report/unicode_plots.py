"""Plots and images of Unicode characters, for terminals: ▁▂▃▄▅▆▇█ for a curve, ▀ in two colors for two pixels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from glassnet.common.arrays import AnyArray
from glassnet.training.history import History

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

BARS = "▁▂▃▄▅▆▇█"
LONGEST = 48
"""Maximum number of characters of a sparkline."""

SHORTEST, BESIDE = 8, 34
"""Minimum width of a plot, and the columns next to it."""

LOG_FROM = 10
"""A loss that falls by more than this factor is plotted on a logarithmic scale."""

SMALL, LARGEST = 12, 28
"""Images with sides up to SMALL pixels are enlarged twofold; those above LARGEST are downsized."""


def shows_blocks(console: Console) -> bool:
    """Return whether the terminal can display block characters, which needs a Unicode encoding."""
    return console.encoding.lower().replace("-", "").startswith("utf") and not console.legacy_windows


def shows_pictures(console: Console) -> bool:
    """Return whether the terminal can display images: it needs 256 colors, and NO_COLOR must not be set."""
    colors = console.color_system in ("256", "truecolor") and not console.no_color
    return shows_blocks(console) and console.is_terminal and not console.is_dumb_terminal and colors


def sparkline(values: npt.ArrayLike, low: float, high: float, width: int) -> str:
    """Return a curve as one line of at most `width` characters, each for the mean of a range of values.

    low, high: values of the lowest and the highest character. Infinite values and NaN are blank.

    >>> sparkline([4.0, 3.0, 2.0, 1.0, 1.0, 1.0], 1.0, 4.0, 3)
    '▇▂▁'
    """
    numbers = np.asarray(values, dtype=np.float64)
    parts = np.array_split(numbers, min(width, len(numbers)))
    means = np.array([part.mean() for part in parts])
    steps = (means - low) / ((high - low) or 1.0) * len(BARS)
    return "".join(BARS[min(max(int(step), 0), len(BARS) - 1)] if np.isfinite(step) else " " for step in steps)


def loss_lines(history: History, width: int) -> Text:
    """Return the training and validation losses as sparklines on the same scale, with first and last values."""
    from rich.text import Text

    columns = {"training": history.column("loss"), "validation": history.column("valid_loss")}
    curves = {label: np.array(values, float) for label, values in columns.items() if values and values[0] is not None}
    finite = np.concatenate([values[np.isfinite(values)] for values in curves.values()] or [np.zeros(0)])
    room = min(LONGEST, width - BESIDE)
    if not finite.size or room < SHORTEST:
        return Text()
    is_log = finite.min() > 0 and finite.max() > LOG_FROM * finite.min()
    text = Text("\nloss\n" if not is_log else "\nloss (logarithmic)\n", "bold")
    low, high = (np.log(ends) if is_log else ends for ends in (finite.min(), finite.max()))
    for label, values in curves.items():
        numbers = f"{values[0]:.4g} → {values[-1]:.4g}"
        with np.errstate(all="ignore"):
            drawn = sparkline(np.log(values) if is_log else values, low, high, room)
        text.append(f"  {label:<10}  ", "not bold dim")
        text.append(drawn, "not bold cyan" if label == "validation" or len(curves) == 1 else "not bold")
        text.append(f"  {numbers}\n", "not bold")
    text.rstrip()
    return text


def picture(pixels: AnyArray) -> list[Text]:
    """Return an image, (height, width) or (height, width, 3) uint8, as lines of ▀.

    The foreground color is the upper pixel, the background color the lower one.
    """
    from PIL import Image
    from rich.color import Color
    from rich.style import Style
    from rich.text import Text

    image = Image.fromarray(pixels).convert("RGB")
    if max(image.size) <= SMALL:
        image = image.resize((2 * image.width, 2 * image.height), Image.Resampling.NEAREST)
    image.thumbnail((LARGEST, LARGEST))
    colors = np.asarray(image)
    if len(colors) % 2:  # the last line has only upper halves
        colors = np.concatenate([colors, colors[-1:]])
    lines = []
    for upper, lower in zip(colors[::2].tolist(), colors[1::2].tolist(), strict=True):
        line = Text()
        for above, below in zip(upper, lower, strict=True):
            line.append("▀", Style(color=Color.from_rgb(*above), bgcolor=Color.from_rgb(*below)))
        lines.append(line)
    return lines


def side_by_side(pictures: Sequence[AnyArray], captions: Sequence[Text], width: int) -> Text:
    """Return as many images as fit in a row, each above its caption; an empty text if none fits."""
    from rich.text import Text

    drawn = [picture(pixels) for pixels in pictures]
    columns, taken = [], 0
    for lines, caption in zip(drawn, captions, strict=True):
        own = max(lines[0].cell_len, caption.cell_len)
        if taken + own > width:
            break
        columns.append(([*lines], caption, own))
        taken += own + 2
    text = Text()
    for i in range(max((len(lines) for lines, _, _ in columns), default=0)):
        for lines, _, own in columns:
            line = lines[i] if i < len(lines) else Text()
            text.append_text(line).append(" " * (own - line.cell_len + 2))
        text.append("\n")
    for _, caption, own in columns:
        text.append_text(caption).append(" " * (own - caption.cell_len + 2))
    return text
