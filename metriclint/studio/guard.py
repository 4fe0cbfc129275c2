"""Who may ask the studio for what: the door that every request goes through.

- The name in the address has to be ours. A page elsewhere can point its own name at this machine (DNS rebinding).
- What changes anything has to come from our own pages: by its origin, and by a word that only they know (``forms``).
- Where the studio is shared, a token is asked for first; a cookie remembers it.
- Every answer forbids scripts, styles and frames from elsewhere, and that anything is kept.
"""

import hmac
import ipaddress
import socket
from collections.abc import Callable
from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # Not `no-referrer`: browsers then hide the origin of our own forms.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
}
_SAFE = ("GET", "HEAD")
_COOKIE = "metriclint-studio"


def host_names(host: str, *, shared: bool) -> frozenset[str]:
    """Names by which this machine may be called, in lower case. Addresses in figures are checked apart."""
    names = {"localhost", host.lower().strip("[]")}
    if shared:
        names |= {socket.gethostname().lower(), socket.getfqdn().lower()}
    return frozenset(names)


class Guard:
    """The door, around the whole application."""

    def __init__(
        self, app: ASGIApp, names: frozenset[str], token: str = "", tell: Callable[[str], None] = lambda _: None
    ) -> None:
        self.app, self.names, self.token, self.tell = app, names, token, tell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            return
        started = False

        async def answer(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refusal = self._refusal(Request(scope))
        try:
            await (refusal or self.app)(scope, receive, answer)
        except ClientDisconnect:
            return  # whoever asked has gone
        except Exception as error:
            self.tell(f"error at {scope['path']!r}: {type(error).__name__}: {error}")
            if not started:
                await _page(500, "Something went wrong", "Nothing was written. The terminal says more.")(
                    scope, receive, answer
                )

    def _refusal(self, request: Request) -> Response | None:
        headers = request.headers
        if not self._known(headers.get("host", "")):
            return _page(421, "Not this address", "The studio answers only to the address that it printed.")
        if request.method not in _SAFE and not _from_here(headers):
            return _page(403, "Not from here", "Only the pages of the studio itself may change something.")
        return self._without_token(request) if self.token else None

    def _known(self, host: str) -> bool:
        try:
            name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
        except ValueError:
            return False
        return name in self.names or _is_address(name, shared=bool(self.token))

    def _without_token(self, request: Request) -> Response | None:
        if request.url.path.startswith("/static/"):
            return None  # shipped with the program: what the page that asks for the token looks like
        given = request.query_params.get("token")
        if given is not None and _same(given, self.token):
            rest = urlencode([(k, v) for k, v in parse_qsl(request.url.query) if k != "token"])
            to_there = RedirectResponse("/" + request.url.path.lstrip("/") + (f"?{rest}" if rest else ""), 303)
            to_there.set_cookie(_COOKIE, self.token, httponly=True, samesite="lax")
            return to_there
        if _same(request.cookies.get(_COOKIE, ""), self.token):
            return None
        wrong = "That was not the token. " if given is not None else ""
        field = (
            '<label class="ask" for="token">Token</label><div class="row"><input type="text" id="token" name="token" '
            'autocomplete="off" required><button class="main">Open</button></div>'
        )
        text = f"{wrong}Ask whoever started it; the terminal of that person shows it."
        return _page(401, "This studio asks for a token", text, f'<form action="/" class="begin">{field}</form>')


def _from_here(headers: Headers) -> bool:
    if headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return False
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc.lower() == headers.get("host", "").lower()


def _is_address(name: str, *, shared: bool) -> bool:
    """Is it an address in figures: no other name can be made to point here. Only this machine's own unless shared."""
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    return shared or address.is_loopback


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode())


def _page(status: int, title: str, text: str, more: str = "") -> Response:
    """A page of its own: it has to work where nothing else does, and without its looks."""
    return HTMLResponse(
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><link rel="stylesheet" href="/static/studio.css">'
        f'</head><body><main class="page"><h1>{escape(title)}</h1><p class="lead">{escape(text)}</p>{more}</main>'
        "</body></html>",
        status,
    )
