"""Figure of Exercise 19: digits that a trained network misreads, by the learner's functions."""

from __future__ import annotations

import numpy as np

from glassnet.lab.drawing.panels import Figure, Formula, Images, Term
from glassnet.lab.exercise import Namespace
from glassnet.lab.exercises.plots import digits_task, image, network
from glassnet.lab.texts import FigureTexts

SHOWN = 8


def figure(answer: Namespace, text: FigureTexts) -> Figure:
    """Draw misread digits, and the confusion matrix."""
    from glassnet.lab.given import initialize, train_minibatches

    rng = np.random.default_rng(0)
    task, (act_funcs, act_deri) = digits_task(rng), network()
    W, B, _ = train_minibatches(task.X, task.Y, *initialize([64, 6, 5, 10], rng), act_funcs, act_deri, 0.3, 60, 16, rng)
    predicted = np.asarray(answer.predict(task.X_new, W, B, act_funcs))
    wrong = np.flatnonzero(predicted != task.classes_new)
    pictures = [
        image(text("digit", true=task.classes_new[i], predicted=predicted[i]), task.rows_new[i]) for i in wrong[:SHOWN]
    ]
    counts = Term(text("counts"), answer.confusion_matrix(task.classes_new, predicted, 10))
    share, baseline = answer.accuracy(task.classes_new, predicted), answer.majority_baseline(task.classes_new)
    shares = {"accuracy": f"{float(share):.2%}", "baseline": f"{float(baseline):.2%}"}
    return Figure(
        text("title"),
        [Images(text("misread", count=len(wrong), shown=len(pictures)), pictures), Formula("", [counts])],
        text("note", count=len(predicted), **shares),
    )
