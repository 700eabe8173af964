"""`glassnet bench`: benchmarks next to scikit-learn, PyTorch, and JAX on this machine."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from glassnet.cli.messages import print_message
from glassnet.common import interrupts
from glassnet.common.streams import is_terminal

bench = typer.Typer(name="bench", rich_markup_mode="rich", add_completion=False)

AS_JSON = typer.Option("--json", help="Print JSON to stdout and nothing else.")


@bench.callback(invoke_without_command=True)
def ratios(
    context: typer.Context,
    only: Annotated[
        str | None, typer.Option(help="Workloads to run, of W1 to W8 and late, such as W1,W6 (default: all).")
    ] = None,
    peers: Annotated[
        str | None,
        typer.Option(help="Peers to compare with, such as sklearn,torch,jax; '' for none (default: all installed)."),
    ] = None,
    runs: Annotated[int, typer.Option(help="Rounds; in each, every contestant is timed in turn.")] = 7,
    threads: Annotated[int | None, typer.Option(help="Threads per contestant (default: all processors).")] = None,
    mnist: Annotated[
        Path | None, typer.Option(help="Folder with the IDX files of MNIST, for W6 (default: synthetic data).")
    ] = None,
    engine: Annotated[
        str | None, typer.Option(help="Engine of glassnet: compiled or numpy (default: compiled).")
    ] = None,
    plot: Annotated[Path | None, typer.Option(help="Plot the ratios to this PNG file.")] = None,
    as_json: Annotated[bool, AS_JSON] = False,
) -> int:
    """Benchmark training and prediction against scikit-learn, PyTorch, and JAX on identical workloads."""
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
    check_plot_file(plot)
    workloads = choose(only)
    plan = BenchmarkOptions(engine or ENGINE, tuple(choose_peers(peers)), runs, threads, mnist)
    if mnist is not None:
        load_mnist(mnist)  # fails now rather than after minutes
    machine = describe_machine()
    with status_line() as report:
        rows = [measure(name, workload, plan, report) for name, workload in workloads.items()]
    if plot is not None:
        from glassnet.bench.plots import save_ratios

        if not save_ratios(rows, plan.peers, plot):
            print_message(f"no ratios to plot, so {plot} was not written")
    if as_json:
        settings = {"machine": machine, "threads": plan.processors, "runs": runs, "engine": plan.engine}
        print(json.dumps(settings | {"workloads": {row.name: row.to_dict() for row in rows}}, indent=2))
        return 0

    from glassnet.bench import tables
    from glassnet.cli.terminal import Console

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
    repeats: Annotated[int, typer.Option(help="Timings per implementation; the best counts.")] = 5,
    as_json: Annotated[bool, AS_JSON] = False,
) -> int:
    """Time four matrix products as Python loops, in NumPy, and as compiled loops, after comparing their results."""
    from glassnet.bench.vectorize import compare
    from glassnet.common import checks

    checks.whole_number("--repeats", repeats, at_least=1)
    with status_line() as report:
        found = compare(repeats, report)
    if as_json:
        print(json.dumps(found, indent=2))
        return 0

    from glassnet.bench.tables import vectorization
    from glassnet.cli.terminal import Console

    Console().print(vectorization(found))
    return 0


@bench.command()
def growth(
    only: Annotated[str | None, typer.Option(help="Axes to measure, of width,depth,batch,rows (default: all).")] = None,
    threads: Annotated[int | None, typer.Option(help="Threads per contestant (default: all processors).")] = None,
    plot: Annotated[Path | None, typer.Option(help="Plot the curves to this PNG file.")] = None,
    as_json: Annotated[bool, AS_JSON] = False,
) -> int:
    """Measure time per sample over width, depth, batch size, and rows, next to the numpy engine and scikit-learn."""
    from glassnet.bench.growth import AXES, measure_growth
    from glassnet.bench.machine import describe_machine
    from glassnet.bench.rounds import processors
    from glassnet.bench.workloads import chosen

    check_threads(threads)
    check_plot_file(plot)
    axes = chosen("axis", only, AXES)
    machine = describe_machine()
    with status_line() as report:
        curves = measure_growth(axes, threads, report)
    if plot is not None:
        from glassnet.bench.plots import save_growth

        save_growth(curves, plot)
    if as_json:
        found = {axis: {curve.contestant: curve.to_dict() for curve in curves if curve.axis == axis} for axis in axes}
        print(json.dumps({"machine": machine, "threads": threads or processors(), "growth": found}, indent=2))
        return 0

    from glassnet.bench import tables
    from glassnet.cli.terminal import Console

    console = Console()
    console.print(tables.machine_lines(machine, threads or processors()), soft_wrap=True)
    console.print()
    console.print(tables.growth(curves))
    return 0


@bench.command()
def estimators(
    only: Annotated[
        str | None, typer.Option(help="Cases to measure, of fit,batch,row,rows, with -32 for float32 (default: all).")
    ] = None,
    runs: Annotated[int, typer.Option(help="Rounds; in each, both are timed in turn.")] = 7,
    as_json: Annotated[bool, AS_JSON] = False,
) -> int:
    """Benchmark MLPClassifier against scikit-learn's on the same fits and predictions."""
    from glassnet.bench.estimators import CASES, compare
    from glassnet.bench.machine import describe_machine
    from glassnet.bench.rounds import processors
    from glassnet.bench.workloads import chosen
    from glassnet.common import checks

    checks.whole_number("--runs", runs, at_least=1)
    names = list(chosen("case", only, CASES))
    machine = describe_machine()
    with status_line() as report:
        found = compare(names, runs, report)
    if as_json:
        settings = {"machine": machine, "threads": processors(), "runs": runs}
        print(json.dumps(settings | {"cases": {ratio.name: ratio.to_dict() for ratio in found}}, indent=2))
        return 0

    from glassnet.bench import tables
    from glassnet.cli.terminal import Console

    console = Console()
    console.print(tables.machine_lines(machine, processors()), soft_wrap=True)
    console.print()
    console.print(tables.estimators(found, runs))
    return 0


