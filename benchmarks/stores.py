"""Measures PostgreSQL beside SQLite: bringing a catalogue in, and asking it."""

import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from machine import ROOT, data_folder, write

sys.path.append(str(ROOT / "tests" / "e2e"))

from services import PostgresServer

from visualsearch.assemble import Shop, open_shop
from visualsearch.domain import (
    Among,
    Between,
    Every,
    Not,
    PictureId,
    ProductId,
    Query,
    Record,
    Row,
    Some,
    View,
)
from visualsearch.places import open_store
from visualsearch.settings import Settings, read_settings
from visualsearch.store.sql_store import SqlStore

PRODUCTS = 3_000
QUERIES = 60
AT_ONCE = 64
WHERE = Every(
    (Some((Among("category", ("chair", "lamp", "table")), Between("price", 10))), Not(Between("size")))
)


def main() -> None:
    """Bring the same products into both, then ask both the same, in turn."""
    images = data_folder() / "amazon"
    with tempfile.TemporaryDirectory() as folder, PostgresServer(is_durable=True) as server:
        url = server.url
        lines = (images / "products.csv").read_text(encoding="utf-8").splitlines()[: PRODUCTS + 1]
        catalogue = Path(folder) / "products.csv"
        catalogue.write_text(
            "\n".join(lines).replace("images/", f"{images}/images/") + "\n", encoding="utf-8"
        )
        places = {"sqlite": {}, "postgres": {"VISUALSEARCH_STORE__URL": url}}
        figures: dict[str, object] = {}
        indexed = {
            name: _index(catalogue, Path(folder) / name, environment) for name, environment in places.items()
        }
        figures["index, the whole process, products/s"] = {
            name: round(PRODUCTS / seconds, 1) for name, seconds in indexed.items()
        }
        shops = {
            "sqlite": read_settings({"shop": Path(folder) / "sqlite"}),
            "postgres": read_settings({"shop": Path(folder) / "postgres", "store": {"url": url}}),
        }
        figures |= _store_alone(shops["sqlite"], url, Path(folder))
        with open_shop(shops["sqlite"]) as one, open_shop(shops["postgres"]) as other:
            figures |= _ask({"sqlite": one, "postgres": other}, sorted((images / "images").glob("*.jpg")))
    write("stores", figures)


def _index(catalogue: Path, shop: Path, environment: dict[str, str]) -> float:
    """Run the command as a user does, and give its seconds."""
    command = [sys.executable, "-m", "visualsearch", "index", str(catalogue), "--shop", str(shop), "--json"]
    done = subprocess.run(
        command,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    summary = json.loads(done.stdout)
    assert summary["holds"]["products"] == PRODUCTS, summary
    return float(summary["seconds"])


def _store_alone(settings: Settings, url: str, folder: Path) -> dict[str, object]:
    """Put what was seen already into empty stores, without looking, and read the change log."""
    schema = _schema(url)
    fresh = {
        "sqlite": read_settings({"shop": folder / "fresh"}),
        "postgres": read_settings({"shop": folder / "fresh", "store": {"url": schema}}),
    }
    (folder / "fresh").mkdir()
    put: dict[str, float] = {}
    read: dict[str, float] = {}
    with open_shop(settings) as shop:
        ids = list(shop.store.products())
        records = list(shop.store.records(ids).values())
        views = shop.store.views([picture for record in records for picture in record.pictures])
        for name, one in fresh.items():
            with open_store(one, shop.eye.name, shop.eye.dimension) as store:
                put[name] = _seconds(partial(_put_all, store, records, views))
                read[name] = _seconds(partial(_follow_all, store))
    return {
        "the store alone: put, products/s": {name: round(len(records) / s) for name, s in put.items()},
        "the store alone: the change log read, rows/s": {
            name: round(len(records) / s) for name, s in read.items()
        },
    }


def _put_all(store: SqlStore, records: Sequence[Record], views: Mapping[PictureId, Sequence[View]]) -> None:
    for start in range(0, len(records), AT_ONCE):
        some = records[start : start + AT_ONCE]
        store.put(some, {picture: views[picture] for record in some for picture in record.pictures})


def _follow_all(store: SqlStore) -> None:
    after = 0
    while changes := store.changes(after, 256):
        after = changes[-1].number


def _ask(shops: dict[str, Shop], pictures: Sequence[Path]) -> dict[str, object]:
    """Ask both by the same, in turn."""
    photos = [path.read_bytes() for path in pictures[:: len(pictures) // QUERIES][:QUERIES]]
    asked: dict[str, Callable[[Shop, int], object]] = {
        "search by a photo": lambda shop, n: shop.search.answer([Query(picture=photos[n])]),
        "search by a photo, words and a filter": lambda shop, n: shop.search.answer(
            [Query(picture=photos[n], words="wood", where=WHERE)]
        ),
        "find by words": lambda shop, _: shop.store.find("dining chair", 50),
        "select by a filter": lambda shop, _: shop.store.select(WHERE),
        "facets": lambda shop, _: shop.store.facets(["category"], shop.store.select(WHERE)),
        "items of 100 rows": lambda shop, n: shop.store.items([Row(row) for row in range(n, n + 100)]),
        "records of 20 products": lambda shop, n: shop.store.records(ids[n : n + 20]),
        "put one product again": lambda shop, n: shop.store.put([known[ids[n]]], {}),
    }
    with_ids = shops["sqlite"].store
    ids: list[ProductId] = list(itertools.islice(with_ids.products(), 2 * QUERIES))
    known = with_ids.records(ids)
    times: dict[str, dict[str, list[float]]] = {what: {name: [] for name in shops} for what in asked}
    for what, ask in asked.items():
        for number in range(QUERIES):
            for name, shop in shops.items():
                times[what][name].append(_seconds(partial(ask, shop, number)))
    return {
        f"{what}, p50 ms": {name: round(1000 * statistics.median(taken), 2) for name, taken in its.items()}
        for what, its in times.items()
    }


def _schema(url: str) -> str:
    import psycopg  # noqa: PLC0415 (an extra)

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA fresh")
    return f"{url}&options=-csearch_path%3Dfresh"


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
