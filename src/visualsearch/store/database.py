"""What the store asks of a database: transactions to read and to write in, and an index of words."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Literal, Protocol

Stemming = Literal["english", "none"]
"""English is Porter's; without, words are found as they are written, and by their beginnings."""

WEIGHTS = {"title": 4.0, "brand": 3.0, "categories": 3.0, "tags": 2.0, "attributes": 1.0, "description": 1.0}
"""What a word counts in each text: a title says what a product is, a description all that is near it."""

TABLES = ("products", "sightings", "items", "changes", "documents", "facts")

_CHUNK = 500
"""How many ids one statement names; old builds of SQLite stop at 999."""


class Cursor(Protocol):
    """What a statement gave."""

    @property
    def rowcount(self) -> int:
        """Count the lines that it changed."""

    def fetchone(self) -> Any:
        """Read the next line, or None."""

    def fetchall(self) -> list[Any]:
        """Read all lines that are left."""

    def __iter__(self) -> Iterator[Any]:
        """Go through the lines."""


class Connection(Protocol):
    """A connection inside a transaction; question marks in a statement stand for its parameters."""

    def execute(self, statement: str, parameters: Sequence[Any] = ..., /) -> Cursor:
        """Run a statement."""

    def executemany(self, statement: str, parameters: Iterable[Sequence[Any]], /) -> Cursor:
        """Run a statement for each of many parameters."""


class Words(Protocol):
    """An index of what is written, by the numbers of documents."""

    def is_made(self, connection: Connection, stemming: Stemming) -> bool:
        """Tell whether there is one that was made in this way."""

    def make(self, connection: Connection, stemming: Stemming) -> None:
        """Make it anew, with nothing in it."""

    def write(self, connection: Connection, documents: Iterable[tuple[int, Sequence[str]]]) -> None:
        """Write documents, or write them anew; the texts come in the order of ``WEIGHTS``."""

    def write_tags(self, connection: Connection, tags: Iterable[tuple[int, str]]) -> None:
        """Write the tags of documents that are there."""

    def ask(self, words: str, *, every: bool) -> str | None:
        """Write words as a question, or None where there are none; whatever they are, they are text.

        Any of them may fit unless ``every`` one must, and the last may be the beginning of a word.
        """

    def fitting(self, connection: Connection, asked: str) -> Cursor:
        """Find the numbers of the documents that fit a question."""

    def best(
        self, connection: Connection, asked: str, limit: int, among: set[int] | None
    ) -> list[tuple[int, float]]:
        """Find the documents that fit a question best, each with its score, larger is better."""


class Database(Protocol):
    """Holds the tables of a catalogue; what differs between databases is here, the statements are shared."""

    @property
    def words(self) -> Words:
        """Give the index of words."""

    @property
    def numbers(self) -> str:
        """Give a query that lists the numbers of a JSON array, which is its parameter."""

    @property
    def size(self) -> str:
        """Give a query that tells the bytes that all of it takes."""

    def reading(self) -> AbstractContextManager[Connection]:
        """Lend a connection that sees one state of the database throughout."""

    def writing(self) -> AbstractContextManager[Connection]:
        """Lend a connection whose changes are kept all at the end, or not at all after an exception.

        One at a time has one, so that the numbers of changes are seen in their order.
        """

    def alone(self) -> AbstractContextManager[None]:
        """Keep others out who ask for the same, on any machine, without a transaction; raises Unavailable."""

    def close(self) -> None:
        """Close it; what uses it after this is refused."""


def select_in(
    connection: Connection, statement: str, ids: Iterable[object], *before: object
) -> Iterator[tuple[Any, ...]]:
    """Run a statement with ``IN (?)`` for any number of ids; ``before`` are the parameters before them."""
    named = list(ids)
    for start in range(0, len(named), _CHUNK):
        chunk = named[start : start + _CHUNK]
        # The last one again and again: of a few lengths, the database keeps statements that it has read.
        chunk += chunk[-1:] * (min(_CHUNK, 1 << (len(chunk) - 1).bit_length()) - len(chunk))
        marks = statement.replace("IN (?)", f"IN ({','.join('?' * len(chunk))})")
        yield from connection.execute(marks, (*before, *chunk))
