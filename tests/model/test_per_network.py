"""Ensembles with weights and a preprocessing per network, target scales, and output ranges: in memory and in files."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.data.preprocessing import MinMax, Pipeline, QuantileTransform, RobustScale, Standardize
from glassnet.data.target_scale import TargetScale
from glassnet.model import FORMAT, Model, PerNetwork, load_model
from glassnet.model.save import lowest_format, model_to_spec
from glassnet.network.ensemble import Ensemble
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from helpers.model_files import (
    NONSENSE,
    check_raises_or_is_harmless,
    load_error,
    places,
    replace_array,
    set_,
    with_arrays,
    with_metadata,
)
from helpers.models import ROWS, network

RNG = np.random.default_rng(2)
TARGET = np.exp(2 * RNG.normal(size=(60, 2)))
SCALE = TargetScale("quantile").fit(TARGET)
SHARED, OTHER = Standardize().fit(ROWS), QuantileTransform(quantiles=9).fit(ROWS)


def numeric(count: int = 3, outputs: int = 2) -> list[Network]:
    return [network([Dense(5, "tanh"), Dense(outputs)], seed=seed) for seed in range(count)]


def rich_model() -> Model:
    """A model of numbers with everything that format 5 added."""
    return Model(
        PerNetwork([SHARED, OTHER, SHARED]),
        Ensemble(numeric(), weights=[3, 0, 1]),
        target_scale=PerNetwork([None, SCALE, SCALE]),
        output_range=(np.array([0.1, 0.2]), 5.0),
    )


def saved_and_loaded(model: Model, tmp_path: Path) -> Model:
    model.save(tmp_path / "model.safetensors")
    return load_model(tmp_path / "model.safetensors")


# Ensembles with weights


def test_an_ensemble_averages_with_its_weights() -> None:
    networks = numeric()
    each = [one.predict_proba(ROWS).astype(np.float64) for one in networks]
    found = Ensemble(networks, [2, 1, 1])
    assert found.weights == (0.5, 0.25, 0.25)
    np.testing.assert_allclose(found.predict_proba(ROWS), np.average(each, axis=0, weights=[2, 1, 1]), rtol=1e-6)
    assert found.predict_proba(ROWS).dtype == np.float32
    np.testing.assert_array_equal(found.predict(ROWS), found.predict_proba(ROWS))
    np.testing.assert_allclose(Ensemble(networks, [0, 1e308, 1e308]).weights, [0, 0.5, 0.5])


def test_equal_weights_are_those_of_an_ensemble_without_weights() -> None:
    plain, weighted = Ensemble(numeric()), Ensemble(numeric(), np.full(3, 7.0))
    np.testing.assert_array_equal(plain.predict_proba(ROWS), weighted.predict_proba(ROWS))
    assert lowest_format(Model(None, weighted)) == 1
    assert plain.weights == weighted.weights == (1 / 3,) * 3


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([1, 2], "the ensemble has 3 networks, but 2 weights"),
        ([1, -1, 1], "weight 1 of the ensemble must be at least 0, got -1"),
        ([1, np.nan, 1], "weight 1 of the ensemble must be finite and at least 0, got nan"),
        ([0, 0, 0], "at least one weight of the ensemble must be above 0"),
    ],
)
def test_invalid_weights_raise(weights: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Ensemble(numeric(), weights)


# One component per network


def test_each_network_has_its_own_preprocessing_and_target_scale() -> None:
    model = rich_model()
    one, two, three = model.networks
    by_hand = [
        one.predict_proba(SHARED.transform(ROWS)),
        SCALE.inverse_transform(two.predict_proba(OTHER.transform(ROWS))),
        SCALE.inverse_transform(three.predict_proba(SHARED.transform(ROWS))),
    ]
    average = 0.75 * by_hand[0] + 0.25 * by_hand[2]
    assert ((average < [0.1, 0.2]) | (average > 5)).any()
    np.testing.assert_allclose(model.outputs(ROWS), np.clip(average, [0.1, 0.2], 5), rtol=1e-5)
    assert model.outputs(ROWS).dtype == np.float32
    np.testing.assert_array_equal(model.inputs(ROWS), SHARED.transform(ROWS))
    np.testing.assert_array_equal(model.inputs(ROWS, network=1), OTHER.transform(ROWS))
    assert model.scaled_targets(TARGET) is TARGET
    np.testing.assert_array_equal(model.scaled_targets(TARGET, network=2), SCALE.transform(TARGET))


def test_shared_preprocessing_is_applied_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    apply = Standardize._apply
    monkeypatch.setattr(Standardize, "_apply", lambda self, X: calls.append(1) or apply(self, X))
    rich_model().predict(ROWS)
    assert len(calls) == 1


def test_one_target_scale_serves_every_network() -> None:
    networks, y = numeric(2, 1), TARGET[:, 0]
    scale = TargetScale().fit(y)
    model = Model(SHARED, Ensemble(networks), target_scale=scale)
    each = [one.predict_proba(SHARED.transform(ROWS)) * y.std() + y.mean() for one in networks]
    np.testing.assert_allclose(model.predict(ROWS), np.mean(each, axis=0)[:, 0], rtol=1e-5)
    alone = Model(SHARED, networks[0], target_scale=scale, output_range=(1, 2))
    np.testing.assert_allclose(alone.predict(ROWS), np.clip(each[0][:, 0], 1, 2), rtol=1e-5)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"preprocessing": PerNetwork([SHARED])}, "preprocessing has components for 1 networks, but the model has 3"),
        ({"preprocessing": PerNetwork([SHARED, Standardize(), SHARED])}, "Standardize is not fitted yet"),
        (
            {"preprocessing": PerNetwork([SHARED, Standardize().fit(ROWS[:, :3]), SHARED])},
            r"array mean of the preprocessing has shape \(3,\), expected 4 columns",
        ),
        ({"target_scale": PerNetwork([SCALE])}, "target_scale has components for 1 networks, but the model has 3"),
        ({"target_scale": TargetScale()}, "TargetScale is not fitted yet"),
        (
            {"target_scale": TargetScale().fit(TARGET[:, 0])},
            r"center of target_scale has shape \(1,\), but the network",
        ),
        ({"target_scale": "standardize"}, "target_scale must be a TargetScale, or a PerNetwork of them"),
        ({"output_range": 3}, "output_range must be the lowest and the highest prediction, got 3"),
        ({"output_range": (1, 0)}, r"low of output_range must be at most high, got \[1.0, 1.0\] and \[0.0, 0.0\]"),
        ({"output_range": (0, np.inf)}, "high of output_range must be finite, got inf"),
        ({"output_range": ([0, 1, 2], 3)}, "output_range has 3 columns, but the network has 2 outputs"),
    ],
)
def test_parts_that_do_not_fit_raise(words: dict[str, Any], message: str) -> None:
    with pytest.raises((ValueError, TypeError), match=message):
        Model(words.pop("preprocessing", None), Ensemble(numeric()), **words)


def test_classifiers_have_no_output_range_and_no_target_scale() -> None:
    for words, message in (
        ({"output_range": (0, 1)}, "output_range is for regression"),
        ({"target_scale": SCALE}, "target_scale requires a network whose output is any number"),
    ):
        with pytest.raises(ValueError, match=message):
            Model(None, network([Dense(2, "softmax")]), **words)


# Target scales


@pytest.mark.parametrize("y", [TARGET, TARGET[:, 0], TARGET[:, 0].astype(np.float32), np.arange(40), np.full(5, 3.0)])
@pytest.mark.parametrize("method", ["standardize", "quantile", "auto"])
def test_a_target_scale_is_inverted(method: str, y: Any) -> None:
    scale = TargetScale(method).fit(y)
    scaled = scale.transform(y)
    assert scaled.shape == y.shape
    np.testing.assert_allclose(scaled.mean(axis=0), 0, atol=0.2)
    back = scale.inverse_transform(scaled.reshape(len(y), -1))
    np.testing.assert_allclose(back, y.reshape(len(y), -1), rtol=1e-5, atol=1e-5 * np.abs(y).max())
    again = TargetScale(scale.method).restore(scale.arrays())
    np.testing.assert_array_equal(again.transform(y), scaled)


def test_auto_maps_quantiles_where_a_target_is_skewed() -> None:
    assert TargetScale("auto").fit(TARGET).method == "quantile"
    assert TargetScale("auto").fit(-TARGET[:, 0]).method == "quantile"
    assert TargetScale("auto").fit(RNG.normal(size=100)).method == "standardize"
    with pytest.raises(ValueError, match="unknown target_scale 'quantiles'; did you mean 'quantile'"):
        TargetScale("quantiles")


def test_the_largest_targets_are_standardized_without_overflow() -> None:
    y = np.array([-1.7e308, 1.7e308, 0.0])
    np.testing.assert_allclose(TargetScale().fit(y).transform(y), [-np.sqrt(1.5), np.sqrt(1.5), 0], atol=1e-12)


# Files


def test_a_file_keeps_every_part_and_the_bits_of_predictions(tmp_path: Path) -> None:
    model = rich_model()
    again = saved_and_loaded(model, tmp_path)
    np.testing.assert_array_equal(model.predict(ROWS), again.predict(ROWS))
    assert isinstance(again.network, Ensemble)
    assert again.network.weights == model.network.weights
    for choice in (again.preprocessing, again.target_scale):
        assert isinstance(choice, PerNetwork)
    assert again.preprocessing.positions == (0, 1, 0)
    assert again.target_scale.positions == (0, 1, 1)
    np.testing.assert_array_equal(again.output_range, model.output_range)
    assert json.loads(json.dumps(model_to_spec(model))) == json.loads(json.dumps(model_to_spec(again)))


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ({}, 1),
        ({"weights": [1, 2, 3]}, 5),
        ({"preprocessing": PerNetwork([SHARED] * 3)}, 5),
        ({"preprocessing": Pipeline([RobustScale()]).fit(ROWS)}, 5),
        ({"preprocessing": MinMax().fit(ROWS)}, 1),
        ({"target_scale": SCALE}, 5),
        ({"target_scale": PerNetwork([None] * 3)}, 1),
        ({"output_range": (0, 1)}, 5),
    ],
)
def test_a_file_has_the_lowest_format_that_can_read_it(words: dict[str, Any], number: int, tmp_path: Path) -> None:
    words = dict(words)
    ensemble = Ensemble(numeric(), words.pop("weights", None))
    model = Model(words.pop("preprocessing", None), ensemble, **words)
    assert lowest_format(model) == number <= FORMAT
    np.testing.assert_array_equal(saved_and_loaded(model, tmp_path).predict(ROWS), model.predict(ROWS))
    later = {"weights", "target_scale", "output_range"}
    assert number == 5 or not later & set(model_to_spec(model))


def test_layers_that_earlier_versions_did_not_have_need_format_5() -> None:
    assert lowest_format(Model(None, network([Dense(3, "relu"), Dense(2)]))) == 1
    assert lowest_format(Model(None, network([gn.Scale(), Dense(2)]))) == 5


@pytest.fixture(scope="module")
def model_bytes(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("whole") / "model.safetensors"
    rich_model().save(path)
    return path.read_bytes()


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "some.safetensors"


PIECES = ("preprocessing", "pieces")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (set_("weights", to=[1, 2]), "the ensemble has 3 networks, but 2 weights"),
        (set_("weights", to=[1, 2, -3]), "weight 2 of the ensemble must be at least 0, got -3"),
        (set_("weights", to=["1", 2, 3]), "weight 0 of the ensemble must be a number, got '1'"),
        (set_("weights", to=[0.0, 0, 0]), "at least one weight of the ensemble must be above 0"),
        (set_("weights", to={}), "weights is not a list"),
        (set_("preprocessing", "networks", to=[0, 0]), "preprocessing must have the index of one of its 2 pieces"),
        (set_("preprocessing", "networks", to=[0, 0, 2]), "preprocessing must have the index of one of its 2 pieces"),
        (set_("preprocessing", "networks", to=[0, 0, -1]), "preprocessing must have the index of one of its 2 pieces"),
        (set_("preprocessing", "networks", to=[0, True, 0]), "preprocessing must have the index of one of its 2"),
        (set_("preprocessing", "networks", to=[0, 0, 0]), "the pieces of preprocessing must be in the order of the"),
        (set_("preprocessing", "pieces", to=None), "pieces is missing"),
        (set_(*PIECES, 1, to={"name": "per_network"}), "unknown preprocessing 'per_network'"),
        (set_(*PIECES, 1, to="minmax"), "MinMax needs the arrays max, min, got quantiles"),
        (set_("preprocessing", to="standardize"), "Standardize needs the arrays mean, std, got 0.mean"),
        (set_("target_scale", "pieces", 1, to=None), "array target_scale.quantiles belongs to nothing"),
        (
            set_("target_scale", "pieces", 1, "method", to="auto"),
            "a fitted target_scale is one of standardize, quantile",
        ),
        (set_("target_scale", "pieces", 1, "method", to=[]), "unknown target_scale []"),
        (set_("target_scale", "pieces", 1, to=5), "target_scale must be a name and options, got 5"),
        (set_("target_scale", to=None), "belongs to nothing"),
        (set_("output_range", to=[[2, 2], [1, 1]]), "low of output_range must be at most high"),
        (set_("output_range", to=[[0], ["x"]]), "high of output_range must be a number, got 'x'"),
        (set_("output_range", to=[[0], [[1, [2]], 3]]), "high of output_range must be"),
        (set_("output_range", to=[0] * 10**5), "output_range must be the lowest and the highest prediction"),
        (set_("networks", 0, "layers", 1, "activation", to="softmax"), "network 1 of the ensemble gives"),
    ],
)
def test_invalid_descriptions_raise_by_name(target: Path, model_bytes: bytes, change: Any, message: str) -> None:
    assert message in load_error(target, with_metadata(model_bytes, change))


QUANTILES = "target_scale.1.quantiles"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda arrays: arrays.pop(QUANTILES), "QuantileTransform needs the arrays quantiles, got none"),
        (replace_array(QUANTILES, lambda a: -a), "quantiles of QuantileTransform must increase"),
        (
            replace_array(QUANTILES, lambda a: a[:, :1].copy()),
            "of target_scale has shape (60, 1), but the network",
        ),
        (replace_array(QUANTILES, lambda a: a * np.nan), "quantiles contains NaN"),
        (replace_array("preprocessing.1.quantiles", lambda a: a[:, 1:].copy()), "has shape (9, 3), expected 4"),
        (lambda arrays: arrays.update({"preprocessing.2.mean": np.ones(4)}), "belongs to none of the 2 pieces"),
        (lambda arrays: arrays.update({"preprocessing.x": np.ones(4)}), "belongs to none of the 2 pieces"),
        (lambda arrays: arrays.update({"target_scale.0.mean": np.ones(4)}), "target_scale.mean belongs to nothing"),
    ],
)
def test_unexpected_arrays_raise_by_name(target: Path, model_bytes: bytes, change: Any, message: str) -> None:
    assert message in load_error(target, with_arrays(target, model_bytes, change))


@pytest.mark.parametrize("key", ["weights", "preprocessing", "target_scale", "output_range"])
def test_every_value_replaced_by_nonsense_raises_or_is_harmless(target: Path, model_bytes: bytes, key: str) -> None:
    whole = json.loads(json.dumps(model_to_spec(rich_model())))
    for index in range(len(places({key: whole[key]}))):
        for value in NONSENSE:

            def change(words: dict[str, Any], index: int = index, value: Any = value) -> None:
                own = {key: words[key]}
                holder, place = places(own)[index]
                holder[place] = value
                words[key] = own[key]

            check_raises_or_is_harmless(target, with_metadata(model_bytes, change))


def test_the_parts_are_public() -> None:
    pieces: tuple[Callable[..., Any], ...] = (gn.PerNetwork, gn.TargetScale, gn.RobustScale, gn.QuantileTransform)
    assert pieces == (PerNetwork, TargetScale, RobustScale, QuantileTransform)
