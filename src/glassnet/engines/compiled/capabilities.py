"""The components that the compiled engine supports, and the kernels that a job needs."""

from __future__ import annotations

from collections.abc import Iterable

from glassnet.common.arrays import AnyArray
from glassnet.engines.compiled import kernel_families
from glassnet.engines.compiled.kernel_families import Kernel
from glassnet.engines.compiled.kernels.activations import ACTIVATIONS
from glassnet.engines.compiled.kernels.augmentation import DISTORTIONS
from glassnet.engines.compiled.kernels.layers_table import LAYERS
from glassnet.engines.compiled.kernels.losses import LOSSES
from glassnet.engines.compiled.kernels.optimizers import OPTIMIZERS, kernel_name
from glassnet.engines.job import Job
from glassnet.maths import activations, losses, optimizers
from glassnet.maths.augmentation import RandomDistortion
from glassnet.maths.losses import Loss
from glassnet.network import layers
from glassnet.network.columnwise import ParametricActivation
from glassnet.network.layers import Activation
from glassnet.network.network import Network

PROGRAM: list[Kernel] = [
    (kernel_families.PROGRAM, "steps"),
    (kernel_families.PROGRAM, "inference"),
    (kernel_families.PRODUCT, "product"),
]

TABLE_LAYERS = (
    *("dense", "dropout", "embedding", "scale", "parametric_activation"),
    *("periodic_embedding", "piecewise_linear_embedding"),
)
"""The layers of the recipe `table`."""

COMMON_KERNELS: list[Kernel] = [
    *PROGRAM,
    *((kernel_families.LAYER, kind) for kind in TABLE_LAYERS),
    *((kernel_families.ACTIVATION, name) for name in ("relu", "tanh", "sigmoid", "softmax", "mish")),
    *((kernel_families.LOSS, f"{name} from logits") for name in ("cross_entropy of labels", "squared_error of shares")),
    (kernel_families.LOSS, "binary_cross_entropy of shares from logits"),
    (kernel_families.PROGRAM, "penalties"),
    *((kernel_families.OPTIMIZER, name) for name in ("sgd", "adam", "adamw")),
]
"""The kernels of common jobs."""


def every_kernel() -> list[Kernel]:
    """Return all kernels."""
    families: dict[str, Iterable[str]] = {
        kernel_families.LAYER: LAYERS,
        kernel_families.ACTIVATION: ACTIVATIONS,
        kernel_families.LOSS: LOSSES,
        kernel_families.OPTIMIZER: OPTIMIZERS,
        kernel_families.AUGMENTATION: DISTORTIONS,
    }
    others = [(family, name) for family, table in families.items() for name in table]
    return [*PROGRAM, (kernel_families.PROGRAM, "penalties"), *others]


def needed(network: Network, loss: Loss | None = None, labels: bool = False) -> list[Kernel]:
    """Return the kernels that a network and a loss need."""
    found = [*PROGRAM]
    for step in network.operations:
        if isinstance(step.layer, (Activation, ParametricActivation)):
            name = activations.activation_name(step.layer.activation)
            if type(step.layer.activation) is not activations.Identity:
                found.append((kernel_families.ACTIVATION, name))
        if not isinstance(step.layer, Activation):
            found.append((kernel_families.LAYER, step.layer.kind))
    if loss is not None:
        found.append((kernel_families.LOSS, loss_kernel(network, loss, labels)))
    return list(dict.fromkeys(found))


def loss_kernel(network: Network, loss: Loss, labels: bool) -> str:
    """Return the name of the kernel of a loss."""
    return (
        losses.loss_name(loss)
        + (" of labels" if labels else " of shares")
        + (" from logits" if network.is_canonical(loss) else "")
    )


def needed_by(job: Job, labels: bool) -> list[Kernel]:
    """Return the kernels that a job needs."""
    found = needed(job.network, job.loss, labels)
    if job.l1 or job.l2 or job.clip_norm or job.clip_value:
        found.append((kernel_families.PROGRAM, "penalties"))
    if type(job.augment) is RandomDistortion:
        found.append((kernel_families.AUGMENTATION, "distort"))
    return found if job.state is None else [*found, (kernel_families.OPTIMIZER, kernel_name(job.optimizer))]


def unsupported(network: Network) -> str | None:
    """Return a message about a component of a network without a kernel, or None."""
    for name, layer in ((one.name, one.layer) for one in network.placed):
        if type(layer) not in layers.LAYERS.values() or layer.kind not in LAYERS | {"activation": None}:
            return f"{name}, {type(layer).__name__}, has no compiled kernel"
    for step in network.operations:
        if isinstance(step.layer, (Activation, ParametricActivation)):
            activation = step.layer.activation
            if type(activation) is not activations.Identity and (
                type(activation) not in activations.ACTIVATIONS.values()
                or activations.activation_name(activation) not in ACTIVATIONS
            ):
                return f"the activation {activations.activation_name(activation)} of {step.name} has no compiled kernel"
    return None if any(step.p for step in network.operations) else "a network without parameters has nothing to compile"


def unsupported_by_job(job: Job) -> str | None:
    """Return a message about a component of a job without a kernel, or None."""
    if type(job.loss) not in losses.LOSSES.values() or not any(
        kernel.startswith(losses.loss_name(job.loss)) for kernel in LOSSES
    ):
        return f"the loss {losses.loss_name(job.loss)} has no compiled kernel"
    if job.state is not None and (
        type(job.optimizer) not in optimizers.OPTIMIZERS.values() or kernel_name(job.optimizer) not in OPTIMIZERS
    ):
        return f"the optimizer {type(job.optimizer).__name__} has no compiled kernel"
    return unsupported(job.network)


def is_labels(Y: AnyArray) -> bool:
    """Return whether targets are class indices rather than numbers per output."""
    return Y.ndim == 1
