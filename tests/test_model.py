"""What a user may rely on from a model and its file: raw rows in, answers out, and a file from anywhere is harmless."""

import contextlib
import json
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.numpy import load_file

from glassnet.data.images import ImageFrame
from glassnet.data.preprocessing import Chain, Divide, MinMax, NormalizeRows, Standardize
from glassnet.model import FORMAT, KEY, Model, load_model
from glassnet.network.embedding import Embedding
from glassnet.network.ensemble import Ensemble
from glassnet.network.layer import Layer
from glassnet.network.layers import LAYERS, Activation, Dense, Dropout
from glassnet.network.network import Network
from glassnet.network.normalisation import BatchNorm, LayerNorm

RNG = np.random.default_rng(0)
ROWS = RNG.normal(3, 2, (20, 4))
TABLE = np.column_stack([RNG.integers(0, 3, 20), RNG.integers(0, 2, 20), RNG.normal(size=(20, 2))])


def network(layers: list[Any], dtype: str = "float32", seed: int = 0) -> Network:
    """A network of four inputs whose running values are not those of the start."""
    net = Network(4, layers, dtype=dtype, seed=seed)
    net.state[:] = np.random.default_rng(seed).uniform(0.5, 2, net.state.shape)
    return net


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
        Dense(3, "softmax"),
    ],
}
NAMES = {"classes": "abc", "yes or no": "ny", "several yes or no": "abc", "every layer": "abc"}


def test_every_layer_is_kept_by_some_stack() -> None:
    assert {type(layer) for stack in STACKS.values() for layer in stack} == set(LAYERS.values())


def kept_again(model: Model, tmp_path: Path) -> Model:
    model.save(tmp_path / "model.safetensors")
    return load_model(tmp_path / "model.safetensors")


def assert_same(one: Model, other: Model, raw: Any) -> None:
    """The same bits out for the same rows in, and the same words about it."""
    for answer in (Model.predict, Model.predict_proba, Model.outputs):
        np.testing.assert_array_equal(answer(one, raw), answer(other, raw))
        assert answer(one, raw).dtype == answer(other, raw).dtype
    for word in ("class_names", "feature_names", "image_frame", "recipe", "metrics"):
        assert getattr(one, word) == getattr(other, word)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("kind", STACKS)
def test_a_loaded_model_answers_with_the_same_bits(kind: str, dtype: str, tmp_path: Path) -> None:
    model = Model(None, network(STACKS[kind], dtype), NAMES.get(kind))
    again = kept_again(model, tmp_path)
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
        Chain(["normalize_rows", MinMax(-2, 2), Chain(["standardize", Divide(2)])]),
    ],
    ids=repr,
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_preprocessing_is_kept_to_the_last_bit(preprocessing: Any, dtype: type, tmp_path: Path) -> None:
    raw = ROWS.astype(dtype)
    fitted = None if preprocessing is None else preprocessing.fit(raw)
    model = Model(fitted, network(STACKS["classes"], "float64"), "abc")
    assert_same(model, kept_again(model, tmp_path), raw)


def test_everything_that_is_known_of_a_model_is_kept(tmp_path: Path) -> None:
    pair = Ensemble([network(STACKS["classes"], seed=seed) for seed in (0, 1)])
    model = Model(
        Standardize().fit(ROWS),
        pair,
        ["Äpfel", "pears\n", ""],
        feature_names=["a", "b", "c", "d [cm]"],
        image_frame=ImageFrame((2, 2), low=0.0, high=16.0, fill=0.75, balance=(1, 0.5), centre=(1.0, 1.25)),
        recipe={"name": "mine", "data": {"source": "iris"}},
        metrics={"test_accuracy": np.float32(0.5), "confusion_matrix": np.eye(2, dtype=int), "valid_accuracy": None},
    )
    again = kept_again(model, tmp_path)
    model.metrics = {"test_accuracy": 0.5, "confusion_matrix": [[1, 0], [0, 1]], "valid_accuracy": None}
    assert_same(model, again, ROWS)
    assert isinstance(again.network, Ensemble)
    assert len(again.networks) == 2
    assert not isinstance(kept_again(Model(None, pair.networks[0]), tmp_path).network, Ensemble)


