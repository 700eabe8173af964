"""Warnings that point at the user's own line, however deep inside the package they arise."""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path
from types import FrameType

PACKAGE = str(Path(__file__).parents[1]) + os.sep


BETWEEN = ("sklearn", "joblib", "contextlib")
"""Whose functions may stand between the user's line and ours: what calls an estimator's methods for others."""


def warn(message: str, category: type[Warning] = UserWarning) -> None:
    """Warn the user, naming the nearest line of the call that is neither ours nor of who calls us for them."""
    level, frame = 2, sys._getframe(1)
    while frame.f_back is not None and _is_not_the_users(frame):
        frame = frame.f_back
        level += 1
    warnings.warn(message, category, stacklevel=level)


def _is_not_the_users(frame: FrameType) -> bool:
    module = str(frame.f_globals.get("__name__", "")).partition(".")[0]
    return module in BETWEEN or frame.f_code.co_filename.startswith(PACKAGE)
