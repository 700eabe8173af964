"""The computational graph of a network has the numbers of its trace."""

import numpy as np
import pytest

from glassnet.maths.scalars import scalar
from glassnet.network.layers import Dense
from helpers.layer_cases import Case, by_case
from helpers.networks import ROWS, TABLE, network_of


@by_case
def test_edges_have_the_values_and_gradients_of_the_trace(case: Case) -> None:
    net = network_of([*case.layers, Dense(3, "softmax")])
    trace = net.trace(TABLE, np.arange(ROWS) % 3)
    graph = trace.graph
    label = [node.label for node in graph.nodes]
    assert len(graph.nodes) == len({edge.source for edge in graph.edges}) + 1  # only the loss has no user
    assert all(edge.source < edge.target for edge in graph.edges)
    for name, view in net.named_parameters().items():
        (edge,) = [edge for edge in graph.edges if label[edge.source] == name]
        assert label[edge.target] == name.rpartition(".")[0]
        np.testing.assert_array_equal(edge.value, view)
        np.testing.assert_array_equal(edge.gradient, net.named_gradients()[name])
    (output,) = [edge for edge in graph.edges if label[edge.target] == "cross_entropy" and label[edge.source] != "y"]
    np.testing.assert_array_equal(output.value, trace.output)
    assert graph.nodes[-1].note.startswith("mean loss ")
    assert graph.svg().startswith("<svg")


def test_the_input_of_a_residual_layer_has_two_edges_whose_gradients_add_up() -> None:
    from glassnet.network.layers import Residual

    net = network_of([Residual([Dense(5, "tanh"), Dense(4)], init="normal"), Dense(1)])
    x, y = TABLE[:1], np.array([2.0])
    graph = net.trace(x, y).graph
    own = [edge for edge in graph.edges if edge.source == 0]
    assert [graph.nodes[edge.target].label for edge in own] == ["residual1.dense1", "residual1.linear"]
    total = sum(np.asarray(edge.gradient) for edge in own)
    step = 1e-6
    for i in range(4):
        moved = [net.trace(x + step * sign * np.eye(4)[i], y).loss for sign in (1, -1)]
        assert total[0, i] == pytest.approx((moved[0] - moved[1]) / (2 * step), rel=1e-6)


def test_the_graph_of_scalars() -> None:
    a, b = scalar(2.0, "a"), scalar(-3.0, "b")
    y = a * b + a
    graph = y.graph()
    assert [(node.label, node.note, node.kind) for node in graph.nodes] == [
        ("a", "2", "input"),
        ("b", "−3", "input"),
        ("×", "−6", "operation"),
        ("+", "−4", "result"),
    ]
    found = [(edge.source, edge.target, edge.value, edge.gradient) for edge in graph.edges]
    assert found == [(0, 2, 2.0, -3.0), (1, 2, -3.0, 2.0), (2, 3, -6.0, 1.0), (0, 3, 2.0, 1.0)]
    for i, one in ((0, a), (1, b)):
        assert one.grad == sum(float(edge.gradient or 0) for edge in graph.edges if edge.source == i)
