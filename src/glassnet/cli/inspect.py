"""`glassnet inspect`: look into a model file: layers, recipe, metrics, and one sample's way through it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from glassnet.model import Model


def inspect(
    model: Annotated[Path, typer.Argument(help="A model file, or the run folder that holds one.")],
    sample: Annotated[
        int | None, typer.Option(help="Follow this row of the model's own data through the network.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON to stdout and nothing else.")] = False,
) -> int:
    """Show what a model is made of; with --sample, every step of one sample as formulas with numbers."""
    from glassnet.model import load_model
    from glassnet.network.layers import layer_words

    loaded = load_model(model)
    if as_json:
        described = [[layer_words(layer) for layer in network.layers] for network in loaded.networks]
        words: dict[str, Any] = {"networks": described, "classes": loaded.class_names}
        print(json.dumps(words | {"recipe": loaded.recipe, "metrics": loaded.metrics}, indent=2))
        return 0

    from rich.console import Console

    from glassnet.recipes.recipe import from_words
    from glassnet.report.terminal import results

    console = Console(highlight=False, soft_wrap=True)
    if sample is not None:
        console.print(trace_text(loaded, sample), markup=False)
        return 0
    for network in loaded.networks:
        console.print(network.summary(), markup=False)
    if loaded.recipe is not None:
        console.print("\nrecipe", style="bold")
        console.print(from_words(loaded.recipe).toml().rstrip(), markup=False)
    if loaded.metrics is not None:
        console.print()
        console.print(results("metrics", loaded.metrics))
    return 0


def trace_text(model: Model, sample: int) -> str:
    """Return one row of the model's own data on its way through the network and back, in formulas with numbers."""
    from glassnet.data.sources import load
    from glassnet.recipes.recipe import from_words

    if model.recipe is None:
        raise ValueError("this model has no recipe, so it is not known which data --sample speaks of")
    recipe = from_words(model.recipe)
    data = load(recipe.source, **recipe.options)
    if not 0 <= sample < len(data):
        raise ValueError(f"--sample must be a row of {recipe.source}, 0 to {len(data) - 1}, got {sample}")
    row = data.take([sample])
    truth = row.y[0] if data.class_names is None else data.class_names[row.y[0]]
    answer = model.predict(row.X)[0]
    X = model.preprocessing.transform(row.X)
    trace = model.networks[0].trace(X, row.y, recipe.loss)
    return f"row {sample} of {recipe.source}: true {truth}, predicted {answer}\n\n{trace}"
