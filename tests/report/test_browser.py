"""The report in a real browser: on a phone and a desktop, light and dark, and printed."""

import functools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from glassnet.data.sources import load
from glassnet.recipes.load import load_recipe
from glassnet.report.comparison import comparison_page
from glassnet.report.page import report_page
from glassnet.runs.run import run_recipe
from helpers.needs import needs, needs_browser
from helpers.reports import HOSTILE, numbers, pictures, run_on, table

pytestmark = pytest.mark.browser

PHONE, DESKTOP = 390, 1280

A4 = (673, 986)
"""What is left of a printed page, in CSS pixels."""

MANY = tuple(f"class {i}" for i in range(30))

PAGES: dict[str, Callable[[], str]] = {
    "table": lambda: report_page(run_on(table(), epochs=30)),
    "numbers": lambda: report_page(run_on(numbers(2))),
    "digits": lambda: report_page(run_on(load("digits"), steps=[{"name": "divide", "by": 16.0}], epochs=2)),
    "pictures": lambda: report_page(run_on(pictures((40, 30, 3)), steps=[])),
    "30 classes": lambda: report_page(run_on(table(MANY, 600))),
    "hostile names": lambda: report_page(
        run_on(table(HOSTILE, 240, names=HOSTILE[:4]), name="<img src=x onerror=alert(3)>"), notes=HOSTILE
    ),
    "portfolio": lambda: report_page(run_recipe(load_recipe("wine"))),
    "comparison": lambda: comparison_page(
        {"one": run_on(table(n=300)), HOSTILE[0]: run_on(table(n=300), epochs=1), HOSTILE[2]: run_on(table(n=300))}
    ),
}

TEXTS = """() => {
    // Every visible text with its color and what lies behind it, as RGB from 0 to 255.
    const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    function rgba(color) {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = color;
        canvas.fillRect(0, 0, 1, 1);
        const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
        return [r, g, b, a / 255];
    }
    function over(above, below) {
        return [0, 1, 2].map(i => above[i] * above[3] + below[i] * (1 - above[3])).concat(1);
    }
    function behind(element) {
        if (!element) return [255, 255, 255, 1];
        const own = rgba(getComputedStyle(element).backgroundColor);
        return own[3] >= 1 ? own : over(own, behind(element.parentElement));
    }
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const element = node.parentElement, style = getComputedStyle(element);
        if (!node.data.trim() || !element.getClientRects().length || element.closest(".hidden")) continue;
        const back = behind(element);
        let color = rgba(element.ownerSVGElement ? style.fill : style.color);
        color[3] *= parseFloat(style.opacity);
        found.push([node.data.trim().slice(0, 30), over(color, back).slice(0, 3), back.slice(0, 3)]);
    }
    return found;
}"""

WIDE = """() => [...document.querySelectorAll("body *")].filter(element => {
    const box = element.getBoundingClientRect();
    return box.right > innerWidth + 1 && !element.closest(".scroll, pre, .hidden, svg") && !element.closest("bdi");
}).map(element => element.outerHTML.slice(0, 80))"""


