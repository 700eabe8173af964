"""Figure of Exercise 15b: the graph that the learner's functions build, with values and gradients."""

from __future__ import annotations

from glassnet.common.graph.parts import Edge, Node
from glassnet.lab.drawing.panels import Figure, Flow
from glassnet.lab.exercise import Namespace
from glassnet.lab.texts import FigureTexts


def figure(answer: Namespace, text: FigureTexts) -> Figure:
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
    note = text("note", d=f"{d.grad:g}", a=f"{a.grad:g}", b=f"{b.grad:g}")
    return Figure(text("title"), [Flow(text("graph"), nodes, edges)], note)
