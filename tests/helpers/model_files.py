"""Model files with changed bytes, metadata, or arrays, and checks that loading them is harmless."""

import contextlib
import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file

from glassnet.model import KEY, load_model
from helpers.models import ROWS


def parts(data: bytes) -> tuple[dict[str, Any], bytes]:
    length = struct.unpack("<Q", data[:8])[0]
    return json.loads(data[8 : 8 + length]), data[8 + length :]


def joined(header: dict[str, Any], body: bytes) -> bytes:
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + body


def with_metadata(data: bytes, change: Callable[[dict[str, Any]], Any]) -> bytes:
    """The same file with metadata changed in place, or replaced by the return value of `change`."""
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


def load_error(path: Path, data: bytes) -> str:
    """Load these bytes as a model and return its one-line error message."""
    path.write_bytes(data)
    with pytest.raises(ValueError, match=r"some\.safetensors") as caught:
        load_model(path)
    message = str(caught.value)
    assert type(caught.value) is ValueError
    assert "\n" not in message
    assert len(message) < 400 + len(str(path))
    return message


def check_raises_or_is_harmless(path: Path, data: bytes) -> None:
    """Load a changed file: it raises in one line with its name, or is a model that predicts or raises cleanly."""
    path.write_bytes(data)
    try:
        model = load_model(path)
    except ValueError as error:
        message = str(error)
    else:
        message = str(path)
        # The change may be a number that makes rows too large for the network, which raises as well.
        with np.errstate(all="ignore"), contextlib.suppress(ValueError):
            assert model.predict_proba(ROWS).shape == (20, 2)
    assert str(path) in message
    assert "\n" not in message


def places(words: Any) -> list[tuple[Any, Any]]:
    """Every position inside nested lists and dicts, as the container and the key in it."""
    if not isinstance(words, (dict, list)):
        return []
    keys = words if isinstance(words, dict) else range(len(words))
    return [place for key in keys for place in [(words, key), *places(words[key])]]


DEEP: Any = []
for _ in range(500):
    DEEP = [DEEP]

NONSENSE = [None, -1, 0, 1.5, 1e400, float("nan"), "", "x", "__class__", [], {}, [None], {"name": "x"}, 10**400, DEEP]


def set_(*path: Any, to: Any) -> Callable[[dict[str, Any]], None]:
    def change(words: Any) -> None:
        for key in path[:-1]:
            words = words[key]
        words[path[-1]] = to

    return change


def replace_array(name: str, make: Callable[[Any], Any]) -> Callable[[dict[str, Any]], None]:
    def change(arrays: dict[str, Any]) -> None:
        arrays[name] = make(arrays[name])

    return change
