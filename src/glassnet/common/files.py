"""Files: checks of input paths, and atomic writing through a temporary file."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # commands that need no arrays write messages, too
    from glassnet.common.arrays import AnyArray


def existing_path(path: str | Path) -> Path:
    """Return the path of an existing file; raise FileNotFoundError if it does not exist or is a folder."""
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"{path} is a folder" if path.is_dir() else f"there is no file {path}")
    return path


def os_error_text(error: OSError) -> str:
    """Return an error of the operating system as the file and the reason.

    >>> os_error_text(OSError(28, "No space left on device", "runs/iris/metrics.json"))
    'runs/iris/metrics.json: No space left on device'
    """
    if error.filename is None or error.strerror is None:
        return error.strerror or str(error) or type(error).__name__
    return f"{os.fsdecode(error.filename)}: {error.strerror}"


@contextmanager
def atomic_file(path: str | Path, mode: int | None = None) -> Iterator[Path]:
    """Yield a temporary path next to `path`; rename it to `path` on success, and remove it on an error.

    Missing folders are created. An existing file at `path` is replaced only when the new one is complete. An error of
    the operating system, such as a full disk, is raised with `path` as its file name. mode: permissions of the file, by
    default those of an ordinary new one.
    """
    path = Path(path)
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder, not a file")
    with _named(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=path.suffix)
    os.close(handle)
    temporary = Path(name)
    try:
        with _named(path):
            yield temporary
            # mkstemp creates a private file; set the default permissions of a new file.
            mask = os.umask(0)
            os.umask(mask)
            temporary.chmod(0o666 & ~mask if mode is None else mode)
            with temporary.open("rb+") as file:
                os.fsync(file.fileno())
            temporary.replace(path)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Raise errors of the operating system with the name of the file that is to be written."""
    try:
        yield
    except OSError as error:
        is_other = error.filename is not None and not Path(error.filename).name.startswith(f".{path.stem}-")
        if error.errno is None or is_other:
            raise
        raise OSError(error.errno, error.strerror, str(path)) from None


def write_tensors(path: str | Path, arrays: Mapping[str, AnyArray], metadata: Mapping[str, str]) -> None:
    """Write a .safetensors file, whole or not at all. Raises OSError with the path if that fails."""
    from safetensors.numpy import save

    # Not `save_file`, which raises an error of its own for a full disk.
    content = save(dict(arrays), dict(metadata))
    with atomic_file(path) as temporary:
        temporary.write_bytes(content)


def write_text(path: str | Path, text: str) -> None:
    """Write `text` as UTF-8 to `path`, atomically."""
    with atomic_file(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
