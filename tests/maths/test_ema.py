"""Exponential moving average of θ: the same on both engines, and equal to its formula."""

import numpy as np
import pytest

from glassnet.engines.dispatch import ENGINES
from glassnet.engines.job import Job
from glassnet.maths.ema import average_decays
from glassnet.maths.losses.classification import CrossEntropy
from glassnet.maths.optimizers import SGD
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from helpers.networks import by_dtype

X = np.random.default_rng(0).standard_normal((60, 20))
Y = np.arange(60) % 3


@by_dtype
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("engine", ENGINES)
def test_the_average_follows_theta_step_by_step(engine: str, threads: int, dtype: str) -> None:
    net = Network(20, [Dense(37, "relu"), Dense(3, "softmax")], dtype=dtype, seed=0)
    optimizer, average = SGD(0.1), net.parameters.copy()
    state = optimizer.start(net.parameters)
    job = Job(net, CrossEntropy(), optimizer, state, average=average, ema=0.5, threads=threads)
    expected = net.parameters.astype(np.float64)
    rows, rng = X.astype(dtype), np.random.default_rng(0)
    for t in range(1, 13):
        first = 5 * (t - 1)
        ENGINES[engine].run(job, rows[first : first + 5], Y[first : first + 5], None, 5, np.full(1, 0.1), rng)
        decay = min(0.5, (1 + t) / (10 + t))
        expected = decay * expected + (1 - decay) * net.parameters
    np.testing.assert_allclose(average, expected, rtol=1e-5 if dtype == "float32" else 1e-13, atol=1e-6)
    assert not np.array_equal(average, net.parameters)


def test_the_decay_is_smaller_during_the_first_steps() -> None:
    decays = average_decays(0.99, np.arange(1, 2000))
    np.testing.assert_allclose(decays[:3], [2 / 11, 3 / 12, 4 / 13])
    assert decays[-1] == 0.99
    assert (np.diff(decays) >= 0).all()


@by_dtype
@pytest.mark.parametrize("engine", ENGINES)
def test_l2_is_divided_by_the_weight_of_the_batch(engine: str, dtype: str) -> None:
    weights = np.array([0.5, 2.0, 0.0, 1.5, 1.0], dtype)
    for w, total in ((None, 5.0), (weights, 5.0), (2 * weights, 10.0)):
        found = []
        for job_l2, per_row in ((0.3, True), (0.3 / total, False)):
            net = Network(20, [Dense(37, "relu"), Dense(3, "softmax")], dtype=dtype, seed=0)
            job = Job(net, CrossEntropy(), SGD(0.1), SGD(0.1).start(net.parameters), l2=job_l2, l2_per_row=per_row)
            loss, _, g = ENGINES[engine].gradient(job, X[:5].astype(dtype), Y[:5], w, None)
            found.append((loss, g.copy()))
        assert found[0][0] == pytest.approx(found[1][0], rel=1e-6)
        np.testing.assert_allclose(found[0][1], found[1][1], rtol=1e-5, atol=1e-8)
