"""Query -> Answer: decode, look, search, weigh, rank, gather; many queries share each stage."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import numpy as np

from visualsearch.domain import (
    WHOLE,
    Answer,
    Closeup,
    Failure,
    Hit,
    Item,
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
from visualsearch.search.shortlist import NEAREST
from visualsearch.search.weigh import SAME_PRINT, Weighed, Weigher

ROWS_PER_HIT = 4
"""Rows asked for each wanted product at first: products have several pictures, and fold into one hit."""
SURE_COSINE, SURE_LEAD = 0.97, 0.05
"""How near a row must be, and how much nearer than the next product, for nothing else to be asked."""


Decoded = Picture | Failure | None


@dataclass(frozen=True, slots=True)
class Looked:
    """What a query is searched by."""

    query: Query
    views: Sequence[View]
    picture: Picture | None = None


@dataclass(slots=True)
class Found:
    """What was found for a query, by stages."""

    looked: Looked
    scores: list[list[tuple[Row, float]]] = field(default_factory=list)
    """The nearest rows of each view, the best first."""
    items: Mapping[Row, Item] = field(default_factory=dict)
    change: int = 0
    is_checked: bool = False
    candidates: list[Candidate] = field(default_factory=list)

    def rank(self, weighed: Sequence[Weighed] = ()) -> None:
        """Put the candidates in their order."""
        every = (score for scores in self.scores for score in scores)
        self.candidates = rank(every, self.items, self.looked.query.exclude, weighed)


@dataclass(frozen=True)
class Search:
    """The parts that answer queries."""

    decode: Callable[[bytes], Picture]
    """Raises BadInput for bytes that are no picture."""
    eye: Eye
    index: LiveIndex
    store: Store
    changes: ChangeLog
    at_once: Callable[[Callable[[Query], Decoded], Iterable[Query]], Iterable[Decoded]] = map
    """Decodes many pictures in order, at once where it can."""
    weigher: Weigher | None = None
    """None orders by the vectors alone."""

    def answer(self, queries: Sequence[Query]) -> list[Answer | Failure]:
        """Answer queries together; entry i is of query i.

        ``Answer.seconds`` are those of the stages of the whole batch, for that is how long each waited.
        """
        seconds: dict[str, float] = {}
        with _timed(seconds, "decode"):
            pictures = list(self.at_once(self._decode, queries))
        with _timed(seconds, "look"):
            looked = self._look(queries, pictures)
        with _timed(seconds, "search"):
            found = self._search([one for one in looked if isinstance(one, Looked)])
        with _timed(seconds, "weigh"):
            for one in found:
                self._weigh(one)
        with _timed(seconds, "gather"):
            answers = [self._gather(one, seconds) for one in found]
        remaining = iter(answers)
        return [one if isinstance(one, Failure) else next(remaining) for one in looked]

    def _decode(self, query: Query) -> Decoded:
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
        views = iter(
            self.eye.look(
                [picture for _, picture in shown], [query.box for query, _ in shown], vectors_only=True
            )
        )
        said = iter(self._read([query for query in queries if _is_said(query)]))
        return [
            picture
            if isinstance(picture, Failure)
            else next(said)
            if _is_said(query)
            else self._recall(query)
            if picture is None
            else Looked(query, next(views), picture)
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

    def _search(self, looked: Sequence[Looked]) -> list[Found]:
        """Find the nearest rows for all, asking again for more where too few products came of them."""
        found = [Found(one) for one in looked]
        k = max(2 * NEAREST, ROWS_PER_HIT * max((one.query.limit for one in looked), default=0))
        waiting = found
        while waiting:
            vectors = np.stack([view.vector for one in waiting for view in one.looked.views])
            neighbours, change = self.index.search(vectors, k)
            items = self.changes.items([Row(row) for row in np.unique(neighbours.rows) if row >= 0])
            entries = iter(_scores(neighbours))
            for one in waiting:
                one.scores = [next(entries) for _ in one.looked.views]
                one.items, one.change = items, change
                one.rank()
            waiting = [
                one for one in waiting if len(one.candidates) < one.looked.query.limit and k < len(self.index)
            ]
            k *= 4
        return found

    def _weigh(self, found: Found) -> None:
        """Order what was found by all evidence, unless the vectors are sure or there is nothing else."""
        query, picture = found.looked.query, found.looked.picture
        if self.weigher is None or _is_said(query) or _is_sure(found.candidates):
            return
        weighed: list[Weighed] = []
        for view, scores in zip(found.looked.views, found.scores, strict=True):
            asked = Closeup.of(view) if picture is None else self.eye.examine(picture, query.box)
            found.is_checked |= len(asked.print) > 0
            nearest = [row for row, _ in scores if _is_wanted(found.items.get(row), query)]
            weighed += self.weigher.weigh(view.vector, asked, nearest, query.exclude, _not_counted(query))
        found.rank(weighed)

    def _gather(self, found: Found, seconds: Mapping[str, float]) -> Answer:
        """Join candidates with what the shop says of them."""
        looked = found.looked
        candidates = found.candidates[: looked.query.limit]
        records = self.store.records([candidate.item.product for candidate in candidates])
        hits = tuple(
            _hit(candidate, records[candidate.item.product], looked)
            for candidate in candidates
            if candidate.item.product in records
        )
        box = looked.views[0].box if looked.picture else WHOLE
        return Answer(hits, box, found.change, seconds, found.is_checked)


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


def _is_sure(candidates: Sequence[Candidate]) -> bool:
    """Tell whether the vectors alone leave no doubt of which product it is."""
    if not candidates:
        return True
    first, second = candidates[0].score, candidates[1].score if len(candidates) > 1 else -1.0
    return first >= SURE_COSINE and first - second >= SURE_LEAD


def _is_wanted(item: Item | None, query: Query) -> bool:
    return item is not None and item.product not in query.exclude


def _not_counted(query: Query) -> frozenset[str]:
    return frozenset() if query.colour == "same" else frozenset({"colour"})


def _hit(candidate: Candidate, record: Record, looked: Looked) -> Hit:
    pictures = _pictures_of(record)
    item, weighed = candidate.item, candidate.weighed
    hit = Hit(
        record.product,
        item.picture,
        tuple(pictures),
        item.box,
        candidate.score,
        (_likeness(looked, item, pictures),),
    )
    if looked.picture is not None and item.picture == looked.picture.id:
        hit = replace(hit, tier="exact")
    if weighed is None:
        return hit
    shared = weighed.shared_print
    if shared is not None and shared.probability >= SAME_PRINT:
        hit = replace(
            hit, tier="exact", reasons=(*hit.reasons, f"the same print in {len(shared.found)} places")
        )
    return replace(
        hit,
        probability=float(1 / (1 + np.exp(-weighed.odds))),
        signals=weighed.signals,
        shared_print=shared,
    )


def _likeness(looked: Looked, item: Item, pictures: Sequence[PictureId]) -> str:
    """Say which picture fits, in words for the shopper."""
    likeness = "the words fit its picture" if looked.query.words else "looks like its picture"
    if looked.picture is not None and item.picture == looked.picture.id:
        return "the very same picture"
    if item.picture in pictures and len(pictures) > 1:
        return f"{likeness} {pictures.index(item.picture) + 1} of {len(pictures)}"
    return likeness


def _pictures_of(record: Record) -> list[PictureId]:
    return [sighting.picture for sighting in record.sightings if sighting.picture is not None]


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds[stage] = time.perf_counter() - start
