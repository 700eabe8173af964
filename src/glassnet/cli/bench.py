"""`glassnet bench`: how fast it is, measured beside what a user would pick instead, on the machine at hand."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

bench = typer.Typer(name="bench", rich_markup_mode="rich", add_completion=False)

AS_JSON = typer.Option("--json", help="Print JSON to stdout and nothing else.")


@bench.callback(invoke_without_command=True)
def ratios(
    context: typer.Context,
    only: Annotated[str | None, typer.Option(help="Only some of W1 to W8 and late: W1,W6.")] = None,
    peers: Annotated[str | None, typer.Option(help="Only these peers: sklearn,torch,jax; '' for none.")] = None,
    runs: Annotated[int, typer.Option(help="Rounds in which all are measured in turn.")] = 7,
    threads: Annotated[int | None, typer.Option(help="Processors that everyone may use; all if not given.")] = None,
    mnist: Annotated[
        Path | None, typer.Option(help="Folder of MNIST's IDX files, for W6; made data if not given.")
    ] = None,
    engine: Annotated[str | None, typer.Option(help="Engine of glassnet that is measured: compiled or numpy.")] = None,
    plot: Annotated[Path | None, typer.Option(help="Draw the ratios into this PNG file.")] = None,
    as_json: Annotated[bool, AS_JSON] = False,
) -> int:
    """Measure training and predicting beside scikit-learn, PyTorch and JAX: the same work, in turn, as ratios."""
    if context.invoked_subcommand is not None:
        return 0
    from glassnet.bench.contestants.glassnet import ENGINE
    from glassnet.bench.machine import describe_machine
    from glassnet.bench.mnist import load_mnist
    from glassnet.bench.rounds import BenchmarkOptions, measure
    from glassnet.bench.workloads import choose, choose_peers
    from glassnet.common import checks
    from glassnet.engines.dispatch import engine as find_engine

    checks.whole_number("--runs", runs, at_least=1)
    check_threads(threads)
    find_engine(engine or ENGINE)
    check_place(plot)
    workloads = choose(only)
    plan = BenchmarkOptions(engine or ENGINE, tuple(choose_peers(peers)), runs, threads, mnist)
    if mnist is not None:
        load_mnist(mnist)  # a wrong folder is told now and not after minutes
    machine = describe_machine()
    with telling() as tell:
        rows = [measure(name, workload, plan, tell) for name, workload in workloads.items()]
    if plot is not None:
        from glassnet.bench.plots import save_ratios

        if not save_ratios(rows, plan.peers, plot):
            print(f"glassnet: there was no ratio to draw, so {plot} was not written", file=sys.stderr)
    if as_json:
        told = {"machine": machine, "threads": plan.processors, "runs": runs, "engine": plan.engine}
        print(json.dumps(told | {"workloads": {row.name: row.to_dict() for row in rows}}, indent=2))
        return 0

    from rich.console import Console

    from glassnet.bench import tables

    console = Console()
    console.print(tables.machine_lines(machine, plan.processors), soft_wrap=True)
    console.print()
    console.print(tables.ratios(rows, plan.peers, runs))
    console.print(tables.remarks(rows))
    console.print()
    console.print(tables.ways(rows))
    return 0


@bench.command()
def vectorize(
    repeats: Annotated[int, typer.Option(help="How often each way is timed; the best counts.")] = 5,
    as_json: Annotated[bool, AS_JSON] = False,
) -> int:
    """Time the notebook's four products as Python loop, in NumPy and as compiled loop; results are compared first."""
    from glassnet.bench.vectorize import compare
    from glassnet.common import checks

    checks.whole_number("--repeats", repeats, at_least=1)
    with telling() as tell:
        found = compare(repeats, tell)
    if as_json:
        print(json.dumps(found, indent=2))
        return 0

    from rich.console import Console

    from glassnet.bench.tables import vectorization

    Console().print(vectorization(found))
    return 0


