"""The HTTP interface of a real server."""

import base64
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from drawings import draw, make_catalogue
from processes import Server, run_json, run_program, serving

pytestmark = pytest.mark.xdist_group("http")

PRODUCTS = 60


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("http")
    run_json("index", make_catalogue(folder, PRODUCTS), "--shop", folder / "shop")
    with serving(folder / "shop") as server:
        yield server


def inline(number: int) -> str:
    return "data:image/jpeg;base64," + base64.b64encode(draw(number)).decode()


def test_sixty_askers_at_once_each_get_their_own_answer(server: Server) -> None:
    start = threading.Barrier(PRODUCTS)

    def ask(number: int) -> str:
        start.wait()
        return str(server.search(draw(number), limit="1")[0]["product"]["id"])

    with ThreadPoolExecutor(PRODUCTS) as threads:
        assert list(threads.map(ask, range(PRODUCTS))) == [f"p{number}" for number in range(PRODUCTS)]


def test_a_product_is_found_once_its_put_is_answered_and_not_after_its_delete(server: Server) -> None:
    for number in range(500, 510):
        stored = server.client.put(f"/v1/products/new-{number}", json={"pictures": [inline(number)]})
        assert stored.status_code == 201, stored.text
        assert server.search(draw(number))[0]["product"]["id"] == f"new-{number}"
        assert server.client.delete(f"/v1/products/new-{number}").status_code == 204
        assert f"new-{number}" not in [hit["product"]["id"] for hit in server.search(draw(number))]


def test_what_get_tells_of_a_product_can_be_put_back_with_another_title(server: Server) -> None:
    told = server.client.get("/v1/products/p8").json()
    product = {name: value for name, value in told["product"].items() if name != "id"}
    product |= {"title": "Renamed", "pictures": [picture["source"] for picture in told["pictures"]]}

    stored = server.client.put("/v1/products/p8", json=product).json()

    assert stored["product"]["title"] == "Renamed"
    assert [picture["picture"] for picture in stored["pictures"]] == [
        picture["picture"] for picture in told["pictures"]
    ]
    assert "/" not in stored["pictures"][0]["source"], "a path of the server was told"
    assert server.search(draw(8))[0]["product"]["title"] == "Renamed"


def test_changes_of_another_process_are_searched_soon(tmp_path: Path) -> None:
    catalogue = make_catalogue(tmp_path, 20)
    shop = tmp_path / "shop"
    with serving(shop) as server:

        def found() -> list[str]:
            return [hit["product"]["id"] for hit in server.search(draw(3))]

        assert found() == []
        run_json("index", catalogue, "--shop", shop)
        wait_until(lambda: found()[:1] == ["p3"])
        run_program("delete", "p3", "--shop", shop)
        wait_until(lambda: "p3" not in found())


def wait_until(condition: Callable[[], bool]) -> None:
    """Ask until it is so; the test's own time limit ends it if that never comes."""
    while not condition():
        pass


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:9/x.jpg", "http://169.254.169.254/latest", "http://localhost/x", "file:///etc/passwd"],
)
def test_a_url_of_this_machine_or_its_network_is_refused(server: Server, url: str) -> None:
    answer = server.client.post("/v1/search", json={"url": url})

    assert answer.status_code in {403, 422}, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_product_over_http_may_not_name_files_of_the_server(server: Server, tmp_path: Path) -> None:
    (tmp_path / "secret.jpg").write_bytes(draw(1))

    answer = server.client.put("/v1/products/thief", json={"pictures": [str(tmp_path / "secret.jpg")]})

    assert answer.status_code == 422 or answer.json()["pictures"][0]["failure"]["code"] == "forbidden-address"


def test_thumbnails_are_made_smaller_and_kept(server: Server) -> None:
    picture = server.client.get("/v1/products/p2").json()["pictures"][0]["picture"]
    whole = server.client.get(f"/v1/pictures/{picture}")
    small = server.client.get(f"/v1/pictures/{picture}", params={"width": 160})
    cached = server.client.get(f"/v1/pictures/{picture}", headers={"If-None-Match": whole.headers["etag"]})

    assert whole.content == draw(2)
    assert small.status_code == 200
    assert cached.status_code == 304


def test_a_request_in_work_is_answered_before_a_stopped_server_ends(tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    run_json("index", make_catalogue(tmp_path, 5), "--shop", shop)
    server = Server(shop)
    with ThreadPoolExecutor(20) as threads:
        asked = [threads.submit(server.search, draw(number % 5), limit="1") for number in range(20)]
        asked[0].result()
        code = server.stop()
        answered = [one.result() for one in asked if one.exception() is None]
    assert code == 0
    assert answered
