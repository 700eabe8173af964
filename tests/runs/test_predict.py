"""Training on a table, and predict and evaluate on tables, arrays, and images."""

import csv
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

import glassnet as gn
from glassnet.cli.main import run
from glassnet.data.sources import load
from glassnet.runs.prediction_inputs import read_inputs

pytestmark = pytest.mark.usefixtures("in_a_folder_of_its_own")

N = 400
RNG = np.random.default_rng(0)
SIZE = RNG.normal(80, 20, N).round(1)
KIND = RNG.choice(["flat", "house", "loft"], N)
STREET = RNG.choice([f"street {i:02}" for i in range(30)], N)
LIFT = RNG.random(N) < 0.5
EFFECT = dict(zip(sorted(set(STREET)), RNG.normal(0, 20, 30), strict=True))
PRICE = 2 * SIZE + 40 * (KIND == "house") + np.vectorize(EFFECT.get)(STREET) + RNG.normal(0, 2, N)
COLUMNS: dict[str, list[Any]] = {
    "id": [f"x{i}" for i in range(N)],
    "size": ["n/a" if i % 50 == 49 else size for i, size in enumerate(SIZE.tolist())],
    "kind": ["" if i % 50 == 48 else kind for i, kind in enumerate(KIND.tolist())],
    "street": STREET.tolist(),
    "lift": [str(lift).lower() for lift in LIFT],
    "price": PRICE.round(2).tolist(),
}
OPTIONS = ["--na-value", "n/a", "--drop", "id"]


def write_csv(path: str, columns: dict[str, list[Any]], separator: str = ",") -> None:
    with Path(path).open("w", newline="") as file:
        writer = csv.writer(file, delimiter=separator)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))