def test_a_run_folder_stands_for_the_model_in_it(tmp_path: Path) -> None:
    model = Model(None, network(STACKS["classes"]))
    model.save(tmp_path / "new" / "model.safetensors")
    assert_same(model, load_model(tmp_path / "new"), ROWS)
    assert_same(model, load_model(str(tmp_path / "new" / "model.safetensors")), ROWS)


# Answers


def certain(layers: list[Any], *z: float) -> Network:
    """A network whose last logits are always these."""
    net = Network(4, layers, init="zeros")
    net.parameters[-len(z) :] = z
    return net


def test_answers_are_names_where_there_are_classes_and_numbers_elsewhere() -> None:
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


FRAME = ImageFrame((2, 3), low=0, high=1, fill=1, balance=(1, 1), centre=(1, 1))


@pytest.mark.parametrize(
    ("kind", "words", "message"),
    [
        ("classes", {"class_names": "ab"}, "class_names holds 2 names, the network tells 3 classes apart"),
        ("yes or no", {"class_names": "a"}, "class_names holds 1 names, the network tells 2 classes apart"),
        ("classes", {"class_names": ""}, "class_names holds 0 names"),
        ("classes", {"class_names": "aba"}, "class_names must be different from each other, got a, b, a"),
        ("several numbers", {"class_names": "ab"}, "class_names go with a network that ends in softmax or sigmoid"),
        ("classes", {"feature_names": "abc"}, "feature_names speaks of 3 features, the network has 4 inputs"),
        ("classes", {"image_frame": FRAME}, "the image frame speaks of 6 features, the network has 4 inputs"),
    ],
)
def test_words_that_do_not_fit_the_network_are_refused(kind: str, words: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Model(None, network(STACKS[kind]), **words)


def test_a_frame_whose_sides_multiply_beyond_64_bits_does_not_pass_for_a_small_one() -> None:
    # 3 · 12297829382473034412 is 4 modulo 2⁶⁴.
    frame = ImageFrame((3, 12297829382473034412), low=0, high=1, fill=1, balance=(1, 1), centre=(1, 1))
    with pytest.raises(ValueError, match="the image frame speaks of 36893488147419103236 features"):
        Model(None, network(STACKS["classes"]), image_frame=frame)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("preprocessing", [None, Standardize(), MinMax(), NormalizeRows(), Divide(2)], ids=repr)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_raw_numbers_that_are_none_are_refused_with_their_own_place(
    bad: float, preprocessing: Any, dtype: type
) -> None:
    fitted = None if preprocessing is None else preprocessing.fit(ROWS)
    raw = ROWS.astype(dtype)
    raw[7, 2] = bad
    model = Model(fitted, network(STACKS["classes"]))
    with pytest.raises(ValueError, match=rf"^X holds {bad} in row 7, column 2; remove"):
        model.predict(raw)
    named = Model(fitted, network(STACKS["classes"]), feature_names=("a", "b", "height", "d"))
    with pytest.raises(ValueError, match=rf"^X holds {bad} in row 7, column height; remove"):
        named.predict_proba(raw)


@pytest.mark.parametrize("preprocessing", [None, Standardize().fit(ROWS), Divide(2)], ids=repr)
@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (ROWS[:, :3], r"X must be \(n, 4\) for this model, got shape \(20, 3\)"),
        (ROWS[0], r"X must be \(n, 4\) for this model, got shape \(4,\)"),
        (ROWS[None], r"X must be \(n, 4\) for this model, got shape \(1, 20, 4\)"),
        (5.0, r"X must be \(n, 4\) for this model, got shape \(\)"),
        ([["a", "b", "c", "d"]], "X must hold numbers"),
        (np.full((1, 4), 1e300), "X holds"),
    ],
)
def test_raw_rows_of_another_kind_are_refused(preprocessing: Any, raw: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Model(preprocessing, network(STACKS["classes"])).predict(raw)


def test_no_rows_give_no_answers() -> None:
    model = Model(Standardize().fit(ROWS), network(STACKS["classes"]), "abc")
    assert model.predict(ROWS[:0]).shape == (0,)
    assert model.predict_proba(ROWS[:0]).shape == (0, 3)


# What a file cannot hold, and what stays when writing fails


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
    """A user's own preprocessing."""

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
        (Model(Chain([Half()]), Network(4, [Dense(2)])), "Half"),
        (Model(Standardize(), Network(4, [Dense(2)])), "Standardize is not fitted"),
        (Model(None, Network(4, [Dense(2)]), recipe={"a": Square()}), "recipe and metrics of a model must be plain"),
    ],
)
def test_what_a_file_cannot_hold_is_named_and_nothing_is_written(model: Model, name: str, tmp_path: Path) -> None:
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

    def half(arrays: Any, target: Any, **options: Any) -> None:
        Path(target).write_bytes(b"half a fi")
        raise crash

    monkeypatch.setattr("safetensors.numpy.save_file", half)
    with pytest.raises(type(crash)):
        Model(None, network(STACKS["classes"], seed=1)).save(path)
    assert_same(old, load_model(path), ROWS)
    assert [found.name for found in tmp_path.iterdir()] == ["model.safetensors"]


