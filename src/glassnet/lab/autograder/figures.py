"""The figure of an answer, drawn in a separate process with the limits of a check."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from glassnet.lab.autograder.running import Limits, RunRequest, events
from glassnet.lab.drawing.panels import Figure, from_json
from glassnet.lab.exercise import Exercise


def frames(exercise: Exercise, request: RunRequest, limits: Limits | None = None) -> Iterator[Figure | str]:
    """Yield the figures of an answer, each as soon as it is drawn; a string at the end is why there are no more.

    Raises CanceledError if the request's `is_wanted` returns False.
    """
    why = missing = ""
    with tempfile.TemporaryDirectory(prefix="glassnet-lab-", ignore_cleanup_errors=True) as folder:
        for event in events(exercise, request, Path(folder), limits or Limits(), None):
            match event:
                case {"stage": "drawn", "figure": data}:
                    yield _figure(data)
                case {"stage": "syntax", "message": message}:
                    why = f"SyntaxError: {message}"
                case {"stage": "ran", "unimplemented": [first, *_]}:
                    missing = f"{first} is not implemented"
                case {"why": reason}:
                    why = str(reason)
    if why:
        yield missing if missing and why == "NotImplementedError" else why


def _figure(data: Any) -> Figure | str:
    """Return a figure from an answer's process, which is validated, since a submission may have forged it."""
    try:
        figure = from_json(data)
    except ValueError as error:
        return str(error)
    return figure if isinstance(figure, Figure) else "not a figure"
