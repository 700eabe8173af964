"""A network: layers one behind the other, all their parameters in one vector θ, all gradients in one vector g."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any, ClassVar, TypeGuard

import numpy as np

from glassnet.common import checks
from glassnet.common.arrays import AnyArray, Array, vectors
from glassnet.maths import activations, initializers, losses
from glassnet.network import input_checks
from glassnet.network.decisions import decide
from glassnet.network.embedding import Embedding
from glassnet.network.layer import Defaults, Layer, Operation, Views
from glassnet.network.layers import Activation, Dense, layer
from glassnet.network.parameters import Layout, copy_into
from glassnet.network.summary import LayerSummary, summary_table
from glassnet.network.trace import Trace, record_trace

Predictor = Callable[["Network", Any, bool], Array | None]

BLOCK_NUMBERS = 1 << 20
"""How many numbers of its widest layer a prediction holds at once; rows beyond them wait for the next block."""


class Network:
    """A stack of layers that turns rows of numbers into rows of numbers, and can learn to do it better.

    inputs: how many numbers a row has. layers: Dense, Activation, Dropout, BatchNorm, LayerNorm, Embedding, or their
    names with options. init, bias_init: how weights and biases start where a layer does not say it (names or objects).
    dtype: "float32" or "float64". seed: a number, or a numpy.random.Generator to draw the first weights from.
    Layers are named by kind and count: dense1, dense2, dropout1, ...

    >>> net = Network(64, [Dense(6, "relu"), Dense(5, "sigmoid"), Dense(10, "softmax")], init="glorot_uniform")
    >>> list(net.named_parameters())
    ['dense1.W', 'dense1.b', 'dense2.W', 'dense2.b', 'dense3.W', 'dense3.b']
    >>> net.named_parameters()["dense1.W"].shape, net.parameters.shape
    ((64, 6), (485,))
    """

    inputs: int
    outputs: int
    layers: tuple[Layer, ...]
    names: tuple[str, ...]
    widths: tuple[int, ...]
    dtype: np.dtype[Any]
    layout: Layout
    state_layout: Layout
    operations: tuple[Operation, ...]

    def __init__(
        self,
        inputs: int,
        layers: Sequence[Any],
        *,
        init: Any = None,
        bias_init: Any = None,
        dtype: Any = "float32",
        seed: int | np.random.Generator = 0,
    ) -> None:
        self._describe(inputs, layers, dtype)
        self._attach(np.zeros(self.layout.size, self.dtype), np.empty(self.state_layout.size, self.dtype))
        defaults = Defaults(
            init=None if init is None else initializers.initializer(init),
            bias_init=None if bias_init is None else initializers.initializer(bias_init),
        )
        rng = np.random.default_rng(seed)
        for step in self.operations:
            step.layer.start(step.p, step.state, rng, defaults)

    @classmethod
    def from_vectors(
        cls, inputs: int, layers: Sequence[Any], parameters: AnyArray, state: AnyArray, dtype: Any = "float32"
    ) -> Network:
        """Return the network of these layers with its parameters and running values given, drawing nothing."""
        network = cls.__new__(cls)
        network._describe(inputs, layers, dtype)
        for name, vector, size in (
            ("parameters", parameters, network.layout.size),
            ("state", state, network.state_layout.size),
        ):
            if vector.shape != (size,):
                raise ValueError(f"these layers have {size} numbers as {name}, got an array of shape {vector.shape}")
        network._attach(np.array(parameters, network.dtype), np.array(state, network.dtype))
        return network

    def _describe(self, inputs: int, layers: Sequence[Any], dtype: Any) -> None:
        """Name the layers, infer every width and lay θ out, without making room for it yet."""
        self.inputs = checks.whole_number("inputs of a network", inputs, at_least=1)
        self.dtype = np.dtype(dtype)
        if self.dtype not in (np.float32, np.float64):
            raise ValueError(f"dtype of a network must be float32 or float64, got {self.dtype}")
        if not isinstance(layers, Sequence) or isinstance(layers, str):
            raise TypeError(f"layers of a network are a list, [Dense(10, 'softmax')] for instance, got {layers!r}")
        self.layers = tuple(layer(choice) for choice in layers)
        if not self.layers:
            raise ValueError("a network needs at least one layer, Dense(10, 'softmax') for instance")
        counts: Counter[str] = Counter()
        named: list[tuple[str, Layer]] = []
        widths = [self.inputs]
        for one in self.layers:
            counts[one.kind] += 1
            name = f"{one.kind}{counts[one.kind]}"
            one.check_place(name, widths[-1], named)
            named.append((name, one))
            widths.append(one.output_width(widths[-1]))
        self.names = tuple(name for name, _ in named)
        self.widths = tuple(widths)
        self.outputs = widths[-1]
        places = list(zip(named, widths, strict=False))
        self.layout = Layout.of(
            (f"{name}.{short}", shape)
            for (name, one), width in places
            for short, shape in one.parameter_shapes(width).items()
        )
        self.state_layout = Layout.of(
            (f"{name}.{short}", shape)
            for (name, one), width in places
            for short, shape in one.state_shapes(width).items()
        )

    def _attach(self, theta: Array, state: Array) -> None:
        """Take these numbers as the network's own and cut every layer's views from the vectors that hold them."""
        self._theta, self._g = vectors(2, theta.size, self.dtype)
        self._theta[:], self._state = theta, state
        self.memo: dict[Any, Any] = {}  # what an engine keeps about these vectors for itself
        self._p_views = self.layout.views(self._theta)
        self._g_views = self.layout.views(self._g)
        self._state_views = self.state_layout.views(self._state)
        owned = [_by_layer(views) for views in (self._p_views, self._g_views, self._state_views)]
        steps = []
        for name, one in zip(self.names, self.layers, strict=True):
            steps.append(Operation(name, one, *(views.get(name, {}) for views in owned)))
            if isinstance(one, Dense):
                steps.append(Operation(name, Activation(one.activation), {}, {}, {}))
        self.operations = tuple(steps)
        # No gradient is needed of what lies below the first layer that owns parameters.
        self._first = next((i for i, step in enumerate(self.operations) if step.p), len(self.operations))

    def __getstate__(self) -> dict[str, Any]:
        # Copies and pickles hold the vectors; views would come back as arrays of their own, cut off from θ.
        return {
            "inputs": self.inputs,
            "layers": self.layers,
            "dtype": self.dtype,
            "parameters": self._theta,
            "state": self._state,
            "gradient": self._g,
        }

    def __setstate__(self, kept: dict[str, Any]) -> None:
        self._describe(kept["inputs"], kept["layers"], kept["dtype"])
        # Copied: a process that was handed the network may hold arrays that cannot be written to, or another's own.
        self._attach(np.array(kept["parameters"]), np.array(kept["state"]))
        self._g[:] = kept["gradient"]

    def __repr__(self) -> str:
        return f"Network({self.inputs}, [{', '.join(map(repr, self.layers))}], dtype={self.dtype.name!r})"

    @property
    def parameters(self) -> Array:
        """θ, all parameters in one vector; assigning writes into it."""
        return self._theta

    @parameters.setter
    def parameters(self, values: AnyArray) -> None:
        copy_into(self._theta, np.asarray(values), "parameters")

    @property
    def vectors(self) -> tuple[Array, Array, Array]:
        """θ, g and the running values themselves, for an engine that computes on them."""
        return self._theta, self._g, self._state

    @property
    def state(self) -> Array:
        """The running values of normalizations in one vector, which no optimizer sees."""
        return self._state

    def named_parameters(self) -> dict[str, Array]:
        """Return views of θ by name, in order: {"dense1.W": (inputs, units), "dense1.b": (units,), ...}."""
        return dict(self._p_views)

    def named_gradients(self) -> dict[str, Array]:
        """Return views of g, the gradient computed last, by the same names as `named_parameters`."""
        return dict(self._g_views)

    def named_state(self) -> dict[str, Array]:
        """Return views of the running values by name: {"batchnorm1.mean": (units,), ...}."""
        return dict(self._state_views)

    @property
    def output_activation(self) -> activations.Activation:
        """The activation the network ends with; the identity where it ends with another kind of layer."""
        last = self.operations[-1].layer
        return last.activation if isinstance(last, Activation) else activations.Identity()

    @property
    def output_kind(self) -> str:
        """What the output is, one of activations.OUTPUTS: "distribution" after softmax, and so on."""
        return getattr(self.output_activation, "output", "real")

    def forward(self, X: Array, train: bool = False, rng: np.random.Generator | None = None) -> tuple[Array, list[Any]]:
        """Return the output, (n, outputs), and every step's cache, which `backward` needs.

        X: (n, inputs) in the network's dtype. train: dropout on, batch statistics in normalizations.
        """
        a, caches = X, []
        for step in self.operations:
            a, cache = step.layer.forward(step.p, step.state, a, train, rng)
            caches.append(cache)
        return a, caches

    def backward(self, caches: list[Any], da: Array, from_logits: bool = False) -> None:
        """Overwrite g with the gradient, given the loss's gradient `da` with respect to the output, (n, outputs).

        With `from_logits`, `da` is the gradient with respect to the last activation's z, so that one is passed over.
        """
        last = len(self.operations) - 1 - from_logits
        dy: Array | None = da
        for i in range(last, self._first - 1, -1):
            assert dy is not None
            step = self.operations[i]
            dy = step.layer.backward(step.p, caches[i], dy, step.g, i > self._first)

    def gradient(
        self,
        X: Any,
        y: Any = None,
        loss: Any = None,
        sample_weight: Any = None,
        train: bool = False,
        rng: np.random.Generator | None = None,
    ) -> tuple[float, Array]:
        """Return the mean loss of a batch and its gradient with respect to θ.

        X: (n, inputs), or a Dataset holding X and y. y: (n,) class indices or numbers, or (n, outputs). loss: a name
        or an object; left out, the one made for the output activation. sample_weight: (n,), at least 0. train:
        dropout on (then `rng` is needed) and batch statistics in normalizations. The returned vector is g itself,
        which the next call overwrites. Raises ValueError for shapes, values or a loss that do not fit the network.

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
    ) -> tuple[float, Array, Array]:
        """Return mean loss, output (n, outputs) and g of a batch that `batch` has checked, without checking again."""
        a, caches = self.forward(X, train, rng)
        values, gradient, from_logits = self.loss_of(a, caches[-1], Y, loss)
        self.backward(caches, gradient * losses.row_shares(weights, len(X)), from_logits)
        return losses.mean_loss(values, weights), a, self._g

    def loss_of(self, a: Array, cache: Any, Y: AnyArray, loss: losses.Loss) -> tuple[Array, Array, bool]:
        """Return each row's loss, its gradient, and whether that is with respect to the last logits."""
        if self.is_canonical(loss):
            z, _ = cache
            return loss.value_from_logits(z, Y), loss.gradient_from_logits(a, Y), True
        return loss.value(a, Y), loss.gradient(a, Y), False

    def is_canonical(self, loss: losses.Loss) -> TypeGuard[losses.CanonicalLoss]:
        """Return whether the loss is computed from the logits: it is made for the activation the network ends with."""
        last = self.operations[-1].layer
        return isinstance(last, Activation) and loss.canonical == activations.activation_name(last.activation)

    def loss(self, choice: Any = None) -> losses.Loss:
        """Return the loss that `choice` names, or the one made for the output activation; refuse one that cannot be."""
        name = activations.activation_name(self.output_activation)
        if choice is None:
            return losses.canonical_loss(name)
        loss = losses.loss(choice)
        if loss.needs is not None and self.output_kind not in loss.needs:
            good = [known for known, cls in activations.ACTIVATIONS.items() if cls.output in loss.needs]
            raise ValueError(
                f"{losses.loss_name(loss)} cannot be taken of {self.names[-1]}, which ends in {name!r}; "
                f"end the network in {' or '.join(good)}, or use another loss"
            )
        return loss

    def batch(
        self, X: Any, y: Any, loss: losses.Loss, sample_weight: Any = None
    ) -> tuple[Array, AnyArray, Array | None]:
        """Check data at the door and return X (n, inputs), Y (n,) or (n, outputs) and weights (n,) as computed with."""
        X, y = input_checks.split_pair(X, y)
        X = self.rows(X)
        if not len(X):
            raise ValueError("X has no rows, and of none there is no mean loss")
        return X, self.targets(y, len(X), loss), self.weights(sample_weight, len(X))

    def targets(self, y: Any, n: int, loss: losses.Loss) -> AnyArray:
        """Return y as the loss computes with it: class indices (n,), int64, or numbers (n, outputs) in our dtype."""
        return input_checks.targets(y, n, loss, self.outputs, self.dtype)

    def weights(self, sample_weight: Any, n: int) -> Array | None:
        """Return the weight of every row, (n,), in our dtype, or None where all count the same."""
        return input_checks.weights(sample_weight, n, self.dtype)

    def rows(self, X: Any) -> Array:
        """Return X as (n, inputs) in the network's dtype, refusing another width and NaN or inf."""
        return self.checked_rows(X).astype(self.dtype, copy=False)

    def checked_rows(self, X: Any) -> AnyArray:
        """Return X as an array (n, inputs) of its own dtype, refusing another width, no numbers, NaN and inf."""
        X = input_checks.rows(X, self.inputs, self.dtype)
        self.layers[0].check_rows(X)
        table = X
        for first, second in pairwise(self.layers):
            if not (isinstance(first, Embedding) and isinstance(second, Embedding)):
                break
            # What the second one looks up: the columns that the first one lets pass, before its vectors.
            table = np.delete(table, first.columns, axis=1)
            second.check_rows(table)
        return X

    predictor: ClassVar[Predictor | None] = None
    """Who is asked for outputs before `forward` computes them, an engine for instance.

    Given the network, X, and whether X was checked, it returns them or None.
    """

    def predict_proba(self, X: Any) -> Array:
        """Return the network's output for every row of X, (n, outputs), in evaluation mode."""
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

    def predict(self, X: Any) -> AnyArray:
        """Return the answer for every row: a class (n,), yes or no, or numbers (n,) or (n, outputs).

        A network that ends in softmax answers with the most probable class; one that ends in sigmoid with 1 where the
        probability is above one half, else 0, (n,) for one output; every other with its output.
        """
        return decide(self.predict_proba(X), self.output_kind)

    def _blocks(self, n: int) -> Iterator[slice]:
        size = max(1, BLOCK_NUMBERS // max(self.widths))
        return (slice(start, start + size) for start in range(0, n, size))

    def trace(self, X: Any, y: Any, loss: Any = None) -> Trace:
        """Return every number of one pass forward and back, by layer name; it prints as formulas with numbers.

        >>> net = Network(2, [Dense(1, "sigmoid")], init="zeros")
        >>> net.trace([[1.0, 2.0]], [1])["dense1"].dW
        array([[-0.5],
               [-1. ]], dtype=float32)
        """
        kind = self.loss(loss)
        X, Y, _ = self.batch(X, y, kind)
        return record_trace(dict(zip(self.names, self.layers, strict=True)), self.operations, X, Y, kind, self.loss_of)

    def summary(self) -> str:
        """Return a table of the layers: name, what it computes, output shape, number of parameters."""
        counts = Counter[str]()
        for key, view in self._p_views.items():
            counts[key.split(".", 1)[0]] += view.size
        rows = [
            LayerSummary(name, one.formula(), width, counts[name])
            for name, one, width in zip(self.names, self.layers, self.widths[1:], strict=True)
        ]
        return summary_table(self.inputs, rows, self.dtype.name)


def _by_layer(views: Views) -> dict[str, dict[str, Array]]:
    """Return the views of every layer by short name: {"dense1": {"W": ..., "b": ...}, ...}."""
    owned: dict[str, dict[str, Array]] = {}
    for full, view in views.items():
        name, short = full.split(".", 1)
        owned.setdefault(name, {})[short] = view
    return owned
