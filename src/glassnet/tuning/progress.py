"""The live table of a search in the terminal: progress, and the best trials so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from glassnet.tuning.plan import SearchPlan
from glassnet.tuning.results import measured_text, result_text, settings_text
from glassnet.tuning.search import Search
from glassnet.tuning.study import RESULT, StudySnapshot, counts, ranked, settings_of

if TYPE_CHECKING:
    from optuna.study import Study

SHOWN = 5
"""Number of best trials in the table."""


def progress(study: Study | StudySnapshot, search: Search) -> RenderableType:
    """Return the status line and the table of the best trials so far."""
    return Group(Text(status(study, search)), best(study, search.plan))


def status(study: Study | StudySnapshot, search: Search) -> str:
    """Return the number of trials, complete and pruned, and the time, in one line."""
    now = counts(study)
    of = "" if search.trials is None else f" of {search.trials}"
    parts = [f"{now.finished}{of} trial{'s' * (now.finished != 1 or bool(of))}", f"{now.pruned} pruned"]
    limit = "" if search.seconds is None else f" of {clock(search.seconds)}"
    elapsed = search.elapsed if search.seconds is None else min(search.elapsed, search.seconds)
    return ", ".join([*parts, f"{clock(elapsed)}{limit}"])


def clock(seconds: float) -> str:
    """Format a duration.

    >>> clock(75), clock(3675)
    ('1:15', '1:01:15')
    """
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def best(study: Study | StudySnapshot, plan: SearchPlan) -> RenderableType:
    """Return a table of the best trials so far."""
    table = Table(box=box.ROUNDED)
    table.add_column("trial", justify="right", style="dim")
    table.add_column(measured_text(plan), justify="right")
    table.add_column("settings", overflow="fold")
    for rank, trial in enumerate(ranked(study)[:SHOWN]):
        result = result_text(plan, trial.user_attrs[RESULT])
        settings = settings_text(settings_of(trial, plan))
        table.add_row(str(trial.number), result, settings, style="bold" if rank == 0 else "")
    return table if table.row_count else Text("no complete trials yet", style="dim")
