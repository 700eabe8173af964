"""Matrix products of any shape, composed of tiles.

    C = A B + b          C: (rows, columns), A: (rows, inner), B: (inner, columns), b: (columns,) or absent

C and B are contiguous in row-major order. A[i, k] is at i · a_row + k · a_column, so A can be read transposed: xᵀ dz
needs no copy of x.
"""

from __future__ import annotations

from types import SimpleNamespace

from glassnet.engines.compiled.kernels.intrinsics import at, fetch_ahead
from glassnet.engines.compiled.kernels.matmul_tiles import FROM_BIAS, FROM_C, tile
from glassnet.engines.compiled.kernels.types import KernelFunction

CACHED_BYTES, MIN_CHUNK_ROWS = 1 << 19, 32
"""Bytes of B that stay in a core's cache, and the minimum number of rows per chunk."""

ACCUMULATORS = 4
"""Number of independent accumulators for a single row."""


def row_product(m: SimpleNamespace) -> KernelFunction:
    """c = a B + b for a single row a.

    The order of summation differs from that of `product`, so the last bits may differ.
    """
    lanes, masks = m.registers.bytes // m.bytes, m.registers.masks
    two_vectors, one_vector = (tile(1, vectors, lanes, masks, ACCUMULATORS) for vectors in (2, 1))
    one_number = tile(1, 1, 1, False, ACCUMULATORS)

    @m.compiled
    def product_of_row(c, b, a, B, columns, inner):
        j = 0
        while j < columns:
            left = columns - j
            c_j, b_j, B_j = at(c, j), at(b, j), at(B, j)
            if left >= 2 * lanes or (masks and left > lanes):
                two_vectors(c_j, b_j, FROM_BIAS, a, 0, 1, B_j, columns, min(left, 2 * lanes), inner)
                j += 2 * lanes
            elif left >= lanes or masks:
                one_vector(c_j, b_j, FROM_BIAS, a, 0, 1, B_j, columns, min(left, lanes), inner)
                j += lanes
            else:
                one_number(c_j, b_j, FROM_BIAS, a, 0, 1, B_j, columns, 1, inner)
                j += 1

    return product_of_row


def product(m: SimpleNamespace) -> KernelFunction:
    """C = A B + b."""
    lanes, narrow, many = m.registers.bytes // m.bytes, 4, m.registers.rows

    def strip(vectors: int, lanes: int, masked: bool) -> KernelFunction:
        """Return the product for a strip of columns, a given number of vectors wide."""
        few = max(1, many // 2)
        tile_of_many, tile_of_few, tile_of_one = (tile(rows, vectors, lanes, masked) for rows in (many, few, 1))

        @m.compiled
        def below_each_other(c, b, begin, A, a_row, a_column, B, pitch, rows, columns, inner, is_streamed):
            i, k = 0, 0
            of_next_strip = inner // max(1, rows // many) + 1 if is_streamed else 0
            while i + many <= rows:
                until = min(inner, k + of_next_strip)
                while k < until:
                    for v in range(vectors):
                        fetch_ahead(at(B, k * pitch + (vectors + v) * lanes))
                    k += 1
                tile_of_many(at(c, i * pitch), b, begin, at(A, i * a_row), a_row, a_column, B, pitch, columns, inner)
                i += many
            while i + few <= rows:
                tile_of_few(at(c, i * pitch), b, begin, at(A, i * a_row), a_row, a_column, B, pitch, columns, inner)
                i += few
            while i < rows:
                tile_of_one(at(c, i * pitch), b, begin, at(A, i * a_row), a_row, a_column, B, pitch, columns, inner)
                i += 1

        return below_each_other

    two_vectors, one_vector = (strip(vectors, lanes, m.registers.masks) for vectors in (2, 1))

    def masked_product(C, b, begin, A, a_row, a_column, B, rows, columns, inner, is_streamed):
        j = 0
        while j < columns:
            left = columns - j
            c, b_j, B_j = at(C, j), at(b, j), at(B, j)
            if left > lanes:
                two_vectors(
                    c, b_j, begin, A, a_row, a_column, B_j, columns, rows, min(left, 2 * lanes), inner, is_streamed
                )
            else:
                one_vector(c, b_j, begin, A, a_row, a_column, B_j, columns, rows, left, inner, is_streamed)
            j += 2 * lanes

    if m.registers.masks:
        return in_chunks(m, masked_product)
    narrow_vector, one_number = strip(1, narrow, False), strip(1, 1, False)

    def whole_product(C, b, begin, A, a_row, a_column, B, rows, columns, inner, is_streamed):
        # Without masks, the remaining columns are computed with narrower vectors, and then one by one.
        j = 0
        while j < columns:
            left = columns - j
            c, b_j, B_j = at(C, j), at(b, j), at(B, j)
            if left >= 2 * lanes:
                two_vectors(c, b_j, begin, A, a_row, a_column, B_j, columns, rows, left, inner, is_streamed)
                j += 2 * lanes
            elif left >= lanes:
                one_vector(c, b_j, begin, A, a_row, a_column, B_j, columns, rows, left, inner, is_streamed)
                j += lanes
            elif left >= narrow:
                narrow_vector(c, b_j, begin, A, a_row, a_column, B_j, columns, rows, left, inner, is_streamed)
                j += narrow
            else:
                one_number(c, b_j, begin, A, a_row, a_column, B_j, columns, rows, left, inner, is_streamed)
                j += 1

    return in_chunks(m, whole_product)


def in_chunks(m: SimpleNamespace, whole: KernelFunction) -> KernelFunction:
    """Return the product that processes a large B in chunks of rows, which stay in the cache for all tiles.

    The next strip is prefetched: it consists of many short memory ranges, which the processor cannot predict. Sums
    continue from one chunk to the next, so results are bitwise the same.
    """
    cached, product_of_chunk, tile_rows = CACHED_BYTES // m.bytes, m.compiled(whole), m.registers.rows

    def product(C, b, has_b, A, a_row, a_column, B, rows, columns, inner):
        chunk = inner
        if tile_rows < rows < inner and inner * columns > cached:
            chunk = max(MIN_CHUNK_ROWS, cached // columns)
        begin, k = has_b, 0
        while k == 0 or k < inner:
            now, is_streamed = min(chunk, inner - k), chunk < inner
            A_k, B_k = at(A, k * a_column), at(B, k * columns)
            product_of_chunk(C, b, begin, A_k, a_row, a_column, B_k, rows, columns, now, is_streamed)
            begin = FROM_C
            k += max(1, now)

    return product
