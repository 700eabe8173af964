# mistake: old gradients are not set to 0
# mistake: Values that are used twice are listed twice
# known mistake: old gradients kept
# known mistake: order: Values repeated


class Value:
    """A number that knows what it was computed from: reverse-mode automatic differentiation."""

    def __init__(self, value, inputs=(), local_gradients=()):
        self.value, self.inputs, self.local_gradients = value, inputs, local_gradients
        self.grad = 0.0

    def __add__(self, other):
        return plus(self, other)

    def __mul__(self, other):
        return times(self, other)


def plus(a, b):
    v = Value(a.value + b.value)
    v.inputs = [a, b]
    v.local_gradients = [1, 1]
    return v


def times(a, b):
    v = Value(a.value * b.value)
    v.inputs = [a, b]
    v.local_gradients = [b.value, a.value]
    return v


def topological_order(y):
    order = []
    for one in y.inputs:
        order += topological_order(one)
    return order + [y]


def backward(y):
    y.grad = 1.0
    for node in reversed(topological_order(y)):
        for one, local in zip(node.inputs, node.local_gradients):
            one.grad += node.grad * local
