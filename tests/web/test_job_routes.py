"""The routes of jobs and of looking at the shop; jobs are real processes that do less."""

import base64
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

from visualsearch.domain import Product, ProductId
from visualsearch.web.app import build_app
from visualsearch.web.service import Service

if TYPE_CHECKING:
    from tests.web.conftest import Shop

JPEG = b"\xff\xd8\xff\xe0 the bytes of a picture"
BYTES = {"content-type": "application/octet-stream"}


@pytest.fixture
def client(service: Service) -> Iterator[TestClient]:
    with TestClient(build_app(service)) as client:
        yield client
    service.management.board.stop()


def send(client: TestClient, name: str, data: bytes = b"id\n1\n") -> dict[str, Any]:
    answer = client.post("/v1/admin/catalogues", params={"name": name}, content=data, headers=BYTES)
    assert answer.status_code == 202, answer.text
    started: dict[str, Any] = answer.json()
    return started


def wait(client: TestClient, job: dict[str, Any]) -> dict[str, Any]:
    deadline = time.monotonic() + 240
    while (told := client.get(f"/v1/admin/jobs/{job['id']}").json())["state"] == "running":
        assert time.monotonic() < deadline
        time.sleep(0.1)
    ended: dict[str, Any] = told
    return ended


def test_what_is_sent_is_kept_whole_and_its_job_is_followed_to_its_end(
    client: TestClient, tmp_path: Path
) -> None:
    data = bytes(range(256)) * 150
    started = send(client, "shoes.csv", data)

    with client.stream("GET", f"/v1/admin/jobs/{started['id']}/events") as events:
        told = [line for line in events.iter_lines() if line.startswith("data:")]

    assert (started["kind"], started["name"], started["state"]) == ("index", "shoes.csv", "running")
    assert (tmp_path / "jobs" / started["id"] / "upload").read_bytes() == data
    assert '"state":"done"' in told[-1]
    assert "all is stored" in told[-1]
    [listed] = client.get("/v1/admin/jobs").json()["jobs"]
    assert listed["state"] == "done"
    failed = client.get(f"/v1/admin/jobs/{started['id']}/failures").json()["failures"]
    assert failed == [
        {"product": "", "subject": "products.csv:3", "code": "bad-line", "message": "expected an id"}
    ]
    assert client.delete(f"/v1/admin/jobs/{started['id']}").status_code == 204
    assert client.get(f"/v1/admin/jobs/{started['id']}").status_code == 404


def test_a_job_is_stopped_and_goes_on_and_another_waits_its_turn(client: TestClient) -> None:
    job = send(client, "slow")
    address = f"/v1/admin/jobs/{job['id']}"

    refused = client.post("/v1/admin/retries")
    sent = client.post("/v1/admin/catalogues?name=x", content=b"id\n1\n", headers=BYTES)
    stopped = client.post(f"{address}/cancel").json()
    resumed = client.post(f"{address}/resume")

    assert (refused.status_code, refused.json()["code"]) == (409, "busy")
    assert (sent.status_code, sent.json()["code"]) == (409, "busy")
    assert client.delete(address).status_code == 409
    assert (stopped["state"], resumed.status_code, resumed.json()["state"]) == ("cancelled", 202, "running")
    client.post(f"{address}/cancel")
    retried = client.post("/v1/admin/retries")
    assert (retried.status_code, retried.json()["kind"]) == (202, "retry")
    assert wait(client, retried.json())["state"] == "done"


def test_what_is_too_large_or_of_another_kind_leaves_nothing(client: TestClient, tmp_path: Path) -> None:
    large = client.post("/v1/admin/catalogues?name=x", content=bytes(50_001), headers=BYTES)
    form = client.post("/v1/admin/catalogues?name=x", files={"file": b"id\n1\n"})
    nameless = client.post("/v1/admin/catalogues", content=b"id\n1\n", headers=BYTES)

    assert (large.status_code, large.json()["code"]) == (413, "too-large")
    assert form.status_code == 415
    assert nameless.status_code == 422
    assert [one for one in (tmp_path / "jobs").glob("*") if one.is_dir()] == []


