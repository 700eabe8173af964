"""A trained model: preprocessing, network, and class names in one object, and how it is saved.

A model file is one `.safetensors` file: arrays, and a description as JSON. Loading it executes no code, and declared
lengths are checked against the file's size (see `model/load.py`).
"""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.common import checks
from glassnet.common.arrays import AnyArray, Array
from glassnet.common.option_names import names_parameters
from glassnet.common.selection import is_on_disk, row_blocks
from glassnet.data.images.transforms import ImageTransform
from glassnet.data.tables.columns import is_table, numeric_columns
from glassnet.data.tables.disk_backed import as_numbers
from glassnet.data.tables.encoder import TableEncoder
from glassnet.data.target_scale import TargetScale
from glassnet.maths.groups import parts_of
from glassnet.model.class_names import (
    check_class_names,
    column_groups,
    has_one_probability,
    labels_for,
    tidy_names,
)
from glassnet.model.input_names import input_names
from glassnet.model.input_range import naming_column
from glassnet.model.model_checks import (
    check_columns,
    checked_output_range,
    checked_preprocessing,
    checked_target_scale,
    width_before,
)
from glassnet.model.model_html import model_html
from glassnet.model.per_network import PerNetwork, outputs_of_each, pieces_of, preprocessed
from glassnet.model.raw_tables import Records, raw_table, records
from glassnet.model.save import save_model
from glassnet.network.column_names import ColumnNames
from glassnet.network.decisions import decide
from glassnet.network.ensemble import Ensemble
from glassnet.network.network import Network


