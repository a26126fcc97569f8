"""Redirects, names and certificates lead nowhere that the rules do not allow."""

import base64
import shutil
import ssl
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from visualsearch.domain import Failure
from visualsearch.pictures.fetch import PictureFetcher

if TYPE_CHECKING:
    from tests.pictures.conftest import MakeFetcher, PictureServer

Resolve = Callable[[Mapping[str, str]], list[str]]


def refusal(fetcher: PictureFetcher, source: str) -> Failure:
    [outcome] = fetcher.fetch([source])
    assert isinstance(outcome, Failure)
    assert outcome.subject == source
    return outcome


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
    assert fetcher.fetch([server.url("/a/1")]) == [png]


def test_redirects_are_followed_only_so_often(
    server: "PictureServer", fetcher: PictureFetcher, waits: list[float]
) -> None:
    redirect(server, "/a", "/a")
    refused = refusal(fetcher, server.url("/a"))
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
    resolve: Resolve,
    to: str,
    code: str,
) -> None:
    resolve({"localhost": "::1"})
    redirect(server, "/a.png", to.format(port=server.server_port))
    assert refusal(fetcher, server.url("/a.png")).code == code
    assert server.asked == ["/a.png"]


def test_a_name_that_leads_inside_is_refused_and_says_what_allows_it(
    server: "PictureServer", fetcher: PictureFetcher, resolve: Resolve
) -> None:
    resolve({"pictures.example": "127.0.0.2"})
    refused = refusal(fetcher, server.url("/a.png", host="pictures.example"))
    assert refused.code == "forbidden-address"
    assert "pictures.example is 127.0.0.2" in refused.message
    assert "fetch.allow_hosts" in refused.message
    assert server.asked == []


def test_user_and_password_go_to_their_own_server_only(
    server: "PictureServer", make_fetcher: "MakeFetcher", resolve: Resolve, png: bytes
) -> None:
    resolve({"other.example": "127.0.0.1"})
    redirect(server, "/a.png", server.url("/b.png", host="other.example"))
    server.put("/b.png", png)
    source = server.url("/a.png").replace("http://", "http://us%40er:secret@")
    assert make_fetcher().fetch([source]) == [png]
    first, second = server.headers
    assert first["Authorization"] == "Basic " + base64.b64encode(b"us@er:secret").decode()
    assert "Authorization" not in second


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A certificate for pictures.example alone, with its key in the same file, which clients trust."""
    if not shutil.which("openssl"):
        pytest.skip("expected the program openssl to make a certificate, found none")
    subject = ["-subj", "/CN=pictures.example", "-addext", "subjectAltName=DNS:pictures.example"]
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "key.pem"]
    command = ["openssl", "req", "-x509", "-days", "2", *subject, *key, "-out", "certificate.pem"]
    subprocess.run(command, check=True, capture_output=True, cwd=tmp_path)
    both = tmp_path / "both.pem"
    both.write_bytes((tmp_path / "key.pem").read_bytes() + (tmp_path / "certificate.pem").read_bytes())
    monkeypatch.setenv("SSL_CERT_FILE", str(both))
    return both


def test_a_certificate_is_checked_against_the_name_and_not_the_address(
    server: "PictureServer",
    make_fetcher: "MakeFetcher",
    resolve: Resolve,
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
    resolve({"pictures.example": "127.0.0.1", "other.example": "127.0.0.1"})
    fetcher = make_fetcher()

    def source(host: str) -> str:
        return server.url("/a.png", host=host).replace("http:", "https:")

    assert fetcher.fetch([source("pictures.example")]) == [png]
    for host in ("other.example", "127.0.0.1"):
        refused = refusal(fetcher, source(host))
        assert (refused.code, "certificate" in refused.message) == ("fetch-failed", True)
    assert names == ["pictures.example", "other.example", None]
    assert waits == []
