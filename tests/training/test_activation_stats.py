"""Activation statistics during training: correct values, assigned to the correct epochs."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.sparse
from safetensors.numpy import load_file, save_file

from glassnet.network.layers import BatchNorm, Dense, Dropout
from glassnet.network.network import Network
from glassnet.recipes.recipe import Recipe
from glassnet.runs.run import run_recipe
from glassnet.training.activation_stats import (
    BINS,
    ActivationHistory,
    ActivationRecorder,
    chosen_epochs,
    load_activation_history,
)
from glassnet.training.fit import fit, fit_session
from helpers.runs import LABELS, X, by_engine, classifier


def recorded(net: Network, epochs: int = 6, **options: Any) -> tuple[ActivationHistory, Any]:
    watch = ActivationRecorder(net, X, LABELS, epochs=epochs)
    with fit_session(net, (X, LABELS), epochs=epochs, batch_size=5, progress=False, **options) as (records, history):
        for record in records:
            watch.look(record.epoch)
    return watch.history(history.best_epoch), history


@by_engine
def test_recording_changes_no_bit(engine: str) -> None:
    net, copy = classifier("float32", BatchNorm(), Dropout(0.3)), classifier("float32", BatchNorm(), Dropout(0.3))
    _, history = recorded(net, engine=engine)
    alone = fit(copy, (X, LABELS), epochs=6, batch_size=5, progress=False, engine=engine)
    np.testing.assert_array_equal(net.parameters, copy.parameters)
    np.testing.assert_array_equal(net.state, copy.state)
    assert history.column("loss") == alone.column("loss")


def test_a_recorded_run_ends_with_the_same_parameters(monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = Recipe("x", "iris", layers=[{"name": "dense", "units": 5}, "batchnorm"], epochs=5, early_stopping=True)
    run = run_recipe(recipe)
    monkeypatch.setattr(ActivationRecorder, "look", lambda self, epoch: None)
    blind = run_recipe(recipe)
    np.testing.assert_array_equal(run.model.networks[0].parameters, blind.model.networks[0].parameters)
    assert run.history.column("valid_loss") == blind.history.column("valid_loss")
    assert run.activation_history is not None
    assert run.activation_history.epochs.tolist() == [0, 1, 2, 3, 4, 5]


def test_histograms_equal_numpy_histograms_of_a_trace() -> None:
    net = classifier("float64", BatchNorm(), Dropout(0.3))
    seen, _ = recorded(net)
    trace = net.trace(X, LABELS)
    assert seen.layers == ("dense1", "batchnorm1", "dense2")
    for i, layer in enumerate(seen.layers):
        a = trace[layer].a
        np.testing.assert_allclose(seen.activation_ends[-1, i], [a.min(), a.max()], rtol=1e-6)
        counts, edges = np.histogram(a, BINS)
        near = np.abs(a.ravel()[:, None] - edges).min() > 1e-9  # no value so near an edge that rounding decides
        assert np.abs(counts - seen.activations[-1, i]).sum() <= (0 if near else 4)
        assert seen.activations[-1, i].sum() == a.size
        if "dW" in trace[layer].values:
            sizes = np.log10(np.abs(trace[layer].dW))
            np.testing.assert_allclose(seen.gradient_ends[-1, i], [sizes.min(), sizes.max()], rtol=1e-5)
            assert seen.gradients[-1, i].sum() == sizes.size
        else:
            assert not seen.gradients[-1, i].any()


def test_the_best_epoch_is_recorded_and_matches_the_final_network() -> None:
    net = classifier("float64")
    watch = ActivationRecorder(net, X, LABELS, epochs=60)
    with fit_session(net, (X, LABELS), epochs=60, progress=False) as (records, history):
        for record in records:
            watch.look(record.epoch)
            if record.epoch == 27:
                break
    assert 27 not in chosen_epochs(60)
    seen = watch.history(history.best_epoch)
    assert seen.epochs[-1] == 27
    a = net.trace(X, LABELS)["dense1"].a
    np.testing.assert_allclose(seen.activation_ends[-1, 0], [a.min(), a.max()], rtol=1e-6)
    assert (np.diff(seen.epochs) > 0).all()


def test_dead_units_are_counted() -> None:
    net = Network(4, [Dense(10, "relu"), Dense(3, "softmax")], seed=0)
    net.named_parameters()["dense1.b"][:4] = -100
    seen = ActivationRecorder(net, X, LABELS).history(0)
    assert seen.silent.tolist() == [pytest.approx([0.4, 0.0])]


def test_with_lbfgs_only_start_and_end_are_recorded() -> None:
    run = run_recipe(Recipe("x", "iris", layers=[{"name": "dense", "units": 5}], epochs=9, optimizer="lbfgs"))
    assert run.activation_history is not None
    assert run.activation_history.epochs.tolist() == [0, run.history.best_epoch]


@pytest.mark.parametrize("epochs", [1, 2, 24, 25, 1000, 10**6])
def test_at_most_24_epochs_are_recorded_including_first_and_last(epochs: int) -> None:
    chosen = sorted(chosen_epochs(epochs))
    assert len(chosen) <= 24
    assert (chosen[0], chosen[-1]) == (1, epochs)


def test_sparse_few_and_infinite_rows_are_recorded() -> None:
    net = classifier("float32")
    few = ActivationRecorder(net, scipy.sparse.csr_array(X[:2]), LABELS[:2], epochs=3).history(0)
    assert few.activations[0, 0].sum() == 2 * 6
    net.parameters[:] = np.float32(1e38)
    broken = ActivationRecorder(net, X, LABELS).history(0)
    assert np.isfinite(broken.activation_ends).all()


def test_an_activation_history_survives_its_file(tmp_path: Path) -> None:
    seen, _ = recorded(classifier())
    seen.save(tmp_path / "a" / "activations.safetensors")
    again, _ = load_activation_history(tmp_path / "a" / "activations.safetensors")
    for name, value in dataclasses.asdict(seen).items():
        np.testing.assert_array_equal(getattr(again, name), value)
    assert (tmp_path / "a" / "activations.safetensors").stat().st_size < 20_000


@pytest.mark.parametrize("damage", ["missing", "shape", "dtype", "NaN", "no layers", "layers", "other", "empty"])
def test_a_file_of_another_format_raises_in_one_line(damage: str, tmp_path: Path) -> None:
    seen, _ = recorded(classifier())
    path = tmp_path / "activations.safetensors"
    seen.save(path)
    arrays, words = load_file(path), {"layers": json.dumps(seen.layers)}
    match damage:
        case "missing":
            del arrays["silent"]
        case "shape":
            arrays["silent"] = arrays["silent"][:1]
        case "dtype":
            arrays["epochs"] = arrays["epochs"].astype(np.float64)
        case "NaN":
            arrays["silent"][:] = np.nan
        case "no layers":
            words = {}
        case "layers":
            words = {"layers": "[[[" * 50_000}
    save_file(arrays, path, metadata=words)
    if damage in ("other", "empty"):
        path.write_bytes(b"" if damage == "empty" else b"\x00" * 100)
    with pytest.raises(ValueError, match=r"activation statistics|is damaged"):
        load_activation_history(path)
