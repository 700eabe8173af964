"""The families of kernels: their names, compile times, and functions."""

from __future__ import annotations

Kernel = tuple[str, str]
"""A family, and a name in it: ("activation", "relu")."""

PROGRAM, PRODUCT, LAYER, ACTIVATION, LOSS, OPTIMIZER = "program", "product", "layer", "activation", "loss", "optimizer"
AUGMENTATION = "augmentation"

COMPILE_SECONDS = {
    PROGRAM: 1.5,
    PRODUCT: 1.0,
    LAYER: 0.6,
    ACTIVATION: 0.4,
    LOSS: 0.6,
    OPTIMIZER: 0.2,
    AUGMENTATION: 0.6,
}
"""Approximate time to compile one kernel of a family."""

FUNCTIONS = (
    *("steps", "summon", "serve", "penalties"),
    *("answer", "row", "judge"),
    *("product", "forward", "backward", "gradient", "loss", "step", "warp"),
)
"""The names of the functions in kernels."""
