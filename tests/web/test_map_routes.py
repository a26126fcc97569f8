import base64
import io
import struct
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient

from visualsearch.atlas.layout import About, Layout, Points, arrange, save
from visualsearch.atlas.tiles import encode_edges, encode_points
from visualsearch.domain import Product, ProductId
from visualsearch.web.service import Service

if TYPE_CHECKING:
    from tests.web.conftest import Shop

ABOUT = About("shop", "eye", "one", "umap", 3, ("", "Chairs"))


def jpeg(colour: tuple[int, int, int]) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (120, 120), colour).save(data, "JPEG")
    return data.getvalue()


@pytest.fixture
def layout(shop: "Shop") -> Layout:
    """Three products, of which the last is no point yet, and the map of two."""
    for number, colour in enumerate([(255, 0, 0), (0, 255, 0), (0, 0, 255)], 1):
        uri = "data:image/jpeg;base64," + base64.b64encode(jpeg(colour)).decode()
        shop.put([Product(ProductId(f"a/{number}"), f"Thing {number}", price=number, pictures=(uri,))])
        shop.keep(jpeg(colour))
        record = shop.stored[ProductId(f"a/{number}")]
        (shop.folder / f"{record.pictures[0]}-160").write_bytes(jpeg(colour))
    points = Points(
        np.array([1, 2], np.uint32),
        np.array([1, np.nan], np.float32),
        np.array([1, 0], np.uint16),
        np.array([[255, 0, 0], [0, 255, 0]], np.uint8),
    )
    places = np.array([[0, 0, 0], [1, 1, 1]], np.float32)
    made = arrange(ABOUT, points, places, np.array([[1], [0]]), np.array([[0.5], [0.5]], np.float32))
    save(made, shop.folder / "map.snapshot")
    return made


def test_before_there_is_a_map_it_is_asked_to_come_again(client: TestClient, service: Service) -> None:
    assert not service.map.is_looked_at

    answer = client.get("/v1/map")

    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"
    assert "laid out" in answer.json()["detail"]
    assert service.map.is_looked_at, "which begins to lay it out"


def test_a_map_tells_what_there_is_of_it(client: TestClient, shop: "Shop", layout: Layout) -> None:
    answer = client.get("/v1/map")

    assert answer.json() == {
        "version": layout.version,
        "points": 2,
        "method": "umap",
        "is_current": True,
        "categories": ["", "Chairs"],
        "neighbours": 10,
        "tiles": [{"level": 0, "first": 0, "count": 2}],
        "sheets": {"count": 1, "points": 256, "across": 16, "side": 64},
    }
    assert answer.headers["cache-control"] == "no-cache"
    shop.revision = "two"
    assert client.get("/v1/map").json()["is_current"] is False


def test_a_newer_file_is_shown_and_a_broken_one_is_as_none(
    client: TestClient, shop: "Shop", layout: Layout
) -> None:
    assert client.get("/v1/map").json()["version"] == layout.version
    (shop.folder / "map.snapshot").write_bytes(b"no map")

    assert client.get("/v1/map").status_code == 503

    save(layout, shop.folder / "map.snapshot")
    assert client.get("/v1/map").json()["version"] == layout.version


def test_tiles_may_be_kept_for_ever_for_a_version_names_its_bytes(client: TestClient, layout: Layout) -> None:
    for part, data in (("points", encode_points(layout, 0)), ("edges", encode_edges(layout, 0))):
        address = f"/v1/map/{layout.version}/{part}/0"
        answer = client.get(address)
        assert (answer.status_code, answer.content) == (200, data)
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
        again = client.get(address, headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
    assert struct.unpack("<I", client.get(f"/v1/map/{layout.version}/points/0").content[4:8]) == (2,)


def test_a_sheet_shows_the_pictures_of_points_in_their_order(client: TestClient, layout: Layout) -> None:
    answer = client.get(f"/v1/map/{layout.version}/sheets/0.jpg")

    assert answer.headers["content-type"] == "image/jpeg"
    with Image.open(io.BytesIO(answer.content)) as sheet:
        seen = [sheet.getpixel((32 + 64 * place, 32)) for place in range(2)]
    for row, colour in zip(layout.points.rows, seen, strict=True):
        assert colour == pytest.approx((254, 0, 0) if row == 1 else (0, 254, 0), abs=4)
    assert (
        client.get(
            f"/v1/map/{layout.version}/sheets/0.jpg", headers={"If-None-Match": answer.headers["etag"]}
        ).status_code
        == 304
    )


@pytest.mark.parametrize("part", ["points/1", "edges/1", "sheets/1.jpg", "points/-1"])
def test_what_is_past_the_end_is_not_found(client: TestClient, layout: Layout, part: str) -> None:
    answer = client.get(f"/v1/map/{layout.version}/{part}")
    assert answer.status_code == 404
    assert "expected the number of a" in answer.json()["detail"]


@pytest.mark.parametrize("part", ["points/0", "edges/0", "sheets/0.jpg"])
def test_another_version_is_not_found_and_says_what_to_do(
    client: TestClient, layout: Layout, part: str
) -> None:
    assert layout.version != "0123456789abcdef"
    answer = client.get(f"/v1/map/0123456789abcdef/{part}")
    assert answer.status_code == 404
    assert "read /v1/map again" in answer.json()["detail"]


def test_products_are_told_by_their_rows_and_rows_by_their_products(
    client: TestClient, layout: Layout
) -> None:
    assert len(layout) == 2
    by_row = client.get("/v1/map/points", params={"row": [2, 99]}).json()["points"]
    assert [(one["row"], one["product"]["id"], one["product"]["title"]) for one in by_row] == [
        (2, "a/2", "Thing 2")
    ]
    assert client.get(by_row[0]["picture_url"]).content == jpeg((0, 255, 0))

    by_product = client.get("/v1/map/points", params={"product": ["a/1", "none"]}).json()["points"]
    assert [one["row"] for one in by_product] == [1]


@pytest.mark.parametrize(
    "asked", [{"row": ["x"]}, {"row": [-1]}, {"row": [1 << 60]}, {"row": list(range(201))}, {"product": [""]}]
)
def test_points_that_cannot_be_are_refused(client: TestClient, asked: dict[str, list[object]]) -> None:
    answer = client.get("/v1/map/points", params=asked)  # type: ignore[arg-type]
    assert answer.status_code == 422
    assert answer.json()["code"] == "bad-input"
