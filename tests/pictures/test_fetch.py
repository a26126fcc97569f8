"""Every source gives its bytes or a failure that says why, and none spoils the others."""

import base64
import gzip
import io
import shutil
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Barrier, Event, Thread
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from visualsearch.domain import Failure
from visualsearch.pictures.fetch import FetchLimits, PictureFetcher

if TYPE_CHECKING:
    from tests.pictures.conftest import PictureServer

LIMITS = FetchLimits(max_bytes=100_000, connect_s=5, read_s=5, total_s=10, retries=3, backoff_s=0.5)
MakeFetcher = Callable[..., PictureFetcher]


@pytest.fixture(scope="module")
def png() -> bytes:
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
    return make_fetcher()


def fetch(fetcher: PictureFetcher, source: str) -> bytes | Failure:
    [outcome] = fetcher.fetch([source])
    return outcome


def failure(fetcher: PictureFetcher, source: str) -> Failure:
    outcome = fetch(fetcher, source)
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


def test_the_server_is_told_who_asks_and_asked_for_plain_bytes(
    server: "PictureServer", fetcher: PictureFetcher, png: bytes
) -> None:
    server.put("/a%20b.png?size=1", png)
    assert fetch(fetcher, server.url("/a b.png?size=1#part")) == png
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
    refused = failure(fetcher, server.url("/a.png"))
    assert refused.code == code
    assert f"status {status}" in refused.message
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_server_in_trouble_is_asked_again_ever_later(
    server: "PictureServer", fetcher: PictureFetcher, waits: list[float], status: int
) -> None:
    server.put("/a.png", b"busy", status)
    refused = failure(fetcher, server.url("/a.png"))
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
    assert fetch(fetcher, server.url("/a.png")) == png
    assert len(waits) == 1


def in_seconds(seconds: float) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("7", (7, 7)),
        ("0", (0, 0)),
        ("100000", (60, 60)),
        (in_seconds(30), (1, 30)),
        (in_seconds(-30), (0, 0)),
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
    server.put("/busy", b"", 429, {"Retry-After": asked})
    server.put("/good", png)
    answer_in_turn(server, "/a.png", server.routes["/busy"], server.routes["/good"])
    assert fetch(fetcher, server.url("/a.png")) == png
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
    assert fetch(fetcher, server.url("/a.png")) == png


def test_a_port_where_nobody_listens_is_a_failure(fetcher: PictureFetcher) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    refused = failure(fetcher, f"http://127.0.0.1:{port}/a.png")
    assert refused.code == "fetch-failed"
    assert "refused" in refused.message


