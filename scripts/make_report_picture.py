"""Take the picture of a report's first screen for the README: python scripts/make_report_picture.py (needs Chromium)"""

import io
import shutil
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from glassnet.recipes.recipe import find_recipe
from glassnet.recipes.run import carry_out
from glassnet.report.page import report_page

PICTURE = Path(__file__).parent.parent / "docs" / "report.png"
SIZE = {"width": 1120, "height": 800}
COLOURS = 128


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page = Path(folder) / "report.html"
        page.write_text(report_page(carry_out(find_recipe("digits"))), encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        tab = browser.new_page(viewport=SIZE, color_scheme="light")
        tab.goto(page.as_uri())
        shot = Image.open(io.BytesIO(tab.screenshot()))
        browser.close()
    # Few colours are enough for text and lines, and make a quarter of the file.
    shot.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(PICTURE, optimize=True)
    print(PICTURE, f"{PICTURE.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