@bench.command()
def tables(
    folder: Annotated[Path, typer.Option("--tables", help="Folder with the tables and their index, tables.csv.")],
    rows: Annotated[int, typer.Option(help="Maximum number of rows of a table, a random sample.")] = 4000,
    seeds: Annotated[str, typer.Option(help="Seeds of the samples and the splits.")] = "0,1,2",
    contestants: Annotated[
        str | None,
        typer.Option(
            help="Contestants to measure, of glassnet-quick,glassnet,glassnet-best,glassnet-realmlp,catboost,catboost8,"
            "lightgbm,xgboost,hgb,rf,linear,sklearn-mlp,realmlp,tabm (default: all that are installed and not slow)."
        ),
    ] = None,
    only: Annotated[str | None, typer.Option(help="Names of tables (default: all).")] = None,
    out: Annotated[
        Path, typer.Option(help="File of JSON lines for the measurements; those in it are not repeated.")
    ] = Path("results.jsonl"),
    results: Annotated[
        list[Path] | None, typer.Option(help="Further file of measurements to include; may be repeated.")
    ] = None,
    plot: Annotated[Path | None, typer.Option(help="Plot improvability against seconds to this PNG file.")] = None,
    as_json: Annotated[bool, AS_JSON] = False,
) -> int:
    """Compare accuracy with gradient-boosted trees and other models on a folder of tables."""
    from glassnet.bench.accuracy.contestants import CONTESTANTS, DEFAULT, DISTRIBUTIONS
    from glassnet.bench.accuracy.measure import Plan, measure_tables, read_measurements
    from glassnet.bench.accuracy.peers import THREADS
    from glassnet.bench.accuracy.protocol import read_index
    from glassnet.bench.accuracy.summary import summarize
    from glassnet.bench.machine import describe_machine
    from glassnet.bench.workloads import chosen
    from glassnet.common import checks

    checks.whole_number("--rows", rows, at_least=1)
    seed_numbers = parsed_seeds(seeds)
    check_results_file(out)
    check_plot_file(plot)
    index = read_index(folder)
    entries = [index[name] for name in chosen("table", only, index)]
    wanted = list(DEFAULT) if contestants is None else chosen("contestant", contestants, CONTESTANTS)
    absent = {name: f"pip install {CONTESTANTS[name].pip}" for name in wanted if not CONTESTANTS[name].is_installed}
    measured = [name for name in wanted if name not in absent]
    plan = Plan(folder, entries, seed_numbers, rows, measured)
    earlier = [one for one in read_measurements(out) if one.method in wanted] if out.exists() else []
    earlier += [one for file in results or () for one in read_measurements(file)]
    machine = describe_machine(DISTRIBUTIONS)
    with status_line(f"stopping; finished measurements are in {out}") as report:
        found = measure_tables(plan, earlier, out, report)
    names = {entry.name for entry in entries}
    summary = summarize(one for one in [*earlier, *found] if one.table in names and one.seed in plan.seeds)
    if plot is not None:
        from glassnet.bench.plots import save_accuracy

        save_accuracy(summary, plot)
    if as_json:
        settings = {"machine": machine, "rows": rows, "seeds": plan.seeds, "tables": sorted(names)}
        print(json.dumps(settings | {"not_installed": absent} | summary.to_dict(), indent=2))
        return 0

    from glassnet.bench import tables
    from glassnet.cli.terminal import Console

    console = Console()
    console.print(tables.machine_lines(machine, THREADS), soft_wrap=True)
    console.print()
    console.print(tables.accuracy(summary))
    for name, command in absent.items():
        console.print(f"not installed: {CONTESTANTS[name].title}; {command}")
    return 0


