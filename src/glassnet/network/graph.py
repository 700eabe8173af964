"""The computational graph of a network: one forward and backward pass as nodes and edges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from glassnet.common.arrays import AnyArray, Array
from glassnet.common.graph.graph import Graph
from glassnet.common.graph.parts import Edge, Node, brief
from glassnet.maths import activations, losses
from glassnet.network.layer import Operation
from glassnet.network.layers import Activation, Dense


def network_graph(
    operations: Sequence[Operation],
    arrays: Mapping[str, Mapping[str, Array]],
    mean_loss: float,
    Y: AnyArray,
    loss: losses.Loss,
) -> Graph:
    """Return the graph of a pass.

    operations: a network's operations, in order. arrays: of each layer, as in its trace. mean_loss, Y, loss: the mean
    loss of the batch, its targets, and the loss.
    """
    nodes, edges = [Node("x", kind="input")], list[Edge]()
    node_of = [0]  # the node that computes each output; 0 is the network's input
    for step in operations:
        values, is_activation = arrays[step.name], isinstance(step.layer, Activation)
        if isinstance(step.layer, Activation) and isinstance(step.layer.activation, activations.Identity):
            node_of.append(node_of[step.source])
            continue
        parameters = range(len(nodes), len(nodes) + len(step.p))
        nodes += [Node(f"{step.name}.{short}", str(view.shape), "parameter") for short, view in step.p.items()]
        here = len(nodes)
        nodes.append(_node_of(step))
        value, gradient = ("z", "dz") if is_activation else ("x", "dx")
        edges.append(Edge(node_of[step.source], here, values[value], values.get(gradient)))
        edges += [
            Edge(i, here, values[short], values[f"d{short}"]) for i, short in zip(parameters, step.p, strict=True)
        ]
        if step.added is not None:
            added = operations[step.added - 1]
            edges.append(Edge(node_of[step.added], here, arrays[added.name]["a"], values[f"d{step.layer.result}"]))
        node_of.append(here)
    last = arrays[operations[-1].name]
    nodes += [Node("y", "targets", "input"), Node(losses.loss_name(loss), f"mean loss {brief(mean_loss)}", "result")]
    edges += [Edge(node_of[-1], len(nodes) - 1, last["a"], last["da"]), Edge(len(nodes) - 2, len(nodes) - 1, Y)]
    return Graph(nodes, edges)


def _node_of(step: Operation) -> Node:
    """Return the node of an operation: a layer, or the activation of one."""
    if isinstance(step.layer, Activation):
        name = activations.activation_name(step.layer.activation)
        return Node(f"{step.name}: {name}", f"a = {name}(z)")
    formula = "z = x W + b" if isinstance(step.layer, Dense) else step.layer.formula()
    return Node(step.name, formula + (" + …" if step.added is not None else ""))
