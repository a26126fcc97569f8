"""Servers and workers of several processes on one Redis server."""

import base64
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self

import httpx
import pytest
from drawings import draw, make_catalogue
from processes import Server, run_json, run_program, serving, working

pytestmark = pytest.mark.xdist_group("many")

PRODUCTS = 30
ASKERS = 16


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("many")
    run_json("index", make_catalogue(folder, PRODUCTS), "--shop", folder / "shop")
    return folder / "shop"


@pytest.fixture
def environment(redis_url: str) -> dict[str, str]:
    return {"VISUALSEARCH_QUEUE__REDIS_URL": redis_url}


class Askers:
    """Shoppers who ask again and again, and check that each answer is to their own picture."""

    def __init__(self, servers: list[Server]) -> None:
        self.answered = 0
        self.wrong: list[object] = []
        self._servers = servers
        self._stop = threading.Event()
        self._counting = threading.Condition()

    def __enter__(self) -> Self:
        self._threads = [threading.Thread(target=self._ask, args=(number,)) for number in range(ASKERS)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def wait_for(self, more: int) -> None:
        """Wait until so many more questions have an answer."""
        with self._counting:
            goal = self.answered + more
            self._counting.wait_for(lambda: self.answered >= goal or self.wrong)

    def _ask(self, number: int) -> None:
        server = self._servers[number % len(self._servers)]
        while not self._stop.is_set() and not self.wrong:
            try:
                found = server.search(draw(number), limit="1")[0]["product"]["id"]
            except httpx.HTTPError as error:
                found = repr(error) + getattr(getattr(error, "response", None), "text", "")
            with self._counting:
                self.answered += 1
                if found != f"p{number}":
                    self.wrong.append((number, found))
                self._counting.notify_all()
            number = (number + ASKERS) % PRODUCTS


@pytest.fixture
def servers(shop: Path, environment: dict[str, str]) -> Iterator[list[Server]]:
    with serving(shop, environment=environment) as one, serving(shop, environment=environment) as other:
        yield [one, other]


def test_workers_killed_under_load_lose_no_question(
    shop: Path, environment: dict[str, str], servers: list[Server]
) -> None:
    with working(shop, environment), Askers(servers) as askers:
        for _ in range(4):
            with working(shop, environment) as victim:
                askers.wait_for(2 * ASKERS)
                victim.send_signal(signal.SIGKILL)
        askers.wait_for(2 * ASKERS)
    assert askers.wrong == []


def test_a_rolling_restart_of_workers_loses_no_question(
    shop: Path, environment: dict[str, str], servers: list[Server]
) -> None:
    with (
        working(shop, environment) as first,
        working(shop, environment) as second,
        working(shop, environment),
        Askers(servers) as askers,
    ):
        for old in (first, second):
            askers.wait_for(ASKERS)
            old.terminate()
            assert old.wait(timeout=60) == 0
        askers.wait_for(2 * ASKERS)
    assert askers.wrong == []


def test_readiness_tells_whether_a_worker_is_at_work(
    shop: Path, environment: dict[str, str], servers: list[Server]
) -> None:
    client = servers[0].client
    told = client.get("/readyz")
    while told.status_code == 200:  # of the tests before, until their leases end
        told = client.get("/readyz")
    assert (told.status_code, "visualsearch work" in told.json()["detail"]) == (503, True)
    with working(shop, environment):
        while client.get("/readyz").status_code == 503:
            pass
        assert client.get("/readyz").json()["products"] == PRODUCTS


def test_what_one_server_stores_is_found_by_all_once_it_is_answered(
    shop: Path, environment: dict[str, str], servers: list[Server]
) -> None:
    with working(shop, environment), working(shop, environment):
        for number in range(500, 505):
            inline = "data:image/jpeg;base64," + base64.b64encode(draw(number)).decode()
            servers[0].client.put(
                f"/v1/products/new-{number}", json={"pictures": [inline]}
            ).raise_for_status()
            with ThreadPoolExecutor(8) as threads:
                found = list(threads.map(lambda n: servers[n % 2].search(draw(number)), range(8)))  # noqa: B023
            assert {hits[0]["product"]["id"] for hits in found} == {f"new-{number}"}
            assert servers[1].client.delete(f"/v1/products/new-{number}").status_code == 204
            assert f"new-{number}" not in [hit["product"]["id"] for hit in servers[0].search(draw(number))]


def test_answers_that_are_kept_on_redis_are_kept_for_all_servers_until_the_shop_changes(
    shop: Path, environment: dict[str, str]
) -> None:
    together = environment | {"VISUALSEARCH_QUEUE__REMEMBERED_IN": "redis"}

    def remembered(server: Server) -> bool:
        answer = server.client.post("/v1/search", files={"picture": draw(3)})
        answer.raise_for_status()
        return list(answer.json()["seconds"]) == ["remember"]

    with (
        serving(shop, environment=together) as one,
        serving(shop, environment=together) as other,
        working(shop, environment),
    ):
        for server in (one, other):
            server.search(draw(4))
        assert [remembered(server) for server in (one, other, one)] == [False, True, True]
        one.client.put("/v1/products/p3", json={"title": "another title"}).raise_for_status()
        assert not remembered(other)
        assert remembered(one) or remembered(one), "it may have seen the change only now"


def test_the_doctor_pushes_a_picture_through_redis(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert run_json("doctor")["trial"]["look_s"] > 0


def test_a_worker_without_a_redis_server_says_what_to_do(shop: Path) -> None:
    assert "VISUALSEARCH_QUEUE__REDIS_URL" not in os.environ

    done = run_program("work", "--shop", shop)

    assert done.returncode == 2
    assert "queue.redis_url" in done.stderr
