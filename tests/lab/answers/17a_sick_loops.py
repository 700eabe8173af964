# %% a chain of comparisons
def illness(loop):
    if loop == "A":
        return "zero gradient"
    if loop == "B":
        return "unchanged parameters"
    if loop == "C":
        return "equal units"
    if loop == "D":
        return "rising loss"
    return "learning rate"


# %% a table of the file
ANSWERS = dict(
    A="zero gradient",
    B="unchanged parameters",
    C="equal units",
    D="rising loss",
    E="learning rate",
)


def illness(loop):
    return ANSWERS[loop]


# %% capitals and spaces
def illness(loop):
    names = ["Zero gradient", "Unchanged parameters", "Equal units ", "Rising  loss", "Learning rate"]
    return names["ABCDE".index(loop)]


# %% the watch itself
import glassnet as gn


def illness(loop):
    watch = gn.Watch(classes=10)
    LOOPS[loop](watch)
    return watch.findings()[0].rule


def batches(steps=150, m=32):
    import numpy as np

    data, rng = gn.load("digits"), np.random.default_rng(0)
    for _ in range(steps):
        rows = rng.choice(len(data.X), m, replace=False)
        yield data.X[rows].T / 16, np.eye(10)[:, data.y[rows]]


def run(watch, start, gradient=lambda a2, y: a2 - y, rate=0.1):
    import numpy as np

    p = start()
    for x, y in batches():
        a1 = np.maximum(0, p["W1"].T @ x + p["b1"][:, None])
        e = np.exp(p["W2"].T @ a1 + p["b2"][:, None])
        a2 = e / e.sum(axis=0)
        delta = gradient(a2, y)
        back = (p["W2"] @ delta) * (a1 > 0)
        g = {"W1": x @ back.T / 32, "b1": back.mean(axis=1), "W2": a1 @ delta.T / 32, "b2": delta.mean(axis=1)}
        for name in p:
            p[name] = p[name] - rate * g[name]
        watch(p, g, -np.log((a2 * y).sum(axis=0)).mean())


def usual():
    import numpy as np

    rng = np.random.default_rng(0)
    W1, W2 = rng.normal(0, np.sqrt(2 / 64), (64, 20)), rng.normal(0, np.sqrt(1 / 20), (20, 10))
    return {"W1": W1, "b1": np.zeros(20), "W2": W2, "b2": np.zeros(10)}


def equal():
    import numpy as np

    return {name: np.full(array.shape, 0.05) for name, array in usual().items()}


LOOPS = {
    "A": lambda watch: run(watch, usual, lambda a2, y: 0 * a2 + (a2 - y).sum(axis=0)),
    "B": lambda watch: run(watch, usual, rate=0.0),
    "C": lambda watch: run(watch, equal),
    "D": lambda watch: run(watch, usual, lambda a2, y: y - a2, 0.0045),
    "E": lambda watch: run(watch, usual, rate=1e-6),
}


# %% names as in code, and in quotes
def illness(loop):
    found = {
        "A": "zero_gradient",
        "B": "`unchanged parameters`",
        "C": "equal-units",
        "D": "'rising loss'",
        "E": "learning rate.",
    }
    return found[loop]


# %% a method of a dict
illness = {
    "A": "zero gradient",
    "B": "unchanged parameters",
    "C": "equal units",
    "D": "rising loss",
    "E": "learning rate",
}.get


# %% by position in the alphabet
def illness(loop):
    rules = ("zero gradient", "unchanged parameters", "equal units", "rising loss", "learning rate")
    return rules["ABCDE".find(loop.strip().upper())]
