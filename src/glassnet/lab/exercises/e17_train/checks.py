"""How Exercise 17 is checked: with samples whose order does not matter, and a derivative that notes its visitors."""

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
    """Return an observation: what `look` says of a run on m equal samples; any order of them gives the same numbers.

    label: that of the class which the first weights favor, or of the other. look gets the W and B that were given, and
    those that come back, with the losses.
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
    """Return the losses of six samples 1 and -1 that cost the same, unless a sample meets the label of another."""
    X = np.array([[1.0, -1.0, -1.0, 1.0, -1.0, 1.0]])
    Y = np.vstack([X > 0, X < 0]).astype(float)
    W, B = [None, np.array([[1.5, -1.5]])], [None, np.zeros((2, 1))]
    found = names.train(X, Y, W, B, [None, softmax], [None, None], 0.0, 2, np.random.default_rng(5))
    return None if found is None else found[2]


def visits(names: Namespace, m: int, epochs: int, seed: int) -> list[Any]:
    """Return for every step back which samples were in it: the first hidden unit is given the sample's number."""
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
    """Say how the steps of three epochs go through twelve samples."""
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
    """Compare the orders of one seed with each other, and with that of another."""
    one, again, other = ([step.tolist() for step in visits(names, 12, 2, seed)] for seed in (5, 5, 6))
    return {"the same seed gives the same order": one == again, "another seed gives another": one != other}


