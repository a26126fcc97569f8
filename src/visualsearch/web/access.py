"""Gives each request an id, the response its security headers, and the log one line; measures it."""

import re
import time
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from visualsearch.serving.meters import Meters
from visualsearch.web.problems import problem

CLIENT_CLOSED = 499
"""The status in the log, after nginx, of a request whose client went away before the answer."""

SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' blob: data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
"""Set where a route has not set its own."""

_SANE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_QUIET = ("/static/", "/docs/", "/v1/pictures/", "/v1/samples/", "/v1/map", "/healthz", "/readyz", "/metrics")
_log = structlog.get_logger(__name__)


class Access:
    """The outermost layer: nothing that goes wrong inside passes it without a log line and an answer."""

    def __init__(self, app: ASGIApp, meters: Meters) -> None:
        self._app = app
        self._meters = meters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        status = 0
        start = time.perf_counter()

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = request_id
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._app(scope, receive, send_with_headers)
            except ClientDisconnect:
                status = CLIENT_CLOSED
            except Exception:
                _log.exception("request_crashed")
                if status:  # the response has begun: only breaking the connection tells the client
                    raise
                await _crashed(request_id)(scope, receive, send_with_headers)
            finally:
                seconds = time.perf_counter() - start
                _write_line(scope, status, seconds)
                self._measure(scope, status, seconds)

    def _measure(self, scope: Scope, status: int, seconds: float) -> None:
        # The route as it is written, never the path: what anybody may send must not become a label.
        route = getattr(scope.get("route"), "path", "other")
        self._meters.requests.labels(route, status).inc()
        self._meters.request_seconds.labels(route).observe(seconds)


def _request_id(scope: Scope) -> str:
    sent = Headers(scope=scope).get("x-request-id", "")
    return sent if _SANE_ID.fullmatch(sent) else uuid4().hex


def _crashed(request_id: str) -> ASGIApp:
    return problem(
        request_id, 500, code="internal", detail="expected to answer, found an error of ours; see the log"
    )


def _write_line(scope: Scope, status: int, seconds: float) -> None:
    # The raw path is percent-encoded, so nothing that a client sends can forge a line.
    path = scope.get("raw_path", b"").decode("ascii", "backslashreplace") or scope["path"]
    write = _log.debug if path.startswith(_QUIET) and status < 500 else _log.info
    caller = {"caller": name} if (name := scope["state"].get("caller")) else {}
    write("request", method=scope["method"], path=path, status=status, seconds=round(seconds, 4), **caller)
