"""What a user may rely on for dates: recognized in common formats, in one order of day and month, or an error."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

import glassnet as gn
from glassnet.cli.main import run
from glassnet.data.tables.reader import read_table

pytestmark = pytest.mark.usefixtures("as_on_the_command_line")

FIRST = "2024-03-01T00:00:00"

FORMATS = {
    "2024-03-01": FIRST,
    "2024-03": FIRST,
    "2024/3/1": FIRST,
    "01.03.2024": FIRST,
    "1.3.24": FIRST,
    "31.3.69": "1969-03-31T00:00:00",
    "3/31/2024": "2024-03-31T00:00:00",
    "31/3/2024": "2024-03-31T00:00:00",
    "12/24/99 10:30 PM": "1999-12-24T22:30:00",
    "12/24/99 12:05 am": "1999-12-24T00:05:00",
    "2024-03-01T10:30:00Z": "2024-03-01T10:30:00",
    "2024-03-01 10:30:05.123+01:00": "2024-03-01T10:30:05",
    "1 Mar 2024": FIRST,
    "01-Dez-2024": "2024-12-01T00:00:00",
    "March 3, 2024": "2024-03-03T00:00:00",
    "3. März 2024": "2024-03-03T00:00:00",
}


def written(folder: Path, column: str, cells: list[str], name: str = "t.csv") -> Path:
    path = folder / name
    path.write_text(f"x,{column}\n" + "".join(f'{i * i},"{cell}"\n' for i, cell in enumerate(cells)), encoding="utf-8")
    return path


@pytest.mark.parametrize(("text", "wanted"), FORMATS.items(), ids=FORMATS)
def test_dates_are_recognized(text: str, wanted: str, tmp_path: Path) -> None:
    table = read_table(written(tmp_path, "the day", ["", text, "NA"]))
    assert table.kinds["the day"] == "date"
    assert table["the day"].dtype == np.dtype("datetime64[s]")
    assert [str(value) for value in table["the day"]] == ["NaT", wanted, "NaT"]
    (decision,) = table.decisions
    assert decision.option == "--drop 'the day' or --categorical 'the day'"
    assert read_table(tmp_path / "t.csv", categorical="the day")["the day"][1] == text
    assert read_table(tmp_path / "t.csv", date="the day").decisions == ()


@pytest.mark.parametrize(("text", "hours"), [("10:30", 10.5), ("1:15:36 pm", 13.26), ("36:00", 36.0)])
def test_times_are_hours(text: str, hours: float, tmp_path: Path) -> None:
    table = read_table(written(tmp_path, "start", ["", text]))
    np.testing.assert_allclose(table["start"], [np.nan, hours])
    assert "'start' contains times" in table.decisions[0].text


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        (["01/02/2024", "24/12/2024"], "2024-02-01"),
        (["01/02/2024", "12/24/2024"], "2024-01-02"),
        (["01/02/2024", "02.02.2024"], "2024-02-01"),
        (["01-02-24", "31-12-24"], "2024-02-01"),
    ],
    ids=str,
)
def test_the_order_of_day_and_month_is_inferred(cells: list[str], wanted: str, tmp_path: Path) -> None:
    table = read_table(written(tmp_path, "sold", cells))
    assert str(table["sold"][0].astype("datetime64[D]")) == wanted
    assert table.inferred == {"dayfirst": wanted == "2024-02-01"}


def test_another_column_settles_the_order(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,b\n01/02/2024,24/12/2024\n")
    assert read_table(path)["a"].tolist() == [datetime(2024, 2, 1)]


def test_an_order_with_two_readings_raises_with_the_options(tmp_path: Path) -> None:
    path = written(tmp_path, "sold", ["01/01/2024", "01/02/2024"])
    with pytest.raises(ValueError, match=r"column 'sold', row 2: '01/02/2024' has two readings; pass --dayfirst if"):
        read_table(path)
    assert read_table(path, dayfirst=True)["sold"].tolist()[1] == datetime(2024, 2, 1)
    assert read_table(path, dayfirst=False)["sold"].tolist()[1] == datetime(2024, 1, 2)
    with pytest.raises(ValueError, match="day first and with the month first"):
        read_table(written(tmp_path, "sold", ["24/12/2024", "12/24/2024"]))


def test_a_few_cells_that_are_no_dates_raise(tmp_path: Path) -> None:
    cells = ["2024-03-01"] * 9 + ["2024-02-31"]
    with pytest.raises(
        ValueError,
        match=r"column 'sold', row 10: '2024-02-31' is not a date; pass --na-value 2024-02-31 .*, or --cat",
    ):
        read_table(written(tmp_path, "sold", cells))


@pytest.mark.parametrize("text", ["Maybe 3, 2024", "1999.5", "2024.03", "12-34", "99-12-1999", "Dec"])
def test_what_only_resembles_a_date_is_none(text: str, tmp_path: Path) -> None:
    assert read_table(written(tmp_path, "x2", [text])).kinds["x2"] in ("text", "number")


WHEN = datetime(2024, 3, 1, 10, 30)
STORED: dict[str, tuple[Any, str, Any]] = {
    "date": (pa.array([date(2024, 3, 1), None]), "date", np.array(["2024-03-01", "NaT"], "datetime64[s]")),
    "timestamp": (pa.array([WHEN, None]), "date", np.array(["2024-03-01T10:30", "NaT"], "datetime64[s]")),
    "zone": (
        pa.array([WHEN.replace(tzinfo=UTC), None], pa.timestamp("ns", "Asia/Tokyo")),
        "date",
        np.array(["2024-03-01T19:30", "NaT"], "datetime64[s]"),
    ),
    "text": (pa.array(["2024-03-01", None]), "date", np.array(["2024-03-01", "NaT"], "datetime64[s]")),
    "time": (pa.array([time(10, 30), None]), "number", [10.5, np.nan]),
    "duration": (pa.array([timedelta(hours=1.5), None]), "number", [1.5, np.nan]),
}


@pytest.mark.parametrize(("values", "kind", "wanted"), STORED.values(), ids=STORED)
def test_dates_in_parquet_are_dates(values: Any, kind: str, wanted: Any, tmp_path: Path) -> None:
    parquet.write_table(pa.table({"x": [1, 2], "when": values}), tmp_path / "t.parquet", row_group_size=1)
    table = read_table(tmp_path / "t.parquet")
    assert table.kinds["when"] == kind
    np.testing.assert_array_equal(table["when"], wanted)
    np.testing.assert_array_equal(table.take([1])["when"], np.asarray(wanted)[[1]])
    assert len(table.decisions) == (kind == "date")


def test_large_integers_in_parquet_are_exact(tmp_path: Path) -> None:
    names = [2**60 + i % 3 for i in range(30)]
    parquet.write_table(
        pa.table({"x": [i * i for i in range(30)], "y": names}), tmp_path / "t.parquet", row_group_size=7
    )
    data = gn.load(str(tmp_path / "t.parquet"), target="y")
    assert data.class_names == tuple(str(2**60 + i) for i in range(3))
    assert [int(data.class_names[index]) for index in data.y] == names


def test_a_date_is_no_target(tmp_path: Path) -> None:
    path = written(tmp_path, "sold", ["2024-03-01", "2024-03-02"])
    with pytest.raises(ValueError, match=r"column 'sold' contains dates, which cannot be predicted; .* --categorical"):
        gn.load(str(path), target="sold")


def test_predict_reads_dates_as_training_did(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    days = [date(2024, 1, 1) + timedelta(days=3 * i) for i in range(80)]
    rows = "".join(f"{day:%d/%m/%Y},{day.month}.5\n" for day in days)
    (tmp_path / "t.csv").write_text("sold,price\n" + rows)
    assert run(["train", "t.csv", "--target", "price", "--epochs", "2", "--no-report", "--quiet", "--out", "new"]) == 0
    (tmp_path / "day.csv").write_text("sold\n02/03/2024\n")  # alone, it has two readings
    (tmp_path / "iso.csv").write_text("sold\n2024-03-02\n")
    predicted = []
    for name in ("day", "iso"):
        assert run(["predict", "new", f"{name}.csv", "--out", f"{name}.json", "--quiet"]) == 0
        predicted.append(Path(f"{name}.json").read_text())
    assert predicted[0] == predicted[1]
