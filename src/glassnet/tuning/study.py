"""The study of a search: the trials of all workers, stored by Optuna in a journal file or a database.

A trial is finished when it is complete or pruned. The trial of a worker that died or was stopped is requeued, and the
next free worker runs it again.
"""

from __future__ import annotations

import os
import socket
import time
from collections import Counter
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from glassnet.common.specs import format_spec
from glassnet.tuning.plan import SearchPlan
from glassnet.tuning.settings import units_name
from glassnet.tuning.space import Choice, Range
from glassnet.tuning.storage import open_storage, quiet_optuna

if TYPE_CHECKING:
    from optuna.storages import BaseStorage
    from optuna.study import Study
    from optuna.trial import FrozenTrial, Trial, TrialState

MAX_RETRIES = 25
"""Maximum number of times that a failed trial is requeued."""

OTHERS = {"data": "other data", "recipe": "another recipe", "search": "other ranges"}
"""The parts of a study's fingerprint, and the text for a mismatch."""

BASELINE, WORKER, RESULT, SECONDS, SURPLUS = "recipe as it is", "worker", "result", "seconds", "one too many"
"""User attributes of a trial: that it is the unchanged recipe; its worker; its accuracy or RMSE, and the seconds it
took; that enough other trials existed when it began."""


@contextmanager
def open_study(where: str | Path, name: str, plan: SearchPlan) -> Iterator[Study]:
    """Open or create the study of this name in a storage; raises ValueError if it belongs to another plan."""
    with open_storage(where, queue_again) as storage:
        yield _study_in(storage, name, plan)


def _study_in(storage: BaseStorage, name: str, plan: SearchPlan) -> Study:
    from optuna import create_study

    study = create_study(storage=storage, study_name=name, direction="minimize", load_if_exists=True)
    kept = study.user_attrs.get("fingerprint")
    if kept is None:
        study.set_user_attr("fingerprint", dict(plan.fingerprint))
        # The unchanged recipe comes first: no search should end below it.
        study.enqueue_trial({}, user_attrs={BASELINE: True}, skip_if_exists=True)
        return study
    for what, called in OTHERS.items():
        if kept.get(what) != plan.fingerprint[what]:
            raise ValueError(
                f"the study {name!r} belongs to a search with {called}; choose another run folder with --out, or, in a "
                "database, another study with --study"
            )
    return study


@dataclass(frozen=True)
class StudySnapshot:
    """A study as it was last read; available while its database does not respond."""

    study_name: str
    user_attrs: Mapping[str, Any]
    trials: list[FrozenTrial]

    def get_trials(
        self, deepcopy: Literal[False] = False, states: Container[TrialState] | None = None
    ) -> list[FrozenTrial]:
        """Return the trials in one of these states, all if None, as Optuna's studies do."""
        return [trial for trial in self.trials if states is None or trial.state in states]


def snapshot(study: Study) -> StudySnapshot:
    """Return the current state of a study."""
    return StudySnapshot(study.study_name, study.user_attrs, study.get_trials(deepcopy=False))


def in_memory(study: StudySnapshot) -> Study:
    """Return an in-memory study with the same trials."""
    import optuna

    with quiet_optuna():
        kept = optuna.create_study(study_name=study.study_name, direction="minimize")
        for name, value in study.user_attrs.items():
            kept.set_user_attr(name, value)
        kept.add_trials(study.trials)  # which copies them
    return kept


# ---- settings ----


def settings_of(trial: Trial | FrozenTrial, plan: SearchPlan) -> dict[str, Any]:
    """Return the settings of a trial; suggests those that have no value yet.

    Units of layers that a trial does not have are suggested, too, and left out: if all trials have the same settings,
    the sampler draws them jointly, which is better and several times faster.
    """
    if trial.user_attrs.get(BASELINE):
        return {}
    most = deepest(plan)
    chosen: dict[str, Any] = {}
    for name, of in plan.space.items():
        for one in [name] if name != "units" else map(units_name, range(1, most + 1)):
            chosen[one] = _chosen(trial, one, of)
    layers = chosen.get("hidden_layers", plan.depth)
    unused = {units_name(number) for number in range(layers + 1, most + 1)}
    if not layers:
        unused |= {"activation", "normalization", "dropout"}
    return {name: value for name, value in chosen.items() if name not in unused}


def deepest(plan: SearchPlan) -> int:
    """Return the maximum number of hidden layers of a trial."""
    of = plan.space.get("hidden_layers")
    if of is None:
        return plan.depth
    return int(max(of.options) if isinstance(of, Choice) else of.high)


