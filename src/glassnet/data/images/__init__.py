"""Images as input: reading files, and transforms that make a row of numbers of an image."""

from glassnet.data.images.decode import read
from glassnet.data.images.transforms import DrawingTransform, fit_to_model, read_gray

__all__ = ["DrawingTransform", "fit_to_model", "read", "read_gray"]
