"""Inputs of training: every kind of target, custom components, and errors before the first step."""

import gc
import inspect
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from glassnet.data.dataset import Dataset
from glassnet.maths.losses import Huber, loss
from glassnet.maths.optimizers import SGD, optimizer
from glassnet.maths.optimizers.adam import Adam, AdamW
from glassnet.network.layers import BatchNorm, Dense, Dropout
from glassnet.network.network import Network
from glassnet.training import epoch as epoch_module
from glassnet.training.fit import fit
from glassnet.training.options import TrainingOptions
from glassnet.training.train import train
from helpers.runs import LABELS, LABELS_V, XV, N, X, by_dtype, by_engine, classifier, run


def yes_no(X: np.ndarray) -> np.ndarray:
    return (X @ [1, -1, 0.5, 0] > 0).astype(int)


TASKS: dict[str, tuple[Network, Any, Any, bool]] = {
    "one number": (Network(4, [Dense(1)]), X @ [1, 2, 0, -1], None, False),
    "several numbers": (Network(4, [Dense(2)]), X[:, :2] - X[:, 2:], None, False),
    "several numbers, huber": (Network(4, [Dense(2)]), X[:, :2] - X[:, 2:], Huber(0.5), False),
    "counts": (Network(4, [Dense(1, "exponential")]), np.round(np.exp(X[:, 0])), None, False),
    "yes or no": (Network(4, [Dense(1, "sigmoid")]), yes_no(X), None, True),
    "several yes or no": (Network(4, [Dense(2, "sigmoid")]), np.c_[yes_no(X), yes_no(-X)], None, True),
    "classes": (Network(4, [Dense(3, "softmax")]), LABELS, None, True),
    "classes as one-hot rows": (Network(4, [Dense(3, "softmax")]), np.eye(3)[LABELS], None, True),
}


@by_engine
@pytest.mark.parametrize(("net", "y", "kind", "counted"), TASKS.values(), ids=TASKS)
def test_every_kind_of_target_can_be_learned(net: Network, y: Any, kind: Any, counted: bool, engine: str) -> None:
    net = Network(4, net.layers, seed=1)
    records = run(net, (X, y), loss=kind, optimizer=Adam(0.05), epochs=80, engine=engine, valid=(X, y))
    floor = {"exponential": -np.inf}.get(type(net.output_activation).__name__.lower(), 0)
    assert floor <= records[-1].valid_loss < 0.6 * records[0].loss
    if counted:
        right = net.predict(X) == (y.argmax(axis=1) if net.output_kind == "distribution" and y.ndim == 2 else y)
        assert records[-1].valid_accuracy == pytest.approx(np.mean(right.all(axis=1) if right.ndim == 2 else right))
        assert records[-1].valid_accuracy > 0.9
    else:
        assert records[-1].valid_accuracy is None


@by_engine
def test_a_dataset_trains_like_a_pair(engine: str) -> None:
    nets = [classifier() for _ in range(3)]
    run(nets[0], engine=engine)
    run(nets[1], Dataset(X, LABELS), valid=Dataset(XV, LABELS_V), engine=engine)
    list(train(nets[2], X, LABELS, batch_size=5, epochs=3, engine=engine))
    for net in nets[1:]:
        np.testing.assert_array_equal(net.parameters, nets[0].parameters)


