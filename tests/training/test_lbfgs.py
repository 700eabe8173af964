"""Training with L-BFGS: it reaches the optima of reference solvers, with one record per iteration."""

from typing import Any

import numpy as np
import pytest
import scipy.optimize
from sklearn.linear_model import LogisticRegression

from glassnet.maths.optimizers import LBFGS
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from glassnet.training.epoch import evaluate
from glassnet.training.fit import fit
from glassnet.training.train import train
from helpers.runs import LABELS, LABELS_V, XV, N, X, by_dtype, by_engine, classifier, run


@by_engine
def test_lbfgs_finds_the_optimum_of_linear_regression(engine: str) -> None:
    y = X @ [1, 2, 0, -1] + np.random.default_rng(3).normal(0, 0.1, N)
    net = Network(4, [Dense(1)], dtype="float64", seed=1)
    records = run(net, (X, y), optimizer=LBFGS(tolerance=1e-9), epochs=100, engine=engine)
    solution = np.linalg.lstsq(np.c_[X, np.ones(N)], y, rcond=None)[0]
    np.testing.assert_allclose(net.parameters, solution, rtol=1e-5)
    assert len(records) < 100
    losses = [record.loss for record in records]
    assert losses == sorted(losses, reverse=True)
    assert [record.epoch for record in records] == list(range(1, len(records) + 1))
    assert all(record.learning_rate is None for record in records)


@by_engine
def test_lbfgs_matches_logistic_regression_of_scikit_learn(engine: str) -> None:
    """Theirs is C Σ loss + ½ Σ w²; ours, per row: the mean loss + ½ l2 Σ w², so l2 = 1 / (C n)."""
    theirs = LogisticRegression(C=0.7, tol=1e-8, max_iter=1000).fit(X, LABELS)
    net = Network(4, [Dense(3, "softmax")], dtype="float64", seed=1)
    run(net, optimizer=LBFGS(tolerance=1e-8), l2=1 / (0.7 * N), epochs=200, engine=engine)
    p = net.named_parameters()
    np.testing.assert_allclose(p["dense1.W"], theirs.coef_.T, atol=1e-3)
    np.testing.assert_allclose(p["dense1.b"] - p["dense1.b"].mean(), theirs.intercept_, atol=1e-3)
    np.testing.assert_allclose(net.predict_proba(X), theirs.predict_proba(X), atol=1e-3)


@by_engine
@by_dtype
def test_lbfgs_yields_one_record_per_iteration(dtype: str, engine: str) -> None:
    net, start = classifier(dtype), classifier(dtype)
    weights = np.random.default_rng(3).uniform(0.5, 2, N)
    options = {"optimizer": "lbfgs", "l2": 0.01, "sample_weight": weights, "valid": (XV, LABELS_V), "engine": engine}
    records = run(net, epochs=6, **options)
    assert len(records) == 6
    W = [view for name, view in start.named_parameters().items() if name.endswith(".W")]
    penalty = 0.005 * sum(float((view**2).sum()) for view in W)
    first = start.gradient(X, LABELS, sample_weight=weights)[0] + penalty
    # As with every optimizer, a record's loss is the one before the move, and validation comes after it.
    assert records[0].loss == pytest.approx(first, rel=1e-5)
    assert records[0].accuracy == np.mean(start.predict(X) == LABELS)
    assert records[-1].valid_loss == pytest.approx(net.gradient(XV, LABELS_V)[0], rel=1e-5)
    losses = [record.loss for record in records]
    assert losses == sorted(losses, reverse=True)
    shorter = classifier(dtype)
    again = run(shorter, epochs=4, **options)
    assert [r.loss for r in again] == losses[:4]
    assert again[-1].valid_loss == records[3].valid_loss


@by_engine
def test_lbfgs_yields_the_gradient_at_the_yielded_parameters(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    minimize = scipy.optimize.minimize

    def looking_elsewhere_last(f: Any, start: Any, **options: Any) -> Any:
        best = minimize(f, start, **options)
        f(start)
        return best

    monkeypatch.setattr(scipy.optimize, "minimize", looking_elsewhere_last)
    net = classifier()
    records = []
    for record in train(net, (X, LABELS), optimizer="lbfgs", epochs=4, engine=engine):
        g = np.concatenate([view.ravel() for view in net.named_gradients().values()])
        records.append(record)
    loss, expected = net.gradient(X, LABELS)
    np.testing.assert_allclose(g, expected, rtol=1e-9, atol=1e-12)
    assert loss < records[-1].loss


@by_engine
def test_lbfgs_raises_if_the_initial_loss_is_not_finite(engine: str) -> None:
    net = Network(4, [Dense(1)])
    net.parameters = np.full(5, 1e30)
    with pytest.raises(FloatingPointError, match="the initial loss is inf, so L-BFGS cannot start"):
        run(net, (X, X[:, 0]), optimizer="lbfgs", engine=engine)


@by_engine
def test_ctrl_c_leaves_the_last_accepted_point(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, cut_short = classifier("float64"), classifier("float64")
    run(whole, optimizer="lbfgs", epochs=3, engine=engine)
    patience = iter(range(4))

    def impatient(*args: Any) -> Any:
        if next(patience) == 3:
            raise KeyboardInterrupt
        return evaluate(*args)

    monkeypatch.setattr("glassnet.training.train.evaluate", impatient)
    options = {"optimizer": "lbfgs", "valid": (XV, LABELS_V), "engine": engine, "progress": False}
    with pytest.warns(UserWarning, match="interrupted"):
        history = fit(cut_short, (X, LABELS), epochs=50, **options)
    assert (len(history), history.stop_reason) == (3, "interrupted")
    np.testing.assert_array_equal(cut_short.parameters, whole.parameters)
