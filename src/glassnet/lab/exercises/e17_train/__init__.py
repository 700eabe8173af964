"""Exercise 17: training with stochastic gradient descent."""
