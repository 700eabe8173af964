"""Output of the benchmark: tables that fit, plots, growth of the cost, and the matrix products of the notebook."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from rich.console import Console, RenderableType

from glassnet.bench import estimators, growth, plots, rounds, tables, vectorize
from glassnet.bench.contestants.contestants import CONTESTANTS
from glassnet.bench.growth import Axis, Curve, Shape, fitted_slope, measure_growth
from glassnet.bench.results import Entry, WorkloadResult
from glassnet.bench.tasks import Task, initial_layers, synthetic_rows
from glassnet.bench.workloads import PEERS, WORKLOADS


def quiet(text: str) -> None:
    """Ignore progress messages."""


@pytest.fixture
def short_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "STRETCH", 0.001)
    monkeypatch.setattr(growth, "STRETCH", 0.001)


def small_task(kind: str = "train", activations: tuple[str, ...] = ("relu", "relu"), classes: int = 3) -> Task:
    """A network and data that need almost no time: 75 rows, the last batch smaller."""
    X, y = synthetic_rows(75, 5, classes)
    widths = (5, 4, 4, classes)
    return Task(kind, widths, activations, "adam", 0.01, 8, X, y, initial_layers(widths, activations))


# Tables and images


def shown(thing: RenderableType, width: int = 80) -> str:
    console = Console(width=width, color_system=None, force_terminal=True)
    with console.capture() as capture:
        console.print(thing)
    return capture.get()


def full_rows() -> list[WorkloadResult]:
    """Every workload with every contestant, with the widest made-up figures."""
    rows = []
    for name, workload in WORKLOADS.items():
        entries = {"glassnet": Entry("glassnet", "glassnet", "engine numpy", 0.01, step_seconds=[1e-6, 2e-6])}
        for i, who in enumerate([*workload.targets, *workload.limits]):
            title = CONTESTANTS[who].TITLE if who in CONTESTANTS else "epoch 3"
            entries[who] = Entry(
                who, title, "2 threads, gather by batch", 1.5, 0.5, 2.0, step_seconds=[4e-6, 1e-6 * 12.3 ** (1 - i)]
            )
        rows.append(WorkloadResult(name, workload, entries, ["made data"]))
    return rows


@pytest.mark.parametrize("width", [80, 120])
def test_the_table_fits_and_has_every_ratio_with_its_target(width: int) -> None:
    text = shown(tables.ratios(full_rows(), PEERS, 2), width)
    assert max(map(len, text.splitlines())) <= width
    assert "…" not in text
    for expected in ("W1", "late", "≥ 200", "≤ 1.7 × C", "≤ 1.2", "✓", "below", "1.50 µs", "PyTorch", "scikit-learn"):
        assert expected in text
    text = shown(tables.ways(full_rows()), width)
    assert max(map(len, text.splitlines())) <= width
    assert "1.50 s" in text
    remarks = shown(tables.remarks(full_rows()), width)
    assert remarks.strip() == ", ".join(WORKLOADS) + "  made data"


def test_the_machine_is_described() -> None:
    from glassnet.bench.machine import describe_machine

    machine = describe_machine()
    text = " ".join(shown(tables.machine_lines(machine, 2), 500).split())
    assert machine["versions"]["numpy"] == np.__version__
    for part in (machine["processor"], f"numpy {np.__version__}", "2 per contestant"):
        assert " ".join(part.split()) in text


def colors(path: Path) -> set[Any]:
    with Image.open(path) as image:
        return {color for _, color in image.convert("RGB").getcolors(1 << 24) or []}


def rgb(color: str) -> tuple[int, ...]:
    return tuple(int(color[at : at + 2], 16) for at in (1, 3, 5))


def curves() -> list[Curve]:
    return [
        Curve(axis, who, [1e-6 * 2**i if i < 4 or who != "sklearn" else None for i, _ in enumerate(AXIS.values)])
        for axis, AXIS in growth.AXES.items()
        for who in growth.RUNS
    ]


def test_plots_show_every_library(tmp_path: Path) -> None:
    plots.save_ratios(full_rows(), PEERS, tmp_path / "ratios.png")
    plots.save_growth(curves(), tmp_path / "growth.png")
    plots.save_growth([Curve("width", "compiled", problem="there is none")], tmp_path / "none.png")
    assert {rgb(plots.COLORS[who]) for who in ("numpy", "sklearn", "glassnet")} <= colors(tmp_path / "growth.png")
    assert len(colors(tmp_path / "ratios.png")) > 10
    with Image.open(tmp_path / "ratios.png") as image:
        assert image.format == "PNG"


# How the cost grows


def test_the_slope_is_fitted_to_the_last_half() -> None:
    assert fitted_slope([1, 10, 100, 1000], [7.0, 7.0, 1.0, 10.0]) == pytest.approx(1)
    assert fitted_slope([1, 10, 100, 1000], [1.0, 10.0, None, None]) == pytest.approx(1)
    assert fitted_slope([1, 2, 4], [5.0, 5.0, 5.0]) == pytest.approx(0)
    assert fitted_slope([1, 2, 4], [5.0, None, None]) is None


@pytest.mark.usefixtures("short_turns")
def test_measurements_that_would_take_too_long_are_skipped_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    axis = Axis("5-w-2", (2, 4, 8), lambda width: Shape((5, width, 2), 8, 40 if width < 8 else 10**9))
    monkeypatch.setattr(Shape, "task", lambda shape: small_task())
    monkeypatch.setattr(growth, "AXES", {"width": axis})
    monkeypatch.setattr(tables, "AXES", {"width": axis})
    monkeypatch.setattr(growth, "RUNS", {name: growth.RUNS[name] for name in ("numpy",)})
    (curve,) = measure_growth(["width"], None, quiet)
    assert [seconds is None for seconds in curve.seconds] == [False, False, True]
    assert curve.problem == "8 and more skipped: an epoch would take more than 4 s"
    assert curve.slope() is not None
    assert list(curve.to_dict()["seconds_per_sample"]) == ["2", "4", "8"]
    text = shown(tables.growth([curve]))
    assert "8 and more skipped" in text
    assert "slope" in text


@pytest.mark.parametrize("axis", growth.AXES)
def test_every_point_of_an_axis_can_be_built(axis: str) -> None:
    shapes = [growth.AXES[axis].shape(value) for value in growth.AXES[axis].values]
    work = [shape.work for shape in shapes]
    assert work == sorted(work)
    task = shapes[0].task()
    assert task.X.shape == (shapes[0].rows, shapes[0].widths[0])
    assert task.network().widths == shapes[0].widths


# Vectorized


def test_vectorize_uses_the_vectors_of_the_notebook() -> None:
    data = vectorize.vectors()
    assert (data["x1"][0], data["x2"][0], len(data["x1"]), data["W"].shape) == (519, 214, 5000, (3, 5000))
    assert np.dot(data["x1"], data["x2"]) == 933075938


def test_vectorize_compares_all_implementations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectorize, "LENGTH", 40)
    monkeypatch.setattr(vectorize, "LONG_ENOUGH", 1e-4)
    found = vectorize.compare(2)
    assert list(found) == ["dot", "outer", "elementwise", "general dot"]
    for seconds in found.values():
        assert {"loop", "numpy"} <= set(seconds) <= {"loop", "numpy", "compiled"}
        assert min(seconds.values()) > 0
    text = shown(tables.vectorization(found | {"dot": {"loop": 2e-3, "numpy": 1e-5}}), 100)
    assert all(part in text for part in ("x1 ⊗ x2", "2.00 ms", "10.0 µs", "200", "no Numba"))


@pytest.mark.parametrize(
    ("got", "right", "same"),
    [
        (933075938, np.int64(933075938), True),
        (933075939, np.int64(933075938), False),
        (np.ones(3), np.ones(3) + 1e-12, True),
        (np.ones(3), np.ones(3) + 1e-3, False),
        (np.ones((3, 1)), np.ones(3), False),
    ],
)
def test_vectorize_raises_on_a_wrong_result(got: Any, right: Any, same: bool) -> None:
    if same:
        vectorize.check("dot", "loop", got, right)
    else:
        with pytest.raises(ValueError, match="dot as loop differs from the result of NumPy"):
            vectorize.check("dot", "loop", got, right)


def test_vectorize_shows_no_time_of_a_wrong_result(monkeypatch: pytest.MonkeyPatch) -> None:
    product = dataclasses.replace(vectorize.PRODUCTS["dot"], loop=lambda x1, x2: 0)
    monkeypatch.setattr(vectorize, "PRODUCTS", {"dot": product})
    with pytest.raises(ValueError, match="dot as loop"):
        vectorize.compare(1)


@pytest.mark.peers
def test_the_estimators_are_compared_and_their_table_fits_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimators, "PAUSE", 0.0)
    (found,) = estimators.compare(["row"], 2)
    assert len(found.ratios) == 2
    assert found.difference < 1e-12
    words = found.to_dict()
    assert words["ratio"] == found.median
    assert set(words["seconds"]) == {"glassnet", "sklearn"}
    text = shown(tables.estimators([found], 2), 80)
    assert all(part in text for part in ("predict_proba of one row", "float64", "≥ 3", "2 paired rounds"))


@pytest.mark.peers
@pytest.mark.parametrize("name", [name for name, case in estimators.CASES.items() if not case.rows])
def test_measuring_does_not_change_a_fit(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimators, "LONG_ENOUGH", 1e-9)
    ours, theirs = (np.array(estimators.Work(library, name).result) for library in estimators.LIBRARIES)
    assert estimators._difference(ours, theirs) < 1e-5
