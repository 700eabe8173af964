"""The server as a command starts it: who may reach it, what it serves, and how it ends."""

import http.client
import importlib.util
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from glassnet.cli.main import run
from glassnet.playground import server as server_module
from glassnet.playground.guard import HEADERS
from glassnet.playground.server import MOST_BYTES, TYPES
from helpers.needs import needs
from helpers.playgrounds import PAGE, PATIENCE, Client, Playground, is_alive, playground, write_page

for package in ("starlette", "uvicorn", "websockets"):
    needs(package)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs signals")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_page(tmp_path_factory.mktemp("page"))


@pytest.fixture(scope="module")
def server(page: Path) -> Iterator[Playground]:
    with playground(page) as running:
        yield running


def ask(
    server: Playground, path: str, headers: dict[str, str] | None = None, method: str = "GET"
) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers, and body of a request."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    connection.putrequest(method, path, skip_host="Host" in (headers or {}))
    for name, value in (headers or {}).items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body


def path_of(server: Playground, path: str = "/") -> str:
    return f"{path}?token={server.token}"


def test_every_file_of_the_page_is_served_with_its_type_and_safe_headers(server: Playground) -> None:
    for name, text in PAGE.items():
        status, headers, body = ask(server, path_of(server, f"/{name}"))
        assert {name: headers.get(name.lower()) for name in HEADERS} == HEADERS
        assert "server" not in headers
        if name == "secret.py":
            assert status == 404
        else:
            assert (status, body.decode()) == (200, text)
            assert headers["content-type"] == TYPES[Path(name).suffix]
    assert ask(server, path_of(server))[2].decode() == PAGE["index.html"]


def test_a_browser_that_came_with_the_token_needs_it_no_more(server: Playground) -> None:
    _, headers, _ = ask(server, path_of(server))
    cookie, *attributes = headers["set-cookie"].split("; ")
    assert sorted(attributes) == ["HttpOnly", "Path=/", "SameSite=Strict"]
    assert ask(server, "/", {"Cookie": f"a=b; {cookie}"})[0] == 200
    assert ask(server, "/assets/page.js", {"Cookie": cookie})[0] == 200
    assert ask(server, "/", {"Cookie": cookie[:-1]})[0] == 403


@pytest.mark.parametrize(
    ("path", "headers", "words"),
    [
        ("/", {}, "The token is missing or wrong."),
        ("/?token=", {}, "The token is missing or wrong."),
        ("/?token=TOKENx", {}, "The token is missing or wrong."),
        ("/?token=%00%ff%E2%82", {}, "The token is missing or wrong."),
        ("/?token=a&" * 20, {}, "The token is missing or wrong."),
        ("/assets/page.js", {}, "The token is missing or wrong."),
        ("/", {"Cookie": "glassnet-playground-PORT=x"}, "The token is missing or wrong."),
        ("/", {"Cookie": "\xff\xfe; =;;"}, "The token is missing or wrong."),
        ("/?token=TOKEN", {"Host": "evil.example"}, "The playground is at 127.0.0.1:PORT only."),
        ("/?token=TOKEN", {"Host": "evil.example:PORT"}, "The playground is at 127.0.0.1:PORT only."),
        ("/?token=TOKEN", {"Host": "127.0.0.1"}, "The playground is at 127.0.0.1:PORT only."),
        ("/?token=TOKEN", {"Host": "127.0.0.1:PORT.evil.example"}, "The playground is at 127.0.0.1:PORT only."),
        ("/?token=TOKEN", {"Host": "0.0.0.0:PORT"}, "The playground is at 127.0.0.1:PORT only."),
        ("/?token=TOKEN", {"Origin": "http://evil.example"}, "The playground answers its own pages only."),
        ("/?token=TOKEN", {"Origin": "null"}, "The playground answers its own pages only."),
        ("/?token=TOKEN", {"Origin": "http://127.0.0.1:1"}, "The playground answers its own pages only."),
    ],
)
def test_nobody_else_gets_an_answer(server: Playground, path: str, headers: dict[str, str], words: str) -> None:
    def filled(text: str) -> str:
        return text.replace("TOKEN", server.token).replace("PORT", str(server.port))

    status, given, body = ask(server, filled(path), {name: filled(value) for name, value in headers.items()})
    assert (status, body.decode().partition(" Open")[0].strip()) == (403, filled(words))
    assert server.token.encode() not in body
    assert "set-cookie" not in given
    assert given["content-security-policy"] == HEADERS["Content-Security-Policy"]


