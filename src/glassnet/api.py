"""The public API of `import glassnet as gn`: gn.Network, gn.train, gn.load, ..."""

import importlib as _importlib
from typing import TYPE_CHECKING as _TYPE_CHECKING
from typing import Any as _Any

from glassnet.data import images
from glassnet.data.dataset import Dataset, from_one_hot, one_hot
from glassnet.data.preprocessing import (
    Divide,
    MinMax,
    NormalizeRows,
    Pipeline,
    QuantileTransform,
    RobustScale,
    Standardize,
)
from glassnet.data.sources import load
from glassnet.data.tables.encoder import TableEncoder
from glassnet.data.tables.reader import read_table
from glassnet.data.tables.table import Table
from glassnet.data.target_scale import TargetScale
from glassnet.maths import activations, initializers, intervals, losses, metrics, optimizers, schedules
from glassnet.maths.augmentation import RandomDistortion
from glassnet.maths.calibration import calibration_curve
from glassnet.maths.importance import permutation_importance
from glassnet.maths.initializers import (
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    LeCunNormal,
    LeCunUniform,
    Orthogonal,
)
from glassnet.maths.losses import (
    AbsoluteError,
    BinaryCrossEntropy,
    CrossEntropy,
    CrossEntropyGroups,
    Huber,
    Poisson,
    Quantile,
    SquaredError,
)
from glassnet.maths.model_comparison import mcnemar_test
from glassnet.maths.optimizers import LBFGS, SGD, Adadelta, Adagrad, Lion, RMSProp
from glassnet.maths.optimizers.adam import Adam, AdamW, AMSGrad, NAdam
from glassnet.maths.scalars import scalar
from glassnet.maths.schedules import (
    Cosine,
    CosineCycles,
    CosineLog,
    ExponentialDecay,
    FlatCosine,
    OneCycle,
    ReduceOnPlateau,
)
from glassnet.model import Model, PerNetwork, load_model
from glassnet.network.columnwise import ParametricActivation, Scale
from glassnet.network.data_init import initialize_from_data
from glassnet.network.embedding import Embedding
from glassnet.network.ensemble import Ensemble
from glassnet.network.gradient_check import check_gradient
from glassnet.network.layer import Layer
from glassnet.network.layers import Activation, Dense, Dropout, Residual
from glassnet.network.member_networks import separate_members
from glassnet.network.members import MemberDense, Members
from glassnet.network.network import Network
from glassnet.network.normalization import BatchNorm, LayerNorm
from glassnet.network.periodic_embedding import PeriodicEmbedding
from glassnet.network.piecewise_linear import PiecewiseLinearEmbedding, fit_bins
from glassnet.training.fit import fit, fit_session
from glassnet.training.history import EpochRecord, History
from glassnet.training.options import TrainingOptions
from glassnet.training.train import train

if _TYPE_CHECKING:
    from glassnet.diagnostics.diagnose import diagnose
    from glassnet.diagnostics.gradient_function import check_gradient_function
    from glassnet.diagnostics.watch import Watch, watch
    from glassnet.estimators.classifier import MLPClassifier
    from glassnet.estimators.regressor import MLPRegressor
    from glassnet.estimators.table import TableClassifier, TableRegressor
    from glassnet.network.decision_path import decision_path
    from glassnet.playground import show
    from glassnet.playground.notebook import playground
    from glassnet.recipes.load import load_recipe, single_network
    from glassnet.recipes.recipe import Recipe
    from glassnet.runs.run import run_recipe
    from glassnet.tuning.tune import tune

_LATE = {
    "diagnose": "glassnet.diagnostics.diagnose",
    "check_gradient_function": "glassnet.diagnostics.gradient_function",
    "Watch": "glassnet.diagnostics.watch",
    "watch": "glassnet.diagnostics.watch",
    "MLPClassifier": "glassnet.estimators.classifier",
    "MLPRegressor": "glassnet.estimators.regressor",
    "TableClassifier": "glassnet.estimators.table",
    "TableRegressor": "glassnet.estimators.table",
    "decision_path": "glassnet.network.decision_path",
    "Recipe": "glassnet.recipes.recipe",
    "run_recipe": "glassnet.runs.run",
    "load_recipe": "glassnet.recipes.load",
    "single_network": "glassnet.recipes.load",
    "tune": "glassnet.tuning.tune",
}
"""Names that are imported on first access: few programs need them, or they, or scikit-learn, load slowly."""

_LATE_MODULES = {"playground": "glassnet.playground", "show": "glassnet.playground.show"}
"""Modules that are imported on first access; `glassnet.playground` is also a function."""


def __getattr__(name: str) -> _Any:
    if name in _LATE_MODULES:
        return _importlib.import_module(_LATE_MODULES[name])
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
    "Cosine",
    "CosineCycles",
    "CosineLog",
    "CrossEntropy",
    "CrossEntropyGroups",
    "Dataset",
    "Dense",
    "Divide",
    "Dropout",
    "Embedding",
    "Ensemble",
    "EpochRecord",
    "ExponentialDecay",
    "FlatCosine",
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
    "MemberDense",
    "Members",
    "MinMax",
    "Model",
    "NAdam",
    "Network",
    "NormalizeRows",
    "OneCycle",
    "Orthogonal",
    "ParametricActivation",
    "PerNetwork",
    "PeriodicEmbedding",
    "PiecewiseLinearEmbedding",
    "Pipeline",
    "Poisson",
    "Quantile",
    "QuantileTransform",
    "RMSProp",
    "RandomDistortion",
    "Recipe",
    "ReduceOnPlateau",
    "Residual",
    "RobustScale",
    "Scale",
    "SquaredError",
    "Standardize",
    "Table",
    "TableClassifier",
    "TableEncoder",
    "TableRegressor",
    "TargetScale",
    "TrainingOptions",
    "Watch",
    "activations",
    "calibration_curve",
    "check_gradient",
    "check_gradient_function",
    "decision_path",
    "diagnose",
    "fit",
    "fit_bins",
    "fit_session",
    "from_one_hot",
    "images",
    "initialize_from_data",
    "initializers",
    "intervals",
    "load",
    "load_model",
    "load_recipe",
    "losses",
    "mcnemar_test",
    "metrics",
    "one_hot",
    "optimizers",
    "permutation_importance",
    "playground",
    "read_table",
    "run_recipe",
    "scalar",
    "schedules",
    "separate_members",
    "show",
    "single_network",
    "train",
    "tune",
    "watch",
]
