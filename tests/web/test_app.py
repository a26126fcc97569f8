import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from fastapi.openapi.models import OpenAPI
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send
from structlog.testing import capture_logs

from visualsearch import errors
from visualsearch.domain import ProductId, Record
from visualsearch.errors import StorageFull, StoreCorrupt, Unavailable, VisualsearchError
from visualsearch.serving.meters import Meters
from visualsearch.web.access import Access
from visualsearch.web.app import build_app
from visualsearch.web.problems import STATUS, status_of
from visualsearch.web.service import Service

if TYPE_CHECKING:
    from tests.web.conftest import Shop

JPEG = b"\xff\xd8\xff\xe0 the bytes of a picture"


def leaves(error: type[VisualsearchError]) -> Iterator[type[VisualsearchError]]:
    children = error.__subclasses__()
    if not children:
        yield error
    for child in children:
        yield from leaves(child)


def failing(service: Service, error: Exception) -> TestClient:
    """Talk to an app whose store fails."""

    def fail(_products: object) -> dict[ProductId, Record]:
        raise error

    return TestClient(build_app(replace(service, records=fail)))


def test_every_error_has_a_status_of_its_own() -> None:
    assert set(leaves(VisualsearchError)) <= set(STATUS)


def test_a_class_that_is_not_in_the_table_takes_the_status_of_its_family() -> None:
    class TooBusy(errors.Overloaded):
        """As a later version might add."""

    assert status_of(TooBusy("expected, found")) == 429
    assert status_of(VisualsearchError("expected, found")) == 500


@pytest.mark.parametrize("error", STATUS, ids=lambda error: str(error.code))
def test_every_error_is_answered_as_a_problem(service: Service, error: type[VisualsearchError]) -> None:
    with failing(service, error("expected 1, found 2")) as client:
        failed = client.get("/v1/products/a", headers={"X-Request-ID": "my-id.1"})
    body = failed.json()
    assert failed.status_code == body["status"] == STATUS[error]
    assert failed.headers["content-type"] == "application/problem+json"
    assert (body["type"], body["code"], body["instance"]) == ("about:blank", error.code, "my-id.1")
    assert body["title"]
    assert ("retry-after" in failed.headers) == (failed.status_code in {429, 503})


@pytest.mark.parametrize("error", [StoreCorrupt("bad page in /srv/x.db"), StorageFull("/srv/x.db: no room")])
def test_what_only_the_operator_can_mend_is_told_to_the_log_alone(
    service: Service, error: VisualsearchError
) -> None:
    with failing(service, error) as client, capture_logs() as logs:
        failed = client.get("/v1/products/a")
    assert "/srv" not in failed.text
    assert ("request_failed", error.message) in [(line["event"], line.get("detail")) for line in logs]


def test_an_unexpected_error_is_a_500_without_details_and_is_logged_with_the_request(
    service: Service,
) -> None:
    with failing(service, RuntimeError("a secret")) as client, capture_logs() as logs:
        failed = client.get("/v1/products/a", headers={"X-Request-ID": "my-id"})
        assert client.get("/healthz").status_code == 200
    assert (failed.status_code, failed.json()["code"], failed.json()["instance"]) == (
        500,
        "internal",
        "my-id",
    )
    assert failed.headers["content-type"] == "application/problem+json"
    assert "secret" not in failed.text
    assert "request_crashed" in [line["event"] for line in logs]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not-found"),
        ("GET", "/static/none.js", 404, "not-found"),
        ("GET", "/static/..%2F..%2Fapp.py", 404, "not-found"),
        ("GET", "/static/%00", 404, "not-found"),
        ("POST", "/static/docs.js", 405, "method-not-allowed"),
        ("GET", "/v1/search", 405, "method-not-allowed"),
        ("DELETE", "/v1/products", 405, "method-not-allowed"),
    ],
)
def test_what_the_framework_refuses_is_a_problem_too(
    client: TestClient, method: str, path: str, status: int, code: str
) -> None:
    refused = client.request(method, path)
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert refused.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("sent", ["", "x" * 65, "a b", "a\tb", "<script>", "é"])
def test_a_request_id_that_is_not_sane_is_replaced(client: TestClient, sent: str) -> None:
    answered = client.get("/healthz", headers={b"X-Request-ID": sent.encode()})
    assert re.fullmatch("[0-9a-f]{32}", answered.headers["x-request-id"])


def test_the_log_has_one_line_a_request_with_its_id_and_without_what_was_sent(client: TestClient) -> None:
    with capture_logs() as logs:
        client.post("/v1/search?key=secret", files={"picture": JPEG}, headers={"X-Request-ID": "my-id"})
    [line] = [line for line in logs if line["event"] == "request"]
    assert (line["method"], line["path"], line["status"], line["log_level"]) == (
        "POST",
        "/v1/search",
        200,
        "info",
    )
    assert line["seconds"] >= 0
    assert "secret" not in str(line)


def test_a_path_cannot_forge_a_log_line(client: TestClient) -> None:
    with capture_logs() as logs:
        client.get("/v1/products/a%0Aevent=forged")
    assert [line["path"] for line in logs if line["event"] == "request"] == ["/v1/products/a%0Aevent=forged"]


def test_pictures_and_probes_are_logged_quietly(client: TestClient) -> None:
    with capture_logs() as logs:
        for path in ("/healthz", "/readyz", "/v1/samples/none", "/static/docs.js"):
            client.get(path)
    assert {line["log_level"] for line in logs} == {"debug"}


