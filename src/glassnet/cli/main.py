"""The command `glassnet`: its subcommands, and errors printed in one line without a traceback.

Exit status: 0 success, 1 failure or interruption, 2 usage error.
"""

from __future__ import annotations

import gc
import io
import os
import re
import sys
import warnings
from collections.abc import Sequence

import typer

from glassnet.cli import bench, evaluate, inspect, lab, predict, report, train, tune
from glassnet.cli.compile import compile_kernels

SUCCESS, FAILURE, USAGE_ERROR = 0, 1, 2

INTERRUPTED = 130
"""Typer's exit status for Ctrl-C: 128 plus the number of the signal, as in shells."""

NOT_A_NUMBER = re.compile(r"Invalid value for '([^']+)': Input should be a valid (integer|number).*")
"""Typer's message for an option that is not a number: it names the option, and Pydantic's reason follows."""


def program() -> typer.Typer:
    """Return the Typer app with all commands."""
    app = typer.Typer(
        name="glassnet",
        help="A neural network you can see through: train, inspect, predict.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
    )
    app.callback()(_options)
    for command in (train.train, predict.predict, evaluate.evaluate, inspect.inspect, report.report, tune.tune):
        app.command()(command)
    app.command("compile")(compile_kernels)
    app.add_typer(bench.bench)
    app.add_typer(lab.lab)
    return app


def _show_version(wanted: bool) -> None:
    if wanted:
        from glassnet import __version__

        print(f"glassnet {__version__}")
        raise typer.Exit


def _options(
    version: bool = typer.Option(
        False, "--version", callback=_show_version, is_eager=True, help="Print the version and exit."
    ),
) -> None:
    pass


def main(arguments: Sequence[str] | None = None, prog: str = "glassnet") -> None:
    """Run the program and exit with its status.

    arguments: those of the command line if None. prog: the command to show in help and in messages.
    """
    # Imports and plots create many objects and little garbage: the default threshold takes a tenth of a short run.
    gc.set_threshold(100_000)
    if sys.stdout is None:  # closed by the caller: `glassnet ... >&-`
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - stays open to the end
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal without ² or · gets a ? instead
    warnings.showwarning = lambda message, *where: print(f"glassnet: {message}", file=sys.stderr)
    sys.exit(run(arguments, prog))


def run(arguments: Sequence[str] | None = None, prog: str = "glassnet") -> int:
    """Run the program and return its exit status."""
    try:
        status = program()(arguments, prog_name=prog, standalone_mode=False)
        sys.stdout.flush()
        if status == INTERRUPTED:
            return _interrupted(arguments)
        return status if isinstance(status, int) else SUCCESS
    except typer.TyperException as error:
        message = NOT_A_NUMBER.sub(
            lambda found: f"{found[1]} must be a {'whole number' if found[2] == 'integer' else 'number'}",
            error.format_message(),
        )
        if message:
            context = getattr(error, "ctx", None)
            command = context.command_path if context else prog
            return _print_error(f"{message.rstrip('.')}; see {command} --help", USAGE_ERROR)
        return USAGE_ERROR
    except typer.Exit as leaving:
        return leaving.exit_code
    except (typer.Abort, KeyboardInterrupt):
        return _interrupted(arguments)
    except BrokenPipeError:
        # The reader closed the pipe (`glassnet ... | head`); without this, Python would report it again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILURE
    except (ValueError, TypeError, FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
        return _print_error(str(error), USAGE_ERROR)
    except MemoryError as error:
        return _print_error(
            f"not enough memory ({error or 'MemoryError'}); use fewer units, or fewer rows at once",
            FAILURE,
        )
    except (OSError, FloatingPointError) as error:
        return _print_error(str(error) or type(error).__name__, FAILURE)


def _interrupted(arguments: Sequence[str] | None) -> int:
    is_lab = list(sys.argv[1:] if arguments is None else arguments)[:1] == ["lab"]  # it saves its state as it goes
    return _print_error("interrupted" if is_lab else "interrupted; nothing was saved", FAILURE)


def _print_error(message: str, status: int) -> int:
    print(f"glassnet: {' '.join(message.splitlines())}", file=sys.stderr)
    return status
