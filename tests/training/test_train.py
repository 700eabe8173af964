"""The training loop on every engine: steps, records, and agreement with PyTorch."""

import dataclasses
from typing import Any

import numpy as np
import pytest

from glassnet.maths.optimizers import SGD, RMSProp
from glassnet.maths.optimizers.adam import Adam, AdamW
from glassnet.network.layers import BatchNorm, Dense, Dropout, LayerNorm
from glassnet.network.network import Network
from glassnet.training.history import COLUMNS
from glassnet.training.options import TrainingOptions
from glassnet.training.train import epoch_records, train
from helpers.needs import needs
from helpers.runs import CLOSE, LABELS, LABELS_V, XV, N, X, by_dtype, by_engine, by_hand, classifier, run

RUNS: dict[str, dict[str, Any]] = {
    "plain": {"rule": SGD(0.1)},
    "momentum": {"rule": SGD(0.1, momentum=0.9)},
    "adam": {"rule": Adam(0.01)},
    "one row a step": {"rule": SGD(0.1), "batch_size": 1},
    "partial batch of one": {"rule": SGD(0.1), "batch_size": 11},
    "all rows in one step": {"rule": SGD(0.1), "batch_size": N},
    "batch larger than the data": {"rule": SGD(0.1), "batch_size": 10 * N},
    "l1": {"rule": SGD(0.1), "l1": 0.01},
    "l2": {"rule": SGD(0.1, momentum=0.5), "l2": 0.1},
    "decay": {"rule": Adam(0.01), "weight_decay": 0.3},
    "clipped in norm": {"rule": SGD(0.1), "clip_norm": 0.2},
    "clipped in value": {"rule": SGD(0.1), "clip_value": 0.05},
    "all at once": {
        "rule": SGD(0.1, momentum=0.9),
        "l1": 0.01,
        "l2": 0.1,
        "weight_decay": 0.2,
        "clip_norm": 0.5,
        "clip_value": 0.2,
        "weights": np.random.default_rng(3).uniform(0, 2, N),
    },
    "another loss": {"rule": SGD(0.1), "kind": "squared_error"},
}


@by_engine
@by_dtype
@pytest.mark.parametrize("options", RUNS.values(), ids=RUNS)
def test_every_step_and_record_equals_the_plain_loop(options: dict[str, Any], dtype: str, engine: str) -> None:
    between = (BatchNorm(), Dropout(0.3)) if options.get("batch_size") not in (1,) else (Dropout(0.3),)
    net, copy = classifier(dtype, *between), classifier(dtype, *between)
    options = {"batch_size": 5, **options}
    y = np.eye(3)[LABELS] if options.get("kind") else LABELS
    expected = list(by_hand(copy, y, epochs=2, seed=7, **options))
    named = {"rule": "optimizer", "kind": "loss", "weights": "sample_weight"}
    records = run(net, (X, y), epochs=2, seed=7, engine=engine, **{named.get(k, k): v for k, v in options.items()})
    np.testing.assert_allclose(net.parameters, copy.parameters, **CLOSE[dtype])
    np.testing.assert_allclose(net.state, copy.state, **CLOSE[dtype])
    for record, (loss_by_hand, accuracy) in zip(records, expected, strict=True):
        assert record.loss == pytest.approx(loss_by_hand, rel=CLOSE[dtype]["rtol"])
        assert record.accuracy == pytest.approx(accuracy)


@by_engine
def test_at_each_record_parameters_and_gradient_are_those_of_the_last_step(engine: str) -> None:
    net = classifier()
    order = np.random.default_rng(0).permutation(N)
    last = order[20:]
    before = None
    for _ in train(net, (X, LABELS), optimizer=SGD(0.1), batch_size=5, epochs=1, seed=0, engine=engine):
        before = net.parameters + 0.1 * np.concatenate([g.ravel() for g in net.named_gradients().values()])
        g = {name: view.copy() for name, view in net.named_gradients().items()}
    again = Network.from_vectors(4, net.layers, before, net.state, "float64")
    again.gradient(X[last], LABELS[last])
    for name, view in again.named_gradients().items():
        np.testing.assert_allclose(g[name], view, rtol=1e-9, atol=1e-12)


# Records


@by_engine
def test_a_record_describes_one_epoch(engine: str) -> None:
    net = classifier()
    records = run(net, valid=(XV, LABELS_V), optimizer=SGD(0.1), engine=engine)
    assert [record.epoch for record in records] == [1, 2, 3]
    assert COLUMNS == ("epoch", "loss", "accuracy", "valid_loss", "valid_accuracy", "learning_rate", "seconds")
    for record in records:
        assert all(isinstance(getattr(record, name), (int, float)) for name in COLUMNS)
        assert record.seconds > 0
        assert record.learning_rate == 0.1
        assert record.monitored == record.valid_loss
    assert records[-1].valid_loss == pytest.approx(net.gradient(XV, LABELS_V)[0])
    assert records[-1].valid_accuracy == np.mean(net.predict(XV) == LABELS_V)
    with pytest.raises(dataclasses.FrozenInstanceError):
        records[0].loss = 0  # type: ignore[misc]


