"""How fast a job's steps are, as guessed from its sizes and then as measured: what to do in one call, and by how many.

The numbers do not depend on how many threads compute them, so that may change from call to call.
"""

from __future__ import annotations

CALL_SECONDS = 0.1
"""How long a call of the program may take: Python answers Ctrl-C between two calls."""

PATIENT_SECONDS = 0.2
"""From here on even a single step is too long for Ctrl-C to wait for."""

STEP_SECONDS, MULTIPLICATIONS = 1e-6, 4e10
"""The guess: what a step costs at least, and how many multiplications a thread makes in a second."""

TEAM_STEP_SECONDS, TEAM_CALL_SECONDS = 5e-6, 100e-6
"""A step, and a call, that take one thread less are not divided: meeting and waking each other costs as much."""

PROBE, PROBE_SECONDS = 16, 3e-3
"""After so many calls the other way is tried again, for so long: other programs on the machine come and go."""


class Pace:
    """Seconds per step by number of threads, 1 or `team`."""

    def __init__(self, multiplications: float, team: int) -> None:
        alone = STEP_SECONDS + multiplications / MULTIPLICATIONS
        self.team = team if alone > TEAM_STEP_SECONDS else 1
        self.seconds = {1: alone, self.team: alone / self.team}
        self.calls, self.is_warm = 0, False

    def next_call(self, left: int) -> tuple[int, int]:
        """Return by how many threads the next call is to be made, and how many of the steps that are left it makes."""
        self.calls += 1
        threads, seconds = min(self.seconds, key=self.seconds.__getitem__), CALL_SECONDS
        if self.team == 1 or left * self.seconds[1] < TEAM_CALL_SECONDS:
            threads = 1
        elif self.calls % PROBE == 0:
            threads, seconds = self.team + 1 - threads, PROBE_SECONDS
        return threads, min(left, max(1, int(seconds / self.seconds[threads])))

    def is_slow(self, threads: int) -> bool:
        """Return whether a single step takes longer than Ctrl-C should have to wait."""
        return self.seconds[threads] > PATIENT_SECONDS

    def measured(self, threads: int, steps: int, seconds: float) -> None:
        """Remember how long a call took; the first one also started threads and fetched everything from memory."""
        if self.is_warm or self.seconds[threads] * steps > CALL_SECONDS / 2:
            self.seconds[threads] = seconds / steps
        self.is_warm = True
