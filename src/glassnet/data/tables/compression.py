"""Compressed text, decompressed while it is read: .gz, .bz2, .xz, .zst, and .zip with one file in it.

The compression is recognized by the ending of the name, or else by the first bytes.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import zipfile
import zlib
from pathlib import Path
from typing import Any

from glassnet.common.text import printable

ENDINGS = {".gz": "gzip", ".bz2": "bzip2", ".xz": "xz", ".zst": "zstd", ".zip": "zip"}
"""Compressions by the ending of a file's name."""

MAGIC = {b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ\x00": "xz", b"\x28\xb5\x2f\xfd": "zstd", b"PK\x03\x04": "zip"}
"""Compressions by the first bytes of a file."""

MAX_XZ_MEMORY = 1 << 28
"""Maximum memory in bytes that an .xz file may require; its header declares any amount."""

BLOCK_BYTES = 1 << 16
"""Compressed bytes that are read at a time."""

ALWAYS_ALLOWED_BYTES, MAX_RATIO = 1 << 26, 100
"""Text above ALWAYS_ALLOWED_BYTES must have a compression ratio below MAX_RATIO."""


def uncompressed_name(name: str) -> str:
    """Return the name of a file without the ending of its compression.

    >>> uncompressed_name("prices.csv.gz"), uncompressed_name("prices.csv")
    ('prices.csv', 'prices.csv')
    """
    ending = next((ending for ending in ENDINGS if name.lower().endswith(ending)), "")
    return name[: len(name) - len(ending)]


def compression_of(path: Path) -> str | None:
    """Return the compression of a file, or None if it is not compressed."""
    if by_name := ENDINGS.get(path.suffix.lower()):
        return by_name
    with path.open("rb") as file:
        head = file.read(max(map(len, MAGIC)))
    return next((called for magic, called in MAGIC.items() if head.startswith(magic)), None)


class BoundedReader:
    """The bytes of a file, decompressed; a compression bomb raises ValueError.

    compression: its name in `ENDINGS`, or None. size: bytes of the file on disk.
    """

    def __init__(self, path: Path) -> None:
        self.path, self.compression, self.count = path, compression_of(path), 0
        self.size = path.stat().st_size
        self._open_files: list[Any] = []
        try:
            self._file = self._opened()
        except BaseException as error:
            self.close()
            if isinstance(error, _errors()):
                raise self._damaged(error) from None
            raise

    def close(self) -> None:
        """Close the file."""
        for file in reversed(self._open_files):
            file.close()

    def read(self, size: int) -> bytes:
        """Return the next bytes, at most `size`; b"" at the end."""
        if self.compression is None:
            chunk: bytes = self._file.read(size)
        else:
            try:
                chunk = self._file.read(size)
            except _errors() as error:
                raise self._damaged(error) from None
        self.count += len(chunk)
        if self.compression is not None and self.count > max(ALWAYS_ALLOWED_BYTES, MAX_RATIO * self.size):
            raise self._implausible()
        return chunk

    def _opened(self) -> Any:
        if self.compression == "zip":
            return self._member()
        if self.compression == "zstd":
            import pyarrow as pa

            return self._keep(pa.input_stream(str(self.path), compression="zstd"))
        if self.compression == "gzip":
            return self._keep(gzip.open(self.path))
        if self.compression == "bzip2":
            return self._keep(bz2.open(self.path))
        file = self._keep(self.path.open("rb"))
        return _XzStream(file) if self.compression == "xz" else file

    def _keep(self, file: Any) -> Any:
        self._open_files.append(file)
        return file

    def _member(self) -> Any:
        """Return the only file in a .zip archive, opened; hidden files and those that macOS adds do not count."""
        archive = self._keep(zipfile.ZipFile(self.path))
        files = [one for one in archive.infolist() if not one.is_dir() and not one.filename.startswith("__MACOSX")]
        files = [one for one in files if not Path(one.filename).name.startswith(".")]
        if any(one.filename == "[Content_Types].xml" for one in files):
            raise ValueError(
                f"{self.path} is a spreadsheet or another Office file, not text; its name must end in .xlsx"
            )
        if len(files) != 1:
            names = ", ".join(printable(one.filename) for one in files[:3]) + ", …" * (len(files) > 3)
            found = f"{len(files)} ({names})" if files else "none"
            raise ValueError(f"{self.path} must contain exactly one file, a table as text; it contains {found}")
        if files[0].file_size > max(ALWAYS_ALLOWED_BYTES, MAX_RATIO * self.size):
            raise self._implausible()
        return self._keep(archive.open(files[0]))

    def _damaged(self, error: BaseException) -> ValueError:
        reason = " ".join(str(error).split())
        return ValueError(f"{self.path} is not a complete {self.compression} file{f': {reason}' if reason else ''}")

    def _implausible(self) -> ValueError:
        return ValueError(
            f"{self.path} unpacks to more than {MAX_RATIO} times its size, which is not plausible for a table"
        )


class _XzStream:
    """The bytes of an .xz file; unlike `lzma.open`, its memory is limited."""

    def __init__(self, file: Any) -> None:
        self.file, self.decoder, self.is_done = file, self._new_decoder(), False

    @staticmethod
    def _new_decoder() -> lzma.LZMADecompressor:
        return lzma.LZMADecompressor(memlimit=MAX_XZ_MEMORY)

    def read(self, size: int) -> bytes:
        """Return the next bytes, at most `size`; b"" at the end."""
        chunk, pending = b"", b""
        while not chunk and not self.is_done:
            if self.decoder.eof:  # another stream, or padding, may follow
                pending = (self.decoder.unused_data or self.file.read(BLOCK_BYTES)).lstrip(b"\0")
                self.is_done, self.decoder = not pending, self._new_decoder()
                continue
            if self.decoder.needs_input and not pending and not (pending := self.file.read(BLOCK_BYTES)):
                raise EOFError("it ends too early")
            chunk, pending = self.decoder.decompress(pending, size), b""
        return chunk


def _errors() -> tuple[type[BaseException], ...]:
    """Return the errors that damaged files raise."""
    import pyarrow as pa

    known = (EOFError, OSError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, NotImplementedError, RuntimeError)
    return (*known, pa.ArrowException)
