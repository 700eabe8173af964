# %% [markdown]
# # Exercise 0 · Concepts and derivatives
#
# Nine concepts make up a neural network. You will build each of them in the following exercises. This is an overview.
#
# ## 1 Architecture and layers
#
# A network consists of **units** (neurons), arranged in **layers**. The *input layer* holds the features of one sample:
# its numbers. The *output layer* holds the prediction, for example one probability per class. The layers in between are
# *hidden layers*. A network with more than one hidden layer is called *deep*. In a *fully connected* network, every
# unit of a layer is connected to every unit of the next layer.

# %%
from glassnet.lab import figures

figures.network()

# %% [markdown]
# This network takes three features and predicts two classes: 3 input units, one hidden layer, and 2 output units. (In a
# notebook, the cell above shows the picture. In a script, `figures.network().savefig("network.png")` writes it to a
# file.)
#
# ## 2 Parameters
#
# A connection computes a linear function: $y = w x + b$. Its graph is a straight line. The **weight** $w$ is the slope.
# The **bias** $b$ is the intercept: the value at $x = 0$. With $w = \frac{1}{2}$ and $b = 1$, the line goes up by 1 for
# every 2 steps to the right.

# %%
figures.line()

# %% [markdown]
# A unit computes a weighted sum of all its inputs plus one bias: $z = w_1 x_1 + w_2 x_2 + \ldots + b$. The weights of
# all units of a layer form a matrix. Weights and biases together are the **parameters**: the numbers that training
# changes.
#
# ## 3 Activation function
#
# Linear layers in a row are equivalent to a single linear layer, however many there are. Therefore each unit applies a
# non-linear function to its sum: $a = g(z)$. This **activation function** $g$ determines how strongly the unit
# responds. Here are three activation functions and their derivatives:

# %%
figures.activations()

# %% [markdown]
# ## 4 Forward propagation
#
# A sample passes through the network layer by layer: weighted sum, activation, weighted sum, activation, and so on. The
# output of the last layer is the prediction $\hat{y}$. No parameter changes during this forward pass.
#
# ## 5 Loss function
#
# The **loss** is one number that measures how far the prediction is from the label (the ground truth). Training
# searches for parameters with a small loss.
#
# ## 6 Optimizer
#
# An **optimizer** changes the parameters to reduce the loss. The simplest one is *SGD* (stochastic gradient descent):
# it subtracts the learning rate times the gradient. *Momentum* also keeps part of the previous step's direction.
# *Adagrad* and *RMSProp* adapt the step size for each parameter. *Adam* combines momentum with such adaptive steps. You
# will write all five.
#
# ## 7 Backpropagation
#
# **Backpropagation** computes the gradient: how much the loss changes when a parameter changes a little. It traverses
# the **computational graph** backward. Every operation in the graph knows its own derivative, and these derivatives are
# multiplied: this is the chain rule. Backpropagation does not change any parameter. The optimizer does that.

# %%
figures.graph()

# %% [markdown]
# The numbers above the arrows are the values of the forward pass. The numbers below are the gradients of the backward
# pass.
#
# ## 8 Training
#
# Training repeats four operations on samples with known labels: forward pass, loss, backward pass, update. As
# **gradient descent**, it has five steps: initialize the parameters; compute the loss; compute the gradient; update the
# parameters; repeat. It ends after a fixed number of iterations, or when the loss hardly changes any more. You will
# write it in Exercise 0a.
#
# ## 9 Validation and evaluation
#
# A network that memorizes its training data can fail on new data: it **overfits**. A network that is too small, or that
# was trained too briefly, **underfits**. Therefore some of the data is not used for training. The *validation set* is
# used to decide when to stop and which settings to choose. The *test set* is used once, at the end.

# %%
figures.curves()

# %% [markdown]
# ## Your task
#
# The first function is the linear function. The others are derivatives of functions. Backpropagation is made of such
# derivatives.
#
# | function | derivative |
# |---|---|
# | $x^2$ | $2x$ |
# | $x^3$ | $3x^2$ |
# | $\ln x$ | $\frac{1}{x}$ |
# | $e^x$ | $e^x$ |
# | $2x^2 + 3x + b$ | $4x + 3$: the derivative of a constant is 0 |
#
# All six functions take a number or an array of numbers, and return a result of the same shape.

# %%
import numpy as np


def line(x, w, b):
    """Return w x + b."""
    # BEGIN SOLUTION
    return w * x + b
    # END SOLUTION


def d_square(x):
    """Return the derivative of x² at x."""
    # BEGIN SOLUTION
    return 2 * x
    # END SOLUTION


def d_cube(x):
    """Return the derivative of x³ at x."""
    # BEGIN SOLUTION
    return 3 * x**2
    # END SOLUTION


def d_log(x):
    """Return the derivative of ln x at x, where x > 0."""
    # BEGIN SOLUTION
    return 1 / x
    # END SOLUTION


def d_exp(x):
    """Return the derivative of e^x at x."""
    # BEGIN SOLUTION
    return np.exp(x)
    # END SOLUTION


def d_polynomial(x):
    """Return the derivative of 2x² + 3x + b at x."""
    # BEGIN SOLUTION
    return 4 * x + 3
    # END SOLUTION


# %% [markdown]
# Try it. The first line should be 2.0. Then come five derivatives, each next to a numerical estimate (a difference
# quotient). The two should be nearly equal.

# %%
print(line(2.0, 0.5, 1.0))
x, h = 1.5, 1e-6
functions = {
    d_square: lambda x: x**2,
    d_cube: lambda x: x**3,
    d_log: np.log,
    d_exp: np.exp,
    d_polynomial: lambda x: 2 * x**2 + 3 * x + 7,
}
for derivative, function in functions.items():
    print(derivative.__name__, derivative(x), (function(x + h) - function(x - h)) / (2 * h))
