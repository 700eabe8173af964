"""Intrinsics for loops over flat memory: pointers, calls by address, a barrier, and the flush mode.

Each is a few instructions that Numba does not provide, written in LLVM IR.
"""

from __future__ import annotations

import platform

import numpy as np
from llvmlite import ir
from numba import from_dtype, types
from numba.core import cgutils
from numba.extending import intrinsic

from glassnet.engines.compiled.kernels.types import KernelFunction

INTEGERS = types.CPointer(types.int64)
NUMBERS = types.CPointer(types.float64)


@intrinsic
def at(typingctx, pointer, offset):
    """Return the pointer `offset` entries further on."""

    def codegen(context, builder, signature, args):
        return builder.gep(args[0], [args[1]])

    return pointer(pointer, types.int64), codegen


def pointer_to(number) -> KernelFunction:
    """Return the function that converts an address to a pointer to numbers of this type."""

    @intrinsic
    def pointer(typingctx, address):
        kind = types.CPointer(number)

        def codegen(context, builder, signature, args):
            return builder.inttoptr(args[0], context.get_value_type(kind))

        return kind(types.int64), codegen

    return pointer


def bits_to(number):
    """Return the function that reinterprets the bits of an integer as a number of the same size."""

    @intrinsic
    def from_bits(typingctx, bits):
        def codegen(context, builder, signature, args):
            return builder.bitcast(args[0], context.get_value_type(number))

        return number(bits), codegen

    return from_bits


def bits_of(integer):
    """Return the function that reinterprets the bits of a number as an integer of the same size."""

    @intrinsic
    def to_bits(typingctx, number):
        def codegen(context, builder, signature, args):
            return builder.bitcast(args[0], context.get_value_type(integer))

        return integer(number), codegen

    return to_bits


@intrinsic
def opaque(typingctx, integer):
    """Return an integer whose value is unknown to the compiler, which might turn arithmetic with it into a branch."""

    def codegen(context, builder, signature, args):
        kind = args[0].type
        return builder.asm(ir.FunctionType(kind, [kind]), "", "=r,0", args, side_effect=False)

    return integer(integer), codegen


def stack_array(dtype, count: int):
    """Return the function that returns a pointer to `count` uninitialized numbers on the stack."""
    number = from_dtype(np.dtype(dtype))

    @intrinsic
    def numbers_on_stack(typingctx):
        def codegen(context, builder, signature, args):
            pointer = cgutils.alloca_once(builder, context.get_value_type(number), size=count)
            pointer.align = 64
            return pointer

        return types.CPointer(number)(), codegen

    return numbers_on_stack


@intrinsic
def multiply_add(typingctx, a_low, a_high, b_low, b_high, c_low, c_high):
    """Return a b + c modulo 2¹²⁸, low and high half, of numbers given by their halves."""
    half, whole = ir.IntType(64), ir.IntType(128)

    def codegen(context, builder, signature, args):
        shift = ir.Constant(whole, 64)
        lows, highs = ([builder.zext(value, whole) for value in args[i::2]] for i in (0, 1))
        a, b, c = (builder.or_(low, builder.shl(high, shift)) for low, high in zip(lows, highs, strict=True))
        result = builder.add(builder.mul(a, b), c)
        halves = [builder.trunc(result, half), builder.trunc(builder.lshr(result, shift), half)]
        return context.make_tuple(builder, signature.return_type, halves)

    return types.UniTuple(types.uint64, 2)(*[types.uint64] * 6), codegen


@intrinsic
def fused(typingctx, a, b, c):
    """Return a b + c, rounded once."""

    def codegen(context, builder, signature, args):
        kind = args[0].type
        return builder.call(_function(builder, f"llvm.fma.{kind.intrinsic_name}", kind, kind, kind, kind), args)

    return a(a, b, c), codegen


def caller(result, *arguments) -> tuple[object, KernelFunction]:
    """Return the signature and the code generator of an intrinsic that calls the C function at an address."""

    arguments = tuple(types.unliteral(kind) for kind in arguments)

    def codegen(context, builder, signature, args):
        kinds = [context.get_value_type(kind) for kind in arguments]
        returned = ir.VoidType() if result == types.void else context.get_value_type(result)
        function = builder.inttoptr(args[0], ir.FunctionType(returned, kinds).as_pointer())
        value = builder.call(function, args[1:])
        return context.get_dummy_value() if result == types.void else value

    return result(types.int64, *arguments), codegen


@intrinsic
def call_layer_forward(
    typingctx,
    function,
    op,
    options,
    frame,
    x,
    y,
    first,
    last,
    n,
    train,
    thread,
):
    """Call a layer's forward at this address."""
    return caller(types.void, op, options, frame, x, y, first, last, n, train, thread)


@intrinsic
def call_layer_backward(
    typingctx,
    function,
    op,
    options,
    frame,
    x,
    dy,
    dx,
    first,
    last,
    n,
    thread,
):
    """Call a layer's backward at this address."""
    return caller(types.void, op, options, frame, x, dy, dx, first, last, n, thread)


@intrinsic
def call_layer_gradient(typingctx, function, op, options, frame, x, dy, n, thread):
    """Call a layer's gradient at this address."""
    return caller(types.void, op, options, frame, x, dy, n, thread)


@intrinsic
def call_activation_forward(typingctx, function, z, a, rows, width, options):
    """Call an activation's forward at this address."""
    return caller(types.void, z, a, rows, width, options)


@intrinsic
def call_activation_backward(typingctx, function, z, a, dz, rows, width, options):
    """Call an activation's backward at this address."""
    return caller(types.void, z, a, dz, rows, width, options)


