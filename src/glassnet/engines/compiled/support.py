"""What the compiled engine has kernels for, and what a job needs of them."""

from __future__ import annotations

from glassnet.common.arrays import AnyArray
from glassnet.engines.compiled import pieces
from glassnet.engines.compiled.kernels.activations import ACTIVATIONS
from glassnet.engines.compiled.kernels.distortions import DISTORTIONS
from glassnet.engines.compiled.kernels.losses import LOSSES
from glassnet.engines.compiled.kernels.optimizers import OPTIMIZERS, kernel_name
from glassnet.engines.compiled.kernels.table import LAYERS
from glassnet.engines.job import Job
from glassnet.maths import activations, losses, optimizers
from glassnet.maths.distortions import Distort
from glassnet.maths.losses import Loss
from glassnet.network import layers
from glassnet.network.layers import Activation
from glassnet.network.network import Network

Piece = tuple[str, str]
"""A family and a name in it."""


PROGRAM: list[Piece] = [(pieces.PROGRAM, "steps"), (pieces.PROGRAM, "answers"), (pieces.PRODUCT, "product")]

ORDINARY: list[Piece] = [
    *PROGRAM,
    (pieces.LAYER, "dense"),
    *((pieces.ACTIVATION, name) for name in ("relu", "tanh", "sigmoid", "softmax")),
    *((pieces.LOSS, f"{name} from logits") for name in ("cross_entropy of labels", "squared_error of shares")),
    (pieces.LOSS, "binary_cross_entropy of shares from logits"),
    (pieces.PROGRAM, "penalties"),
    *((pieces.OPTIMIZER, name) for name in ("sgd", "adam", "adamw")),
]
"""What most jobs are made of."""


def every_piece() -> list[Piece]:
    """Return all pieces there are."""
    families = {
        pieces.LAYER: LAYERS,
        pieces.ACTIVATION: ACTIVATIONS,
        pieces.LOSS: LOSSES,
        pieces.OPTIMIZER: OPTIMIZERS,
        pieces.AUGMENTATION: DISTORTIONS,
    }
    others = [(family, name) for family, table in families.items() for name in table]
    return [*PROGRAM, (pieces.PROGRAM, "penalties"), *others]


def needed(network: Network, loss: Loss | None = None, labels: bool = False) -> list[Piece]:
    """Return the pieces that a network and a loss are made of."""
    found = [*PROGRAM]
    for step in network.steps:
        if isinstance(step.layer, Activation):
            name = activations.activation_name(step.layer.activation)
            if type(step.layer.activation) is not activations.Identity:
                found.append((pieces.ACTIVATION, name))
        else:
            found.append((pieces.LAYER, step.layer.kind))
    if loss is not None:
        found.append((pieces.LOSS, loss_kernel(network, loss, labels)))
    return list(dict.fromkeys(found))


def loss_kernel(network: Network, loss: Loss, labels: bool) -> str:
    """Return which kernel of the table a loss runs on."""
    return (
        losses.loss_name(loss)
        + (" of labels" if labels else " of shares")
        + (" from logits" if network.is_canonical(loss) else "")
    )


def needed_by(job: Job, labels: bool) -> list[Piece]:
    """Return the pieces that a job is made of."""
    found = needed(job.network, job.loss, labels)
    if job.l1 or job.l2 or job.clip_norm or job.clip_value:
        found.append((pieces.PROGRAM, "penalties"))
    if type(job.augment) is Distort:
        found.append((pieces.AUGMENTATION, "distort"))
    return found if job.state is None else [*found, (pieces.OPTIMIZER, kernel_name(job.optimizer))]


def missing(network: Network) -> str | None:
    """Return what of a network has no kernel, in words, or None."""
    for name, layer in zip(network.names, network.layers, strict=True):
        if type(layer) not in layers.LAYERS.values() or layer.kind not in LAYERS | {"activation": None}:
            return f"{name}, {type(layer).__name__}, has no compiled kernel"
    for step in network.steps:
        if isinstance(step.layer, Activation):
            piece = step.layer.activation
            if type(piece) is not activations.Identity and (
                type(piece) not in activations.ACTIVATIONS.values()
                or activations.activation_name(piece) not in ACTIVATIONS
            ):
                return f"the activation {activations.activation_name(piece)} of {step.name} has no compiled kernel"
    return None if any(step.p for step in network.steps) else "a network without parameters has nothing to compile"


def missing_for(job: Job) -> str | None:
    """Return what of a job has no kernel, in words, or None."""
    if type(job.loss) not in losses.LOSSES.values() or not any(
        kernel.startswith(losses.loss_name(job.loss)) for kernel in LOSSES
    ):
        return f"the loss {losses.loss_name(job.loss)} has no compiled kernel"
    if job.state is not None and (
        type(job.optimizer) not in optimizers.OPTIMIZERS.values() or kernel_name(job.optimizer) not in OPTIMIZERS
    ):
        return f"the optimizer {type(job.optimizer).__name__} has no compiled kernel"
    return missing(job.network)


def is_labels(Y: AnyArray) -> bool:
    """Return whether targets are class indices rather than numbers per output."""
    return Y.ndim == 1
