"""The trained model, and its file format."""

from glassnet.model.load import METRICS_BEFORE, load_model
from glassnet.model.model import FORMAT, KEY, Model

__all__ = ["FORMAT", "KEY", "METRICS_BEFORE", "Model", "load_model"]
