"""Products, what was seen of them, and the log of changes, in the tables of a database."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Self

from visualsearch.domain import (
    Change,
    Condition,
    Counts,
    Facet,
    Failure,
    Item,
    Listing,
    PictureId,
    ProductId,
    Record,
    Row,
    Rows,
    Seen,
    Sighting,
    Suggestion,
    Tag,
    Vector,
    View,
)
from visualsearch.store.columns import (
    read_item,
    read_product,
    read_sighting,
    read_vectors,
    read_views,
    view_columns,
)
from visualsearch.store.database import Database, Stemming, select_in
from visualsearch.store.questions import Questions
from visualsearch.store.statements import add_views, put_records, select_views
from visualsearch.store.written import ensure_words, write_tags

_PAGE = 500
"""How many failures are read at once; no transaction is held between two pages."""

_REMOVED_AT_ONCE = 5_000
"""Rows removed in one transaction: others wait for it."""

_UNSEEN = (
    "FROM sightings WHERE picture IS NOT NULL AND NOT EXISTS (SELECT 1 FROM items WHERE"
    " items.picture = sightings.picture AND eye = ? AND items.product = sightings.product)"
)


class SqlStore:
    """Keeps a catalogue; threads and processes may use one at once, and what was answered is on disk.

    Rows that another eye saw stay until their product no longer shows the picture, or ``forget_eyes`` is
    called; to this eye they are as gone.
    """

    def __init__(
        self, database: Database, *, eye: str, dimension: int, stemming: Stemming = "english"
    ) -> None:
        """Use a database, which this closes.

        ``eye`` and ``dimension`` are those of the eye whose views are put and read; the index of words is
        made anew if it was made with another ``stemming``.
        """
        self._database = database
        self._words = database.words
        self._eye = eye
        self._dimension = dimension
        with self._database.reading() as connection:
            self.identity: str = connection.execute("SELECT identity FROM catalogue").fetchone()[0]
        ensure_words(database, stemming)
        self._questions = Questions(database, eye)

    def put(self, records: Sequence[Record], views: Mapping[PictureId, Sequence[View]]) -> None:
        """Insert or replace whole products in one transaction; of two with the same id the later counts.

        Rows of pictures that stay with their product are kept. Raises StorageFull, Unavailable, or ValueError
        for a picture that is new to its product while neither ``views`` nor the store has its views.
        """
        latest = list({record.product.id: record for record in records}.values())
        with self._database.writing() as connection:
            put_records(connection, self._words, latest, views, eye=self._eye, dimension=self._dimension)

    def delete(self, products: Sequence[ProductId]) -> int:
        """Delete products with their rows in one transaction and count those that were there."""
        with self._database.writing() as connection:
            ids = [(product,) for product in products]
            return connection.executemany("DELETE FROM products WHERE id = ?", ids).rowcount if ids else 0

    def records(self, products: Sequence[ProductId]) -> dict[ProductId, Record]:
        """Read products by id; one that is not stored is not in the answer."""
        sightings: dict[ProductId, list[Sighting]] = {}
        with self._database.reading() as connection:
            stored = list(select_in(connection, "SELECT * FROM products WHERE id IN (?)", products))
            for product, _, *sighting in sorted(
                select_in(
                    connection,
                    "SELECT product, position, source, validator, picture, code, message, subject"
                    " FROM sightings WHERE product IN (?)",
                    products,
                ),
                key=lambda columns: columns[:2],
            ):
                sightings.setdefault(product, []).append(read_sighting(sighting))
            read = [read_product(columns) for columns in stored]
        return {product.id: Record(product, tuple(sightings.get(product.id, ()))) for product in read}

    def views(self, pictures: Sequence[PictureId]) -> dict[PictureId, tuple[View, ...]]:
        """Read what the present eye saw in pictures; one it has not seen is not in the answer."""
        with self._database.reading() as connection:
            stored = select_views(connection, set(pictures), self._eye)
        return {picture: read_views(columns, self._dimension) for picture, columns in stored.items()}

    def failures(self) -> Iterator[tuple[ProductId, Failure]]:
        """Go through the pictures that could not be had or read, by product id."""
        last: tuple[str, int] = ("", -1)
        while True:
            with self._database.reading() as connection:
                page = connection.execute(
                    "SELECT product, position, code, message, subject FROM sightings WHERE code IS NOT NULL"
                    " AND (product, position) > (?, ?) ORDER BY product, position LIMIT ?",
                    (*last, _PAGE),
                ).fetchall()
            for product, position, *failure in page:
                last = (product, position)
                yield ProductId(product), Failure(*failure)
            if len(page) < _PAGE:
                return

    def products(self) -> Iterator[ProductId]:
        """Go through the ids of all products, in order."""
        with self._database.reading() as connection:
            ids = connection.execute("SELECT id FROM products ORDER BY id").fetchall()
        return (ProductId(product) for (product,) in ids)

    def unseen(self, after: str, limit: int) -> list[PictureId]:
        """Name pictures past an id that a product shows and this eye has not seen, in order."""
        with self._database.reading() as connection:
            stored = connection.execute(
                f"SELECT DISTINCT picture {_UNSEEN} AND picture > ? ORDER BY picture LIMIT ?",
                (self._eye, after, limit),
            ).fetchall()
        return [PictureId(picture) for (picture,) in stored]

    def count_unseen(self) -> int:
        """Count the pictures that a product shows and this eye has not seen."""
        with self._database.reading() as connection:
            count: int = connection.execute(
                f"SELECT count(DISTINCT picture) {_UNSEEN}",
                (self._eye,),
            ).fetchone()[0]
            return count

    def add_views(self, views: Mapping[PictureId, Sequence[View]]) -> None:
        """Add what this eye saw in pictures of products that are stored, in one transaction."""
        with self._database.writing() as connection:
            for picture, seen in views.items():
                add_views(connection, picture, view_columns(picture, seen, self._dimension), self._eye)

    def forget_eyes(self, kept: Collection[str]) -> int:
        """Remove the rows of all eyes but those that are named, a few at a time, and count them."""
        marks = ",".join("?" * len(kept))
        removed = 0
        while True:
            with self._database.writing() as connection:
                count = connection.execute(
                    "DELETE FROM items WHERE row IN"  # noqa: S608 (marks alone)
                    f" (SELECT row FROM items WHERE eye NOT IN ({marks}) LIMIT ?)",
                    (*kept, _REMOVED_AT_ONCE),
                ).rowcount
            removed += count
            if not count:
                return removed

    def pictures_in_use(self, pictures: Sequence[PictureId]) -> set[PictureId]:
        """Tell which pictures some product still names; the files of the others may go."""
        with self._database.reading() as connection:
            statement = "SELECT DISTINCT picture FROM sightings WHERE picture IN (?)"
            return {PictureId(picture) for (picture,) in select_in(connection, statement, pictures)}

    def changes(self, after: int, limit: int) -> list[Change]:
        """Read at most ``limit`` changes after a number, in order; a row that came and went is as gone."""
        with self._database.reading() as connection:
            stored = connection.execute(
                "SELECT number, changes.row, print, vector FROM changes"
                " LEFT JOIN items ON came AND items.row = changes.row AND eye = ?"
                " WHERE number > ? ORDER BY number LIMIT ?",
                (self._eye, after, limit),
            ).fetchall()
        vectors = iter(read_vectors((vector for *_, vector in stored if vector), self._dimension))
        return [
            Change(number, Row(row), next(vectors), printed) if vector else Change(number, Row(row), None)
            for number, row, printed, vector in stored
        ]

    def seen(self, rows: Sequence[Row]) -> dict[Row, View]:
        """Read what was seen in rows; one that is gone is not in the answer."""
        with self._database.reading() as connection:
            stored = list(
                select_in(
                    connection,
                    "SELECT row, box_left, box_top, box_right, box_bottom, vector, print, colours"
                    " FROM items WHERE row IN (?)",
                    rows,
                )
            )
        views = read_views([columns for _, *columns in stored], self._dimension)
        return {Row(row): view for (row, *_), view in zip(stored, views, strict=True)}

    def vectors(self, rows: Sequence[Row]) -> dict[Row, Vector]:
        """Read the vectors of rows; one that is gone is not in the answer."""
        with self._database.reading() as connection:
            stored = list(select_in(connection, "SELECT row, vector FROM items WHERE row IN (?)", rows))
        vectors = read_vectors([vector for _, vector in stored], self._dimension)
        return {Row(row): vector for (row, _), vector in zip(stored, vectors, strict=True)}

    def latest(self) -> int:
        """Name the newest change; 0 before the first."""
        with self._database.reading() as connection:
            number: int = connection.execute("SELECT coalesce(max(number), 0) FROM changes").fetchone()[0]
            return number

    def items(self, rows: Sequence[Row]) -> dict[Row, Item]:
        """Read items by row; one that is gone is not in the answer."""
        with self._database.reading() as connection:
            stored = select_in(
                connection,
                "SELECT row, product, picture, box_left, box_top, box_right, box_bottom FROM items"
                " WHERE eye = ? AND row IN (?)",
                (int(row) for row in rows),
                self._eye,
            )
            return {item.row: item for item in map(read_item, stored)}

    def counts(self) -> Counts:
        """Count what the catalogue holds; a picture that several products show counts once."""
        with self._database.reading() as connection:
            return Counts(
                *connection.execute(
                    "SELECT (SELECT count(*) FROM products),"
                    " (SELECT count(DISTINCT picture) FROM sightings WHERE picture IS NOT NULL),"
                    " (SELECT count(*) FROM sightings WHERE code IS NOT NULL),"
                    " (SELECT count(*) FROM items WHERE eye = ?)",
                    (self._eye,),
                ).fetchone()
            )

    def categories(self, after: Row, limit: int) -> list[tuple[Row, tuple[str, ...]]]:
        """Read rows past one, in order, each with its product's categories."""
        with self._database.reading() as connection:
            stored = connection.execute(
                "SELECT row, categories FROM items JOIN products ON id = product"
                " WHERE row > ? AND eye = ? ORDER BY row LIMIT ?",
                (after, self._eye, limit),
            ).fetchall()
        return [(Row(row), tuple(json.loads(categories))) for row, categories in stored]

    def labelled(self, after: Row, limit: int) -> list[tuple[Row, ProductId, tuple[str, ...], Vector]]:
        """Read rows past one, in order, each with its product's categories and its vector."""
        with self._database.reading() as connection:
            stored = connection.execute(
                "SELECT row, product, categories, vector FROM items JOIN products ON id = product"
                " WHERE row > ? AND eye = ? ORDER BY row LIMIT ?",
                (after, self._eye, limit),
            ).fetchall()
        vectors = read_vectors((vector for *_, vector in stored), self._dimension)
        return [
            (Row(row), ProductId(product), tuple(json.loads(categories)), vector)
            for (row, product, categories, _), vector in zip(stored, vectors, strict=True)
        ]

    def seen_rows(self, after: Row, limit: int) -> list[Seen]:
        """Read rows past one, in order, with what a map shows of them."""
        with self._database.reading() as connection:
            stored = connection.execute(
                "SELECT row, categories, price, colours, vector, (SELECT value FROM documents JOIN facts"
                " ON document = documents.number WHERE documents.product = items.product AND field = 'kind'"
                " AND is_tag LIMIT 1) FROM items JOIN products ON id = items.product"
                " WHERE row > ? AND eye = ? ORDER BY row LIMIT ?",
                (after, self._eye, limit),
            ).fetchall()
        vectors = read_vectors((vector for *_, vector, _ in stored), self._dimension)
        return [
            Seen(Row(row), vector, tuple(json.loads(categories)), kind or "", price, colours)
            for (row, categories, price, colours, _, kind), vector in zip(stored, vectors, strict=True)
        ]

    def items_of(self, products: Sequence[ProductId]) -> list[Item]:
        """Read the items of products, by row; those of one that is not stored are not in the answer."""
        with self._database.reading() as connection:
            stored = select_in(
                connection,
                "SELECT row, product, picture, box_left, box_top, box_right, box_bottom FROM items"
                " WHERE eye = ? AND product IN (?)",
                products,
                self._eye,
            )
            return sorted(map(read_item, stored), key=lambda item: item.row)

    def tag(self, tags: Mapping[ProductId, Sequence[Tag]], tagger: str) -> None:
        """Replace the tags of stored products in one transaction; ``tagger`` names what found them."""
        with self._database.writing() as connection:
            write_tags(connection, self._words, tags, tagger)

    def untagged(self, tagger: str, limit: int) -> list[ProductId]:
        """Name products that were put or seen since this tagger tagged them, in order."""
        with self._database.reading() as connection:
            stored = connection.execute(
                "SELECT product FROM documents WHERE tagger != ? ORDER BY number LIMIT ?", (tagger, limit)
            ).fetchall()
        return [ProductId(product) for (product,) in stored]

    def find(self, words: str, limit: int, where: Condition | None = None) -> list[tuple[ProductId, float]]:
        """Find the products whose texts fit words best, each with its score, larger is better."""
        return self._questions.find(words, limit, where)

    def select(self, where: Condition | None, words: str = "") -> Rows:
        """Name the rows of all products that fit a condition, and all of the words where there are any."""
        return self._questions.select(where, words)

    def facets(self, fields: Sequence[str], rows: Rows | None = None) -> list[Facet]:
        """Count the values of fields among the products of rows, by default of all."""
        return self._questions.facets(fields, rows)

    def browse(self, words: str, where: Condition | None, start: int, limit: int) -> Listing:
        """List products, seen or not, that fit a condition and all of the words, or whose id begins so."""
        return self._questions.browse(words, where, start, limit)

    def suggest(self, begun: str, limit: int) -> list[Suggestion]:
        """Complete words that were begun by what is written of products, the most frequent first."""
        return self._questions.suggest(begun, limit)

    def alone(self) -> AbstractContextManager[None]:
        """Keep others out who ask for the same, on any machine; raises Unavailable after half a minute."""
        return self._database.alone()

    def size_bytes(self) -> int:
        """Tell the room that all of it takes."""
        with self._database.reading() as connection:
            return int(connection.execute(self._database.size).fetchone()[0])

    def close(self) -> None:
        """Close the database; what uses the store after this is refused."""
        self._database.close()

    def __enter__(self) -> Self:
        """Give the store itself."""
        return self

    def __exit__(self, *exception: object) -> None:
        """Close the database."""
        self.close()
