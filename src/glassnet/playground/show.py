"""Small views for notebooks: pictures of a network and of its training, which need no kernel once they are drawn.

`glassnet.playground` is the large one, in which everything can be changed.
"""

from __future__ import annotations

import dataclasses
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.common.arrays import AnyArray
from glassnet.playground.picture import Picture

if TYPE_CHECKING:
    from glassnet.model import Model
    from glassnet.network.network import Network
    from glassnet.training.history import History

__all__ = ["decision", "flow", "history"]

MOST_BANDS = 200
"""Maximum number of epochs with a tooltip; of more epochs, every k-th one has one."""


def decision(net: Network | Model, data: Any, test: Any = None) -> Picture:
    """Show the decision surface of a network over the plane, with the rows.

    Each row has a tooltip with its prediction. Colors are paler where the network is less sure.

    Parameters
    ----------
    net : Network or Model
        Network of two features, for classes (softmax) or for a number.
    data : Dataset, (X, y), or str
        Rows, or the name of a data set. A Network gets them as they are, a Model scales them.
    test : Dataset or (X, y), optional
        Test rows, which are drawn hollow. Without them, all rows are alike.

    Returns
    -------
    Picture
        The picture.

    Raises
    ------
    ValueError
        If the rows are not points of the plane, or if they do not fit the network.

    Examples
    --------
    >>> import glassnet as gn
    >>> net = gn.Network(2, [gn.Dense(4, "tanh"), gn.Dense(2, "softmax")], seed=0)
    >>> gn.show.decision(net, gn.load("moons"))
    <Picture: decision surface with 1,000 rows>
    """
    from glassnet.playground.picture import plane
    from glassnet.playground.session import Session
    from glassnet.playground.sources import from_network

    state, own = from_network(net, data, test)
    if own is not None and own.train_rows is None:
        own = dataclasses.replace(own, train_rows=len(own.data))
    session = Session(state, own)
    if session.scene.domain is None:
        raise ValueError(f"a decision surface needs 2 features, got {session.scene.train.features}")
    rows = len(session.scene.train) + len(session.scene.test)
    return Picture(plane(session.trainer, session.scene), f"decision surface with {rows:,} rows")


def flow(net: Network | Model, x: AnyArray) -> Picture:
    """Show one row on its way through the layers: the activations of the units, and the largest products x·W.

        z = x·W + b        a = f(z)

    Units and edges have tooltips with their numbers. Blue is positive, orange is negative.

    Parameters
    ----------
    net : Network or Model
        Network of dense layers, activations, dropout, and normalizations.
    x : array-like, (inputs,) or (1, inputs)
        The row. A Network gets it as it is, a Model scales it.

    Returns
    -------
    Picture
        The picture.

    Raises
    ------
    ValueError
        If the row does not fit the network.

    Examples
    --------
    >>> import glassnet as gn
    >>> net = gn.Network(2, [gn.Dense(4, "tanh"), gn.Dense(2, "softmax")], seed=0)
    >>> gn.show.flow(net, [0.5, -1.0])
    <Picture: one row through input, dense1, dense2>
    """
    from glassnet.model import Model
    from glassnet.model.per_network import pieces_of, preprocessed
    from glassnet.playground.flow import columns_of, flow_svg

    row = np.asarray(x, np.float64).reshape(1, -1)
    names: tuple[str, ...] | None = None
    network: Any = net
    if isinstance(net, Model):
        if len(net.networks) > 1:
            raise ValueError(f"the model has {len(net.networks)} networks; show one of them: model.networks[0]")
        network, scale = net.networks[0], pieces_of(net.preprocessing, 1)[0]
        names = net.class_names
        row = row if scale is None else np.asarray(preprocessed(scale, row), np.float64)
    if row.shape[1] != network.inputs:
        raise ValueError(f"the network has {network.inputs} inputs, but x has {row.shape[1]} numbers")
    columns = columns_of(network, row[0])
    return Picture(
        flow_svg(columns, (), None if names is None else tuple(map(str, names))),
        f"one row through {', '.join(one.name for one in columns)}",
    )


def history(h: History) -> Picture:
    """Show losses, and accuracies if there are some, by epoch, with tooltips.

    Parameters
    ----------
    h : History
        What `train` and `fit` return.

    Returns
    -------
    Picture
        The picture.

    Raises
    ------
    ValueError
        If there is no epoch.

    Examples
    --------
    >>> import glassnet as gn
    >>> gn.show.history(gn.History([gn.EpochRecord(1, 2.0), gn.EpochRecord(2, 1.0)], best_epoch=2))
    <Picture: loss by epoch, 2 epochs>
    """
    from glassnet.training.history_html import BOTTOM, HEIGHT, LEFT, TOP, WIDTH, loss_chart

    if not len(h):
        raise ValueError("the history has no epochs to show")
    bands, step = [], -(-len(h) // MOST_BANDS)
    height, side = HEIGHT - TOP - BOTTOM, (WIDTH - LEFT - 8) / max(len(h) - 1, 1)
    for i in range(0, len(h), step):
        record = h[i]
        told = "\n".join(
            f"{name.replace('_', ' ')} {value:,.4g}"
            for name in ("epoch", "loss", "valid_loss", "accuracy", "valid_accuracy", "learning_rate")
            if (value := getattr(record, name)) is not None
        )
        bands.append(
            f'<rect x="{LEFT + side * (i - 0.5):.1f}" width="{side * step:.1f}" y="{TOP}" height="{height}" '
            f'fill="transparent"><title>{escape(told)}</title></rect>'
        )
    charts, shown = [], []
    for kind in ("loss", "accuracy"):
        lines = {name: h.column(name) for name in (kind, f"valid_{kind}")}
        if any(value is not None for values in lines.values() for value in values):
            chart = loss_chart({name.replace("_", " "): values for name, values in lines.items()}, h.best_epoch)
            charts.append(chart.replace("</svg>", "".join(bands) + "</svg>", 1))
            shown.append(kind)
    first = charts[0][: charts[0].index("</svg>") + 6].replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return Picture(first, f"{' and '.join(shown)} by epoch, {len(h):,} epochs", "".join(charts))
