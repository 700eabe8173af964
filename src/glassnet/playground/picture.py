"""Pictures for notebooks, as SVG without scripts: they need no kernel, and tell numbers when pointed at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.common import html
from glassnet.common.arrays import AnyArray, Array
from glassnet.playground import views
from glassnet.playground.scene import Scene
from glassnet.playground.trainer import Trainer

CLASSES = (
    *("#0072b2", "#e07b00", "#009e73", "#c05a93", "#56b4e9", "#a63c00", "#d9c400", "#5c6370", "#7b4ea3", "#7a5230"),
)
"""Colors of classes, as on the page: Okabe and Ito's palette, extended."""

POSITIVE, NEGATIVE, ZERO = (0, 114, 178), (224, 123, 0), (246, 246, 244)

SIDE, EDGE, GAP = 300, 46, 20
"""Side of the plane, and widths around it, in CSS pixels."""

MOST_DOTS = 600
"""Rows that are drawn, at most."""


@dataclass(frozen=True)
class Picture:
    """A picture that notebooks show; it needs no kernel.

    svg: the picture. text: its alternative. html: what a notebook shows, if that is more than the picture.
    """

    svg: str
    text: str
    html: str = ""

    def __repr__(self) -> str:
        return f"<Picture: {self.text}>"

    def _repr_html_(self) -> str:
        return f'<div class="glassnet">{html.STYLE}{self.html or self.svg}</div>'

    def _repr_svg_(self) -> str:
        return self.svg

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/html": self._repr_html_(), "image/svg+xml": self.svg, "text/plain": repr(self)}

    def save(self, path: str | Path) -> None:
        """Write the picture into an SVG file."""
        Path(path).write_text(self.svg, encoding="utf-8")


def frame(width: float, height: float, text: str, parts: Sequence[str]) -> str:
    """Return an SVG picture: texts and lines in the color of the notebook's text, or gray outside of a notebook."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" role="img" '
        f'aria-label="{escape(text)}" font-size="11.5" font-family="system-ui, sans-serif" fill="currentColor" '
        f'stroke-width="1">{"".join(parts)}</svg>'
    )


def label(x: float, y: float, text: str, anchor: str = "middle", rest: str = "") -> str:
    """Return a text of a picture."""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {rest}>{escape(text)}</text>'


def diverging(value: float) -> str:
    """Return the color of a value from −1 (orange) to 1 (blue)."""
    return "#" + bytes(_mixed(np.array([value]))[0].tolist()).hex()


def _mixed(values: Array) -> AnyArray:
    """Return the colors of values from −1 to 1, (n, 3), uint8."""
    share = np.nan_to_num(np.clip(values, -1, 1))[:, None]
    ends = np.where(share < 0, NEGATIVE, POSITIVE)
    return (np.array(ZERO) + (ends - np.array(ZERO)) * np.abs(share)).round().astype(np.uint8)


def plane(trainer: Trainer, scene: Scene) -> str:
    """Return the decision surface with the rows, as SVG; the scene's rows are points of the plane."""
    assert scene.domain is not None
    (x_low, x_high), (y_low, y_high) = scene.domain

    def place(points: Array) -> Array:
        x = EDGE + SIDE * (points[:, 0] - x_low) / (x_high - x_low)
        return np.column_stack([x, 10 + SIDE * (y_high - points[:, 1]) / (y_high - y_low)])

    names = scene.train.feature_names or ("x", "y")
    parts = [
        f'<image x="{EDGE}" y="10" width="{SIDE}" height="{SIDE}" preserveAspectRatio="none" '
        f'href="{_surface(trainer, scene)}"/>',
        f'<rect x="{EDGE}" y="10" width="{SIDE}" height="{SIDE}" fill="none" stroke="currentColor" opacity=".4"/>',
        *_dots(trainer, scene, place),
        label(EDGE, SIDE + 26, f"{x_low:.3g}", "start", 'opacity=".75"'),
        label(EDGE + SIDE, SIDE + 26, f"{x_high:.3g}", "end", 'opacity=".75"'),
        label(EDGE + SIDE / 2, SIDE + 28, names[0]),
        label(EDGE - 6, SIDE + 10, f"{y_low:.3g}", "end", 'opacity=".75"'),
        label(EDGE - 6, 20, f"{y_high:.3g}", "end", 'opacity=".75"'),
        label(0, 0, names[1], "middle", f'transform="translate({EDGE - 10} {10 + SIDE / 2}) rotate(-90)"'),
        *_legend(scene),
    ]
    rows = len(scene.train) + len(scene.test)
    return frame(EDGE + SIDE + GAP + 120, SIDE + 38, f"decision surface with {rows:,} rows", parts)


def _surface(trainer: Trainer, scene: Scene) -> str:
    """Return the decision surface as a PNG image in a data URI."""
    from glassnet.report.png import data_uri

    surface = views.surface(trainer, scene)["surface"][::-1]  # (size, size, 2) or (size, size)
    if not scene.is_classification:
        low, high = _range(scene)
        values = 2 * (surface.astype(np.float64) - low) / (high - low) - 1
        return data_uri(_mixed(values.ravel()).reshape(*surface.shape, 3))
    colors = np.array([[int(one[i : i + 2], 16) for i in (1, 3, 5)] for one in CLASSES])  # (10, 3)
    lowest = 1 / scene.train.n_classes
    share = 0.08 + 0.62 * np.clip((surface[..., 1:] / 255 - lowest) / (1 - lowest), 0, 1)
    shades = 255 + (colors[surface[..., 0] % len(colors)] - 255) * share
    return data_uri(shades.round().astype(np.uint8))


