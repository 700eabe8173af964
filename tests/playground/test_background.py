"""A playground in the background of a program: messages in, messages out, and a thread only while there is work."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from glassnet.playground import background
from glassnet.playground.background import Background
from glassnet.playground.frame import Message
from glassnet.playground.session import Session
from glassnet.playground.state import State

PAGE = 7


class Pages:
    """Pages that draw whatever they get, or nothing."""

    def __init__(self, state: State | None = None) -> None:
        self.got: list[Message] = []
        self.is_drawing, self.stops = True, 0
        self.background = Background(Session(state), self.take, stopped=self.stop)

    def take(self, message: Message) -> None:
        self.got.append(message)
        if self.is_drawing and message.plain["type"] == "frame" and message.to is not None:
            self.background.receive(message.to, {"type": "seen", "number": message.plain["number"]})

    def stop(self) -> None:
        self.stops += 1

    def say(self, kind: str, page: int = PAGE, **rest: Any) -> None:
        self.background.receive(page, {"type": kind, **rest})

    def types(self) -> list[str]:
        return [one.plain["type"] for one in self.got]

    @property
    def epoch(self) -> int:
        return self.background.session.trainer.epoch


def wait(condition: Callable[[], bool]) -> None:
    """Wait for something that happens at some time; a test that waits in vain fails."""
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "nothing happens"
        time.sleep(0.005)


@pytest.fixture
def pages() -> Iterator[Pages]:
    pages = Pages(State().changed({"data": {"rows": 40}}))
    yield pages
    pages.background.close()
    wait(lambda: not pages.background.is_alive)


def test_a_page_that_joins_gets_everything_and_the_thread_ends(pages: Pages) -> None:
    pages.say("join")
    wait(lambda: "frame" in pages.types() and not pages.background.is_alive)
    assert pages.types() == ["state", "data", "frame"]
    assert {one.to for one in pages.got} == {PAGE}


def test_it_trains_until_it_is_paused(pages: Pages) -> None:
    pages.say("join")
    pages.say("run", action="play")
    wait(lambda: pages.epoch > 5)
    pages.say("run", action="pause")
    wait(lambda: not pages.background.is_alive)
    epoch = pages.epoch
    assert pages.got[-1].plain["running"] is False
    assert pages.got[-1].plain["epoch"] == epoch
    assert pages.stops == 1


def test_it_trains_only_while_somebody_looks(pages: Pages) -> None:
    pages.say("join")
    pages.say("run", action="play")
    wait(lambda: pages.epoch > 2)
    pages.say("leave")
    wait(lambda: not pages.background.is_alive)
    epoch = pages.epoch
    assert pages.stops == 1
    pages.say("join")
    wait(lambda: pages.epoch > epoch)


def test_a_page_that_no_longer_draws_counts_as_closed_until_it_speaks(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "SILENCE", 0.05)
    pages.is_drawing = False
    pages.say("join")
    pages.say("run", action="play")
    wait(lambda: not pages.background.is_alive)
    assert not pages.background.session.viewers
    pages.is_drawing, before = True, len(pages.got)
    pages.say("seen", number=0)
    wait(lambda: len(pages.got) >= before + 3)
    assert pages.types()[before : before + 3] == ["state", "data", "frame"]


def test_mistakes_are_answered(pages: Pages) -> None:
    pages.say("join")
    pages.say("dance")
    pages.background.receive(PAGE, None)  # type: ignore[arg-type]
    wait(lambda: pages.types().count("error") == 2)
    assert pages.got[-1].to == PAGE


def test_nothing_happens_after_it_is_closed(pages: Pages) -> None:
    pages.say("join")
    pages.say("run", action="play")
    wait(lambda: pages.epoch > 2)
    pages.background.close()
    wait(lambda: not pages.background.is_alive)
    epoch, got = pages.epoch, len(pages.got)
    pages.say("join")
    assert not pages.background.is_alive
    assert (pages.epoch, len(pages.got)) == (epoch, got)


def test_what_is_still_on_its_way_from_a_page_that_left_does_not_bring_it_back(pages: Pages) -> None:
    pages.say("join")
    pages.say("run", action="play")
    pages.say("leave")
    pages.say("seen", number=0)
    wait(lambda: not pages.background.is_alive)
    assert not pages.background.session.viewers
