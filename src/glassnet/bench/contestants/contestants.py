"""The contestants by name: glassnet, other libraries, and lower bounds.

A contestant is a module with

    TITLE, PACKAGES its name, and the packages it requires
    settings(kind, threads) its fair settings, of which the fastest is measured
    start(task, **options) returns a `Runner`, prepared with the options of one setting
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
