"""Types of kernels: functions without annotations, which Numba compiles for the types in `compiler.py`."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

KernelFunction = Callable[..., Any]
"""A function of pointers, counts, and other kernels; its types are Numba's, which mypy does not know."""

KernelFunctions = tuple[KernelFunction | None, ...]
"""The functions of one kernel in the order of `compiler.ENTRIES`; None for those that it does not need."""

Factory = Callable[[SimpleNamespace], KernelFunction | KernelFunctions | dict[str, KernelFunction]]
"""Returns the functions of a kernel, given the helper functions for one dtype."""
