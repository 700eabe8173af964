"""The doctor's findings about a network that is training in the playground: steady, and with a cure each."""

from __future__ import annotations

import time
from collections import deque
from typing import Any

from glassnet.diagnostics.findings import Finding, by_severity
from glassnet.playground.cures import explained
from glassnet.playground.examination import examine_training, rules_at_start
from glassnet.playground.state import State
from glassnet.playground.trainer import Trainer, network_for

REMEMBERED, ENOUGH = 3, 2
"""A finding is shown once ENOUGH of the last REMEMBERED examinations made it, and until none of them did."""

REWORDED = 5
"""Number of examinations after which the text of a finding may change: numbers that change each second distract."""

EVERY, SHARE = 0.7, 0.02
"""Seconds between two examinations of a running training, at least; and the share of the time that they may take."""


class Doctor:
    """Examines trainers now and then, and keeps what it found while it holds.

    Only copies are examined: the training has the same bits as without it.
    """

    def __init__(self) -> None:
        self._trainer: Trainer | None = None
        self._settings: object = None
        self._due, self._step, self._since = 0.0, -1, 0

    def findings(self, trainer: Trainer, state: State, running: bool = False) -> list[dict[str, Any]]:
        """Return the findings about a trainer with this state as plain data, most severe first.

        Each has rule, severity, subject (where), message (what is seen), meaning, advice, and cure: label, changes of
        the state, and whether to restart, or None. running: whether training goes on; it is then examined only from
        time to time.
        """
        if trainer is not self._trainer:
            network = network_for(state, trainer.scene)
            self._trainer, self._at_start = trainer, rules_at_start(trainer, network)
            self._begin(state)
        elif state.training != self._settings:
            self._begin(state)
        began = time.perf_counter()
        if trainer.step != self._step and not (running and began < self._due and trainer.diverged is None):
            self._step = trainer.step
            self._examine(trainer)
            self._due = began + max(EVERY, (time.perf_counter() - began) / SHARE)
        return [explained(one, state) for one in by_severity(self._shown.values())]

    def _begin(self, state: State) -> None:
        """Forget what was found with other settings."""
        assert self._trainer is not None
        self._settings, self._since, self._step = dict(state.training), self._trainer.epoch, -1
        self._last: deque[dict[str, Finding]] = deque(maxlen=REMEMBERED)
        self._shown: dict[str, Finding] = {}
        self._age: dict[str, int] = {}

    def _examine(self, trainer: Trainer) -> None:
        found = {one.rule: one for one in examine_training(trainer, self._since, self._at_start)}
        self._last.append(found)
        # At the start, and in the end, nothing is going to change by itself.
        is_still = trainer.step == 0 or trainer.diverged is not None
        for rule in {rule for one in self._last for rule in one}:
            times = sum(rule in one for one in self._last)
            if not (times >= ENOUGH or rule in self._shown or (is_still and rule in found)):
                continue
            self._age[rule] = self._age.get(rule, -1) + 1
            if rule not in self._shown or (rule in found and self._age[rule] % REWORDED == 0):
                self._shown[rule] = next(one[rule] for one in reversed(self._last) if rule in one)
        if trainer.diverged is not None:
            self._shown = dict(found)
        for rule in [one for one in self._shown if not any(one in found for found in self._last)]:
            del self._shown[rule], self._age[rule]
