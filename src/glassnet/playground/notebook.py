"""The playground in notebooks: Jupyter, marimo, and VS Code."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from glassnet.model import Model
    from glassnet.network.network import Network


def playground(net: Network | Model | None = None, data: Any = None, *, test: Any = None) -> Any:
    """Return the widget of `glassnet.playground`, which documents the parameters."""
    if importlib.util.find_spec("anywidget") is None:
        raise ValueError("the playground in notebooks needs anywidget: pip install 'glassnet[widget]'")
    from glassnet.playground.sources import from_network
    from glassnet.playground.widget import widget_class

    state, own = from_network(net, data, test)
    return widget_class()(state, own)
