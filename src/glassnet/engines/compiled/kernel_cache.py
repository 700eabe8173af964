"""The cache of compiled kernels on disk.

The name of its folder contains a hash of everything that the machine code depends on: the source of the kernels, the
versions of the compiler, and the processor. Outdated code is therefore never loaded, and old folders can be deleted.
"""

from __future__ import annotations

import functools
import os
import shutil
import stat
from pathlib import Path

from glassnet.common.files import atomic_file

KEPT_VERSIONS = 7
"""Number of folders of other versions that are kept."""

DIGEST_BYTES = 32
"""Bytes of the SHA-256 digest before the code: a damaged kernel is compiled again, not run."""


def read(family: str, name: str, dtype: str) -> bytes | None:
    """Return the object file of a kernel, or None if it is not cached."""
    folder_path = folder()
    if not is_private(folder_path):
        return None
    try:
        with file_of(family, name, dtype).open("rb") as file:
            if not _is_only_ours(os.fstat(file.fileno())):
                return None
            kept = file.read()
    except OSError:
        return None
    code = kept[DIGEST_BYTES:]
    return code if _digest(code) == kept[:DIGEST_BYTES] else None


def problem(create: bool = True) -> str | None:
    """Return a message with advice if kernels cannot be cached, or None.

    create: create the folder if it does not exist; otherwise, only look whether that is possible.
    """
    folder_path, help_ = folder(), "set GLASSNET_CACHE to another folder"
    if not create and not folder_path.exists():
        there = next(parent for parent in folder_path.absolute().parents if parent.exists())
        can_create = there.is_dir() and os.access(there, os.W_OK | os.X_OK)
        return None if can_create else f"{folder_path} cannot be created in {there}; {help_}"
    try:
        if not folder_path.exists():
            folder_path.mkdir(mode=0o700, parents=True, exist_ok=True)
            _clear_away_old(folder_path)
    except OSError as error:
        return f"{folder_path} cannot be created ({error.strerror}); {help_}"
    if not is_private(folder_path):
        return f"others may write to {folder_path}, and what lies there is run; {help_}"
    return None if os.access(folder_path, os.W_OK) else f"{folder_path} is not writable; {help_}"


def is_usable() -> bool:
    """Return whether kernels can be cached."""
    return problem() is None


def _clear_away_old(folder_path: Path) -> None:
    """Delete the folders of old versions except for the most recent ones, which may still be in use."""
    others = [folder for folder in folder_path.parent.glob("kernels-*") if folder != folder_path]
    for old in sorted(others, key=lambda folder: folder.stat().st_mtime, reverse=True)[KEPT_VERSIONS:]:
        shutil.rmtree(old, ignore_errors=True)


def write(family: str, name: str, dtype: str, code: bytes) -> bool:
    """Write the object file of a kernel to the cache; return whether that succeeded."""
    if not is_usable():
        return False
    try:
        with atomic_file(file_of(family, name, dtype), mode=0o644) as temporary:
            temporary.write_bytes(_digest(code) + code)
    except OSError:
        return False
    return True


def file_of(family: str, name: str, dtype: str) -> Path:
    """Return the file of a kernel in the cache."""
    return folder() / f"{family}-{name.replace(' ', '_')}-{dtype}.o"


def _digest(code: bytes) -> bytes:
    import hashlib  # imported here and below, since `import glassnet` does not need it

    return hashlib.sha256(code).digest()


def is_private(folder_path: Path) -> bool:
    """Return whether no other user can write to the folder, whose files are executed, or replace it."""
    try:
        found = folder_path.stat()
        above = [parent.stat().st_mode for parent in folder_path.resolve().parents]
    except OSError:
        return False
    is_replaceable = any(mode & stat.S_IWOTH and not mode & stat.S_ISVTX for mode in above)
    return os.name == "nt" or (_is_only_ours(found) and not is_replaceable)


def _is_only_ours(found: os.stat_result) -> bool:
    """Return whether a file or folder belongs to this user or root, and others cannot write to it."""
    return os.name == "nt" or (found.st_uid in (0, os.getuid()) and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH))


@functools.cache
def folder() -> Path:
    """Return the folder: in $GLASSNET_CACHE if it is set, else in the user's cache directory."""
    root = os.environ.get("GLASSNET_CACHE")
    if not root:
        import platformdirs

        root = platformdirs.user_cache_dir("glassnet", appauthor=False)
    return Path(root) / f"kernels-{fingerprint()}"


@functools.cache
def fingerprint() -> str:
    """Return the hash of everything that the machine code depends on."""
    import hashlib
    import platform
    from importlib import metadata

    import llvmlite.binding as llvm

    here = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted([here / "compiler.py", here / "program_layout.py", *(here / "kernels").glob("*.py")]):
        digest.update(path.name.encode() + path.read_bytes())
    for dependency in (
        metadata.version("numba"),
        metadata.version("llvmlite"),
        platform.system(),
        platform.machine(),
        llvm.get_host_cpu_name(),
        llvm.get_host_cpu_features().flatten(),
    ):
        digest.update(f"|{dependency}".encode())
    return digest.hexdigest()[:16]
