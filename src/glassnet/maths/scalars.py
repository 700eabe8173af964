"""Scalars that remember how they were computed: reverse-mode automatic differentiation, small enough to read.

    a, b = scalar(2.0), scalar(3.0)
    y = (a * b + a).relu()
    y.backward()                       a.grad is ∂y/∂a

Each operation stores its inputs and its rule of differentiation. A rule gets g = ∂L/∂y, the result y, and the inputs;
it returns ∂L/∂input = g · ∂y/∂input for each input. Rules are ordinary arithmetic: with numbers they compute gradients,
and with scalars they build the graph of the gradients, which can be differentiated again.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from numbers import Real
from typing import Any

from glassnet.common.graph.graph import Graph
from glassnet.common.graph.parts import Edge, Node, brief

Rule = Callable[..., Sequence[Any]]
"""Takes g, y, and the inputs, all numbers or all scalars; returns the gradient with respect to each input."""


class Scalar:
    """A number, the operation that computed it, and the inputs of the operation. `gn.scalar` makes one from a number.

    Scalars support `+`, `-`, `*`, `/`, `**`, comparisons, and the functions below; NumPy's functions accept arrays of
    them. Comparisons, also `==`, compare values. A scalar is hashed by identity, as PyTorch's tensors are, so that two
    scalars of the same value are different keys.

    Attributes
    ----------
    value : float
        The number.
    grad : float
        After `y.backward()`: the derivative of y with respect to this scalar.
    operation : str
        Name of the operation, such as "+" or "exp"; "" for a number that was not computed.
    inputs : tuple of Scalar
        Inputs of the operation.
    name : str
        Name in the computational graph, or "".

    References
    ----------
    Griewank & Walther, "Evaluating derivatives", 2nd edition, SIAM 2008.

    Examples
    --------
    >>> a, b = scalar(2.0), scalar(-3.0)
    >>> y = a * b + a
    >>> y.backward()
    >>> y.value, a.grad, b.grad
    (-4.0, -2.0, 2.0)
    """

    __slots__ = ("grad", "inputs", "name", "operation", "rule", "value")

    def __init__(
        self, value: float, operation: str = "", inputs: tuple[Scalar, ...] = (), rule: Rule | None = None
    ) -> None:
        self.value, self.grad, self.name = value, 0.0, ""
        self.operation, self.inputs, self.rule = operation, inputs, rule

    def __repr__(self) -> str:
        return f"scalar({self.value!r}{f', name={self.name!r}' if self.name else ''})"

    def __float__(self) -> float:
        return self.value

    def __int__(self) -> int:
        return int(self.value)

    def __bool__(self) -> bool:
        return self.value != 0

    # Comparisons

    def __lt__(self, other: Any) -> bool:
        return bool(self.value < _value(other))

    def __le__(self, other: Any) -> bool:
        return bool(self.value <= _value(other))

    def __gt__(self, other: Any) -> bool:
        return bool(self.value > _value(other))

    def __ge__(self, other: Any) -> bool:
        return bool(self.value >= _value(other))

    def __eq__(self, other: object) -> bool:
        return bool(self.value == _value(other)) if isinstance(other, (Scalar, Real)) else NotImplemented

    __hash__ = object.__hash__

    # Arithmetic

    def __add__(self, other: Any) -> Scalar:
        return self._with("+", other, lambda a, b: a + b, lambda g, y, a, b: (g, g))

    def __sub__(self, other: Any) -> Scalar:
        return self._with("−", other, lambda a, b: a - b, lambda g, y, a, b: (g, -g))

    def __mul__(self, other: Any) -> Scalar:
        return self._with("×", other, lambda a, b: a * b, lambda g, y, a, b: (g * b, g * a))

    def __truediv__(self, other: Any) -> Scalar:
        return self._with("/", other, lambda a, b: a / b, lambda g, y, a, b: (g / b, -g * y / b))

    def __pow__(self, exponent: Any) -> Scalar:
        if isinstance(exponent, Scalar):
            return self._with(
                "power",
                exponent,
                lambda a, b: a**b,
                lambda g, y, a, b: (g * b * a ** (b - 1), g * y * _function(math.log, a)),
            )
        if not isinstance(exponent, Real):
            return NotImplemented
        p = float(exponent)
        return self._apply(f"^{p:g}", lambda a: a**p, lambda g, y, a: (g * p * a ** (p - 1) if p else 0.0 * g,))

    def __radd__(self, other: Any) -> Scalar:
        return scalar(other) + self

    def __rsub__(self, other: Any) -> Scalar:
        return scalar(other) - self

    def __rmul__(self, other: Any) -> Scalar:
        return scalar(other) * self

    def __rtruediv__(self, other: Any) -> Scalar:
        return scalar(other) / self

    def __rpow__(self, base: Any) -> Scalar:
        return scalar(base) ** self

    def __neg__(self) -> Scalar:
        return self._apply("negative", lambda a: -a, lambda g, y, a: (-g,))

    def __abs__(self) -> Scalar:
        return self._apply("abs", abs, lambda g, y, a: (g * ((a > 0) - (a < 0)),))

    # Functions, with the names that NumPy looks for in arrays of objects

    def relu(self) -> Scalar:
        """Return max(0, a); at 0, the derivative is taken as 0."""
        return self._apply("relu", lambda a: max(a, 0.0), lambda g, y, a: (g * (a > 0),))

    def sigmoid(self) -> Scalar:
        """Return 1 / (1 + exp(−a)), whose derivative is y · (1 − y)."""
        # Neither exponential overflows.
        return self._apply(
            "sigmoid",
            lambda a: 1 / (1 + math.exp(-a)) if a >= 0 else math.exp(a) / (1 + math.exp(a)),
            lambda g, y, a: (g * y * (1 - y),),
        )

    def tanh(self) -> Scalar:
        """Return the hyperbolic tangent, whose derivative is 1 − y²."""
        return self._apply("tanh", math.tanh, lambda g, y, a: (g * (1 - y * y),))

    def exp(self) -> Scalar:
        """Return eᵃ, whose derivative is eᵃ."""
        return self._apply("exp", math.exp, lambda g, y, a: (g * y,))

    def expm1(self) -> Scalar:
        """Return eᵃ − 1, accurate near 0."""
        return self._apply("expm1", math.expm1, lambda g, y, a: (g * (y + 1),))

    def log(self) -> Scalar:
        """Return the natural logarithm, whose derivative is 1 / a."""
        return self._apply("log", math.log, lambda g, y, a: (g / a,))

    def log1p(self) -> Scalar:
        """Return ln(1 + a), accurate near 0."""
        return self._apply("log1p", math.log1p, lambda g, y, a: (g / (a + 1),))

    def sqrt(self) -> Scalar:
        """Return the square root, whose derivative is 1 / (2y)."""
        return self._apply("sqrt", math.sqrt, lambda g, y, a: (g / (2 * y),))

    def sin(self) -> Scalar:
        """Return the sine, whose derivative is the cosine."""
        return self._apply("sin", math.sin, lambda g, y, a: (g * _function(math.cos, a),))

    def cos(self) -> Scalar:
        """Return the cosine, whose derivative is −sin."""
        return self._apply("cos", math.cos, lambda g, y, a: (-g * _function(math.sin, a),))

    def erf(self) -> Scalar:
        """Return the error function, whose derivative is 2/√π · exp(−a²)."""
        return self._apply(
            "erf", math.erf, lambda g, y, a: (g * (2 / math.sqrt(math.pi)) * _function(math.exp, -(a * a)),)
        )

    def conjugate(self) -> Scalar:
        """Return the scalar itself, as it is real; NumPy's variance asks for it."""
        return self

    # Differentiation

    def ancestors(self) -> list[Scalar]:
        """Return all scalars that this one was computed from, each after its inputs; this one is the last.

        It is a depth-first search without recursion, so chains may be of any length.

        Returns
        -------
        list of Scalar
            The scalars in topological order.
        """
        order: list[Scalar] = []
        seen: set[int] = set()
        waiting = [(self, False)]
        while waiting:
            node, has_inputs = waiting.pop()
            if has_inputs:
                order.append(node)
            elif id(node) not in seen:
                seen.add(id(node))
                waiting.append((node, True))
                waiting += [(one, False) for one in reversed(node.inputs)]
        return order

    def backward(self) -> None:
        """Write the derivative of this scalar into `grad` of every scalar that it was computed from.

            ∂L/∂a = Σ ∂L/∂y · ∂y/∂a        over all y that were computed from a

        Each scalar is visited after all those that were computed from it, so its own gradient is complete. Gradients of
        earlier calls are replaced.

        Examples
        --------
        >>> a = scalar(1.5)
        >>> b = a + a
        >>> (b + b).backward()
        >>> a.grad
        4.0
        """
        order = self.ancestors()
        for node in order:
            node.grad = 0.0
        self.grad = 1.0
        for node in reversed(order):
            if node.rule is not None:
                for one, gradient in zip(node.inputs, node.gradients(), strict=True):
                    one.grad += gradient

    def gradients(self) -> Sequence[float]:
        """Return what this scalar's gradient contributes to those of its inputs: grad · ∂y/∂input for each."""
        assert self.rule is not None
        values = [one.value for one in self.inputs]
        try:
            return self.rule(self.grad, self.value, *values)
        except (ValueError, ZeroDivisionError):
            raise ValueError(f"{self.operation} has no finite derivative at {', '.join(map(repr, values))}") from None

    def derivative(self, of: Scalar) -> Scalar:
        """Return the derivative with respect to a scalar, as a scalar, which has derivatives of its own.

        Parameters
        ----------
        of : Scalar
            A scalar that this one was computed from; for others, the derivative is 0.

        Returns
        -------
        Scalar
            The derivative.

        Examples
        --------
        >>> x = scalar(2.0)
        >>> first = (x**3).derivative(x)
        >>> first, first.derivative(x), first.derivative(x).derivative(x)
        (scalar(12.0), scalar(12.0), scalar(6.0))
        """
        order = self.ancestors()
        depends = {id(of)}
        for node in order:
            if any(id(one) in depends for one in node.inputs):
                depends.add(id(node))
        gradients: dict[int, Scalar] = {id(self): Scalar(1.0)}
        for node in reversed(order):
            if node is of or node.rule is None or id(node) not in depends:
                continue
            for one, gradient in zip(node.inputs, node.rule(gradients[id(node)], node, *node.inputs), strict=True):
                if id(one) in depends:
                    gradients[id(one)] = gradients[id(one)] + gradient if id(one) in gradients else gradient
        return gradients.get(id(of), Scalar(0.0)) if id(self) in depends else Scalar(0.0)

    def graph(self) -> Graph:
        """Return the graph of the computation, with values and gradients; it calls `backward`.

        Returns
        -------
        Graph
            A node for each scalar. Each edge carries the value of an input, and what its gradient gets through it;
            the gradient of an input is the sum over its edges.

        Examples
        --------
        >>> a, b = scalar(2.0, name="a"), scalar(-3.0, name="b")
        >>> (a * b + a).graph()
        <graph of 4 nodes and 4 edges>
        """
        self.backward()
        order = self.ancestors()
        place = {id(node): i for i, node in enumerate(order)}
        edges = [
            Edge(place[id(one)], place[id(node)], one.value, gradient)
            for node in order
            if node.rule is not None
            for one, gradient in zip(node.inputs, node.gradients(), strict=True)
        ]
        nodes = []
        for node in order:
            value, kind = brief(node.value), "input" if node.rule is None else "operation"
            label = node.name or node.operation or value
            nodes.append(Node(label, value if label != value else "", "result" if node is self else kind))
        return Graph(nodes, edges)

    def _apply(self, operation: str, forward: Callable[[float], float], rule: Rule) -> Scalar:
        """Return the result of an operation with a single input."""
        return _result(operation, forward, rule, self)

    def _with(self, operation: str, other: Any, forward: Callable[[float, float], float], rule: Rule) -> Scalar:
        """Return the result of an operation with another scalar or number."""
        if not isinstance(other, (Scalar, Real)):
            return NotImplemented
        return _result(operation, forward, rule, self, other if isinstance(other, Scalar) else scalar(float(other)))


