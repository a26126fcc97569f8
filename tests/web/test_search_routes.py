import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from starlette.testclient import TestClient

from visualsearch.domain import WHOLE, Answer, ProductId, Query
from visualsearch.serving.memory_queue import MemoryQueue
from visualsearch.vision.kinds import KindMeasurement, KindsCard
from visualsearch.vision.weights import File
from visualsearch.web.app import build_app
from visualsearch.web.service import Service

if TYPE_CHECKING:
    from tests.web.conftest import Shop

JPEG = b"\xff\xd8\xff\xe0 the bytes of a picture"
PICTURE = {"picture": ("a.jpg", JPEG, "image/jpeg")}


def asked(found: Any) -> list[str]:
    """What the worker was asked, as the answers of these tests tell it."""
    reasons: list[str] = found.json()["hits"][0]["reasons"]
    return reasons


def test_an_uploaded_picture_is_searched(client: TestClient) -> None:
    found = client.post("/v1/search", files=PICTURE)
    assert found.status_code == 200
    body = found.json()
    hit = body["hits"][0]
    assert hit["product"] == {
        "id": "chair/1",
        "title": "Chair",
        "brand": "Oak & Co",
        "categories": ["Furniture", "Chairs"],
        "price": 49.5,
        "currency": "EUR",
        "description": "",
        "url": "",
        "attributes": {},
    }
    assert hit["picture_url"] == f"/v1/pictures/{hit['picture']}"
    assert hit["pictures"] == [hit["picture"]]
    assert (hit["score"], hit["box"]) == (0.875, [0.1, 0.2, 0.3, 0.4])
    assert (body["box"], body["change"]) == ([0, 0, 1, 1], 7)
    assert body["seconds"] == {"decode": 0.0012, "look": 0.003}
    assert found.headers["server-timing"] == "decode;dur=1.2, look;dur=3.0"
    assert asked(found) == [JPEG.decode("latin-1"), "10"]


def test_where_a_hit_has_the_print_of_the_photo_is_told_and_shown(client: TestClient) -> None:
    photo = {"picture": ("a.jpg", JPEG + b" printed", "image/jpeg")}
    hit = client.post("/v1/search", files=photo, data={"box": "0.5,0,1,1"}).json()["hits"][0]
    assert hit["tier"] == "exact"
    shared = hit["shared_print"]
    assert (shared["probability"], shared["query"]) == (0.75, [[0.25, 0.5], [0.75, 0.5]])
    assert shared["found"] == [[0.75, 0.5], [0.25, 0.5]]
    drawing = client.get(shared["picture_url"])
    assert drawing.headers["content-type"] == "image/png"
    assert drawing.content.endswith(repr((JPEG + b" printed", 0.5, "chair/1")).encode())
    assert client.get(shared["picture_url"].replace("chair", "table")).status_code == 404


STREET = {"picture": ("a.jpg", JPEG + b" street", "image/jpeg")}


def test_what_the_picture_shows_is_told(client: TestClient) -> None:
    body = client.post("/v1/search", files=STREET).json()
    top, bag = body["regions"]
    assert (top["box"], top["kind"], top["score"], top["is_searched"]) == ([0, 0, 0.5, 1], "top", 0.9, True)
    assert top["mask"] == {"rows": 2, "columns": 3, "runs": [1, 3, 2]}
    assert (bag["mask"], bag["is_searched"], bag["hits"]) == (None, False, None)
    drawing = client.get(body["searched_url"])
    assert drawing.headers["content-type"] == "image/png"
    assert drawing.content.endswith(repr((JPEG + b" street", 1, 1)).encode())
    assert client.get("/v1/searches/none/searched.png").status_code == 404
    asked = client.get(body["asked_url"])
    assert (asked.headers["content-type"], asked.content) == ("image/jpeg", JPEG + b" street")
    assert client.get("/v1/searches/none/asked").status_code == 404


def test_words_that_were_begun_are_completed(client: TestClient) -> None:
    completed = client.get("/v1/suggestions", params={"begun": "cha"}).json()
    assert completed == {"suggestions": [{"words": "chair", "field": "category", "count": 3}]}
    assert client.get("/v1/suggestions").status_code == 422
    assert client.get("/v1/suggestions", params={"begun": "c", "limit": 21}).status_code == 422


