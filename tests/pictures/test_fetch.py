"""Every source gives its bytes or a failure that says why, and none spoils the others."""

import base64
import socket
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Barrier, Event, Thread
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualsearch.domain import Failure
from visualsearch.pictures.fetch import FetchLimits, PictureFetcher

if TYPE_CHECKING:
    from tests.pictures.conftest import MakeFetcher, PictureServer

NOWHERE = PictureFetcher(FetchLimits(concurrency=1, retries=0))


def refusal(fetcher: PictureFetcher, source: str) -> Failure:
    [outcome] = fetcher.fetch([source])
    assert isinstance(outcome, Failure)
    assert outcome.subject == source
    return outcome


def test_pictures_come_back_in_order_and_failures_beside_them(
    server: "PictureServer", fetcher: PictureFetcher, png: bytes, tmp_path: Path
) -> None:
    server.put("/one.png", png)
    server.put("/two.png", png + b"2")
    server.put("/gone.png", b"gone", 410)
    sources = [
        server.url("/two.png"),
        server.url("/gone.png"),
        "ftp://nowhere.example/a.png",
        server.url("/one.png"),
        "data:image/png;base64," + base64.b64encode(png).decode(),
        str(tmp_path / "local.png"),
        server.url("/two.png"),
    ]
    outcomes = fetcher.fetch(sources)
    assert [entry.code if isinstance(entry, Failure) else entry for entry in outcomes] == [
        png + b"2",
        "not-found",
        "bad-address",
        png,
        png,
        "forbidden-address",
        png + b"2",
    ]
    assert server.times_asked() == {"/two.png": 1, "/gone.png": 1, "/one.png": 1}
    assert fetcher.fetch([]) == []


def test_local_files_are_read_where_allowed_and_sniffed_and_validated(
    make_fetcher: "MakeFetcher", png: bytes, tmp_path: Path
) -> None:
    path, page = tmp_path / "a.png", tmp_path / "page.png"
    path.write_bytes(png)
    page.write_bytes(b"<html>")
    fetcher = make_fetcher(local_roots=(tmp_path,))
    assert fetcher.fetch([str(path), path.as_uri()]) == [png, png]
    assert refusal(fetcher, str(page)).code == "not-a-picture"
    assert refusal(fetcher, str(tmp_path / "absent.png")).code == "not-found"
    assert refusal(fetcher, "/etc/passwd").code == "forbidden-address"
    state = path.stat()
    assert fetcher.validator(str(path)) == f"{state.st_size}:{state.st_mtime_ns}"
    for source in (str(tmp_path / "absent.png"), "/etc/passwd", "https://host.example/a.png", "data:,x"):
        assert fetcher.validator(source) == ""


def test_a_long_data_uri_is_cut_short_in_a_failure(fetcher: PictureFetcher) -> None:
    [outcome] = fetcher.fetch(["data:;base64," + "A" * 5000])
    assert isinstance(outcome, Failure)
    assert outcome.code == "not-a-picture"
    assert outcome.subject == "data:;base64," + "A" * 51 + "…"


def test_what_is_no_picture_is_told_whatever_its_type_says(
    server: "PictureServer", fetcher: PictureFetcher, png: bytes
) -> None:
    server.put("/page.png", b"<!doctype html><title>Log in</title>", 200, {"Content-Type": "image/png"})
    server.put("/empty.png", b"", 200, {"Content-Type": "image/png"})
    server.put("/picture.html", png, 200, {"Content-Type": "text/html"})
    page = refusal(fetcher, server.url("/page.png"))
    assert (page.code, "HTML" in page.message) == ("not-a-picture", True)
    assert refusal(fetcher, server.url("/empty.png")).code == "not-a-picture"
    assert fetcher.fetch([server.url("/picture.html")]) == [png]


def test_a_host_is_never_asked_for_more_than_its_share_at_a_time(
    server: "PictureServer", make_fetcher: "MakeFetcher", png: bytes
) -> None:
    together = Barrier(3)  # opens only if three are asked for at the same time
    server.put("/whole", png)

    def answer_together(request: BaseHTTPRequestHandler) -> None:
        together.wait(10)
        server.routes["/whole"](request)

    paths = [f"/{number}.png" for number in range(12)]
    server.routes |= dict.fromkeys(paths, answer_together)
    fetcher = make_fetcher(FetchLimits(per_host=3, retries=0))
    outcomes = list[bytes | Failure]()

    def fetch_some(some: list[str]) -> None:
        outcomes.extend(fetcher.fetch([server.url(path) for path in some]))

    threads = [Thread(target=fetch_some, args=[some]) for some in (paths[:6], paths[6:])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert outcomes == [png] * 12
    assert server.most_at_once == 3
    assert server.connections == 3


def test_connections_are_used_again(
    server: "PictureServer",
    make_fetcher: "MakeFetcher",
    resolve: Callable[[Mapping[str, str]], list[str]],
    png: bytes,
) -> None:
    looked_up = resolve({"pictures.example": "127.0.0.1"})
    fetcher = make_fetcher(FetchLimits(per_host=1))
    for number in range(20):
        server.put(f"/{number}.png", png)
    sources = [server.url(f"/{number}.png", host="pictures.example") for number in range(20)]
    assert fetcher.fetch(sources[:10]) == [png] * 10
    assert fetcher.fetch(sources[10:]) == [png] * 10
    assert server.connections == 1
    # The name was looked up once; had it changed its answer since the check, nobody would know.
    assert looked_up == ["pictures.example"]


def test_closing_ends_waits_for_a_retry(server: "PictureServer") -> None:
    asked = Event()

    def be_busy(request: BaseHTTPRequestHandler) -> None:
        server.routes["/busy"](request)
        asked.set()

    server.put("/busy", b"", 503, {"Retry-After": "50"})
    server.routes["/a.png"] = be_busy
    outcomes = list[bytes | Failure]()
    fetcher = PictureFetcher(FetchLimits(retries=3), allow_private=True)
    with fetcher:
        thread = Thread(target=lambda: outcomes.extend(fetcher.fetch([server.url("/a.png")])))
        thread.start()
        assert asked.wait(10)
    thread.join(10)
    [outcome] = outcomes
    assert isinstance(outcome, Failure)
    assert outcome.code == "fetch-failed"


@given(
    st.text(st.characters(), max_size=40),
    st.sampled_from(["", "http://", "https://u:p@", "data:", "file://", "http://[", "/"]),
)
@settings(max_examples=150, deadline=None)
def test_no_text_makes_the_fetcher_raise(text: str, start: str) -> None:
    def fail(*_arguments: object, **_options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(socket, "getaddrinfo", fail)
        [outcome] = NOWHERE.fetch([start + text])
    assert isinstance(outcome, Failure)
    assert "expected" in outcome.message
