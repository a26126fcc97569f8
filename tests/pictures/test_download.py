"""Servers that are busy, slow, broken or lying."""

import gzip
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from threading import Event
from typing import TYPE_CHECKING

import pytest

from visualsearch.domain import Failure
from visualsearch.pictures.fetch import FetchLimits, PictureFetcher

if TYPE_CHECKING:
    from tests.pictures.conftest import MakeFetcher, PictureServer


def refusal(fetcher: PictureFetcher, source: str) -> Failure:
    [outcome] = fetcher.fetch([source])
    assert isinstance(outcome, Failure)
    assert outcome.subject == source
    return outcome


def test_the_server_is_told_who_asks_and_asked_for_plain_bytes(
    server: "PictureServer", fetcher: PictureFetcher, png: bytes
) -> None:
    server.put("/a%20b.png?size=1", png)
    assert fetcher.fetch([server.url("/a b.png?size=1#part")]) == [png]
    [headers] = server.headers
    assert headers["User-Agent"].startswith("visualsearch/")
    assert headers["Accept-Encoding"] == "identity"
    assert headers["Host"] == f"127.0.0.1:{server.server_port}"
    assert "Authorization" not in headers


@pytest.mark.parametrize(
    ("status", "code"), [(404, "not-found"), (410, "not-found"), (401, "fetch-failed"), (403, "fetch-failed")]
)
def test_a_final_refusal_is_not_asked_again(
    server: "PictureServer", fetcher: PictureFetcher, status: int, code: str
) -> None:
    server.put("/a.png", b"no", status)
    refused = refusal(fetcher, server.url("/a.png"))
    assert refused.code == code
    assert f"status {status}" in refused.message
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_server_in_trouble_is_asked_again_ever_later(
    server: "PictureServer", fetcher: PictureFetcher, waits: list[float], status: int
) -> None:
    server.put("/a.png", b"busy", status)
    refused = refusal(fetcher, server.url("/a.png"))
    assert refused.code == "fetch-failed"
    assert f"4 attempts: status {status}" in refused.message
    assert len(server.asked) == 4
    assert all(
        backoff_s / 2 <= waited <= backoff_s for waited, backoff_s in zip(waits, (0.5, 1, 2), strict=True)
    )


def answer_in_turn(
    server: "PictureServer", path: str, *answers: Callable[[BaseHTTPRequestHandler], None]
) -> None:
    turns = iter(answers)

    def answer(request: BaseHTTPRequestHandler) -> None:
        next(turns)(request)

    server.routes[path] = answer


def test_a_server_that_recovers_gives_its_picture(
    server: "PictureServer", fetcher: PictureFetcher, waits: list[float], png: bytes
) -> None:
    server.put("/bad", b"", 500)
    server.put("/good", png)
    answer_in_turn(server, "/a.png", server.routes["/bad"], server.routes["/good"])
    assert fetcher.fetch([server.url("/a.png")]) == [png]
    assert len(waits) == 1


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("7", (7, 7)),
        ("0", (0, 0)),
        ("100000", (60, 60)),
        ("{in 30 s}", (1, 30)),
        ("{30 s ago}", (0, 0)),
        ("Wed, 21 Oct 2099 07:28:00", (60, 60)),
        ("soon", (0.25, 0.5)),
        ("-1", (0.25, 0.5)),
        ("1.5", (0.25, 0.5)),
        ("", (0.25, 0.5)),
    ],
)
def test_a_wait_that_the_server_asks_for_is_kept_up_to_a_bound(
    server: "PictureServer",
    fetcher: PictureFetcher,
    waits: list[float],
    png: bytes,
    asked: str,
    kept: tuple[float, float],
) -> None:
    now = datetime.now(UTC)
    dates = {"{in 30 s}": now + timedelta(seconds=30), "{30 s ago}": now - timedelta(seconds=30)}
    header = format_datetime(dates[asked], usegmt=True) if asked in dates else asked
    server.put("/busy", b"", 429, {"Retry-After": header})
    server.put("/good", png)
    answer_in_turn(server, "/a.png", server.routes["/busy"], server.routes["/good"])
    assert fetcher.fetch([server.url("/a.png")]) == [png]
    [waited] = waits
    assert kept[0] <= waited <= kept[1]


