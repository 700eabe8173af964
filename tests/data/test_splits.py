"""What a user may rely on from splits and folds by group and by time: what stays together, comes first, and raises."""

import itertools
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data.dataset import Dataset

SHARES = st.sampled_from(
    [(0.6, 0.2, 0.2), (0.8, 0.2), (0.5, 0.5), (0.34, 0.33, 0.33), (0.9, 0.1), (0.7, 0.0, 0.3), (1.0, 0.0)]
)


def numbered(n: int, **more) -> Dataset:
    """Rows that know their number: the one column of X."""
    return Dataset(np.arange(n, dtype=float)[:, None], more.pop("y", np.arange(n, dtype=float)), **more)


def rows_of(data: Dataset) -> list[int]:
    return data.X[:, 0].astype(int).tolist()


@given(st.lists(st.integers(0, 8), min_size=1, max_size=60), SHARES, st.integers(0, 9))
def test_no_group_is_in_two_splits_and_every_row_is_in_one(groups, fractions, seed):
    data = numbered(len(groups), groups=groups)
    filled = sum(fraction > 0 for fraction in fractions)
    if len(set(groups)) < filled:
        with pytest.raises(ValueError, match=f"{len(set(groups))} groups are not enough for {filled} splits"):
            data.split(*fractions, seed=seed)
        return
    parts = data.split(*fractions, seed=seed)
    assert sorted(row for part in parts for row in rows_of(part)) == list(range(len(groups)))
    found = [set(part.groups.tolist()) for part in parts]
    assert sum(map(len, found)) == len(set().union(*found))
    assert [len(one) > 0 for one in found] == [fraction > 0 for fraction in fractions]
    for part in parts:
        assert part.groups.tolist() == [groups[row] for row in rows_of(part)]


@given(st.lists(st.integers(0, 9), min_size=1, max_size=60), SHARES)
def test_a_later_split_has_later_rows_and_equal_times_stay_together(times, fractions):
    data = numbered(len(times), times=times)
    filled = sum(fraction > 0 for fraction in fractions)
    if len(set(times)) < filled:
        with pytest.raises(ValueError, match=f"{len(set(times))} distinct times are not enough for {filled} splits"):
            data.split(*fractions)
        return
    parts = data.split(*fractions)
    assert sorted(row for part in parts for row in rows_of(part)) == list(range(len(times)))
    assert [len(part) > 0 for part in parts] == [fraction > 0 for fraction in fractions]
    there = [part.times for part in parts if len(part)]
    assert all(before.max() < after.min() for before, after in itertools.pairwise(there))


def test_splits_by_time_have_the_wanted_sizes_where_times_differ():
    order = np.random.default_rng(0).permutation(50)
    parts = numbered(50, times=order).split(0.6, 0.2, 0.2)
    assert [len(part) for part in parts] == [30, 10, 10]
    assert [part.times.tolist() for part in parts] == [list(range(30)), list(range(30, 40)), list(range(40, 50))]


@pytest.mark.parametrize("seed", range(5))
def test_groups_of_unequal_sizes_and_classes_are_balanced_as_far_as_possible(seed):
    rng = np.random.default_rng(seed)
    groups = np.repeat(np.arange(60), rng.integers(1, 20, 60))
    is_ill = rng.random(60) < 0.3  # all rows of a group are of one class
    data = numbered(len(groups), y=is_ill[groups].astype(int), groups=groups)
    for fraction, part in zip((0.6, 0.2, 0.2), data.split(0.6, 0.2, 0.2, seed=seed), strict=True):
        assert len(part) / len(data) == pytest.approx(fraction, abs=0.02)
        assert part.y.mean() == pytest.approx(data.y.mean(), abs=0.05)
    for _, held in data.fold_rows(5, seed):
        assert len(held) / len(data) == pytest.approx(0.2, abs=0.03)
        assert data.y[held].mean() == pytest.approx(data.y.mean(), abs=0.07)


