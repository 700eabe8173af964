"""The execution plan of a network for the compiled program, as arrays of integers and options.

Each layer and each activation is one row of integers (an op): its sizes, the offsets of its input, output, and
gradients in the workspace, and the addresses of its functions. Another row, the frame, describes the whole job.
program_layout.py names their entries.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from glassnet.common.arrays import AnyArray, Array, IntArray
from glassnet.engines.compiled import capabilities, kernel_families, kernel_loader
from glassnet.engines.compiled import program_layout as f
from glassnet.engines.compiled.kernels.activations import IN_PLACE
from glassnet.engines.compiled.kernels.periodic_embedding import MORE_VALUES
from glassnet.maths import activations
from glassnet.maths.losses import Loss
from glassnet.network.columnwise import ParametricActivation, Scale
from glassnet.network.embedding import Embedding
from glassnet.network.layer import Layer, Operation
from glassnet.network.layers import Activation, Dense, Dropout
from glassnet.network.members import MemberDense
from glassnet.network.network import Network
from glassnet.network.normalization import BatchNorm, LayerNorm
from glassnet.network.parameters import Layout
from glassnet.network.periodic_embedding import PeriodicEmbedding
from glassnet.network.piecewise_linear import PiecewiseLinearEmbedding

FEW_ROWS = 4
"""Up to this number of rows, transposing W costs more than it saves."""

LINE = 64
"""Bytes of a cache line; arrays of the workspace are aligned to it."""

KINDS = {"distribution": 1, "probability": 3}
"""How correct predictions are counted; 2 is a distribution whose targets are probabilities."""

PRODUCTS = (Dense, MemberDense)
"""Layers whose input is multiplied by a W."""

SHARED = (Dense, MemberDense, Scale, ParametricActivation, PeriodicEmbedding, PiecewiseLinearEmbedding)
"""Layers whose threads each compute a part of the gradients of their parameters."""


@dataclass
class ExecutionPlan:
    """The plan of a network and its loss, and the memory they need.

    frame: (FRAME_FIELDS,), ops: (ops, OP_FIELDS), integers: (…,), all int64; options: (…,) float64.
    numbers: size of the workspace for a batch of `rows` rows. kept: arrays whose addresses are in the frame and that
    must live as long as it.
    """

    frame: AnyArray
    ops: AnyArray
    integers: AnyArray
    options: AnyArray
    rows: int
    numbers: int
    kept: list[object]


class _Workspace:
    """Allocates consecutive ranges of a workspace, aligned to cache lines."""

    def __init__(self, itemsize: int) -> None:
        self.line, self.size = LINE // itemsize, 0

    def take(self, numbers: int) -> int:
        offset = self.size
        self.size += -(-numbers // self.line) * self.line
        return offset


def make_plan(network: Network, loss: Loss | None, rows: int, train: bool, labels: bool) -> ExecutionPlan:
    """Return the execution plan of a network for batches of at most `rows` rows.

    loss: None to compute only the output. train: whether to include the backward pass. labels: whether targets are
    class indices.
    """
    space, options, integers = _Workspace(network.dtype.itemsize), _NumberList(), _NumberList()
    operations = _without_identities(network.operations, train)
    from_logits = loss is not None and network.is_canonical(loss)
    # The identity is not an operation; the logits are then the output.
    skips_last = from_logits and bool(operations) and not _is_identity(network.operations[-1], train)
    last = len(operations) - skips_last
    first = next((i for i, operation in enumerate(operations) if operation.p), len(operations))
    ops = _forward_layout(operations, network.inputs, rows, space, train, loss is None)
    for operation, op in zip(operations, ops, strict=True):
        op[f.WANTS_DX] = operation.source > first
        _describe_operation(op, operation, network, options, integers)
        own_rows = rows * operation.parts
        if train:
            op[f.IS_TRANSPOSED] = op[f.WANTS_DX] and isinstance(operation.layer, PRODUCTS) and own_rows > FEW_ROWS
        if train or isinstance(operation.layer, PiecewiseLinearEmbedding):
            op[f.CACHE] = space.take(_cache_size(operation.layer, op, own_rows))
    frame = np.zeros(f.FRAME_FIELDS, np.int64)
    if train or loss is not None:
        frame[f.LOSS_DZ] = space.take(rows * network.outputs)
    if train:
        _gradient_layout(operations, ops, range(first, last), int(frame[f.LOSS_DZ]), rows, space)
    frame[f.BATCH_X] = space.take(rows * network.inputs if train else 0)
    frame[f.OPS], frame[f.FIRST], frame[f.LAST] = len(ops), min(first, last), last
    frame[f.WIDTH_IN], frame[f.WIDTH_OUT] = network.inputs, network.outputs
    frame[f.BATCH], frame[f.THREADS], frame[f.LOSS_PARTS] = rows, 1, 1
    frame[f.LOSS_A] = ops[-1][f.Y] if ops else -1
    frame[f.LOSS_Z] = ops[last][f.X] if skips_last else frame[f.LOSS_A]
    kind = KINDS.get(network.output_kind, 0)
    frame[f.PREDICTION_KIND] = 2 if kind == 1 and not labels else kind
    if loss is not None:
        _describe_loss(frame, network, loss, labels, options)
    product = kernel_loader.addresses(kernel_families.PRODUCT, "product", network.dtype.name)
    frame[f.PRODUCT_FUNCTION] = product["product"]
    all_ops = np.array(ops, np.int64).reshape(len(ops), f.OP_FIELDS)
    plan = ExecutionPlan(
        frame, all_ops, integers.array(np.int64), options.array(np.float64), rows, space.size, [network]
    )
    _write_addresses(plan, network)
    return plan


def _forward_layout(
    operations: Sequence[Operation], inputs: int, rows: int, space: _Workspace, train: bool, keeps_output: bool
) -> list[IntArray]:
    """Return a row of integers per operation, (OP_FIELDS,), with its widths and the offsets of its input and output.

    keeps_output: whether the last output is needed, so that the last operation may not work in place.
    """
    ops: list[IntArray] = []
    offsets, widths = [-1], [inputs]  # of the outputs by number; -1: the batch itself
    users = Counter(number for operation in operations for number in (operation.source, operation.added))
    for i, operation in enumerate(operations):
        layer, op, source, parts = operation.layer, np.zeros(f.OP_FIELDS, np.int64), operation.source, operation.parts
        inputs = widths[source] // parts
        op[f.INPUTS], op[f.OUTPUTS], op[f.ROWS_PER_ROW] = inputs, layer.output_width(inputs), parts
        op[f.X], op[f.ADDED_Y] = offsets[source], f.NOTHING if operation.added is None else offsets[operation.added]
        op[f.COPY_DY] = op[f.ADDED_DX] = f.NOTHING
        is_in_place = isinstance(layer, Activation) and activations.activation_name(layer.activation) in IN_PLACE
        # The output of an activation is needed for its backward pass, so the next one must not work in place.
        is_needed = source == 0 or (train and isinstance(operations[source - 1].layer, Activation)) or users[source] > 1
        op[f.Y] = offsets[source] if is_in_place and not is_needed else space.take(rows * parts * op[f.OUTPUTS])
        op[f.COPIES] = is_in_place and (op[f.Y] != op[f.X] or (keeps_output and i == len(operations) - 1))
        offsets.append(int(op[f.Y]))
        widths.append(parts * int(op[f.OUTPUTS]))
        ops.append(op)
    return ops


def _describe_operation(
    op: IntArray, operation: Operation, network: Network, options: _NumberList, integers: _NumberList
) -> None:
    """Write the functions, options, and parameters of an operation into its row of integers."""
    layer, dtype = operation.layer, network.dtype.name
    optional = layer.activation if isinstance(layer, (Activation, ParametricActivation)) else layer
    op[f.OPTIONS] = options.add(_numeric_options(optional))
    op[f.IS_SHARED] = isinstance(layer, SHARED)
    op[f.PARTS] = layer.members if isinstance(layer, MemberDense) else 1
    if isinstance(layer, Activation):
        name = activations.activation_name(layer.activation)
        found = kernel_loader.addresses(kernel_families.ACTIVATION, name, dtype)
    else:
        op[f.IS_LAYER] = 1
        found = kernel_loader.addresses(kernel_families.LAYER, layer.kind, dtype)
        op[f.PARAMETERS] = _offset(network.layout, operation)
        op[f.WEIGHTS] = operation.p["W"].size if isinstance(layer, PRODUCTS) else 0
        op[f.OTHERS] = sum(view.size for view in operation.p.values()) - op[f.WEIGHTS]
        op[f.RUNNING] = _offset(network.state_layout, operation)
        slots = [i for i, slot in enumerate(network.layout.slots) if slot.name.rsplit(".", 1)[0] == operation.name]
        op[f.SLOT], op[f.SLOTS] = slots[0] if slots else 0, len(slots)
    if isinstance(layer, Embedding):
        op[f.EXTRA] = integers.add(_embedding_numbers(layer, int(op[f.INPUTS])))
    if isinstance(layer, ParametricActivation):
        op[f.EXTRA] = integers.add(_activation_numbers(layer, dtype))
    for field, entry in ((f.FORWARD, "forward"), (f.BACKWARD, "backward"), (f.GRADIENT, "gradient")):
        op[field] = found.get(entry, 0)


def _gradient_layout(
    operations: Sequence[Operation], ops: Sequence[IntArray], used: range, gradient: int, rows: int, space: _Workspace
) -> None:
    """Write the offsets of the gradients of the operations `used`; `gradient` is that of the last one's output."""
    gradients = {used.stop: gradient}  # by number of the output
    for i in reversed(used):
        operation, op, own_rows = operations[i], ops[i], rows * operations[i].parts
        op[f.DY] = op[f.DX] = gradients[i + 1]
        if operation.added is not None and operation.added > used.start:
            op[f.COPY_DY] = gradients[operation.added] = space.take(own_rows * op[f.OUTPUTS])
        if not op[f.WANTS_DX]:
            continue
        if not isinstance(operation.layer, (Activation, Dropout)):  # which work in place
            op[f.DX] = space.take(own_rows * op[f.INPUTS])
        op[f.ADDED_DX] = gradients.get(operation.source, f.NOTHING)
        gradients[operation.source] = int(op[f.DX])


