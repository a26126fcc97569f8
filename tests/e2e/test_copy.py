"""A shop is copied between stores, killed in between, and is the same at the end."""

import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import psycopg
import pytest
from drawings import make_catalogue
from processes import PROGRAM, run_json, run_program

from visualsearch.domain import WHOLE, Failure, PictureId, Product, ProductId, Record, Sighting, Tag, View
from visualsearch.pictures.vault import Vault
from visualsearch.places import open_shared_index
from visualsearch.store.postgres import PostgresStore
from visualsearch.store.sql_store import SqlStore
from visualsearch.store.sqlite import SqliteStore
from visualsearch.vision.embed import DEFAULT_CARD
from visualsearch.vision.look import eye_name
from visualsearch.vision.weights import read_card

PRODUCTS = 900
DIMENSION = 384


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop with products of every kind: two eyes, tags, failures, odd texts."""
    shop = tmp_path_factory.mktemp("source")
    random = np.random.default_rng(0)
    ids = [*(f"p{number:05}" for number in range(PRODUCTS - 2)), "", "ä\1\2 b"]
    pictures = Vault(shop / "pictures").put_many([b"picture %d" % number for number in range(PRODUCTS)])
    gone = Sighting("/gone.jpg", "", failure=Failure("not-found", "expected one", "/gone.jpg"))
    records = [
        Record(
            Product(
                ProductId(one), f"Title \0 {one}", "Brand", ("Home", "Lamps"), 9.5, attributes={"Größe": "7"}
            ),
            (Sighting(f"/{place}.jpg", "1 2", picture), *([gone] if place % 50 == 0 else [])),
        )
        for place, (one, picture) in enumerate(zip(ids, pictures, strict=True))
    ]
    path = shop / "catalogue.db"
    with SqliteStore(path, eye="eye", dimension=DIMENSION) as store:
        vectors = random.standard_normal((PRODUCTS, DIMENSION)).astype(np.float32)
        store.put(
            records,
            {
                picture: [View(WHOLE, vector, random.bytes(4000), b"colours")]
                for picture, vector in zip(pictures, vectors, strict=True)
            },
        )
        store.tag({ProductId(one): [Tag("colour", "Navy", 0.25)] for one in ids[::3]}, "tagger")
    with SqliteStore(path, eye="another", dimension=2) as store:
        store.add_views({picture: [View(WHOLE, np.array([1, 0], np.float32))] for picture in pictures[:100]})
    return shop


def copy_killed(arguments: list[str], count: Callable[[], int]) -> int:
    """Kill the copy each time that some more is there, and tell how often it was killed in the midst."""
    killed, seen = 0, 0
    for _ in range(3):
        with subprocess.Popen(
            [*PROGRAM, "copy", *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            while process.poll() is None and count() <= seen:
                time.sleep(0.005)
            process.kill()
        killed += process.returncode != 0
        assert count() >= seen
        seen = count()
    return killed


def everything(store: SqlStore) -> object:
    """All that a store tells, without the numbers that it gives."""
    products = list(store.products())
    records = store.records(products)
    pictures = [picture for record in records.values() for picture in record.pictures]
    views = {
        picture: [(view.box, view.vector.tolist(), view.print, view.colours) for view in seen]
        for picture, seen in store.views(pictures).items()
    }
    return (
        [records[product] for product in products],
        views,
        store.counts(),
        list(store.failures()),
        sorted(store.untagged("tagger", PRODUCTS)),
        store.facets(["colour", "brand", "category"]),
        sorted(product for product, _ in store.find("navy", PRODUCTS)),
    )


@pytest.mark.xdist_group("postgres")
def test_a_shop_copied_there_and_back_and_killed_in_between_is_the_same(
    source: Path, schema_url: str, tmp_path: Path
) -> None:
    def in_postgres() -> int:
        with psycopg.connect(schema_url) as connection:
            if connection.execute("SELECT to_regclass('products')").fetchone() == (None,):
                return 0
            return int((connection.execute("SELECT count(*) FROM products").fetchone() or (0,))[0])

    def in_sqlite() -> int:
        try:
            with closing(sqlite3.connect(tmp_path / "back" / "catalogue.db")) as connection:
                return int(connection.execute("SELECT count(*) FROM products").fetchone()[0])
        except sqlite3.OperationalError:
            return 0

    remote = f"file://{tmp_path}/remote"
    there = ["--from", f"sqlite:{source}", "--to", f"postgres:{schema_url}", "--to-pictures", remote]
    back = ["--from", schema_url, "--from-pictures", remote, "--to", f"sqlite:{tmp_path}/back"]
    assert copy_killed(there, in_postgres) >= 2
    gone = run_json("copy", *there, "--shop", tmp_path / "cache")
    assert copy_killed(back, in_sqlite) >= 2
    came = run_json("copy", *back, "--shop", tmp_path / "cache")

    for done in (gone, came):
        assert (done["products"], done["rows"], done["tags"]) == (PRODUCTS, PRODUCTS + 100, PRODUCTS / 3)
        assert done["written"] < PRODUCTS, "it went on where it was"
        assert (done["pictures"]["pictures"], done["pictures"]["missing"]) == (PRODUCTS, [])
    assert gone["checksum"] == came["checksum"]
    again = run_json("copy", *back, "--shop", tmp_path / "cache")
    assert (again["written"], again["pictures"]["written"]) == (0, 0)
    for eye, dimension in (("eye", DIMENSION), ("another", 2)):
        with (
            SqliteStore(source / "catalogue.db", eye=eye, dimension=dimension) as first,
            PostgresStore(schema_url, eye=eye, dimension=dimension) as second,
            SqliteStore(tmp_path / "back" / "catalogue.db", eye=eye, dimension=dimension) as third,
        ):
            assert everything(first) == everything(second) == everything(third)


@pytest.mark.xdist_group("postgres")
def test_what_has_changed_is_copied_and_what_is_another_shop_s_is_left_alone(
    schema_url: str, tmp_path: Path
) -> None:
    (tmp_path / "one").mkdir()
    picture = PictureId("a" * 64)
    shop = str(tmp_path / "cache")
    arguments = ["copy", "--from", f"sqlite:{tmp_path}/one", "--to", schema_url, "--shop", shop]
    with SqliteStore(tmp_path / "one" / "catalogue.db", eye="eye", dimension=2) as store:
        view = View(WHOLE, np.array([1, 0], np.float32))
        store.put([Record(Product(ProductId("a")), (Sighting("s", "", picture),))], {picture: [view]})
        done = run_program(*arguments)
        assert done.returncode == 1, "its picture is in no vault"
        assert picture in done.stdout
        store.put([Record(Product(ProductId("a"), "renamed")), Record(Product(ProductId("b")))], {})
        assert run_json(*arguments)["written"] == 2
        store.delete([ProductId("b")])
    refused = run_program(*arguments)
    assert refused.returncode == 2
    assert "'b'" in refused.stderr
    same = run_program("copy", "--from", schema_url, "--to", schema_url)
    assert (same.returncode, "one and the same" in same.stderr) == (2, True)
    unknown = run_program("copy", "--from", "mysql://x", "--to", schema_url)
    assert (unknown.returncode, "sqlite:FOLDER" in unknown.stderr) == (2, True)
    absent = run_program("copy", "--from", f"sqlite:{tmp_path}/none", "--to", schema_url)
    assert (absent.returncode, "found none" in absent.stderr) == (2, True)


@pytest.mark.xdist_group("milvus")
def test_a_copy_to_milvus_is_filled_and_counted_and_goes_back_without_it(
    schema_url: str, milvus_uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, back = tmp_path / "shop", tmp_path / "back"
    run_json("index", make_catalogue(tmp_path, 12), "--shop", shop)
    there = ["copy", "--from", f"sqlite:{shop}", "--to", f"postgres+milvus:{schema_url}", "--shop", str(shop)]
    unnamed = run_program(*there)
    assert (unnamed.returncode, "VISUALSEARCH_INDEX__MILVUS_URI" in unnamed.stderr) == (2, True)
    monkeypatch.setenv("VISUALSEARCH_INDEX__MILVUS_URI", milvus_uri)

    gone = run_json(*there)

    assert (gone["written"], gone["indexed"]) == (12, 12)
    came = run_json(
        "copy", "--from", f"postgres+milvus:{schema_url}", "--to", f"sqlite:{back}", "--shop", shop
    )
    assert (came["checksum"], came["indexed"]) == (gone["checksum"], None)
    card = read_card(DEFAULT_CARD)
    with PostgresStore(schema_url, eye=eye_name(card), dimension=card.dimension) as store:
        shared = open_shared_index(milvus_uri, store, eye_name(card), card.dimension)
        assert (len(shared.index), shared.change) == (12, store.latest())
        shared.index.remove(np.array([1]))
    damaged = run_program(*there)
    assert (damaged.returncode, "found 11" in " ".join(damaged.stderr.split())) == (1, True)
