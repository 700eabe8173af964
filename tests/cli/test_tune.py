"""Tests of `glassnet tune`: saved files, continuing a search, and usage errors."""

import csv
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from PIL import Image

from glassnet.cli.main import run
from glassnet.recipes.recipe import read_recipe
from helpers.needs import needs, needs_browser

pytestmark = pytest.mark.usefixtures("in_a_folder_of_its_own")

QUICK = """
name = "quick"
[data]
source = "iris"
split = "70/30"
[preprocessing]
steps = ["standardize"]
[network]
layers = [{ name = "dense", units = 16, activation = "relu" }]
[training]
epochs = 20
[search]
hidden_layers = { low = 0, high = 2 }
units = [8, 16]
epochs = { low = 10, high = 30 }
"""


@pytest.fixture
def quick() -> str:
    Path("quick.toml").write_text(QUICK)
    return "quick.toml"


def output_of(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> str:
    capsys.readouterr()
    assert run(["tune", *arguments]) == status
    return capsys.readouterr().out


def trials_of(folder: str) -> list[dict[str, str]]:
    with Path(folder, "trials.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_a_search_saves_the_best_run_and_every_trial(quick: str, capsys: pytest.CaptureFixture[str]) -> None:
    out = output_of(capsys, quick, "--trials", "10", "--jobs", "2")
    assert "10 of 10 trials" in out
    assert "5 × 5-fold CV accuracy" in out
    assert "Saved to runs/quick-tuned" in out
    kept = {path.name for path in Path("runs/quick-tuned").iterdir()}
    assert kept >= {"best.toml", "trials.csv", "tuning.html", "study.log", "model.safetensors", "report.html"}
    rows = trials_of("runs/quick-tuned")
    assert [int(row["trial"]) for row in rows] == sorted(int(row["trial"]) for row in rows)
    assert len(rows) == 10
    assert {row["state"] for row in rows} <= {"complete", "pruned"}
    metrics = json.loads(Path("runs/quick-tuned/metrics.json").read_text())
    assert (metrics["trials"], metrics["ensemble_size"], metrics["test_rows"]) == (10, 5, 45)


def test_the_best_recipe_reproduces_its_score(quick: str, capsys: pytest.CaptureFixture[str]) -> None:
    output_of(capsys, quick, "--trials", "6", "--jobs", "2")
    metrics = json.loads(Path("runs/quick-tuned/metrics.json").read_text())
    text = Path("runs/quick-tuned/best.toml").read_text()
    printed = re.search(r"# Final model \(ensemble of 5 networks\): 5 × 5-fold CV accuracy ([\d.]+)%\.", text)
    assert printed is not None
    assert float(printed.group(1)) == pytest.approx(100 * metrics["valid_accuracy"], abs=0.006)
    assert run(["train", "runs/quick-tuned/best.toml", "--out", "again", "--quiet"]) == 0
    again = json.loads(Path("again/metrics.json").read_text())
    for key in ("valid_accuracy", "valid_loss", "test_accuracy", "train_loss"):
        assert again[key] == metrics[key]
    # It has the ranges, so a search from it needs nothing else.
    assert tomllib.loads(text)["search"]["units"] == [8, 16]
    assert "learning_rate" in read_recipe("runs/quick-tuned/best.toml").search


def test_the_same_command_continues_the_search(quick: str, capsys: pytest.CaptureFixture[str]) -> None:
    output_of(capsys, quick, "--trials", "4", "--jobs", "1")
    first = trials_of("runs/quick-tuned")
    output_of(capsys, quick, "--trials", "7", "--jobs", "1")
    assert trials_of("runs/quick-tuned")[:4] == first
    assert len(trials_of("runs/quick-tuned")) == 7
    assert "7 of 7 trials" in output_of(capsys, quick, "--trials", "7")


def test_json_prints_exactly_one_document(quick: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(output_of(capsys, quick, "--trials", "3", "--json"))
    assert found["trials"] == 3
    assert found["recipe"]["network"]
    assert found["folder"] == "runs/quick-tuned"
    assert output_of(capsys, quick, "--trials", "3", "--quiet") == ""


def test_ctrl_c_keeps_everything(quick: str) -> None:
    Path(quick).write_text(QUICK.replace("low = 10, high = 30", "low = 2000, high = 3000"))
    program = str(Path(sys.executable).with_name("glassnet"))
    command = psutil.Popen([program, "tune", quick, "--jobs", "2"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        ends = time.monotonic() + 600
        while time.monotonic() < ends and b'"result"' not in _bytes("runs/quick-tuned/study.log"):
            time.sleep(0.1)
        workers = command.children()
        os.kill(command.pid, signal.SIGINT)
        out, err = command.communicate(timeout=600)
    finally:
        if command.poll() is None:
            command.kill()
    assert command.returncode == 130
    assert b"Interrupted. Saved to runs/quick-tuned; run the same command to resume" in out
    assert err == b"glassnet: stopping; keeping every complete trial\n"
    assert not any(worker.is_running() for worker in workers)
    assert read_recipe("runs/quick-tuned/best.toml").name == "quick-tuned"
    assert "has not been trained and evaluated on the test set" in Path("runs/quick-tuned/tuning.html").read_text()
    assert not Path("runs/quick-tuned/model.safetensors").exists()
    assert run(["tune", quick, "--trials", str(len(trials_of("runs/quick-tuned"))), "--quiet"]) == 0
    assert Path("runs/quick-tuned/model.safetensors").exists()


@pytest.mark.parametrize("seconds", [0, *(pytest.param(later, marks=pytest.mark.slow) for later in (0.1, 0.2, 0.3))])
def test_ctrl_c_at_startup_prints_no_traceback(seconds: float, quick: str) -> None:
    program = str(Path(sys.executable).with_name("glassnet"))
    command = psutil.Popen([program, "tune", quick, "--jobs", "2"], stderr=subprocess.PIPE, start_new_session=True)
    try:
        ends = time.monotonic() + 600
        while time.monotonic() < ends and len(command.children()) < 2:
            time.sleep(0.01)
        time.sleep(seconds)
        os.killpg(command.pid, signal.SIGINT)  # as a terminal does, also to the workers
        _, err = command.communicate(timeout=600)
    finally:
        if command.poll() is None:
            command.kill()
    first, *more = err.decode().splitlines()
    assert first == "glassnet: stopping; keeping every complete trial"
    assert more in (
        [],  # the process was fast and has finished a trial
        ["glassnet: no trial was completed; run the same command with more time to resume"],
    )


def _bytes(path: str) -> bytes:
    return Path(path).read_bytes() if Path(path).exists() else b""


@pytest.mark.slow
def test_tables_and_images_can_be_searched(capfd: pytest.CaptureFixture[str]) -> None:
    rng = np.random.default_rng(0)
    rows = [f"{a:.2f},{'xyz'[int(3 * b)]},{2 * a + b:.3f}" for a, b in rng.random((60, 2))]
    Path("t.csv").write_text("\n".join(["a,kind,price", *rows]))
    out = output_of(capfd, "t.csv", "--target", "price", "--trials", "3", "--ensemble-size", "1")
    assert "5 × 5-fold CV RMSE" in out
    assert {"normalization", "dropout"} <= set(trials_of("runs/t-tuned")[1])
    for name, low in (("dark", 0), ("light", 128)):
        Path("photos", name).mkdir(parents=True)
        for i in range(15):
            Image.fromarray(rng.integers(low, low + 128, (6, 6), np.uint8)).save(Path("photos", name, f"{i}.png"))
    output_of(capfd, "photos", "--trials", "3", "--ensemble-size", "1")
    assert "elastic" in trials_of("runs/photos-tuned")[0]
    Path("photos", "dark", "bad.png").write_text("no image")
    flags = ("--no-augment", "--skip-invalid", "--out", "still")
    assert run(["tune", "photos", "--trials", "3", "--ensemble-size", "1", *flags]) == 0
    assert capfd.readouterr().err.count("1 of 31 files") == 1
    assert "elastic" not in trials_of("still")[0]
    assert read_recipe("still/best.toml").search["elastic"] == "keep"


def test_repeatedly_dying_workers_are_reported_in_one_line(
    quick: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    assert run(["tune", quick, "--trials", "3", "--quiet"]) == 1
    (captured,) = capsys.readouterr().err.splitlines()
    assert captured.startswith("glassnet: 11 workers died in a row (exit status 1); they may need")


WRONG: dict[str, tuple[str, int, str]] = {
    "no time": ("iris --time-limit 0", 2, "--time-limit must be above 0, got 0"),
    "no trials": ("iris --trials 0", 2, "--trials must be at least 1, got 0"),
    "no jobs": ("iris --jobs 0", 2, "--jobs must be at least 1, got 0"),
    "no networks": ("iris --ensemble-size 0", 2, "--ensemble-size must be at least 1, got 0"),
    "an empty range": ("empty.toml", 2, "search: units from 9 to 3 is an empty range; low must not be above high"),
    "a wrong type": ("wrong.toml", 2, "search: low of units must be a whole number, got 'few'"),
    "no database": ("iris --storage nowhere", 2, "storage must be a file, or a database such as postgresql://"),
    "no shared database": (
        "iris --storage sqlite://",
        2,
        "sqlite:// is an in-memory database, which workers cannot share",
    ),
    "no driver": ("iris --storage oracle://x/y", 2, "oracle://x/y: no driver for this database is installed"),
    "no database for a name": ("iris --study mine", 2, "--study names a study in a database, so it needs --storage"),
    "no source": ("nothing", 2, "unknown source 'nothing'"),
    "lbfgs": ("lbfgs.toml", 2, "search: lbfgs reports nothing before it ends"),
}


@pytest.mark.parametrize(("arguments", "status", "text"), WRONG.values(), ids=WRONG)
def test_usage_errors_are_reported_in_one_line(
    arguments: str, status: int, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = "[data]\nsource = 'iris'\n"
    Path("empty.toml").write_text(recipe + "[search]\nunits = { low = 9, high = 3 }\n")
    Path("wrong.toml").write_text(recipe + "[search]\nunits = { low = 'few', high = 3 }\n")
    Path("lbfgs.toml").write_text(recipe + "[training]\noptimizer = 'lbfgs'\n[search]\noptimizer = 'keep'\n")
    assert run(["tune", *arguments.split()]) == status
    captured = capsys.readouterr()
    assert text in captured.err
    assert captured.err.startswith("glassnet: ")
    assert len(captured.err.splitlines()) == 1
    assert captured.out == ""
    assert not Path("runs").exists()


def test_a_study_belongs_to_its_data(quick: str, capsys: pytest.CaptureFixture[str]) -> None:
    output_of(capsys, quick, "--trials", "2", "--quiet", "--out", "a")
    assert run(["tune", "wine", "--trials", "2", "--out", "a"]) == 2
    assert "a contains a run on iris, which would be overwritten" in capsys.readouterr().err
    assert run(["tune", "wine", "--trials", "2", "--out", "a", "--overwrite"]) == 2
    assert "the study 'a' belongs to a search with other data; choose another run folder" in capsys.readouterr().err
    assert run(["tune", quick, "--split", "60/40", "--trials", "2", "--out", "a"]) == 2
    assert "belongs to a search with other data" in capsys.readouterr().err


def test_missing_packages_are_reported(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from importlib import util

    found = util.find_spec
    monkeypatch.setattr(util, "find_spec", lambda name: None if name in ("optuna", "psycopg") else found(name))
    for more, text in (
        ((), "a search needs optuna: pip install optuna"),
        (
            ("--storage", "postgresql://x/y"),
            'a search needs optuna and psycopg: pip install optuna "psycopg[binary]"',
        ),
    ):
        assert run(["tune", "iris", "--trials", "1", *more]) == 2
        assert text in capsys.readouterr().err


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    (folder / "quick.toml").write_text(QUICK)
    assert run(["tune", str(folder / "quick.toml"), "--trials", "24", "--quiet", "--out", str(folder / "a")]) == 0
    return folder / "a" / "tuning.html"


class TestPage:
    @pytest.mark.slow
    def test_the_page_has_the_results(self, page: Path) -> None:
        text = page.read_text()
        for title in ("Optimization history", "Parameter importance", "Parallel coordinates", "Best trials"):
            assert title in text
        assert "24 trials on 105 rows of iris" in text
        assert re.search(r"Test accuracy: [\d.]+% on 45 rows\.", text)
        assert "learning_rate = { low = 0.0005, high = 0.01, log = true }" in text.replace("&#34;", '"')

    @pytest.mark.browser
    @pytest.mark.parametrize("width", [400, 1100])
    def test_the_page_opens_offline_in_a_browser(self, page: Path, width: int) -> None:
        api = needs("playwright.sync_api")
        browser_path = needs_browser()
        complaints: list[Any] = []
        with api.sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=browser_path, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
            )
            shown = browser.new_page(viewport={"width": width, "height": 900})
            shown.on("console", lambda message: complaints.append(message.text))
            shown.on(
                "request", lambda request: complaints.append(request.url) if request.url != page.as_uri() else None
            )
            shown.goto(page.as_uri())
            assert shown.evaluate("document.documentElement.scrollWidth") == width
            assert shown.locator("svg.plot").count() == 3
            browser.close()
        assert complaints == []


def test_too_few_rows_for_a_search_are_named_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    Path("three.csv").write_text("a,b,y\n1,2,1.5\n3,4,2.5\n5,6,9\n")
    assert run(["tune", "three.csv", "--target", "y", "--trials", "1", "--jobs", "1", "--quiet"]) == 2
    assert capsys.readouterr().err == (
        "glassnet: fold 1 of 2, with 1 training row: every column has the same value in all training rows, so there is "
        "nothing to learn from\n"
    )
