"""Networks of members: shared weights, separation into an ensemble, and training on both engines."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.maths.activations import SoftmaxGroups
from glassnet.network.network import Network
from helpers.networks import LABELS, X, by_dtype, network_of

K = 3
HEADS = [gn.MemberDense(3, K, shared=False), gn.Activation(SoftmaxGroups((3,) * K))]
BODY = [gn.Members(K), gn.MemberDense(6, K), gn.ParametricActivation("mish"), gn.Scale(), gn.Dropout(0.2)]
LAYERS = [*BODY, gn.MemberDense(5, K), gn.Activation("relu"), *HEADS]
TARGETS = np.tile(gn.one_hot(LABELS), (1, K))


@by_dtype
def test_the_separated_networks_predict_as_the_members_do(dtype: str) -> None:
    net = network_of(LAYERS, dtype)
    ensemble = gn.separate_members(net)
    together = net.predict_proba(X).reshape(len(X), K, 3)
    tolerance = 1e-5 if dtype == "float32" else 1e-12
    for member, own in enumerate(ensemble.networks):
        np.testing.assert_allclose(own.predict_proba(X), together[:, member], atol=tolerance)
    np.testing.assert_allclose(ensemble.predict_proba(X), together.mean(axis=1), atol=tolerance)


def test_members_differ_from_the_start_by_signs_alone() -> None:
    net = Network(4, [gn.Members(4), gn.MemberDense(3, 4)], seed=1)
    r = net.named_parameters()["members1.r"]
    assert set(np.unique(r)) == {-1.0, 1.0}
    first, *others = gn.separate_members(net).networks
    for own in others:
        assert np.array_equal(own.named_parameters()["dense1.W"], first.named_parameters()["dense1.W"])
    assert len(np.unique(r, axis=0)) > 1


def test_the_loss_is_the_sum_over_the_members() -> None:
    net = network_of(LAYERS)
    loss, _ = net.gradient(X, TARGETS, gn.CrossEntropyGroups((3,) * K))
    alone = [own.gradient(X, LABELS)[0] for own in gn.separate_members(net).networks]
    assert loss == pytest.approx(sum(alone))


@pytest.mark.parametrize("engine", ["numpy", "compiled"])
def test_training_improves_the_mean_of_the_members(engine: str) -> None:
    net = Network(4, LAYERS, seed=0)
    before = (gn.separate_members(net).predict(X) == LABELS).sum()
    gn.fit(net, (X, TARGETS), loss=gn.CrossEntropyGroups((3,) * K), epochs=200, optimizer=gn.Adam(0.02), engine=engine)
    assert (gn.separate_members(net).predict(X) == LABELS).sum() >= max(8, before)


def test_the_number_of_threads_does_not_change_a_bit() -> None:
    rng = np.random.default_rng(0)
    rows, targets = rng.standard_normal((600, 4)), np.tile(gn.one_hot(rng.integers(0, 3, 600)), (1, K))
    ends = []
    for threads in (1, 2):
        net, options = Network(4, LAYERS, seed=1), {"loss": gn.CrossEntropyGroups((3,) * K), "engine": "compiled"}
        for _ in gn.train(net, (rows, targets), epochs=3, batch_size=128, seed=0, threads=threads, **options):
            pass
        ends.append(net.parameters.copy())
    assert np.array_equal(*ends)


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ([gn.Dense(3)], r"^a network of members begins with Members, but dense1 is the first layer"),
        ([gn.Members(2), gn.Dense(3)], r"^dense1, Dense, has no part for each member"),
        ([gn.Members(2), gn.MemberDense(3, 4)], r"^member_dense1, MemberDense, has no part for each member"),
    ],
)
def test_other_layers_raise(layers, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        gn.separate_members(Network(4, layers))
