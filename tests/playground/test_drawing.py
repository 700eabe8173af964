"""Drawings: framing as for image files, contributions that add up, and changes of pixels that change the prediction."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from glassnet.data.images.transforms import DrawingTransform
from glassnet.playground import pixel_change
from glassnet.playground.frame import Message
from glassnet.playground.session import Session
from glassnet.playground.state import State
from glassnet.playground.views import drawn_layers

LAYERS: dict[str, list[Any]] = {
    "relu": [{"name": "dense", "units": 16, "activation": "relu"}, {"name": "dense", "units": 8, "activation": "tanh"}],
    "normalized": [
        {"name": "dense", "units": 12},
        "batchnorm",
        {"name": "activation", "activation": "relu"},
        {"name": "dropout", "rate": 0.1},
        {"name": "dense", "units": 8, "activation": "relu"},
    ],
    "layernorm": [
        "layernorm",
        {"name": "dense", "units": 9},
        "layernorm",
        {"name": "activation", "activation": "relu"},
    ],
    "linear": [],
}


def session_of(layers: list[Any], epochs: int, kind: str = "digits") -> Session:
    training = {"optimizer": {"name": "adam", "learning_rate": 0.02}}
    state = State().changed({"data": {"kind": kind, "rows": 400}, "layers": layers, "training": training})
    session = Session(state)
    list(session.opening())
    while session.trainer.epoch < epochs:
        session.trainer.advance(100)
    return session


@pytest.fixture(scope="module")
def trained() -> Session:
    return session_of(LAYERS["relu"], 15)


def draw(session: Session, **message: Any) -> Message:
    (answer,) = session.handle({"type": "draw", "id": 7, **message}, 3)
    return answer


def seven(height: int = 60, width: int = 80, dark: bool = True) -> np.ndarray[Any, Any]:
    """A 7 drawn off the middle, (height, width) uint8."""
    page = np.zeros((height, width), np.uint8)
    page[5:9, 40:60] = 255
    for i in range(30):
        page[9 + i, 57 - i // 3 : 61 - i // 3] = 255
    return 255 - page if dark else page


def sent(page: np.ndarray[Any, Any]) -> dict[str, Any]:
    return {"pixels": page.ravel().tolist(), "width": page.shape[1], "height": page.shape[0]}


PAGES = {
    "dark on light": seven(),
    "light on dark": seven(dark=False),
    "of the images' size": seven()[4:60:7, 38:62:3][:8, :8],
    "cut off": seven()[:, 45:],
}


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_drawings_are_framed_like_image_files(trained: Session, page: Any, tmp_path: Path) -> None:
    page = np.where(np.arange(page.size).reshape(page.shape) % 11 == 3, page // 2 + 60, page).astype(np.uint8)
    Image.fromarray(page).save(tmp_path / "page.png")
    expected = DrawingTransform.fit(trained.scene.train).row(tmp_path / "page.png")
    row = draw(trained, **sent(page)).arrays["row"]
    np.testing.assert_array_equal(row.ravel(), expected)
    assert (row.min(), row.max()) == (0, 16)


def test_an_image_of_the_data_and_a_row_in_its_own_units_stay_as_they_are(trained: Session) -> None:
    scene = trained.scene
    for at, x in ((3, scene.train.X[3]), (len(scene.train) + 1, scene.test.X[1])):
        for answer in (draw(trained, row=at), draw(trained, x=x.tolist())):
            np.testing.assert_array_equal(answer.arrays["row"].ravel(), x)
            assert "ink" not in answer.arrays


def test_the_steps_of_the_framing_lead_to_the_row(trained: Session) -> None:
    page = seven()
    answer = draw(trained, **sent(page)).arrays
    np.testing.assert_array_equal(answer["ink"], 255 - page)
    np.testing.assert_array_equal(answer["cropped"], (255 - page)[5:39, 40:61])
    means = answer["centered"].reshape(8, 8, 8, 8).mean(axis=(1, 3))
    np.testing.assert_allclose(answer["row"], means / means.max() * 16, atol=0.1)


@pytest.mark.parametrize("layers", LAYERS.values(), ids=LAYERS)
@pytest.mark.parametrize("against", [None, 0, 1])
def test_contributions_of_each_column_add_up_to_the_difference_of_the_logits(layers: Any, against: int | None) -> None:
    session = session_of(layers, 2)
    answer = draw(session, row=1, against=against)
    plain, arrays = answer.plain, answer.arrays
    output = np.array(plain["output"])
    assert plain["predicted"] == output.argmax()
    assert plain["against"] == (np.argsort(-output)[1] if against in (None, plain["predicted"]) else against)
    margin = np.log(output[plain["predicted"]] / output[plain["against"]])
    units = [64, *(one.operation.p["W"].shape[1] for one in drawn_layers(session.trainer)[:-1])]
    columns = np.split(arrays["contributions"], np.cumsum(units)[:-1])
    assert [len(one) for one in columns] == units
    for column, rest in zip(columns, arrays["rests"], strict=True):
        assert column.sum() + rest == pytest.approx(margin, rel=1e-3, abs=1e-4)
    assert len(arrays["activations"]) == sum(units[1:]) + 10
    # The contributions are those of the activations, not of what comes before a normalization.
    hidden = arrays["activations"][:-10]
    assert not arrays["contributions"][64:][hidden == 0].any()
    np.testing.assert_allclose(arrays["activations"][-10:], output, rtol=1e-5, atol=1e-7)


def test_the_changed_image_is_predicted_as_the_other_class_within_the_range(trained: Session) -> None:
    for row in range(4):
        for target in range(10):
            answer = draw(trained, row=row, against=target, change=True)
            change, plain = answer.plain["change"], answer.plain
            assert change["found"]
            image, changed = answer.arrays["row"], answer.arrays["changed"]
            assert changed.min() >= 0
            assert changed.max() <= 16
            assert change["pixels"] == np.count_nonzero(changed != image)
            (prediction,) = trained.handle({"type": "predict", "x": changed.ravel().tolist()})
            assert np.argmax(prediction.plain["output"]) == plain["against"] != plain["predicted"]
            np.testing.assert_allclose(prediction.plain["output"], change["output"], atol=1e-6)


def test_the_gradient_finds_changes_of_fewer_pixels_than_the_nearest_training_row(
    trained: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [{"row": row, "against": target, "change": True} for row in range(4) for target in range(10)]
    few = [draw(trained, **one).plain["change"]["pixels"] for one in asked]
    monkeypatch.setattr(pixel_change, "_changed", lambda *_: [])
    from_rows = [draw(trained, **one).plain["change"]["pixels"] for one in asked]
    assert np.mean(few) < 0.95 * np.mean(from_rows)


def test_a_search_leaves_weights_and_gradients_as_they_are(trained: Session) -> None:
    network = trained.trainer.network
    before = network.parameters.copy(), {name: one.copy() for name, one in network.named_gradients().items()}
    draw(trained, row=0, change=True)
    np.testing.assert_array_equal(network.parameters, before[0])
    for name, gradient in network.named_gradients().items():
        np.testing.assert_array_equal(gradient, before[1][name])


def test_a_network_that_always_predicts_the_same_has_no_change(trained: Session) -> None:
    session = session_of([], 0)
    session.trainer.network.parameters[:] = 0
    session.trainer.network.named_parameters()["dense1.b"][3] = 1
    answer = draw(session, row=0, change=True, against=5)
    assert not answer.plain["change"]["found"]
    assert "no change of pixels" in answer.plain["change"]["reason"]
    assert "changed" not in answer.arrays


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ({}, "width must be a whole number"),
        ({"width": 2, "height": 0, "pixels": []}, "height must be"),
        ({"width": 600, "height": 8, "pixels": []}, "at most 512 × 512 pixels, got 600 × 8"),
        ({"width": 2, "height": 2, "pixels": [0, 1, 2]}, "width × height = 4 gray values, got 3 values"),
        ({"width": 2, "height": 2, "pixels": "0000"}, "got str"),
        ({"width": 2, "height": 1, "pixels": [0, 256]}, "from 0 \\(black\\) to 255"),
        ({"width": 2, "height": 1, "pixels": [0, None]}, "from 0 \\(black\\) to 255"),
        ({"width": 2, "height": 1, "pixels": [[0], [1]]}, "from 0 \\(black\\) to 255"),
        ({"width": 2, "height": 1, "pixels": ["a", 1]}, "from 0 \\(black\\) to 255"),
        ({"width": 9, "height": 9, "pixels": [255] * 81}, "the drawing is blank"),
        ({"x": [1.0] * 63}, "x must be a list of 64 numbers"),
        ({"row": 400}, "row must be below 400"),
        ({"row": -1}, "row must be"),
        ({"row": 0, "against": 10}, "against must be a class from 0 to 9, got 10"),
        ({"row": 0, "against": "8"}, "against must be"),
    ],
    ids=str,
)
def test_what_cannot_be_drawn_is_an_error_for_the_page_that_asked(trained: Session, message: Any, error: str) -> None:
    answer = draw(trained, **message)
    assert answer.plain["type"] == "error"
    assert (answer.plain["of"], answer.plain["id"]) == ("draw", 7)
    assert answer.to == 3
    assert re.search(error, answer.plain["message"])


def test_points_have_no_drawings() -> None:
    answer = draw(session_of([], 0, "moons"), row=0)
    assert "grayscale images with classes" in answer.plain["message"]


def test_a_diverged_network_has_no_prediction() -> None:
    session = session_of([], 0)
    session.trainer.network.parameters[:] = np.nan
    assert "diverged" in draw(session, row=0).plain["message"]
