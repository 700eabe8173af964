"""Figures as plain data: panels of numbers and texts, which every renderer draws.

A figure crosses from the answer's process to the command's as JSON. Both ends check it, since it contains what a
learner's functions have returned.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray
from glassnet.common.graph.drawing import COLORS
from glassnet.common.graph.parts import Edge, Node

MAX_NUMBERS, MAX_CHARACTERS, MAX_CELLS = 50_000, 200, 16
"""Maximum size of an array, of a text, and of a side of a table of numbers."""


@dataclass(frozen=True)
class Curve:
    """Points, joined by a line, or each by itself. x, y: numbers, (points,). kind: "line", "dashed", or "points"."""

    name: str
    x: Any
    y: Any
    kind: str = "line"

    def __post_init__(self) -> None:
        _set(self, name=text(self.name), x=numbers(self.x, f"x of {self.name}", 1))
        _set(self, y=numbers(self.y, f"y of {self.name}", 1))
        if self.x.shape != self.y.shape:
            raise ValueError(f"{self.name}: x has shape {self.x.shape}, y has {self.y.shape}")


@dataclass(frozen=True)
class Lines:
    """Curves on common axes.

    log: axes with a logarithmic scale, "", "x", "y", or "xy". limits: lowest and highest y.
    """

    title: str
    curves: Sequence[Curve]
    x_label: str = ""
    y_label: str = ""
    log: str = ""
    limits: Sequence[float] = ()

    def __post_init__(self) -> None:
        _set(self, title=text(self.title), x_label=text(self.x_label), y_label=text(self.y_label))
        if self.log not in ("", "x", "y", "xy"):
            raise ValueError(f"log should be '', 'x', 'y', or 'xy', got {self.log!r}")
        _set(self, curves=_all(Curve, self.curves), limits=_ends(self.limits) if len(self.limits) else ())


@dataclass(frozen=True)
class Bars:
    """Bars from 0. groups: by name, numbers, one per label."""

    title: str
    labels: Sequence[str]
    groups: Mapping[str, Any]

    def __post_init__(self) -> None:
        groups = {text(name): numbers(values, name, 1) for name, values in self.groups.items()}
        _set(self, title=text(self.title), labels=[text(label) for label in self.labels], groups=groups)
        for name, values in groups.items():
            if len(values) != len(self.labels):
                raise ValueError(f"{name} has {len(values)} numbers for {len(self.labels)} labels")


@dataclass(frozen=True)
class Picture:
    """An image, (height, width), or (height, width, 3) with red, green, and blue from 0 to 255."""

    caption: str
    pixels: Any

    def __post_init__(self) -> None:
        pixels = numbers(self.pixels, f"the image {self.caption!r}")
        if not (pixels.ndim == 2 or (pixels.ndim == 3 and pixels.shape[2] == 3)) or not pixels.size:
            raise ValueError(f"the image {self.caption!r} has shape {pixels.shape}")
        _set(self, caption=text(self.caption), pixels=pixels)


@dataclass(frozen=True)
class Images:
    """Images side by side, on one scale from 0. signed: whether numbers below 0 have a color of their own."""

    title: str
    pictures: Sequence[Picture]
    signed: bool = False

    def __post_init__(self) -> None:
        _set(self, title=text(self.title), pictures=_all(Picture, self.pictures))


@dataclass(frozen=True)
class Term:
    """A table of numbers in a formula. copies: "rows" or "columns" if all but the first are copies, by broadcasting."""

    name: str
    values: Any
    copies: str = ""

    def __post_init__(self) -> None:
        values = np.atleast_2d(numbers(self.values, self.name))
        if values.ndim > 2 or max(values.shape) > MAX_CELLS or not values.size:
            raise ValueError(f"{self.name} has shape {np.shape(self.values)}")
        _set(self, name=text(self.name), values=values)

    def is_copy(self) -> AnyArray:
        """Return which entries are copies, of the shape of values."""
        copies = np.zeros(self.values.shape, dtype=bool)
        copies[1:] |= self.copies == "rows"
        copies[:, 1:] |= self.copies == "columns"
        return copies

    def cells(self) -> list[list[str]]:
        """Return the entries as texts, copies in parentheses."""
        return [
            [f"({value:.3g})" if copy else f"{value:.3g}" for value, copy in zip(*rows, strict=True)]
            for rows in zip((self.values + 0.0).tolist(), self.is_copy().tolist(), strict=True)
        ]


@dataclass(frozen=True)
class Formula:
    """Tables of numbers with operators between them: strings."""

    title: str
    terms: Sequence[Term | str]

    def __post_init__(self) -> None:
        _set(self, title=text(self.title), terms=_all((Term, str), self.terms))


@dataclass(frozen=True)
class Surface:
    """A function of two variables from above, with paths on it.

    x, y: the ranges of both variables. heights: values on a grid over them, (rows of y, columns of x).
    """

    title: str
    x: Sequence[float]
    y: Sequence[float]
    heights: AnyArray
    paths: Sequence[Curve]

    def __post_init__(self) -> None:
        _set(self, title=text(self.title), heights=numbers(self.heights, "the surface", 2))
        _set(self, x=_ends(self.x), y=_ends(self.y), paths=_all(Curve, self.paths))


@dataclass(frozen=True)
class Flow:
    """The graph of a computation: values forward, gradients backward."""

    title: str
    nodes: Sequence[Node]
    edges: Sequence[Edge]

    def __post_init__(self) -> None:
        nodes = [Node(text(one.label), text(one.note), one.kind) for one in _all(Node, self.nodes)]
        edges = [
            dataclasses.replace(
                edge,
                value=numbers(edge.value, "a value"),
                gradient=None if edge.gradient is None else numbers(edge.gradient, "a gradient"),
            )
            for edge in _all(Edge, self.edges)
        ]
        for edge in edges:
            if not 0 <= edge.source < edge.target < len(nodes):
                raise ValueError(f"an edge from node {edge.source} to {edge.target} of {len(nodes)}")
        if unknown := {node.kind for node in nodes} - set(COLORS):
            raise ValueError(f"a node of kind {unknown.pop()!r}")
        _set(self, title=text(self.title), nodes=nodes, edges=edges)


Panel = Lines | Bars | Images | Formula | Surface | Flow


@dataclass(frozen=True)
class Figure:
    """Panels, one below the other, with a title and a note on what to look at."""

    title: str
    panels: Sequence[Panel]
    note: str = ""

    def __post_init__(self) -> None:
        panels = _all((Lines, Bars, Images, Formula, Surface, Flow), self.panels)
        _set(self, title=text(self.title), panels=panels, note=text(self.note))


def numbers(value: Any, name: str, ndim: int | None = None) -> AnyArray:
    """Return a result as an array of floats; raise ValueError with its name if it is none, or has another ndim."""
    try:
        array = np.asarray(value)
        if array.dtype.kind not in "buif":
            raise TypeError(array.dtype)
        array = array.astype(np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"{name} should be numbers, got {type(value).__name__}") from None
    if ndim is not None and array.ndim != ndim:
        raise ValueError(f"{name} should have {ndim} dimension{'s' * (ndim > 1)}, got shape {array.shape}")
    if array.size > MAX_NUMBERS:
        raise ValueError(f"{name} has {array.size:,} numbers, more than a figure shows")
    return array


def text(value: Any) -> str:
    """Return a short text in one line."""
    return " ".join(str(value).split())[:MAX_CHARACTERS]


def _ends(values: Any) -> list[float]:
    """Return the ends of a range."""
    low, high = numbers(values, "a range", 1).tolist()
    return [low, high]


def _all(kinds: Any, values: Any) -> list[Any]:
    """Return values as a list; raise ValueError unless all are of these classes."""
    for value in values:
        if not isinstance(value, kinds):
            raise ValueError(f"a figure contains a {type(value).__name__}")
    return list(values)


def _set(panel: Any, **fields: Any) -> None:
    for name, value in fields.items():
        object.__setattr__(panel, name, value)


KINDS: dict[str, type] = {
    kind.__name__: kind
    for kind in (Figure, Lines, Curve, Bars, Images, Picture, Formula, Term, Surface, Flow, Node, Edge)
}
"""The classes that occur in the JSON of a figure, by name."""


def to_json(value: Any) -> Any:
    """Return a figure, or a part of one, as values that JSON can represent."""
    if dataclasses.is_dataclass(value):
        fields = {one.name: to_json(getattr(value, one.name)) for one in dataclasses.fields(value)}
        return {"kind of panel": type(value).__name__, **fields}
    if isinstance(value, (np.ndarray, np.generic)):
        return value.tolist()
    if isinstance(value, Mapping):
        return {name: to_json(one) for name, one in value.items()}
    return [to_json(one) for one in value] if isinstance(value, (list, tuple)) else value


def from_json(value: Any) -> Any:
    """Return the figure, or part of one, of `to_json`; raise ValueError if it is none."""
    if isinstance(value, list):
        return [from_json(one) for one in value]
    if not isinstance(value, dict):
        return value
    fields = {str(name): from_json(one) for name, one in value.items()}
    kind = fields.pop("kind of panel", None)
    if kind is None:
        return fields
    try:
        return KINDS[kind](**fields)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a figure: {error}") from None
