"""Layout of the execution plan in memory: Python writes it, and the compiled program reads it.

The plan of a network is one row of integers per operation of its forward pass (an op); the frame is one row for the
whole job. Offsets count numbers, addresses count bytes.
"""

from __future__ import annotations

# An op: one layer, or one activation.
(
    IS_LAYER,  # 1 for a layer, 0 for an activation
    INPUTS,
    OUTPUTS,
    PARAMETERS,  # offset of its first parameter in θ and g
    RUNNING,  # offset of its first running statistic in the state
    X,  # offset of its input in the workspace; negative if the input is the data
    Y,  # offset of its output in the workspace
    DY,  # offset of the gradient with respect to its output
    DX,  # offset of the gradient with respect to its input
    CACHE,  # offset of the values cached for its backward pass
    WANTS_DX,  # 1 if an earlier op has parameters
    OPTIONS,  # offset of its first option among the options
    FORWARD,  # addresses of its functions; 0 for none
    BACKWARD,
    GRADIENT,
    WEIGHTS,  # number of its parameters that are weights; they come first
    OTHERS,  # number of its other parameters
    IS_SHARED,  # 1 if threads divide the rows of W, and its other parameters, among them; else thread 0 has all
    IS_TRANSPOSED,  # 1 if backward multiplies with a transposed copy of W
    EXTRA,  # offset of the layer's own integers
    COPIES,  # 1 for an in-place activation whose input must be copied first
    SLOT,  # its first array of parameters among the slots, and their number
    SLOTS,
    ADDED_Y,  # offset of an output that is added to its own; negative if that is the data, NOTHING for none
    COPY_DY,  # offset of a copy of the gradient for that output, or NOTHING
    ADDED_DX,  # offset of a gradient that is added to that of its input, which has another user, or NOTHING
    PARTS,  # number of parts of its input that are multiplied by W, one row each
    ROWS_PER_ROW,  # number of its own rows in each row of the network
) = range(28)
OP_FIELDS = 28

NOTHING = -2
"""No offset."""

# The frame: everything else.
(
    OPS,  # number of ops
    FIRST,  # the first op with parameters, where the backward pass ends
    LAST,  # the last op that runs separately; later ones are part of the loss
    OPS_AT,  # addresses: the ops, their options,
    OPTIONS_AT,
    INTEGERS_AT,  # the layers' own integers,
    THETA_AT,
    G_AT,
    STATE_AT,
    WORK_AT,
    X_AT,
    ORDER_AT,  # the indices of the block's rows, or 0 for all rows,
    Y_AT,  # the targets,
    WEIGHTS_AT,  # the sample weights, or 0
    LOSSES_AT,  # the loss of each row, (batch,), or of each of its parts
    RESULT_AT,  # see RESULT below
    WIDTH_IN,
    WIDTH_OUT,
    TARGET_WIDTH,  # entries per row of the targets
    TARGET_BYTES,  # bytes of one entry
    PREDICTION_KIND,  # kind of the output: see count_correct in kernels/forward.py
    LOSS_FUNCTION,
    LOSS_OPTIONS,
    LOSS_Z,  # offsets in the workspace: the last logits, the output, the gradient with respect to one of them
    LOSS_A,
    LOSS_DZ,
    BATCH_X,  # offset of the gathered rows of the batch
    OPTIMIZER_FUNCTION,  # 0: only compute g
    MEMORY_AT,  # the optimizer's vectors, (k, parameters),
    MEMORY_PITCH,  # and the distance between two of them
    AVERAGE_AT,  # the average of θ, or 0
    COEFFICIENTS_AT,  # one row of coefficients per step
    COEFFICIENTS,  # number of coefficients in a row
    GROUP_COEFFICIENTS,  # number of coefficients of each group in a row
    SEGMENTS_AT,  # ranges of θ with the same decay, penalties, and coefficients: see SEGMENT_FIELDS
    SEGMENTS,
    SLOTS_AT,  # one segment for each array of parameters
    DROPOUT_AT,  # the factor of the dropout rates at each step, or 0
    PARAMETERS_SIZE,
    PENALTY_AT,  # l1, l2, clip_value, clip_norm, and whether l2 is divided by the batch's Σw; 0 for none
    HAS_PENALTY,
    IS_CAREFUL,  # 1 if all threads wait for the complete g before the update
    SUMS_AT,  # partial sums of penalties and of g², two per chunk
    ROWS,  # number of rows of the block
    BATCH,  # number of rows of a batch
    STEP,  # first and last step of this call
    STEPS,
    THREADS,
    TEAM_AT,  # the barrier's counters
    DRAW_FUNCTION,  # the bit generator's next_uint32 and its state, or 0 and the threads' streams: see STREAM_FIELDS
    DRAW_STATE,
    PRODUCT_FUNCTION,
    PENALTY_FUNCTION,
    STEPS_FUNCTION,
    LOSS_PARTS,  # number of parts of the output with a loss, and a weight in each row, of their own
) = range(55)
FRAME_FIELDS = 55

# A segment: first, last + 1, whether these are weights, and the number of their group of coefficients.
SEGMENT_FIRST, SEGMENT_LAST, ARE_WEIGHTS, GROUP = range(4)
SEGMENT_FIELDS = 4

# A stream: the state of a PCG64, its increment (two halves each, the low one first), whether half of its last output is
# to be drawn next, and that half. Every thread has one, on its own cache line.
STATE, INCREMENT, HAS_HALF, HALF = 0, 2, 4, 5
STREAM_FIELDS = 8

# Results of each thread: eight numbers, a cache line; TOTAL is the batch's Σw, DROPOUT the step's factor of dropout
# rates.
LOSS, CORRECT, ROWS_DONE, FAILED_STEP, FAILED_LOSS, ADDED, TOTAL, DROPOUT = range(8)
RESULT_FIELDS = 8

SLAB = 1 << 20
"""Number of values processed between two checks of the stop flag: about a millisecond."""

CHUNK = 8192
"""Number of parameters per partial sum; the order of summation does not depend on the number of threads."""

LINE = 8
"""Number of int64 in a cache line; values written by two threads are this far apart to avoid false sharing."""

# Counters of the team, each on its own cache line: arrivals at barriers; whether a thread is missing; whether all
# threads are asked to stop, and whether they will after this step; the address of the nap function; the number of
# calls, negative for the last one; whether the call ends after this step because threads wait too long for each other;
# the next step after the call. Then one line per thread.
ARRIVALS, MISSING, ABORT, STOP, NAP, TICKET, LEAVE, NEXT_STEP, FIRST_THREAD = range(9)

# The line of a thread: its number of arrivals, the last call it has served, whether it is awake, whether it was
# asleep when it was called, and its number of naps in this call.
ARRIVED, SERVED, IS_AWAKE, WAS_ASLEEP, NAPS = range(5)

POLLS_BEFORE_NAP = 2000
"""Number of polls before a waiting thread naps between two polls: less than a tenth of a millisecond."""

NAP_MICROSECONDS = 50
"""Length of a nap.

A thread must not poll without end, or yield its core, if the thread that it waits for has none: next to busy processes,
it would soon have used up its share of processor time, and be late itself.
"""

MAX_NAPS = 4
"""A call ends after a step in which its threads have napped more often, so that the next one may use fewer threads."""

MAX_POLLS = POLLS_BEFORE_NAP + 10
"""Number of times a thread polls for the next call before it sleeps: about a millisecond."""
