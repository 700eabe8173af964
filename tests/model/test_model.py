"""Models and their files: predictions on raw rows, and harmless loading of untrusted files."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from glassnet.data.images.transforms import DrawingTransform
from glassnet.data.preprocessing import (
    Divide,
    FirstColumns,
    MinMax,
    NormalizeRows,
    Pipeline,
    QuantileTransform,
    RobustScale,
    Standardize,
)
from glassnet.data.tables.encoder import TableEncoder
from glassnet.data.target_encoding import TargetEncoding
from glassnet.model import Model, load_model
from glassnet.network.columnwise import ParametricActivation, Scale
from glassnet.network.embedding import Embedding
from glassnet.network.ensemble import Ensemble
from glassnet.network.layer import Layer
from glassnet.network.layers import LAYERS, Activation, Dense, Dropout, Residual
from glassnet.network.members import MemberDense, Members
from glassnet.network.network import Network
from glassnet.network.normalization import BatchNorm, LayerNorm
from glassnet.network.periodic_embedding import PeriodicEmbedding
from glassnet.network.piecewise_linear import PiecewiseLinearEmbedding
from helpers.models import ROWS, network

RNG = np.random.default_rng(1)
TABLE = np.column_stack([RNG.integers(0, 3, 20), RNG.integers(0, 2, 20), RNG.normal(size=(20, 2))])


STACKS: dict[str, list[Any]] = {
    "classes": [Dense(5, "relu"), Dense(3, "softmax")],
    "yes or no": [Dense(5, {"name": "leaky_relu", "slope": 0.2}), Dense(1, "sigmoid")],
    "several yes or no": [Dense(5, "gelu"), Dense(3, "sigmoid")],
    "one number": [Dense(5, "tanh", init={"name": "normal", "std": 0.1}), Dense(1)],
    "several numbers": [Dense(5, "selu", init="orthogonal", bias_init="uniform"), Dense(2, "softplus")],
    "every layer": [
        Embedding([0, 1], [3, 2], 2),
        Dense(6, inputs=6),
        BatchNorm(momentum=0.2),
        Activation("elu"),
        Dropout(0.25),
        LayerNorm(epsilon=1e-4),
        PeriodicEmbedding(2),
        Scale(),
        ParametricActivation("mish"),
        PiecewiseLinearEmbedding(2, bins=4, units=3),
        Members(2),
        MemberDense(3, 2),
        MemberDense(4, 2, shared=False, init="normal"),
        Residual([Dense(4, "relu"), BatchNorm(), Dense(5, init="orthogonal")], init="normal"),
        Dense(3, "softmax"),
    ],
}
NAMES = {"classes": "abc", "yes or no": "ny", "several yes or no": "abc", "every layer": "abc"}


def test_every_layer_type_is_in_some_stack() -> None:
    assert {type(layer) for stack in STACKS.values() for layer in stack} == set(LAYERS.values())


def saved_and_loaded(model: Model, tmp_path: Path) -> Model:
    model.save(tmp_path / "model.safetensors")
    return load_model(tmp_path / "model.safetensors")


def assert_same(one: Model, other: Model, raw: Any) -> None:
    """Check for the same bits of the predictions and the same attributes."""
    for answer in (Model.predict, Model.predict_proba, Model.outputs):
        np.testing.assert_array_equal(answer(one, raw), answer(other, raw))
        assert answer(one, raw).dtype == answer(other, raw).dtype
    for word in ("class_names", "feature_names", "image_transform", "recipe", "metrics"):
        assert getattr(one, word) == getattr(other, word)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("kind", STACKS)
def test_a_loaded_model_predicts_the_same_bits(kind: str, dtype: str, tmp_path: Path) -> None:
    model = Model(None, network(STACKS[kind], dtype), NAMES.get(kind))
    again = saved_and_loaded(model, tmp_path)
    assert_same(model, again, TABLE)
    assert again.networks[0].dtype == dtype
    assert repr(again.network) == repr(model.network)
    np.testing.assert_array_equal(again.networks[0].state, model.networks[0].state)


@pytest.mark.parametrize(
    "preprocessing",
    [
        None,
        Standardize(),
        MinMax(),
        MinMax(-1, 3),
        Divide(16),
        Divide(np.float32(0.1)),
        NormalizeRows(),
        RobustScale(),
        RobustScale(None),
        QuantileTransform("uniform", 7),
        Pipeline(["normalize_rows", MinMax(-2, 2), Pipeline(["standardize", Divide(2)])]),
    ],
    ids=repr,
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_preprocessing_survives_a_file_bit_for_bit(preprocessing: Any, dtype: type, tmp_path: Path) -> None:
    raw = ROWS.astype(dtype)
    fitted = None if preprocessing is None else preprocessing.fit(raw)
    model = Model(fitted, network(STACKS["classes"], "float64"), "abc")
    assert_same(model, saved_and_loaded(model, tmp_path), raw)


def test_all_attributes_of_a_model_survive_a_file(tmp_path: Path) -> None:
    pair = Ensemble([network(STACKS["classes"], seed=seed) for seed in (0, 1)])
    model = Model(
        Standardize().fit(ROWS),
        pair,
        ["Äpfel", "pears\n", ""],
        feature_names=["a", "b", "c", "d [cm]"],
        image_transform=DrawingTransform((2, 2), low=0.0, high=16.0, fill=0.75, balance=(1, 0.5), center=(1.0, 1.25)),
        recipe={"name": "mine", "data": {"source": "iris"}},
        metrics={"test_accuracy": np.float32(0.5), "confusion_matrix": np.eye(2, dtype=int), "valid_accuracy": None},
    )
    again = saved_and_loaded(model, tmp_path)
    model.metrics = {"test_accuracy": 0.5, "confusion_matrix": [[1, 0], [0, 1]], "valid_accuracy": None}
    assert_same(model, again, ROWS)
    assert isinstance(again.network, Ensemble)
    assert len(again.networks) == 2
    assert not isinstance(saved_and_loaded(Model(None, pair.networks[0]), tmp_path).network, Ensemble)


def test_a_model_can_be_loaded_from_its_run_folder(tmp_path: Path) -> None:
    model = Model(None, network(STACKS["classes"]))
    model.save(tmp_path / "new" / "model.safetensors")
    assert_same(model, load_model(tmp_path / "new"), ROWS)
    assert_same(model, load_model(str(tmp_path / "new" / "model.safetensors")), ROWS)


# Predictions


def certain(layers: list[Any], *z: float) -> Network:
    """A network whose last logits are always these."""
    net = Network(4, layers, init="zeros")
    net.parameters[-len(z) :] = z
    return net


def test_predictions_are_class_names_or_numbers() -> None:
    one = ROWS[:1]
    assert Model(None, certain([Dense(3, "softmax")], 0, 0, 9), "abc").predict(one).tolist() == ["c"]
    assert Model(None, certain([Dense(3, "softmax")], 0, 0, 9)).predict(one).tolist() == [2]
    yes = Model(None, certain([Dense(1, "sigmoid")], 9), ["no", "yes"])
    assert yes.predict(one).tolist() == ["yes"]
    assert yes.predict_proba(one)[0] == pytest.approx([0, 1], abs=1e-3)
    assert yes.outputs(one).shape == (1, 1)
    several = Model(None, certain([Dense(3, "sigmoid")], 9, -9, 9), "abc")
    assert several.predict(one).tolist() == [[1, 0, 1]]
    assert several.predict_proba(one).shape == (1, 3)
    assert Model(None, certain([Dense(1)], 2.5)).predict(one).tolist() == [2.5]
    assert Model(None, certain([Dense(2)], 2.5, -1)).predict(one).tolist() == [[2.5, -1]]
    only = Model(None, certain([Dense(1, "softmax")], 3), ["the one"])
    assert (only.predict(one).tolist(), only.predict_proba(one).tolist()) == (["the one"], [[1.0]])


TRANSFORM = DrawingTransform((2, 3), low=0, high=1, fill=1, balance=(1, 1), center=(1, 1))


@pytest.mark.parametrize(
    ("kind", "words", "message"),
    [
        ("classes", {"class_names": "ab"}, "class_names has 2 names, but the network has 3 classes"),
        ("yes or no", {"class_names": "a"}, "class_names has 1 names, but the network has 2 classes"),
        ("classes", {"class_names": ""}, "class_names has 0 names"),
        ("classes", {"class_names": "aba"}, "class_names must be unique, got a, b, a"),
        ("several numbers", {"class_names": "ab"}, "class_names require a network that ends in softmax or sigmoid"),
        ("classes", {"feature_names": "abc"}, "feature_names has 3 features, but the network has 4 inputs"),
        (
            "classes",
            {"image_transform": TRANSFORM},
            "the image transform has 6 features, but the network has 4 inputs",
        ),
    ],
)
def test_attributes_that_do_not_match_the_network_raise(kind: str, words: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Model(None, network(STACKS[kind]), **words)


def test_an_image_shape_whose_product_overflows_64_bits_raises() -> None:
    # 3 · 12297829382473034412 is 4 modulo 2⁶⁴.
    transform = DrawingTransform((3, 12297829382473034412), low=0, high=1, fill=1, balance=(1, 1), center=(1, 1))
    with pytest.raises(ValueError, match="the image transform has 36893488147419103236 features"):
        Model(None, network(STACKS["classes"]), image_transform=transform)


@pytest.mark.parametrize(("bad", "shown"), [(np.nan, "NaN"), (np.inf, "inf"), (-np.inf, "-inf")])
@pytest.mark.parametrize("preprocessing", [None, Standardize(), MinMax(), NormalizeRows(), Divide(2)], ids=repr)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_invalid_raw_numbers_raise_with_their_position(bad: float, shown: str, preprocessing: Any, dtype: type) -> None:
    fitted = None if preprocessing is None else preprocessing.fit(ROWS)
    raw = ROWS.astype(dtype)
    raw[7, 2] = bad
    model = Model(fitted, network(STACKS["classes"]))
    with pytest.raises(ValueError, match=rf"^X contains {shown} in row 7, column 2; remove"):
        model.predict(raw)
    named = Model(fitted, network(STACKS["classes"]), feature_names=("a", "b", "height", "d"))
    with pytest.raises(ValueError, match=rf"^X contains {shown} in row 7, column height; remove"):
        named.predict_proba(raw)


@pytest.mark.parametrize("preprocessing", [None, Standardize().fit(ROWS), Divide(2)], ids=repr)
@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (ROWS[:, :3], r"X must be \(n, 4\) for this model, got shape \(20, 3\)"),
        (ROWS[0], r"X must be \(n, 4\) for this model, got shape \(4,\)"),
        (ROWS[None], r"X must be \(n, 4\) for this model, got shape \(1, 20, 4\)"),
        (5.0, r"X must be \(n, 4\) for this model, got shape \(\)"),
        ([["a", "b", "c", "d"]], "X must contain numbers"),
        (np.full((1, 4), 1e300), r"column 0, row 0: 1e\+300 is too far from the values of training"),
    ],
)
def test_raw_rows_of_the_wrong_type_raise(preprocessing: Any, raw: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Model(preprocessing, network(STACKS["classes"])).predict(raw)


def test_no_rows_give_no_predictions() -> None:
    model = Model(Standardize().fit(ROWS), network(STACKS["classes"]), "abc")
    assert model.predict(ROWS[:0]).shape == (0,)
    assert model.predict_proba(ROWS[:0]).shape == (0, 3)


# Unsupported components, and failed writes


class Square:
    def forward(self, z: Any) -> Any:
        return z * z

    def backward(self, da: Any, z: Any, a: Any) -> Any:
        return 2 * da * z


class Twice(Layer):
    kind = "twice"

    def forward(self, p: Any, state: Any, x: Any, train: bool, rng: Any) -> tuple[Any, Any]:
        return 2 * x, None


class Half:
    """Custom preprocessing."""

    def fit(self, X: Any) -> Any:
        return self

    def transform(self, X: Any) -> Any:
        return X / 2

    def arrays(self) -> dict[str, Any]:
        return {}

    def restore(self, arrays: Any) -> Any:
        return self


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (Model(None, Network(4, [Dense(2, Square())])), "Square"),
        (Model(None, Network(4, [Activation(Square())])), "Square"),
        (Model(None, Network(4, [Twice(), Dense(2)])), "Twice"),
        (Model(Half(), Network(4, [Dense(2)])), "Half"),
        (Model(Pipeline([Half()]), Network(4, [Dense(2)])), "Half"),
        (
            Model(None, Network(4, [Dense(2)]), recipe={"a": Square()}),
            "recipe and metrics of a model must be text, numbers",
        ),
    ],
)
def test_unsupported_components_raise_by_name_before_anything_is_written(
    model: Model, name: str, tmp_path: Path
) -> None:
    with pytest.raises((ValueError, TypeError), match=f"^{name}"):
        model.save(tmp_path / "new" / "model.safetensors")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "old.safetensors").write_bytes(b"before")
    with pytest.raises((ValueError, TypeError), match=f"^{name}"):
        model.save(tmp_path / "old.safetensors")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("old.safetensors", b"before")]


@pytest.mark.parametrize("crash", [OSError("no space left"), KeyboardInterrupt()])
def test_a_crash_inside_save_leaves_the_old_model(
    crash: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "model.safetensors"
    old = Model(None, network(STACKS["classes"]))
    old.save(path)

    def write_half(path: Path, content: bytes) -> None:
        with path.open("wb") as file:
            file.write(content[:9])
        raise crash

    monkeypatch.setattr(Path, "write_bytes", write_half)
    with pytest.raises(type(crash)):
        Model(None, network(STACKS["classes"], seed=1)).save(path)
    assert_same(old, load_model(path), ROWS)
    assert [found.name for found in tmp_path.iterdir()] == ["model.safetensors"]


def test_an_unfitted_preprocessing_step_raises() -> None:
    with pytest.raises(ValueError, match="Standardize is not fitted yet"):
        Model(Standardize(), Network(4, [Dense(2)]))


# Names of the network's inputs


def test_the_inputs_of_a_model_have_the_names_of_encoded_and_preprocessed_columns() -> None:
    table = pd.DataFrame({"age": [20.0, 30.0, 40.0], "sex": ["f", "m", "f"], "code": ["a", "b", "c"]})
    columns = TableEncoder.fit(table, missing=False, categories=True, max_one_hot=2)
    rows = columns.transform(table)
    encoding = TargetEncoding(1, [4], smoothing=0).fit_targets(rows, np.array([0.0, 1.0, 2.0]))
    preprocessing = Pipeline([encoding, FirstColumns(2, "standardize").fit(encoding.transform(rows))])
    model = Model(preprocessing, Network(5, [Embedding(4, 4, 2), Dense(1)]), columns=columns, feature_names=list(table))
    names = model.input_names
    assert names is not None
    assert names.columns == ["age", "target mean of code", "sex=f", "sex=m", "code"]
    assert names.levels == {"code": ["a", "b", "c", "other"]}
    assert "sex=m: 1, code=b: 1" in str(model.network.trace(model.inputs(table[1:2]), [0.0], names=names))
    assert "sex=f: 1, code=a: 0" in str(model.network.trace(model.inputs(table[:1]), [0.0], names=names))


def test_a_model_of_arrays_has_the_names_of_its_features_or_none() -> None:
    named = Model(None, Network(2, [Dense(1)]), feature_names=["a", "b"]).input_names
    assert named is not None
    assert list(named.columns) == ["a", "b"]
    assert Model(None, Network(2, [Dense(1)])).input_names is None