@pytest.mark.parametrize(
    "head", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: "]
)
def test_a_server_that_sends_a_byte_now_and_then_is_given_up_on(
    server: "PictureServer", make_fetcher: MakeFetcher, head: bytes
) -> None:
    stop = Event()

    def drip(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(head)
        while not stop.wait(0.02):
            request.wfile.write(b"1")
            request.wfile.flush()

    server.routes["/a.png"] = drip
    fetcher = make_fetcher(FetchLimits(read_s=5, total_s=0.4, retries=0))
    refused = failure(fetcher, server.url("/a.png"))
    stop.set()
    assert refused.code == "fetch-failed"


def test_a_silent_server_is_given_up_on(server: "PictureServer", make_fetcher: MakeFetcher) -> None:
    stop = Event()

    def wait(_request: BaseHTTPRequestHandler) -> None:
        stop.wait(20)

    server.routes["/a.png"] = wait
    refused = failure(make_fetcher(FetchLimits(read_s=0.2, retries=0)), server.url("/a.png"))
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
    assert failure(fetcher, server.url("/a.png")).code == "too-large"


def test_a_body_that_is_announced_as_too_large_is_not_read(
    server: "PictureServer", fetcher: PictureFetcher, png: bytes
) -> None:
    server.put("/a.png", png, 200, {"Content-Length": "100001"})
    refused = failure(fetcher, server.url("/a.png"))
    assert refused.code == "too-large"
    assert "100,001" in refused.message


def test_a_body_longer_than_announced_does_not_spoil_the_next(
    server: "PictureServer", fetcher: PictureFetcher, png: bytes
) -> None:
    server.put("/long.png", png, 200, {"Content-Length": str(len(png) - 3)})
    server.put("/next.png", png)
    assert fetch(fetcher, server.url("/long.png")) == png[:-3]
    assert fetch(fetcher, server.url("/next.png")) == png


def test_what_is_no_picture_is_told_whatever_its_type_says(
    server: "PictureServer", fetcher: PictureFetcher, png: bytes
) -> None:
    server.put("/page.png", b"<!doctype html><title>Log in</title>", 200, {"Content-Type": "image/png"})
    server.put("/empty.png", b"", 200, {"Content-Type": "image/png"})
    server.put("/picture.html", png, 200, {"Content-Type": "text/html"})
    page = failure(fetcher, server.url("/page.png"))
    assert (page.code, "HTML" in page.message) == ("not-a-picture", True)
    assert failure(fetcher, server.url("/empty.png")).code == "not-a-picture"
    assert fetch(fetcher, server.url("/picture.html")) == png


def test_gzip_is_undone_but_never_beyond_the_bound(
    server: "PictureServer", fetcher: PictureFetcher, png: bytes
) -> None:
    encoding = {"Content-Encoding": "gzip"}
    server.put("/a.png", gzip.compress(png), 200, encoding)
    server.put("/bomb.png", gzip.compress(bytes(50_000_000)), 200, encoding)
    server.put("/broken.png", b"\x1f\x8b\x08" + b"\xff" * 50, 200, encoding)
    assert fetch(fetcher, server.url("/a.png")) == png
    assert failure(fetcher, server.url("/bomb.png")).code == "too-large"
    assert failure(fetcher, server.url("/broken.png")).code == "fetch-failed"


def redirect(server: "PictureServer", path: str, to: str, status: int = 302) -> None:
    server.put(path, b"", status, {"Location": to})


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(
    server: "PictureServer", fetcher: PictureFetcher, png: bytes, status: int
) -> None:
    redirect(server, "/a/1", "2?x", status)
    redirect(server, "/a/2?x", "../b", status)
    redirect(server, "/b", server.url("/c"), status)
    server.put("/c", png)
    assert fetch(fetcher, server.url("/a/1")) == png


def test_redirects_are_followed_only_so_often(
    server: "PictureServer", fetcher: PictureFetcher, waits: list[float]
) -> None:
    redirect(server, "/a", "/a")
    refused = failure(fetcher, server.url("/a"))
    assert (refused.code, "5 redirects" in refused.message) == ("fetch-failed", True)
    assert len(server.asked) == 6
    assert waits == []


@pytest.mark.parametrize(
    ("to", "code"),
    [
        ("http://127.0.0.2:{port}/secret.png", "forbidden-address"),
        ("http://169.254.169.254/latest/meta-data", "forbidden-address"),
        ("//localhost:{port}/../x", "forbidden-address"),
        ("file:///etc/passwd", "bad-address"),
        ("/relative but odd\x01", "bad-address"),
        ("http://[half", "bad-address"),
        ("data:image/png;base64,AAAA", "bad-address"),
    ],
)
def test_a_redirect_to_what_may_not_be_reached_is_refused(
    server: "PictureServer",
    fetcher: PictureFetcher,
    monkeypatch: pytest.MonkeyPatch,
    to: str,
    code: str,
) -> None:
    resolve_to(monkeypatch, {"localhost": "::1"})
    redirect(server, "/a.png", to.format(port=server.server_port))
    assert failure(fetcher, server.url("/a.png")).code == code
    assert server.asked == ["/a.png"]


def resolve_to(monkeypatch: pytest.MonkeyPatch, addresses: dict[str, str]) -> list[str]:
    """Give names these addresses and note each name that is looked up."""
    looked_up = list[str]()

    def look_up(host: str, port: int, *_arguments: object, **_options: object) -> list[Any]:
        if host in addresses:
            looked_up.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (addresses.get(host, host), port))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return looked_up