class Model:
    """A trained model: preprocessing, network, and class names; it predicts from raw rows.

    Parameters
    ----------
    preprocessing : Preprocessing, PerNetwork, or None
        Preprocessing, fitted on the training set; a PerNetwork if each network of an ensemble has its own.
    network : Network or Ensemble
        The network.
    class_names : sequence of str, optional
        Class names in the order of the outputs (one list per column for several columns of classes); None for
        regression.
    classes : array-like, (k,), optional
        Label of each class, which `predict` returns: integers, booleans, numbers, or strings; one array per column for
        several columns of classes. By default, the class names.
    feature_names : sequence of str, optional
        Names of the columns of raw rows.
    image_transform : DrawingTransform or PhotoTransform, optional
        How an image file becomes a row, for models of images.
    columns : TableEncoder, optional
        How a table becomes numbers, for models of tables with missing values or categories.
    recipe : dict, optional
        The recipe, stored in the model file.
    metrics : dict, optional
        The metrics, stored in the model file.
    threshold : float, default 0.5
        Decision threshold of two classes: the probability from which on `positive_class` is predicted.
    positive_class : int, default 1
        Index of the class that the threshold is for.
    target_scale : TargetScale or PerNetwork, optional
        Scale of the targets that the networks were trained on, which predictions are converted back from. None, also
        for some of the networks, if a network predicts in the units of the target.
    output_range : tuple of (low, high), optional
        Numbers, or one array each with a number per output: predictions are clipped to this range. For regression.

    Raises
    ------
    ValueError
        If the parts do not fit together.

    Examples
    --------
    >>> from glassnet.network.layers import Dense
    >>> model = Model(None, Network(2, [Dense(2, "softmax")], init="zeros"), ("cat", "dog"))
    >>> model.predict([[1.0, 2.0]])
    array(['cat'], dtype='<U3')
    >>> model.predict_proba([[1.0, 2.0]])
    array([[0.5, 0.5]], dtype=float32)
    """

    def __init__(
        self,
        preprocessing: Any,
        network: Network | Ensemble,
        class_names: Sequence[Any] | None = None,
        *,
        classes: Any = None,
        feature_names: Sequence[str] | None = None,
        image_transform: ImageTransform | None = None,
        columns: TableEncoder | None = None,
        recipe: Mapping[str, Any] | None = None,
        metrics: Mapping[str, Any] | None = None,
        threshold: float = 0.5,
        positive_class: int = 1,
        target_scale: TargetScale | PerNetwork | None = None,
        output_range: tuple[Any, Any] | None = None,
    ) -> None:
        self.network = network
        self.preprocessing = checked_preprocessing(preprocessing, self.networks)
        self.target_scale = checked_target_scale(target_scale, self.networks)
        self.output_range = checked_output_range(output_range, self.networks[0])
        self.class_names = tidy_names(class_names)
        self.feature_names = None if feature_names is None else tuple(map(str, feature_names))
        self.image_transform = image_transform
        self.columns = columns
        self.recipe = None if recipe is None else dict(recipe)
        self.metrics = None if metrics is None else dict(metrics)
        if self.class_names is not None:
            check_class_names(self.class_names, network)
        self.classes = labels_for(self.class_names, class_names if classes is None else classes)
        self.threshold = checks.number("threshold", threshold, above=0, below=1)
        self.positive_class = checks.whole_number("positive_class", positive_class, at_least=0)
        if (threshold != 0.5 or positive_class != 1) and not (self.has_two_classes and positive_class in (0, 1)):
            raise ValueError("threshold and positive_class, 0 or 1, are for models with two classes")
        if columns is not None:
            check_columns(columns, self.networks, self.width, self.feature_names)
        for what, count in (
            ("feature_names", None if self.feature_names is None else len(self.feature_names)),
            ("the image transform", None if image_transform is None else math.prod(image_transform.image_shape)),
        ):
            if count is not None and count != self.features:
                raise ValueError(f"{what} has {count} features, but the network has {self.features} inputs")

    def __repr__(self) -> str:
        what = "numbers" if self.class_names is None else f"{len(self.class_names)} classes"
        if column_groups(self.network):
            what = f"{len(column_groups(self.network))} columns of classes"
        return f"<Model: {self.features} features → {what}, {type(self.network).__name__}>"

    def _repr_html_(self) -> str:
        return model_html(self)

    @property
    def has_two_classes(self) -> bool:
        """Whether the model predicts one of two classes."""
        return self.class_names is not None and not column_groups(self.network) and len(self.class_names) == 2

    @property
    def features(self) -> int:
        """Number of columns of raw rows."""
        return self.width if self.columns is None else len(self.columns.all)

    @property
    def width(self) -> int:
        """Number of columns of rows as numbers, before the preprocessing."""
        return width_before(self.preprocessing, self.networks)

    @property
    def networks(self) -> tuple[Network, ...]:
        """The networks, one unless the model is an ensemble."""
        return self.network.networks if isinstance(self.network, Ensemble) else (self.network,)

    @property
    def input_names(self) -> ColumnNames | None:
        """Names of the first network's inputs, such as "sex=female", for traces; None if columns have no names."""
        first = pieces_of(self.preprocessing, len(self.networks))[0]
        return input_names(self.columns, self.feature_names, first, self.networks[0].inputs)

    def with_unseen(self, unseen: str) -> Model:
        """Return the model with another choice for categories and missing values that training did not have.

        Parameters
        ----------
        unseen : {"predict", "error"}
            "predict" treats them as an average category or number, with a warning, if the model was trained for it;
            "error" raises UnseenError.

        Returns
        -------
        Model
            The model, of the same network.
        """
        other = copy.copy(self)
        other.columns = None if self.columns is None else self.columns.with_unseen(unseen)
        return other

    @names_parameters
    def outputs(self, raw: Any) -> Array:
        """Return the network's output for raw rows.

        Columns of a DataFrame are matched by name, in any order.

        Parameters
        ----------
        raw : array-like, DataFrame, Table, dict, or list of dict, (n, features)
            Raw rows; a dict is one row.

        Returns
        -------
        Array, (n, outputs)
            Outputs.

        Raises
        ------
        ValueError
            If an entry is NaN or infinite, or a column does not fit.
        """
        return self.outputs_of_numbers(self._numbers(raw), raw)

    def outputs_of_numbers(self, X: Any, raw: Any = None) -> Array:
        """Return the network's output for rows that are already encoded as numbers.

        Parameters
        ----------
        X : Array, (n, inputs)
            Validated rows: for models of tables, the output of `columns`.
        raw : array-like, DataFrame, or Table, (n, features), optional
            The same rows before encoding, which know their numbers in messages.

        Returns
        -------
        Array, (n, outputs)
            Outputs.
        """
        output = np.empty((len(X), self.network.outputs), self.networks[0].dtype)
        for first, rows in row_blocks(X):
            with naming_column(X if raw is None else raw, rows, first, self.columns, self.feature_names):
                output[first : first + len(rows)] = self._output(rows)
        return output

    def _output(self, rows: AnyArray) -> Array:
        """Return the output for a block of validated rows, in the units of the target."""
        if self.target_scale is None and not isinstance(self.preprocessing, PerNetwork):
            output = self.network.predict_proba(preprocessed(self.preprocessing, rows))
        else:
            each = outputs_of_each(self.networks, self.preprocessing, self.target_scale, rows)
            output = self.network.average(each) if isinstance(self.network, Ensemble) else each[0]
        return output if self.output_range is None else np.clip(output, *self.output_range)

    def inputs(self, raw: Any, network: int = 0) -> Array:
        """Return raw rows as a network receives them: encoded and preprocessed.

        Parameters
        ----------
        raw : array-like, DataFrame, Table, dict, or list of dict, (n, features)
            Raw rows; a dict is one row.
        network : int, default 0
            Index of the network, for ensembles with preprocessing of their own.

        Returns
        -------
        Array, (n, inputs)
            Inputs of the network.
        """
        return preprocessed(pieces_of(self.preprocessing, len(self.networks))[network], np.asarray(self._numbers(raw)))

    def scaled_targets(self, y: AnyArray, network: int = 0) -> AnyArray:
        """Return targets as a network was trained on them.

        Parameters
        ----------
        y : Array, (n,) or (n, outputs)
            Class indices, or numbers.
        network : int, default 0
            Index of the network, for ensembles with target scales of their own.

        Returns
        -------
        Array, (n,) or (n, outputs)
            Targets for the loss of the network.
        """
        scale = pieces_of(self.target_scale, len(self.networks))[network]
        return y if scale is None else scale.transform(y)

    def _numbers(self, raw: Any) -> Any:
        """Return raw rows as numbers, (n, inputs); rows on disk stay on disk."""
        raw = records(raw, None if self.columns is None else self.feature_names)
        if self.feature_names is None and isinstance(raw, Records):
            raise ValueError("rows as dicts need the names of the features, which this model does not have")
        if self.feature_names is not None and is_table(raw):
            raw = raw_table(raw, self.feature_names, self.columns, self.recipe)
        if self.columns is not None:
            (raw,), unseen = as_numbers(self.columns, [raw])
            unseen.warn()
        elif self.feature_names is not None and is_table(raw):
            raw = numeric_columns(raw, self.feature_names)
        raw = raw if is_on_disk(raw) else np.asarray(raw)
        if raw.ndim != 2 or raw.shape[1] != self.width:
            raise ValueError(f"X must be (n, {self.width}) for this model, got shape {raw.shape}")
        checks.finite("X", raw, self.feature_names if self.columns is None else None)
        return raw

    def predict_proba(self, raw: Any) -> Array:
        """Return class probabilities for raw rows; for regression, the output.

        A network with a single sigmoid output gives two columns.

        Parameters
        ----------
        raw : array-like, DataFrame, Table, dict, or list of dict, (n, features)
            Raw rows; a dict is one row.

        Returns
        -------
        Array, (n, classes)
            Probabilities.
        """
        return self.probabilities_of(self.outputs(raw))

    def probabilities_of(self, output: Array) -> Array:
        """Return the result of `predict_proba` for given outputs.

        Parameters
        ----------
        output : Array, (n, outputs)
            Outputs of the network.

        Returns
        -------
        Array, (n, classes)
            Probabilities.
        """
        if self.class_names is not None and has_one_probability(self.network):
            return np.hstack([1 - output, output])
        return output

    def predict(self, raw: Any) -> AnyArray:
        """Return predictions for raw rows.

        A network with several sigmoid outputs predicts 0 and 1 for each of them. A network with several groups of
        classes predicts one class name per group.

        Parameters
        ----------
        raw : array-like, DataFrame, Table, dict, or list of dict, (n, features)
            Raw rows; a dict is one row.

        Returns
        -------
        Array, (n,) or (n, outputs)
            Class labels of the type of the training target, or numbers.
        """
        return self.predictions_of(self.outputs(raw))

    def predictions_of(self, output: Array) -> AnyArray:
        """Return the result of `predict` for given outputs.

        Parameters
        ----------
        output : Array, (n, outputs)
            Outputs of the network.

        Returns
        -------
        Array, (n,) or (n, outputs)
            Predictions.
        """
        return self._decided(output, self.classes)

    def names_of(self, output: Array) -> AnyArray:
        """Return the predictions for given outputs, with the names of the classes in place of their labels.

        Parameters
        ----------
        output : Array, (n, outputs)
            Outputs of the network.

        Returns
        -------
        Array, (n,) or (n, outputs)
            Class names as strings, or numbers.
        """
        return self._decided(output, self.class_names)

    def _decided(self, output: Array, labels: Any) -> AnyArray:
        """Return the label of the most probable class of each row, or the numbers."""
        if labels is not None and (groups := column_groups(self.network)):
            parts = zip(labels, parts_of(groups, output.shape[1]), strict=True)
            columns = [np.asarray(own)[output[:, part].argmax(axis=1)] for own, part in parts]
            is_one_type = len({column.dtype.kind for column in columns}) == 1
            return np.stack(columns if is_one_type else [column.astype(object) for column in columns], axis=1)
        predictions = self.decide(output)
        return predictions if labels is None or predictions.ndim == 2 else np.asarray(labels)[predictions]

    def decide(self, output: Array) -> AnyArray:
        """Return the class indices for given outputs, by the decision threshold; for regression, the numbers.

        Parameters
        ----------
        output : Array, (n, outputs)
            Outputs of the network.

        Returns
        -------
        Array, (n,) or (n, outputs)
            Class indices or numbers.
        """
        if self.threshold == 0.5:
            return decide(output, self.network.output_kind)
        p = self.probabilities_of(output)[:, self.positive_class].astype(np.float64)
        return np.where(p >= self.threshold, self.positive_class, 1 - self.positive_class)

    def save(self, path: str | Path) -> None:
        """Write the model to a file, completely or not at all.

        Parameters
        ----------
        path : str or Path
            The file, .safetensors.

        Raises
        ------
        ValueError
            If a part is a custom class, which a model file cannot store.
        OSError
            If the file cannot be written, such as on a full disk. An existing file is unchanged.
        """
        save_model(self, path)
