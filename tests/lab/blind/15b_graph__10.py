# mistake: two nested loops instead of zip: each input gets the sum of all local gradients
# known mistake: sum of all local gradients


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
    order = topological_order(y)
    for v in order:
        v.grad = 0
    y.grad = 1
    for v in order[::-1]:
        for one in v.inputs:
            for local in v.local_gradients:
                one.grad += v.grad * local
