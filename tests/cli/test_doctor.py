"""`glassnet doctor`: findings about a run folder, or about data by trial runs; its exit status and its JSON."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from glassnet.cli.main import run


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(name: str, columns: dict[str, object]) -> None:
    with Path(name).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))


def called(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = run(["doctor", *words])
    out, err = capsys.readouterr()
    return status, " ".join(out.split()), err


def test_a_healthy_source_has_no_finding_and_nothing_is_saved(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = called(capsys, "digits", "--check")
    assert (status, err) == (0, "")
    assert out.startswith("1,078 train, 719 test rows of digits first loss 2.")
    assert "one batch of 16 rows: loss" in out
    assert "a run of 20 epochs, tested on 719 rows: accuracy 0.9" in out
    assert out.endswith("Nothing is wrong.")
    assert not list(Path().iterdir())


def test_options_of_train_are_examined(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = called(capsys, "digits", "--optimizer", "sgd", "--lr", "1e-6", "--check")
    assert status == 1
    assert "sgd, learning rate 1e-06, 300 steps of 32 rows" in out
    assert "! Each step changes dense1.W by 2" in out
    assert "The learning rate is too low: multiply it by 10, and again." in out
    assert called(capsys, "digits", "--optimizer", "sgd", "--lr", "1e-6")[0] == 0


def test_data_findings_name_the_column_and_the_option(capsys: pytest.CaptureFixture[str]) -> None:
    rng = np.random.default_rng(0)
    age, alive = rng.normal(40, 12, 300), rng.integers(0, 2, 300)
    write("t.csv", {"age": age, "alive": np.array(["no", "yes"])[alive], "survived": alive})
    status, out, _ = called(capsys, "t.csv", "--target", "survived", "--check")
    assert status == 1
    assert "! alive alone predicts survived (accuracy 100%" in out
    assert "--drop alive" in out
    assert called(capsys, "t.csv", "--target", "survived", "--drop", "alive")[0] == 0


def test_shuffled_labels(capsys: pytest.CaptureFixture[str]) -> None:
    rng = np.random.default_rng(0)
    columns = {f"x{i}": rng.standard_normal(400) for i in range(30)}
    write("t.csv", columns | {"y": rng.integers(0, 2, 400)})
    status, out, _ = called(capsys, "t.csv", "--target", "y", "--check")
    assert status == 1
    assert "! The network knows the rows that it has seen, and nothing about others:" in out


def test_json_is_plain_data_with_the_page_of_each_rule(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor", "digits", "--optimizer", "sgd", "--lr", "1e-6", "--json"]) == 0
    spec = json.loads(capsys.readouterr().out)
    assert set(spec) == {"examined", "findings", "notes"}
    assert spec["findings"][0]["rule"] == "learning rate"
    assert spec["findings"][0]["page"] == "guide/doctor.html#learning-rate"


def test_a_run_shows_what_train_has_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["train", "iris", "--hidden", "8", "--epochs", "2", "--out", "r", "--no-report"]) == 0
    trained = " ".join(capsys.readouterr().out.split())
    status, out, _ = called(capsys, "r", "--check")
    assert status == 1
    assert out.startswith("run r: 1 network, 2 epochs")
    found = out.partition("Findings ")[2]
    assert found.startswith("! Only 6 optimizer steps")
    assert found in trained


def test_a_run_whose_data_are_gone_is_examined_without_them(capsys: pytest.CaptureFixture[str]) -> None:
    rng = np.random.default_rng(0)
    x = rng.standard_normal(300)
    write("t.csv", {"x": x, "y": (x > 0).astype(int)})
    assert run(["train", "t.csv", "--target", "y", "--hidden", "8", "--out", "r", "--no-report", "--quiet"]) == 0
    Path("t.csv").unlink()
    status, out, err = called(capsys, "r")
    assert status == 0
    assert "t.csv" in err
    assert out.startswith("run r: 1 network")


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (["recipe.toml"], "it has recipe.toml, but no metrics.json, history.csv, model.safetensors."),
        (["recipe.toml"], "to examine its data with the recipe, name r/recipe.toml"),
        (["metrics.json", "history.csv"], "it has metrics.json, history.csv, but no recipe.toml, model.safetensors."),
        (["best.toml"], "r is a search that was interrupted: run glassnet tune again"),
    ],
)
def test_a_part_of_a_run_is_no_recipe(files: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    run(["train", "iris", "--hidden", "4", "--epochs", "1", "--out", "whole", "--no-report", "--quiet"])
    Path("r").mkdir()
    for name in files:
        Path("r", name).write_bytes(Path("whole", name.replace("best", "recipe")).read_bytes())
    status, out, err = called(capsys, "r")
    assert (status, out) == (2, "")
    assert message in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("name", ["metrics.json", "history.csv", "model.safetensors", "recipe.toml"])
def test_a_damaged_file_is_named(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    run(["train", "iris", "--hidden", "4", "--epochs", "3", "--out", "r", "--no-report", "--quiet"])
    Path("r", name).write_bytes(Path("r", name).read_bytes()[:40])
    status, out, err = called(capsys, "r")
    assert (status, out) == (2, "")
    assert name in err
    assert len(err.splitlines()) == 1


def test_columns_have_their_names_without_preprocessing(capsys: pytest.CaptureFixture[str]) -> None:
    rng = np.random.default_rng(0)
    x, color = rng.standard_normal(300), rng.integers(0, 3, 300)
    write("t.csv", {"color": np.array(["red", "green", "blue"])[color], "income": 5e4 + 1e4 * x, "y": (x > 0) * 1})
    recipe = """name = "t"
