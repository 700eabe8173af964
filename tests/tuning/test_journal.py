"""The journal of a search: concurrent writes, no lost or torn lines, and other files untouched."""

import multiprocessing
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("fcntl")

from glassnet.recipes.load import shipped
from glassnet.tuning.journal import Journal
from glassnet.tuning.plan import known, plan_for
from glassnet.tuning.worker import WorkerTask

LINES = 300


def write(path: Path, writer: int) -> None:
    journal = Journal(path)
    for number in range(LINES):
        journal.append_logs([{"writer": writer, "number": number, "text": "x" * number}])


def test_several_processes_can_write_at_once(tmp_path: Path) -> None:
    path = tmp_path / "study.log"
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=write, args=(path, writer)) for writer in range(3)]
    for process in writers:
        process.start()
    for process in writers:
        process.join(600)
    lines = list(Journal(path).read_logs(0))
    for writer in range(3):
        assert [line["number"] for line in lines if line["writer"] == writer] == list(range(LINES))
    assert len(lines) == 3 * LINES
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("whole", [0, 1, 2])
def test_a_truncated_line_is_removed(whole: int, tmp_path: Path) -> None:
    path = tmp_path / "study.log"
    journal = Journal(path)
    logs = [{"number": number} for number in range(whole)]
    if logs:
        journal.append_logs(logs)
    with path.open("ab") as file:
        file.write(b'{"number": 17, "te')
    assert list(Journal(path).read_logs(0)) == logs
    Journal(path).append_logs([{"number": 18}])
    assert list(Journal(path).read_logs(0)) == [*logs, {"number": 18}]


def test_lines_can_be_read_on_and_read_again(tmp_path: Path) -> None:
    mine, other = Journal(tmp_path / "study.log"), Journal(tmp_path / "study.log")
    numbers = [{"number": number} for number in range(5)]
    mine.append_logs(numbers[:2])
    assert list(other.read_logs(0)) == numbers[:2]
    mine.append_logs(numbers[2:4])
    other.append_logs(numbers[4:])
    assert list(other.read_logs(2)) == numbers[2:]
    assert list(other.read_logs(5)) == []
    assert list(other.read_logs(3)) == numbers[3:]  # as after a rejected line


def test_a_file_of_another_format_is_not_modified(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Sir or Madam")
    with pytest.raises(ValueError, match="not a journal file"):
        Journal(path)
    assert path.read_text() == "Dear Sir or Madam"


def test_a_worker_without_remaining_trials_ends_without_error(tmp_path: Path) -> None:
    plan, parts = plan_for(shipped("default"))
    task = WorkerTask(plan, known(parts), tmp_path / "study.log", "a", 1, 60.0)
    worker = subprocess.Popen(
        [sys.executable, "-m", "glassnet.tuning.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert worker.stdin is not None
    pickle.dump(task, worker.stdin)
    worker.stdin.flush()  # and it stays open, as it does while others search on
    status = worker.wait(600)
    printed, complained = worker.communicate()
    assert (status, printed, complained) == (0, b"", b"")
