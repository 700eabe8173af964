"""Show a playground in a notebook: a network that trains while one looks at it and changes it.

It is also the package of that name, of which nothing else is public. The widget needs anywidget:
`pip install 'glassnet[widget]'`. Training goes on in a thread of the kernel while the widget is visible, and pauses
when it is scrolled away or when its cell is run again.

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

Examples
--------
>>> import glassnet as gn
>>> gn.playground(net, data)  # doctest: +SKIP
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any


class _Callable(ModuleType):
    """This package, which is also the function `glassnet.playground`: both have the same name."""

    def __call__(self, net: Any = None, data: Any = None, *, test: Any = None) -> Any:
        from glassnet.playground.notebook import playground

        return playground(net, data, test=test)


sys.modules[__name__].__class__ = _Callable
