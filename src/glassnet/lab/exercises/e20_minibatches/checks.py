"""How Exercise 20 is checked: with samples whose order does not matter, and a derivative that notes its visitors."""

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
    """Return an observation, how large the batches are and whether they hold every sample once; and what is done."""

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
    """Say how the batches of thirty samples are drawn."""

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
    """Return an observation: what `look` says of the W and B given to a run, and of what comes back."""

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
    """Return the losses of six samples 1 and -1 that cost the same, unless a sample meets the label of another."""
    X = np.array([[1.0, -1.0, -1.0, 1.0, -1.0, 1.0]])
    Y = np.vstack([X > 0, X < 0]).astype(float)
    W, B = [None, np.array([[1.5, -1.5]])], [None, np.zeros((2, 1))]
    found = names.train_minibatches(X, Y, W, B, [None, softmax], [None, None], 0.0, 2, 4, np.random.default_rng(5))
    return None if found is None else found[2]


def steps(names: Namespace) -> Any:
    """Say which of ten samples are in the steps of three epochs; the first hidden unit is given the sample's number."""
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
    """Ask for one number."""
    m, batch_size, epochs = int(rng.integers(300, 2000)), int(rng.choice([16, 32, 50, 64])), int(rng.integers(3, 20))
    return (
        f"{m} samples in batches of {batch_size}, {epochs} epochs: how often are the weights updated?",
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
        Case("the order", drawn, "minibatches(30, 5, rng), several times"),
        Case("one batch with all", trained(FIVE, 3, 8, results), "train_minibatches, 5 samples in batches of 8", 2),
        Case(
            "equal samples",
            trained(SEVEN_EQUAL, 2, 3, results),
            "train_minibatches, 7 equal samples in batches of 3",
            2,
        ),
        Case("every sample with its own label", paired, "the losses of six samples that cost the same, alpha = 0"),
        Case("the steps", steps, "which of ten samples are in the steps of three epochs, batches of 4", 2),
        Case("the given W and B", trained(SEVEN_EQUAL, 1, 4, given), "the given W and B after training with them"),
    ),
    mistakes=(
        mistake(
            "the rest is left out",
            "Samples that do not fill a batch are left out: of 10 in batches of 4 you use 8, and of 3 in batches of 8 "
            "none. The last batch may be smaller; order[start:start + batch_size] cuts it right by itself.",
            "range(0, m, batch_size)",
            "range(0, m - batch_size + 1, batch_size)",
        ),
        mistake(
            "an empty batch",
            "12 samples in batches of 4 get a fourth batch with nothing in it, and the mean over nothing is nan. "
            "Begin batches at range(0, m, batch_size).",
            "range(0, m, batch_size)",
            "range(0, m + 1, batch_size)",
        ),
        mistake(
            "batches of almost equal size",
            "10 samples in batches of 4 become 4, 3, 3, as np.array_split does it. 4, 4, 2 is asked for: full "
            "batches, and the rest in the last.",
            f"[{CUT}]",
            "np.array_split(order, -(-m // batch_size))",
        ),
        mistake(
            "batch_size batches",
            "You make batch_size batches. It is the number of samples in a batch; the number of batches follows from "
            "it.",
            f"[{CUT}]",
            "np.array_split(order, batch_size)",
        ),
        mistake(
            "one sample too few",
            "Every full batch lacks a sample: order[a:b] ends before b already, so it is order[start:start + "
            "batch_size].",
            "start + batch_size]",
            "start + batch_size - 1]",
        ),
        mistake(
            "overlapping",
            "A batch has batch_size + 1 samples, the last of which begins the next batch, too. order[a:b] ends before "
            "b: order[start:start + batch_size].",
            "start + batch_size]",
            "start + batch_size + 1]",
        ),
        mistake(
            "not shuffled",
            "The batches are 0, 1, 2, ... in order, the same at every call. Draw an order first: rng.permutation(m).",
            DRAWN,
            "order = np.arange(m)",
        ),
        mistake(
            "shuffled batches of neighbors",
            "The order of the batches is random, but each holds neighbors; sorted data give batches of one class. "
            "Shuffle the samples, then cut.",
            DRAWN,
            "order = np.arange(m)",
            "in range(0, m, batch_size)",
            "in rng.permutation(np.arange(0, m, batch_size))",
        ),
        mistake(
            "with replacement",
            "Some samples come twice and others not at all: m numbers drawn at random repeat themselves. "
            "rng.permutation(m) has each once.",
            DRAWN,
            "order = rng.integers(m, size=m)",
        ),
        mistake(
            "counted from 1",
            "Your indices go from 1 to m. The columns of X are numbered from 0, and column m does not exist.",
            DRAWN,
            "order = 1 + rng.permutation(m)",
        ),
        mistake(
            "a generator that is not the given one",
            "Two calls with one seed give different batches: the order does not come from rng. np.random and the "
            "module random know nothing of its seed; use rng.permutation(m).",
            DRAWN,
            "order = np.random.permutation(m)",
        ),
        mistake(
            "a seed of its own",
            "The batches look random, but they are the same for every seed and at every call. Draw from the rng that "
            "is given.",
            DRAWN,
            "order = np.random.default_rng(0).permutation(m)",
        ),
        mistake(
            "the same batches in every epoch",
            "The batches are drawn once and used in every epoch. Call minibatches inside the loop over the epochs.",
            "cost_arr = []",
            "cost_arr, batches = [], minibatches(X.shape[1], batch_size, rng)",
            f"in {LOOP}",
            "in batches:",
        ),
        mistake(
            "the number of rows",
            "You make as many indices as X has rows, features that is. The samples are its columns: X.shape[1].",
            "X.shape[1]",
            "X.shape[0]",
        ),
        mistake(
            "one sample per step",
            "Every step has one sample in it, as in Exercise 17. Take all columns of the batch at once: X[:, batch].",
            f"in {LOOP}",
            "in minibatches(X.shape[1], 1, rng):",
        ),
        mistake(
            "all samples in every step",
            "Every step takes all of X, once per batch. Take the columns of the batch: X[:, batch], Y[:, batch].",
            "x, y = X[:, batch], Y[:, batch]",
            "x, y = X, Y",
        ),
        mistake(
            "labels of other samples",
            "The labels are not those of the batch's samples. Index Y like X: Y[:, batch].",
            "Y[:, batch]",
            "Y[:, : len(batch)]",
        ),
        mistake(
            "divided twice",
            "Your steps are too short by the size of the batch: back_propagation has divided by the number of columns "
            "already. Hand its gradients on as they are.",
            "dW, db, alpha)",
            "dW, db, alpha / len(batch))",
        ),
        mistake(
            "summed gradients",
            "Your steps are too long by the size of the batch: the gradient is the mean over its samples, as "
            "back_propagation returns it, and not their sum.",
            "dW, db, alpha)",
            "dW, db, alpha * len(batch))",
        ),
        mistake(
            "uphill",
            "The steps go uphill, and the loss grows. update_step subtracts already, so alpha goes in as it is.",
            "dW, db, alpha)",
            "dW, db, -alpha)",
        ),
        mistake(
            "never updates",
            "The weights never change: update_step returns new lists, and they have to be kept, W, B = "
            "update_step(...).",
            UPDATE,
            "update_step(W, B, dW, db, alpha)",
        ),
        mistake(
            "one update per epoch",
            "The weights change once per epoch, by the gradient of the last batch. Make a step for every batch.",
            UPDATE,
            "pass",
            "cost_arr.append(",
            "(W, B), _ = update_step(W, B, dW, db, alpha), cost_arr.append(",
        ),
        mistake(
            "the given weights are changed",
            "The lists W and B that came in are changed: W[l] -= ... and W[l] = ... write into the caller's list. Use "
            "update_step, which makes new lists.",
            UPDATE,
            "for l in range(1, len(W)):\n                W[l] -= alpha * dW[l]\n                B[l] -= alpha * db[l]",
        ),
        mistake(
            "the mean of the batches",
            "cost_arr adds up the mean losses of the batches. Add up the summed ones: loss(y, a[-1]) is a sum over "
            "the batch, leave it undivided.",
            COST,
            "cost += 1 / len(batch) * loss(y, a[-1])",
        ),
        mistake(
            "the mean of the epoch",
            "cost_arr has the mean loss of the samples; the sum is asked for.",
            APPEND,
            "cost_arr.append(cost / X.shape[1])",
        ),
        mistake(
            "the loss of the last batch",
            "cost_arr has the loss of one batch per epoch, the last. Add them up: cost += loss(...).",
            COST,
            "cost = loss(y, a[-1])",
        ),
        mistake(
            "a loss per batch",
            "cost_arr gets a number for every batch. Add up the losses of an epoch, and append the sum once.",
            COST,
            "cost_arr.append(loss(y, a[-1]))",
            APPEND,
            "None",
        ),
        mistake(
            "a running total",
            "The sum is not set back to 0 when an epoch begins, so every number holds all epochs before it.",
            "cost = 0.0",
            "cost = cost_arr[-1] if cost_arr else 0.0",
        ),
        mistake(
            "the loss after the update",
            "You measure a batch's loss after its own update, too good a number. Measure it on the way, before "
            "update_step.",
            COST,
            "pass",
            UPDATE,
            f"{UPDATE}\n            cost += loss(y, forward_one_step(x, W, B, act_funcs)[0][-1])",
        ),
        mistake(
            "the loss at the end of the epoch",
            "You measure the loss of all samples once the epoch is over. cost_arr adds up the losses on the way, each "
            "before its batch's update.",
            COST,
            "pass",
            APPEND,
            "cost_arr.append(loss(Y, forward_one_step(X, W, B, act_funcs)[0][-1]))",
        ),
        mistake(
            "only the first epoch",
            "Training ends after the first epoch: the return stands inside the loop. It belongs below it.",
            "    return W, B, cost_arr",
            "        return W, B, cost_arr",
        ),
    ),
    hints=(
        "What does order[8:12] give, if order has ten entries? Try it, before you write anything special for the last "
        "batch.",
        "minibatches: draw an order of m, then cut it at 0, batch_size, 2 * batch_size, ... train_minibatches: the "
        "loop of Exercise 17, with `for batch in minibatches(...)` in place of the single samples.",
        "[order[start:start + batch_size] for start in range(0, m, batch_size)]; then x, y = X[:, batch], Y[:, "
        "batch], and everything else as for one sample.",
    ),
    explanation="A product of a (6, 64) and a (64, 32) array does the work of 32 products with a single column, but "
    "asks for it once: the time between the products is saved, and the numbers in W are read once for all 32. The "
    "mean over a batch is a better guess at the gradient of all samples than one sample is: its error falls with the "
    "square root of the batch's size.",
    library="training/epoch.py run_epoch",
    question="The step with the mean of 32 gradients is as long as one with a single gradient. Why may alpha be "
    "larger then, and why not 1000 times?",
    quiz=quiz,
)