def test_localhost_is_the_same_machine(server: Playground) -> None:
    host = f"localhost:{server.port}"
    assert ask(server, path_of(server), {"Host": host, "Origin": f"http://{host}"})[0] == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_files_can_only_be_read(server: Playground, method: str) -> None:
    assert ask(server, path_of(server), method=method)[0] == 405


@pytest.mark.parametrize(
    "path",
    ["/../server.py", "/%2e%2e/server.py", "/assets/../../server.py", "//etc/passwd", "/assets", "/socket", "/..\\x"],
)
def test_paths_lead_to_files_of_the_page_only(server: Playground, path: str) -> None:
    assert ask(server, path_of(server, path))[0] == 404


def test_it_listens_on_this_machine_only(server: Playground) -> None:
    others = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)} - {"127.0.0.1"}
    for address in (*others, "127.0.0.2"):
        with pytest.raises(OSError):  # noqa: PT011 - the reason differs by system
            socket.create_connection((str(address), server.port), timeout=5).close()


@pytest.mark.parametrize(
    ("origin", "query", "host"),
    [
        (None, "?token=TOKEN", None),
        ("http://evil.example", "?token=TOKEN", None),
        ("null", "?token=TOKEN", None),
        ("https://127.0.0.1:PORT", "?token=TOKEN", None),
        ("http://localhost:PORT", "?token=TOKEN", None),
        ("http://127.0.0.1:PORT", "", None),
        ("http://127.0.0.1:PORT", "?token=wrong", None),
        ("http://evil.example:PORT", "?token=TOKEN", "evil.example:PORT"),
    ],
)
def test_a_socket_needs_origin_host_and_token(
    server: Playground, origin: str | None, query: str, host: str | None
) -> None:
    from websockets.exceptions import InvalidStatus
    from websockets.sync.client import connect

    def filled(text: str) -> str:
        return text.replace("TOKEN", server.token).replace("PORT", str(server.port))

    address = filled(f"ws://{host or '127.0.0.1:PORT'}/socket{query}")
    options: dict[str, Any] = {"origin": None if origin is None else filled(origin)}
    plug = socket.create_connection(("127.0.0.1", server.port))
    with pytest.raises(InvalidStatus) as raised, plug, connect(address, sock=plug, **options):
        pass
    assert raised.value.response.status_code == 403


def test_a_page_trains_and_gets_its_state_back_after_a_reload_in_mid_run(server: Playground) -> None:
    with Client(server) as page:
        assert [page.receive().plain["type"] for _ in range(3)] == ["state", "data", "frame"]
        page.send(type="set", changes={"data": {"kind": "moons", "rows": 100}, "training": {"batch_size": 9}})
        assert page.until("data").plain["train_rows"] == 70
        page.send(type="run", action="play")
        epoch = page.until("frame", running=True).plain["epoch"]
        while page.until("frame").plain["epoch"] < epoch + 5:
            pass
    with Client(server) as page:
        state = page.receive().plain
        assert state["running"]
        assert (state["state"]["data"]["kind"], state["state"]["training"]["batch_size"]) == ("moons", 9)
        frame = page.until("frame")
        assert frame.plain["epoch"] >= epoch + 5
        assert frame.plain["history_from"] == 0
        assert len(frame.arrays["history"]) == frame.plain["epoch"]
        page.send(type="run", action="pause")
        page.until("frame", running=False)


def test_two_pages_show_the_same_and_one_that_reads_nothing_does_not_stop_the_other(server: Playground) -> None:
    with Client(server) as first, Client(server) as second:
        first.send(type="set", changes={"seed": 77})
        assert second.until("state").plain is not None
        assert second.until("state").plain["state"]["seed"] == 77
        first.send(type="run", action="play")
        for _ in range(50):
            first.until("frame", running=True)
        second.send(type="run", action="pause")
        first.until("frame", running=False)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("", "a message is JSON"),
        ("hello", "a message is JSON"),
        ("[" * 100_000, "levels deep"),
        ('{"type": NaN}', "a message is JSON"),
        ("[]", "a message is an object"),
        (b"\x00\xff\xfe" * 1000, "a message is JSON"),
        (b"", "a message is JSON"),
        (json.dumps({"type": "predict", "x": [0] * 500_000}), "x must be a list"),
        (json.dumps({"type": "set", "changes": {"data": {"points": [[0, 0, 0]] * 300_000}}}), "at most 5,000"),
        (json.dumps({"type": "x" * 100_000}), "unknown type of message"),
    ],
)
def test_garbage_is_answered_and_the_page_stays(server: Playground, data: str | bytes, words: str) -> None:
    with Client(server) as page:
        page.until("frame")
        page.socket.send(data)
        assert words in page.until("error").plain["message"]
        page.send(type="predict", id=1, x=[0, 0])
        page.until("prediction", id=1)


