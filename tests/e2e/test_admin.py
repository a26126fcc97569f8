"""The shopkeeper's interface over a real shop: real catalogues sent, real jobs in processes of their own."""

import io
import threading
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from drawings import draw, on_white, told
from PIL import Image
from processes import Server, serving

pytestmark = pytest.mark.xdist_group("admin")

NICE = {"VISUALSEARCH_JOBS__NICENESS": "0"}
"""Jobs stand back behind all else, and on a machine that is busy with tests would hardly be done."""
BYTES = {"content-type": "application/octet-stream"}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("admin") / "shop"


@pytest.fixture(scope="module")
def server(shop: Path) -> Iterator[Server]:
    with serving(shop, environment={**NICE, "VISUALSEARCH_FETCH__ALLOW_HOSTS": '["127.0.0.1"]'}) as server:
        products = [told(f"p{number}", f"Drawing {number}", draw(number)) for number in range(6)]
        put(server.client, products)
        yield server


class Pictures:
    """A server of pictures that lacks some at first."""

    def __init__(self, address: str, files: dict[str, bytes]) -> None:
        self.address = address
        self.files = files
        self.waiting: set[str] = set()
        """Paths that are not answered before the gate is open."""
        self.gate = threading.Event()


@pytest.fixture
def pictures() -> Iterator[Pictures]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path in offered.waiting:
                offered.gate.wait(200)
            data = offered.files.get(self.path)
            self.send_response(404 if data is None else 200)
            self.send_header("content-length", str(len(data or b"")))
            self.end_headers()
            self.wfile.write(data or b"")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as far:
        thread = threading.Thread(target=far.serve_forever)
        thread.start()
        offered = Pictures(f"http://127.0.0.1:{far.server_address[1]}", {})
        yield offered
        offered.gate.set()
        far.shutdown()
        thread.join()


