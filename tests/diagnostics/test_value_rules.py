"""Rules about the values of columns: codes for missing values and spellings are found, ordinary columns have none."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from glassnet.data.dataset import Dataset
from glassnet.data.tables.table import Table
from glassnet.diagnostics import diagnose_data
from glassnet.diagnostics.columns import MOST_ROWS, samples
from glassnet.diagnostics.value_rules import spelled_alike

N = 1000
rng = np.random.default_rng(0)
NOISE = rng.standard_normal(N)
Y = (NOISE + rng.standard_normal(N) > 0).astype(np.int64)
AGE = rng.integers(0, 81, N).astype(float)
ROW = np.arange(N)


def coded(values: Any, code: Any, share: float = 0.1) -> np.ndarray:
    """Values of which a share is replaced by a code."""
    return np.where(rng.random(N) < share, code, values)


def texts(*values: str, p: Any = None) -> np.ndarray:
    return rng.choice(np.array(values, object), N, p=p)


ILLNESSES: dict[str, tuple[Mapping[str, Any], str, str, str]] = {
    # Name: the columns, the rule that finds it, the severity, and a part of the finding.
    "-999 for missing": ({"age": coded(AGE, -999)}, "code for missing values", "warning", "--na-value -999."),
    "-999 among negative numbers": ({"celsius": coded(8 * NOISE, -999)}, "code for missing values", "warning",
                                    "celsius is -999 in"),
    "99 for missing": ({"age": coded(AGE % 60, 99)}, "code for missing values", "warning", "lie between 0 and 59"),
    "9999 for missing": ({"dose": coded(rng.random(N), 9999, 0.02)}, "code for missing values", "warning", "9999"),
    "-1 for missing": ({"age": coded(18 + AGE, -1)}, "code for missing values", "info", "age is -1 in"),
    "-1 next to 0": ({"visits": coded(AGE // 4, -1, 0.3)}, "code for missing values", "info", "visits is -1 in"),
    "-9 and -8 for missing": ({"age": coded(AGE, rng.choice([-9, -8], N), 0.2)}, "code for missing values", "info",
                              "age is -9 or -8 in"),
    "0 for missing": ({"bmi": coded(rng.normal(30, 3, N), 0, 0.02)}, "code for missing values", "info", "bmi is 0 in"),
    "a code that another column has": ({"age": coded(AGE, -999), "x": np.where(ROW == 3, -999, NOISE * 1000)},
                                       "code for missing values", "warning", "empty these cells"),
    "a row in other units": ({"age": np.where(ROW == 7, 1e6, AGE)}, "outlier in a column", "warning", "in row 8;"),
    "two typos": ({"height": np.where(ROW % 500 == 7, -17500, 170 + 9 * NOISE)}, "outlier in a column", "warning",
                  "-17500 in row"),
    "words with other signs": ({"travel": texts("Travel_Rarely", "TRAVEL_RARELY", "Non-Travel")},
                               "spelling of categories", "warning", "TRAVEL_RARELY"),
    "spelled in two ways": ({"color": texts("red", "Red", "blue")}, "spelling of categories", "warning",
                            "'red' ("),
    "spaces in names": ({"city": texts("New York", "New  york")}, "spelling of categories", "warning", "New  york"),
    "a single letter": ({"answer": texts("Y", "y", "N", p=(0.5, 0.01, 0.49))}, "spelling of categories", "warning",
                        "'Y' ("),
}  # fmt: skip


@pytest.mark.parametrize(("columns", "rule", "severity", "text"), ILLNESSES.values(), ids=ILLNESSES)
def test_an_illness_is_found_and_only_it(columns: Mapping[str, Any], rule: str, severity: str, text: str) -> None:
    (found,) = diagnose_data(Dataset(Table({**columns, "noise": NOISE}), Y, ("no", "yes")))
    assert (found.rule, found.severity, found.subject) == (rule, severity, next(iter(columns)))
    assert text in str(found)


HEALTHY = {
    "whole numbers from -1": coded(rng.binomial(20, 0.2, N) - 1.0, 0, 0),
    "ratings from -9": rng.binomial(18, 0.3, N) - 9.0,
    "negative and positive": np.round(20 * NOISE),
    "many zeros": np.where(rng.random(N) < 0.7, 0, 500 + 100 * rng.random(N)),
    "zeros of a skewed number": np.floor(rng.exponential(100, N)),
    "codes of categories": rng.choice([0.0, 4, 5, 6, 7, 8], N),
    "tens": 10.0 * rng.integers(0, 10, N),
    "ages up to 99": np.minimum(AGE + 19, 99),
    "a single outlier": np.where(ROW == 7, 999, AGE),
    "a heavy tail": np.exp(2 * NOISE),
    "rare events": np.where(ROW % 400 == 7, 5000.0, 0),
    "letters in both cases": texts("a", "A", "b", "B"),
    "vowels": texts("hid", "hId", "had", "hAd"),
    "missing values": np.where(rng.random(N) < 0.3, np.nan, AGE),
    "only missing values": np.full(N, np.nan),
    "texts and missing values": texts("red", "blue", None),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("values", HEALTHY.values(), ids=HEALTHY)
def test_ordinary_columns_have_no_finding(values: np.ndarray) -> None:
    assert diagnose_data(Dataset(Table({"column": values, "noise": NOISE}), Y, ("no", "yes"))) == ()


def test_without_names_the_advice_has_no_option() -> None:
    (found,) = diagnose_data(Dataset(np.column_stack([NOISE, coded(AGE, -999)]), Y, ("no", "yes")))
    assert found.subject == "column 1"
    assert found.advice.endswith("replace it by NaN, and fill the gaps: gn.TableEncoder does.")


def test_spellings_are_counted() -> None:
    assert spelled_alike({"Yes": 20, "yes": 3, "NO": 1, "no": 1, "maybe": 9}) == (
        "'Yes' (20 rows) and 'yes' (3 rows); and 1 more"
    )
    assert spelled_alike({"yes": 3, "no": 5}) == ""


@pytest.mark.parametrize("rows", [1.0, 2.6, 20.0])
def test_rows_per_value_are_estimated_from_some_of_the_rows(rows: float) -> None:
    n = 20 * MOST_ROWS
    numbers = np.random.default_rng(1).permutation(np.floor(np.arange(n) / rows))
    (sample,) = samples(Dataset(Table({"customer_id": numbers}), np.arange(n) % 2), "y")
    assert len(sample) == MOST_ROWS
    assert sample.rows_per_value(sample.columns[0]) == pytest.approx(rows, rel=0.25)


def test_many_rows_per_value_are_categories_even_if_a_sample_has_few_of_each() -> None:
    n = 10 * MOST_ROWS
    names = np.array([f"t{i}" for i in range(3000)], object)
    city = names[np.random.default_rng(1).integers(0, 3000, n)]
    assert diagnose_data(Dataset(Table({"city": city}), np.arange(n) % 2, ("no", "yes"))) == ()
