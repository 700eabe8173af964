"""What a user keeps of a training run: the model, and its file."""

from glassnet.model.load import METRICS_BEFORE, load_model
from glassnet.model.model import FORMAT, KEY, Model

__all__ = ["FORMAT", "KEY", "METRICS_BEFORE", "Model", "load_model"]
