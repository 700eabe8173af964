"""Tests of Exercise 20: equal samples, whose order does not matter, and a derivative that records the samples."""

import copy
from collections.abc import Callable
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace, mistake
from glassnet.lab.exercises.networks import given, results, softmax, tanh_derivative

DRAW = np.random.default_rng(0)

START = (
    [None, DRAW.normal(0, 0.8, (3, 4)), DRAW.normal(0, 0.8, (4, 2))],
    [None, DRAW.normal(0, 0.3, (4, 1)), DRAW.normal(0, 0.3, (2, 1))],
)

FIVE = (DRAW.normal(size=(3, 5)), np.eye(2)[:, [0, 1, 1, 0, 1]])

SEVEN_EQUAL = (np.repeat([[0.7], [-1.2], [0.4]], 7, axis=1), np.repeat([[0.0], [1.0]], 7, axis=1))


def sizes(m: int, batch_size: int) -> tuple[Callable[[Namespace], Any], str]:
    """Return a function that observes the sizes and the content of batches, and its description."""

    def observe(names: Namespace) -> Any:
        batches = names.minibatches(m, batch_size, np.random.default_rng(5))
        if batches is None:
            return None
        batches = [np.asarray(batch).ravel().tolist() for batch in batches]
        everything = sorted(sample for batch in batches for sample in batch)
        return {
            "sizes": list(map(len, batches)),
            "from 0 to m - 1": all(0 <= sample < m for sample in everything),
            "every sample once": everything == list(range(m)),
        }

    return observe, f"minibatches({m}, {batch_size}, rng)"


def drawn(names: Namespace) -> Any:
    """Return properties of the batches of thirty samples."""

    def batches(rng: Any) -> list[Any]:
        return [np.asarray(batch).ravel().tolist() for batch in names.minibatches(30, 5, rng)]

    rng = np.random.default_rng(5)
    one, next_one = batches(rng), batches(rng)
    in_order = [sample for batch in one for sample in batch]
    return {
        "in the order 0, 1, 2, …": in_order == sorted(in_order),
        "only neighbors share a batch": all(max(batch) - min(batch) < len(batch) for batch in one if batch),
        "the next call gives other batches": next_one != one,
        "the same seed gives the same": batches(np.random.default_rng(5)) == one,
        "another seed gives others": batches(np.random.default_rng(6)) != one,
    }


def trained(data: Any, epochs: int, batch_size: int, look: Callable[..., Any]) -> Callable[[Namespace], Any]:
    """Return a function that applies `look` to the arguments and the results of a run."""

    def observe(names: Namespace) -> Any:
        (X, Y), (W, B), rng = copy.deepcopy(data), copy.deepcopy(START), np.random.default_rng(5)
        found = names.train_minibatches(
            X, Y, W, B, [None, np.tanh, softmax], [None, tanh_derivative, None], 0.5, epochs, batch_size, rng
        )
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
    found = names.train_minibatches(X, Y, W, B, [None, softmax], [None, None], 0.0, 2, 4, np.random.default_rng(5))
    return None if found is None else found[2]


