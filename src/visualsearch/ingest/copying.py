"""Copies a shop from one store to another: products with all that was seen of them, and pictures."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from visualsearch.domain import PictureId, ProductId, Record, Tag
from visualsearch.errors import BadInput, NotFound, PictureCorrupt, Unavailable
from visualsearch.ports import PictureVault
from visualsearch.store.columns import read_product, read_sighting
from visualsearch.store.database import Connection, Database, Stemming, select_in
from visualsearch.store.statements import insert_items, write_records
from visualsearch.store.written import ensure_words, write_tags

PRODUCTS_AT_ONCE = 200
PICTURES_AT_ONCE = 64

Show = Callable[[float, str], None]
"""Takes the fraction that is done, 0 to 1, and what there is to say."""

Entry = dict[str, list[tuple[Any, ...]]]
"""All that is stored of one product, by the tables, without the numbers that each store gives."""


@dataclass(frozen=True, slots=True)
class CopiedProducts:
    """What the copy holds, and what of it this run wrote; it was compared with the source, byte by byte."""

    products: int
    sightings: int
    rows: int
    tags: int
    written: int
    """Products; the others were there, from a run before."""
    checksum: str
    """The SHA-256 of all of it, which is the same of the source and of the copy."""


@dataclass(frozen=True, slots=True)
class CopiedPictures:
    """What pictures the copy holds; each was read back and has the checksum that is its name."""

    pictures: int
    written: int
    missing: tuple[PictureId, ...]
    """Those that the source should hold and does not, or not whole."""


def copy_products(source: Database, target: Database, stemming: Stemming, show: Show) -> CopiedProducts:
    """Copy products; run again, it goes on where it was stopped, and takes in what has changed.

    Raises BadInput, before anything is written, if the target holds what the source does not, and Unavailable
    if the source has changed meanwhile.
    """
    ensure_words(target, stemming)
    products = _check(source, target)
    written = done = 0
    for page in _pages(source):
        theirs, ours = _read(source, page), _read(target, page)
        differing = [product for product in page if theirs[product] != ours.get(product)]
        if differing:
            _write(target, {product: theirs[product] for product in differing})
        written += len(differing)
        done += len(page)
        show(0.7 * done / max(products, done), f"{done} products copied")
    compared, counts, digest = 0, dict.fromkeys(("products", "sightings", "rows", "tags"), 0), sha256()
    for page in _pages(source):
        theirs, ours = _read(source, page), _read(target, page)
        for product in page:
            if theirs.get(product) != ours.get(product) or product not in ours:
                raise _changed(f"the product {product!r} differs")
            digest.update(sha256(repr(sorted(ours[product].items())).encode()).digest())
            for table in counts:
                counts[table] += len(ours[product][table])
        compared += len(page)
        show(0.7 + 0.3 * compared / max(products, compared), f"{compared} products compared")
    if (found := _count(target)) != (expected := _count(source)) or found != tuple(counts.values()):
        raise _changed(f"it holds {found} products, sightings, rows and tags, and the source {expected}")
    return CopiedProducts(**counts, written=written, checksum=digest.hexdigest())


def copy_pictures(names: Database, source: PictureVault, target: PictureVault, show: Show) -> CopiedPictures:
    """Copy the pictures that products show, and read each back; run again, it goes on."""
    pictures = _pictures(names)
    written, missing = 0, list[PictureId]()

    def read(vault: PictureVault, picture: PictureId) -> bytes | None:
        try:
            return vault.get(picture)
        except (NotFound, PictureCorrupt):
            return None

    with ThreadPoolExecutor(16, thread_name_prefix="copy") as threads:
        for start in range(0, len(pictures), PICTURES_AT_ONCE):
            page = pictures[start : start + PICTURES_AT_ONCE]
            held = target.held(page)
            kept = dict(zip(held, threads.map(lambda one: read(target, one), held), strict=True))
            lacking = [one for one in page if kept.get(one) is None]
            came = dict(zip(lacking, threads.map(lambda one: read(source, one), lacking), strict=True))
            datas = [data for data in came.values() if data is not None]
            put = target.put_many(datas)
            for one, data in zip(put, threads.map(lambda one: read(target, one), put), strict=True):
                if data is None:
                    raise Unavailable(f"expected the picture {one} whole after it was put, found it is not")
            written += len(put)
            missing += [one for one, data in came.items() if data is None]
            show((start + len(page)) / len(pictures), f"{start + len(page)} pictures")
    return CopiedPictures(len(pictures) - len(missing), written, tuple(missing))


def _check(source: Database, target: Database) -> int:
    """See that the target is empty or a copy that was begun, and count the source's products."""
    known, found = (
        {ProductId(one) for (one,) in _all(one, "SELECT id FROM products")} for one in (source, target)
    )
    if _all(source, "SELECT identity FROM catalogue") == _all(target, "SELECT identity FROM catalogue"):
        raise BadInput("Expected two stores, found one and the same. Name another with --to.")
    if others := found - known:
        raise BadInput(
            f"Expected the store to copy to empty, or begun by this copy, found {len(others)} products that "
            f"the source does not hold, such as {min(others)!r}. Name an empty one."
        )
    return len(known)


