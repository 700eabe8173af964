"""The server of the playground: its page and a WebSocket, on this machine only."""

from __future__ import annotations

import asyncio
import errno
import importlib.util
import os
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glassnet.playground.guard import Guard, guarded
from glassnet.playground.hub import Hub, Page
from glassnet.playground.replay import STATIC
from glassnet.playground.worker import WorkerTask

if TYPE_CHECKING:
    from starlette.types import ASGIApp
    from starlette.websockets import WebSocket

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}
"""Content types of the page's files."""

NEEDED = ("starlette", "uvicorn", "websockets")

MOST_BYTES = 6 << 20
"""Limit on a message of a page."""

ENDED, TOO_SLOW = 1001, 1013
"""Codes with which a WebSocket is closed: the server ends; the page is too slow, or there are too many."""

GRACE = 2.0
"""Seconds for the server to end; after that it is left to the end of the program."""


@dataclass(frozen=True)
class Settings:
    """How a server runs.

    task: what the training begins with. port: 0 for a free one. idle_seconds: after which it ends by itself, 0 for
    never. static: folder of the page.
    """

    task: WorkerTask
    port: int = 0
    idle_seconds: float = 3600.0
    static: Path = STATIC


def check_installed() -> None:
    """Raise ValueError if a package that the server needs is missing."""
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise ValueError(f"the playground needs {' and '.join(missing)}: pip install 'glassnet[playground]'")


def page_files(folder: Path) -> dict[str, tuple[bytes, str]]:
    """Return the files of the page by their path in an address: content and type.

    Raises FileNotFoundError if there is no page.
    """
    if not (folder / "index.html").is_file():
        raise FileNotFoundError(errno.ENOENT, "the playground's page is missing from this installation", str(folder))
    files = {
        f"/{path.relative_to(folder).as_posix()}": (path.read_bytes(), TYPES[path.suffix])
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix in TYPES
    }
    return files | {"/": files["/index.html"]}


def listening_socket(port: int) -> socket.socket:
    """Return a socket at a port of this machine, which no other machine can reach; 0 for a free port.

    Raises ValueError if the port is taken.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if os.name == "posix":  # elsewhere, it would let another program take the port over
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen()
    except OSError as error:
        listener.close()
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            why = "in use" if error.errno == errno.EADDRINUSE else "reserved"
            raise ValueError(f"port {port} is {why}; choose another one, or 0 for any that is free") from None
        raise
    return listener


def application(hub: Hub, guard: Guard, files: dict[str, tuple[bytes, str]]) -> ASGIApp:
    """Return the application: files, and the WebSocket at /socket."""
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import PlainTextResponse, Response
    from starlette.routing import Route, WebSocketRoute

    async def file(request: Request) -> Response:
        if request.url.path not in files:
            return PlainTextResponse("There is no such file.\n", 404)
        content, kind = files[request.url.path]
        response = Response(content, media_type=kind)
        if request.url.path == "/":
            response.headers["Set-Cookie"] = guard.set_cookie()
        return response

    async def converse(socket: WebSocket) -> None:
        page = await hub.join()
        if page is None:
            await socket.accept()
            await socket.close(TOO_SLOW, "too many pages are open")
            return
        try:
            await socket.accept()
            sending = asyncio.create_task(_send(socket, page))
            try:
                await _receive(socket, hub, page)
            finally:
                sending.cancel()
                await asyncio.gather(sending, return_exceptions=True)
        finally:
            await hub.leave(page)

    routes = [WebSocketRoute("/socket", converse), Route("/{path:path}", file, methods=["GET"])]
    return guarded(Starlette(routes=routes), guard)


async def _send(socket: WebSocket, page: Page) -> None:
    """Send what waits for a page, until it is to be closed."""
    while (data := await page.waiting.get()) is not None:
        await socket.send_bytes(data)
    reason = (TOO_SLOW, "the page is too slow") if page.is_slow else (ENDED, "the playground has ended")
    await socket.close(*reason)


async def _receive(socket: WebSocket, hub: Hub, page: Page) -> None:
    """Pass on what a page sends, until it is closed."""
    while (message := await socket.receive())["type"] != "websocket.disconnect":
        text = message.get("text")
        await hub.message(page, message["bytes"] if text is None else text.encode())


class PlaygroundServer:
    """A server in a thread of its own, so that signals reach a main thread that only waits.

    address: of the page, with the token.
    """

    def __init__(self, settings: Settings) -> None:
        check_installed()
        self.settings = settings
        self._files = page_files(settings.static)
        self._listener = listening_socket(settings.port)
        self.guard = Guard(self._listener.getsockname()[1])
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._done = threading.Event()
        self._error: BaseException | None = None
        self.hub = Hub(settings.task)

    @property
    def address(self) -> str:
        """The address of the page, with the token."""
        return self.guard.address()

    def run(self, when_ready: Callable[[], None] = lambda: None) -> None:
        """Serve until nothing has happened for a long time, or until KeyboardInterrupt.

        when_ready: called when the server answers. Raises what ends the server: see `Hub.run`.
        """
        ready = threading.Event()
        thread = threading.Thread(target=self._in_thread, args=(ready,), daemon=True)
        thread.start()
        try:
            _wait(ready)
            if not self._done.is_set():
                when_ready()
            _wait(self._done)
        finally:
            if self._loop is not None and self._stopping is not None and not self._done.is_set():
                self._loop.call_soon_threadsafe(self._stopping.set)
                self._done.wait(GRACE)
        if self._error is not None:
            raise self._error

    def _in_thread(self, ready: threading.Event) -> None:
        try:
            asyncio.run(self._serve(ready))
        except BaseException as error:
            self._error = error
        finally:
            self._done.set()
            ready.set()

    async def _serve(self, ready: threading.Event) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        server, ended = _server(application(self.hub, self.guard, self._files))
        serving = asyncio.create_task(server.serve(sockets=[self._listener]))
        hub = asyncio.create_task(self.hub.run())
        others = [self.hub.idle(self.settings.idle_seconds), self._stopping.wait()]
        reasons = [serving, hub, *map(asyncio.ensure_future, others)]
        self._loop.call_soon(ready.set)
        done, _ = await asyncio.wait(reasons, return_when=asyncio.FIRST_COMPLETED)
        for page in self.hub.pages.values():
            page.close()
        await asyncio.sleep(0)  # so that closing messages are sent
        ended.set()
        server.should_exit = True
        await asyncio.wait([serving], timeout=GRACE / 2)
        for task in reasons:
            task.cancel()
        await asyncio.gather(*reasons, return_exceptions=True)
        for task in done:
            task.result()


def _wait(event: threading.Event) -> None:
    """Wait for an event; on Windows, a wait without end cannot be interrupted."""
    while not event.wait(1.0 if os.name == "nt" else None):
        pass


def _server(app: ASGIApp) -> tuple[Any, asyncio.Event]:
    """Return a uvicorn server, and the event that ends it."""
    import uvicorn

    config = uvicorn.Config(
        app,
        loop="asyncio",
        http="h11",
        ws="websockets-sansio",
        ws_max_size=MOST_BYTES,
        ws_per_message_deflate=False,  # a small message must stay small
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=1,
    )
    server, ended = uvicorn.Server(config), asyncio.Event()
    server.main_loop = ended.wait  # its own one wakes up ten times a second
    return server, ended
