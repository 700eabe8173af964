"""Runs that several files of tests share; and what was left out for want of a tool: listed at the end of all tests.

With GLASSNET_REQUIRE_ALL=1 anything left out is a failure.
"""

import itertools
import logging
import os
import time
from collections import Counter
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from glassnet.cli.main import run
from glassnet.common.option_names import on_command_line
from glassnet.engines.compiled.engine import warm
from helpers import examples  # noqa: F401 - sets how Hypothesis works

REQUIRE_ALL = os.environ.get("GLASSNET_REQUIRE_ALL") == "1"


def _must_not_be_skipped(report: pytest.TestReport | pytest.CollectReport) -> None:
    if REQUIRE_ALL and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"left out although GLASSNET_REQUIRE_ALL=1: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _must_not_be_skipped(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _must_not_be_skipped(report)
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = Counter(str(report.longrepr[2]).removeprefix("Skipped: ") for report in skipped)
    if reasons:
        terminalreporter.section("left out")
        for reason, count in reasons.items():
            terminalreporter.write_line(f"{count} test{'s' if count > 1 else ''}: {reason}")


def _load_the_whole_engine() -> None:
    logger = logging.getLogger("glassnet")
    before = logger.level
    logger.setLevel(logging.ERROR)
    warm(everything=True)
    logger.setLevel(before)


def pytest_configure(config: pytest.Config) -> None:
    """Compile the engine before any worker starts, so that no two workers compile the same kernels."""
    is_worker = hasattr(config, "workerinput")
    if not is_worker and not config.option.collectonly:
        _load_the_whole_engine()


@pytest.fixture(scope="session", autouse=True)
def compiled_engine() -> None:
    """Load the whole engine before the first test, so that every test finds it loaded."""
    _load_the_whole_engine()


@pytest.fixture
def as_on_the_command_line() -> Iterator[None]:
    """Messages have options, as on the command line, in place of parameters."""
    with on_command_line():
        yield


@pytest.fixture
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def ticking(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that advances by a tenth of a second each time it is read."""
    readings = itertools.count()
    for name in ("perf_counter", "monotonic"):
        monkeypatch.setattr(time, name, lambda: 0.1 * next(readings))


@pytest.fixture(scope="session")
def digits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run folder of the digits recipe, trained once."""
    folder = tmp_path_factory.mktemp("runs") / "digits"
    assert run(["train", "digits", "--out", str(folder), "--quiet"]) == 0
    return folder


@pytest.fixture(scope="session")
def iris(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "iris"
    assert run(["train", "iris", "--epochs", "20", "--out", str(folder), "--quiet"]) == 0
    return folder
