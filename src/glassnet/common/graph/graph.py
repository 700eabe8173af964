"""A graph of a computation as plain data, and its text formats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from glassnet.common.files import atomic_file
from glassnet.common.graph.drawing import svg
from glassnet.common.graph.parts import Edge, Node, label, plain


@dataclass(frozen=True)
class Graph:
    """The graph of a computation: nodes are operations, edges carry values forward and gradients backward.

    Notebooks show it as a picture.

    Attributes
    ----------
    nodes : sequence of Node
        Operations and inputs; each comes after those that it depends on.
    edges : sequence of Edge
        Which node gets the output of which other one.
    """

    nodes: Sequence[Node]
    edges: Sequence[Edge]

    FORMATS: ClassVar[dict[str, str]] = {".svg": "svg", ".dot": "dot", ".mmd": "mermaid"}

    def __repr__(self) -> str:
        return f"<graph of {len(self.nodes)} nodes and {len(self.edges)} edges>"

    def _repr_svg_(self) -> str:
        return self.svg()

    def to_dict(self) -> dict[str, Any]:
        """Return the graph as plain data, with all numbers."""
        nodes = [{"label": node.label, "note": node.note, "kind": node.kind} for node in self.nodes]
        edges = [
            {
                "source": edge.source,
                "target": edge.target,
                "value": plain(edge.value),
                "gradient": plain(edge.gradient),
            }
            for edge in self.edges
        ]
        return {"nodes": nodes, "edges": edges}

    def svg(self) -> str:
        """Return the graph as an SVG picture.

        Returns
        -------
        str
            SVG.

        Raises
        ------
        ValueError
            If the graph has too many nodes for a picture.
        """
        return svg(self.nodes, self.edges)

    def dot(self) -> str:
        """Return the graph in the language DOT of Graphviz.

        Returns
        -------
        str
            DOT.
        """
        shapes = {"input": "ellipse", "parameter": "ellipse"}
        lines = [
            f'  n{i} [label="{_escaped(_lines(node))}", shape={shapes.get(node.kind, "box")}];'
            for i, node in enumerate(self.nodes)
        ]
        lines += [f'  n{edge.source} -> n{edge.target} [label="{_escaped(label(edge))}"];' for edge in self.edges]
        return "\n".join(["digraph {", *lines, "}"]) + "\n"

    def mermaid(self) -> str:
        """Return the graph as a Mermaid flowchart, which GitHub and many editors draw.

        Returns
        -------
        str
            Mermaid.
        """
        lines = []
        for i, node in enumerate(self.nodes):
            text = _quoted(_lines(node))
            lines.append(f"  n{i}([{text}])" if node.kind in ("input", "parameter") else f"  n{i}[{text}]")
        lines += [f"  n{edge.source} -->|{_quoted(label(edge))}| n{edge.target}" for edge in self.edges]
        return "\n".join(["flowchart TD", *lines]) + "\n"

    def save(self, path: str | Path) -> None:
        """Write the graph to a file, in the format of its ending: .svg, .dot, or .mmd (Mermaid).

        Parameters
        ----------
        path : str or Path
            File; one that exists is replaced.

        Raises
        ------
        ValueError
            If the ending is another one.
        """
        kind = self.FORMATS.get(Path(path).suffix.lower())
        if kind is None:
            raise ValueError(f"a graph is saved as {', '.join(self.FORMATS)}; got {path}")
        text = getattr(self, kind)()
        with atomic_file(Path(path)) as temporary:
            temporary.write_text(text, encoding="utf-8")


def _lines(node: Node) -> str:
    return f"{node.label}\n{node.note}" if node.note else node.label


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _quoted(text: str) -> str:
    return '"' + text.replace('"', "#quot;").replace("\n", "<br>") + '"'
