"""Messages: packed and unpacked without a change, and JSON from a page that may be anything."""

import json
import struct
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from glassnet.playground.frame import DEEPEST, Message, parse, unpack

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
DTYPES = st.sampled_from(["uint8", "int32", "float32", "float64", "int64"])
ARRAYS = DTYPES.flatmap(
    lambda name: arrays.arrays(name, arrays.array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=4))
)


@given(
    st.dictionaries(st.text().filter(lambda name: name != "arrays"), PLAIN),
    st.dictionaries(st.text(), ARRAYS, max_size=4),
)
def test_a_message_is_unpacked_as_it_was_packed(plain: dict[str, object], content: dict[str, np.ndarray]) -> None:
    again = unpack(Message(plain, content).pack())
    assert again.plain == plain
    assert list(again.arrays) == list(content)
    for name, array in content.items():
        assert again.arrays[name].dtype == array.dtype
        np.testing.assert_array_equal(again.arrays[name], array)


@given(st.text(), st.lists(ARRAYS, max_size=3))
def test_arrays_begin_where_a_page_can_look_at_them_without_a_copy(text: str, content: list[np.ndarray]) -> None:
    data = Message({"type": text}, {str(i): one for i, one in enumerate(content)}).pack()
    (length,) = struct.unpack_from("<I", data)
    places = json.loads(data[4 : 4 + length])["arrays"]
    assert [(4 + length + place["offset"]) % 8 for place in places] == [0] * len(places)
    assert len(data) % 8 == 0


def test_numbers_that_json_does_not_have_become_null() -> None:
    plain = {"a": [1.5, float("nan"), {"b": float("inf")}], "c": (2, -float("inf"))}
    assert unpack(Message(plain).pack()).plain == {"a": [1.5, None, {"b": None}], "c": [2, None]}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "a message is JSON"),
        (b"{", "a message is JSON"),
        (b"\xff\xfe\x00", "a message is JSON"),
        (b'{"a": NaN}', "there is no NaN"),
        (b"[-Infinity]", "there is no -Infinity"),
        (b"9" * 5000, "a message is JSON"),
        (b"[" * 100_000, "levels deep"),
        (b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1), "levels deep"),
        (b'{"a":' * 50 + b"1" + b"}" * 50, "levels deep"),
    ],
)
def test_what_is_not_a_message_is_a_value_error(data: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse(data)


def test_a_message_may_be_as_deep_as_a_state() -> None:
    message = {
        "type": "set",
        "changes": {"data": {"points": [[0.1, 0.2, 1]]}, "layers": [{"init": {"name": "normal"}}]},
    }
    assert parse(json.dumps(message).encode()) == message
    assert parse(b"[" * DEEPEST + b"]" * DEEPEST) is not None


@given(st.binary())
def test_bytes_of_any_kind_are_plain_data_or_a_value_error(data: bytes) -> None:
    with suppress(ValueError):
        parse(data)