# Files from anywhere


def rich_model() -> Model:
    """A model whose file holds every kind of word and array."""
    return Model(
        Chain(["normalize_rows", Standardize()]).fit(ROWS),
        Ensemble([network([Dense(3, "relu"), BatchNorm(), Dropout(0.5), Dense(2, "softmax")], seed=s) for s in (0, 1)]),
        ("cat", "dog"),
        feature_names="abcd",
        image_frame=ImageFrame((2, 2), low=0.0, high=16.0, fill=0.75, balance=(1, 0.5), centre=(1.0, 1.25)),
        recipe={"name": "mine"},
        metrics={"test_accuracy": 0.5},
    )


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("whole") / "model.safetensors"
    rich_model().save(path)
    return path.read_bytes()


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "some.safetensors"


def parts(data: bytes) -> tuple[dict[str, Any], bytes]:
    length = struct.unpack("<Q", data[:8])[0]
    return json.loads(data[8 : 8 + length]), data[8 + length :]


def joined(header: dict[str, Any], body: bytes) -> bytes:
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + body


def with_words(data: bytes, change: Callable[[dict[str, Any]], Any]) -> bytes:
    """The same file, its words changed in place, or replaced by what `change` returns."""
    header, body = parts(data)
    words = json.loads(header["__metadata__"][KEY])
    replaced = change(words)
    header["__metadata__"][KEY] = replaced if isinstance(replaced, str) else json.dumps(words)
    return joined(header, body)


def with_arrays(path: Path, data: bytes, change: Callable[[dict[str, Any]], Any]) -> bytes:
    """The same file with its arrays changed."""
    from safetensors.numpy import save_file

    path.write_bytes(data)
    arrays = load_file(path)
    change(arrays)
    save_file(arrays, path, metadata=parts(data)[0]["__metadata__"])
    return path.read_bytes()


