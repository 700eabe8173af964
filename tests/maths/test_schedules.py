"""Schedules: equal to PyTorch and Optax at every step, and stateless."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import optax
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.common import specs
from glassnet.maths.schedules import (
    SCHEDULES,
    Constant,
    Cosine,
    CosineCycles,
    CosineLog,
    ExponentialDecay,
    FlatCosine,
    OneCycle,
    ReduceOnPlateau,
    Step,
    schedule,
)
from helpers.needs import needs


def schedule_id(value: object) -> str | None:
    """Name a test after its schedule; functions would include their address in memory."""
    return None if callable(value) else str(value)


def run(piece: Any, epochs: int, steps: int, losses: Sequence[float] = ()) -> np.ndarray:
    """All factors of a run, (epochs · steps,); `losses` are those at the end of each epoch."""
    return np.concatenate([piece.factors(e, epochs, steps, losses[: e - 1]) for e in range(1, epochs + 1)])


def torch_rates(make: Callable[[Any], Any], times: int, losses: Sequence[float] | None = None) -> np.ndarray:
    """The learning rates of a PyTorch scheduler, starting from 1; with losses if it needs them."""
    torch = needs("torch")
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    scheduler = make(optimizer)
    rates = []
    for time in range(times):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if time < times - 1:
            scheduler.step(*([] if losses is None else [losses[time]]))
    return np.array(rates)


def torch_scheduler(name: str, **options: Any) -> Callable[[Any], Any]:
    return lambda optimizer: getattr(needs("torch").optim.lr_scheduler, name)(optimizer, **options)


@pytest.mark.parametrize(
    ("piece", "theirs"),
    [
        (Step(every=3, factor=0.5), torch_scheduler("StepLR", step_size=3, gamma=0.5)),
        (Step(), torch_scheduler("StepLR", step_size=30, gamma=0.1)),
        (ExponentialDecay(), torch_scheduler("ExponentialLR", gamma=0.95)),
        (ExponentialDecay(0.7), torch_scheduler("ExponentialLR", gamma=0.7)),
    ],
    ids=schedule_id,
)
def test_by_epoch_as_pytorch(piece: Any, theirs: Callable[[Any], Any]) -> None:
    np.testing.assert_allclose(run(piece, 70, 4), np.repeat(torch_rates(theirs, 70), 4), rtol=1e-12)


@pytest.mark.parametrize(
    ("piece", "theirs"),
    [
        (Cosine(), torch_scheduler("CosineAnnealingLR", T_max=60)),
        (CosineCycles(1), torch_scheduler("CosineAnnealingWarmRestarts", T_0=60)),
        (CosineCycles(4), torch_scheduler("CosineAnnealingWarmRestarts", T_0=15)),
        (CosineCycles(20), torch_scheduler("CosineAnnealingWarmRestarts", T_0=3)),
        (Cosine(final=0.2), torch_scheduler("CosineAnnealingLR", T_max=60, eta_min=0.2)),
        (
            OneCycle(final=4e-6),
            torch_scheduler("OneCycleLR", max_lr=1.0, total_steps=60, cycle_momentum=False),
        ),
        *(
            (
                OneCycle(peak_at, start, final),
                torch_scheduler(
                    "OneCycleLR",
                    max_lr=1.0,
                    total_steps=60,
                    pct_start=peak_at,
                    div_factor=1 / start,
                    final_div_factor=start / final,
                    cycle_momentum=False,
                ),
            )
            for peak_at, start, final in [(0.3, 1 / 25, 1e-4), (0.5, 0.5, 0.1), (0.111, 0.1, 0.01), (0.9, 1.0, 1.0)]
        ),
    ],
    ids=schedule_id,
)
def test_by_step_as_pytorch(piece: Any, theirs: Callable[[Any], Any]) -> None:
    np.testing.assert_allclose(run(piece, 12, 5), torch_rates(theirs, 60), rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize(
    ("piece", "formula"),
    [
        (CosineLog(), lambda t: 0.5 * (1 - math.cos(2 * math.pi * math.log2(1 + 15 * t)))),
        (CosineLog(2), lambda t: 0.5 * (1 - math.cos(2 * math.pi * math.log2(1 + 3 * t)))),
        (FlatCosine(), lambda t: 0.5 * (1 + math.cos(math.pi * (max(1, 2 * t) - 1)))),
        (CosineCycles(3), lambda t: 0.5 * (1 + math.cos(math.pi * math.fmod(3 * t, 1)))),
    ],
    ids=schedule_id,
)
def test_by_step_as_their_formulas(piece: Any, formula: Callable[[float], float]) -> None:
    # 64 steps: no float is rounded to the other side of a restart.
    np.testing.assert_allclose(run(piece, 16, 4), [formula(i / 64) for i in range(64)], rtol=1e-12, atol=1e-14)


def test_every_cycle_of_the_logarithmic_cosine_is_twice_as_long() -> None:
    factors = run(CosineLog(4), 1, 1500)
    valleys = np.flatnonzero(factors < 1e-9)
    np.testing.assert_array_equal(valleys, [0, 100, 300, 700])


def test_the_last_of_uneven_cycles_is_complete() -> None:
    factors = run(CosineCycles(3), 1, 10)  # cycles of 4, 3, and 3 steps
    assert (np.diff(factors) > 0).nonzero()[0].tolist() == [3, 6]


# Without values near 0 the difference between a relative threshold and none is large enough to be seen.
loss = st.floats(0.01, 10) | st.sampled_from([1.0, 0.99995, 0.9999, 0.95, float("nan"), float("inf")])


@given(
    losses=st.lists(loss, min_size=1, max_size=40),
    patience=st.integers(0, 3),
    threshold=st.sampled_from([0.0, 1e-4, 0.1]),
    minimum=st.sampled_from([0.0, 0.02, 0.3]),
)
def test_plateau_as_pytorch(losses: list[float], patience: int, threshold: float, minimum: float) -> None:
    theirs = torch_scheduler(
        "ReduceLROnPlateau", factor=0.5, patience=patience, threshold=threshold, min_lr=minimum, eps=0
    )
    ours = ReduceOnPlateau(0.5, patience, threshold, minimum)
    rates = torch_rates(theirs, len(losses) + 1, losses)
    np.testing.assert_allclose(run(ours, len(losses) + 1, 1, losses), rates, rtol=1e-12)


def test_plateau_by_hand() -> None:
    losses = [1.0, 0.9, 0.9, 0.95, 0.92, 0.8, 0.85, 0.85, 0.85, 0.85]
    factors = run(ReduceOnPlateau(factor=0.1, patience=2), 11, 1, losses)
    np.testing.assert_allclose(factors, [1, 1, 1, 1, 1, 0.1, 0.1, 0.1, 0.1, 0.01, 0.01])


def test_plateau_compares_negative_losses_correctly() -> None:
    worse_and_worse = [-10.0, -9.9999, -9.9998]
    assert run(ReduceOnPlateau(patience=1), 4, 1, worse_and_worse)[-1] == pytest.approx(0.1)
    better_and_better = [-10.0, -10.1, -10.3]
    assert run(ReduceOnPlateau(patience=0), 4, 1, better_and_better)[-1] == 1


@pytest.mark.parametrize(
    ("piece", "theirs"),
    [
        (Constant(), optax.constant_schedule(1.0)),
        (Step(every=2, factor=0.3), optax.exponential_decay(1.0, 10, 0.3, staircase=True)),
        (ExponentialDecay(0.8), optax.exponential_decay(1.0, 5, 0.8, staircase=True)),
        (Cosine(), optax.cosine_decay_schedule(1.0, 60)),
        (Cosine(final=0.1), optax.cosine_decay_schedule(1.0, 60, alpha=0.1)),
        (Cosine(warmup=0.1), optax.warmup_cosine_decay_schedule(1 / 7, 1.0, 6, 60)),
        (Cosine(warmup=0.5, final=0.2), optax.warmup_cosine_decay_schedule(1 / 31, 1.0, 30, 60, end_value=0.2)),
    ],
    ids=schedule_id,
)
def test_as_optax(piece: Any, theirs: Callable[[int], Any]) -> None:
    np.testing.assert_allclose(run(piece, 12, 5), [theirs(t) for t in range(60)], rtol=2e-6, atol=1e-7)


@pytest.mark.parametrize(
    ("piece", "first", "highest_at", "last"),
    [
        (Constant(), 1, 0, 1),
        (Step(every=4, factor=0.5), 1, 0, 0.25),
        (ExponentialDecay(0.5), 1, 0, 0.5**9),
        (Cosine(), 1, 0, 0.5 * (1 + np.cos(np.pi * 99 / 100))),
        (Cosine(warmup=0.25), 1 / 26, 25, 0.5 * (1 + np.cos(np.pi * 74 / 75))),
        (Cosine(final=1.0), 1, 0, 1),
        (CosineCycles(2), 1, 0, 0.5 * (1 + np.cos(np.pi * 49 / 50))),
        (FlatCosine(), 1, 0, 0.5 * (1 + np.cos(np.pi * 49 / 50))),
        (OneCycle(), 1 / 25, 29, 1e-4),
        (OneCycle(peak_at=0.5, start=0.1, final=0), 0.1, 49, 0),
        (ReduceOnPlateau(), 1, 0, 1),
    ],
    ids=schedule_id,
)
def test_start_peak_and_end(piece: Any, first: float, highest_at: int, last: float) -> None:
    factors = run(piece, 10, 10)
    assert factors[0] == pytest.approx(first)
    assert factors.argmax() == highest_at
    assert factors.max() == 1
    assert factors[-1] == pytest.approx(last, abs=1e-15)


PIECES = st.one_of(
    st.just(Constant()),
    st.builds(Step, st.integers(1, 9), st.floats(0.01, 1)),
    st.builds(ExponentialDecay, st.floats(0.01, 1)),
    st.builds(Cosine, st.floats(0, 0.99), st.floats(0, 1)),
    st.builds(CosineCycles, st.integers(1, 9)),
    st.builds(CosineLog, st.integers(1, 9)),
    st.just(FlatCosine()),
    st.builds(OneCycle, st.floats(0.01, 0.99), st.floats(0.01, 1), st.floats(0, 1)),
    st.builds(ReduceOnPlateau, st.floats(0.01, 0.99), st.integers(0, 3)),
)


@given(PIECES, st.integers(1, 6), st.integers(1, 6), st.lists(st.floats(0, 5), min_size=6, max_size=6))
def test_factors_are_between_0_and_1_with_one_per_step(
    piece: Any, epochs: int, steps: int, losses: list[float]
) -> None:
    for epoch in range(1, epochs + 1):
        factors = piece.factors(epoch, epochs, steps, losses[: epoch - 1])
        assert factors.shape == (steps,)
        assert factors.dtype == np.float64
        assert ((factors >= 0) & (factors <= 1 + 1e-15)).all()


@given(
    st.one_of(
        st.builds(Cosine, st.floats(0, 0.99), st.floats(0, 1)),
        st.builds(OneCycle, st.floats(0.01, 0.99), st.floats(0.01, 1), st.floats(0, 1)),
        st.just(FlatCosine()),
    ),
    st.integers(1, 6),
    st.integers(1, 6),
)
def test_schedules_by_step_rise_to_one_peak_and_then_fall(piece: Any, epochs: int, steps: int) -> None:
    factors = run(piece, epochs, steps)
    np.testing.assert_allclose(
        factors, run(piece, 1, epochs * steps), rtol=1e-12
    )  # the number of epochs does not matter
    peak = factors.argmax()
    assert (np.diff(factors[: peak + 1]) >= -1e-12).all()
    assert (np.diff(factors[peak:]) <= 1e-12).all()


class Halve:
    """A custom schedule."""

    def factors(self, epoch: int, epochs: int, steps: int, history: Sequence[float]) -> np.ndarray:
        return np.full(steps, 0.5**epoch)


def test_a_custom_schedule_is_used_unchanged() -> None:
    own = Halve()
    assert schedule(own) is own


@pytest.mark.parametrize(
    ("choice", "error", "message"),
    [
        ("cosin", ValueError, r"unknown schedule 'cosin'; did you mean 'cosine'\?"),
        ("triangle", ValueError, "unknown schedule 'triangle'; .*known: .*one_cycle"),
        (Halve, TypeError, r"got the class Halve; write Halve\(\.\.\.\)"),
        (0.1, TypeError, r"a name or an object with factors\(epoch, epochs, steps, history\), got 0.1"),
        (
            {"name": "cosine", "warm_up": 0.1},
            ValueError,
            r"option of schedule 'cosine': 'warm_up'; did you mean 'warmup'",
        ),
        ({"name": "step", "every": 0}, ValueError, "every of step must be at least 1, got 0"),
        ({"name": "step", "every": 2.5}, TypeError, "every of step must be a whole number, got 2.5"),
        ({"name": "step", "factor": 0}, ValueError, "factor of step must be above 0, got 0"),
        ({"name": "exponential", "factor": -1}, ValueError, "factor of exponential must be above 0, got -1"),
        ({"name": "cosine", "warmup": 1}, ValueError, "warmup of cosine must be at least 0 and below 1, got 1"),
        ({"name": "cosine", "final": 2}, ValueError, "final of cosine must be at least 0 and at most 1, got 2"),
        ({"name": "cosine_cycles", "cycles": 0}, ValueError, "cycles of cosine_cycles must be at least 1, got 0"),
        ({"name": "cosine_log", "cycles": 1.5}, TypeError, "cycles of cosine_log must be a whole number, got 1.5"),
        ({"name": "one_cycle", "peak_at": 0}, ValueError, "peak_at of one_cycle must be above 0 and below 1, got 0"),
        ({"name": "one_cycle", "start": 0}, ValueError, "start of one_cycle must be above 0 and at most 1, got 0"),
        ({"name": "one_cycle", "final": -1}, ValueError, "final of one_cycle must be at least 0 and at most 1, got -1"),
        ({"name": "plateau", "factor": 1}, ValueError, "factor of plateau must be above 0 and below 1, got 1"),
        ({"name": "plateau", "patience": -1}, ValueError, "patience of plateau must be at least 0, got -1"),
        ({"name": "plateau", "threshold": 1}, ValueError, "threshold of plateau must be at least 0 and below 1, got 1"),
        ({"name": "plateau", "minimum": -1}, ValueError, "minimum of plateau must be at least 0 and at most 1, got -1"),
    ],
)
def test_an_invalid_schedule_raises_with_its_name(choice: object, error: type, message: str) -> None:
    with pytest.raises(error, match=message):
        schedule(choice)


@pytest.mark.parametrize("piece", [*(cls() for cls in SCHEDULES.values()), Step(5, 0.2), Cosine(0.1, 0.01)], ids=str)
def test_specs_and_schedules_convert_into_each_other(piece: Any) -> None:
    assert schedule(specs.to_spec(piece, SCHEDULES)) == piece
