"""The seams: what each replaceable part promises, in five methods or fewer."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self, TypeVar

from visualsearch.domain import (
    Answer,
    Box,
    Change,
    Closeup,
    Condition,
    Counts,
    Facet,
    Failure,
    Item,
    Neighbours,
    Picture,
    PictureId,
    Print,
    ProductId,
    Query,
    Record,
    Region,
    Row,
    Rows,
    Spot,
    Tag,
    Vector,
    Vectors,
    View,
)

Shard = TypeVar("Shard")
Result = TypeVar("Result")


class Fetcher(Protocol):
    """Brings the encoded bytes of pictures from where they are."""

    def fetch(self, sources: Sequence[str]) -> list[bytes | Failure]:
        """Fetch all sources, at once where that helps; entry i is of source i."""

    def validator(self, source: str) -> str:
        """Name the state of what is behind a source without reading it: another text, other bytes perhaps."""


class PictureVault(Protocol):
    """Keeps the pictures' own bytes, each under the SHA-256 of its content."""

    def put_many(self, datas: Sequence[bytes]) -> list[PictureId]:
        """Keep pictures for good, or some if it raises Unavailable; entry i is the id of picture i."""

    def held(self, pictures: Sequence[PictureId]) -> set[PictureId]:
        """Tell which pictures are kept."""

    def get(self, picture: PictureId) -> bytes:
        """Read a picture; raises NotFound, or PictureCorrupt if the bytes are not those that were put."""

    def path(self, picture: PictureId) -> Path:
        """Tell where a picture can be read on this machine; raises NotFound, also for no id at all."""

    def thumbnail(self, picture: PictureId, width: int) -> Path:
        """Tell where a JPEG of the next kept width is, made now if need be."""


class Eye(Protocol):
    """Turns pictures into what is seen in them; the same eye looks at the catalogue and at queries."""

    name: str
    """Changes whenever the same picture would give other vectors: models, sizes, settings."""
    dimension: int

    def find(self, pictures: Sequence[Picture]) -> list[tuple[Region, ...]]:
        """Find what may be searched for in each picture, the surest first."""

    def look(
        self, pictures: Sequence[Picture], spots: Sequence[Spot], *, vectors_only: bool = False
    ) -> list[View]:
        """See one spot of each picture; entry i is of picture i.

        Print and colours are looked for too, as the catalogue keeps them, unless only vectors are wanted.
        """

    def examine(self, picture: Picture, box: Box) -> Closeup:
        """See print and colours of a box of a picture, more closely than ``look`` does."""

    def read(self, words: Sequence[str]) -> Vectors:
        """Map texts to where pictures that they fit are seen; raises BadInput if the eye knows no words."""


class WordIndex(Protocol):
    """Finds the rows whose prints share most with a query's."""

    def add(self, rows: Rows, prints: Sequence[bytes]) -> None:
        """Add rows with their prints as ``Print`` encodes them; a row that is there already is replaced."""

    def remove(self, rows: Rows) -> None:
        """Remove rows; one that is not there is passed over."""

    def search(self, asked: Print, k: int, allowed: Rows | None = None) -> Neighbours:
        """Find the k rows that share most with one print; a score adds up what is shared, the rare more."""

    def save(self, path: Path, mark: str) -> None:
        """Write a snapshot in one step."""

    def __len__(self) -> int:
        """Count the rows that search can find."""


class VectorIndex(Protocol):
    """Finds the nearest of many vectors by cosine similarity."""

    def add(self, rows: Rows, vectors: Vectors) -> None:
        """Add rows; a row that is there already is replaced. Vectors are scaled to length 1."""

    def remove(self, rows: Rows) -> None:
        """Remove rows; one that is not there is passed over."""

    def search(self, vectors: Vectors, k: int, allowed: Rows | None = None) -> Neighbours:
        """Find the k nearest rows of each vector, among the allowed rows only where they are given."""

    def __len__(self) -> int:
        """Count the rows that search can find."""


