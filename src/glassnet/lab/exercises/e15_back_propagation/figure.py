"""Figure of Exercise 15: delta on its way back through a small network."""

from __future__ import annotations

import numpy as np

from glassnet.common.graph.parts import Edge, Node
from glassnet.lab.drawing.panels import Figure, Flow
from glassnet.lab.exercise import Namespace
from glassnet.lab.texts import FigureTexts


def figure(answer: Namespace, text: FigureTexts) -> Figure:
    """Draw the graph of a 4-3-2 network: values forward, the learner's gradients backward.

    Deltas are recovered from the learner's gradients, one sample at a time: for m = 1, db is delta.
    """
    from glassnet.lab.given import ReLu, ReLu_derivative, Softmax, forward_one_step, initialize, loss

    W, B = initialize([4, 3, 2], np.random.default_rng(0))
    W = [None, *(10 * w for w in W[1:])]
    x, y = np.array([[1.0], [0.5], [-1.0], [2.0]]), np.array([[1.0], [0.0]])
    a, z = forward_one_step(x, W, B, [None, ReLu, lambda z: Softmax(z, axis=0)])
    dW, delta = answer.back_propagation(y, a, z, W, [None, ReLu_derivative, None])
    for l in (1, 2):
        if np.shape(dW[l]) != np.shape(W[l]) or np.shape(delta[l]) != np.shape(B[l]):
            raise ValueError(f"dW[{l}] has shape {np.shape(dW[l])}, and db[{l}] {np.shape(delta[l])}")
    nodes = [
        Node("x", kind="input"),
        Node("W[1]", kind="parameter"),
        Node("b[1]", kind="parameter"),
        Node("z[1]", "W[1]ᵀ x + b[1]"),
        Node("a[1]", "ReLU(z[1])"),
        Node("W[2]", kind="parameter"),
        Node("b[2]", kind="parameter"),
        Node("z[2]", "W[2]ᵀ a[1] + b[2]"),
        Node("a[2]", "softmax(z[2])"),
        Node("L", "-Σ y ln a[2]", "result"),
    ]
    edges = [
        Edge(0, 3, x),
        Edge(1, 3, W[1], dW[1]),
        Edge(2, 3, B[1], delta[1]),
        Edge(3, 4, z[1], delta[1]),
        Edge(4, 7, a[1], W[2] @ delta[2]),
        Edge(5, 7, W[2], dW[2]),
        Edge(6, 7, B[2], delta[2]),
        Edge(7, 8, z[2], delta[2]),
        Edge(8, 9, a[2], -y / a[2]),
    ]
    note = text("note", loss=f"{float(loss(y, a[2])):.4g}")
    return Figure(text("title"), [Flow(text("graph"), nodes, edges)], note)
