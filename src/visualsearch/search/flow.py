"""Query -> Answer: decode, look, search, rank, gather; many queries share each stage."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np

from visualsearch.domain import (
    WHOLE,
    Answer,
    Failure,
    Hit,
    Neighbours,
    Picture,
    PictureId,
    Query,
    Record,
    Row,
    View,
)
from visualsearch.errors import BadInput, NotFound
from visualsearch.ports import ChangeLog, Eye, Store
from visualsearch.search.live import LiveIndex
from visualsearch.search.rank import Candidate, rank

ROWS_PER_HIT = 4
"""Rows asked for each wanted product at first: products have several pictures, and fold into one hit."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What a query is searched by."""

    query: Query
    views: Sequence[View]
    picture: PictureId | None = None


@dataclass(frozen=True)
class Search:
    """The parts that answer queries."""

    decode: Callable[[bytes], Picture]
    """Raises BadInput for bytes that are no picture."""
    eye: Eye
    index: LiveIndex
    store: Store
    changes: ChangeLog

    def answer(self, queries: Sequence[Query]) -> list[Answer | Failure]:
        """Answer queries together; entry i is of query i.

        ``Answer.seconds`` are those of the stages of the whole batch, for that is how long each waited.
        """
        seconds: dict[str, float] = {}
        with _timed(seconds, "decode"):
            pictures = [self._decode(query) for query in queries]
        with _timed(seconds, "look"):
            looked = self._look(queries, pictures)
        with _timed(seconds, "search"):
            found = self._search([one for one in looked if isinstance(one, Looked)])
        with _timed(seconds, "gather"):
            answers = [self._gather(one, candidates, change, seconds) for one, candidates, change in found]
        remaining = iter(answers)
        return [one if isinstance(one, Failure) else next(remaining) for one in looked]

    def _decode(self, query: Query) -> Picture | Failure | None:
        if query.words and (query.picture is not None or query.product is not None):
            return Failure(
                BadInput.code,
                "Expected words alone, found them together with a picture or a product, which is not "
                "supported yet. Ask by one of them.",
                "words",
            )
        if query.picture is None:
            return None
        try:
            return self.decode(query.picture)
        except BadInput as error:
            return Failure(error.code, error.message, "picture")

    def _look(
        self, queries: Sequence[Query], pictures: Sequence[Picture | Failure | None]
    ) -> list[Looked | Failure]:
        """See every picture in one batch, and recall what was seen of products."""
        shown = [
            (query, picture)
            for query, picture in zip(queries, pictures, strict=True)
            if isinstance(picture, Picture)
        ]
        views = iter(self.eye.look([picture for _, picture in shown], [query.box for query, _ in shown]))
        said = iter(self._read([query for query in queries if _is_said(query)]))
        return [
            picture
            if isinstance(picture, Failure)
            else next(said)
            if _is_said(query)
            else self._recall(query)
            if picture is None
            else Looked(query, next(views), picture.id)
            for query, picture in zip(queries, pictures, strict=True)
        ]

    def _read(self, queries: Sequence[Query]) -> list[Looked | Failure]:
        """Take words as the query."""
        if not queries:
            return []
        try:
            vectors = self.eye.read([query.words for query in queries])
        except BadInput as error:
            return [Failure(error.code, error.message, "words")] * len(queries)
        return [Looked(query, [View(WHOLE, vector)]) for query, vector in zip(queries, vectors, strict=True)]

    def _recall(self, query: Query) -> Looked | Failure:
        """Take what was seen of a stored product as the query."""
        product = query.product
        if product is None:
            raise ValueError("a query has neither picture nor product: this is a bug")
        record = self.store.records([product]).get(product)
        if record is None:
            return Failure(NotFound.code, f"No product has the id {product!r}. Check the id.", product)
        views = self.store.views(_pictures_of(record))
        if not views:
            return Failure(
                NotFound.code,
                f"The product {product!r} has no picture that was seen, so nothing can be like it. "
                "Give it a picture that can be fetched and read.",
                product,
            )
        seen = [view for picture in _pictures_of(record) for view in views.get(picture, ())]
        # Its like is asked for, and nothing is more like it than itself.
        return Looked(replace(query, exclude=query.exclude | {product}), seen)

    def _search(self, looked: Sequence[Looked]) -> list[tuple[Looked, list[Candidate], int]]:
        """Find candidates for all, asking again for more rows where too few products came of them."""
        found: dict[int, tuple[Looked, list[Candidate], int]] = {}
        k = ROWS_PER_HIT * max((one.query.limit for one in looked), default=0)
        waiting = list(range(len(looked)))
        while waiting:
            neighbours, change = self.index.search(
                np.stack([view.vector for place in waiting for view in looked[place].views]), k
            )
            items = self.changes.items([Row(row) for row in np.unique(neighbours.rows) if row >= 0])
            entries = iter(_scores(neighbours))
            for place in waiting:
                one = looked[place]
                scores = [score for _ in one.views for score in next(entries)]
                candidates = rank(scores, items, one.query.exclude)
                found[place] = one, candidates[: one.query.limit], change
            waiting = [
                place
                for place in waiting
                if len(found[place][1]) < looked[place].query.limit and k < len(self.index)
            ]
            k *= 4
        return [found[place] for place in range(len(looked))]

    def _gather(
        self, looked: Looked, candidates: Sequence[Candidate], change: int, seconds: Mapping[str, float]
    ) -> Answer:
        """Join candidates with what the shop says of them."""
        records = self.store.records([candidate.item.product for candidate in candidates])
        hits = tuple(
            _hit(candidate, records[candidate.item.product], looked)
            for candidate in candidates
            if candidate.item.product in records
        )
        return Answer(hits, looked.views[0].box if looked.picture else WHOLE, change, seconds)


def _is_said(query: Query) -> bool:
    return bool(query.words) and query.picture is None and query.product is None


def _scores(neighbours: Neighbours) -> list[list[tuple[Row, float]]]:
    """Give each vector's rows with their scores."""
    return [
        [(Row(row), score) for row, score in zip(rows[:count], scores[:count], strict=True)]
        for rows, scores, count in zip(
            neighbours.rows.tolist(), neighbours.scores.tolist(), neighbours.counts.tolist(), strict=True
        )
    ]


def _hit(candidate: Candidate, record: Record, looked: Looked) -> Hit:
    pictures = _pictures_of(record)
    item = candidate.item
    likeness = "the words fit its picture" if looked.query.words else "looks like its picture"
    if item.picture == looked.picture:
        reason = "the very same picture"
    elif item.picture in pictures and len(pictures) > 1:
        reason = f"{likeness} {pictures.index(item.picture) + 1} of {len(pictures)}"
    else:
        reason = likeness
    return Hit(record.product, item.picture, tuple(pictures), item.box, candidate.score, (reason,))


def _pictures_of(record: Record) -> list[PictureId]:
    return [sighting.picture for sighting in record.sightings if sighting.picture is not None]


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds[stage] = time.perf_counter() - start
