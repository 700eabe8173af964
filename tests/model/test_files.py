"""Untrusted model files: whatever the bytes are, loading raises in one line or is harmless."""

import json
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data.images.transforms import DrawingTransform
from glassnet.data.preprocessing import Pipeline, Standardize
from glassnet.model import FORMAT, KEY, Model, load_model
from glassnet.model.save import model_to_spec
from glassnet.network.ensemble import Ensemble
from glassnet.network.layers import Dense, Dropout
from glassnet.network.normalization import BatchNorm
from helpers.examples import example_count
from helpers.model_files import (
    NONSENSE,
    check_raises_or_is_harmless,
    joined,
    load_error,
    parts,
    places,
    replace_array,
    set_,
    with_arrays,
    with_metadata,
)
from helpers.models import ROWS, network


def rich_model() -> Model:
    """A model whose file has every kind of metadata and array."""
    return Model(
        Pipeline(["normalize_rows", Standardize()]).fit(ROWS),
        Ensemble([network([Dense(3, "relu"), BatchNorm(), Dropout(0.5), Dense(2, "softmax")], seed=s) for s in (0, 1)]),
        ("cat", "dog"),
        feature_names="abcd",
        image_transform=DrawingTransform((2, 2), low=0.0, high=16.0, fill=0.75, balance=(1, 0.5), center=(1.0, 1.25)),
        recipe={"name": "mine"},
        metrics={"test_accuracy": 0.5},
    )