def test_the_like_of_each_product_in_the_picture_is_found_where_asked_for(client: TestClient) -> None:
    top, bag = client.post("/v1/search", files=STREET, data={"group": "region"}).json()["regions"]
    assert [hit["product"]["id"] for hit in top["hits"]] == ["chair/1"]
    assert bag["hits"] == []
    assert client.post("/v1/search", files=STREET, data={"group": "kind"}).status_code == 422


def test_detecting_can_be_left_out(client: TestClient) -> None:
    assert client.post("/v1/search", files=STREET, data={"detect": "off"}).json()["regions"] == []


def test_a_colour_is_same_or_any(client: TestClient) -> None:
    assert client.post("/v1/search", files=PICTURE, data={"colour": "any"}).status_code == 200
    refused = client.post("/v1/search", files=PICTURE, data={"colour": "loud"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "colour")


def test_a_form_may_have_a_box_a_limit_and_products_to_leave_out(client: TestClient) -> None:
    fields = {"box": "0.1, 0.2,0.5,1", "limit": "3", "exclude": ["b", "a"]}
    found = client.post("/v1/search", files=PICTURE, data=fields)
    assert found.json()["box"] == [0.1, 0.2, 0.5, 1]
    assert asked(found)[1:] == ["3", "a", "b"]


def test_fields_that_a_browser_leaves_empty_are_as_not_given(client: TestClient) -> None:
    found = client.post("/v1/search", files=PICTURE, data={"box": "", "limit": "", "exclude": ""})
    assert asked(found)[1:] == ["10"]


def test_a_picture_behind_an_address_is_searched(client: TestClient) -> None:
    url = "https://shop.example/a.jpg"
    found = client.post("/v1/search", json={"url": url, "box": [0, 0, 0.5, 0.5], "limit": 100})
    assert asked(found) == [(JPEG + url.encode()).decode("latin-1"), "100"]
    assert found.json()["box"] == [0, 0, 0.5, 0.5]


def test_the_like_of_a_product_is_searched(client: TestClient) -> None:
    found = client.post("/v1/search", json={"product": "chair/1", "exclude": ["chair/1"]})
    assert asked(found) == ["chair/1", "10", "chair/1"]


@pytest.mark.parametrize(
    ("sent", "fields"),
    [
        ({}, [""]),
        ({"url": "https://a.example", "product": "b"}, [""]),
        ({"url": "file:///etc/passwd"}, ["url"]),
        ({"url": "/etc/passwd"}, ["url"]),
        ({"product": ""}, ["product"]),
        ({"product": "x" * 257}, ["product"]),
        ({"product": "a\nb"}, ["product"]),
        ({"product": "a", "limit": 0}, ["limit"]),
        ({"product": "a", "limit": 101, "box": [0, 0, 1, 1]}, ["limit"]),
        ({"product": "a", "box": [0, 0, 1]}, ["box.3"]),
        ({"product": "a", "box": [0.5, 0, 0.5, 1]}, ["box"]),
        ({"product": "a", "box": [0, 0, 1, 1.1]}, ["box"]),
        ({"product": "a", "exclude": ["x"] * 101}, ["exclude"]),
        ({"product": "a", "surprise": 1}, ["surprise"]),
        ([], [""]),
    ],
)
def test_json_of_the_wrong_shape_is_refused_by_field(
    client: TestClient, sent: object, fields: list[str]
) -> None:
    refused = client.post("/v1/search", json=sent)
    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["code"] == "bad-input"
    assert [one["field"] for one in refused.json()["errors"]] == fields
    assert all(name in refused.json()["detail"] for name in fields)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[" * 100_000, b'{"product": "\xff"}', b'{"product": "\\ud800"}', b'{"box": [NaN]}']
)
def test_bytes_that_are_no_json_are_refused(client: TestClient, body: bytes) -> None:
    refused = client.post("/v1/search", content=body[:19_000], headers={"Content-Type": "application/json"})
    assert refused.status_code == 422
    assert refused.json()["code"] == "bad-input"


@pytest.mark.parametrize(
    ("files", "data", "field"),
    [
        ({}, {"limit": "3"}, "picture"),
        ({"picture": b""}, {}, "picture"),
        (PICTURE, {"limit": "many"}, "limit"),
        (PICTURE, {"box": "0,0,1"}, "box.3"),
        (PICTURE, {"box": "1,1,0,0"}, "box"),
        (PICTURE, {"box": "nan,0,1,1"}, "box"),
        (PICTURE, {"colour": "bright"}, "colour"),
        ({"exclude": JPEG}, {}, "picture"),
    ],
)
def test_a_form_of_the_wrong_shape_is_refused_by_field(
    client: TestClient, files: dict[str, Any], data: dict[str, str], field: str
) -> None:
    as_multipart = files or {"exclude": (None, "")}
    refused = client.post("/v1/search", files=as_multipart, data=data)
    assert refused.status_code == 422
    assert field in [one["field"] for one in refused.json()["errors"]]


@pytest.mark.parametrize(
    ("files", "data"),
    [
        ([("picture", JPEG), ("picture", JPEG)], {}),
        ([("picture", JPEG)], {"exclude": ["x"] * 200}),
        ([("picture", JPEG)], {"box": "0," * 3000}),
    ],
)
def test_a_form_with_more_than_fits_is_refused_by_the_parser(
    client: TestClient, files: list[tuple[str, bytes]], data: dict[str, Any]
) -> None:
    refused = client.post("/v1/search", files=files, data=data)
    assert refused.status_code == 400
    assert refused.json()["code"] == "bad-request"


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "image/jpeg", "application/x-www-form-urlencoded"]
)
def test_another_content_type_is_refused(client: TestClient, content_type: str) -> None:
    refused = client.post("/v1/search", content=JPEG, headers={"Content-Type": content_type})
    assert refused.status_code == 415
    assert refused.json()["code"] == "unsupported-media-type"


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        ({"product": "no-such"}, 404, "not-found"),
        ({"url": "http://intranet/a.jpg"}, 403, "forbidden-address"),
        ({"url": "http://broken.example/a.jpg"}, 502, "fetch-failed"),
    ],
)
def test_what_fails_behind_the_routes_comes_back_as_its_problem(
    client: TestClient, sent: dict[str, str], status: int, code: str
) -> None:
    failed = client.post("/v1/search", json=sent)
    assert (failed.status_code, failed.json()["code"]) == (status, code)


