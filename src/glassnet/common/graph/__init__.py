"""Graphs of computations: operations are nodes, and edges carry values forward and gradients backward."""

from glassnet.common.graph.graph import Graph
from glassnet.common.graph.parts import Edge, Node

__all__ = ["Edge", "Graph", "Node"]
