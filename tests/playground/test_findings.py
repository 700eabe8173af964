"""The doctor in the playground: what is wrong is found and cured, what is healthy is left alone."""

from typing import Any

import numpy as np
import pytest

from glassnet.playground import examination
from glassnet.playground.findings import Doctor
from glassnet.playground.session import Session
from glassnet.playground.sick import SICK
from glassnet.playground.state import State

EPOCHS, EVERY = 60, 6


def session_of(changes: dict[str, Any]) -> Session:
    session = Session(State().changed(changes))
    list(session.opening())
    return session


def finish_epoch(session: Session) -> None:
    epoch = session.trainer.epoch
    while session.trainer.epoch == epoch and session.trainer.diverged is None:
        session.trainer.advance(1_000)


def train(session: Session, epochs: int = EPOCHS, every: int = EVERY) -> list[list[dict[str, Any]]]:
    """Train, and return the findings of each examination."""
    doctor, found = session._doctor, []
    for epoch in range(epochs):
        finish_epoch(session)
        if epoch % every == 0:
            found.append(doctor.findings(session.trainer, session.state))
    return found


def losses(session: Session) -> np.ndarray:
    """Return the loss of both parts."""
    return np.array(session.trainer.evaluate()[:2])


RULES = {"learning rate too high": "learning rate", "learning rate too low": "learning rate"}


@pytest.mark.parametrize("name", SICK)
def test_each_sick_training_has_one_finding_and_its_cure_helps(name: str) -> None:
    session = session_of(SICK[name])
    found = train(session)
    assert [one["rule"] for one in found[-1]] == [RULES.get(name, name)]
    rules = {one["rule"] for findings in found for one in findings}
    assert len(rules) == 1, "only the cause is a finding, at any time"
    finding = found[-1][0]
    assert finding["message"]
    assert finding["meaning"]
    assert finding["advice"]
    sick = losses(session)
    answers = list(session.handle({"type": "set", **finding["cure"]}))
    assert [one.plain["type"] for one in answers] == ["state"]
    assert not any(train(session)[2:])
    part = 1 if name == "overfitting" else 0  # without overfitting, the loss of the training set is larger
    assert losses(session)[part] < 0.7 * sick[part]


OPTIMIZERS = ("adam", "rmsprop", {"name": "sgd", "learning_rate": 0.1, "momentum": 0.9})


@pytest.mark.parametrize("kind", ["moons", "circles", "spirals", "blobs", "above", "surface", "digits"])
def test_nothing_is_found_in_healthy_trainings(kind: str) -> None:
    formula = {"formula": "sin(3 * x) * y"} if kind == "surface" else {}
    for optimizer in OPTIMIZERS:
        session = session_of({"data": {"kind": kind, **formula}, "training": {"optimizer": optimizer}})
        assert not any(train(session, 40, 5)), optimizer


def test_a_training_that_diverged_begins_anew_with_its_cure_and_goes_on() -> None:
    formula = {"kind": "surface", "formula": "x * y"}
    session = session_of({"data": formula, "layers": [{"name": "dense", "units": 8, "activation": "relu"}],
                          "training": {"optimizer": {"name": "sgd", "learning_rate": 100}}})  # fmt: skip
    list(session.handle({"type": "run", "action": "play"}))
    for _ in range(100):
        list(session.tick())
    assert session.trainer.diverged is not None
    assert not session.running
    (finding,) = session._doctor.findings(session.trainer, session.state)
    assert (finding["rule"], finding["severity"]) == ("not finite", "error")
    assert finding["cure"]["label"] == "Learning rate 100 → 0.01"
    list(session.handle({"type": "set", **finding["cure"]}))
    assert session.running
    assert session.trainer.diverged is None
    assert session.trainer.step == 0
    assert session._doctor.findings(session.trainer, session.state) == []


def test_an_examination_changes_no_bit_of_the_training() -> None:
    changes = {"layers": [{"name": "dense", "units": 8}, "batchnorm", {"name": "activation", "activation": "tanh"},
                          {"name": "dropout", "rate": 0.2}], "training": {"optimizer": "adam", "l2": 0.01}}  # fmt: skip
    examined, other = session_of(changes), session_of(changes)
    for _ in range(5):
        for one in (examined, other):
            one.trainer.advance(7)
        examination.examine_training(examined.trainer)
    np.testing.assert_array_equal(examined.trainer.network.parameters, other.trainer.network.parameters)
    np.testing.assert_array_equal(examined.trainer.network.state, other.trainer.network.state)
    assert examined.trainer.rng.bit_generator.state == other.trainer.rng.bit_generator.state


@pytest.mark.parametrize(
    ("seen", "shown"),
    [
        ("100000", "000000"),
        ("110000", "011100"),
        ("101010", "001111"),
        ("111111", "011111"),
    ],
)
def test_findings_are_steady(seen: str, shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    session = session_of({})
    session.trainer.advance(1)
    finding = examination.Finding("dead units", "warning", "dense1", "Dead.", "Revive them.")
    script = iter(seen)
    monkeypatch.setattr(
        "glassnet.playground.findings.examine_training", lambda *_: [finding] if next(script) == "1" else []
    )
    doctor, got = Doctor(), ""
    for _ in seen:
        got += str(len(doctor.findings(session.trainer, session.state)))
        doctor.findings(session.trainer, session.state)  # at the same step, nothing is examined again
        session.trainer.advance(1)
    assert got == shown


def test_other_settings_begin_without_findings() -> None:
    session = session_of(SICK["learning rate too low"])
    assert train(session, 12, 3)[-1]
    list(session.handle({"type": "set", "changes": {"training": {"optimizer": "adam"}}}))
    assert session._doctor.findings(session.trainer, session.state) == []


@pytest.mark.parametrize(
    ("changes", "label"),
    [
        ({"data": {"kind": "circles"}, "layers": []}, "A hidden layer of 16 units"),
        ({"layers": [{"name": "dense", "units": 2, "activation": "tanh"}]}, "Units 2 → 16"),
        ({"data": {"kind": "circles"}, "training": {"l2": 3.0}}, "No l2"),
    ],
)
def test_underfitting_is_found_where_neighbors_do_better(changes: dict[str, Any], label: str) -> None:
    training = {"optimizer": {"name": "adam", "learning_rate": 0.01}, **changes.get("training", {})}
    session = session_of({**changes, "training": training})
    (finding,) = train(session, 420, 60)[-1]
    assert (finding["rule"], finding["cure"]["label"]) == ("underfitting", label)


def test_classes_that_overlap_are_no_underfitting() -> None:
    session = session_of({"data": {"kind": "blobs", "noise": 1.0}, "layers": []})
    assert not any(train(session, 420, 60))