def test_bytes_that_are_no_picture_are_refused_with_what_to_do(client: TestClient) -> None:
    refused = client.post("/v1/search", files={"picture": b"<svg/>"})
    assert (refused.status_code, refused.json()["code"]) == (422, "not-a-picture")
    assert "send a JPEG" in refused.json()["detail"]


def test_a_bug_in_the_search_is_a_503_without_details_and_the_next_search_works(client: TestClient) -> None:
    failed = client.post("/v1/search", json={"product": "bug"})
    assert failed.status_code == 503
    assert "secret" not in failed.text
    assert client.post("/v1/search", json={"product": "chair"}).status_code == 200


def test_200_searches_at_once_each_get_their_own_answer(client: TestClient) -> None:
    async def search_all() -> list[list[str]]:
        transport = httpx.ASGITransport(app=client.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://shop") as many:
            found = await asyncio.gather(
                *(many.post("/v1/search", files={"picture": JPEG + b"%d" % i}) for i in range(200))
            )
        return [asked(one) for one in found]

    assert asyncio.run(search_all()) == [[(JPEG + b"%d" % i).decode("latin-1"), "10"] for i in range(200)]


@pytest.fixture
def idle_client(make_service: Callable[..., Service]) -> Iterator[TestClient]:
    """Talk to an app without a worker, and with little patience."""
    with TestClient(build_app(make_service(query_timeout_s=0.05))) as client:
        yield client


def test_a_search_that_takes_too_long_is_a_503_with_retry_after(idle_client: TestClient) -> None:
    late = idle_client.post("/v1/search", json={"product": "chair"})
    assert (late.status_code, late.json()["code"]) == (503, "deadline-passed")
    assert late.headers["retry-after"] == "1"


def test_an_address_that_takes_too_long_is_a_503(make_service: Callable[..., Service]) -> None:
    goes_on = threading.Event()

    def fetch_slowly(url: str) -> bytes:
        goes_on.wait(60)
        return url.encode()

    service = replace(make_service(query_timeout_s=0.05), fetch_picture=fetch_slowly)
    with TestClient(build_app(service)) as client:
        late = client.post("/v1/search", json={"url": "http://slow.example/a.jpg"})
        goes_on.set()
    assert (late.status_code, late.json()["code"]) == (503, "deadline-passed")


def test_more_than_fits_in_the_house_is_a_429_at_once_with_retry_after(service: Service) -> None:
    queue = MemoryQueue(1)
    waiting = queue.ask(Query(product=ProductId("first")), 60)

    async def scenario() -> httpx.Response:
        first = asyncio.create_task(waiting)
        await asyncio.sleep(0)
        transport = httpx.ASGITransport(app=build_app(replace(service, ask=queue.ask)))
        async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
            refused = await client.post("/v1/search", json={"product": "second"})
        first.cancel()
        return refused

    refused = asyncio.run(scenario())
    assert (refused.status_code, refused.json()["code"]) == (429, "overloaded")
    assert refused.headers["retry-after"] == "1"


def test_a_photo_that_there_is_no_room_for_is_refused_unread_and_what_has_none_may_have_a_kept_answer(
    service: Service,
) -> None:
    queue = MemoryQueue(1)

    async def kept(query: Query, timeout_s: float) -> Answer:
        del query, timeout_s
        return Answer((), WHOLE, 1, {})

    async def photo() -> AsyncIterator[bytes]:
        raise AssertionError("expected not to be read")
        yield b""

    async def scenario() -> tuple[httpx.Response, httpx.Response]:
        first = asyncio.create_task(queue.ask(Query(product=ProductId("first")), 60))
        await asyncio.sleep(0)
        full = replace(service, ask=kept, refuse_if_full=queue.refuse_if_full)
        transport = httpx.ASGITransport(app=build_app(full))
        async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
            form = {"content-type": "multipart/form-data; boundary=x"}
            refused = await client.post("/v1/search", content=photo(), headers=form)
            answered = await client.post("/v1/search", json={"product": "second"})
        first.cancel()
        return refused, answered

    refused, answered = asyncio.run(scenario())
    assert (refused.status_code, refused.json()["code"]) == (429, "overloaded")
    assert refused.headers["retry-after"] == "1"
    assert answered.status_code == 200
    assert 'visualsearch_refused_total{code="overloaded"} 1.0' in service.meters.show().decode()


def test_the_search_of_a_client_that_left_is_dropped(service: Service, queue: MemoryQueue) -> None:
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/search",
        "raw_path": b"/v1/search",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
    }
    body = iter([{"type": "http.request", "body": b'{"product": "chair"}', "more_body": False}])
    houses, sent = [], []

    async def receive() -> Any:
        if message := next(body, None):
            return message
        houses.append(repr(queue))
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(build_app(service)(scope, receive, send))
    houses.append(repr(queue))
    assert houses == [
        "MemoryQueue(room=256, waiting=1, in_work=0)",
        "MemoryQueue(room=256, waiting=0, in_work=0)",
    ]
    assert sent == []


