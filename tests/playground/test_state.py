"""The state as plain data: round trips, defaults, and everything that is not a state."""

import json
from typing import Any

import pytest

from glassnet.playground.state import CHANGEABLE, KINDS, MOST_CLASSES, MOST_LAYERS, MOST_POINTS, MOST_UNITS, State
from glassnet.training.options import TrainingOptions

STATES = [
    {},
    {"data": {"kind": "moons", "rows": 20, "noise": 1, "test_share": 0, "seed": 7}},
    {"data": {"kind": "points", "points": [[0, 0.5, 0], [-1, 1, 9]]}},
    {"data": {"kind": "own", "columns": ["a", "b"], "components": True}},
    {"layers": []},
    {"layers": ["batchnorm", {"name": "dense", "units": 1024, "activation": {"name": "leaky_relu", "slope": 0.2}}]},
    {"training": {"optimizer": {"name": "sgd", "momentum": 0.9}, "batch_size": 1, "l2": 0.1, "clip_norm": 1.0}},
    {"seed": 2**32},
]


@pytest.mark.parametrize("plain", STATES)
def test_a_state_is_the_same_after_a_round_trip_through_json(plain: dict[str, Any]) -> None:
    state = State.from_json(plain)
    again = State.from_json(json.loads(json.dumps(state.to_json())))
    assert again == state
    assert again.to_json() == state.to_json()


def test_changes_replace_options_one_by_one_and_layers_together() -> None:
    state = State().changed({"training": {"batch_size": 5}, "data": {"noise": 0.5}})
    assert state.training == {"optimizer": "adam", "batch_size": 5}
    assert (state.data.kind, state.data.noise) == ("spirals", 0.5)
    changed = state.changed({"training": {"batch_size": None}, "layers": ["dropout"]})
    assert changed.training == {"optimizer": "adam"}
    assert changed.layers == ({"name": "dropout"},)


def test_every_option_that_can_be_changed_is_a_training_option() -> None:
    for name in CHANGEABLE:
        assert State.from_json({"training": {name: getattr(TrainingOptions(), name)}}).options() is not None


DENSE = {"name": "dense", "units": 2}


@pytest.mark.parametrize(
    ("plain", "words"),
    [
        (3, "state must be a dict"),
        ([], "state must be a dict"),
        ({"date": {}}, "unknown key of state 'date'; did you mean 'data'"),
        ({"data": []}, "data must be a dict"),
        ({"data": {"kind": "moon"}}, "did you mean 'moons'"),
        ({"data": {"kind": ["moons"]}}, "unknown kind of data"),
        ({"data": {"rows": 9}}, "rows must be at least 10"),
        ({"data": {"rows": 10**9}}, "rows must be at most 5,000"),
        ({"data": {"rows": 99.5}}, "rows must be a whole number"),
        ({"data": {"noise": -1}}, "noise must be at least 0"),
        ({"data": {"noise": 1e9}}, "noise must be .*at most 1"),
        ({"data": {"noise": "much"}}, "noise must be a number"),
        ({"data": {"test_share": 1}}, "test_share must be .*below 1"),
        ({"data": {"seed": 2**40}}, "seed must be at most"),
        ({"data": {"formula": 3}}, "formula must be text"),
        ({"data": {"components": 1}}, "components must be true or false"),
        ({"data": {"points": 3}}, "points must be a list"),
        ({"data": {"points": [[1, 2]]}}, "a point is a list of x, y, and its class"),
        ({"data": {"points": [[1, 1e300, 0]]}}, "coordinate must be .*at most 1000"),
        ({"data": {"points": [[1, 1, MOST_CLASSES]]}}, "class is a whole number from 0 to 9"),
        ({"data": {"points": [[1, 1, 0.5]]}}, "class is a whole number"),
        ({"data": {"points": [[1, 1, {}]]}}, "class is a whole number"),
        ({"data": {"points": [[0, 0, 0]] * (MOST_POINTS + 1)}}, "at most 5,000 painted points"),
        ({"data": {"columns": "ab"}}, "columns must be a list"),
        ({"layers": {}}, "layers must be a list"),
        ({"layers": [3]}, "a spec is a name"),
        ({"layers": ["dens"]}, "did you mean 'dense'"),
        ({"layers": [{"name": "dense"}]}, "units"),
        ({"layers": [{**DENSE, "units": MOST_UNITS + 1}]}, "at most 1,024 units"),
        ({"layers": [{**DENSE, "units": "8"}]}, "units of a Dense layer must be a whole number"),
        ({"layers": [DENSE] * (MOST_LAYERS + 1)}, "at most 12 hidden layers"),
        ({"layers": ["dropout"] * 99}, "at most 12 hidden layers"),
        ({"layers": [{"name": "residual", "layers": [{**DENSE, "units": 10**6}]}]}, "unknown layer of the playground"),
        ({"layers": [{**DENSE, "activation": "rleu"}]}, "did you mean 'relu'"),
        ({"training": []}, "training must be a dict"),
        ({"training": {"epochs": 3}}, "unknown option 'epochs'"),
        ({"training": {"batch_size": 0}}, "batch_size"),
        ({"training": {"optimizer": {"name": "adam", "learning_rate": -1}}}, "learning_rate must be above 0"),
        ({"seed": -1}, "seed must be at least 0"),
        ({"seed": True}, "seed must be a whole number"),
    ],
)
def test_what_is_not_a_state_is_an_error_that_says_why(plain: Any, words: str) -> None:
    with pytest.raises((ValueError, TypeError), match=words):
        State.from_json(plain)


def test_the_kinds_of_data_are_those_that_a_page_offers() -> None:
    assert KINDS == ("moons", "circles", "spirals", "blobs", "above", "surface", "digits", "points", "own")
