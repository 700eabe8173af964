"""What one page has seen: it gets the next frame when it has drawn the last one."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

UNITS_EVERY, FINDINGS_EVERY = 0.2, 1.0
"""Seconds between pictures of the units, and between examinations by the doctor, while the training runs."""


@dataclass
class Viewer:
    """A page of a session, which may have several.

    number: number of its next frame. awaited: number of the frame that it has not acknowledged, or None. version: that
    of the session in its last frame. history: the last epoch whose losses it has.
    """

    number: int = 0
    awaited: int | None = None
    version: int = -1
    history: float = 0
    due: dict[str, float] = field(default_factory=dict)

    def is_due(self, part: str, seconds: float, is_running: bool) -> bool:
        """Return whether a frame has this part now: if it is older than some seconds, or the training stands still."""
        now = time.monotonic()
        if is_running and now < self.due.get(part, 0.0):
            return False
        self.due[part] = now + seconds
        return True

    def restart(self) -> None:
        """Forget what belongs to the training before."""
        self.history = 0
        self.due.clear()
