"""Warnings that are attributed to the user's line of code, however deep inside the package they are raised."""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path
from types import FrameType

from glassnet.common.option_names import for_reader

PACKAGE = str(Path(__file__).parents[1]) + os.sep

CALLING_PACKAGES = ("sklearn", "joblib", "contextlib")
"""Packages that may call an estimator's methods on behalf of the user's code."""


def warn(message: str, category: type[Warning] = UserWarning) -> None:
    """Issue a warning at the innermost stack frame outside this package and CALLING_PACKAGES.

    Options in the message become parameters, unless the command line prints it.
    """
    level, frame = 2, sys._getframe(1)
    while frame.f_back is not None and _is_not_user_code(frame):
        frame = frame.f_back
        level += 1
    warnings.warn(for_reader(message), category, stacklevel=level)


def _is_not_user_code(frame: FrameType) -> bool:
    module = str(frame.f_globals.get("__name__", "")).partition(".")[0]
    return module in CALLING_PACKAGES or frame.f_code.co_filename.startswith(PACKAGE)
