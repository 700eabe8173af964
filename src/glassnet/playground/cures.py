"""What cures a finding: a change of the playground's state, and what the finding means, in the page's words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from glassnet.common.specs import spec_dict
from glassnet.diagnostics.findings import Finding
from glassnet.maths import optimizers
from glassnet.maths.activations import activation, activation_name
from glassnet.playground.state import MOST_UNITS, State

Layers = list[dict[str, Any]]

FLAT = ("sigmoid", "tanh", "softsign", "hard_sigmoid", "hard_tanh")
"""Activations whose derivative vanishes far from 0."""

RELUS = ("relu", "leaky_relu", "elu", "gelu", "silu", "mish", "selu")

MANY_LAYERS = 4
"""With more layers of sigmoid or tanh, signals get lost on their way."""

FEWEST_UNITS, MORE_UNITS, L2, CLIP_NORM = 4, 16, 0.05, 1.0

MEANINGS = {
    "not finite": "One update made the weights so large that their products overflow.",
    "equal units": "Units with equal weights get equal gradients, so they stay copies of each other: the layer is one "
    "unit.",
    "zero gradient": "Without a gradient, the weights of these layers do not change.",
    "vanishing gradient": "On the way back, each layer multiplies the gradient by its derivatives and weights. The "
    "first layers hardly learn.",
    "exploding gradient": "On the way back, each layer makes the gradient larger. Updates of the first layers are too "
    "large.",
    "dead units": "A ReLU that is 0 for all rows has the derivative 0. Its weights do not change any more.",
    "saturated units": "Where the activation is flat, its derivative is almost 0, and so is the gradient.",
    "duplicated units": "A unit that repeats another one adds nothing.",
    "first loss": "The network is certain of wrong predictions before it has learned anything.",
    "scale of the target": "The outputs have to grow by far before they fit, which takes many steps.",
    "rising loss": "Steps that are too long jump over the valley of the loss and land higher on the other side.",
    "overfitting": "The network learns the noise of the training rows by heart, and not the pattern behind it.",
    "underfitting": "The points can be told apart, but not by this network with these settings.",
}
TOO_HIGH = "Steps that are too long jump over the valleys of the loss."
TOO_LOW = "The weights hardly move: at this rate, training takes far too long."

ADVICE = {
    "equal units": "Draw the initial weights at random.",
    "dead units": "Lower the learning rate, draw smaller initial weights, or use leaky_relu or gelu.",
    "duplicated units": "Draw their initial weights at random, or use fewer units.",
    "scale of the target": "Divide the formula by a constant.",
    "overfitting": "More rows help most; then an L2 penalty, dropout, or fewer units.",
    "rising loss": "Divide the learning rate by 10.",
}
"""Advice in place of that of the rules, which repeats the meaning, or names options of the command line."""


@dataclass(frozen=True)
class Cure:
    """A change of the state.

    label: the change in words. changes: as in a message "set". restart: whether to train from new initial weights.
    """

    label: str
    changes: Mapping[str, Any]
    restart: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return plain data."""
        return {"label": self.label, "changes": dict(self.changes), "restart": self.restart}


def explained(finding: Finding, state: State) -> dict[str, Any]:
    """Return a finding as plain data, with its meaning and its cure."""
    known = CURES.get(finding.rule)
    found = known(finding, state) if known else None
    meaning = MEANINGS.get(finding.rule, "")
    if finding.rule == "learning rate":
        meaning = TOO_LOW if is_too_low(finding) else TOO_HIGH
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "subject": finding.subject,
        "message": finding.message,
        "meaning": meaning,
        "advice": ADVICE.get(finding.rule, finding.advice),
        "cure": found and found.to_json(),
    }


def rates(optimizer: Any) -> tuple[float, float]:
    """Return an optimizer's learning rate, and the default of its kind."""
    return float(optimizer.learning_rate), float(type(optimizer)().learning_rate)


def _rate(state: State, change: Callable[[float, float], float], restart: bool) -> Cure:
    """Return another learning rate. change: from the rate and the default to the new rate."""
    spec = spec_dict(state.training.get("optimizer", "adam"))
    old, usual = rates(optimizers.optimizer(spec))
    new = float(f"{change(old, usual):.3g}")
    changes = {"training": {"optimizer": {**spec, "learning_rate": new}}}
    return Cure(f"Learning rate {old:g} → {new:g}", changes, restart)


def _lower_rate(finding: Finding, state: State) -> Cure:
    return _rate(state, lambda old, usual: min(old / 10, usual), restart=True)


def _other_rate(finding: Finding, state: State) -> Cure:
    if is_too_low(finding):
        return _rate(state, lambda old, usual: max(10 * old, usual), restart=False)
    return _lower_rate(finding, state)


def is_too_low(finding: Finding) -> bool:
    """Return whether a finding about the learning rate is that it is too low."""
    return "too low" in finding.advice


