"""Training of a network of members in which each member has its own order of the rows, and so its own batches.

The engines train the network of `network_of_member_rows`, each of whose rows consists of a row for each member. The
members' parts of targets and weights are gathered in the same orders.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from glassnet.common.arrays import AnyArray, Array
from glassnet.engines.job import Job
from glassnet.maths.losses import CrossEntropyGroups, Loss, SquaredError
from glassnet.network.member_rows import have_equal_parts, member_count, network_of_member_rows


def with_member_batches(job: Job, has_weights: bool) -> tuple[Job, int]:
    """Return the job that trains a network with a row for each member, and the number of members.

    Raises ValueError if the network, or its loss, does not keep members apart.
    """
    members = member_count(job.network)
    if members == 1:
        return job, 1
    if isinstance(job.loss, CrossEntropyGroups) and not have_equal_parts(job.loss.groups, members):
        raise ValueError(
            f"member_batches needs a loss with the same groups for each of {members} members, "
            f"got cross_entropy_groups with groups {job.loss.groups}"
        )
    job = replace(job, network=network_of_member_rows(job.network))
    if has_weights:
        job = replace(job, loss=_loss_of_member(job.loss, members), loss_parts=members)
    return job, members


def _loss_of_member(loss: Loss, members: int) -> Loss:
    """Return the loss of one member, whose sum over the members is the loss of all."""
    if isinstance(loss, CrossEntropyGroups):
        return replace(loss, groups=loss.groups[: len(loss.groups) // members])
    if isinstance(loss, SquaredError) and loss.mean:
        raise ValueError("member_batches with weights needs a sum over the outputs; use squared_error without mean")
    return loss


def member_targets(Y: AnyArray, order: AnyArray) -> AnyArray:
    """Return the targets of a block, (m, outputs), with each member's part from its own row; order: (m, members)."""
    rows, members = order.shape
    parts = Y.reshape(len(Y), members, -1)
    return parts[order, np.arange(members)].reshape(rows, -1)


def relative_weights(weights: Array, batch_size: int) -> Array:
    """Return weights, (m, members), divided by their mean over the batch; those of a member without any stay 0."""
    starts = np.arange(0, len(weights), batch_size)
    counts = np.diff(starts, append=len(weights))
    sums = np.add.reduceat(weights, starts, axis=0)  # (batches, members)
    means = np.where(sums > 0, sums, 1) / counts[:, None]
    divided: Array = weights / np.repeat(means, counts, axis=0)
    return divided.astype(weights.dtype, copy=False)