@pytest.mark.parametrize("path", ["/", "/docs", "/healthz", "/nowhere", "/v1/samples", "/static/docs.js"])
def test_every_answer_has_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-cache"


def test_readiness_tells_what_the_catalogue_holds_or_why_not(client: TestClient, shop: "Shop") -> None:
    assert client.get("/readyz").json() == {"ready": True, "products": 0, "pictures": 0}
    shop.reason = "expected an index, found one that is being rebuilt"
    waiting = client.get("/readyz")
    assert (waiting.status_code, waiting.json()["detail"]) == (503, shop.reason)
    assert waiting.headers["retry-after"] == "1"
    assert client.get("/healthz").json() == {"alive": True}


def test_meters_count_requests_by_their_route_and_never_by_what_was_sent(client: TestClient) -> None:
    client.get("/v1/products/secret-1")
    client.get("/v1/products/secret-2")
    client.get("/no/such/secret")
    client.post("/v1/search", json={"product": "chair/1"})

    shown = client.get("/metrics").text

    assert 'visualsearch_requests_total{route="/v1/products/{product_id:path}",status="404"} 2.0' in shown
    assert 'visualsearch_requests_total{route="other",status="404"} 1.0' in shown
    assert 'visualsearch_request_seconds_count{route="/v1/search"} 1.0' in shown
    assert "secret" not in shown


def test_the_background_runs_from_the_start_of_the_server_to_its_end(service: Service) -> None:
    events: list[str] = []

    @contextmanager
    def background() -> Iterator[None]:
        events.append("start")
        yield
        events.append("end")

    with TestClient(build_app(service, background)) as client:
        assert client.get("/healthz").status_code == 200
        assert events == ["start"]
    assert events == ["start", "end"]


async def stream(*, chunks: int) -> AsyncIterator[bytes]:
    yield b'--x\r\nContent-Disposition: form-data; name="picture"; filename="a.jpg"\r\n\r\n'
    for _ in range(chunks):
        yield b"x" * 1000


@pytest.mark.parametrize("path", ["/v1/search", "/v1/products"])
@pytest.mark.parametrize("content_type", ["application/json", "multipart/form-data; boundary=x"])
@pytest.mark.parametrize("announced", [None, "10", "30000", "many"])
def test_a_body_that_is_too_large_is_refused_whatever_it_announces(
    service: Service, path: str, content_type: str, announced: str | None
) -> None:
    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app=build_app(service))
        headers = {"Content-Type": content_type}
        if announced is not None:
            headers["Content-Length"] = announced
        async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
            return await client.post(path, content=stream(chunks=30), headers=headers)

    refused = asyncio.run(send())
    assert (refused.status_code, refused.json()["code"]) == (413, "too-large")
    assert refused.headers["content-type"] == "application/problem+json"
    assert "20,000 bytes" in refused.json()["detail"]


def test_a_body_that_just_fits_is_let_through(client: TestClient) -> None:
    body = b'{"products": []}'.ljust(20_000)
    fits = client.post("/v1/products", content=body, headers={"Content-Type": "application/json"})
    assert fits.status_code == 422
    refused = client.post("/v1/products", content=body + b" ", headers={"Content-Type": "application/json"})
    assert refused.status_code == 413


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(reference := node.get("$ref"), str):
            yield reference
        for child in node.values():
            yield from references(child)
    elif isinstance(node, list):
        for child in node:
            yield from references(child)


def test_the_description_of_the_api_is_valid_and_complete(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    OpenAPI.model_validate(described)
    known = {f"#/components/schemas/{name}" for name in described["components"]["schemas"]}
    assert set(references(described)) <= known
    operations = [one for path in described["paths"].values() for one in path.values()]
    assert len({one["operationId"] for one in operations}) == len(operations) == 39
    for operation in operations:
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                assert list(response["content"]) == ["application/problem+json"], (operation, status)
    search = described["paths"]["/v1/search"]["post"]
    assert list(search["requestBody"]["content"]) == ["multipart/form-data", "application/json"]


@pytest.mark.parametrize("page", ["/", "/admin", "/map", "/docs"])
def test_a_page_loads_nothing_from_outside_and_has_no_script_or_style_inside(
    client: TestClient, page: str
) -> None:
    html = client.get(page).text
    loaded = re.findall(r"""(?:src|href)=["']([^"']*)""", html)
    assert loaded
    for address in loaded:
        assert re.match(r"(?!//)[\w./#?-]+$", address), address
        if not address.startswith("#"):
            assert client.get(address).status_code == 200, address
    assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=", html)


def test_the_pages_are_sent_compressed(client: TestClient) -> None:
    scripts = re.findall(r'"([^"]*[.]js)"', client.get("/").text)
    assert "gzip" in {client.get(script).headers.get("content-encoding") for script in scripts}


def test_a_page_that_was_not_built_says_how_to_build_it(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("visualsearch.web.app.STATIC", tmp_path)
    missing = client.get("/")
    assert missing.status_code == 404
    assert "make page" in missing.json()["detail"]


def test_only_unavailability_comes_with_a_time_to_try_again(service: Service) -> None:
    with failing(service, Unavailable("expected, found")) as client:
        assert client.get("/v1/products/a").headers["retry-after"] == "1"


def test_an_error_after_the_answer_has_begun_breaks_the_connection_and_is_logged() -> None:
    async def begin_and_fail(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError("broken")

    with capture_logs() as logs, pytest.raises(RuntimeError, match="broken"):
        TestClient(Access(begin_and_fail, Meters())).get("/")
    assert [line["event"] for line in logs] == ["request_crashed", "request"]
