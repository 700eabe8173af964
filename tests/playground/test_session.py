"""A session: what each message does, what wrong ones do, and several pages at once."""

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.playground.frame import Message
from glassnet.playground.session import HANDLERS, Session
from glassnet.playground.state import CHANGEABLE, KINDS, State
from glassnet.playground.viewer import AHEAD
from helpers.examples import example_count

DENSE = {"name": "dense", "units": 4, "activation": "relu"}
SMALL = State().changed({"data": {"rows": 40}, "layers": [DENSE]})


@pytest.fixture
def session() -> Session:
    session = Session(SMALL)
    list(session.opening())
    return session


def answers(session: Session, client: int = 0, **message: Any) -> list[Message]:
    return list(session.handle(message, client))


def kinds(messages: list[Message]) -> list[str]:
    return [message.plain["type"] for message in messages]


def play(session: Session, frames: int = 3) -> list[Message]:
    """Let it run until a page that draws at once has got some frames."""
    answers(session, type="run", action="play")
    found: list[Message] = []
    while len(found) < frames:
        for message in session.tick():
            found.append(message)
            answers(session, type="seen", number=message.plain["number"])
    return found


def test_a_page_gets_state_data_and_a_frame_at_first() -> None:
    session = Session(SMALL)
    state, data, frame = session.opening()
    assert kinds([state, data, frame]) == ["state", "data", "frame"]
    assert State.from_json(state.plain["state"]) == SMALL
    assert [one["units"] for one in state.plain["layers"]] == [4, 2]
    assert data.arrays["X"].shape == (40, 2)
    assert data.plain["train_rows"] + data.plain["test_rows"] == 40
    assert (data.arrays["is_test"] == np.arange(40).__ge__(data.plain["train_rows"])).all()
    assert {"surface", "units", "weights", "histograms", "confusion", "history"} <= set(frame.arrays)


def test_frames_follow_each_other_while_it_runs_and_the_last_one_has_everything(session: Session) -> None:
    frames = play(session, 5)
    assert [one.plain["number"] for one in frames] == list(range(1, 6))
    assert all(one.plain["running"] for one in frames)
    steps = [one.plain["step"] for one in frames]
    assert steps == sorted(steps)
    assert steps[-1] > 0
    answers(session, type="run", action="pause")
    (last,) = session.tick()
    assert {"surface", "units", "histograms", "confusion"} <= set(last.arrays)
    assert not last.plain["running"]
    assert session.is_idle
    assert list(session.tick()) == []


def test_the_histories_of_all_frames_together_are_that_of_the_trainer(session: Session) -> None:
    rows: list[Any] = []
    for frame in play(session, 6):
        rows[frame.plain["history_from"] :] = frame.arrays["history"].tolist()
    np.testing.assert_allclose(rows, session.trainer.history.rows[: len(rows)], rtol=1e-6)
    assert len(rows) > 0


def test_a_page_that_draws_nothing_gets_a_few_frames_only_while_the_training_goes_on(session: Session) -> None:
    answers(session, type="run", action="play")
    frames = [frame for _ in range(10) for frame in session.tick()]
    assert len(frames) == AHEAD - 1  # one was in the opening
    step = session.trainer.step
    list(session.tick())
    assert session.trainer.step > step


@pytest.mark.parametrize("number", [-1, 2, 10**9, "0", None, 0.5, [0]])
def test_acknowledging_what_was_never_sent_changes_nothing(session: Session, number: Any) -> None:
    before = session.viewers[0].seen
    assert answers(session, type="seen", number=number) == []
    assert session.viewers[0].seen == before


def test_batch_and_epoch_make_one_step_and_one_epoch(session: Session) -> None:
    answers(session, type="set", changes={"training": {"batch_size": 5}})
    answers(session, type="run", action="batch")
    assert (session.trainer.step, session.trainer.epoch) == (1, 0)
    answers(session, type="run", action="epoch")
    while not session.is_idle:
        for frame in session.tick():
            answers(session, type="seen", number=frame.plain["number"])
    assert (session.trainer.epoch, session.trainer.position) == (1, 0)


def test_a_long_epoch_does_not_keep_other_messages_waiting() -> None:
    session = Session(
        SMALL.changed({"data": {"rows": 5000}, "layers": [{**DENSE, "units": 512}] * 6, "training": {"batch_size": 1}})
    )
    list(session.opening())
    answers(session, type="run", action="epoch")
    assert 0 < session.trainer.step < session.trainer.batches / 2
    assert not session.is_idle
    answers(session, type="run", action="pause")
    step = session.trainer.step
    list(session.tick())
    assert session.trainer.step == step


