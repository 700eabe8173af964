"""Saving a run that took long: if its folder cannot be written, such as on a full disk, another place is used."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from glassnet.cli.messages import print_message
from glassnet.common import interrupts
from glassnet.common.files import os_error_text, write_text
from glassnet.common.streams import is_terminal

if TYPE_CHECKING:
    from glassnet.runs.run import Run


def save_run(run: Run, folder: Path, with_report: bool = True) -> tuple[Path, bool]:
    """Write the run folder and return it, and whether it is where it should be.

    If it cannot be written, a person at a terminal is asked for another folder. Without an answer, the run is saved to
    a new temporary folder, or one in the home folder. Raises OSError if all of them fail. with_report: whether
    report.html is to follow; until then, a message about an interruption calls it missing.
    """
    saved, is_in_place = _written(run, folder)
    interrupts.now_saved(f"the run was saved to {saved}" + ", without report.html" * with_report)
    return saved, is_in_place


def _written(run: Run, folder: Path) -> tuple[Path, bool]:
    from glassnet.runs.save import fallback_folders, write_run

    try:
        return write_run(run, folder), True
    except OSError as error:
        problem = os_error_text(error)
    while answer := _ask(f"the run cannot be saved: {problem}"):
        try:
            return write_run(run, Path(answer).expanduser()), True
        except OSError as error:
            problem = os_error_text(error)
    for other in fallback_folders(folder.name):
        try:
            write_run(run, other)
        except OSError:
            continue
        print_message(f"{problem}; the run was saved to {other} instead")
        return other, False
    raise OSError(f"{problem}; the run could not be saved elsewhere either")


def save_report(run: Run, folder: Path) -> bool:
    """Write report.html and return whether that was possible; print the reason if not."""
    from glassnet.report.page import report_page

    page = report_page(run)
    try:
        write_page(folder / "report.html", page, f"the run was saved to {folder}")
    except OSError as error:
        print_message(f"{os_error_text(error)}; the run was saved to {folder}, without report.html")
        return False
    return True


def write_page(path: Path, page: str, saved: str) -> None:
    """Write a page; saved: what a message about an interruption calls saved from then on."""
    with interrupts.uninterrupted():
        write_text(path, page)
        interrupts.now_saved(saved)


def _ask(problem: str) -> str:
    """Return the answer to the question for another folder; "" if nobody is there, or nothing is typed."""
    if not (is_terminal(sys.stdin) and is_terminal(sys.stderr)):
        return ""
    print_message(problem)
    print("Another folder (Enter for a temporary one): ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip()
