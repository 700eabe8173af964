"""A search on several machines with a real PostgreSQL: no trial is lost when workers die."""

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from optuna.study import Study
from optuna.trial import TrialState

from glassnet.cli.main import run
from glassnet.recipes.recipe import read_recipe
from glassnet.tuning import search
from glassnet.tuning.plan import plan_for
from glassnet.tuning.storage import quiet_optuna
from glassnet.tuning.study import BASELINE, WORKER, finished, open_study
from helpers.needs import needs_installed, needs_postgres
from helpers.searches import check_nothing_lost_or_doubled, small

pytestmark = [pytest.mark.postgres, pytest.mark.usefixtures("in_a_folder_of_its_own")]

WORKERS = 3

RECIPE = """
name = "wine"
[data]
source = "wine"
split = "60/40"
[preprocessing]
steps = ["standardize"]
[network]
layers = [{ name = "dense", units = 32, activation = "relu" }]
[training]
epochs = 100
[search]
hidden_layers = 1
units = [32, 48]
epochs = { low = 400, high = 500 }
normalization = "none"
"""


class Server:
    """A local PostgreSQL server; it does not run as root."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self.programs, self.folder = programs, folder
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            self.port = one.getsockname()[1]
        self.url = f"postgresql://glassnet:secret@127.0.0.1:{self.port}/postgres"
        self._call("initdb", "--username=glassnet", "--auth=trust", "--no-sync")

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
        self._call("pg_ctl", "start", "--wait", "--log", str(self.folder / "log"), "-o", options)

    def stop(self) -> None:
        """Stop it immediately, as a crash would."""
        self._call("pg_ctl", "stop", "--mode=immediate", "--wait")

    def _call(self, program: str, *arguments: str) -> None:
        user: dict[str, Any] = {}
        if os.geteuid() == 0:
            user = {"user": "postgres", "group": "postgres", "extra_groups": []}
        done = subprocess.run(
            [self.programs / program, "-D", self.folder / "data", *arguments],
            cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False, timeout=600, **user,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()


@pytest.fixture(scope="module")
def postgres() -> Iterator[Server]:
    """An empty PostgreSQL, running."""
    needs_installed("psycopg")
    programs = needs_postgres()
    folder = Path(tempfile.mkdtemp(prefix="glassnet-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    postgres = Server(programs, folder)
    postgres.start()
    try:
        yield postgres
    finally:
        postgres.stop()
        shutil.rmtree(folder)


@pytest.fixture
def server(postgres: Server) -> str:
    """The URL of a running PostgreSQL."""
    return postgres.url


class Commands:
    """`glassnet tune` on several machines, which here are one: the same command, each in a folder of its own."""

    def __init__(self, server: str, study: str, trials: int) -> None:
        program = str(Path(sys.executable).with_name("glassnet"))
        self.line = [program, "tune", "wine.toml", "--jobs", "1", "--storage", server, "--study", study]
        self.line += ["--trials", str(trials), "--ensemble-size", "1", "--quiet"]
        self.running = [self.start(number) for number in range(WORKERS)]

    def start(self, number: int) -> psutil.Popen:
        return psutil.Popen([*self.line, "--out", f"tuned{number}"])

    def are_running(self) -> bool:
        return any(command.poll() is None for command in self.running)

    def workers(self) -> dict[int, int]:
        """The worker processes, with the number of their command."""
        found = {}
        for number, command in enumerate(self.running):
            if command.poll() is None:
                found |= {worker.pid: number for worker in command.children()}
        return found

    def kill(self, worker: int, number: int, with_command: bool) -> None:
        """Kill a worker of a command, or the whole command, which then restarts."""
        if with_command:
            self.running[number].kill()
        with suppress(ProcessLookupError):  # it has ended in this moment
            os.kill(worker, signal.SIGKILL)
        if with_command:
            self.running[number].wait()
            self.running[number] = self.start(number)

    def end(self) -> None:
        for command in self.running:
            if command.poll() is None:
                command.kill()
            command.wait()


@pytest.fixture
def commands(server: str) -> Iterator[Callable[..., Commands]]:
    Path("wine.toml").write_text(RECIPE)
    begun: list[Commands] = []

    def begin(url: str, study: str, trials: int) -> Commands:
        begun.append(Commands(url, study, trials))
        return begun[-1]

    yield begin
    for one in begun:
        one.end()


def failed_trials(study: Study) -> set[int]:
    """Return the numbers of the trials that failed, such as those of killed workers."""
    return {trial.number for trial in study.get_trials(states=(TrialState.FAIL,))}


@pytest.mark.parametrize(("kills", "trials"), [(6, 12), pytest.param(24, 40, marks=pytest.mark.proof)])
def test_no_trial_is_lost_when_three_workers_are_killed_repeatedly(
    kills: int, trials: int, server: str, commands: Callable[..., Commands]
) -> None:
    """Of six processes killed in the middle of a trial, five are workers, and one is a whole command."""
    rng, killed, ends, name = random.Random(0), 0, time.monotonic() + 3600, f"killed{kills}"
    results: dict[int, float | None] = {}
    interrupted: set[int] = set()
    plan, _ = plan_for(read_recipe("wine.toml"))
    with quiet_optuna(), open_study(server, name, plan) as study:
        every = commands(server, name, trials)
        while every.are_running() and time.monotonic() < ends:
            time.sleep(0.2)
            results |= {trial.number: trial.value for trial in finished(study)}
            busy = {
                int(str(trial.user_attrs[WORKER]).split()[-2]): trial.number
                for trial in study.get_trials(states=(TrialState.RUNNING,))
                if WORKER in trial.user_attrs
            }
            workers = every.workers()
            caught = sorted(set(workers) & set(busy))
            if killed < kills and caught:
                pid = rng.choice(caught)
                every.kill(pid, workers[pid], with_command=killed % 6 == 5)
                killed += 1
                if not study.get_trials()[busy[pid]].state.is_finished() or busy[pid] in failed_trials(study):
                    interrupted.add(busy[pid])  # else it was over when the signal came
        assert [command.wait(600) for command in every.running] == [0] * WORKERS
        assert killed == kills
        check_nothing_lost_or_doubled(study, results, trials)
        assert interrupted
        assert interrupted <= failed_trials(study)
    recipes = {Path(f"tuned{i}/best.toml").read_text().replace(f"tuned{i}", "tuned") for i in range(WORKERS)}
    assert len(recipes) == 1


def test_three_machines_can_start_at_once(server: str, commands: Callable[..., Commands]) -> None:
    import sqlalchemy

    engine = sqlalchemy.create_engine(server.replace("postgresql", "postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sqlalchemy.text("CREATE DATABASE fresh"))
    engine.dispose()
    fresh = server.replace("/postgres", "/fresh")
    every = commands(fresh, "fresh", 5)
    assert [command.wait(600) for command in every.running] == [0] * WORKERS
    plan, _ = plan_for(read_recipe("wine.toml"))
    with quiet_optuna(), open_study(fresh, "fresh", plan) as study:
        assert len(finished(study)) == 5
        assert sum(BASELINE in trial.user_attrs for trial in finished(study)) == 1


def test_a_search_waits_for_a_restarting_database(
    postgres: Server, commands: Callable[..., Commands], capfd: pytest.CaptureFixture[str]
) -> None:
    plan, _ = plan_for(read_recipe("wine.toml"))
    every = commands(postgres.url, "anew", 16)
    results: dict[int, float | None] = {}
    for seconds in (0.0, 3.0):
        with quiet_optuna(), open_study(postgres.url, "anew", plan) as study:
            while every.are_running() and len(finished(study)) < len(results) + 4:
                time.sleep(0.1)
            results |= {trial.number: trial.value for trial in finished(study)}
        assert every.are_running()
        postgres.stop()
        time.sleep(seconds)
        postgres.start()
    assert [command.wait(600) for command in every.running] == [0] * WORKERS
    with quiet_optuna(), open_study(postgres.url, "anew", plan) as study:
        check_nothing_lost_or_doubled(study, results, 16)
    reported = capfd.readouterr().err
    assert "has stopped responding: " in reported
    assert "Traceback" not in reported


@pytest.mark.filterwarnings("ignore:.*; waiting for it")
@pytest.mark.parametrize(("limit", "status"), [(["--trials", "1000"], 1), (["--time-limit", "18"], 0)])
def test_a_search_ends_if_the_database_does_not_come_back(
    limit: list[str],
    status: int,
    postgres: Server,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """If the time limit passes meanwhile, the known results count."""
    monkeypatch.setattr(search, "MAX_OUTAGE", 1.0 if status else 60.0)
    Path("wine.toml").write_text(RECIPE)
    plan, _ = plan_for(read_recipe("wine.toml"))

    def stop_soon(study: Study) -> None:
        ends = time.monotonic() + 600
        while len(finished(study)) < 2 and time.monotonic() < ends:
            time.sleep(0.1)
        postgres.stop()

    with quiet_optuna(), open_study(postgres.url, limit[0], plan) as study:
        stopping = threading.Thread(target=stop_soon, args=[study])
        stopping.start()
        try:
            command = [
                "tune",
                "wine.toml",
                "--storage",
                postgres.url,
                "--study",
                limit[0],
                "--ensemble-size",
                "1",
                *limit,
            ]
            assert run([*command, "--jobs", "1", "--quiet"]) == status
        finally:
            stopping.join()
            postgres.start()
    reported = capfd.readouterr().err.splitlines()
    assert len(reported) == status
    for line in reported:
        assert line.startswith(f"glassnet: the storage postgresql://glassnet:***@127.0.0.1:{postgres.port}/postgres ")
        assert line.endswith("run the same command to resume once it responds")
    assert Path("runs/wine-tuned/model.safetensors").is_file() == (not status)


def test_a_study_of_other_data_raises(server: str, capsys: pytest.CaptureFixture[str]) -> None:
    with quiet_optuna(), open_study(server, "iris", plan_for(small())[0]):
        pass
    assert run(["tune", "wine", "--storage", server, "--study", "iris", "--trials", "2"]) == 2
    assert "the study 'iris' belongs to a search with other data" in capsys.readouterr().err


@pytest.mark.filterwarnings("ignore:Heartbeat of storage is supposed to be used with Study.optimize")
def test_a_dead_machine_is_detected_by_its_missing_heartbeat(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from glassnet.tuning import storage
    from glassnet.tuning.study import requeue_lost

    monkeypatch.setattr(storage, "HEARTBEAT", 1)
    monkeypatch.setattr(storage, "GRACE", 2)
    with quiet_optuna(), open_study(server, "silent", plan_for(small())[0]) as study:
        study.enqueue_trial({"epochs": 5})
        study.ask()
        trial = study.ask()
        trial.set_user_attr(WORKER, "elsewhere 1 1.0")
        study._storage.record_heartbeat(trial._trial_id)
        assert requeue_lost(study, {}) == 0
        assert study.get_trials()[1].state == TrialState.RUNNING
        time.sleep(3.5)
        requeue_lost(study, {})
        states = [trial.state for trial in study.get_trials()]
    assert states[1:] == [TrialState.FAIL, TrialState.WAITING]


@pytest.mark.parametrize("port", ["1", "99999"])
def test_an_unreachable_storage_is_reported(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    needs_installed("psycopg")
    url = f"postgresql://me:secret@127.0.0.1:{port}/x"
    assert run(["tune", "iris", "--storage", url, "--trials", "1"]) == 1
    reported = capsys.readouterr().err
    assert reported.startswith(f"glassnet: the storage postgresql://me:***@127.0.0.1:{port}/x cannot be reached: ")
    assert len(reported.splitlines()) == 1
    assert "secret" not in reported
