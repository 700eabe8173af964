"""Single kernels: matrix products for every instruction set, and functions accurate to the last digits."""

import ctypes
import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from glassnet.engines.compiled import compiler, kernel_families, kernel_loader, program_layout
from glassnet.maths.activations import activation

ADDRESS, SIZE = ctypes.c_void_p, ctypes.c_ssize_t


def place(array: np.ndarray) -> int:
    return array.ctypes.data


def compiled_for(
    registers: tuple[int, int, int, bool], monkeypatch: pytest.MonkeyPatch, *kernel: str
) -> dict[str, int]:
    """The addresses of the functions of a kernel, compiled for this processor."""
    from glassnet.engines.compiled.kernels import matmul_tiles

    monkeypatch.setattr(matmul_tiles, "registers", lambda: matmul_tiles.Registers(*registers))
    return kernel_loader._load(compiler.compile_kernel(*kernel))


def product_at(address: int) -> Callable[..., Any]:
    kinds = (ADDRESS, ADDRESS, SIZE, ADDRESS, SIZE, SIZE, ADDRESS, SIZE, SIZE, SIZE)
    return ctypes.CFUNCTYPE(None, *kinds)(address)


every_dtype = pytest.mark.parametrize("dtype", ["float32", pytest.param("float64", marks=pytest.mark.slow)])
every_processor = pytest.mark.parametrize(
    "registers",
    [(64, 2, 8, True), (32, 2, 6, False), (16, 2, 4, False)],
    ids=["with masks", "256 bits", "128 bits"],
)


@every_dtype
@every_processor
def test_products_are_correct_for_every_instruction_set(
    registers: tuple[int, int, int, bool], dtype: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    product = product_at(compiled_for(registers, monkeypatch, kernel_families.PRODUCT, "product", dtype)["product"])
    rng = np.random.default_rng(0)
    sizes_of_all = [
        *itertools.product((1, 2, 7, 8, 13, 24), (1, 3, 4, 15, 16, 17, 31, 33, 64, 70), (0, 1, 5, 40)),
        (29, 300, 1000),  # B exceeds the private cache of a core
    ]
    for rows, columns, inner in sizes_of_all:
        A, B = (rng.standard_normal(shape).astype(dtype) for shape in ((rows, inner), (inner, columns)))
        b = rng.standard_normal(columns).astype(dtype)
        room = np.full((rows * columns + 64,), 7, dtype)  # memory after C must stay unchanged
        sizes = (place(B), rows, columns, inner)
        product(place(room), place(b), 1, place(A), inner, 1, *sizes)
        C = room[: rows * columns].reshape(rows, columns)
        close = {"rtol": 1e-5, "atol": 1e-5 * max(1, inner / 40)}
        np.testing.assert_allclose(C, A @ B + b, **close)
        turned = np.ascontiguousarray(A.T)  # the same A, column by column
        first = C.copy()
        product(place(room), place(b), 0, place(turned), 1, rows, *sizes)
        np.testing.assert_allclose(C, A @ B, **close)
        assert (room[rows * columns :] == 7).all()
        product(place(room), place(b), 1, place(turned), 1, rows, *sizes)
        np.testing.assert_array_equal(C, first)


@every_dtype
@every_processor
def test_products_of_one_row_are_correct_for_every_instruction_set(
    registers: tuple[int, int, int, bool], dtype: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = compiled_for(registers, monkeypatch, kernel_families.LAYER, "dense", dtype)["forward"]
    forward = ctypes.CFUNCTYPE(None, *[ADDRESS] * 5, *[SIZE] * 5)(address)
    rng = np.random.default_rng(0)
    op, frame = np.zeros(program_layout.OP_FIELDS, np.int64), np.zeros(program_layout.FRAME_FIELDS, np.int64)
    for units in (1, 3, 4, 15, 16, 17, 31, 33, 64, 70):
        for inputs in (1, 3, 4, 5, 40):
            x, W, b = (rng.standard_normal(shape).astype(dtype) for shape in ((inputs,), (inputs, units), (units,)))
            theta = np.concatenate([W.ravel(), b])
            op[program_layout.INPUTS], op[program_layout.OUTPUTS], frame[program_layout.THETA_AT] = (
                inputs,
                units,
                place(theta),
            )
            room = np.full(units + 64, 7, dtype)  # memory after z must stay unchanged
            forward(place(op), 0, place(frame), place(x), place(room), 0, 1, 1, 1, 0)
            np.testing.assert_allclose(room[:units], x @ W + b, rtol=1e-5, atol=1e-5)
            assert (room[units:] == 7).all()


@pytest.mark.parametrize(("rows", "columns", "inner"), [(29, 37, 50), (29, 300, 1000)], ids=["small", "large"])
def test_a_row_gives_the_same_bits_alone_and_in_a_batch(rows: int, columns: int, inner: int) -> None:
    product = product_at(kernel_loader.addresses(kernel_families.PRODUCT, "product", "float32")["product"])
    rng = np.random.default_rng(1)
    shapes = ((rows, inner), (inner, columns), (columns,))
    A, B, b = (rng.standard_normal(shape).astype(np.float32) for shape in shapes)
    C, alone = np.empty((rows, columns), np.float32), np.empty(columns, np.float32)
    product(place(C), place(b), 1, place(A), inner, 1, place(B), rows, columns, inner)
    for i in range(rows):
        product(place(alone), place(b), 1, place(A[i:]), inner, 1, place(B), 1, columns, inner)
        np.testing.assert_array_equal(alone, C[i])


SMOOTH = ["sigmoid", "tanh", "elu", "selu", "gelu", "silu", "softplus", "mish", "exponential"]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", SMOOTH)
def test_activations_are_accurate_to_the_last_digits(name: str, dtype: str) -> None:
    """Against NumPy in extended precision, over the whole relevant range."""
    small = np.geomspace(1e-30, 1, 4001)
    z = np.concatenate([-small, small, np.linspace(-30, 30, 20_001)]).astype(dtype)
    a = z.copy()
    forward = ctypes.CFUNCTYPE(None, ADDRESS, ADDRESS, SIZE, SIZE, ADDRESS)(
        kernel_loader.addresses(kernel_families.ACTIVATION, name, dtype)["forward"]
    )
    options = np.array([1.0])
    forward(place(z), place(a), 1, len(z), place(options))
    exact = activation(name).forward(z.astype(np.float64 if name == "gelu" else np.longdouble))
    unit = np.spacing(np.abs(exact).astype(dtype)).astype(np.float64)
    # A tail that decays like exp(-z²/2) has the rounding of z² as its relative error.
    units = 40 + 2 * z * z if name == "gelu" else 8
    assert (np.abs((a - exact).astype(np.float64)) <= units * unit).all()


def test_exp_covers_zero_to_infinity() -> None:
    for dtype in ("float32", "float64"):
        entry = kernel_loader.addresses(kernel_families.ACTIVATION, "exponential", dtype)["forward"]
        forward = ctypes.CFUNCTYPE(None, ADDRESS, ADDRESS, SIZE, SIZE, ADDRESS)(entry)
        top = np.log(np.finfo(dtype).max)
        z = np.array([-np.inf, -1e6, -800, 0, top * (1 - 1e-6), top * (1 + 1e-6), 1e6, np.inf, np.nan], dtype)
        a = z.copy()
        forward(place(z), place(a), 1, len(z), None)
        with np.errstate(over="ignore"):
            np.testing.assert_allclose(a, np.exp(z), rtol=1e-4)
