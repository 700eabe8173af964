"""Curves and images of Unicode blocks: their content, and that they appear only where they can be displayed."""

import io
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from glassnet.cli.train import show
from glassnet.report.terminal import mistakes
from glassnet.report.unicode_plots import loss_lines, picture, shows_blocks, shows_pictures, side_by_side, sparkline
from glassnet.runs.run import Run
from glassnet.training.history import EpochRecord, History
from helpers.reports import numbers, pictures, run_on


def terminal(**options: Any) -> Console:
    given = {"color_system": "truecolor", "force_terminal": True, "width": 80, "legacy_windows": False, **options}
    stream = io.TextIOWrapper(io.BytesIO(), encoding=given.pop("encoding", "utf-8"))
    return Console(file=stream, **given)


def shown(thing: Any, console: Console) -> str:
    with console.capture() as capture:
        console.print(thing, soft_wrap=True)
    return capture.get()


@pytest.fixture(scope="module")
def run() -> Run:
    made = run_on(pictures(n=120), steps=[], epochs=2)
    assert made.metrics["test_accuracy"] < 1
    return made


def test_a_decreasing_curve_goes_from_the_highest_to_the_lowest_block() -> None:
    line = sparkline(np.linspace(1, 0, 400), 0, 1, 8)
    assert line == "█▇▆▅▄▃▂▁"
    assert sparkline([0.0, 1.0], 0, 1, 40) == "▁█"
    assert sparkline([1.0, 1.0], 1, 1, 40) == "▁▁"
    assert sparkline([1.0, np.inf, np.nan, 0.0], 0, 1, 9) == "█  ▁"


def test_losses_share_one_scale_and_print_first_and_last_values() -> None:
    history = History([EpochRecord(i, 2.0 / i, None, 3.0 / i) for i in range(1, 21)])
    lines = loss_lines(history, 80).plain.splitlines()
    assert lines[1:2] == ["loss (logarithmic)"]
    assert re.fullmatch(r"  training    [▁-█]{20}  2 → 0\.1", lines[2])
    assert re.fullmatch(r"  validation  [▁-█]{20}  3 → 0\.15", lines[3])
    assert loss_lines(History([EpochRecord(1, 2.0), EpochRecord(2, 1.5)]), 80).plain.splitlines()[1] == "loss"
    assert loss_lines(History(), 80).plain == ""
    assert loss_lines(history, 30).plain == ""
    assert max(map(len, loss_lines(history, 45).plain.splitlines())) <= 45


def test_two_pixels_share_a_character_as_foreground_and_background() -> None:
    pixels = np.zeros((14, 13), np.uint8)
    pixels[0, 0], pixels[1, 0] = 255, 7
    lines = picture(pixels)
    assert [line.plain for line in lines] == ["▀" * 13] * 7
    style = lines[0].spans[0].style
    assert (style.color.triplet, style.bgcolor.triplet) == ((255, 255, 255), (7, 7, 7))
    assert len(picture(np.zeros((13, 20), np.uint8))) == 7
    colors = picture(np.full((14, 14, 3), (200, 10, 30), np.uint8))[0].spans[0].style
    assert colors.color.triplet == (200, 10, 30)


@pytest.mark.parametrize(("shape", "size"), [((8, 8), (16, 8)), ((28, 28), (28, 14)), ((100, 50), (14, 14))])
def test_small_images_are_enlarged_and_large_ones_reduced(shape: tuple[int, int], size: tuple[int, int]) -> None:
    lines = picture(np.zeros(shape, np.uint8))
    assert (lines[0].cell_len, len(lines)) == size


@pytest.mark.parametrize(("width", "fit"), [(80, 4), (34, 2), (33, 1), (16, 1), (15, 0)])
def test_images_fill_the_width_side_by_side(width: int, fit: int) -> None:
    from rich.text import Text

    drawn = side_by_side([np.zeros((8, 8), np.uint8)] * 9, [Text("8 → 3")] * 9, width)
    assert drawn.plain.count("8 → 3") == fit
    assert max((len(line.rstrip()) for line in drawn.plain.splitlines()), default=0) <= width


def test_the_worst_mistakes_are_shown_with_their_predictions(run: Run) -> None:
    text = mistakes(run, 80).plain
    assert text.startswith("\nMisclassified images (true → predicted, confidence)\n\n▀")
    reported = re.findall(r"(\d) → (\d) \d+%", text)
    assert reported
    assert all(true != printed for true, printed in reported)
    assert mistakes(run_on(numbers()), 80).plain == ""


PLACES: dict[str, tuple[dict[str, Any], bool, bool]] = {
    "a terminal": ({}, True, True),
    "256 colors": ({"color_system": "256"}, True, True),
    "16 colors": ({"color_system": "standard"}, True, False),
    "NO_COLOR": ({"no_color": True}, True, False),
    "a pipe": ({"force_terminal": False}, True, False),
    "a dumb terminal": ({"_environ": {"TERM": "dumb"}}, True, False),
    "no Unicode": ({"encoding": "ascii"}, False, False),
    "an old Windows": ({"legacy_windows": True}, False, False),
}


@pytest.mark.parametrize(("options", "blocks", "colors"), PLACES.values(), ids=PLACES)
def test_plots_are_omitted_where_the_terminal_cannot_show_them(
    options: dict[str, Any], blocks: bool, colors: bool, run: Run
) -> None:
    console = terminal(**options)
    assert (shows_blocks(console), shows_pictures(console)) == (blocks, colors)
    with console.capture() as capture:
        show(run, Path("runs/x"), console)
    text = capture.get()
    assert ("▀" in text) is colors
    assert bool(re.search("[▁▂▃▄▅▆▇█]", text)) is blocks
    assert "test accuracy" in text


@pytest.mark.parametrize("width", [10, 20, 40, 300])
def test_any_width_works(width: int, run: Run) -> None:
    console = terminal(width=width)
    with console.capture() as capture:
        show(run, Path("runs/x"), console)
    assert "Saved to" in capture.get()
