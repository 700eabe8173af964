"""The worker process of a search: runs one trial after the other on one thread until it is stopped.

    python -m glassnet.tuning.worker

It reads a pickled `WorkerTask` from standard input, which only `search` writes to. A line on standard input, or its
end, as when the search dies, stops the worker. A failure is reported in one line on standard output.
"""

from __future__ import annotations

import dataclasses
import os
import pickle
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from glassnet.common.files import os_error_text
from glassnet.data.dataset import Dataset
from glassnet.runs.run import load_parts
from glassnet.tuning.plan import SearchPlan, known
from glassnet.tuning.scoring import scores
from glassnet.tuning.storage import quiet_optuna
from glassnet.tuning.study import (
    RESULT,
    SECONDS,
    SURPLUS,
    WORKER,
    finished,
    is_surplus,
    open_study,
    queue_again,
    settings_of,
    this_worker,
)

if TYPE_CHECKING:
    from optuna.study import Study
    from optuna.trial import Trial

SAMPLING = 0.03
"""Maximum share of the time for sampling settings."""

WARM_UP = 19
"""Percentage of the epochs before which trials are not pruned."""

USAGE_ERROR = 2
"""Exit status of a worker whose message is about the data or the recipe."""

PATIENCE = 10.0
"""Seconds for a worker to stop after a request."""


@dataclass(frozen=True)
class WorkerTask:
    """The task of a worker.

    data: the training and validation parts; None to read them by the plan's recipe. where: the storage. study: its
    name. trials: total number of finished trials. seconds: time limit.
    """

    plan: SearchPlan
    data: Mapping[str, Dataset] | None
    where: str | Path
    study: str
    trials: int | None
    seconds: float | None


class StoppedError(Exception):
    """The worker was stopped, or its time is over."""


class SurplusTrialError(Exception):
    """Other workers have run enough trials meanwhile."""


@dataclass
class Clock:
    """Seconds that a worker has spent on sampling settings and on running trials."""

    sampling: float = 0.0
    running: float = 0.0

    @property
    def is_sampling_slow(self) -> bool:
        """Whether sampling takes more than its share of the time."""
        return self.sampling > SAMPLING * (self.sampling + self.running)


def work(task: WorkerTask, stop: threading.Event) -> None:
    """Run trials until there are enough, time is over, or `stop` is set."""
    import optuna

    from glassnet.tuning.pruner import MedianPruner
    from glassnet.tuning.sampler import sampler_for

    # The ranges are in the plan's space; in the recipe of each trial they would be checked again.
    plan = dataclasses.replace(task.plan, recipe=dataclasses.replace(task.plan.recipe, search={}))
    ends = None if task.seconds is None else time.monotonic() + task.seconds
    parts = known(load_parts(plan.recipe)) if task.data is None else task.data
    with open_study(task.where, task.study, plan) as study:
        name, clock = this_worker(), Clock()
        study.pruner = pruner = MedianPruner()

        def objective(trial: Trial) -> float:
            trial.set_user_attr(WORKER, name)
            study.sampler = sampler_for(plan, trial.number, pruner.leaders(study) if clock.is_sampling_slow else None)
            if task.trials is not None and is_surplus(study, trial, task.trials):
                trial.set_user_attr(SURPLUS, True)
                raise SurplusTrialError
            return value_of(
                trial, plan, parts, clock, lambda: stop.is_set() or (ends is not None and time.monotonic() > ends)
            )

        while not stop.is_set() and not (task.trials is not None and len(finished(study)) >= task.trials):
            try:
                study.optimize(objective, n_trials=1)
            except SurplusTrialError:
                return
            except (StoppedError, KeyboardInterrupt):
                requeue_own(study, name)
                return
            except optuna.exceptions.UpdateFinishedTrialError:
                continue  # this worker was presumed dead (suspended, perhaps), and its trial requeued


def value_of(
    trial: Trial,
    plan: SearchPlan,
    parts: Mapping[str, Dataset],
    clock: Clock,
    is_over: Callable[[], bool] = lambda: False,
) -> float:
    """Run a trial and return its value; raises TrialPruned if the pruner stops it."""
    import optuna

    began = time.perf_counter()
    recipe = plan.with_settings(settings_of(trial, plan))
    clock.sampling += time.perf_counter() - began
    came, seconds = scores(recipe, parts), 0.0
    try:
        while True:
            began = time.perf_counter()
            now = next(came)
            seconds += time.perf_counter() - began
            if is_over():
                raise StoppedError
            if now.percent == 100:
                trial.set_user_attr(RESULT, now.result)
                return now.value
            if now.percent >= WARM_UP // plan.recipe.repeats:
                trial.report(now.value, now.percent)
                if trial.should_prune():
                    raise optuna.TrialPruned
    except FloatingPointError:  # it diverged
        raise optuna.TrialPruned from None
    finally:
        clock.running += seconds
        trial.set_user_attr(SECONDS, round(seconds, 4))


def requeue_own(study: Study, name: str) -> None:
    """Requeue the trial that this worker has abandoned, which Optuna has marked as failed."""
    from optuna.trial import TrialState

    own = [trial for trial in study.get_trials(states=(TrialState.FAIL,)) if trial.user_attrs.get(WORKER) == name]
    if own:
        queue_again(study, own[-1])


def _reason(error: BaseException) -> str:
    """Return the reason of a failure in one line: the error of the system, such as a full disk, if one is behind it."""
    behind: BaseException | None = error
    while behind is not None and not isinstance(behind, OSError):
        behind = behind.__context__
    return os_error_text(behind) if behind else f"{type(error).__name__}: {' '.join(str(error).split())}"


def main() -> None:
    """Run the task from standard input."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all processes; the search stops its workers
    try:
        task: WorkerTask = pickle.load(sys.stdin.buffer)
    except EOFError:  # Ctrl-C ended the search before it sent the task
        return
    stop = threading.Event()

    def listen() -> None:
        os.read(0, 1)  # not sys.stdin: a thread blocked in it makes Python abort at exit
        stop.set()
        time.sleep(PATIENCE)
        os._exit(1)

    threading.excepthook = lambda _: None  # Optuna's heartbeat without a database: the trial itself will notice
    threading.Thread(target=listen, daemon=True).start()
    try:
        with quiet_optuna(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the command has printed the warnings about the data already
            work(task, stop)
    except ConnectionError:
        sys.exit(1)  # the search notices the outage by itself, or starts another worker
    except ValueError as error:  # about the data or the recipe, as on the command line
        sys.stdout.write(f"{' '.join(str(error).split())}\n")
        sys.exit(USAGE_ERROR)
    except Exception as error:
        sys.stdout.write(f"{_reason(error)}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
