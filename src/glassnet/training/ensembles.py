"""Networks that learn what a recipe says: one, or several side by side whose answers will be averaged."""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from glassnet.engines.compiled.thread_team import allowed
from glassnet.network.network import Network
from glassnet.training.activation_stats import ActivationRecorder
from glassnet.training.fit import fit_session
from glassnet.training.history import History
from glassnet.training.progress import progress_bar


def seed_of(seed: int, network: int) -> int:
    """Return the seed of a run's networks: the run's own for the first, others for the others.

    >>> seed_of(7, 0), seed_of(7, 1) != seed_of(8, 1)
    (7, True)
    """
    return seed if network == 0 else int(np.random.SeedSequence([seed, network]).generate_state(1)[0])


def learn(
    networks: Sequence[Network],
    data: Any,
    *,
    seed: int,
    progress: bool | None = False,
    watch: ActivationRecorder | None = None,
    **options: Any,
) -> list[History]:
    """Train every network on the same data, each from its own seed, and return their histories.

    Several are trained at once, one per thread; the numbers do not depend on how many that are. progress: show a bar
    for all; None: where a terminal would show it. watch: looks at the first network. options: those of `fit`. After
    Ctrl-C, networks that have not begun have a history without records.
    """
    stop = threading.Event()
    shown = sys.stderr.isatty() if progress is None else progress
    histories = [History(stop_reason="interrupted") for _ in networks]

    busy = [threading.Lock() for _ in networks]
    alone: dict[str, Any] = {"threads": 1} if len(networks) > 1 else {}

    def one(number: int) -> None:
        with busy[number]:
            if not stop.is_set():
                train_one(number)

    def train_one(number: int) -> None:
        own = {"seed": seed_of(seed, number), "progress": False, **alone, **options}
        try:
            with fit_session(networks[number], data, **own) as (records, histories[number]):
                for record in records:
                    bar.show(record)
                    if watch is not None and number == 0:
                        watch.look(record.epoch)
                    if stop.is_set():
                        raise KeyboardInterrupt
        except BaseException:
            stop.set()
            raise

    with progress_bar(options["epochs"] * len(networks), shown) as bar:
        if len(networks) == 1:
            one(0)
            return histories
        with ThreadPoolExecutor(min(len(networks), allowed())) as pool:
            try:
                for future in [pool.submit(one, number) for number in range(len(networks))]:
                    future.result()
            except KeyboardInterrupt:
                stop.set()
                # The pool does not know of a thread in whose start it was interrupted, so it is not asked.
                for lock in busy:
                    with lock:
                        pass
            finally:
                pool.shutdown(cancel_futures=True)
    return histories
