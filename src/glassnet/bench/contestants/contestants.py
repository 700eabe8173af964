"""The contestants by name: glassnet, other libraries, and lower bounds.

A contestant is a module with

    TITLE, PACKAGES             what it is called, and what must be installed for it
    settings(kind, threads)     the honest ways to run it, of which the fastest is measured
    start(task, **options)      make everything ready in one of these ways, and return a `Runner`
"""

from __future__ import annotations

from types import ModuleType

from glassnet.bench.contestants import c, glassnet, jax, products, sklearn, torch

CONTESTANTS: dict[str, ModuleType] = {
    "glassnet": glassnet,
    "sklearn": sklearn,
    "torch": torch,
    "jax": jax,
    "c": c,
    "products": products,
}
