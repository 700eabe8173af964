"""Messages to the page: JSON with arrays behind it, as one block of bytes."""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray

ALIGNMENT = 8
"""Arrays begin at multiples of this number of bytes, so that a page can look at them without a copy."""


DEEPEST = 12
"""Levels of a message from a page; a point in the changes of a state is on the fifth."""


@dataclass(frozen=True)
class Message:
    """A message: plain data and arrays.

    to: number of the page that it is for; None for all of them. Numbers that are not finite become null.

    >>> unpack(Message({"type": "frame"}, {"a": np.arange(3)}).pack()).arrays["a"]
    array([0, 1, 2])
    """

    plain: Mapping[str, Any]
    arrays: Mapping[str, AnyArray] = field(default_factory=dict)
    to: int | None = None

    def header(self) -> dict[str, Any]:
        """Return the plain data with the dtype, shape, and position of each array."""
        places, first = [], 0
        for name, array in self.arrays.items():
            places.append({"name": name, "dtype": array.dtype.name, "shape": list(array.shape), "offset": first})
            first += -(-array.nbytes // ALIGNMENT) * ALIGNMENT
        return {**self.plain, "arrays": places}

    def pack(self) -> bytes:
        """Return the length of the header (uint32, little-endian), the header in JSON, and the arrays."""
        header = self.header()
        try:
            text = _json(header)
        except ValueError:
            text = _json(_without_nan(header))
        text += b" " * (-(len(text) + 4) % ALIGNMENT)
        return b"".join([struct.pack("<I", len(text)), text, *self.buffers()])

    def buffers(self) -> list[bytes]:
        """Return the bytes of each array, padded."""
        return [
            (data := np.ascontiguousarray(array).tobytes()) + b"\0" * (-len(data) % ALIGNMENT)
            for array in self.arrays.values()
        ]


def _json(plain: Any) -> bytes:
    return json.dumps(plain, allow_nan=False, separators=(",", ":")).encode()


def _without_nan(plain: Any) -> Any:
    """Return plain data with None in place of NaN and infinity, which JSON does not have."""
    if isinstance(plain, float):
        return plain if math.isfinite(plain) else None
    if isinstance(plain, Mapping):
        return {name: _without_nan(value) for name, value in plain.items()}
    return [_without_nan(value) for value in plain] if isinstance(plain, list | tuple) else plain


def parse(data: bytes) -> Any:
    """Return the plain data of a message from a page.

    Raises ValueError if it is not JSON, or if it is nested too deeply.
    """
    try:
        plain = json.loads(data, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError(f"a message is nested at most {DEEPEST} levels deep") from None
    except ValueError as error:
        raise ValueError(f"a message is JSON; {error}") from None
    level = [plain]
    for _ in range(DEEPEST):
        level = [inner for one in level for inner in _parts(one)]
    if level:
        raise ValueError(f"a message is nested at most {DEEPEST} levels deep")
    return plain


def _parts(plain: Any) -> Iterable[Any]:
    if isinstance(plain, dict):
        return plain.values()
    return plain if isinstance(plain, list) else ()


def _no_constant(name: str) -> Any:
    raise ValueError(f"there is no {name} in it")


def unpack(data: bytes) -> Message:
    """Return a packed message."""
    (length,) = struct.unpack_from("<I", data)
    plain = json.loads(data[4 : 4 + length])
    arrays = {}
    for place in plain.pop("arrays"):
        count = int(np.prod(place["shape"], dtype=np.int64))
        flat = np.frombuffer(data, place["dtype"], count, 4 + length + place["offset"])
        arrays[place["name"]] = flat.reshape(place["shape"])
    return Message(plain, arrays)
