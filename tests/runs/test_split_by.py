"""What a user may rely on from --group and --time: in runs, folds, early stopping, searches, and reports."""

import json
from pathlib import Path

import numpy as np
import pytest

import glassnet as gn
from glassnet.cli.main import run
from glassnet.data.fingerprint import fingerprint
from glassnet.report.evaluation import Evaluation
from glassnet.report.sections import data_facts
from glassnet.runs.cross_validation import cross_validate, set_up_folds
from glassnet.runs.load import read_run
from glassnet.runs.run import load_parts, run_recipe
from glassnet.tuning.plan import plan_for

ROWS, PATIENTS = 240, 24
OPTIONS = {"target": "sick", "drop": ["day"]}


@pytest.fixture(autouse=True)
def visits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table in which the rows of a patient are alike, so that one of them gives the others away."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    patient, a, day = rng.permutation(np.arange(ROWS) % PATIENTS), rng.normal(size=ROWS), rng.permutation(ROWS) // 2
    first = np.datetime64("2024-01-01")
    lines = [f"P{patient[i]:02d},{a[i]:.3f},{first + day[i]},{day[i]},{int(patient[i] % 3 == 0)}" for i in range(ROWS)]
    Path("visits.csv").write_text("\n".join(["patient,a,day,number,sick", *lines, ""]))


def recipe(**options) -> gn.Recipe:
    split = options.pop("split", "60/20/20")
    own = {"epochs": 2, "split": split, "early_stopping": len(split) > 5} | options.pop("own", {})
    return gn.Recipe("visits", "visits.csv", options={**OPTIONS, **options}, steps=["standardize"], **own)


def groups_of(data: gn.Dataset) -> set[str]:
    return set(data.groups.tolist())


def test_no_patient_of_the_test_set_was_seen_in_training_and_the_column_is_no_feature():
    parts = load_parts(recipe(group="patient"))
    assert (
        len(set().union(*map(groups_of, parts.values()))) == sum(len(groups_of(part)) for part in parts.values()) == 24
    )
    assert [len(parts[name]) for name in ("train", "valid", "test")] == pytest.approx([144, 48, 48], abs=10)
    assert parts["train"].feature_names == ("a", "number")


def test_that_the_group_is_no_feature_is_a_listed_decision_unless_stated():
    (decision,) = gn.load("visits.csv", group="patient", **OPTIONS).decisions
    assert str(decision) == "'patient' groups the rows: left out (categorical='patient')"
    with pytest.raises(ValueError, match="'patient' groups the rows: left out; strict=True requires"):
        gn.load("visits.csv", group="patient", strict=True, **OPTIONS)
    for stated in ({"drop": ["day", "patient"]}, {"categorical": "patient", "drop": "day"}):
        assert not gn.load("visits.csv", group="patient", target="sick", strict=True, **stated).decisions


def test_a_group_that_is_categorical_remains_a_feature():
    data = gn.load("visits.csv", group="patient", categorical="patient", **OPTIONS)
    assert data.feature_names == ("patient", "a", "number")


def test_training_is_before_validation_before_test():
    parts = load_parts(recipe(time="number"))
    ends = [(part.times.min(), part.times.max()) for part in parts.values()]
    assert ends == [(0, 71), (72, 95), (96, 119)]
    assert parts["train"].feature_names == ("patient", "a", "number")
    data = gn.load("visits.csv", target="sick", time="number", drop=["number", "day"])
    assert data.feature_names == ("patient", "a")
    assert data.times is not None


def test_times_may_be_dates_and_how_a_dropped_date_would_be_encoded_is_no_decision():
    data = gn.load("visits.csv", target="sick", time="day", drop=["day", "number", "patient"])
    assert (data.feature_names, data.decisions) == (("a",), ())
    train, test = data.split(0.5, 0.5)
    assert (train.times.max(), test.times.min()) == (np.datetime64("2024-02-29"), np.datetime64("2024-03-01"))


