"""Where in the plan's memory each number stands: what Python writes there, the compiled program reads.

The plan of a network is one row of integers per step of its forward pass (an op), the frame is one row for the whole
job. Offsets count numbers, addresses bytes.
"""

from __future__ import annotations

# An op: one layer, or one activation.
(
    IS_LAYER,  # 1 for a layer, 0 for an activation
    INPUTS,
    OUTPUTS,
    PARAMETERS,  # offset of its first parameter in θ and g
    RUNNING,  # offset of its first running value in the state
    X,  # offset of its input in the workspace; below 0 where the input is the data's
    Y,  # offset of its output in the workspace
    DY,  # offset of the gradient with respect to its output
    DX,  # offset of the gradient with respect to its input
    CACHE,  # offset of what it keeps for its own backward
    WANTS_DX,  # 1 where something below it learns
    OPTIONS,  # offset of its first option among the options
    FORWARD,  # addresses of its functions; 0 where there is none
    BACKWARD,
    GRADIENT,
    WEIGHTS,  # how many of its parameters are weights; they come first
    OTHERS,  # and how many are not
    IS_SHARED,  # 1 where threads divide W's rows and b among them; else thread 0 takes care of the parameters
    IS_TURNED,  # 1 where backward multiplies with Wᵀ
    EXTRA,  # where a layer's own whole numbers begin
    COPIES,  # 1 for an activation that works in place, where its input lies elsewhere
) = range(21)
OP_FIELDS = 21

# The frame: everything else.
(
    OPS,  # how many ops there are
    FIRST,  # the first op that owns parameters: nothing below it is asked for a gradient
    LAST,  # the last op that runs by itself; what comes after it is part of the loss
    OPS_AT,  # addresses: the ops, their options,
    OPTIONS_AT,
    INTEGERS_AT,  # layers' own whole numbers,
    THETA_AT,
    G_AT,
    STATE_AT,
    WORK_AT,
    X_AT,
    ORDER_AT,  # which of the rows there make up the block, or 0 if all do,
    Y_AT,  # the targets,
    WEIGHTS_AT,  # the rows' weights, or 0
    LOSSES_AT,  # every row's loss, (batch,)
    RESULT_AT,  # see RESULT below
    WIDTH_IN,
    WIDTH_OUT,
    TARGET_WIDTH,  # entries per row of the targets
    TARGET_BYTES,  # bytes of one of them
    ANSWER_KIND,  # what the output is: see answers
    LOSS_FUNCTION,
    LOSS_OPTIONS,
    LOSS_Z,  # offsets in the workspace: the last logits, the output, the gradient with respect to one of them
    LOSS_A,
    LOSS_DZ,
    BATCH_X,  # the rows of the batch, copied there
    OPTIMIZER_FUNCTION,  # 0: compute g and stop there
    MEMORY_AT,  # the optimizer's vectors, (k, parameters),
    MEMORY_PITCH,  # and how many numbers lie between the beginnings of two of them
    AVERAGE_AT,  # the average of θ, or 0
    COEFFICIENTS_AT,  # one row of numbers for every step
    COEFFICIENTS,  # how many numbers a row has
    SEGMENTS_AT,  # pairs of first and last: the ranges of θ, weights and others by turns
    SEGMENTS,
    PARAMETERS_SIZE,
    PENALTY_AT,  # l1, l2, clip_value, clip_norm, and whether l2 is divided by the batch's Σw; all 0 where there is none
    HAS_PENALTY,
    IS_CAREFUL,  # 1 where all threads wait for the whole of g before anything is moved
    SUMS_AT,  # partial sums of penalties and of g², two per chunk
    ROWS,  # rows of the block
    BATCH,  # rows of a batch
    STEP,  # first and last step to make now
    STEPS,
    THREADS,
    TEAM_AT,  # the barrier's counters
    DRAW_FUNCTION,  # the bit generator's next_uint32 and its state
    DRAW_STATE,
    PRODUCT_FUNCTION,
    PENALTY_FUNCTION,
    STEPS_FUNCTION,
) = range(51)
FRAME_FIELDS = 51

# What the program writes for every thread: eight numbers, a cache line; TOTAL is the batch's Σw.
LOSS, CORRECT, ROWS_DONE, FAILED_STEP, FAILED_LOSS, ADDED, TOTAL = range(7)
RESULT_FIELDS = 8

SLAB = 1 << 20
"""How many numbers are worked on before a thread looks whether it should stop: about a millisecond."""

CHUNK = 8192
"""How many parameters are summed up at a time; the order of summation does not depend on how many threads there are."""

LINE = 8
"""How many int64 a cache line holds; what two threads write stands this far apart."""

# The team's counters, each on a cache line of its own: how many arrivals there were at places where threads wait for
# each other; whether a thread never came; whether everybody is asked to stop, and whether everybody will, after this
# step; the address of the function that lets other threads run; how often the team was called, below 0 for the last
# time. Then every thread's line.
ARRIVALS, MISSING, ABORT, STOP, YIELD, TICKET, FIRST_THREAD = range(7)

# A thread's line: how often it has arrived, the last call it has served, whether it is awake, and whether it was
# asleep when it was called.
ARRIVED, SERVED, IS_AWAKE, WAS_ASLEEP = range(4)

LOOKS = 4000
"""How often a thread looks for the next call before it goes to sleep: about a millisecond."""
