"""gn.Watch on plain PyTorch loops: each of twenty illnesses is found, and only it."""

import itertools
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from helpers.needs import needs

DATA = gn.load("digits")
X = (DATA.X / 16).astype(np.float32)

HEALTHY = ("", "sgd", "momentum", "dropout", "scheduler", "frozen layer", "clipped", "16 small batches per step")
"""Loops with which nothing is wrong: Adam, SGD, SGD with momentum, a layer of dropout, a cosine schedule, a frozen
layer, a clipped gradient, accumulated gradients."""

ILLNESSES = {
    "no step": "unchanged parameters",
    "optimizer of a copy": "unchanged parameters",
    "update not stored": "unchanged parameters",
    "zero_grad after backward": "zero gradient",
    "detached": "zero gradient",
    "inputs of zero": "zero gradient",
    "dead layer": "zero gradient",
    "weights of zero": "zero gradient",
    "equal weights": "equal units",
    "softmax before cross_entropy": "softmax twice",
    "sigmoid before its loss": "softmax twice",
    "(n, 1) against (n,)": "broadcast loss",
    "NaN in the data": "not finite",
    "log of zero": "not finite",
    "sum in place of mean": "first loss",
    "unscaled inputs": "first loss",
    "deep sigmoids": "vanishing gradient",
    "rate too high": "learning rate",
    "rate too low": "learning rate",
    "clipped to nothing": "learning rate",
    "loss with the wrong sign": "rising loss",
    "no zero_grad": "accumulated gradient",
    "no zero_grad with SGD": "accumulated gradient",
    "weight decay of 100": "weight decay",
    "model built in each step": "rebuilt parameters",
    "model built in each step, seeded": "rebuilt parameters",
    "optimizer built in each step": "rebuilt optimizer",
    "one layer with the wrong sign": "wrong sign",
    "steps to and fro": "learning rate",
    "vanishing below rounding": "vanishing gradient",
    "biases below rounding": "vanishing gradient",
    "rounded in bfloat16": "unchanged parameters",
    "optimizer of the last layer": "unchanged parameters",
}


OF_ONE_OUTPUT = ("(n, 1) against (n,)", "sigmoid before its loss", "steps to and fro")


def build(torch: Any, illness: str) -> Any:
    """Return the model of a loop, with the illnesses of its initial weights."""
    nn = torch.nn
    depths = {"deep sigmoids": 9, "biases below rounding": 10, "vanishing below rounding": 14, "steps to and fro": 0}
    depth = depths.get(illness, 1)
    activation = nn.Sigmoid if depth > 1 else nn.ReLU
    sizes = [64, *[30] * depth]
    layers = [part for a, b in itertools.pairwise(sizes) for part in (nn.Linear(a, b), activation())]
    last = [nn.Linear(sizes[-1], 1 if illness in OF_ONE_OUTPUT else 10)]
    if illness == "sigmoid before its loss":
        last.append(nn.Sigmoid())
    if illness == "softmax before cross_entropy":
        last.append(nn.Softmax(dim=1))
    model = nn.Sequential(*layers, *([nn.Dropout(0.2)] if illness == "dropout" else []), *last)
    with torch.no_grad():
        if illness == "dead layer":
            model[0].bias.fill_(-100)
        elif illness == "frozen layer":
            model[0].weight.requires_grad_(False)
        elif illness in ("weights of zero", "equal weights"):
            for one in model.parameters():
                one.fill_(0.0 if illness == "weights of zero" else 0.05)
    return model.bfloat16() if illness == "rounded in bfloat16" else model


def loss_of(torch: Any, illness: str, model: Any, x: Any, y: Any) -> tuple[Any, Any]:
    """Return outputs and loss."""
    functional = torch.nn.functional
    outputs = model[-1](model[:-1](x).detach()) if illness == "detached" else model(x)
    if illness == "steps to and fro":
        return outputs, functional.mse_loss(outputs, y.float()[:, None])
    if illness == "(n, 1) against (n,)":
        return outputs, functional.mse_loss(outputs, y.float())
    if illness == "sigmoid before its loss":
        outputs = outputs[:, 0]
        return outputs, functional.binary_cross_entropy_with_logits(outputs, (y > 4).float())
    if illness == "log of zero":
        p = torch.softmax(200 * outputs, dim=1)
        return outputs, -torch.log(p[torch.arange(len(y)), y]).mean()
    loss = functional.cross_entropy(outputs, y, reduction="sum" if illness == "sum in place of mean" else "mean")
    return outputs, -loss if illness == "loss with the wrong sign" else loss


def optimizer_of(torch: Any, illness: str, model: Any) -> Any:
    parameters = [one for one in model.parameters() if one.requires_grad]
    if illness == "optimizer of the last layer":
        parameters = parameters[2:]
    if illness == "optimizer of a copy":
        parameters = [one.detach().clone().requires_grad_() for one in parameters]
    rates = {
        "rate too high": 8.0,
        "rate too low": 1e-9,
        "loss with the wrong sign": 0.03,
        "unscaled inputs": 1e-5,
        "no zero_grad with SGD": 0.01,
        "steps to and fro": 0.088,
        "biases below rounding": 0.1,
        "rounded in bfloat16": 1e-6,
    }
    if illness == "weight decay of 100":
        return torch.optim.AdamW(parameters, weight_decay=100)
    if illness in (*rates, "sgd", "momentum", "clipped", "clipped to nothing") and illness != "rate too low":
        momentum = 0.9 if illness == "momentum" else 0
        return torch.optim.SGD(parameters, lr=rates.get(illness, 0.05), momentum=momentum)
    return torch.optim.Adam(parameters, lr=rates.get(illness, 1e-3))


