# mistake: y.grad stays 0
# mistake: Values are told apart by their numbers
# known mistake: all gradients 0
# known mistake: order: equal numbers confused


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
    seen, order = [], []

    def visit(v):
        if v.value in seen:
            return
        seen.append(v.value)
        for one in v.inputs:
            visit(one)
        order.append(v)

    visit(y)
    return order


def backward(y):
    order = topological_order(y)
    for v in order:
        v.grad = 0.0
    for v in reversed(order):
        for one, local in zip(v.inputs, v.local_gradients):
            one.grad += v.grad * local
