"""Graphs of computations: layout, pictures, and text formats."""

import itertools
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.common.graph import Edge, Graph, Node
from glassnet.common.graph.layout import increasing, layout
from glassnet.common.graph.parts import brief

GRAPH = Graph(
    [Node("a", "2", "input"), Node('W "x"', "(2, 4)", "parameter"), Node("×"), Node("loss", "mean", "result")],
    [Edge(0, 2, 2.0, -3.0), Edge(1, 2, np.full((2, 4), 0.5), np.zeros((2, 4))), Edge(2, 3, 6.0), Edge(0, 3, 2.0, 1.0)],
)

# Pairs (source, target) with source < target, so that nodes come after those that they depend on.
GRAPHS = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)).filter(lambda pair: pair[0] < pair[1]), max_size=24)


@given(edges=GRAPHS)
def test_edges_point_down_and_nodes_do_not_overlap(edges: list[tuple[int, int]]) -> None:
    widths = [20.0 + 10 * (i % 4) for i in range(12)]
    found = layout(widths, edges, gap=5)
    assert found == layout(widths, edges, gap=5)
    for (source, target), path in zip(edges, found.paths, strict=True):
        assert [layer for layer, _ in path] == list(range(found.layer[source], found.layer[target] + 1))
        assert (path[0][1], path[-1][1]) == (found.x[source], found.x[target])
        assert len(path) >= 2
    for layer in set(found.layer):
        row = sorted((x, width) for x, width, own in zip(found.x, widths, found.layer, strict=True) if own == layer)
        for (left, left_width), (right, right_width) in itertools.pairwise(row):
            assert right - left >= (left_width + right_width) / 2 + 5 - 1e-6
    assert all(
        width / 2 - 1e-6 <= x <= found.width - width / 2 + 1e-6 for x, width in zip(found.x, widths, strict=True)
    )


@given(values=st.lists(st.floats(-10, 10), min_size=1, max_size=8))
def test_positions_are_the_closest_that_do_not_decrease(values: list[float]) -> None:
    found = increasing(values, [1.0] * len(values))
    assert all(left <= right + 1e-9 for left, right in itertools.pairwise(found))
    from sklearn.isotonic import isotonic_regression

    np.testing.assert_allclose(found, isotonic_regression(values), atol=1e-9)


def test_a_chain_is_straight_and_what_feeds_it_stands_beside() -> None:
    # 0 → 1 → 4 → 5, with 2 and 3 as further inputs of 4
    found = layout([40.0] * 6, [(0, 1), (1, 4), (2, 4), (3, 4), (4, 5)], gap=10)
    assert found.layer == [0, 1, 1, 1, 2, 3]
    chain = [found.x[i] for i in (0, 1, 4, 5)]
    assert max(chain) - min(chain) < 2


def test_the_picture_shows_every_node_value_and_gradient() -> None:
    picture = ElementTree.fromstring(GRAPH.svg())
    texts = ["".join(one.itertext()) for one in picture.iter("{http://www.w3.org/2000/svg}text")]
    for expected in ("a", 'W "x"', "×", "loss", "mean", "RMS 0.5", "−3", "(2, 4)"):
        assert expected in texts
    paths = list(picture.iter("{http://www.w3.org/2000/svg}path"))
    assert len([one for one in paths if one.get("marker-end")]) == len(GRAPH.edges)
    assert GRAPH._repr_svg_() == GRAPH.svg()
    assert "http" not in GRAPH.svg().replace("http://www.w3.org/2000/svg", "")


def test_labels_are_inside_the_picture() -> None:
    picture = ElementTree.fromstring(GRAPH.svg())
    left, _, width, height = map(float, picture.get("viewBox", "").split())
    for one in picture.iter("{http://www.w3.org/2000/svg}text"):
        length = 6 * len("".join(one.itertext()))
        x, y = float(one.get("x", "")), float(one.get("y", ""))
        start = x - {"middle": length / 2, "end": length}.get(one.get("text-anchor", ""), 0)
        assert left <= start
        assert start + length <= left + width
        assert 0 < y < height


def test_text_formats() -> None:
    assert 'n1 [label="W \\"x\\"\\n(2, 4)", shape=ellipse];' in GRAPH.dot()
    assert 'n0 -> n2 [label="2\\ngradient −3"];' in GRAPH.dot()
    assert GRAPH.mermaid().startswith("flowchart TD\n")
    assert '  n1(["W #quot;x#quot;<br>(2, 4)"])\n' in GRAPH.mermaid()
    assert '  n2 -->|"6"| n3\n' in GRAPH.mermaid()
    plain = GRAPH.to_dict()
    assert plain["nodes"][0] == {"label": "a", "note": "2", "kind": "input"}
    assert plain["edges"][0] == {"source": 0, "target": 2, "value": 2.0, "gradient": -3.0}
    assert plain["edges"][1]["value"] == [[0.5] * 4] * 2
    assert repr(GRAPH) == "<graph of 4 nodes and 4 edges>"


def test_saving(tmp_path: Path) -> None:
    for name, text in {"a.svg": GRAPH.svg(), "b.dot": GRAPH.dot(), "c.MMD": GRAPH.mermaid()}.items():
        GRAPH.save(tmp_path / name)
        assert (tmp_path / name).read_text(encoding="utf-8") == text
    with pytest.raises(ValueError, match=re.escape("a graph is saved as .svg, .dot, .mmd; got graph.png")):
        GRAPH.save("graph.png")


def test_a_picture_has_a_limit() -> None:
    chain = Graph([Node("+")] * 500, [Edge(i, i + 1, 1.0) for i in range(499)])
    with pytest.raises(ValueError, match="a picture of a graph has at most 400 nodes, got 500"):
        chain.svg()
    assert chain.dot().count("->") == 499


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (-1234567.0, "−1.235e+06"),
        (np.float32(0.1), "0.1"),
        (np.array([[7]]), "7"),
        (np.array([1.0, np.nan, np.inf]), "[1, nan, inf]"),
        (np.array([3.0, 4.0, 0.0, 0.0]), "(4,), RMS 2.5"),
        (np.full((2, 3), 1e30, np.float32), "(2, 3), RMS 1e+30"),
        (np.array([1.0, np.nan, 0.0, 2.0]), "(4,), RMS nan"),
    ],
)
def test_numbers_are_brief(values: float | np.ndarray, text: str) -> None:
    assert brief(values) == text
