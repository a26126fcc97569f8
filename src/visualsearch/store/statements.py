"""The statements that put products, and read what was seen of pictures."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from visualsearch.domain import PictureId, Record, Row, View
from visualsearch.store.columns import Columns, product_columns, sighting_columns, view_columns
from visualsearch.store.database import Connection, Words, select_in
from visualsearch.store.written import write


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
    words: Words,
    records: Sequence[Record],
    views: Mapping[PictureId, Sequence[View]],
    *,
    eye: str,
    dimension: int,
) -> None:
    """Replace products, each at most once in ``records``, and log the rows that come and go."""
    plans = _plans(connection, records, eye)
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
    write_records(connection, words, records)
    gone = [(row,) for plan in plans for row in plan.gone_rows]
    connection.executemany("DELETE FROM items WHERE row = ?", gone)
    came = (
        (plan.record.product.id, picture, eye, view)
        for plan in plans
        for picture in plan.new_pictures
        for view in seen[picture]
    )
    insert_items(connection, came)


@dataclass(frozen=True, slots=True)
class _Plan:
    record: Record
    gone_rows: list[Row]
    new_pictures: list[PictureId]


def _plans(connection: Connection, records: Sequence[Record], eye: str) -> list[_Plan]:
    known: dict[str, list[tuple[Row, PictureId, str]]] = {}
    for product, *item in select_in(
        connection,
        "SELECT product, row, picture, eye FROM items WHERE product IN (?)",
        [record.product.id for record in records],
    ):
        known.setdefault(product, []).append((item[0], item[1], item[2]))
    return [_plan(record, known.get(record.product.id, ()), eye) for record in records]


def _plan(record: Record, rows: Iterable[tuple[Row, PictureId, str]], eye: str) -> _Plan:
    named = dict.fromkeys(record.pictures)
    kept, gone = set(), []
    for row, picture, its_eye in rows:
        if picture not in named:
            gone.append(row)
        elif its_eye == eye:
            kept.add(picture)
    return _Plan(record, gone, [picture for picture in named if picture not in kept])


def write_records(connection: Connection, words: Words, records: Sequence[Record]) -> None:
    """Write products, each at most once, with what is written of them and their sightings."""
    connection.executemany(
        "INSERT INTO products VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
        " title = excluded.title, brand = excluded.brand, categories = excluded.categories,"
        " price = excluded.price, currency = excluded.currency, description = excluded.description,"
        " url = excluded.url, pictures = excluded.pictures, attributes = excluded.attributes",
        [product_columns(record.product) for record in records],
    )
    write(connection, words, [record.product for record in records])
    products = [(record.product.id,) for record in records]
    connection.executemany("DELETE FROM sightings WHERE product = ?", products)
    connection.executemany(
        "INSERT INTO sightings VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            sighting_columns(record.product.id, position, sighting)
            for record in records
            for position, sighting in enumerate(record.sightings)
        ],
    )


def add_views(connection: Connection, picture: PictureId, views: Sequence[Columns], eye: str) -> None:
    """Give a picture's views to every product that shows it and has none of this eye."""
    products = connection.execute(
        "SELECT DISTINCT product FROM sightings WHERE picture = ? AND NOT EXISTS (SELECT 1 FROM items"
        " WHERE items.picture = ? AND eye = ? AND items.product = sightings.product)",
        (picture, picture, eye),
    ).fetchall()
    insert_items(connection, ((product, picture, eye, view) for (product,) in products for view in views))


def insert_items(connection: Connection, items: Iterable[tuple[str, PictureId, str, Columns]]) -> None:
    """Insert rows of the index: product, picture, eye, and what it saw."""
    connection.executemany(
        "INSERT INTO items (product, picture, eye, box_left, box_top, box_right, box_bottom, vector,"
        " print, colours) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(product, picture, eye, *view) for product, picture, eye, view in items],
    )