def test_a_message_above_the_limit_closes_the_page_and_no_other(server: Playground) -> None:
    from websockets.exceptions import ConnectionClosed

    with Client(server) as other, Client(server) as page:
        page.until("frame")
        with suppress(ConnectionClosed):
            page.socket.send("x" * (MOST_BYTES + 1))
        assert page.closed()[0] in (1009, 1006)  # the reason is lost if the message is still being sent
        other.send(type="predict", id=2, x=[0, 0])
        other.until("prediction", id=2)


def test_a_flood_of_messages_is_answered_one_by_one(server: Playground) -> None:
    with Client(server) as page:
        page.until("frame")
        for number in range(2000):
            page.send(type="seen", number=-number)
            if not number % 50:
                page.send(type="predict", id=number, x=[0, 0])
        for number in range(0, 2000, 50):
            page.until("prediction", id=number)


def test_too_many_pages_are_turned_away(server: Playground) -> None:
    from glassnet.playground.hub import MOST_PAGES

    pages = [Client(server) for _ in range(MOST_PAGES)]
    for one in pages:
        one.until("frame")
    assert Client(server).closed() == (1013, "too many pages are open")
    for one in pages:
        one.close()


@pytest.mark.slow
def test_a_page_that_reads_nothing_while_much_is_sent_is_closed_and_can_return(page: Path) -> None:
    with playground(page) as server, Client(server) as fast:
        fast.until("frame")
        slow = Client(server)
        slow.until("frame")
        # Messages for all pages, of 65 kB each, until the buffers of the slow one are full.
        for first in range(0, 400, 20):
            for seed in range(first, first + 20):
                fast.send(type="set", changes={"data": {"rows": 5000, "seed": seed}})
            for _ in range(20):
                fast.until("data")
        slow.closed()
        with Client(server) as again:
            assert again.until("state").plain["state"]["data"]["seed"] == 399


@pytest.mark.slow
def test_a_killed_training_process_is_replaced_with_the_last_state(page: Path) -> None:
    with playground(page) as server, Client(server) as client, Client(server) as other:
        client.until("frame")
        client.send(type="set", changes={"data": {"kind": "blobs"}, "seed": 5})
        client.until("data")
        (worker,) = server.workers()
        os.kill(worker, signal.SIGKILL)
        for one in (client, other):
            assert "it was killed by signal 9" in one.until("error").plain["message"]
            state = one.until("state").plain["state"]
            assert (state["data"]["kind"], state["seed"]) == ("blobs", 5)
            one.until("frame")
        client.send(type="run", action="play")
        client.until("frame", running=True)
        assert server.workers() != [worker]


@pytest.mark.slow
def test_a_table_of_the_page_is_there_again_after_a_death(page: Path) -> None:
    with playground(page) as server, Client(server) as client:
        client.until("frame")
        client.send(type="table", name="t.csv", text="a,b,c\n" + "1,2,x\n3,1,y\n" * 20)
        client.until("data")
        os.kill(*server.workers(), signal.SIGKILL)
        client.until("error")
        assert client.until("data").plain["names"] == ["a", "b"]


@pytest.mark.slow
def test_a_process_that_dies_again_and_again_ends_the_command(page: Path) -> None:
    with playground(page) as server:
        killed = set[int]()
        while server.process.poll() is None:
            for worker in set(server.workers()) - killed if server.process.poll() is None else ():
                killed.add(worker)
                os.kill(worker, signal.SIGKILL)
            time.sleep(0.01)
        out, err = server.process.communicate(timeout=PATIENCE)
        assert (server.process.returncode, out) == (1, "")
        assert err == "glassnet: the training process died 4 times in a row (exit status -9)\n"
        assert len(killed) == 4


