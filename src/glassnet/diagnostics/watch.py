"""Watching a training loop that anybody wrote: statistics of parameters, gradients, and loss, a few of many steps.

    watch = gn.Watch(classes=10)
    for x, y in batches:
        ...                                compute loss and gradients, and update the parameters
        watch(parameters, gradients, loss)
    print(watch)                           what is wrong with the loop, and what to do about it

Arrays may be those of NumPy, PyTorch, or JAX. All of the first steps are examined, and later two neighbors of many, so
that a step costs a few microseconds on average.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from glassnet.common import checks
from glassnet.common.arrays import AnyArray
from glassnet.diagnostics.array_stats import Snapshot, array_stats, numbers_of, snapshot, spacing_of
from glassnet.diagnostics.findings import Finding
from glassnet.diagnostics.loop_record import ArrayStats, LoopRecord, has_fallen
from glassnet.diagnostics.loop_rules import diagnose_loop
from glassnet.diagnostics.non_finite import Failure, failure_of
from glassnet.diagnostics.output_rules import OutputStats, output_stats

FIRST, EVERY = 8, 16
"""The first FIRST steps are examined, then two after EVERY, and two whenever the loop is twice as long."""


def _chosen_steps() -> Iterator[int]:
    """Yield the steps to examine, from 0: the first ones, then pairs of neighbors, ever farther apart."""
    yield from range(FIRST)
    step = EVERY
    while True:
        yield step
        yield step + 1
        step *= 2


class Watch:
    """Statistics of a training loop, and the findings about it.

    Parameters
    ----------
    classes : int, optional
        Number K of classes, whose first loss should be about ln K.

    Examples
    --------
    >>> watch = Watch()
    >>> W = np.random.default_rng(0).normal(size=(3, 2))
    >>> for _ in range(30):
    ...     gradient = 2 * W
    ...     updated = W - 0.1 * gradient  # and not stored
    ...     _ = watch({"W": W}, {"W": gradient}, np.sum(W**2))
    >>> print(watch.findings()[0].message)
    No parameter changes, though the gradient is not zero.
    """

    def __init__(self, *, classes: int | None = None) -> None:
        self.classes = None if classes is None else checks.whole_number("classes", classes, at_least=2)
        self.reset()

    def reset(self) -> None:
        """Forget all steps, before another loop begins."""
        self._losses: list[float] = []
        self._names: list[str] = []
        self._stats: list[list[ArrayStats]] = []
        self._spacing: list[float] = []
        self._first: Snapshot | None = None
        self._before: Snapshot | None = None
        self._columns_equal: list[bool] = []
        self._outputs: list[OutputStats] = []
        self._examined: list[int] = []
        self._failure: Failure | None = None
        self._is_failed = False
        self._steps = 0
        self._chosen = _chosen_steps()
        self._last, self._next = -1, next(self._chosen)

    def __call__(
        self, parameters: Any, gradients: Any = None, loss: Any = None, *, outputs: Any = None, targets: Any = None
    ) -> Watch:
        """Take note of a step; call it once per step, before or after the update.

        Parameters
        ----------
        parameters : sequence, iterable, or dict of arrays
            Parameters, in the order of the layers; also pairs of name and array, as of `model.named_parameters()`, or
            a model of PyTorch. Its frozen parameters (`requires_grad` False) are left out.
        gradients : sequence, iterable, or dict of arrays, optional
            Their gradients; by default, the attribute `grad` of each parameter, as in PyTorch.
        loss : float or array of one number, optional
            Loss of the step.
        outputs, targets : array, (n, K) or (n,), optional
            What the loss was computed from, to find a softmax that is applied twice, or shapes that are broadcast.

        Returns
        -------
        Watch
            The watch.
        """
        step = self._steps
        self._steps = step + 1
        if loss is not None:
            value = loss.item() if hasattr(loss, "item") else float(loss)
            self._losses.append(value)
            if not (self._is_failed or math.isfinite(value)):
                self._is_failed = True
                if outputs is not None and targets is not None:
                    self._failure = failure_of(numbers_of(outputs), numbers_of(targets))
        if step == self._next:
            with np.errstate(all="ignore"):
                self._examine(parameters, gradients, is_pair=step == self._last + 1)
                if outputs is not None and targets is not None:
                    own = None if loss is None else self._losses[-1]
                    self._outputs.append(output_stats(numbers_of(outputs), numbers_of(targets), own))
            self._last, self._next = step, next(self._chosen)
        return self

    @property
    def has_learned(self) -> bool:
        """Whether the loss is clearly smaller than at first."""
        return has_fallen(self._losses)

    @property
    def record(self) -> LoopRecord:
        """What was seen of the loop."""
        return LoopRecord(
            self._steps,
            self._losses,
            self._names,
            self._stats,
            tuple(self._columns_equal),
            self.classes,
            self._outputs,
            self._spacing,
            self._examined,
            self._failure,
        )

    def findings(self) -> list[Finding]:
        """Return what is wrong with the loop, most severe first; an empty list if nothing is."""
        return diagnose_loop(self.record)

    def __str__(self) -> str:
        found = self.findings()
        head = f"{self._steps:,} steps, {len(self._stats)} of them examined"
        if not found:
            return f"{head}: nothing is wrong with the loop"
        return "\n\n".join([f"{head}:", *(f"{one.severity}: {one.message}\n  {one.advice}" for one in found)])

    def _examine(self, parameters: Any, gradients: Any, is_pair: bool) -> None:
        names, arrays = _named_arrays(parameters)
        if gradients is None:  # frozen parameters of PyTorch are left alone on purpose
            trained = [i for i, one in enumerate(arrays) if getattr(one, "requires_grad", True)]
            names, arrays = [names[i] for i in trained], [arrays[i] for i in trained]
            own = [_gradient_of(one) for one in arrays]
        elif isinstance(gradients, Mapping) and set(map(str, gradients)) == set(names):
            own = [{str(name): one for name, one in gradients.items()}[name] for name in names]
        else:
            own = _named_arrays(gradients)[1]
        if len(own) != len(arrays):
            raise ValueError(f"watch got {len(arrays)} parameters and {len(own)} gradients; pass one for each")
        used = [i for i, one in enumerate(arrays) if 0 not in one.shape]
        names = [names[i] for i in used]
        if self._names and names != self._names:
            raise ValueError("the parameters are not those of the steps before; call reset() before another loop")
        if not self._names:
            self._names, self._spacing = names, [spacing_of(arrays[i]) for i in used]
        values = [numbers_of(arrays[i]) for i in used]
        if not values:
            return
        now = snapshot(values, [None if own[i] is None else numbers_of(own[i]) for i in used])
        if self._first is None or now.shapes != self._first.shapes:
            self._first = now
        is_next = is_pair and self._before is not None and self._before.shapes == now.shapes
        self._stats.append(array_stats(now, self._before if is_next else None, self._first))
        # Units that differ once are drawn apart, and stay so.
        was_equal = self._columns_equal or [True] * len(values)
        self._columns_equal = [was and _has_equal_columns(one) for was, one in zip(was_equal, values, strict=True)]
        self._before = now
        self._examined.append(self._steps)


_SHARED = Watch()


def watch(
    parameters: Any, gradients: Any = None, loss: Any = None, *, outputs: Any = None, targets: Any = None
) -> Watch:
    """Take note of a step of a training loop, with a watch that is there from the start.

    Call `gn.watch(...).reset()` before another loop, or make a `Watch` for each.

    Parameters
    ----------
    parameters, gradients, loss, outputs, targets
        As in `Watch`.

    Returns
    -------
    Watch
        The watch, which prints what is wrong with the loop.

    Examples
    --------
    >>> W = np.ones((2, 2)) * [1, 2]
    >>> for _ in range(30):
    ...     found = watch([W], [0 * W], 1.0)
    >>> [finding.rule for finding in found.findings()]
    ['zero gradient']
    >>> found.reset()
    """
    return _SHARED(parameters, gradients, loss, outputs=outputs, targets=targets)


def _named_arrays(values: Any) -> tuple[list[str], list[Any]]:
    """Return names and arrays of a dict, of pairs, or of arrays without names."""
    if hasattr(values, "named_parameters"):  # a model of PyTorch
        values = values.named_parameters()
    if isinstance(values, Mapping):
        return [str(name) for name in values], list(values.values())
    if not isinstance(values, Iterable):
        raise TypeError(f"watch needs a list or a dict of arrays, got {type(values).__name__}")
    found = list(values)
    if found and all(isinstance(one, tuple) and len(one) == 2 and isinstance(one[0], str) for one in found):
        return [name for name, _ in found], [one for _, one in found]
    return [f"parameter {i}" for i in range(len(found))], found


def _gradient_of(parameter: Any) -> Any:
    if not hasattr(parameter, "grad"):
        raise TypeError("watch needs gradients, since the parameters have no attribute `grad`")
    return parameter.grad


def _has_equal_columns(values: AnyArray) -> bool:
    """Return whether all columns, or all rows, of a matrix are the same."""
    if values.ndim != 2 or min(values.shape) < 2:
        return False
    # A corner rules it out for almost all matrices.
    return any((part == part[:, :1]).all() and (all_of == all_of[:, :1]).all()
               for part, all_of in ((values[:4, :4], values), (values[:4, :4].T, values.T)))  # fmt: skip
