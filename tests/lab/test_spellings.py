"""The same mistake in several spellings: each is named as that mistake, and a right answer of the same look passes."""

import re

import pytest

from glassnet.lab.autograder.checking import check, checker_for
from glassnet.lab.autograder.diagnosis import FAILED, PASSED, Verdict
from glassnet.lab.course import course, find_exercise
from glassnet.lab.exercise import Exercise
from glassnet.lab.learning.feedback import verdict_text
from helpers.lab_answers import solved

pytestmark = pytest.mark.usefixtures("forked_answers")

RIGHT = "right"


def verdict_of(number: str, body: str, *others: str) -> Verdict:
    """The verdict on the reference answer with other bodies of some functions, each given with its first line."""
    exercise = find_exercise(number)
    source = f"import numpy as np\n{solved(exercise)}"
    for text in (body, *others):
        head = text.partition("\n")[0]
        assert source.count(head) == 1, head
        source = re.sub(rf"(?m)^{re.escape(head)}\n(?:(?:[ \t].*)?\n)+", lambda _, text=text: f"{text}\n", source)
    return check(exercise, source, f"{exercise.key}.py")


def function(head: str, *lines: str) -> str:
    return "\n".join([f"def {head}:", *(f"    {line}" for line in lines)]) + "\n"


def fit(*lines: str) -> str:
    checked = ("X = np.asarray(X_train, dtype=float)", "if not np.isfinite(X).all():", "    raise ValueError('no')")
    return function("fit_normalizer(X_train)", *checked, *lines)


def normalize(*lines: str) -> str:
    return function("normalize(X, mean, std)", *lines)


def split(*lines: str) -> str:
    sizes = ("i, j = round(n * percent_train), round(n * percent_valid)", "k = max(n - i - j, 0)")
    return function("split(n, percent_train, percent_valid, rng)", *sizes, *lines)


def rows(*lines: str) -> str:
    return function("normalizeRows(x)", "x = np.array(x, dtype=float)", *lines)


def sigmoid(*lines: str) -> str:
    return function("Sigmoid(x)", "x = np.array(x, dtype=float)", *lines)


def loss(*lines: str) -> str:
    same = ("y, p = np.array(y, dtype=float), np.array(yhat, dtype=float)", "if y.shape != p.shape:")
    return function("loss(y, yhat)", *same, "    raise ValueError('shapes')", *lines)


def slope(*lines: str) -> str:
    return function("ReLu_derivative(x)", *lines)


def back(*lines: str, start: str = "delta = a[-1] - Y", **parts: str) -> str:
    """Backpropagation with some of its expressions replaced."""
    dW = parts.get("dW", "a[k - 1] @ delta.T / m")
    db = parts.get("db", "np.mean(delta, axis=1, keepdims=True)")
    step = parts.get("step", "act_deri[k - 1](z[k - 1]) * np.dot(W[k], delta)")
    return function(
        "back_propagation(Y, a, z, W, act_deri)",
        "m, dW, db = Y.shape[1], [None] * len(W), [None] * len(W)",
        start,
        *("for k in reversed(range(1, len(W))):", f"    dW[k] = {dW}", f"    db[k] = {db}"),
        *("    if k > 1:", f"        delta = {step}", "return dW, db"),
    )


def forward(product: str, first: str = "None") -> str:
    lines = ("for l in range(1, len(W)):", f"    z.append({product} + B[l])")
    last = "    a.append(z[l] if act_funcs[l] is None else act_funcs[l](z[l]))"
    return function("forward_one_step(X, W, B, act_funcs)", f"a, z = [X], [{first}]", *lines, last, "return a, z")


def predict(product: str) -> str:
    lines = ("out = X", "for W_l, b, g in zip(W[1:], B[1:], act_funcs[1:]):", f"    out = g({product} + b)")
    return function("predict(X, W, B, act_funcs)", *lines, "return np.argmax(out, axis=0)")


MEAN, STD, IS_CONSTANT = "X.mean(axis=0)", "X.std(axis=0)", "np.ptp(X, axis=0) == 0"

