"""The arrays that are drawn: their shapes and ranges, for the smallest and the largest networks, and for sick ones."""

from typing import Any

import numpy as np
import pytest

from glassnet.playground import views
from glassnet.playground.scene import scene_of
from glassnet.playground.state import MOST_LAYERS, MOST_UNITS, State
from glassnet.playground.trainer import Trainer


def dense(units: int, activation: str = "relu") -> dict[str, Any]:
    return {"name": "dense", "units": units, "activation": activation}


def trainer_of(layers: list[Any], **data: Any) -> Trainer:
    state = State.from_json({"data": {"rows": 40, **data}, "layers": layers})
    return Trainer(state, scene_of(state.data))


CASES: list[Any] = [
    ([], {}),
    ([dense(1)], {"kind": "moons"}),
    ([dense(3), "batchnorm", {"name": "dropout", "rate": 0.5}, dense(2)], {"kind": "blobs"}),
    (["layernorm", dense(4, "softmax")], {"kind": "surface", "formula": "x * y"}),
    ([dense(MOST_UNITS)], {"kind": "above"}),
    pytest.param([dense(MOST_UNITS)] * MOST_LAYERS, {"kind": "circles"}, marks=pytest.mark.slow),
    ([dense(5)], {"kind": "digits"}),
    ([], {"kind": "digits"}),
]


@pytest.mark.parametrize("is_sick", [False, True], ids=["", "nan"])
@pytest.mark.parametrize(("layers", "data"), CASES)
def test_every_view_has_the_shape_that_the_page_expects(layers: list[Any], data: dict[str, Any], is_sick: bool) -> None:
    trainer = trainer_of(layers, **data)
    trainer.advance(1)
    if is_sick:
        trainer.network.parameters[:] = np.nan
        trainer.network.parameters[::2] = np.inf
    columns, scene = views.drawn_layers(trainer), trainer.scene
    widths = [one.operation.p["W"].shape[1] for one in columns]
    hidden, outputs = sum(widths[:-1]), 1 if data.get("kind") == "surface" else scene.train.n_classes
    assert widths == [one["units"] for one in layers if isinstance(one, dict) and "units" in one] + [outputs]
    with np.errstate(all="ignore"):
        drawn = (
            views.edges(trainer) | views.units(trainer, scene) | views.histograms(trainer) | views.confusion(trainer)
        )
        if scene.domain is not None:
            drawn |= views.surface(trainer, scene)
    weights = sum(one.operation.p["W"].size for one in columns)
    if weights <= views.MOST_EDGES:
        assert drawn["weights"].shape == drawn["gradients"].shape == (weights,)
        assert drawn["biases"].shape == (sum(widths),)
    else:
        assert "weights" not in drawn
    assert drawn["histograms"].shape == (len(columns), views.BINS)
    assert drawn["ends"].shape == (len(columns), 2)
    assert drawn["gradient_norms"].shape == (len(columns),)
    if scene.domain is None:
        assert "surface" not in drawn
        assert drawn["units"].shape == (widths[0], 8, 8)
    else:
        side, thumbnail = drawn["surface"].shape[0], drawn["units"].shape[1]
        assert drawn["surface"].shape == ((side, side, 2) if scene.is_classification else (side, side))
        assert drawn["units"].shape == (hidden, thumbnail, thumbnail)
        assert views.SMALLEST <= thumbnail <= views.THUMBNAIL
        assert views.SMALLEST <= side <= views.SURFACE
    if scene.is_classification:
        assert drawn["confusion"].shape == (outputs, outputs)
        assert drawn["confusion"].sum() == len(scene.test)


def test_a_unit_s_picture_is_its_activation_with_zero_in_the_middle() -> None:
    trainer = trainer_of([dense(2, "identity")])
    first = views.drawn_layers(trainer)[0].operation.p
    first["W"][:], first["b"][:] = [[1, 0], [0, -2]], 0  # unit 0 is x, unit 1 is −2 y
    pictures = views.units(trainer, trainer.scene)["units"].astype(int)
    assert (np.diff(pictures[0], axis=1) > 0).all()
    assert (np.diff(pictures[0], axis=0) == 0).all()
    assert (np.diff(pictures[1], axis=0) < 0).all()
    assert pictures[0].min() in (0, 1) or pictures[0].max() == 255


def test_a_surface_has_the_class_and_how_sure_it_is_row_by_row_from_below() -> None:
    trainer = trainer_of([])
    last = views.drawn_layers(trainer)[-1].operation.p
    last["W"][:], last["b"][:] = [[0, 0], [0, 50]], 0  # class 1 where y is above its mean
    picture = views.surface(trainer, trainer.scene)["surface"]
    assert (picture[0, :, 0] == 0).all()
    assert (picture[-1, :, 0] == 1).all()
    assert (picture[[0, -1], :, 1] == 255).all()


def test_the_largest_network_has_smaller_pictures() -> None:
    small, large = trainer_of([dense(8)]), trainer_of([dense(MOST_UNITS)] * MOST_LAYERS)
    sides = [views.surface(one, one.scene)["surface"].shape[0] for one in (small, large)]
    assert sides == [views.SURFACE, views.SMALLEST]