@by_engine
def test_metrics_that_do_not_apply_are_none(engine: str) -> None:
    net = Network(4, [Dense(1)])
    (record,) = run(net, (X, X[:, 0]), epochs=1, engine=engine)
    assert (record.accuracy, record.valid_loss, record.valid_accuracy) == (None, None, None)
    assert record.monitored == record.loss
    (record,) = run(net, (X, X[:, 0]), epochs=1, valid=(XV, XV[:, 0]), engine=engine)
    assert record.valid_loss is not None
    assert record.valid_accuracy is None


@by_engine
def test_validation_uses_evaluation_mode_without_penalty_and_is_never_trained_on(engine: str) -> None:
    options = {"optimizer": Adam(0.01), "l2": 0.1, "engine": engine}
    alone, judged = classifier("float64", BatchNorm(), Dropout(0.5)), classifier("float64", BatchNorm(), Dropout(0.5))
    without, records = run(alone, **options), run(judged, valid=(XV, LABELS_V), **options)
    np.testing.assert_array_equal(alone.parameters, judged.parameters)
    np.testing.assert_array_equal(alone.state, judged.state)
    assert [record.loss for record in without] == [record.loss for record in records]
    assert records[-1].valid_loss == pytest.approx(judged.gradient(XV, LABELS_V)[0])


@by_engine
def test_weights_of_validation_rows_count_in_the_validation_loss(engine: str) -> None:
    net, weights = classifier("float64"), np.arange(len(XV), dtype=float)
    options = TrainingOptions(optimizer=SGD(0.1), epochs=1, engine=engine)
    (record,) = epoch_records(net, (X, LABELS), None, options, valid=(XV, LABELS_V), valid_weight=weights)
    assert record.valid_loss == pytest.approx(net.gradient(XV, LABELS_V, sample_weight=weights)[0])
    assert record.valid_loss != pytest.approx(net.gradient(XV, LABELS_V)[0])


@by_engine
def test_training_lowers_the_loss(engine: str) -> None:
    records = run(classifier("float32"), optimizer=Adam(0.05), epochs=60, engine=engine)
    assert records[-1].loss < 0.05 < 0.8 < records[0].loss
    assert records[-1].accuracy == 1.0


# PyTorch


