"""Exercise 10: softmax, scores converted to one probability distribution per sample."""