@pytest.mark.parametrize(
    ("number", "status", "is_running"),
    [
        (signal.SIGINT, 130, True),
        pytest.param(signal.SIGINT, 130, False, marks=pytest.mark.slow),
        pytest.param(signal.SIGTERM, 143, True, marks=pytest.mark.slow),
        pytest.param(signal.SIGHUP, 129, False, marks=pytest.mark.slow),
    ],
)
def test_a_signal_ends_the_command_and_its_processes(page: Path, number: int, status: int, is_running: bool) -> None:
    with playground(page) as server:
        client = Client(server)
        client.until("frame")
        if is_running:
            client.send(type="run", action="play")
            client.until("frame", running=True)
        (worker,) = server.workers()
        assert server.end(number) == (status, "", "glassnet: interrupted\n")
        assert client.closed() == (1001, "the playground has ended")
        assert not is_alive(worker)


@pytest.mark.slow
@pytest.mark.parametrize("action", ["play", "pause"])
def test_a_killed_command_leaves_no_process_behind(page: Path, action: str) -> None:
    with playground(page) as server, Client(server) as client:
        client.send(type="run", action=action)
        client.until("frame", running=action == "play")
        (worker,) = server.workers()
        server.process.kill()
        end = time.monotonic() + PATIENCE
        while is_alive(worker):
            assert time.monotonic() < end
            time.sleep(0.02)


def test_it_ends_by_itself_when_nothing_happens(page: Path) -> None:
    with playground(page, "--idle-minutes", "0.01") as server, Client(server) as client:
        workers = server.workers()
        assert client.closed()[0] == 1001
        out, err = server.process.communicate(timeout=PATIENCE)
        assert (server.process.returncode, err) == (0, "")
        assert out == "No page has sent anything for 0.01 minutes: the playground has ended.\n"
        assert not any(map(is_alive, workers))


@pytest.mark.slow
def test_own_data_is_what_it_begins_with(page: Path, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text(
        "a,b,c\n" + "".join(f"{i % 9},{i * i % 19},{'x' if i % 2 else 'y'}\n" for i in range(40)), encoding="utf-8"
    )
    with playground(page, str(table), "--target", "c") as server, Client(server) as client:
        assert client.until("state").plain["state"]["data"]["kind"] == "own"
        data = client.until("data")
        assert (data.plain["names"], data.plain["classes"]) == (["a", "b"], ["x", "y"])
        np.testing.assert_allclose(np.sort(data.arrays["X"][:, 0]), np.sort(np.arange(40) % 9))


def test_the_address_for_the_browser_works_once() -> None:
    guard = server_module.Guard(8000)
    once = guard.address_once().partition("?")[2]

    def objection(query: str) -> str | None:
        headers = [(b"host", b"127.0.0.1:8000")]
        return guard.objection({"type": "http", "headers": headers, "query_string": query.encode()})

    assert objection(once) is None
    assert "token" in (objection(once) or "")
    assert [objection(guard.address().partition("?")[2]) for _ in range(2)] == [None, None]


def test_secrets_differ_from_server_to_server() -> None:
    tokens = {server_module.Guard(8000).token for _ in range(9)}
    assert len(tokens) == 9
    assert min(map(len, tokens)) >= 43


def test_a_port_that_is_taken_is_named(server: Playground, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match=f"port {server.port} is in use; choose another one, or 0"):
        server_module.listening_socket(server.port)
    assert run(["playground", "--port", "99999", "--no-open"]) == 2
    assert "--port" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nothing-such"], "unknown source 'nothing-such'"),
        (["--target", "y"], "--target is for reading a source, and there is none"),
        (["iris", "--idle-minutes", "-1"], "--idle-minutes"),
    ],
)
def test_mistakes_on_the_command_line_are_one_line(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["playground", "--no-open", *words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err
    assert err.count("\n") == 1


def test_an_installation_without_the_page_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="the playground's page is missing"):
        server_module.page_files(tmp_path)


def test_missing_packages_are_named_with_what_installs_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert run(["playground", "--no-open"]) == 2
    assert capsys.readouterr().err == (
        "glassnet: the playground needs starlette and uvicorn and websockets: pip install 'glassnet[playground]'\n"
    )
