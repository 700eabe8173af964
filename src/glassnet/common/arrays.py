"""The array types this package speaks of, so that a signature says what an array holds."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.floating[Any]]
"""Floating point numbers: float32 by default in a network, float64 on request."""

IntArray = npt.NDArray[np.integer[Any]]
"""Whole numbers: class indices, row numbers, table codes."""

AnyArray = npt.NDArray[Any]
"""An array whose kind of entries the callee finds out."""