ONE = "one mean for the whole table"

BACKWARD = "backward(y)"

ORDER = "topological_order(y)"


def illnesses(**changed: str) -> str:
    right = {"A": "zero gradient", "B": "unchanged parameters", "C": "equal units"}
    return function("illness(loop)", f"return {right | {'D': 'rising loss', 'E': 'learning rate'} | changed}[loop]")


SPELLINGS: dict[tuple[str, str], list[str]] = {
    ("15b", "gradients overwritten"): [
        function(
            BACKWARD,
            "y.grad = 1.0",
            "for v in reversed(topological_order(y)):",
            "    for one, local in zip(v.inputs, v.local_gradients):",
            "        one.grad = local * v.grad",
        ),
        function(
            BACKWARD,
            "y.grad = 1",
            "for v in topological_order(y)[::-1]:",
            "    for i, one in enumerate(v.inputs):",
            "        setattr(one, 'grad', v.grad * v.local_gradients[i])",
        ),
    ],
    ("15b", "old gradients kept"): [
        function(
            BACKWARD,
            "y.grad = 1.0",
            "for v in reversed(topological_order(y)):",
            "    for one, local in zip(v.inputs, v.local_gradients):",
            "        one.grad += local * v.grad",
        ),
        function(
            BACKWARD,
            "order = topological_order(y)",
            "y.grad = 1",
            "while order:",
            "    v = order.pop()",
            "    for i in range(len(v.inputs)):",
            "        v.inputs[i].grad = v.inputs[i].grad + v.grad * v.local_gradients[i]",
        ),
    ],
    ("15b", "order: results first"): [
        function(
            ORDER,
            "order = []",
            "def visit(v):",
            "    if v not in order:",
            "        order.append(v)",
            "        for one in v.inputs:",
            "            visit(one)",
            "visit(y)",
            "return order",
        ),
        function(
            ORDER,
            "order, waiting = [], [y]",
            "while waiting:",
            "    v = waiting.pop()",
            "    if v not in order:",
            "        order.append(v)",
            "        waiting.extend(v.inputs)",
            "return order",
        ),
    ],
    ("15b", "order: Values repeated"): [
        function(
            ORDER,
            "order = []",
            "def visit(v):",
            "    for one in v.inputs:",
            "        visit(one)",
            "    order.append(v)",
            "visit(y)",
            "return order",
        ),
        function(ORDER, "return [v for one in y.inputs for v in topological_order(one)] + [y]"),
    ],
    ("15b", "order: equal numbers confused"): [
        function(
            ORDER,
            "order, seen = [], []",
            "def visit(v):",
            "    if v.value not in seen:",
            "        seen.append(v.value)",
            "        for one in v.inputs:",
            "            visit(one)",
            "        order.append(v)",
            "visit(y)",
            "return order",
        ),
        function(
            ORDER,
            "found = {}",
            "def visit(v):",
            "    if v.value in found:",
            "        return",
            "    found[v.value] = None",
            "    [visit(one) for one in reversed(v.inputs)]",
            "    found[v.value] = found.pop(v.value) or v",
            "visit(y)",
            "return list(found.values())",
        ),
    ],
    ("17a", "loop A: unchanged parameters"): [
        illnesses(A="unchanged parameters"),
        illnesses(A=" Unchanged Parameters"),
    ],
    ("17a", "loop D: learning rate"): [illnesses(D="learning rate"), illnesses(D="Learning rate ")],
    ("17a", "loop E: another illness"): [illnesses(E=rule) for rule in ("dead units", "first loss", "not finite")],
    ("17a", RIGHT): [illnesses(), illnesses(C="EQUAL UNITS")],
    ("5", "z-scores clipped"): [
        normalize("return np.clip((X - mean) / std, -3, 3)"),
        normalize("Z = (X - mean) / std", "Z[Z > 3] = 3", "Z[Z < -3] = -3", "return Z"),
        normalize("return np.minimum(np.maximum((X - mean) / std, -5), 5)"),
    ],
    ("5", ONE): [
        fit("return X.mean(), X.std()"),
        fit("mean, std = np.mean(X), np.std(X)", "return mean, std if std > 0 else 1"),
        fit(f"mean, std = np.mean(X), {STD}", f"std[{IS_CONSTANT}] = 1", "return mean, std"),
        fit("mean = X.sum() / X.size", "std = np.sqrt(np.mean((X - mean) ** 2, axis=0))", "return mean, std"),
    ],
    ("5", "one std for the whole table"): [
        fit(f"return {MEAN}, X.std()"),
        fit(f"mean, std = {MEAN}, np.sqrt(np.var(X))", f"return mean, np.where({IS_CONSTANT}, 1, std)"),
    ],
    ("5", "small constant added"): [
        fit(f"return {MEAN}, {STD} + 1e-6"),
        normalize("return (np.array(X) - mean) / (std + 1e-5)"),
    ],
    ("5", RIGHT): [
        fit(f"mean, std = {MEAN}, {STD}", f"std[{IS_CONSTANT}] = 1", "return mean, std"),
        fit("s = [c.std() if c.min() < c.max() else 1 for c in X.T]", f"return {MEAN}, np.array(s)"),
    ],
    ("6", "sets drawn separately"): [
        split("draw = lambda k: rng.choice(n, k, replace=False)", "return draw(i), draw(j), draw(k)"),
        split("return tuple(rng.permutation(n)[:size] for size in (i, j, k))"),
        split("t, v, w = (rng.permutation(np.arange(n)) for _ in 'abc')", "return t[:i], v[:j], w[:k]"),
    ],
    ("6", "validation set inside the training set"): [
        split("o = rng.permutation(n)", "return o[:i], o[:j], o[i + j:]"),
        split("o = list(range(n))", "rng.shuffle(o)", "o = np.array(o)", "return o[:i], o[:j], o[n - k:]"),
    ],
    ("6", RIGHT): [
        split(
            "train = rng.choice(n, i, replace=False)",
            "rest = rng.permutation(np.setdiff1d(np.arange(n), train))",
            "return train, rest[:j], rest[j:]",
        ),
    ],
    ("2b", "small constant added"): [
        rows("return x / (np.linalg.norm(x, axis=1, keepdims=True) + 1e-6)"),
        rows("s = np.sqrt(np.sum(x * x, axis=1)) + 1e-12", "return (x.T / s).T"),
        rows("return x / np.sqrt((x ** 2).sum(axis=1, keepdims=True) + 1e-8)"),
    ],
    ("2b", "lower limit for norms"): [
        rows("return x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-8)"),
        rows("return np.array([row / max(np.sqrt(row @ row), 1e-4) for row in x])"),
    ],
    ("2b", RIGHT): [rows("return np.array([row / (np.sqrt(row @ row) or 1) for row in x])")],
    ("7", "x clipped"): [
        sigmoid("return 1 / (1 + np.exp(-np.clip(x, -10, 10)))"),
        sigmoid("x = np.maximum(np.minimum(x, 6), -6)", "return 1 / (1 + np.exp(-x))"),
        sigmoid("x[x > 15] = 15", "x[x < -15] = -15", "return np.exp(x) / (np.exp(x) + 1)"),
    ],
    ("7", RIGHT): [sigmoid("return 1 / (1 + np.exp(-np.clip(x, -500, 500)))")],
    ("11", RIGHT): [
        function(
            "forward_layer(w, b, X, act_func)", "z = np.dot(w.T, X) + b", "return z, act_func(z) if act_func else z"
        )
    ],
    ("12", "another value than None in z"): [
        forward("W[l].T @ a[l - 1]", first="[]"),
        forward("W[l].T @ a[l - 1]", first="np.array([])"),
        forward("np.dot(W[l].T, a[-1])", first="0"),
    ],
    ("12", "elementwise products"): [forward("W[l].T * a[l - 1]"), forward("np.multiply(a[-1], W[l].T)")],
    ("12", "W not transposed"): [forward("W[l] @ a[l - 1]"), forward("W[l].dot(a[-1])")],
    ("12", RIGHT): [forward("W[l].T @ a[l - 1]"), forward("(a[-1].T @ W[l]).T")],
    ("13", "small constant added"): [
        loss("return -np.sum(y * np.log(p + 1e-8))"),
        loss("return -(y.ravel() @ np.log(1e-6 + p.ravel()))"),
        loss("return np.sum(y * -np.log(p + 0.001))"),
    ],
    ("13", "largest label only"): [
        loss("return -np.log(p[np.argmax(y)])"),
        loss("k = np.argmax(y)", "return -np.log(np.maximum(p, 1e-300))[k]"),
        loss("return -np.sum(np.log(p[y.argmax()]))"),
        loss("p = np.clip(p, np.finfo(float).tiny, None)", "if y.ndim == 1:", "    return -np.log(p[y.argmax()])",
             "return sum(-np.log(p[y[:, i].argmax(), i]) for i in range(y.shape[1]))"),
    ],
    ("13", "floor too high"): [
        loss("return -np.sum(y * np.log(np.clip(p, 1e-9, 1 - 1e-9)))"),
        loss("p[p < 1e-4] = 1e-4", "return -(y * np.log(p)).sum()"),
    ],
    ("13", RIGHT): [
        loss("return -np.sum(y * np.log(p + 1e-300))"),
        loss("return -sum(a * np.log(max(b, 1e-20)) for a, b in zip(y.ravel(), p.ravel()) if a)"),
    ],
    ("14", "ReLU: flattened"): [
        slope("return np.array([1 if v > 0 else 0 for v in np.ravel(x)])"),
        slope("out = []", "for row in x:", "    for v in row:", "        out += [1.0 if v > 0 else 0.0]", "return out"),
        slope("out = []", "for v in np.nditer(np.asarray(x)):", "    out.append(int(v > 0))", "return np.array(out)"),
        slope("return [1 if v > 0 else 0 for v in x.flatten()]"),
    ],
    ("14", RIGHT): [
        slope("x = np.asarray(x)", "return np.array([1.0 if v > 0 else 0.0 for v in x.ravel()]).reshape(x.shape)"),
    ],
    ("15", "sum over output units"): [
        back(start="delta = np.sum(a[-1] - Y)"),
        back(start="delta = (a[-1] - Y).sum()", dW="np.dot(a[k - 1], delta.T) / m"),
        back(start="delta = np.sum(a[-1] - Y)", dW="np.dot(a[k - 1], delta.T) / m", db="np.sum(delta) / m"),
        back(start="delta = np.sum(a[-1] - Y)", dW="a[k - 1] * delta / m", db="delta / m"),
    ],
    ("15", "sum over hidden units"): [
        back(step="np.sum(W[k] @ delta * act_deri[k - 1](z[k - 1]))"),
        back(step="np.sum(W[k] @ delta, axis=0) * act_deri[k - 1](z[k - 1])"),
    ],
    ("15", "derivative of the wrong layer"): [
        back(step="(W[k] @ delta) * act_deri[k](z[k - 1])"),
        back(step="act_deri[k](z[k]) * W[k].dot(delta)"),
    ],
    ("15", "db not summed"): [back(db="delta"), back(db="delta / m")],
    ("15", "one bias gradient per layer"): [
        back(db="np.sum(delta) / m"),
        back(db="delta.sum()"),
        back(db="np.full((len(delta), 1), delta.mean())"),
    ],
    ("15", "db summed over the units"): [back(db="np.sum(delta, axis=0) / m"), back(db="delta.mean(axis=0)")],
    ("15", "elementwise products"): [
        back(dW="a[k - 1] * delta.T / m", step="(W[k] * delta) * act_deri[k - 1](z[k - 1])"),
        back(dW="(1 / m) * np.multiply(a[k - 1], delta.T)"),
        back(step="np.multiply(W[k], delta) * act_deri[k - 1](z[k - 1])"),
    ],
    ("15", RIGHT): [
        back(dW="np.einsum('im,jm->ij', a[k - 1], delta) / m", db="(delta @ np.ones((m, 1))) / m"),
        back(start="delta = (a[-1] - Y) / m", dW="a[k - 1].dot(delta.T)", db="delta.sum(axis=1, keepdims=True)"),
    ],
    ("19", "elementwise products"): [predict("W_l.T * out"), predict("np.multiply(out, W_l.T)")],
    ("19", "W not transposed"): [predict("W_l @ out"), predict("W_l.dot(out)")],
    ("19", RIGHT): [predict("W_l.T @ out"), predict("np.dot(W_l.T, out)")],
}  # fmt: skip
"""Functions, by the exercise and by the mistake in them."""

