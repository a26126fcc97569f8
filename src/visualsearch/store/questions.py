"""Answers conditions and words by sets of rows, and counts what they have in common."""

import json
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import chain

import numpy as np

from visualsearch.domain import (
    Among,
    Between,
    Condition,
    Every,
    Facet,
    Listing,
    Not,
    ProductId,
    Rows,
    Some,
    Suggestion,
)
from visualsearch.store.database import Connection, Database, select_in
from visualsearch.store.written import CATEGORY, CATEGORY_NAME, field_of, fold, fold_path

FACET_VALUES = 20
"""Values that are counted of each field, the most frequent ones."""

MOST_COMPLETED = 4
"""Words at the end that may be one name together."""
_SUGGESTED = (CATEGORY_NAME, "brand", "colour", "kind")

Documents = Rows
"""Shape (count,): numbers of documents, in order, each once."""


class Questions:
    """Answers by what is written in a database; may be asked from several threads at once."""

    def __init__(self, database: Database, eye: str) -> None:
        self._database = database
        self._words = database.words
        self._rows = _RowsOfDocuments(eye)

    def find(self, words: str, limit: int, where: Condition | None) -> list[tuple[ProductId, float]]:
        """Find the products whose texts fit words best; equal ones are ordered by id."""
        every, some = (self._words.ask(words, every=every) for every in (True, False))
        if every is None or some is None:
            return []
        with self._database.reading() as connection:
            fitting = None if where is None else set(self._documents(connection, where).tolist())
            # To score all that have some of the words takes long where one of them is frequent.
            found = self._words.best(connection, every, limit, fitting)
            if len(found) < limit and every != some:
                found = self._words.best(connection, some, limit, fitting)
            names = dict(
                select_in(
                    connection,
                    "SELECT number, product FROM documents WHERE number IN (?)",
                    [number for number, _ in found],
                )
            )
        listed = [(ProductId(names[number]), float(score)) for number, score in found]
        return sorted(listed, key=lambda one: (-one[1], one[0]))

    def select(self, where: Condition | None, words: str) -> Rows:
        """Name the rows of all products that fit a condition and all of the words."""
        asked = self._words.ask(words, every=True)
        with self._database.reading() as connection:
            sets = [self._documents(connection, where)] if where is not None else []
            if asked is not None:
                sets.append(_set(self._words.fitting(connection, asked)))
            if not sets:
                sets.append(self._rows.everything(connection))
            return self._rows.rows(connection, reduce(_both, sets))

    def browse(self, words: str, where: Condition | None, start: int, limit: int) -> Listing:
        """List products, seen or not, that fit a condition and all of the words, or whose id begins so."""
        asked = self._words.ask(words, every=True)
        with self._database.reading() as connection:
            sets = [self._documents(connection, where)] if where is not None else []
            if asked is not None:
                fitting = self._words.fitting(connection, asked)
                named = connection.execute(
                    "SELECT number FROM documents WHERE product >= ? AND product < ?",
                    (words, words + chr(0x10FFFF)),
                )
                sets.append(np.union1d(_set(fitting), _set(named)))
            if not sets:
                sets.append(_set(connection.execute("SELECT number FROM documents")))
            found = reduce(_both, sets)
            page = found[start : start + limit].tolist()
            names = dict(
                select_in(connection, "SELECT number, product FROM documents WHERE number IN (?)", page)
            )
        return Listing(tuple(ProductId(names[number]) for number in page), len(found))

    def facets(self, fields: Sequence[str], rows: Rows | None) -> list[Facet]:
        """Count the values of fields among the products of rows."""
        with self._database.reading() as connection:
            chosen = None if rows is None else self._rows.documents(connection, rows)
            return [
                Facet(
                    field,
                    *self._count(connection, field_of(field), None if chosen is None else _list(chosen)),
                )
                for field in fields
            ]

    def suggest(self, begun: str, limit: int) -> list[Suggestion]:
        """Complete words by categories, brands, colours and kinds; the most frequent first."""
        words = fold(begun).split()
        if not words or begun[-1].isspace():
            return []
        with self._database.reading() as connection:
            for first in range(max(0, len(words) - MOST_COMPLETED), len(words)):
                found = _beginning_with(connection, " ".join(words[first:]), limit)
                if found:
                    return [
                        Suggestion(
                            " ".join([*words[:first], value]),
                            CATEGORY if field == CATEGORY_NAME else field,
                            count,
                        )
                        for field, value, count in found
                    ]
        return []

    def _count(
        self, connection: Connection, field: str, chosen: str | None
    ) -> tuple[dict[str, int], float | None, float | None]:
        """Count the values of a field, with its least and largest number; ``chosen`` is a JSON list."""
        among = "" if chosen is None else f"AND document IN ({self._database.numbers})"
        asked = (field,) if chosen is None else (field, chosen)
        counted = connection.execute(
            f"SELECT min(value), count(*) AS count FROM facts WHERE field = ? {among}"  # noqa: S608 (a constant)
            " GROUP BY folded ORDER BY count DESC, folded LIMIT ?",
            (*asked, FACET_VALUES),
        ).fetchall()
        low, high = connection.execute(
            f"SELECT min(number), max(number) FROM facts WHERE field = ? AND number IS NOT NULL {among}",  # noqa: S608 (a constant)
            asked,
        ).fetchone()
        return dict(counted), low, high

    def _documents(self, connection: Connection, where: Condition) -> Documents:
        """Answer a condition; what the caller wrote reaches the database as parameters alone."""
        match where:
            case Among(field, values):
                return _among(connection, field_of(field), values)
            case Between(field, low, high):
                statement = "SELECT document FROM facts WHERE field = ? AND number BETWEEN ? AND ?"
                return _set(connection.execute(statement, (field_of(field), low, high)))
            case Every(parts):
                return reduce(_both, (self._documents(connection, part) for part in parts))
            case Some(parts):
                return np.unique(np.concatenate([self._documents(connection, part) for part in parts]))
            case Not(part):
                everything = self._rows.everything(connection)
                return everything[~np.isin(everything, self._documents(connection, part))]