def _describe_loss(frame: IntArray, network: Network, loss: Loss, labels: bool, options: _NumberList) -> None:
    """Write the function and options of the loss, and the layout of its targets, into the frame."""
    name = capabilities.loss_kernel(network, loss, labels)
    found = kernel_loader.addresses(kernel_families.LOSS, name, network.dtype.name)
    frame[f.LOSS_FUNCTION], frame[f.LOSS_OPTIONS] = found["loss"], options.add(_numeric_options(loss))
    frame[f.TARGET_WIDTH] = 1 if labels else network.outputs
    frame[f.TARGET_BYTES] = 8 if labels else network.dtype.itemsize


def _write_addresses(plan: ExecutionPlan, network: Network) -> None:
    """Write the addresses of the plan's arrays and of the network's vectors into the frame."""
    frame, (theta, g, state) = plan.frame, network.vectors
    frame[f.OPS_AT], frame[f.OPTIONS_AT] = plan.ops.ctypes.data, plan.options.ctypes.data
    frame[f.INTEGERS_AT] = plan.integers.ctypes.data
    frame[f.THETA_AT], frame[f.G_AT], frame[f.STATE_AT] = theta.ctypes.data, g.ctypes.data, state.ctypes.data
    frame[f.PARAMETERS_SIZE] = theta.size
    plan.kept += [theta, g, state]


