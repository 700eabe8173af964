"""The engines agree on random networks, or rounding is amplified as much within one engine.

`scripts/compare_engines.py` compares as many as one likes.
"""

import dataclasses

import numpy as np
import pytest

from helpers import random_networks
from helpers.random_networks import Outcome, judge, outcome, random_network

NETWORKS = 30

AMPLIFIERS = {32: "one ulp, numpy", 147: "one ulp, compiled", 198: "float64, numpy"}
"""Seeds of networks that are above the tolerance, and the proof that each amplifies rounding."""


@pytest.mark.parametrize("seed", range(NETWORKS))
def test_the_engines_agree_on_a_random_network_or_rounding_is_amplified(seed: int) -> None:
    network = random_network(seed)
    judgement = judge(network)
    assert judgement.is_explained, f"{judgement}\n{network}"


@pytest.mark.parametrize("seed", AMPLIFIERS)
def test_a_network_above_the_tolerance_amplifies_rounding_within_one_engine_too(seed: int) -> None:
    judgement = judge(random_network(seed))
    assert judgement.is_outlier
    assert judgement.proof == AMPLIFIERS[seed]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_an_error_of_an_engine_is_not_taken_for_rounding(dtype: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(network: random_networks.RandomNetwork, engine: str, perturbation: int | None = None) -> Outcome:
        found = outcome(network, engine, perturbation)
        return dataclasses.replace(
            found, values=tuple(v * (1.001 if engine == "compiled" else 1.0) for v in found.values)
        )

    stable = [seed for seed in range(20) if not judge(random_network(seed, dtype)).is_outlier]
    assert len(stable) > 10
    monkeypatch.setattr(random_networks, "outcome", wrong)
    assert not [seed for seed in stable if judge(random_network(seed, dtype)).is_explained]


def test_random_networks_cover_every_layer_activation_loss_and_optimizer() -> None:
    from glassnet.maths.activations import ACTIVATIONS
    from glassnet.maths.losses import LOSSES, loss
    from glassnet.maths.optimizers import OPTIMIZERS
    from glassnet.network.layers import LAYERS

    drawn = [random_network(seed) for seed in range(400)]
    layers = [layer for network in drawn for layer in network.layers]
    assert {type(layer) for layer in layers} == set(LAYERS.values())
    assert {type(layer.activation) for layer in layers if hasattr(layer, "activation")} == set(ACTIVATIONS.values())
    assert {type(loss(network.options["loss"])) for network in drawn} == set(LOSSES.values())
    assert {type(network.options["optimizer"]) for network in drawn} == set(OPTIMIZERS.values())


def test_the_same_seed_is_the_same_network() -> None:
    first, second = random_network(3), random_network(3)
    assert str(first) == str(second)
    np.testing.assert_array_equal(first.X, second.X)
    np.testing.assert_array_equal(first.y, second.y)
