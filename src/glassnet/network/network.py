"""A network: a stack of layers, with all parameters in one vector θ and all gradients in one vector g."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import ClassVar, TypeGuard

import numpy as np
import numpy.typing as npt

from glassnet.common import html
from glassnet.common.arrays import AnyArray, Array
from glassnet.maths import activations, losses
from glassnet.network import input_checks
from glassnet.network.column_names import ColumnNames, checked_names
from glassnet.network.decisions import decide
from glassnet.network.embedding import Embedding
from glassnet.network.input_checks import LabeledRows, Rows
from glassnet.network.layer import Cache, Operation
from glassnet.network.layers import Activation, Dropout
from glassnet.network.passes import backward_pass, forward_pass
from glassnet.network.stack import LayerStack
from glassnet.network.summary import LayerSummary, summary_html, summary_table
from glassnet.network.trace import Trace, record_trace

Predictor = Callable[["Network", Rows, bool], Array | None]

BLOCK_NUMBERS = 1 << 20
"""Maximum number of values of the widest layer per block of a prediction."""


class Network(LayerStack):
    """Feedforward neural network: a stack of layers, also called a multilayer perceptron (MLP).

    Layers are named by kind and number: dense1, dense2, dropout1, …

    Parameters
    ----------
    inputs : int
        Number of inputs (features).
    layers : sequence of Layer, str, or dict
        The layers, from input to output, as objects or specs.
    init : str, dict, or Initializer, optional
        Initializer of the weights of layers without their own.
    bias_init : str, dict, or Initializer, optional
        Initializer of the biases of layers without their own.
    dtype : {"float32", "float64"}, default "float32"
        Number format of all arrays.
    seed : int or numpy.random.Generator, default 0
        Seed of the initial weights.

    Raises
    ------
    ValueError
        If the layers do not fit together.

    Examples
    --------
    >>> from glassnet.network.layers import Dense
    >>> net = Network(64, [Dense(6, "relu"), Dense(5, "sigmoid"), Dense(10, "softmax")], init="glorot_uniform")
    >>> list(net.named_parameters())
    ['dense1.W', 'dense1.b', 'dense2.W', 'dense2.b', 'dense3.W', 'dense3.b']
    >>> net.named_parameters()["dense1.W"].shape, net.parameters.shape
    ((64, 6), (485,))
    """

    @property
    def output_activation(self) -> activations.Activation:
        """The output activation; the identity if the last layer has none."""
        last = self.operations[-1].layer
        return last.activation if isinstance(last, Activation) else activations.Identity()

    @property
    def output_kind(self) -> str:
        """The kind of output, one of activations.OUTPUTS: "distribution" after softmax, for example."""
        return getattr(self.output_activation, "output", "real")

    def forward(
        self, X: Array, train: bool = False, rng: np.random.Generator | None = None, dropout: float = 1.0
    ) -> tuple[Array, list[Cache]]:
        """Return the output and the caches that `backward` needs.

        Parameters
        ----------
        X : Array, (n, inputs)
            Rows, in the network's dtype.
        train : bool, default False
            Training mode: dropout and batch statistics.
        rng : numpy.random.Generator, optional
            Source of dropout masks, needed in training mode.
        dropout : float, default 1.0
            Factor of the rates of dropout layers.

        Returns
        -------
        tuple of (Array, list)
            Output, (n, outputs), and one cache per operation.
        """
        operations = self.operations
        if dropout != 1:
            operations = tuple(_with_rate_of(step, dropout) for step in operations)
        outputs, caches = forward_pass(operations, X, train, rng)
        return outputs[-1], caches

    def backward(self, caches: list[Cache], da: Array, from_logits: bool = False) -> None:
        """Compute the gradient with respect to θ and write it into g.

        Parameters
        ----------
        caches : list
            Caches returned by `forward`.
        da : Array, (n, outputs)
            Gradient of the loss with respect to the output.
        from_logits : bool, default False
            `da` is the gradient with respect to the logits, so the output activation is skipped.
        """
        last = len(self.operations) - 1 - from_logits
        for _ in backward_pass(self.operations, caches, da, last, self._first):
            pass

    def gradient(
        self,
        X: Rows | LabeledRows,
        y: npt.ArrayLike | None = None,
        loss: losses.LossLike | None = None,
        sample_weight: npt.ArrayLike | None = None,
        train: bool = False,
        rng: np.random.Generator | None = None,
    ) -> tuple[float, Array]:
        """Return the mean loss of a batch and its gradient with respect to θ.

        Parameters
        ----------
        X : array-like, (n, inputs), or Dataset
            Rows, or rows and targets.
        y : array-like, optional
            Class indices (n,), or numbers (n,) or (n, outputs).
        loss : str, dict, or Loss, optional
            By default, the canonical loss of the output activation.
        sample_weight : array-like, (n,), optional
            Sample weights, at least 0.
        train : bool, default False
            Training mode: dropout (needs `rng`) and batch statistics.
        rng : numpy.random.Generator, optional
            Source of dropout masks.

        Returns
        -------
        tuple of (float, Array)
            Mean loss, and g itself, (parameters,), which the next call overwrites.

        Raises
        ------
        ValueError
            If shapes, values, or the loss do not fit the network.

        Examples
        --------
        >>> from glassnet.network.layers import Dense
        >>> net = Network(2, [Dense(3, "tanh"), Dense(2, "softmax")], init="zeros")
        >>> loss, g = net.gradient(np.array([[1.0, 2.0]]), [1])
        >>> round(loss, 4), g.shape
        (0.6931, (17,))
        """
        kind = self.loss(loss)
        X, Y, weights = self.batch(X, y, kind, sample_weight)
        mean, _, g = self.loss_and_gradient(X, Y, kind, weights, train, rng)
        return mean, g

    def loss_and_gradient(
        self,
        X: Array,
        Y: AnyArray,
        loss: losses.Loss,
        weights: Array | None,
        train: bool,
        rng: np.random.Generator | None,
        dropout: float = 1.0,
    ) -> tuple[float, Array, Array]:
        """Return mean loss, output (n, outputs), and g of a validated batch, without validating it again.

        weights: (n,), (n, parts) as described in `engines.job.Job`, or None.
        """
        a, caches = self.forward(X, train, rng, dropout)
        if weights is not None and weights.ndim == 2:
            mean, da, from_logits = self._loss_of_parts(a, caches[-1], Y, loss, weights)
            self.backward(caches, da, from_logits)
            return mean, a, self._g
        values, gradient, from_logits = self.loss_of(a, caches[-1], Y, loss)
        self.backward(caches, gradient * losses.row_shares(weights, len(X)), from_logits)
        return losses.mean_loss(values, weights), a, self._g

    def loss_of(self, a: Array, cache: Cache, Y: AnyArray, loss: losses.Loss) -> tuple[Array, Array, bool]:
        """Return each row's loss, its gradient, and whether that gradient is with respect to the logits."""
        if self.is_canonical(loss):
            z, _ = cache
            return loss.value_from_logits(z, Y), loss.gradient_from_logits(a, Y), True
        return loss.value(a, Y), loss.gradient(a, Y), False

    def _loss_of_parts(
        self, a: Array, cache: Cache, Y: AnyArray, loss: losses.Loss, weights: Array
    ) -> tuple[float, Array, bool]:
        """Return the sum of the parts' mean losses, its gradient, and whether that is with respect to the logits."""
        rows = weights.size
        own_cache = (cache[0].reshape(rows, -1), None) if self.is_canonical(loss) else None
        values, da, from_logits = self.loss_of(a.reshape(rows, -1), own_cache, Y.reshape(rows, -1), loss)
        shares = weights.reshape(-1) / len(a)
        return float((shares * values).sum()), (da * shares[:, None]).reshape(a.shape), from_logits

    def is_canonical(self, loss: losses.Loss) -> TypeGuard[losses.CanonicalLoss]:
        """Return whether the loss is computed from the logits, because it is canonical for the output activation."""
        last = self.operations[-1].layer
        return isinstance(last, Activation) and loss.canonical == activations.activation_name(last.activation)

    def loss(self, choice: losses.LossLike | None = None) -> losses.Loss:
        """Return a loss that fits the output, by default the canonical one.

        Parameters
        ----------
        choice : str, dict, or Loss, optional
            Name, spec, or object.

        Returns
        -------
        Loss
            The loss.

        Raises
        ------
        ValueError
            If the loss does not accept this kind of output.
        """
        name = activations.activation_name(self.output_activation)
        if choice is None:
            return losses.canonical_loss(name)
        loss = losses.loss(choice)
        if loss.needs is not None and self.output_kind not in loss.needs:
            good = [known for known, cls in activations.ACTIVATIONS.items() if cls.output in loss.needs]
            raise ValueError(
                f"{losses.loss_name(loss)} does not accept the output of {self.names[-1]}, which ends in {name!r}; "
                f"end the network in {' or '.join(good)}, or use another loss"
            )
        return loss

    def batch(
        self,
        X: Rows | LabeledRows,
        y: npt.ArrayLike | None,
        loss: losses.Loss,
        sample_weight: npt.ArrayLike | None = None,
    ) -> tuple[Array, AnyArray, Array | None]:
        """Validate data; return X (n, inputs), Y (n,) or (n, outputs), and weights (n,) or None."""
        inputs, targets = input_checks.split_pair(X, y)
        rows = self.rows(inputs)
        if not len(rows):
            raise ValueError("X has no rows, so its mean loss is undefined")
        return rows, self.targets(targets, len(rows), loss), self.weights(sample_weight, len(rows))

    def targets(self, y: npt.ArrayLike, n: int, loss: losses.Loss) -> AnyArray:
        """Return targets in the form the loss computes with: class indices (n,), int64, or numbers (n, outputs)."""
        return input_checks.targets(y, n, loss, self.outputs, self.dtype)

    def weights(self, sample_weight: npt.ArrayLike | None, n: int) -> Array | None:
        """Return sample weights, (n,), in the network's dtype, or None if all rows count equally."""
        return input_checks.weights(sample_weight, n, self.dtype)

    def rows(self, X: Rows) -> Array:
        """Return X, (n, inputs), in the network's dtype; raise if its width is wrong or an entry is not finite."""
        return self.checked_rows(X).astype(self.dtype, copy=False)

    def checked_rows(self, X: Rows, before_scaling: bool = False) -> AnyArray:
        """Return X, (n, inputs), in its own dtype; raise if its width is wrong or an entry is not finite.

        before_scaling: whether X is scaled before the network gets it, so that its range does not matter yet.
        """
        array: AnyArray = input_checks.rows(X, self.inputs, np.dtype(np.float64) if before_scaling else self.dtype)
        self.layers[0].check_rows(array)
        table = array
        for first, second in pairwise(self.layers):
            if not (isinstance(first, Embedding) and isinstance(second, Embedding)):
                break
            # The second one gets the other columns of the first one, followed by its vectors.
            table = np.delete(table, first.columns, axis=1)
            second.check_rows(table)
        return array

    predictor: ClassVar[Predictor | None] = None
    """Function that may compute outputs instead of `forward`, such as that of an engine.

    It is called with the network, X, and whether X is validated, and returns the outputs or None.
    """

    def predict_proba(self, X: Rows) -> Array:
        """Return the output for every row, in evaluation mode.

        Parameters
        ----------
        X : array-like, (n, inputs)
            Rows.

        Returns
        -------
        Array, (n, outputs)
            Probabilities, or numbers, by the output activation.
        """
        predictor = Network.predictor
        if predictor is not None and (given := predictor(self, X, False)) is not None:
            return given
        X = self.rows(X)
        if predictor is not None and (given := predictor(self, X, True)) is not None:
            return given
        out = np.empty((len(X), self.outputs), self.dtype)
        for rows in self._blocks(len(X)):
            out[rows] = self.forward(X[rows])[0]
        return out

    def predict(self, X: Rows) -> AnyArray:
        """Return the prediction for every row.

        After softmax, it is the most probable class. After sigmoid, it is 1 if the probability is above ½, else 0.
        Otherwise it is the output.

        Parameters
        ----------
        X : array-like, (n, inputs)
            Rows.

        Returns
        -------
        Array, (n,) or (n, outputs)
            Predictions; (n,) for classes and for a single output.
        """
        return decide(self.predict_proba(X), self.output_kind)

    def _blocks(self, n: int) -> Iterator[slice]:
        size = max(1, BLOCK_NUMBERS // self.largest_width)
        return (slice(start, start + size) for start in range(0, n, size))

    def trace(
        self,
        X: Rows | LabeledRows,
        y: npt.ArrayLike | None,
        loss: losses.LossLike | None = None,
        names: ColumnNames | Sequence[str] | None = None,
    ) -> Trace:
        """Return every number of one forward and backward pass, by layer name.

        Parameters
        ----------
        X : array-like, (n, inputs)
            Rows.
        y : array-like
            Targets.
        loss : str, dict, or Loss, optional
            By default, the canonical loss of the output activation.
        names : sequence of str, optional
            Names of the inputs, for the formulas; those of a model are `model.input_names`.

        Returns
        -------
        Trace
            The arrays; prints as formulas with numbers.

        Examples
        --------
        >>> from glassnet.network.layers import Dense
        >>> net = Network(2, [Dense(1, "sigmoid")], init="zeros")
        >>> net.trace([[1.0, 2.0]], [1])["dense1"].dW
        array([[-0.5],
               [-1. ]], dtype=float32)
        """
        kind = self.loss(loss)
        X, Y, _ = self.batch(X, y, kind)
        named = checked_names(names, self.inputs)
        return record_trace(self.placed, self.operations, X, Y, kind, self.loss_of, named)

    def summary(self) -> str:
        """Return a table of the layers: name, formula, output width, and number of parameters."""
        return summary_table(self.inputs, self._layer_summaries(), self.dtype.name)

    def summary_html(self) -> str:
        """Return the table of the layers as HTML."""
        return summary_html(self.inputs, self._layer_summaries(), self.dtype.name)

    def _repr_html_(self) -> str:
        note = f"{self.inputs:,} inputs, {self.outputs:,} outputs"
        return html.page("Network", self.summary_html(), note=note)

    def _layer_summaries(self) -> list[LayerSummary]:
        counts = Counter[str]()
        for key, view in self._p_views.items():
            counts[key.rsplit(".", 1)[0]] += view.size
        return [LayerSummary(one.name, one.formula, one.outputs, counts[one.name]) for one in self.placed]


def _with_rate_of(step: Operation, factor: float) -> Operation:
    """Return a dropout with its rate multiplied by a factor, or any other operation as it is."""
    if not isinstance(step.layer, Dropout):
        return step
    return replace(step, layer=replace(step.layer, rate=step.layer.rate * factor))
