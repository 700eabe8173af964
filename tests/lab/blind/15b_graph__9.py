# mistake: recursion from y that skips visited Values: it passes on a gradient before it is complete
# known mistake: gradients passed on before they are complete


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
        if node not in order:
            for one in node.inputs:
                visit(one)
            order.append(node)

    visit(y)
    return order


def backward(y):
    for v in topological_order(y):
        v.grad = 0
    y.grad = 1
    done = []

    def go(v):
        if v in done:
            return
        done.append(v)
        for i in range(len(v.inputs)):
            v.inputs[i].grad += v.grad * v.local_gradients[i]
        for one in v.inputs:
            go(one)

    go(y)