def refusal(path: Path, data: bytes) -> str:
    """Load these bytes as a model and return the one line that refuses them."""
    path.write_bytes(data)
    with pytest.raises(ValueError, match=r"some\.safetensors") as caught:
        load_model(path)
    message = str(caught.value)
    assert type(caught.value) is ValueError
    assert "\n" not in message
    assert len(message) < 400 + len(str(path))
    return message


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for path in (tmp_path / "gone.safetensors", tmp_path / "empty", tmp_path / "gone" / "er"):
        with pytest.raises(FileNotFoundError, match=f"there is no model file {path}"):
            load_model(path)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0",
        b"hello, this is a text file\n",
        b"\x80\x04\x95\x1a\x00\x00\x00\x00\x00\x00\x00\x8c\x08builtins\x94\x8c\x05print\x94\x93\x94.",
        b"PK\x03\x04" + bytes(60),
        b"\x89PNG\r\n\x1a\n" + bytes(60),
        struct.pack("<Q", 2**63) + b"{}",
        struct.pack("<Q", 2**64 - 1) + b"{}",
        struct.pack("<Q", 10**12) + b"{}",
        struct.pack("<Q", 2) + b"{}",
        struct.pack("<Q", 2) + b"[]",
        struct.pack("<Q", 4) + b"null",
        struct.pack("<Q", 20000) + b"[" * 20000,
        struct.pack("<Q", 8) + b"\xff" * 8,
        joined({"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}, bytes(4)),
        joined({"a": {"dtype": "F32", "shape": [10**12], "data_offsets": [0, 4 * 10**12]}}, bytes(4)),
        joined({"a": {"dtype": "F32", "shape": [2**62, 4], "data_offsets": [0, 0]}}, b""),
        joined({"a": {"dtype": "F32", "shape": [1], "data_offsets": [4, 0]}}, bytes(4)),
        joined({"__metadata__": {"format": "np"}}, b""),
        joined({"__metadata__": {KEY: ""}}, b""),
    ],
)
def test_other_files_are_refused_as_no_model(target: Path, data: bytes) -> None:
    assert "is not a glassnet model: " in refusal(target, data)


def test_a_file_cut_off_anywhere_is_refused(target: Path, whole: bytes) -> None:
    for length in [*range(12), *range(12, len(whole), 37), len(whole) - 1]:
        refusal(target, whole[:length])
    refusal(target, whole + b"more")


def test_a_header_that_claims_more_than_there_is_is_refused(target: Path, whole: bytes) -> None:
    header, body = parts(whole)
    for name in header:
        if name != "__metadata__":
            begin, end = header[name]["data_offsets"]
            for offsets in ([begin, end + 1024], [begin, 2**62], [2**62, 2**62 + end - begin], [end, begin]):
                refusal(target, joined({**header, name: {**header[name], "data_offsets": offsets}}, body))
            for dtype in ("F16", "BF16", "F8_E4M3", "I32", "BOOL", "F4", "X"):
                refusal(target, joined({**header, name: {**header[name], "dtype": dtype}}, body))


def refused_or_harmless(path: Path, data: bytes) -> None:
    """Load a changed file: refused in one line that names it, or a model that takes rows or refuses them."""
    path.write_bytes(data)
    try:
        model = load_model(path)
    except ValueError as error:
        message = str(error)
    else:
        message = str(path)
        # What has changed may be a number, and make rows too large for the network: those are refused as such.
        with np.errstate(all="ignore"), contextlib.suppress(ValueError):
            assert model.predict_proba(ROWS).shape == (20, 2)
    assert str(path) in message
    assert "\n" not in message


FUZZ = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FUZZ
@given(data=st.data())
def test_flipped_bits_are_refused_or_harmless(target: Path, whole: bytes, data: st.DataObject) -> None:
    header = 8 + struct.unpack("<Q", whole[:8])[0]
    damaged = bytearray(whole)
    for place in data.draw(st.lists(st.integers(0, header + 40), min_size=1, max_size=3)):
        damaged[place] ^= 1 << data.draw(st.integers(0, 7))
    refused_or_harmless(target, bytes(damaged))


@FUZZ
@given(data=st.binary(max_size=300), announced=st.booleans())
def test_random_bytes_are_refused(target: Path, data: bytes, announced: bool) -> None:
    refusal(target, (struct.pack("<Q", len(data)) + data) if announced else data)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@FUZZ
