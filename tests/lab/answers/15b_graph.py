# %% recursion, and membership in the list
class Value:
    def __init__(self, value, inputs=(), local_gradients=()):
        self.value, self.inputs, self.local_gradients = value, inputs, local_gradients
        self.grad = 0.0

    def __add__(self, other):
        return plus(self, other)

    def __mul__(self, other):
        return times(self, other)


def plus(a, b):
    return Value(a.value + b.value, [a, b], [1, 1])


def times(a, b):
    return Value(a.value * b.value, [a, b], [b.value, a.value])


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
    order = topological_order(y)
    for node in order:
        node.grad = 0
    y.grad = 1
    for node in order[::-1]:
        for i in range(len(node.inputs)):
            node.inputs[i].grad += node.grad * node.local_gradients[i]


# %% a set of Values, and arithmetic in the class
class Value:
    def __init__(self, value, inputs=(), local_gradients=()):
        self.value = value
        self.inputs = inputs
        self.local_gradients = local_gradients
        self.grad = 0.0

    def __add__(self, other):
        return Value(self.value + other.value, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        return Value(self.value * other.value, (self, other), (other.value, self.value))


def plus(a, b):
    return a + b


def times(a, b):
    return a * b


def topological_order(y):
    order, visited = [], set()

    def visit(node):
        if node in visited:
            return
        visited.add(node)
        for one in node.inputs[::-1]:
            visit(one)
        order.append(node)

    visit(y)
    return order


def backward(y):
    for node in topological_order(y):
        node.grad = 0.0
    y.grad = 1.0
    for node in reversed(topological_order(y)):
        for one, local in zip(node.inputs, node.local_gradients):
            one.grad = one.grad + local * node.grad


# %% counts of the uses that are still to come (Kahn's algorithm)
class Value:
    def __init__(self, value, inputs=(), local_gradients=()):
        self.value, self.inputs, self.local_gradients = value, inputs, local_gradients
        self.grad = 0.0


def plus(a, b):
    return Value(a.value + b.value, (a, b), (1.0, 1.0))


def times(a, b):
    return Value(a.value * b.value, (a, b), (b.value, a.value))


def topological_order(y):
    uses, found = {}, [y]
    for node in found:
        for one in node.inputs:
            if one not in uses:
                uses[one] = 0
                found.append(one)
            uses[one] += 1
    ready, order = [y], []
    while ready:
        node = ready.pop()
        order.append(node)
        for one in node.inputs:
            uses[one] -= 1
            if uses[one] == 0:
                ready.append(one)
    return order[::-1]


def backward(y):
    gradients = {y: 1.0}
    for node in reversed(topological_order(y)):
        node.grad = gradients[node]
        for one, local in zip(node.inputs, node.local_gradients):
            gradients[one] = gradients.get(one, 0.0) + node.grad * local


# %% inputs in the other order, with their local gradients
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
    return Value(b.value + a.value, (b, a), (1.0, 1.0))


def times(a, b):
    return Value(a.value * b.value, (b, a), (a.value, b.value))


def topological_order(y):
    order, done = [], set()

    def visit(node):
        if id(node) in done:
            return
        for one in node.inputs:
            visit(one)
        done.add(id(node))
        order.append(node)

    visit(y)
    return order


def backward(y):
    order = topological_order(y)
    for node in order:
        node.grad = 0.0
    y.grad = 1.0
    while order:
        node = order.pop()
        for one, local in zip(node.inputs, node.local_gradients):
            one.grad += local * node.grad


# %% levels: the longest path from a number that was not computed
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
    out = Value(a.value + b.value)
    out.inputs = (a, b)
    out.local_gradients = (1, 1)
    return out


def times(a, b):
    out = Value(a.value * b.value)
    out.inputs = (a, b)
    out.local_gradients = (b.value, a.value)
    return out


def level(node):
    return 1 + max([level(one) for one in node.inputs], default=-1)


def everything(node):
    found = {node}
    for one in node.inputs:
        found |= everything(one)
    return found


def topological_order(y):
    return sorted(everything(y), key=level)


def backward(y):
    nodes = topological_order(y)
    for node in nodes:
        node.grad = 0.0
    nodes[-1].grad = 1.0
    for node in nodes[::-1]:
        for k, one in enumerate(node.inputs):
            one.grad = one.grad + node.grad * node.local_gradients[k]


# %% a generator, and repeated Values removed
class Value:
    """A number that knows what it was computed from: reverse-mode automatic differentiation."""

    def __init__(self, value, inputs=(), local_gradients=()):
        self.value, self.inputs, self.local_gradients = value, inputs, local_gradients
        self.grad = 0.0

    def __add__(self, other):
        return plus(self, other)

    def __mul__(self, other):
        return times(self, other)


import numpy as np


def plus(a, b):
    return Value(a.value + b.value, inputs=(a, b), local_gradients=np.ones(2))


def times(a, b):
    return Value(a.value * b.value, inputs=(a, b), local_gradients=np.array([b.value, a.value]))


def walk(node):
    for one in node.inputs:
        yield from walk(one)
    yield node


def topological_order(y):
    return list(dict.fromkeys(walk(y)))


def backward(y):
    order = topological_order(y)
    grads = {node: 0.0 for node in order}
    grads[y] = 1.0
    for node in reversed(order):
        for one, local in zip(node.inputs, node.local_gradients):
            grads[one] += grads[node] * local
    for node, grad in grads.items():
        node.grad = grad


# %% gradients along every path, without the order
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
    return Value(a.value + b.value, [a, b], [1.0, 1.0])


def times(a, b):
    return Value(a.value * b.value, [a, b], [b.value, a.value])


def topological_order(y):
    order, waiting = [], [y]
    while waiting:
        node = waiting[-1]
        missing = [one for one in node.inputs if one not in order]
        if missing:
            waiting.append(missing[0])
        else:
            waiting.pop()
            if node not in order:
                order.append(node)
    return order


def backward(y):
    for node in topological_order(y):
        node.grad = 0.0

    def follow(node, factor):
        node.grad += factor
        for one, local in zip(node.inputs, node.local_gradients):
            follow(one, factor * local)

    follow(y, 1.0)


# %% the sum over all Values computed from a Value
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
    return Value(a.value + b.value, (a, b), (1.0, 1.0))


def times(a, b):
    return Value(a.value * b.value, (a, b), (b.value, a.value))


def topological_order(y):
    if not y.inputs:
        return [y]
    order = []
    for one in y.inputs:
        for node in topological_order(one):
            if not any(node is other for other in order):
                order.append(node)
    return order + [y]


def backward(y):
    order = topological_order(y)
    for i in range(len(order) - 1, -1, -1):
        node = order[i]
        node.grad = float(node is y)
        for user in order[i + 1 :]:
            for one, local in zip(user.inputs, user.local_gradients):
                if one is node:
                    node.grad += user.grad * local