def test_an_evaluation_takes_installed_models_alone(client: TestClient, tmp_path: Path) -> None:
    def ask(*sides: dict[str, Any]) -> Any:
        return client.post("/v1/admin/evaluations", json={"products": 5, "sides": list(sides)})

    unknown = ask({"model": "../../etc/passwd"})
    mixed = ask({"model": "small"}, {"evidence": False})
    started = ask({"model": "small"}, {"model": "other"})

    assert (unknown.status_code, "other, small" in unknown.json()["detail"]) == (422, True)
    assert mixed.status_code == 422
    assert (started.status_code, started.json()["kind"]) == (202, "evaluate")
    wait(client, started.json())
    address = f"/v1/admin/jobs/{started.json()['id']}"
    assert client.get(f"{address}/report").status_code == 404
    photos = tmp_path / "jobs" / started.json()["id"] / "photos"
    photos.mkdir()
    (photos / "00003.jpg").write_bytes(JPEG)
    assert client.get(f"{address}/photos/3").content == JPEG
    assert client.get(f"{address}/photos/4").status_code == 404


def test_another_sites_page_can_start_and_stop_nothing(client: TestClient, service: Service) -> None:
    foreign = {"sec-fetch-site": "cross-site", "origin": "https://evil.example"}

    assert client.post("/v1/admin/retries", headers=foreign).status_code == 403
    assert (
        client.post("/v1/admin/catalogues?name=x", content=b"x", headers=BYTES | foreign).status_code == 403
    )
    own = {"sec-fetch-site": "same-origin", "origin": "http://testserver"}
    assert wait(client, client.post("/v1/admin/retries", headers=own).json())["state"] == "done"
    allowed = TestClient(build_app(replace(service, cors_origins=("https://evil.example",))))
    assert allowed.get("/v1/admin/jobs", headers=foreign).status_code == 200


@pytest.fixture
def stored(shop: "Shop") -> "Shop":
    good = "data:image/jpeg;base64," + base64.b64encode(JPEG).decode()
    bad = "data:text/plain;base64,dGV4dA=="
    shop.put([Product(ProductId(f"p{n}"), f"Chair {n}", pictures=(good, bad)) for n in range(5)])
    return shop


def test_products_are_browsed_page_by_page(client: TestClient, stored: "Shop") -> None:
    page = client.get("/v1/admin/products", params={"words": "Chair", "start": 1, "limit": 2}).json()

    assert page["total"] == len(stored.stored) == 5
    assert [one["product"]["id"] for one in page["products"]] == ["p1", "p2"]
    assert client.get("/v1/admin/products", params={"where": "price <"}).status_code == 422
    assert client.get("/v1/admin/products", params={"limit": 1000}).status_code == 422


def test_failures_are_told_without_paths_of_the_server(client: TestClient, stored: "Shop") -> None:
    failures = client.get("/v1/admin/failures", params={"start": 3}).json()["failures"]

    assert [one["product"] for one in failures] == ["p3", "p4"]
    assert {one["code"] for one in failures} == {"not-a-picture"}
    assert str(stored.folder) not in str(failures)


def test_what_the_eye_sees_of_a_picture_is_told(client: TestClient, stored: "Shop") -> None:
    seen = client.get(f"/v1/admin/pictures/{stored.keep(JPEG)}").json()

    assert (seen["regions"][0]["kind"], seen["regions"][0]["box"]) == ("top", [0, 0, 0.5, 1])
    assert seen["tags"] == [{"field": "colour", "name": "red", "confidence": 0.75}]
    assert client.get("/v1/admin/pictures/no-such").status_code == 404


def test_models_and_meters_are_told(client: TestClient) -> None:
    client.get("/healthz")

    models = client.get("/v1/admin/models").json()["models"]
    samples = client.get("/v1/admin/meters").json()["samples"]

    assert models[0] == {"name": "small", "dimension": 2, "is_used": True}
    found = {
        "name": "visualsearch_requests_total",
        "labels": {"route": "/healthz", "status": "200"},
        "value": 1.0,
    }
    assert found in samples
