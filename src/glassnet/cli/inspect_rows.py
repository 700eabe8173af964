"""Rows of a model's data source for `glassnet inspect`: their trace, and the path of their decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from glassnet.data.dataset import Dataset
    from glassnet.model import Model
    from glassnet.network.decision_path import DecisionPath
    from glassnet.network.trace import Trace


@dataclass(frozen=True)
class Row:
    """One row of the data source of a model, with its number, its true value, and the model's prediction."""

    number: int
    source: str
    true: Any
    predicted: Any
    data: Dataset

    def text(self) -> str:
        """Return the row, its true value, and its prediction in one line."""
        true, predicted = (f"{x:.4g}" if isinstance(x, float) else x for x in (self.true, self.predicted))
        return f"row {self.number} of {self.source}: true {true}, predicted {predicted}"

    def as_dict(self) -> dict[str, Any]:
        """Return the row, its true value, and its prediction as plain data."""
        return {"row": self.number, "source": self.source, "true": self.true, "predicted": self.predicted}


@dataclass(frozen=True)
class TracedRow:
    """A row and its trace through the first network."""

    row: Row
    trace: Trace

    def text(self) -> str:
        """Return the trace of the row as formulas with numbers."""
        return f"{self.row.text()}\n\n{self.trace}"

    def as_dict(self) -> dict[str, Any]:
        """Return every number, arrays as lists, by layer and name, and the formulas."""
        return self.row.as_dict() | self.trace.to_dict()


@dataclass(frozen=True)
class DecidedRow:
    """A row and the path of its decision through the first of `networks` networks."""

    row: Row
    path: DecisionPath
    networks: int

    def text(self) -> str:
        """Return the contributions of the units as tables."""
        which = f"network 0 of {self.networks}, one vote of the ensemble\n" if self.networks > 1 else ""
        return f"{self.row.text()}\n\n{which}{self.path}"

    def as_dict(self) -> dict[str, Any]:
        """Return the contributions and shares of all units."""
        return self.row.as_dict() | self.path.to_dict()


def trace_row(model: Model, sample: int) -> TracedRow:
    """Return the forward and backward pass of one row of the training data."""
    from glassnet.recipes.recipe import recipe_from_spec

    row = _row(model, sample, "--sample")
    loss = recipe_from_spec(model.recipe or {}).loss
    X, y = model.inputs(row.data.X), model.scaled_targets(row.data.y)
    return TracedRow(row, model.networks[0].trace(X, y, loss, model.input_names))


def path_of_row(model: Model, sample: int) -> DecidedRow:
    """Return which units carried the decision for one row of the training data."""
    from glassnet.network.decision_path import decision_path

    row = _row(model, sample, "--path")
    classes = model.class_names
    if classes is not None and not isinstance(classes[0], str):
        classes = classes[0]  # of the first of several targets
    path = decision_path(model.networks[0], model.inputs(row.data.X), model.input_names, classes)
    return DecidedRow(row, path, len(model.networks))


def _row(model: Model, sample: int, option: str) -> Row:
    """Return a row of the data source that the model was trained on."""
    import numpy as np

    from glassnet.common.user_warnings import warn
    from glassnet.recipes.recipe import recipe_from_spec
    from glassnet.runs.run import is_training_data, read_data, split_data

    if model.recipe is None:
        raise ValueError(f"{option} needs the recipe of the model to find its data, but the model file has none")
    recipe = recipe_from_spec(model.recipe)
    data, own = read_data(recipe)
    if not is_training_data(model, split_data(recipe, data, own)):
        warn(f"{recipe.source} has changed since training, so row numbers may refer to other rows")
    row = data.take([_position(data, sample, recipe.source, option)])
    true = row.y[0].tolist() if data.class_names is None else data.class_names[row.y[0]]
    predicted = np.asarray(model.names_of(model.outputs(row.X))[0]).tolist()
    return Row(sample, recipe.source, true, predicted, row)


def _position(data: Dataset, sample: int, source: str, option: str) -> int:
    """Return the position of a row, given its number: in the file from 1 for a table, else from 0."""
    from glassnet.data.tables.table import Table

    numbers = data.X.rows + 1 if isinstance(data.X, Table) else range(len(data))
    first, last = int(numbers[0]), int(numbers[-1])
    where = [i for i, number in enumerate(numbers) if number == sample]
    if where:
        return where[0]
    if first <= sample <= last:
        raise ValueError(f"row {sample} of {source} was skipped in training; choose another one with {option}")
    raise ValueError(f"{option} must be a row of {source}, {first} to {last}, got {sample}")