@given(data=st.data())
def test_any_word_replaced_by_anything_is_refused_or_harmless(target: Path, whole: bytes, data: st.DataObject) -> None:
    def change(words: dict[str, Any]) -> None:
        holder, key = data.draw(st.sampled_from(places(words)))
        holder[key] = data.draw(JSON)

    refused_or_harmless(target, with_words(whole, change))


def places(words: Any) -> list[tuple[Any, Any]]:
    """Every place inside nested lists and tables, as the list or table and the key in it."""
    if not isinstance(words, (dict, list)):
        return []
    keys = words if isinstance(words, dict) else range(len(words))
    return [place for key in keys for place in [(words, key), *places(words[key])]]


DEEP: Any = []
for _ in range(500):
    DEEP = [DEEP]

NONSENSE = [None, -1, 0, 1.5, 1e400, float("nan"), "", "x", "__class__", [], {}, [None], {"name": "x"}, 10**400, DEEP]
PLACES = len(places(json.loads(json.dumps(rich_model()._words()))))


@pytest.mark.parametrize("value", NONSENSE, ids=lambda value: repr(value)[:12])
def test_every_word_replaced_by_nonsense_is_refused_or_harmless(target: Path, whole: bytes, value: Any) -> None:
    for index in range(PLACES):

        def change(words: dict[str, Any], index: int = index) -> None:
            holder, key = places(words)[index]
            holder[key] = value

        refused_or_harmless(target, with_words(whole, change))


@pytest.mark.parametrize("key", ["format", "networks", "ensemble"])
def test_a_missing_word_is_named(target: Path, whole: bytes, key: str) -> None:
    message = refusal(target, with_words(whole, lambda words: words.pop(key) and None))
    assert key in message or "no description" in message


def set_(*path: Any, to: Any) -> Callable[[dict[str, Any]], None]:
    def change(words: Any) -> None:
        for key in path[:-1]:
            words = words[key]
        words[path[-1]] = to

    return change


