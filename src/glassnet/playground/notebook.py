"""The playground in notebooks: Jupyter, marimo, and VS Code."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from glassnet.model import Model
    from glassnet.network.network import Network


def playground(net: Network | Model | None = None, data: Any = None, *, test: Any = None) -> Any:
    """Show a playground in a notebook: a network that trains while one looks at it and changes it.

    It needs the package anywidget: `pip install 'glassnet[widget]'`. Training goes on in a thread of the kernel while
    the widget is visible, and pauses when it is scrolled away or when its cell is run again.

    Parameters
    ----------
    net : Network or Model, optional
        Network whose layers and weights are the start; it is not changed. A Network gets the rows as they are, a Model
        scales them. By default, two hidden layers of 8 units.
    data : Dataset, (X, y), or str, optional
        Rows, or the name of a data set. By default, two spirals. More than 5,000 rows are shown by 5,000 of them.
    test : Dataset or (X, y), optional
        Test rows; by default, 30% of the data.

    Returns
    -------
    PlaygroundWidget
        The widget. Its `network` is a copy of the network as it is now, and its `model` has the scaling of the rows and
        the class names, too.

    Raises
    ------
    ValueError
        If anywidget is missing, if the data do not fit the network, or if the playground does not show it.
    """
    if importlib.util.find_spec("anywidget") is None:
        raise ValueError("the playground in notebooks needs anywidget: pip install 'glassnet[widget]'")
    from glassnet.playground.sources import from_network
    from glassnet.playground.widget import widget_class

    state, own = from_network(net, data, test)
    return widget_class()(state, own)
