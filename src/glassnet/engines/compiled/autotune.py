"""How fast a job's steps are, as guessed from its sizes and then as measured: what to do in one call, and by how many.

The numbers do not depend on how many threads compute them, so that may change from call to call.
"""

from __future__ import annotations

from collections import deque

CALL_SECONDS = 0.1
"""Maximum seconds per call of the program: Python handles Ctrl-C between two calls."""

PATIENT_SECONDS = 0.2
"""From here on even a single step is too long for Ctrl-C to wait for."""

STEP_SECONDS, MULTIPLICATIONS = 1e-6, 4e10
"""The guess: what a step costs at least, and how many multiplications a thread makes in a second."""

TEAM_STEP_SECONDS, TEAM_CALL_SECONDS = 5e-6, 100e-6
"""A step, and a call, that take one thread less are not divided: meeting and waking each other costs as much."""

PROBE, PROBE_SECONDS, PROBE_SHARE = 16, 3e-3, 0.02
"""After so many calls the other way is tried again, for so long: other programs on the machine come and go.

Where it was much the slower one it is tried less often: what trying loses is at most such a share of the time.
"""

REMEMBERED = 3
"""Of so many short calls by as many threads the fastest counts: one that something else disturbed says nothing."""


class Autotuner:
    """Seconds per step by number of threads, 1 or `team`."""

    def __init__(self, multiplications: float, team: int) -> None:
        alone = STEP_SECONDS + multiplications / MULTIPLICATIONS
        self.team = team if alone > TEAM_STEP_SECONDS else 1
        self.seconds = {1: alone, self.team: alone / self.team}
        self.calls = {threads: deque[float](maxlen=REMEMBERED) for threads in self.seconds}
        self.since_probe, self.may_lose, self.is_warm = 0, 0.0, False

    def next_call(self, left: int) -> tuple[int, int]:
        """Return by how many threads the next call is to be made, and how many of the steps that are left it makes."""
        threads = 1 if self.seconds[1] <= self.seconds[self.team] else self.team
        if left * self.seconds[1] < TEAM_CALL_SECONDS:
            threads = 1
        elif self.since_probe >= PROBE and self.team > 1:
            other = self.team + 1 - threads
            steps = self._within(PROBE_SECONDS, other, left)
            lost = steps * (self.seconds[other] - self.seconds[threads])
            if lost <= self.may_lose:
                self.since_probe, self.may_lose = 0, 0.0
                return other, steps
        self.since_probe += 1
        return threads, self._within(CALL_SECONDS, threads, left)

    def _within(self, seconds: float, threads: int, left: int) -> int:
        return min(left, max(1, int(seconds / self.seconds[threads])))

    def is_slow(self, threads: int) -> bool:
        """Return whether a single step takes longer than Ctrl-C should have to wait."""
        return self.seconds[threads] > PATIENT_SECONDS

    def measured(self, threads: int, steps: int, seconds: float) -> None:
        """Remember how long a call took; a short first one says little, since it also fetched all from memory."""
        self.may_lose += PROBE_SHARE * seconds
        is_long = seconds > CALL_SECONDS / 2
        if is_long:
            self.calls[threads].clear()
        if is_long or self.is_warm:
            self.calls[threads].append(seconds / steps)
            self.seconds[threads] = min(self.calls[threads])
        self.is_warm = True
