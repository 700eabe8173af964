"""Searches: scores, saved results, and no trial lost or counted twice."""

import dataclasses
import json
import os
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import optuna
import psutil
import pytest
from optuna.pruners import MedianPruner
from optuna.trial import TrialState

import glassnet as gn
from glassnet.data.dataset import Dataset
from glassnet.recipes.load import load_recipe, single_network
from glassnet.recipes.recipe import Recipe
from glassnet.runs.run import run_recipe
from glassnet.tuning import plan as plans
from glassnet.tuning import pruner
from glassnet.tuning.plan import known, plan_for
from glassnet.tuning.results import best_recipe, chance_findings, settings_text, trials_csv
from glassnet.tuning.sampler import sampler_for
from glassnet.tuning.scoring import score, scores
from glassnet.tuning.search import Search
from glassnet.tuning.storage import quiet_optuna
from glassnet.tuning.study import (
    RESULT,
    UNNAMED,
    WORKER,
    counts,
    finished,
    in_memory,
    open_study,
    ranked,
    requeue,
    requeue_lost,
    settings_of,
)
from glassnet.tuning.worker import Clock, WorkerTask, value_of, work
from helpers.searches import SMALL, check_nothing_lost_or_doubled, small


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    with quiet_optuna():
        yield


def search_results(folder: Path, recipe: Recipe | None = None, **options: Any) -> tuple[Search, optuna.Study]:
    plan, _ = plan_for(recipe or small())
    search = Search(plan, None, folder / "study.log", "a", **{"trials": 6, "seconds": 60.0, "jobs": 2, **options})
    *_, study = search.run()
    return search, study


def own_workers() -> list[psutil.Process]:
    """The workers of searches in this process; other tests may have started other processes from it."""
    found = []
    for child in psutil.Process().children():
        with suppress(psutil.NoSuchProcess):  # a zombie, too
            if "glassnet.tuning.worker" in child.cmdline():
                found.append(child)
    return found


# Scores


def test_few_rows_are_cross_validated_and_many_rows_are_held_out(monkeypatch: pytest.MonkeyPatch) -> None:
    plan, parts = plan_for(small(split="60/20/20"))
    assert (plan.recipe.folds, plan.recipe.split, plan.rows) == (5, "80/20", 120)
    assert (plan.recipe.repeats, plan.recipe.ensemble_size, plan.ensemble_size) == (5, 1, 5)
    assert {name: len(part) for name, part in parts.items()} == {"train": 120, "test": 30}
    monkeypatch.setattr(plans, "FEW_ROWS", 80)
    plan, parts = plan_for(small(split="60/40"))
    assert (plan.recipe.folds, plan.recipe.split) == (0, "48/12/40")
    assert (plan.recipe.repeats, plan.ensemble_size) == (1, 1)
    assert {name: len(part) for name, part in parts.items()} == {"train": 72, "valid": 18, "test": 60}
    assert plan_for(small(split="60/20/20"))[0].recipe.split == "60/20/20"
    assert set(known(parts)) == {"train", "valid"}


