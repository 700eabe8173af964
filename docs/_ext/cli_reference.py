"""The directive `cli-reference`: every command of the program with its arguments and options, read from its code."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer.core
import typer.main
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from glassnet.cli.main import program

VALUES = {int: "INTEGER", float: "FLOAT", Path: "PATH"}
"""How the value of an option is written, by its type; any other is TEXT."""


class CliReference(SphinxDirective):
    """A section for each command, in the order of `glassnet --help`."""

    def run(self) -> list[nodes.Node]:
        """Return the sections."""
        found = commands(["glassnet"], typer.main.get_command(program()))
        return [command_section(path, command) for path, command in found]


def commands(path: list[str], command: Any) -> Iterator[tuple[list[str], Any]]:
    """Yield every command that can be run, with its words: ["glassnet", "lab", "new"]."""
    inner = getattr(command, "commands", None)
    if inner is None or (command.invoke_without_command and len(path) > 1):
        yield path, command
    for name, one in (inner or {}).items():
        if not one.hidden:
            yield from commands([*path, name], one)


def command_section(path: list[str], command: Any) -> nodes.section:
    """Return title, description, usage, and a table of the parameters."""
    name = " ".join(path)
    section = nodes.section(ids=["-".join(path)], names=[name])
    section += nodes.title("", name)
    for text in (command.help or "").split("\n\n"):
        section += nodes.paragraph("", " ".join(text.split()))
    visible = [parameter for parameter in command.params if not parameter.hidden]
    arguments = [parameter for parameter in visible if is_argument(parameter)]
    options = [parameter for parameter in visible if not is_argument(parameter)]
    words = [*path, *(["[OPTIONS]"] if options else []), *(metavar(argument) for argument in arguments)]
    section += nodes.literal_block("", " ".join(words), language="text")
    if arguments or options:
        section += parameter_table([*arguments, *options])
    return section


def is_argument(parameter: Any) -> bool:
    """Whether the parameter is written without a name."""
    return isinstance(parameter, typer.core.TyperArgument)


def metavar(argument: Any) -> str:
    """Return an argument as usage lines show it: SOURCE, [ARCHIVE], INPUTS..."""
    name = (argument.metavar or argument.name).upper() + "..." * (argument.nargs == -1)
    return name if argument.required else f"[{name}]"


def parameter_table(parameters: list[Any]) -> nodes.table:
    """Return a table with a row for each parameter: its spelling, its help text, and its default."""
    table = nodes.table(classes=["cli-parameters"])
    group = nodes.tgroup(cols=2)
    table += group
    group += [nodes.colspec(colwidth=35), nodes.colspec(colwidth=65)]
    body = nodes.tbody()
    group += body
    for parameter in parameters:
        name = nodes.paragraph()
        for number, spelling in enumerate(spellings(parameter)):
            name += [nodes.Text(", ")] * (number > 0) + [nodes.literal("", spelling)]
        text = nodes.paragraph("", parameter.help or "")
        if isinstance(parameter.default, (int, float, str)) and parameter.default not in ("", False):
            text += nodes.inline("", f" Default: {default_text(parameter)}.")
        body += nodes.row("", nodes.entry("", name), nodes.entry("", text))
    return table


def spellings(parameter: Any) -> list[str]:
    """Return the ways to write a parameter: ["--seed INTEGER"], ["--report", "--no-report"], ["SOURCE"]."""
    if is_argument(parameter):
        return [metavar(parameter)]
    kind = parameter.metavar or VALUES.get(parameter.type_descriptor.annotation, "TEXT")
    value = "" if parameter.is_flag else f" {kind}"
    return [f"{spelling}{value}" for spelling in [*parameter.opts, *parameter.secondary_opts]]


def default_text(parameter: Any) -> str:
    """Return a default as it would be typed."""
    if parameter.default is True:
        return max(parameter.opts, key=len)
    return str(parameter.default)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("cli-reference", CliReference)
    return {"parallel_read_safe": True}
