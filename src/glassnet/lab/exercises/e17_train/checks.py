"""Tests of Exercise 17: equal samples, whose order does not matter, and a derivative that records the samples."""

import copy
from collections.abc import Callable
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace, mistake
from glassnet.lab.exercises.networks import given, results, sigmoid, sigmoid_derivative, softmax, weights

SIZES, FUNCTIONS, DERIVATIVES = [3, 4, 2], [None, sigmoid, softmax], [None, sigmoid_derivative, None]

START = weights(SIZES, 0)

SAMPLE, LABEL = np.array([[0.7], [-1.2], [0.4]]), np.array([[0.0], [1.0]])


def trained(m: int, epochs: int, look: Callable[..., Any], label: Any = LABEL) -> Callable[[Namespace], Any]:
    """Return a function that applies `look` to a run on m equal samples; their order does not matter.

    label: of the class that the initial weights favor, or of the other. look: gets the arguments W and B, and the
    results.
    """

    def observe(names: Namespace) -> Any:
        X, Y = np.repeat(SAMPLE, m, axis=1), np.repeat(label, m, axis=1)
        W, B = copy.deepcopy(START)
        rng = np.random.default_rng(5)
        found = names.train(X, Y, W, B, list(FUNCTIONS), list(DERIVATIVES), 0.5, epochs, rng)
        if found is None:
            return None
        new_W, new_B, cost_arr = found
        return look(W, B, new_W, new_B, cost_arr)

    return observe


def paired(names: Namespace) -> Any:
    """Return the losses of six samples 1 and -1, which are equal unless samples and labels are mixed up."""
    X = np.array([[1.0, -1.0, -1.0, 1.0, -1.0, 1.0]])
    Y = np.vstack([X > 0, X < 0]).astype(float)
    W, B = [None, np.array([[1.5, -1.5]])], [None, np.zeros((2, 1))]
    found = names.train(X, Y, W, B, [None, softmax], [None, None], 0.0, 2, np.random.default_rng(5))
    return None if found is None else found[2]


def visits(names: Namespace, m: int, epochs: int, seed: int) -> list[Any]:
    """Return the samples of every backward pass: the first hidden unit holds the number of the sample."""
    seen: list[Any] = []

    def derivative(z: Any) -> Any:
        seen.append(np.rint(np.atleast_2d(z)[0]).astype(int))
        return np.ones_like(z)

    X = np.vstack([np.arange(m), np.arange(m) % 4 - 1.5])
    W = [None, np.array([[1.0, 0.2, -0.1], [0.0, 0.4, 0.3]]), np.array([[0.1, -0.2], [0.3, 0.2], [-0.4, 0.1]])]
    B = [None, np.zeros((3, 1)), np.array([[0.1], [0.2]])]
    rng = np.random.default_rng(seed)
    # With alpha = 0 the weights stay, and so does the way from a sample's number to the hidden unit.
    names.train(
        X, np.eye(2)[:, np.arange(m) % 2], W, B, [None, np.tanh, softmax], [None, derivative, None], 0.0, epochs, rng
    )
    return seen


def order(names: Namespace) -> Any:
    """Return properties of the order of twelve samples in three epochs."""
    seen = visits(names, 12, 3, seed=5)
    one_by_one = [sample for step in seen for sample in step.tolist()]
    epochs = [one_by_one[i : i + 12] for i in range(0, len(one_by_one), 12)]
    return {
        "steps": len(seen),
        "samples in a step": max(map(len, seen), default=0),
        "every sample once per epoch": all(sorted(epoch) == list(range(12)) for epoch in epochs),
        "as they lie in X": epochs[:1] == [list(range(12))],
        "a new order in every epoch": len(set(map(tuple, epochs))) == len(epochs),
    }


def seeds(names: Namespace) -> Any:
    """Compare the orders of equal and of different seeds."""
    one, again, other = ([step.tolist() for step in visits(names, 12, 2, seed)] for seed in (5, 5, 6))
    return {"the same seed gives the same order": one == again, "another seed gives another": one != other}


