from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

from visualsearch.web.app import build_app
from visualsearch.web.photos import Photos
from visualsearch.web.service import Service

if TYPE_CHECKING:
    from tests.web.conftest import Shop

JPEG = b"\xff\xd8\xff\xe0 the bytes of a picture"


def test_a_picture_comes_with_its_type_and_may_be_kept_for_ever(client: TestClient, shop: "Shop") -> None:
    picture = shop.keep(JPEG)
    shown = client.get(f"/v1/pictures/{picture}")
    assert (shown.status_code, shown.content) == (200, JPEG)
    assert shown.headers["content-type"] == "image/jpeg"
    assert shown.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert shown.headers["etag"] == f'"{picture}-whole"'


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"\xff\xd8\xff\xdb", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\n\r\x00\x00WEBPVP8 ", "image/webp"),
        (b"\x00\x00\x00 ftypavif", "image/avif"),
        (b"<html><script>", "application/octet-stream"),
        (b"", "application/octet-stream"),
    ],
)
def test_the_type_of_a_picture_is_told_by_its_bytes(
    client: TestClient, shop: "Shop", data: bytes, media_type: str
) -> None:
    assert client.get(f"/v1/pictures/{shop.keep(data)}").headers["content-type"] == media_type


def test_a_width_is_rounded_up_to_one_that_is_kept(client: TestClient, shop: "Shop") -> None:
    picture = shop.keep(JPEG, width=320)
    answers = [client.get(f"/v1/pictures/{picture}?width={width}") for width in (161, 300, 320)]
    assert [answer.content for answer in answers] == [JPEG] * 3
    assert {answer.headers["etag"] for answer in answers} == {f'"{picture}-320"'}
    assert client.get(f"/v1/pictures/{picture}?width=321").status_code == 404


@pytest.mark.parametrize("width", ["0", "-5", "2049", "wide", "1.5"])
def test_a_width_out_of_bounds_is_refused(client: TestClient, shop: "Shop", width: str) -> None:
    refused = client.get(f"/v1/pictures/{shop.keep(JPEG)}?width={width}")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "width")


def test_a_picture_that_the_client_has_is_not_sent_again(client: TestClient, shop: "Shop") -> None:
    address = f"/v1/pictures/{shop.keep(JPEG)}"
    tag = client.get(address).headers["etag"]
    for sent in (tag, f'"other", W/{tag}'):
        again = client.get(address, headers={"If-None-Match": sent})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize("picture", ["0" * 64, "A" * 64, "0" * 63, "..%2F..%2Fetc%2Fpasswd", "%00"])
def test_an_unknown_picture_is_a_404(client: TestClient, picture: str) -> None:
    unknown = client.get(f"/v1/pictures/{picture}")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "not-found")


def test_a_picture_whose_file_has_just_gone_is_a_404(service: Service, shop: "Shop") -> None:
    gone = replace(service, picture_file=lambda _picture, _width: shop.folder / "gone")
    with TestClient(build_app(gone)) as client:
        assert client.get(f"/v1/pictures/{'0' * 64}").status_code == 404


def test_samples_are_listed_and_shown(client: TestClient) -> None:
    [sample] = client.get("/v1/samples").json()["samples"]
    assert sample["name"] == "grünes Sofa/1.jpg"
    shown = client.get(sample["url"])
    assert (shown.content, shown.headers["content-type"]) == (JPEG, "image/jpeg")


def test_an_unknown_sample_is_a_404(client: TestClient) -> None:
    assert client.get("/v1/samples/..%2Fsofa").status_code == 404


def test_a_server_without_samples_lists_none(make_service: Callable[..., Service]) -> None:
    with TestClient(build_app(replace(make_service(), samples=()))) as client:
        assert client.get("/v1/samples").json() == {"samples": []}


@pytest.fixture
def keeping(make_service: Callable[..., Service], tmp_path: Path) -> TestClient:
    return TestClient(build_app(replace(make_service(), photos=Photos(tmp_path / "photos", 100))))


def send(client: TestClient, photo: bytes, content_type: str = "image/jpeg") -> Any:
    return client.post("/v1/photos", content=photo, headers={"content-type": content_type})


def test_a_photo_for_a_link_is_shown_by_its_id(keeping: TestClient) -> None:
    photo = send(keeping, JPEG).json()["photo"]

    shown = keeping.get(f"/v1/photos/{photo}")

    assert (shown.status_code, shown.content) == (200, JPEG)
    assert shown.headers["content-type"] == "image/jpeg"
    assert send(keeping, JPEG).json()["photo"] == photo


def test_the_oldest_photos_go_where_there_is_no_more_room(keeping: TestClient, tmp_path: Path) -> None:
    first, second = (send(keeping, JPEG + bytes([number]) * 10).json()["photo"] for number in range(2))
    send(keeping, JPEG + bytes([0]) * 10)  # the first again, which makes it the newest
    third = send(keeping, JPEG + bytes([2]) * 10).json()["photo"]

    assert [keeping.get(f"/v1/photos/{one}").status_code for one in (first, second, third)] == [200, 404, 200]
    assert sum(path.stat().st_size for path in (tmp_path / "photos").iterdir()) <= 100


def test_no_photo_is_kept_unless_the_setting_says_so(client: TestClient, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))

    assert send(client, JPEG).json() == {"photo": None}

    assert sorted(tmp_path.rglob("*")) == before
    assert client.get(f"/v1/photos/{'0' * 64}").status_code == 404


@pytest.mark.parametrize(
    ("photo", "content_type", "status"),
    [
        (b"<html><script>", "image/jpeg", 422),
        (JPEG, "text/plain", 415),
        (JPEG, "multipart/form-data", 415),
        (JPEG + bytes(100), "image/jpeg", 413),
    ],
)
def test_what_is_no_photo_of_a_fair_size_is_not_kept(
    keeping: TestClient, tmp_path: Path, photo: bytes, content_type: str, status: int
) -> None:
    assert send(keeping, photo, content_type).status_code == status
    assert not list(tmp_path.rglob("photos/*"))


@pytest.mark.parametrize("name", ["..%2fsofa", "%2e%2e", "A" * 64, "0" * 64, "0" * 63])
def test_no_name_leads_out_of_the_folder_of_photos(keeping: TestClient, name: str) -> None:
    assert keeping.get(f"/v1/photos/{name}").status_code == 404
