"""The innermost loop of a matrix product: a small tile of C that stays in registers while k runs.

    C[i, j] = b[j] + Σ_k A[i, k] B[k, j]          for `rows` rows i and some vectors of columns j

For each k, a few vectors of B's row are loaded once and multiplied by one number of A per row. Each loaded number is
used many times, which makes a matrix product fast. The sum over k has the same order for every tile shape, so C is
bitwise independent of the tiling.
"""

from __future__ import annotations

from dataclasses import dataclass

import llvmlite.binding as llvm
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from glassnet.engines.compiled.kernels.types import KernelFunction

FROM_ZERO, FROM_BIAS, FROM_C = range(3)
"""Initial values of a tile's sums."""

INDEX, HALF_INDEX, BIT = ir.IntType(64), ir.IntType(32), ir.IntType(1)


@dataclass(frozen=True)
class Registers:
    """Tile shape: bytes of a vector, vectors and rows of a tile, and whether masked loads and stores are supported."""

    bytes: int
    vectors: int
    rows: int
    masks: bool


def registers() -> Registers:
    """Return the tile shape for this processor: as many accumulators as fit into its vector registers."""
    features = llvm.get_host_cpu_features()
    if features.get("avx512f") and features.get("avx512vl"):
        return Registers(bytes=64, vectors=2, rows=8, masks=True)
    if features.get("avx"):
        return Registers(bytes=32, vectors=2, rows=6, masks=False)
    return Registers(bytes=16, vectors=2, rows=4, masks=False)


def tile(rows: int, vectors: int, lanes: int, masked: bool, chains: int = 1) -> KernelFunction:
    """Return the function that computes one tile of `rows` rows and `vectors` vectors of `lanes` columns.

    Sums start from zero, the bias, or C, as given by `begin`. With `masked`, only `columns` columns are accessed, with
    a partial last vector. A tile that is too small to fill the pipeline uses several independent accumulators
    (`chains`), which are added at the end.
    """

    @intrinsic
    def compute(typingctx, c, bias, begin, a, a_row, a_column, b, pitch, columns, inner):
        arguments = (c, bias, begin, a, a_row, a_column, b, pitch, columns, inner)

        def codegen(context, builder, signature, args):
            c, bias, begin, a, a_row, a_column, b, pitch, columns, inner = args
            number = context.get_value_type(signature.args[0].dtype)
            memory = _Vectors(builder, number, lanes)
            mask = memory.mask(columns, lanes * (vectors - 1)) if masked else None
            part = [None] * (vectors - 1) + [mask]

            def vector_at(base, v):
                return builder.gep(base, [INDEX(v * lanes)])

            def products_into(sums, k):
                """sums[i][v] += A[i, k] B[k, vector v]."""
                b_row = builder.gep(b, [builder.mul(k, pitch)])
                b_vectors = [memory.load(vector_at(b_row, v), part[v]) for v in range(vectors)]
                a_place = builder.mul(k, a_column)
                for i in range(rows):
                    a_number = memory.spread(builder.load(builder.gep(a_rows[i], [a_place])))
                    for v in range(vectors):
                        product = builder.fmul(a_number, b_vectors[v], flags=("contract",))
                        total = builder.fadd(builder.load(sums[i][v]), product, flags=("contract",))
                        builder.store(total, sums[i][v])

            all_sums = [
                [[cgutils.alloca_once(builder, memory.kind) for v in range(vectors)] for i in range(rows)]
                for chain in range(chains)
            ]
            sums = all_sums[0]
            c_rows = [builder.gep(c, [builder.mul(pitch, INDEX(i))]) for i in range(rows)]
            for i in range(rows):
                for v in range(vectors):
                    builder.store(memory.zero, sums[i][v])
            with builder.if_then(builder.icmp_signed("==", begin, INDEX(FROM_BIAS))):
                for v in range(vectors):
                    start = memory.load(vector_at(bias, v), part[v])
                    for i in range(rows):
                        builder.store(start, sums[i][v])
            with builder.if_then(builder.icmp_signed("==", begin, INDEX(FROM_C))):
                for i in range(rows):
                    for v in range(vectors):
                        builder.store(memory.load(vector_at(c_rows[i], v), part[v]), sums[i][v])
            a_rows = [builder.gep(a, [builder.mul(a_row, INDEX(i))]) for i in range(rows)]
            done = INDEX(0)
            if chains > 1:
                for more in all_sums[1:]:
                    for address in (address for row in more for address in row):
                        builder.store(memory.zero, address)
                rounds = builder.sdiv(inner, INDEX(chains))
                done = builder.mul(rounds, INDEX(chains))
                with cgutils.for_range(builder, rounds) as loop:
                    k = builder.mul(loop.index, INDEX(chains))
                    for chain in range(chains):
                        products_into(all_sums[chain], builder.add(k, INDEX(chain)))
                for more in all_sums[1:]:
                    for i in range(rows):
                        for v in range(vectors):
                            total = builder.fadd(builder.load(sums[i][v]), builder.load(more[i][v]))
                            builder.store(total, sums[i][v])
            with cgutils.for_range(builder, builder.sub(inner, done)) as loop:
                products_into(sums, builder.add(done, loop.index))
            for i in range(rows):
                for v in range(vectors):
                    memory.store(builder.load(sums[i][v]), vector_at(c_rows[i], v), part[v])
            return context.get_dummy_value()

        return types.void(*arguments), codegen

    return compute


