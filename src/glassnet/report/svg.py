"""Inline SVG plots made with Matplotlib: text stays text, and colors are the CSS variables of the page.

A plot is drawn in the placeholder colors of COLORS. Each is then replaced by the CSS variable of its name, so plots
follow the page to dark mode and to print.
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
"""Width of every plot in CSS pixels: that of a phone. On wider screens the plot grows, and its text with it."""

TEXT = 10.5
"""Font size in CSS pixels, for a plot that is WIDTH pixels wide."""

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
def plot_style() -> Iterator[None]:
    """Context manager that sets the style of the page's plots."""
    import matplotlib

    with matplotlib.rc_context(STYLE), warnings.catch_warnings():
        # The browser sets the text, in fonts with more glyphs than Matplotlib's own.
        warnings.filterwarnings("ignore", r"Glyph \d+ .*missing from (font|current font)", UserWarning)
        yield


def figure(height: float, left: float = 44, right: float = 10, top: float = 8, bottom: float = 36, **grid: Any) -> Any:
    """Return a figure of WIDTH by `height` CSS pixels and its axes; margins in pixels, `grid` as for `subplots`."""
    from matplotlib.figure import Figure

    fig = Figure(figsize=(WIDTH / 72, height / 72), dpi=72)
    axes = fig.subplots(**grid)
    fig.subplots_adjust(left / WIDTH, bottom / height, 1 - right / WIDTH, 1 - top / height)
    return fig, axes


def number_ticks(*axes: Any) -> None:
    """Give numeric axes at most five ticks with readable labels: 20,000 and 1.5 M."""
    from matplotlib.ticker import MaxNLocator

    for axis in axes:
        axis.set_major_locator(MaxNLocator(5))
        axis.set_major_formatter(lambda x, _: tick(x))


def tick(value: float) -> str:
    """Format a number as a tick label.

    >>> tick(0.25), tick(-20000.0), tick(1.5e6)
    ('0.25', '−20,000', '1.5 M')
    """
    text = f"{value / 1e6:,.6g} M" if 1e6 <= abs(value) < 1e12 else f"{value:,.6g}"
    return text.replace("-", "−")


def inline(fig: Figure, alt: str) -> str:
    """Return a figure as an SVG element to embed in a page; alt: its text alternative."""
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    matplotlib.rcParams["svg.hashsalt"] = alt  # ids that are unique in the page and reproducible
    out = io.StringIO()
    canvas: Any = FigureCanvasSVG(fig)
    canvas.print_svg(out, metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    svg = out.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<svg [^>]*?(viewBox=\"[^\"]*\")[^>]*>", _opening(alt), svg, count=1)
    # The page has one style for all plots, and ids of groups would not be unique.
    svg = re.sub(r"<metadata>.*?</metadata>|<style[^>]*>.*?</style>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'<g id="[^"]*"', "<g", svg)
    svg = re.sub(r"<defs>\s*</defs>", "", svg)
    svg = re.sub(r" font-family: [^;\"]*;?", "", svg)
    svg = re.sub(r"\n\s*", " ", svg)
    for name, color in COLORS.items():
        svg = svg.replace(color, f"var(--{name})")
    return svg.strip()


def _opening(alt: str) -> str:
    label = escape(alt, quote=True).replace("\\", r"\\")
    return rf'<svg class="plot" role="img" aria-label="{label}" \1 xmlns:xlink="http://www.w3.org/1999/xlink">'


def sequential(density: Array) -> AnyArray:
    """Return the RGBA pixels of a sequential color map, (rows, columns, 4), for numbers from 0 to 1, (rows, columns).

    An image cannot use the page's variables. This color contrasts with a light page and with a dark one.
    """
    return _pixels(density, (43, 155, 160))


def diverging(values: Array) -> AnyArray:
    """Return the RGBA pixels of a diverging color map for −1 to 1: blue-green above 0, red-brown below."""
    above, below = sequential(values.clip(0, 1)), _pixels(-values.clip(-1, 0), (214, 96, 52))
    above[values < 0] = below[values < 0]
    return above


def _pixels(density: Array, color: tuple[int, int, int]) -> AnyArray:
    import numpy as np

    rgba = np.empty((*density.shape, 4), np.uint8)
    rgba[..., :3] = color
    rgba[..., 3] = (density.clip(0, 1) * 255).round()
    return rgba


def truncated(text: str, width: int = 20) -> str:
    """Return a text truncated to the width of `width` letters, ending in … if it was longer.

    >>> truncated("sepal length (cm) of the flower")
    'sepal length (cm) o…'
    """
    text = "".join(letter if letter.isprintable() else " " for letter in text)
    if _letters(text) <= width:
        return text
    while _letters(text) > width - 1:
        text = text[:-1]
    return text + "…"


def label_width(labels: list[str]) -> float:
    """Return an upper bound for the width of the longest label in CSS pixels; the reader's font is not known."""
    return 0.58 * TEXT * max(map(_letters, labels), default=0) + 12


def _letters(text: str) -> int:
    """Return the width of a text in letters; East Asian characters and emoji count twice."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
