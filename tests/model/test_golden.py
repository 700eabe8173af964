"""Files of earlier versions keep loading: models of formats 1 to 5, recipes, and a whole run folder.

The files in `golden/` were written by earlier commits of this repository: format1 by 3ace543, format4 by 50a51b5,
format5 by ea0229c, the others by c151d19. `expected.json` holds raw rows, and the predictions of the version that wrote
them.
"""

import json
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors import safe_open

from glassnet.data.images.transforms import DrawingTransform, PhotoTransform
from glassnet.data.tables.unseen import UnseenError
from glassnet.model import PerNetwork, load_model
from glassnet.network.ensemble import Ensemble
from glassnet.recipes.recipe import read_recipe, recipe_from_spec
from glassnet.runs.load import read_run
from glassnet.runs.save import write_run

GOLDEN = Path(__file__).parent / "golden"
FORMATS = {"format1": 1, "ensemble": 1, "format2": 2, "format3": 3, "format4": 4, "format5": 5}

pytestmark = pytest.mark.filterwarnings("ignore:.* not seen in training:UserWarning")


def expected(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((GOLDEN / name / "expected.json").read_text())
    if isinstance(found["X"], dict):  # a table, column by column
        columns, dates = found["X"]["columns"], found["X"].get("dates", [])
        for i in dates:
            columns[i] = [None if text is None else datetime.fromisoformat(text) for text in columns[i]]
        found["X"] = np.array(columns, dtype=object).T
    return found


def spec_in(name: str) -> dict[str, Any]:
    with safe_open(GOLDEN / name / "model.safetensors", framework="numpy") as file:
        found: dict[str, Any] = json.loads(file.metadata()["glassnet"])
    return found


@pytest.mark.parametrize(("name", "number"), FORMATS.items())
def test_a_model_of_an_earlier_version_predicts_the_same_numbers(name: str, number: int) -> None:
    assert spec_in(name)["format"] == number
    model, stored = load_model(GOLDEN / name), expected(name)
    np.testing.assert_allclose(model.predict_proba(stored["X"]), stored["predict_proba"], rtol=1e-5, atol=1e-6)
    assert model.predict(stored["X"]).tolist() == stored["predict"]


@pytest.mark.parametrize("name", FORMATS)
def test_a_model_of_an_earlier_version_can_be_saved_and_loaded_again(name: str, tmp_path: Path) -> None:
    model, stored = load_model(GOLDEN / name), expected(name)
    model.save(tmp_path / "again.safetensors")
    again = load_model(tmp_path / "again.safetensors")
    np.testing.assert_array_equal(again.predict_proba(stored["X"]), model.predict_proba(stored["X"]))
    assert again.metrics == model.metrics
    assert again.image_transform == model.image_transform


def test_the_golden_models_cover_every_format_change() -> None:
    frame = spec_in("format1")["image_frame"]
    assert "centre" in frame
    now = load_model(GOLDEN / "format1").image_transform
    assert isinstance(now, DrawingTransform)
    assert list(now.center) == frame["centre"]
    assert isinstance(load_model(GOLDEN / "format3").image_transform, PhotoTransform)
    assert isinstance(load_model(GOLDEN / "ensemble").network, Ensemble)
    columns = load_model(GOLDEN / "format2").columns
    assert columns is not None
    assert [column.levels is None for column in columns.all] == [True, True, False, False]
    assert expected("format2")["X"][1][0] is None  # a missing value
    columns = load_model(GOLDEN / "format4").columns
    assert columns is not None
    area, rooms, city, street, sold, k = columns.all
    assert (rooms.fills_missing, city.has_other, street.has_other, k.is_constant) == (True, True, True, True)
    assert area.has_missing
    assert street.is_embedded
    assert sold.date_parts == ("days", "year", "month", "day", "weekday", "hour")
    assert expected("format4")["predict"][0] == 3  # an integer
    model = load_model(GOLDEN / "format5")
    assert isinstance(model.network, Ensemble)
    assert model.network.weights == (0.1, 0.2, 0.3, 0.4)
    assert isinstance(model.preprocessing, PerNetwork)
    assert isinstance(model.target_scale, PerNetwork)
    assert model.preprocessing.positions == model.target_scale.positions == (0, 0, 1, 1)
    assert model.output_range is not None
    assert model.columns is not None
    _, city, garden, street = model.columns.all
    assert (city.is_signed, garden.is_signed, street.is_embedded) == (True, True, True)
    assert city.encoding.zero_missing


def test_models_of_earlier_formats_reject_unseen_values_as_before() -> None:
    model, rows = load_model(GOLDEN / "format2"), expected("format2")["X"]
    for column, value in ((2, "purple"), (1, None)):
        changed = rows.copy()
        changed[0, column] = value
        with pytest.raises(UnseenError, match=f"column .* {'contains' if value else 'has no value'}"):
            model.predict(changed)


def test_metrics_of_earlier_versions_get_current_names() -> None:
    old = spec_in("ensemble")["metrics"]
    metrics = load_model(GOLDEN / "ensemble").metrics
    assert metrics is not None
    assert metrics["best_epoch"] == old["kept_epoch"]
    assert metrics["ensemble_size"] == old["networks"] == 3
    assert not {"kept_epoch", "networks"} & set(metrics)


@pytest.mark.parametrize("name", FORMATS)
def test_recipes_of_earlier_versions_load_from_model_file_and_run_folder(name: str) -> None:
    recipe = read_recipe(GOLDEN / name / "recipe.toml")
    assert recipe_from_spec(spec_in(name)["recipe"]) == recipe
    assert recipe_from_spec(recipe.to_spec()) == recipe
    assert recipe.ensemble_size == {"ensemble": 3, "format2": 2, "format5": 2}.get(name, 1)


def test_old_recipe_keys_are_converted() -> None:
    assert read_recipe(GOLDEN / "format2" / "recipe.toml").options == {
        "target": "kind",
        "na_value": ["n/a"],
        "categorical": ["code"],
    }
    assert read_recipe(GOLDEN / "format3" / "recipe.toml").options["skip_invalid"] is True
    assert read_recipe(GOLDEN / "ensemble" / "recipe.toml").search["normalization"] == ["none", "batchnorm"]


def test_a_key_given_by_both_old_and_new_name_raises() -> None:
    with pytest.raises(ValueError, match=r"unknown key of .training. in a recipe: 'networks'"):
        recipe_from_spec({"data": {"source": "iris"}, "training": {"networks": 2, "ensemble_size": 3}})


def test_a_run_folder_of_an_earlier_version_can_be_loaded_and_saved_again(tmp_path: Path) -> None:
    shutil.copytree(GOLDEN / "ensemble", tmp_path / "run")
    run, notes = read_run(tmp_path / "run")
    assert notes == []
    assert run.activation_history is not None
    assert run.history.best_epoch == run.metrics["best_epoch"] == spec_in("ensemble")["metrics"]["kept_epoch"]
    assert len(run.histories) == 3
    write_run(run, tmp_path / "run")
    files = {path.name for path in (tmp_path / "run").iterdir()}
    assert "activations.safetensors" in files
    assert "glimpses.safetensors" not in files
    again, _ = read_run(tmp_path / "run")
    assert again.metrics == run.metrics
    assert again.recipe == run.recipe