class _NumberList:
    """Concatenates short lists of numbers."""

    def __init__(self) -> None:
        self.all: list[float] = []

    def add(self, numbers: Sequence[float]) -> int:
        offset = len(self.all)
        self.all += numbers
        return offset

    def array(self, kind: npt.DTypeLike) -> AnyArray:
        return np.array([*self.all, 0], kind)  # never empty, so that it has an address


def _without_identities(operations: Sequence[Operation], train: bool) -> list[Operation]:
    """Return the operations that compute something, with the numbers of their inputs among these."""
    kept: list[Operation] = []
    numbers = [0]  # of each output among those that are kept
    for operation in operations:
        if _is_identity(operation, train):
            numbers.append(numbers[operation.source])
        else:
            added = None if operation.added is None else numbers[operation.added]
            kept.append(replace(operation, source=numbers[operation.source], added=added))
            numbers.append(len(kept))
    return kept


def _is_identity(step: Operation, train: bool) -> bool:
    if isinstance(step.layer, Dropout):
        return not train or step.layer.rate == 0
    return isinstance(step.layer, Activation) and type(step.layer.activation) is activations.Identity


def _numeric_options(component: Any) -> list[float]:
    """Return the numeric options of an activation, a loss, or a layer, in the order of its fields.

    None, a limit that is not set, becomes infinity; sequences are preceded by their length.
    """
    numbers: list[float] = []
    for field in fields(component) if hasattr(component, "__dataclass_fields__") else ():
        value = getattr(component, field.name)
        if isinstance(value, tuple):
            numbers += [len(value), *map(float, value)]
        elif value is None or isinstance(value, (bool, int, float, np.number)):
            numbers.append(math.inf if value is None else float(value))
    return numbers