def test_a_split_by_group_is_random_and_repeats_with_its_seed():
    data = numbered(40, groups=np.arange(40) // 2)
    tests = [data.split(0.5, 0.5, seed=seed)[1] for seed in (0, 0, 1)]
    assert rows_of(tests[0]) == rows_of(tests[1])
    assert set(tests[0].groups) != set(tests[2].groups)


@given(st.lists(st.sampled_from("abcdefg"), min_size=2, max_size=50), st.integers(2, 5))
def test_folds_by_group_hold_every_row_out_once_and_no_group_is_on_both_sides(groups, folds):
    data = numbered(len(groups), groups=groups)
    if len(set(groups)) < folds:
        with pytest.raises(ValueError, match=f"{len(set(groups))} groups are not enough for {folds} folds"):
            data.fold_rows(folds)
        return
    dealt = data.fold_rows(folds)
    assert len(dealt) == folds
    assert sorted(np.concatenate([held for _, held in dealt]).tolist()) == list(range(len(groups)))
    for train, held in dealt:
        assert len(held)
        assert sorted([*train, *held]) == list(range(len(groups)))
        assert not set(data.groups[train]) & set(data.groups[held])


@given(st.lists(st.integers(0, 9), min_size=2, max_size=50), st.integers(2, 5))
def test_folds_by_time_train_on_all_earlier_rows_and_only_on_them(times, folds):
    data = numbered(len(times), times=times)
    if len(set(times)) < folds + 1:
        with pytest.raises(ValueError, match=f"{len(set(times))} distinct times are not enough for {folds} folds"):
            data.fold_rows(folds)
        return
    dealt = data.fold_rows(folds)
    assert len(dealt) == folds
    for train, held in dealt:
        assert np.array_equal(np.sort(train), np.flatnonzero(data.times < data.times[held].min()))
    held = np.concatenate([held for _, held in dealt])
    assert len(held) == len(set(held.tolist())) == len(times) - len(dealt[0][0])


def test_folds_by_time_are_those_of_scikit_learn():
    model_selection = pytest.importorskip("sklearn.model_selection")
    order = np.random.default_rng(0).permutation(60)
    expected = model_selection.TimeSeriesSplit(5).split(np.arange(60))
    for (train, held), (sorted_train, sorted_held) in zip(
        numbered(60, times=order).fold_rows(5), expected, strict=True
    ):
        assert order[train].tolist() == sorted_train.tolist()
        assert order[held].tolist() == sorted_held.tolist()


@pytest.mark.parametrize(
    "times",
    [
        [3, 1, 2, 4],
        [0.3, -0.1, 0.2, np.inf],
        np.array(["2024-03-01", "2023-12-31", "2024-02-29", "2024-03-02"], "datetime64[D]"),
        ["2024-03-01", "2023-12-31", "2024-02", "2025"],
        ["2024-01-01T10:00+02:00", "2024-01-01T07:59Z", "2024-01-01T07:59:30", "2024-01-01T08:00:01Z"],
        [date(2024, 3, 1), date(2023, 12, 31), date(2024, 2, 1), date(2024, 3, 2)],
    ],
)
def test_times_are_numbers_dates_or_iso_text(times):
    train, test = numbered(4, times=times).split(0.5, 0.5)
    assert (rows_of(train), rows_of(test)) == ([1, 2], [0, 3])


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"groups": ["a", None, "b"]}, "groups must have a value for each row, but row 1 has none"),
        ({"groups": [1.0, 2.0, np.nan]}, "groups must have a value for each row, but row 2 has none"),
        ({"times": [np.nan, 1.0, 2.0]}, "times must have a value for each row, but row 0 has none"),
        ({"times": np.array(["2024", "NaT", "2025"], "M8[D]")}, "times must have a value for each row, but row 1"),
        ({"times": ["2024-01-01", "May", "2025-01-01"]}, "row 1: 'May' is not a number, a date, or ISO text"),
        ({"groups": [1, 2]}, r"groups must have one entry for each of 3 rows, got shape \(2,\)"),
        ({"times": [[1], [2], [3]]}, r"times must have one entry for each of 3 rows, got shape \(3, 1\)"),
        ({"times": [1, 2, 3], "groups": [1, 2, 3]}, "by groups or by times, not by both"),
    ],
)
def test_groups_and_times_that_mean_nothing_raise(more, message):
    with pytest.raises(ValueError, match=message):
        numbered(3, **more)


def test_many_groups_are_dealt_in_proportion():
    groups = np.random.default_rng(0).integers(0, 5000, 20000)
    sizes = [len(part) for part in numbered(20000, groups=groups).split(0.6, 0.2, 0.2)]
    np.testing.assert_allclose(sizes, [12000, 4000, 4000], atol=20)
