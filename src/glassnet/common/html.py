"""HTML that notebooks show: self-contained, without scripts, in the colors of the notebook, light or dark.

Parameters named `text`, `title`, or `cells` are text, which is escaped; those named `html` are HTML.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from html import escape

from glassnet.common.text import printable_lines

STYLE = """<style>
.glassnet { color: inherit; font-size: 13px; line-height: 1.45; max-width: 68em; }
.glassnet .title { font-size: 14px; font-weight: 600; margin: 4px 0; }
.glassnet .muted { opacity: .65; font-weight: 400; }
.glassnet table { border-collapse: collapse; border: 0; margin: 4px 0 8px; font-size: 13px; display: table; }
.glassnet table tr { background: none !important; }
.glassnet th, .glassnet td { border: 0; border-bottom: 1px solid rgba(127, 127, 127, .3); padding: 3px 18px 3px 0;
  text-align: left !important; vertical-align: top; max-width: 46em; overflow-wrap: anywhere; white-space: normal; }
.glassnet th { font-weight: 600; opacity: .65; white-space: nowrap; }
.glassnet .number { text-align: right !important; font-variant-numeric: tabular-nums; white-space: nowrap; }
.glassnet .whole { white-space: nowrap; }
.glassnet tr.total td { border-bottom: 0; border-top: 1px solid rgba(127, 127, 127, .6); }
.glassnet details { margin: 2px 0; }
.glassnet summary { cursor: pointer; padding: 2px 0; }
.glassnet pre { font: 12px/1.5 ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; color: inherit;
  background: rgba(127, 127, 127, .09); border: 0; border-radius: 4px; margin: 2px 0 8px; padding: 6px 10px;
  overflow-x: auto; scrollbar-color: rgba(127, 127, 127, .5) transparent; white-space: pre; }
.glassnet img, .glassnet svg { max-width: 100%; }
</style>"""


def page(title: str, *html: str, note: str = "") -> str:
    """Return a block with a title, an optional note next to it, and its parts.

    >>> page("A < B", "<p>…</p>").endswith('<div class="title">A &lt; B</div><p>…</p></div>')
    True
    """
    return f'<div class="glassnet">{STYLE}{heading(title, note)}{"".join(html)}</div>'


def heading(text: str, note: str = "") -> str:
    """Return the heading of a part."""
    return f'<div class="title">{_with_note(text, note)}</div>'


def table(
    cells: Iterable[Sequence[str]],
    header: Sequence[str] = (),
    numbers: Sequence[int] = (),
    total: bool = False,
    whole: Sequence[int] = (),
) -> str:
    """Return a table; total: whether the last row is a total.

    numbers: positions of columns that are right-aligned. whole: positions of columns whose lines are not broken.

    >>> table([["a", "<b>"]], numbers=[1])
    '<table><tbody><tr><td>a</td><td class="number">&lt;b&gt;</td></tr></tbody></table>'
    """
    rows = list(cells)

    def line(row: Sequence[str], tag: str, attributes: str = "") -> str:
        classes = ["number" if i in numbers else "whole" if i in whole else "" for i in range(len(row))]
        opening = [f'<{tag} class="{name}">' if name else f"<{tag}>" for name in classes]
        inner = "".join(f"{start}{_escaped(cell)}</{tag}>" for start, cell in zip(opening, row, strict=True))
        return f"<tr{attributes}>{inner}</tr>"

    head = f"<thead>{line(header, 'th')}</thead>" if header else ""
    last = ' class="total"' if total else ""
    body = "".join(line(row, "td", last if i == len(rows) - 1 else "") for i, row in enumerate(rows))
    return f"<table>{head}<tbody>{body}</tbody></table>"


def details(text: str, html: str, note: str = "", is_open: bool = False) -> str:
    """Return a part that a click opens and closes; text and note: what is always visible."""
    return f"<details{' open' * is_open}><summary>{_with_note(text, note)}</summary>{html}</details>"


def paragraph(text: str) -> str:
    """Return a paragraph of muted text."""
    return f'<div class="muted">{_escaped(text)}</div>'


def lines(text: Iterable[str]) -> str:
    """Return lines of text in a font of equal widths."""
    joined = _escaped("\n".join(text))
    return f"<pre>{joined}</pre>"


def picture(svg: str, text: str) -> str:
    """Return an SVG picture as an image, so that its style does not apply to the notebook; text: its alternative."""
    return f'<img alt="{_escaped(text)}" src="{svg_uri(svg)}">'


def svg_uri(svg: str) -> str:
    """Return an SVG picture as a data URI."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def image(png: bytes, text: str, width: int) -> str:
    """Return a PNG file as an image of this width in pixels; text: its alternative."""
    data = base64.b64encode(png).decode()
    return f'<img alt="{_escaped(text)}" width="{width}" src="data:image/png;base64,{data}">'


def _with_note(text: str, note: str) -> str:
    return _escaped(text) + (f' <span class="muted">{_escaped(note)}</span>' if note else "")


def _escaped(text: str) -> str:
    return escape(printable_lines(text))
