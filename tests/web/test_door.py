"""Who may do what, and how often."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.exceptions import HTTPException
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send
from structlog.testing import capture_logs

from visualsearch.errors import BadInput
from visualsearch.web.app import build_app
from visualsearch.web.door import scope_needed
from visualsearch.web.keys import ALL, SCOPES, Keys, anonymous_scopes, make_key
from visualsearch.web.limits import BodyLimit
from visualsearch.web.rates import Rates
from visualsearch.web.service import Service


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


@pytest.fixture
def keys() -> dict[str, tuple[str, str]]:
    return {scope: make_key(f"of-{scope}", [scope]) for scope in SCOPES}


@pytest.fixture
def client(make_service: Callable[..., Service], keys: dict[str, tuple[str, str]]) -> TestClient:
    """Without a worker: what is let in to search is not answered, so only what is refused is asked."""
    service = make_service(query_timeout_s=0.01)
    return TestClient(build_app(replace(service, keys=Keys((line for _, line in keys.values()), ()))))


ASKED = [
    ("POST", "/v1/search", "search"),
    ("POST", "/v1/photos", "search"),
    ("GET", "/v1/photos/x", "search"),
    ("GET", "/v1/products/chair", "search"),
    ("PUT", "/v1/products/chair", "write"),
    ("DELETE", "/v1/products/chair", "write"),
    ("POST", "/v1/products", "write"),
    ("GET", "/metrics", "meters"),
    ("GET", "/v1/admin/products", "admin"),
    ("GET", "/v1/admin/jobs", "admin"),
    ("POST", "/v1/admin/jobs/no-such/cancel", "admin"),
    ("DELETE", "/v1/admin/jobs/no-such", "admin"),
]


@pytest.mark.parametrize(("method", "path", "scope"), ASKED)
def test_only_a_key_with_the_scope_lets_in(
    client: TestClient, keys: dict[str, tuple[str, str]], method: str, path: str, scope: str
) -> None:
    statuses = {
        name: client.request(method, path, headers=bearer(key)).status_code for name, (key, _) in keys.items()
    }
    without, unknown = client.request(method, path), client.request(method, path, headers=bearer("vs-x"))

    # Whoever runs the shop may do all.
    assert {name for name, status in statuses.items() if status not in {401, 403}} == {scope, "admin"}
    assert {status for name, status in statuses.items() if name not in {scope, "admin"}} == {403}
    assert (without.status_code, without.json()["code"]) == (401, "key-needed")
    assert without.headers["www-authenticate"] == "Bearer"
    assert (unknown.status_code, "not known" in unknown.json()["detail"]) == (401, True)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/admin",
        "/map",
        "/static/docs.js",
        "/docs",
        "/healthz",
        "/v1/samples",
        "/v1/pictures/x",
        "/openapi.json",
    ],
)
def test_the_page_its_pictures_and_the_probes_need_no_key(client: TestClient, path: str) -> None:
    assert client.get(path).status_code != 401


@given(st.sampled_from(["POST", "PUT", "DELETE", "PATCH", "MADE-UP"]), st.text())
def test_whatever_may_change_something_needs_to_be_allowed_to(method: str, path: str) -> None:
    assert scope_needed(method, "/" + path) == "write"


def test_the_log_names_the_holder_and_never_the_key(
    client: TestClient, keys: dict[str, tuple[str, str]]
) -> None:
    key, line = keys["search"]
    with capture_logs() as logs:
        client.get("/v1/products/chair", headers=bearer(key))
    assert logs[-1]["caller"] == "of-search"
    assert key not in str(logs)
    assert line.split()[-1] not in str(logs)


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 404),
        ("localhost:8000", 404),
        ("127.0.0.1:8000", 404),
        ("[::1]:8000", 404),
        ("evil.example", 403),
        ("evil.example:8000", 403),
        ("127.0.0.1.evil.example", 403),
        ("192.0.2.1", 403),
        ("[", 403),
    ],
)
@pytest.mark.parametrize("path", ["/v1/products/none", "/v1/admin/jobs/none"])
def test_while_anybody_on_this_machine_may_do_all_no_other_name_leads_to_it(
    make_service: Callable[..., Service], keys: dict[str, tuple[str, str]], host: str, status: int, path: str
) -> None:
    key, line = keys["admin"]
    client = TestClient(build_app(replace(make_service(), keys=Keys([line], is_local=True))))

    assert client.get(path, headers={"host": host}).status_code == status
    assert client.get(path, headers={"host": host, **bearer(key)}).status_code == 404


def test_who_asks_too_often_is_told_when_to_ask_again_and_others_are_not(
    make_service: Callable[..., Service], keys: dict[str, tuple[str, str]]
) -> None:
    known = Keys(line for _, line in keys.values())
    service = replace(make_service(), keys=known, rates=Rates(0.5, clock=lambda: 0.0))
    client = TestClient(build_app(service))

    first, second = (client.get("/v1/products/x", headers=bearer(keys["search"][0])) for _ in range(2))
    other = client.get("/v1/products/x")

    assert [first.status_code, second.status_code, other.status_code] == [404, 429, 404]
    assert second.headers["retry-after"] == "2"
    assert 'visualsearch_refused_total{code="too-often"} 1.0' in service.meters.show().decode()


def test_a_bucket_fills_at_its_rate_up_to_two_seconds_worth() -> None:
    now = [0.0]
    rates = Rates(10, clock=lambda: now[0])
    assert [rates.wait_s("a") for _ in range(20)] == [0] * 20
    assert rates.wait_s("a") == pytest.approx(0.1)
    now[0] = 0.1
    assert [rates.wait_s("a"), rates.wait_s("a") > 0] == [0, True]
    now[0] = 1000
    assert sum(rates.wait_s("a") == 0 for _ in range(100)) == 20


def test_other_sites_pages_may_ask_only_where_the_setting_names_them(service: Service) -> None:
    asked = {"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"}

    closed = TestClient(build_app(service)).options("/v1/search", headers=asked)
    opened = TestClient(build_app(replace(service, cors_origins=("https://shop.example",))))

    assert "access-control-allow-origin" not in closed.headers
    allowed = opened.options("/v1/search", headers=asked)
    assert allowed.headers["access-control-allow-origin"] == "https://shop.example"
    other = opened.options("/v1/search", headers=asked | {"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in other.headers


@pytest.mark.parametrize(
    "line",
    ["", "name", "name search", "name search abc", "n search+all " + "0" * 64, "a b search " + "0" * 64],
)
def test_a_line_that_is_no_key_is_refused(line: str) -> None:
    with pytest.raises(BadInput, match="visualsearch keys NAME"):
        Keys([line])


def test_a_key_is_found_by_its_hash_alone_and_no_two_are_the_same() -> None:
    (key, line), (other, _) = make_key("till", ["write", "search"]), make_key("till", ["write"])
    assert key != other
    assert key not in line
    caller = Keys([line]).caller(key)
    assert caller is not None
    assert caller.name == "till"
    assert caller.scopes == {"search", "write"}
    assert Keys([line]).caller(other) is None


def test_without_keys_all_is_open_on_this_machine_and_nothing_is_served_to_others() -> None:
    for host in ("127.0.0.1", "::1", "localhost"):
        assert anonymous_scopes(None, host, has_keys=False) == ALL
        assert anonymous_scopes(None, host, has_keys=True) == frozenset()
    assert anonymous_scopes(["search"], "0.0.0.0", has_keys=False) == {"search"}
    assert anonymous_scopes(None, "0.0.0.0", has_keys=True) == frozenset()
    with pytest.raises(BadInput, match="visualsearch keys NAME"):
        anonymous_scopes(None, "0.0.0.0", has_keys=False)


@pytest.mark.parametrize("begun", [True, False])
def test_a_body_that_never_ends_is_given_up(begun: bool) -> None:  # noqa: FBT001 (a case of the test)
    async def read_all(_scope: Scope, receive: Receive, _send: Send) -> None:
        while (await receive()).get("more_body", True):
            pass

    came: list[Message] = [{"type": "http.request", "body": b"x", "more_body": True}] if begun else []

    async def receive() -> Message:
        if came:
            return came.pop()
        await asyncio.Event().wait()
        raise AssertionError

    async def send(_message: Message) -> None:
        raise AssertionError

    limit = BodyLimit(read_all, max_bytes=100, seconds=0.01)
    with pytest.raises(HTTPException) as raised:
        asyncio.run(limit({"type": "http", "headers": []}, receive, send))
    assert raised.value.status_code == 408


def test_what_is_sent_as_a_catalogue_may_be_larger_and_take_its_time_for_each_piece() -> None:
    async def read_all(_scope: Scope, receive: Receive, _send: Send) -> None:
        while (await receive()).get("more_body", True):
            pass

    def ask(path: str, pieces: int) -> None:
        came = iter(range(pieces))

        async def receive() -> Message:
            await asyncio.sleep(0.03)
            number = next(came)
            return {"type": "http.request", "body": b"x" * 50, "more_body": number < pieces - 1}

        async def send(_message: Message) -> None:
            raise AssertionError

        limit = BodyLimit(read_all, max_bytes=100, seconds=0.08, uploads="/send", max_upload_bytes=400)
        asyncio.run(limit({"type": "http", "path": path, "headers": []}, receive, send))

    ask("/send", 8)
    for path, pieces in (("/send", 9), ("/other", 3)):
        with pytest.raises(HTTPException) as raised:
            ask(path, pieces)
        assert raised.value.status_code in {408, 413}