def parsed_seeds(text: str) -> list[int]:
    """Return comma-separated seeds as integers; raises ValueError for others."""
    try:
        found = [int(part) for part in text.split(",")]
    except ValueError:
        found = [-1]
    if min(found) < 0:
        raise ValueError(f"--seeds must be whole numbers from 0, such as 0,1,2, got {text!r}")
    return found


def check_results_file(out: Path) -> None:
    """Raise ValueError for a file that cannot be appended to, before the measurement."""
    if out.is_dir():
        raise ValueError(f"--out must be a file, but {out} is a folder")
    if not out.parent.is_dir():
        raise ValueError(f"--out must be in an existing folder, but {out.parent} does not exist")


def check_threads(threads: int | None) -> None:
    """Raise ValueError for more threads than processors."""
    from glassnet.bench.rounds import processors

    if threads is not None and not 1 <= threads <= processors():
        raise ValueError(f"--threads must be from 1 to {processors()}, the number of processors, got {threads}")


def check_plot_file(plot: Path | None) -> None:
    """Raise ValueError for a plot file that cannot be written, before the measurement."""
    if plot is None:
        return
    if plot.is_dir():
        raise ValueError(f"--plot must be a file, but {plot} is a folder")
    if plot.suffix.lower() != ".png":
        raise ValueError(f"--plot must be a .png file, got {plot}")
    if not plot.parent.is_dir():
        raise ValueError(f"--plot must be in an existing folder, but {plot.parent} does not exist")


@contextmanager
def status_line(announcement: str = "stopping") -> Iterator[Callable[[str], None]]:
    """Yield a function that shows a status line on stderr; it does nothing if stderr is not a terminal.

    announcement: printed at a signal.
    """
    with interrupts.announced(announcement):
        if not is_terminal(sys.stderr):
            yield lambda text: None
            return
        from rich.markup import escape

        from glassnet.cli.terminal import Console

        with Console(stderr=True).status("") as status:
            yield lambda text: status.update(escape(text))