def _chosen(trial: Trial | FrozenTrial, name: str, of: Range | Choice) -> Any:
    if isinstance(of, Choice):
        by_word: dict[Any, Any] = {
            option if isinstance(option, int | float) else format_spec(option): option for option in of.options
        }
        return by_word[trial.suggest_categorical(name, list(by_word))]
    if of.whole:
        return trial.suggest_int(name, int(of.low), int(of.high), log=of.log)
    # Four significant digits are enough, and keep recipes readable.
    rounded = float(f"{trial.suggest_float(name, of.low, of.high, log=of.log):.4g}")
    return min(max(rounded, of.low), of.high)


# ---- states of the trials ----


def finished(study: Study | StudySnapshot) -> list[FrozenTrial]:
    """Return the complete and the pruned trials."""
    from optuna.trial import TrialState

    return study.get_trials(deepcopy=False, states=(TrialState.COMPLETE, TrialState.PRUNED))


@dataclass(frozen=True)
class Counts:
    """Number of trials by state."""

    complete: int
    pruned: int
    running: int

    @property
    def finished(self) -> int:
        """Complete and pruned trials."""
        return self.complete + self.pruned


def counts(study: Study | StudySnapshot) -> Counts:
    """Return the number of trials in each state."""
    from optuna.trial import TrialState

    states = Counter(trial.state for trial in study.get_trials(deepcopy=False))
    return Counts(states[TrialState.COMPLETE], states[TrialState.PRUNED], states[TrialState.RUNNING])


def ranked(study: Study | StudySnapshot) -> list[FrozenTrial]:
    """Return the complete trials, best first."""
    from optuna.trial import TrialState

    complete = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    return sorted(complete, key=lambda trial: (trial.value, trial.number))


def is_surplus(study: Study, trial: Trial, trials: int) -> bool:
    """Return whether there are enough trials without this one, which has just started."""
    from optuna.trial import TrialState

    counted = (TrialState.COMPLETE, TrialState.PRUNED, TrialState.RUNNING)
    others = study.get_trials(deepcopy=False, states=counted)
    return sum(other.number < trial.number or other.state.is_finished() for other in others) >= trials


def this_worker() -> str:
    """Return a unique name of this process among the workers of all machines."""
    import psutil

    return f"{socket.gethostname()} {os.getpid()} {psutil.Process().create_time()}"


def is_gone(worker: str) -> bool:
    """Return whether a worker was a process of this machine that has ended."""
    import psutil

    host, pid, began = worker.rsplit(" ", 2)
    if host != socket.gethostname():
        return False
    try:
        process = psutil.Process(int(pid))
        return process.create_time() != float(began) or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


UNNAMED = 15.0
"""Seconds that a trial may run without the name of its worker, which a living worker records first."""


def requeue_lost(study: Study, unnamed: dict[int, float]) -> int:
    """Requeue the trials whose workers, processes of this machine, have died; return how many.

    In a database, also those of other machines without a recent heartbeat. unnamed: running trials without a worker's
    name, by number, with the time they were first seen; updated here. Their own dates are not used, since clocks
    differ.
    """
    import optuna
    from optuna.trial import TrialState

    optuna.storages.fail_stale_trials(study)
    found, now = 0, time.monotonic()
    for trial in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
        worker = trial.user_attrs.get(WORKER)
        if worker is None and now - unnamed.setdefault(trial.number, now) <= UNNAMED:
            continue
        if worker is None or is_gone(worker):
            found += requeue(study, trial.number)
    return found


def requeue(study: Study, number: int) -> bool:
    """Fail a running trial and requeue its settings; returns False if it has ended already."""
    from optuna.exceptions import UpdateFinishedTrialError
    from optuna.trial import TrialState

    try:
        trial = study.tell(number, state=TrialState.FAIL)
    except (UpdateFinishedTrialError, ValueError):
        return False  # it has ended meanwhile, or another machine was faster
    queue_again(study, trial)
    return True


def queue_again(study: Study, trial: FrozenTrial) -> None:
    """Queue the settings of a failed trial; only called by the process that failed it."""
    from optuna.storages import RetryHeartbeatStaleTrialCallback

    notes = trial.user_attrs
    kept: Mapping[str, Any] = {key: notes[key] for key in (BASELINE,) if key in notes}
    with quiet_optuna():
        trial.user_attrs = dict(kept)
        RetryHeartbeatStaleTrialCallback(max_retry=MAX_RETRIES)(study, trial)
