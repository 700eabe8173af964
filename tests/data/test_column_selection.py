"""What a user may rely on for columns from which nothing can be learned: left out, listed, and kept on request."""

from pathlib import Path
from typing import Any

import pytest

import glassnet as gn
from glassnet.cli.main import run
from glassnet.data.tables.reader import read_table
from glassnet.recipes.recipe import read_recipe

pytestmark = pytest.mark.usefixtures("as_on_the_command_line")

WORDS = ["quite", "a", "nice", "and", "sunny", "flat", "near", "the", "old", "town"]
ROWS = 60


def homes(rows: range = range(ROWS)) -> dict[str, list[Any]]:
    return {
        "id": [i + 1 for i in rows],
        "code": [f"n{i}" for i in rows],
        "text": [" ".join([*WORDS[i % 9 :], str(i)]) for i in rows],
        "constant": [5 for _ in rows],
        "same": ["yes" for _ in rows],
        "empty": ["" for _ in rows],
        "city": [("Rome", "Oslo")[i % 2] for i in rows],
        "area": [i * i % 17 for i in rows],
        "partly": [7 if i % 3 else "" for i in rows],
        "a,b": [i % 5 for i in rows],
        "price": [(i * i % 17) * 2.5 for i in rows],
    }


def write(folder: Path, columns: dict[str, list[Any]], name: str = "t.csv") -> Path:
    path = folder / name
    rows = zip(*columns.values(), strict=True)
    lines = [",".join(f'"{name}"' for name in columns), *(",".join(map(str, row)) for row in rows)]
    path.write_text("\n".join(lines) + "\n")
    return path


def test_columns_without_information_are_left_out_and_listed(tmp_path: Path) -> None:
    data = gn.load(str(write(tmp_path, homes())), target="price")
    assert data.feature_names == ("city", "area", "partly", "a,b")
    assert [str(one) for one in data.decisions] == [
        "'id' is a row number: left out (--numeric id)",
        "'code' is an identifier with 60 distinct values in 60 rows: left out (--categorical code)",
        "'text' is free text with 60 distinct values in 60 rows: left out (--categorical text)",
        "'constant' is 5 in every row: left out (--drop constant)",
        "'same' is 'yes' in every row: left out (--drop same)",
        "'empty' is empty: left out (--drop empty)",
    ]
    assert data.inferred["drop"] == ["id", "code", "text", "constant", "same", "empty"]


def test_options_keep_and_confirm_such_columns(tmp_path: Path) -> None:
    path = str(write(tmp_path, homes()))
    kept = gn.load(path, target="price", categorical="code,text", numeric="id", drop="constant,same,empty", strict=True)
    assert kept.feature_names == ("id", "code", "text", "city", "area", "partly", "a,b")
    with pytest.raises(ValueError, match=r"t\.csv: 'id' is a row number: left out; --strict .* option: --numeric id"):
        gn.load(path, target="price", strict=True)
    with pytest.raises(ValueError, match=r"no column besides 'price' to predict it from; 'id' is a row number"):
        gn.load(path, target="price", drop=["city", "area", "partly", "a,b"])


def test_several_columns_are_dropped_by_one_option(tmp_path: Path) -> None:
    path = write(tmp_path, homes())
    assert read_table(path, drop=["city, area,a,b"]).columns != ()
    table = read_table(path, drop=["id,code, text", "a,b"])
    assert not {"id", "code", "text", "a,b"} & set(table.columns)
    with pytest.raises(ValueError, match="unknown column 'cdoe'; did you mean 'code'"):
        read_table(path, drop="id,cdoe")


def test_new_rows_need_no_column_that_was_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, homes())
    options = ["--target", "price", "--drop", "city,a,b", "--epochs", "2", "--no-report"]
    assert run(["train", "t.csv", *options, "--out", "new"]) == 0
    assert "'code' is an identifier with 60 distinct values" in capsys.readouterr().out
    assert read_recipe("new/recipe.toml").options["drop"][:3] == ["city", "a,b", "id"]
    new = homes(range(100, 104))
    write(tmp_path, new, "with.csv")
    write(tmp_path, {name: new[name] for name in ("area", "partly")}, "without.csv")
    for name in ("with", "without"):
        assert run(["predict", "new", f"{name}.csv", "--out", f"{name}.json", "--quiet"]) == 0
    assert Path("with.json").read_text() == Path("without.json").read_text()
