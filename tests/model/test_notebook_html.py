"""What notebooks show of networks, models, traces, histories, and recipes: HTML that is complete, safe, and alone."""

from __future__ import annotations

import base64
import math
import re
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pandas as pd
import pytest

import glassnet as gn
from glassnet.data.tables.encoder import TableEncoder
from glassnet.model.model_html import METRICS
from glassnet.recipes.recipe import TABLES
from glassnet.training.history import EpochRecord, History

EVIL = "<script>alert('&')</script>\n\x1b[31m"


class Reader(HTMLParser):
    """The text and the tags of HTML; raises if a tag is closed that is not open."""

    VOID = ("img", "br")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.words = ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"]:
            self.words += f" {data}"


def network(**options: Any) -> gn.Network:
    return gn.Network(2, [gn.Dense(3, "relu"), gn.Dense(2, "softmax")], **options)


def model(names: Any = ("a", "b"), **options: Any) -> gn.Model:
    return gn.Model(None, network(), names, feature_names=["x", EVIL], **options)


def history(*records: EpochRecord, **options: Any) -> History:
    return History(list(records), **options)


def table_model() -> gn.Model:
    table = pd.DataFrame({"age": [1.0, 2.0, 3.0], EVIL: ["u", "v", EVIL], "same": [1, 1, 1]})
    columns = TableEncoder.fit(table, missing=False, categories=True)
    net = gn.Network(columns.width, [gn.Dense(1)])
    return gn.Model(None, net, columns=columns, feature_names=list(table), metrics={"test_rmse": 1.5, "test_r2": 0.5})


RECORDS = [EpochRecord(i + 1, 2.0 / (i + 3), 0.5, 3.0 / (i + 3), 0.25, 0.1) for i in range(30)]
OBJECTS: dict[str, Any] = {
    "network": network,
    "every layer": lambda: gn.Network(4, [gn.Embedding(3, 2, 2), gn.PiecewiseLinearEmbedding(2), gn.Members(2)]),
    "model": lambda: model(("a", EVIL), metrics={"test_accuracy": 0.9, "test_accuracy_interval": [0.8, 0.95]}),
    "model of a table": table_model,
    "ensemble": lambda: gn.Model(None, gn.Ensemble([network(seed=i) for i in range(3)]), ("a", "b")),
    "metrics of their own": lambda: model(metrics={"test_accuracy": 0.5, "test_accuracy_interval": "wide"}),
    "trace": lambda: network().trace([[1.0, 2.0]], [0], names=["x", EVIL]),
    "trace of rows": lambda: network().trace(np.ones((3, 2)), [0, 1, 0]),
    "history": lambda: history(*RECORDS, best_epoch=20, stop_reason="early stopping"),
    "no epochs": history,
    "one epoch": lambda: history(EpochRecord(1, 0.5)),
    "diverged": lambda: history(EpochRecord(1, 0.5), EpochRecord(2, math.nan), EpochRecord(3, math.inf)),
    "recipe": lambda: gn.load_recipe("digits-best"),
    "recipe with a search": lambda: gn.Recipe("r", "digits", search={EVIL: {"low": 1}}, options={"k": EVIL}),
}
by_object = pytest.mark.parametrize("make", OBJECTS.values(), ids=OBJECTS)


@by_object
def test_the_html_is_well_formed_and_needs_nothing_from_elsewhere(make: Any) -> None:
    html = make()._repr_html_()
    read = Reader(html)
    assert read.tags.isdisjoint({"script", "link", "iframe", "object", "embed"})
    for name, value in read.attributes:
        assert not name.startswith("on")
        if name in ("src", "href"):
            assert value is not None
            assert value.startswith("data:image/svg+xml;base64,")
    assert "url(" not in html
    assert "@import" not in html


@by_object
def test_colors_are_those_of_the_notebook(make: Any) -> None:
    """Text has no color of its own, and no background hides the page's, so it can be read in light and dark."""
    html = make()._repr_html_()
    style = re.findall(r"(?<![-\w])(color|background|fill): ?([^;}\"]+)", html)
    assert {value.strip() for name, value in style if name in ("color", "background")} <= {
        "inherit",
        "none !important",
        "rgba(127, 127, 127, .09)",
        "#2b9ba0",
        "#d66034",
    }


EVIL_ONES = ["model", "model of a table", "trace", "recipe with a search"]


