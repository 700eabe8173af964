"""`glassnet compile`: compile kernels into the cache ahead of time."""

from __future__ import annotations

from typing import Annotated

import typer


def compile_kernels(
    everything: Annotated[bool, typer.Option("--all", help="Compile all functions, for float32 and float64.")] = False,
) -> int:
    """Compile the fast engine in advance: the most common functions. Others are compiled on first use."""
    from glassnet.engines.compiled import engine, kernel_cache

    if engine.is_disabled():  # which prints the reason
        return 0
    if engine.is_warm(everything):
        print(f"All kernels are in the cache: {kernel_cache.folder()}")
        return 0
    return 0 if engine.warm(everything) else 1
