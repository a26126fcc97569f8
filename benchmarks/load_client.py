"""Many HTTP clients in one process: closed loops, open arrivals, and clients that misbehave."""

import asyncio
import base64
import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urlsplit

IDLE_S = 3.0
"""So long a connection is kept unused: servers close them after 5, and what is sent just then is lost."""
BOUNDARY = b"----visualsearch-load"


@dataclass(frozen=True)
class Ask:
    """One request, whole, and the answers that are right for it."""

    request: bytes
    right: tuple[list[str], ...] = ()


@dataclass
class Outcome:
    """What became of all requests of one run."""

    seconds: float = 0.0
    latencies: dict[int, list[float]] = field(default_factory=dict)
    """Seconds by status; 0 is a connection that broke."""
    wrong: int = 0
    hurried: int = 0
    """Answers that were ordered by the look alone, as so many asked."""

    def note(self, status: int, seconds: float) -> None:
        """Count one request."""
        self.latencies.setdefault(status, []).append(seconds)

    @property
    def statuses(self) -> dict[int, int]:
        """Count the requests by status."""
        return dict(Counter({status: len(times) for status, times in self.latencies.items()}))

    @property
    def per_s(self) -> float:
        """Answers a second."""
        return len(self.latencies.get(200, ())) / self.seconds

    def ms(self, status: int, share: float) -> float:
        """Give the milliseconds within which so large a share was answered with a status."""
        times = sorted(self.latencies.get(status, [0.0]))
        return round(1000 * times[min(len(times) - 1, int(share * len(times)))], 1)


def photo_request(path: str, photo: bytes, box: bytes = b"") -> bytes:
    """Write a search by a photo as a browser sends it; without a box, products are looked for in it."""
    body = (
        b'--%s\r\nContent-Disposition: form-data; name="limit"\r\n\r\n10\r\n' % BOUNDARY
        + b'--%s\r\nContent-Disposition: form-data; name="box"\r\n\r\n%s\r\n' % (BOUNDARY, box)
        + b'--%s\r\nContent-Disposition: form-data; name="picture"; filename="photo.jpg"\r\n' % BOUNDARY
        + b"Content-Type: image/jpeg\r\n\r\n"
        + photo
        + b"\r\n--%s--\r\n" % BOUNDARY
    )
    return _post(path, f"multipart/form-data; boundary={BOUNDARY.decode()}", body)


def base64_request(photo: bytes) -> bytes:
    """Write a search by a photo as txtai takes a bunch of queries."""
    body = b'{"queries": ["%s"], "limit": 10}' % base64.b64encode(photo)
    return _post("/batchsearch", "application/json", body)


def _post(path: str, media_type: str, body: bytes) -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Content-Type: {media_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Connection:
    """One kept connection to a server."""

    def __init__(self, address: str) -> None:
        where = urlsplit(address)
        self._host, self._port = where.hostname, where.port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._used_at = 0.0

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """Send a request and read its answer; status 0 where the connection broke."""
        if time.monotonic() > self._used_at + IDLE_S:
            self.close()
        try:
            if self._streams is None:
                self._streams = await asyncio.open_connection(self._host, self._port)
            reader, writer = self._streams
            writer.write(request)
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            size = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
            body = await reader.readexactly(size)
            self._used_at = time.monotonic()
            if b"connection: close" in head:
                self.close()
            return int(head[9:12]), body
        except (OSError, asyncio.IncompleteReadError):
            self.close()
            return 0, b""

    def close(self) -> None:
        """Close it; the next request opens another."""
        if self._streams:
            self._streams[1].close()
        self._streams = None


def found(answer: Any) -> list[str]:
    """Read the ids that an answer names, be it ours, the plain server's or txtai's."""
    if isinstance(answer, list):
        return [hit["id"] for hit in answer[0]]
    return answer["ids"] if "ids" in answer else [hit["product"]["id"] for hit in answer["hits"]]


async def learn(address: str, requests: Sequence[bytes]) -> list[Ask]:
    """Ask one by one, and take what is answered to nobody else's question as right."""
    connection = Connection(address)
    asks = []
    for request in requests:
        status, body = await connection.ask(request)
        assert status == 200, f"expected an answer, found {status}: {body[:200]!r}"
        asks.append(Ask(request, (found(json.loads(body)),)))
    connection.close()
    return asks


async def closed_loop(address: str, asks: Sequence[Ask], clients: int, requests: int) -> Outcome:
    """Let each client ask, wait for its answer, and ask again; ``requests`` of all together."""
    outcome, numbers = Outcome(), count()

    async def be_client() -> None:
        connection = Connection(address)
        while (number := next(numbers)) < requests:
            await _ask(connection, asks[number % len(asks)], outcome)
        connection.close()

    return await _timed(outcome, lambda: asyncio.gather(*(be_client() for _ in range(clients))))


async def open_arrivals(address: str, asks: Sequence[Ask], per_s: float, seconds: float) -> Outcome:
    """Let requests come at a steady rate, however long the answers take."""
    outcome, idle = Outcome(), list[Connection]()

    async def be_client(number: int) -> None:
        connection = idle.pop() if idle else Connection(address)
        await _ask(connection, asks[number % len(asks)], outcome)
        idle.append(connection)

    async def arrive() -> None:
        start = asyncio.get_running_loop().time()
        clients = []
        for number in range(round(per_s * seconds)):
            await asyncio.sleep(max(0, start + number / per_s - asyncio.get_running_loop().time()))
            clients.append(asyncio.create_task(be_client(number)))
        await asyncio.gather(*clients)

    await _timed(outcome, arrive)
    for connection in idle:
        connection.close()
    return outcome


async def misbehave(address: str, request: bytes, clients: int, stop: asyncio.Event) -> None:
    """Hold connections: some say nothing, the others send a byte of a request now and then."""
    where = urlsplit(address)
    writers = [(await asyncio.open_connection(where.hostname, where.port))[1] for _ in range(clients)]
    for sent in count():
        for writer in writers[::2]:
            if not writer.is_closing():
                writer.write(request[sent : sent + 1])
        try:
            async with asyncio.timeout(0.2):
                await stop.wait()
                break
        except TimeoutError:
            pass
    for writer in writers:
        writer.close()


async def _ask(connection: Connection, ask: Ask, outcome: Outcome) -> None:
    started = time.perf_counter()
    status, body = await connection.ask(ask.request)
    outcome.note(status, time.perf_counter() - started)
    if status == 200:
        answer = json.loads(body)
        outcome.wrong += found(answer) not in ask.right
        outcome.hurried += isinstance(answer, dict) and answer.get("is_hurried", False)


async def _timed(outcome: Outcome, run: Callable[[], Awaitable[object]]) -> Outcome:
    started = time.perf_counter()
    await run()
    outcome.seconds = time.perf_counter() - started
    return outcome
