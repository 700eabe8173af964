"""A search as a terminal shows it: how far it is, and the best settings so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from glassnet.tuning.plan import SearchPlan
from glassnet.tuning.results import measured_text, result_text, settings_text
from glassnet.tuning.search import Search
from glassnet.tuning.study import RESULT, Tried, counts, ranked, settings_of

if TYPE_CHECKING:
    from optuna.study import Study

SHOWN = 5
"""So many of the best are shown."""


def progress(study: Study | Tried, search: Search) -> RenderableType:
    """Return how far a search is, and a table of the best settings so far."""
    return Group(Text(status(study, search)), best(study, search.plan))


def status(study: Study | Tried, search: Search) -> str:
    """Return in a line how many settings were tried, and for how long."""
    now = counts(study)
    of = "" if search.trials is None else f" of {search.trials}"
    words = [f"{now.tried}{of} settings tried", f"{now.given_up} of them given up early"]
    limit = "" if search.seconds is None else f" of {clock(search.seconds)}"
    elapsed = search.elapsed if search.seconds is None else min(search.elapsed, search.seconds)
    return ", ".join([*words, f"{clock(elapsed)}{limit}"])


def clock(seconds: float) -> str:
    """Return a time as clocks show it.

    >>> clock(75), clock(3675)
    ('1:15', '1:01:15')
    """
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def best(study: Study | Tried, plan: SearchPlan) -> RenderableType:
    """Return a table of the best settings so far."""
    table = Table(box=box.ROUNDED)
    table.add_column("trial", justify="right", style="dim")
    table.add_column(measured_text(plan), justify="right")
    table.add_column("settings", overflow="fold")
    for place, trial in enumerate(ranked(study)[:SHOWN]):
        result = result_text(plan, trial.user_attrs[RESULT])
        words = settings_text(settings_of(trial, plan))
        table.add_row(str(trial.number), result, words, style="bold" if place == 0 else "")
    return table if table.row_count else Text("nothing tried to the end yet", style="dim")
