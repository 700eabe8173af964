"""A playground without a page: messages in, training for a slice of time, and messages out.

Messages of a page are JSON objects; their `type` is

    set      changes: parts of the state; those of data and training one by one; restart: also draw new
             initial weights
    run      action: play, pause, epoch, batch, or reset
    seen     number: of a frame that the page has drawn
    trace    row: a training row, whose numbers are answered
    predict  x: a row in its own units, and id, which the answer has, too
    draw     a drawing, a row in its own units, or the number of a row; see `drawing`
    table    name, text, and target: a table that becomes the own data
    export   what: python, recipe, model, or replay (a page without its recording), a file that is answered

The messages to a page (see `frame`) have the types state, data, frame, trace, prediction, drawing, export, and error.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

from glassnet.common import checks, specs
from glassnet.playground import views
from glassnet.playground.drawing import drawing, given_row
from glassnet.playground.explain import sample_trace
from glassnet.playground.export import export
from glassnet.playground.findings import Doctor
from glassnet.playground.frame import Message
from glassnet.playground.own import Own
from glassnet.playground.scene import Scene, numeric_columns, scene_of
from glassnet.playground.state import State
from glassnet.playground.trainer import Trainer
from glassnet.playground.upload import own_table
from glassnet.playground.viewer import FINDINGS_EVERY, UNITS_EVERY, Viewer

SLICE = 0.012
"""Seconds of training between two looks at the messages."""

ACTIONS = ("play", "pause", "epoch", "batch", "reset")


class Session:
    """The state of a playground, its trainer, and the pages that show it.

    All pages show the same state, and each can change it. Pages have numbers; a caller with a single page needs none.
    Training goes on only while there is a page. own: data of the kind "own". state: what is shown. running: whether
    training goes on by itself.
    """

    def __init__(self, state: State | None = None, own: Own | None = None) -> None:
        self.own, self.running = own, False
        self._own_names = _names_of(own)
        self.state = state or State()
        self.scene: Scene = scene_of(self.state.data, own)
        self.trainer = Trainer(self.state, self.scene, own)
        self.viewers: dict[int, Viewer] = {}
        self._version = 0
        self._until: int | None = None  # the epoch that the action "epoch" leads to
        self._pace = _Pace()
        self._speed = _Speed()
        self._doctor = Doctor()

    def opening(self, client: int = 0) -> Iterator[Message]:
        """Yield what a page needs at first, also after it was reloaded."""
        if not self.viewers:
            self._speed = _Speed()
        self.viewers[client] = viewer = Viewer()
        yield self._state_message(client)
        yield self._data_message(client)
        yield self._frame(viewer, client, _Drawing(self.trainer, self.scene))

    def leave(self, client: int = 0) -> None:
        """Forget a page that is closed."""
        self.viewers.pop(client, None)

    def handle(self, plain: Any, client: int = 0) -> Iterator[Message]:
        """Carry out a message of a page, and yield the answers; a mistake in it is an answer of type "error"."""
        try:
            if not isinstance(plain, Mapping):
                raise TypeError(f"a message is an object, got {type(plain).__name__}")
            kind = plain.get("type")
            if not isinstance(kind, str) or kind not in HANDLERS:
                raise specs.unknown("type of message", kind, HANDLERS)
            yield from HANDLERS[kind](self, plain, client)
        except (ValueError, TypeError, MemoryError, OverflowError) as error:
            yield Message({"type": "error", "message": str(error) or type(error).__name__}, to=client)

    def tick(self) -> Iterator[Message]:
        """Train for a slice of time if it runs, and yield a frame for each page that is ready for one."""
        if self.is_training and self.viewers:
            self._train()
        drawing = _Drawing(self.trainer, self.scene)
        for client, viewer in self.viewers.items():
            if viewer.is_ready(self._version):
                yield self._frame(viewer, client, drawing)

    @property
    def is_idle(self) -> bool:
        """Whether nothing happens before the next message."""
        return not self.viewers or not (
            self.is_training or any(one.is_ready(self._version) for one in self.viewers.values())
        )

    @property
    def is_training(self) -> bool:
        """Whether steps are made, as long as there is a page."""
        return self.running or self._until is not None

    def _frame(self, viewer: Viewer, client: int, drawing: _Drawing) -> Message:
        """Return what a page draws now."""
        trainer = self.trainer
        arrays = drawing.fast
        if viewer.is_due("units", UNITS_EVERY, self.running) or viewer.is_far(trainer.step):
            arrays, viewer.pictured = arrays | drawing.slow, trainer.step
        first, rows = trainer.history.since(viewer.history)
        plain: dict[str, Any] = {
            "type": "frame",
            "number": viewer.number,
            "epoch": trainer.epoch,
            "step": trainer.step,
            "batch": trainer.position // trainer.batch_size,
            "batches": trainer.batches,
            "running": self.running,
            "learning_rate": trainer.learning_rate,
            "epochs_per_second": self._speed.value if self.running else 0.0,
            "history_from": first,
            "diverged": trainer.diverged,
        }
        if viewer.is_due("findings", FINDINGS_EVERY, self.running):
            plain["findings"] = self._doctor.findings(trainer, self.state, self.is_training)
        viewer.history = trainer.history.last_epoch
        viewer.number, viewer.version = viewer.number + 1, self._version
        return Message(plain, {**arrays, "history": rows}, client)

    def _train(self) -> None:
        """Train for about SLICE seconds, or until the epoch that was asked for."""
        end = time.perf_counter() + SLICE
        trainer = self.trainer
        while (left := end - time.perf_counter()) > 0 and trainer.diverged is None and self.is_training:
            before, began = trainer.step, time.perf_counter()
            trainer.advance(self._pace.steps(left))
            self._pace.add(trainer.step - before, time.perf_counter() - began)
            if self._until is not None and trainer.epoch >= self._until:
                self._until = None
        self._speed.add(trainer.step / trainer.batches)
        if trainer.diverged is not None:
            self.running, self._until = False, None
        self._version += 1

    def _restart(self, state: State, has_new_rows: bool = False) -> None:
        """Begin again with a state; the old one stays if it cannot be shown."""
        is_same = state.data == self.state.data and not has_new_rows
        scene = self.scene if is_same else scene_of(state.data, self.own)
        self.trainer = Trainer(state, scene, self.own)
        self.state, self.scene = state, scene
        self._version += 1
        self._until, self._pace, self._speed = None, _Pace(), _Speed()
        for viewer in self.viewers.values():
            viewer.restart()

    def _set(self, plain: Mapping[str, Any], client: int) -> Iterator[Message]:
        """Change the state: training options keep the weights, all others draw new ones."""
        changes = plain.get("changes", {})
        if not isinstance(changes, Mapping):
            raise TypeError(f"changes must be an object, got {type(changes).__name__}")
        state = self.state.changed(changes)
        is_same_data = state.data == self.state.data
        restart = plain.get("restart") is True
        is_running = self.running or (restart and self.trainer.diverged is not None)
        if is_same_data and not restart and state.layers == self.state.layers and state.seed == self.state.seed:
            self.trainer.change(state.options())
            self.state, self._pace = state, _Pace()
            self._version += 1
        else:
            self._restart(state)
            self.running = is_running
        yield self._state_message()
        if not is_same_data:
            yield self._data_message()

    def _table(self, plain: Mapping[str, Any], client: int) -> Iterator[Message]:
        """Show the rows of a table that was opened on the page."""
        name, text, target = plain.get("name", ""), plain.get("text"), plain.get("target")
        if not (isinstance(name, str) and isinstance(text, str) and isinstance(target, str | None)):
            raise TypeError("a table has a name and a text, and maybe a target, which are texts")
        before = self.own, self._own_names
        own, columns = own_table(name, text, target)
        self.own, self._own_names = own, {**_names_of(own), "targets": columns, "target": target or columns[-1]}
        try:
            is_plane = len(self._own_names["columns"]) <= 2
            self._restart(
                self.state.changed({"data": {"kind": "own", "columns": [], "components": not is_plane}}), True
            )
        except (ValueError, TypeError, MemoryError):
            self.own, self._own_names = before
            raise
        yield self._state_message()
        yield self._data_message()

    def _run(self, plain: Mapping[str, Any], client: int) -> Iterator[Message]:
        action = plain.get("action")
        match action:
            case "play" | "pause":
                self.running = action == "play" and self.trainer.diverged is None
                self._until, self._speed = None, _Speed()
            case "epoch":
                self._until = self.trainer.epoch + 1
                self._train()
            case "batch":
                self.trainer.advance(1)
            case "reset":
                self._restart(self.state)
                yield self._state_message()
            case _:
                raise specs.unknown("action", action, ACTIONS)
        self._version += 1

    def _seen(self, plain: Mapping[str, Any], client: int) -> Iterator[Message]:
        """The page has drawn a frame, and is ready for another one."""
        if client in self.viewers:
            self.viewers[client].acknowledge(plain.get("number"))
        yield from ()

    def _trace(self, plain: Mapping[str, Any], client: int) -> Iterator[Message]:
        row = checks.whole_number("row", plain.get("row"), at_least=0)
        yield sample_trace(self.trainer, row, client)

    def _draw(self, plain: Mapping[str, Any], client: int) -> Iterator[Message]:
        try:
            yield drawing(self.trainer, plain, client)
        except (ValueError, TypeError) as error:  # shown beside the drawing, which goes on
            yield Message({"type": "error", "of": "draw", "id": plain.get("id"), "message": str(error)}, to=client)

    def _export(self, plain: Mapping[str, Any], client: int) -> Iterator[Message]:
        yield export(plain.get("what"), self.state, self.trainer, self.own, client)

    def _predict(self, plain: Mapping[str, Any], client: int) -> Iterator[Message]:
        """The prediction for one row in its own units, such as a drawn digit."""
        row = given_row(plain.get("x"), self.scene.train.features)
        output = self.scene.predictions(self.trainer.engine.predict(self.trainer.network, self.scene.inputs(row[None])))
        answer = {"type": "prediction", "id": plain.get("id"), "output": output[0].tolist()}
        yield Message(answer, to=client)

    def _state_message(self, client: int | None = None) -> Message:
        columns = views.drawn_layers(self.trainer)
        plain = {
            "type": "state",
            "state": self.state.to_json(),
            "running": self.running,
            "layers": [{"name": one.name, "units": one.operation.p["W"].shape[1]} for one in columns],
            "parameters": self.trainer.network.parameters.size,
            "loss": type(self.trainer.job.loss).__name__,
        }
        return Message(plain, to=client)

    def _data_message(self, client: int | None = None) -> Message:
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
            "own": self._own_names or None,
        }
        return Message(plain, dict(views.points(self.scene)), client)


HANDLERS: dict[str, Callable[[Session, Mapping[str, Any], int], Iterator[Message]]] = {
    "set": Session._set,
    "table": Session._table,
    "run": Session._run,
    "seen": Session._seen,
    "trace": Session._trace,
    "predict": Session._predict,
    "draw": Session._draw,
    "export": Session._export,
}


def _names_of(own: Own | None) -> dict[str, Any]:
    """Return what a page lists of own data: its name, and the columns that can be chosen."""
    return {} if own is None else {"name": own.data.name, "columns": list(numeric_columns(own.data))}


class _Drawing:
    """What is drawn of one moment, computed at most once, for all pages."""

    def __init__(self, trainer: Trainer, scene: Scene) -> None:
        self.trainer, self.scene = trainer, scene

    @cached_property
    def fast(self) -> views.Arrays:
        """What every frame has."""
        surface = views.surface(self.trainer, self.scene) if self.scene.domain is not None else {}
        return views.edges(self.trainer) | surface

    @cached_property
    def slow(self) -> views.Arrays:
        """What a frame has now and then."""
        trainer = self.trainer
        return views.units(trainer, self.scene) | views.histograms(trainer) | views.confusion(trainer)


class _Pace:
    """How many steps fit into some time, from the time that the last ones took."""

    def __init__(self) -> None:
        self.last, self.seconds = 0, 0.0

    def steps(self, seconds: float) -> int:
        """Return the number of steps: one at first, at most four times as many as before."""
        return max(1, min(4 * self.last, int(seconds / self.seconds))) if self.seconds else 1

    def add(self, steps: int, seconds: float) -> None:
        if steps:
            self.last, self.seconds = steps, seconds / steps


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
