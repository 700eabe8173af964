"""Training a recipe on other data and augmenting images, from the command line."""

import tomllib
from pathlib import Path

import numpy as np
import pytest

from glassnet.cli.main import run


@pytest.fixture(autouse=True)
def in_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    Path("pics").mkdir()
    np.savez("mine.npz", X=rng.integers(0, 256, (40, 6, 7)).astype(np.uint8), y=np.arange(40) % 2)


def saved_recipe(folder: str) -> dict:
    return tomllib.loads(Path(folder, "recipe.toml").read_text())


def test_a_recipe_can_be_trained_on_other_data(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["train", "mnist", "--data", "mine.npz", "--epochs", "1", "--ensemble-size", "1", "--out", "a"]) == 0
    assert saved_recipe("a")["data"]["source"] == "mine.npz"
    assert saved_recipe("a")["network"]["layers"][0]["units"] == 800
    assert run(["train", "a", "--quiet", "--out", "b"]) == 0
    assert Path("a/metrics.json").exists()


@pytest.mark.parametrize("name", ["mnist", "mnist-distorted"])
def test_a_recipe_with_missing_data_asks_for_their_location(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["train", name]) == 2
    assert capsys.readouterr().err == (
        f"glassnet: the recipe {name} reads train-images-idx3-ubyte.gz, which does not exist here; pass its location: "
        "--data FOLDER/train-images-idx3-ubyte.gz\n"
    )


def test_distortions_can_be_set_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = [
        "train",
        "mine.npz",
        "--epochs",
        "2",
        "--ensemble-size",
        "2",
        "--augment",
        "shift=1,elastic=0.5",
        "--out",
        "a",
    ]
    assert run(arguments) == 0
    assert saved_recipe("a")["training"]["augment"] == {"name": "distort", "shift": 1.0, "elastic": 0.5}
    assert "a: 2 × 42-256-128-2, adamw" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "reported"),
    [
        (["mine.npz", "--augment", "much"], "--augment must be amounts such as shift=1,rotate=10, got 'much'"),
        (["mine.npz", "--augment", "shift=a"], "--augment must be amounts such as shift=1,rotate=10, got 'shift=a'"),
        (["mine.npz", "--augment", "turn=3"], "unknown option of augmentation 'distort': 'turn'; known: shift, rotate"),
        (["mine.npz", "--augment", "shift=0"], "no augmentation is set; pass at least one of shift, rotate"),
        (["mine.npz", "--augment", "shift=-1"], "shift of distort must be at least 0, got -1"),
        (["iris", "--augment", "shift=1"], "augment needs images, but iris has none; remove it"),
        (
            ["mine.npz", "--image-size", "9"],
            "image_size (--image-size) applies to a folder of images, but mine.npz is",
        ),
        (
            ["t.csv", "--color", "gray"],
            "color (--color) applies to a folder of images, but t.csv is a table",
        ),
        (["pics", "--target", "x"], "target (--target) applies to a table, but pics/ is a folder of images"),
        (
            ["pics", "--image-size", "99999"],
            "image_size must be at most 2048 pixels per side, got 99999; 28 to 128 are common",
        ),
        (["digits", "--data", "gone.npz"], "there is no file gone.npz"),
        (["digits", "--data", "digit"], "unknown data source 'digit'; did you mean 'digits'?"),
    ],
)
def test_usage_errors_are_reported(arguments: list[str], reported: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["train", *arguments]) == 2
    assert reported in capsys.readouterr().err
    assert not Path("runs").exists()


def test_data_of_the_wrong_kind_are_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    Path("t.csv").write_text("x,y\n" + "".join(f"{i % 40},{i % 2}\n" for i in range(60)))
    Path("runs.txt").write_text("")
    assert run(["train", "mine.npz", "--quiet", "--epochs", "1", "--out", "a"]) == 0
    assert run(["train", "t.csv", "--target", "y", "--quiet", "--epochs", "1", "--out", "b"]) == 0
    for command, reported in (
        (["predict", "a", "t.csv"], "t.csv is a table, but the model was trained on images"),
        (["evaluate", "b", "pics"], "pics is a folder of images, but the model was not trained on images"),
        (
            ["report", "runs.txt"],
            "runs.txt is not a run folder but a file; create one with glassnet train",
        ),
    ):
        assert run(command) == 2
        assert reported in capsys.readouterr().err


@pytest.mark.usefixtures("in_a_folder_of_its_own")
@pytest.mark.parametrize("command", ["train", "tune"])
def test_a_forgotten_target_is_named_even_if_there_is_a_run_of_the_same_table(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("t.csv").write_text("a,b\n" + "".join(f"{i * i % 11},{i % 7}\n" for i in range(40)))
    out = ["--quiet", "--out", "r"]
    assert run(["train", "t.csv", "--target", "b", "--epochs", "1", "--no-report", *out]) == 0
    capsys.readouterr()
    assert run([command, "t.csv", *out]) == 2
    assert capsys.readouterr().err == "glassnet: t.csv requires --target, the column to predict; columns: a, b\n"
