# mistake: the class is a dataclass, which compares Values by their numbers
# known mistake: order: equal numbers confused


from dataclasses import dataclass


@dataclass
class Value:
    value: float
    inputs: tuple = ()
    local_gradients: tuple = ()
    grad: float = 0.0

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

    visit(y)
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