def _range(scene: Scene) -> tuple[float, float]:
    low, high = float(scene.train.y.min()), float(scene.train.y.max())
    return (low, high) if high > low else (low - 1, high + 1)


def _dots(trainer: Trainer, scene: Scene, place: Any) -> list[str]:
    """Return a circle for each row, with what it is when it is pointed at; test rows are hollow."""
    dots, rim = [], "#fff" if scene.is_classification else "#59636e"
    every = -(-(len(scene.train) + len(scene.test)) // MOST_DOTS)
    for part, is_test in ((scene.train, False), (scene.test, True)):
        X, y = np.asarray(part.X)[::every], part.y[::every]
        if not len(X):
            continue
        output = scene.predictions(trainer.engine.predict(trainer.network, scene.inputs(X)))  # (n, outputs)
        for point, (cx, cy), target, row in zip(X, place(X), y, output, strict=True):
            color = _color(scene, target)
            look = f'fill="#fff" stroke="{color}" stroke-width="1.6"' if is_test else f'fill="{color}" stroke="{rim}"'
            told = f"({point[0]:.3g}, {point[1]:.3g}): {_target(scene, target)}, {_predicted(scene, row)}"
            dots.append(f'<circle cx="{cx:.1f}" cy="{cy:.1f}" r="3" {look}><title>{escape(told)}</title></circle>')
    return dots


def _color(scene: Scene, target: float) -> str:
    if scene.is_classification:
        return CLASSES[int(target) % len(CLASSES)]
    low, high = _range(scene)
    return diverging(2 * (float(target) - low) / (high - low) - 1)


def _target(scene: Scene, target: float) -> str:
    names = scene.train.class_names
    return f"{target:.4g}" if names is None else names[int(target)]


def _predicted(scene: Scene, row: Array) -> str:
    if scene.train.class_names is None:
        return f"predicted {row[0]:.4g}"
    best = int(row.argmax())
    return f"predicted {scene.train.class_names[best]} with {row[best]:.0%}"


def _legend(scene: Scene) -> list[str]:
    """Return what the colors are, and which rows are hollow."""
    x, parts = EDGE + SIDE + GAP, []
    if scene.is_classification:
        entries = list(zip(scene.train.class_names or (), CLASSES, strict=False))
    else:
        low, high = _range(scene)
        entries = [(f"{at:.3g}", diverging(k)) for at, k in ((high, 1), ((low + high) / 2, 0), (low, -1))]
    for k, (name, color) in enumerate(entries):
        name = name if len(name) < 17 else name[:15] + "…"
        parts += [f'<rect x="{x}" y="{14 + 20 * k}" width="11" height="11" rx="2" fill="{color}"/>']
        parts += [label(x + 18, 24 + 20 * k, name, "start")]
    if len(scene.test):
        y = 20 + 20 * len(entries) + 6
        parts += [f'<circle cx="{x + 5}" cy="{y}" r="3.4" fill="none" stroke="currentColor" stroke-width="1.6"/>']
        parts += [label(x + 18, y + 4, "test rows", "start")]
    return parts


def data_uri_of(svg: str, background: str = "#ffffff", ink: str = "#1d2329") -> str:
    """Return a picture as a data URI for an image, which has no colors of a notebook around it."""
    colored = svg.replace("<svg ", f'<svg style="color:{ink};background:{background}" ', 1)
    return html.svg_uri(colored)


def snapshot(trainer: Trainer, scene: Scene) -> str:
    """Return a picture of a playground as it is now: the decision surface, if there is one, and the losses."""
    from glassnet.training.history_html import COLORS, HEIGHT, WIDTH, loss_chart

    parts, y = [], 0.0
    if scene.domain is not None:
        parts, y = [_placed(plane(trainer, scene), 0, SIDE + 38)], SIDE + 48.0
    rows = trainer.history.rows
    losses = {"train loss": [one[1] for one in rows], "test loss": [one[2] for one in rows]}
    if chart := loss_chart(losses, 0, trainer.history.stride):
        parts.append(_placed(chart[: chart.index("</svg>") + 6], y, HEIGHT))
        y += HEIGHT + 10
        for k, (name, color) in enumerate(zip(losses, COLORS, strict=True)):
            parts.append(label(320 + 90 * k, y + 12, name, "start", f'style="fill:{color}"'))
    title = f"epoch {trainer.epoch:,}, {trainer.network.parameters.size:,} parameters"
    return frame(WIDTH, y + 24, "a playground", [*parts, label(8, y + 12, title, "start")])


def _placed(svg: str, y: float, height: float) -> str:
    """Return a picture as a part of another one."""
    return svg.replace("<svg ", f'<svg x="0" y="{y:g}" height="{height:g}" ', 1)
