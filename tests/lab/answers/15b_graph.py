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