EACH = [
    pytest.param(number, name, text, id=f"{number}-{name}-{i}")
    for (number, name), texts in SPELLINGS.items()
    for i, text in enumerate(texts)
]


@pytest.mark.parametrize(("number", "name", "text"), EACH)
def test_a_mistake_is_named_in_every_spelling(number: str, name: str, text: str) -> None:
    verdict = verdict_of(number, text)
    if name == RIGHT:
        assert verdict.state == PASSED, verdict_text(verdict, is_full=True)
    else:
        assert verdict.state == FAILED
        assert [mistake.name for mistake in verdict.mistakes] == [name], verdict_text(verdict, is_full=True)


SAID = [
    ("17a", illnesses(A="zero gradients"), "zero gradients, which is not in the table; did you mean zero gradient?"),
    ("17a", illnesses(D="wrong sign"), "wrong sign, which is not in the table"),
    ("17a", illnesses().replace("[loop]", ""), "an object of type dict; return the name of the rule as a string"),
    ("15b", function("plus(a, b)", "return a.value + b.value, (a, b)"), "plus should return a Value, got a tuple"),
    ("15b", function("plus(a, b)", "a.value += b.value", "return a"), "a new Value, got one of its arguments"),
    ("15b", function("plus(a, b)", "return Value(0, a, b)"), "inputs should be a tuple of Values after plus"),
    ("15b", function("plus(a, b)", "return Value(0, (a, b), 1)"), "should be a tuple of numbers after plus"),
    ("15b", function("plus(a, b)", "return Value(0, (a, b), [1])"), "number for each input after plus, got 1 for 2"),
    ("15b", function(ORDER, "return {y}"), "topological_order should return a list, got a set"),
    ("15b", function(ORDER, "return [y.value]"), "should return a list of Values, got a number in it"),
    ("15b", function(BACKWARD, "for v in topological_order(y).reverse():", "    v.grad = 1"), "return None; otherwise"),
]