LAYER = ("networks", 0, "layers", 0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda words: "{", "it holds no description of a network"),
        (lambda words: "[1]", "it holds no description of a network"),
        (lambda words: "[" * 100_000, "it holds no description of a network"),
        (lambda words: '{"format": ' + "1" * 5000 + "}", "it holds no description of a network"),
        (set_("format", to=True), "it holds no description of a network"),
        (
            set_("format", to=FORMAT + 1),
            f"has format {FORMAT + 1}, this glassnet reads up to {FORMAT}; update glassnet",
        ),
        (set_("networks", to=[]), "it describes 0 networks"),
        (set_("networks", to=[3]), "networks.0 is not described by a table"),
        (set_("ensemble", to=False), "it describes 2 networks, ensemble is False"),
        (set_("ensemble", to="x"), "ensemble is no bool"),
        (set_("networks", 0, "dtype", to=None), "dtype is missing"),
        (set_("networks", 0, "dtype", to="O"), "dtype of networks.0 must be float32 or float64, got 'O'"),
        (
            set_("networks", 0, "dtype", to="float64"),
            "networks.0.parameters must be one vector of float64, got float32",
        ),
        (set_("networks", 0, "inputs", to=5), "these layers have 32 numbers as parameters"),
        (set_("networks", 0, "inputs", to=10**12), "numbers as parameters, got an array of shape"),
        (set_("networks", 0, "layers", to=[]), "a network needs at least one layer"),
        (set_("networks", 0, "layers", to="dense"), "layers is no list"),
        (set_(*LAYER, "units", to=10**12), "numbers as parameters, got an array of shape"),
        (set_(*LAYER, "units", to=-1), "units of a Dense layer must be at least 1, got -1"),
        (set_(*LAYER, "units", to=True), "units of a Dense layer must be a whole number, got True"),
        (set_(*LAYER, "name", to="dens"), "unknown layer 'dens'; did you mean 'dense'"),
        (set_(*LAYER, "name", to="__init__"), "unknown layer '__init__'"),
        (set_(*LAYER, "kind", to="x"), "unknown option of layer 'dense': 'kind'"),
        (set_(*LAYER, "activation", to="rleu"), "unknown activation 'rleu'; did you mean 'relu'"),
        (set_(*LAYER, "activation", to="forward"), "unknown activation 'forward'"),
        (set_(*LAYER, "activation", to={"name": "relu", "slope": 1}), "unknown option of activation 'relu': 'slope'"),
        (set_(*LAYER, "activation", to="x" * 10_000), "unknown activation 'xxx"),
        (set_(*LAYER, to="a\nb"), r"unknown layer 'a\nb'"),
        (
            set_("networks", 0, "layers", 2, "rate", to=1),
            "rate of a Dropout layer must be at least 0 and below 1, got 1",
        ),
        (set_("networks", 0, "layers", 1, "epsilon", to=0), "epsilon of a BatchNorm layer must be above 0, got 0"),
        (set_("preprocessing", to="standardize"), "Standardize needs the arrays mean, std"),
        (set_("preprocessing", to=None), "belongs to none of the 0 pieces"),
        (set_("preprocessing", to=["normalize_rows"]), "belongs to none of the 1 pieces"),
        (set_("preprocessing", to=[{"name": "divide", "by": 0}, "standardize"]), "by of divide must be above 0, got 0"),
        (set_("preprocessing", to=5), "preprocessing is a name"),
        (set_("class_names", to="ab"), "class_names is no list"),
        (set_("class_names", to=[1, 2]), "class_names must be names"),
        (set_("class_names", to=["a"]), "class_names holds 1 names, the network tells 2 classes apart"),
        (set_("feature_names", to=["a"]), "feature_names speaks of 1 features, the network has 4 inputs"),
        (set_("image_frame", to=[]), "image_frame is no dict"),
        (set_("image_frame", to={}), "an image frame lacks image_shape, low, high, fill, balance, centre"),
        (set_("image_frame", "more\n", to=1), r"unknown entry of an image frame 'more\n'"),
        (set_("image_frame", "image_shape", to=[1, 4, 1]), "image_shape of an image frame must be two numbers"),
        (set_("image_frame", "image_shape", to=[10**6, 10**6]), "the image frame speaks of 1000000000000 features"),
        (set_("image_frame", "fill", to=float("inf")), "fill of an image frame must be above 0 and at most 1, got inf"),
        (set_("recipe", to="x"), "recipe is no dict"),
        (set_("metrics", to=[]), "metrics is no dict"),
    ],
)
def test_words_that_cannot_be_are_named(target: Path, whole: bytes, change: Any, message: str) -> None:
    assert message in refusal(target, with_words(whole, change))


def mend(name: str, make: Callable[[Any], Any]) -> Callable[[dict[str, Any]], None]:
    def change(arrays: dict[str, Any]) -> None:
        arrays[name] = make(arrays[name])

    return change


def put(array: Any, value: float) -> Any:
    array = array.copy()
    array[-1] = value
    return array


