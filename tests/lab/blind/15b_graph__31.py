# mistake: only the numbers that were not computed are set to 0 before a second call
# known mistake: old gradients kept


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
    return Value(a.value + b.value, (a, b), (1, 1))


def times(a, b):
    return Value(a.value * b.value, (a, b), (b.value, a.value))


def topological_order(y):
    order = []

    def visit(node):
        if node not in order:
            for one in node.inputs:
                visit(one)
            order.append(node)

    visit(y)
    return order


def backward(y):
    order = topological_order(y)
    for v in order:
        if not v.inputs:
            v.grad = 0.0
    y.grad = 1.0
    for v in reversed(order):
        for one, local in zip(v.inputs, v.local_gradients):
            one.grad += v.grad * local
