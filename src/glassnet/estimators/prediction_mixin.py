"""Methods of a fitted estimator: outputs, hidden activations, a trace, a model file, and pickling."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import check_is_fitted

from glassnet.common import checks
from glassnet.common.arrays import AnyArray, Array
from glassnet.estimators.coefs import is_handed_over, take_over, windows
from glassnet.estimators.input_validation import read_rows
from glassnet.estimators.solver import Solver
from glassnet.maths.losses import Loss
from glassnet.model import Model
from glassnet.network.ensemble import Ensemble
from glassnet.network.layers import Activation, Dense
from glassnet.network.network import Network
from glassnet.network.passes import forward_pass
from glassnet.network.trace import Trace
from glassnet.training.batching import dense_rows
from glassnet.training.epoch import blocks


class PredictionMixin(ABC):
    """Mixin with the methods of both estimators that use a fitted network."""

    network_: Network | Ensemble
    coefs_: Any
    intercepts_: Any
    n_layers_: int
    _optimizer: Solver

    @abstractmethod
    def predict(self, X: Any) -> Any:
        """Return the prediction for each row.

        Parameters
        ----------
        X : array-like or sparse matrix, (n, features)
            Rows.

        Returns
        -------
        Array
            Predictions.
        """

    @abstractmethod
    def _checked(self, X: Any, y: Any, reset: bool) -> tuple[Any, Any]:
        """Return X, (n, features), as floats, dense or CSR, and y, (n,) or (n, outputs), as an array."""

    @abstractmethod
    def _check_targets(self, y: Any) -> None:
        """Raise ValueError if y does not match the fitted targets."""

    @abstractmethod
    def _encode(self, y: Any, dtype: Any) -> AnyArray:
        """Return y in the form the loss computes with: class indices (n,), or numbers (n, outputs)."""

    @abstractmethod
    def _loss_function(self) -> Loss:
        """Return the loss to minimize."""

    @abstractmethod
    def _class_names(self) -> list[Any] | None:
        """Return the class names, None for numeric outputs; a list per column for several columns of classes."""

    def _take_over(self) -> Network | Ensemble:
        """Return the network, after copying assigned coefs_ and intercepts_ into it."""
        network = self.network_
        if not is_handed_over(network, self.coefs_, self.intercepts_):
            take_over(network, self.coefs_, self.intercepts_)
            self.coefs_, self.intercepts_ = windows(network)
            if hasattr(self, "_optimizer"):
                self._optimizer.before_average = None  # a partial fit continues from these weights
        return network

    def _outputs(self, X: Any) -> Array:
        """Return the output of the network for each row of X, (n, outputs)."""
        own = self.__dict__
        is_plain = "network_" in own and "feature_names_in_" not in own and "columns_" not in own
        if is_plain and type(X) is np.ndarray and X.ndim == 2:
            network = self._take_over()
            is_as_fitted = X.shape[1] == network.inputs and X.dtype == self.coefs_[0].dtype
            if is_as_fitted and len(X) and X.flags.c_contiguous:
                try:
                    return network.predict_proba(X)
                except ValueError:
                    pass  # NaN or inf, for which scikit-learn raises its own error below
        check_is_fitted(self)
        if "network_" not in own:
            raise NotFittedError(
                f"this {type(self).__name__} has coefs_ but is not fitted; assigned weights are taken over by the "
                "next fit or partial_fit with warm_start=True"
            )
        return self._raw_outputs(read_rows(self, X))

    def _raw_outputs(self, X: Any) -> Array:
        """Return the output for validated rows, dense or sparse, in any dtype."""
        network = self._take_over()
        return np.concatenate([network.predict_proba(part) for part in self._parts(X)])

    def _parts(self, X: Any) -> Iterator[Array]:
        """Yield the rows block by block in the network's dtype, so that X is never copied as a whole."""
        first = self.network_.networks[0] if isinstance(self.network_, Ensemble) else self.network_
        for block in blocks(first, X.shape[0]):
            with np.errstate(over="ignore"):
                rows = dense_rows(X, block, first.dtype)
            if X.dtype.itemsize > first.dtype.itemsize and not np.isfinite(rows).all():
                raise ValueError(
                    f"X contains numbers beyond the range of {first.dtype}, {np.finfo(first.dtype).max:.1e}; this "
                    f"network was fitted with {first.dtype}"
                )
            yield rows

    def transform_hidden(self, X: Any, layer: int = -1) -> Array:
        """Return the activations of a hidden layer.

        Parameters
        ----------
        X : array-like or sparse matrix, (n, features)
            Rows.
        layer : int, default -1
            Hidden layer, from 0, or from the end.

        Returns
        -------
        Array, (n, units)
            Activations; those of an ensemble's networks are concatenated.
        """
        check_is_fitted(self)
        X = read_rows(self, X)
        count = self.n_layers_ - 2
        checks.whole_number("layer", layer)
        if not count:
            raise ValueError("this network has no hidden layer; it was fitted with hidden_layer_sizes=()")
        if not -count <= layer < count:
            raise ValueError(
                f"there are {count} hidden layers, so layer must be from {-count} to {count - 1}, got {layer}"
            )
        network = self._take_over()
        networks = network.networks if isinstance(network, Ensemble) else (network,)
        return np.concatenate(
            [np.hstack([_hidden(one, rows, range(count)[layer]) for one in networks]) for rows in self._parts(X)]
        )

    def trace(self, X: Any, y: Any = None) -> Trace:
        """Return every number of one forward and backward pass for a few rows.

        Parameters
        ----------
        X : array-like or sparse matrix, (n, features)
            Rows.
        y : array-like, optional
            Targets; by default, the predictions.

        Returns
        -------
        Trace
            The arrays, of the first network; prints as formulas with numbers.
        """
        check_is_fitted(self)
        network = self._take_over()
        y = self.predict(X) if y is None else y
        X, y = self._checked(X, y, reset=False)
        self._check_targets(y)
        X = X if isinstance(X, np.ndarray) else X.toarray()
        first = network.networks[0] if isinstance(network, Ensemble) else network
        return first.trace(X, self._encode(y, first.dtype), self._loss_function(), self.model().input_names)

    def model(self) -> Model:
        """Return the fitted network as a Model, which does not need scikit-learn."""
        check_is_fitted(self)
        names = getattr(self, "feature_names_in_", None)
        columns = getattr(self, "columns_", None)
        classes = getattr(self, "classes_", None)
        return Model(
            None, self._take_over(), self._class_names(), classes=classes, feature_names=names, columns=columns
        )

    def save(self, path: str | Path) -> None:
        """Write a model file, which `glassnet.load_model` and `glassnet predict` read.

        Parameters
        ----------
        path : str or Path
            The file.
        """
        self.model().save(path)

    def __getstate__(self) -> dict[str, Any]:
        state: dict[str, Any] = super().__getstate__()  # type: ignore[assignment]
        if "network_" in state and is_handed_over(state["network_"], state["coefs_"], state["intercepts_"]):
            # They are views of θ, which the network contains; pickled as arrays, they would double the size.
            state = {name: value for name, value in state.items() if name not in ("coefs_", "intercepts_")}
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)  # type: ignore[misc]
        if "network_" in state and "coefs_" not in state:
            self.coefs_, self.intercepts_ = windows(self.network_)


def _hidden(network: Network, X: Array, layer: int) -> Array:
    """Return the activations of a hidden layer, (n, units)."""
    ends = [name for name, one in zip(network.names, network.layers, strict=True) if isinstance(one, Activation)]
    ends = ends or [name for name, one in zip(network.names, network.layers, strict=True) if isinstance(one, Dense)]
    outputs, _ = forward_pass(network.operations, X, False, None)
    for step, a in zip(network.operations, outputs[1:], strict=True):
        if step.name == ends[layer] and isinstance(step.layer, Activation):
            return a
    raise AssertionError("a hidden layer ends in an activation")
