"""Loading of compiled kernels into memory, from the cache or by compiling them."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from glassnet.common.streams import is_terminal
from glassnet.engines.compiled import kernel_cache
from glassnet.engines.compiled.kernel_families import FUNCTIONS, IMPORT_SECONDS, Kernel, compile_seconds
from glassnet.engines.compiled.processors import cores

Key = tuple[str, str, str]
"""A kernel's family, its name, and a dtype."""

SECONDS_PER_PROCESS = 2.0
"""Minimum seconds of compiling for which another process is started."""

_lock = threading.RLock()
_loaded: dict[Key, dict[str, int]] = {}
_alive: list[Any] = []
"""LLVM objects that own the code in memory."""


def prepare(wanted: Sequence[Kernel], *dtypes: str) -> bool:
    """Load kernels, (family, name) each, for each dtype; compile those that are not in the cache.

    Several processes compile in parallel. A terminal shows a spinner, and one line is logged at the end. Returns
    whether all new kernels could be cached. Raises ImportError if Numba is missing or too old.
    """
    with _lock:
        new = [(*kernel, dtype) for dtype in dtypes for kernel in wanted if not is_available(*kernel, dtype)]
        if not new:
            return True
        started = time.perf_counter()
        description = (
            f"{len(new)} kernel{'s' if len(new) > 1 else ''} ({' and '.join(sorted({key[2] for key in new}))})"
        )
        with _spinner(f"compiling {description} for this machine, once"):
            mine, *others = _shares(new) if kernel_cache.is_usable() else [new]
            with _processes(others):
                kept = [_compile(*key) for key in mine]
            kept += [is_available(*key) or _compile(*key) for share in others for key in share]
        problem = None if all(kept) else kernel_cache.problem() or "the disk may be full"
        where = f"not kept: {problem}" if problem else f"kept in {kernel_cache.folder()}"
        seconds = time.perf_counter() - started
        logging.getLogger("glassnet").warning("glassnet: compiled %s in %.1f s, %s", description, seconds, where)
        return all(kept)


def seconds_to_compile(wanted: Sequence[Kernel], dtype: str) -> float:
    """Return the approximate seconds for `prepare` to compile the kernels that are not in the cache."""
    new = [(*kernel, dtype) for kernel in wanted if not is_available(*kernel, dtype)]
    return IMPORT_SECONDS + max(sum(map(compile_seconds, share)) for share in _shares(new)) if new else 0.0


def is_available(family: str, name: str, dtype: str) -> bool:
    """Load a kernel if it is cached; return whether it is available without compiling."""
    key = (family, name, dtype)
    with _lock:
        if key not in _loaded and (code := kernel_cache.read(*key)) is not None:
            _loaded[key] = _load(code)
        return key in _loaded


def addresses(family: str, name: str, dtype: str) -> dict[str, int]:
    """Return the addresses of a kernel's functions by name, such as {"forward": …, "backward": …}."""
    with _lock:
        prepare([(family, name)], dtype)
        return _loaded[family, name, dtype]


def _compile(family: str, name: str, dtype: str) -> bool:
    """Compile and load a kernel; return whether it could be cached."""
    from glassnet.engines.compiled.compiler import compile_kernel

    code = compile_kernel(family, name, dtype)
    _loaded[family, name, dtype] = _load(code)
    return kernel_cache.write(family, name, dtype, code)


def _shares(new: Sequence[Key]) -> list[list[Key]]:
    """Divide kernels among processes, this one first: slowest first, each to the process with the least work."""
    is_python = not hasattr(sys, "frozen") and Path(sys.executable).stem.startswith("python")
    worthwhile = int(sum(map(compile_seconds, new)) / SECONDS_PER_PROCESS) if is_python else 1
    shares: list[list[Key]] = [[] for _ in range(max(1, min(worthwhile, cores())))]
    for key in sorted(new, key=compile_seconds, reverse=True):
        min(shares, key=lambda share: sum(map(compile_seconds, share))).append(key)
    return shares


@contextlib.contextmanager
def _processes(shares: Sequence[Sequence[Key]]) -> Iterator[None]:
    """Compile each share of the kernels into the cache in a separate process."""
    import subprocess  # imported here, since it is not needed if all kernels are cached

    command = [sys.executable, "-P", "-m", "glassnet.engines.compiled.compiler"]
    environment = os.environ | {"GLASSNET_CACHE": str(kernel_cache.folder().parent)}
    processes: list[subprocess.Popen[bytes]] = []
    try:
        for share in shares:
            keys = [":".join(key) for key in share]
            processes.append(
                subprocess.Popen(
                    [*command, *keys],
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            )
        yield
        for process in processes:
            process.wait()
    finally:
        for process in processes:
            process.kill()
            process.wait()


def _load(code: bytes) -> dict[str, int]:
    """Load an object file with LLVM and return the addresses of its functions."""
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    target = llvm.Target.from_default_triple().create_target_machine()
    loader = llvm.create_mcjit_compiler(llvm.parse_assembly(""), target)
    loader.add_object_file(llvm.ObjectFileRef.from_data(code))
    loader.finalize_object()
    _alive.append(loader)
    return {name: address for name in FUNCTIONS if (address := loader.get_function_address(name))}


def _spinner(description: str) -> contextlib.AbstractContextManager[object]:
    """Return a context manager that shows a spinner with a message on a terminal."""
    if not is_terminal(sys.stderr):
        return contextlib.nullcontext()
    from rich.console import Console

    return Console(stderr=True).status(description)