def test_a_name_that_leads_inside_is_refused_and_says_what_allows_it(
    server: "PictureServer", fetcher: PictureFetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve_to(monkeypatch, {"pictures.example": "127.0.0.2"})
    refused = failure(fetcher, server.url("/a.png", host="pictures.example"))
    assert refused.code == "forbidden-address"
    assert "pictures.example is 127.0.0.2" in refused.message
    assert "fetch.allow_hosts" in refused.message
    assert server.asked == []


def test_user_and_password_go_to_their_own_server_only(
    server: "PictureServer", make_fetcher: MakeFetcher, monkeypatch: pytest.MonkeyPatch, png: bytes
) -> None:
    resolve_to(monkeypatch, {"other.example": "127.0.0.1"})
    redirect(server, "/a.png", server.url("/b.png", host="other.example"))
    server.put("/b.png", png)
    source = server.url("/a.png").replace("http://", "http://us%40er:secret@")
    assert fetch(make_fetcher(), source) == png
    first, second = server.headers
    assert first["Authorization"] == "Basic " + base64.b64encode(b"us@er:secret").decode()
    assert "Authorization" not in second


def test_a_host_is_never_asked_for_more_than_its_share_at_a_time(
    server: "PictureServer", make_fetcher: MakeFetcher, png: bytes
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
    server: "PictureServer", make_fetcher: MakeFetcher, monkeypatch: pytest.MonkeyPatch, png: bytes
) -> None:
    looked_up = resolve_to(monkeypatch, {"pictures.example": "127.0.0.1"})
    fetcher = make_fetcher(FetchLimits(per_host=1))
    for number in range(20):
        server.put(f"/{number}.png", png)
    sources = [server.url(f"/{number}.png", host="pictures.example") for number in range(20)]
    assert fetcher.fetch(sources[:10]) == [png] * 10
    assert fetcher.fetch(sources[10:]) == [png] * 10
    assert server.connections == 1
    # The name was looked up once; had it changed its answer since the check, nobody would know.
    assert looked_up == ["pictures.example"]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for pictures.example alone, with its key in the same file."""
    if not shutil.which("openssl"):
        pytest.skip("expected the program openssl to make a certificate, found none")
    folder = tmp_path_factory.mktemp("certificate")
    subject = ["-subj", "/CN=pictures.example", "-addext", "subjectAltName=DNS:pictures.example"]
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "key.pem"]
    command = ["openssl", "req", "-x509", "-days", "2", *subject, *key, "-out", "certificate.pem"]
    subprocess.run(command, check=True, capture_output=True, cwd=folder)
    both = folder / "both.pem"
    both.write_bytes((folder / "key.pem").read_bytes() + (folder / "certificate.pem").read_bytes())
    return both


def test_a_certificate_is_checked_against_the_name_and_not_the_address(
    server: "PictureServer",
    make_fetcher: MakeFetcher,
    monkeypatch: pytest.MonkeyPatch,
    certificate: Path,
    png: bytes,
    waits: list[float],
) -> None:
    names = list[str | None]()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.put("/a.png", png)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    resolve_to(monkeypatch, {"pictures.example": "127.0.0.1", "other.example": "127.0.0.1"})
    fetcher = make_fetcher()

    def source(host: str) -> str:
        return server.url("/a.png", host=host).replace("http:", "https:")

    assert fetch(fetcher, source("pictures.example")) == png
    for host in ("other.example", "127.0.0.1"):
        refused = failure(fetcher, source(host))
        assert (refused.code, "certificate" in refused.message) == ("fetch-failed", True)
    assert names == ["pictures.example", "other.example", None]
    assert waits == []


def test_a_long_data_uri_is_cut_short_in_a_failure(fetcher: PictureFetcher) -> None:
    [outcome] = fetcher.fetch(["data:;base64," + "A" * 5000])
    assert isinstance(outcome, Failure)
    assert outcome.code == "not-a-picture"
    assert outcome.subject == "data:;base64," + "A" * 51 + "…"


def test_local_files_are_read_where_allowed_and_sniffed_and_validated(
    make_fetcher: MakeFetcher, png: bytes, tmp_path: Path
) -> None:
    path, page = tmp_path / "a.png", tmp_path / "page.png"
    path.write_bytes(png)
    page.write_bytes(b"<html>")
    fetcher = make_fetcher(local_roots=(tmp_path,))
    assert fetcher.fetch([str(path), path.as_uri()]) == [png, png]
    assert failure(fetcher, str(page)).code == "not-a-picture"
    assert failure(fetcher, str(tmp_path / "absent.png")).code == "not-found"
    assert failure(fetcher, "/etc/passwd").code == "forbidden-address"
    state = path.stat()
    assert fetcher.validator(str(path)) == f"{state.st_size}:{state.st_mtime_ns}"
    for source in (str(tmp_path / "absent.png"), "/etc/passwd", "https://host.example/a.png", "data:,x"):
        assert fetcher.validator(source) == ""


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
        outcome = fetch(NOWHERE, start + text)
    assert isinstance(outcome, Failure)
    assert "expected" in outcome.message


NOWHERE = PictureFetcher(FetchLimits(concurrency=1, retries=0))


def test_closing_ends_waits_for_a_retry(server: "PictureServer") -> None:
    asked = Event()

    def be_busy(request: BaseHTTPRequestHandler) -> None:
        server.routes["/busy"](request)
        asked.set()

    server.put("/busy", b"", 503, {"Retry-After": "50"})
    server.routes["/a.png"] = be_busy
    outcomes = list[bytes | Failure]()
    fetcher = PictureFetcher(LIMITS, allow_private=True)
    with fetcher:
        thread = Thread(target=lambda: outcomes.extend(fetcher.fetch([server.url("/a.png")])))
        thread.start()
        assert asked.wait(10)
    thread.join(10)
    [outcome] = outcomes
    assert isinstance(outcome, Failure)
    assert outcome.code == "fetch-failed"
