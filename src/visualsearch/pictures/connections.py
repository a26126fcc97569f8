"""Network connections that go only where the rules allow, and never outlast a deadline."""

import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import httpcore

from visualsearch.pictures.addresses import AddressRules

_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Let every connection that is used inside time out after so many seconds in all.

    A read timeout alone does not end a server that sends one byte at a time.
    """
    token = _deadline.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _deadline.reset(token)


class GuardedBackend(httpcore.NetworkBackend):
    """Connects to the very addresses that the rules have checked; the name is resolved once.

    TLS still checks the certificate against the name, for httpcore keeps that apart from the address.
    """

    def __init__(self, rules: AddressRules) -> None:
        self._rules = rules
        self._network = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address that answers; raises Forbidden before anything is sent."""
        failure: Exception = httpcore.ConnectError(f"no address of {host} was found")
        for address in self._rules.resolve(host, port):
            try:
                stream = self._network.connect_tcp(
                    address, port, _remaining(timeout), local_address, socket_options
                )
                return _TimedStream(stream)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure


class _TimedStream(httpcore.NetworkStream):
    """A connection whose every wait ends at the deadline of the request that uses it."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _remaining(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _remaining(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, _remaining(timeout)))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _remaining(timeout_s: float | None) -> float | None:
    """Shorten a timeout to what the deadline leaves."""
    deadline = _deadline.get()
    if deadline is None:
        return timeout_s
    left_s = deadline - time.monotonic()
    if left_s <= 0:
        raise httpcore.ReadTimeout("the time for one download is over")
    return left_s if timeout_s is None else min(timeout_s, left_s)