def test_reset_begins_with_the_same_weights_again(session: Session) -> None:
    before = session.trainer.network.parameters.copy()
    play(session)
    assert kinds(answers(session, type="run", action="reset")) == ["state"]
    np.testing.assert_array_equal(session.trainer.network.parameters, before)
    assert session.trainer.epoch == 0
    (frame,) = session.tick()
    assert frame.plain["history_from"] == 0


@pytest.mark.parametrize(
    ("changes", "keeps_weights", "kinds_of_answers"),
    [
        ({"training": {"optimizer": {"name": "adam", "learning_rate": 0.5}}}, True, ["state"]),
        ({"training": {"batch_size": 3}}, True, ["state"]),
        ({}, True, ["state"]),
        ({"layers": [DENSE, DENSE]}, False, ["state"]),
        ({"seed": 3}, False, ["state"]),
        ({"data": {"noise": 0.7}}, False, ["state", "data"]),
    ],
)
def test_training_options_keep_the_weights_and_all_else_begins_again(
    session: Session, changes: dict[str, Any], keeps_weights: bool, kinds_of_answers: list[str]
) -> None:
    play(session)
    epoch, parameters = session.trainer.epoch, session.trainer.network.parameters.copy()
    found = answers(session, type="set", changes=changes)
    assert kinds(found) == kinds_of_answers
    assert all(message.to is None for message in found)
    assert (session.trainer.epoch == epoch) is keeps_weights
    assert np.array_equal(session.trainer.network.parameters, parameters) is keeps_weights
    assert session.running


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "own"])
def test_every_kind_of_data_can_be_trained_on(session: Session, kind: str) -> None:
    points = [[x / 10, y / 10, (x > 0) + 2 * (y > 0)] for x, y in itertools.product(range(-3, 4), repeat=2)]
    found = answers(session, type="set", changes={"data": {"kind": kind, "formula": "x ^ 2", "points": points}})
    assert kinds(found) == ["state", "data"]
    frame = play(session)[-1]
    assert frame.plain["diverged"] is None
    assert frame.plain["step"] > 0


def test_a_mistake_in_a_change_leaves_everything_as_it_was(session: Session) -> None:
    play(session)
    state, trainer, step = session.state, session.trainer, session.trainer.step
    for changes in (
        {"data": {"kind": "above", "formula": "sinn(x)"}},
        {"data": {"kind": "points"}},
        {"data": {"kind": "own"}},
        {"data": {"kind": "surface", "formula": "1e300 * x * 1e8"}},
        {"layers": [{**DENSE, "units": 0}]},
        {"training": {"loss": "poisson"}},
        {"training": {"optimizer": "lbfgs"}},
        {"training": None},
        {"colour": 1},
    ):
        (error,) = answers(session, type="set", changes=changes)
        assert error.plain["type"] == "error"
        assert error.plain["message"]
        assert (session.state, session.trainer, session.trainer.step) == (state, trainer, step)


def test_the_trace_of_a_row_has_its_numbers_and_formulas(session: Session) -> None:
    (trace,) = answers(session, type="trace", row=2)
    plain = trace.plain
    np.testing.assert_allclose(plain["x"], session.trainer.X[2])
    output = session.trainer.engine.predict(session.trainer.network, session.trainer.X[[2]])
    np.testing.assert_allclose(plain["output"], output, rtol=1e-5)
    assert set(plain["layers"]) == set(plain["formulas"]) == {"dense1", "dense2"}
    assert plain["formulas"]["dense1"]["forward"]


def test_a_prediction_is_for_a_row_in_its_own_units(session: Session) -> None:
    answers(session, type="set", changes={"data": {"kind": "digits", "rows": 100}})
    row = session.scene.train.X[0]
    (answer,) = answers(session, type="predict", id="a", x=row.tolist())
    assert answer.plain["id"] == "a"
    wanted = session.trainer.engine.predict(session.trainer.network, session.scene.inputs(row[None]))[0]
    np.testing.assert_allclose(answer.plain["output"], wanted, rtol=1e-6)