@dataclass(frozen=True, slots=True, eq=False)
class _Known:
    """Rows of the index with the documents that they are of."""

    rows: Rows
    """Shape (count,), in order."""
    documents: Documents
    """Shape (count,): entry i is of row i."""
    every: Documents
    """The documents, in order, each once."""


class _RowsOfDocuments:
    """Which rows are of which document, kept in memory: 16 bytes a row, read once and then followed."""

    def __init__(self, eye: str) -> None:
        self._eye = eye
        nothing = np.empty(0, np.int64)
        self._known = _Known(nothing, nothing, nothing)
        self._reading = threading.Lock()

    def rows(self, connection: Connection, documents: Documents) -> Rows:
        known = self._follow(connection)
        wanted = np.zeros(int(known.every[-1]) + 1 if len(known.every) else 0, np.bool_)
        wanted[documents[documents < len(wanted)]] = True
        return known.rows[wanted[known.documents]]

    def documents(self, connection: Connection, rows: Rows) -> Documents:
        known = self._follow(connection)
        return np.unique(known.documents[np.isin(known.rows, rows)])

    def everything(self, connection: Connection) -> Documents:
        """Name all documents that have a row."""
        return self._follow(connection).every

    def _follow(self, connection: Connection) -> _Known:
        """Read the rows that came; those that went do no harm, for the index does not have them."""
        with self._reading:
            last = self._known.rows[-1] if len(self._known.rows) else 0
            came = connection.execute(
                "SELECT row, (SELECT number FROM documents WHERE documents.product = items.product)"
                " FROM items WHERE row > ? AND eye = ? ORDER BY row",
                (int(last), self._eye),
            ).fetchall()
            if came:
                rows, documents = np.array(came, np.int64).T
                documents = np.concatenate([self._known.documents, documents])
                self._known = _Known(
                    np.concatenate([self._known.rows, rows]), documents, np.unique(documents)
                )
            return self._known


def _among(connection: Connection, field: str, values: Iterable[str]) -> Documents:
    statement = "SELECT document FROM facts WHERE field = ? AND folded IN (?)"
    if field != CATEGORY:
        return _set(select_in(connection, statement, map(fold, values), field))
    paths = [fold_path(value) for value in values]
    found = [*select_in(connection, statement, paths, CATEGORY)]
    found += select_in(connection, statement, paths, CATEGORY_NAME)
    return _set(found)


def _beginning_with(connection: Connection, begun: str, limit: int) -> list[tuple[str, str, int]]:
    """Find values by their folded beginning: field, value, and of how many products."""
    return connection.execute(
        "SELECT min(field), min(value), count(DISTINCT document) AS count FROM facts"
        " WHERE field IN (?, ?, ?, ?) AND folded >= ? AND folded < ?"
        " GROUP BY folded ORDER BY count DESC, folded LIMIT ?",
        (*_SUGGESTED, begun, begun + chr(0x10FFFF), limit),
    ).fetchall()


def _list(documents: Documents) -> str:
    return json.dumps(documents.tolist())


def _set(numbers: Iterable[tuple[int]]) -> Documents:
    return np.unique(np.fromiter(chain.from_iterable(numbers), np.int64))


def _both(one: Documents, other: Documents) -> Documents:
    few, many = sorted((one, other), key=len)
    return few[np.isin(few, many)]