def scalar(value: float, name: str = "") -> Scalar:
    """Return a number that remembers what is computed from it.

    Parameters
    ----------
    value : float
        The number.
    name : str, default ""
        Name in the computational graph.

    Returns
    -------
    Scalar
        The scalar.

    Raises
    ------
    TypeError
        If the value is not a number.

    Examples
    --------
    >>> x = scalar(3.0, name="x")
    >>> y = x**2 + 2 * x
    >>> y.backward()
    >>> y.value, x.grad
    (15.0, 8.0)
    """
    if not isinstance(value, Real):
        raise TypeError(f"a scalar is made from a number, got {value!r}")
    made = Scalar(float(value))
    made.name = name
    return made


def _result(operation: str, forward: Callable[..., float], rule: Rule, *inputs: Scalar) -> Scalar:
    """Return the result of an operation; raises ValueError where it has no real one."""
    value: float | complex
    try:
        value = forward(*(one.value for one in inputs))
    except OverflowError:
        value = math.inf
    except (ValueError, ZeroDivisionError):
        value = 1j
    if isinstance(value, complex):
        numbers = " and ".join(repr(one.value) for one in inputs)
        raise ValueError(f"{operation!r} of {numbers} is not a real number")
    return Scalar(value, operation, inputs, rule)


def _value(one: Any) -> Any:
    return one.value if isinstance(one, Scalar) else one


def _function(function: Callable[[float], float], a: Any) -> Any:
    """Return a function of a number, or the scalar's method of the same name."""
    return getattr(a, function.__name__)() if isinstance(a, Scalar) else function(a)