@pytest.fixture(scope="module")
def model_bytes(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("whole") / "model.safetensors"
    rich_model().save(path)
    return path.read_bytes()


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "some.safetensors"


def test_a_missing_file_raises_with_its_name(tmp_path: Path) -> None:
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
def test_a_file_of_another_format_raises(target: Path, data: bytes) -> None:
    assert "is not a glassnet model: " in load_error(target, data)


def test_a_truncated_file_raises(target: Path, model_bytes: bytes) -> None:
    for length in [*range(12), *range(12, len(model_bytes), 37), len(model_bytes) - 1]:
        load_error(target, model_bytes[:length])
    load_error(target, model_bytes + b"more")


def test_a_header_that_declares_more_bytes_than_the_file_has_raises(target: Path, model_bytes: bytes) -> None:
    header, body = parts(model_bytes)
    for name in header:
        if name != "__metadata__":
            begin, end = header[name]["data_offsets"]
            for offsets in ([begin, end + 1024], [begin, 2**62], [2**62, 2**62 + end - begin], [end, begin]):
                load_error(target, joined({**header, name: {**header[name], "data_offsets": offsets}}, body))
            for dtype in ("F16", "BF16", "F8_E4M3", "I32", "BOOL", "F4", "X"):
                load_error(target, joined({**header, name: {**header[name], "dtype": dtype}}, body))


FUZZ = example_count(150)


@FUZZ
@given(data=st.data())
def test_flipped_bits_raise_or_are_harmless(target: Path, model_bytes: bytes, data: st.DataObject) -> None:
    header = 8 + struct.unpack("<Q", model_bytes[:8])[0]
    damaged = bytearray(model_bytes)
    for place in data.draw(st.lists(st.integers(0, header + 40), min_size=1, max_size=3)):
        damaged[place] ^= 1 << data.draw(st.integers(0, 7))
    check_raises_or_is_harmless(target, bytes(damaged))


@FUZZ
@given(data=st.binary(max_size=300), announced=st.booleans())
def test_random_bytes_raise(target: Path, data: bytes, announced: bool) -> None:
    load_error(target, (struct.pack("<Q", len(data)) + data) if announced else data)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@FUZZ
@given(data=st.data())
def test_any_metadata_value_replaced_by_any_json_raises_or_is_harmless(
    target: Path, model_bytes: bytes, data: st.DataObject
) -> None:
    def change(words: dict[str, Any]) -> None:
        holder, key = data.draw(st.sampled_from(places(words)))
        holder[key] = data.draw(JSON)

    check_raises_or_is_harmless(target, with_metadata(model_bytes, change))


PLACES = len(places(json.loads(json.dumps(model_to_spec(rich_model())))))


@pytest.mark.parametrize("value", NONSENSE, ids=lambda value: repr(value)[:12])
def test_every_metadata_value_replaced_by_nonsense_raises_or_is_harmless(
    target: Path, model_bytes: bytes, value: Any
) -> None:
    for index in range(PLACES):

        def change(words: dict[str, Any], index: int = index) -> None:
            holder, key = places(words)[index]
            holder[key] = value

        check_raises_or_is_harmless(target, with_metadata(model_bytes, change))


@pytest.mark.parametrize("key", ["format", "networks", "ensemble"])
def test_a_missing_metadata_key_raises_with_its_name(target: Path, model_bytes: bytes, key: str) -> None:
    message = load_error(target, with_metadata(model_bytes, lambda words: words.pop(key) and None))
    assert key in message or "no description" in message


LAYER = ("networks", 0, "layers", 0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda words: "{", "it contains no description of a network"),
        (lambda words: "[1]", "it contains no description of a network"),
        (lambda words: "[" * 100_000, "it contains no description of a network"),
        (lambda words: '{"format": ' + "1" * 5000 + "}", "it contains no description of a network"),
        (set_("format", to=True), "it contains no description of a network"),
        (
            set_("format", to=FORMAT + 1),
            f"has format {FORMAT + 1}, this glassnet reads up to {FORMAT}; update glassnet",
        ),
        (set_("networks", to=[]), "it describes 0 networks"),
        (set_("networks", to=[3]), "networks.0 is not described by a table"),
        (set_("ensemble", to=False), "it describes 2 networks, ensemble is False"),
        (set_("ensemble", to="x"), "ensemble is not a bool"),
        (set_("networks", 0, "dtype", to=None), "dtype is missing"),
        (set_("networks", 0, "dtype", to="O"), "dtype of networks.0 must be float32 or float64, got 'O'"),
        (
            set_("networks", 0, "dtype", to="float64"),
            "networks.0.parameters must be one vector of float64, got float32",
        ),
        (set_("networks", 0, "inputs", to=5), "these layers have 32 numbers in parameters"),
        (set_("networks", 0, "inputs", to=10**12), "numbers in parameters, got an array of shape"),
        (set_("networks", 0, "layers", to=[]), "a network needs at least one layer"),
        (set_("networks", 0, "layers", to="dense"), "layers is not a list"),
        (set_(*LAYER, "units", to=10**12), "numbers in parameters, got an array of shape"),
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
        (set_("preprocessing", to=None), "belongs to none of the 0 preprocessing steps"),
        (set_("preprocessing", to=["normalize_rows"]), "belongs to none of the 1 preprocessing steps"),
        (set_("preprocessing", to=[{"name": "divide", "by": 0}, "standardize"]), "by of divide must be above 0, got 0"),
        (set_("preprocessing", to=5), "preprocessing is a name"),
        (set_("class_names", to="ab"), "class_names is not a list"),
        (set_("class_names", to=[1, 2]), "class_names must be names"),
        (set_("class_names", to=["a"]), "class_names has 1 names, but the network has 2 classes"),
        (set_("feature_names", to=["a"]), "feature_names has 1 features, but the network has 4 inputs"),
        (set_("image_frame", to=[]), "image_frame is not a dict"),
        (set_("image_frame", to={}), "an image transform needs image_shape, low, high, fill, balance, center"),
        (set_("image_frame", "more\n", to=1), r"unknown entry of an image transform 'more\n'"),
        (set_("image_frame", "image_shape", to=[1, 4, 1]), "image_shape of an image transform must be two numbers"),
        (set_("image_frame", "image_shape", to=[10**6, 10**6]), "the image transform has 1000000000000 features"),
        (
            set_("image_frame", "fill", to=float("inf")),
            "fill of an image transform must be finite and above 0 and at most 1, got inf",
        ),
        (set_("recipe", to="x"), "recipe is not a dict"),
        (set_("metrics", to=[]), "metrics is not a dict"),
    ],
)
def test_invalid_metadata_values_raise_by_name(target: Path, model_bytes: bytes, change: Any, message: str) -> None:
    assert message in load_error(target, with_metadata(model_bytes, change))


