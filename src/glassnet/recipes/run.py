"""A recipe carried out: data are loaded and split, a network is trained, and measured once on what it has not seen."""

from __future__ import annotations

import dataclasses
import math
import platform
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.common import names
from glassnet.common.arrays import Array
from glassnet.data.dataset import Dataset
from glassnet.data.images import ImageFrame
from glassnet.data.own import is_folder, is_own, read_own_parts
from glassnet.data.photos import Frame, PhotoFrame
from glassnet.data.sources import SOURCES, load
from glassnet.maths import intervals, losses, metrics
from glassnet.maths.activations import Softmax
from glassnet.maths.optimizers import LBFGS, optimizer
from glassnet.model import Model
from glassnet.network.answers import decide
from glassnet.network.ensemble import Ensemble
from glassnet.network.layer import Layer
from glassnet.network.layers import Activation, Dense, layer
from glassnet.network.network import Network
from glassnet.recipes.learn import learn, seed_of
from glassnet.recipes.prepare import prepare
from glassnet.recipes.recipe import TABLES, Recipe
from glassnet.training.glimpses import MOST_ROWS, Glimpses, Watch
from glassnet.training.history import History


@dataclass(frozen=True)
class Run:
    """What comes of a recipe: the model, its networks' histories, the numbers of metrics.json, and the data by part.

    glimpses: what was seen inside the first network on the way. output: the model's for the rows of the last part, (n,
    outputs), None where it has not been computed.
    """

    recipe: Recipe
    model: Model
    histories: tuple[History, ...]
    metrics: dict[str, Any]
    parts: dict[str, Dataset]
    glimpses: Glimpses | None = None
    output: Array | None = None

    @property
    def history(self) -> History:
        """The history of the first network, which is the only one unless the recipe asks for several."""
        return self.histories[0]

    @property
    def is_interrupted(self) -> bool:
        """Whether Ctrl-C ended the run before all its networks had learnt to the end."""
        return any(history.stop_reason == "interrupted" for history in self.histories)


def load_parts(recipe: Recipe) -> dict[str, Dataset]:
    """Return the parts of the recipe's data, raw: "train", "valid" (if the split has one) and "test"."""
    dataset = load(recipe.source, **recipe.options)
    is_file = recipe.source not in SOURCES and is_own(recipe.source)
    own = read_own_parts(recipe.source, dataset, **recipe.options) if is_file else {}
    called = ("train", "test") if len(recipe.fractions) == 2 else ("train", "valid", "test")
    shares = {name: share for name, share in zip(called, recipe.fractions, strict=True) if name not in own}
    if own:
        whole = math.fsum(shares.values()) or 1
        shares = {name: share / whole for name, share in shares.items()}
    parts = own | dict(zip(shares, dataset.split(*shares.values(), seed=recipe.seed), strict=True))
    if not len(parts["train"]):
        raise ValueError(f"split {recipe.split} leaves no rows to learn from")
    return {name: parts[name] for name in ("train", "valid", "test") if len(parts.get(name, ()))}


def build_network(recipe: Recipe, train: Dataset, number: int = 0, first: Sequence[Layer] = ()) -> Network:
    """Return one of the recipe's networks, with the output layer that the data ask for: a softmax, or numbers.

    first: the layers that the data ask for in front, a table's embeddings.
    """
    if train.class_names is not None:
        output = Dense(train.n_classes, "softmax")
        last = layer(recipe.layers[-1]) if recipe.layers else None
        if isinstance(last, (Dense, Activation)) and isinstance(last.activation, Softmax):
            raise ValueError(
                f"the last of the recipe's layers ends in softmax, but they are the hidden ones: the output layer, "
                f"{train.n_classes} units with softmax, is added by itself; leave the last layer out"
            )
    else:
        output = Dense(1 if train.y.ndim == 1 else train.y.shape[1], _output_activation(recipe))
    return Network(
        train.features,
        [*first, *recipe.layers, output],
        init=recipe.init,
        bias_init=recipe.bias_init,
        dtype=recipe.dtype,
        seed=seed_of(recipe.seed, number),
    )


