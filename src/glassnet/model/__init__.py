"""The trained model, and its file format."""

from glassnet.model.load import METRICS_BEFORE, load_model
from glassnet.model.model import Model
from glassnet.model.per_network import PerNetwork
from glassnet.model.save import FORMAT, KEY

__all__ = ["FORMAT", "KEY", "METRICS_BEFORE", "Model", "PerNetwork", "load_model"]
