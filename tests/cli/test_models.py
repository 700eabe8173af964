"""The commands that use a saved model: predict, evaluate, and inspect."""

import itertools
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from glassnet.cli.main import run
from glassnet.data.images.transforms import fit_to_model, read_gray
from glassnet.data.sources import load
from glassnet.model import Model, load_model
from glassnet.network.decision_path import decision_path
from glassnet.network.ensemble import Ensemble
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from glassnet.recipes.recipe import read_recipe
from glassnet.runs.evaluate import SCORES
from glassnet.runs.run import load_parts

pytestmark = pytest.mark.usefixtures("in_a_folder_of_its_own")

# glassnet predict

PLACES = [((200, 300), (30, 90)), ((200, 300), (0, 140)), ((300, 200), (135, 7)), ((300, 200), (10, 35))]
VARIANTS = list(itertools.product(["NEAREST", "BILINEAR", "BICUBIC"], ["png", "jpg"], [False, True]))


def images(folder: Path, rows: Any, method: str, ending: str, dark: bool, mode: str = "L") -> list[Path]:
    """Digits as image files: 20 times as large, off the middle of a larger canvas, light on dark unless `dark`."""
    folder.mkdir(parents=True)
    paths = []
    for i, (row, (canvas, offset)) in enumerate(zip(rows, itertools.cycle(PLACES), strict=False)):
        tile = Image.fromarray((row.reshape(8, 8) * 255 / 16).round().astype(np.uint8))
        image = Image.new("L", canvas, 0)
        image.paste(tile.resize((160, 160), Image.Resampling[method]), offset)
        if dark:
            image = image.point(lambda gray: 255 - gray)
        paths.append(folder / f"{i}.{ending}")
        image.convert(mode).save(paths[-1])
    return paths


def own_rows(digits: Path) -> Any:
    """A hundred digits the model was not trained on."""
    return load_parts(read_recipe(digits / "recipe.toml"))["test"].X[:100]


@pytest.mark.parametrize(("method", "ending", "dark"), VARIANTS, ids=str)
def test_at_least_95_of_100_images_get_the_same_class_as_their_array(
    method: str, ending: str, dark: bool, digits: Path, tmp_path: Path
) -> None:
    model, rows = load_model(digits), own_rows(digits)
    assert model.image_transform is not None
    read_back = [
        fit_to_model(read_gray(path), model.image_transform)
        for path in images(tmp_path / "images", rows, method, ending, dark)
    ]
    assert np.sum(model.predict(np.array(read_back)) == model.predict(rows)) >= 95


