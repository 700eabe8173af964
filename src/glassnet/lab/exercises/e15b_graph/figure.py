"""Figure of Exercise 15b: the graph that the learner's functions build, with values and gradients."""

from __future__ import annotations

from glassnet.common.graph.parts import Edge, Node
from glassnet.lab.drawing.panels import Figure, Flow
from glassnet.lab.exercise import Namespace


def figure(answer: Namespace) -> Figure:
    """Draw y = d (d + c) with d = a b: each edge carries a value forward and its part of a gradient backward."""
    a, b, c = answer.Value(2.0), answer.Value(-3.0), answer.Value(10.0)
    d = answer.times(a, b)
    e = answer.plus(d, c)
    y = answer.times(d, e)
    answer.backward(y)
    order = answer.topological_order(y)
    labels = {id(a): "a", id(b): "b", id(c): "c", id(d): "d = a b", id(e): "e = d + c", id(y): "y = d e"}
    places = {id(node): i for i, node in enumerate(order)}
    nodes = [
        Node(labels[id(node)], f"{node.value:g}", "result" if node is y else "operation" if node.inputs else "input")
        for node in order
    ]
    edges = [
        Edge(places[id(one)], places[id(node)], one.value, node.grad * local)
        for node in order
        for one, local in zip(node.inputs, node.local_gradients, strict=True)
    ]
    note = f"The gradient of d is a sum over both ways to y: {d.grad:g}. That of a is {a.grad:g}, of b {b.grad:g}."
    return Figure("The graph of your functions", [Flow("y = d (d + c), d = a b", nodes, edges)], note)
