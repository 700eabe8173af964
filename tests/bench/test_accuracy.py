"""Tests of `glassnet bench tables`: the rows of a split, the errors, the summary, and files of results."""

import dataclasses
import importlib.util
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import log_loss
from threadpoolctl import threadpool_limits

from glassnet.bench.accuracy import command_line, measure, peers
from glassnet.bench.accuracy.contestants import CONTESTANTS
from glassnet.bench.accuracy.measure import Measurement, measure_here, read_measurements
from glassnet.bench.accuracy.protocol import Split, error_of, load_split, read_index
from glassnet.bench.accuracy.summary import summarize
from glassnet.bench.process import ContestantError
from glassnet.cli.main import run

FAST = "linear,sklearn-mlp"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three tables: fruit (binary, with categories and missing values), homes (regression), and petals (multiclass)."""
    place, rng = tmp_path_factory.mktemp("tables"), np.random.default_rng(5)
    weight, color = rng.normal(100, 20, 120), rng.choice(["red", "green", "blue"], 120)
    sweet = np.where((weight > 100) ^ (color == "green"), "yes", "no")
    fruit = pd.DataFrame({"weight": weight, "color": color, "crop": rng.integers(1, 4, 120), "sweet": sweet})
    fruit.loc[::7, "weight"], fruit.loc[3::9, "color"] = np.nan, None
    fruit.to_csv(place / "fruit.csv.gz", index=False)
    area = rng.uniform(30, 200, 100)
    homes = pd.DataFrame({"area": area, "rooms": rng.integers(1, 6, 100), "price": 3 * area + rng.normal(0, 5, 100)})
    homes.to_csv(place / "homes.csv", index=False)
    length = rng.normal(np.repeat([0.0, 20.0, 40.0], 30))
    petals = pd.DataFrame({"length": length, "kind": np.repeat(["a", "b", "c"], 30)})
    petals.to_csv(place / "petals.csv", index=False)
    (place / "tables.csv").write_text(
        "name,file,target,task,categorical_columns,note\n"
        "fruit,fruit.csv.gz,sweet,binary,color|crop,\n"
        "homes,homes.csv,price,regression,,made up\n"
        "petals,petals.csv,kind,multiclass,,\n"
    )
    return place


def split_of(folder: Path, name: str, seed: int = 0, rows: int = 4000) -> Split:
    return load_split(read_index(folder)[name], seed, rows)


# The protocol and the contestants


@pytest.mark.parametrize(("table", "limit"), [("fruit", 0.3), ("homes", 30.0)])
def test_the_single_network_is_measured_like_a_peer(folder: Path, table: str, limit: float) -> None:
    found = measure_here("glassnet-realmlp", str(folder), table, seed=0, rows=4000)
    assert 0 <= found["value"] < limit
    assert found["seconds"] > 0


def test_a_quarter_of_each_class_is_tested_and_no_row_is_on_both_sides(folder: Path) -> None:
    split = split_of(folder, "fruit")
    counts = pd.concat([split.y_train, split.y_test]).value_counts()
    assert split.y_test.value_counts().to_dict() == {label: count // 4 for label, count in counts.items()}
    weights = pd.concat([split.X_train, split.X_test])["weight"].dropna()
    assert len(weights) == weights.nunique() == pd.read_csv(folder / "fruit.csv.gz")["weight"].notna().sum()


def test_categories_are_texts_also_if_they_are_numbers_in_the_file(folder: Path) -> None:
    split = split_of(folder, "fruit")
    assert split.categorical == ["color", "crop"]
    assert set(split.X_train["crop"]) == {"c_1", "c_2", "c_3"}
    assert set(split.X_train["color"].dropna()) == {"c_red", "c_green", "c_blue"}
    assert split.X_train["color"].isna().any()


def test_the_rows_depend_on_table_seed_and_number_of_rows_only(folder: Path) -> None:
    first, again, other = (split_of(folder, "homes", seed) for seed in (0, 0, 1))
    assert first.X_test.equals(again.X_test)
    assert not first.X_test.equals(other.X_test)
    assert len(first.y_test) == 25
    few = split_of(folder, "homes", rows=40)
    assert (len(few.y_train), len(few.y_test)) == (30, 10)


def test_the_rows_of_a_seed_stay_the_same_so_that_files_of_results_stay_comparable(tmp_path: Path) -> None:
    frame = pd.DataFrame({"x": range(40), "y": range(40), "z": ["a", "b", "b", "b"] * 10})
    frame.to_csv(tmp_path / "t.csv", index=False)
    (tmp_path / "tables.csv").write_text(
        "name,file,target,task,categorical_columns\nnumbers,t.csv,y,regression,\nlabels,t.csv,z,binary,\n"
    )
    assert split_of(tmp_path, "numbers", 3, 32).X_test["x"].tolist() == [23, 30, 11, 25, 22, 0, 39, 13]
    assert split_of(tmp_path, "labels", 3, 32).X_test["x"].tolist() == [23, 32, 17, 33, 10, 15, 8, 6]


def test_rare_classes_and_rows_without_a_target_are_left_out(tmp_path: Path) -> None:
    labels = ["a"] * 20 + ["b"] * 8 + ["rare"] * 7 + [""] * 5
    pd.DataFrame({"x": range(40), "y": labels}).to_csv(tmp_path / "t.csv", index=False)
    (tmp_path / "tables.csv").write_text("name,file,target,task,categorical_columns\nt,t.csv,y,multiclass,\n")
    split = split_of(tmp_path, "t")
    assert split.y_train.value_counts().to_dict() == {"a": 15, "b": 6}
    assert split.y_test.value_counts().to_dict() == {"a": 5, "b": 2}


def test_columns_may_have_any_name(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    color, size = rng.choice(["red", "green", None], 80), rng.normal(size=80)
    for target, task, values in (("frame", "binary", np.where(size > 0, "a", "b")), ("self", "regression", size)):
        frame = pd.DataFrame({"self" if target == "frame" else "frame": color, "x": size, target: values})
        frame.to_csv(tmp_path / f"{task}.csv", index=False)
    (tmp_path / "tables.csv").write_text(
        "name,file,target,task,categorical_columns\n"
        "labels,binary.csv,frame,binary,\nnumbers,regression.csv,self,regression,\n"
    )
    labels, numbers = (split_of(tmp_path, name) for name in ("labels", "numbers"))
    assert set(peers.filled(labels.X_train, labels.categorical, str)["self"]) == {"c_red", "c_green", "missing"}
    output, classes, _ = command_line.run_glassnet(numbers, 0, "quick", threads=1, limit=120)
    assert (output.shape, classes) == ((20,), None)


def test_errors_are_those_of_the_tasks(folder: Path) -> None:
    homes, fruit, petals = (split_of(folder, name) for name in ("homes", "fruit", "petals"))
    assert error_of(homes, homes.y_test + 2) == pytest.approx(2)
    right = (fruit.y_test == "yes").to_numpy(float)
    assert error_of(fruit, np.column_stack([1 - right, right]), ["no", "yes"]) == 0
    assert error_of(fruit, np.column_stack([right, 1 - right]), ["no", "yes"]) == 1
    P = np.random.default_rng(0).dirichlet(np.ones(3), len(petals.y_test))
    assert error_of(petals, P, ["a", "b", "c"]) == pytest.approx(log_loss(petals.y_test, P, labels=["a", "b", "c"]))
    certain = np.tile([1.0, 0.0, 0.0], (len(petals.y_test), 1))
    assert error_of(petals, certain, ["a", "b", "c"]) == pytest.approx(-np.log(1e-6) * 2 / 3, rel=0.02)
    with pytest.raises(ValueError, match="1 predictions are not finite"):
        error_of(homes, homes.y_test.where(homes.y_test.index > 0))


# Contestants


@pytest.mark.parametrize("name", [name for name, one in CONTESTANTS.items() if one.fit and "torch" not in one.packages])
def test_a_peer_beats_guessing_on_every_task(name: str, folder: Path) -> None:
    missing = [package for package in CONTESTANTS[name].packages if importlib.util.find_spec(package) is None]
    if missing:
        pytest.skip(f"not installed: {missing[0]}")
    guesses = {"fruit": 0.5, "homes": float(split_of(folder, "homes").y_test.std()), "petals": float(np.log(3))}
    for table, guess in guesses.items():
        with threadpool_limits(1):  # threads that wait for each other on a busy machine take a second per tree
            found = measure_here(name, str(folder), table, 0, 4000)
        assert 0 <= found["value"] < guess, table
        assert found["seconds"] > 0


def test_glassnet_is_trained_and_predicts_by_its_commands(folder: Path) -> None:
    split = split_of(folder, "petals", rows=60)
    P, classes, seconds = command_line.run_glassnet(split, 0, "quick", 2, 600)
    assert classes == ["a", "b", "c"]
    assert P.shape == (len(split.y_test), 3)
    assert error_of(split, P, classes) < 0.5
    assert seconds > 0


def test_a_command_that_fails_is_a_failure_with_its_message(folder: Path) -> None:
    with pytest.raises(ContestantError, match="glassnet: unknown quality 'quik'; did you mean 'quick'"):
        command_line.run_glassnet(split_of(folder, "homes"), 0, "quik", 2, 600)


def test_rows_that_glassnet_skips_get_the_mean_or_the_shares_of_the_classes(folder: Path) -> None:
    homes, petals = split_of(folder, "homes"), split_of(folder, "petals")
    found, classes = command_line._in_order(homes, [{"row": 2, "prediction": 7.5}])
    assert classes is None
    assert found[:2].tolist() == [pytest.approx(homes.y_train.mean()), 7.5]
    found, classes = command_line._in_order(petals, [{"row": 1, "probabilities": {"k_a": 0.2, "k_b": 0.3, "k_c": 0.5}}])
    assert found[0].tolist() == [0.2, 0.3, 0.5]
    assert found[1].tolist() == pytest.approx([1 / 3] * 3)


# The summary


def made(errors: dict[str, dict[str, float | None]], rows: int = 75) -> list[Measurement]:
    """Measurements of tables with the errors of contestants; None is a failure."""
    return [
        Measurement(table, 0, method, rows, error, 2.0, None if error is not None else "ValueError: no")
        for table, own in errors.items()
        for method, error in own.items()
    ]


def test_ranks_improvability_and_wins() -> None:
    found = summarize(
        made(
            {
                "t1": {"glassnet": 1.0, "linear": 2.0, "hgb": 1.0},
                "t2": {"glassnet": 4.0, "linear": 3.0, "hgb": 5.0},
                "t3": {"glassnet": 0.5, "linear": None, "hgb": 0.4},
            }
        )
    )
    by_name = {one.method: one for one in found.standings}
    assert [one.method for one in found.standings] == ["hgb", "glassnet", "linear"]
    assert by_name["glassnet"].rank == pytest.approx((1.5 + 2 + 2.5) / 3)
    assert by_name["hgb"].rank == pytest.approx((1.5 + 3 + 1) / 3)
    assert by_name["glassnet"].improvability == pytest.approx((0 + 25 + 20) / 3)
    # A failure counts as the largest error: 0.5 on t3.
    assert by_name["linear"].improvability == pytest.approx((50 + 0 + 20) / 3)
    assert by_name["linear"].beaten_by == {"glassnet": pytest.approx(100 * (1 + 0 + 0.5) / 3)}
    assert by_name["hgb"].beaten_by == {"glassnet": pytest.approx(100 * (0.5 + 1 + 0) / 3)}
    assert by_name["glassnet"].beaten_by == {}
    assert (by_name["linear"].failed, by_name["linear"].seconds) == (1, 2.0)
    assert found.failures == ["t3, seed 0: linear: ValueError: no"]
    assert [(one.table, one.best) for one in found.farthest] == [("t2", "linear"), ("t3", "HistGradientBoosting")]


def test_only_pairs_that_all_were_measured_on_are_compared() -> None:
    found = summarize(made({"t1": {"glassnet": 1.0, "linear": 2.0}, "t2": {"glassnet": 1.0}}))
    assert (found.pairs, found.left_out, found.missing) == (1, 1, {"linear": 1})
    with pytest.raises(ValueError, match=r"no table and seed was measured with every contestant; missing: .*: 1"):
        summarize(made({"t1": {"linear": 2.0}, "t2": {"glassnet": 1.0}}))


def test_measurements_of_different_training_rows_are_not_compared() -> None:
    with pytest.raises(ValueError, match="t1, seed 0: glassnet was measured with 75 training rows, linear with 30"):
        summarize([*made({"t1": {"glassnet": 1.0}}), *made({"t1": {"linear": 1.0}}, rows=30)])


# The command


def test_measurements_are_appended_and_not_repeated(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "found.jsonl"
    arguments = ["bench", "tables", "--tables", str(folder), "--only", "fruit,homes", "--seeds", "0", "--out", str(out)]
    assert run([*arguments, "--contestants", "linear"]) == 0
    capsys.readouterr()
    first = read_measurements(out)
    assert [(one.table, one.method) for one in first] == [("fruit", "linear"), ("homes", "linear")]
    # A result that is there is used as it is, also if it is of another program with another name for a contestant.
    other = tmp_path / "other.jsonl"
    rows = [
        {"table": one.table, "seed": 0, "method": "skmlp", "error": 0.25, "seconds": 9, "score": 1} for one in first
    ]
    other.write_text("".join(json.dumps(row) + "\n" for row in rows))
    plot = tmp_path / "accuracy.png"
    arguments += ["--results", str(other), "--json", "--plot", str(plot)]
    assert run([*arguments, "--contestants", "linear,rf,sklearn-mlp"]) == 0
    assert plot.read_bytes().startswith(b"\x89PNG")
    found = json.loads(capsys.readouterr().out)
    measured = read_measurements(out)
    assert measured[:2] == first
    assert [one.method for one in measured[2:]] == ["rf", "rf"]
    assert {one["method"] for one in found["standings"]} == {"linear", "rf", "sklearn-mlp"}
    assert found["pairs"] == 2
    assert next(one["seconds"] for one in found["standings"] if one["method"] == "sklearn-mlp") == 9


def test_a_failure_is_recorded_and_the_others_are_measured(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ContestantError("out of luck")

    monkeypatch.setattr(measure, "run_glassnet", fail)
    out = tmp_path / "found.jsonl"
    arguments = ["bench", "tables", "--tables", str(folder), "--only", "homes", "--seeds", "1", "--out", str(out)]
    assert run([*arguments, "--contestants", "glassnet-quick,linear"]) == 0
    failed, measured = read_measurements(out)
    assert (failed.method, failed.error, failed.failed) == ("glassnet-quick", None, "out of luck")
    assert (measured.method, measured.failed) == ("linear", None)
    assert measured.error == measure_here("linear", str(folder), "homes", 1, 4000)["value"]
    assert "failed: homes, seed 1: glassnet, quick: out of luck" in capsys.readouterr().out


def test_the_table_names_contestants_that_are_not_installed(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(CONTESTANTS, "tabm", dataclasses.replace(CONTESTANTS["tabm"], packages=("no_such_package",)))
    out = tmp_path / "found.jsonl"
    out.write_text("".join(json.dumps(dataclasses.asdict(one)) + "\n" for one in made({"homes": {"linear": 4.5}})))
    arguments = ["bench", "tables", "--tables", str(folder), "--only", "homes", "--seeds", "0", "--out", str(out)]
    assert run([*arguments, "--contestants", "linear,tabm"]) == 0
    text = capsys.readouterr().out
    assert "accuracy on 1 pair of a table and a seed" in text
    assert "not installed: TabM; pip install pytabkit torch" in text
    assert max(map(len, text[text.index("accuracy") :].splitlines())) <= 80


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--only", "home"], "unknown table 'home'; did you mean 'homes'?"),
        (["--contestants", "catbost"], "unknown contestant 'catbost'; did you mean 'catboost'?"),
        (["--seeds", "0,x"], "--seeds must be whole numbers from 0, such as 0,1,2, got '0,x'"),
        (["--rows", "0"], "--rows must be at least 1, got 0"),
        (["--out", "none/found.jsonl"], "--out must be in an existing folder, but none does not exist"),
        (["--results", "bad.jsonl"], "bad.jsonl, line 2: expected an object with table, seed, method"),
        (["--rows", "40"], "results of table homes are of 75 training rows, but --rows 40 gives 30"),
        (["--tables", "."], ". must contain tables.csv with the columns name, file, target"),
    ],
)
def test_wrong_options_are_reported_before_a_measurement(
    options: list[str],
    message: str,
    folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    good = json.dumps(dataclasses.asdict(made({"homes": {"linear": 4.5}})[0]))
    Path("results.jsonl").write_text(good + "\n")
    Path("bad.jsonl").write_text(f"{good}\n[1, 2]\n")
    arguments = ["bench", "tables", "--tables", str(folder), "--contestants", FAST, "--seeds", "0", "--only", "homes"]
    assert run([*arguments, *options]) == 2
    assert message in capsys.readouterr().err
    assert Path("results.jsonl").read_text() == good + "\n"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("t,t.csv,y,ranking,", "unknown task of table t: 'ranking'"),
        ("t,gone.csv,y,binary,", "table t: .*gone.csv does not exist"),
        ("t,t.csv,z,binary,", "table t: .*t.csv has no column 'z'"),
        ("t,t.csv,y,binary,w", "table t: .*t.csv has no column 'w'"),
        ("", "tables.csv has no rows"),
    ],
)
def test_wrong_tables_are_named(line: str, message: str, tmp_path: Path) -> None:
    pd.DataFrame({"x": range(20), "y": [0, 1] * 10}).to_csv(tmp_path / "t.csv", index=False)
    (tmp_path / "tables.csv").write_text(f"name,file,target,task,categorical_columns\n{line}\n")
    with pytest.raises(ValueError, match=message):
        split_of(tmp_path, "t")