def _all(database: Database, statement: str) -> list[Any]:
    with database.reading() as connection:
        return connection.execute(statement).fetchall()


def _count(database: Database) -> tuple[int, ...]:
    [counts] = _all(
        database,
        "SELECT (SELECT count(*) FROM products), (SELECT count(*) FROM sightings),"
        " (SELECT count(*) FROM items), (SELECT count(*) FROM facts WHERE is_tag)",
    )
    return tuple(counts)


def _pages(database: Database) -> Iterator[list[ProductId]]:
    """Go through the ids of products, in order; no transaction is held between two pages."""
    last: str | None = None
    while True:
        after, parameters = ("", ()) if last is None else ("WHERE id > ?", (last,))
        with database.reading() as connection:
            page = connection.execute(
                f"SELECT id FROM products {after} ORDER BY id LIMIT {PRODUCTS_AT_ONCE:d}",  # noqa: S608 (constants)
                parameters,
            ).fetchall()
        if not page:
            return
        last = page[-1][0]
        yield [ProductId(product) for (product,) in page]


def _pictures(database: Database) -> list[PictureId]:
    stored = _all(
        database, "SELECT DISTINCT picture FROM sightings WHERE picture IS NOT NULL ORDER BY picture"
    )
    return [PictureId(picture) for (picture,) in stored]


def _read(database: Database, products: Sequence[ProductId]) -> dict[ProductId, Entry]:
    """Read all that is stored of products."""
    with database.reading() as connection:
        tables = {name: list(_select(connection, name, products)) for name in _STATEMENTS}
    found: dict[ProductId, Entry] = {}
    for name, lines in tables.items():
        for product, *columns in sorted(lines, key=lambda line: tuple(line[:2])):
            if name == "products":
                found[product] = {table: [] for table in _STATEMENTS}
            found[product][name].append(tuple(columns[1:] if name == "rows" else columns))
    return found


_STATEMENTS = {
    "products": "SELECT * FROM products WHERE id IN (?)",
    "sightings": "SELECT product, position, source, validator, picture, code, message, subject FROM sightings"
    " WHERE product IN (?)",
    "rows": "SELECT product, row, picture, eye, box_left, box_top, box_right, box_bottom, vector, print,"
    " colours FROM items WHERE product IN (?)",
    "taggers": "SELECT product, tagger FROM documents WHERE product IN (?)",
    "tags": "SELECT product, field || ' ' || folded, field, value, facts.number FROM facts"
    " JOIN documents ON document = documents.number WHERE is_tag AND product IN (?)",
}


def _select(connection: Connection, name: str, products: Iterable[ProductId]) -> Iterator[tuple[Any, ...]]:
    return select_in(connection, _STATEMENTS[name], products)


def _write(database: Database, entries: dict[ProductId, Entry]) -> None:
    """Write products with all that is theirs, in one transaction."""
    with database.writing() as connection:
        records = [
            Record(
                read_product((product, *entry["products"][0])),
                tuple(read_sighting(columns[1:]) for columns in entry["sightings"]),
            )
            for product, entry in entries.items()
        ]
        write_records(connection, database.words, records)
        connection.executemany("DELETE FROM items WHERE product = ?", [(product,) for product in entries])
        insert_items(
            connection,
            (
                (product, picture, eye, view)
                for product, entry in entries.items()
                for picture, eye, *view in entry["rows"]
            ),
        )
        by_tagger: dict[str, dict[ProductId, list[Tag]]] = {}
        for product, entry in entries.items():
            tags = [Tag(field, value, number) for _, field, value, number in entry["tags"]]
            by_tagger.setdefault(entry["taggers"][0][0], {})[product] = tags
        for tagger, its in by_tagger.items():
            write_tags(connection, database.words, its, tagger)


def _changed(found: str) -> Unavailable:
    return Unavailable(
        f"expected the copy to be the same as the source, found that {found}: "
        "the source has changed meanwhile; run the same command again"
    )
