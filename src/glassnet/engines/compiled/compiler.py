"""Compilation of kernels: Numba compiles the functions of a factory to an object file.

The object file does not refer to Numba or Python, so loading it from the cache takes a few milliseconds and needs
neither.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

from glassnet.engines.compiled import kernel_cache
from glassnet.engines.compiled.kernel_families import ACTIVATION, AUGMENTATION, LAYER, LOSS, OPTIMIZER, PRODUCT, PROGRAM
from glassnet.engines.compiled.kernels import matmul_tiles


def compile_kernel(family: str, name: str, dtype: str) -> bytes:
    """Return the object file of one kernel; its functions have the names in ENTRIES.

    Raises KeyError where there is no such kernel.
    """
    factory = _factories(family)[name]
    functions = factory(machine(dtype, matmul_tiles.registers()))
    named = functions if isinstance(functions, dict) else dict(zip(ENTRIES[family], _tuple(functions), strict=False))
    signatures = _signatures(family, dtype)
    flags = SUMS if family in (LAYER, LOSS) else FLAGS
    return _object_file({entry: (text, signatures[entry]) for entry, text in named.items() if text is not None}, flags)


ENTRIES = {
    PRODUCT: ("product",),
    LAYER: ("forward", "backward", "gradient"),
    ACTIVATION: ("forward", "backward"),
    LOSS: ("loss",),
    OPTIMIZER: ("step",),
    AUGMENTATION: ("warp",),
}
"""Names of the functions of each family, in the order in which a factory returns them."""


@functools.cache
def machine(dtype: str, registers: matmul_tiles.Registers) -> SimpleNamespace:
    """Return the helper functions of factories for one dtype: see kernels/intrinsics.py, functions.py, and matmul.py.

    Kernels share it, so that Numba compiles the helper functions in it only once per process.
    """
    import math

    from numba import float32, float64, int64, njit, types

    from glassnet.engines.compiled.kernels import intrinsics
    from glassnet.engines.compiled.kernels.functions import functions
    from glassnet.engines.compiled.kernels.helpers import helpers
    from glassnet.engines.compiled.kernels.matmul import row_product

    jit: Any = njit
    F = np.float32 if dtype == "float32" else np.float64
    size = np.dtype(F).itemsize
    m = SimpleNamespace(
        F=F,
        float32=np.float32,
        int64=np.int64,
        tiny=F(np.finfo(F).tiny),
        least=F(np.finfo(F).min),
        bytes=size,
        line=64 // size,
        registers=registers,
        tile_rows=max(1, registers.rows // 2),  # of the smaller tile: rows are divided in multiples of it
        sqrt=math.sqrt,
        inline=jit(**FLAGS, **NO_WRAPPERS, forceinline=True),
        compiled=jit(**FLAGS, **NO_WRAPPERS),
        at=intrinsics.at,
        numbers=intrinsics.pointer_to(float32 if F is np.float32 else float64),
        doubles=intrinsics.pointer_to(types.float64),
        integers=intrinsics.pointer_to(int64),
        fused=intrinsics.fused,
        multiply_add=intrinsics.multiply_add,
        stack_array=intrinsics.stack_array,
        floor=np.floor,
        draw=intrinsics.call_draw,
        activation_forward=intrinsics.call_activation_forward,
        activation_backward=intrinsics.call_activation_backward,
    )
    vars(m).update(vars(functions(F)))
    vars(m).update(vars(helpers(m)))
    m.product_of_row = row_product(m)
    return m


FLAGS: dict[str, Any] = {
    # Division by 0 returns inf, as in NumPy; raising an error would prevent vectorization.
    "error_model": "numpy",
    # Fused multiply-add is allowed, and signed zeros are equal; NaN and inf keep their meaning, and sums their order.
    "fastmath": {"contract", "nsz"},
    "boundscheck": False,
}

NO_WRAPPERS = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
"""Kernels are not called from Python, nor through Numba's C wrappers."""

SUMS = FLAGS | {"fastmath": {"contract", "nsz", "reassoc"}}
"""For layers and losses, which have long sums along a row: sums may be reordered into several accumulators."""


def _tuple(functions: Any) -> tuple[Callable[..., Any] | None, ...]:
    return functions if isinstance(functions, tuple) else (functions,)


