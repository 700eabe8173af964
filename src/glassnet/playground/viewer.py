"""What one page has seen: it gets a frame when it has drawn the last but one."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

UNITS_EVERY, FINDINGS_EVERY = 0.2, 1.0
"""Seconds between pictures of the units, and between examinations by the doctor, while the training runs."""

GROWTH = 1.1
"""Factor by which the steps grow between two pictures of the units at most, as long as each frame has not more."""

AHEAD = 2
"""Frames that a page has not yet acknowledged, at most: while it draws one, the next one is computed."""


@dataclass
class Viewer:
    """A page of a session, which may have several.

    number: number of its next frame. seen: number of frames that it has acknowledged. version: that of the session in
    its last frame. history: the last epoch whose losses it has. pictured: the step of its last pictures of the units.
    """

    number: int = 0
    seen: int = 0
    version: int = -1
    history: float = 0
    pictured: int = 0
    due: dict[str, float] = field(default_factory=dict)

    def is_due(self, part: str, seconds: float, is_running: bool) -> bool:
        """Return whether a frame has this part now: if it is older than some seconds, or the training stands still."""
        now = time.monotonic()
        if is_running and now < self.due.get(part, 0.0):
            return False
        self.due[part] = now + seconds
        return True

    def is_far(self, step: int) -> bool:
        """Return whether a replay would miss pictures: whether the steps have grown by more than GROWTH."""
        return step > GROWTH * self.pictured

    def is_ready(self, version: int) -> bool:
        """Return whether the page gets a frame of a session with this version."""
        return self.version != version and self.number - self.seen < AHEAD

    def acknowledge(self, number: object) -> None:
        """Note that the page has drawn the frame with this number, and is done with those before."""
        if isinstance(number, int) and self.seen <= number < self.number:
            self.seen = number + 1

    def restart(self) -> None:
        """Forget what belongs to the training before."""
        self.history, self.pictured = 0, 0
        self.due.clear()
