"""The workloads by name, with their networks, data, and target ratios."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from glassnet.common import specs


@dataclass(frozen=True)
class Workload:
    """One row of the benchmark: its computation, and the target ratio for each peer.

    kind: "train", "predict", or "late" (a late epoch of a run relative to an early one). widths: inputs, hidden units,
    classes; hidden: the hidden layers' activations. data: "digits" (all 1797 rows), "notebook" (60% of them), "made" (a
    formula with noise), or "mnist". rows: rows per step or prediction. rate: the learning rate. loss_after: the epoch
    after which the contestants' losses are compared. targets: minimum ratios of a peer's time to glassnet's. limits:
    maximum ratios of glassnet's time to that of a lower bound. stand_ins: hidden activations of a peer that does not
    support those of the workload. notes: remarks on the peers.
    """

    title: str
    kind: str
    widths: tuple[int, ...]
    data: str
    rows: int
    optimizer: str = "adam"
    rate: float = 1e-3
    hidden: tuple[str, ...] = ()
    loss_after: int = 3
    targets: Mapping[str, float] = field(default_factory=dict)
    limits: Mapping[str, float] = field(default_factory=dict)
    stand_ins: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def activations(self) -> tuple[str, ...]:
        """The activations of the hidden layers; ReLU by default."""
        return self.hidden or ("relu",) * (len(self.widths) - 2)


def choose(text: str | None) -> dict[str, Workload]:
    """Return the workloads named in a text such as "W1,W6", in the order of the table; all for None.

    >>> list(choose("w6, W1"))
    ['W1', 'W6']
    >>> choose("W9")
    Traceback (most recent call last):
        ...
    ValueError: unknown workload 'W9'; did you mean ...
    """
    return {name: WORKLOADS[name] for name in chosen("workload", text, WORKLOADS)}


def choose_peers(text: str | None) -> list[str]:
    """Return the peers named in a text such as "sklearn,torch"; all for None, none for an empty text."""
    return [] if text == "" else chosen("peer", text, PEERS)


def chosen(kind: str, text: str | None, known: Iterable[str]) -> list[str]:
    """Return the comma-separated names of a text, in their defined order; all for None."""
    if text is None:
        return list(known)
    by_lower = {name.lower(): name for name in known}
    wanted = []
    for part in map(str.strip, text.split(",")):
        if part.lower() not in by_lower:
            raise specs.unknown(kind, part, by_lower.values())
        wanted.append(by_lower[part.lower()])
    return [name for name in by_lower.values() if name in wanted]


PEERS = ("sklearn", "torch", "jax")

SMALL, WIDE = (64, 100, 10), (784, 512, 256, 10)

WORKLOADS: dict[str, Workload] = {
    "W1": Workload(
        "64-6-5-10, batch 1, SGD",
        "train",
        (64, 6, 5, 10),
        "notebook",
        1,
        optimizer="sgd",
        rate=0.01,
        hidden=("relu", "sigmoid"),
        loss_after=10,
        targets={"sklearn": 200, "torch": 100, "jax": 1.8},
        limits={"c": 1.7},
        stand_ins={"sklearn": ("sigmoid", "sigmoid")},
        notes=("scikit-learn uses sigmoid in both hidden layers, since it supports one activation for all",),
    ),
    "W2": Workload(
        "digits 64-100-10, batch 32, Adam",
        "train",
        SMALL,
        "digits",
        32,
        targets={"sklearn": 12, "torch": 10, "jax": 2.5},
    ),
    "W3": Workload(
        "digits 64-128-64-10, batch 32, Adam",
        "train",
        (64, 128, 64, 10),
        "digits",
        32,
        targets={"sklearn": 8, "torch": 8, "jax": 1.6},
    ),
    "W4": Workload(
        "digits 64-100-10, batch 200, Adam",
        "train",
        SMALL,
        "digits",
        200,
        targets={"sklearn": 5, "torch": 3.5, "jax": 2},
    ),
    "W5": Workload(
        "20-64-64-2, 20k rows, batch 256, Adam",
        "train",
        (20, 64, 64, 2),
        "made",
        256,
        targets={"sklearn": 5, "torch": 4, "jax": 2},
        notes=("scikit-learn uses one sigmoid output for two classes",),
    ),
    "W6": Workload(
        "MNIST 784-512-256-10, batch 128, Adam",
        "train",
        WIDE,
        "mnist",
        128,
        loss_after=1,
        targets={"sklearn": 3, "torch": 1.3, "jax": 1.1},
        limits={"products": 1.5},
    ),
    "W7": Workload(
        "predict one row, 64-100-10",
        "predict",
        SMALL,
        "digits",
        1,
        targets={"sklearn": 25, "torch": 5, "jax": 2},
    ),
    "W8": Workload(
        "predict 100k rows, 64-100-10",
        "predict",
        SMALL,
        "digits",
        100_000,
        targets={"sklearn": 1.5, "torch": 1, "jax": 1},
    ),
    "late": Workload(
        "epoch 100 relative to epoch 3 of W2",
        "late",
        SMALL,
        "digits",
        32,
        limits={"early": 1.2},
    ),
}
