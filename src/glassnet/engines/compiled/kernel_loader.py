"""The compiled kernels in memory: where each function lies, after loading it from the disk or compiling it."""

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

from glassnet.engines.compiled import kernel_cache
from glassnet.engines.compiled.kernel_families import COMPILE_SECONDS, FUNCTIONS, Kernel

WORTH_A_HELPER = 2.0
"""How many seconds of compiling a second process is started for."""

_lock = threading.RLock()
_loaded: dict[tuple[str, str, str], dict[str, int]] = {}
_alive: list[Any] = []
"""LLVM's owners of the code; it is gone when they are."""


def prepare(wanted: Sequence[Kernel], dtype: str) -> bool:
    """Load these kernels, (family, name) each, and compile those that nobody has compiled on this machine yet.

    Compiling is announced: by a spinner on a terminal, and a line on the log when it is done. Returns whether all that
    was new could be kept. Raises ImportError where Numba is missing or too old.
    """
    with _lock:
        new = [kernel for kernel in wanted if not is_there(*kernel, dtype)]
        if not new:
            return True
        started = time.perf_counter()
        with _spinner(f"compiling the engine for this machine, once ({len(new)} kernels, {dtype})"):
            with _helper(new, dtype) as helped:
                kept = [_compile(*kernel, dtype) for kernel in new if kernel not in helped]
            kept += [is_there(*kernel, dtype) or _compile(*kernel, dtype) for kernel in helped]
        where = (
            f"kept in {kernel_cache.folder()}"
            if all(kept)
            else f"not kept: {kernel_cache.problem() or 'the disk may be full'}"
        )
        kernels = "1 kernel" if len(new) == 1 else f"{len(new)} kernels"
        seconds = time.perf_counter() - started
        logging.getLogger("glassnet").warning(
            "glassnet: compiled %s of the engine for %s in %.1f s, %s", kernels, dtype, seconds, where
        )
        return all(kept)


def is_there(family: str, name: str, dtype: str) -> bool:
    """Return whether a kernel can be had without compiling; if so, it is loaded."""
    key = (family, name, dtype)
    with _lock:
        if key not in _loaded and (code := kernel_cache.read(*key)) is not None:
            _loaded[key] = _load(code)
        return key in _loaded


def addresses(family: str, name: str, dtype: str) -> dict[str, int]:
    """Return the addresses of a kernel's functions by name, {"forward": …, "backward": …} for instance."""
    with _lock:
        prepare([(family, name)], dtype)
        return _loaded[family, name, dtype]


def _compile(family: str, name: str, dtype: str) -> bool:
    """Compile a kernel and load it; return whether it could be kept on the disk."""
    from glassnet.engines.compiled.compiler import compile_kernel

    code = compile_kernel(family, name, dtype)
    _loaded[family, name, dtype] = _load(code)
    return kernel_cache.write(family, name, dtype, code)


@contextlib.contextmanager
def _helper(new: Sequence[Kernel], dtype: str) -> Iterator[Sequence[Kernel]]:
    """Let a second process compile some of the kernels into the folder on the disk, and give which."""
    seconds, mine, others = 0.0, 0.0, list[Kernel]()
    for kernel in sorted(new, key=lambda kernel: -COMPILE_SECONDS[kernel[0]]):
        seconds += COMPILE_SECONDS[kernel[0]]
        if seconds - mine > mine:
            mine += COMPILE_SECONDS[kernel[0]]
        else:
            others.append(kernel)
    is_python = not hasattr(sys, "frozen") and Path(sys.executable).stem.startswith("python")
    if seconds - mine < WORTH_A_HELPER or not is_python or not kernel_cache.is_usable() or (os.cpu_count() or 1) < 2:
        yield []
        return
    import subprocess

    words = [":".join(kernel) for kernel in others]
    command = [sys.executable, "-P", "-m", "glassnet.engines.compiled.compiler", dtype, *words]
    environment = os.environ | {"GLASSNET_CACHE": str(kernel_cache.folder().parent)}
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield others
        process.wait()
    finally:
        process.kill()
        process.wait()


def _load(code: bytes) -> dict[str, int]:
    """Give the object file to LLVM's loader and return where its functions lie."""
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    target = llvm.Target.from_default_triple().create_target_machine()
    loader = llvm.create_mcjit_compiler(llvm.parse_assembly(""), target)
    loader.add_object_file(llvm.ObjectFileRef.from_data(code))
    loader.finalize_object()
    _alive.append(loader)
    return {name: address for name in FUNCTIONS if (address := loader.get_function_address(name))}


def _spinner(words: str) -> Any:
    """Return a context in which these words turn on a terminal."""
    if not sys.stderr.isatty():
        return contextlib.nullcontext()
    from rich.console import Console

    return Console(stderr=True).status(words)
