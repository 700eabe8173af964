"""Exercise 21: a criterion that ends the training when the loss has settled."""
