"""The layers that have kernels."""

from __future__ import annotations

from glassnet.engines.compiled.kernels.columnwise import parametric_activation, scale
from glassnet.engines.compiled.kernels.embedding import embedding
from glassnet.engines.compiled.kernels.layers import dense, dropout
from glassnet.engines.compiled.kernels.members import member_dense, members
from glassnet.engines.compiled.kernels.normalization import batchnorm, layernorm
from glassnet.engines.compiled.kernels.periodic_embedding import periodic_embedding
from glassnet.engines.compiled.kernels.piecewise_linear import piecewise_linear_embedding
from glassnet.engines.compiled.kernels.types import Factory

LAYERS: dict[str, Factory] = {
    "dense": dense,
    "dropout": dropout,
    "batchnorm": batchnorm,
    "layernorm": layernorm,
    "embedding": embedding,
    "members": members,
    "member_dense": member_dense,
    "piecewise_linear_embedding": piecewise_linear_embedding,
    "scale": scale,
    "parametric_activation": parametric_activation,
    "periodic_embedding": periodic_embedding,
}
