"""The finale: trains a network on handwritten digits with all functions that the learner has written.

The reference solution provides the functions of exercises that have not passed. The results are two figures, a model
file for `glassnet predict`, and a comparison with the same network trained by glassnet.
"""

from __future__ import annotations

import contextlib
import io
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray
from glassnet.common.files import atomic_file
from glassnet.data.dataset import Dataset
from glassnet.data.images.transforms import DrawingTransform
from glassnet.data.preprocessing import Standardize
from glassnet.data.sources import load
from glassnet.lab.autograder.answer_modules import run_definitions
from glassnet.lab.autograder.diagnosis import PASSED
from glassnet.lab.course import course
from glassnet.lab.exercise import FORMULA, Exercise
from glassnet.lab.learning.workspace import Workspace
from glassnet.maths.optimizers import SGD
from glassnet.model import Model
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from glassnet.training.train import train

SIZES = (64, 6, 5, 10)

ALPHA = 0.01

USED = (
    *("split", "fit_normalizer", "normalize", "convert_to_one_hot", "initialize", "ReLu", "Sigmoid", "Softmax"),
    *("ReLu_derivative", "Sigmoid_derivative", "forward_layer", "forward_one_step", "loss", "back_propagation"),
    *("update_step", "train", "predict", "accuracy", "confusion_matrix", "majority_baseline", "plot_loss"),
)
"""The functions that the finale calls."""

GIVEN = "glassnet.lab.given"


@dataclass(frozen=True)
class Finale:
    """The results of the finale.

    Parameters
    ----------
    own, reference : list of str
        Functions of the learner, and of the reference solution.
    costs : list of float
        Summed loss of each epoch.
    accuracies : dict of str to float
        Accuracy on the training, validation, and test set.
    baseline : float
        Share of the most common class in the test set.
    counts : array
        Confusion matrix of the test set.
    seconds : float
        Training time.
    library : (float, float)
        Test accuracy and training time of glassnet, from the same initial weights.
    model : Model
        The trained model.
    figure : matplotlib.figure.Figure
        The loss by epoch.
    """

    own: list[str]
    reference: list[str]
    costs: list[float]
    accuracies: dict[str, float]
    baseline: float
    counts: AnyArray
    seconds: float
    library: tuple[float, float]
    model: Model
    figure: Any


def exercises_used() -> list[Exercise]:
    """Return the exercises whose functions the finale calls."""
    return [exercise for exercise in course() if set(exercise.defines) & set(USED)]


@contextmanager
def own_functions(workspace: Workspace) -> Iterator[tuple[dict[str, Callable[..., Any]], list[str]]]:
    """Yield the functions of the course, and the names of those that are the learner's own: the ones that have passed.

    Inside this block, `glassnet.lab.given` provides the learner's own functions.
    """
    import glassnet.lab.given as reference

    functions: dict[str, Any] = {}
    own: list[str] = []
    given: Any = ModuleType(GIVEN)
    given.__getattr__ = lambda name: functions[name] if name in functions else getattr(reference, name)
    sys.modules[GIVEN] = given
    try:
        for exercise in course():
            path = workspace.file_of(exercise)
            if workspace.states.get(exercise.number) not in (PASSED, FORMULA) or path is None:
                functions |= {name: getattr(reference, name) for name in exercise.defines}
                continue
            with contextlib.redirect_stdout(io.StringIO()):
                names, _ = run_definitions(workspace.source(exercise), str(path), exercise.defines)
            functions |= {name: names[name] for name in exercise.defines if name in names}
            own += [name for name in exercise.defines if name in names]
        yield functions, own
    finally:
        sys.modules[GIVEN] = reference


