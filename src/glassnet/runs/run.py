"""Executing a recipe: load and split the data, train the network, and measure it once on the test set."""

from __future__ import annotations

import dataclasses
import math
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from glassnet.common.arrays import Array
from glassnet.common.option_names import names_parameters
from glassnet.data.dataset import Dataset
from glassnet.data.fingerprint import fingerprint
from glassnet.data.memory import MEMORY, given_dataset, is_given_table, memory_source
from glassnet.data.sources import Source, resolve
from glassnet.data.tables.decisions import Decision
from glassnet.diagnostics import Finding, diagnose_data
from glassnet.diagnostics.set_rules import diagnose_sets
from glassnet.model import Model
from glassnet.network.input_checks import LabeledRows, Rows
from glassnet.recipes.recipe import Recipe
from glassnet.runs.evaluate import compute_metrics, fold_metrics
from glassnet.runs.setup import check_targets, naming_split_column
from glassnet.runs.table import train_table
from glassnet.runs.threshold import check_threshold, choose_threshold
from glassnet.runs.training import train_networks
from glassnet.training.activation_stats import ActivationHistory
from glassnet.training.history import History

HEADLINES = tuple(f"{part}_{metric}" for part in ("test", "valid", "train") for metric in ("accuracy", "rmse"))
"""Metrics in the order in which the representation of a run prefers them; it shows the first that exists."""


@dataclass(frozen=True, repr=False)
class Run:
    """Result of a recipe.

    Attributes
    ----------
    recipe : Recipe
        The recipe.
    model : Model
        The trained model.
    histories : tuple of History
        One history per network.
    metrics : dict
        The contents of metrics.json.
    parts : dict of str to Dataset
        The splits of the data: "train", "valid", "test".
    activation_history : ActivationHistory or None
        Activation statistics of the first network during training.
    output : Array, (n, outputs), or None
        Outputs of the model for the last split, if computed.
    stopped : str or None
        Why the training of a portfolio ended before all its networks were finished: "interrupted" or "time limit".
    """

    recipe: Recipe
    model: Model
    histories: tuple[History, ...]
    metrics: dict[str, Any]
    parts: dict[str, Dataset]
    activation_history: ActivationHistory | None = None
    output: Array | None = None
    stopped: str | None = None

    def __repr__(self) -> str:
        found = (name for name in HEADLINES if self.metrics.get(name) is not None)
        if (name := next(found, None)) is None:
            return f"<Run {self.recipe.name!r}>"
        value, label = self.metrics[name], name.replace("_", " ").replace("rmse", "RMSE")
        return f"<Run {self.recipe.name!r}: {label} {f'{value:.1%}' if name.endswith('accuracy') else f'{value:.4g}'}>"

    @property
    def history(self) -> History:
        """The history of the first network, usually the only one."""
        return self.histories[0]

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """How ambiguous contents of the table were read; empty without data."""
        found = next((part.decisions for part in self.parts.values()), ())
        return found if self.model.columns is None else (*found, *self.model.columns.decisions)

    @property
    def is_interrupted(self) -> bool:
        """Whether Ctrl-C ended training before all networks were finished."""
        return self.stopped == "interrupted" or any(history.stop_reason == "interrupted" for history in self.histories)


def load_parts(recipe: Recipe, data: Dataset | None = None) -> dict[str, Dataset]:
    """Return the splits of the recipe's data: "train", "valid" (if the recipe has one and no quality), and "test".

    Parameters
    ----------
    recipe : Recipe
        The recipe.
    data : Dataset, optional
        Data used instead of the recipe's source.

    Returns
    -------
    dict of str to Dataset
        The splits.
    """
    return split_data(recipe, *read_data(recipe, data))


def read_data(recipe: Recipe, data: Dataset | None = None) -> tuple[Dataset, dict[str, Dataset]]:
    """Return the data of the recipe's source, or those given, and the splits that come with the source."""
    return (data, {}) if data is not None else read_source(resolve(recipe.source, recipe.options))


def read_source(source: Source) -> tuple[Dataset, dict[str, Dataset]]:
    """Return the Dataset of a source and the splits that come with it."""
    dataset = source.load()
    return dataset, source.provided_parts(dataset)


def with_inferred(recipe: Recipe, dataset: Dataset) -> Recipe:
    """Return the recipe with the options that reading its source inferred, as if they had been given."""
    if not dataset.inferred:
        return recipe
    return dataclasses.replace(recipe, options={**recipe.options, **dataset.inferred})


def with_data(recipe: Recipe, data: Any, y: Any = None) -> tuple[Recipe, Dataset]:
    """Return the recipe for data in memory, and the data as a Dataset.

    data: a Dataset, X or a pair (X, y), or a DataFrame. The recipe keeps the options with which a table was read, and
    its source unless the data are certainly others.
    """
    is_table = is_given_table(data)
    dataset, options = given_dataset(data, y, **(recipe.options if is_table else {}))
    if isinstance(data, Dataset):
        return (with_inferred(recipe, dataset) if recipe.source.startswith(MEMORY) else recipe), dataset
    source = recipe.source if recipe.source.startswith(MEMORY) else memory_source(dataset.name)
    return dataclasses.replace(recipe, source=source, options=options), dataset