def test_folds_keep_groups_together_and_time_in_order():
    plan = recipe(group="patient", split="80/20", own={"folds": 4})
    train = load_parts(plan)["train"]
    for fold in set_up_folds(plan, train):
        held = groups_of(train.take(fold.held))
        assert held
        assert not held & groups_of(fold.setup.prepared.parts["train"])
    assert np.array_equal(cross_validate(plan, train).rows, np.arange(len(train)))

    plan = recipe(time="number", split="80/20", own={"folds": 3, "repeats": 2})
    train = load_parts(plan)["train"]
    for fold in set_up_folds(plan, train):
        assert fold.setup.prepared.parts["train"].times.max() < train.times[fold.held].min()
    with pytest.warns(UserWarning, match="cross-validation: 14 of 288 rows contain values not seen in training"):
        found = run_recipe(plan)
    assert (found.metrics["train_rows"], found.metrics["valid_rows"]) == (192, 144)  # a quarter is never held out


@pytest.mark.parametrize(("option", "column"), [("group", "patient"), ("time", "number")])
def test_early_stopping_sets_whole_groups_aside_or_the_latest_rows(option, column, monkeypatch):
    from glassnet.training import fit

    seen = {}

    def spy(network, data, y, options, **others):
        seen["train"], seen["valid"] = data[0], others["valid"][0]
        return original(network, data, y, options, **others)

    original = fit.epoch_records
    monkeypatch.setattr(fit, "epoch_records", spy)
    data = gn.load("visits.csv", target="sick", drop=["day", "a"], **{option: column})
    keys = np.unique(data.groups, return_inverse=True)[1] if option == "group" else data.times
    known = gn.Dataset(keys[:, None].astype(float), data.y, groups=data.groups, times=data.times)
    network = gn.Network(1, [gn.Dense(2, "softmax")], seed=0)
    gn.fit(network, known, early_stopping=True, epochs=1, validation_fraction=0.25, progress=False)
    assert len(seen["valid"]) == pytest.approx(60, abs=10)
    assert not set(seen["train"].ravel()) & set(seen["valid"].ravel())
    if option == "time":
        assert seen["train"].max() < seen["valid"].min()


