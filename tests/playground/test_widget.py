"""The playground in a notebook, without one: what the widget's page says, what it gets, and what a program gets."""

import importlib.util
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.playground.frame import unpack
from glassnet.playground.sources import from_network
from helpers.needs import needs_installed

PAGE = 3


def wait(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "nothing happens"
        time.sleep(0.005)


def network(outputs: Any, features: int = 2) -> gn.Network:
    return gn.Network(features, [gn.Dense(6, "tanh"), gn.BatchNorm(), outputs], seed=4)


def moons(n: int = 60) -> gn.Dataset:
    return gn.load("moons").take(range(n))


class Notebook:
    """A widget, and what its page got."""

    def __init__(self, widget: Any) -> None:
        self.widget, self.got = widget, []  # type: ignore[var-annotated]
        widget.send = self.take

    def take(self, content: Any, buffers: Any) -> None:
        (data,) = buffers
        message = unpack(data)
        self.got.append(message.plain)
        if message.plain["type"] == "frame":
            self.say("seen", number=message.plain["number"])

    def say(self, kind: str, **rest: Any) -> None:
        self.widget._handle_custom_msg({"page": PAGE, "request": {"type": kind, **rest}}, [])

    def train(self, epochs: int) -> None:
        self.say("join")
        self.say("run", action="play")
        wait(lambda: self.widget.background.session.trainer.epoch >= epochs)
        self.say("run", action="pause")
        wait(lambda: not self.widget.background.is_alive)


@pytest.fixture
def show() -> Iterator[Callable[..., Notebook]]:
    needs_installed("anywidget")
    shown: list[Notebook] = []

    def show(*args: Any, **kwargs: Any) -> Notebook:
        shown.append(Notebook(gn.playground(*args, **kwargs)))
        return shown[-1]

    yield show
    for one in shown:
        one.widget.close()
        wait(lambda one=one: not one.widget.background.is_alive)  # type: ignore[misc]


def test_a_given_network_is_the_start_and_is_not_changed(show: Callable[..., Notebook]) -> None:
    data, net = moons(), network(gn.Dense(2, "softmax"))
    before = net.parameters.copy()
    notebook = show(net, data)
    np.testing.assert_array_equal(notebook.widget.network.parameters, before)
    notebook.train(epochs=5)
    assert [one["type"] for one in notebook.got[:3]] == ["state", "data", "frame"]
    np.testing.assert_array_equal(net.parameters, before)
    trained = notebook.widget.network
    assert not np.array_equal(trained.parameters, before)
    trained.parameters[:] = 0  # a copy
    assert notebook.widget.network.parameters.any()


def test_the_model_predicts_from_raw_rows(show: Callable[..., Notebook]) -> None:
    X = np.random.default_rng(0).normal(50, 20, (200, 2))
    labels = np.where(X[:, 0] > 50, "large", "small")
    notebook = show(None, (X, labels))
    notebook.train(epochs=60)
    assert (notebook.widget.model.predict(X) == labels).mean() > 0.9


def test_a_network_for_numbers_predicts_in_their_units(show: Callable[..., Notebook]) -> None:
    X = np.random.default_rng(0).normal(size=(100, 2))
    y = 10 + 2 * X[:, 0]
    net = network(gn.Dense(1))
    notebook = show(net, (X, y))
    rows = X[:5].astype(np.float32)
    np.testing.assert_allclose(notebook.widget.network.forward(rows)[0], net.forward(rows)[0], atol=1e-3)
    notebook.train(epochs=300)
    before, after = (np.abs(one.forward(rows)[0][:, 0] - y[:5]).mean() for one in (net, notebook.widget.network))
    assert after < before / 2


def test_the_picture_for_notebooks_without_a_kernel_follows_the_training(show: Callable[..., Notebook]) -> None:
    notebook = show(None, "moons")
    before = notebook.widget.snapshot
    assert before.startswith("data:image/svg+xml;base64,")
    notebook.train(epochs=3)
    assert notebook.widget.snapshot != before


def test_a_new_network_after_a_change_is_what_the_widget_has(show: Callable[..., Notebook]) -> None:
    notebook = show(network(gn.Dense(2, "softmax")), moons())
    notebook.say("join")
    notebook.say("set", changes={"layers": [{"name": "dense", "units": 3, "activation": "relu"}]})
    wait(lambda: not notebook.widget.background.is_alive)
    assert notebook.widget.network.named_parameters()["dense1.W"].shape == (2, 3)


def test_a_widget_that_is_gone_leaves_no_thread(show: Callable[..., Notebook]) -> None:
    notebook = show()
    notebook.say("join")
    notebook.say("run", action="play")
    background = notebook.widget.background
    wait(lambda: background.session.trainer.epoch > 1)
    notebook.widget.close()
    wait(lambda: not background.is_alive)


def test_without_anywidget_one_line_says_what_would_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ValueError, match=r"needs anywidget: pip install 'glassnet\[widget\]'"):
        gn.playground()


@pytest.mark.parametrize(
    ("net", "data", "message"),
    [
        (network(gn.Dense(2, "softmax")), None, r"a network needs data to train on: playground\(net, \(X, y\)\)"),
        (network(gn.Dense(2, "softmax"), 3), moons(), "the network has 3 inputs, but the data have 2 features"),
        (network(gn.Dense(3, "softmax")), moons(), "the network is for 3 classes, but the data have 2 classes"),
        (network(gn.Dense(1)), moons(), "the network is for numbers as targets, but the data have 2 classes"),
        (network(gn.Dense(1, "sigmoid")), moons(), "the network has an output that the playground does not show"),
    ],
)
def test_what_does_not_fit_together_is_an_error(net: gn.Network, data: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        from_network(net, data)


@pytest.mark.parametrize("y", [np.arange(12) % 2, np.eye(3)[np.arange(12) % 2]], ids=["indices", "one-hot"])
def test_classes_that_do_not_occur_in_the_rows_are_still_classes(y: Any) -> None:
    _, own = from_network(network(gn.Dense(3, "softmax")), (np.ones((12, 2)), y))
    assert own is not None
    assert own.data.class_names == ("0", "1", "2")
    assert own.data.y.tolist() == [0, 1] * 6