@pytest.mark.parametrize(("number", "text", "said"), SAID, ids=[f"{number}: {said}" for number, _, said in SAID])
def test_what_is_wrong_with_a_result_is_named(number: str, text: str, said: str) -> None:
    assert said in verdict_text(verdict_of(number, text), is_full=True)


def test_sets_that_overlap_by_one_index_are_not_taken_for_sets_drawn_separately() -> None:
    text = split("o = rng.permutation(n)", "return o[:i], o[i - 1:i + j - 1], o[n - k:]")
    assert verdict_of("6", text).mistakes == ()


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (
            "11",
            function("forward_layer(w, b, X, act_func)", "z = w.T @ X + b", "return z, act_func(z)"),
        ),
        (
            "12",
            function(
                "forward_one_step(X, W, B, act_funcs)",
                "a, z = [X], [None]",
                "for l in range(len(W)):",
                "    z.append(W[l].T @ a[-1] + B[l])",
                "    a.append(act_funcs[l](z[-1]))",
                "return a, z",
            ),
        ),
        ("15", back().replace("if k > 1:", "if k:")),
        (
            "16",
            function(
                "update_step(W, B, dW, db, alpha)",
                "return [w - alpha * d for w, d in zip(W, dW)], [b - alpha * d for b, d in zip(B, db)]",
            ),
        ),
        ("19", predict("W_l.T @ out").replace("[1:]", "")),
    ],
)
def test_a_none_of_the_exercise_is_named(number: str, text: str) -> None:
    exercise = find_exercise(number)
    said = verdict_text(verdict_of(number, text), is_full=True)
    assert f"a value is None: {exercise.none}" in said
    assert not re.search(r"\w; check that every function has a return statement", said)


