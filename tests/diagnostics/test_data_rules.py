"""Findings about data: every kind of leak and identifier is found and named, and ordinary data have none."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.data.dataset import Dataset
from glassnet.data.tables.table import Table
from glassnet.diagnostics import Finding, diagnose_data, finding_from_spec

rng = np.random.default_rng(0)
N = 800
CLASS = (rng.random(N) < 0.38).astype(int)
RARE = (np.arange(N) % 40 == 0).astype(int)
NOISE = rng.standard_normal(N)
CASUAL, REGISTERED = rng.integers(0, 300, N).astype(float), rng.integers(0, 900, N).astype(float)
WAGE = np.exp(rng.normal(4.6, 0.35, N))
HEIGHT, WEIGHT = rng.normal(1.7, 0.1, N), rng.normal(70, 10, N)


def words(values: Any) -> np.ndarray:
    return np.array([f"t{value}" for value in values], object)


LEAKS: dict[str, tuple[Mapping[str, Any], Any, dict[str, str]]] = {
    "the class in other words": ({"age": NOISE, "alive": words(CLASS)}, CLASS, {"alive": "leak"}),
    "the class as a number": ({"age": NOISE, "code": 10.0 - CLASS}, CLASS, {"code": "leak"}),
    "a number of few values per class": ({"age": NOISE, "boat": CLASS * 7 + rng.integers(0, 5, N)}, CLASS,
                                         {"boat": "leak"}),
    "a rare class": ({"age": NOISE, "score": RARE + 0.1 * NOISE}, RARE, {"score": "leak"}),
    "only one class has a value": ({"age": NOISE, "died": np.where(CLASS, WAGE, np.nan)}, CLASS, {"died": "leak"}),
    "the logarithm": ({"age": NOISE, "logwage": np.log(WAGE)}, WAGE, {"logwage": "leak"}),
    "the reciprocal, rounded": ({"age": NOISE, "inverse": np.round(1 / WAGE, 5)}, WAGE, {"inverse": "leak"}),
    "a number per category": ({"age": NOISE, "plan": words(CASUAL % 7)}, (CASUAL % 7) ** 2, {"plan": "leak"}),
    "one of several classes": ({"age": NOISE, "sum": (CASUAL % 5) ** 2}, (CASUAL % 5).astype(int), {"sum": "leak"}),
    "a sum": ({"casual": CASUAL, "temp": NOISE, "registered": REGISTERED}, CASUAL + REGISTERED,
              {"casual, registered": "computed target"}),
    "a difference": ({"gross": CASUAL + REGISTERED, "tax": REGISTERED, "age": NOISE}, CASUAL,
                     {"gross, tax": "computed target"}),
    "a weighted sum": ({"a": CASUAL, "b": REGISTERED, "c": WAGE, "age": NOISE}, 3 - 2 * CASUAL + REGISTERED / 4 + WAGE,
                       {"a, b, c": "computed target"}),
    "a quotient": ({"age": NOISE, "height": HEIGHT, "weight": WEIGHT}, WEIGHT / HEIGHT**2,
                   {"height, weight": "computed target"}),
    "a name": ({"age": NOISE, "name": words(range(N))}, CLASS, {"name": "identifier"}),
    "a surname": ({"age": NOISE, "surname": words(rng.integers(0, 600, N))}, CLASS, {"surname": "identifier"}),
    "a key with 2.6 rows per value": ({"age": NOISE, "customer_id": 7 * rng.permutation(np.arange(N) // 2.6)}, CLASS,
                                      {"customer_id": "identifier"}),
    "increasing numbers": ({"age": NOISE, "instant": 17.0 + 3 * np.arange(N)}, CLASS, {"instant": "row number"}),
    "shuffled numbers": ({"age": NOISE, "row": 1.0 + rng.permutation(N)}, CLASS, {"row": "row number"}),
    "large numbers": ({"age": NOISE, "customer_id": 1e9 + 100 * rng.permutation(10**6)[:N]}, CLASS,
                      {"customer_id": "row number"}),
}  # fmt: skip


@pytest.mark.parametrize("name", LEAKS)
def test_a_leak_or_an_identifier_is_named(name: str) -> None:
    columns, y, wanted = LEAKS[name]
    found = {finding.subject: finding for finding in diagnose_data(Dataset(Table(columns), y), "outcome")}
    assert set(wanted) <= set(found)
    assert "age" not in found
    for subject, rule in wanted.items():
        assert (found[subject].rule, found[subject].severity) == (rule, "warning")
        assert all(f"--drop {column}" in found[subject].advice for column in subject.split(", "))
        question = "known at prediction time?" in found[subject].advice
        assert question == (rule in ("leak", "computed target")) == ("outcome" in found[subject].message)


def test_rows_with_the_same_key_may_belong_together() -> None:
    def advice(name: str) -> str:
        columns, y, _ = LEAKS[name]
        return next(f.advice for f in diagnose_data(Dataset(Table(columns), y), "y") if f.rule == "identifier")

    assert advice("a key with 2.6 rows per value").endswith("keep them in one set: --group customer_id.")
    assert advice("a name").endswith("Leave it out: --drop name.")


def test_formulas_are_printed() -> None:
    def message(name: str) -> str:
        columns, y, _ = LEAKS[name]
        return next(f.message for f in diagnose_data(Dataset(Table(columns), y), "y") if f.rule == "computed target")

    assert "y = casual + registered (R² 1.00000)" in message("a sum")
    assert "y = gross − tax (R²" in message("a difference")
    assert "y = − 2 a + 0.25 b + c + 3 (R²" in message("a weighted sum")
    assert "y ∝ height^−2 × weight (R²" in message("a quotient")


def test_ordinary_columns_are_none() -> None:
    columns = {
        "noisy": CLASS + 0.3 * NOISE,
        "city": words(rng.integers(0, 40, N)),
        "income": rng.integers(10**7, 10**9, N).astype(float),
        "year": 1990.0 + np.arange(N) // 40,
        "constant": np.ones(N),
        "none": np.full(N, np.nan),
        "temperature": np.round(20 + 5 * NOISE, 1),
        "price_index": rng.integers(50, 400, N).astype(float),
    }
    assert diagnose_data(Dataset(Table(columns), CLASS)) == ()
    assert diagnose_data(Dataset(Table(columns), WAGE)) == ()
    assert diagnose_data(Dataset(Table(columns), 20 + 5 * NOISE + 0.7 * rng.standard_normal(N))) == ()


@pytest.mark.parametrize("name", ["iris", "wine", "breast_cancer", "diabetes", "digits", "moons"])
def test_built_in_data_have_no_findings(name: str) -> None:
    assert diagnose_data(gn.load(name)) == ()


def test_dates_may_leak_but_number_no_rows() -> None:
    days = np.datetime64("2020-01-01") + np.arange(N).astype("timedelta64[D]")
    assert diagnose_data(Dataset(Table({"day": days.astype("datetime64[s]"), "age": NOISE}), CLASS)) == ()
    died = np.where(CLASS == 1, days, np.datetime64("NaT")).astype("datetime64[s]")
    assert [f.subject for f in diagnose_data(Dataset(Table({"died": died, "age": NOISE}), CLASS))] == ["died"]


@pytest.mark.parametrize("unit", [1e-300, 1e200, 1e307])
def test_very_large_and_small_numbers_are_looked_at_without_a_warning(unit: float) -> None:
    signed = np.where(CLASS == 1, 17.0, -17.0) * unit
    columns = {"age": NOISE * unit, "huge": signed, "row": np.arange(N) / N * unit}
    assert "huge" in {f.subject for f in diagnose_data(Dataset(Table(columns), CLASS))}
    for y in (WAGE / 1000 * unit, signed):
        diagnose_data(Dataset(Table(columns), y))


def test_few_rows_prove_nothing() -> None:
    columns = {"alive": words(CLASS[:15]), "name": words(range(15)), "row": np.arange(15.0)}
    assert diagnose_data(Dataset(Table(columns), CLASS[:15])) == ()
    rare = np.arange(N) == 3
    assert diagnose_data(Dataset(Table({"code": rare * 2.0}), rare.astype(int))) == ()


def test_arrays_and_several_targets_are_looked_at() -> None:
    X = np.stack([NOISE, CASUAL, REGISTERED], axis=1)
    y = np.stack([WAGE, CASUAL + REGISTERED], axis=1)
    (found,) = diagnose_data(Dataset(X, y), "y")
    assert found.message == "y 2 is computed from other columns: y 2 = column 1 + column 2 (R² 1.00000)."
    assert found.advice == "Are they known at prediction time? If not, leave them out."
    assert [f.subject for f in diagnose_data(Dataset(X, y, feature_names=("a", "b c", "d")))] == ["b c, d"]
    assert "--drop 'b c' --drop d" in diagnose_data(Dataset(X, y, feature_names=("a", "b c", "d")))[0].advice


def test_names_are_printed_without_escapes() -> None:
    found = diagnose_data(Dataset(Table({"a\x1b[31m": words(CLASS)}), CLASS), "t\x1b[0m")[0]
    assert "\x1b" not in f"{found} {found.subject}"
    assert "\\x1b[31m" in found.message


def test_a_finding_goes_through_json() -> None:
    found = Finding("leak", "warning", "a", "a alone predicts b.", "Is it known?", {"r2": 1.0})
    assert finding_from_spec(json.loads(json.dumps(found.to_spec()))) == found
    for key, wrong in {"rule": 1, "severity": "bad", "numbers": {"r2": "x"}, "more": "x"}.items():
        with pytest.raises((ValueError, TypeError)):
            finding_from_spec(found.to_spec() | {key: wrong})
