"""All of deploy/compose.yaml as processes of one machine: two servers, two workers, and each service."""

import base64
import json
import shlex
import subprocess
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from drawings import draw, make_catalogue
from processes import Server, run_json, run_program, working
from services import MilvusServer, PostgresServer, RedisServer

from visualsearch.web.keys import make_key

pytestmark = [pytest.mark.xdist_group("milvus"), pytest.mark.timeout(600)]
COMPOSE = yaml.safe_load((Path(__file__).parents[2] / "deploy" / "compose.yaml").read_text(encoding="utf-8"))
PRODUCTS = 20
PATIENCE_S = 200
"""How long a part that was killed may be missed once it is back: Milvus reads its collections anew."""


@dataclass
class Topology:
    """What runs."""

    servers: list[Server]
    workers: list[subprocess.Popen[str]]
    redis: RedisServer
    postgres: PostgresServer
    milvus: MilvusServer

    def put(self, number: int) -> None:
        """Put a product by the first server, again and again until it is taken."""
        inline = "data:image/jpeg;base64," + base64.b64encode(draw(number)).decode()
        give_up = time.monotonic() + PATIENCE_S
        while True:
            told = self.servers[0].client.put(
                f"/v1/products/new-{number}", json={"pictures": [inline], "brand": "Nova"}
            )
            if told.is_success:
                return
            assert told.status_code == 503, told.text
            assert time.monotonic() < give_up, told.text

    def wait_until_found(self, product: str, number: int) -> None:
        """Ask all servers until each gives a product for a picture; a 503 is waited out, nothing else is."""
        give_up = time.monotonic() + PATIENCE_S
        for server in self.servers:
            while _best(server, number) != product:
                assert time.monotonic() < give_up, f"{server.address} does not find {product}"


def _best(server: Server, number: int) -> str | None:
    """The first hit of a drawing, or None while something is away."""
    told = server.client.post("/v1/search", files={"picture": draw(number)}, data={"limit": "1"})
    assert told.status_code in {200, 503}, told.text
    return str(told.json()["hits"][0]["product"]["id"]) if told.is_success else None


@pytest.fixture
def topology(
    own_redis: RedisServer,
    own_postgres: PostgresServer,
    milvus_server: MilvusServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Topology]:
    """Start what compose.yaml starts, as it does, but for the places of things."""
    places = {
        "VISUALSEARCH_SHOP": str(tmp_path / "shop"),
        "VISUALSEARCH_QUEUE__REDIS_URL": own_redis.url,
        "VISUALSEARCH_INDEX__MILVUS_URI": milvus_server.uri,
        "VISUALSEARCH_STORE__URL": own_postgres.url,
    }
    environment = {role: _environment(role) | places for role in ("serve", "work")}
    del environment["work"]["VISUALSEARCH_WORK__PORT"]  # each container has its own, processes share one
    for name, value in environment["work"].items():
        monkeypatch.setenv(name, value)
    key, line = make_key("shopkeeper", ["search", "write"])
    environment["serve"]["VISUALSEARCH_WEB__KEYS"] = json.dumps([line])
    held = run_json("index", make_catalogue(tmp_path, PRODUCTS))["holds"]
    assert held["products"] == PRODUCTS
    command = shlex.split(COMPOSE["services"]["serve"]["command"])[1:]

    def serve(_: int) -> Server:
        server = Server(tmp_path / "shop", *command, environment=environment["serve"])
        server.client.headers["Authorization"] = f"Bearer {key}"
        stack.callback(_kill, server)
        return server

    def work(_: int) -> subprocess.Popen[str]:
        return stack.enter_context(working(tmp_path / "shop", environment["work"]))

    with ExitStack() as stack, ThreadPoolExecutor() as threads:
        servers = threads.map(serve, range(_replicas("serve")))
        workers = threads.map(work, range(_replicas("work")))
        yield Topology(list(servers), list(workers), own_redis, own_postgres, milvus_server)


def _kill(server: Server) -> None:
    if server.process.poll() is None:
        server.kill()


def _environment(role: str) -> dict[str, str]:
    told: Mapping[str, str] = COMPOSE["services"][role]["environment"]
    return dict(told)


def _replicas(role: str) -> int:
    return int(COMPOSE["services"][role]["deploy"]["replicas"])


def test_the_whole_topology_searches_and_changes_and_outlives_the_death_of_each_part(
    topology: Topology, tmp_path: Path
) -> None:
    assert len(topology.servers) == len(topology.workers) == 2
    assert not list((tmp_path / "shop").glob("*.db")) + list((tmp_path / "shop").glob("index.*"))

    topology.wait_until_found("p3", 3)
    topology.put(500)
    topology.wait_until_found("new-500", 500)
    for server in topology.servers:
        assert [hit["product"]["id"] for hit in server.search(draw(3), where="brand = Nova")] == ["new-500"]
    deleted = topology.servers[1].client.delete("/v1/products/new-500")
    assert deleted.status_code == 204
    assert all(_best(server, 500) != "new-500" for server in topology.servers)

    topology.workers.pop().kill()
    topology.wait_until_found("p4", 4)

    for number, service in enumerate((topology.redis, topology.postgres, topology.milvus)):
        service.kill()
        assert [server.client.get("/healthz").status_code for server in topology.servers] == [200, 200]
        if service is not topology.redis:  # servers wait for that one, with the question in hand
            assert _best(topology.servers[0], 400) is None
        service.start()
        topology.wait_until_found(f"p{5 + number}", 5 + number)
        topology.put(501 + number)
        topology.wait_until_found(f"new-{501 + number}", 501 + number)

    topology.servers.pop(0).kill()
    topology.wait_until_found("p8", 8)
    topology.put(510)
    topology.wait_until_found("new-510", 510)
    assert topology.workers[0].poll() is None, "the worker that was not killed works on"
    assert topology.servers[0].client.get("/readyz").json()["products"] == PRODUCTS + 4


def test_a_milvus_server_that_is_not_there_is_told_of_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISUALSEARCH_INDEX__MILVUS_URI", "http://me:secret@127.0.0.1:1")

    done = run_program("index", make_catalogue(tmp_path, 2), "--shop", tmp_path / "shop")

    assert done.returncode == 1
    assert "expected a Milvus server to answer at http://127.0.0.1:1" in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert "secret" not in done.stderr
