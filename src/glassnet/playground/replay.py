"""The page of a replay: one HTML file with the playground's script and style, without any reference to another file."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

STATIC = Path(__file__).parent / "static"
"""The page: files that `web/` is built into."""

PLACEHOLDER = "REPLAY-DATA"
"""Where the page that has the recording puts it, in base64."""

PAGE = """<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="{policy}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>glassnet playground: replay</title>
    <link rel="icon" href="data:,">
    <style>{style}</style>
  </head>
  <body class="gnp-page">
    <div id="glassnet-replay"><noscript>The replay needs JavaScript.</noscript></div>
    <script type="text/plain" id="glassnet-replay-data">{data}</script>
    <script type="module">{script}</script>
  </body>
</html>
"""


def replay_page(folder: Path = STATIC) -> str:
    """Return the page, with `PLACEHOLDER` in place of the recording.

    Its policy allows its own script and style, known by their hashes, and nothing from a network.
    """
    script, style = ((folder / f"playground.{suffix}").read_text(encoding="utf-8") for suffix in ("js", "css"))
    script = script.replace("</script", "<\\/script").replace("<!--", "<\\!--")
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )
    return PAGE.format(policy=policy, style=style, script=script, data=PLACEHOLDER)


def _hash(text: str) -> str:
    """Return the hash of a script or style as a policy has it."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
