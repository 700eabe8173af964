# %% [markdown]
# # Exercise 0 · Ideas
#
# Nine ideas make a neural network. You will build each of them in the exercises that follow; here is what they are.
#
# ## 1 Architecture and layers
#
# A network is made of **units**, in **layers**. The *input layer* holds the numbers of one sample, its features. The
# *output layer* holds the answer: one number per class, say. In between are *hidden layers*; with more than one of
# them the network is called deep. In a fully connected network every unit of a layer is joined to every unit of the
# next.

# %%
from glassnet.lab import figures

figures.network()

# %% [markdown]
# Three features come in, two classes come out: 3 units, a hidden layer, 2 units. (In a script no picture appears;
# `figures.network().savefig("network.png")` writes one. As a notebook, this cell shows it.)
#
# ## 2 Parameters
#
# What a connection does is a line: $y = w x + b$. The **weight** $w$ says how steep it is, the **bias** $b$ where it
# begins. With $w = \frac{1}{2}$ and $b = 1$, two steps to the right are one step up.

# %%
figures.line()

# %% [markdown]
# A unit adds up such lines over all its inputs, $z = w_1 x_1 + w_2 x_2 + \ldots + b$. Many units side by side make the
# weights a matrix. Weights and biases together are the **parameters**: the numbers that training changes.
#
# ## 3 Activation function
#
# Lines of lines are lines again, however many layers there are. So each unit bends its sum: $a = g(z)$. The
# **activation function** $g$ decides how strongly the unit answers. Three of them, with their slopes:

# %%
figures.activations()

# %% [markdown]
# ## 4 Feedforward
#
# A sample goes through the network layer by layer: line, activation, line, activation, until the last layer gives the
# prediction $\hat{y}$. On this way no parameter changes.
#
# ## 5 Loss function
#
# The **loss** says in one number how far the prediction is from the truth, the label. Training looks for parameters
# that make it small.
#
# ## 6 Optimizer
#
# An **optimizer** changes the parameters so that the loss becomes smaller. The plainest one is *SGD*: a step against
# the gradient, times a learning rate. *Momentum* keeps some of the last step's direction. *Adagrad* and *RMSProp* give
# every parameter a rate of its own, *Adam* does both. You will write all five.
#
# ## 7 Backpropagation
#
# **Backpropagation** computes the gradient: how much the loss changes when a parameter changes a little. It goes
# backwards through the **computational graph**, in which every operation knows its own derivative, and multiplies
# them: the chain rule. It changes nothing; that is the optimizer's part.

# %%
figures.graph()

# %% [markdown]
# Above the arrows are the values of the way forward, below them the gradients of the way back.
#
# ## 8 Training
#
# Forward, loss, backward, step, for sample after sample with known labels, many times over. As **gradient descent** it
# has five steps: start somewhere; compute the loss; compute the gradient; take a step against it; repeat, a certain
# number of times or until the loss hardly changes. You write it in Exercise 0a.
#
# ## 9 Validation and evaluation
#
# A network can learn its training data by heart and be of no use for others: it **overfits**. One that is too small,
# or has stopped too early, **underfits**. So some data are kept away from training: the *validation part*, by which
# you choose when to stop and which settings to take, and the *test part*, which is looked at once, at the end.

# %%
figures.curves()

# %% [markdown]
# ## Your turn
#
# The first function is the line. The others are derivatives, the slopes of functions, worked out by hand; they are
# what backpropagation is made of.
#
# | function | derivative |
# |---|---|
# | $x^2$ | $2x$ |
# | $x^3$ | $3x^2$ |
# | $\ln x$ | $\frac{1}{x}$ |
# | $e^x$ | $e^x$ |
# | $2x^2 + 3x + b$ | $4x + 3$: a constant has no slope |
#
# All six take a number or an array of numbers, and return the same shape.

# %%
import numpy as np


def line(x, w, b):
    """Return w x + b."""
    # BEGIN ANSWER
    return w * x + b
    # END ANSWER


def d_square(x):
    """Return the derivative of x² at x."""
    # BEGIN ANSWER
    return 2 * x
    # END ANSWER


def d_cube(x):
    """Return the derivative of x³ at x."""
    # BEGIN ANSWER
    return 3 * x**2
    # END ANSWER


def d_log(x):
    """Return the derivative of ln x at x, which is above 0."""
    # BEGIN ANSWER
    return 1 / x
    # END ANSWER


def d_exp(x):
    """Return the derivative of e^x at x."""
    # BEGIN ANSWER
    return np.exp(x)
    # END ANSWER


def d_polynomial(x):
    """Return the derivative of 2x² + 3x + b at x."""
    # BEGIN ANSWER
    return 4 * x + 3
    # END ANSWER


# %% [markdown]
# Try it: 2.0, then five slopes, each beside a difference of the function, which should be nearly the same.

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
