"""The random numbers of a job: the stream of the run's bit generator, at which every thread can start by itself."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray
from glassnet.engines.compiled import program_layout as f

HALF_SIZE = 1 << 64


class RandomStreams:
    """One stream per thread for PCG64, NumPy's default; the first thread calls any other bit generator for all."""

    def __init__(self, threads: int) -> None:
        self.streams = np.zeros((threads, f.STREAM_FIELDS), np.uint64)
        self.generator: Any = None

    def point_to(self, frame: AnyArray, rng: np.random.Generator) -> None:
        """Write the source of random numbers into the frame."""
        self.generator = rng.bit_generator
        if type(self.generator) is np.random.PCG64:
            frame[f.DRAW_FUNCTION], frame[f.DRAW_STATE] = 0, self.streams.ctypes.data
        else:
            interface = self.generator.ctypes
            frame[f.DRAW_FUNCTION] = ctypes.cast(interface.next_uint32, ctypes.c_void_p).value or 0
            frame[f.DRAW_STATE] = interface.state_address

    @contextmanager
    def of_call(self) -> Iterator[None]:
        """Give the threads the state of the generator for one call of the program, and afterwards theirs to it."""
        generator = self.generator
        if type(generator) is not np.random.PCG64:
            yield
            return
        state = generator.state
        numbers = state["state"]
        halves = [half for key in ("state", "inc") for half in (numbers[key] % HALF_SIZE, numbers[key] // HALF_SIZE)]
        self.streams[:, : f.HALF + 1] = [*halves, state["has_uint32"], state["uinteger"]]
        try:
            yield
        finally:
            low, high, *_, has_half, half = (int(number) for number in self.streams[0, : f.HALF + 1])
            new = numbers | {"state": low + high * HALF_SIZE}
            generator.state = state | {"state": new, "has_uint32": has_half, "uinteger": half}