def test_divergence_is_in_the_frame_and_stops_it_until_a_reset(session: Session) -> None:
    changes = {
        "data": {"kind": "surface", "formula": "x"},
        "training": {"optimizer": {"name": "sgd", "learning_rate": 1e9}},
    }
    answers(session, type="set", changes=changes)
    answers(session, type="run", action="play")
    while session.running:
        for frame in session.tick():
            answers(session, type="seen", number=frame.plain["number"])
    *_, frame = session.opening()
    assert "lower the learning rate (now 1e+09)" in frame.plain["diverged"]
    frame.pack()
    (trace,) = answers(session, type="trace", row=0)
    trace.pack()
    answers(session, type="run", action="play")
    assert not session.running
    answers(session, type="run", action="reset")
    answers(session, type="run", action="play")
    assert session.running


def test_a_table_that_is_opened_on_the_page_is_own_data(session: Session) -> None:
    text = "a;b;c;kind\n" + "".join(f"{i % 7};{i % 5},5;{i % 3};{'xy'[i % 2]}\n" for i in range(30))
    state, data = answers(session, type="table", name="my things.csv", text=text)
    assert state.plain["state"]["data"]["kind"] == "own"
    assert data.plain["names"] == ["component 1", "component 2"]
    own = {"name": "my things", "columns": ["a", "b", "c"], "targets": ["a", "b", "c", "kind"], "target": "kind"}
    assert data.plain["own"] == own
    assert data.plain["classes"] == ["x", "y"]
    _, data = answers(session, type="table", name="t.csv", text=text, target="b")
    assert (data.plain["classes"], data.plain["own"]["target"]) == (None, "b")
    assert play(session)[-1].plain["step"] > 0


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({}, "a table has a name and a text"),
        ({"text": 3}, "a table has a name and a text"),
        ({"text": "a,b\n1,2\n", "target": 1}, "a table has a name and a text"),
        ({"text": ""}, "the table"),
        ({"text": "\0\1\2" * 100, "name": "x.csv"}, ""),
        ({"text": "a,b\n" + "1,x\n2,y\n" * 20, "target": "c"}, "there is no column 'c'; columns: a, b"),
        ({"text": ",".join(f"c{i}" for i in range(501)) + "\n"}, "at most 500"),
        ({"text": "a,b\n" + "u,x\nv,y\n" * 20}, "no numeric column"),
        ({"text": "a,b\n1,x\n"}, ""),
        ({"text": "[1, 2", "name": "../../etc/x.jsonl"}, ""),
    ],
)
def test_a_text_that_is_no_table_changes_nothing(session: Session, table: dict[str, Any], words: str) -> None:
    before = session.state, session.own, session.trainer
    (error,) = answers(session, type="table", **table)
    assert error.plain["type"] == "error"
    assert words in error.plain["message"]
    assert "/tmp" not in error.plain["message"]
    assert (session.state, session.own, session.trainer) == before


WRONG: list[tuple[Any, str]] = [
    (None, "a message is an object"),
    (3, "a message is an object"),
    ([], "a message is an object"),
    ("set", "a message is an object"),
    ({}, "unknown type of message None"),
    ({"type": "sett"}, "did you mean 'set'"),
    ({"type": ["set"]}, "unknown type of message"),
    ({"type": "set", "changes": 3}, "changes must be an object"),
    ({"type": "set", "changes": {"data": 3}}, "data must be a dict"),
    (
        {"type": "set", "changes": {"training": {"optimizer": {"name": "adam", "learning_rate": 10**400}}}},
        "learning_rate",
    ),
    ({"type": "run"}, "unknown action None"),
    ({"type": "run", "action": "go"}, "unknown action 'go'"),
    ({"type": "run", "action": {}}, "unknown action"),
    ({"type": "trace"}, "row must be a whole number"),
    ({"type": "trace", "row": -1}, "row must be at least 0"),
    ({"type": "trace", "row": 10**30}, "there is no training row"),
    ({"type": "predict"}, "x must be a list of 2 numbers"),
    ({"type": "predict", "x": [1]}, "x must be a list of 2 numbers"),
    ({"type": "predict", "x": [1, "2"]}, "a number of x must be a number"),
    ({"type": "predict", "x": [1, 10**400]}, "a number of x must be finite"),
    ({"type": "predict", "x": {"0": 1, "1": 2}}, "x must be a list of 2 numbers"),
]


@pytest.mark.parametrize(("message", "words"), WRONG)
def test_a_wrong_message_is_answered_with_what_is_wrong(session: Session, message: Any, words: str) -> None:
    (answer,) = session.handle(message, 7)
    assert answer.plain["type"] == "error"
    assert words in answer.plain["message"]
    assert answer.to == 7


