"""Errors name the invalid value, and files are written completely or not at all."""

import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.common import checks, specs
from glassnet.common.files import atomic_file, write_text

# Numbers


@pytest.mark.parametrize("value", [2, 2.5, np.float32(2.5), np.float64(2.5), np.int8(-128), np.uint8(7), 2**900])
def test_numbers_of_every_kind_become_a_float(value: Any) -> None:
    got = checks.number("rate", value)
    assert type(got) is float
    assert got == value


@pytest.mark.parametrize(
    ("value", "limits", "message"),
    [
        (0, {"above": 0}, "rate must be above 0, got 0"),
        (-1, {"at_least": 0}, "rate must be at least 0, got -1"),
        (1, {"below": 1}, "rate must be below 1, got 1"),
        (2, {"at_most": 1}, "rate must be at most 1, got 2"),
        (2, {"above": 0, "at_most": 1}, "rate must be above 0 and at most 1, got 2"),
        (float("nan"), {}, "rate must be finite, got nan"),
        (float("inf"), {"above": 0}, "rate must be finite and above 0, got inf"),
        (np.float32("nan"), {"at_least": 0}, "rate must be finite and at least 0, got nan"),
        (10**400, {}, "rate must be finite, got 1000"),
    ],
)
def test_numbers_outside_their_limits_raise(value: Any, limits: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        checks.number("rate", value, **limits)


@pytest.mark.parametrize("value", [True, "1", None, [1], 1j, np.array(1.0), np.bool_(True)])
def test_values_that_are_not_numbers_raise(value: Any) -> None:
    with pytest.raises(TypeError, match=r"^rate must be a number, got "):
        checks.number("rate", value)
    with pytest.raises(TypeError, match=r"^epochs must be a whole number, got "):
        checks.whole_number("epochs", value)


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        (0, ValueError, "epochs must be at least 1, got 0"),
        (np.int64(-3), ValueError, "epochs must be at least 1, got -3"),
        (1.0, TypeError, "epochs must be a whole number, got 1.0"),
    ],
)
def test_counts_below_their_minimum_raise(value: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=f"^{message}$"):
        checks.whole_number("epochs", value, at_least=1)


@given(st.integers(1, 2**63 - 1))
def test_counts_become_plain_ints(value: int) -> None:
    got = checks.whole_number("epochs", np.int64(value), at_least=1)
    assert type(got) is int
    assert got == value


# Arrays


@pytest.mark.parametrize(
    ("values", "columns", "message"),
    [
        (np.array(np.nan), None, "X contains NaN; remove"),
        (np.array([1.0, np.inf]), None, "X contains inf in row 1; remove"),
        (np.array([[1.0, 2.0], [-np.inf, np.nan]]), None, "X contains -inf in row 1, column 0; remove"),
        (np.array([[1.0, np.nan]]), ("age", "height"), "X contains NaN in row 0, column height; remove"),
    ],
)
def test_the_first_invalid_number_is_reported_with_its_position(values: Any, columns: Any, message: str) -> None:
    for dtype in (np.float32, np.float64):
        with pytest.raises(ValueError, match=f"^{message}"):
            checks.finite("X", values.astype(dtype), columns)


@pytest.mark.parametrize("values", [np.full(9, 3e38, np.float32), np.zeros((0, 3)), np.array(["a"]), np.array([1])])
def test_finite_arrays_pass_even_if_their_sum_overflows(values: Any) -> None:
    checks.finite("X", values)


# Choosing a component


@dataclass(frozen=True)
class Plain:
    pass


@dataclass(frozen=True)
class Tuned:
    rate: float
    twice: bool = False
    inner: Any = None


TABLE: dict[str, type[Any]] = {"plain": Plain, "simple": Plain, "tuned": Tuned}


@pytest.mark.parametrize(
    ("choice", "component"),
    [
        ("plain", Plain()),
        ("simple", Plain()),
        ({"name": "tuned", "rate": 0.5}, Tuned(0.5)),
        (Tuned(1.0, twice=True), Tuned(1.0, twice=True)),
    ],
)
def test_names_specs_and_objects_give_the_same_component(choice: Any, component: Any) -> None:
    assert specs.from_spec("component", choice, TABLE) == component


