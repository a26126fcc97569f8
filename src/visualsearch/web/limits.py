"""Counts the bytes of a request's body while they come, whatever its headers say."""

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class BodyLimit:
    """Lets no more than ``max_bytes`` of a body through; more is answered with 413."""

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "")
        is_too_large = announced.isdecimal() and int(announced) > self._max_bytes
        size_bytes = 0

        async def receive_counted() -> Message:
            nonlocal size_bytes
            if is_too_large:  # not one byte of it is read
                raise self._too_large()
            message = await receive()
            size_bytes += len(message.get("body", b""))
            if size_bytes > self._max_bytes:
                raise self._too_large()
            return message

        await self._app(scope, receive_counted, send)

    def _too_large(self) -> HTTPException:
        # This kind of exception passes the framework's own body parsing unchanged.
        return HTTPException(413, f"expected a body of at most {self._max_bytes:,} bytes, found more")