@by_engine
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (SGD(0.05, momentum=0.9, nesterov=True), ("SGD", {"lr": 0.05, "momentum": 0.9, "nesterov": True})),
        (RMSProp(0.01, momentum=0.5), ("RMSprop", {"lr": 0.01, "momentum": 0.5})),
        (Adam(0.01), ("Adam", {"lr": 0.01})),
        (AdamW(0.01, weight_decay=0.1), ("AdamW", {"lr": 0.01, "weight_decay": 0.1})),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, tuple) else "",
)
@pytest.mark.parametrize("l2", [0.0, 0.01])
def test_several_epochs_match_pytorch(ours: Any, theirs: Any, l2: float, engine: str) -> None:
    torch = needs("torch")
    net = Network(4, [Dense(7, "relu"), BatchNorm(), Dense(5, "gelu"), LayerNorm(), Dense(3, "softmax")],
                  dtype="float64", seed=1)  # fmt: skip
    nn = torch.nn
    model = nn.Sequential(
        nn.Linear(4, 7), nn.ReLU(), nn.BatchNorm1d(7), nn.Linear(7, 5), nn.GELU(), nn.LayerNorm(5), nn.Linear(5, 3)
    ).double()
    for theirs_p, view in zip(model.parameters(), net.named_parameters().values(), strict=True):
        theirs_p.data = torch.tensor(view.T.copy())
    name, options = theirs
    stepper = getattr(torch.optim, name)(model.parameters(), **options)
    rng, losses = np.random.default_rng(9), []
    for _ in range(4):
        total = 0.0
        order = rng.permutation(N)
        for first in range(0, N, 5):
            rows = order[first : first + 5]
            z = model(torch.tensor(X[rows]))
            penalty = l2 / 2 * sum((p**2).sum() for p in model.parameters() if p.ndim == 2)
            batch_loss = nn.functional.cross_entropy(z, torch.tensor(LABELS[rows])) + penalty
            stepper.zero_grad()
            batch_loss.backward()
            stepper.step()
            total += len(rows) * float(batch_loss.detach())
        losses.append(total / N)
    records = run(net, optimizer=ours, l2=l2, epochs=4, seed=9, engine=engine)
    assert [record.loss for record in records] == pytest.approx(losses, rel=1e-10)
    for theirs_p, view in zip(model.parameters(), net.named_parameters().values(), strict=True):
        np.testing.assert_allclose(view, theirs_p.detach().numpy().T, rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(net.named_state()["batchnorm1.variance"], model[2].running_var, rtol=1e-10)


# Weights


@by_engine
@pytest.mark.parametrize(
    ("class_weight", "by_class"),
    [
        ("balanced", N / (3 * np.bincount(LABELS))),
        ({0: 2.0, 2: 0.5}, np.array([2.0, 1.0, 0.5])),
        ([1, 0, 3], np.array([1.0, 0.0, 3.0])),
        (np.array([1, 0, 3]), np.array([1.0, 0.0, 3.0])),
    ],
    ids=["balanced", "dict", "list", "array"],
)
def test_class_weights_are_sample_weights_by_class(class_weight: Any, by_class: np.ndarray, engine: str) -> None:
    own = np.random.default_rng(2).uniform(0.5, 1.5, N)
    for weights in (None, own):
        net, copy = classifier(), classifier()
        records = run(net, class_weight=class_weight, sample_weight=weights, engine=engine)
        combined = by_class[LABELS] * (1 if weights is None else weights)
        expected = run(copy, sample_weight=combined, engine=engine)
        np.testing.assert_allclose(net.parameters, copy.parameters, rtol=1e-12)
        assert records[-1].loss == pytest.approx(expected[-1].loss)


@by_engine
def test_class_weights_apply_to_one_binary_output(engine: str) -> None:
    yes = (LABELS == 0).astype(int)
    net, copy = (Network(4, [Dense(1, "sigmoid")], dtype="float64", seed=1) for _ in range(2))
    run(net, (X, yes), class_weight={1: 5.0}, engine=engine)
    run(copy, (X, yes), sample_weight=np.where(yes == 1, 5.0, 1.0), engine=engine)
    np.testing.assert_allclose(net.parameters, copy.parameters, rtol=1e-12)


@by_engine
def test_a_batch_of_zero_weights_is_skipped(engine: str) -> None:
    """No step, decay, momentum, or running statistics, as if the batch were absent."""
    weights = np.ones(N)
    weights[5:10] = 0
    kept = np.r_[0:5, 10:N]
    options = {"optimizer": SGD(0.1, momentum=0.9), "l2": 0.1, "weight_decay": 0.1, "shuffle": False, "engine": engine}
    net, copy = classifier("float64", BatchNorm()), classifier("float64", BatchNorm())
    records = run(net, sample_weight=weights, **options)
    expected = run(copy, (X[kept], LABELS[kept]), **options)
    np.testing.assert_allclose(net.parameters, copy.parameters, rtol=1e-12)
    np.testing.assert_allclose(net.state, copy.state, rtol=1e-12)
    assert [record.loss for record in records] == pytest.approx([record.loss for record in expected])


@by_engine
@pytest.mark.parametrize("option", ["l1", "l2", "weight_decay"])
def test_penalties_and_decay_exclude_biases_and_normalization_parameters(option: str, engine: str) -> None:
    """Without sample weight, only penalized parameters change."""
    net = Network(4, [Dense(5), LayerNorm(), BatchNorm(), Dense(1)], bias_init="uniform", dtype="float64", seed=1)
    net.named_parameters()["dense2.W"][:] = 0
    target = np.full(N, net.named_parameters()["dense2.b"][0])
    before = {name: view.copy() for name, view in net.named_parameters().items()}
    run(net, (X, target), optimizer=SGD(0.1), engine=engine, **{option: 0.02})
    for name, view in net.named_parameters().items():
        if name == "dense1.W":
            shrunk = np.abs(view) < np.abs(before[name])
            assert np.all(shrunk | (np.abs(view) < 0.01))  # an L1 penalty's last step may cross 0
        else:
            np.testing.assert_allclose(view, before[name], atol=1e-14, err_msg=name)


@by_engine
def test_decoupled_decay_bypasses_the_optimizer_and_the_loss(engine: str) -> None:
    """With a gradient of zero, Adam would make a step of the same size for a penalty of any size."""
    net = Network(4, [Dense(1)], dtype="float64", seed=1)
    W = net.named_parameters()["dense1.W"].copy()
    x = np.zeros((8, 4))
    records = run(net, (x, np.zeros(8)), optimizer=Adam(0.1), weight_decay=0.5, batch_size=8, engine=engine)
    np.testing.assert_allclose(net.named_parameters()["dense1.W"], W * (1 - 0.1 * 0.5) ** 3, rtol=1e-12)
    assert [record.loss for record in records] == [0, 0, 0]