def steps(names: Namespace) -> Any:
    """Return the samples of each step in three epochs: the first hidden unit holds the number of the sample."""
    seen: list[list[int]] = []

    def derivative(z: Any) -> Any:
        seen.append(np.rint(np.atleast_2d(z)[0]).astype(int).tolist())
        return np.ones_like(z)

    X = np.vstack([np.arange(10), np.arange(10) % 4 - 1.5])
    W = [None, np.array([[1.0, 0.2, -0.1], [0.0, 0.4, 0.3]]), np.array([[0.1, -0.2], [0.3, 0.2], [-0.4, 0.1]])]
    B = [None, np.zeros((3, 1)), np.array([[0.1], [0.2]])]
    act_funcs, act_deri, rng = [None, np.tanh, softmax], [None, derivative, None], np.random.default_rng(5)
    # With alpha = 0 the weights stay, and so does the way from a sample's number to the hidden unit.
    names.train_minibatches(X, np.eye(2)[:, np.arange(10) % 2], W, B, act_funcs, act_deri, 0.0, 3, 4, rng)
    in_order = [sample for step in seen for sample in step]
    epochs = [in_order[i : i + 10] for i in range(0, len(in_order), 10)]
    return {
        "samples in the steps": list(map(len, seen)),
        "every sample once per epoch": all(sorted(epoch) == list(range(10)) for epoch in epochs),
        "new batches in every epoch": len(set(map(tuple, epochs))) == len(epochs),
    }


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Return a question with one number as its answer."""
    m, batch_size, epochs = int(rng.integers(300, 2000)), int(rng.choice([16, 32, 50, 64])), int(rng.integers(3, 20))
    return (
        f"{m} samples in batches of {batch_size}, {epochs} epochs: how many updates are there?",
        float(-(-m // batch_size) * epochs),
    )


DRAWN, CUT = "order = rng.permutation(m)", "order[start : start + batch_size] for start in range(0, m, batch_size)"

LOOP, UPDATE = "minibatches(X.shape[1], batch_size, rng):", "W, B = update_step(W, B, dW, db, alpha)"

COST, APPEND = "cost += loss(y, a[-1])", "cost_arr.append(cost)"

EXERCISE = Exercise(
    number="20",
    title="Minibatches",
    defines=("minibatches", "train_minibatches"),
    cases=(
        Case("ten samples in batches of four", *sizes(10, 4)),
        Case("twelve samples in batches of four", *sizes(12, 4)),
        Case("a batch larger than the data", *sizes(3, 8)),
        Case("random order", drawn, "minibatches(30, 5, rng), several times"),
        Case(
            "one batch with all samples",
            trained(FIVE, 3, 8, results),
            "train_minibatches, 5 samples in batches of 8",
            2,
        ),
        Case(
            "equal samples",
            trained(SEVEN_EQUAL, 2, 3, results),
            "train_minibatches, 7 equal samples in batches of 3",
            2,
        ),
        Case("labels of the samples", paired, "the losses of six samples with equal loss, alpha = 0"),
        Case("steps", steps, "the samples in each step of three epochs, batches of 4", 2),
        Case("unchanged W and B", trained(SEVEN_EQUAL, 1, 4, given), "the arguments W and B after training"),
    ),
    robustness=(
        "a batch larger than the data",
        "unchanged W and B",
    ),
    mistakes=(
        mistake(
            "incomplete batch dropped",
            "You drop samples that do not fill a batch: of 10 samples in batches of 4 you use 8, and of 3 in batches "
            "of 8 none. The last batch may be smaller; order[start:start + batch_size] handles that.",
            "range(0, m, batch_size)",
            "range(0, m - batch_size + 1, batch_size)",
        ),
        mistake(
            "empty batch",
            "12 samples in batches of 4 give an empty fourth batch, whose mean is nan. Start batches at range(0, m, "
            "batch_size).",
            "range(0, m, batch_size)",
            "range(0, m + 1, batch_size)",
        ),
        mistake(
            "batches of nearly equal size",
            "10 samples in batches of 4 become 4, 3, 3, as in np.array_split. They should become 4, 4, 2: full "
            "batches, and the rest in the last.",
            f"[{CUT}]",
            "np.array_split(order, -(-m // batch_size))",
        ),
        mistake(
            "number of batches instead of batch size",
            "You create batch_size batches. batch_size is the number of samples in a batch.",
            f"[{CUT}]",
            "np.array_split(order, batch_size)",
        ),
        mistake(
            "one sample too few",
            "Every full batch lacks a sample: order[a:b] excludes b, so use order[start:start + batch_size].",
            "start + batch_size]",
            "start + batch_size - 1]",
        ),
        mistake(
            "overlapping batches",
            "A batch has batch_size + 1 samples, and the last one is also in the next batch. order[a:b] excludes b: "
            "order[start:start + batch_size].",
            "start + batch_size]",
            "start + batch_size + 1]",
        ),
        mistake(
            "no shuffling",
            "The batches contain 0, 1, 2, ... in order, in every call. Shuffle first: rng.permutation(m).",
            DRAWN,
            "order = np.arange(m)",
        ),
        mistake(
            "shuffled batches instead of samples",
            "You shuffle the batches, but each contains consecutive samples; sorted data give batches of one class. "
            "Shuffle the samples, then split.",
            DRAWN,
            "order = np.arange(m)",
            "in range(0, m, batch_size)",
            "in rng.permutation(np.arange(0, m, batch_size))",
        ),
        mistake(
            "sampling with replacement",
            "Some samples occur twice and others not at all, since random draws repeat. rng.permutation(m) contains "
            "each index once.",
            DRAWN,
            "order = rng.integers(m, size=m)",
        ),
        mistake(
            "indices counted from 1",
            "Your indices range from 1 to m. The columns of X are counted from 0, and column m does not exist.",
            DRAWN,
            "order = 1 + rng.permutation(m)",
        ),
        mistake(
            "other random generator",
            "Two calls with the same seed give different batches, since the order does not come from rng. np.random "
            "and the module random do not use its seed. Use rng.permutation(m).",
            DRAWN,
            "order = np.random.permutation(m)",
        ),
        mistake(
            "fixed seed",
            "The batches are the same for every seed and in every call. Use the argument rng.",
            DRAWN,
            "order = np.random.default_rng(0).permutation(m)",
        ),
        mistake(
            "same batches in every epoch",
            "You draw the batches once and use them in every epoch. Call minibatches inside the loop over the epochs.",
            "cost_arr = []",
            "cost_arr, batches = [], minibatches(X.shape[1], batch_size, rng)",
            f"in {LOOP}",
            "in batches:",
        ),
        mistake(
            "number of features instead of samples",
            "You create as many indices as X has rows, which are features. Samples are columns: X.shape[1].",
            "X.shape[1]",
            "X.shape[0]",
        ),
        mistake(
            "one sample per step",
            "Every step uses one sample, as in Exercise 17. Use all columns of the batch: X[:, batch].",
            f"in {LOOP}",
            "in minibatches(X.shape[1], 1, rng):",
        ),
        mistake(
            "all samples in every step",
            "Every step uses all of X. Use the columns of the batch: X[:, batch], Y[:, batch].",
            "x, y = X[:, batch], Y[:, batch]",
            "x, y = X, Y",
        ),
        mistake(
            "labels of other samples",
            "The labels do not belong to the samples of the batch. Index Y like X: Y[:, batch].",
            "Y[:, batch]",
            "Y[:, : len(batch)]",
        ),
        mistake(
            "gradients divided twice",
            "Your steps are too small by the batch size: back_propagation already divides by the number of columns. "
            "Pass its gradients on unchanged.",
            "dW, db, alpha)",
            "dW, db, alpha / len(batch))",
        ),
        mistake(
            "summed gradients",
            "Your steps are too large by the batch size: the gradient is the mean over the samples, as "
            "back_propagation returns it, not their sum.",
            "dW, db, alpha)",
            "dW, db, alpha * len(batch))",
        ),
        mistake(
            "gradient ascent",
            "The steps increase the loss. update_step already subtracts: pass alpha unchanged.",
            "dW, db, alpha)",
            "dW, db, -alpha)",
        ),
        mistake(
            "no update",
            "The weights never change. update_step returns new lists: W, B = update_step(...).",
            UPDATE,
            "update_step(W, B, dW, db, alpha)",
        ),
        mistake(
            "one update per epoch",
            "You update once per epoch, with the gradient of the last batch. Update after every batch.",
            UPDATE,
            "pass",
            "cost_arr.append(",
            "(W, B), _ = update_step(W, B, dW, db, alpha), cost_arr.append(",
        ),
        mistake(
            "input weights modified",
            "You change the input lists W and B: W[l] -= ... and W[l] = ... write into the caller's list. Use "
            "update_step, which creates new lists.",
            UPDATE,
            "for l in range(1, len(W)):\n                W[l] -= alpha * dW[l]\n                B[l] -= alpha * db[l]",
        ),
        mistake(
            "sum of batch means",
            "cost_arr sums the mean losses of the batches. Use the summed losses: loss(y, a[-1]) is already a sum "
            "over the batch.",
            COST,
            "cost += 1 / len(batch) * loss(y, a[-1])",
        ),
        mistake(
            "mean instead of sum",
            "cost_arr contains mean losses but should contain sums.",
            APPEND,
            "cost_arr.append(cost / X.shape[1])",
        ),
        mistake(
            "loss of the last batch only",
            "cost_arr contains only the loss of the last batch of each epoch. Sum the losses: cost += loss(...).",
            COST,
            "cost = loss(y, a[-1])",
        ),
        mistake(
            "one loss per batch",
            "cost_arr has one value per batch. Sum the losses of an epoch, and append the sum once.",
            COST,
            "cost_arr.append(loss(y, a[-1]))",
            APPEND,
            "None",
        ),
        mistake(
            "sum not reset",
            "The sum is not reset at the start of an epoch, so every value includes all previous epochs.",
            "cost = 0.0",
            "cost = cost_arr[-1] if cost_arr else 0.0",
        ),
        mistake(
            "loss after the update",
            "You compute the loss of a batch after its own update, which is too optimistic. Compute it before "
            "update_step.",
            COST,
            "pass",
            UPDATE,
            f"{UPDATE}\n            cost += loss(y, forward_one_step(x, W, B, act_funcs)[0][-1])",
        ),
        mistake(
            "loss at the end of the epoch",
            "You compute the loss of all samples at the end of the epoch. cost_arr sums the losses during the epoch, "
            "each before the update of its batch.",
            COST,
            "pass",
            APPEND,
            "cost_arr.append(loss(Y, forward_one_step(X, W, B, act_funcs)[0][-1]))",
        ),
        mistake(
            "only the first epoch",
            "Training ends after the first epoch: the return statement is inside the loop. Move it below.",
            "    return W, B, cost_arr",
            "        return W, B, cost_arr",
        ),
    ),
    hints=(
        "What is order[8:12] if order has ten entries? Try it before you write a special case for the last batch.",
        "minibatches: draw a random order of m samples, then split it at 0, batch_size, 2 * batch_size, ... "
        "train_minibatches: the loop of Exercise 17, with `for batch in minibatches(...)` instead of the single "
        "samples.",
        "[order[start:start + batch_size] for start in range(0, m, batch_size)]; then x, y = X[:, batch], Y[:, "
        "batch], and everything else as for one sample.",
    ),
    explanation="A product of a (6, 64) and a (64, 32) array does the work of 32 products with a single column in one "
    "call. That saves call overhead, and W is read only once for all 32. The mean over a batch is a better estimate "
    "of the full gradient than a single sample: its error decreases with the square root of the batch size.",
    library="training/epoch.py run_epoch",
    question="A step with the mean of 32 gradients is about as long as one with a single gradient. Why can alpha be "
    "larger, and why not 1000 times larger?",
    quiz=quiz,
    none="index 0 of W, B, act_funcs, and act_deri is None; layers are counted from 1",
)