def run_finale(workspace: Workspace, epochs: int = 100, seed: int = 0) -> Finale:
    """Train a 64-6-5-10 network on digits with the learner's functions, and evaluate it."""
    digits = load("digits")
    with own_functions(workspace) as (functions, own):
        f = SimpleNamespace(**functions)
        rng = np.random.default_rng(seed)
        places = dict(zip(("train", "valid", "test"), f.split(len(digits), 0.6, 0.2, rng), strict=True))
        mean, std = f.fit_normalizer(digits.X[places["train"]].astype(float))
        X = {part: np.asarray(f.normalize(digits.X[rows].astype(float), mean, std)).T for part, rows in places.items()}
        labels = {part: digits.y[rows] for part, rows in places.items()}
        Y = np.asarray(f.convert_to_one_hot(labels["train"], SIZES[-1])).T
        first = f.initialize(list(SIZES), rng)
        functions_of = [None, f.ReLu, f.Sigmoid, lambda z: f.Softmax(z, axis=0)]
        derivatives = [None, f.ReLu_derivative, f.Sigmoid_derivative, None]
        started = time.perf_counter()
        W, B, costs = f.train(X["train"], Y, *first, functions_of, derivatives, ALPHA, epochs, rng)
        seconds = time.perf_counter() - started
        predictions = {part: f.predict(rows, W, B, functions_of) for part, rows in X.items()}
        accuracies = {part: float(f.accuracy(labels[part], predicted)) for part, predicted in predictions.items()}
        counts = np.asarray(f.confusion_matrix(labels["test"], predictions["test"], SIZES[-1]))
        figure, baseline = f.plot_loss(costs), float(f.majority_baseline(labels["test"]))
    scale = Standardize().restore({"mean": np.asarray(mean, float), "std": np.asarray(std, float)})
    model = as_model(digits, places["train"], scale, W, B)
    from_reference = [name for name in USED if name not in own]
    library = train_with_glassnet(X, labels, first, epochs, seed)
    used = [name for name in USED if name in own]
    return Finale(used, from_reference, list(costs), accuracies, baseline, counts, seconds, library, model, figure)


def network_of(W: list[AnyArray], B: list[AnyArray]) -> Network:
    """Return a glassnet network with these weights, W[l] (n_in, n_out) and B[l] (n_out, 1)."""
    activations = ("relu", "sigmoid", "softmax")
    layers = [Dense(units, name) for units, name in zip(SIZES[1:], activations, strict=True)]
    network = Network(SIZES[0], layers, init="zeros", dtype="float64")
    for l, (w, b) in enumerate(zip(W[1:], B[1:], strict=True), start=1):
        own = network.named_parameters()
        own[f"dense{l}.W"][:], own[f"dense{l}.b"][:] = w, np.asarray(b).ravel()
    return network


def as_model(digits: Dataset, rows: AnyArray, scale: Standardize, W: list[AnyArray], B: list[AnyArray]) -> Model:
    """Return the trained network as a model that also reads images."""
    part = digits.take(rows)
    return Model(scale, network_of(W, B), digits.class_names, image_transform=DrawingTransform.fit(part))


def train_with_glassnet(
    X: dict[str, AnyArray], labels: dict[str, AnyArray], first: Any, epochs: int, seed: int
) -> tuple[float, float]:
    """Return test accuracy and training time of glassnet, from the same initial weights."""
    network = network_of(*first)
    started = time.perf_counter()
    pair = (np.ascontiguousarray(X["train"].T), labels["train"])
    for _ in train(network, pair, loss="cross_entropy", optimizer=SGD(ALPHA), batch_size=1, epochs=epochs, seed=seed):
        pass
    seconds = time.perf_counter() - started
    return float((network.predict(X["test"].T) == labels["test"]).mean()), seconds


def save_results(finale: Finale, folder: Path) -> list[Path]:
    """Write the model and two figures into a folder, and return their paths."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    paths = [folder / name for name in ("digits-by-hand.safetensors", "loss.png", "confusion.png")]
    finale.model.save(paths[0])
    for figure, path in zip((finale.figure, confusion_figure(finale.counts)), paths[1:], strict=True):
        FigureCanvasAgg(figure)
        with atomic_file(path) as temporary:
            figure.savefig(temporary, format="png", dpi=110)
    return paths


def confusion_figure(counts: AnyArray) -> Any:
    """Return a figure of the confusion matrix: true classes in rows, predicted classes in columns."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4, 6.0), layout="constrained")
    axes = figure.subplots()
    errors = np.where(np.eye(len(counts), dtype=bool), 0, counts)
    axes.imshow(errors, cmap="Oranges", vmin=0, vmax=max(1, 1.6 * errors.max()))
    for (true, predicted), count in np.ndenumerate(counts):
        is_correct = true == predicted
        if count or is_correct:
            color, weight = ("#1a7f4b", "bold") if is_correct else ("#24292F", "normal")
            axes.text(predicted, true, str(count), ha="center", va="center", color=color, fontweight=weight)
    axes.set_xticks(range(len(counts)))
    axes.set_yticks(range(len(counts)))
    axes.set_xlabel("Predicted class")
    axes.set_ylabel("True class")
    wrong = int(counts.sum() - np.trace(counts))
    axes.set_title(
        f"Confusion matrix: {wrong} of {int(counts.sum())} test samples misclassified", loc="left", fontsize=11
    )
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    return figure
