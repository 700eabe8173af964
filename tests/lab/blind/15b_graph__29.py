# mistake: breadth-first search, turned round
# mistake: the gradients of an earlier call are kept, since only y is set
# known mistake: order: breadth-first
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
    result = a.value + b.value
    return Value(result, inputs=(a, b), local_gradients=(1.0, 1.0))


def times(a, b):
    result = a.value * b.value
    return Value(result, inputs=(a, b), local_gradients=(b.value, a.value))


def topological_order(y):
    order = [y]
    for node in order:
        for one in node.inputs:
            if one not in order:
                order.append(one)
    order.reverse()
    return order


def backward(y):
    y.grad = 1.0
    for v in reversed(topological_order(y)):
        for one, local in zip(v.inputs, v.local_gradients):
            one.grad += v.grad * local
