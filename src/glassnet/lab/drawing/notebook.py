"""Figures and texts in notebooks: HTML with images in it, so that nothing is loaded from elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from glassnet.common import html
from glassnet.common.graph.graph import Graph
from glassnet.lab.drawing.live import Illustration, paced
from glassnet.lab.drawing.panels import Figure, Flow

WIDTH = 720
"""Width of an image in pixels, at most."""


def is_notebook() -> bool:
    """Return whether this process is the kernel of a notebook."""
    ipython = sys.modules.get("IPython")
    return ipython is not None and getattr(ipython.get_ipython(), "kernel", None) is not None


def show_html(block: str, plain: str, handle: Any = None) -> Any:
    """Show HTML below a notebook's cell, or in place of what `handle` stands for, and return its handle.

    plain: the text for programs that do not display HTML. It is printed where there is no notebook.
    """
    if not is_notebook():
        print(plain)
        return None
    from IPython.display import display  # type: ignore[import-not-found, unused-ignore]

    data = {"text/html": block, "text/plain": plain}
    if handle is None:
        return display(data, raw=True, display_id=True)
    handle.update(data, raw=True)
    return handle


def illustration_html(one: Illustration) -> str:
    """Return a figure as HTML, an image with its text as the alternative, and what is missing."""
    problem = html.paragraph(one.problem) if one.problem else ""
    return html.page("", problem) if one.figure is None else _figure(one.figure, problem)


def _figure(figure: Figure, problem: str) -> str:
    from glassnet.lab.drawing.png import png
    from glassnet.lab.drawing.text import render

    alternative = render(figure).plain
    if figure.panels and isinstance(figure.panels[0], Flow):
        graph = Graph(figure.panels[0].nodes, figure.panels[0].edges)
        note = html.paragraph(figure.note)
        return html.page(figure.title, html.picture(graph.svg(), alternative), note, problem)
    return html.page("", html.image(png(figure), alternative, WIDTH), problem)


def show_live(frames: Iterable[Figure | str]) -> None:
    """Show figures, in a notebook each in place of the one before; a string is why there are no more."""
    from glassnet.lab.drawing.text import render

    handle = None
    for one in paced(frames, is_notebook()):
        parts = [render(one.figure).plain] if one.figure is not None else []
        plain = "\n".join([*parts, *([one.problem] if one.problem else [])])
        handle = show_html(illustration_html(one), plain, handle)