def _offset(layout: Layout, step: Operation) -> int:
    return next((slot.start for slot in layout.slots if slot.name.rsplit(".", 1)[0] == step.name), 0)


def _cache_size(layer: Layer, op: AnyArray, rows: int) -> int:
    inputs = int(op[f.INPUTS])
    if isinstance(layer, MemberDense) and not layer.shared:
        return 2 * int(op[f.WEIGHTS])
    if isinstance(layer, PRODUCTS):
        return int(op[f.WEIGHTS]) if op[f.IS_TRANSPOSED] else 0
    if isinstance(layer, (Dropout, ParametricActivation)):
        return rows * inputs
    if isinstance(layer, BatchNorm):
        return (rows + 3) * inputs
    if isinstance(layer, PeriodicEmbedding):
        return rows * layer.columns * (layer.units - 1 + MORE_VALUES)
    if isinstance(layer, LayerNorm):
        return rows * (inputs + 1)
    if isinstance(layer, PiecewiseLinearEmbedding):
        return layer.columns * (layer.bins * layer.units + 2 * rows)
    return 0


def _embedding_numbers(layer: Embedding, inputs: int) -> list[int]:
    begins = np.cumsum((0, *layer.levels[:-1])).tolist()
    taken = [number for pair in zip(layer.columns, begins, strict=True) for number in pair]
    passing = [column for column in range(inputs) if column not in layer.columns]
    return [len(layer.columns), layer.units, sum(layer.levels) * layer.units, *taken, *passing]


def _activation_numbers(layer: ParametricActivation, dtype: str) -> list[int]:
    name = activations.activation_name(layer.activation)
    found = kernel_loader.addresses(kernel_families.ACTIVATION, name, dtype)
    return [found["forward"], found["backward"], name in IN_PLACE]


def aligned(numbers: int, dtype: npt.DTypeLike) -> Array:
    """Return an array of this size, aligned to a cache line."""
    dtype = np.dtype(dtype)
    room = np.empty(numbers * dtype.itemsize + LINE, np.uint8)
    skip = -room.ctypes.data % LINE
    return room[skip : skip + numbers * dtype.itemsize].view(dtype)
