"""The program `glassnet`: which commands there are, and how their mistakes are told, in one line without a traceback.

Exit status: 0 done, 1 failed or interrupted, 2 used wrongly.
"""

from __future__ import annotations

import io
import os
import sys
import warnings
from collections.abc import Sequence

import typer

from glassnet.cli import bench, evaluate, inspect, lab, predict, report, train, tune
from glassnet.cli.compile import compile_kernels

DONE, FAILED, USED_WRONGLY = 0, 1, 2

INTERRUPTED = 130
"""What Typer makes of Ctrl-C: 128 and the number of the signal, as shells do."""


def program() -> typer.Typer:
    """Return the program with all its commands."""
    app = typer.Typer(
        name="glassnet",
        help="A neural network you can see through: train, look inside, predict.",
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
    version: bool = typer.Option(False, "--version", callback=_show_version, is_eager=True, help="Show the version."),
) -> None:
    pass


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program and leave with its exit status; arguments: those of the command line if None."""
    if sys.stdout is None:  # closed by the caller: `glassnet ... >&-`
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - stays open to the end
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal that has no ² or · shows a ? instead
    warnings.showwarning = lambda message, *where: print(f"glassnet: {message}", file=sys.stderr)
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit status."""
    try:
        status = program()(arguments, prog_name="glassnet", standalone_mode=False)
        sys.stdout.flush()
        if status == INTERRUPTED:
            return _interrupted(arguments)
        return status if isinstance(status, int) else DONE
    except typer.TyperException as error:
        message = error.format_message()
        if message:
            context = getattr(error, "ctx", None)
            command = context.command_path if context else "glassnet"
            return _complain(f"{message.rstrip('.')}; see {command} --help", USED_WRONGLY)
        return USED_WRONGLY
    except typer.Exit as leaving:
        return leaving.exit_code
    except (typer.Abort, KeyboardInterrupt):
        return _interrupted(arguments)
    except BrokenPipeError:
        # Whoever read our output has left (`glassnet ... | head`); Python would complain once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except (ValueError, TypeError, FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
        return _complain(str(error), USED_WRONGLY)
    except MemoryError as error:
        return _complain(
            f"there is not enough memory for that ({error or 'MemoryError'}); fewer units, or fewer rows at "
            "once, need less",
            FAILED,
        )
    except (OSError, FloatingPointError) as error:
        return _complain(str(error) or type(error).__name__, FAILED)


def _interrupted(arguments: Sequence[str] | None) -> int:
    is_lab = list(sys.argv[1:] if arguments is None else arguments)[:1] == ["lab"]  # it keeps things as it goes
    return _complain("interrupted" if is_lab else "interrupted, nothing was kept", FAILED)


def _complain(message: str, status: int) -> int:
    print(f"glassnet: {' '.join(message.splitlines())}", file=sys.stderr)
    return status
