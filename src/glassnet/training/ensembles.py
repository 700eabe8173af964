"""Training several networks: an ensemble, or the folds of a cross-validation, one network per thread."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import replace
from typing import Any

import numpy as np

from glassnet.common import interrupts
from glassnet.common.streams import is_terminal
from glassnet.engines.compiled.thread_team import allowed
from glassnet.maths.optimizers import LBFGS, optimizer
from glassnet.network.network import Network
from glassnet.training.activation_stats import ActivationRecorder
from glassnet.training.fit import session
from glassnet.training.history import History
from glassnet.training.options import TrainingOptions
from glassnet.training.progress import progress_bar


def seed_of(seed: int, network: int) -> int:
    """Return the seed of each network of a run: the seed of the run for the first, derived seeds for the others.

    >>> seed_of(7, 0), seed_of(7, 1) != seed_of(8, 1)
    (7, True)
    """
    return seed if network == 0 else int(np.random.SeedSequence([seed, network]).generate_state(1)[0])


def side_by_side(count: int, work: Callable[[int, threading.Event], None], threads: int | None) -> None:
    """Call work(number, stop) for 0 … count - 1 in parallel threads; return when all have ended.

    threads: number of parallel calls (default: the allowed number of threads). stop: an event that is set after the
    first error or Ctrl-C; work should then end soon. Raises the first error, or KeyboardInterrupt.
    """
    stop, busy = threading.Event(), [threading.Lock() for _ in range(count)]

    def one(number: int) -> None:
        with busy[number]:
            if stop.is_set():
                return
            try:
                work(number, stop)
            except BaseException:
                stop.set()
                raise

    if count == 1:
        one(0)
        return
    with ThreadPoolExecutor(min(count, threads or allowed())) as pool:
        try:
            waiting = {pool.submit(one, number) for number in range(count)}
            while waiting:  # with a timeout, since a thread that waits for another may not notice Ctrl-C
                done, waiting = wait(waiting, timeout=0.2, return_when=FIRST_EXCEPTION)
                for future in done:
                    future.result()
        except BaseException:
            stop.set()
            # The pool does not track a thread whose start was interrupted, so it is not used to wait.
            for lock in busy:
                with lock:
                    pass
            raise
        finally:
            pool.shutdown(cancel_futures=True)


def train_ensemble(
    networks: Sequence[Network],
    data: Any,
    options: TrainingOptions,
    *,
    seed: int,
    progress: bool | None = False,
    recorder: ActivationRecorder | None = None,
    **others: Any,
) -> list[History]:
    """Train several networks on the same data, each with its own seed, and return their histories.

    progress: show one bar for all; None: only on a terminal. recorder: records statistics of the first network. others:
    valid, preprocessing, and so on, as for `fit`. Networks are trained in parallel, on one thread each; results do not
    depend on the number of threads. After Ctrl-C, networks that have not started have a history without records.
    """
    histories = [History(stop_reason="interrupted") for _ in networks]
    alone = replace(options, threads=1) if len(networks) > 1 else options

    def train_one(number: int, stop: threading.Event) -> None:
        own = {"seed": seed_of(seed, number), "progress": False, **others}
        with session(networks[number], data, None, alone, **own) as (records, histories[number]):
            for record in records:
                bar.show(record)
                if recorder is not None and number == 0:
                    recorder.look(record.epoch)
                if stop.is_set():
                    raise KeyboardInterrupt
            if len(networks) == 1:
                interrupts.trained()

    def announcement() -> str:
        if isinstance(optimizer(options.optimizer), LBFGS):
            return "stopping; keeping the parameters so far"
        return "stopping; keeping the best epoch" if any(map(len, histories)) else "stopping; no epoch is finished"

    is_shown = is_terminal(sys.stderr) if progress is None else progress
    with interrupts.training(announcement), progress_bar(options.epochs * len(networks), is_shown) as bar:
        try:
            side_by_side(len(networks), train_one, options.threads)
        except KeyboardInterrupt:
            if len(networks) == 1:
                raise
        interrupts.trained()
    return histories
