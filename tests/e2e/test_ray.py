"""A catalogue brought in by a Ray cluster, whose workers die, is bit by bit what one process makes of it."""

import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from drawings import make_catalogue
from processes import PROGRAM, run_json, run_program

pytestmark = pytest.mark.xdist_group("ray")

PRODUCTS = 200
PER_SHARD = "8"
"""So few pictures that there are shards enough to be disturbed in."""


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Drawn products, among them bad ones, and pictures that come twice."""
    path = make_catalogue(tmp_path_factory.mktemp("catalogue"), PRODUCTS)
    pictures = path.parent / "drawn"
    (pictures / "40.jpg").write_bytes((pictures / "40.jpg").read_bytes()[:200])
    (pictures / "41.jpg").unlink()
    (pictures / "190.jpg").write_bytes((pictures / "3.jpg").read_bytes())
    with path.open("a") as lines:
        lines.write(",drawn/1.jpg,No id,Drawings\np5,drawn/150.jpg,Comes twice,Drawings\n")
    return path


@pytest.fixture(scope="module")
def local(catalogue: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What one process makes of it."""
    shop = tmp_path_factory.mktemp("shop") / "local"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VISUALSEARCH_INGEST__PICTURES_PER_SHARD", PER_SHARD)
        run_json("index", catalogue, "--shop", shop)
    return shop


@pytest.fixture
def on_ray(ray_address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISUALSEARCH_INGEST__PICTURES_PER_SHARD", PER_SHARD)
    monkeypatch.setenv("VISUALSEARCH_INGEST__RAY", ray_address)


def contents(shop: Path) -> list[str]:
    """Everything that the database holds, but the names that are drawn anew for each."""
    with closing(sqlite3.connect(shop / "catalogue.db")) as database:
        database.execute("DELETE FROM catalogue")
        return list(database.iterdump())


def pictures(shop: Path) -> set[Path]:
    return {path.relative_to(shop) for path in (shop / "pictures").rglob("*")}


def workers_at_work() -> Iterator[int]:
    """The processes of our user that do a shard of the cluster just now."""
    for process in Path("/proc").iterdir():
        try:
            title = (process / "cmdline").read_bytes()
        except OSError:  # no process, or one that has ended
            continue
        if title.startswith(b"ray::_do"):
            yield int(process.name)


def begin(catalogue: Path, shop: Path) -> subprocess.Popen[str]:
    command = [*PROGRAM, "index", str(catalogue), "--shop", str(shop)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def wait_until_stored(shop: Path, count: int) -> None:
    """Wait until so many products are stored."""
    while True:
        if (shop / "catalogue.db").exists():
            with closing(sqlite3.connect(shop / "catalogue.db")) as database:
                try:
                    [(stored,)] = database.execute("SELECT count(*) FROM products")
                except sqlite3.OperationalError:  # not made yet
                    stored = 0
            if stored >= count:
                return
        time.sleep(0.01)


@pytest.mark.usefixtures("on_ray")
def test_with_workers_killed_the_shop_is_bit_by_bit_the_local_runners(
    catalogue: Path, local: Path, tmp_path: Path
) -> None:
    shop = tmp_path / "shop"
    killed = 0
    with begin(catalogue, shop) as process:
        wait_until_stored(shop, 24)
        for worker in workers_at_work():
            os.kill(worker, signal.SIGKILL)
            killed += 1
        assert process.stderr is not None
        printed = process.stderr.read()

    assert process.returncode == 0, printed
    assert killed, "no worker was caught at work"
    assert contents(shop) == contents(local)
    assert pictures(shop) == pictures(local)
    assert (shop / "failures.csv").read_text() == (local / "failures.csv").read_text()


@pytest.mark.usefixtures("on_ray")
def test_interrupted_it_goes_on_where_it_was(catalogue: Path, local: Path, tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    with begin(catalogue, shop) as process:
        wait_until_stored(shop, 24)
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        printed = process.stderr.read()
    assert process.returncode == 130, printed
    assert "Interrupted." in printed
    assert "Traceback" not in printed, printed

    again = run_json("index", catalogue, "--shop", shop)

    assert again["unchanged"] >= 24
    assert contents(shop) == contents(local)


def test_a_cluster_that_is_away_is_told_in_one_line(
    catalogue: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISUALSEARCH_INGEST__RAY", "127.0.0.1:9")

    done = run_program("index", catalogue, "--shop", tmp_path / "shop")

    assert done.returncode == 1
    assert "expected a Ray cluster at 127.0.0.1:9" in done.stderr
    assert "Traceback" not in done.stderr
