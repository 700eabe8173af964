"""The doctor's findings about a network that is training in the playground."""

from __future__ import annotations

from typing import Any

from glassnet.playground.trainer import Trainer


def findings(trainer: Trainer) -> list[dict[str, Any]]:
    """Return the findings as plain data."""
    return []
