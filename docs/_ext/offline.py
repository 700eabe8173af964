"""The site is readable without a network: a page or a style sheet that loads something from elsewhere is a warning."""

import re
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util import logging

LOADED = re.compile(
    r"""<(?:script|img|iframe|source|video|audio)\b[^>]*\bsrc=["']?(?:https?:)?//[^"'>\s]*"""
    r"""|<link\b[^>]*\brel=["']?(?:stylesheet|preload|preconnect|icon)[^>]*\bhref=["']?(?:https?:)?//[^"'>\s]*"""
    r"""|(?:url\(|@import\s+)["']?(?:https?:)?//[^"')\s]*"""
)
"""What a browser fetches by itself, with an address elsewhere; links that a reader follows are no such thing."""


def check(app: Sphinx, exception: Exception | None) -> None:
    """Warn of every address from which a page or a style sheet loads something."""
    if exception is not None or app.builder.format != "html":
        return
    for file in sorted([*Path(app.outdir).rglob("*.html"), *Path(app.outdir).rglob("*.css")]):
        for found in LOADED.findall(file.read_text(encoding="utf-8")):
            logging.getLogger(__name__).warning("%s loads from elsewhere: %s", file.name, found)


def setup(app: Sphinx) -> dict[str, bool]:
    """Check the files after they are written."""
    app.connect("build-finished", check)
    return {"parallel_read_safe": True}
