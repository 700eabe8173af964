"""A playground without a page: messages in, training for a slice of time, and messages out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from glassnet.common import checks, specs
from glassnet.data.dataset import Dataset
from glassnet.playground import views
from glassnet.playground.explain import sample_trace
from glassnet.playground.findings import findings
from glassnet.playground.frame import Message
from glassnet.playground.scene import Scene, scene_of
from glassnet.playground.state import State
from glassnet.playground.trainer import Trainer

SLICE = 0.012
"""Seconds of training between two looks at the messages."""

UNITS_EVERY, FINDINGS_EVERY = 0.2, 1.0
"""Seconds between pictures of the units, and between examinations by the doctor."""

ACTIONS = ("play", "pause", "epoch", "batch", "reset")


class Session:
    """The state of a playground, its trainer, and what the page has not seen yet.

    own: the data set of the kind "own". state: what is shown. running: whether training goes on by itself.
    """

    def __init__(self, state: State | None = None, own: Dataset | None = None) -> None:
        self.own, self.running = own, False
        self.state = state or State()
        self.scene: Scene = scene_of(self.state.data, own)
        self.trainer = Trainer(self.state, self.scene)
        self.number = 0
        self._shown_history = 0
        self._awaited: int | None = None
        self._is_changed = True
        self._per_step = 1e-4
        self._due = {"units": 0.0, "findings": 0.0}
        self._speed = _Speed()

    def handle(self, plain: Any) -> Iterator[Message]:
        """Carry out a message of the page, and yield the answers; a mistake in it is an answer of type "error"."""
        try:
            if not isinstance(plain, Mapping):
                raise TypeError(f"a message is an object, got {type(plain).__name__}")
            kind = plain.get("type")
            if kind not in HANDLERS:
                raise specs.unknown("type of message", kind, HANDLERS)
            yield from HANDLERS[kind](self, plain)
        except (ValueError, TypeError) as error:
            yield Message({"type": "error", "message": str(error)})

    def tick(self) -> Iterator[Message]:
        """Train for a slice of time if it runs, and yield a frame if the page has seen the last one."""
        if self.running:
            self._train()
        if self._is_changed and self._awaited is None:
            yield self.frame()

    @property
    def is_idle(self) -> bool:
        """Whether nothing happens before the next message."""
        return not self.running and (not self._is_changed or self._awaited is not None)

    def opening(self) -> Iterator[Message]:
        """Yield what a page needs at first, also after it was reloaded."""
        self._awaited, self._shown_history, self._is_changed = None, 0, True
        self._due = dict.fromkeys(self._due, 0.0)
        yield self._state_message()
        yield self._data_message()
        yield self.frame()

    def frame(self) -> Message:
        """Return what the page draws now, and wait until it has seen it."""
        now, trainer = time.monotonic(), self.trainer
        arrays = views.edges(trainer)
        if self.scene.domain is not None:
            arrays |= views.surface(trainer, self.scene)
        if now >= self._due["units"] or not self.running:
            arrays |= views.units(trainer, self.scene) | views.histograms(trainer) | views.confusion(trainer)
            self._due["units"] = now + UNITS_EVERY
        new = np.array(trainer.history[self._shown_history :], np.float32).reshape(-1, 5)
        plain: dict[str, Any] = {
            "type": "frame",
            "number": self.number,
            "epoch": trainer.epoch,
            "step": trainer.step,
            "batch": trainer.position // trainer.options.batch_size,
            "batches": trainer.batches,
            "running": self.running,
            "learning_rate": trainer.learning_rate,
            "epochs_per_second": self._speed.value if self.running else 0.0,
            "history_from": self._shown_history,
            "diverged": trainer.diverged,
        }
        if now >= self._due["findings"] or not self.running:
            plain["findings"] = findings(trainer)
            self._due["findings"] = now + FINDINGS_EVERY
        self._shown_history = len(trainer.history)
        self._awaited, self.number, self._is_changed = self.number, self.number + 1, False
        return Message(plain, {**arrays, "history": new})

    def _train(self) -> None:
        """Train for about SLICE seconds, in ranges of batches whose time is known from before."""
        end = time.perf_counter() + SLICE
        while (left := end - time.perf_counter()) > 0 and self.trainer.diverged is None:
            count = max(1, int(left / self._per_step))
            before, began = self.trainer.step, time.perf_counter()
            self.trainer.advance(count)
            steps = max(1, self.trainer.step - before)
            self._per_step = 0.8 * self._per_step + 0.2 * (time.perf_counter() - began) / steps
        self._speed.add(self.trainer.step / self.trainer.batches)
        self.running = self.running and self.trainer.diverged is None
        self._is_changed = True

    def _restart(self, state: State) -> None:
        """Begin again with a state; the old one stays if it cannot be shown."""
        scene = self.scene if state.data == self.state.data else scene_of(state.data, self.own)
        self.trainer = Trainer(state, scene)
        self.state, self.scene = state, scene
        self._shown_history, self._is_changed = 0, True
        self._due = dict.fromkeys(self._due, 0.0)
        self._speed = _Speed()

    def _set(self, plain: Mapping[str, Any]) -> Iterator[Message]:
        """Change the state: training options go on with the same weights, all else begins anew."""
        state = self.state.changed(plain.get("changes", {}))
        is_same_data = state.data == self.state.data
        if is_same_data and state.layers == self.state.layers and state.seed == self.state.seed:
            self.trainer.change(state.options())
            self.state, self._is_changed = state, True
        else:
            self._restart(state)
        yield self._state_message()
        if not is_same_data:
            yield self._data_message()

    def _run(self, plain: Mapping[str, Any]) -> Iterator[Message]:
        action = plain.get("action")
        match action:
            case "play" | "pause":
                self.running = action == "play" and self.trainer.diverged is None
                self._speed = _Speed()
            case "epoch":
                self.trainer.advance(self.trainer.batches)
            case "batch":
                self.trainer.advance(1)
            case "reset":
                self._restart(self.state)
                yield self._state_message()
            case _:
                raise specs.unknown("action", action, ACTIONS)
        self._is_changed = True

    def _seen(self, plain: Mapping[str, Any]) -> Iterator[Message]:
        """The page has drawn a frame, and is ready for the next one."""
        if plain.get("number") == self._awaited:
            self._awaited = None
        yield from ()

    def _trace(self, plain: Mapping[str, Any]) -> Iterator[Message]:
        row = checks.whole_number("row", plain.get("row"), at_least=0)
        yield sample_trace(self.trainer, row)

    def _predict(self, plain: Mapping[str, Any]) -> Iterator[Message]:
        """The prediction for one row in its own units, such as a drawn digit."""
        x = np.array(plain.get("x"), np.float64)
        if x.shape != (self.scene.train.features,) or not np.isfinite(x).all():
            raise ValueError(f"x must be {self.scene.train.features} finite numbers")
        output = self.trainer.engine.predict(self.trainer.network, self.scene.inputs(x[None]))[0]
        yield Message({"type": "prediction", "id": plain.get("id"), "output": np.nan_to_num(output).tolist()})

    def _state_message(self) -> Message:
        columns = views.drawn_layers(self.trainer)
        return Message(
            {
                "type": "state",
                "state": self.state.to_json(),
                "running": self.running,
                "layers": [{"name": one.name, "units": one.operation.p["W"].shape[1]} for one in columns],
                "parameters": self.trainer.network.parameters.size,
                "loss": type(self.trainer.job.loss).__name__,
            }
        )

    def _data_message(self) -> Message:
        train = self.scene.train
        plain = {
            "type": "data",
            "domain": self.scene.domain,
            "features": train.features,
            "names": list(train.feature_names or ()),
            "classes": None if train.class_names is None else list(train.class_names),
            "image_shape": train.image_shape,
            "train_rows": len(train),
            "test_rows": len(self.scene.test),
        }
        return Message(plain, dict(views.points(self.scene)))


HANDLERS: dict[str, Callable[[Session, Mapping[str, Any]], Iterator[Message]]] = {
    "set": Session._set,
    "run": Session._run,
    "seen": Session._seen,
    "trace": Session._trace,
    "predict": Session._predict,
}


class _Speed:
    """Epochs per second since the training goes on."""

    def __init__(self) -> None:
        self.first: tuple[float, float] | None = None
        self.value = 0.0

    def add(self, epochs: float) -> None:
        now = time.perf_counter()
        if self.first is None:
            self.first = now, epochs
        elif now > self.first[0]:
            self.value = (epochs - self.first[1]) / (now - self.first[0])
