# mistake: the local gradients of a product are the Values themselves, not their numbers
# known mistake: times: Values as local gradients


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
    return Value(a.value * b.value, (a, b), (b, a))


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
    for node in order:
        node.grad = 0.0
    y.grad = 1.0
    for node in reversed(order):
        for one, local in zip(node.inputs, node.local_gradients):
            one.grad += node.grad * local