@pytest.mark.parametrize(
    ("choice", "error", "message"),
    [
        ("palin", ValueError, "unknown component 'palin'; did you mean 'plain'? known: plain, simple, tuned"),
        ("", ValueError, "unknown component ''; known: plain, simple, tuned"),
        ({}, ValueError, "unknown component None; known: plain, simple, tuned"),
        ({"name": 3}, ValueError, "unknown component 3; known: plain, simple, tuned"),
        ({"name": ["plain"]}, ValueError, "unknown component ['plain']; known: plain, simple, tuned"),
        ("__class__", ValueError, "unknown component '__class__'; known: plain, simple, tuned"),
        (
            {"name": "tuned", "rat": 1},
            ValueError,
            "unknown option of component 'tuned': 'rat'; did you mean 'rate'? known: rate, twice, inner",
        ),
        ("tuned", TypeError, "component 'tuned' needs more options: rate"),
        ({"name": "tuned", "rate": 1.0, "twice": "no"}, TypeError, "twice of component 'tuned' must be true or false"),
        (Tuned, TypeError, "component must be an object or a name, got the class Tuned; write Tuned(...)"),
    ],
)
def test_invalid_choices_raise_by_name(choice: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        specs.from_spec("component", choice, TABLE)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("component", "words"),
    [
        (Plain(), "plain"),
        (Tuned(0.5), {"name": "tuned", "rate": 0.5, "twice": False}),
        (Tuned(np.float32(0.5), inner=Plain()), {"name": "tuned", "rate": 0.5, "twice": False, "inner": "plain"}),
        (Tuned(1, inner=(1, 2)), {"name": "tuned", "rate": 1, "twice": False, "inner": [1, 2]}),
    ],
)
def test_a_component_and_its_spec_convert_into_each_other(component: Any, words: Any) -> None:
    assert specs.to_spec(component, TABLE) == words
    again = specs.from_spec("component", specs.to_spec(component, TABLE), TABLE)
    assert specs.to_spec(again, TABLE) == words


class Stranger:
    pass


@dataclass(frozen=True)
class Child(Tuned):
    pass


@pytest.mark.parametrize(
    ("component", "name"), [(Stranger(), "Stranger"), (Tuned(1, inner=Stranger()), "Stranger"), (Child(1), "Child")]
)
def test_a_custom_component_has_no_spec_and_raises_with_its_name(component: Any, name: str) -> None:
    with pytest.raises(ValueError, match=rf"^{name} is not one of glassnet's own components.* plain, simple, tuned$"):
        specs.to_spec(component, TABLE)


# Writing


def listing(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_written_with_missing_folders_and_default_permissions(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folders" / "note.txt"
    write_text(path, "grüße")
    assert path.read_text(encoding="utf-8") == "grüße"
    assert listing(path.parent) == ["note.txt"]
    (tmp_path / "ordinary").touch()
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE((tmp_path / "ordinary").stat().st_mode)


@pytest.mark.parametrize("crash", [RuntimeError, KeyboardInterrupt])
def test_a_crash_while_writing_leaves_the_old_file_and_nothing_else(tmp_path: Path, crash: type[BaseException]) -> None:
    path = tmp_path / "note.txt"
    path.write_text("before")

    def write() -> None:
        with atomic_file(path) as temporary:
            temporary.write_text("half of the n")
            raise crash

    with pytest.raises(crash):
        write()
    assert path.read_text() == "before"
    assert listing(tmp_path) == ["note.txt"]


def test_the_old_file_remains_until_the_new_one_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_text("before")
    with atomic_file(path) as temporary:
        temporary.write_text("after")
        assert path.read_text() == "before"
        assert temporary.parent == path.parent  # a rename across disks would copy
        assert temporary.suffix == ".txt"
    assert path.read_text() == "after"
