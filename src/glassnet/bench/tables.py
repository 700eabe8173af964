"""Terminal tables of the benchmark: ratios with their targets, and the settings of each contestant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from glassnet.bench.accuracy.contestants import title_of
from glassnet.bench.accuracy.summary import Summary, rows_of
from glassnet.bench.contestants.contestants import CONTESTANTS
from glassnet.bench.estimators import EstimatorRatio
from glassnet.bench.growth import AXES, TITLES, Curve
from glassnet.bench.results import TOLERANCE, Entry, Ratio, WorkloadResult
from glassnet.bench.vectorize import PRODUCTS

GOOD, SHORT, QUIET = "bold green", "yellow", "not bold dim"


def machine_lines(machine: dict[str, Any], threads: int) -> Text:
    """Return the machine in a few lines."""
    memory = f", {machine['memory_gb']:g} GB" if machine["memory_gb"] else ""
    load = "" if machine["load"] is None else f", load {machine['load']:g} at the start"
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
    return Text(
        f"{machine['processor']}, {machine['cores']} cores{memory}{load}; {threads} per contestant\n"
        f"{machine['system']}, Python {machine['python']}, {machine['blas']}\n{versions}",
        QUIET,
    )


def ratios(rows: Sequence[WorkloadResult], peers: Sequence[str], runs: int) -> RenderableType:
    """Return the table of ratios: for each workload the median, the extremes, and the target."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=0, show_lines=True)
    table.add_column("", style="bold", no_wrap=True)
    table.add_column("workload", min_width=15)
    table.add_column("glassnet", justify="right", no_wrap=True)
    for peer in peers:
        table.add_column(CONTESTANTS[peer].TITLE, justify="right", no_wrap=True)
    if any(row.workload.limits for row in rows):
        table.add_column("limit", justify="right", max_width=12)
    for row in rows:
        ours = row.entries["glassnet"]
        cells = [cell(row.ratio(peer)) for peer in peers]
        limits = [cell(row.ratio(name), row.entries[name].title) for name in row.workload.limits]
        own = Text("failed", "bold red") if ours.seconds is None else Text(duration(ours.seconds))
        table.add_row(row.name, row.workload.title, own, *cells, *limits)
    rounds = "one round" if runs == 1 else f"{runs} paired rounds"
    head = "time per optimizer step or prediction"
    if table.columns[3:]:
        head += f": peer / glassnet, median of {rounds} (lowest to highest), and the target"
    return Group(Text(head, "bold"), table)


def cell(ratio: Ratio | None, of: str = "") -> Text:
    """Return one ratio in three lines, or the reason why there is none."""
    if ratio is None:
        return Text("")
    sign = "≤" if ratio.is_limit else "≥"
    goal = f"{sign} {ratio.target:g}"
    if ratio.median is None or ratio.lowest is None or ratio.highest is None:
        reason = "not installed" if (ratio.problem or "").startswith("not installed") else "see below"
        return Text.assemble((reason, "bold red" if reason == "see below" else QUIET), (f"\n{goal}", QUIET))
    mark, style = ("✓", GOOD) if ratio.reached else ("below", SHORT) if not ratio.is_limit else ("above", SHORT)
    return Text.assemble(
        (f"{digits(ratio.median)} {mark}", style),
        (f"\n{digits(ratio.lowest)}–{digits(ratio.highest)}", QUIET),
        (f"\n{goal}{f' × {of}' if of else ''}", QUIET),
    )


def remarks(rows: Sequence[WorkloadResult]) -> Text:
    """Return the notes on the workloads, and all problems, without duplicates."""
    lines: dict[str, list[str]] = {}
    for row in rows:
        for note in row.notes:
            lines.setdefault(note, []).append(row.name)
        for name, entry in row.entries.items():
            ratio = row.ratio(name)
            problem = entry.problem or (ratio.problem if ratio else None)
            if problem and name != "glassnet" and row.entries["glassnet"].problem and not entry.problem:
                continue  # reported once, for glassnet
            if problem:
                lines.setdefault(f"{entry.title}: {problem}", []).append(row.name)
    return Text("\n".join(f"{', '.join(names)}  {line}" for line, names in lines.items()))


def ways(rows: Sequence[WorkloadResult]) -> RenderableType:
    """Return the table of all contestants: their times, settings, and final losses."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    table.add_column("", style="bold", no_wrap=True)
    table.add_column("contestant", no_wrap=True)
    table.add_column("a step", justify="right", no_wrap=True)
    table.add_column("to start", justify="right", no_wrap=True)
    table.add_column("loss", justify="right", no_wrap=True)
    table.add_column("fastest setting")
    for row in rows:
        shown = [entry for entry in row.entries.values() if entry.seconds is not None]
        for i, entry in enumerate(shown):
            cells = [row.name if i == 0 else "", entry.title, duration(entry.seconds or 0.0), _start(entry)]
            loss = "" if entry.loss is None else f"{entry.loss:.4f}"
            table.add_row(*cells, loss, Text(entry.setting, QUIET), end_section=i == len(shown) - 1)
    head = Text("settings of each contestant, compilation and setup excluded", "bold")
    foot = f"Losses after the same number of epochs must agree within {TOLERANCE:.0%} of their decrease."
    return Group(head, table, Text(foot, QUIET))


def _start(entry: Entry) -> str:
    return "" if entry.first is None else f"{entry.first:.2f} s"


def vectorization(found: Mapping[str, Mapping[str, float]]) -> RenderableType:
    """Return the table of the four products: the time of each implementation, and its ratio to NumPy's."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    table.add_column("product", no_wrap=True)
    for head in ("", "Python\nloop", "NumPy", "compiled\nloop", "Python\n/ NumPy", "compiled\n/ NumPy"):
        table.add_column(head, justify="right" if head else "left", no_wrap=True)
    for name, seconds in found.items():
        times = [duration(seconds[way]) if way in seconds else "no Numba" for way in ("loop", "numpy", "compiled")]
        quotients = [digits(seconds[way] / seconds["numpy"]) if way in seconds else "" for way in ("loop", "compiled")]
        table.add_row(name, Text(PRODUCTS[name].formula, QUIET), *times, *quotients)
    head = "vectors x1 and x2 (5000,), matrix W (3, 5000): best time, after comparing the results"
    return Group(Text(head, "bold"), table)