@pytest.mark.parametrize(
    ("number", "old", "new"),
    [
        ("24", "v_new = beta2 * v + (1 - beta2) * g**2", "v_new = beta2 * v + (1 - beta2) * g**2 * 1.00001"),
        ("15a", "(above - below) / (2 * h)", "(above - below) / (2 * h) + 0.00003 * there"),
        ("13", "return -np.sum", "return -1.0000015 * np.sum"),
    ],
)
def test_two_numbers_that_differ_are_printed_differently(number: str, old: str, new: str) -> None:
    exercise = find_exercise(number)
    source = solved(exercise)
    assert old in source
    said = verdict_text(check(exercise, source.replace(old, new), "answer.py"), is_full=True)
    pairs = re.findall(r"should be (\S+) but is (\S+)", said)
    assert pairs
    assert all(one != other for one, other in pairs), pairs
    assert not re.search(r"every number is 1 times", said)


INTERNAL = re.compile(r"0x[0-9a-f]{4}|<function|<lambda|<locals>|object at|np\.(int|float)\d|glassnet\.lab\.answer")
"""Names that mean nothing to a learner."""


@pytest.mark.parametrize("exercise", course(), ids=lambda exercise: exercise.key)
def test_no_message_contains_internal_names(exercise: Exercise) -> None:
    assert not [case.text for case in exercise.cases if INTERNAL.search(case.text)]
    checker = checker_for(exercise.folder)
    for mistake in exercise.mistakes:
        said = verdict_text(checker.verdict(checker.behavior(mistake)), is_full=True)
        assert not INTERNAL.search(said), said


