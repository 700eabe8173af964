"""The course: references pass, empty files fail, every known mistake is named, and alternative answers pass."""

import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import glassnet as gn
from glassnet.cli.main import run
from glassnet.lab.autograder.checking import check
from glassnet.lab.autograder.diagnosis import PASSED
from glassnet.lab.course import course, find_exercise, select_exercises
from glassnet.lab.dev import course_problems, library_line, problems
from glassnet.lab.exercise import Exercise
from glassnet.lab.learning.formulas import plain
from glassnet.lab.lesson import parse_number
from helpers.lab_answers import correct_answers

pytestmark = pytest.mark.usefixtures("forked_answers")

ALL = course()

each = pytest.mark.parametrize("exercise", ALL, ids=lambda exercise: exercise.key)


@each
def test_an_exercise_passes_its_own_checks(exercise: Exercise) -> None:
    assert list(problems(exercise)) == []


@each
def test_alternative_correct_answers_pass(exercise: Exercise) -> None:
    answers = correct_answers(exercise)
    assert len(answers) >= 3
    for about, source in answers.items():
        verdict = check(exercise, source, f"{exercise.key}.py")
        said = [(result.case.name, result.facts) for result in verdict.failed_results]
        assert (verdict.state, verdict.problem) == (PASSED, ""), f"{about}: {said}"


def test_the_course_is_consistent() -> None:
    assert list(course_problems(ALL)) == []
    assert sum(len(exercise.mistakes) for exercise in ALL) >= 60
    assert Counter(exercise.number for exercise in ALL).most_common(1)[0][1] == 1


def test_the_guide_counts_the_exercises() -> None:
    guide = Path(__file__).parents[2] / "docs" / "guide" / "lab.md"
    assert f"There are {len(ALL)} exercises." in guide.read_text(encoding="utf-8")


def test_the_course_has_all_exercises_of_the_notebook() -> None:
    numbers = {exercise.number for exercise in ALL}
    assert {str(number) for number in range(27)} <= numbers
    defined = {name for exercise in ALL for name in exercise.defines}
    assert defined >= {
        *("image2vector", "normalizeRows", "L1", "L2", "convert_image", "convert_to_one_hot", "normalize", "split"),
        *(
            "math_sigmoid",
            "Sigmoid",
            "ReLu",
            "Tanh",
            "Softmax",
            "initialize",
            "forward_layer",
            "forward_one_step",
            "loss",
        ),
        *("Linear_derivative", "ReLu_derivative", "Tanh_derivative", "Sigmoid_derivative", "back_propagation"),
        *("numerical_gradient", "update_step", "train", "plot_loss", "predict", "accuracy", "minibatches"),
        *("train_until_converged", "momentum_step", "rmsprop_step", "adagrad_step", "adam_step", "best_epoch"),
        *("random_search", "descend", "line", "topological_order", "backward", "illness"),
    }


@each
def test_quizzes_are_randomized(exercise: Exercise) -> None:
    asked = {exercise.quiz(np.random.default_rng(seed)) for seed in range(8)}
    assert len(asked) > 1


@pytest.mark.parametrize(
    ("selection", "numbers"),
    [("10", ["10"]), ("7-9", ["7", "8", "9"]), ("15,7 - 8", ["7", "8", "15"]), ("softmax", ["10"]), ("02a", ["2a"])],
)
def test_exercises_are_chosen_by_number_range_or_name(selection: str, numbers: list[str]) -> None:
    assert [exercise.number for exercise in select_exercises(selection)] == numbers


@pytest.mark.parametrize(
    ("selection", "message"),
    [
        ("softmx", r"unknown exercise 'softmx'; did you mean 'softmax'\? exercises: 0, "),
        ("99", "unknown exercise '99'; exercises: 0, "),
        ("9-7", "range '9-7' is reversed"),
        ("", "exercises should be numbers and ranges such as 7-16,20, got ''"),
        ("7,,9", "exercises should be numbers and ranges"),
        ("7--9", "unknown exercise '-9'"),
    ],
)
def test_an_unknown_exercise_raises_with_a_suggestion(selection: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        select_exercises(selection)


def test_exercise_numbers_are_parsed_from_file_and_folder_names() -> None:
    assert [parse_number(text) for text in ("e02a_images", "02a_images.py", "2A", "10", "images")] == ["2a"] * 3 + [
        "10",
        "",
    ]


def test_the_watch_finds_one_illness_in_each_sick_loop() -> None:
    names = find_exercise("17a").solution_namespace()
    for letter, loop in names.LOOPS.items():
        watch = gn.Watch(classes=10)
        loop(watch)
        assert [finding.rule for finding in watch.findings()] == [names.illness(letter)]


def test_an_exercise_links_to_its_counterpart_in_the_library() -> None:
    path, line = library_line(find_exercise("10"))
    assert path.read_text(encoding="utf-8").splitlines()[line - 1].startswith("class Softmax")


def test_checking_an_exercise_prints_the_counts(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lab", "dev", "check", "10"]) == 0
    assert capsys.readouterr().out.startswith("1 exercise, 8 tests, 17 known mistakes: no problems")


def test_every_formula_of_the_course_can_be_shown_in_a_terminal() -> None:
    for exercise in course():
        text = "\n".join(cell.source for cell in exercise.lesson.cells if cell.kind == "markdown")
        for formula in re.findall(r"\$\$?([^$]+)\$\$?", text):
            assert not re.search(r"[\\{}]|[a-z]_?frac", plain(formula)), formula