def split_data(recipe: Recipe, dataset: Dataset, own: Mapping[str, Dataset]) -> dict[str, Dataset]:
    """Return the data split as in the recipe; `own` are splits that come with the source."""
    for data in (dataset, *own.values()):
        check_targets(recipe, data)
    *learned, test = recipe.fractions
    if recipe.quality is not None:
        learned = [math.fsum(learned)]  # a portfolio is validated on folds of the training set
    called = ("train", "test") if len(learned) == 1 else ("train", "valid", "test")
    shares = {name: share for name, share in zip(called, (*learned, test), strict=True) if name not in own}
    if own:
        whole = math.fsum(shares.values()) or 1
        shares = {name: share / whole for name, share in shares.items()}
    with naming_split_column(recipe):
        parts = {**own, **dict(zip(shares, dataset.split(*shares.values(), seed=recipe.seed), strict=True))}
    if not len(parts["train"]):
        raise ValueError(f"split {recipe.split} leaves no training rows")
    return {name: parts[name] for name in ("train", "valid", "test") if len(parts.get(name, ()))}


@names_parameters
def run_recipe(
    recipe: Recipe, data: LabeledRows | tuple[Rows, npt.ArrayLike] | None = None, *, progress: bool | None = False
) -> Run:
    """Train as a recipe specifies, and measure the result.

    For regression, targets are standardized during training, so the losses of the history are in these units.
    Afterwards, the last layer is rescaled, so the model predicts in the units of y. Ctrl-C ends training early; the
    result so far is measured and returned, with `history.stop_reason` "interrupted".

    Parameters
    ----------
    recipe : Recipe
        The recipe; see `load_recipe`.
    data : Dataset, DataFrame, pyarrow.Table, or pair (X, y), optional
        Data used instead of the recipe's source. In a table, the recipe's option `target` names the target.
    progress : bool or None, default False
        Show a progress bar; None: only on a terminal.

    Returns
    -------
    Run
        Model, history, and metrics.

    Raises
    ------
    ValueError
        If the data do not fit the recipe.

    Examples
    --------
    >>> from glassnet.recipes.load import load_recipe
    >>> run_recipe(load_recipe("iris")).metrics["test_rows"]
    30
    """
    source = resolve(recipe.source, recipe.options)
    if data is None:
        dataset, own = read_source(source)
        recipe = with_inferred(recipe, dataset)
    else:
        (recipe, dataset), own = with_data(recipe, data), {}
    parts = split_data(recipe, dataset, own)
    check_threshold(recipe, parts)
    trained = (train_networks if recipe.quality is None else train_table)(recipe, source, parts, progress)
    recipe, model, by_folds = trained.recipe, trained.model, trained.by_folds
    numbers = trained.prepared.parts
    outputs = {name: model.outputs_of_numbers(part.X, parts[name].X) for name, part in numbers.items()}
    if recipe.threshold is not None:
        model.threshold = choose_threshold(recipe, model, parts, outputs, by_folds)
    last = list(outputs.values())[-1]
    run = Run(recipe, model, trained.histories, {}, parts, trained.activation_history, last, trained.stopped)
    run.metrics.update(_summary(run, outputs), seconds=round(trained.seconds, 4), data=fingerprint(parts))
    run.metrics.update(findings=[one.to_spec() for one in data_findings(recipe, parts)])
    if by_folds is not None:
        run.metrics.update(fold_metrics(recipe, model, parts["train"], by_folds))
    run.metrics.update(trained.about_portfolio)
    model.metrics = run.metrics
    return run


def data_findings(recipe: Recipe, parts: Mapping[str, Dataset]) -> list[Finding]:
    """Return the findings about the columns of the training set, and about the splits."""
    target = str(recipe.options.get("target") or "the target")
    time = str(recipe.options.get("time"))  # which is known when a row is predicted, and may have a trend
    of_columns = [one for one in diagnose_data(parts["train"], target) if time not in one.subject.split(", ")]
    return [*of_columns, *diagnose_sets(parts, recipe.options, target)]


def _summary(run: Run, outputs: Mapping[str, Array]) -> dict[str, Any]:
    """Return the entries of metrics.json; None for missing splits, and for metrics of the other task."""
    from glassnet import __version__

    every = {name: run.parts.get(name) for name in ("train", "valid", "test")}
    return compute_metrics(run.model, every, run.recipe.loss, outputs) | {
        "epochs": len(run.history),
        "best_epoch": run.history.best_epoch,
        "stop_reason": run.stopped or ("interrupted" if run.is_interrupted else run.history.stop_reason),
        "ensemble_size": len(run.model.networks),
        "parameters": sum(network.parameters.size for network in run.model.networks),
        "seed": run.recipe.seed,
        "engine": run.history.engine,
        "versions": {"glassnet": __version__, "python": platform.python_version(), "numpy": np.__version__},
    }


def is_training_data(model: Model, parts: Mapping[str, Dataset]) -> bool:
    """Return whether these are exactly the splits that the model was trained and evaluated on."""
    return (model.metrics or {}).get("data") == fingerprint(parts)
