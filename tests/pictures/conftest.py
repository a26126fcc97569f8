"""A picture, colour profiles, and a server of pictures."""

import io
import socket
import struct
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

import numpy as np
import pytest
from PIL import Image

from visualsearch.domain import Pixels
from visualsearch.pictures.fetch import FetchLimits, PictureFetcher


@pytest.fixture(scope="session")
def quarters() -> Pixels:
    """32 x 48 pixels: red, green, blue and dark quarters, so that every turn and flip shows."""
    pixels = np.zeros((32, 48, 3), np.uint8)
    pixels[:16, :24] = 220, 30, 20
    pixels[:16, 24:] = 20, 200, 40
    pixels[16:, :24] = 30, 40, 210
    pixels[16:, 24:] = 50, 50, 50
    return pixels


@pytest.fixture(scope="session")
def swapped_profile() -> bytes:
    """An ICC profile (ICC.1:2010) whose red is sRGB's blue and whose blue is sRGB's red."""
    red, green, blue = (0.4360, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7139)

    def xyz(values: tuple[float, ...]) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(value * 65536)) for value in values)

    curve = b"curv\0\0\0\0" + struct.pack(">IHH", 1, round(2.2 * 256), 0)
    tags = {
        b"wtpt": xyz((0.9642, 1.0, 0.8249)),
        b"rXYZ": xyz(blue),
        b"gXYZ": xyz(green),
        b"bXYZ": xyz(red),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    return icc_profile(b"RGB ", b"XYZ ", tags)


@pytest.fixture(scope="session")
def black_cyan_profile() -> bytes:
    """An ICC profile of a printer whose cyan ink is black, and whose other inks leave no trace."""
    straight = bytes(range(256))
    matrix = struct.pack(">9i", *(65536 if at % 4 == 0 else 0 for at in range(9)))
    lab = bytes([255, 128, 128]) * 8 + bytes([0, 128, 128]) * 8  # the first ink varies slowest
    table = b"mft1\0\0\0\0" + bytes([4, 3, 2, 0]) + matrix + straight * 4 + lab + straight * 3
    return icc_profile(b"CMYK", b"Lab ", {b"A2B0": table})


NONE: Mapping[str, str] = {}


class PictureServer(ThreadingHTTPServer):
    """A real HTTP server that answers as each test says, and notes what it was asked."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.routes: dict[str, Callable[[BaseHTTPRequestHandler], None]] = {}
        self.asked: list[str] = []
        self.headers: list[Mapping[str, str]] = []
        self.connections = 0
        self.most_at_once = 0
        self.at_once = 0
        self.lock = Lock()

    def url(self, path: str, *, host: str = "127.0.0.1") -> str:
        """Name a path of this server."""
        return f"http://{host}:{self.server_port}{path}"

    def put(self, path: str, body: bytes = b"", status: int = 200, headers: Mapping[str, str] = NONE) -> None:
        """Answer a path with these."""

        def send(request: BaseHTTPRequestHandler) -> None:
            request.send_response(status)
            for name, value in ({"Content-Length": str(len(body))} | dict(headers)).items():
                request.send_header(name, value)
            request.end_headers()
            request.wfile.write(body)

        self.routes[path] = send

    def times_asked(self) -> Counter[str]:
        """Count the requests of each path."""
        return Counter(self.asked)

    def handle_error(self, request: object, client_address: object) -> None:
        """Pass over clients that hang up, as they shall."""


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    server: PictureServer

    def setup(self) -> None:
        super().setup()
        with self.server.lock:
            self.server.connections += 1

    def do_GET(self) -> None:
        server = self.server
        with server.lock:
            server.asked.append(self.path)
            server.headers.append(dict(self.headers.items()))
            server.at_once += 1
            server.most_at_once = max(server.most_at_once, server.at_once)
        try:
            server.routes[self.path](self)
        finally:
            with server.lock:
                server.at_once -= 1

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[PictureServer]:
    """Serve until the test ends."""
    with PictureServer() as running:
        thread = Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


MakeFetcher = Callable[..., PictureFetcher]
LIMITS = FetchLimits(max_bytes=100_000, connect_s=5, read_s=5, total_s=10, retries=3, backoff_s=0.5)


@pytest.fixture(scope="session")
def png() -> bytes:
    """A small picture."""
    file = io.BytesIO()
    Image.new("RGB", (20, 20), "teal").save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def waits() -> list[float]:
    """The seconds that the fetcher would have waited before it tried again."""
    return []


@pytest.fixture
def make_fetcher(waits: list[float]) -> Iterator[MakeFetcher]:
    """Make fetchers that may reach this machine's first address, and close them in the end."""
    made = list[PictureFetcher]()

    def make(limits: FetchLimits = LIMITS, **options: Any) -> PictureFetcher:
        fetcher = PictureFetcher(
            limits, **{"allow_hosts": ("127.0.0.1/32",), "sleep": waits.append, **options}
        )
        made.append(fetcher)
        return fetcher

    yield make
    for fetcher in made:
        fetcher.close()


@pytest.fixture
def fetcher(make_fetcher: MakeFetcher) -> PictureFetcher:
    """A fetcher that may reach the server of pictures."""
    return make_fetcher()


@pytest.fixture
def resolve(monkeypatch: pytest.MonkeyPatch) -> Callable[[Mapping[str, str]], list[str]]:
    """Give names addresses; the answer notes each name that is looked up."""

    def resolve_to(addresses: Mapping[str, str]) -> list[str]:
        looked_up = list[str]()

        def look_up(host: str, port: int, *_arguments: object, **_options: object) -> list[Any]:
            if host in addresses:
                looked_up.append(host)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (addresses.get(host, host), port))]

        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        return looked_up

    return resolve_to


def icc_profile(space: bytes, connection_space: bytes, tags: Mapping[bytes, bytes]) -> bytes:
    """Put an ICC profile together from its tags."""
    table, body = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for name, data in tags.items():
        table += name + struct.pack(">II", start + len(body), len(data))
        body += data + b"\0" * (-len(data) % 4)
    kind = b"prtr" if space == b"CMYK" else b"mntr"
    size = start + len(body)
    head = struct.pack(">I4sI4s4s4s", size, b"none", 0x02400000, kind, space, connection_space)
    head += bytes(12) + b"acsp" + bytes(28) + struct.pack(">3i", 63190, 65536, 54061)
    return head.ljust(128, b"\0") + table + body