[data]
source = "t.csv"
options = { target = "y" }
[preprocessing]
steps = []
[network]
layers = [{ name = "dense", units = 8, activation = "relu" }]
"""
    Path("t.toml").write_text(recipe)
    status, out, _ = called(capsys, "t.toml", "--check")
    assert status == 1
    assert "1 of 4 columns is large: the root mean square of income is 5" in out


def test_more_columns_than_rows_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    rng = np.random.default_rng(2)
    columns = {f"x{i}": rng.standard_normal(100) for i in range(150)}
    write("t.csv", columns | {"y": np.arange(100) % 2})
    out = called(capsys, "t.csv", "--target", "y")[1]
    assert "! The network has 150 inputs and 80 training rows, so it can learn any target by heart" in out
    assert "shuffled" not in out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["r", "--lr", "1"], "--lr is for data, but r is a run that is finished"),
        (["."], "contains runs; name one of them, such as r"),
        (["nothing.csv", "--target", "y"], "nothing.csv"),
        (["irsi"], "did you mean 'iris'?"),
        (["t.csv"], "--target"),
    ],
)
def test_mistakes_are_one_line(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    write("t.csv", {"x": range(40), "y": [0, 1] * 20})
    if words[0] in ("r", "."):
        run(["train", "iris", "--hidden", "4", "--epochs", "1", "--out", "r", "--no-report", "--quiet"])
    status, out, err = called(capsys, *words)
    assert (status, out) == (2, "")
    assert message in err
    assert len(err.splitlines()) == 1


def test_options_of_a_single_network_work_on_tables(capsys: pytest.CaptureFixture[str]) -> None:
    rng = np.random.default_rng(0)
    x = rng.standard_normal((300, 3))
    write("t.csv", {"a": x[:, 0], "b": x[:, 1], "c": x[:, 2], "y": (x[:, 0] + x[:, 1] > 0).astype(int)})
    status, out, _ = called(capsys, "t.csv", "--target", "y", "--hidden", "16", "--lr", "1e-7", "--check")
    assert status == 1
    assert "learning rate 1e-07" in out
    assert "The learning rate is too low" in out


def test_noise_is_no_better_than_a_constant(capsys: pytest.CaptureFixture[str]) -> None:
    rng = np.random.default_rng(0)
    write("t.csv", {f"x{i}": rng.standard_normal(1000) for i in range(4)} | {"y": rng.standard_normal(1000)})
    status, out, _ = called(capsys, "t.csv", "--target", "y", "--check")
    assert status == 1
    assert "! Not significantly better than always predicting the mean." in out


def test_decisions_about_a_table_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    x = np.random.default_rng(0).standard_normal(300)
    write("t.csv", {"x": x, "one": ["same"] * 300, "y": np.where(x > 0, "yes", "no")})
    assert "one" in called(capsys, "t.csv", "--target", "y")[2]


def test_copies_that_chance_explains_are_no_finding(capsys: pytest.CaptureFixture[str]) -> None:
    rng = np.random.default_rng(0)
    x = rng.standard_normal(600).round(2)
    write("t.csv", {"x": x, "y": np.where(x + 0.5 * rng.standard_normal(600) > 0, "yes", "no")})
    assert "are in the training set, too" not in called(capsys, "t.csv", "--target", "y")[1]