@pytest.mark.parametrize("make", [OBJECTS[name] for name in EVIL_ONES], ids=EVIL_ONES)
def test_names_of_users_are_escaped(make: Any) -> None:
    read = Reader(make()._repr_html_())
    assert "script" not in read.tags
    assert "alert('&')" in read.words
    assert "\x1b" not in read.words


def test_a_network_is_shown_as_its_summary() -> None:
    net = network()
    words = Reader(net._repr_html_()).words
    for cell in re.split(r"\s{2,}|\n", net.summary()):
        if cell and "─" not in cell:
            assert cell in words


def test_a_model_is_shown_with_task_classes_columns_metrics_and_networks() -> None:
    words = Reader(OBJECTS["model"]()._repr_html_()).words
    assert "classification" in words
    assert "accuracy, test set" in words
    assert "90.00%" in words
    assert "80.00% to 95.00%" in words
    assert "a = relu(x W + b)" in words
    words = Reader(table_model()._repr_html_()).words
    assert "regression" in words
    assert "constant in training, left out" in words
    assert "R², test set" in words
    words = Reader(OBJECTS["ensemble"]()._repr_html_()).words
    assert "Ensemble of 3 networks" in words
    assert words.count("a = relu(x W + b)") == 1  # all have the same layers
    assert set(METRICS) >= {"accuracy", "rmse"}


def test_a_trace_is_shown_with_every_formula_and_its_graph() -> None:
    trace = OBJECTS["trace of rows"]()
    html = trace._repr_html_()
    words = " ".join(Reader(html).words.split())
    for layer in trace.formulas.layers:
        for line in (*layer.forward, *layer.backward):
            assert " ".join(line.split()) in words
    picture = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', html)
    assert picture
    assert base64.b64decode(picture[1]).decode() == trace.graph.svg()
    deep = gn.Network(2, [gn.Dense(2, "relu")] * 20 + [gn.Dense(2, "softmax")]).trace([[1.0, 2.0]], [0])
    assert "<img" not in deep._repr_html_()  # too large to be read


def test_a_history_is_shown_as_lines_and_a_few_epochs() -> None:
    html = OBJECTS["history"]()._repr_html_()
    lines = re.findall(r'<path d="([^"]+)"', html)
    assert len(lines) == 2
    for line, values in zip(lines, ([one.loss for one in RECORDS], [one.valid_loss for one in RECORDS]), strict=True):
        points = [tuple(map(float, point.split())) for point in re.split("[ML]", line)[1:]]
        assert len(points) == 30
        heights = [-y for _, y in points]
        assert np.corrcoef(heights, values)[0, 1] > 0.999  # a linear axis
        assert [x for x, _ in points] == sorted(x for x, _ in points)
    words = Reader(html).words
    assert "stopped by early stopping" in words
    assert "20  (best)" in words
    assert words.count("⋮") == 2


def test_losses_over_several_orders_of_magnitude_have_a_logarithmic_axis() -> None:
    shown = history(*(EpochRecord(i + 1, 10.0**-i) for i in range(5)))._repr_html_()
    assert "logarithmic scale" in shown
    path = re.search(r'<path d="([^"]+)"', shown)
    assert path
    heights = [float(point.split()[1]) for point in re.split("[ML]", path[1])[1:]]
    np.testing.assert_allclose(np.diff(heights), np.diff(heights)[0], atol=0.2)


def test_a_line_ends_where_the_loss_is_not_finite() -> None:
    html = OBJECTS["diverged"]()._repr_html_()
    assert "nan" not in re.findall(r"<svg.*</svg>", html, re.DOTALL)[0]
    assert "nan" in Reader(html).words
    interrupted = history(*(EpochRecord(i + 1, loss) for i, loss in enumerate([3.0, math.nan, 2.0, 1.0])))
    path = re.search(r'<path d="([^"]+)"', interrupted._repr_html_())
    assert path
    assert re.sub(r"[^ML]", "", path[1]) == "MML"


def test_a_recipe_is_shown_with_all_keys_and_those_that_were_chosen_first() -> None:
    recipe = gn.load_recipe("digits-best")
    html = recipe._repr_html_()
    first, details, rest = html.partition("<details>")
    chosen = Reader(f"{first}</div>").words.split()
    others = Reader((details + rest).removesuffix("</div>")).words.split()
    assert {"source", "layers", "optimizer", "ensemble_size"} <= set(chosen)
    assert {"shuffle", "dtype", "folds"} <= set(others)
    spec = recipe.to_spec()
    for table in TABLES:
        for key in spec.get(table, {}):
            assert (key in chosen) != (key in others)