def falling(names: Namespace) -> Any:
    """Return whether the loss decreases on twelve samples of two separated classes."""
    rng = np.random.default_rng(1)
    kinds = np.arange(12) % 2
    X = rng.normal(0, 0.3, (3, 12)) + np.array([[1.0], [-1.0], [0.5]]) * (2 * kinds - 1)
    W, B = copy.deepcopy(START)
    found = names.train(X, np.eye(2)[:, kinds], W, B, list(FUNCTIONS), list(DERIVATIVES), 0.3, 15, rng)
    return None if found is None else {"the last loss is below half of the first": found[2][-1] < found[2][0] / 2}


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Return a question with one number as its answer."""
    before = [float(round(loss, 2)) for loss in rng.uniform(0.3, 2.5, 4)]
    after = [round(loss * 0.9, 2) for loss in before]
    return (
        f"An epoch visits four samples. Their losses just before their own update are {before}, just after it {after}. "
        "Which number does the epoch append to cost_arr?",
        sum(before),
    )


UPDATE, COST = "W, B = update_step(W, B, dW, db, alpha)", "cost += loss(y, a[-1])"

APPEND, ORDER, START_LINE = "cost_arr.append(cost)", "in rng.permutation(m):", "m, cost_arr = X.shape[1], []"

EXERCISE = Exercise(
    number="17",
    title="Training",
    defines=("train",),
    cases=(
        Case(
            "one sample, three epochs", trained(1, 3, results, LABEL[::-1]), "train on one sample for three epochs", 2
        ),
        Case("five equal samples", trained(5, 2, results), "train on five equal samples for two epochs", 2),
        Case("labels of the samples", paired, "the losses of six samples with equal loss, alpha = 0"),
        Case("order of the samples", order, "which of twelve samples are visited in three epochs", 2),
        Case("seeds", seeds, "the order of the samples for two seeds"),
        Case("unchanged W and B", trained(3, 2, given), "the arguments W and B after training"),
        Case("decreasing loss", falling, "fifteen epochs on twelve samples of two classes"),
    ),
    robustness=("unchanged W and B",),
    mistakes=(
        mistake(
            "correct predictions skipped",
            "You skip samples that are classified correctly, as a perceptron does. Their loss is not 0 either: make a "
            "step for every sample.",
            "W, B = update_step(W, B, dW, db, alpha)",
            "if a[-1].argmax() != Y[:, i].argmax():\n                W, B = update_step(W, B, dW, db, alpha)",
        ),
        mistake(
            "no update",
            "The weights never change, so every epoch has the loss of the untrained network. update_step returns new "
            "lists: W, B = update_step(...).",
            UPDATE,
            "update_step(W, B, dW, db, alpha)",
        ),
        mistake(
            "every step from the initial weights",
            "Each update starts from the initial W and B, so only the last one has an effect. The next sample has to "
            "use the new weights: W, B = update_step(W, B, ...).",
            UPDATE,
            "new_W, new_B = update_step(W, B, dW, db, alpha)",
            "return W, B, cost_arr",
            "return new_W, new_B, cost_arr",
        ),
        mistake(
            "every epoch from the initial weights",
            "Each epoch starts from the initial weights, so the previous epoch has no effect. Set them once, before "
            "the first epoch.",
            START_LINE,
            "m, cost_arr, first_W, first_B = X.shape[1], [], W, B",
            "cost = 0.0",
            "cost, W, B = 0.0, first_W, first_B",
        ),
        mistake(
            "one update per epoch",
            "You update once per epoch, with the gradient of the last sample: the update is outside the loop over the "
            "samples. Update after every sample.",
            UPDATE,
            "pass",
            "cost_arr.append(",
            "(W, B), _ = update_step(W, B, dW, db, alpha), cost_arr.append(",
        ),
        mistake(
            "gradient ascent",
            "The steps increase the loss. update_step already subtracts: pass alpha unchanged.",
            "dW, db, alpha)",
            "dW, db, -alpha)",
        ),
        mistake(
            "biases not updated",
            "Only the weights change. Keep both results of update_step.",
            "W, B = update_step",
            "W, _ = update_step",
        ),
        mistake(
            "loss after the update",
            "You compute the loss of a sample after its own update, which is too optimistic. Compute it before "
            "update_step.",
            COST,
            "pass",
            UPDATE,
            f"{UPDATE}\n            cost += loss(y, forward_one_step(x, W, B, act_funcs)[0][-1])",
        ),
        mistake(
            "loss at the end of the epoch",
            "You compute the loss of all samples at the end of the epoch. cost_arr sums the losses during the epoch, "
            "each before its update.",
            COST,
            "pass",
            APPEND,
            "cost_arr.append(loss(Y, forward_one_step(X, W, B, act_funcs)[0][-1]))",
        ),
        mistake(
            "mean instead of sum",
            "cost_arr contains mean losses but should contain sums. Do not divide by m.",
            APPEND,
            "cost_arr.append(cost / m)",
        ),
        mistake(
            "loss of the last sample only",
            "cost_arr contains only the loss of the last sample of each epoch. Sum the losses: cost += loss(...).",
            COST,
            "cost = loss(y, a[-1])",
        ),
        mistake(
            "sum not reset",
            "The sum is not reset at the start of an epoch, so every value includes all previous epochs.",
            "cost = 0.0",
            "cost = cost_arr[-1] if cost_arr else 0.0",
        ),
        mistake(
            "one loss per sample",
            "cost_arr has one value per sample. Sum the losses of an epoch, and append the sum once.",
            COST,
            "cost_arr.append(loss(y, a[-1]))",
            APPEND,
            "None",
        ),
        mistake(
            "y and prediction swapped",
            "loss takes the label first: loss(y, a[-1]). Swapped, it takes the logarithm of the zeros in the label.",
            "loss(y, a[-1])",
            "loss(a[-1], y)",
        ),
        mistake(
            "labels of other samples",
            "Samples and labels come from different columns. Use X[:, [i]] and Y[:, [i]] with the same i.",
            f"for i {ORDER}",
            "for k, i in enumerate(rng.permutation(m)):",
            "Y[:, [i]]",
            "Y[:, [k]]",
        ),
        mistake(
            "flat sample",
            "X[:, i] has lost its second axis: its shape is (n_0,), and adding a column of biases to W.T @ x "
            "broadcasts to a square array. Keep the column: X[:, [i]] or X[:, i:i+1].",
            "X[:, [i]]",
            "X[:, i]",
        ),
        mistake(
            "flat label",
            "Y[:, i] has lost its second axis: (n_L,) against a prediction of shape (n_L, 1). Keep the column: Y[:, "
            "[i]] or Y[:, i:i+1].",
            "Y[:, [i]]",
            "Y[:, i]",
        ),
        mistake(
            "full batch",
            "You make one step per epoch with all samples. Here every sample has its own step; Exercise 20 uses "
            "minibatches.",
            f"for i {ORDER}",
            "for i in [rng.permutation(m)]:",
            "x, y = X[:, [i]], Y[:, [i]]",
            "x, y = X[:, i], Y[:, i]",
        ),
        mistake(
            "no shuffling",
            "You visit the samples in the order of X. If they are sorted by class, the network forgets one class "
            "while it learns the next. Shuffle them: rng.permutation(m).",
            ORDER,
            "in range(m):",
        ),
        mistake(
            "one order for all epochs",
            "You draw the order once and use it in every epoch. Draw a new order inside the loop over the epochs.",
            START_LINE,
            "m, cost_arr = X.shape[1], []\n    drawn = rng.permutation(m)",
            f"for i {ORDER}",
            "for i in drawn:",
        ),
        mistake(
            "sampling with replacement",
            "In an epoch some samples occur twice and others not at all, since random draws repeat. "
            "rng.permutation(m) contains each index once.",
            ORDER,
            "in rng.integers(m, size=m):",
        ),
        mistake(
            "other random generator",
            "Two runs with the same seed differ, since the order does not come from rng. np.random and the module "
            "random do not use its seed. Use rng.permutation(m).",
            ORDER,
            "in np.random.permutation(m):",
        ),
        mistake(
            "fixed seed",
            "Every seed gives the same order: you draw it from a generator with a fixed seed. Use the argument rng.",
            START_LINE,
            "m, cost_arr, rng = X.shape[1], [], np.random.default_rng(0)",
        ),
        mistake(
            "fixed seed in every epoch",
            "The order is the same in every epoch and for every seed: you create a generator with a fixed seed in "
            "each epoch. Use the argument rng.",
            ORDER,
            "in np.random.default_rng(0).permutation(m):",
        ),
        mistake(
            "last sample missing",
            "You skip one sample in every epoch: range(m - 1) ends at m - 2. The samples are 0 to m - 1.",
            ORDER,
            "in rng.permutation(m)[: max(m - 1, 1)]:",
        ),
        mistake(
            "only the first epoch",
            "Training ends after the first epoch: the return statement is inside the loop. Move it below.",
            "    return W, B, cost_arr",
            "        return W, B, cost_arr",
        ),
        mistake(
            "one epoch too few",
            "You train for max_iter - 1 epochs. Use range(max_iter), not range(1, max_iter).",
            "range(max_iter)",
            "range(1, max_iter)",
        ),
        mistake(
            "one epoch too many",
            "You train for max_iter + 1 epochs. Use range(max_iter).",
            "range(max_iter)",
            "range(max_iter + 1)",
        ),
        mistake(
            "input weights modified",
            "You change the input lists W and B: W[l] -= ... and W[l] = ... write into the caller's list. So a second "
            "run would start from trained weights. Use update_step, which creates new lists.",
            UPDATE,
            "for l in range(1, len(W)):\n                W[l] -= alpha * dW[l]\n                B[l] -= alpha * db[l]",
        ),
    ),
    hints=(
        "You need two nested loops. Which loop does each of these belong to: drawing the order, setting the sum to 0, "
        "appending to cost_arr, the update?",
        "For each epoch: draw the order, set the sum to 0. For each i of the order: take column i of X and Y, run the "
        "forward pass, add the loss, run the backward pass, and update W and B. After all samples, append the sum.",
        "for i in rng.permutation(m): x, y = X[:, [i]], Y[:, [i]]; a, z = forward_one_step(...); cost += loss(y, "
        "a[-1]); dW, db = back_propagation(y, a, z, W, act_deri); W, B = update_step(W, B, dW, db, alpha).",
    ),
    explanation="The gradient of one sample is a rough estimate of the gradient of all. But 1078 small steps in rough "
    "directions make more progress than one exact step, for the same work. With a new order in every epoch the errors "
    "cancel; with a fixed order they can add up. This is stochastic gradient descent.",
    library="training/train.py train",
    question="The first epoch has a loss of about 2489, slightly more than the 2482 of ten equal probabilities, "
    "although every step decreases a loss. For which samples does it decrease?",
    quiz=quiz,
    none="index 0 of W, B, act_funcs, and act_deri is None; layers are counted from 1",
)