def transposed_square(lanes: int) -> KernelFunction:
    """Return the function that transposes a square of `lanes` rows and columns in registers.

    Interleaving two vectors, a0 b0 a1 b1 …, gives two new ones. Row i of the first half is interleaved with row i of
    the second half; repeating this log2(lanes) times transposes the square.
    """

    @intrinsic
    def turn(typingctx, source, source_row, target, target_row):
        arguments = (source, source_row, target, target_row)

        def codegen(context, builder, signature, args):
            source, source_row, target, target_row = args
            memory = _Vectors(builder, context.get_value_type(signature.args[0].dtype), lanes)
            interleaved = [lane // 2 + lanes * (lane % 2) for lane in range(2 * lanes)]
            first, second = (
                ir.Constant(ir.VectorType(HALF_INDEX, lanes), half)
                for half in (interleaved[:lanes], interleaved[lanes:])
            )
            rows = [memory.load(builder.gep(source, [builder.mul(source_row, INDEX(i))]), None) for i in range(lanes)]
            for _ in range(lanes.bit_length() - 1):
                pairs = zip(rows[: lanes // 2], rows[lanes // 2 :], strict=True)
                rows = [builder.shuffle_vector(a, b, half) for a, b in pairs for half in (first, second)]
            for i, row in enumerate(rows):
                memory.store(row, builder.gep(target, [builder.mul(target_row, INDEX(i))]), None)
            return context.get_dummy_value()

        return types.void(*arguments), codegen

    return turn


def vector_multiply_add(lanes: int) -> KernelFunction:
    """Return the function that computes target = a + s · b for `lanes` numbers, all loaded before any is stored."""

    @intrinsic
    def compute(typingctx, target, a, s, b):
        arguments = (target, a, s, b)

        def codegen(context, builder, signature, args):
            target, a, s, b = args
            memory = _Vectors(builder, context.get_value_type(signature.args[0].dtype), lanes)
            product = builder.fmul(memory.spread(s), memory.load(b, None), flags=("contract",))
            memory.store(builder.fadd(memory.load(a, None), product, flags=("contract",)), target, None)
            return context.get_dummy_value()

        return types.void(*arguments), codegen

    return compute


def vector_sum(lanes: int) -> KernelFunction:
    """Return the function that computes target = a + b_0 + b_1 + … for `lanes` numbers each; b_k: b[k · pitch]."""

    @intrinsic
    def compute(typingctx, target, a, b, pitch, count):
        arguments = (target, a, b, pitch, count)

        def codegen(context, builder, signature, args):
            target, a, b, pitch, count = args
            memory = _Vectors(builder, context.get_value_type(signature.args[0].dtype), lanes)
            total = cgutils.alloca_once(builder, memory.kind)
            builder.store(memory.load(a, None), total)
            with cgutils.for_range(builder, count) as loop:
                vector = memory.load(builder.gep(b, [builder.mul(loop.index, pitch)]), None)
                builder.store(builder.fadd(builder.load(total), vector), total)
            memory.store(builder.load(total), target, None)
            return context.get_dummy_value()

        return types.void(*arguments), codegen

    return compute


class _Vectors:
    """Full and masked loads and stores of vectors of `lanes` numbers."""

    def __init__(self, builder, number, lanes: int):
        self.builder, self.lanes = builder, lanes
        self.kind = ir.VectorType(number, lanes)
        self.zero = ir.Constant(self.kind, [0.0] * lanes)
        self.size = 4 if isinstance(number, ir.FloatType) else 8
        self.suffix = f"v{lanes}f{8 * self.size}.p0"

    def spread(self, number):
        """Return the vector with this number in every lane."""
        undefined = ir.Constant(self.kind, ir.Undefined)
        single = self.builder.insert_element(undefined, number, HALF_INDEX(0))
        everywhere = ir.Constant(ir.VectorType(HALF_INDEX, self.lanes), [0] * self.lanes)
        return self.builder.shuffle_vector(single, undefined, everywhere)

    def mask(self, columns, before: int):
        """Return the mask of the last vector; `before` columns are in earlier vectors."""
        left = self.builder.trunc(self.builder.sub(columns, INDEX(before)), HALF_INDEX)
        bound = self.builder.insert_element(
            ir.Constant(ir.VectorType(HALF_INDEX, self.lanes), ir.Undefined), left, HALF_INDEX(0)
        )
        everywhere = ir.Constant(ir.VectorType(HALF_INDEX, self.lanes), [0] * self.lanes)
        bounds = self.builder.shuffle_vector(bound, bound, everywhere)
        lanes = ir.Constant(ir.VectorType(HALF_INDEX, self.lanes), list(range(self.lanes)))
        return self.builder.icmp_signed("<", lanes, bounds)

    def load(self, address, mask):
        """Load a vector; lanes outside the mask are 0, and their memory is not accessed."""
        address = self.builder.bitcast(address, self.kind.as_pointer())
        if mask is None:
            return self.builder.load(address, align=self.size)
        kind = ir.FunctionType(self.kind, [address.type, HALF_INDEX, mask.type, self.kind])
        load = cgutils.get_or_insert_function(self.builder.module, kind, f"llvm.masked.load.{self.suffix}")
        return self.builder.call(load, [address, HALF_INDEX(self.size), mask, self.zero])

    def store(self, vector, address, mask):
        """Store a vector; memory outside the mask does not change."""
        address = self.builder.bitcast(address, self.kind.as_pointer())
        if mask is None:
            self.builder.store(vector, address, align=self.size)
            return
        kind = ir.FunctionType(ir.VoidType(), [self.kind, address.type, HALF_INDEX, mask.type])
        store = cgutils.get_or_insert_function(self.builder.module, kind, f"llvm.masked.store.{self.suffix}")
        self.builder.call(store, [vector, address, HALF_INDEX(self.size), mask])
