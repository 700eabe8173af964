"""Figure of Exercise 12: a digit on its way through the learner's forward pass."""

from __future__ import annotations

import numpy as np

from glassnet.lab.drawing.panels import Bars, Figure, Images
from glassnet.lab.exercise import Namespace
from glassnet.lab.exercises.plots import digits_task, image, network
from glassnet.lab.texts import FigureTexts


def figure(answer: Namespace, text: FigureTexts) -> Figure:
    """Draw the image, and the activations of each layer of an untrained network."""
    from glassnet.lab.given import initialize

    task = digits_task(np.random.default_rng(0))
    W, B = initialize([64, 6, 5, 10], np.random.default_rng(27))
    a, _ = answer.forward_one_step(task.X_new[:, :1], W, B, network()[0])
    names = (text("relu"), text("sigmoid"), text("softmax"))
    panels = [
        Bars(name, [str(i) for i in range(len(a[l]))], {"": np.reshape(a[l], -1)}) for l, name in enumerate(names, 1)
    ]
    first = Images(text("image", digit=task.classes_new[0]), [image("", a[0])], signed=True)
    return Figure(text("title"), [first, *panels], text("note"))
