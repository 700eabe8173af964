"""A playground's server in a process of its own, as the command starts it, and clients that talk to it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import psutil

from glassnet.playground.frame import Message, unpack

PAGE = {
    "index.html": '<!doctype html><title>A page</title><script type="module" src="assets/page.js"></script>',
    "assets/page.js": "console.log(1)",
    "assets/page.css": "body { color: black }",
    "icon.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>',
    "secret.py": "not a file of the page",
}
"""Files of a page; the last one has a type that no page has."""

COMMAND = """
import functools, sys
from pathlib import Path
from glassnet.cli.main import main
from glassnet.playground import server
server.Settings = functools.partial(server.Settings, static=Path(sys.argv[1]))
main(["playground", "--no-open", *sys.argv[2:]])
"""

PATIENCE = 120
"""Seconds after which a test gives up: a bound against hanging."""


def write_page(folder: Path) -> Path:
    """Write the files of a page into a new folder, and return it."""
    for name, text in PAGE.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@dataclass(frozen=True)
class Playground:
    """A running command, and the address that it has printed."""

    process: "subprocess.Popen[str]"
    address: str

    @property
    def port(self) -> int:
        port = urlsplit(self.address).port
        assert port is not None
        return port

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def token(self) -> str:
        return self.address.partition("?token=")[2]

    def end(self, number: int = signal.SIGINT) -> tuple[int, str, str]:
        """Send a signal to the command; return exit status and output."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out, err

    def workers(self) -> list[int]:
        """Return the numbers of its training processes that live."""
        return children(self.process.pid)


def children(pid: int) -> list[int]:
    """Return the processes that a process has started, those that have ended left out."""
    return [one.pid for one in psutil.Process(pid).children() if is_alive(one.pid)]


def is_alive(pid: int) -> bool:
    """Return whether a process lives: it exists, and is no zombie."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


@contextmanager
def playground(page: Path, *words: str) -> Iterator[Playground]:
    """Start the command with a page and further words, and kill it at the end if it lives."""
    command = [sys.executable, "-c", COMMAND, str(page), *words]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=os.environ | {"DISPLAY": ""})
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("Playground at http://127.0.0.1:"), (line, process.communicate(timeout=PATIENCE))
        yield Playground(process, line.split()[-1])
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=PATIENCE)


class Client:
    """A page: a WebSocket with the messages of a playground."""

    def __init__(self, server: Playground) -> None:
        from websockets.sync.client import connect

        address = f"ws://127.0.0.1:{server.port}/socket?token={server.token}"
        self._open = ExitStack()
        options: dict[str, Any] = {"origin": server.origin, "max_size": None, "open_timeout": PATIENCE}
        self.socket = self._open.enter_context(connect(address, **options))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *anything: object) -> None:
        self.close()

    def close(self) -> None:
        self._open.close()

    def closed(self) -> tuple[int, str]:
        """Read until the server closes the socket; return its code and reason, 1006 if it gave none."""
        from websockets.exceptions import ConnectionClosed

        try:
            while True:
                self.receive()
        except ConnectionClosed as error:
            return (1006, "") if error.rcvd is None else (error.rcvd.code, error.rcvd.reason)
        finally:
            self.close()

    def send(self, **message: Any) -> None:
        self.socket.send(json.dumps(message))

    def receive(self) -> Message:
        """Return the next message, and acknowledge it if it is a frame."""
        data = self.socket.recv(timeout=PATIENCE)
        assert isinstance(data, bytes)
        message = unpack(data)
        if message.plain["type"] == "frame":
            self.send(type="seen", number=message.plain["number"])
        return message

    def until(self, kind: str, **wanted: Any) -> Message:
        """Return the next message of a kind with some values."""
        while True:
            message = self.receive()
            if message.plain["type"] == kind and all(message.plain[name] == value for name, value in wanted.items()):
                return message