@functools.cache
def html(name: str) -> str:
    return PAGES[name]()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    path = needs_browser()
    playwright = needs("playwright.sync_api")
    options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with playwright.sync_playwright() as started:
        running = started.chromium.launch(executable_path=path, args=options)
        yield running
        running.close()


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """A function that opens a page and fails if the page logs a message or requests a resource."""
    contexts, complaints = [], []

    def open_page(name: str, width: int = DESKTOP, scheme: str = "light") -> Any:
        file = tmp_path / "report.html"
        file.write_text(html(name), encoding="utf-8")
        context = browser.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()

        def answer(route: Any) -> None:
            if route.request.url != file.as_uri():
                complaints.append(f"asked for {route.request.url}")
            route.continue_()

        page.route(lambda url: not url.startswith("data:"), answer)
        page.on("console", lambda message: complaints.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.goto(file.as_uri(), wait_until="load")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def contrast(one: list[float], other: list[float]) -> float:
    """The contrast of two colors as WCAG defines it."""

    def luminance(color: list[float]) -> float:
        share = np.array(color) / 255
        linear = np.where(share <= 0.03928, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


by_page = pytest.mark.parametrize("name", PAGES)
by_scheme = pytest.mark.parametrize("scheme", ["light", "dark"])


@by_page
@by_scheme
def test_a_phone_needs_no_horizontal_scrolling(name: str, scheme: str, opened: Callable[..., Any]) -> None:
    page = opened(name, PHONE, scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    assert page.evaluate(WIDE) == []
    assert page.evaluate("[...document.querySelectorAll('svg')].every(svg => svg.getBoundingClientRect().height > 20)")


@by_page
@by_scheme
def test_every_text_has_enough_contrast(name: str, scheme: str, opened: Callable[..., Any]) -> None:
    texts = opened(name, DESKTOP, scheme).evaluate(TEXTS)
    assert len(texts) > 50
    faint = [(text, color, back) for text, color, back in texts if contrast(color, back) < 4.5]
    assert faint == []


@by_page
def test_dark_and_light_color_schemes_apply(name: str, opened: Callable[..., Any], tmp_path: Path) -> None:
    bright = {}
    for scheme in ("light", "dark"):
        page = opened(name, DESKTOP, scheme)
        # Images of the data keep their colors in either color scheme.
        page.evaluate("document.querySelectorAll('img').forEach(image => image.remove())")
        page.screenshot(path=tmp_path / "shot.png", full_page=True)
        with Image.open(tmp_path / "shot.png") as shot:
            bright[scheme] = float(np.mean(np.asarray(shot.convert("L")) > 160))
    assert bright["dark"] < 0.06
    assert bright["light"] > 0.85


@by_page
def test_printing_cuts_no_figure_and_loses_nothing_at_the_edge(name: str, opened: Callable[..., Any]) -> None:
    page = opened(name, A4[0], "dark")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": A4[0], "height": A4[1]})
    assert page.evaluate(WIDE) == []
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    kept_whole = page.evaluate(
        """() => [...document.querySelectorAll("figure, tr")].map(element => [
            element.getBoundingClientRect().height, getComputedStyle(element).breakInside])"""
    )
    assert kept_whole
    assert all(height < A4[1] and whole == "avoid" for height, whole in kept_whole)
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_hostile_names_are_escaped(opened: Callable[..., Any]) -> None:
    page = opened("hostile names", PHONE)
    page.wait_for_timeout(200)  # an alert would have come by now, and its dialog would fail the test
    assert page.title() == "<img src=x onerror=alert(3)>"
    assert page.locator("h1").inner_text() == "<img src=x onerror=alert(3)>"
    assert page.locator("script, img[src='x']").count() == 0
    assert page.locator(f"bdi:text-is('{HOSTILE[0]}')").first.is_visible()
    assert page.locator(f"bdi:text-is('{HOSTILE[3]}')").first.is_visible()


def test_the_first_screen_on_a_desktop_has_result_and_recommendations(opened: Callable[..., Any]) -> None:
    page = opened("digits", DESKTOP)
    sections = [f"section[aria-labelledby={name}]" for name in ("summary", "data", "model")]
    for whole in (*sections, "h2#findings"):
        box = page.locator(whole).bounding_box()
        assert box["y"] + box["height"] < 844
    first = opened("digits", PHONE)
    assert first.locator(".verdict").bounding_box()["y"] < 844


def test_plots_use_the_colors_of_the_page(opened: Callable[..., Any]) -> None:
    line = "getComputedStyle(document.querySelector('.charts svg path[style*=accent]')).stroke"
    assert opened("table", DESKTOP, "light").evaluate(line) == "rgb(11, 107, 113)"
    assert opened("table", DESKTOP, "dark").evaluate(line) == "rgb(88, 196, 202)"


def test_contrast_is_measured_as_wcag_does() -> None:
    assert contrast([0, 0, 0], [255, 255, 255]) == pytest.approx(21)
    assert contrast([119, 119, 119], [255, 255, 255]) == pytest.approx(4.48, abs=0.01)