class Store(Protocol):
    """Keeps products and what was seen of them."""

    def put(self, records: Sequence[Record], views: Mapping[PictureId, Sequence[View]]) -> None:
        """Insert or replace whole products in one transaction.

        ``views`` has what the eye saw in every picture that the records name and ``views()`` did not give.
        Rows of pictures that stay with their product are kept.
        """

    def delete(self, products: Sequence[ProductId]) -> int:
        """Delete products with their rows in one transaction and count those that were there."""

    def records(self, products: Sequence[ProductId]) -> dict[ProductId, Record]:
        """Read products by id; one that is not stored is not in the answer."""

    def views(self, pictures: Sequence[PictureId]) -> dict[PictureId, tuple[View, ...]]:
        """Read what the present eye saw in pictures; one it has not seen is not in the answer."""

    def failures(self) -> Iterator[tuple[ProductId, Failure]]:
        """Go through the pictures that could not be had or read."""


class ChangeLog(Protocol):
    """Tells what came and went, so that an index can follow the store."""

    identity: str
    """Drawn when the store is made: a snapshot of another store's index is told by it."""

    def changes(self, after: int, limit: int) -> list[Change]:
        """Read at most ``limit`` changes after a number, in order; a row that came and went is as gone."""

    def latest(self) -> int:
        """Name the newest change; cheap enough to be asked for every query."""

    def items(self, rows: Sequence[Row]) -> dict[Row, Item]:
        """Read items by row; one that is gone is not in the answer."""

    def seen(self, rows: Sequence[Row]) -> dict[Row, View]:
        """Read what was seen in rows; one that is gone is not in the answer."""

    def vectors(self, rows: Sequence[Row]) -> dict[Row, Vector]:
        """Read the vectors of rows; one that is gone is not in the answer."""

    def counts(self) -> Counts:
        """Count what the catalogue holds."""


class Written(Protocol):
    """Finds products by what is written of them: words, conditions, and tags of what was seen."""

    def tag(self, tags: Mapping[ProductId, Sequence[Tag]], tagger: str) -> None:
        """Replace the tags of stored products in one transaction; ``tagger`` names what found them."""

    def untagged(self, tagger: str, limit: int) -> list[ProductId]:
        """Name products that were put or seen since this tagger tagged them, in order."""

    def find(self, words: str, limit: int, where: Condition | None = None) -> list[tuple[ProductId, float]]:
        """Find the products whose texts fit words best, each with its BM25, larger is better.

        Any of the words may be missing, and the last may be the beginning of one.
        """

    def select(self, where: Condition | None, words: str = "") -> Rows:
        """Name the rows of all products that fit a condition, and all of the words where there are any."""

    def facets(self, fields: Sequence[str], rows: Rows | None = None) -> list[Facet]:
        """Count the values of fields among the products of rows, by default of all."""


class Job(Protocol):
    """One question that waits for its answer."""

    query: Query


@dataclass(frozen=True, slots=True)
class Load:
    """How many jobs are in the house."""

    waiting: int
    in_work: int


JobT = TypeVar("JobT", bound=Job)


class Queue(Protocol[JobT]):
    """Stands between many askers and few workers, and bounds how many may wait."""

    async def ask(self, query: Query, timeout_s: float) -> Answer:
        """Wait for the answer; raises Overloaded at once, DeadlinePassed late, or what the worker met."""

    def refuse_if_full(self) -> None:
        """Raise Overloaded where ``ask`` would; a house that others share may be full without it."""

    def take(self, limit: int) -> list[JobT]:
        """Wait for a job, then take what has piled up, at most ``limit``; empty once closed."""

    def reply(self, job: JobT, answer: "Answer | Failure") -> None:
        """Give a job its answer; a second reply to the same job is passed over."""

    def load(self) -> Load:
        """Count the jobs in the house."""

    def close(self) -> None:
        """Refuse new questions and let ``take`` run empty."""


class Runner(Protocol):
    """Does the same work on many shards."""

    def run(self, shards: Iterable[Shard], work: Callable[[Shard], Result]) -> Iterator[Result]:
        """Do the work on every shard and give the results in the order of the shards.

        It may be done in other processes: work, shards and results are such as can be pickled.
        """

    def __enter__(self) -> Self:
        """Start the workers."""

    def __exit__(self, *exception: object) -> None:
        """Stop them; what has not begun is left."""
