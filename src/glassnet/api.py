"""Everything that `import glassnet as gn` offers: gn.Network, gn.train, gn.load, ..."""

import importlib as _importlib
from typing import TYPE_CHECKING as _TYPE_CHECKING
from typing import Any as _Any

from glassnet.data import images
from glassnet.data.columns import Columns
from glassnet.data.dataset import Dataset, from_one_hot, one_hot
from glassnet.data.preprocessing import Chain, Divide, MinMax, NormalizeRows, Standardize
from glassnet.data.sources import load
from glassnet.data.table import Table
from glassnet.data.tables import read_table
from glassnet.maths import activations, initializers, intervals, losses, metrics, optimizers, schedules
from glassnet.maths.adam import Adam, AdamW, AMSGrad, NAdam
from glassnet.maths.calibration import reliability
from glassnet.maths.comparison import mcnemar
from glassnet.maths.distances import AbsoluteError, Huber, Poisson, Quantile, SquaredError
from glassnet.maths.distortions import Distort
from glassnet.maths.entropy import BinaryCrossEntropy, CrossEntropy, CrossEntropyGroups
from glassnet.maths.importance import permutation_importance
from glassnet.maths.initializers import (
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    LeCunNormal,
    LeCunUniform,
    Normal,
    Orthogonal,
    Uniform,
    Zeros,
)
from glassnet.maths.optimizers import LBFGS, SGD, Adadelta, Adagrad, Lion, RMSProp
from glassnet.maths.schedules import Constant, Cosine, ExponentialDecay, OneCycle, ReduceOnPlateau, Step
from glassnet.model import Model, load_model
from glassnet.network.embedding import Embedding
from glassnet.network.ensemble import Ensemble
from glassnet.network.gradcheck import check_gradient
from glassnet.network.layer import Layer
from glassnet.network.layers import Activation, Dense, Dropout
from glassnet.network.network import Network
from glassnet.network.normalisation import BatchNorm, LayerNorm
from glassnet.training.fit import fit, fitting
from glassnet.training.history import History, Record
from glassnet.training.train import train

if _TYPE_CHECKING:
    from glassnet.estimators.classifier import MLPClassifier
    from glassnet.estimators.regressor import MLPRegressor
    from glassnet.recipes.recipe import Recipe, find_recipe
    from glassnet.recipes.run import carry_out
    from glassnet.tuning.tune import tune

_LATE = {
    "MLPClassifier": "glassnet.estimators.classifier",
    "MLPRegressor": "glassnet.estimators.regressor",
    "Recipe": "glassnet.recipes.recipe",
    "carry_out": "glassnet.recipes.run",
    "find_recipe": "glassnet.recipes.recipe",
    "tune": "glassnet.tuning.tune",
}
"""What is fetched when it is asked for, since it, or scikit-learn, takes longer to load than all the rest."""


def __getattr__(name: str) -> _Any:
    if name not in _LATE:
        raise AttributeError(f"module 'glassnet.api' has no attribute {name!r}")
    return getattr(_importlib.import_module(_LATE[name]), name)


__all__ = [
    "LBFGS",
    "SGD",
    "AMSGrad",
    "AbsoluteError",
    "Activation",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "BatchNorm",
    "BinaryCrossEntropy",
    "Chain",
    "Columns",
    "Constant",
    "Cosine",
    "CrossEntropy",
    "CrossEntropyGroups",
    "Dataset",
    "Dense",
    "Distort",
    "Divide",
    "Dropout",
    "Embedding",
    "Ensemble",
    "ExponentialDecay",
    "GlorotNormal",
    "GlorotUniform",
    "HeNormal",
    "HeUniform",
    "History",
    "Huber",
    "Layer",
    "LayerNorm",
    "LeCunNormal",
    "LeCunUniform",
    "Lion",
    "MLPClassifier",
    "MLPRegressor",
    "MinMax",
    "Model",
    "NAdam",
    "Network",
    "Normal",
    "NormalizeRows",
    "OneCycle",
    "Orthogonal",
    "Poisson",
    "Quantile",
    "RMSProp",
    "Recipe",
    "Record",
    "ReduceOnPlateau",
    "SquaredError",
    "Standardize",
    "Step",
    "Table",
    "Uniform",
    "Zeros",
    "activations",
    "carry_out",
    "check_gradient",
    "find_recipe",
    "fit",
    "fitting",
    "from_one_hot",
    "images",
    "initializers",
    "intervals",
    "load",
    "load_model",
    "losses",
    "mcnemar",
    "metrics",
    "one_hot",
    "optimizers",
    "permutation_importance",
    "read_table",
    "reliability",
    "schedules",
    "train",
    "tune",
]