def falling(names: Namespace) -> Any:
    """Say whether the loss falls on twelve samples of two classes that lie well apart."""
    rng = np.random.default_rng(1)
    kinds = np.arange(12) % 2
    X = rng.normal(0, 0.3, (3, 12)) + np.array([[1.0], [-1.0], [0.5]]) * (2 * kinds - 1)
    W, B = copy.deepcopy(START)
    found = names.train(X, np.eye(2)[:, kinds], W, B, list(FUNCTIONS), list(DERIVATIVES), 0.3, 15, rng)
    return None if found is None else {"the last loss is below half of the first": found[2][-1] < found[2][0] / 2}


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Ask for one number."""
    before = [float(round(loss, 2)) for loss in rng.uniform(0.3, 2.5, 4)]
    after = [round(loss * 0.9, 2) for loss in before]
    return (
        f"An epoch visits four samples. Their losses just before their own update are {before}, just after it {after}. "
        "Which number does the epoch add to cost_arr?",
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
        Case("every sample with its own label", paired, "the losses of six samples that cost the same, alpha = 0"),
        Case("the order of the samples", order, "which of twelve samples are visited in three epochs", 2),
        Case("seeds", seeds, "the order of the samples for two seeds"),
        Case("the given W and B", trained(3, 2, given), "the given W and B after training with them"),
        Case("the loss falls", falling, "fifteen epochs on twelve samples of two classes"),
    ),
    mistakes=(
        mistake(
            "right answers are skipped",
            "Samples that are classified rightly are left out of the learning, as a perceptron does it. A right "
            "answer can be more certain or less, and the loss counts that: every sample makes its step.",
            "W, B = update_step(W, B, dW, db, alpha)",
            "if a[-1].argmax() != Y[:, i].argmax():\n                W, B = update_step(W, B, dW, db, alpha)",
        ),
        mistake(
            "never updates",
            "The weights never change: update_step returns new lists, and they have to be kept, W, B = "
            "update_step(...). Without that every epoch has the loss of the untrained network.",
            UPDATE,
            "update_step(W, B, dW, db, alpha)",
        ),
        mistake(
            "every step starts from the given weights",
            "Each update is made from the W and B that came in, so only the last one is left at the end, and the loss "
            "stays where it was. The next sample has to meet the new weights: W, B = update_step(W, B, ...).",
            UPDATE,
            "new_W, new_B = update_step(W, B, dW, db, alpha)",
            "return W, B, cost_arr",
            "return new_W, new_B, cost_arr",
        ),
        mistake(
            "every epoch starts from the given weights",
            "At the start of each epoch the weights are those that came in, so that what the epoch before has learned "
            "is forgotten. Set them once, before the first epoch.",
            START_LINE,
            "m, cost_arr, first_W, first_B = X.shape[1], [], W, B",
            "cost = 0.0",
            "cost, W, B = 0.0, first_W, first_B",
        ),
        mistake(
            "one update per epoch",
            "The weights change once per epoch, by the gradient of the last sample: the update stands outside the "
            "loop over the samples. Make it for every sample.",
            UPDATE,
            "pass",
            "cost_arr.append(",
            "(W, B), _ = update_step(W, B, dW, db, alpha), cost_arr.append(",
        ),
        mistake(
            "uphill",
            "The steps go uphill, and the loss grows: a step is W - alpha * dW. update_step subtracts already, so "
            "alpha goes in as it is.",
            "dW, db, alpha)",
            "dW, db, -alpha)",
        ),
        mistake(
            "the biases stay",
            "Only the weights change, the biases are those that came in. Keep both things that update_step returns.",
            "W, B = update_step",
            "W, _ = update_step",
        ),
        mistake(
            "the loss after the update",
            "You measure a sample's loss after its own update, when the network has just been corrected for it: too "
            "good a number. Measure it on the way, before update_step.",
            COST,
            "pass",
            UPDATE,
            f"{UPDATE}\n            cost += loss(y, forward_one_step(x, W, B, act_funcs)[0][-1])",
        ),
        mistake(
            "the loss at the end of the epoch",
            "You measure the loss of all samples once the epoch is over. That is a good number, but another one: "
            "cost_arr adds up the losses on the way, each before its update.",
            COST,
            "pass",
            APPEND,
            "cost_arr.append(loss(Y, forward_one_step(X, W, B, act_funcs)[0][-1]))",
        ),
        mistake(
            "the mean",
            "cost_arr has the mean loss of the samples; the sum is asked for. Leave the division by m out.",
            APPEND,
            "cost_arr.append(cost / m)",
        ),
        mistake(
            "the loss of the last sample",
            "cost_arr has the loss of one sample per epoch, the last. Add them up: cost += loss(...).",
            COST,
            "cost = loss(y, a[-1])",
        ),
        mistake(
            "a running total",
            "The sum is not set back to 0 when an epoch begins, so every number holds all epochs before it and the "
            "curve can only grow.",
            "cost = 0.0",
            "cost = cost_arr[-1] if cost_arr else 0.0",
        ),
        mistake(
            "a loss per sample",
            "cost_arr gets a number for every sample. Add up the losses of an epoch, and append the sum once.",
            COST,
            "cost_arr.append(loss(y, a[-1]))",
            APPEND,
            "None",
        ),
        mistake(
            "y and prediction exchanged",
            "loss takes the label first: loss(y, a[-1]). The other way round it takes the logarithm of the label's "
            "zeros.",
            "loss(y, a[-1])",
            "loss(a[-1], y)",
        ),
        mistake(
            "labels of other samples",
            "Samples and labels are not taken from the same column: the sample is the i-th of the order, its label "
            "the i-th of Y. Take X[:, [i]] and Y[:, [i]] with one i.",
            f"for i {ORDER}",
            "for k, i in enumerate(rng.permutation(m)):",
            "Y[:, [i]]",
            "Y[:, [k]]",
        ),
        mistake(
            "a flat sample",
            "X[:, i] has lost its second axis: (n_0,), and W.T @ x + b becomes a square table, a flat vector added to "
            "a column of biases. Keep the column: X[:, [i]] or X[:, i:i+1].",
            "X[:, [i]]",
            "X[:, i]",
        ),
        mistake(
            "a flat label",
            "Y[:, i] has lost its second axis: (n_L,) against a prediction of shape (n_L, 1). Keep the column: Y[:, "
            "[i]] or Y[:, i:i+1].",
            "Y[:, [i]]",
            "Y[:, i]",
        ),
        mistake(
            "all samples at once",
            "You make one step per epoch with all samples in it. Here every sample has a step of its own; the way "
            "between is Exercise 20.",
            f"for i {ORDER}",
            "for i in [rng.permutation(m)]:",
            "x, y = X[:, [i]], Y[:, [i]]",
            "x, y = X[:, i], Y[:, i]",
        ),
        mistake(
            "not shuffled",
            "The samples come as they lie in X, in every epoch. If they lie sorted, the network forgets one class "
            "while it learns the next. Draw an order: rng.permutation(m).",
            ORDER,
            "in range(m):",
        ),
        mistake(
            "one order for all epochs",
            "The order is drawn once and used in every epoch. Draw a new one inside the loop over the epochs.",
            START_LINE,
            "m, cost_arr = X.shape[1], []\n    drawn = rng.permutation(m)",
            f"for i {ORDER}",
            "for i in drawn:",
        ),
        mistake(
            "with replacement",
            "In an epoch some samples come twice and others not at all: m numbers drawn at random repeat themselves. "
            "rng.permutation(m) has each once.",
            ORDER,
            "in rng.integers(m, size=m):",
        ),
        mistake(
            "a generator that is not the given one",
            "Two runs with one seed differ: the order does not come from rng. np.random and the module random know "
            "nothing of its seed; use rng.permutation(m).",
            ORDER,
            "in np.random.permutation(m):",
        ),
        mistake(
            "a seed of its own",
            "Every seed gives the same order: it is drawn from a generator with a fixed seed. Draw from the rng that "
            "is given.",
            START_LINE,
            "m, cost_arr, rng = X.shape[1], [], np.random.default_rng(0)",
        ),
        mistake(
            "the same seed in every epoch",
            "The order is the same in every epoch and for every seed, as if a generator with a fixed seed were made "
            "in each. Draw from the rng that is given; it goes on by itself.",
            ORDER,
            "in np.random.default_rng(0).permutation(m):",
        ),
        mistake(
            "the last sample is left out",
            "One sample of every epoch is never visited: range(m - 1) ends two before m. There are m of them, 0 to m "
            "- 1.",
            ORDER,
            "in rng.permutation(m)[: max(m - 1, 1)]:",
        ),
        mistake(
            "only the first epoch",
            "Training ends after the first epoch: the return stands inside the loop. It belongs below it.",
            "    return W, B, cost_arr",
            "        return W, B, cost_arr",
        ),
        mistake(
            "an epoch too few",
            "There are max_iter - 1 epochs; range(1, max_iter) has one less than range(max_iter).",
            "range(max_iter)",
            "range(1, max_iter)",
        ),
        mistake(
            "an epoch too many",
            "There are max_iter + 1 epochs; range(max_iter) has max_iter of them.",
            "range(max_iter)",
            "range(max_iter + 1)",
        ),
        mistake(
            "the given weights are changed",
            "The lists W and B that came in are changed: W[l] -= ... and W[l] = ... write into the caller's list. A "
            "second run from the same start would not be from the same start. Use update_step, which makes new lists.",
            UPDATE,
            "for l in range(1, len(W)):\n                W[l] -= alpha * dW[l]\n                B[l] -= alpha * db[l]",
        ),
    ),
    hints=(
        "Two loops, one in the other. Which of these belongs into which: drawing the order, setting the sum to 0, "
        "appending to cost_arr, the update?",
        "For each epoch: draw the order, set the sum to 0. For each i of the order: take column i of X and of Y, go "
        "forward, add the loss, go back, update W and B. After the samples, append the sum.",
        "for i in rng.permutation(m): x, y = X[:, [i]], Y[:, [i]]; a, z = forward_one_step(...); cost += loss(y, "
        "a[-1]); dW, db = back_propagation(y, a, z, W, act_deri); W, B = update_step(W, B, dW, db, alpha).",
    ),
    explanation="The gradient of one sample is a rough guess at that of all, but 1078 small steps in rough directions "
    "get further than one in the exact one, for the same work. In a new order every time the errors of the guesses "
    "cancel out; in a fixed order they can add up. This is stochastic gradient descent.",
    library="training/train.py train",
    question="The first epoch costs about 2489, a little more than the 2482 of ten equal probabilities, although "
    "every step goes downhill. Downhill for which samples?",
    quiz=quiz,
)
