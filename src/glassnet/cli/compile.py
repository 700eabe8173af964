"""`glassnet compile`: compile every kernel of the engine into the cache, before it is needed."""

from __future__ import annotations


def compile_kernels() -> int:
    """Compile every kernel in both dtypes into the cache, so that no later run waits for the compiler."""
    from glassnet.engines.compiled.engine import is_given_up, warm

    if is_given_up():  # which prints the reason
        return 0
    return 0 if warm(everything=True) else 1
