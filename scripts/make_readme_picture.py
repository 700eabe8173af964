"""Take pictures of the terminal for the docs: python scripts/make_readme_picture.py [train-digits] [lab]

Needs Chromium. Rich records what `glassnet train digits` and `glassnet lab` print, and Chromium renders it in a local
monospace font, so that columns stay aligned wherever the picture is shown.
"""

import io
import shutil
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.terminal_theme import TerminalTheme

from glassnet.cli.train import show
from glassnet.lab.autograder.checking import check
from glassnet.lab.course import find_exercise, folders
from glassnet.lab.learning.screen import render_header, render_keys, render_verdict, stack
from glassnet.lab.learning.workspace import Workspace
from glassnet.lab.lesson import parse_number
from glassnet.recipes.load import load_recipe
from glassnet.runs.run import run_recipe

DOCS = Path(__file__).parent.parent / "docs"
THEME = TerminalTheme(
    background=(13, 17, 23),
    foreground=(201, 209, 217),
    normal=[(72, 79, 88), (255, 123, 114), (63, 185, 80), (210, 153, 34), (88, 166, 255), (188, 140, 255),
            (57, 197, 207), (177, 186, 196)],
)  # fmt: skip

# Sizes give characters and lines whole numbers of device pixels, so that adjacent block characters touch.
PAGE = """<!doctype html>
<meta charset="utf-8">
<style>
body {{ margin: 0; background: transparent; }}
#window {{ display: inline-block; box-sizing: border-box; width: 800px; background: #0d1117; border: 1px solid #30363d;
           border-radius: 8px; overflow: hidden; }}
#bar {{ display: flex; align-items: center; height: 32px; padding: 0 12px; background: #161b22;
        border-bottom: 1px solid #30363d; color: #8b949e; font: 13px "DejaVu Sans Mono", monospace; }}
pre {{ margin: 0; padding: 16px 20px 18px; color: #c9d1d9; font: {font} "DejaVu Sans Mono", monospace; }}
</style>
<div id="window"><div id="bar"><span>$ {command}</span></div><pre>{code}</pre></div>
"""

ANSWER = """import numpy as np

def Softmax(x, axis=-1):
    e = np.exp(np.asarray(x, dtype=float))
    return e / e.sum()
"""


def train_digits() -> Console:
    """Record `glassnet train digits`."""
    console = Console(record=True, width=76, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    show(run_recipe(load_recipe("digits")), Path("runs/digits"), console)
    return console


def lab() -> Console:
    """Record `glassnet lab` with two mistakes in an answer."""
    console = Console(record=True, width=88, file=io.StringIO(), force_terminal=True, highlight=False)
    softmax = find_exercise("10")
    workspace = Workspace(Path(), {parse_number(folder): "passed" for folder in folders()[:15]})
    verdict = check(softmax, ANSWER, "10_softmax.py")
    keys = render_keys()
    keys.spans = [span._replace(style="#0d1117 on #c9d1d9") if span.style == "reverse" else span for span in keys.spans]
    console.print(stack([render_header(workspace, softmax), render_verdict(verdict, where="watch"), keys]))
    return console


PICTURES = {
    "train-digits": (train_digits, "glassnet train digits", "16.61px/19px"),
    "lab": (lab, "glassnet lab", "14.118px/18px"),
}
"""By name: recording, command, and size and line height of the font."""


def main() -> None:
    for name in sys.argv[1:] or PICTURES:
        record, command, font = PICTURES[name]
        code = record().export_html(theme=THEME, code_format="{code}", inline_styles=True)
        with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
            page = Path(folder) / f"{name}.html"
            page.write_text(PAGE.format(code=code.rstrip(), command=command, font=font), encoding="utf-8")
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            tab = browser.new_page(viewport={"width": 800, "height": 600}, device_scale_factor=2)
            tab.goto(page.as_uri())
            shot = Image.open(io.BytesIO(tab.locator("#window").screenshot(omit_background=True)))
            browser.close()
        shot.save(picture := DOCS / f"{name}.png", optimize=True)
        print(picture, f"{picture.stat().st_size / 1000:.0f} kB, {shot.width} x {shot.height} pixels")


if __name__ == "__main__":
    main()