def test_a_connection_that_breaks_is_made_again(
    server: "PictureServer", fetcher: PictureFetcher, png: bytes
) -> None:
    def hang_up(request: BaseHTTPRequestHandler) -> None:
        request.close_connection = True

    def stop_half_way(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (2 * len(png)) + png)
        request.close_connection = True

    def talk_nonsense(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(b"\0\1\2 nonsense\r\n\r\n")
        request.close_connection = True

    server.put("/good", png)
    answer_in_turn(server, "/a.png", hang_up, stop_half_way, talk_nonsense, server.routes["/good"])
    assert fetcher.fetch([server.url("/a.png")]) == [png]


def test_a_port_where_nobody_listens_is_a_failure(fetcher: PictureFetcher) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    refused = refusal(fetcher, f"http://127.0.0.1:{port}/a.png")
    assert refused.code == "fetch-failed"
    assert "refused" in refused.message


@pytest.mark.parametrize(
    "head", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: "]
)
def test_a_server_that_sends_a_byte_now_and_then_is_given_up_on(
    server: "PictureServer", make_fetcher: "MakeFetcher", head: bytes
) -> None:
    stop = Event()

    def drip(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(head)
        while not stop.wait(0.02):
            request.wfile.write(b"1")
            request.wfile.flush()

    server.routes["/a.png"] = drip
    fetcher = make_fetcher(FetchLimits(read_s=5, total_s=0.4, retries=0))
    refused = refusal(fetcher, server.url("/a.png"))
    stop.set()
    assert refused.code == "fetch-failed"


def test_a_silent_server_is_given_up_on(server: "PictureServer", make_fetcher: "MakeFetcher") -> None:
    stop = Event()

    def wait(_request: BaseHTTPRequestHandler) -> None:
        stop.wait(20)

    server.routes["/a.png"] = wait
    refused = refusal(make_fetcher(FetchLimits(read_s=0.2, retries=0)), server.url("/a.png"))
    stop.set()
    assert refused.code == "fetch-failed"
    assert "timed out" in refused.message


def test_an_endless_body_is_cut_off(server: "PictureServer", fetcher: PictureFetcher, png: bytes) -> None:
    def send_for_ever(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        request.close_connection = True
        while True:
            request.wfile.write(b"3e8\r\n" + png.ljust(1000, b"\0") + b"\r\n")

    server.routes["/a.png"] = send_for_ever
    assert refusal(fetcher, server.url("/a.png")).code == "too-large"


def test_a_body_that_is_announced_as_too_large_is_not_read(
    server: "PictureServer", fetcher: PictureFetcher, png: bytes
) -> None:
    server.put("/a.png", png, 200, {"Content-Length": "100001"})
    refused = refusal(fetcher, server.url("/a.png"))
    assert refused.code == "too-large"
    assert "100,001" in refused.message


def test_a_body_longer_than_announced_does_not_spoil_the_next(
    server: "PictureServer", fetcher: PictureFetcher, png: bytes
) -> None:
    server.put("/long.png", png, 200, {"Content-Length": str(len(png) - 3)})
    server.put("/next.png", png)
    assert fetcher.fetch([server.url("/long.png")]) == [png[:-3]]
    assert fetcher.fetch([server.url("/next.png")]) == [png]


def test_gzip_is_undone_but_never_beyond_the_bound(
    server: "PictureServer", fetcher: PictureFetcher, png: bytes
) -> None:
    encoding = {"Content-Encoding": "gzip"}
    server.put("/a.png", gzip.compress(png), 200, encoding)
    server.put("/bomb.png", gzip.compress(bytes(50_000_000)), 200, encoding)
    server.put("/broken.png", b"\x1f\x8b\x08" + b"\xff" * 50, 200, encoding)
    assert fetcher.fetch([server.url("/a.png")]) == [png]
    assert refusal(fetcher, server.url("/bomb.png")).code == "too-large"
    assert refusal(fetcher, server.url("/broken.png")).code == "fetch-failed"
