"""`glassnet playground`: a network in training, in the browser, where everything can be changed while it runs."""

from __future__ import annotations

import os
import pickle
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from glassnet.cli.options import DATA, format_option, on_other_data, read_options, takes

if TYPE_CHECKING:
    from glassnet.playground.own import Own
    from glassnet.playground.state import State

OPTIONS = {name: row for name, row in DATA.items() if name != "data"}


@takes(OPTIONS, ...)
def playground(
    source: Annotated[
        str | None,
        typer.Argument(
            metavar="SOURCE",
            help="Built-in data set, table with --target, folder of images, arrays, or recipe, as for glassnet train; "
            "or a run folder, whose network is trained on (default: spirals).",
        ),
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on this machine; 0 for any free one.")] = 0,
    open: Annotated[bool, typer.Option("--open/--no-open", help="Open the page in a browser.")] = True,  # noqa: A002
    idle_minutes: Annotated[
        float, typer.Option(min=0, help="End when no page has sent anything for this long; 0 for never.")
    ] = 60.0,
    **given: Any,
) -> int:
    """Watch a network learn in the browser, and change data, layers, and training while it runs.

    The page can be reached from this machine only, with the token in its address. Ctrl-C ends the playground.
    """
    from glassnet.cli.terminal import Console
    from glassnet.cli.train import print_decisions
    from glassnet.playground.server import PlaygroundServer, Settings, check_installed
    from glassnet.playground.worker import WorkerTask

    check_installed()
    state, own = _beginning(source, given)
    print_decisions(() if own is None else own.data.decisions, Console())
    task = WorkerTask(None if state is None else state.to_json(), None if own is None else pickle.dumps(own))
    server = PlaygroundServer(Settings(task, port, 60 * idle_minutes))

    def announce() -> None:
        print(f"Playground at {server.address}", flush=True)
        if open and _has_screen():
            import webbrowser

            webbrowser.open(server.guard.address_once())

    server.run(announce)
    print(f"No page has sent anything for {idle_minutes:g} minutes: the playground has ended.")
    return 0


def _beginning(source: str | None, given: dict[str, Any]) -> tuple[State | None, Own | None]:
    """Return the state and the data to begin with; None for the default."""
    from glassnet.playground.sources import from_recipe, from_run, is_run

    options = read_options(given)
    named = [name for name, value in options.items() if value]
    if source is None or is_run(source):
        if named:
            raise ValueError(
                f"--{named[0].replace('_', '-')} is for reading a source, and "
                + ("there is none" if source is None else f"{source} is a run")
            )
        return (None, None) if source is None else from_run(source)
    from glassnet.cli.options import override
    from glassnet.recipes.load import load_recipe, shipped_names

    recipe = on_other_data(load_recipe(source, **format_option(given)), source, None)
    recipe = override(recipe, None, None, options=options)
    return from_recipe(recipe, source.endswith(".toml") or source in shipped_names())


def _has_screen() -> bool:
    """Return whether there is a place for a browser's window; without one, some systems start one in the terminal."""
    return sys.platform in ("win32", "darwin") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
