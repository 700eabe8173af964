"""Synthetic data: points in the plane with a visible pattern and normal noise.

All functions take n (rows), noise (standard deviation), and seed. Classes are balanced as far as n allows.
"""

from __future__ import annotations

import numpy as np

from glassnet.common import checks
from glassnet.common.arrays import Array, IntArray
from glassnet.data.dataset import Dataset


def moons(n: int = 1000, noise: float = 0.2, seed: int = 0) -> Dataset:
    """Two interleaving half circles of radius 1; not linearly separable.

    Parameters
    ----------
    n : int, default 1000
        Number of rows.
    noise : float, default 0.2
        Standard deviation of the noise of each coordinate.
    seed : int, default 0
        Random seed.

    Returns
    -------
    Dataset
        X (n, 2), two classes.

    Examples
    --------
    >>> moons()
    <Dataset 'moons': 1000 rows of 2 features, 2 classes (upper, lower)>
    """
    y, rng = _labels(n, 2, seed)
    angle = rng.uniform(0, np.pi, n)
    upper = np.column_stack([np.cos(angle), np.sin(angle)])
    lower = np.column_stack([1 - np.cos(angle), 0.5 - np.sin(angle)])
    return _make_dataset("moons", np.where(y[:, None] == 0, upper, lower), y, ("upper", "lower"), noise, rng)


def circles(n: int = 1000, noise: float = 0.1, seed: int = 0) -> Dataset:
    """A circle of radius 1 around one of radius ½.

    Parameters
    ----------
    n : int, default 1000
        Number of rows.
    noise : float, default 0.1
        Standard deviation of the noise of each coordinate.
    seed : int, default 0
        Random seed.

    Returns
    -------
    Dataset
        X (n, 2), two classes.
    """
    y, rng = _labels(n, 2, seed)
    radius = np.where(y == 0, 1.0, 0.5)
    angle = rng.uniform(0, 2 * np.pi, n)
    points = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    return _make_dataset("circles", points, y, ("outer", "inner"), noise, rng)


def spirals(n: int = 1000, noise: float = 0.02, seed: int = 0) -> Dataset:
    """Two intertwined spirals, one and a half turns out to radius 1; hard for a small network.

    Parameters
    ----------
    n : int, default 1000
        Number of rows.
    noise : float, default 0.02
        Standard deviation of the noise of each coordinate.
    seed : int, default 0
        Random seed.

    Returns
    -------
    Dataset
        X (n, 2), two classes.

    References
    ----------
    After Lang & Witbrock, "Learning to tell two spirals apart", Connectionist Models Summer School 1988.
    """
    y, rng = _labels(n, 2, seed)
    radius = np.sqrt(rng.random(n))  # the square root spreads the points evenly along the arm
    angle = 3 * np.pi * radius + np.pi * y
    points = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    return _make_dataset("spirals", points, y, ("first", "second"), noise, rng)


def blobs(n: int = 1000, noise: float = 1.0, seed: int = 0) -> Dataset:
    """Three isotropic Gaussian clusters, their centers at distance 3 from the origin.

    Parameters
    ----------
    n : int, default 1000
        Number of rows.
    noise : float, default 1.0
        Standard deviation of the noise of each coordinate.
    seed : int, default 0
        Random seed.

    Returns
    -------
    Dataset
        X (n, 2), three classes.
    """
    y, rng = _labels(n, 3, seed)
    angle = np.pi / 2 + 2 * np.pi * y / 3
    points = 3 * np.column_stack([np.cos(angle), np.sin(angle)])
    return _make_dataset("blobs", points, y, ("top", "left", "right"), noise, rng)


def _labels(n: int, classes: int, seed: int) -> tuple[IntArray, np.random.Generator]:
    checks.whole_number("n", n, at_least=classes)
    rng = np.random.default_rng(checks.whole_number("seed", seed, at_least=0))
    return rng.permutation(np.arange(n) % classes), rng


def _make_dataset(
    name: str, points: Array, y: IntArray, class_names: tuple[str, ...], noise: float, rng: np.random.Generator
) -> Dataset:
    X = points + checks.number("noise", noise, at_least=0) * rng.standard_normal(points.shape)  # (n, 2)
    return Dataset(X.astype(np.float32), y, class_names, feature_names=("x", "y"), name=name)
