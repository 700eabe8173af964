"""Groups of outputs: several classifications that one network makes at once."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate, pairwise

from glassnet.common import checks


def check_groups(groups: Iterable[int]) -> tuple[int, ...]:
    """Validate the number of classes of each group and return them as a tuple; () is a single group of all outputs."""
    return tuple(checks.whole_number("classes of a group", group, at_least=1) for group in groups)


def parts_of(groups: tuple[int, ...], outputs: int) -> list[slice]:
    """Return the position of each group among the outputs.

    Parameters
    ----------
    groups : tuple of int
        Number of classes of each group.
    outputs : int
        Number of outputs.

    Returns
    -------
    list of slice
        One slice per group.

    Raises
    ------
    ValueError
        If the groups do not add up to the outputs.

    Examples
    --------
    >>> parts_of((2, 3), 5)
    [slice(0, 2, None), slice(2, 5, None)]
    """
    if groups and sum(groups) != outputs:
        raise ValueError(f"groups {groups} have {sum(groups)} outputs, but there are {outputs}")
    return [slice(first, last) for first, last in pairwise(accumulate(groups or (outputs,), initial=0))]
