from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from visualsearch.web.app import build_app
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
