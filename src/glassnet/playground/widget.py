"""The widget of the playground: a session in the kernel, and the page of the playground in the output of a cell."""

from __future__ import annotations

import functools
import sys
import uuid
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

from glassnet.common.html import STYLE
from glassnet.data.preprocessing import Pipeline
from glassnet.model import Model
from glassnet.network.network import Network
from glassnet.network.rescaling import rescale_output
from glassnet.playground.background import Background, start_thread
from glassnet.playground.frame import Message
from glassnet.playground.own import Own
from glassnet.playground.picture import data_uri_of, snapshot
from glassnet.playground.session import Session
from glassnet.playground.state import State

PAGE = Path(__file__).parent / "static" / "widget.js"


@functools.cache
def widget_class() -> type:
    """Return the class of the widget; anywidget is imported only here."""
    import anywidget
    import traitlets

    class PlaygroundWidget(anywidget.AnyWidget):  # type: ignore[misc]
        """A playground in a notebook.

        network: a copy of the network as it is now. model: the same with scaling and class names.
        """

        _esm = PAGE.read_text(encoding="utf-8")
        snapshot = traitlets.Unicode("").tag(sync=True)
        still_id = traitlets.Unicode("").tag(sync=True)

        def __init__(self, state: State | None = None, own: Own | None = None) -> None:
            session = Session(state, own)
            super().__init__(snapshot=_snapshot(session), still_id=uuid.uuid4().hex[:12])
            # The thread must not keep a widget alive that nobody else needs.
            this = weakref.ref(self)

            def send(message: Message) -> None:
                if (widget := this()) is not None:
                    widget.send({"to": message.to}, [message.pack()])

            def stopped() -> None:
                if (widget := this()) is not None:
                    widget.snapshot = _snapshot(session)
                    if widget._still is not None:
                        widget._still.update(widget._saved_picture(), raw=True)

            self._still: Any = None
            self.background = Background(session, send, thread_starter(), stopped)
            self.on_msg(_receive)
            weakref.finalize(self, self.background.close)

        @property
        def network(self) -> Network:
            """A copy of the network as it is now; its output is in the units of the target."""
            return _with_lock(self.background, network_of)

        @property
        def model(self) -> Model:
            """A model of the network as it is now, which scales the rows and knows the class names."""
            return _with_lock(self.background, model_of)

        def close(self) -> None:
            """End the training, and take the widget away."""
            self.background.close()
            super().close()

        def _ipython_display_(self) -> None:
            """Show the widget, and a picture that is still there without a kernel."""
            from IPython.display import display

            bundle = super()._repr_mimebundle_()
            display(bundle[0] if isinstance(bundle, tuple) else bundle, raw=True)
            self._still = display(self._saved_picture(), raw=True, display_id=True)

        def _saved_picture(self) -> dict[str, str]:
            still = f'<img alt="The network of the playground" src="{self.snapshot}">'
            return {"text/html": f'<div class="glassnet" data-glassnet-still="{self.still_id}">{STYLE}{still}</div>'}

    return PlaygroundWidget


def _receive(widget: Any, content: Any, buffers: Any) -> None:
    """Take a message of the page."""
    if isinstance(content, dict) and isinstance(page := content.get("page"), int):
        widget.background.receive(page, content.get("request"))


def _with_lock(background: Background, look: Callable[[Session], Any]) -> Any:
    with background.lock:
        return look(background.session)


def _snapshot(session: Session) -> str:
    return data_uri_of(snapshot(session.trainer, session.scene))


def network_of(session: Session) -> Network:
    """Return a copy of a session's network, whose output is in the units of the target."""
    copy, scale = session.trainer.network.copy(), session.scene.target_scale
    if scale is not None:
        rescale_output(copy, *scale.arrays().values())
    return copy


def model_of(session: Session) -> Model:
    """Return a session's network as a model, which scales the rows."""
    scale = session.scene.scale
    return Model(
        None if isinstance(scale, Pipeline) and not scale.steps else scale,
        network_of(session),
        session.scene.train.class_names,
    )


def thread_starter() -> Callable[[Callable[[], None]], None]:
    """Return what starts a thread; marimo knows only threads of its own kind."""
    marimo = sys.modules.get("marimo")
    if marimo is None or not marimo.running_in_notebook():
        return start_thread

    def start(work: Callable[[], None]) -> None:
        marimo.Thread(target=work, name="glassnet playground", daemon=True).start()

    return start