def zipped(entries: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return packed.getvalue()


def send(client: httpx.Client, name: str, data: bytes) -> dict[str, Any]:
    answer = client.post("/v1/admin/catalogues", params={"name": name}, content=data, headers=BYTES)
    assert answer.status_code == 202, answer.text
    job: dict[str, Any] = answer.json()
    return job


def put(client: httpx.Client, products: list[dict[str, object]]) -> None:
    client.post("/v1/products", json={"products": products}).raise_for_status()


def wait(client: httpx.Client, job: dict[str, Any]) -> dict[str, Any]:
    deadline = time.monotonic() + 240
    while (told := client.get(f"/v1/admin/jobs/{job['id']}").json())["state"] == "running":
        assert time.monotonic() < deadline, told
        time.sleep(0.1)
    ended: dict[str, Any] = told
    return ended


def failures(client: httpx.Client, job: dict[str, Any]) -> list[dict[str, str]]:
    listed: list[dict[str, str]] = client.get(f"/v1/admin/jobs/{job['id']}/failures").json()["failures"]
    return listed


def test_a_table_with_its_pictures_is_searched_and_its_broken_rows_tell_why(
    server: Server, shop: Path
) -> None:
    table = (
        "id,title,image,category\n"
        "z1,Good one,img/1.jpg,Toys\n"
        ",Nameless,img/1.jpg,Toys\n"
        "z2,Torn,img/2.jpg,Toys\n"
        "z3,Thief,/etc/hostname,Toys\n"
        "z4,Lost,img/none.jpg,Toys\n"
    )
    entries = {
        "mine/products.csv": table.encode(),
        "mine/img/1.jpg": draw(901),
        "mine/img/2.jpg": draw(902)[:300],
    }

    job = send(server.client, "mine.zip", zipped(entries))
    with server.client.stream("GET", f"/v1/admin/jobs/{job['id']}/events", timeout=120) as events:
        said = [line for line in events.iter_lines() if line.startswith("data:")]
    done = wait(server.client, job)

    assert '"state":"done"' in said[-1]
    counts = done["progress"]["counts"]
    assert (counts["stored"], counts["looked"], counts["failed_lines"], counts["failed_pictures"]) == (
        4,
        1,
        1,
        3,
    )
    assert server.search(draw(901))[0]["product"]["id"] == "z1"
    why = {one["product"]: (one["code"], one["subject"]) for one in failures(server.client, job)}
    assert why[""] == ("bad-line", "mine.zip:3")
    assert why["z2"][0] == "not-a-picture"
    assert why["z3"][0] == "forbidden-address"
    assert why["z4"][0] in {"not-found", "forbidden-address"}
    told_to_all = str(server.client.get("/v1/admin/failures").json()) + str(failures(server.client, job))
    assert str(shop) not in told_to_all
    # The shop keeps its own copies: what was sent is gone, and the product can be sent back as it is told.
    assert not (shop / "jobs" / job["id"] / "upload").exists()
    kept = server.client.get("/v1/products/z1").json()["pictures"][0]["source"]
    put = server.client.put("/v1/products/z1", json={"title": "Better one", "pictures": [kept]})
    assert put.status_code == 200
    assert server.search(draw(901))[0]["product"]["title"] == "Better one"


def wait_for_first(server: Server, asked: dict[str, bytes], seconds: float = 10) -> None:
    """Wait until each picture finds its product first: the server follows a job a moment later."""
    end = time.monotonic() + seconds
    found: dict[str, str] = {}
    while found.keys() != set(found.values()) or not found:
        assert time.monotonic() < end, found
        found = {one: server.search(picture)[0]["product"]["id"] for one, picture in asked.items()}


def test_what_could_not_be_fetched_is_fetched_again(server: Server, pictures: Pictures) -> None:
    entries = {"kept/table.csv": b"id,title,image\nkept,Kept one,img/1.jpg\n", "kept/img/1.jpg": draw(903)}
    wait(server.client, send(server.client, "kept.zip", zipped(entries)))
    put(server.client, [{"id": one, "pictures": [f"{pictures.address}/{one}.jpg"]} for one in ("f1", "f2")])
    failed = server.client.get("/v1/admin/failures").json()["failures"]
    assert {"f1", "f2"} <= {one["product"] for one in failed}

    pictures.files["/f1.jpg"] = draw(911)
    again = wait(server.client, server.client.post("/v1/admin/retries").json())

    assert again["progress"]["counts"]["looked"] == 1
    # A file of the archive that is gone since has not become a failure of a picture that is kept.
    wait_for_first(server, {"f1": draw(911), "kept": draw(903)})
    failed = {one["product"] for one in server.client.get("/v1/admin/failures").json()["failures"]}
    assert "f2" in failed
    assert not {"f1", "kept"} & failed


def test_products_are_browsed_perceived_and_deleted(server: Server) -> None:
    def browse(**asked: str | int) -> Any:
        return server.client.get("/v1/admin/products", params=asked).json()

    assert browse(words="drawing 3")["products"][0]["product"]["id"] == "p3"
    assert browse(words="p3")["total"] == 1
    assert browse(where="category = Drawings", start=4)["total"] == 6
    assert [one["product"]["id"] for one in browse(where="category = Drawings", start=4)["products"]] == [
        "p4",
        "p5",
    ]
    picture = browse(words="p3")["products"][0]["pictures"][0]["picture"]
    seen = server.client.get(f"/v1/admin/pictures/{picture}").json()
    assert {tag["field"] for tag in seen["tags"]} >= {"colour"}
    assert server.client.delete("/v1/products/p3").status_code == 204
    assert browse(words="p3")["total"] == 0


def test_the_search_is_measured_on_two_sides_with_the_worst_photos(server: Server) -> None:
    put(server.client, [told(f"w{number}", f"Plain {number}", on_white(number)) for number in range(8)])
    asked = {"products": 4, "sides": [{}, {"evidence": False}]}

    done = wait(server.client, server.client.post("/v1/admin/evaluations", json=asked).json())

    assert done["state"] == "done", done
    report = server.client.get(f"/v1/admin/jobs/{done['id']}/report").json()
    assert [side["name"] for side in report["sides"]] == [
        "the search",
        "the search without print and colours",
    ]
    assert report["photos"] == 4
    assert all(0 <= side["metrics"]["R@1"]["value"] <= 1 for side in report["sides"])
    assert report["difference"] is not None
    photo = server.client.get(f"/v1/admin/jobs/{done['id']}/photos/3")
    assert Image.open(io.BytesIO(photo.content)).format == "JPEG"
    [model] = [one for one in server.client.get("/v1/admin/models").json()["models"] if one["is_used"]]
    sides = [{"model": model["name"]}, {"model": model["name"]}]
    same = wait(
        server.client,
        server.client.post("/v1/admin/evaluations", json={"products": 3, "sides": sides}).json(),
    )
    compared = server.client.get(f"/v1/admin/jobs/{same['id']}/report").json()
    assert (compared["winner"], compared["difference"]["value"]) == (0, 0)


def test_a_server_that_dies_leaves_its_job_which_the_next_one_tells_of_stops_and_resumes(
    pictures: Pictures, tmp_path: Path
) -> None:
    shop, few = (
        tmp_path / "shop",
        {"VISUALSEARCH_INGEST__WORKERS": "1", "VISUALSEARCH_INGEST__PICTURES_PER_SHARD": "4"},
    )
    environment = {**NICE, **few, "VISUALSEARCH_FETCH__ALLOW_HOSTS": '["127.0.0.1"]'}
    names = [f"/{number}.jpg" for number in range(32)]
    pictures.files |= {name: draw(2_000 + number) for number, name in enumerate(names)}
    pictures.waiting = set(names[16:])
    table = "id,image\n" + "".join(
        f"n{number},{pictures.address}{name}\n" for number, name in enumerate(names)
    )
    one = Server(shop, environment=environment)
    job = send(one.client, "far.csv", table.encode())
    one.kill()

    with serving(shop, environment=environment) as other, ThreadPoolExecutor(1) as threads:
        address = f"/v1/admin/jobs/{job['id']}"
        deadline = time.monotonic() + 200
        while not (told := other.client.get(address).json())["progress"]["counts"].get("looked"):
            assert told["state"] == "running"
            assert time.monotonic() < deadline, told
            time.sleep(0.05)
        stopping = threads.submit(other.client.post, f"{address}/cancel")
        while not (shop / "jobs" / job["id"] / "cancelled").exists():
            time.sleep(0.01)
        pictures.gate.set()
        assert stopping.result().json()["state"] == "cancelled"
        assert other.client.post(f"{address}/resume").json()["state"] == "running"
        done = wait(other.client, job)
        counts = done["progress"]["counts"]
        assert (done["state"], counts["stored"] + counts["unchanged"]) == ("done", 32)
        assert counts["unchanged"] > 0
        assert other.search(draw(2_031))[0]["product"]["id"] == "n31"
