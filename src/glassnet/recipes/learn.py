"""Networks that learn what a recipe says: one, or several side by side whose answers will be averaged."""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np

from glassnet.engines.compiled.teams import allowed
from glassnet.network.network import Network
from glassnet.training.fit import fitting
from glassnet.training.glimpses import Watch
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
    watch: Watch | None = None,
    **options: Any,
) -> list[History]:
    """Train every network on the same data, each from its own seed, and return their histories.

    Several are trained at once, one per thread; the numbers do not depend on how many that are. progress: show a bar
    for all; None: where a terminal would show it. watch: looks at the first network. options: those of `fit`. After
    Ctrl-C, networks that have not begun have a history without records.
    """
    stop = threading.Event()
    shown = sys.stderr.isatty() if progress is None else progress

    def one(number: int) -> History:
        own: dict[str, Any] = {"threads": 1} if len(networks) > 1 else {}
        try:
            with fitting(networks[number], data, seed=seed_of(seed, number), progress=False, **own, **options) as (
                records,
                history,
            ):
                for record in records:
                    bar.show(record)
                    if watch is not None and number == 0:
                        watch.look(record.epoch)
                    if stop.is_set():
                        raise KeyboardInterrupt
        except BaseException:
            stop.set()
            raise
        return history

    with progress_bar(options["epochs"] * len(networks), shown) as bar:
        if len(networks) == 1:
            return [one(0)]
        with ThreadPoolExecutor(min(len(networks), allowed())) as pool:
            begun: list[Future[History]] = []
            try:
                begun.extend(pool.submit(one, number) for number in range(len(networks)))
                return [future.result() for future in begun]
            except KeyboardInterrupt:
                stop.set()
                never = [future.cancel() for future in begun]
                made = [future.result() for gone, future in zip(never, begun, strict=True) if not gone]
                return made + [History(stop_reason="interrupted") for _ in networks[len(made) :]]
            finally:
                pool.shutdown(cancel_futures=True)
