"""Assignments in four formats, and grades with reasons."""

import csv
import io
import itertools
import json
import os
import re
import zipfile
from pathlib import Path
from typing import Any

import nbformat
import pytest

from glassnet.cli.main import run
from glassnet.lab.autograder.checking import check, checker_for
from glassnet.lab.course import find_exercise
from glassnet.lab.teaching.feedback import page
from glassnet.lab.teaching.grading import Grade, grade_submissions, to_csv
from glassnet.lab.teaching.listing import MAX_LINES, listing
from glassnet.lab.teaching.submissions import Submission, read_submissions
from helpers.lab_answers import solved, with_mistake, written

pytestmark = pytest.mark.usefixtures("forked_answers")

SOFTMAX, SLOPES, BACK = find_exercise("10"), find_exercise("14"), find_exercise("15")


class TestAssignments:
    def test_scripts_equal_the_files_of_the_learner(self, tmp_path: Path) -> None:
        folder = written(tmp_path / "a", "script")
        assert sorted(path.name for path in folder.iterdir()) == ["10_softmax.py", "15_back_propagation.py"]
        assert (folder / "10_softmax.py").read_text(encoding="utf-8") == SOFTMAX.lesson.file_text()

    def test_notebooks_are_valid_and_in_step_with_their_source(self, tmp_path: Path) -> None:
        folder = written(tmp_path / "a", "jupyter")
        notebook = nbformat.read(folder / "10_softmax.ipynb", 4)
        nbformat.validate(notebook)
        assert [(cell.cell_type, cell.source) for cell in notebook.cells[:-1]] == [
            (cell.kind, cell.blank()) for cell in SOFTMAX.lesson.cells
        ]
        assert "show('10', globals())" in notebook.cells[-1].source
        again = written(tmp_path / "b", "jupyter") / "10_softmax.ipynb"
        assert again.read_bytes() == (folder / "10_softmax.ipynb").read_bytes()

    def test_nbgrader_sources_carry_schema_3_solutions_hidden_tests_and_points(self, tmp_path: Path) -> None:
        folder = written(tmp_path / "a", "nbgrader")
        notebook = nbformat.read(folder / "source" / "lab" / "10_softmax.ipynb", 4)
        words = [cell.metadata.nbgrader for cell in notebook.cells]
        assert {one.schema_version for one in words} == {3}
        assert len({one.grade_id for one in words}) == len(words)
        assert sum(one.get("points", 0) for one in words) == SOFTMAX.points
        kinds = [(one.solution, one.grade, one.locked) for one in words]
        assert kinds.count((True, False, False)) == 1
        assert kinds.count((False, True, True)) == len(SOFTMAX.cases)
        answer = next(cell.source for cell in notebook.cells if cell.metadata.nbgrader.solution)
        assert answer.count("### BEGIN SOLUTION") == answer.count("### END SOLUTION") == 1
        for cell in notebook.cells:
            if cell.metadata.nbgrader.grade:
                assert "### BEGIN HIDDEN TESTS\nrequire('10', " in cell.source

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["there", "--format", "word"], "--format should be one of script, jupyter, nbgrader, otter, got 'word'"),
            (["full"], "exists and is not empty; give a new folder"),
            (["there", "--exercises", "99"], "unknown exercise '99'"),
        ],
    )
    def test_invalid_options_print_an_error(
        self, arguments: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "full").mkdir()
        (tmp_path / "full" / "x").write_text("mine")
        assert run(["lab", "assignment", str(tmp_path / arguments[0]), *arguments[1:]]) in (1, 2)
        assert message in capsys.readouterr().err
        assert not (tmp_path / "there").exists()

    def test_cells_check_in_a_notebook(self, capsys: pytest.CaptureFixture[str]) -> None:
        from glassnet.lab.notebook_api import require, show

        names: dict[str, Any] = {}
        exec(with_mistake(SOFTMAX, "sums over the whole array"), names)
        capsys.readouterr()
        show("10", names)
        printed = capsys.readouterr().out
        assert "Your Softmax divides by the sum of the whole array" in printed
        assert "Change your code and run the cell." in printed
        require("10", "a vector", names)
        with pytest.raises(AssertionError, match=r"two equal rows: failed\. .* half of the correct value"):
            require("10", "two equal rows", names)
        with pytest.raises(ValueError, match="exercise 10 has no test 'nothing'; tests: a vector, "):
            require("10", "nothing", names)
        from glassnet.lab.given import Softmax

        with pytest.raises(AssertionError, match="Softmax is the reference solution"):
            require("10", "a vector", {"Softmax": Softmax})
        exec(solved(SOFTMAX), names)
        show("10", names)
        assert SOFTMAX.explanation in capsys.readouterr().out

    def test_cells_give_no_points_for_no_work(self) -> None:
        from glassnet.lab.notebook_api import require

        names: dict[str, Any] = {}
        exec("def L1(yhat, y):\n    raise ValueError('no')\nL2 = L1\n", names)
        with pytest.raises(AssertionError, match="no points yet, since this test needs no computed result"):
            require("2c", "L1 of different lengths: ValueError", names)

    def test_cells_stop_an_answer_in_an_endless_loop(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from glassnet.lab import notebook_api

        monkeypatch.setattr(notebook_api, "SECONDS", 0.3)
        names: dict[str, Any] = {}
        exec("def Softmax(x, axis=-1):\n    while True:\n        pass\n", names)
        verdict = notebook_api.verdict_on("10", names)
        assert [result.got.error for result in verdict.results] == ["Stopped"] + ["NotRun"] * 7


def rows_of(page: str) -> list[str]:
    """The rows of all tables of a page."""
    return re.findall(r"(?s)<tr>(.*?)</tr>", page)


def cells_of(row: str) -> list[str]:
    """The texts of the cells of a row."""
    return [re.sub(r"<[^>]*>", "", cell) for cell in re.findall(r"(?s)<td[^>]*>(.*?)</td>", row)]


def as_notebook(*sources: str) -> str:
    return nbformat.writes(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources]))


