"""Small views for notebooks: what their pictures say."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest

import glassnet as gn


def network(outputs: int = 2) -> gn.Network:
    return gn.Network(2, [gn.Dense(20, "tanh"), gn.Dense(outputs, "softmax")], seed=1)


def titles(svg: str) -> list[str]:
    return [one.text or "" for one in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}title")]


def test_a_decision_surface_tells_each_row_and_its_prediction() -> None:
    data, net = gn.load("moons").take(range(30)), network()
    picture = gn.show.decision(net, data)
    told = titles(picture.svg)
    assert len(told) == 30
    probability = net.forward(data.X[:1].astype(np.float32))[0][0]
    best = int(probability.argmax())
    assert told[0].startswith(f"({data.X[0, 0]:.3g}, {data.X[0, 1]:.3g}): {data.class_names[data.y[0]]}, ")  # type: ignore[index]
    assert told[0].endswith(f"predicted {data.class_names[best]} with {probability[best]:.0%}")  # type: ignore[index]


def test_test_rows_are_told_apart() -> None:
    data = gn.load("moons")
    picture = gn.show.decision(network(), data.take(range(20)), data.take(range(20, 30)))
    assert "test rows" in picture.svg
    assert len(titles(picture.svg)) == 30


def test_a_network_for_numbers_has_a_surface_too() -> None:
    X = np.random.default_rng(0).normal(size=(50, 2))
    picture = gn.show.decision(gn.Network(2, [gn.Dense(1)]), (X, X[:, 0]))
    assert re.search(r": [-\d.]+, predicted [-\d.]+$", titles(picture.svg)[0])


def test_rows_that_are_no_points_of_the_plane_are_an_error() -> None:
    net = gn.Network(4, [gn.Dense(3, "softmax")])
    with pytest.raises(ValueError, match="a decision surface needs 2 features, got 4"):
        gn.show.decision(net, gn.load("iris"))


def test_a_flow_has_the_networks_numbers() -> None:
    net, x = network(), np.array([0.5, -2.0], np.float32)
    picture = gn.show.flow(net, x)
    W, b = (net.named_parameters()[f"dense1.{name}"] for name in "Wb")
    told = titles(picture.svg)
    z = float(x @ W[:, 3] + b[3])
    assert any(one.startswith(f"dense1[3] = {np.tanh(z):.4g}\nz = x·W + b = {z:.4g}") for one in told)
    assert any(one.startswith("input[1] → dense1[") and one.count("=") == 1 for one in told)
    assert "16 of 20 units" in picture.svg


def test_a_flow_through_a_model_scales_the_row_and_names_the_classes() -> None:
    data = gn.load("moons")
    model = gn.Model(gn.Standardize().fit(data.X), network(), data.class_names)
    picture = gn.show.flow(model, data.X[0])
    assert f"{float(model.preprocessing.transform(data.X[:1])[0, 0]):.3g}" in picture.svg
    assert all(name in picture.svg for name in data.class_names or ())


def test_a_row_of_another_length_is_an_error() -> None:
    with pytest.raises(ValueError, match="the network has 2 inputs, but x has 3 numbers"):
        gn.show.flow(network(), [1, 2, 3])


def test_a_history_tells_the_numbers_of_an_epoch(tmp_path: Path) -> None:
    records = [gn.EpochRecord(i, 1 / i, accuracy=0.5, valid_loss=2 / i) for i in (1, 2, 3)]
    picture = gn.show.history(gn.History(records, best_epoch=2))
    assert repr(picture) == "<Picture: loss and accuracy by epoch, 3 epochs>"
    assert "epoch 2\nloss 0.5\nvalid loss 1\naccuracy 0.5" in titles(picture.svg)
    picture.save(tmp_path / "history.svg")
    ET.parse(tmp_path / "history.svg")
    assert set(picture._repr_mimebundle_()) == {"text/html", "image/svg+xml", "text/plain"}
    with pytest.raises(ValueError, match="the history has no epochs to show"):
        gn.show.history(gn.History([]))