def carry_out(recipe: Recipe, progress: bool | None = False) -> Run:
    """Train as the recipe says and measure the result; with `progress`, a bar is shown (None: where a terminal is).

    Numbers to predict are brought to mean 0 and standard deviation 1 for training, which is what the history's losses
    speak of; the network's last layer is given their scale back afterwards, so the kept network predicts in their own
    unit. Ctrl-C ends training early; what has been learned so far is then measured and returned, with
    `history.stop_reason` "interrupted".
    """
    parts = load_parts(recipe)
    if recipe.augment is not None and parts["train"].image_shape is None:
        raise ValueError(f"augment distorts pictures, and {recipe.source} holds none; leave it out")
    prepared = prepare(recipe, parts)
    train = prepared.parts["train"]
    networks = [build_network(recipe, train, number, prepared.first) for number in range(recipe.networks)]
    # Only an output that can be any number can be given another scale afterwards.
    centre, spread = _target_scale(train) if networks[0].output_kind == "real" else (np.zeros(1), None)
    rows = {
        name: part if spread is None else dataclasses.replace(part, y=(part.y - centre) / spread)
        for name, part in prepared.parts.items()
        if name != "test"
    }
    options = {key: getattr(recipe, key) for key in TABLES["training"] if key != "networks"}
    options["class_weight"] = _class_weight(recipe, train)
    # L-BFGS gives its records when it has arrived, so there is nothing to be seen on the way.
    watched_epochs = 0 if isinstance(optimizer(recipe.optimizer), LBFGS) else recipe.epochs
    few = prepared.scale.transform(train.X[:MOST_ROWS])
    watch = Watch(networks[0], few, rows["train"].y, loss=recipe.loss, epochs=watched_epochs)
    began = time.perf_counter()
    histories = learn(
        networks,
        rows["train"],
        valid=rows.get("valid"),
        preprocessing=prepared.scale,
        progress=progress,
        seed=recipe.seed,
        watch=watch,
        **options,
    )
    seconds = time.perf_counter() - began
    glimpses = watch.glimpses(histories[0].kept_epoch)
    # Those that had not begun when they were interrupted have learnt nothing.
    trained = [network for network, history in zip(networks, histories, strict=True) if len(history)] or networks[:1]
    if spread is not None:
        for network in trained:
            _give_scale_back(network, centre, spread)
    model = Model(
        prepared.scale,
        Ensemble(trained) if len(trained) > 1 else trained[0],
        train.class_names,
        feature_names=parts["train"].feature_names,
        image_frame=_frame(recipe, train),
        columns=prepared.columns,
        recipe=recipe.words(),
    )
    outputs = {name: model.outputs_of_numbers(part.X) for name, part in prepared.parts.items()}
    run = Run(recipe, model, tuple(histories), {}, parts, glimpses, list(outputs.values())[-1])
    run.metrics.update(_summary(run, outputs), seconds=round(seconds, 4))
    model.metrics = run.metrics
    return run


def _frame(recipe: Recipe, train: Dataset) -> Frame | None:
    """Return how a picture becomes a row as in training: photographs whole, drawn digits and the like laid in place.

    None where rows are no pictures, or nothing is drawn on them.
    """
    shape = train.image_shape
    if shape is not None and recipe.source not in SOURCES and is_folder(recipe.source):
        return PhotoFrame(shape)
    try:
        return ImageFrame.of(train) if shape is not None and len(shape) == 2 else None
    except ValueError:
        return None


def _output_activation(recipe: Recipe) -> str:
    """Return what numbers to predict end in: the identity, or what a loss of counts or shares is made for."""
    chosen = None if recipe.loss is None else losses.loss(recipe.loss)
    return "identity" if chosen is None or chosen.needs is None else chosen.canonical or "identity"


def _class_weight(recipe: Recipe, train: Dataset) -> Any:
    """Return the recipe's class weights with indices in place of the classes' names."""
    if not isinstance(recipe.class_weight, dict):
        return recipe.class_weight
    known = train.class_names or ()
    for name in recipe.class_weight:
        if name not in known:
            raise names.unknown("class in class_weight", name, known)
    return {known.index(name): weight for name, weight in recipe.class_weight.items()}


def _target_scale(train: Dataset) -> tuple[Array, Array | None]:
    """Return mean and standard deviation of the numbers to predict, (k,) each; None as the second for classes."""
    if train.class_names is not None:
        return np.zeros(1), None
    spread = np.ptp(train.y, axis=0)
    return train.y.mean(axis=0), np.where(spread > 0, train.y.std(axis=0), 1.0)


