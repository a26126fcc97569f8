"""A shop in PostgreSQL, its pictures at an address, and servers that share nothing else."""

import base64
import os
import subprocess
import time
from pathlib import Path

import pytest
from drawings import draw, make_catalogue
from processes import PROGRAM, Server, run_json, run_program, serving

PRODUCTS = 30


@pytest.fixture
def environment(schema_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Tell every program of a test where the shop is."""
    told = {
        "VISUALSEARCH_STORE__URL": schema_url,
        "VISUALSEARCH_PICTURES__URL": f"file://{tmp_path}/pictures",
        "VISUALSEARCH_SEARCH__LEARN": "false",
    }
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    return told


def put(server: Server, number: int) -> None:
    inline = "data:image/jpeg;base64," + base64.b64encode(draw(number)).decode()
    server.client.put(
        f"/v1/products/new-{number}", json={"title": f"Novelty {number}", "pictures": [inline]}
    ).raise_for_status()


def best(server: Server, number: int) -> str:
    return str(server.search(draw(number), limit="1")[0]["product"]["id"])


@pytest.mark.xdist_group("postgres")
def test_a_shop_is_indexed_searched_and_changed_by_processes_that_share_a_database(
    environment: dict[str, str], tmp_path: Path
) -> None:
    assert environment
    done = run_json("index", make_catalogue(tmp_path, PRODUCTS), "--shop", tmp_path / "one")
    assert done["holds"]["products"] == PRODUCTS
    assert not (tmp_path / "one" / "catalogue.db").exists()

    with serving(tmp_path / "one") as one, serving(tmp_path / "other") as other:
        assert [best(server, number) for server in (one, other) for number in (3, 17)] == 2 * ["p3", "p17"]
        put(one, 500)
        assert best(one, 500) == "new-500"
        started = time.monotonic()
        while best(other, 500) != "new-500":
            assert time.monotonic() - started < 30, "the other server was not told"
        [hit] = [hit for hit in other.search(draw(500)) if hit["product"]["id"] == "new-500"]
        assert other.client.get(f"/v1/pictures/{hit['picture']}?width=160").status_code == 200
        words = other.client.post("/v1/search", json={"words": "novelty", "where": "not category = Drawings"})
        assert [hit["product"]["id"] for hit in words.json()["hits"]] == ["new-500"]
        assert other.client.delete("/v1/products/new-500").status_code == 204
        assert "new-500" not in [hit["product"]["id"] for hit in other.search(draw(500))]


@pytest.mark.xdist_group("postgres")
def test_without_a_database_every_command_says_what_is_missing(tmp_path: Path) -> None:
    away = {**os.environ, "VISUALSEARCH_STORE__URL": "postgresql://me:secret@127.0.0.1:1/shop"}
    command = [*PROGRAM, "info", "--shop", str(tmp_path / "shop")]

    done = subprocess.run(command, env=away, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "PostgreSQL at 127.0.0.1" in done.stderr
    assert "secret" not in done.stderr
    assert "Traceback" not in done.stderr


def test_an_empty_database_is_no_catalogue(environment: dict[str, str], tmp_path: Path) -> None:
    assert environment
    done = run_program("info", "--shop", tmp_path / "shop")
    assert done.returncode == 2
    assert "expected a searchable catalogue" in done.stderr
