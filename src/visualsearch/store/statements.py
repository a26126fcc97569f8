"""The statements that put products, and read what was seen of pictures."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Any

from visualsearch.domain import PictureId, Record, Row, View
from visualsearch.store.columns import Columns, product_columns, sighting_columns, view_columns
from visualsearch.store.written import write

_CHUNK = 500
"""How many ids one statement names; old builds of SQLite stop at 999."""


def select_in(
    connection: Connection, statement: str, ids: Iterable[object], *before: object
) -> Iterator[tuple[Any, ...]]:
    """Run a statement with ``IN (?)`` for any number of ids; ``before`` are the parameters before them."""
    named = list(ids)
    for start in range(0, len(named), _CHUNK):
        chunk = named[start : start + _CHUNK]
        marks = statement.replace("IN (?)", f"IN ({','.join('?' * len(chunk))})")
        yield from connection.execute(marks, (*before, *chunk))


def select_views(
    connection: Connection, pictures: Iterable[PictureId], eye: str
) -> dict[PictureId, list[Columns]]:
    """Read boxes and vectors by picture, as one product has them: all products of a picture have the same."""
    found: dict[PictureId, tuple[str, list[Columns]]] = {}
    for _, picture, product, *view in sorted(
        select_in(
            connection,
            "SELECT row, picture, product, box_left, box_top, box_right, box_bottom, vector, print, colours"
            " FROM items WHERE eye = ? AND picture IN (?)",
            pictures,
            eye,
        )
    ):
        first, views = found.setdefault(picture, (product, []))
        if product == first:
            views.append(view)
    return {picture: views for picture, (_, views) in found.items()}


def put_records(
    connection: Connection,
    records: Sequence[Record],
    views: Mapping[PictureId, Sequence[View]],
    *,
    eye: str,
    dimension: int,
) -> None:
    """Replace products, each at most once in ``records``, and log the rows that come and go."""
    plans = [_plan(connection, record, eye) for record in records]
    new = {picture for plan in plans for picture in plan.new_pictures}
    # Read before a row goes: one product may lose the picture that another gets.
    seen = select_views(connection, new - views.keys(), eye)
    for picture in new & views.keys():
        seen[picture] = view_columns(picture, views[picture], dimension)
    if missing := new - seen.keys():
        raise ValueError(
            f"expected the views of every new picture, found none of {sorted(missing)[:3]}: this is a bug, "
            "or another process has deleted their products since views() was asked; look again"
        )
    for plan in plans:
        _apply(connection, plan, seen, eye)


@dataclass(frozen=True, slots=True)
class _Plan:
    record: Record
    gone_rows: list[Row]
    new_pictures: list[PictureId]


def _plan(connection: Connection, record: Record, eye: str) -> _Plan:
    named = dict.fromkeys(sighting.picture for sighting in record.sightings if sighting.picture is not None)
    rows = connection.execute("SELECT row, picture, eye FROM items WHERE product = ?", (record.product.id,))
    kept, gone = set(), []
    for row, picture, its_eye in rows:
        if picture not in named:
            gone.append(row)
        elif its_eye == eye:
            kept.add(picture)
    return _Plan(record, gone, [picture for picture in named if picture not in kept])


def _apply(connection: Connection, plan: _Plan, seen: Mapping[PictureId, list[Columns]], eye: str) -> None:
    product, sightings = plan.record.product, plan.record.sightings
    connection.execute(
        "INSERT INTO products VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
        " title = excluded.title, brand = excluded.brand, categories = excluded.categories,"
        " price = excluded.price, currency = excluded.currency, description = excluded.description,"
        " url = excluded.url, pictures = excluded.pictures, attributes = excluded.attributes",
        product_columns(product),
    )
    write(connection, product)
    connection.execute("DELETE FROM sightings WHERE product = ?", (product.id,))
    connection.executemany(
        "INSERT INTO sightings VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [sighting_columns(product.id, position, sighting) for position, sighting in enumerate(sightings)],
    )
    connection.executemany("DELETE FROM items WHERE row = ?", [(row,) for row in plan.gone_rows])
    new = ((product.id, picture, view) for picture in plan.new_pictures for view in seen[picture])
    insert_items(connection, new, eye)


def add_views(connection: Connection, picture: PictureId, views: Sequence[Columns], eye: str) -> None:
    """Give a picture's views to every product that shows it and has none of this eye."""
    products = connection.execute(
        "SELECT DISTINCT product FROM sightings WHERE picture = ?1 AND NOT EXISTS (SELECT 1 FROM items"
        " WHERE items.picture = ?1 AND eye = ?2 AND items.product = sightings.product)",
        (picture, eye),
    ).fetchall()
    insert_items(connection, ((product, picture, view) for (product,) in products for view in views), eye)


def insert_items(connection: Connection, items: Iterable[tuple[str, PictureId, Columns]], eye: str) -> None:
    """Insert rows of the index."""
    connection.executemany(
        "INSERT INTO items (product, picture, eye, box_left, box_top, box_right, box_bottom, vector,"
        " print, colours) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(product, picture, eye, *view) for product, picture, view in items],
    )