def rows(first: int, after: int, *names: str, **changes: Any) -> dict[str, list[Any]]:
    """Some rows of the table, optionally with a selection of columns and changed values."""
    part = {name: values[first:after] for name, values in COLUMNS.items() if not names or name in names}
    return part | changes


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Two run folders: a regression of price and a classification of kind."""
    folder = tmp_path_factory.mktemp("homes")
    write_csv(str(folder / "homes.csv"), COLUMNS)
    for target in ("price", "lift"):
        arguments = ["train", str(folder / "homes.csv"), "--target", target, *OPTIONS, "--out", str(folder / target)]
        assert run([*arguments, "--quiet", "--epochs", "60"]) == 0
    return {target: folder / target for target in ("price", "lift")}


def predicted(capsys: pytest.CaptureFixture[str], *arguments: Any) -> list[dict[str, Any]]:
    assert run(["predict", *map(str, arguments), "--json"]) == 0
    answers: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return answers


# Training


def test_a_table_with_missing_values_and_categories_can_be_trained_on(homes: dict[str, Path]) -> None:
    measured = json.loads((homes["price"] / "metrics.json").read_text())
    assert measured["test_r2"] > 0.9
    assert measured["test_rmse"] < measured["baseline_rmse"] / 3
    model = gn.load_model(homes["price"])
    assert model.feature_names == ("size", "kind", "street", "lift")
    assert model.columns is not None
    assert [column.has_missing for column in model.columns.all] == [True, True, False, False]
    assert [layer.kind for layer in model.networks[0].layers[:2]] == ["embedding", "dense"]


def test_only_numbers_are_standardized(homes: dict[str, Path]) -> None:
    model = gn.load_model(homes["price"])
    assert run(["evaluate", str(homes["price"]), str(homes["price"].parent / "homes.csv"), "--json"]) == 0
    table = gn.read_table(homes["price"].parent / "homes.csv", na_value="n/a", drop=["id", "price"])
    X = model.inputs(table)  # size, lift, was size missing, kind in 4 columns, the street's code
    assert X.shape == (N, 8)
    assert np.abs(X[:, :2].mean(axis=0)).max() < 0.2
    assert set(np.unique(X[:, 2:7])) == {0, 1}
    np.testing.assert_array_equal(X[:, 7], np.unique(STREET, return_inverse=True)[1])


def test_the_inferred_target_and_task_are_printed_with_the_option_to_change_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    columns = {"x": list(range(0, 120, 2)), "y": [i % 3 for i in range(60)], "word": ["a", "b"] * 30}
    write_csv("t.csv", columns)
    for options, reported in (
        (
            ["--target", "y"],
            "Target y: classification with 3 classes (override: --task regression) Features: 1 numeric",
        ),
        (["--target", "y", "--task", "regression"], "Target y: regression Features: 1 numeric and 1 categorical"),
        (["--target", "x"], "Target x: regression (override: --task classification) Features: 1"),
        (["--target", "word"], "Target word: classification with 2 classes Features: 2 numeric"),
    ):
        assert run(["train", "t.csv", *options, "--epochs", "1", "--out", "run", "--overwrite"]) == 0
        assert reported in " ".join(capsys.readouterr().out.split())


def test_a_run_on_a_table_can_be_repeated_from_its_recipe(homes: dict[str, Path]) -> None:
    assert run(["train", str(homes["price"]), "--out", "again", "--quiet"]) == 0
    one, other = (gn.load_model(path).networks[0].parameters for path in (homes["price"], "again"))
    np.testing.assert_array_equal(one, other)


def test_table_options_raise_for_other_data(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["train", "iris", "--target", "y"]) == 2
    assert "data source 'iris' takes no options, got target" in capsys.readouterr().err


def test_a_category_only_in_the_test_set_is_predicted_and_listed(capsys: pytest.CaptureFixture[str]) -> None:
    columns = {"x": RNG.normal(size=30).round(3).tolist(), "y": ["u", "v", "v"] * 10}
    letters = ["a", "b"] * 15
    for i in range(0, 30, 3):  # of these rows some are in the test part, whatever the split
        write_csv("t.csv", columns | {"c": [*letters[:i], "rare", *letters[i + 1 :]]})
        assert run(["train", "t.csv", "--target", "y", "--epochs", "1", "--quiet", "--out", "run"]) == 0
        # It is listed in one line, unless the training set has it.
        is_known = "rare" in (gn.load_model("run").columns.all[1].levels or ())
        listed = "" if is_known else "glassnet: 1 of 12 rows contains values not seen in training: column 'c' contains"
        err = capsys.readouterr().err
        assert err.startswith(listed)
        assert err.count("\n") == (not is_known)


# Prediction


def test_columns_are_matched_by_name_and_the_target_may_be_present(
    homes: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    part = rows(0, 20)
    write_csv("all.csv", part)
    write_csv("few.csv", {name: part[name] for name in ("lift", "street", "size", "kind")}, ";")
    parquet.write_table(
        pa.table({"street": part["street"], "lift": LIFT[:20], "kind": KIND[:20], "size": SIZE[:20]}), "few.parquet"
    )
    answers = predicted(capsys, homes["price"], "all.csv")
    assert [answer["row"] for answer in answers] == list(range(1, 21))
    assert np.abs([answer["value"] for answer in answers] - PRICE[:20]).mean() < 10
    for path in ("few.csv", "few.parquet"):
        assert predicted(capsys, homes["price"], path) == answers
    assert run(["predict", str(homes["price"]), "all.csv"]) == 0
    out = capsys.readouterr().out
    assert "│  20 │" in out
    assert re.search(r"RMSE on \S*all\.csv: [\d.]+ \(20 rows\)", out)


def test_classes_come_with_the_probability_of_each(homes: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    write_csv("t.csv", rows(0, 30))
    answers = predicted(capsys, homes["lift"], "t.csv")
    for answer in answers:
        assert set(answer) == {"row", "class", "probabilities"}
        assert list(answer["probabilities"]) == ["false", "true"]
        assert answer["class"] == max(answer["probabilities"], key=answer["probabilities"].get)
        assert sum(answer["probabilities"].values()) == pytest.approx(1, abs=1e-6)
    right = sum(answer["class"] == COLUMNS["lift"][i] for i, answer in enumerate(answers))
    assert run(["predict", str(homes["lift"]), "t.csv"]) == 0
    assert f"Accuracy on t.csv: {100 * right / 30:.2f}% ({right} of 30 rows)" in capsys.readouterr().out


@pytest.mark.parametrize("spoilt", ["", "?", "castle"])
@pytest.mark.parametrize(("target", "others"), [("lift", ["true", "false"]), ("price", [1, 2])])
def test_incomplete_true_values_are_ignored(
    target: str, others: list[Any], spoilt: str, homes: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    write_csv("t.csv", rows(0, 3) | {target: [*others, spoilt]})
    assert run(["predict", str(homes[target]), "t.csv"]) == 0
    assert " on t." not in capsys.readouterr().out


@pytest.mark.parametrize("target", ["price", "lift"])
def test_a_parquet_table_may_have_the_true_values(
    target: str, homes: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    some = rows(0, 30, lift=LIFT[:30].tolist())
    parquet.write_table(pa.table(some), "t.parquet")
    write_csv("t.csv", rows(0, 30))
    assert predicted(capsys, homes[target], "t.parquet") == predicted(capsys, homes[target], "t.csv")
    assert run(["predict", str(homes[target]), "t.parquet"]) == 0
    assert " on t.parquet: " in capsys.readouterr().out


def test_all_predictions_are_written_to_a_file(homes: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    write_csv("t.csv", rows(0, N - 1))
    answers = predicted(capsys, homes["lift"], "t.csv")
    for path in ("out/answers.csv", "answers.json", "answers.parquet"):
        assert run(["predict", str(homes["lift"]), "t.csv", "--out", path]) == 0
        assert f"Wrote {N - 1} predictions to {path}" in capsys.readouterr().out
    renamed = [{"prediction" if key == "class" else key: value for key, value in one.items()} for one in answers]
    assert json.loads(Path("answers.json").read_text()) == renamed
    columns = parquet.read_table("answers.parquet").to_pydict()
    assert list(columns) == ["row", "lift", "p(false)", "p(true)"]
    assert columns["row"] == list(range(1, N))
    assert columns["lift"] == [answer["class"] for answer in answers]
    assert columns["p(true)"] == [answer["probabilities"]["true"] for answer in answers]
    assert run(["predict", str(homes["lift"]), "t.csv", "--out", "-"]) == 0
    assert capsys.readouterr() == (Path("out/answers.csv").read_text(), "")
    assert run(["predict", str(homes["lift"]), "t.csv", "--out", "-", "--json"]) == 2
    assert "--json and --out - both print to standard output" in capsys.readouterr().err
    with Path("out/answers.csv").open(newline="") as file:
        written = list(csv.DictReader(file))
    assert list(written[0]) == ["row", "lift", "p(false)", "p(true)"]
    assert [line["lift"] for line in written] == [answer["class"] for answer in answers]
    assert [float(line["p(true)"]) for line in written] == pytest.approx(
        [answer["probabilities"]["true"] for answer in answers], abs=1e-6
    )
    assert run(["predict", str(homes["lift"]), "t.csv"]) == 0
    shown = capsys.readouterr().out
    assert f"… and {N - 1 - 20} more; use --out predictions.csv to save all" in shown
    assert len(shown.splitlines()) < 30


def test_predictions_for_several_files_name_their_file(
    homes: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    write_csv("a.csv", rows(0, 2))
    write_csv("b.csv", rows(2, 3))
    answers = predicted(capsys, homes["price"], "a.csv", "b.csv")
    assert [(answer["file"], answer["row"]) for answer in answers] == [("a.csv", 1), ("a.csv", 2), ("b.csv", 1)]
    assert run(["predict", str(homes["price"]), "a.csv", "b.csv", "--out", "c.csv"]) == 0
    assert Path("c.csv").read_text().splitlines()[0] == "file,row,price"


def test_arrays_can_be_predicted_and_tables_by_a_model_of_arrays(
    iris: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = load("iris")
    assert data.feature_names is not None
    np.savez("rows.npz", X=data.X[:5])
    backwards = {name: data.X[:5, 3 - i].tolist() for i, name in enumerate(reversed(data.feature_names))}
    write_csv("rows.csv", backwards)
    answers = predicted(capsys, iris, "rows.npz")
    assert [answer["class"] for answer in answers] == gn.load_model(iris).predict(data.X[:5]).tolist()
    assert predicted(capsys, iris, "rows.csv") == answers


def test_models_of_the_estimators_predict_tables(capsys: pytest.CaptureFixture[str]) -> None:
    pd = pytest.importorskip("pandas")
    table = pd.DataFrame({name: COLUMNS[name] for name in ("street", "lift")}).assign(size=SIZE)
    one = gn.MLPRegressor(hidden_layer_sizes=(8,), categories="auto", max_iter=5, random_state=0, batch_size=50)
    both = gn.MLPClassifier(hidden_layer_sizes=(8,), categories="auto", max_iter=5, random_state=0, batch_size=50)
    with pytest.warns(UserWarning, match="iterations"):
        one.fit(table, PRICE)
    with pytest.warns(UserWarning, match="iterations"):
        both.fit(table, np.stack([KIND, LIFT], axis=1))
    table.head(3).to_csv("t.csv", index=False)
    one.save("one.safetensors")
    both.save("both.safetensors")
    answers = predicted(capsys, "one.safetensors", "t.csv")
    assert [answer["value"] for answer in answers] == pytest.approx(one.predict(table.head(3)), rel=1e-6)
    answers = predicted(capsys, "both.safetensors", "t.csv")
    assert [[answer["class 1"], answer["class 2"]] for answer in answers] == both.predict(table.head(3)).tolist()


WRONG: list[tuple[dict[str, list[Any]], str]] = [
    (
        rows(0, 3, "size", "kind", "lift"),
        "t.csv has no column 'street', which the model needs; its columns are size, kind, lift",
    ),
    (
        rows(0, 3, shoe=[1, 2, 3]),
        "t.csv has a column 'shoe' that is unknown to the model; ignore it with --drop, or rename",
    ),
    (
        rows(0, 3, kind=["flat", "lotf", "flat"]),
        "t.csv: column 'kind' contains 'lotf' in row 2, which did not occur in training; known: loft",
    ),
    (
        rows(0, 3, size=[1, 2, "big"]),
        "t.csv: column 'size', row 3: 'big' is not a number; pass --na-value big to read it",
    ),
    (rows(0, 3, street=["street 01", "", ""]), "t.csv: column 'street' has no value in row 2, but had none missing in"),
]


@pytest.mark.parametrize(("columns", "message"), WRONG, ids=["lost", "more", "a level", "a word", "a gap"])
def test_invalid_inputs_raise_with_their_row(
    columns: dict[str, list[Any]], message: str, homes: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    write_csv("t.csv", columns)
    assert run(["predict", str(homes["price"]), "t.csv", "--unseen", "error"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"glassnet: {message}")
    assert err.count("\n") == 1


def test_following_the_advice_of_the_error_works(homes: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    write_csv("t.csv", rows(0, 3, size=[1, 2, "big"], shoe=[1, 2, 3]))
    answers = predicted(capsys, homes["price"], "t.csv", "--na-value", "big", "--drop", "shoe")
    assert len(answers) == 3


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_rows_with_unseen_levels_can_be_skipped(
    ending: str, homes: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    few, file = rows(0, 5), f"t.{ending}"
    few["kind"] = ["flat", "lotf", "flat", "flat", "loft"]
    few["street"] = [*few["street"][:3], None, few["street"][4]]
    if ending == "csv":
        write_csv(file, {name: ["" if value is None else value for value in values] for name, values in few.items()})
    else:
        parquet.write_table(pa.table({**few, "lift": LIFT[:5]}), file)
    for command in ("predict", "evaluate"):
        assert run([command, str(homes["price"]), file, "--unseen", "error"]) == 2
        assert capsys.readouterr().err.rstrip().endswith("; use --skip-invalid to skip such rows")
    reported = "skipped 2 of 5 rows .*: row 2: column 'kind' contains 'lotf'; row 4: column 'street' has no value"
    with pytest.warns(UserWarning, match=reported):
        assert (
            run(["predict", str(homes["price"]), file, "--unseen", "error", "--skip-invalid", "--out", "answers.csv"])
            == 0
        )
    assert "(3 rows)" in capsys.readouterr().out
    with Path("answers.csv").open(encoding="utf-8") as written:
        assert [line["row"] for line in csv.DictReader(written)] == ["1", "3", "5"]
    with pytest.warns(UserWarning, match=reported):
        assert run(["evaluate", str(homes["price"]), file, "--unseen", "error", "--skip-invalid", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["all_rows"] == 3
    write_csv("t.csv", {**rows(0, 2), "kind": ["x", "y"]})
    assert run(["predict", str(homes["price"]), "t.csv", "--unseen", "error", "--skip-invalid"]) == 2
    assert "no rows are left after skipping 2 of 2 rows of t.csv" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["t.csv", "--out", "t.csv"], "--out names t.csv, which is an input; choose another file"),
        (["t.csv", "--out", "./sub/../t.csv"], "which is an input"),
        (
            ["t.csv", "--out", "answers.txt"],
            "--out must be a file that ends in .csv, .json, or .parquet, or - for standard output, got",
        ),
        (["gone.csv"], "there is no file gone.csv"),
        (["rows.npz"], "rows.npz has rows of shape (7,), but the model expects 4 features"),
        (["no.npz"], "no.npz has no array X; it has y"),
        (["image.png"], "image.png is not a supported file for this model; use a table"),
    ],
)
def test_usage_errors_are_reported(
    arguments: list[str], message: str, homes: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("sub").mkdir()
    write_csv("t.csv", rows(0, 3))
    before = Path("t.csv").read_text()
    np.savez("rows.npz", X=np.zeros((2, 7)))
    np.savez("no.npz", y=np.zeros(2))
    assert run(["predict", str(homes["price"]), *arguments]) == 2
    assert message in capsys.readouterr().err
    assert Path("t.csv").read_text() == before


def test_rows_are_numbered_from_1(homes: dict[str, Path]) -> None:
    write_csv("t.csv", rows(0, 3))
    (inputs,) = read_inputs(gn.load_model(homes["price"]), ["t.csv"])
    assert list(inputs.labels) == [1, 2, 3]
    assert inputs.truth is not None
    np.testing.assert_array_equal(inputs.truth, COLUMNS["price"][:3])


# evaluate and inspect


def test_evaluate_works_on_a_table(homes: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    for target, key in (("price", "rmse"), ("lift", "accuracy")):
        kept = json.loads((homes[target] / "metrics.json").read_text())
        assert run(["evaluate", str(homes[target]), str(homes[target].parent / "homes.csv"), "--json"]) == 0
        assert json.loads(capsys.readouterr().out)[f"test_{key}"] == kept[f"test_{key}"]
        write_csv("t.csv", rows(0, 50))
        assert run(["evaluate", str(homes[target]), "t.csv", "--json"]) == 0
        reported = json.loads(capsys.readouterr().out)
        answers = predicted(capsys, homes[target], "t.csv")
        if target == "price":
            expected = np.sqrt(np.mean((np.array([answer["value"] for answer in answers]) - PRICE[:50].round(2)) ** 2))
        else:
            expected = np.mean([answer["class"] == COLUMNS["lift"][i] for i, answer in enumerate(answers)])
        assert reported[f"all_{key}"] == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (rows(0, 3, "size", "kind", "street", "lift"), "t.csv has no column 'price' with the true values"),
        (rows(0, 3, price=[1, "", 2]), "t.csv: target column 'price' is missing in row 2"),
        (
            rows(0, 3, price=["a", "b", "c"]),
            "t.csv: column 'price', row 1: 'a' is not a number, which regression requires",
        ),
    ],
)
def test_evaluate_needs_the_true_values(
    columns: dict[str, list[Any]], message: str, homes: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    write_csv("t.csv", columns)
    assert run(["evaluate", str(homes["price"]), "t.csv"]) == 2
    assert message in capsys.readouterr().err


def test_evaluate_accepts_a_table_for_a_model_of_arrays(iris: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = load("iris")
    assert data.feature_names is not None
    assert data.class_names is not None
    names = [data.class_names[label] for label in data.y]
    write_csv("t.csv", {name: data.X[:, i].tolist() for i, name in enumerate(data.feature_names)} | {"species": names})
    assert run(["evaluate", str(iris), "t.csv"]) == 2
    assert "t.csv needs --target, the column with the true values" in capsys.readouterr().err
    assert run(["evaluate", str(iris), "t.csv", "--target", "species", "--json"]) == 0
    accuracy = np.mean(gn.load_model(iris).predict(data.X) == names)
    assert json.loads(capsys.readouterr().out)["all_accuracy"] == pytest.approx(accuracy)


def test_inspect_shows_the_columns_and_traces_a_row(homes: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["inspect", str(homes["price"])]) == 0
    out = capsys.readouterr().out
    assert re.search(r"│ size +│ numeric +│ [\d.]+, with indicator +│", out)
    assert re.search(r"│ kind +│ flat, house, loft +│ own category +│", out)
    assert "… 30 in all" in out
    assert run(["inspect", str(homes["price"]), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["columns"][0]["name"] == "size"
    for sample, status in ((1, 0), (N, 0), (0, 2), (N + 1, 2)):
        assert run(["inspect", str(homes["price"]), "--sample", str(sample)]) == status
        out, err = capsys.readouterr()
        if status:
            assert f"--sample must be a row of {homes['price'].parent}/homes.csv, 1 to {N}, got {sample}" in err
        else:
            assert f"true {PRICE[sample - 1].round(2):.4g}, predicted" in out


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_predictions_for_a_table_do_not_import_pandas(homes: dict[str, Path], suffix: str) -> None:
    table = f"new.{suffix}"
    if suffix == "csv":
        write_csv(table, rows(0, 20))
    else:
        parquet.write_table(pa.table(rows(0, 20, size=SIZE[:20], lift=LIFT[:20])), table)
    code = (
        "import sys; from glassnet.cli.main import run; "
        f"assert run(['predict', {str(homes['price'])!r}, {table!r}, '--json']) == 0; "
        "print(*{'pandas', 'numba', 'scipy', 'matplotlib', 'sklearn'} & set(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == "\n"
    assert len(json.loads(done.stdout)) == 20


def test_a_table_with_dates_is_trained_on_reported_and_predicted(capsys: pytest.CaptureFixture[str]) -> None:
    days = np.datetime64("2022-01-01") + RNG.integers(0, 900, 200)
    season = np.cos(2 * np.pi * (days.astype("datetime64[M]").astype(int) % 12) / 12)
    sold = ["" if i % 20 == 0 else str(day) for i, day in enumerate(days)]
    write_csv("t.csv", {"sold": sold, "x": RNG.normal(size=200).round(3).tolist(), "price": season.round(3).tolist()})
    assert run(["train", "t.csv", "--target", "price", "--out", "run"]) == 0
    out = capsys.readouterr().out
    assert "Features: 1 numeric and 1 date" in out
    assert json.loads(Path("run/metrics.json").read_text())["test_r2"] > 0.7
    assert "sold" in Path("run/report.html").read_text(encoding="utf-8")
    write_csv("new.csv", {"x": [0, 0, 0], "sold": ["2025-01-10", "2025-07-10", ""]})
    january, july, unknown = (answer["value"] for answer in predicted(capsys, "run", "new.csv"))
    assert january > july
    assert np.isfinite(unknown)
    assert run(["inspect", "run"]) == 0
    assert "date: days," in capsys.readouterr().out


@pytest.mark.parametrize("command", ["predict", "evaluate"])
def test_rows_with_unseen_values_are_predicted_and_listed_in_one_line(
    command: str, homes: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    write_csv("t.csv", rows(0, 4, kind=["flat", "lotf", "lotf", "loft"], street=["street 01", "", "street 02", "lane"]))
    message = (
        "3 of 4 rows contain values not seen in training: column 'kind' contains 'lotf' in 2 rows (first: 2); "
        "column 'street' has no value in row 2; column 'street' contains 'lane' in row 4; they are predicted"
    )
    with pytest.warns(UserWarning, match=re.escape(message)) as caught:
        assert run([command, str(homes["price"]), "t.csv", "--json"]) == 0
    assert len(caught) == 1
    found = json.loads(capsys.readouterr().out)
    assert len(found) == 4 if command == "predict" else found["all_rows"] == 4
    if command == "predict":
        assert str(caught[0].message).startswith("t.csv: 3 of 4 rows")
        assert np.isfinite([answer["value"] for answer in found]).all()