def _factories(family: str) -> dict[str, Any]:
    if family == PROGRAM:
        from glassnet.engines.compiled.kernels.inference import inference
        from glassnet.engines.compiled.kernels.program import program
        from glassnet.engines.compiled.kernels.regularization import penalties

        return {"steps": program, "inference": inference, "penalties": penalties}
    if family == PRODUCT:
        from glassnet.engines.compiled.kernels.matmul import product

        return {"product": product}
    if family == LAYER:
        from glassnet.engines.compiled.kernels.layers_table import LAYERS

        return LAYERS
    if family == ACTIVATION:
        from glassnet.engines.compiled.kernels.activations import ACTIVATIONS

        return ACTIVATIONS
    if family == LOSS:
        from glassnet.engines.compiled.kernels.losses import LOSSES

        return LOSSES
    if family == AUGMENTATION:
        from glassnet.engines.compiled.kernels.augmentation import DISTORTIONS

        return DISTORTIONS
    from glassnet.engines.compiled.kernels.optimizers import OPTIMIZERS

    return {name: factory for name, (_, factory) in OPTIMIZERS.items()}


def _signatures(family: str, dtype: str) -> dict[str, Any]:
    from numba import float32, float64, int64, types, void

    F = float32 if dtype == "float32" else float64
    pointer: Any = types.CPointer
    P, I, D, i = pointer(F), pointer(int64), pointer(float64), int64
    return {
        PROGRAM: {
            "steps": void(I, i),
            "predict": void(I, i, i, i),
            "evaluate": void(I, i, i, i, i, i),
            "predict_row": void(I),
            "call_threads": void(I),
            "run_worker": void(I, i),
            "penalties": void(I, i),
        },
        PRODUCT: {"product": void(P, P, i, P, i, i, P, i, i, i)},
        LAYER: {
            "forward": void(I, D, I, P, P, i, i, i, i, i),
            "backward": void(I, D, I, P, P, P, i, i, i, i),
            "gradient": void(I, D, I, P, P, i, i),
        },
        ACTIVATION: {"forward": void(P, P, i, i, D), "backward": void(P, P, P, i, i, D)},
        LOSS: {"loss": void(P, i, i, i, D, P, P)},
        OPTIMIZER: {"step": void(P, P, P, i, i, i, F, D)},
        AUGMENTATION: {"warp": void(P, P, P, P, P, I, P)},
    }[family]


def _object_file(functions: dict[str, tuple[Callable[..., Any], Any]], flags: dict[str, Any]) -> bytes:
    """Compile the functions and return one object file in which each has its own name."""
    import llvmlite.binding as llvm
    from numba import njit

    jit: Any = njit  # Numba's stubs lack the options that omit wrappers
    whole = None
    for name, (text, signature) in functions.items():
        compiled = jit(**flags, **NO_WRAPPERS)(getattr(text, "py_func", text))
        compiled.compile(signature)
        result = compiled.overloads[signature.args]
        module = llvm.parse_assembly(result.library.get_llvm_str())
        module.link_in(llvm.parse_assembly(_plain_function(name, result.fndesc.llvm_func_name, signature)))
        if whole is None:
            whole = module
        else:
            whole.link_in(module)
    assert whole is not None
    target = llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(),
        features=llvm.get_host_cpu_features().flatten(),
        opt=3,
        codemodel="jitdefault",
        jit=True,
    )
    return target.emit_object(whole)


def _plain_function(name: str, inner: str, signature: Any) -> str:
    """Return the LLVM IR of a C function that wraps one with Numba's two extra arguments.

    Those are for a result and an exception, which kernels do not have.
    """
    llvm_types = {"int64": "i64", "float32": "float", "float64": "double"}
    kinds = [llvm_types.get(str(kind), "ptr") for kind in signature.args]
    declared = ", ".join(["ptr", "ptr", *kinds])
    given = ", ".join(f"{kind} %a{i}" for i, kind in enumerate(kinds))
    return f"""
        declare i32 @"{inner}"({declared})
        define void @{name}({given}) {{
            %result = alloca ptr
            %exception = alloca ptr
            call i32 @"{inner}"(ptr %result, ptr %exception, {given})
            ret void
        }}
    """


def main(*keys: str) -> None:
    """Compile kernels, "family:name:dtype" each, into the cache."""
    for key in keys:
        family, name, dtype = key.split(":")
        kernel_cache.write(family, name, dtype, compile_kernel(family, name, dtype))


if __name__ == "__main__":
    main(*sys.argv[1:])