@intrinsic
def call_loss(
    typingctx,
    function,
    a,
    targets,
    rows,
    width,
    options,
    values,
    da,
):
    """Call a loss at this address."""
    return caller(types.void, a, targets, rows, width, options, values, da)


@intrinsic
def call_optimizer(
    typingctx,
    function,
    theta,
    g,
    memory,
    size,
    first,
    last,
    decay,
    now,
):
    """Call an optimizer's step at this address."""
    return caller(types.void, theta, g, memory, size, first, last, decay, now)


@intrinsic
def call_with_thread(typingctx, function, frame, thread):
    """Call the function of the program at this address for a thread."""
    return caller(types.void, frame, thread)


@intrinsic
def call_product(typingctx, function, C, b, has_b, A, a_row, a_column, B, rows, columns, inner):
    """Call the matrix product at this address."""
    return caller(types.void, C, b, has_b, A, a_row, a_column, B, rows, columns, inner)


@intrinsic
def call_draw(typingctx, function, generator):
    """Call a bit generator's next_uint32 at this address."""
    return caller(types.uint32, generator)


@intrinsic
def call_nap(typingctx, function, microseconds):
    """Call the operating system's function that pauses a thread."""
    return caller(types.int32, types.int32)


@intrinsic
def add_to_counter(typingctx, pointer):
    """Add 1 to a shared counter atomically; earlier writes are visible to threads that read it."""

    def codegen(context, builder, signature, args):
        builder.atomic_rmw("add", args[0], ir.Constant(ir.IntType(64), 1), "seq_cst")
        return context.get_dummy_value()

    return types.void(pointer), codegen


@intrinsic
def exchange(typingctx, pointer, value):
    """Write a counter that other threads read, with a full memory barrier."""

    def codegen(context, builder, signature, args):
        builder.atomic_rmw("xchg", args[0], args[1], "seq_cst")
        return context.get_dummy_value()

    return types.void(pointer, types.int64), codegen


@intrinsic
def read_counter(typingctx, pointer):
    """Read a counter that other threads write."""

    def codegen(context, builder, signature, args):
        return builder.load_atomic(args[0], "seq_cst", 8, typ=ir.IntType(64))

    return types.int64(pointer), codegen


@intrinsic
def fetch_ahead(typingctx, pointer):
    """Prefetch this address into the L2 cache; any address is valid."""

    def codegen(context, builder, signature, args):
        kinds = (args[0].type, *[ir.IntType(32)] * 3)
        how = (ir.Constant(ir.IntType(32), word) for word in (0, 2, 1))  # to be read, level 2, data
        builder.call(_function(builder, "llvm.prefetch.p0", ir.VoidType(), *kinds), [args[0], *how])
        return context.get_dummy_value()

    return types.void(pointer), codegen


@intrinsic
def pause(typingctx):
    """Hint to the core that this thread is spinning."""

    def codegen(context, builder, signature, args):
        if is_x86():
            builder.call(_function(builder, "llvm.x86.sse2.pause", ir.VoidType()), [])
        return context.get_dummy_value()

    return types.void(), codegen


@intrinsic
def flush_denormals(typingctx):
    """Make this thread treat denormal numbers as 0, and return its previous mode.

    Denormals occur in decaying averages, and each costs as much as a hundred ordinary instructions.
    """

    def codegen(context, builder, signature, args):
        if is_x86():
            before = _x86_mode(builder)
            flushing = builder.or_(before, ir.Constant(ir.IntType(32), 0x8040))  # flush to zero, denormals are zero
            _set_x86_mode(builder, flushing)
            return builder.zext(before, ir.IntType(64))
        if is_arm():
            before = builder.call(_function(builder, "llvm.aarch64.get.fpcr", ir.IntType(64)), [])
            flushing = builder.or_(before, ir.Constant(ir.IntType(64), 1 << 24))
            builder.call(_function(builder, "llvm.aarch64.set.fpcr", ir.VoidType(), ir.IntType(64)), [flushing])
            return before
        return ir.Constant(ir.IntType(64), 0)

    return types.int64(), codegen


@intrinsic
def restore_mode(typingctx, mode):
    """Restore the mode that `flush_denormals` returned."""

    def codegen(context, builder, signature, args):
        if is_x86():
            _set_x86_mode(builder, builder.trunc(args[0], ir.IntType(32)))
        elif is_arm():
            builder.call(_function(builder, "llvm.aarch64.set.fpcr", ir.VoidType(), ir.IntType(64)), [args[0]])
        return context.get_dummy_value()

    return types.void(types.int64), codegen


def is_x86() -> bool:
    """Return whether this is a 64-bit Intel or AMD processor."""
    return platform.machine().lower() in ("x86_64", "amd64")


def is_arm() -> bool:
    """Return whether this is a 64-bit ARM processor."""
    return platform.machine().lower() in ("aarch64", "arm64")


def _function(builder, name: str, result, *arguments):
    return cgutils.get_or_insert_function(builder.module, ir.FunctionType(result, arguments), name)


def _x86_mode(builder):
    address = cgutils.alloca_once(builder, ir.IntType(32))
    builder.call(_function(builder, "llvm.x86.sse.stmxcsr", ir.VoidType(), address.type), [address])
    return builder.load(address)


def _set_x86_mode(builder, mode) -> None:
    address = cgutils.alloca_once_value(builder, mode)
    builder.store(mode, address)
    builder.call(_function(builder, "llvm.x86.sse.ldmxcsr", ir.VoidType(), address.type), [address])
