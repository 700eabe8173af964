"""The families of kernels: their names, compile times, and functions."""

from __future__ import annotations

Kernel = tuple[str, str]
"""A family, and a name in it: ("activation", "relu")."""

PROGRAM, PRODUCT, LAYER, ACTIVATION, LOSS, OPTIMIZER = "program", "product", "layer", "activation", "loss", "optimizer"
AUGMENTATION = "augmentation"

COMPILE_SECONDS = {PRODUCT: 0.9, LAYER: 0.6, ACTIVATION: 0.2, LOSS: 0.2, OPTIMIZER: 0.1, AUGMENTATION: 1.8}
PROGRAM_SECONDS = {"steps": 3.7, "inference": 1.1, "penalties": 0.5}
"""Approximate time to compile one kernel of a family, and each part of the program."""

IMPORT_SECONDS = 1.0
"""Approximate seconds for a process to import Numba and compile its first function."""

FUNCTIONS = (
    *("steps", "call_threads", "run_worker", "penalties"),
    *("predict", "predict_row", "evaluate"),
    *("product", "forward", "backward", "gradient", "loss", "step", "warp"),
)
"""The names of the functions in kernels."""


def compile_seconds(key: tuple[str, ...]) -> float:
    """Return the approximate seconds to compile a kernel; key: its family, its name, ..."""
    family, name = key[:2]
    return PROGRAM_SECONDS[name] if family == PROGRAM else COMPILE_SECONDS[family]
