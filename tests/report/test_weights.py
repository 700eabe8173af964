"""The picture of a model's weights: images of the first layer, and histograms."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from glassnet.model import Model
from glassnet.network.layers import BatchNorm, Dense, Dropout, Residual
from glassnet.network.network import Network
from glassnet.report.weights import save_weights, tiles_of

NETWORKS: dict[str, list[Any]] = {
    "one layer": [Dense(1)],
    "no parameters": [Dropout()],
    "many arrays": [Dense(2), BatchNorm()] * 13,
    "inner layers": [Residual([Dense(3), Dense(2)])],
}


@pytest.mark.parametrize(
    ("layers", "value"), [*((layers, None) for layers in NETWORKS.values()), ([Dense(1)], 0.0), ([Dense(1)], np.nan)]
)
def test_any_network_has_a_picture(layers: Any, value: float | None, tmp_path: Path) -> None:
    net = Network(3, layers)
    if value is not None:
        net.parameters = np.full(net.parameters.size, value)
    save_weights(Model(None, net), tmp_path / "w.PNG")
    with Image.open(tmp_path / "w.PNG") as image:
        assert image.size[0] == 1200
        assert image.size[1] < 4000


def test_each_image_has_the_weights_of_a_unit() -> None:
    net = Network(6, [Dense(2)], init="zeros")
    net.named_parameters()["dense1.W"][:, 0] = [1, 0, 0, 0, 0, -1]
    net.named_parameters()["dense1.W"][:, 1] = [0, 0, 2, 0, 0, 0]
    tiles = tiles_of(net, (2, 3))
    assert tiles is not None
    assert list(tiles.places) == [1, 0]  # largest first
    first, second = (tiles.picture[y : y + 2, x : x + 3] for x, y in tiles.places.values())
    assert first[..., 3].tolist() == [[0, 0, 255], [0, 0, 0]]
    assert (second[..., 3] > 0).tolist() == [[True, False, False], [False, False, True]]
    assert second[0, 0, 2] > second[0, 0, 0]  # positive: blue-green
    assert second[1, 2, 0] > second[1, 2, 2]  # negative: red-brown


def test_images_in_color_are_drawn_in_color() -> None:
    tiles = tiles_of(Network(12, [Dense(3)], init="zeros"), (2, 2, 3))
    assert tiles is not None
    assert tiles.picture.shape[2] == 3
    assert tiles.picture[2, 0].tolist() == [128, 128, 128]


@pytest.mark.parametrize("shape", [None, (12,), (1, 12)])
def test_other_inputs_have_no_images(shape: Any) -> None:
    assert tiles_of(Network(12, [Dense(3)]), shape) is None
    assert tiles_of(Network(12, [BatchNorm(), Dense(3)]), (3, 4)) is None
