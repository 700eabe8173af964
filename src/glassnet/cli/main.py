"""The command `glassnet`: its subcommands, and errors printed in one line without a traceback.

Exit status: 0 success, 1 failure, 2 usage error, 128 plus its number after a signal (130 for Ctrl-C).

This file imports little, since an interruption while it is imported would print a traceback.
"""

from __future__ import annotations

import atexit
import errno
import gc
import io
import os
import re
import sys
import warnings
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from glassnet.cli.messages import print_message
from glassnet.common import interrupts, streams

if TYPE_CHECKING:
    import typer

SUCCESS, FAILURE, USAGE_ERROR = 0, 1, 2

SAVING = ("train", "tune", "predict", "report")
"""Commands that save something; if one is interrupted before, the message says that nothing was saved."""

NOT_A_NUMBER = re.compile(r"Invalid value for '([^']+)': Input should be a valid (integer|number).*")
"""Typer's message for an option that is not a number: it names the option, and Pydantic's reason follows."""


def program() -> typer.Typer:
    """Return the Typer app with all commands."""
    import typer

    from glassnet.cli import bench, doctor, evaluate, inspect, lab, playground, predict, report, train, tune
    from glassnet.cli.compile import compile_kernels

    def show_version(wanted: bool) -> None:
        if wanted:
            from glassnet import __version__

            print(f"glassnet {__version__}")
            raise typer.Exit

    flag = typer.Option(False, "--version", callback=show_version, is_eager=True, help="Print the version and exit.")

    def options(version: bool = flag) -> None:
        pass

    app = typer.Typer(
        name="glassnet",
        help="A neural network you can see through: train, inspect, predict.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
    )
    app.callback()(options)
    for command in (
        train.train,
        predict.predict,
        evaluate.evaluate,
        inspect.inspect,
        report.report,
        doctor.doctor,
        tune.tune,
        playground.playground,
    ):
        app.command()(command)
    app.command("compile")(compile_kernels)
    app.add_typer(bench.bench)
    app.add_typer(lab.lab)
    return app


def main(arguments: Sequence[str] | None = None, prog: str = "glassnet") -> None:
    """Run the program and exit with its status.

    arguments: those of the command line if None. prog: the command to show in help and in messages.
    """
    with interrupts.handled():
        # Imports and plots create many objects and little garbage: the default threshold takes a tenth of a short run.
        gc.set_threshold(100_000)
        streams.open_missing()
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="replace")  # a terminal without ² or · gets a ? instead
        warnings.showwarning = lambda message, *where: print_message(message)
        try:
            status = run(arguments, prog)
        except KeyboardInterrupt:  # a second one, while the first was reported
            status = interrupts.status()
    if interrupts.received():
        # After a KeyboardInterrupt in exec, as in dataclasses, `python -m` ends by SIGINT whatever sys.exit says.
        atexit._run_exitfuncs()
        with suppress(OSError, ValueError):
            sys.stdout.flush()
        os._exit(status)
    sys.exit(status)


def run(arguments: Sequence[str] | None = None, prog: str = "glassnet") -> int:
    """Run the program and return its exit status."""
    words = _command_line() if arguments is None else list(arguments)
    interrupts.nothing_saved()
    try:
        from glassnet.common.option_names import on_command_line
        from glassnet.common.pipes import pipes_read_once

        with on_command_line(), pipes_read_once():
            status = _call(words, prog)
        sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        return _interrupted(words)
    except BrokenPipeError:  # the reader closed the pipe (`glassnet ... | head`)
        _discard_output()
        return FAILURE
    except Exception as error:
        if interrupts.received():  # some libraries turn KeyboardInterrupt into an error of their own
            return _interrupted(words)
        return _failed(error)


def _command_line() -> list[str]:
    """Return the arguments of the process; on Windows, whose shells do not expand file name patterns, expanded."""
    if os.name != "nt":
        return sys.argv[1:]
    from glob import glob

    return [path for word in sys.argv[1:] for path in (glob(word) or [word])]  # noqa: PTH207 - a word may be no path


def _call(words: list[str], prog: str) -> int:
    """Call the command and return its exit status; print an error of usage."""
    import typer

    # Not `program()(...)`: Typer turns KeyboardInterrupt into an exit status, which a command may return, too.
    command = typer.main.get_command(program())
    try:
        with command.make_context(prog, list(words)) as context:
            interrupts.started()
            status = command.invoke(context)
        return status if isinstance(status, int) else SUCCESS
    except typer.Exit as leaving:
        return leaving.exit_code
    except typer.Abort:
        raise KeyboardInterrupt from None
    except typer.TyperException as error:
        message = NOT_A_NUMBER.sub(
            lambda found: f"{found[1]} must be a {'whole number' if found[2] == 'integer' else 'number'}",
            error.format_message(),
        )
        if message:
            where = getattr(error, "ctx", None)
            print_message(f"{message.rstrip('.')}; see {where.command_path if where else prog} --help")
        return USAGE_ERROR


def _failed(error: Exception) -> int:
    """Print an error that a user can do something about, and return the exit status; raise any other."""
    from glassnet.common.files import os_error_text

    if isinstance(error, (ValueError, TypeError)):
        return _print_error(str(error), USAGE_ERROR)
    if isinstance(error, (FileNotFoundError, IsADirectoryError, NotADirectoryError)):
        return _print_error(os_error_text(error), USAGE_ERROR)
    if isinstance(error, MemoryError):
        text = f"not enough memory ({error or 'MemoryError'}); use fewer units, or fewer rows at once"
        return _print_error(text, FAILURE)
    if isinstance(error, OSError):
        if error.filename is None and error.errno == errno.ENOSPC:  # all other files are named
            _discard_output()
            error = OSError(error.errno, error.strerror, "standard output")
        # Only an error of the system has a number; glassnet's own messages say themselves what is kept.
        saved = None if error.errno is None else interrupts.saved()
        return _print_error(os_error_text(error) + (f"; {saved}" if saved else ""), FAILURE)
    if isinstance(error, FloatingPointError):
        return _print_error(str(error) or type(error).__name__, FAILURE)
    raise error


def _interrupted(words: Sequence[str]) -> int:
    saved = interrupts.saved() or ("nothing was saved" if words[:1] and words[0] in SAVING else "")
    return _print_error(f"interrupted; {saved}" if saved else "interrupted", interrupts.status())


def _print_error(message: str, status: int) -> int:
    print_message(message)
    return status


def _discard_output() -> None:
    """Redirect standard output to nowhere; otherwise Python reports the same error again when it exits."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
