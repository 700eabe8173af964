"""`glassnet inspect`: layers, recipe, and metrics of a model file, and the trace of one sample."""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from glassnet.cli.messages import print_message
from glassnet.common.streams import is_terminal
from glassnet.common.text import printable_lines

if TYPE_CHECKING:
    from glassnet.model import Model


def inspect(
    model: Annotated[Path, typer.Argument(help="Model file, or run folder.")],
    sample: Annotated[
        int | None,
        typer.Option(help="Trace this sample of the training data: from 1 for rows of a table, else from 0."),
    ] = None,
    graph: Annotated[
        Path | None, typer.Option(help="With --sample: draw the computational graph to this .svg, .dot, or .mmd file.")
    ] = None,
    path: Annotated[
        int | None,
        typer.Option(help="Print which units carried the decision for this sample, with their shares."),
    ] = None,
    weights: Annotated[
        Path | None,
        typer.Option(
            help="Draw the first layer's weights as images, and histograms of all weights, to this .png file."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON to stdout and nothing else.")] = False,
) -> int:
    """Show layers, recipe, and metrics of a model; with --sample, every step of one row as formulas with numbers.

    With --path, the units that carried the decision for a row. With --weights, the weights as a picture.
    """
    from glassnet.cli.inspect_rows import path_of_row, trace_row
    from glassnet.model import load_model
    from glassnet.runs.identity import warn_if_mixed

    if graph is not None and sample is None:
        raise ValueError("--graph needs --sample, the row whose values and gradients it shows")
    if sample is not None and path is not None:
        raise ValueError("--sample and --path print different things; use one of them")
    loaded = load_model(model)
    warn_if_mixed(loaded, model)
    if weights is not None:
        from glassnet.report.weights import save_weights

        save_weights(loaded, weights)
        print_message(f"wrote {weights}")
    if sample is not None:
        traced = trace_row(loaded, sample)
        if graph is not None:
            traced.trace.graph.save(graph)
        print(json.dumps(traced.as_dict(), indent=2) if as_json else _wrapped(printable_lines(traced.text())))
        return 0
    if path is not None:
        decided = path_of_row(loaded, path)
        print(json.dumps(decided.as_dict(), indent=2) if as_json else printable_lines(decided.text()))
        return 0
    if as_json:
        print(json.dumps(_contents(loaded), indent=2))
    elif weights is None:
        _print_contents(loaded)
    return 0


def _contents(loaded: Model) -> dict[str, Any]:
    """Return layers, classes, preprocessing of columns and images, recipe, and metrics as plain data."""
    from glassnet.model.save import later_entries
    from glassnet.network.layers import layer_to_spec

    described = [[layer_to_spec(layer) for layer in network.layers] for network in loaded.networks]
    transform = None if loaded.image_transform is None else loaded.image_transform.to_spec()
    contents: dict[str, Any] = {"networks": described, "classes": loaded.class_names, "image_frame": transform}
    contents |= later_entries(loaded)
    if loaded.columns is not None:
        contents["columns"] = loaded.columns.to_spec()
    return contents | {"recipe": loaded.recipe, "metrics": loaded.metrics}


def _print_contents(loaded: Model) -> None:
    """Print the same as tables and text."""
    from glassnet.cli.terminal import Console
    from glassnet.report.portfolio import terminal_table
    from glassnet.report.terminal import column_table, results

    console = Console(highlight=False, soft_wrap=True)
    if loaded.columns is not None:
        console.print(column_table(loaded.columns), "")
    for text, numbers in same(network.summary() for network in loaded.networks).items():
        if len(loaded.networks) > 1:
            console.print(numbered("network", numbers), style="bold")
        console.print(text, markup=False)
    if lines := combination(loaded):
        console.print("\nPredictions", style="bold")
        console.print("\n".join(lines), markup=False)
    if loaded.image_transform is not None:
        console.print("\nImages", style="bold")
        console.print(loaded.image_transform.description, markup=False)
    if loaded.recipe is not None:
        console.print("\nRecipe", style="bold")
        console.print(recipe_text(loaded.recipe), markup=False)
    if loaded.metrics is not None:
        console.print()
        console.print(results("Metrics", loaded.metrics))
        if (settings := terminal_table(loaded.metrics)) is not None:
            console.print(settings)


def same(texts: Iterable[str]) -> dict[str, list[int]]:
    """Return the positions at which each text occurs.

    >>> same(["a", "b", "a"])
    {'a': [0, 2], 'b': [1]}
    """
    found: dict[str, list[int]] = {}
    for i, text in enumerate(texts):
        found.setdefault(text, []).append(i)
    return found


def numbered(what: str, numbers: Sequence[int]) -> str:
    """Return a noun with numbers.

    >>> numbered("network", [0]), numbered("network", [1, 2])
    ('network 0', 'networks 1, 2')
    """
    return f"{what}{'s' * (len(numbers) > 1)} {', '.join(map(str, numbers))}"


def combination(model: Model) -> list[str]:
    """Return lines about weights, preprocessing per network, target scale, and output range, if a model has them."""
    from glassnet.common.specs import format_spec
    from glassnet.data.preprocessing import preprocessing_to_spec
    from glassnet.model import PerNetwork
    from glassnet.model.per_network import pieces_of
    from glassnet.network.ensemble import Ensemble

    lines = []
    if isinstance(model.network, Ensemble) and model.network.is_weighted:
        lines.append(f"weights of the networks: {', '.join(f'{weight:.3g}' for weight in model.network.weights)}")
    if isinstance(model.preprocessing, PerNetwork):
        steps = (format_spec(preprocessing_to_spec(piece)) for piece in model.preprocessing.pieces)
        lines += [f"preprocessing of {numbered('network', own)}: {text}" for text, own in same(steps).items()]
    if model.target_scale is not None:
        scales = pieces_of(model.target_scale, len(model.networks))
        methods = same("none" if scale is None else scale.method for scale in scales)
        lines += [f"target scale of {numbered('network', own)}: {text}" for text, own in methods.items()]
    if model.output_range is not None:
        ends = [f"{low:.6g} to {high:.6g}" for low, high in zip(*model.output_range, strict=True)]
        lines.append(f"clipped to {', '.join(ends)}")
    return lines


def recipe_text(contents: Mapping[str, Any]) -> str:
    """Return a model's recipe as TOML, or as JSON if it is not a recipe of glassnet."""
    from glassnet.recipes.recipe import recipe_from_spec

    try:
        return recipe_from_spec(contents).toml().rstrip()
    except (ValueError, TypeError):
        return json.dumps(contents, indent=2)


def _wrapped(text: str) -> str:
    """Wrap lines that are wider than the terminal at spaces, with a hanging indent; leave other output unchanged."""
    if not is_terminal(sys.stdout):
        return text
    width, lines = shutil.get_terminal_size().columns, []
    for line in text.splitlines():
        indent = " " * (len(line) - len(line.lstrip()) + 4)
        lines += textwrap.wrap(
            line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
        ) or [""]
    return "\n".join(lines)
