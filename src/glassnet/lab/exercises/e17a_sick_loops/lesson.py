# %% [markdown]
# # Exercise 17a · Diagnosing training loops
#
# A training loop with a mistake usually runs without an error. It only learns badly, or nothing. Here are five loops.
# Each trains a network 64-20-10 on digits with softmax and cross-entropy, and each is sick in *one* way. Find out what
# is wrong with each.
#
# Look at the evidence, not only at the code: the loss in the first steps and in the last ones, the size of the
# gradients, the size of the change in each step, and the weights themselves. With ten classes and nothing learned, the
# loss is about $\ln 10 = 2.30$. A healthy step changes the weights by about a thousandth of their size.
#
# `glassnet` has a watch for loops, `gn.Watch`, which looks at the same evidence and names the illness by a rule. Here
# are ten of its rules; five of them apply, one to each loop.
#
# | rule | what is seen |
# |---|---|
# | `not finite` | the loss or a gradient is NaN or infinite |
# | `zero gradient` | gradients are 0, or nothing but rounding errors |
# | `one number` | all entries of a gradient are the same number |
# | `unchanged parameters` | gradients are not 0, but the parameters never change |
# | `equal units` | all units of a layer have the same weights, and keep them |
# | `first loss` | the first loss is far from that of guessing |
# | `vanishing gradient` | gradients of the first layer are far smaller than those of the last |
# | `dead units` | some units have a gradient of 0 for every row |
# | `learning rate` | weights change far too much, or far too little, in each step |
# | `rising loss` | the loss gets larger, in small steps |
#
# Write `illness(loop)`. It takes the letter of a loop, "A" to "E", and returns the name of the rule. The test runs the
# loops below, as they are here, and `gn.Watch` judges: your rule must be the one that it finds.

# %%
import numpy as np

import glassnet as gn


def batches(steps=150, m=32):
    """Yield batches of digits: x (64, m), y (10, m), one-hot."""
    data, rng = gn.load("digits"), np.random.default_rng(0)
    for _ in range(steps):
        rows = rng.choice(len(data.X), m, replace=False)
        yield data.X[rows].T / 16, np.eye(10)[:, data.y[rows]]


def initial_parameters():
    """Return W1 (64, 20), b1 (20,), W2 (20, 10), and b2 (10,)."""
    rng = np.random.default_rng(0)
    W1, W2 = rng.normal(0, np.sqrt(2 / 64), (64, 20)), rng.normal(0, np.sqrt(1 / 20), (20, 10))
    return {"W1": W1, "b1": np.zeros(20), "W2": W2, "b2": np.zeros(10)}


def forward(x, p):
    """Return a1 (20, m) and a2 (10, m)."""
    a1 = np.maximum(0, p["W1"].T @ x + p["b1"][:, None])
    e = np.exp(p["W2"].T @ a1 + p["b2"][:, None])
    return a1, e / e.sum(axis=0)


def mean_loss(y, a2):
    """Return the mean cross-entropy of a batch."""
    return -np.log((a2 * y).sum(axis=0) + 1e-300).mean()


def gradients(x, a1, delta, p):
    """Return the gradients of the mean loss. delta: of the output layer, (10, m)."""
    m = x.shape[1]
    back = (p["W2"] @ delta) * (a1 > 0)
    return {
        "W1": x @ back.T / m,
        "b1": back.mean(axis=1),
        "W2": a1 @ delta.T / m,
        "b2": delta.mean(axis=1),
    }


# %%
def loop_a(watch):
    """Train for 150 steps."""
    p = initial_parameters()
    for x, y in batches():
        a1, a2 = forward(x, p)
        delta = np.zeros(a2.shape) + np.sum(a2 - y, axis=0)
        g = gradients(x, a1, delta, p)
        for name in p:
            p[name] = p[name] - 0.1 * g[name]
        watch(p, g, mean_loss(y, a2))


def loop_b(watch):
    """Train for 150 steps."""
    p = initial_parameters()
    for x, y in batches():
        a1, a2 = forward(x, p)
        g = gradients(x, a1, a2 - y, p)
        for name, array in p.items():
            array = array - 0.1 * g[name]
        watch(p, g, mean_loss(y, a2))


def loop_c(watch):
    """Train for 150 steps."""
    p = {name: np.full(array.shape, 0.05) for name, array in initial_parameters().items()}
    for x, y in batches():
        a1, a2 = forward(x, p)
        g = gradients(x, a1, a2 - y, p)
        for name in p:
            p[name] = p[name] - 0.1 * g[name]
        watch(p, g, mean_loss(y, a2))


def loop_d(watch):
    """Train for 150 steps."""
    p = initial_parameters()
    for x, y in batches():
        a1, a2 = forward(x, p)
        g = gradients(x, a1, y - a2, p)
        for name in p:
            p[name] = p[name] - 0.0045 * g[name]
        watch(p, g, mean_loss(y, a2))


def loop_e(watch):
    """Train for 150 steps."""
    p = initial_parameters()
    for x, y in batches():
        a1, a2 = forward(x, p)
        g = gradients(x, a1, a2 - y, p)
        for name in p:
            p[name] = p[name] - 0.000001 * g[name]
        watch(p, g, mean_loss(y, a2))


LOOPS = {"A": loop_a, "B": loop_b, "C": loop_c, "D": loop_d, "E": loop_e}


# %% [markdown]
# Any function may stand in for the watch. This one prints the evidence of some steps: the mean loss of ten steps, since
# each step has another batch; the largest gradient; and how far the parameters have moved from their first values.


# %%
def evidence(loop):
    """Print what is seen of a loop."""
    steps, first = [], {}

    def look(p, g, loss):
        for name in p:
            first.setdefault(name, p[name].copy())
        largest = max(abs(one).max() for one in g.values())
        moved = max(abs(p[name] - first[name]).max() for name in p)
        steps.append((loss, largest, moved))

    loop(look)
    for i in (0, 10, 50, len(steps) - 10):
        losses, largest, moved = zip(*steps[i : i + 10], strict=True)
        print(f"  steps {i + 1} to {i + 10}: mean loss {np.mean(losses):.4f}, ", end="")
        print(f"largest gradient {max(largest):.1e}, moved by {moved[-1]:.1e}")


# %%
def illness(loop):
    """Return the illness of a loop, "A" to "E", as the name of a rule in the table."""
    # BEGIN SOLUTION
    found = {
        "A": "zero gradient",
        "B": "unchanged parameters",
        "C": "equal units",
        "D": "rising loss",
        "E": "learning rate",
    }
    return found[loop]
    # END SOLUTION


# %% [markdown]
# Look at the evidence first. When you have passed, compare with the words of the watch: what it saw, and what to do.

# %%
for letter, loop in LOOPS.items():
    print(f"Loop {letter}")
    evidence(loop)

# %%
watch = gn.Watch(classes=10)
loop_a(watch)
print(watch if illness("A") == watch.findings()[0].rule else "Loop A: gn.Watch finds another rule")
