"""The whole lab, solved, from the first file to a trained network."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import glassnet as gn
from glassnet.cli.main import run
from glassnet.lab.course import course, find_exercise
from glassnet.lab.finale import USED, own_functions, run_finale
from glassnet.lab.learning.workspace import Workspace
from helpers.lab_answers import correct_answers, solved, with_mistake

pytestmark = pytest.mark.usefixtures("forked_answers")


@pytest.fixture(scope="module")
def solved_lab(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of a learner in which every exercise is written, checked, and passed."""
    folder = tmp_path_factory.mktemp("lab") / "mine"
    with pytest.MonkeyPatch.context() as patch:
        assert run(["lab", "new", str(folder)]) == 0
        patch.chdir(folder)
        for exercise in course():
            (folder / f"{exercise.key}.py").write_text(solved(exercise), encoding="utf-8")
            assert run(["lab", "check", "--no-figure"]) == 0  # the current one, each in its turn
    return folder


def test_the_solved_lab_ends_in_a_network_that_reads_digits(
    solved_lab: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert Workspace.open(solved_lab).current() is None
    monkeypatch.chdir(solved_lab)
    capsys.readouterr()
    assert run(["lab", "finale", "--epochs", "60"]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert f"{len(USED)} of {len(USED)} functions are yours." in printed
    assert "glassnet, same initial weights" in printed
    assert "Training, epoch 60" in printed
    assert "Inside the trained network" in printed
    model = gn.load_model(solved_lab / "digits-by-hand.safetensors")
    digits = gn.load("digits")
    assert (model.predict(digits.X) == digits.y.astype(str)).mean() > 0.75
    for name in ("loss.png", "confusion.png", "network.png"):
        with Image.open(solved_lab / name) as picture:
            assert picture.size[0] > 400
    image = Image.fromarray((255 - digits.X[0].reshape(8, 8) * 15.9).astype(np.uint8)).resize((80, 80))
    image.save(solved_lab / "zero.png")
    assert run(["predict", "digits-by-hand.safetensors", "zero.png"]) == 0
    assert "0" in capsys.readouterr().out


@pytest.mark.slow
def test_the_finale_trains(solved_lab: Path) -> None:
    found = run_finale(Workspace.open(solved_lab), epochs=30)
    assert found.costs[0] == pytest.approx(2489, rel=0.01)
    assert found.costs[-1] < 0.4 * found.costs[0]
    assert found.counts.sum() == 360
    assert np.trace(found.counts) / 360 == pytest.approx(found.accuracies["test"])
    assert found.reference == []


def test_functions_of_the_learner_call_each_other(solved_lab: Path) -> None:
    workspace = Workspace.open(solved_lab)
    with own_functions(workspace) as (functions, own):
        assert set(USED) <= set(own)
        inside = functions["forward_one_step"].__globals__["forward_layer"]
        assert inside is functions["forward_layer"]
        assert inside.__code__.co_filename == str(solved_lab / "11_forward_layer.py")
    from glassnet.lab.given import forward_layer

    assert forward_layer is not inside


def test_failed_functions_are_replaced_by_the_reference_and_named(solved_lab: Path, tmp_path: Path) -> None:
    sigmoid = find_exercise("7")
    workspace = Workspace(tmp_path, {one.number: "passed" for one in course() if one != sigmoid})
    for exercise in course():
        (tmp_path / f"{exercise.key}.py").write_text(solved(exercise), encoding="utf-8")
    (tmp_path / "07_sigmoid.py").write_text(with_mistake(sigmoid, sigmoid.mistakes[0].name), encoding="utf-8")
    found = run_finale(workspace, epochs=1)
    assert found.reference == ["Sigmoid"]


@pytest.mark.slow
def test_alternative_correct_answers_train_equally_well(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path, {one.number: "passed" for one in course()})
    for exercise in course():
        source = list(correct_answers(exercise).values())[-1]
        (tmp_path / f"{exercise.key}.py").write_text(source, encoding="utf-8")
    found = run_finale(workspace, epochs=10)
    assert found.costs[-1] < 0.8 * found.costs[0]


def test_the_live_plot_does_not_change_the_training(solved_lab: Path) -> None:
    titles: list[str] = []
    workspace = Workspace.open(solved_lab)
    shown = run_finale(workspace, epochs=2, show=lambda figures: titles.extend(figure.title for figure in figures))
    assert titles == ["Training, epoch 1", "Training, epoch 2"]
    assert shown.costs == run_finale(workspace, epochs=2).costs