@by_engine
def test_a_memory_map_of_bytes_is_converted_batch_by_batch(
    engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = np.random.default_rng(0).integers(0, 256, (200, 4), dtype=np.uint8)
    stored.tofile(tmp_path / "X.bin")
    X8 = np.memmap(tmp_path / "X.bin", np.uint8, "r", shape=(200, 4))
    y = (stored[:, 0] > 128).astype(int)
    seen: list[np.ndarray] = []

    class Watched(np.memmap):
        def astype(self, dtype: Any, *args: Any, **kwargs: Any) -> Any:
            seen.append(self)
            return super().astype(dtype, *args, **kwargs)

    monkeypatch.setattr(epoch_module, "BLOCK_BYTES", 50 * 4 * 4)
    net, copy = (Network(4, [Dense(2, "softmax")], seed=1) for _ in range(2))
    run(net, (X8.view(Watched), y), valid=(X8.view(Watched), y), optimizer=SGD(1e-5), batch_size=10, engine=engine)
    assert seen
    assert max(map(len, seen)) <= 100
    assert all(block.dtype == np.uint8 for block in seen)
    run(copy, (stored.astype("float32"), y), optimizer=SGD(1e-5), batch_size=10, engine=engine)
    np.testing.assert_array_equal(net.parameters, copy.parameters)


# Errors at the call


MULTILABEL = Network(4, [Dense(2, "sigmoid")])
REFUSED: dict[str, tuple[dict[str, Any], type, str]] = {
    "batch of none": ({"batch_size": 0}, ValueError, "batch_size must be at least 1, got 0"),
    "half a batch": ({"batch_size": 2.5}, TypeError, "batch_size must be a whole number, got 2.5"),
    "no epochs": ({"epochs": 0}, ValueError, "epochs must be at least 1, got 0"),
    "unknown loss": ({"loss": "squared_eror"}, ValueError, "unknown loss 'squared_eror'; did you mean 'squared_e"),
    "unknown optimizer": ({"optimizer": "adma"}, ValueError, "did you mean 'adam'?"),
    "unknown schedule": ({"schedule": "cosin"}, ValueError, "did you mean 'cosine'?"),
    "unknown schedule, L-BFGS": ({"schedule": "cosin", "optimizer": "lbfgs"}, ValueError, "did you mean 'cosine'?"),
    "unknown engine": ({"engine": "nunpy"}, ValueError, "unknown engine 'nunpy'; did you mean 'numpy'?"),
    "negative rate": ({"optimizer": {"name": "sgd", "learning_rate": -1}}, ValueError, "learning_rate must be above 0"),
    "negative l1": ({"l1": -1}, ValueError, "l1 must be at least 0, got -1"),
    "negative l2": ({"l2": -1}, ValueError, "l2 must be at least 0, got -1"),
    "negative decay": ({"weight_decay": -1}, ValueError, "weight_decay must be at least 0, got -1"),
    "clip to nothing": ({"clip_norm": 0}, ValueError, "clip_norm must be above 0, got 0"),
    "clip below nothing": ({"clip_value": -1}, ValueError, "clip_value must be above 0, got -1"),
    "decay twice": (
        {"optimizer": AdamW(), "weight_decay": 0.1},
        ValueError,
        "weight_decay is an option of AdamW itself; pass it as AdamW",
    ),
    "no rows": ({"data": (X[:0], LABELS[:0])}, ValueError, "X has no rows to train on"),
    "no validation rows": ({"valid": (X[:0], LABELS[:0])}, ValueError, "the validation set has no rows"),
    "validation too narrow": ({"valid": (X[:, :3], LABELS)}, ValueError, "X must be (n, 4) for this network"),
    "validation without answers": ({"valid": X}, TypeError, "data must be a Dataset or a pair (X, y), got ndarray"),
    "NaN": ({"data": (np.where(X[3, 1] == X, np.nan, X), LABELS)}, ValueError, "X contains NaN in row 3, column 1"),
    "too large": ({"data": (1e40 * X, LABELS), "net": classifier("float32")}, ValueError, "too large for float32"),
    "sample weights": ({"sample_weight": np.ones(3)}, ValueError, "sample_weight must be one number per row, (23,)"),
    "class weight's name": (
        {"class_weight": "balance"},
        ValueError,
        "class_weight must be 'balanced', a dict, or one number per class",
    ),
    "class weight's class": ({"class_weight": {3: 1}}, ValueError, "class_weight has class 3; classes are 0 to 2"),
    "class weight's label": ({"class_weight": {"a": 1}}, ValueError, "class_weight has class 'a'"),
    "class weight's number": (
        {"class_weight": [1, 2]},
        ValueError,
        "class_weight must be 3 finite non-negative numbers",
    ),
    "negative class weight": ({"class_weight": {0: -1}}, ValueError, "must be 3 finite non-negative numbers"),
    "class weight of several answers": (
        {"class_weight": "balanced", "net": MULTILABEL, "data": (X, np.zeros((N, 2)))},
        ValueError,
        "class_weight needs one class per row",
    ),
    "class weight of shares": (
        {"class_weight": {1: 2.0}, "net": Network(4, [Dense(1, "sigmoid")]), "data": (X, np.full(N, 0.5))},
        ValueError,
        "y must contain integers from 0 to",
    ),
    "class weight of numbers": (
        {"class_weight": "balanced", "net": Network(4, [Dense(1)]), "data": (X, X[:, 0])},
        ValueError,
        "class_weight needs one class per row",
    ),
    "spread of one row": (
        {"batch_size": 1, "net": classifier("float64", BatchNorm())},
        ValueError,
        "batchnorm1 needs at least two rows per batch to compute a variance, but batch_size is 1",
    ),
    "dropout, L-BFGS": (
        {"optimizer": "lbfgs", "net": classifier("float64", Dropout(0.5))},
        ValueError,
        "L-BFGS needs a deterministic loss, but dropout1 is random",
    ),
    "decay, L-BFGS": ({"optimizer": "lbfgs", "weight_decay": 0.1}, ValueError, "L-BFGS does not support weight_decay"),
    "clipping, L-BFGS": ({"optimizer": "lbfgs", "clip_norm": 1}, ValueError, "L-BFGS does not support clip_norm"),
}  # fmt: skip


@pytest.mark.parametrize(("options", "error", "text"), REFUSED.values(), ids=REFUSED)
def test_invalid_arguments_raise_when_train_is_called(options: dict[str, Any], error: type, text: str) -> None:
    options = dict(options)
    net = options.pop("net", None) or classifier()
    before = net.parameters.copy()
    with pytest.raises(error) as caught:
        train(net, options.pop("data", (X, LABELS)), **options)
    assert text in str(caught.value)
    assert "\n" not in str(caught.value)
    np.testing.assert_array_equal(net.parameters, before)


@by_engine
@by_dtype
def test_divergence_raises_with_epoch_and_remedy_and_without_a_warning(dtype: str, engine: str) -> None:
    net = Network(4, [Dense(5), Dense(5), Dense(1)], dtype=dtype)
    with pytest.raises(FloatingPointError) as caught:
        run(net, (X, X[:, 0]), optimizer=SGD(1e3), epochs=50, engine=engine)
    assert str(caught.value).startswith("training diverged in epoch 1: the loss is ")
    assert "lower the learning rate (now 1000), or clip the gradient with clip_norm=1" in str(caught.value)
    # Clipping does help.
    run(net.__class__(4, net.layers, dtype=dtype), (X, X[:, 0]), optimizer=SGD(0.1), clip_norm=1, engine=engine)


@by_engine
def test_the_error_names_the_epoch_that_diverged(engine: str) -> None:
    class Wild:
        def factors(self, epoch: int, epochs: int, steps: int, history: Any) -> Any:
            return np.full(steps, 1e30 if epoch == 3 else 1.0)

    net = Network(4, [Dense(5), Dense(1)])
    records = []
    with pytest.raises(FloatingPointError, match="training diverged in epoch 3: "):
        records.extend(train(net, (X, X[:, 0]), optimizer=SGD(1e-3), schedule=Wild(), batch_size=5, engine=engine))
    assert [record.epoch for record in records] == [1, 2]


# Custom components


def test_a_custom_loss_and_optimizer_run_on_the_numpy_engine() -> None:
    class Quartic:
        canonical = needs = None

        def targets(self, y: Any, outputs: int) -> Any:
            return y[:, None]

        def value(self, a: Any, Y: Any) -> Any:
            return ((a - Y) ** 4).sum(axis=1)

        def gradient(self, a: Any, Y: Any) -> Any:
            return 4 * (a - Y) ** 3

    class Signs:
        learning_rate = 0.01

        def start(self, theta: Any, weights: Any) -> Any:
            return SGD().start(theta)

        def step(self, theta: Any, g: Any, state: Any, learning_rate: float) -> None:
            theta -= learning_rate * np.sign(g)

    net = Network(4, [Dense(1)], dtype="float64", seed=1)
    records = run(net, (X, X[:, 0]), loss=Quartic(), optimizer=Signs(), epochs=60, engine="numpy")
    assert records[-1].loss < 1e-2 * records[0].loss


def test_optimizers_and_losses_may_be_names_or_specs() -> None:
    nets = [classifier() for _ in range(3)]
    for net, choice in zip(nets, ("sgd", SGD(), {"name": "sgd", "learning_rate": 0.01}), strict=True):
        run(net, optimizer=choice, loss="cross_entropy")
    np.testing.assert_array_equal(nets[0].parameters, nets[1].parameters)
    np.testing.assert_array_equal(nets[0].parameters, nets[2].parameters)
    assert optimizer("adam") == Adam()
    assert loss({"name": "huber", "delta": 0.5}) == Huber(0.5)


def test_a_non_network_raises_with_its_type() -> None:
    with pytest.raises(TypeError, match="network must be a Network, got list"):
        train([Dense(1)], (X, LABELS))


def test_weights_that_would_be_ignored_raise() -> None:
    with pytest.raises(ValueError, match="all sample weights are 0"):
        train(classifier(), (X, LABELS), sample_weight=np.zeros(len(X)))
    with pytest.raises(
        ValueError, match="weights are relative to the other rows of a batch, so they need a batch_size of at least 2"
    ):
        train(classifier(), (X, LABELS), class_weight=[1, 2, 3], batch_size=1)
    # Leaving rows out is an effect that a batch of one row can have.
    next(train(classifier(), (X, LABELS), sample_weight=np.arange(len(X)) % 2, batch_size=1))


# Discarded iterators


def discarded(**options: Any) -> list[str]:
    """The warnings after `train(...)` was called and its iterator discarded."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        train(classifier(), (X, LABELS), **options)
        gc.collect()
    return [str(warning.message) for warning in caught if warning.category is RuntimeWarning]


def test_discarding_an_iterator_without_iterating_warns_at_the_line_of_the_caller() -> None:
    with pytest.warns(RuntimeWarning, match="never iterated, so nothing was trained") as caught:
        train(classifier(), (X, LABELS))
    assert caught[0].filename == __file__
    assert len(discarded(optimizer="lbfgs")) == 1


def test_iterating_or_failing_to_create_the_iterator_does_not_warn() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in train(classifier(), (X, LABELS), epochs=2):
            pass
        for _ in train(classifier(), (X, LABELS), epochs=2):
            break
        records = train(classifier(), (X, LABELS), epochs=2)
        next(records)
        del records
        with pytest.raises(ValueError, match="epochs must be at least 1"):
            train(classifier(), (X, LABELS), epochs=0)
        with pytest.raises(TypeError, match="unknown option of train: 'patience'"):
            train(classifier(), (X, LABELS), patience=3)
        gc.collect()


def test_the_signature_lists_the_options_with_their_defaults() -> None:
    known = inspect.signature(train).parameters
    assert known["batch_size"].default == TrainingOptions().batch_size
    assert "options" not in known
    assert "patience" not in known
    assert "patience" in inspect.signature(fit).parameters


def test_train_returns_a_generator() -> None:
    records = train(classifier(), (X, LABELS), epochs=3)
    assert inspect.isgenerator(records)
    assert next(records).epoch == 1
    records.close()
    with pytest.raises(StopIteration):
        next(records)
