"""What the lab shows in notebooks: HTML that is complete, escaped, readable in light and dark, and loads nothing."""

import base64
import itertools
import json
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest

from glassnet.lab import notebook_api
from glassnet.lab.autograder.checking import check
from glassnet.lab.course import chapter_of, course, find_exercise
from glassnet.lab.drawing.live import Illustration
from glassnet.lab.drawing.notebook import illustration_html
from glassnet.lab.drawing.panels import Bars, Curve, Figure, Lines
from glassnet.lab.drawing.sources import drawer
from glassnet.lab.learning.html import AMBER, GRAY, GREEN, RED, progress_html, verdict_html
from glassnet.lab.teaching.assignment import CONTENTS, FINALE, write_assignment
from glassnet.lab.teaching.submissions import read_submissions
from helpers.lab_answers import solved, with_mistake

pytestmark = pytest.mark.usefixtures("forked_answers")

SOFTMAX, BACK = find_exercise("10"), find_exercise("15")

EVIL = "<script>alert('&')</script>\x1b[31m"

REMOTE = re.compile(r"""<(script|link|iframe|object|base)\b|!\[|@import|url\(|(src|srcset|data)=(?!["']?data:)""", re.I)
"""What would load something, or run something, in a notebook."""


def names_of(source: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(source, names)
    return names


@pytest.fixture
def outputs(monkeypatch: pytest.MonkeyPatch) -> list[list[dict[str, str]]]:
    """A kernel: each output of a cell, as the versions that replaced each other."""
    shown: list[list[dict[str, str]]] = []

    def display(data: dict[str, str], *, raw: bool, display_id: bool) -> Any:
        assert (raw, display_id) == (True, True)
        shown.append([data])
        return SimpleNamespace(update=lambda data, *, raw, own=shown[-1]: own.append(data))

    # Matplotlib reads the version.
    kernel = SimpleNamespace(get_ipython=lambda: SimpleNamespace(kernel=object()), version_info=(9, 0))
    monkeypatch.setitem(sys.modules, "IPython", kernel)
    monkeypatch.setitem(sys.modules, "IPython.display", SimpleNamespace(display=display))
    return shown


class TestHtml:
    def test_a_verdict_has_the_marks_and_texts_of_the_plain_one(self) -> None:
        wrong = check(SOFTMAX, with_mistake(SOFTMAX, "sums over the whole array"), "answer.py")
        shown = verdict_html(wrong)
        words = re.sub(r"<[^>]*>", "", shown)
        assert "✓ a vector" in words
        assert "✗ two equal rows" in words
        assert "Your Softmax divides by the sum of the whole array" in words
        assert "Change your code and run the cell." in words
        assert shown.count(RED) >= 2
        passed = verdict_html(check(SOFTMAX, solved(SOFTMAX), "answer.py"))
        assert "Passed." in passed
        assert "✗" not in passed
        assert RED not in passed
        assert SOFTMAX.explanation.split("'")[0][:60] in passed

    def test_texts_of_an_answer_are_escaped(self) -> None:
        source = f"def Softmax(x, axis=-1):\n    print({EVIL!r})\n    raise ValueError({EVIL!r})\n"
        verdict = check(SOFTMAX, source, "answer.py")
        for shown in (verdict_html(verdict, is_full=True), progress_html([verdict])):
            assert "<script" not in shown
            assert "\x1b" not in shown
            assert "&lt;script&gt;alert" in shown
        figure = Figure(EVIL, [Bars(EVIL, [EVIL], {EVIL: [1.0]})], EVIL)
        shown = illustration_html(Illustration(figure, EVIL))
        assert "<script" not in shown
        assert "\x1b" not in shown

    @pytest.mark.parametrize("page", ["#ffffff", "#111111", "#000000"])
    @pytest.mark.parametrize("color", [GREEN, RED, AMBER, GRAY])
    def test_colors_are_readable_on_light_and_dark_pages(self, color: str, page: str) -> None:
        def luminance(text: str) -> float:
            parts = [int(text[i : i + 2], 16) / 255 for i in (1, 3, 5)]
            linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
            return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

        darker, lighter = sorted((luminance(color), luminance(page)))
        assert (lighter + 0.05) / (darker + 0.05) >= 3

    @pytest.mark.parametrize("exercise", [SOFTMAX, BACK], ids=lambda one: one.key)
    def test_a_figure_is_one_image_with_its_text_as_the_alternative(self, exercise: Any) -> None:
        figure = next(iter(drawer(exercise)(exercise.solution_namespace())))
        shown = illustration_html(Illustration(figure))
        assert not REMOTE.search(shown)
        assert shown.count("<img") == 1
        kind, data = re.findall(r'src="data:image/([\w+]+);base64,([^"]+)"', shown)[0]
        assert base64.b64decode(data).startswith({"png": b"\x89PNG", "svg+xml": b"<svg"}[kind])
        assert "alt=" in shown
        number = "0.4083" if exercise is SOFTMAX else "z[1] → a[1]"
        assert number in shown


class TestShow:
    def test_a_passed_exercise_shows_verdict_and_figure(self, outputs: list[list[dict[str, str]]]) -> None:
        notebook_api.show("10", names_of(solved(SOFTMAX)))
        (verdict,), (figure,) = outputs
        assert "Passed." in verdict["text/html"]
        assert "Passed." in verdict["text/plain"]
        assert "<img" in figure["text/html"]
        assert "0.4083" in figure["text/plain"]

    def test_a_failed_exercise_shows_no_figure(self, outputs: list[list[dict[str, str]]]) -> None:
        notebook_api.show("10", names_of(with_mistake(SOFTMAX, "sums over the whole array")))
        assert len(outputs) == 1

    def test_additional_lines_of_an_exercise_are_shown(self, outputs: list[list[dict[str, str]]]) -> None:
        notebook_api.show("15", names_of(with_mistake(BACK, "dW not divided by m")))
        assert "central differences of the loss" in outputs[0][0]["text/plain"]
        assert "central differences of the loss" in outputs[0][0]["text/html"]

    def test_no_figure_is_drawn_while_nbgrader_grades(
        self, outputs: list[list[dict[str, str]]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
        notebook_api.show("10", names_of(solved(SOFTMAX)))
        assert len(outputs) == 1

    def test_outside_a_notebook_the_figure_is_text(self, capsys: pytest.CaptureFixture[str]) -> None:
        notebook_api.show("10", names_of(solved(SOFTMAX)))
        printed = capsys.readouterr().out
        assert "Passed." in printed
        assert "Softmax(x)   ███████████████████▌ 0.4083" in printed
        assert "<" not in printed

    def test_live_figures_replace_each_other(
        self, outputs: list[list[dict[str, str]]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("glassnet.lab.drawing.live.PAUSE", 0.0)
        figures = [Figure(f"epoch {i}", [Lines("", [Curve("", [1, 2], [i, i])])]) for i in range(3)]
        notebook_api.show_live(iter(figures))
        assert len(outputs) == 1
        assert [version["text/plain"].split("\n")[0] for version in outputs[0]] == ["epoch 0", "epoch 1", "epoch 2"]

    @pytest.mark.parametrize(
        ("line", "expected"),
        [
            ("return 'no'", "ValueError: Softmax(x) should be numbers, got str"),
            ("raise SystemExit(3)", "SystemExit: 3"),
            ("while True: pass", "stopped after 0.2 seconds"),
        ],
    )
    def test_an_answer_that_cannot_be_drawn_is_one_line(
        self, line: str, expected: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(notebook_api, "SECONDS", 0.2)
        (found,) = notebook_api.frames(SOFTMAX, names_of(f"def Softmax(x, axis=-1):\n    {line}\n"))
        assert isinstance(found, str)
        assert found.startswith(expected)

    def test_the_time_limit_is_for_the_answer_and_not_for_the_display(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def figures(_: Any) -> Iterator[Figure]:
            yield Figure("first", [])
            yield Figure("second", [])

        monkeypatch.setattr(notebook_api, "SECONDS", 0.3)
        monkeypatch.setattr(notebook_api, "drawer", lambda exercise: figures)
        stream = notebook_api.frames(SOFTMAX, {})
        assert isinstance(next(stream), Figure)
        time.sleep(0.4)
        assert [one.title for one in stream if isinstance(one, Figure)] == ["second"]

    def test_the_time_limit_is_for_all_figures_of_an_answer(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def figures(_: Any) -> Iterator[Figure]:
            while True:
                time.sleep(0.1)
                yield Figure("another", [])

        monkeypatch.setattr(notebook_api, "SECONDS", 0.25)
        monkeypatch.setattr(notebook_api, "drawer", lambda exercise: figures)
        *drawn, why = itertools.islice(notebook_api.frames(SOFTMAX, {}), 50)
        assert why == "stopped after 0.25 seconds; is there an infinite loop?"
        assert len(drawn) <= 3


class TestFolder:
    @pytest.fixture
    def folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """A folder of notebooks, two of which are solved, and one of which is wrong."""
        write_assignment(tmp_path / "nb", "jupyter", course())
        wrong = with_mistake(SOFTMAX, "sums over the whole array")
        answers = {"07_sigmoid": solved(find_exercise("7")), "08_relu": solved(find_exercise("8")), "10_softmax": wrong}
        for key, source in answers.items():
            cells = [{"cell_type": "code", "source": source}]
            (tmp_path / "nb" / f"{key}.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
        monkeypatch.chdir(tmp_path / "nb")
        return tmp_path / "nb"

    def test_the_contents_link_every_exercise_and_the_finale(self, folder: Path) -> None:
        contents = nbformat.read(folder / CONTENTS, 4)
        nbformat.validate(contents)
        links = re.findall(r"\]\(([^)]*)\)", contents.cells[0].source)
        assert links == [*(f"{exercise.key}.ipynb" for exercise in course()), FINALE]
        assert all((folder / link).is_file() for link in links)
        chapters = re.findall(r"^## (.*)$", contents.cells[0].source, re.M)
        assert chapters == list(dict.fromkeys(map(chapter_of, course())))
        assert "progress()" in contents.cells[1].source

    def test_a_selection_has_the_contents_of_it(self, tmp_path: Path) -> None:
        write_assignment(tmp_path / "some", "jupyter", [SOFTMAX, BACK])
        text = nbformat.read(tmp_path / "some" / CONTENTS, 4).cells[0].source
        assert re.findall(r"\]\(([^)]*)\)", text) == ["10_softmax.ipynb", "15_back_propagation.ipynb", FINALE]

    def test_notebooks_load_nothing_from_elsewhere(self, folder: Path) -> None:
        for path in folder.glob("*.ipynb"):
            for cell in nbformat.read(path, 4).cells:
                if cell.cell_type == "markdown":
                    assert not REMOTE.search(cell.source), path.name

    def test_progress_lists_points_and_reasons(self, folder: Path, outputs: list[list[dict[str, str]]]) -> None:
        notebook_api.progress()
        ((shown,),) = outputs
        found = re.findall(r"<tr>.*?</tr>", shown["text/html"])
        rows = {re.findall(r">(\w+) · ", row)[0]: row for row in found}
        assert len(rows) == len(course())
        assert "✓" in rows["7"]
        assert "7 of 7" in rows["7"]
        assert "✗" in rows["10"]
        assert "Your Softmax divides by the sum of the whole array" in rows["10"]
        assert "not started" in rows["11"]
        assert " 10  Softmax: " in shown["text/plain"]

    def test_the_finale_trains_with_the_functions_of_the_notebooks(
        self, folder: Path, outputs: list[list[dict[str, str]]]
    ) -> None:
        notebook_api.finale(epochs=2)
        live, (table,), (picture,) = outputs
        assert live[-1]["text/plain"].startswith("Training, epoch 2\n")
        assert "notebook 2.3" in live[-1]["text/plain"]
        assert "2 of 21 functions are yours." in table["text/html"]
        assert "Test accuracy" in table["text/html"]
        assert picture["text/plain"].startswith("Inside the trained network")
        names = ("digits-by-hand.safetensors", "loss.png", "confusion.png", "network.png")
        assert all((folder / name).is_file() for name in names)

    def test_a_folder_without_exercises_is_an_error(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError, match="has no exercises of the lab"):
            notebook_api.progress(tmp_path)

    def test_notebooks_without_an_exercise_are_ignored_in_submissions(self, folder: Path) -> None:
        (submission,) = read_submissions(folder.parent)
        assert submission.notes == ()
        assert len(submission.files) == len(course())
