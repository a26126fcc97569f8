"""One picture over HTTP: politely, within limits, tried again where that may help."""

import ssl
import zlib
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import responses
from importlib.metadata import version
from secrets import SystemRandom

import httpcore
import httpx

from visualsearch.errors import BadAddress, FetchFailed, NotFound, TooLarge, VisualsearchError
from visualsearch.pictures.addresses import AddressRules
from visualsearch.pictures.connections import GuardedBackend, time_limit

_REDIRECTS = {301, 302, 303, 307, 308}
_GONE = {404, 410}
_PASSING = {429, 500, 502, 503, 504}
_KEPT_ALIVE_S = 30
_HEADERS: Mapping[bytes | str, bytes | str] = {
    "User-Agent": f"visualsearch/{version('visualsearch')}",
    "Accept": "image/jpeg,image/png,image/webp,image/avif,image/gif,*/*;q=0.5",
    "Accept-Encoding": "identity",
}


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """How much, how long and how often; the defaults suit a catalogue, a query wants less of each."""

    max_bytes: int = 20 << 20
    concurrency: int = 16
    per_host: int = 4
    connect_s: float = 5
    read_s: float = 15
    """The longest silence of a server."""
    total_s: float = 60
    """One attempt with its redirects, from the first connection to the last byte."""
    redirects: int = 5
    retries: int = 3
    backoff_s: float = 0.5
    """The wait before the first retry; each further one is twice as long."""
    longest_wait_s: float = 60
    """Waits are cut to this, also where the server asks for more."""


class Downloader:
    """Downloads over connections that are kept and shared by threads."""

    def __init__(self, limits: FetchLimits, rules: AddressRules, *, sleep: Callable[[float], object]) -> None:
        self._limits = limits
        self._sleep = sleep
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            max_connections=limits.concurrency,
            keepalive_expiry=_KEPT_ALIVE_S,
            network_backend=GuardedBackend(rules),
        )

    def download(self, url: httpx.URL) -> bytes:
        """Get the body behind a URL; raises BadAddress, Forbidden, NotFound, TooLarge or FetchFailed."""
        retry = 0
        while True:
            try:
                with time_limit(self._limits.total_s):
                    return self._follow(url)
            except _MayPass as error:
                if retry == self._limits.retries:
                    raise FetchFailed(
                        f"expected a picture, found in {retry + 1} attempts: {error}; try again later"
                    ) from error
                self._sleep(self._wait_s(retry, error.retry_after_s))
                retry += 1

    def close(self) -> None:
        """Close the connections; none may be in use any more."""
        self._pool.close()

    def _wait_s(self, retry: int, asked_s: float | None) -> float:
        # Half of the wait is left to chance, lest all clients come back at the same moment.
        backoff_s = self._limits.backoff_s * 2**retry * SystemRandom().uniform(0.5, 1)
        return min(asked_s if asked_s is not None else backoff_s, self._limits.longest_wait_s)

    def _follow(self, url: httpx.URL) -> bytes:
        for _ in range(self._limits.redirects + 1):
            answer = self._request(url)
            if isinstance(answer, bytes):
                return answer
            url = answer
        raise FetchFailed(f"expected at most {self._limits.redirects} redirects, found more")

    def _request(self, url: httpx.URL) -> bytes | httpx.URL:
        """Ask once, for the body or for where it has moved."""
        timeouts = {"connect": self._limits.connect_s, "read": self._limits.read_s}
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        with (
            _translated_errors(),
            self._pool.stream(
                "GET", target, headers=_headers_for(url), extensions={"timeout": timeouts}
            ) as response,
        ):
            headers = {name.lower(): value.decode("latin-1") for name, value in response.headers}
            if response.status in _REDIRECTS and b"location" in headers:
                return parse_url(url.join(headers[b"location"]))
            _check_status(response.status, headers.get(b"retry-after", ""))
            self._check_size(int(headers.get(b"content-length", 0)))
            return self._unpack(self._read(response))

    def _read(self, response: httpcore.Response) -> bytes:
        received = bytearray()
        for chunk in response.iter_stream():
            received += chunk
            self._check_size(len(received))
        return bytes(received)

    def _check_size(self, size_bytes: int) -> None:
        if size_bytes > self._limits.max_bytes:
            raise TooLarge(f"expected at most {self._limits.max_bytes:,} bytes, found {size_bytes:,} or more")

    def _unpack(self, body: bytes) -> bytes:
        """Undo gzip, which some servers send though we ask for none; no more than may be kept."""
        if not body.startswith(b"\x1f\x8b"):
            return body
        try:
            unpacked = zlib.decompressobj(wbits=31).decompress(body, self._limits.max_bytes + 1)
        except zlib.error as error:
            raise FetchFailed(f"expected whole gzip data, found: {error}") from error
        self._check_size(len(unpacked))
        return unpacked


def parse_url(source: str | httpx.URL) -> httpx.URL:
    """Read an address; raises BadAddress if it is none of HTTP."""
    try:
        url = httpx.URL(source)
    except (httpx.InvalidURL, ValueError) as error:
        raise BadAddress(f"expected an address, found {str(source)[:80]!r}: {error}") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise BadAddress(
            "expected an absolute path, or an address that begins with http://, https:// or data:, "
            f"found {str(source)[:80]!r}"
        )
    return url


class _MayPass(Exception):
    """What may be gone when the same is asked again."""

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


@contextmanager
def _translated_errors() -> Iterator[None]:
    try:
        yield
    except (_MayPass, VisualsearchError):
        raise
    except (
        httpcore.TimeoutException,
        httpcore.NetworkError,
        httpcore.RemoteProtocolError,
        OSError,
    ) as error:
        # httpcore's pool hides the cause, but the exception was made from it.
        if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in error.args):
            raise FetchFailed(f"expected a certificate that can be trusted, found: {error}") from error
        raise _MayPass(str(error) or type(error).__name__) from error
    except (httpcore.LocalProtocolError, httpx.InvalidURL, ValueError) as error:
        raise BadAddress(f"expected an address that can be asked for, found: {error}") from error


def _headers_for(url: httpx.URL) -> Mapping[bytes | str, bytes | str]:
    if not url.userinfo:
        return _HEADERS
    credentials = b64encode(f"{url.username}:{url.password}".encode()).decode()
    return {**_HEADERS, "Authorization": f"Basic {credentials}"}


def _check_status(status: int, retry_after: str) -> None:
    if status in _GONE:
        raise NotFound(f"expected a picture, found none (status {status})")
    if status in _PASSING:
        raise _MayPass(_name(status), _seconds_of(retry_after))
    if not 200 <= status < 300:
        raise FetchFailed(f"expected a picture, found {_name(status)}; check that anyone may fetch it")


def _name(status: int) -> str:
    return f"status {status} {responses.get(status, '')}".rstrip()


def _seconds_of(retry_after: str) -> float | None:
    """Read a Retry-After header (RFC 9110, 10.2.3): seconds or a date; None if it is neither."""
    if retry_after.isdecimal():
        return float(retry_after)
    try:
        moment = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
