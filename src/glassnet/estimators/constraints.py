"""Constraints on the constructor parameters, checked by scikit-learn, so that errors are the usual ones."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any

import numpy as np
from sklearn.utils._param_validation import HasMethods, Interval, Options, StrOptions

from glassnet.data.tables.unseen import CHOICES as CHOICES_OF_UNSEEN
from glassnet.engines.dispatch import CHOICES
from glassnet.maths.activations import ACTIVATIONS
from glassnet.maths.losses import LOSSES
from glassnet.maths.optimizers import LBFGS, OPTIMIZERS
from glassnet.maths.schedules import SCHEDULES

HIDDEN = {"logistic": "sigmoid", **{name: name for name in ACTIVATIONS if not name.startswith("softmax")}}
"""Names of activations for hidden layers, including scikit-learn's, with their names in glassnet."""

REGRESSION = [name for name in LOSSES if "cross_entropy" not in name]
"""The losses of a regressor."""

AT_LEAST_0 = Interval(Real, 0, None, closed="left")
ABOVE_0 = Interval(Real, 0, None, closed="neither")
SHARE = Interval(Real, 0, 1, closed="left")
COUNT = Interval(Integral, 1, None, closed="left")

SCHEDULE = [StrOptions(set(SCHEDULES)), dict, HasMethods(["factors"]), None]

SHARED: dict[str, list[Any]] = {
    "hidden_layer_sizes": ["array-like", COUNT],
    "activation": [StrOptions(set(HIDDEN)), dict, "array-like", HasMethods(["forward", "backward"])],
    "solver": [StrOptions(set(OPTIMIZERS)), HasMethods(["start", "step"]), LBFGS],
    "alpha": [AT_LEAST_0],
    "batch_size": [StrOptions({"auto"}), COUNT],
    "learning_rate": [StrOptions({"constant", "invscaling", "adaptive"})],
    "learning_rate_init": [ABOVE_0],
    "power_t": [AT_LEAST_0],
    "max_iter": [COUNT],
    "shuffle": ["boolean"],
    "random_state": ["random_state"],
    "tol": [AT_LEAST_0],
    "verbose": ["verbose"],
    "warm_start": ["boolean"],
    "momentum": [Interval(Real, 0, 1, closed="both")],
    "nesterovs_momentum": ["boolean"],
    "early_stopping": ["boolean"],
    "validation_fraction": [SHARE],
    "beta_1": [SHARE],
    "beta_2": [SHARE],
    "epsilon": [ABOVE_0],
    "n_iter_no_change": [COUNT, Options(Real, {np.inf})],
    "max_fun": [COUNT],
    "dropout": [SHARE, "array-like"],
    "normalization": [StrOptions({"batch", "layer"}), None],
    "schedule": SCHEDULE,
    "weight_decay": [AT_LEAST_0, None],
    "parameter_groups": [dict, None],
    "weight_decay_schedule": SCHEDULE,
    "dropout_schedule": SCHEDULE,
    "clip_norm": [ABOVE_0, None],
    "clip_value": [ABOVE_0, None],
    "ema": [Interval(Real, 0, 1, closed="neither"), None],
    "scoring": [str, callable, None],
    "ensemble_size": [COUNT],
    "time_limit": [ABOVE_0, None],
    "keep_moments": ["boolean"],
    "missing": [StrOptions({"error", "indicator"})],
    "categories": [StrOptions({"error", "auto"})],
    "unseen": [StrOptions(set(CHOICES_OF_UNSEEN))],
    "progress": ["boolean"],
    "engine": [StrOptions(set(CHOICES))],
    "n_threads": [COUNT, None],
}

CLASSIFIER: dict[str, list[Any]] = {
    **SHARED,
    "class_weight": [dict, list, StrOptions({"balanced"}), None],
    "label_smoothing": [SHARE],
}

REGRESSOR: dict[str, list[Any]] = {
    **SHARED,
    "loss": [StrOptions(set(REGRESSION)), dict, HasMethods(["value", "gradient"])],
    "quantile": [Interval(Real, 0, 1, closed="neither")],
    "huber_delta": [ABOVE_0],
}