@bench.command()
def growth(
    only: Annotated[str | None, typer.Option(help="Only these: width,depth,batch,rows.")] = None,
    threads: Annotated[int | None, typer.Option(help="Processors that everyone may use; all if not given.")] = None,
    plot: Annotated[Path | None, typer.Option(help="Draw the curves into this PNG file.")] = None,
    as_json: Annotated[bool, AS_JSON] = False,
) -> int:
    """Show how time per sample grows with width, depth, batch and rows, beside the numpy engine and scikit-learn."""
    from glassnet.bench.growth import AXES, measure_growth
    from glassnet.bench.machine import describe_machine
    from glassnet.bench.rounds import processors
    from glassnet.bench.workloads import chosen

    check_threads(threads)
    check_place(plot)
    axes = chosen("axis", only, AXES)
    machine = describe_machine()
    with telling() as tell:
        curves = measure_growth(axes, threads, tell)
    if plot is not None:
        from glassnet.bench.plots import save_growth

        save_growth(curves, plot)
    if as_json:
        found = {axis: {curve.contestant: curve.to_dict() for curve in curves if curve.axis == axis} for axis in axes}
        print(json.dumps({"machine": machine, "threads": threads or processors(), "growth": found}, indent=2))
        return 0

    from rich.console import Console

    from glassnet.bench import tables

    console = Console()
    console.print(tables.machine_lines(machine, threads or processors()), soft_wrap=True)
    console.print()
    console.print(tables.growth(curves))
    return 0


@bench.command()
def estimators(
    only: Annotated[str | None, typer.Option(help="Only these: fit,batch,row,rows, with -32 for float32.")] = None,
    runs: Annotated[int, typer.Option(help="Rounds in which both are measured in turn.")] = 7,
    as_json: Annotated[bool, AS_JSON] = False,
) -> int:
    """Measure MLPClassifier beside scikit-learn's: the same fits and predictions, as ratios."""
    from glassnet.bench.estimators import CASES, compare
    from glassnet.bench.machine import describe_machine
    from glassnet.bench.rounds import processors
    from glassnet.bench.workloads import chosen
    from glassnet.common import checks

    checks.whole_number("--runs", runs, at_least=1)
    names = list(chosen("case", only, CASES))
    machine = describe_machine()
    with telling() as tell:
        found = compare(names, runs, tell)
    if as_json:
        told = {"machine": machine, "threads": processors(), "runs": runs}
        print(json.dumps(told | {"cases": {ratio.name: ratio.to_dict() for ratio in found}}, indent=2))
        return 0

    from rich.console import Console

    from glassnet.bench import tables

    console = Console()
    console.print(tables.machine_lines(machine, processors()), soft_wrap=True)
    console.print()
    console.print(tables.estimators(found, runs))
    return 0


def check_threads(threads: int | None) -> None:
    """Refuse a number of processors that are not there."""
    from glassnet.bench.rounds import processors

    if threads is not None and not 1 <= threads <= processors():
        raise ValueError(f"--threads must be from 1 to {processors()}, the processors there are, got {threads}")


def check_place(plot: Path | None) -> None:
    """Refuse a place for a picture that cannot be written, before the minutes whose result is to be drawn."""
    if plot is None:
        return
    if plot.is_dir():
        raise ValueError(f"--plot must name a file, {plot} is a folder")
    if plot.suffix.lower() != ".png":
        raise ValueError(f"--plot writes PNG, so the file's name must end in .png, got {plot}")
    if not plot.parent.is_dir():
        raise ValueError(f"--plot names a file in a folder that is not there: {plot.parent}")


@contextmanager
def telling() -> Iterator[Callable[[str], None]]:
    """Give a function that shows what is going on beside a spinner on stderr, or nowhere if that is no terminal.

    Meanwhile, to be told to end, or a terminal that is closed, is like Ctrl-C: processes and files are cleared away.
    """
    ends = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {end: signal.signal(end, signal.default_int_handler) for end in ends}
    try:
        if not sys.stderr.isatty():
            yield lambda text: None
            return
        from rich.console import Console
        from rich.markup import escape

        with Console(stderr=True).status("") as status:
            yield lambda text: status.update(escape(text))
    finally:
        for end, handler in before.items():
            signal.signal(end, handler)
