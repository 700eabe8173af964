# mistake: the local gradients of a sum are one number, not one for each input


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
    return Value(a.value + b.value, (a, b), 1)


def times(a, b):
    result = a.value * b.value
    return Value(result, inputs=(a, b), local_gradients=(b.value, a.value))


def topological_order(y):
    visited = set()
    nodes = []

    def dfs(v):
        if v in visited:
            return
        visited.add(v)
        for child in v.inputs:
            dfs(child)
        nodes.append(v)

    dfs(y)
    return nodes


def backward(y):
    nodes = topological_order(y)
    for v in nodes:
        v.grad = 0
    y.grad = 1
    for v in nodes[::-1]:
        for i in range(len(v.inputs)):
            v.inputs[i].grad += v.grad * v.local_gradients[i]