def test_predict_as_a_command_does_the_same(digits: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = own_rows(digits)
    paths = list(map(str, images(tmp_path / "images", rows, "BICUBIC", "jpg", True)))
    assert run(["predict", str(digits), *paths, "--json"]) == 0
    answers = json.loads(capsys.readouterr().out)
    assert [answer["image"] for answer in answers] == paths
    wanted = load_model(digits).predict(rows).astype(str)  # JSON has the names of the classes
    assert np.sum(np.array([answer["class"] for answer in answers]) == wanted) >= 95
    for answer in answers:
        assert set(answer) == {"image", "class", "probabilities"}
        shares = list(answer["probabilities"].values())
        assert next(iter(answer["probabilities"])) == answer["class"]
        assert len(shares) == 3
        assert 1.0001 > sum(shares) >= shares[0] >= shares[1] >= shares[2] >= 0


@pytest.mark.parametrize(
    ("mode", "ending"), [("L", "png"), ("RGB", "png"), ("RGBA", "png"), ("RGB", "jpg"), ("P", "png")]
)
def test_predict_prints_class_and_three_probabilities_for_any_image_format(
    mode: str, ending: str, digits: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = own_rows(digits)[:5]
    paths = [path.relative_to(tmp_path) for path in images(tmp_path / "[/p]", rows, "NEAREST", ending, False, mode)]
    assert run(["predict", str(digits / "model.safetensors"), *map(str, paths)]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    shown = re.findall(r"│ (\S+) +│ (\d) +│ (\d) ([\d.]+)%   (\d) ([\d.]+)%   (\d) ([\d.]+)% +│", out)
    assert [line[0] for line in shown] == list(map(str, paths))
    model = load_model(digits)
    assert [line[1] for line in shown] == [line[2] for line in shown] == model.predict(rows).astype(str).tolist()
    assert all(float(line[3]) >= float(line[5]) >= float(line[7]) for line in shown)


# glassnet evaluate


def test_evaluate_on_its_own_data_reports_each_part(iris: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", str(iris), "iris", "--json"]) == 0
    reported = json.loads(capsys.readouterr().out)
    metrics = json.loads((iris / "metrics.json").read_text())
    assert reported.pop("source") == "iris"
    baseline = reported.pop("majority_baseline")
    assert baseline == pytest.approx(metrics["majority_baseline"], abs=0.05)
    assert reported == {key: metrics[key] for key in reported}
    assert {"train_accuracy", "valid_accuracy", "test_accuracy", "test_loss", "confusion_matrix"} <= set(reported)
    assert run(["evaluate", str(iris), "iris"]) == 0
    assert f"{100 * metrics['test_accuracy']:.2f}%" in capsys.readouterr().out


def test_evaluate_uses_the_loss_of_the_recipe(digits: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", str(digits), "digits", "--json"]) == 0
    reported = json.loads(capsys.readouterr().out)
    metrics = json.loads((digits / "metrics.json").read_text())
    for key in ("train_loss", "test_loss", "train_accuracy", "test_accuracy", "confusion_matrix", "classes"):
        assert reported[key] == metrics[key]


def test_evaluate_uses_all_rows_of_other_data_and_supports_regression(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Model(None, Network(4, [Dense(3, "softmax")]), load("iris").class_names).save("untold.safetensors")
    assert run(["evaluate", "untold.safetensors", "iris", "--json"]) == 0
    reported = json.loads(capsys.readouterr().out)
    assert np.sum(reported["confusion_matrix"]) == 150
    scores = {f"{place}_{score}" for place in ("all", "baseline") for score in SCORES}
    scores |= {"source", "all_rows", "all_loss", "all_accuracy", "majority_baseline", "confusion_matrix", "classes"}
    assert set(reported) == scores | {"all_accuracy_interval", "all_balanced_accuracy_interval"}
    assert run(["train", "diabetes", "--quiet", "--epochs", "2"]) == 0
    assert run(["evaluate", "runs/diabetes", "diabetes", "--json"]) == 0
    reported = json.loads(capsys.readouterr().out)
    metrics = json.loads(Path("runs/diabetes/metrics.json").read_text())
    assert reported["test_rmse"] == metrics["test_rmse"]
    assert reported["baseline_rmse"] == metrics["baseline_rmse"]


# glassnet inspect


def test_inspect_shows_layers_recipe_and_metrics(iris: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["inspect", str(iris)]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    model = load_model(iris)
    assert model.networks[0].summary() in out
    assert (iris / "recipe.toml").read_text().strip() in out
    assert f"{100 * json.loads((iris / 'metrics.json').read_text())['test_accuracy']:.2f}%" in out


def test_inspect_as_json(iris: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["inspect", str(iris), "--json"]) == 0
    reported = json.loads(capsys.readouterr().out)
    assert set(reported) == {"networks", "classes", "image_frame", "recipe", "metrics"}
    assert reported["networks"][0][0] == {"name": "dense", "units": 64, "activation": "relu"}
    assert reported["classes"] == ["setosa", "versicolor", "virginica"]
    assert reported["metrics"] == json.loads((iris / "metrics.json").read_text())
    assert reported["recipe"] == read_recipe(iris / "recipe.toml").to_spec()


def test_inspect_traces_a_sample_through_the_formulas(
    iris: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    picture = tmp_path / "graph.svg"
    assert run(["inspect", str(iris), "--sample", "77", "--graph", str(picture)]) == 0
    assert picture.read_text(encoding="utf-8").startswith("<svg")
    out = capsys.readouterr().out
    model, data = load_model(iris), load("iris")
    first, rest = out.split("\n", 1)
    assert first == f"row 77 of iris: true versicolor, predicted {model.predict(data.X[77:78])[0]}"
    x = model.preprocessing.transform(data.X[77:78])
    trace = model.networks[0].trace(x, data.y[77:78], names=data.feature_names)
    assert rest.strip() == str(trace).strip()
    assert run(["inspect", str(iris), "--sample", "77", "--json"]) == 0
    reported = json.loads(capsys.readouterr().out)
    assert (reported["row"], reported["source"], reported["true"]) == (77, "iris", "versicolor")
    assert reported["loss"] == pytest.approx(trace.loss)
    for name, layer in trace.items():
        for key, array in layer.values.items():
            np.testing.assert_array_equal(np.array(reported["layers"][name][key], array.dtype), array)


def test_inspect_prints_which_units_carried_a_decision(iris: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["inspect", str(iris), "--path", "77"]) == 0
    first, _, rest = capsys.readouterr().out.partition("\n\n")
    model, data = load_model(iris), load("iris")
    assert first == f"row 77 of iris: true versicolor, predicted {model.predict(data.X[77:78])[0]}"
    x = model.preprocessing.transform(data.X[77:78])
    path = decision_path(model.networks[0], x, data.feature_names, data.class_names)
    assert rest.strip() == str(path).strip()
    assert "petal width (cm)" in rest
    assert run(["inspect", str(iris), "--path", "77", "--json"]) == 0
    reported = json.loads(capsys.readouterr().out)
    assert (reported["row"], reported["source"], reported["true"]) == (77, "iris", "versicolor")
    assert reported["decision"] == path.decision
    assert reported["margin"] == path.margin
    for given in reported["layers"]:
        assert sum(given["contributions"]) + given["rest"] == pytest.approx(path.margin)
        assert sum(given["shares"]) + given["rest_share"] == pytest.approx(1)


def test_inspect_names_columns_and_categories_of_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rng = np.random.default_rng(0)
    rows = [f"{rng.integers(20, 60)},{sex},{sex == 'female'}" for sex in ["female", "male"] * 40]
    (tmp_path / "t.csv").write_text("age,sex,target\n" + "\n".join(rows))
    arguments = ["train", "t.csv", "--target", "target", "--hidden", "8", "--epochs", "3", "--quiet"]
    assert run(arguments) == 0
    capsys.readouterr()
    assert run(["inspect", "runs/t", "--sample", "1"]) == 0
    out = capsys.readouterr().out
    assert "sex=female: 1" in out
    assert re.search(r"\n +sex=female +1·\S+ +=", out)
    assert run(["inspect", "runs/t", "--path", "1"]) == 0
    assert re.search(r"\n  sex=female +1 +[+-]", capsys.readouterr().out)


def test_inspect_draws_weights_as_images_and_histograms(
    digits: Path, iris: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sizes = {}
    for name, folder in (("digits", digits), ("iris", iris)):
        picture = tmp_path / f"{name}.png"
        assert run(["inspect", str(folder), "--weights", str(picture)]) == 0
        out, err = capsys.readouterr()
        assert out == ""
        assert err == f"glassnet: wrote {picture}\n"
        with Image.open(picture) as image:
            sizes[name] = image.size
            colors = np.unique(np.asarray(image.convert("RGB")).reshape(-1, 3), axis=0)
            assert [43, 155, 160] in colors.tolist()  # of the bars
    assert sizes["digits"][0] == sizes["iris"][0]
    assert sizes["digits"][1] > sizes["iris"][1] + 100  # the images
    assert run(["inspect", str(iris), "--weights", str(tmp_path / "a.png"), "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)) >= {"networks", "metrics"}


def test_inspect_shows_models_without_a_recipe(capsys: pytest.CaptureFixture[str]) -> None:
    networks = [Network(2, [Dense(2, "softmax")], seed=seed) for seed in (0, 1)]
    Model(None, Ensemble(networks), recipe={"by": "hand"}, metrics={"mine": 1}).save("own.safetensors")
    assert run(["inspect", "own.safetensors"]) == 0
    out, err = capsys.readouterr()
    assert out.count("dense1") == 1  # both have the same layers
    assert "networks 0, 1\n" in out
    assert '"by": "hand"' in out
    assert err == ""


def test_inspect_summarizes_regression_targets(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["train", "diabetes", "--quiet", "--epochs", "2"]) == 0
    assert run(["inspect", "runs/diabetes", "--sample", "0"]) == 0
    reported = re.fullmatch(r"row 0 of diabetes: true 151, predicted (\S+)", capsys.readouterr().out.splitlines()[0])
    assert reported
    predicted = load_model("runs/diabetes").predict(load("diabetes").X[:1])[0]
    assert float(reported[1]) == pytest.approx(predicted, rel=1e-3)
