# mistake: the list has the numbers, not the Values


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
        for one in node.inputs:
            visit(one)
        if node.value not in order:
            order.append(node.value)

    visit(y)
    return order


def backward(y):
    for node in reversed(topological_order(y)):
        node.grad = 0.0
    y.grad = 1.0
