"""Images: reading files, and transforms that turn an image into a row of numbers."""

from glassnet.data.images.decode import read
from glassnet.data.images.transforms import DrawingTransform, fit_to_model, read_gray

__all__ = ["DrawingTransform", "fit_to_model", "read", "read_gray"]
