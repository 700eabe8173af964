"""Exercise 23: a learning rate for every parameter, from the size of its gradients."""
