"""A process that tries settings one after the other, each on one thread, until it is told to stop.

    python -m glassnet.tuning.worker

It reads a pickled `WorkerTask` from its standard input, which only `search` writes to. That stays open for as long as
somebody waits for results: a line there, or its end, which the death of the other process brings, stops the work. What
cannot go on is told in one line of standard output.
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

from glassnet.data.dataset import Dataset
from glassnet.runs.run import load_parts
from glassnet.tuning.plan import SearchPlan, known
from glassnet.tuning.scoring import scores
from glassnet.tuning.storage import quiet_optuna
from glassnet.tuning.study import (
    NEEDLESS,
    RESULT,
    SECONDS,
    WORKER,
    finished,
    is_one_too_many,
    open_study,
    queue_again,
    settings_of,
    this_worker,
)

if TYPE_CHECKING:
    from optuna.study import Study
    from optuna.trial import Trial

CHOOSING = 0.03
"""The share of the time that choosing may take."""

WARM_UP = 19
"""Percent of the epochs before which nothing is told to the pruner, so that nothing is given up."""

PATIENCE = 10.0
"""Seconds that a worker has to come to a halt after it was told to."""


@dataclass(frozen=True)
class WorkerTask:
    """What a worker is to do.

    data: the parts it may see, None where it reads them by the plan's recipe. where: the storage. study: its name.
    trials: how many finished ones are enough. seconds: after which no more is done.
    """

    plan: SearchPlan
    data: Mapping[str, Dataset] | None
    where: str | Path
    study: str
    trials: int | None
    seconds: float | None


class StoppedError(Exception):
    """The work was told to stop, or its time is over."""


class TooManyError(Exception):
    """Others have tried enough meanwhile."""


@dataclass
class Clock:
    """How long a worker has taken for choosing settings and for trying them."""

    choosing: float = 0.0
    trying: float = 0.0

    @property
    def is_in_haste(self) -> bool:
        """Whether choosing takes more of the time than it should."""
        return self.choosing > CHOOSING * (self.choosing + self.trying)


def work(task: WorkerTask, stop: threading.Event) -> None:
    """Try settings until there are enough, time is over or `stop` is set."""
    import optuna

    from glassnet.tuning.pruner import Race
    from glassnet.tuning.sampler import sampler_for

    # The ranges are in the plan's space; in the recipe of each try they would be checked anew.
    plan = dataclasses.replace(task.plan, recipe=dataclasses.replace(task.plan.recipe, search={}))
    ends = None if task.seconds is None else time.monotonic() + task.seconds
    parts = known(load_parts(plan.recipe)) if task.data is None else task.data
    with open_study(task.where, task.study, plan) as study:
        name, clock = this_worker(), Clock()
        study.pruner = race = Race()

        def objective(trial: Trial) -> float:
            trial.set_user_attr(WORKER, name)
            study.sampler = sampler_for(plan, trial.number, race.leaders(study) if clock.is_in_haste else None)
            if task.trials is not None and is_one_too_many(study, trial, task.trials):
                trial.set_user_attr(NEEDLESS, True)
                raise TooManyError
            return value_of(
                trial, plan, parts, clock, lambda: stop.is_set() or (ends is not None and time.monotonic() > ends)
            )

        while not stop.is_set() and not (task.trials is not None and len(finished(study)) >= task.trials):
            try:
                study.optimize(objective, n_trials=1)
            except TooManyError:
                return
            except (StoppedError, KeyboardInterrupt):
                put_back_own(study, name)
                return
            except optuna.exceptions.UpdateFinishedTrialError:
                continue  # it was taken for dead, asleep for long perhaps, and the trial was given to another


def value_of(
    trial: Trial,
    plan: SearchPlan,
    parts: Mapping[str, Dataset],
    clock: Clock,
    is_over: Callable[[], bool] = lambda: False,
) -> float:
    """Return the value of the settings that a trial chooses; raise TrialPruned where they are hopeless."""
    import optuna

    began = time.perf_counter()
    recipe = plan.with_settings(settings_of(trial, plan))
    clock.choosing += time.perf_counter() - began
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
        clock.trying += seconds
        trial.set_user_attr(SECONDS, round(seconds, 4))


def put_back_own(study: Study, name: str) -> None:
    """Queue again the settings of the trial that this worker has left, which Optuna has noted as failed."""
    from optuna.trial import TrialState

    own = [trial for trial in study.get_trials(states=(TrialState.FAIL,)) if trial.user_attrs.get(WORKER) == name]
    if own:
        queue_again(study, own[-1])


def main() -> None:
    """Do the task that stands on standard input."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all processes; the one in front tells us
    task: WorkerTask = pickle.load(sys.stdin.buffer)
    stop = threading.Event()

    def listen() -> None:
        os.read(0, 1)  # not by sys.stdin: a thread that waits in it makes Python abort at its end
        stop.set()
        time.sleep(PATIENCE)
        os._exit(1)

    threading.excepthook = lambda _: None  # Optuna's sign of life, where nobody answers: the try itself will notice
    threading.Thread(target=listen, daemon=True).start()
    try:
        with quiet_optuna(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the command in front has said what there is to say of the data
            work(task, stop)
    except ConnectionError:
        sys.exit(1)  # the search learns by itself that its database is away, or starts another worker
    except Exception as error:
        sys.stdout.write(f"{type(error).__name__}: {' '.join(str(error).split())}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
