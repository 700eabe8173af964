# mistake: the order is made of all Values found, each where it was found first, turned round
# known mistake: order: appended before the inputs


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
    result = a.value + b.value
    return Value(result, inputs=(a, b), local_gradients=(1.0, 1.0))


def times(a, b):
    result = a.value * b.value
    return Value(result, inputs=(a, b), local_gradients=(b.value, a.value))


def topological_order(y):
    found = []

    def visit(v):
        if v not in found:
            found.append(v)
            for one in v.inputs:
                visit(one)

    visit(y)
    return found[::-1]


def backward(y):
    nodes = topological_order(y)
    for v in nodes:
        v.grad = 0
    y.grad = 1
    for v in nodes[::-1]:
        for i in range(len(v.inputs)):
            v.inputs[i].grad += v.grad * v.local_gradients[i]
