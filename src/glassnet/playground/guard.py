"""Who may talk to the server: only pages that it has served itself, to somebody who knows its token."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: blob:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""Headers of every response."""


class Guard:
    """The secrets of a server at a port, and what they open.

    token: in the address that is printed. A browser that the server opens gets an address that works once, since other
    users can see the arguments of a process. Both set a cookie for later requests, so the page can remove
    the token from the address bar.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.token = secrets.token_urlsafe(32)
        self._once: str | None = None

    def address(self, token: str | None = None) -> str:
        """Return the address of the page."""
        return f"http://127.0.0.1:{self.port}/?token={token or self.token}"

    def address_once(self) -> str:
        """Return an address of the page that works once."""
        self._once = secrets.token_urlsafe(32)
        return self.address(self._once)

    @property
    def cookie(self) -> str:
        """The cookie's name; cookies do not know ports, so it has the port."""
        return f"glassnet-playground-{self.port}"

    def set_cookie(self) -> str:
        """Return the header that sets the cookie; scripts cannot read it, and other sites' requests do not have it."""
        return f"{self.cookie}={self.token}; Path=/; HttpOnly; SameSite=Strict"

    def objection(self, scope: Mapping[str, Any]) -> str | None:
        """Return why a request is not answered, or None if it may be."""
        headers = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"]]
        hosts, origins = ([value for name, value in headers if name == wanted] for wanted in ("host", "origin"))
        # Another name for this machine, which a foreign page can make up (DNS rebinding), is not accepted.
        if len(hosts) != 1 or hosts[0] not in (f"127.0.0.1:{self.port}", f"localhost:{self.port}"):
            return f"The playground is at 127.0.0.1:{self.port} only."
        needs_origin = scope["type"] == "websocket"
        if (origins or needs_origin) and origins != [f"http://{hosts[0]}"]:
            return "The playground answers its own pages only."
        if not self._knows_token(scope["query_string"], [value for name, value in headers if name == "cookie"]):
            return "The token is missing or wrong. Open the address that the terminal has printed."
        return None

    def _knows_token(self, query: bytes, cookies: list[str]) -> bool:
        try:
            given = parse_qs(query.decode("ascii"), max_num_fields=10).get("token", [])
        except ValueError:
            given = []
        if len(given) == 1 and self._once is not None and _equal(given[0], self._once):
            self._once = None
            return True
        for part in ";".join(cookies).split(";"):
            name, _, value = part.strip().partition("=")
            given += [value] if name == self.cookie else []
        return any(_equal(one, self.token) for one in given[:20])


def _equal(given: str, secret: str) -> bool:
    return secrets.compare_digest(given.encode(), secret.encode())


def guarded(app: ASGIApp, guard: Guard) -> ASGIApp:
    """Return an application that answers only what the guard has no objection to, with safe headers."""
    from starlette.datastructures import MutableHeaders
    from starlette.responses import PlainTextResponse

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_safely(message: Any) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        if (reason := guard.objection(scope)) is not None:
            await PlainTextResponse(reason + "\n", 403)(scope, receive, send_safely)
            return
        await app(scope, receive, send_safely)

    return answer
