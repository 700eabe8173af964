"""Figure of Exercise 12: a digit on its way through the learner's forward pass."""

from __future__ import annotations

import numpy as np

from glassnet.lab.drawing.panels import Bars, Figure, Images
from glassnet.lab.exercise import Namespace
from glassnet.lab.exercises.plots import digits_task, image, network


def figure(answer: Namespace) -> Figure:
    """Draw the image, and the activations of each layer of an untrained network."""
    from glassnet.lab.given import initialize

    task = digits_task(np.random.default_rng(0))
    W, B = initialize([64, 6, 5, 10], np.random.default_rng(27))
    a, _ = answer.forward_one_step(task.X_new[:, :1], W, B, network()[0])
    names = ("a[1], ReLU", "a[2], sigmoid", "a[3], softmax")
    panels = [
        Bars(name, [str(i) for i in range(len(a[l]))], {"": np.reshape(a[l], -1)}) for l, name in enumerate(names, 1)
    ]
    first = Images(f"a[0]: a {task.classes_new[0]}, standardized", [image("", a[0])], signed=True)
    note = "The network is untrained, so it gives about 0.1 to each of the ten classes."
    return Figure("A digit in your forward pass", [first, *panels], note)
