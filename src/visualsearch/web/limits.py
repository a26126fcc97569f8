"""Counts the bytes of a request's body while they come, and the time they take, whatever its headers say."""

import asyncio

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_S = 30.0
"""A body of the largest size at 7 megabit a second; slower ones would hold their connection for ever."""


class BodyLimit:
    """Lets no more than ``max_bytes`` of a body through, else 413, in no more than ``seconds``, else 408.

    What is sent to ``uploads`` may be ``max_upload_bytes`` large, and each piece of it take the time.
    """

    def __init__(
        self,
        app: ASGIApp,
        max_bytes: int,
        seconds: float = BODY_S,
        *,
        uploads: str = "",
        max_upload_bytes: int = 0,
    ) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._seconds = seconds
        self._uploads = uploads
        self._max_upload_bytes = max_upload_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "")
        is_upload = scope.get("path") == self._uploads
        max_bytes = self._max_upload_bytes if is_upload else self._max_bytes
        is_too_large = announced.isdecimal() and int(announced) > max_bytes
        size_bytes = 0
        is_complete = False
        deadline = asyncio.get_running_loop().time() + self._seconds

        async def receive_counted() -> Message:
            nonlocal size_bytes, is_complete, deadline
            if is_too_large:  # not one byte of it is read
                raise _too_large(max_bytes)
            if is_upload:
                deadline = asyncio.get_running_loop().time() + self._seconds
            try:
                async with asyncio.timeout_at(None if is_complete else deadline):
                    message = await receive()
            except TimeoutError:
                raise HTTPException(
                    408, f"expected the whole body within {self._seconds:g} s, found a part; send it faster"
                ) from None
            is_complete = not message.get("more_body", False)
            size_bytes += len(message.get("body", b""))
            if size_bytes > max_bytes:
                raise _too_large(max_bytes)
            return message

        await self._app(scope, receive_counted, send)


def _too_large(max_bytes: int) -> HTTPException:
    # This kind of exception passes the framework's own body parsing unchanged.
    return HTTPException(413, f"expected a body of at most {max_bytes:,} bytes, found more")