def test_two_pages_see_the_same_state_and_the_slower_one_does_not_slow_the_other_down() -> None:
    session = Session(SMALL)
    for client in (1, 2):
        assert {message.to for message in session.opening(client)} == {client}
    answers(session, 1, type="run", action="play")
    got: dict[int | None, list[Message]] = {1: [], 2: []}
    while len(got[1]) < 8:
        for frame in session.tick():
            got[frame.to].append(frame)
            if frame.to == 1:
                answers(session, 1, type="seen", number=frame.plain["number"])
    assert len(got[2]) == AHEAD - 1
    answers(session, 2, type="seen", number=got[2][-1].plain["number"])
    (frame,) = [one for one in session.tick() if one.to == 2]
    assert frame.plain["history_from"] == len(got[2][-1].arrays["history"])  # all that it has missed
    assert len(frame.arrays["history"]) >= len(got[1][-1].arrays["history"])
    (state,) = answers(session, 2, type="set", changes={"training": {"batch_size": 7}})
    assert state.to is None


def test_it_trains_only_while_a_page_is_there_and_goes_on_when_one_returns() -> None:
    session = Session(SMALL)
    list(session.opening(1))
    answers(session, 1, type="run", action="play")
    session.leave(1)
    assert session.is_idle
    step = session.trainer.step
    assert list(session.tick()) == []
    assert session.trainer.step == step
    state, _, _ = session.opening(2)
    assert state.plain["running"]
    list(session.tick())
    assert session.trainer.step > step


def test_leaving_twice_and_messages_of_a_page_that_left_do_no_harm() -> None:
    session = Session(SMALL)
    session.leave(5)
    assert answers(session, 5, type="seen", number=0) == []
    assert kinds(answers(session, 5, type="run", action="batch")) == []


SCALARS = st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats() | st.text(max_size=8)
NAMES = st.sampled_from(
    ["dense", "dropout", "batchnorm", "relu", "adam", "sgd", "cosine", "huber", "units", "rate", "name"]
)
ANYTHING = st.recursive(
    SCALARS | NAMES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES | st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
SPEC = st.dictionaries(st.sampled_from(["units", "rate", "activation", "init"]), ANYTHING, max_size=2).flatmap(
    lambda options: NAMES.map(lambda name: {"name": name, **options})
)
DATA = st.fixed_dictionaries(
    {"rows": st.sampled_from([10, 20])},
    optional={
        "kind": st.sampled_from(KINDS) | ANYTHING,
        "noise": st.floats(0, 1) | ANYTHING,
        "test_share": st.sampled_from([0, 0.5, 0.99]) | ANYTHING,
        "formula": st.sampled_from(["x", "x ^ 99", "1 / x", "y", "0"]) | ANYTHING,
        "points": st.lists(st.tuples(st.floats(-1, 1), st.floats(-1, 1), st.integers(0, 9)).map(list), max_size=5)
        | ANYTHING,
        "columns": ANYTHING,
    },
)
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "data": DATA | ANYTHING,
        "layers": st.lists(SPEC | st.just(DENSE), max_size=3) | ANYTHING,
        "training": st.dictionaries(st.sampled_from(CHANGEABLE), ANYTHING, max_size=2) | ANYTHING,
        "seed": SCALARS,
    },
)
MESSAGES = st.one_of(
    ANYTHING,
    st.fixed_dictionaries({"type": st.just("set"), "changes": CHANGES}),
    st.fixed_dictionaries(
        {"type": st.just("run"), "action": st.sampled_from(["play", "pause", "epoch", "batch", "reset"])}
    ),
    st.fixed_dictionaries(
        {"type": st.sampled_from([*HANDLERS])},
        optional=dict.fromkeys(("changes", "action", "number", "row", "id", "x", "name", "text", "target"), ANYTHING),
    ),
)


@example_count(150)
@given(st.lists(st.tuples(MESSAGES, st.integers(0, 1)), min_size=1, max_size=6))
@pytest.mark.filterwarnings("ignore")
def test_no_messages_at_all_raise_an_error(messages: list[tuple[Any, int]]) -> None:
    session = Session(SMALL)
    for client in (0, 1):
        list(session.opening(client))
    for message, client in messages:
        for answer in itertools.chain(session.handle(message, client), session.tick()):
            answer.pack()
            if answer.plain["type"] == "frame":
                assert list(session.handle({"type": "seen", "number": answer.plain["number"]}, answer.to or 0)) == []
    assert State.from_json(session.state.to_json()) == session.state
