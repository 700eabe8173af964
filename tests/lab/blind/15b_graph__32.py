# mistake: visit is never called, so the list is empty
# known mistake: order: empty


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

    def visit(node):
        if node not in order:
            for one in node.inputs:
                visit(one)
            order.append(node)

    return order


def backward(y):
    for v in topological_order(y):
        v.grad = 0.0
    y.grad = 1.0
    todo = topological_order(y)
    while todo:
        v = todo.pop()
        for child, local in zip(v.inputs, v.local_gradients):
            child.grad = child.grad + local * v.grad