def test_a_filter_that_cannot_be_read_is_told_with_its_place(client: TestClient) -> None:
    for found in (
        client.post("/v1/search", files=PICTURE, data={"where": "price <"}),
        client.post("/v1/search", json={"product": "chair/1", "where": "price <"}),
    ):
        assert (found.status_code // 100, found.json()["code"]) == (4, "bad-input")
        assert "found 'its end' at character 8" in found.json()["detail"]


def test_what_narrows_and_moves_a_search_is_taken(client: TestClient) -> None:
    said = {"where": "price < 50", "like": ["a", "b"], "unlike": ["c"], "facets": ["brand"], "fold": True}
    for found in (
        client.post("/v1/search", files=PICTURE, data=said),
        client.post("/v1/search", json={"product": "chair/1", **said}),
    ):
        body = found.json()
        assert found.status_code == 200, body
        assert (body["found"], body["facets"], body["tags"]) == (True, [], [])
    assert client.post("/v1/search", json={"product": "x", "like": ["a"] * 21}).status_code == 422


def test_kinds_are_told_once_they_are_learned(client: TestClient, shop: "Shop") -> None:
    missing = client.get("/v1/classify")
    assert (missing.status_code, missing.json()["code"]) == (404, "not-found")
    measured = KindMeasurement(products=9, accuracy=0.8, top3=0.9, calibration_error=0.01, balanced=0.7)
    shop.kinds = KindsCard(
        model=File(file="kinds.onnx", sha256="0" * 64, size_bytes=1),
        eye="eye",
        names=("Shoes", "Shoes > Boots"),
        change=1,
        rows=90,
        weights=(0.8, 0.0, 0.2),
        ensemble=measured,
        forest=measured,
        confusion=(("Shoes", "Shoes > Boots", 2),),
    )
    told = client.get("/v1/classify").json()
    assert told["kinds"] == ["Shoes", "Shoes > Boots"]
    assert told["ensemble"]["accuracy"] == 0.8
    assert told["confusion"] == [["Shoes", "Shoes > Boots", 2]]
