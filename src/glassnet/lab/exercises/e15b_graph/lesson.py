# %% [markdown]
# # Exercise 15b · Computational graph
#
# Your `back_propagation` is derived by hand, for one kind of network. PyTorch and JAX differentiate *any* program: they
# record each operation in a **computational graph**, and apply the chain rule from the result back to the inputs. This
# is **reverse-mode automatic differentiation** (autograd). You will write it for scalars, with + and ·.
#
# The class `Value` is given. A `Value` is a number with its place in the graph:
#
# - `value`: the number;
# - `inputs`: the tuple of Values it was computed from, empty for a number that was not computed;
# - `local_gradients`: for each input, the derivative of this value with respect to it;
# - `grad`: after `backward(y)`, the derivative of y with respect to this value.
#
# Write four functions:
#
# 1. `plus(a, b)` and `times(a, b)` return a new `Value` with all of this. The local gradients of $a + b$ are
#    $\frac{\partial (a + b)}{\partial a} = 1$ and $\frac{\partial (a + b)}{\partial b} = 1$. Those of $a \cdot b$ are
#    $\frac{\partial (a b)}{\partial a} = b$ and $\frac{\partial (a b)}{\partial b} = a$.
# 2. `topological_order(y)` returns a list of `y` and all Values it was computed from. Each occurs once, and *after* its
#    inputs, so `y` is the last. A Value is itself, not its number: two Values of 1.5 are different.
# 3. `backward(y)` sets `grad` of all these Values. It starts with $\frac{\partial y}{\partial y} = 1$ and visits them
#    from `y` back. A Value passes its gradient on to each input, times the local gradient. An input that is used
#    several times gets the **sum**:
#
# $$\frac{\partial y}{\partial a} = \sum_{v} \frac{\partial y}{\partial v} \cdot \frac{\partial v}{\partial a}
# \text{ over all } v \text{ computed from } a$$
#
# Why the order? A Value may pass its gradient on only when it is complete, after all Values computed from it have been
# visited. And why set all gradients to 0 first? They may hold the results of an earlier call.
#
# Example: for $a = 2$, $b = -3$, and $y = a b + a$, the gradient of $a$ is $b + 1 = -2$, that of $b$ is $a = 2$.

# %%
class Value:
    """A number that knows what it was computed from: reverse-mode automatic differentiation."""

    def __init__(self, value, inputs=(), local_gradients=()):
        self.value, self.inputs, self.local_gradients = value, inputs, local_gradients
        self.grad = 0.0

    def __add__(self, other):
        return plus(self, other)

    def __mul__(self, other):
        return times(self, other)


# %%
def plus(a, b):
    """Return the Value a + b, with its inputs and local gradients. a, b: Values."""
    # BEGIN SOLUTION
    return Value(a.value + b.value, (a, b), (1.0, 1.0))
    # END SOLUTION


def times(a, b):
    """Return the Value a · b, with its inputs and local gradients. a, b: Values."""
    # BEGIN SOLUTION
    return Value(a.value * b.value, (a, b), (b.value, a.value))
    # END SOLUTION


def topological_order(y):
    """Return y and all Values it was computed from, as a list; each once, and after its inputs."""
    # BEGIN SOLUTION
    order, seen, waiting = [], set(), [(y, False)]
    while waiting:
        node, has_inputs = waiting.pop()
        if has_inputs:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            waiting.append((node, True))
            waiting += [(one, False) for one in node.inputs]
    return order
    # END SOLUTION


def backward(y):
    """Set grad of y and of all Values it was computed from: the derivative of y with respect to each."""
    # BEGIN SOLUTION
    order = topological_order(y)
    for node in order:
        node.grad = 0.0
    y.grad = 1.0
    for node in reversed(order):
        for one, local in zip(node.inputs, node.local_gradients, strict=True):
            one.grad += node.grad * local
    # END SOLUTION


# %% [markdown]
# Try it. The gradients should be `-2.0 2.0`. For `b = a + a` and `c = b + b`, the gradient of `a` should be `4.0`.

# %%
a, b = Value(2.0), Value(-3.0)
backward(a * b + a)
print(a.grad, b.grad)

a = Value(1.5)
b = a + a
backward(b + b)
print(a.grad)
