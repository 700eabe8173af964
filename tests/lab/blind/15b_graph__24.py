# mistake: plus has the local gradients 0 and 0, as if a and b were constants
# known mistake: plus: local gradients 0


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
    return Value(a.value + b.value, (a, b), (0.0, 0.0))


def times(a, b):
    v = Value(a.value * b.value)
    v.inputs = [a, b]
    v.local_gradients = [b.value, a.value]
    return v


def collect(v, so_far):
    if v in so_far:
        return so_far
    for i in v.inputs:
        so_far = collect(i, so_far)
    return so_far + [v]


def topological_order(y):
    return collect(y, [])


def backward(y):
    for v in topological_order(y):
        v.grad = 0.0
    y.grad = 1.0
    todo = topological_order(y)
    while todo:
        v = todo.pop()
        for child, local in zip(v.inputs, v.local_gradients):
            child.grad = child.grad + local * v.grad
