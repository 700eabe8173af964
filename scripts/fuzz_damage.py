"""Damage for `fuzz.py`: random changes of bytes, of JSON values, and of the members of archives."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import random
import re
import struct
import zipfile

TOKENS = [
    *(
        b"-1",
        b"1e309",
        b"9" * 400,
        b"NaN",
        b"null",
        b"[]",
        b"{}",
        b'"',
        b"\x00",
        b"\xff\xfe",
        b"\x1b[31m",
        b"\r\n",
        b",",
    ),
    *(
        b"'",
        b"1,234",
        b"[" * 2000,
        b"a." * 2000,
        b"\xed\xa0\x80",
        b"\xe2\x80\xae",
        b"=1+1",
        b"0" * 30,
        b"true",
        b"../x",
    ),
]
VALUES = [
    *(None, True, -1, 0, 1, 2**63, 10**400, 1.5, -1e300, "", "relu", "x" * 5000, "\x1b[2J", "\ud800", [], {}, [[]]),
    *([1] * 50, {"name": "x"}),
]
NUMBERS = [0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 2**63 - 1, 2**64 - 1]


def damaged(content: bytes, rng: random.Random) -> bytes:
    """Return a file with one to four random changes."""
    data = bytearray(content)
    for _ in range(rng.choice([1, 1, 1, 2, 4])):
        at = rng.randrange(len(data) + 1)
        size = min(len(data) - at, rng.choice([1, 1, 2, 4, 8, 30, 200]))
        change = rng.randrange(8)
        if change == 0 and data:
            data[min(at, len(data) - 1)] ^= 1 << rng.randrange(8)
        elif change == 1:
            del data[at : at + size]
        elif change == 2:
            data[at:at] = data[at : at + size] * rng.choice([1, 2, 50])
        elif change == 3:
            data[at:at] = rng.choice(TOKENS)
        elif change == 4:
            data[at : at + size] = rng.randbytes(size)
        elif change == 5:
            del data[at:]
        elif change == 6:
            form = rng.choice(["<B", "<H", "<I", "<Q", ">H", ">I"])
            number = rng.choice(NUMBERS) % 256 ** struct.calcsize(form)
            data[at : at + struct.calcsize(form)] = struct.pack(form, number)
        elif numbers := list(re.finditer(rb"-?\d+(\.\d+)?", data)):
            one = rng.choice(numbers)
            data[one.start() : one.end()] = rng.choice(TOKENS)
    return bytes(data)


def damaged_json(content: bytes, rng: random.Random) -> bytes:
    """Return a JSON text in which one value is another, or a key has gone."""
    root = [json.loads(content)]
    where, key = root, 0
    while rng.random() < 0.8 and isinstance(where[key], (dict, list)) and where[key]:
        where = where[key]
        key = rng.choice(list(where) if isinstance(where, dict) else range(len(where)))
    if where is not root and rng.random() < 0.2:
        del where[key]
    else:
        where[key] = rng.choice(VALUES)
    return json.dumps(root[0]).encode()


def damaged_tensors(content: bytes, rng: random.Random) -> bytes:
    """Return a .safetensors file whose header is valid, and says something else."""
    size = struct.unpack("<Q", content[:8])[0]
    header = json.loads(content[8 : 8 + size])
    metadata = header["__metadata__"]
    key = rng.choice(list(metadata))
    if rng.random() < 0.8:
        metadata[key] = damaged_json(metadata[key].encode(), rng).decode() if metadata[key][:1] in "{[" else "x"
        text = json.dumps(header).encode()
    else:
        text = damaged_json(json.dumps(header).encode(), rng)
    return struct.pack("<Q", len(text)) + text + content[8 + size :]


def damaged_archive(content: bytes, rng: random.Random) -> bytes:
    """Return a .zip archive, such as .npz and .xlsx, with one damaged member, packed correctly."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(out, "w") as other:
        names = archive.namelist()
        chosen = rng.choice(names)
        for name in names:
            member = archive.read(name)
            other.writestr(name, damaged(member, rng) if name == chosen else member)
    return out.getvalue()


def damaged_gzip(content: bytes, rng: random.Random) -> bytes:
    """Return a gzip file with damaged content, packed correctly."""
    return gzip.compress(damaged(gzip.decompress(content), rng))


def damaged_bzip2(content: bytes, rng: random.Random) -> bytes:
    """Return a bzip2 file with damaged content, packed correctly."""
    return bz2.compress(damaged(bz2.decompress(content), rng))


def damaged_xz(content: bytes, rng: random.Random) -> bytes:
    """Return an xz file with damaged content, packed correctly."""
    return lzma.compress(damaged(lzma.decompress(content), rng))


def damaged_zstd(content: bytes, rng: random.Random) -> bytes:
    """Return a zstd file with damaged content, packed correctly."""
    import pyarrow as pa

    with pa.input_stream(io.BytesIO(content), compression="zstd") as packed:
        text = packed.read()
    return zstd(damaged(text, rng))


def zstd(content: bytes) -> bytes:
    """Return a zstd file with this content."""
    import pyarrow as pa

    out = pa.BufferOutputStream()
    with pa.CompressedOutputStream(out, "zstd") as file:
        file.write(content)
    return bytes(out.getvalue())


def damaged_lines(content: bytes, rng: random.Random) -> bytes:
    """Return a file of JSON lines in which one line has another value, has gone, or is repeated or moved."""
    lines = content.splitlines(keepends=True)
    at = rng.randrange(len(lines))
    change = rng.random()
    if change < 0.7:
        lines[at] = damaged_json(lines[at], rng) + b"\n"
    elif change < 0.85:
        lines.insert(rng.randrange(len(lines)), lines.pop(at))
    else:
        lines[at : at + 1] = [lines[at]] * rng.choice([0, 2])
    return b"".join(lines)
