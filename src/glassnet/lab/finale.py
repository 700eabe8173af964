"""The finale: trains a network on handwritten digits with all functions that the learner has written.

The reference solution provides the functions of exercises that have not passed. The results are three figures, a model
file for `glassnet predict`, and a comparison with the same network trained by glassnet.
"""

from __future__ import annotations

import contextlib
import io
import sys
import time
from collections import deque
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
from glassnet.lab.course import course, find_exercise
from glassnet.lab.drawing.panels import Figure, Images, Picture
from glassnet.lab.drawing.png import write_png
from glassnet.lab.drawing.training import LivePlot
from glassnet.lab.exercise import FORMULA, Exercise
from glassnet.lab.learning.files import check_files
from glassnet.lab.learning.workspace import SKIPPED, Workspace
from glassnet.maths.optimizers import SGD
from glassnet.model import Model
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from glassnet.training.train import train

SIZES = (64, 6, 5, 10)

ALPHA = 0.01

SHOWN = 8
"""Number of misread digits in the figure, at most."""

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
    picture : Figure
        The learned weights of the first layer as images, and misread digits.
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
    picture: Figure

    def rows(self) -> list[tuple[str, str]]:
        """Return the results as names and texts."""
        accuracy, seconds = self.library
        return [
            ("Summed loss, first → last epoch", f"{self.costs[0]:.1f} → {self.costs[-1]:.1f}"),
            *((f"{SETS[part]} accuracy", f"{share:.2%}") for part, share in self.accuracies.items()),
            ("Baseline (most frequent class)", f"{self.baseline:.2%}"),
            ("Training time", f"{self.seconds:.1f} s"),
            ("glassnet, same initial weights", f"{accuracy:.2%} in {seconds:.2f} s"),
        ]

    def notes(self, paths: list[Path]) -> list[str]:
        """Return whose functions were used, which files were saved, and what to do with the first, the model."""
        rest = f"From the reference solution: {', '.join(self.reference)}." if self.reference else ""
        return [
            f"{len(self.own)} of {len(self.own) + len(self.reference)} functions are yours. {rest}".rstrip(),
            f"Saved {', '.join(path.name for path in paths)}",
            f"Classify an image: glassnet predict {paths[0].name} IMAGE.png",
        ]


SETS = {"train": "Train", "valid": "Validation", "test": "Test"}
"""Names of the splits in tables, as in the results of `glassnet train`."""


def exercises_used() -> list[Exercise]:
    """Return the exercises whose functions the finale calls."""
    return [exercise for exercise in course() if set(exercise.defines) & set(USED)]


def check_used(workspace: Workspace) -> list[Exercise]:
    """Check the files that the finale uses; return the exercises that no longer pass.

    Raises ValueError if no exercise passes.
    """
    before, used = dict(workspace.states), exercises_used()
    for one in used:
        if workspace.file_of(one) is None and before.get(one.number) != SKIPPED:
            workspace.set_state(one, "")
    # Files may have changed since they passed, or may never have been checked.
    for _ in check_files(workspace, [one for one in used if workspace.file_of(one) is not None]):
        pass
    passed = [one for one in used if workspace.states.get(one.number, SKIPPED) != SKIPPED]
    if not passed:
        raise ValueError(
            "the finale needs at least one exercise that has passed; run `glassnet lab` to continue the course"
        )
    return [one for one in used if one not in passed and before.get(one.number, SKIPPED) != SKIPPED]


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


def run_finale(
    workspace: Workspace,
    epochs: int = 100,
    seed: int = 0,
    show: Callable[[Iterator[Figure]], object] | None = None,
) -> Finale:
    """Train a 64-6-5-10 network on digits with the learner's functions, and evaluate it.

    show: shows a live plot, from its figures, one per epoch, which it has to exhaust.
    """
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
        seconds, costs, (W, B) = 0.0, [], first

        def training() -> Iterator[tuple[float, Any, Any]]:
            nonlocal seconds, W, B
            for _ in range(epochs):
                started = time.perf_counter()
                W, B, cost = f.train(X["train"], Y, W, B, functions_of, derivatives, ALPHA, 1, rng)
                seconds += time.perf_counter() - started
                costs.append(float(cost[-1]))
                yield costs[-1], W, B

        if show is None:
            deque(training(), maxlen=0)
        else:
            own_rng = np.random.default_rng(seed)  # of the notebook's network; the learner's draws stay the same
            text = find_exercise("17").figure_texts
            plot = LivePlot(X["train"], labels["train"], X["valid"], labels["valid"], own_rng, text)
            show(plot.add(*epoch) for epoch in training())
        predictions = {part: f.predict(rows, W, B, functions_of) for part, rows in X.items()}
        accuracies = {part: float(f.accuracy(labels[part], predicted)) for part, predicted in predictions.items()}
        counts = np.asarray(f.confusion_matrix(labels["test"], predictions["test"], SIZES[-1]))
        figure, baseline = f.plot_loss(costs), float(f.majority_baseline(labels["test"]))
    scale = Standardize().restore({"mean": np.asarray(mean, float), "std": np.asarray(std, float)})
    model = as_model(digits, places["train"], scale, W, B)
    from_reference = [name for name in USED if name not in own]
    library = train_with_glassnet(X, labels, first, epochs, seed)
    used = [name for name in USED if name in own]
    picture = picture_of(W, digits.X[places["test"]], labels["test"], predictions["test"])
    return Finale(used, from_reference, costs, accuracies, baseline, counts, seconds, library, model, figure, picture)


def picture_of(W: list[AnyArray], images: AnyArray, labels: AnyArray, predicted: AnyArray) -> Figure:
    """Return the weights of the first layer, W[1] (64, 6), as images, and misread test images, (m, 64)."""
    wrong = np.flatnonzero(predicted != labels)
    misread = [Picture(f"{labels[i]} as {predicted[i]}", images[i].reshape(8, 8).astype(float)) for i in wrong[:SHOWN]]
    weights = [Picture(f"unit {i}", np.reshape(column, (8, 8))) for i, column in enumerate(np.asarray(W[1]).T, 1)]
    return Figure(
        "Inside the trained network",
        [
            Images("weights of the first layer: which pixels make a unit active", weights, signed=True),
            Images(f"{len(wrong)} of {len(labels)} test images are misread, the first {len(misread)}", misread),
        ],
    )


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
    """Write the model and three figures into a folder, and return their paths."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    paths = [folder / name for name in ("digits-by-hand.safetensors", "loss.png", "confusion.png", "network.png")]
    finale.model.save(paths[0])
    write_png(finale.picture, paths[3])
    for figure, path in zip((finale.figure, confusion_figure(finale.counts)), paths[1:3], strict=True):
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
