"""Groups of outputs: several choices that one network makes at once, each among classes of its own."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate, pairwise

from glassnet.common import checks


def check_groups(groups: Iterable[int]) -> tuple[int, ...]:
    """Return how many classes each group has, at least one each; () stands for one group of all outputs."""
    return tuple(checks.whole_number("classes of a group", group, at_least=1) for group in groups)


def parts_of(groups: tuple[int, ...], outputs: int) -> list[slice]:
    """Return where among the outputs each group lies.

    >>> parts_of((2, 3), 5)
    [slice(0, 2, None), slice(2, 5, None)]
    """
    if groups and sum(groups) != outputs:
        raise ValueError(f"groups {groups} speak of {sum(groups)} outputs, there are {outputs}")
    return [slice(first, last) for first, last in pairwise(accumulate(groups or (outputs,), initial=0))]