def growth(curves: Sequence[Curve]) -> RenderableType:
    """Return one table per axis: time per sample at each value, the slope of the last half, and omissions."""
    tables: list[RenderableType] = []
    for axis in dict.fromkeys(curve.axis for curve in curves):
        own = [curve for curve in curves if curve.axis == axis]
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 2))
        table.add_column(axis, justify="right")
        for curve in own:
            table.add_column(TITLES[curve.contestant], justify="right")
        for i, value in enumerate(AXES[axis].values):
            cells = [curve.seconds[i] if i < len(curve.seconds) else None for curve in own]
            is_last = value == AXES[axis].values[-1]
            table.add_row(f"{value:,}", *map(_sample, cells), end_section=is_last)
        slopes = [curve.slope() for curve in own]
        table.add_row("slope", *("–" if slope is None else f"{slope:.2f}" for slope in slopes), style="bold")
        missing = [f"{TITLES[curve.contestant]}: {curve.problem}" for curve in own if curve.problem]
        tables += [Text(f"time per sample against {axis}: {AXES[axis].title}", "bold"), table]
        tables += [Text("\n".join(missing) + "\n", QUIET)] if missing else []
    return Group(*tables)


def estimators(found: Sequence[EstimatorRatio], runs: int) -> RenderableType:
    """Return the table of the estimators: cases, times, and ratios to scikit-learn."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), show_lines=True)
    table.add_column("", min_width=22)
    for head in ("glassnet", "scikit-learn", "ratio", "apart"):
        table.add_column(head, justify="right", no_wrap=True)
    for ratio in found:
        case, median = ratio.case, ratio.median
        mark, style = ("✓", GOOD) if median >= case.target else ("below", SHORT)
        table.add_row(
            Text.assemble(case.title, (f"\n{case.dtype}", QUIET)),
            *(duration(ratio.seconds[library]) for library in ("glassnet", "sklearn")),
            Text.assemble(
                (f"{digits(median)} {mark}", style),
                (f"\n{digits(min(ratio.ratios))}–{digits(max(ratio.ratios))}", QUIET),
                (f"\n≥ {case.target:g}", QUIET),
            ),
            Text(f"{ratio.difference:.0e}", QUIET),
        )
    rounds = "one round" if runs == 1 else f"{runs} paired rounds"
    head = f"MLPClassifier: scikit-learn's time / glassnet's, median of {rounds}"
    foot = "Times are minima; difference: the largest relative difference of loss curves or probabilities."
    return Group(Text(head, "bold"), table, Text(foot, QUIET))


def accuracy(found: Summary) -> RenderableType:
    """Return the table of contestants on real tables, those tables on which glassnet is farthest, and failures."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    head, *rows = rows_of(found)
    for title in head:
        table.add_column(title.replace(" ", "\n"), justify="right" if title else "left", no_wrap=True)
    for row in rows:
        table.add_row(Text(row[0], "bold"), *row[1:])
    pairs = "1 pair of a table and a seed" if found.pairs == 1 else f"{found.pairs} pairs of a table and a seed"
    lines = [
        "Improvability: mean of (error − smallest error) / error. Better: share of the pairs on which glassnet with "
        "this quality has the smaller error. Seconds: training and prediction."
    ]
    if found.left_out:
        lacking = ", ".join(f"{title_of(name)} {count}" for name, count in found.missing.items())
        left_out = "1 pair is" if found.left_out == 1 else f"{found.left_out} pairs are"
        lines.append(f"{left_out} left out, since not all were measured there: {lacking} missing.")
    if found.farthest:
        names = ", ".join(f"{one.table} ({one.best}, {one.improvability:.0f}%)" for one in found.farthest)
        lines.append(f"glassnet's largest improvability: {names}.")
    lines += [f"failed: {failure}" for failure in found.failures]
    return Group(Text(f"accuracy on {pairs}\n", "bold"), table, Text("\n" + "\n".join(lines), QUIET))


def _sample(seconds: float | None) -> str:
    return "–" if seconds is None else duration(seconds)


def duration(seconds: float) -> str:
    """Return a time with three significant digits, in a suitable unit.

    >>> duration(1.234e-6), duration(0.0345), duration(2.0)
    ('1.23 µs', '34.5 ms', '2.00 s')
    """
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6), ("ns", 1e-9)):
        if seconds >= size or unit == "ns":
            return f"{digits(seconds / size)} {unit}"
    raise AssertionError


def digits(value: float) -> str:
    """Return a positive number with three significant digits.

    >>> digits(1.2345), digits(34.56), digits(1234.5)
    ('1.23', '34.6', '1234')
    """
    return f"{value:.{2 if value < 9.995 else 1 if value < 99.95 else 0}f}"
