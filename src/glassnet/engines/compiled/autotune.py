"""Autotuning of calls: the number of threads and of steps per call, from estimated and then measured times.

Results do not depend on the number of threads, so it may change from call to call.
"""

from __future__ import annotations

from collections import deque

CALL_SECONDS = 0.1
"""Maximum seconds per call of the program: Python handles Ctrl-C between two calls."""

MAX_STEP_SECONDS = 0.2
"""Maximum seconds that Ctrl-C should wait for a single step."""

STEP_SECONDS, MULTIPLICATIONS = 1e-6, 4e10
"""Initial estimate: minimum seconds per step, and multiplications per second and thread."""

TEAM_STEP_SECONDS, TEAM_CALL_SECONDS = 5e-6, 100e-6
"""A step, or a call, that takes a single thread less is not parallelized, since synchronization costs as much."""

CALLS_PER_PROBE, PROBE_SECONDS, PROBE_SHARE = 16, 3e-3, 0.02
"""After this many calls, the other number of threads is measured again, since the load of the machine changes.

A probe takes PROBE_SECONDS. If it was much slower, it is repeated less often: the time lost by probing is at most
PROBE_SHARE of the total.
"""

RECENT_CALLS = 3
"""The minimum of this many recent short calls is used, since other programs may disturb single calls."""


class Autotuner:
    """Seconds per step by number of threads, 1 or `team`."""

    def __init__(self, multiplications: float, team: int) -> None:
        alone = STEP_SECONDS + multiplications / MULTIPLICATIONS
        self.team = team if alone > TEAM_STEP_SECONDS else 1
        self.seconds = {1: alone, self.team: alone / self.team}
        self.calls = {threads: deque[float](maxlen=RECENT_CALLS) for threads in self.seconds}
        self.since_probe, self.probe_budget, self.is_probe, self.is_warm = 0, 0.0, False, False

    def next_call(self, left: int) -> tuple[int, int]:
        """Return the number of threads and of steps of the next call; left: the number of remaining steps."""
        threads = 1 if self.seconds[1] <= self.seconds[self.team] else self.team
        if left * self.seconds[1] < TEAM_CALL_SECONDS:
            threads = 1
        elif self.since_probe >= CALLS_PER_PROBE and self.team > 1:
            other = self.team + 1 - threads
            steps = self._within(PROBE_SECONDS, other, left)
            lost = steps * (self.seconds[other] - self.seconds[threads])
            if lost <= self.probe_budget:
                self.since_probe, self.is_probe = 0, True
                return other, steps
        self.since_probe += 1
        return threads, self._within(CALL_SECONDS, threads, left)

    def _within(self, seconds: float, threads: int, left: int) -> int:
        return min(left, max(1, int(seconds / self.seconds[threads])))

    def is_slow(self, threads: int) -> bool:
        """Return whether a single step takes longer than Ctrl-C should wait."""
        return self.seconds[threads] > MAX_STEP_SECONDS

    def measured(self, threads: int, steps: int, seconds: float) -> None:
        """Record the time of a call; a short first call is ignored, since it also loaded all data from memory.

        steps: those that were run, fewer than wanted if the threads waited too long for each other.
        """
        if self.is_probe:  # what it has cost, and not what it should have cost, delays the next one
            usual = steps * self.seconds[self.team + 1 - threads]
            self.probe_budget, self.is_probe = -max(0.0, seconds - usual), False
        self.probe_budget += PROBE_SHARE * seconds
        is_long = seconds > CALL_SECONDS / 2
        if is_long:
            self.calls[threads].clear()
        if is_long or self.is_warm:
            self.calls[threads].append(seconds / steps)
            self.seconds[threads] = min(self.calls[threads])
        self.is_warm = True