@pytest.mark.parametrize("source", ["iris", "diabetes"])
@pytest.mark.parametrize("few", [1000, 10], ids=["folds", "validation part"])
def test_the_score_of_the_last_epoch_equals_the_training_metrics(
    source: str, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plans, "FEW_ROWS", few)
    plan, parts = plan_for(small(source, split="60/20/20", search={"epochs": 8}))
    recipe = plan.with_settings({"epochs": 8, "hidden_layers": 1, "units1": 8})
    found = list(scores(recipe, known(parts)))
    times = recipe.repeats
    assert [one.percent for one in found[:7]] == [percent // times for percent in (12, 25, 37, 50, 62, 75, 87)]
    assert [one.percent for one in found[7:]] == [100 * (i + 1) // times for i in range(times)]
    metrics = run_recipe(recipe).metrics
    key = "valid_accuracy" if source == "iris" else "valid_rmse"
    assert found[-1].result == pytest.approx(metrics[key], rel=1e-6)


def test_the_brier_score_breaks_ties_and_never_outweighs_a_prediction() -> None:
    data = Dataset(np.eye(4), [0, 1, 0, 1])
    sure, unsure, wrong = (
        np.array([[p, 1 - p], [1 - p, p], [p, 1 - p], last])
        for p, last in ((0.9, [0.1, 0.9]), (0.6, [0.4, 0.6]), (1.0, [0.51, 0.49]))
    )
    values = [score(data, output, "distribution").value for output in (sure, unsure, wrong)]
    assert values == sorted(values)
    assert values[1] < 0.25 < values[2]
    with pytest.raises(FloatingPointError, match="not finite"):
        score(data, np.full((4, 2), np.nan), "distribution")


def test_the_test_set_does_not_affect_the_search(tmp_path: Path) -> None:
    data = single_network(load_recipe("wine"))
    plan, parts = plan_for(dataclasses.replace(data, search=SMALL))
    assert set(known(parts)) == {"train"}
    # Changes of the test set do not affect the search.
    other = {**parts, "test": dataclasses.replace(parts["test"], y=parts["test"].y[::-1])}
    assert plan.fingerprint == plan_for(dataclasses.replace(data, search=SMALL))[0].fingerprint
    first, second = (list(scores(plan.recipe, known(every))) for every in (parts, other))
    assert first == second


# Trials


@pytest.fixture
def study(tmp_path: Path) -> Iterator[optuna.Study]:
    with open_study(tmp_path / "study.log", "a", plan_for(small())[0]) as study:
        yield study


def test_the_first_trial_is_the_recipe_itself(study: optuna.Study) -> None:
    plan, _ = plan_for(small())
    first, second = study.ask(), study.ask()
    assert settings_of(first, plan) == {}
    assert plan.with_settings({}) == plan.recipe
    assert set(settings_of(second, plan)) >= {"hidden_layers", "units1", "learning_rate"}


@pytest.mark.parametrize("in_haste", [False, True])
def test_sampling_concentrates_on_good_settings(in_haste: bool) -> None:
    plan, _ = plan_for(small("digits", search={"shift": "keep", "rotate": "keep"}))
    study = optuna.create_study()
    for number in range(80):
        study.sampler = sampler_for(plan, number, ranked(study) if in_haste else None)
        trial = study.ask()
        settings = settings_of(trial, plan)
        study.tell(trial, abs(np.log10(settings["learning_rate"]) + 2.5) + settings["dropout"])
    values = [trial.value for trial in study.get_trials()]
    assert np.mean(values[-20:]) < 0.6 * np.mean(values[:12])
    assert len({json.dumps(trial.params) for trial in study.get_trials()}) == 80


def test_the_pruner_agrees_with_the_median_pruner_of_optuna(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruner, "FRESH", -1.0)
    study, rng, given_up = optuna.create_study(direction="minimize"), np.random.default_rng(0), 0
    for number in range(60):
        trial = study.ask()
        values = np.cumsum(rng.normal(-0.1, 0.4, 8)) + rng.normal(5, 1)
        for point in range(8 if number % 7 else 3):
            trial.report(float(values[point]), point)
            now = study.get_trials()[number]
            expected = MedianPruner(n_startup_trials=pruner.FIRST, n_min_trials=pruner.FEWEST).prune(study, now)
            assert pruner.MedianPruner().prune(study, now) == expected
            if expected:
                study.tell(trial, state=TrialState.PRUNED)
                given_up += 1
                break
        else:
            study.tell(trial, float(values[-1]))
    assert 10 < given_up < 50


def test_the_pruner_refreshes_the_other_trials_after_a_delay(monkeypatch: pytest.MonkeyPatch) -> None:
    study, one = optuna.create_study(direction="minimize"), pruner.MedianPruner()
    assert one.leaders(study) == []
    study.add_trials([optuna.create_trial(value=value) for value in (2.0, 1.0)])
    assert one.leaders(study) == []
    monkeypatch.setattr(pruner, "FRESH", -1.0)
    assert [trial.value for trial in one.leaders(study)] == [1.0, 2.0]


def test_sampling_that_takes_too_long_is_detected() -> None:
    assert not Clock().is_sampling_slow
    assert not Clock(sampling=0.01, running=1.0).is_sampling_slow
    assert Clock(sampling=0.1, running=1.0).is_sampling_slow


def test_settings_survive_storage(study: optuna.Study) -> None:
    plan, _ = plan_for(small(search={**SMALL, "hidden_layers": {"low": 0, "high": 2}}))
    study.ask()
    for _ in range(12):
        trial = study.ask()
        settings = settings_of(trial, plan)
        frozen = study.get_trials()[trial.number]
        assert settings_of(frozen, plan) == settings
        assert ("activation" in settings) is (settings["hidden_layers"] > 0)
        assert ("units2" in settings) is (settings["hidden_layers"] == 2)
        plan.with_settings(settings)  # and make a recipe


def test_a_diverging_trial_is_pruned() -> None:
    plan, parts = plan_for(small("diabetes", search={**SMALL, "optimizer": "sgd", "learning_rate": [1e6]}))
    plain = optuna.create_study()
    with pytest.raises(optuna.TrialPruned):
        value_of(plain.ask(), plan, known(parts), Clock())


def test_a_requeued_trial_runs_again_exactly_once(study: optuna.Study) -> None:
    plan, _ = plan_for(small())
    study.tell(study.ask().number, state=TrialState.FAIL)
    trial = study.ask()
    settings = settings_of(trial, plan)
    trial.set_user_attr(WORKER, "gone")
    assert requeue(study, trial.number)
    assert not requeue(study, trial.number)
    again = study.ask()
    assert WORKER not in again.user_attrs
    assert settings_of(again, plan) == settings
    study.tell(again, 0.5)
    assert not requeue(study, again.number)
    assert len(finished(study)) == 1
    assert study.ask().params == {}  # nothing waits any more


def test_only_trials_of_dead_processes_are_requeued(study: optuna.Study) -> None:
    me = psutil.Process()
    host = os.uname().nodename
    workers = [f"{host} {me.pid} {me.create_time()}", f"{host} {me.pid} 1.0", f"elsewhere {me.pid} 1.0"]
    for worker in workers:
        study.ask().set_user_attr(WORKER, worker)
    unnamed: dict[int, float] = {}
    study.ask()  # begun just now, so its worker has not written down its name yet
    assert requeue_lost(study, unnamed) == 1
    assert list(unnamed) == [3]
    states = [trial.state for trial in study.get_trials()]
    assert states[:4] == [TrialState.RUNNING, TrialState.FAIL, TrialState.RUNNING, TrialState.RUNNING]
    assert states[4:] == [TrialState.WAITING]
    unnamed[3] -= UNNAMED + 1  # it died before it could write down its name
    assert requeue_lost(study, unnamed) == 1
    assert study.get_trials()[3].state == TrialState.FAIL


def test_a_study_belongs_to_its_data_recipe_and_ranges(study: optuna.Study, tmp_path: Path) -> None:
    where = tmp_path / "study.log"
    for recipe, text in (
        (small(seed=1), "belongs to a search with other data"),
        (small(batch_size=7), "belongs to a search with another recipe"),
        (small(search={**SMALL, "dropout": 0.5}), "belongs to a search with other ranges"),
    ):
        with pytest.raises(ValueError, match=text), open_study(where, "a", plan_for(recipe)[0]):
            pass
    with open_study(where, "a", plan_for(small())[0]) as same:
        assert same.user_attrs == study.user_attrs


@pytest.mark.parametrize(
    "change",
    [
        ("op_code", "code"),
        ('"op_code":4', '"op_code":77'),
        ('"study_id"', '"study"'),
        ("{", "["),
    ],
)
def test_a_damaged_study_raises(change: tuple[str, str], study: optuna.Study, tmp_path: Path) -> None:
    path = tmp_path / "study.log"
    text = path.read_text()
    assert change[0] in text
    path.write_text(text.replace(*change))
    with pytest.raises(ValueError, match=r"study\.log is not a study"), open_study(path, "a", plan_for(small())[0]):
        pass


def test_a_file_that_is_not_a_study_raises(tmp_path: Path) -> None:
    (tmp_path / "study.log").write_text("hello\nworld\n")
    with (
        pytest.raises(ValueError, match=r"study\.log is not a study"),
        open_study(tmp_path / "study.log", "a", plan_for(small())[0]),
    ):
        pass


# Searching


def test_the_requested_number_of_trials_is_finished(tmp_path: Path) -> None:
    _, study = search_results(tmp_path, trials=7, jobs=2)
    assert len(finished(study)) == 7
    _, study = search_results(tmp_path, trials=7)
    assert len(finished(study)) == 7
    _, study = search_results(tmp_path, trials=9)
    assert len(finished(study)) == 9
    assert counts(study).running == 0


def test_a_search_respects_its_time_limit(tmp_path: Path) -> None:
    slow = small("digits", search={**SMALL, "epochs": 1_000_000, "units": 256})
    search = Search(plan_for(slow)[0], None, tmp_path / "study.log", "a", None, 3600.0, 2)
    for study in search.run():
        if study.get_trials(states=(TrialState.RUNNING,)):
            object.__setattr__(search, "began", search.began - 3600)  # the hour is over
    states = Counter(trial.state for trial in study.get_trials())
    assert states[TrialState.RUNNING] == 0
    assert states[TrialState.WAITING] == states[TrialState.FAIL] > 0  # kept for the next time


def test_one_job_without_time_limit_is_reproducible(tmp_path: Path) -> None:
    results = []
    for name in "ab":
        (tmp_path / name).mkdir()
        _, study = search_results(tmp_path / name, trials=5, jobs=1, seconds=None)
        results.append([(trial.params, trial.value) for trial in study.get_trials()])
    assert results[0] == results[1]


def test_workers_have_one_thread(tmp_path: Path) -> None:
    slow = small("digits", search={**SMALL, "epochs": 1_000_000, "units": 256})
    plan, _ = plan_for(slow)
    search = Search(plan, None, tmp_path / "study.log", "a", None, 3600.0, 2)
    before: dict[int, dict[int, float]] = {}  # seconds of processor time by worker and thread, once it works
    busy: dict[int, int] = {}
    for study in search.run():
        at_work = {str(trial.user_attrs.get(WORKER)) for trial in study.get_trials(states=(TrialState.RUNNING,))}
        for worker in own_workers():
            if not any(f" {worker.pid} " in name for name in at_work):
                continue
            used = {thread.id: thread.user_time + thread.system_time for thread in worker.threads()}
            more = [seconds - before.setdefault(worker.pid, used).get(thread, 0.0) for thread, seconds in used.items()]
            if sum(more) > 1:
                busy[worker.pid] = sum(seconds > 0.1 * sum(more) for seconds in more)
                assert {worker.environ()[name] for name in ("GLASSNET_THREADS", "OMP_NUM_THREADS")} == {"1"}
        if len(busy) == 2:
            break
    assert list(busy.values()) == [1, 1]


@pytest.mark.parametrize(
    ("kills", "trials"),
    [(2, 6), pytest.param(8, 30, marks=pytest.mark.slow), pytest.param(200, 400, marks=pytest.mark.proof)],
)
def test_killed_workers_lose_at_most_their_own_trial(kills: int, trials: int, tmp_path: Path) -> None:
    recipe = small("wine", search={**SMALL, "epochs": 150})
    plan, _ = plan_for(recipe)
    search = Search(plan, None, tmp_path / "study.log", "a", trials, None, 2)
    rng, killed, results = np.random.default_rng(0), 0, {}
    states = search.run()
    for study in states:
        results |= {trial.number: trial.value for trial in finished(study)}
        workers = own_workers()
        busy = {trial.user_attrs.get(WORKER) for trial in study.get_trials(states=(TrialState.RUNNING,))}
        if killed < kills and busy - {None} and workers:
            victim = workers[rng.integers(len(workers))]
            if any(f" {victim.pid} " in str(worker) for worker in busy):
                os.kill(victim.pid, signal.SIGKILL)
                killed += 1
    assert killed == kills
    check_nothing_lost_or_doubled(study, results, trials)


def test_a_failing_worker_raises_its_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan, _ = plan_for(small())
    broken = dataclasses.replace(plan, recipe=dataclasses.replace(plan.recipe, source="gone.npz"))
    search = Search(broken, None, tmp_path / "study.log", "a", 3, 60.0, 1)
    with pytest.raises(ChildProcessError, match=r"a worker of the search failed: there is no file gone\.npz"):
        for _ in search.run():
            pass
    assert own_workers() == []


def test_an_error_about_the_data_in_a_worker_is_raised_as_such(tmp_path: Path) -> None:
    few = gn.Dataset(np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), np.array([1.5, 2.5, 9.0]))
    plan, parts = plan_for(small(), few)
    broken = dataclasses.replace(plan, recipe=dataclasses.replace(plan.recipe, folds=9))
    search = Search(broken, known(parts), tmp_path / "study.log", "a", 1, 60.0, 1)
    with pytest.raises(ValueError, match=r"^2 training rows are not enough for 9 folds"):
        search.result()
    assert own_workers() == []


def test_a_worker_can_be_stopped(tmp_path: Path) -> None:
    plan, parts = plan_for(small())
    stop = threading.Event()
    stop.set()
    work(WorkerTask(plan, known(parts), tmp_path / "study.log", "a", None, None), stop)
    with open_study(tmp_path / "study.log", "a", plan) as study:
        assert finished(study) == []


# Results


def test_an_improvement_on_few_rows_may_be_chance() -> None:
    plan = dataclasses.replace(plan_for(single_network(load_recipe("iris")))[0], classes=True)
    study = optuna.create_study(direction="minimize")
    for value, result, is_unchanged in ((0.07, 0.93, False), (0.06, 0.94, True), (0.05, 0.95, False)):
        attributes = {"result": result, "recipe as it is": is_unchanged}
        study.add_trial(optuna.create_trial(value=value, user_attrs=attributes))
    (found,) = chance_findings(study, plan, 100)
    assert "the unchanged recipe 94.0%: the difference of 1 points is less than the standard error" in found.message
    assert chance_findings(study, plan, 10**6) == []
    study.add_trial(optuna.create_trial(value=0.04, user_attrs={"result": 0.96, "recipe as it is": True}))
    assert chance_findings(study, plan, 100) == []


def test_the_best_recipe_reproduces_its_score(tmp_path: Path) -> None:
    search, study = search_results(tmp_path)
    best = ranked(study)[0]
    recipe = dataclasses.replace(best_recipe(study, search.plan, "best"), ensemble_size=1)
    assert run_recipe(recipe).metrics["valid_accuracy"] == pytest.approx(best.user_attrs[RESULT], rel=1e-6)
    assert recipe.name == "best"
    assert best_recipe(study, search.plan, "best").ensemble_size == 5
    table = trials_csv(study, search.plan).splitlines()
    assert table[0].startswith("trial,state,accuracy,value,seconds,")
    assert len(table) == 7


def test_without_a_finished_trial_there_is_no_best(study: optuna.Study) -> None:
    with pytest.raises(ValueError, match="no trial is complete yet"):
        best_recipe(study, plan_for(small())[0], "a")


def test_settings_are_formatted_in_one_line() -> None:
    settings = {"hidden_layers": 0, "optimizer": {"name": "sgd", "momentum": 0.9}, "dropout": 0.25, "epochs": 7}
    assert settings_text(settings) == "no hidden layer, sgd, dropout 0.25, 7 epochs"
    assert settings_text({}) == "unchanged recipe"


# From Python


class TestTune:
    def test_a_dataset_is_searched_and_the_recipe_runs(self) -> None:
        train, test = gn.load("iris").split(0.7, 0.3, seed=1)
        study, recipe = gn.tune(train, trials=5, search=SMALL, jobs=1, ensemble_size=1)
        assert len(finished(study)) == 5
        assert in_memory(study).best_value == study.best_value
        run = gn.run_recipe(recipe, train)
        assert run.metrics["valid_accuracy"] == pytest.approx(ranked(study)[0].user_attrs[RESULT])
        assert run.metrics["train_rows"] == 105
        assert np.mean(run.model.predict(test.X) == np.array(test.class_names)[test.y]) > 0.7

    @pytest.mark.parametrize("apart", [True, False])
    def test_arrays_are_accepted(self, apart: bool) -> None:
        rng = np.random.default_rng(0)
        X = rng.normal(size=(60, 3))
        y = X[:, 0] * 2 + 1
        data = (X, y) if apart else ((X, y),)
        study, recipe = gn.tune(*data, trials=2, search=SMALL, jobs=1)
        assert recipe.source == "memory:data"
        assert gn.run_recipe(recipe, (X, y)).metrics["train_rmse"] < 3
        assert ranked(study)

    @pytest.mark.parametrize("kind", [Path, str])
    def test_a_study_in_a_file_continues(self, kind: type, tmp_path: Path) -> None:
        for trials in (2, 4):
            study, _ = gn.tune(
                gn.load("iris"), trials=trials, search=SMALL, jobs=1, storage=kind(tmp_path / "study.log")
            )
            assert len(finished(study)) == trials

    @pytest.mark.parametrize(
        ("data", "options", "error", "text"),
        [
            (3, {}, TypeError, r"data must be a Dataset or a pair \(X, y\), got int"),
            ("iris", {"time_limit": 0}, ValueError, "time_limit must be above 0, got 0"),
            ("iris", {"trials": 0}, ValueError, "trials must be at least 1, got 0"),
            ("iris", {"jobs": 0}, ValueError, "jobs must be at least 1, got 0"),
            ("iris", {"ensemble_size": 0}, ValueError, "ensemble_size must be at least 1, got 0"),
            (([[1.0], [2.0]] * 9, ["cat"] * 18), {}, ValueError, "needs training rows of at least two classes"),
            ("iris", {"search": {"unit": 1}}, ValueError, "unknown setting in search: 'unit'"),
            (
                "iris",
                {"storage": "oracle://x/y"},
                ValueError,
                "oracle://x/y: no driver for this database is installed",
            ),
        ],
    )
    def test_invalid_arguments_raise(self, data: Any, options: dict[str, Any], error: type, text: str) -> None:
        with pytest.raises(error, match=text):
            gn.tune(gn.load(data) if isinstance(data, str) else data, **options)


def test_groups_of_parameters_by_layer_raise_if_the_layers_are_searched() -> None:
    groups = {"biases": {"learning_rate": 0.5}, "dense2": {"learning_rate": 2}}
    recipe = dataclasses.replace(small(), parameter_groups=groups)
    with pytest.raises(ValueError, match=r"search: trials have other layers, .* must name kinds .*, not 'dense2'"):
        plan_for(recipe)
    fixed = dict.fromkeys(("hidden_layers", "units", "activation", "normalization", "dropout"), "keep")
    for possible in ({"search": fixed}, {"parameter_groups": {"biases": {"learning_rate": 0.5}}}):
        assert plan_for(dataclasses.replace(recipe, **possible))[0].recipe.parameter_groups