THETA, STATE, MEAN = "networks.1.parameters", "networks.1.state", "preprocessing.1.mean"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda arrays: arrays.clear(), "array networks.0.parameters is missing"),
        (lambda arrays: arrays.pop(THETA), f"array {THETA} is missing"),
        (lambda arrays: arrays.pop(STATE), f"array {STATE} is missing"),
        (lambda arrays: arrays.pop(MEAN), "Standardize needs the arrays mean, std, got std"),
        (
            lambda arrays: arrays.update({"networks.2.state": np.zeros(1)}),
            "array 'networks.2.state' belongs to nothing",
        ),
        (lambda arrays: arrays.update({"networks.1.more": np.zeros(1)}), "array 'networks.1.more' belongs to nothing"),
        (lambda arrays: arrays.update({"x\n": np.zeros(1)}), r"array 'x\n' belongs to nothing"),
        (
            lambda arrays: arrays.update({"preprocessing.0.mean": np.zeros(4)}),
            "NormalizeRows needs the arrays none, got mean",
        ),
        (lambda arrays: arrays.update({"networks.1.theta": arrays.pop(THETA)}), f"array {THETA} is missing"),
        (mend(THETA, lambda a: a[:-1]), "these layers have 29 numbers as parameters, got an array of shape (28,)"),
        (mend(THETA, lambda a: np.append(a, a[:1])), "these layers have 29 numbers as parameters"),
        (mend(THETA, lambda a: a[None]), "must be one vector of float32, got float32 of shape (1, 29)"),
        (mend(THETA, lambda a: a.astype(np.float64)), "must be one vector of float32, got float64 of shape (29,)"),
        (mend(THETA, lambda a: a.astype(np.float16)), "must be one vector of float32, got float16 of shape (29,)"),
        (mend(THETA, lambda a: a.view(np.int32)), "must be one vector of float32, got int32 of shape (29,)"),
        (mend(THETA, lambda a: put(a, np.nan)), f"{THETA} holds nan in row 28"),
        (mend(STATE, lambda a: put(a, np.inf)), f"{STATE} holds inf in row 5"),
        (mend(STATE, lambda a: put(a, -1)), "batchnorm1.variance of networks.1 holds a number below 0"),
        (mend(STATE, lambda a: a[:2]), "these layers have 6 numbers as state, got an array of shape (2,)"),
        (mend(MEAN, lambda a: a[:3]), "mean has shape (3,) but std has shape (4,)"),
        (mend(MEAN, lambda a: put(a, np.inf)), "mean holds inf in row 3"),
        (mend(MEAN, lambda a: a.astype(int)), "mean of Standardize must be floats"),
        (
            lambda arrays: arrays.update({f"preprocessing.1.{name}": np.ones(5) for name in ("mean", "std")}),
            "of the preprocessing has shape (5,)",
        ),
    ],
)
def test_arrays_that_do_not_belong_are_named(target: Path, whole: bytes, change: Any, message: str) -> None:
    assert message in refusal(target, with_arrays(target, whole, change))


def test_members_of_an_ensemble_must_fit_together(target: Path, whole: bytes) -> None:
    def change(words: dict[str, Any]) -> None:
        words["networks"][1]["layers"][-1]["activation"] = "sigmoid"

    assert "network 1 of the ensemble gives 2 outputs (probability)" in refusal(target, with_words(whole, change))


HUNGRY = """
import resource, sys
from glassnet.model import load_model
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + 200_000_000,) * 2)
for path in sys.argv[1:]:
    try:
        load_model(path)
    except ValueError as error:
        print(error)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux: the limit on memory is set from /proc")
def test_no_file_makes_loading_take_much_memory(tmp_path: Path, whole: bytes) -> None:
    files = [
        with_words(whole, set_(*LAYER, "units", to=10**12)),
        with_words(whole, set_("networks", 0, "inputs", to=10**11)),
        with_words(
            whole,
            set_(*LAYER, to={"name": "embedding", "columns": [0], "levels": 10**12, "units": 10**6}),
        ),
        with_words(whole, set_("image_frame", "image_shape", to=[10**6, 10**6])),
        struct.pack("<Q", 2**63) + whole[8:],
        joined({"a": {"dtype": "F32", "shape": [10**12], "data_offsets": [0, 4 * 10**12]}}, bytes(4)),
    ]
    paths = [tmp_path / f"{i}.safetensors" for i in range(len(files))]
    for path, data in zip(paths, files, strict=True):
        path.write_bytes(data)
    done = subprocess.run([sys.executable, "-c", HUNGRY, *paths], capture_output=True, text=True, check=True)
    assert [line.split(" is ")[0] for line in done.stdout.splitlines()] == list(map(str, paths)), done.stderr
