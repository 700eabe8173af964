# mistake: recursion from y: each visit passes on the whole gradient collected so far
# known mistake: gradients passed on several times


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


def collect(v, so_far):
    if v in so_far:
        return so_far
    for i in v.inputs:
        so_far = collect(i, so_far)
    return so_far + [v]


def topological_order(y):
    return collect(y, [])


def backward(y):
    for node in topological_order(y):
        node.grad = 0.0
    y.grad = 1.0

    def push(node):
        for one, local in zip(node.inputs, node.local_gradients):
            one.grad += node.grad * local
            push(one)

    push(y)
