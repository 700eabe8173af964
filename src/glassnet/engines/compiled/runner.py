"""Training with the compiled program: the memory of one job, and the calls that run its steps."""

from __future__ import annotations

import ctypes
import time

import numpy as np

from glassnet.common.arrays import AnyArray, Array
from glassnet.engines.compiled import kernel_families, kernel_loader
from glassnet.engines.compiled import program_layout as f
from glassnet.engines.compiled.autotune import Autotuner
from glassnet.engines.compiled.kernels.optimizers import kernel_name, numbers_of
from glassnet.engines.compiled.plan import ExecutionPlan, aligned, make_plan
from glassnet.engines.compiled.random_streams import RandomStreams
from glassnet.engines.compiled.thread_team import ThreadTeam
from glassnet.engines.job import NO_FACTORS, DivergenceError, Job, RunningTotals, StepFactors
from glassnet.maths.ema import average_decays
from glassnet.maths.optimizers.adam import AdamW, NAdam
from glassnet.network.layers import Dropout
from glassnet.network.parameter_groups import GroupFactors, factors_of


class StepRunner:
    """Runs the steps of one job, for batches of up to `rows` rows."""

    def __init__(self, job: Job, rows: int, labels: bool, threads: int) -> None:
        network, optimizer = job.network, job.optimizer
        moved = [*network.vectors, network.state, *([] if job.state is None else [job.state.vectors]), job.average]
        if not all(array is None or array.flags.writeable for array in moved):
            raise ValueError("output array is read-only: training updates parameters and state in place")
        dtype = network.dtype.name
        self.job = job
        self.plan: ExecutionPlan = make_plan(network, job.loss, rows, train=True, labels=labels)
        frame = self.frame = self.plan.frame
        self.work = aligned(self.plan.numbers, network.dtype)
        self.losses = aligned(rows * job.loss_parts, network.dtype)
        self.result = aligned(threads * f.RESULT_FIELDS, np.float64).reshape(threads, f.RESULT_FIELDS)
        # Forward, dx, and dW take one multiplication per weight and row each.
        self.autotuner = Autotuner(3.0 * rows * network.parameters.size, threads)
        self.penalty = np.array([job.l1, job.l2, job.clip_value or 0, job.clip_norm or 0, job.l2_per_row])
        chunks = -(-network.parameters.size // f.CHUNK)
        self.sums = np.empty(2 * chunks)
        self.slots, self.groups = slots(job)
        self.segments = self.slots if are_separate(job) else np.array([[0, network.parameters.size, 1, 0]], np.int64)
        self.table = np.empty((0, 0))
        self.random = RandomStreams(threads)
        self.draws = any(isinstance(step.layer, Dropout) for step in network.operations)
        frame[f.WORK_AT], frame[f.LOSSES_AT] = self.work.ctypes.data, self.losses.ctypes.data
        frame[f.RESULT_AT] = self.result.ctypes.data
        frame[f.PENALTY_AT], frame[f.SUMS_AT] = self.penalty.ctypes.data, self.sums.ctypes.data
        frame[f.HAS_PENALTY] = bool(self.penalty[:4].any())
        frame[f.SEGMENTS_AT], frame[f.SEGMENTS] = self.segments.ctypes.data, len(self.segments)
        frame[f.SLOTS_AT] = self.slots.ctypes.data
        frame[f.BATCH], frame[f.LOSS_PARTS] = rows, job.loss_parts
        if job.state is not None:
            self.step_numbers = numbers_of(optimizer)
            frame[f.OPTIMIZER_FUNCTION] = kernel_loader.addresses(
                kernel_families.OPTIMIZER, kernel_name(optimizer), dtype
            )["step"]
            memory = job.state.vectors
            frame[f.MEMORY_AT], frame[f.MEMORY_PITCH] = memory.ctypes.data, memory.strides[0] // memory.itemsize
            frame[f.AVERAGE_AT] = 0 if job.average is None else job.average.ctypes.data
        entries = kernel_loader.addresses(kernel_families.PROGRAM, "steps", dtype)
        frame[f.STEPS_FUNCTION] = entries["steps"]
        if frame[f.HAS_PENALTY]:
            frame[f.PENALTY_FUNCTION] = kernel_loader.addresses(kernel_families.PROGRAM, "penalties", dtype)[
                "penalties"
            ]
        one, two = (ctypes.CFUNCTYPE(None, ctypes.c_void_p, *more) for more in ((), (ctypes.c_ssize_t,)))
        kinds = {"steps": two, "run_worker": two, "call_threads": one}
        self.team = ThreadTeam(threads, {name: kind(entries[name]) for name, kind in kinds.items()}, frame)

    def run(
        self,
        X: Array,
        Y: AnyArray,
        weights: Array | None,
        rates: Array,
        rng: np.random.Generator | None,
        order: AnyArray | None = None,
        factors: StepFactors = NO_FACTORS,
    ) -> RunningTotals:
        """Run one step per batch of the block and return the totals; see engine.run."""
        job, state, frame = self.job, self.job.state, self.frame
        assert state is not None
        steps = len(rates)
        made = np.arange(state.steps + 1, state.steps + steps + 1)
        if weights is not None:
            by_row = weights.reshape(len(Y), -1).sum(axis=1)
            counts = np.add.reduceat(by_row, np.arange(0, len(Y), int(frame[f.BATCH]))) > 0
            made = state.steps + np.cumsum(counts)
        coefficients = self.coefficients(rates, made, factors.weight_decay)
        dropout = None if factors.dropout is None else np.ascontiguousarray(factors.dropout, np.float64)
        frame[f.DROPOUT_AT] = 0 if dropout is None else dropout.ctypes.data
        order = None if order is None else np.ascontiguousarray(order, np.int64)
        self.point_to(X, Y, weights, rng, order)
        self.result[:] = 0
        step = 0
        while step < steps:
            step = self.call(step, steps)
            failed = int(self.result[0, f.FAILED_STEP])
            if failed:
                state.steps = int(made[failed - 1]) - 1
                raise DivergenceError(float(self.result[0, f.FAILED_LOSS]), failed)
        state.steps = int(made[-1])
        if isinstance(job.optimizer, NAdam):
            state.momentum_product = float(coefficients[-1, -1])
        return self.totals()

    def gradient(
        self, X: Array, Y: AnyArray, weights: Array | None, rng: np.random.Generator | None
    ) -> tuple[float, Array, Array]:
        """Return the mean loss with its penalties, the output, and g."""
        frame = self.frame
        self.point_to(X, Y, weights, rng)
        self.result[:], frame[f.DROPOUT_AT] = 0, 0
        moves, frame[f.OPTIMIZER_FUNCTION] = int(frame[f.OPTIMIZER_FUNCTION]), 0
        self.call(0, 1)
        frame[f.OPTIMIZER_FUNCTION] = moves
        loss = self.result[0, f.FAILED_LOSS] if self.result[0, f.FAILED_STEP] else self.result[0, f.LOSS] / len(X)
        offset, width = int(frame[f.LOSS_A]), self.job.network.outputs
        return (
            float(loss),
            self.work[offset : offset + len(X) * width].reshape(len(X), width),
            self.job.network.vectors[1],
        )

    def call(self, step: int, steps: int) -> int:
        """Run some of the steps from `step` to `steps` - 1 in one call, and return the next step."""
        threads, count = self.autotuner.next_call(steps - step)
        after = step + count
        frame, is_slow = self.frame, self.autotuner.is_slow(threads)
        frame[f.STEP], frame[f.STEPS], frame[f.THREADS] = step, after, threads
        frame[f.IS_CAREFUL] = is_slow or bool(frame[f.HAS_PENALTY])
        started = time.perf_counter()
        with self.random.of_call():
            (self.team.slow_steps if is_slow else self.team.steps)(threads)
        reached = self.team.next_step
        self.autotuner.measured(threads, reached - step, time.perf_counter() - started)
        return reached

    def point_to(
        self,
        X: Array,
        Y: AnyArray,
        weights: Array | None,
        rng: np.random.Generator | None,
        order: AnyArray | None = None,
    ) -> None:
        """Write the addresses of this block's rows and the random generator into the frame."""
        frame = self.frame
        frame[f.X_AT], frame[f.Y_AT] = X.ctypes.data, Y.ctypes.data
        frame[f.WEIGHTS_AT] = 0 if weights is None else weights.ctypes.data
        frame[f.ORDER_AT] = 0 if order is None else order.ctypes.data
        frame[f.ROWS] = len(Y)
        if rng is not None and self.draws:
            self.random.point_to(frame, rng)

    def coefficients(self, rates: Array, made: AnyArray, decay_factors: Array | None = None) -> Array:
        """Return the coefficients of each step.

        Each group of parameters has the decay of weights, of others, and of the average, then the optimizer's numbers.
        """
        job = self.job
        assert job.state is not None
        of_average = average_decays(job.ema, made) if job.ema else 0.0
        decay_factor = 1.0 if decay_factors is None else decay_factors
        columns: list[Array | float] = []
        for factors in self.groups:
            own = rates * factors.learning_rate
            decays = (job.decay_of(is_weight, factors) for is_weight in (True, False))
            columns += [1 - own * decay * decay_factor if decay else 1.0 for decay in decays]
            # Before the first step, batches whose weights are all 0 have `made` = 0; they are skipped and use no
            # coefficients.
            columns += [of_average, *self.step_numbers(job.state, own, np.maximum(made, 1))]
        self.frame[f.GROUP_COEFFICIENTS] = len(columns) // len(self.groups)
        if self.table.shape != (len(rates), len(columns)):
            self.table = np.empty((len(rates), len(columns)))
            self.frame[f.COEFFICIENTS_AT], self.frame[f.COEFFICIENTS] = self.table.ctypes.data, len(columns)
        for i, column in enumerate(columns):
            self.table[:, i] = column
        return self.table

    def totals(self) -> RunningTotals:
        """Return the totals of the last block."""
        totals = RunningTotals()
        totals.loss, totals.rows = float(self.result[0, f.LOSS]), int(self.result[0, f.ROWS_DONE])
        kind = self.frame[f.PREDICTION_KIND]
        totals.correct = int(sum(self.result[:, f.CORRECT].tolist())) if kind else None
        return totals


def slots(job: Job) -> tuple[AnyArray, list[GroupFactors]]:
    """Return one segment for each array of parameters, (arrays, SEGMENT_FIELDS), and the distinct groups."""
    layout = job.network.layout
    factors = factors_of(layout, job.parameter_groups)
    groups = list(dict.fromkeys(factors))
    rows = [
        (slot.start, slot.stop, slot.is_weight, groups.index(own))
        for slot, own in zip(layout.slots, factors, strict=True)
    ]
    return np.array(rows, np.int64), groups


def are_separate(job: Job) -> bool:
    """Return whether arrays of parameters differ in their penalties, decay, or learning rate."""
    decays = bool(job.weight_decay) or (isinstance(job.optimizer, AdamW) and not job.optimizer.decay_biases)
    return decays or bool(job.l1 or job.l2 or job.parameter_groups)