def _copies(layers: Iterable[Mapping[str, Any]]) -> Layers:
    return [dict(one) for one in layers]


def _new_layers(label: str, layers: Layers) -> Cure:
    return Cure(label, {"layers": layers})


def _other_start(state: State) -> Cure | None:
    """Return initial weights that suit the activations, if others were chosen."""
    chosen = {str(one[key]) for one in state.layers for key in ("init", "bias_init") if one.get(key) is not None}
    if not chosen:
        return None
    layers = [{key: one[key] for key in one if key not in ("init", "bias_init")} for one in state.layers]
    return _new_layers("Automatic initial weights", layers)


def _activations(state: State) -> list[str]:
    names = [activation_name(activation(one["activation"])) for one in state.layers if "activation" in one]
    return [one for one in names if one != "identity"]


def _other_activation(state: State, old: tuple[str, ...], new: str) -> Cure | None:
    """Return another activation in place of some."""
    used = [one for one in dict.fromkeys(_activations(state)) if one in old]
    if not used:
        return None
    layers = _copies(state.layers)
    for one in layers:
        if "activation" in one and activation_name(activation(one["activation"])) in old:
            one["activation"] = new
            one.pop("init", None)
    return _new_layers(f"{new} in place of {' and '.join(used)}", layers)


def _batchnorm(state: State) -> Cure | None:
    """Return batch normalization in front of each activation, unless something is normalized already."""
    if any(one["name"] in ("batchnorm", "layernorm") for one in state.layers):
        return None
    layers: Layers = []
    for one in _copies(state.layers):
        layers.append(one)
        if one["name"] == "dense":
            function, one["activation"] = one.get("activation", "identity"), "identity"
            layers += [{"name": "batchnorm"}, {"name": "activation", "activation": function}]
    return _new_layers("Batch normalization", layers) if layers else None


def _vanishing(finding: Finding, state: State) -> Cure | None:
    return _other_start(state) or _other_activation(state, FLAT, "relu") or _batchnorm(state)


def _exploding(finding: Finding, state: State) -> Cure | None:
    if found := _other_start(state):
        return found
    if state.training.get("clip_norm") is None:
        return Cure(f"Clip norm {CLIP_NORM:g}", {"training": {"clip_norm": CLIP_NORM}})
    return _batchnorm(state)


def _dead(finding: Finding, state: State) -> Cure | None:
    return _other_start(state) or _other_activation(state, ("relu",), "leaky_relu")


def _zero_gradient(finding: Finding, state: State) -> Cure | None:
    return _dead(finding, state) or _vanishing(finding, state)


def _start(finding: Finding, state: State) -> Cure | None:
    return _other_start(state)


def _overfitting(finding: Finding, state: State) -> Cure | None:
    l2 = state.training.get("l2", 0.0)
    if l2 < L2:
        return Cure(f"L2 penalty {l2:g} → {L2:g}", {"training": {"l2": L2}}, restart=True)
    return _units(state, lambda units: max(FEWEST_UNITS, units // 4))


def _underfitting(finding: Finding, state: State) -> Cure | None:
    strong = [name for name in ("l1", "l2", "weight_decay") if state.training.get(name)]
    if strong:
        return Cure(f"No {' and '.join(strong)}".replace("_", " "), {"training": dict.fromkeys(strong)})
    names = FLAT if len(_activations(state)) > MANY_LAYERS else ("sigmoid",)
    if found := _other_activation(state, names, "relu"):
        return found
    if not any(one["name"] == "dense" for one in state.layers):
        return _new_layers(
            f"A hidden layer of {MORE_UNITS} units", [{"name": "dense", "units": MORE_UNITS, "activation": "tanh"}]
        )
    return _units(state, lambda units: min(MOST_UNITS, max(MORE_UNITS, 2 * units)))


def _units(state: State, change: Callable[[int], int]) -> Cure | None:
    """Return hidden layers of other sizes, if that changes something."""
    layers = _copies(state.layers)
    old = [one["units"] for one in layers if one["name"] == "dense"]
    new = [change(one) for one in old]
    if new == old:
        return None
    for one, units in zip((one for one in layers if one["name"] == "dense"), new, strict=True):
        one["units"] = units
    return _new_layers(f"Units {'-'.join(map(str, old))} → {'-'.join(map(str, new))}", layers)


CURES: Mapping[str, Callable[[Finding, State], Cure | None]] = {
    "not finite": _lower_rate,
    "learning rate": _other_rate,
    "rising loss": _lower_rate,
    "equal units": _start,
    "first loss": _start,
    "duplicated units": _start,
    "zero gradient": _zero_gradient,
    "dead units": _dead,
    "saturated units": _vanishing,
    "vanishing gradient": _vanishing,
    "exploding gradient": _exploding,
    "overfitting": _overfitting,
    "underfitting": _underfitting,
}
