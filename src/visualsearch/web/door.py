"""Lets in who may do what is asked, as often as allowed and while there is room, before a body is read."""

import math
import re
from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from visualsearch.errors import Overloaded
from visualsearch.serving.meters import Meters
from visualsearch.web import keys
from visualsearch.web.forms import has_form
from visualsearch.web.keys import Caller, Keys, is_loopback
from visualsearch.web.problems import problem, refused
from visualsearch.web.rates import Rates

ADMIN = "/v1/admin/"
"""Begins the paths of all that only whoever runs the shop may ask for, reading included."""
SEARCH = "/v1/search"
_READING = {"GET", "HEAD", "OPTIONS"}
_OPEN = re.compile(
    r"/(|admin|map|docs|openapi\.json|healthz|readyz|static/.*|docs/assets/.*|v1/(pictures|samples|searches)(/.*)?)"
)
"""What anybody may read: the pages, and pictures, for which browsers send no key."""


class Door:
    """Answers 401 without a key, 403 with one that may not, 429 to who asks too often or in a crowd.

    Photos are refused here, in a quarter of the time that it takes to read one: to refuse many must not keep
    from answering. What asks without a photo goes on, for its answer may be kept.
    """

    def __init__(
        self,
        app: ASGIApp,
        keys: Keys,
        rates: Rates | None,
        meters: Meters,
        refuse_if_full: Callable[[], None],
    ) -> None:
        self._app = app
        self._keys = keys
        self._rates = rates
        self._meters = meters
        self._refuse_if_full = refuse_if_full

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        refusal = self._refusal(scope) if scope["type"] == "http" else None
        await (refusal or self._app)(scope, receive, send)

    def _refusal(self, scope: Scope) -> ASGIApp | None:
        needed = scope_needed(scope["method"], scope["path"])
        if needed is None:
            return None
        request_id = str(scope["state"]["request_id"])
        caller = self._caller(scope)
        if caller is None or not (caller.name or _may(caller, needed)):
            return problem(
                request_id,
                401,
                code="key-needed",
                detail=f"expected a key with the scope {needed} in the header Authorization: Bearer …, "
                + ("found none" if caller else "found one that is not known"),
                headers={"WWW-Authenticate": "Bearer"},
            )
        host = _host(scope)
        if self._keys.is_local and not caller.name and host and not is_loopback(host):
            # Another site's page gets here by a name of its own that leads to this machine (DNS rebinding),
            # and the whole world by a proxy that nobody thought of.
            return problem(
                request_id,
                403,
                code="not-allowed",
                detail=f"expected to be asked as localhost while anybody may do all, found {host[:80]!r}; "
                "make keys, or say what anybody may do: VISUALSEARCH_WEB__ANONYMOUS",
            )
        scope["state"]["caller"] = caller.name
        if not _may(caller, needed):
            return problem(
                request_id,
                403,
                code="not-allowed",
                detail=f"expected a key with the scope {needed}, "
                f"found one with {'+'.join(sorted(caller.scopes))}",
            )
        # Whoever has no key is told by where they ask from.
        who = caller.name or f"from {(scope.get('client') or ('',))[0]}"
        wait_s = self._rates.wait_s(who) if self._rates else 0
        if wait_s:
            self._meters.refused.labels("too-often").inc()
            return problem(
                request_id,
                429,
                code="too-often",
                detail=f"expected fewer requests of one caller, found too many; wait {wait_s:.1f} s",
                headers={"Retry-After": str(math.ceil(wait_s))},
            )
        return self._crowded(scope, request_id)

    def _crowded(self, scope: Scope, request_id: str) -> ASGIApp | None:
        if scope["path"] != SEARCH or not has_form(Headers(scope=scope)):
            return None
        try:
            self._refuse_if_full()
        except Overloaded as error:
            return refused(request_id, error, self._meters)
        return None

    def _caller(self, scope: Scope) -> Caller | None:
        kind, _, key = Headers(scope=scope).get("authorization", "").partition(" ")
        return self._keys.caller(key.strip()) if kind.lower() == "bearer" else self._keys.anonymous


def _host(scope: Scope) -> str:
    """Tell by what name this machine is asked; empty where it is not named."""
    host = Headers(scope=scope).get("host", "")
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return host


def _may(caller: Caller, needed: keys.Scope) -> bool:
    """Whoever runs the shop may do all that others may."""
    return needed in caller.scopes or "admin" in caller.scopes


def scope_needed(method: str, path: str) -> keys.Scope | None:
    """Say what a caller must be allowed to do; None for what anybody may."""
    if path == "/metrics":
        return "meters"
    if path.startswith(ADMIN):
        return "admin"
    if method in _READING:
        return None if _OPEN.fullmatch(path) else "search"
    return "search" if path in {SEARCH, "/v1/photos"} else "write"
