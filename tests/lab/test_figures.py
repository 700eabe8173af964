"""Figures made of a learner's own functions: drawn everywhere, in the limits of a check, and never an error."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from rich.console import Console

from glassnet.cli.main import run
from glassnet.common.graph.parts import Edge, Node
from glassnet.lab.autograder import figures
from glassnet.lab.autograder.running import CanceledError, Limits, RunRequest
from glassnet.lab.course import course, find_exercise
from glassnet.lab.drawing.live import Illustration, paced
from glassnet.lab.drawing.panels import (
    Bars,
    Curve,
    Figure,
    Flow,
    Formula,
    Images,
    Lines,
    Panel,
    Picture,
    Surface,
    Term,
    from_json,
    to_json,
)
from glassnet.lab.drawing.png import png
from glassnet.lab.drawing.sources import drawer, has_figure
from glassnet.lab.drawing.text import render
from glassnet.lab.exercise import Exercise, Namespace
from glassnet.lab.learning.illustration import print_live
from glassnet.lab.learning.workspace import Workspace
from helpers.lab_answers import solved

ODD = [math.nan, math.inf, -math.inf, 0.0, -0.0, 1e300, -1e-300]

PANELS: dict[str, Panel] = {
    "lines": Lines("t", [Curve("a", range(7), ODD), Curve("b", [1.0], [math.nan], "points")], "x", "y"),
    "logarithmic lines": Lines("", [Curve("a", [-1.0, 0.0, 10.0], [0.0, 1.0, 1e9])], log="xy"),
    "no lines": Lines("", []),
    "a constant line": Lines("", [Curve("a", [1.0, 2.0], [3.0, 3.0], "dashed")]),
    "bars": Bars("", list("abcdefg"), {"one": [*ODD[:5], 5, -3], "two": range(7)}),
    "no bars": Bars("", [], {}),
    "images": Images("", [Picture("a", np.reshape(ODD[:4], (2, 2))), Picture("", np.zeros((3, 5)))], signed=True),
    "color images": Images("", [Picture("a", np.full((2, 2, 3), 300.0))]),
    "no images": Images("", []),
    "formula": Formula("", [Term("A", np.reshape(ODD[:6], (2, 3)), "columns"), "·", Term("b", 3.0), "= $x^"]),
    "surface": Surface("", (0, 1), (0, 1), np.reshape(ODD[:3] * 2, (2, 3)), [Curve("p", ODD[:3], ODD[2:5])]),
    "flow": Flow("", [Node("<a>"), Node("b", "$")], [Edge(0, 1, math.nan, np.zeros((2, 3)))]),
}


def text_of(figure: Figure, width: int = 78) -> str:
    return render(figure, width).plain


FIGURES = pytest.mark.parametrize("exercise", [one for one in course() if has_figure(one)], ids=lambda one: one.key)


@FIGURES
def test_the_figure_of_an_exercise_is_drawn_as_text(exercise: Exercise) -> None:
    first = next(iter(drawer(exercise)(exercise.solution_namespace())))
    figure = from_json(json.loads(json.dumps(to_json(first))))
    text = text_of(figure)
    assert text == text_of(first)
    assert text.startswith(figure.title)
    assert max(map(len, text.replace(figure.note, "").splitlines())) <= 78


@pytest.mark.slow
@FIGURES
def test_the_figure_of_an_exercise_is_drawn_as_an_image(exercise: Exercise) -> None:
    *_, figure = drawer(exercise)(exercise.solution_namespace())
    assert png(figure).startswith(b"\x89PNG")


def test_every_exercise_has_a_figure() -> None:
    assert [one.key for one in course() if not has_figure(one)] == []


@pytest.mark.parametrize("panel", PANELS.values(), ids=PANELS)
def test_odd_numbers_are_drawn(panel: Panel) -> None:
    figure = Figure("title", [panel], "note $x^")
    again = from_json(json.loads(json.dumps(to_json(figure))))
    assert text_of(again) == text_of(figure)
    for width in (20, 78):
        assert text_of(figure, width).startswith("title")
    assert png(figure).startswith(b"\x89PNG")


def test_the_numbers_of_a_figure_are_in_its_text() -> None:
    product = find_exercise("1")
    text = text_of(next(iter(drawer(product)(product.solution_namespace()))))
    assert "⎡ 14 15  9 ⎤" in text
    assert "⎣ 58 59 45 ⎦" in text
    softmax = find_exercise("10")
    assert "Softmax(x)   ███████████████████▌ 0.4083" in text_of(next(drawer(softmax)(softmax.solution_namespace())))


def test_broadcast_copies_are_in_parentheses() -> None:
    text = text_of(Figure("", [Formula("", [Term("b", [[1.0, 1.0], [-3.0, -3.0]], "columns")])]))
    assert "⎡  1  (1) ⎤" in text
    assert "⎣ -3 (-3) ⎦" in text


def test_lines_rise_where_numbers_do() -> None:
    lines = text_of(Figure("t", [Lines("", [Curve("up", [0.0, 1.0], [0.0, 1.0])])])).splitlines()
    plot = [line.partition("│")[2] for line in lines if "│" in line]
    starts = [len(line) - len(line.lstrip()) for line in plot]
    assert starts == sorted(starts, reverse=True)
    assert plot[0].endswith("up")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: Curve("a", [1.0], [1.0, 2.0]), "a: x has shape (1,), y has (2,)"),
        (lambda: Curve("a", ["x"], [1.0]), "x of a should be numbers, got list"),
        (lambda: Curve("a", [1.0], [1j]), "y of a should be numbers, got list"),
        (lambda: Bars("", ["a"], {"yours": [1, 2]}), "yours has 2 numbers for 1 labels"),
        (lambda: Picture("a", np.zeros(4)), "the image 'a' has shape (4,)"),
        (lambda: Term("A", np.zeros((2, 2, 2))), "A has shape (2, 2, 2)"),
        (lambda: Term("A", np.zeros((99, 2))), "A has shape (99, 2)"),
        (lambda: Term("A", None), "A should be numbers, got NoneType"),
        (lambda: Curve("a", np.zeros(10**6), np.zeros(10**6)), "x of a has 1,000,000 numbers, more than a figure"),
        (lambda: Figure("", ["text"]), "a figure contains a str"),
        (lambda: Lines("", [], limits=[1.0]), "not enough values"),
        (lambda: Lines("", [], log="z"), "log should be '', 'x', 'y', or 'xy', got 'z'"),
        (lambda: Flow("", [Node("a")], [Edge(0, 1, 2.0)]), "an edge from node 0 to 1 of 1"),
        (lambda: Flow("", [Node("a", kind="other")], []), "a node of kind 'other'"),
        (lambda: from_json({"kind of panel": "Figure", "title": 1, "panels": 2}), "not a figure"),
        (lambda: from_json({"kind of panel": "Path"}), "not a figure"),
        (lambda: from_json({"kind of panel": "Curve", "name": "a"}), "not a figure"),
    ],
)
def test_values_that_cannot_be_drawn_are_named(wrong, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=r".") as caught:
        wrong()
    assert message in str(caught.value)


def fault(code: str) -> str:
    """An answer to Exercise 10 that fails in its function."""
    return f"import os, sys, time\n\n\ndef Softmax(x, axis=-1):\n    {code}\n"


FAULTS = {
    'return "no"': "ValueError: Softmax(x) should be numbers, got str",
    "return x / 0 if 1 // 0 else x": "ZeroDivisionError",
    "return None": "ValueError: Softmax(x) should be numbers, got NoneType",
    "return [1, [2, 3]]": "ValueError: Softmax(x) should be numbers, got list",
    "return x[:2]": "ValueError: Softmax(x) has 2 numbers for 5 labels",
    "raise NotImplementedError": "Softmax is not implemented",
    "sys.exit(3)": "SystemExit: 3",
    "os._exit(3)": "the process exited with status 3",
    "time.sleep(99)": "stopped after 1 seconds",
    "from glassnet.lab.drawing.panels import Figure": "ImportError",
}


@pytest.mark.parametrize("code", FAULTS)
def test_a_wrong_answer_gives_one_line(code: str) -> None:
    frames = list(figures.frames(find_exercise("10"), RunRequest(fault(code), "answer.py"), Limits(seconds=1)))
    assert len(frames) == 1
    assert isinstance(frames[0], str)
    assert FAULTS[code] in frames[0]
    assert "\n" not in frames[0]


def test_a_file_that_is_not_python_gives_one_line() -> None:
    frames = figures.frames(find_exercise("10"), RunRequest("def (", "answer.py"))
    assert list(frames) == ["SyntaxError: invalid syntax"]


def test_a_figure_can_be_canceled() -> None:
    request = RunRequest(fault("time.sleep(99)"), "answer.py", is_wanted=lambda: False)
    with pytest.raises(CanceledError):
        list(figures.frames(find_exercise("10"), request))


def test_a_live_figure_comes_in_frames_and_is_stopped_in_time() -> None:
    exercise = find_exercise("17")
    slow = solved(exercise).replace("return W, B, cost_arr", "import time; time.sleep(0.4); return W, B, cost_arr")
    *frames, why = figures.frames(exercise, RunRequest(slow, "answer.py"), Limits(seconds=2))
    assert isinstance(why, str)
    assert why.startswith("stopped after 2 seconds")
    assert [frame.title for frame in frames] == [f"Training, epoch {i}" for i in range(1, len(frames) + 1)]


def test_the_notebooks_network_is_a_flat_line_next_to_the_learners() -> None:
    exercise = find_exercise("17")
    shown = drawer(exercise)(exercise.solution_namespace())
    figure = [next(shown) for _ in range(8)][-1]
    losses, accuracies = (
        {curve.name.split()[0]: np.asarray(curve.y) for curve in panel.curves} for panel in figure.panels
    )
    assert np.ptp(losses["notebook"]) < 1e-9
    assert losses["notebook"][0] == pytest.approx(math.log(10), rel=0.01)
    assert np.ptp(accuracies["notebook"]) == 0
    assert losses["yours"][-1] < 0.9 * losses["yours"][0]
    assert accuracies["yours"][-1] > 2 * accuracies["notebook"][-1]


@pytest.mark.parametrize(
    ("frames", "is_live", "expected"),
    [
        ("abc", True, ["a", "c"]),
        ("abc", False, ["c"]),
        ("a", True, ["a"]),
        (["a", "b", "!it stopped"], True, ["a", "b The figure is not complete: it stopped"]),
        (["!it failed"], True, [" No figure: it failed"]),
        ([], True, [" No figure: nothing was drawn"]),
    ],
)
def test_live_figures_are_paced_and_end_with_the_last(frames: list[str], is_live: bool, expected: list[str]) -> None:
    stream = [one[1:] if one.startswith("!") else Figure(one, []) for one in frames]
    ticks = iter(np.arange(0, 9, 0.1))
    shown = [
        f"{one.figure.title if one.figure else ''} {one.problem}".rstrip()
        for one in paced(stream, is_live, lambda: float(next(ticks)))
    ]
    assert shown == expected


def test_a_live_figure_fits_into_the_terminal() -> None:
    exercise = find_exercise("17")
    figure = next(iter(drawer(exercise)(exercise.solution_namespace())))
    console = Console(width=80, height=24, force_terminal=True, record=True, legacy_windows=False)
    with console.capture() as captured:
        print_live(console, iter([Illustration(figure), Illustration(figure)]))
    frames = captured.get().split("Training, epoch 1")[1:]
    assert len(frames) >= 3  # two live, and the last one in full
    assert frames[0].count("\n") <= 24
    assert frames[-1].count("\n") > 24


class TestCommands:
    @pytest.fixture(autouse=True)
    def lab(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forked_answers: None) -> Path:
        """A new folder of a learner, as the current folder."""
        Workspace.create(tmp_path / "mine")
        monkeypatch.chdir(tmp_path / "mine")
        Path("10_softmax.py").write_text(solved(find_exercise("10")), encoding="utf-8")
        return tmp_path / "mine"

    def test_check_draws_the_figure_of_a_passed_exercise(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert run(["lab", "check", "10"]) == 0
        assert "Probabilities of five classes" in capsys.readouterr().out
        assert run(["lab", "check", "10", "--no-figure"]) == 0
        assert "Probabilities of five classes" not in capsys.readouterr().out
        assert run(["lab", "check", "11"]) == 1
        assert "figure" not in capsys.readouterr().out.lower()

    def test_figure_writes_a_png(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert run(["lab", "figure", "softmax", "--out", "softmax.png"]) == 0
        printed = capsys.readouterr().out
        assert "0.4083" in printed
        assert printed.endswith("Wrote softmax.png.\n")
        with Image.open("softmax.png") as picture:
            assert picture.width > 700

    def test_what_cannot_be_drawn_is_one_line(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert run(["lab", "figure", "11"]) == 1
        assert capsys.readouterr().out == "No figure: forward_layer is not implemented\n"
        assert run(["lab", "figure", "10", "--out", "softmax.pdf"]) == 2
        assert "--out should be a .png file, got softmax.pdf" in capsys.readouterr().err

    def test_a_shape_that_tests_do_not_see_is_one_line(self, capsys: pytest.CaptureFixture[str]) -> None:
        wrong = 'assert np.size(x) != 5, "five"; x = np.asarray(x'
        source = solved(find_exercise("10")).replace("x = np.asarray(x", wrong)
        Path("10_softmax.py").write_text(source, encoding="utf-8")
        run(["lab", "figure", "10"])
        assert capsys.readouterr().out == "No figure: AssertionError: five\n"


def test_figures_do_not_change_what_an_answer_gets() -> None:
    """Arguments that an answer changes in place are not used again by the figure."""
    exercise = find_exercise("8")

    def ReLu(z):  # type: ignore[no-untyped-def]
        z[z < 0] = 0
        return z

    figure = next(iter(drawer(exercise)(Namespace({"ReLu": ReLu}))))
    expected = next(iter(drawer(exercise)(exercise.solution_namespace())))
    assert text_of(figure) == text_of(expected)
