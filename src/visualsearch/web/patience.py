"""Hangs up on connections whose headers take too long or grow too large, which uvicorn itself does not."""

from asyncio import TimerHandle, Transport
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEADERS_S = 10.0
"""From the connection, or a request's first byte, to the end of its headers."""
HEADERS_BYTES = 64 << 10


class PatientProtocol(HttpToolsProtocol):
    """One connection; silence is waited for no longer than headers that come byte by byte."""

    headers_s = HEADERS_S

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._giving_up: TimerHandle | None = None
        self._header_bytes = 0

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Wait for the first request."""
        super().connection_made(transport)
        self._begin()

    def data_received(self, data: bytes) -> None:
        """Count what comes while headers are not complete."""
        if self._giving_up:
            self._header_bytes += len(data)
        super().data_received(data)
        if self._giving_up and self._header_bytes > HEADERS_BYTES:
            self._hang_up()

    def on_message_begin(self) -> None:
        """Wait for the headers of another request."""
        super().on_message_begin()
        if not self._giving_up:
            self._begin()

    def on_headers_complete(self) -> None:
        """Wait no longer: bodies and answers have limits of their own."""
        self._end()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the timer with the connection."""
        self._end()
        super().connection_lost(exc)

    def _begin(self) -> None:
        self._header_bytes = 0
        self._giving_up = self.loop.call_later(self.headers_s, self._hang_up)

    def _end(self) -> None:
        if self._giving_up:
            self._giving_up.cancel()
        self._giving_up = None

    def _hang_up(self) -> None:
        self._end()
        self.transport.close()