class TestGrading:
    @pytest.fixture
    def submissions(self, tmp_path: Path) -> Path:
        folder = tmp_path / "in"
        for name in ("ada", "ben", "cleo", "dan"):
            (folder / name).mkdir(parents=True)
        (folder / "ada" / "10_softmax.py").write_text(solved(SOFTMAX), encoding="utf-8")
        (folder / "ada" / "15_back_propagation.ipynb").write_text(as_notebook(solved(BACK)), encoding="utf-8")
        (folder / "ben" / "10.py").write_text(with_mistake(SOFTMAX, "overflows"), encoding="utf-8")
        (folder / "ben" / "15 (1).py").write_text("import time\ndef back_propagation(*given):\n    time.sleep(1000)\n")
        (folder / "cleo" / "10_softmax.py").write_text("def Softmax(:\n")
        (folder / "cleo" / "15_back_propagation.py").write_text(BACK.lesson.file_text(), encoding="utf-8")
        (folder / "=evil<script>.ipynb").write_text(
            as_notebook(solved(SOFTMAX), with_mistake(BACK, "wrong sign")), encoding="utf-8"
        )
        (folder / ".hidden").write_text("not a submission")
        (folder / "Ada").mkdir()
        (folder / "Ada" / "Softmax_Ada.py").write_bytes(solved(SOFTMAX).encode("utf-8-sig"))
        return folder

    def test_grading_gives_partial_credit_and_a_page_per_learner(self, submissions: Path, tmp_path: Path) -> None:
        out = ["--csv", str(tmp_path / "grades.csv"), "--feedback", str(tmp_path / "pages"), "--jobs", "2"]
        assert run(["lab", "grade", str(submissions), "--exercises", "10,15", "--seconds", "3", *out]) == 0
        with (tmp_path / "grades.csv").open(encoding="utf-8-sig") as file:
            rows = {row["name"]: row for row in csv.DictReader(file)}
        totals = {name: [int(row[key]) for key in list(row)[1:5]] for name, row in rows.items()}
        assert totals == {
            "ada": [8, 8, 16, 16],
            "ben": [5, 0, 5, 16],
            "cleo": [0, 0, 0, 16],
            "dan": [0, 0, 0, 16],
            "Ada": [8, 0, 8, 16],
            "'=evil<script>": [8, 0, 8, 16],
        }
        assert [rows[name]["remarks"] for name in ("ada", "ben", "cleo", "dan")] == [
            "",
            "15 stopped",
            "10 does not run; 15 not started",
            "10 missing; 15 missing",
        ]
        assert rows["ada"]["page"] == "ada-2.html"
        pages = {path.stem: path.read_text(encoding="utf-8") for path in (tmp_path / "pages").iterdir()}
        assert set(pages) == {"ada-2", "Ada", "ben", "cleo", "dan", "_evil_script_", "index"}
        assert '<a href="_evil_script_.html">=evil&lt;script&gt;</a>' in pages["index"]
        assert "Mean: 6.2 of 16 points" in pages["index"]
        by_exercise = {cells[0]: cells for cells in map(cells_of, rows_of(pages["index"])) if cells}
        assert by_exercise["10 · Softmax"] == ["10 · Softmax", "4.8 of 8", "3", "5", "overflows (1)"]
        assert by_exercise["15 · Backpropagation"][1:] == ["1.3 of 8", "1", "4", "wrong sign (1)"]
        assert by_exercise["Mean"] == ["Mean", "6.2", "4.8", "1.3"]
        assert by_exercise["ben"] == ["ben", "5", "5", "0"]
        assert by_exercise["dan"] == ["dan", "0", "–", "–"]
        assert 'style="--share: 62%" title="5 of 8 points"' in pages["index"]
        pages["ada"] = pages["ada-2"]
        assert "16 of 16 points" in pages["ada"]
        assert "e^1000 overflows: it is larger than any float" in pages["ben"]
        assert "stopped after 3 seconds; is there an infinite loop?" in pages["ben"]
        assert "10_softmax does not run" in pages["cleo"] or "SyntaxError" in pages["cleo"]
        assert "Not started." in pages["cleo"]
        assert "No file submitted" in pages["dan"]
        assert "All gradients have the wrong sign" in pages["_evil_script_"]
        assert "<script>" not in pages["_evil_script_"].split("</head>")[1]
        assert '<span class="marked"><i>1</i>def Softmax(:</span>' in pages["cleo"]
        assert "<i>3</i>    time.sleep(1000)</span>" in pages["ben"]
        assert "The code of this file is shown in Exercise 10." in pages["_evil_script_"]
        assert "raise NotImplementedError" not in pages["cleo"]

    def test_a_page_shows_the_code_with_the_line_that_raised_an_error(self, tmp_path: Path) -> None:
        folder = tmp_path / "in" / "zoe"
        folder.mkdir(parents=True)
        wrong = "def Softmax(x, axis=-1):\n    y = x\n\n\n    return nothing  # <b> & </b>"
        (folder / "10_softmax.ipynb").write_text(as_notebook("import numpy as np", wrong), encoding="utf-8")
        text = SOFTMAX.lesson.file_text().replace("raise NotImplementedError", "return x.nothing")
        (folder / "15_back_propagation.py").write_text(text.replace("Softmax", "back_propagation"), encoding="utf-8")
        (grade,) = grade_submissions(read_submissions(tmp_path / "in"), [SOFTMAX, BACK])
        shown = page(grade)
        assert "<i></i># %% code cell 2</span>" in shown
        assert '<span class="marked"><i>5</i>    return nothing  # &lt;b&gt; &amp; &lt;/b&gt;</span>' in shown
        number = 1 + text.splitlines().index("    return x.nothing")
        assert f"<i>{number}</i>    return x.nothing</span>" in shown
        assert "The **softmax**" not in shown

    def test_a_long_file_is_shown_around_its_error(self) -> None:
        source = "x = 1\n" * 5000 + "def Softmax(x, axis=-1):\n    return 1 / 0\n" + "y = 1\n" * 5000
        lines = listing(source, check(SOFTMAX, source, "10.py"))
        assert len(lines) == MAX_LINES
        assert [line.number for line in lines if line.is_marked] == [5002]

    def test_without_a_file_the_table_goes_to_stdout(
        self, submissions: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert run(["lab", "grade", str(submissions), "--exercises", "10", "--seconds", "100"]) == 0
        shown = capsys.readouterr()
        assert shown.out.splitlines()[0] == "name,exercise 10 (8),total,possible,remarks"
        assert "ada: 8 of 8" in shown.err

    def test_links_to_outside_and_old_copies_are_ignored(self, tmp_path: Path) -> None:
        (tmp_path / "in" / "eve").mkdir(parents=True)
        (tmp_path / "secret.py").write_text("x = 1")
        (tmp_path / "in" / "eve" / "10_softmax.py").symlink_to(tmp_path / "secret.py")
        (tmp_path / "in" / "eve" / "15_back_propagation.before-reset-1.py").write_text("old")
        (eve,) = read_submissions(tmp_path / "in")
        assert eve.files == {}

    def test_answers_are_found_whatever_the_file_name(self, tmp_path: Path) -> None:
        blank, right, wrong = SOFTMAX.lesson.file_text(), solved(SOFTMAX), with_mistake(SOFTMAX, "overflows")
        cases: dict[str, tuple[dict[str, str], str]] = {
            "by number": ({"10.py": right}, "10.py"),
            "by name": ({"Mueller_softmax.py": right}, "Mueller_softmax.py"),
            "by heading": ({"hand-in.py": right}, "hand-in.py"),
            "by what it defines": ({"all.py": "def Softmax(x, axis=-1):\n    return x\n"}, "all.py"),
            "the exact name": ({"10_softmax.py": right, "10_softmax_old.py": wrong}, "10_softmax.py"),
            "not the blank": ({"10_softmax.py": blank, "10_softmax.ipynb": as_notebook(right)}, "10_softmax.ipynb"),
            "not the subfolder": ({"10_softmax.py": right, "v1/10_softmax.py": wrong}, "10_softmax.py"),
        }
        for name, (files, _) in cases.items():
            for file, text in files.items():
                path = tmp_path / "in" / name / file
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
        found = {one.name: one for one in read_submissions(tmp_path / "in")}
        assert {name: one.files["10"].name for name, one in found.items()} == {
            name: file for name, (_, file) in cases.items()
        }
        assert found["not the blank"].notes == ("exercise 10: 10_softmax.ipynb was graded, not 10_softmax.py",)

    def test_zip_files_are_read_and_other_files_are_reported(self, tmp_path: Path) -> None:
        folder = tmp_path / "in" / "ada"
        folder.mkdir(parents=True)
        (folder / "report.pdf").write_bytes(b"%PDF")
        (folder / "broken.zip").write_bytes(b"PK")
        (folder / "helper.py").write_text("small = 1\n")
        with zipfile.ZipFile(folder / "lab.zip", "w") as archive:
            archive.writestr("../../10_softmax.py", solved(SOFTMAX))
            archive.writestr("__MACOSX/._10_softmax.py", "x")
        with zipfile.ZipFile(tmp_path / "in" / "ben.zip", "w") as archive:
            archive.writestr("15_back_propagation.py", solved(BACK))
        ada, ben = read_submissions(tmp_path / "in")
        assert {number: file.name for number, file in ada.files.items()} == {"10": "lab.zip/../../10_softmax.py"}
        assert ada.modules == {"helper.py": "small = 1\n"}
        assert "report.pdf: ignored, since it is neither .py nor .ipynb" in ada.notes
        assert any("broken.zip: cannot be unpacked" in note for note in ada.notes)
        assert set(ben.files) == {"15"}

    def test_files_prefixed_with_a_name_belong_to_one_learner(self, tmp_path: Path) -> None:
        (tmp_path / "ada_10_softmax.py").write_text(solved(SOFTMAX))
        (tmp_path / "ada_15_back_propagation.py").write_text(solved(BACK))
        (ada,) = read_submissions(tmp_path)
        assert (ada.name, set(ada.files)) == ("ada", {"10", "15"})

    def test_the_folder_of_one_learner_is_not_read_as_a_class(self, tmp_path: Path) -> None:
        (tmp_path / "10_softmax.py").write_text(solved(SOFTMAX))
        with pytest.raises(ValueError, match="looks like a single submission"):
            read_submissions(tmp_path)

    def test_answers_that_delete_other_files_change_no_points(self, tmp_path: Path) -> None:
        for name in ("a", "b"):
            (tmp_path / "in" / name).mkdir(parents=True)
            (tmp_path / "in" / name / "10_softmax.py").write_text(solved(SOFTMAX), encoding="utf-8")
        wild = f"import shutil\nshutil.rmtree({str(tmp_path / 'in' / 'b')!r})\nSoftmax = 3\n"
        (tmp_path / "in" / "a" / "10_softmax.py").write_text(f"def f():\n    pass\nx = Softmax = f\n{wild}")
        grades = list(grade_submissions(read_submissions(tmp_path / "in"), [SOFTMAX]))
        assert [grade.total for grade in grades] == [0, 8]

    @pytest.mark.parametrize(
        "bad",
        [
            b"# coding: rot13\nx = 1\n",
            b"# coding: utf-7\nx = '+2AA-'\n",
            b"x = 1" + b" + 1" * 20_000,
            b"x = " + b"-" * 200_000 + b"1",
            b"\n" * 50_000 + b"x = 1\n",
            b"def Softmax(x, axis=-1):\n    raise ValueError('\\ud800')\n",
            b"def Softmax(x, axis=-1):\n    y = []\n    for _ in range(400):\n        y = [y]\n    return y\n",
            b"def Softmax(x, axis=-1):\n    y = []\n    y.append(y)\n    return y\n",
            b"class E(Exception):\n    def __str__(self):\n        raise self\ndef Softmax(x, axis=-1):\n    raise E\n",
            b"PK\x03\x04",
            b"",
        ],
        ids=["rot13", "utf-7", "a long sum", "a long sign", "blank lines", "half a character", "deep", "in itself",
             "an error without words", "a zip", "nothing"],
    )  # fmt: skip
    def test_a_bad_submission_does_not_affect_the_others(self, bad: bytes, tmp_path: Path) -> None:
        for name, data in (("bad", bad), ("good", solved(SOFTMAX).encode())):
            (tmp_path / "in" / name).mkdir(parents=True)
            (tmp_path / "in" / name / "10_softmax.py").write_bytes(data)
        (tmp_path / "in" / "bad" / "more.ipynb").write_text(
            json.dumps({"cells": [{"cell_type": "code", "source": "# \ud83d"}]})
        )
        (tmp_path / "in" / "bad" / "more.zip").write_bytes(bad)
        out = ["--csv", str(tmp_path / "g.csv"), "--feedback", str(tmp_path / "pages"), "--seconds", "100"]
        assert run(["lab", "grade", str(tmp_path / "in"), "--exercises", "10", *out]) == 0
        with (tmp_path / "g.csv").open(encoding="utf-8-sig") as file:
            assert [row["total"] for row in csv.DictReader(file)] == ["0", "8"]

    @pytest.mark.parametrize(
        "name", ["=1+1", "+1", "-1", "@SUM(1)", "\t=1+1", "\r=1+1", "\N{FULLWIDTH EQUALS SIGN}1", "ada", "1=1"]
    )
    def test_a_name_is_no_formula_in_the_table(self, name: str) -> None:
        table = to_csv([Grade(Submission(name), [SOFTMAX], [None])])
        (row,) = list(csv.DictReader(io.StringIO(table, newline="")))
        shown = name.replace("\t", " ").replace("\r", " ")
        assert row["name"] == (shown if name in ("ada", "1=1") else f"'{shown}")

    def test_any_learner_name_works(self, tmp_path: Path) -> None:
        for name in (b"M\xfcller", b"x" * 250, "ä ö".encode()):
            folder = os.fsencode(tmp_path / "in") + b"/" + name
            path = Path(os.fsdecode(folder))
            path.mkdir(parents=True)
            (path / "10_softmax.py").write_text(solved(SOFTMAX), encoding="utf-8")
        out = ["--csv", str(tmp_path / "g.csv"), "--feedback", str(tmp_path / "pages")]
        assert run(["lab", "grade", str(tmp_path / "in"), "--exercises", "10", *out]) == 0
        assert len(list((tmp_path / "pages").iterdir())) == 4

    def test_a_zip_bomb_is_read_up_to_the_limit(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("glassnet.lab.teaching.submissions.MAX_TOTAL_BYTES", 10_000)
        with zipfile.ZipFile(tmp_path / "ada.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("10_softmax.py", solved(SOFTMAX))
            archive.writestr("15_back_propagation.py", " " * 1_000_000)
        (ada,) = read_submissions(tmp_path)
        assert set(ada.files) == {"10"}
        assert "ignored, since the submission exceeds" in ada.notes[-1]

    def test_hidden_folders_are_ignored(self, tmp_path: Path) -> None:
        folder = tmp_path / "in" / "ada"
        (folder / ".venv").mkdir(parents=True)
        for i in range(2100):
            (folder / ".venv" / f"{i}.py").write_text("")
        (folder / "10_softmax.py").write_text(solved(SOFTMAX), encoding="utf-8")
        (ada,) = read_submissions(tmp_path / "in")
        assert ada.files["10"].name == "10_softmax.py"

    def test_a_module_with_another_answer_can_be_imported(self, tmp_path: Path) -> None:
        folder = tmp_path / "in" / "ada"
        folder.mkdir(parents=True)
        (folder / "activations.py").write_text("import numpy as np\ndef Sigmoid(x):\n    return x\n", encoding="utf-8")
        source = solved(SOFTMAX).replace("import numpy as np", "from activations import np")
        (folder / "10_softmax.py").write_text(source, encoding="utf-8")
        (grade,) = grade_submissions(read_submissions(tmp_path / "in"), [SOFTMAX])
        assert grade.total == 8

    @pytest.mark.parametrize("name", ["ada_train.py", "12 Smith.py", "relu_and_softmax.py"])
    def test_a_file_name_similar_to_an_exercise_hides_no_answers(self, name: str, tmp_path: Path) -> None:
        (tmp_path / name).write_text(solved(SOFTMAX) + solved(find_exercise("8")), encoding="utf-8")
        (one,) = read_submissions(tmp_path)
        assert {"8", "10"} <= set(one.files)

    def test_the_table_is_printed_with_several_jobs(self, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
        for i in range(8):
            (tmp_path / f"n{i}").mkdir()
            (tmp_path / f"n{i}" / "15_back_propagation.py").write_text(
                with_mistake(BACK, "wrong sign"), encoding="utf-8"
            )
        checker_for.cache_clear()
        assert run(["lab", "grade", str(tmp_path), "--exercises", "15", "--jobs", "8"]) == 0
        assert len(capfd.readouterr().out.splitlines()) == 9

    def test_an_invalid_option_keeps_the_existing_table(self, submissions: Path, tmp_path: Path) -> None:
        (tmp_path / "g.csv").write_text("mine")
        assert run(["lab", "grade", str(submissions), "--csv", str(tmp_path / "g.csv"), "--jobs", "0"]) == 2
        assert (tmp_path / "g.csv").read_text() == "mine"

    def test_unwritable_outputs_are_reported_before_grading(
        self, submissions: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "file").write_text("mine")
        assert run(["lab", "grade", str(submissions), "--csv", str(tmp_path)]) == 2
        assert run(["lab", "grade", str(submissions), "--feedback", str(tmp_path / "file")]) == 2
        assert run(["lab", "grade", str(submissions), "--exercises", "7,,9"]) == 2
        printed = capsys.readouterr().err
        assert "--csv should be a file, got the folder" in printed
        assert "--feedback should be a folder, got the file" in printed
        assert "exercises should be numbers and ranges such as 7-16,20" in printed
        assert "of 16" not in printed

    def test_an_interruption_keeps_the_grades_so_far(
        self, submissions: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def two(*given: Any) -> Any:
            yield from itertools.islice(grade_submissions(*given), 2)
            raise KeyboardInterrupt

        monkeypatch.setattr("glassnet.lab.teaching.grading.grade_submissions", two)
        out = ["--csv", str(tmp_path / "grades.csv"), "--feedback", str(tmp_path / "pages"), "--seconds", "100"]
        assert run(["lab", "grade", str(submissions), "--exercises", "10", *out]) == 130
        assert len((tmp_path / "grades.csv").read_text(encoding="utf-8-sig").splitlines()) == 3
        assert len(list((tmp_path / "pages").iterdir())) == 3

    def test_an_interruption_before_the_first_grade_keeps_the_existing_table(
        self, submissions: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def none(*given: Any) -> Any:
            raise KeyboardInterrupt
            yield

        monkeypatch.setattr("glassnet.lab.teaching.grading.grade_submissions", none)
        (tmp_path / "g.csv").write_text("mine")
        assert run(["lab", "grade", str(submissions), "--exercises", "10", "--csv", str(tmp_path / "g.csv")]) == 130
        assert (tmp_path / "g.csv").read_text() == "mine"

    def test_missing_submissions_are_reported(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (tmp_path / "empty").mkdir()
        assert run(["lab", "grade", str(tmp_path / "empty")]) == 2
        assert "contains no submissions: a folder, or a .py, .ipynb, or .zip file, for each" in capsys.readouterr().err
        assert run(["lab", "grade", str(tmp_path / "nowhere")]) == 2
