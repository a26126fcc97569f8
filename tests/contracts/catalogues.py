"""Every store that the contracts hold for, and what their tests are made of."""

import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import TypeAlias

import numpy as np
import psycopg

from visualsearch.domain import (
    WHOLE,
    Box,
    PictureId,
    Product,
    ProductId,
    Record,
    Row,
    Sighting,
    Vector,
    View,
)
from visualsearch.ports import ChangeLog
from visualsearch.store.postgres import PostgresStore
from visualsearch.store.sql_store import SqlStore
from visualsearch.store.sqlite import SqliteStore

DIMENSION = 6
HALF = Box(0, 0.25, 0.5, 1)


Catalogue: TypeAlias = SqlStore
"""What every adapter is, over its own database: all the ports of a store, and what reads it as a whole."""

Followed: TypeAlias = dict[Row, Vector]
"""The live rows, as a follower of the change log has them."""

Open: TypeAlias = Callable[..., Catalogue]


def open_sqlite(folder: Path, eye: str = "an eye", dimension: int = DIMENSION) -> Catalogue:
    return SqliteStore(folder / "catalogue.db", eye=eye, dimension=dimension)


def open_postgres(folder: Path, eye: str = "an eye", dimension: int = DIMENSION) -> Catalogue:
    return PostgresStore(schema_for(folder), eye=eye, dimension=dimension)


def schema_for(folder: Path) -> str:
    """Give the address of a schema that belongs to a folder."""
    name = "s" + sha256(str(folder).encode()).hexdigest()[:20]
    url = os.environ["TEST_POSTGRES"]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {name}".encode())
    return f"{url}&options=-csearch_path%3D{name}"


ADAPTERS: dict[str, Open] = {"sqlite": open_sqlite, "postgres": open_postgres}


def picture(name: object) -> PictureId:
    return PictureId(str(name).rjust(64, "0"))


def vector(seed: int) -> Vector:
    drawn = np.random.default_rng(seed).standard_normal(DIMENSION).astype(np.float32)
    scaled: Vector = drawn / np.linalg.norm(drawn)
    return scaled


def seen(seed: int, count: int = 1) -> tuple[View, ...]:
    return tuple(View((WHOLE, HALF)[n % 2], vector(10 * seed + n)) for n in range(count))


def record(name: str, *pictures: object, title: str = "") -> Record:
    sightings = tuple(Sighting(f"{one}.jpg", "v", picture(one)) for one in pictures)
    return Record(
        Product(ProductId(name), title, pictures=tuple(f"{one}.jpg" for one in pictures)), sightings
    )


def all_seen(*pictures: int) -> dict[PictureId, tuple[View, ...]]:
    return {picture(one): seen(one) for one in pictures}


def ids(*names: str) -> list[ProductId]:
    return [ProductId(name) for name in names]


def live(store: ChangeLog, after: int = 0, limit: int = 1000) -> Followed:
    """What a follower has that reads the whole log."""
    rows = Followed()
    follow(store, rows, after, limit)
    return rows


def follow(store: ChangeLog, rows: Followed, after: int, limit: int = 1000) -> int:
    while changes := store.changes(after, limit):
        assert len(changes) <= limit
        for change in changes:
            assert change.number > after
            after = change.number
            if change.vector is None:
                rows.pop(change.row, None)
            else:
                rows[change.row] = change.vector
    return after
