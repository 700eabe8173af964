"""Networks: layers, parameters in one vector, and the forward and backward pass."""