def gradients_of(torch: Any, illness: str, model: Any, optimizer: Any, loss: Any, step: int) -> None:
    """Compute the gradients of a step."""
    if "no zero_grad" not in illness and (illness != "16 small batches per step" or step % 16 == 0):
        optimizer.zero_grad()
    loss.backward()
    if illness == "zero_grad after backward":
        optimizer.zero_grad(set_to_none=False)
    elif illness.startswith("clipped"):
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1 if illness == "clipped" else 1e-6)


def run(watch: gn.Watch, illness: str = "") -> list[str]:
    """Train 64-30-10 for 150 steps, and return the rules that found something."""
    torch = needs("torch")
    torch.set_num_threads(1)  # threads that wait for each other take far longer
    torch.manual_seed(0)
    model = build(torch, illness)
    optimizer = optimizer_of(torch, illness, model)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 150) if illness == "scheduler" else None
    rng = np.random.default_rng(1)
    scale = {"unscaled inputs": 255.0, "inputs of zero": 0.0, "NaN in the data": np.nan}.get(illness, 1.0)
    for step in range(150):
        if "model built" in illness:
            torch.manual_seed(0 if "seeded" in illness else step)
            model = build(torch, illness)
        if "built in each step" in illness:
            optimizer = optimizer_of(torch, illness, model)
        rows = rng.choice(len(X), 32, replace=False)
        x, y = torch.tensor(scale * X[rows], dtype=next(model.parameters()).dtype), torch.tensor(DATA.y[rows])
        outputs, loss = loss_of(torch, illness, model, x, y)
        gradients_of(torch, illness, model, optimizer, loss, step)
        if illness == "update not stored":
            [one - 0.1 * one.grad for one in model.parameters()]
        elif illness == "one layer with the wrong sign":
            with torch.no_grad():
                [one.sub_(0.05 * one.grad * (-1 if i == 2 else 1)) for i, one in enumerate(model.parameters())]
        elif illness != "no step" and (illness != "16 small batches per step" or step % 16 == 15):
            optimizer.step()
        if schedule is not None:
            schedule.step()
        shown = -loss if illness == "loss with the wrong sign" else loss
        targets = (y > 4).float() if illness == "sigmoid before its loss" else y
        watch(model.named_parameters(), loss=shown, outputs=outputs, targets=targets)
    return [one.rule for one in watch.findings()]


@pytest.mark.filterwarnings("ignore:Using a target size")  # PyTorch's own finding
@pytest.mark.parametrize(("illness", "rule"), ILLNESSES.items(), ids=ILLNESSES)
def test_an_illness_of_a_pytorch_loop_is_found_and_only_it(illness: str, rule: str) -> None:
    watch = gn.Watch(classes=None if illness in OF_ONE_OUTPUT else 10)
    assert run(watch, illness) == [rule], str(watch)


@pytest.mark.parametrize("kind", HEALTHY)
def test_a_healthy_pytorch_loop_has_no_finding(kind: str) -> None:
    watch = gn.Watch(classes=10)
    assert run(watch, kind) == [], str(watch)


@pytest.mark.parametrize("kind", ["bfloat16", "sparse", "module", "zero_grad before the watch"])
def test_tensors_of_every_kind_are_read(kind: str) -> None:
    torch = needs("torch")
    torch.manual_seed(0)
    is_sparse = kind == "sparse"
    model = torch.nn.Sequential(
        torch.nn.Embedding(20, 8, sparse=True) if is_sparse else torch.nn.Linear(20, 8), torch.nn.Linear(8, 3)
    )
    model = model.bfloat16() if kind == "bfloat16" else model
    optimizer, watch = torch.optim.SGD(model.parameters(), lr=0.1), gn.Watch()
    for _ in range(40):
        codes = torch.arange(16) % 20 if is_sparse else torch.randn(16, 20, dtype=next(model.parameters()).dtype)
        loss = torch.nn.functional.cross_entropy(model(codes), torch.arange(16) % 3)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if kind == "zero_grad before the watch":
            optimizer.zero_grad()
        watch(model if kind == "module" else model.parameters(), loss=loss)
    found = watch.findings()
    if kind == "zero_grad before the watch":
        assert found[0].advice == "The watch is called after zero_grad: call it before, right after step."
    else:
        assert "error" not in [one.severity for one in found]


@pytest.mark.parametrize(("rate", "kind"), [(0.2, "dead units"), (0.05, "learning rate")])
def test_a_sum_over_the_rows_is_named_as_the_cause_of_large_steps(rate: float, kind: str) -> None:
    torch = needs("torch")
    torch.manual_seed(0)
    model, watch, rng = build(torch, ""), gn.Watch(), np.random.default_rng(0)
    for _ in range(150):
        rows = rng.choice(len(X), 32, replace=False)
        y = torch.tensor(DATA.y[rows])
        outputs = model(torch.tensor(X[rows]))
        loss = torch.nn.functional.cross_entropy(outputs, y, reduction="sum")
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            [one.sub_(rate * one.grad) for one in model.parameters()]
        watch(model, loss=loss, outputs=outputs, targets=y)
    (found,) = watch.findings()
    assert found.rule == kind
    assert found.advice.endswith("The loss is a sum over 32 rows: take their mean, or divide the learning rate by 32.")
