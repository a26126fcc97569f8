import base64
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from visualsearch.domain import Failure, PictureId, Product, ProductId, Record, Sighting
from visualsearch.web.app import build_app
from visualsearch.web.service import Service

if TYPE_CHECKING:
    from tests.web.conftest import Shop

JPEG = b"\xff\xd8\xff\xe0 the bytes of a picture"
JPEG_URI = "data:image/jpeg;base64," + base64.b64encode(JPEG).decode()
TEXT_URI = "data:image/jpeg;base64," + base64.b64encode(b"text").decode()
LAMP = {
    "title": "Lampe „Über“",
    "brand": "Licht",
    "categories": ["Home", "Lamps"],
    "price": 12.5,
    "currency": "EUR",
    "description": "Bright.",
    "url": "https://shop.example/lamp",
    "attributes": {"colour": "red"},
}
ids = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=256).filter(
    # A path of only dots is resolved by clients before it is sent.
    lambda text: not set(text.split("/")) & {".", ".."}
)


def test_a_product_is_stored_read_replaced_and_deleted(client: TestClient) -> None:
    assert client.get("/v1/products/lamp").status_code == 404
    created = client.put("/v1/products/lamp", json=LAMP)
    assert created.status_code == 201
    assert created.json()["product"] == {"id": "lamp"} | LAMP
    assert client.get("/v1/products/lamp").json() == created.json()
    replaced = client.put("/v1/products/lamp", json=LAMP | {"price": None})
    assert (replaced.status_code, replaced.json()["product"]["price"]) == (200, None)
    gone = client.delete("/v1/products/lamp")
    assert (gone.status_code, gone.content) == (204, b"")
    assert client.delete("/v1/products/lamp").status_code == 404


def test_each_picture_tells_whether_it_can_be_searched(client: TestClient) -> None:
    stored = client.put("/v1/products/lamp", json={"pictures": [JPEG_URI, TEXT_URI]}).json()
    good, bad = stored["pictures"]
    assert good["failure"] is None
    assert client.get(good["picture_url"]).content == JPEG
    assert (bad["picture"], bad["picture_url"], bad["failure"]["code"]) == (None, None, "not-a-picture")


def test_of_the_servers_own_files_only_the_name_is_told(client: TestClient, shop: "Shop") -> None:
    path = "/srv/secret/lamp.jpg"
    failure = Failure("not-found", f"expected a file at {path}, found none", path)
    sightings = (
        Sighting(path, "", failure=failure),
        Sighting("https://a.example/b.jpg", "", PictureId("0" * 64)),
    )
    shop.stored[ProductId("lamp")] = Record(Product(ProductId("lamp")), sightings)
    told = client.get("/v1/products/lamp")
    assert "secret" not in told.text
    file, address = told.json()["pictures"]
    assert (file["source"], address["source"]) == ("lamp.jpg", "https://a.example/b.jpg")
    assert file["failure"]["message"] == "expected a file at lamp.jpg, found none"


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(product=ids)
def test_any_id_survives_the_way_through_the_address(client: TestClient, product: str) -> None:
    address = f"/v1/products/{quote(product, safe='')}"
    assert client.put(address, json=LAMP).json()["product"]["id"] == product
    assert client.get(address).json()["product"]["id"] == product
    assert client.delete(address).status_code == 204


def test_slashes_in_an_id_may_come_as_they_are(client: TestClient) -> None:
    client.put("/v1/products/chairs/oak/1/", json=LAMP)
    assert client.get("/v1/products/chairs%2Foak%2F1%2F").json()["product"]["id"] == "chairs/oak/1/"


@pytest.mark.parametrize("product", ["", "x" * 257, "a%00b", "a%1Fb"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_id_out_of_bounds_is_refused(client: TestClient, method: str, product: str) -> None:
    refused = client.request(method, f"/v1/products/{product}", json=LAMP if method == "PUT" else None)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "product_id"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"price": -1}, "price"),
        ({"price": "cheap"}, "price"),
        ({"currency": "euro"}, "currency"),
        ({"title": "x" * 1001}, "title"),
        ({"title": 5}, "title"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"pictures": ["/etc/passwd"]}, "pictures.0"),
        ({"pictures": ["https://a.example/b.jpg", "file:///etc/passwd"]}, "pictures.1"),
        ({"pictures": [JPEG_URI] * 101}, "pictures"),
        ({"attributes": {"a": 1}}, "attributes.a"),
        ({"surprise": 1}, "surprise"),
        ({"id": "another"}, "id"),
    ],
)
def test_a_product_of_the_wrong_shape_is_refused_by_field(
    client: TestClient, shop: "Shop", change: dict[str, object], field: str
) -> None:
    refused = client.put("/v1/products/lamp", json=LAMP | change)
    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"
    assert [one["field"] for one in refused.json()["errors"]] == [field]
    assert shop.stored == {}


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 15_000, b'{"price": NaN}', b'{"title": "\\ud800"}'])
def test_a_body_that_is_no_product_is_refused(client: TestClient, body: bytes) -> None:
    refused = client.put("/v1/products/lamp", content=body, headers={"Content-Type": "application/json"})
    assert refused.status_code in {400, 422}
    assert refused.headers["content-type"] == "application/problem+json"


def test_a_body_that_does_not_say_it_is_json_is_refused(client: TestClient) -> None:
    """A page of another site can send such a body without asking."""
    refused = client.post(
        "/v1/products", content=b'{"products": [{"id": "a"}]}', headers={"Content-Type": "text/plain"}
    )
    assert refused.status_code == 422


def test_many_products_are_stored_at_once_and_answered_in_their_order(
    client: TestClient, shop: "Shop"
) -> None:
    sent = [{"id": f"{number}", "title": "A", "pictures": [JPEG_URI]} for number in range(100)]
    stored = client.post("/v1/products", json={"products": sent})
    assert stored.status_code == 200
    assert [one["product"]["id"] for one in stored.json()["products"]] == [one["id"] for one in sent]
    assert all(one["pictures"][0]["picture"] for one in stored.json()["products"])
    assert len(shop.stored) == 100


@pytest.mark.parametrize(
    ("products", "field"),
    [
        ([], "products"),
        ([{"id": str(number)} for number in range(101)], "products"),
        ([{"id": "a"}, {"id": "a"}], ""),
        ([{"id": "a"}, {"title": "b"}], "products.1.id"),
        ([{"id": "a"}, {"id": "b", "price": -1}], "products.1.price"),
    ],
)
def test_a_batch_of_the_wrong_shape_is_refused_whole(
    client: TestClient, shop: "Shop", products: list[dict[str, object]], field: str
) -> None:
    refused = client.post("/v1/products", json={"products": products})
    assert refused.status_code == 422
    assert [one["field"] for one in refused.json()["errors"]] == [field]
    assert shop.stored == {}


def test_a_product_that_is_deleted_while_it_is_stored_is_a_404(service: Service) -> None:
    with TestClient(build_app(replace(service, put_products=lambda _products: []))) as client:
        assert client.put("/v1/products/lamp", json=LAMP).status_code == 404
