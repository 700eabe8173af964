"""What a user may rely on where a table can be read in several ways: each decision is listed, with its option."""

import numpy as np
import pytest

from glassnet.data.dataset import Dataset
from glassnet.data.tables.decisions import MAX_LINES, Decision, check_strict, listed
from glassnet.data.tables.table import Table

DATES = np.array(["2024-03-01", "NaT"], "datetime64[s]")
LEFT_OUT = Decision("id", "'id' is free text: left out", "--categorical id")


def test_decisions_stay_with_a_table_and_its_dataset() -> None:
    table = Table({"x": [1.0, 2.0], "y": [0.0, 1.0]}, decisions=[LEFT_OUT], inferred={"decimal": ","})
    assert table.without("y").take([1]).decisions == (LEFT_OUT,)
    data = Dataset(table.without("y"), [0, 1])
    assert data.take([0]).decisions == (LEFT_OUT,)
    assert data.inferred == {"decimal": ","}


def test_a_long_list_is_cut() -> None:
    lines = listed([LEFT_OUT] * 100)
    assert len(lines) == MAX_LINES
    assert lines[-1] == f"and {101 - MAX_LINES} more"


def test_strict_raises_with_the_first_decision() -> None:
    check_strict("t.csv", [LEFT_OUT], strict=False)
    check_strict("t.csv", [], strict=True)
    with pytest.raises(ValueError, match=r"^t\.csv: 'id' is free text: left out; --strict .*: --categorical id$"):
        check_strict("t.csv", [LEFT_OUT], strict=True)


def test_a_date_column_is_a_kind_of_its_own() -> None:
    table = Table({"sold": DATES})
    assert table.kinds == {"sold": "date"}
    assert np.isnat(table.take([1])["sold"]).all()
