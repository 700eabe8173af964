"""Plots as they stand in a page: Matplotlib's SVG, whose text stays text and whose colors are the page's own.

A plot is drawn in the colors of COLORS, which nobody would choose, and each is replaced by the CSS variable of its
name. So plots follow the page to dark mode and to paper, and no white box is left behind.
"""

from __future__ import annotations

import io
import re
import unicodedata
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from typing import TYPE_CHECKING, Any

from glassnet.common.arrays import AnyArray, Array

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NAMES = ("ink", "muted", "rule", "accent", "wrong", "paper", *(f"run{i}" for i in range(1, 7)))
COLORS = {name: f"#0102{place:02x}" for place, name in enumerate(NAMES)}

WIDTH = 360
"""Of every plot, in CSS pixels: that of a phone. Where there is more room it grows, and its text with it."""

TEXT = 10.5
"""Size of a plot's text, in CSS pixels where it is WIDTH wide."""

STYLE: Any = {
    "svg.fonttype": "none",
    "svg.image_inline": True,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "font.size": TEXT,
    "text.color": COLORS["ink"],
    "text.parse_math": False,
    "axes.edgecolor": COLORS["muted"],
    "axes.labelcolor": COLORS["muted"],
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "axes.labelpad": 3,
    "axes.xmargin": 0.02,
    "grid.color": COLORS["rule"],
    "grid.linewidth": 0.8,
    "xtick.color": COLORS["muted"],
    "ytick.color": COLORS["muted"],
    "xtick.major.size": 3,
    "ytick.major.size": 0,
    "xtick.minor.size": 0,
    "ytick.minor.size": 0,
    "lines.linewidth": 1.8,
    "lines.solid_capstyle": "round",
    "path.simplify": True,
}


@contextmanager
def pen() -> Iterator[None]:
    """Draw in the page's style within this block."""
    import matplotlib

    with matplotlib.rc_context(STYLE), warnings.catch_warnings():
        # Text is set by the browser, in fonts that have what Matplotlib's own one may not.
        warnings.filterwarnings("ignore", r"Glyph \d+ .*missing from (font|current font)", UserWarning)
        yield


def figure(height: float, left: float = 44, right: float = 10, top: float = 8, bottom: float = 36, **grid: Any) -> Any:
    """Return a figure of WIDTH by `height` CSS pixels, with margins in pixels, and its axes; `grid` as for subplots."""
    from matplotlib.figure import Figure

    drawn = Figure(figsize=(WIDTH / 72, height / 72), dpi=72)
    axes = drawn.subplots(**grid)
    drawn.subplots_adjust(left / WIDTH, bottom / height, 1 - right / WIDTH, 1 - top / height)
    return drawn, axes


def number_ticks(*axes: Any) -> None:
    """Let axes of numbers have few ticks, written as people write them: 20,000 and 1.5 M."""
    from matplotlib.ticker import MaxNLocator

    for axis in axes:
        axis.set_major_locator(MaxNLocator(5))
        axis.set_major_formatter(lambda x, _: tick(x))


def tick(value: float) -> str:
    """Return a number as an axis shows it.

    >>> tick(0.25), tick(-20000.0), tick(1.5e6)
    ('0.25', '−20,000', '1.5 M')
    """
    text = f"{value / 1e6:,.6g} M" if 1e6 <= abs(value) < 1e12 else f"{value:,.6g}"
    return text.replace("-", "−")


def inline(drawn: Figure, says: str) -> str:
    """Return a figure as an SVG element to be put into a page; `says` tells what it shows to who cannot see it."""
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    matplotlib.rcParams["svg.hashsalt"] = says  # ids that no other plot of the page has, and that stay the same
    out = io.StringIO()
    canvas: Any = FigureCanvasSVG(drawn)
    canvas.print_svg(out, metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    svg = out.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<svg [^>]*?(viewBox=\"[^\"]*\")[^>]*>", _opening(says), svg, count=1)
    # One style for all plots is in the page; names of groups are not needed, and no two things may have the same.
    svg = re.sub(r"<metadata>.*?</metadata>|<style[^>]*>.*?</style>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'<g id="[^"]*"', "<g", svg)
    svg = re.sub(r"<defs>\s*</defs>", "", svg)
    svg = re.sub(r" font-family: [^;\"]*;?", "", svg)
    svg = re.sub(r"\n\s*", " ", svg)
    for name, color in COLORS.items():
        svg = svg.replace(color, f"var(--{name})")
    return svg.strip()


def _opening(says: str) -> str:
    words = escape(says, quote=True).replace("\\", r"\\")
    return rf'<svg class="plot" role="img" aria-label="{words}" \1 xmlns:xlink="http://www.w3.org/1999/xlink">'


def tinted(density: Array) -> AnyArray:
    """Return numbers from 0 to 1, (rows, columns), as pixels of the accent's color, ever less transparent.

    An image cannot use the page's variables. This tone can be told from light paper and from dark.
    """
    return _pixels(density, (43, 155, 160))


def signed(values: Array) -> AnyArray:
    """Return numbers from −1 to 1 as pixels: blue-green above 0, red-brown below, nothing at 0."""
    above, below = tinted(values.clip(0, 1)), _pixels(-values.clip(-1, 0), (214, 96, 52))
    above[values < 0] = below[values < 0]
    return above


def _pixels(density: Array, color: tuple[int, int, int]) -> AnyArray:
    import numpy as np

    rgba = np.empty((*density.shape, 4), np.uint8)
    rgba[..., :3] = color
    rgba[..., 3] = (density.clip(0, 1) * 255).round()
    return rgba


def clipped(text: str, width: int = 20) -> str:
    """Return a text that takes no more room than so many letters, with … where something was left out.

    >>> clipped("sepal length (cm) of the flower")
    'sepal length (cm) o…'
    """
    text = "".join(letter if letter.isprintable() else " " for letter in text)
    if _room(text) <= width:
        return text
    while _room(text) > width - 1:
        text = text[:-1]
    return text + "…"


def room_for(labels: list[str]) -> float:
    """Return how many CSS pixels the longest of these labels takes, generously: the reader's font is not known."""
    return 0.58 * TEXT * max(map(_room, labels), default=0) + 12


def _room(text: str) -> int:
    """Return how many letters' room a text takes: as many as it has, two for each Chinese character or emoji."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
