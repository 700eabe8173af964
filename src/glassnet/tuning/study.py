"""What a search has tried so far, kept where every worker finds it: Optuna's study, in a journal file or a database.

A try is a trial in Optuna's words. It is finished when it is complete or was given up as hopeless; one whose worker
has died, or was told to stop, is put back, to be run again by whoever comes next.
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

MOST_AGAIN = 25
"""A try that its workers have died of so many times is not put back any more."""

OTHERS = {"data": "other data", "recipe": "another recipe", "search": "other ranges"}
"""What the fingerprint of a study tells apart."""

AS_IT_IS, WORKER, RESULT, SECONDS, NEEDLESS = "recipe as it is", "worker", "result", "seconds", "one too many"
"""What is noted with a trial: that it has no settings of its own; who runs it; accuracy or RMSE by its end, and how
long it has trained and measured; that others had tried enough when it began."""


@contextmanager
def open_study(where: str | Path, name: str, plan: SearchPlan) -> Iterator[Study]:
    """Give the study of this name in a storage, made now if it is not there; ValueError if it is about another plan."""
    with open_storage(where, queue_again) as storage:
        yield _study_in(storage, name, plan)


def _study_in(storage: BaseStorage, name: str, plan: SearchPlan) -> Study:
    from optuna import create_study

    study = create_study(storage=storage, study_name=name, direction="minimize", load_if_exists=True)
    kept = study.user_attrs.get("fingerprint")
    if kept is None:
        study.set_user_attr("fingerprint", dict(plan.fingerprint))
        # What the recipe is worth by itself comes first: no search should end below it.
        study.enqueue_trial({}, user_attrs={AS_IT_IS: True}, skip_if_exists=True)
        return study
    for what, called in OTHERS.items():
        if kept.get(what) != plan.fingerprint[what]:
            raise ValueError(
                f"the study {name!r} is about {called} than this search; name another run folder with --out, or in a "
                "database another study with --study"
            )
    return study


@dataclass(frozen=True)
class Tried:
    """A study as it was when it was last read; all can be asked of it, also while its database is away."""

    study_name: str
    user_attrs: Mapping[str, Any]
    trials: list[FrozenTrial]

    def get_trials(
        self, deepcopy: Literal[False] = False, states: Container[TrialState] | None = None
    ) -> list[FrozenTrial]:
        """Return the trials in one of some states, all if None; as Optuna's studies do."""
        return [trial for trial in self.trials if states is None or trial.state in states]


def tried_by_now(study: Study) -> Tried:
    """Read a study."""
    return Tried(study.study_name, study.user_attrs, study.get_trials(deepcopy=False))


def in_memory(study: Tried) -> Study:
    """Return a study with the same trials that has no file or database behind it."""
    import optuna

    with quiet_optuna():
        kept = optuna.create_study(study_name=study.study_name, direction="minimize")
        for name, value in study.user_attrs.items():
            kept.set_user_attr(name, value)
        kept.add_trials(study.trials)  # which copies them
    return kept


# ---- settings ----


def settings_of(trial: Trial | FrozenTrial, plan: SearchPlan) -> dict[str, Any]:
    """Return the settings of a trial; those that it has not chosen yet are chosen now.

    Units of layers that a trial does not have are chosen too, and left out: where every trial has the same settings,
    all are drawn at once, which is better and several times faster.
    """
    if trial.user_attrs.get(AS_IT_IS):
        return {}
    most = deepest(plan)
    chosen: dict[str, Any] = {}
    for name, of in plan.space.items():
        for one in [name] if name != "units" else map(units_name, range(1, most + 1)):
            chosen[one] = _chosen(trial, one, of)
    layers = chosen.get("hidden_layers", plan.depth)
    needless = {units_name(number) for number in range(layers + 1, most + 1)}
    if not layers:
        needless |= {"activation", "normalization", "dropout"}
    return {name: value for name, value in chosen.items() if name not in needless}


def deepest(plan: SearchPlan) -> int:
    """Return how many hidden layers a trial may have at the most."""
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
    # Nobody needs more than four figures of a setting, and so a recipe can be read.
    rounded = float(f"{trial.suggest_float(name, of.low, of.high, log=of.log):.4g}")
    return min(max(rounded, of.low), of.high)


# ---- who runs what, and what became of it ----


def finished(study: Study | Tried) -> list[FrozenTrial]:
    """Return the trials that count: complete ones, and those given up as hopeless."""
    from optuna.trial import TrialState

    return study.get_trials(deepcopy=False, states=(TrialState.COMPLETE, TrialState.PRUNED))


@dataclass(frozen=True)
class Counts:
    """How far a search is: settings tried to the end, given up as hopeless, and being tried now."""

    complete: int
    given_up: int
    running: int

    @property
    def tried(self) -> int:
        """All that count."""
        return self.complete + self.given_up


def counts(study: Study | Tried) -> Counts:
    """Return how many trials there are of each kind."""
    from optuna.trial import TrialState

    states = Counter(trial.state for trial in study.get_trials(deepcopy=False))
    return Counts(states[TrialState.COMPLETE], states[TrialState.PRUNED], states[TrialState.RUNNING])


def ranked(study: Study | Tried) -> list[FrozenTrial]:
    """Return the complete trials, the best first."""
    from optuna.trial import TrialState

    complete = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    return sorted(complete, key=lambda trial: (trial.value, trial.number))


def is_one_too_many(study: Study, trial: Trial, trials: int) -> bool:
    """Return whether there are enough trials without this one, which has just begun."""
    from optuna.trial import TrialState

    counted = (TrialState.COMPLETE, TrialState.PRUNED, TrialState.RUNNING)
    others = study.get_trials(deepcopy=False, states=counted)
    return sum(other.number < trial.number or other.state.is_finished() for other in others) >= trials


def this_worker() -> str:
    """Return the name of this process among all workers of all machines: it is never given twice."""
    import psutil

    return f"{socket.gethostname()} {os.getpid()} {psutil.Process().create_time()}"


def is_gone(worker: str) -> bool:
    """Return whether a worker was a process of this machine that does not run any more."""
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
"""Seconds that a trial may run without a worker's name: a worker writes it down as the first thing, unless it dies."""


def put_back_lost(study: Study, unnamed: dict[int, float]) -> int:
    """Put back the trials whose workers, processes of this machine, have died; return how many.

    In a database those of other machines, too, that have shown no life for long. unnamed: the running trials without a
    worker's name that were seen before, by number, and when that was; kept up to date. Their own dates are not looked
    at, since clocks differ.
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
            found += put_back(study, trial.number)
    return found


def put_back(study: Study, number: int) -> bool:
    """End a running trial without a result, and queue its settings to be run again; False if it had ended already."""
    from optuna.exceptions import UpdateFinishedTrialError
    from optuna.trial import TrialState

    try:
        trial = study.tell(number, state=TrialState.FAIL)
    except (UpdateFinishedTrialError, ValueError):
        return False  # it has ended meanwhile, or another machine was faster
    queue_again(study, trial)
    return True


def queue_again(study: Study, trial: FrozenTrial) -> None:
    """Queue the settings of a trial that has failed; the one who has made it fail does so, nobody else."""
    from optuna.storages import RetryHeartbeatStaleTrialCallback

    notes = trial.user_attrs
    kept: Mapping[str, Any] = {key: notes[key] for key in (AS_IT_IS,) if key in notes}
    with quiet_optuna():
        trial.user_attrs = dict(kept)
        RetryHeartbeatStaleTrialCallback(max_retry=MOST_AGAIN)(study, trial)
