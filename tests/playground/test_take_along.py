"""Taking things along in a real browser: files, pictures of every view, and a replay that needs nothing else."""

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from PIL import Image

import glassnet as gn
from glassnet.playground.replay import STATIC
from helpers.needs import needs, needs_browser
from helpers.playgrounds import Playground, playground

for package in ("starlette", "uvicorn", "websockets"):
    needs(package)

pytestmark = pytest.mark.browser

TANH = {"name": "dense", "units": 64, "activation": "tanh"}
STATES: dict[str, dict[str, Any]] = {
    "spirals": {"data": {"kind": "spirals"}, "layers": [TANH, TANH, TANH]},
    "digits": {"data": {"kind": "digits", "rows": 1000}, "layers": [{**TANH, "activation": "relu"}]},
    "surface": {"data": {"kind": "surface", "formula": "x * y"}, "layers": [{**TANH, "units": 5}]},
}


@pytest.fixture(scope="module")
def server() -> Iterator[Playground]:
    with playground(STATIC) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    executable = needs_browser()
    with needs("playwright.sync_api").sync_playwright() as driver:
        made = driver.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield made
        made.close()


def opened(browser: Any, address: str, **options: Any) -> Any:
    """A page, whose `problems` are errors and warnings in its console, and `requests` what it has asked for."""
    page = browser.new_context(**options).new_page()
    page.problems, page.requests = [], []
    page.on("console", lambda said: page.problems.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on("request", lambda request: page.requests.append(request.url))
    page.goto(address)
    return page


def readout(page: Any) -> dict[str, str]:
    """What the bar says, by term."""
    values = page.locator(".readout > div").all()
    return {one.locator("dt").inner_text(): one.locator("dd").inner_text() for one in values}


def epoch(page: Any) -> int:
    return int(readout(page)["Epoch"].replace(",", ""))


def saved(page: Any, button: Any, folder: Path) -> Path:
    with page.expect_download() as download:
        button.click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def trained(browser: Any, server: Playground, state: dict[str, Any]) -> Any:
    """A page of the playground that has trained a state for some epochs, with the menu open."""
    plain = base64.urlsafe_b64encode(json.dumps(state).encode()).decode().rstrip("=")
    page = opened(browser, f"{server.address}#s={plain}")
    units = state["layers"][0]["units"]
    while page.get_by_label("Number of units of layer 1").input_value() != str(units):
        page.wait_for_timeout(50)
    page.get_by_role("button", name="Reset", exact=True).click()
    page.get_by_role("button", name="Play", exact=True).click()
    while epoch(page) < 40:
        page.wait_for_timeout(100)
    page.get_by_role("button", name="Pause", exact=True).click()
    page.wait_for_timeout(500)
    page.get_by_role("button", name="Take it along").click()
    return page


@pytest.mark.parametrize("kind", STATES)
def test_a_replay_is_one_file_that_shows_every_moment_without_a_network(
    kind: str, browser: Any, server: Playground, tmp_path: Path
) -> None:
    page = trained(browser, server, STATES[kind])
    path = saved(page, page.get_by_role("button", name=re.compile("^Replay")), tmp_path)
    expected = readout(page)
    assert page.problems == []
    page.context.close()
    assert path.stat().st_size < 1_000_000
    replay = opened(browser, path.as_uri(), offline=True, viewport={"width": 390, "height": 844})
    slider = replay.get_by_role("slider", name="Epoch")
    shown = readout(replay)
    assert shown == {name: expected[name] for name in shown}
    assert {"Epoch", "Train loss", "Test loss"} <= set(shown)
    for label in ("Network", "Output", "Learning curves", "Weights and gradients by layer"):
        assert replay.get_by_role("region", name=label, exact=True).is_visible(), label
    assert replay.get_by_role("region", name="Confusion matrix").count() == (0 if kind == "surface" else 1)
    slider.focus()
    replay.keyboard.press("Home")
    while epoch(replay) > 0:  # the page draws in its next animation frame
        replay.wait_for_timeout(50)
    epochs = [0]
    for _ in range(int(slider.get_attribute("max"))):
        replay.keyboard.press("ArrowRight")
        replay.wait_for_timeout(80)
        epochs.append(epoch(replay))
    assert epochs == sorted(epochs)
    assert len(set(epochs)) > 3
    assert readout(replay) == shown
    assert replay.evaluate("document.documentElement.scrollWidth") == 390
    assert replay.problems == []
    assert replay.requests == [path.as_uri()]


def test_files_and_pictures_of_every_view(browser: Any, server: Playground, tmp_path: Path) -> None:
    page = trained(browser, server, STATES["spirals"])
    model = gn.load_model(saved(page, page.get_by_role("button", name=re.compile("^Model file")), tmp_path))
    assert model.class_names == ("first", "second")
    recipe = saved(page, page.get_by_role("button", name=re.compile("^recipe.toml")), tmp_path)
    assert 'source = "spirals"' in recipe.read_text()
    page.get_by_role("button", name=re.compile("^Python code")).click()
    assert "gn.Network(2, layers" in page.get_by_role("region", name="Python code").inner_text()
    names = set()
    for button in page.locator(".pictures button").all():
        path = saved(page, button, tmp_path)
        names.add(path.name)
        if path.suffix == ".svg":
            links = re.findall(r'href="([^"]{0,30})', path.read_text())
            assert all(link.startswith("data:image/png") for link in links)
            assert ElementTree.parse(path).getroot().tag.endswith("svg")
        else:
            colors = Image.open(path).convert("RGB").getcolors(1 << 24)
            assert colors is not None
            assert len(colors) > 20  # not an empty sheet
    views = ("decision-surface", "network", "learning-curves", "confusion-matrix", "weights-and-gradients")
    assert names == {f"{view}.{suffix}" for view in views for suffix in ("svg", "png")}
    assert page.problems == []


def test_the_menu_says_why_there_is_no_recipe(browser: Any, server: Playground) -> None:
    page = trained(browser, server, STATES["surface"])
    page.get_by_role("button", name=re.compile("^recipe.toml")).click()
    page.get_by_role("alert").filter(has_text="exist only in the playground").wait_for()
