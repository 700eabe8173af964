"""Take the README's pictures of pages: python scripts/make_report_picture.py [report] [tuning] (needs Chromium)."""

import dataclasses
import io
import shutil
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from glassnet.recipes.load import load_recipe
from glassnet.report.page import report_page
from glassnet.runs.run import run_recipe
from glassnet.tuning.page import tuning_page
from glassnet.tuning.plan import plan_for
from glassnet.tuning.results import best_recipe
from glassnet.tuning.search import Search
from glassnet.tuning.space import KEEP, OF_IMAGES

DOCS = Path(__file__).parent.parent / "docs"
COLORS = 128


def report() -> str:
    """The report of a run on digits."""
    return report_page(run_recipe(load_recipe("digits")))


def tuning() -> str:
    """The page about a search of three minutes on digits."""
    search = dict.fromkeys(OF_IMAGES, KEEP)
    recipe = dataclasses.replace(load_recipe("digits"), search=search)
    plan, _ = plan_for(recipe)
    with tempfile.TemporaryDirectory() as folder:
        study = Search(plan, None, Path(folder) / "study.log", "digits", None, 180, 2).result()
    return tuning_page(study, plan, run_recipe(best_recipe(study, plan, "digits")))


PAGES = {"report": (report, 800), "tuning": (tuning, 1500)}
"""What is written into which page, and how much of it is shown."""


def main() -> None:
    for name in sys.argv[1:] or PAGES:
        write, height = PAGES[name]
        with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
            page = Path(folder) / f"{name}.html"
            page.write_text(write(), encoding="utf-8")
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            tab = browser.new_page(viewport={"width": 1120, "height": height}, color_scheme="light")
            tab.goto(page.as_uri())
            shot = Image.open(io.BytesIO(tab.screenshot()))
            browser.close()
        # Few colors are enough for text and lines, and make a quarter of the file.
        picture = DOCS / f"{name}.png"
        shot.convert("RGB").quantize(COLORS, dither=Image.Dither.NONE).save(picture, optimize=True)
        print(picture, f"{picture.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