def with_last_value(array: Any, value: float) -> Any:
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
        (
            replace_array(THETA, lambda a: a[:-1]),
            "these layers have 29 numbers in parameters, got an array of shape (28,)",
        ),
        (replace_array(THETA, lambda a: np.append(a, a[:1])), "these layers have 29 numbers in parameters"),
        (replace_array(THETA, lambda a: a[None]), "must be one vector of float32, got float32 of shape (1, 29)"),
        (
            replace_array(THETA, lambda a: a.astype(np.float64)),
            "must be one vector of float32, got float64 of shape (29,)",
        ),
        (
            replace_array(THETA, lambda a: a.astype(np.float16)),
            "must be one vector of float32, got float16 of shape (29,)",
        ),
        (replace_array(THETA, lambda a: a.view(np.int32)), "must be one vector of float32, got int32 of shape (29,)"),
        (replace_array(THETA, lambda a: with_last_value(a, np.nan)), f"{THETA} contains NaN in row 28"),
        (replace_array(STATE, lambda a: with_last_value(a, np.inf)), f"{STATE} contains inf in row 5"),
        (
            replace_array(STATE, lambda a: with_last_value(a, -1)),
            "batchnorm1.variance of networks.1 contains a number below 0",
        ),
        (replace_array(STATE, lambda a: a[:2]), "these layers have 6 numbers in state, got an array of shape (2,)"),
        (replace_array(MEAN, lambda a: a[:3]), "mean has shape (3,) but std has shape (4,)"),
        (replace_array(MEAN, lambda a: with_last_value(a, np.inf)), "mean contains inf in row 3"),
        (replace_array(MEAN, lambda a: a.astype(int)), "mean of Standardize must be floats"),
        (
            lambda arrays: arrays.update({f"preprocessing.1.{name}": np.ones(5) for name in ("mean", "std")}),
            "of the preprocessing has shape (5,)",
        ),
    ],
)
def test_unexpected_arrays_raise_by_name(target: Path, model_bytes: bytes, change: Any, message: str) -> None:
    assert message in load_error(target, with_arrays(target, model_bytes, change))


def test_members_of_an_ensemble_must_be_compatible(target: Path, model_bytes: bytes) -> None:
    def change(words: dict[str, Any]) -> None:
        words["networks"][1]["layers"][-1]["activation"] = "sigmoid"

    assert "network 1 of the ensemble gives 2 outputs (probability)" in load_error(
        target, with_metadata(model_bytes, change)
    )


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
def test_no_file_makes_loading_take_much_memory(tmp_path: Path, model_bytes: bytes) -> None:
    files = [
        with_metadata(model_bytes, set_(*LAYER, "units", to=10**12)),
        with_metadata(model_bytes, set_("networks", 0, "inputs", to=10**11)),
        with_metadata(
            model_bytes,
            set_(*LAYER, to={"name": "embedding", "columns": [0], "levels": 10**12, "units": 10**6}),
        ),
        with_metadata(model_bytes, set_("image_frame", "image_shape", to=[10**6, 10**6])),
        struct.pack("<Q", 2**63) + model_bytes[8:],
        joined({"a": {"dtype": "F32", "shape": [10**12], "data_offsets": [0, 4 * 10**12]}}, bytes(4)),
    ]
    paths = [tmp_path / f"{i}.safetensors" for i in range(len(files))]
    for path, data in zip(paths, files, strict=True):
        path.write_bytes(data)
    done = subprocess.run([sys.executable, "-c", HUNGRY, *paths], capture_output=True, text=True, check=True)
    assert [line.split(" is ")[0] for line in done.stdout.splitlines()] == list(map(str, paths)), done.stderr