def _give_scale_back(network: Network, centre: Array, spread: Array) -> None:
    """Make the last layer give y instead of (y − centre) / spread: W ← W · spread, b ← b · spread + centre."""
    last = network.names[-1]
    views = network.named_parameters()
    views[f"{last}.W"][:] *= spread
    views[f"{last}.b"][:] = views[f"{last}.b"] * spread + centre


def _summary(run: Run, outputs: Mapping[str, Array]) -> dict[str, Any]:
    """Return the numbers of metrics.json; None where there is no such part, or no such number for this kind of y."""
    from glassnet import __version__

    every = {name: run.parts.get(name) for name in ("train", "valid", "test")}
    return judge(run.model, every, run.recipe.loss, outputs) | {
        "epochs": len(run.history),
        "kept_epoch": run.history.kept_epoch,
        "stop_reason": "interrupted" if run.is_interrupted else run.history.stop_reason,
        "networks": len(run.model.networks),
        "parameters": sum(network.parameters.size for network in run.model.networks),
        "seed": run.recipe.seed,
        "engine": run.history.engine,
        "versions": {"glassnet": __version__, "python": platform.python_version(), "numpy": np.__version__},
    }


def judge(
    model: Model,
    parts: Mapping[str, Dataset | None],
    loss: Any = None,
    outputs: Mapping[str, Array] | None = None,
) -> dict[str, Any]:
    """Return how good a model is on every part, and, for the last one, baselines, intervals and confusion matrix.

    parts: by name, None where there is no such part. A baseline is what the constant gets that suits the training part
    best (the last part itself where there is none): its most common class, or its mean. outputs: the model's for the
    rows of each part, (n, outputs), where they are known.
    """
    there = {
        name: (part, model.outputs(part.X) if outputs is None else outputs[name])
        for name, part in parts.items()
        if part is not None
    }
    keys = ("loss", "r2", "rmse") if model.class_names is None else ("loss", "accuracy")
    measured: dict[str, Any] = {f"{name}_{key}": None for name in parts for key in keys}
    measured |= {f"{name}_rows": 0 if part is None else len(part) for name, part in parts.items()}
    for name, (part, output) in there.items():
        measured |= {f"{name}_{key}": value for key, value in measure(model, part, output, loss).items()}
    name, (last, output) = list(there.items())[-1]
    measured |= {f"{name}_{key}_interval": ends for key, ends in _intervals(model, last, output).items()}
    known = parts.get("train") or last
    if model.class_names is None:
        mean = np.broadcast_to(known.y.mean(axis=0), last.y.shape)
        baselines = {"majority_baseline": None, "baseline_rmse": float(metrics.rmse(last.y, mean))}
        return measured | baselines | {"confusion_matrix": None, "classes": None}
    answers = decide(output, model.network.output_kind)
    return measured | {
        "majority_baseline": float(np.mean(last.y == metrics.majority_class(known.y))),
        "confusion_matrix": metrics.confusion_matrix(last.y, answers, model.class_names).counts.tolist(),
        "classes": list(model.class_names),
    }


def _intervals(model: Model, part: Dataset, output: Array) -> dict[str, list[float] | None]:
    """Return the ends of the 95 % interval of each result on a part; None where there are too few rows for one."""
    if model.class_names is not None:
        right = np.count_nonzero(decide(output, model.network.output_kind) == part.y)
        return {"accuracy": list(intervals.wilson(int(right), len(part)))}
    if len(part) < 2:
        return {"r2": None, "rmse": None}
    answers = output.reshape(part.y.shape)
    both = {"r2": intervals.r2(part.y, answers), "rmse": intervals.rmse(part.y, answers)}
    return {key: list(ends) if math.isfinite(ends.low) else None for key, ends in both.items()}


def measure(model: Model, part: Dataset, output: Array, loss: Any) -> dict[str, float]:
    """Return how good a model is on one part: loss, and accuracy for classes or r2 and rmse for numbers.

    output: the model's for the part's rows, (n, outputs). loss: a name, words or an object; None for the one made for
    the network's output.
    """
    network = model.networks[0]
    chosen = network.loss(loss)
    mean = losses.mean_loss(chosen.value(output, network.targets(part.y, len(part), chosen)), None)
    if model.class_names is not None:
        return {"loss": mean, "accuracy": float(metrics.accuracy(part.y, decide(output, network.output_kind)))}
    answers = output.reshape(part.y.shape)
    return {"loss": mean, "r2": float(metrics.r2(part.y, answers)), "rmse": float(metrics.rmse(part.y, answers))}
