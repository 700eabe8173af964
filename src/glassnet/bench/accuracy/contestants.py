"""The contestants by name: glassnet's qualities, boosted trees, scikit-learn's models, and networks in PyTorch."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from glassnet.bench.accuracy import peers, single_network
from glassnet.bench.accuracy.protocol import Split

Fit = Callable[[Split, int], tuple[Any, list[str] | None]]
"""Train on the training rows of a split with a seed; return predictions for its test rows, and their classes."""


@dataclass(frozen=True)
class Contestant:
    """One contestant.

    fit: trains and predicts; None for glassnet's qualities, whose command line is run with `quality`. packages: the
    packages that it imports. pip: what to install to have them. is_slow: run only on request.
    """

    title: str
    fit: Fit | None = None
    quality: str | None = None
    packages: tuple[str, ...] = ("sklearn",)
    pip: str = "scikit-learn"
    is_slow: bool = False

    @property
    def is_installed(self) -> bool:
        """Whether all packages can be found; they are not imported."""
        return all(importlib.util.find_spec(name) is not None for name in self.packages)


CONTESTANTS = {
    "glassnet-quick": Contestant("glassnet, quick", quality="quick"),
    "glassnet": Contestant("glassnet", quality="good"),
    "glassnet-best": Contestant("glassnet, best", quality="best", is_slow=True),
    "glassnet-realmlp": Contestant("glassnet, RealMLP's recipe", single_network.realmlp, is_slow=True),
    "catboost": Contestant("CatBoost", peers.catboost, packages=("catboost",), pip="catboost"),
    "catboost8": Contestant("CatBoost, 8 folds", peers.catboost8, packages=("catboost",), pip="catboost", is_slow=True),
    "lightgbm": Contestant("LightGBM", peers.lightgbm, packages=("lightgbm",), pip="lightgbm"),
    "xgboost": Contestant("XGBoost", peers.xgboost, packages=("xgboost",), pip="xgboost"),
    "hgb": Contestant("HistGradientBoosting", peers.hist_gradient_boosting),
    "rf": Contestant("random forest", peers.random_forest),
    "linear": Contestant("linear", peers.linear),
    "sklearn-mlp": Contestant("scikit-learn's MLP", peers.sklearn_mlp),
    "realmlp": Contestant("RealMLP", peers.realmlp, packages=("pytabkit", "torch"), pip="pytabkit torch", is_slow=True),
    "tabm": Contestant("TabM", peers.tabm, packages=("pytabkit", "torch"), pip="pytabkit torch", is_slow=True),
}

DISTRIBUTIONS = ("numpy", "numba", "scikit-learn", "pandas", "catboost", "lightgbm", "xgboost", "pytabkit", "torch")
"""Distributions whose versions are printed."""

ALIASES = {"skmlp": "sklearn-mlp"}
"""Other names of contestants in files of results."""

DEFAULT = tuple(name for name, contestant in CONTESTANTS.items() if not contestant.is_slow)


def title_of(name: str) -> str:
    """Return the title of a contestant; a name that is unknown is its own title."""
    return CONTESTANTS[name].title if name in CONTESTANTS else name
