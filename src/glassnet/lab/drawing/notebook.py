"""Figures and texts in notebooks: HTML with images in it, so that nothing is loaded from elsewhere."""

from __future__ import annotations

import base64
import sys
from html import escape
from typing import Any

from glassnet.common.graph.graph import Graph
from glassnet.lab.drawing.panels import Figure, Flow


def is_notebook() -> bool:
    """Return whether this process is the kernel of a notebook."""
    ipython = sys.modules.get("IPython")
    return ipython is not None and getattr(ipython.get_ipython(), "kernel", None) is not None


def show_html(html: str, plain: str, handle: Any = None) -> Any:
    """Show HTML below a notebook's cell, in place of what `handle` stands for, and return a handle.

    plain: the text that is printed where there is no notebook.
    """
    if not is_notebook():
        print(plain)
        return None
    from IPython.display import display  # type: ignore[import-not-found, unused-ignore]

    data = {"text/html": html, "text/plain": plain}
    if handle is None:
        return display(data, raw=True, display_id=True)
    handle.update(data, raw=True)
    return handle


def figure_html(figure: Figure) -> str:
    """Return a figure as HTML: an image, with its text as the alternative."""
    from glassnet.lab.drawing.png import png
    from glassnet.lab.drawing.text import render

    alternative = escape(render(figure).plain, quote=True)
    if isinstance(figure.panels[0], Flow):
        graph = Graph(figure.panels[0].nodes, figure.panels[0].edges)
        image = _image(graph.svg().encode(), "svg+xml", alternative)
        return f"<p><strong>{escape(figure.title)}</strong></p>{image}<p>{escape(figure.note)}</p>"
    return _image(png(figure), "png", alternative, ' width="720"')


def _image(data: bytes, kind: str, alternative: str, attributes: str = "") -> str:
    uri = f"data:image/{kind};base64,{base64.b64encode(data).decode()}"
    return f'<img style="max-width:100%"{attributes} alt="{alternative}" src="{uri}">'
