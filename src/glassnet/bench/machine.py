"""The machine of a benchmark: processor, memory, system, and versions of the libraries."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import platform
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from glassnet import __version__

DISTRIBUTIONS = ("numpy", "numba", "scipy", "scikit-learn", "torch", "jax", "optax")


def describe_machine(distributions: Sequence[str] = DISTRIBUTIONS) -> dict[str, Any]:
    """Return the properties of this machine, and the versions of distributions, as plain values; None if unknown."""
    return {
        "processor": processor_name(),
        "cores": os.cpu_count(),
        "memory_gb": memory_gigabytes(),
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "system": platform.platform(),
        "python": platform.python_version(),
        "blas": blas(),
        "versions": {"glassnet": __version__} | versions(distributions),
    }


def processor_name() -> str:
    """Return the name of the processor."""
    listing = Path("/proc/cpuinfo")
    if listing.is_file():
        for line in listing.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    if platform.system() == "Darwin":
        command = ["sysctl", "-n", "machdep.cpu.brand_string"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
        if done.stdout.strip():
            return done.stdout.strip()
    return platform.processor() or platform.machine()


def memory_gigabytes() -> float | None:
    """Return the installed memory in GB."""
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1)
    except (AttributeError, ValueError, OSError):  # not available on this system
        return None


def blas() -> str:
    """Return the BLAS library of NumPy, and the processor that its kernels are for."""
    found = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    name = f"{found.get('name', 'unknown')} {found.get('version', '')}".strip()
    if importlib.util.find_spec("threadpoolctl") is None:
        return name
    from threadpoolctl import threadpool_info

    kernels = {pool["architecture"] for pool in threadpool_info() if pool.get("architecture")}
    return f"{name}, {'/'.join(sorted(kernels))} kernels" if kernels else name


def versions(distributions: Sequence[str]) -> dict[str, str]:
    """Return the versions of those distributions that are installed."""
    found = {}
    for name in distributions:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found