def test_searches_use_the_same_folds_or_fewer_where_groups_are_few():
    plan, parts = plan_for(recipe(group="patient", own={"search": {"epochs": 5}}))
    assert plan.recipe.folds == 5
    assert not groups_of(parts["train"]) & groups_of(parts["test"])
    few = gn.Dataset(np.eye(30), np.arange(30.0), groups=np.arange(30) // 10)
    assert gn.tune(few, trials=1, search={"epochs": 2}, jobs=1).recipe.folds == 3
    one = gn.Dataset(np.eye(30), np.arange(30.0), times=np.arange(30) // 15)
    with pytest.raises(ValueError, match="a search needs at least 2 folds, but the data can be divided into 1 only"):
        gn.tune(one, trials=1, search={"epochs": 2}, jobs=1)


def test_a_search_is_not_continued_with_other_groups_or_times():
    X, y = np.eye(6), np.arange(6.0)
    by = [
        {},
        {"groups": [1, 1, 2, 2, 3, 3]},
        {"groups": [1, 2, 3, 1, 2, 3]},
        {"times": range(6)},
        {"times": [1, 0, 2, 3, 4, 5]},
    ]
    assert len({fingerprint({"train": gn.Dataset(X, y, **more)}) for more in by}) == 5
    assert fingerprint({"train": gn.Dataset(X, y, **by[1])}) == fingerprint({"train": gn.Dataset(X, y, **by[1])})


def test_a_table_in_memory_is_split_by_the_options_of_the_recipe():
    frame = pytest.importorskip("pandas").read_csv("visits.csv")
    parts = run_recipe(recipe(group="patient"), frame).parts
    assert sum(len(groups_of(part)) for part in parts.values()) == PATIENTS
    assert gn.load(frame, group="patient", **OPTIONS).groups.tolist() == frame["patient"].tolist()


def test_the_terminal_and_the_report_say_how_rows_were_split(capsys):
    arguments = ["train", "visits.csv", "--target", "sick", "--drop", "day", "--epochs", "2"]
    assert run([*arguments, "--group", "patient", "--out", "a"]) == 0
    groups = [len(groups_of(part)) for part in load_parts(recipe(group="patient")).values()]
    line = "by group 'patient': groups {} train, {} validation, {} test".format(*groups)
    assert f"Split {line}\n" in capsys.readouterr().out
    assert line.replace("'", "&#39;") in Path("a/report.html").read_text()
    assert dict(data_facts(Evaluation(read_run("a")[0])))["Split"] == line

    assert run([*arguments, "--time", "number", "--split", "75/25", "--folds", "3", "--out", "b"]) == 0
    assert "Split by time 'number': train 0 to 89, test 90 to 119\n" in capsys.readouterr().out
    facts = dict(data_facts(Evaluation(read_run("b")[0])))
    assert facts["Split"] == "by time 'number': train 0 to 89, test 90 to 119"
    assert facts["Validation"] == "3-fold cross-validation by time 'number'"
    Path("visits.csv").unlink()
    assert dict(data_facts(Evaluation(read_run("b")[0])))["Split"] == "by time 'number'"


def test_a_kept_model_needs_no_group_and_is_evaluated_on_its_own_split(capsys):
    assert (
        run(
            [
                "train",
                "visits.csv",
                "--group",
                "patient",
                "--target",
                "sick",
                "--drop",
                "day",
                "--epochs",
                "2",
                "--quiet",
            ]
        )
        == 0
    )
    metrics = json.loads(Path("runs/visits/metrics.json").read_text())
    assert run(["evaluate", "runs/visits", "visits.csv", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["test_accuracy"] == metrics["test_accuracy"]
    assert run(["predict", "runs/visits", "visits.csv", "--out", "with.json"]) == 0
    table = [line.split(",") for line in Path("visits.csv").read_text().split()]
    Path("new.csv").write_text("\n".join(f"{row[1]},{row[3]}" for row in table) + "\n")
    assert run(["predict", "runs/visits", "new.csv", "--out", "without.json"]) == 0
    assert Path("with.json").read_text() == Path("without.json").read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--group", "patient", "--time", "number"], "split by --group patient or by --time number, not by both"),
        (["--group", "patients"], "visits.csv: --group: unknown column 'patients'; did you mean 'patient'?"),
        (["--time", "sick"], "column 'sick' is the target, so it cannot be used with --time"),
        (["--time", "patient"], "visits.csv: column 'patient' of --time: row 1: 'P"),
        (
            ["--group", "two", "--split", "50/25/25", "--hidden", "4"],
            "--group two: 2 groups are not enough for 3 splits",
        ),
        (
            ["--group", "two", "--split", "50/25/25"],
            "--group two: quality good trains on folds, which need at least two groups",
        ),
        (
            ["--time", "two", "--split", "50/25/25", "--hidden", "4"],
            "--time two: 2 distinct times are not enough for 3 splits",
        ),
        (
            ["--time", "two", "--split", "50/25/25"],
            "--time two: quality good trains on folds, which need at least two distinct times",
        ),
        (
            ["--group", "patient", "--split", "80/20", "--folds", "30"],
            "--group patient: 19 groups are not enough for 30",
        ),
        (["--group", "gaps"], "visits.csv: column 'gaps' of --group is missing in row 3; use --skip-invalid to skip"),
        (["--time", "gaps"], "visits.csv: column 'gaps' of --time is missing in row 3; use --skip-invalid to skip"),
    ],
)
def test_what_cannot_be_split_is_one_line_that_names_column_and_option(arguments, message, capsys):
    header, *lines = Path("visits.csv").read_text().split()
    lines = [f"{line},{i % 2},{'' if i == 2 else i}" for i, line in enumerate(lines)]
    Path("visits.csv").write_text("\n".join([f"{header},two,gaps", *lines, ""]))
    assert run(["train", "visits.csv", "--target", "sick", "--drop", "day", "--quiet", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_rows_without_a_group_can_be_skipped():
    text = Path("visits.csv").read_text().split()
    text[3] = "," + text[3].partition(",")[2]
    Path("visits.csv").write_text("\n".join([*text, ""]))
    with pytest.warns(UserWarning, match="skipped 1 of 240 rows of visits.csv without a value in 'patient'"):
        assert len(gn.load("visits.csv", group="patient", skip_invalid=True, **OPTIONS)) == 239


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("digits", "data source 'digits' takes no options, got group; group (--group) applies to a table"),
        ("mine.npz", "group (--group) applies to a table, but mine.npz is arrays"),
    ],
)
def test_other_sources_say_where_the_options_apply(source, message, capsys):
    np.savez("mine.npz", X=np.eye(4), y=np.arange(4) % 2)
    assert run(["train", source, "--group", "patient"]) == 2
    assert message in capsys.readouterr().err