@pytest.mark.parametrize(
    ("result", "said"),
    [
        ("Softmax", "but is the function Softmax"),
        ("lambda: 1", "but is a lambda function"),
        ("np.random.default_rng(0)", "but is an object of type Generator"),
        ("[Net()]", "object of type Net"),
        ("{Net: 1}", "a dict"),
        ("np.exp", "but is an object of type ufunc"),
        ("raised(Softmax)", "ValueError in line 9 of your file: the function Softmax"),
        ("raised(Net())", "ValueError in line 9 of your file: an object of type Net"),
        ("print(Softmax, Net())", "Output of your code: the function Softmax an object of type Net"),
    ],
)
def test_functions_and_objects_of_an_answer_have_names(result: str, said: str) -> None:
    source = f"""import numpy as np


class Net:
    pass


def raised(value):
    raise ValueError(value)


def Softmax(x, axis=-1):
    return {result}
"""
    text = " ".join(verdict_text(check(find_exercise("10"), source, "answer.py"), is_full=True).split())
    assert said in text
    assert not INTERNAL.search(text)


@pytest.mark.parametrize("limit", [1.0, 3.0, 5.0, 10.0])
@pytest.mark.parametrize(("number", "name"), [("5", "normalize"), ("15", "back_propagation"), ("16", "update_step")])
def test_a_right_answer_whose_results_are_clipped_fails(number: str, name: str, limit: float) -> None:
    exercise = find_exercise(number)
    clipped = f"""
unclipped = {name}

def clip(found):
    if isinstance(found, (list, tuple)):
        return type(found)(map(clip, found))
    return None if found is None else np.clip(found, -{limit}, {limit})

def {name}(*arguments):
    return clip(unclipped(*arguments))
"""
    source = f"import numpy as np\n{solved(exercise)}"
    assert check(exercise, source + clipped.replace(f"-{limit}, {limit}", "-1e9, 1e9"), "answer.py").state == PASSED
    assert check(exercise, source + clipped, "answer.py").state == FAILED
