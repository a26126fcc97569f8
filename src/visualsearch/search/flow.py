"""Query -> Answer: decode, find, look, search, weigh, refine, gather; many queries share each stage."""

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice

import numpy as np

from visualsearch.domain import (
    WHOLE,
    Among,
    Answer,
    Closeup,
    Condition,
    Every,
    Failure,
    Hit,
    Item,
    Neighbours,
    Picture,
    PictureId,
    ProductId,
    Query,
    Record,
    Row,
    Rows,
    Spot,
    Vector,
    Vectors,
    View,
)
from visualsearch.errors import BadInput, NotFound
from visualsearch.ports import ChangeLog, Eye, Store, Written
from visualsearch.search.kinds import KnownKinds
from visualsearch.search.live import LiveIndex
from visualsearch.search.parts import Asked, Decoded, joined, with_parts
from visualsearch.search.rank import Candidate, rank
from visualsearch.search.refine import (
    SURE_COSINE,
    WEIGHTS,
    Signals,
    fold,
    fuse,
    move,
    reorder,
    same_kind,
    soften,
)
from visualsearch.search.shortlist import NEAREST
from visualsearch.search.tiers import Tiers
from visualsearch.search.weigh import SAME_PRINT, Weighed, Weigher
from visualsearch.vision.aim import aim
from visualsearch.vision.kinds import NEIGHBOURS, Kind, kind_tags
from visualsearch.vision.region_kinds import kinds_shown
from visualsearch.vision.shop_colours import colour_tags

ROWS_PER_HIT = 4
"""Rows asked for each wanted product at first: products have several pictures, and fold into one hit."""
SEEN_WHOLE = Spot()
SURE_LEAD = 0.05
"""How much nearer than the next product a picture that is all but the same must be, to ask nothing else."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What a query is searched by."""

    query: Query
    views: Sequence[View]
    """Empty where words are asked for that the eye cannot read."""
    picture: Picture | None = None
    spot: Spot = SEEN_WHOLE
    allowed: Rows | None = None
    """The rows that are let through; None are all."""
    matching: Rows | None = None
    """Those of them whose products fit all words; None where there are no words."""


@dataclass(slots=True)
class Found:
    """What was found for a query, by stages."""

    looked: Looked
    scores: list[list[tuple[Row, float]]] = field(default_factory=list)
    """The nearest rows of each view, the best first."""
    items: Mapping[Row, Item] = field(default_factory=dict)
    change: int = 0
    is_checked: bool = False
    is_hurried: bool = False
    candidates: list[Candidate] = field(default_factory=list)
    fitting: list[tuple[Row, float]] = field(default_factory=list)
    """The nearest of the rows that fit the words."""
    colours: bytes = b""
    """As in ``View``, of what is asked."""
    kinds: Sequence[Kind] = ()

    def rank(self, weighed: Sequence[Weighed] = ()) -> None:
        """Put the candidates in their order."""
        every = (score for scores in [*self.scores, self.fitting] for score in scores)
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
    written: Written
    kinds: Callable[[], KnownKinds | None]
    """What kinds the shop has; None before any were learned."""
    tiers: Callable[[], Tiers]
    at_once: Callable[[Callable[[Query], Decoded], Iterable[Query]], Iterable[Decoded]] = map
    """Decodes many pictures in order, at once where it can."""
    weigher: Weigher | None = None
    """None orders by the vectors alone."""
    words: Callable[[Vector], Sequence[Kind]] = lambda _: ()
    """Tells what a vector shows where no kinds were learned."""
    seconds_to_weigh: Callable[[int], float] = lambda _: math.inf
    """For so many queries that are answered together; what comes to it later is ordered by the vectors.

    Where it is none, no regions are looked for, either.
    """

    def answer(self, queries: Sequence[Query]) -> list[Answer | Failure]:
        """Answer queries together; entry i is of query i.

        ``Answer.seconds`` are those of the stages of the whole batch, for that is how long each waited.
        """
        seconds: dict[str, float] = {}
        weigh_s = self.seconds_to_weigh(len(queries))
        with _timed(seconds, "decode"):
            pictures = list(self.at_once(self._decode, queries))
        with _timed(seconds, "find"):
            asked = self._find(queries, pictures, is_hurried=weigh_s <= 0)
        split = [with_parts(one) for one in asked]
        answers = iter(self._answer([part for parts in split for part in parts], weigh_s, seconds))
        return [
            joined(one, list(islice(answers, len(parts)))) for one, parts in zip(asked, split, strict=True)
        ]

    def _answer(
        self, asked: Sequence[Asked], weigh_s: float, seconds: dict[str, float]
    ) -> list[Answer | Failure]:
        with _timed(seconds, "look"):
            looked = self._look(asked)
        with _timed(seconds, "narrow"):
            looked = [self._narrow(one) if isinstance(one, Looked) else one for one in looked]
        with _timed(seconds, "search"):
            known = [one for one in looked if isinstance(one, Looked)]
            found = self._search(known, is_weighed=self.weigher is not None and weigh_s > 0)
        with _timed(seconds, "weigh"):
            until_s = time.monotonic() + weigh_s
            for one in found:
                self._weigh(one, until_s)
        with _timed(seconds, "refine"):
            for one in found:
                self._refine(one)
        with _timed(seconds, "gather"):
            answers = [self._gather(one, seconds) for one in found]
        remaining = iter(answers)
        return [one if isinstance(one, Failure) else next(remaining) for one in looked]

    def _decode(self, query: Query) -> Decoded:
        if query.picture is None:
            return None
        try:
            return self.decode(query.picture)
        except BadInput as error:
            return Failure(error.code, error.message, "picture")

    def _find(
        self, queries: Sequence[Query], pictures: Sequence[Decoded], *, is_hurried: bool
    ) -> list[Asked]:
        """Find what may be searched for in the pictures of those who leave the choice to the eye.

        In a hurry only where each region is asked for: to find and see them takes twice as long as the rest.
        """
        asked = [
            Asked(query, picture, is_hurried=is_hurried and _is_open(query) and not query.by_region)
            for query, picture in zip(queries, pictures, strict=True)
        ]
        shown = {
            number: one.picture
            for number, one in enumerate(asked)
            if isinstance(one.picture, Picture) and _is_open(one.query) and not one.is_hurried
        }
        found = dict(zip(shown, self.eye.find(list(shown.values())), strict=True))
        return [replace(one, regions=found.get(number, ())) for number, one in enumerate(asked)]

    def _look(self, asked: Sequence[Asked]) -> list[Looked | Failure]:
        """See every picture in one batch, and recall what was seen of products."""
        shown = [
            (one.picture, Spot(one.query.box) if one.query.box else aim(one.picture.pixels, one.regions))
            for one in asked
            if isinstance(one.picture, Picture)
        ]
        spots = iter([spot for _, spot in shown])
        views = iter(
            self.eye.look([picture for picture, _ in shown], [spot for _, spot in shown], vectors_only=True)
        )
        said = iter(self._read([one.query for one in asked if _is_said(one.query)]))
        return [
            one.picture
            if isinstance(one.picture, Failure)
            else next(said)
            if _is_said(one.query)
            else self._recall(one.query)
            if one.picture is None
            else Looked(one.query, [next(views)], one.picture, next(spots))
            for one in asked
        ]

    def _read(self, queries: Sequence[Query]) -> list[Looked | Failure]:
        """Take words as the query."""
        if not queries:
            return []
        try:
            vectors = self.eye.read([query.words for query in queries])
        except BadInput:
            return [Looked(query, []) for query in queries]  # They are found by what is written alone.
        return [Looked(query, [View(WHOLE, vector)]) for query, vector in zip(queries, vectors, strict=True)]

    def _recall(self, query: Query) -> Looked | Failure:
        """Take what was seen of a stored product as the query."""
        product = query.product
        if product is None:
            raise ValueError("a query has neither picture nor product: this is a bug")
        record = self.store.records([product]).get(product)
        if record is None:
            return Failure(NotFound.code, f"No product has the id {product!r}. Check the id.", product)
        views = self.store.views(record.pictures)
        if not views:
            return Failure(
                NotFound.code,
                f"The product {product!r} has no picture that was seen, so nothing can be like it. "
                "Give it a picture that can be fetched and read.",
                product,
            )
        seen = [view for picture in record.pictures for view in views.get(picture, ())]
        # Its like is asked for, and nothing is more like it than itself.
        return Looked(replace(query, exclude=query.exclude | {product}), seen)

    def _narrow(self, looked: Looked) -> Looked:
        """Find the rows that are let through, and move what is searched by towards examples."""
        query = looked.query
        if query.like or query.unlike:
            like, unlike = (self._vectors_of(products) for products in (query.like, query.unlike))
            moved = [replace(view, vector=move(view.vector, like, unlike)) for view in looked.views]
            looked = replace(
                looked, views=moved, query=replace(query, exclude=query.exclude | {*query.unlike})
            )
        allowed = None if query.where is None else self.written.select(query.where)
        wanted = None if query.colour in {"same", "any"} else Among("colour", (query.colour,))
        is_refined = (bool(query.words) or wanted is not None) and not _is_said(query)
        matching = self.written.select(_both(query.where, wanted), query.words) if is_refined else None
        return replace(looked, allowed=allowed, matching=matching)

    def _vectors_of(self, products: Sequence[ProductId]) -> Vectors:
        records = self.store.records(products)
        views = self.store.views([picture for record in records.values() for picture in record.pictures[:1]])
        seen = [view.vector for found in views.values() for view in found]
        return np.stack(seen) if seen else np.empty((0, self.eye.dimension), np.float32)

    def _search(self, looked: Sequence[Looked], *, is_weighed: bool) -> list[Found]:
        """Find the nearest rows for all; those that are let the same rows through are asked together."""
        found = [Found(one) for one in looked]
        free = [one for one in found if one.looked.allowed is None]
        # What is weighed is chosen among more than what is shown, and the nearest tell of what kind it is.
        least = 2 * NEAREST if is_weighed else NEIGHBOURS
        for group in [free, *([one] for one in found if one.looked.allowed is not None)]:
            self._search_among([one for one in group if one.looked.views], least)
        for one in found:
            if _is_said(one.looked.query):
                one.candidates = fuse(self._written(one.looked.query), one.candidates)
        return found

    def _search_among(self, group: Sequence[Found], least: int) -> None:
        """Find the nearest rows for queries, asking again for more where too few products came of them."""
        k = max(least, ROWS_PER_HIT * max((one.looked.query.limit for one in group), default=0))
        waiting = group
        while waiting:
            allowed = waiting[0].looked.allowed
            vectors = np.stack([view.vector for one in waiting for view in one.looked.views])
            neighbours, change = self.index.search(vectors, k, allowed)
            items = self.changes.items([Row(row) for row in np.unique(neighbours.rows) if row >= 0])
            entries = iter(_scores(neighbours))
            for one in waiting:
                one.scores = [next(entries) for _ in one.looked.views]
                one.items, one.change = items, change
                one.rank()
            most = len(self.index) if allowed is None else len(allowed)
            waiting = [one for one in waiting if len(one.candidates) < one.looked.query.limit and k < most]
            k *= 4
        for one in group:
            self._search_matching(one)

    def _search_matching(self, found: Found) -> None:
        """Find the nearest of the rows that fit the words, too, however far they are."""
        matching = found.looked.matching
        if matching is None or not len(matching):
            return
        k = ROWS_PER_HIT * found.looked.query.limit
        vectors = np.stack([view.vector for view in found.looked.views])
        neighbours, _ = self.index.search(vectors, k, matching)
        rows = [Row(row) for row in np.unique(neighbours.rows).tolist() if row >= 0]
        came = self.changes.items([row for row in rows if row not in found.items])
        found.items = {**found.items, **came}
        found.fitting = [score for scores in _scores(neighbours) for score in scores]
        found.rank()

    def _written(self, query: Query) -> list[Candidate]:
        """Find products by words alone; those of which no picture was seen cannot be shown."""
        scores = dict(self.written.find(query.words, ROWS_PER_HIT * query.limit, query.where))
        records = self.store.records(list(scores))
        return [
            Candidate(Item(Row(-1), product, pictures[0], WHOLE), 0.0, added={"words": score})
            for product, score in scores.items()
            if product in records and product not in query.exclude and (pictures := records[product].pictures)
        ]

    def _weigh(self, found: Found, until_s: float) -> None:
        """Order what was found by all evidence, unless the vectors are sure or there is no time."""
        query, picture = found.looked.query, found.looked.picture
        found.colours = found.looked.views[0].colours if found.looked.views else b""
        if self.weigher is None or _is_said(query) or _is_sure(found.candidates):
            return
        if time.monotonic() >= until_s:
            found.is_hurried = True
            return
        weighed: list[Weighed] = []
        for view, scores in zip(found.looked.views, found.scores, strict=True):
            asked = Closeup.of(view) if picture is None else self.eye.examine(picture, found.looked.spot.box)
            found.is_checked |= len(asked.print) > 0
            nearest = [row for row, _ in scores if _is_wanted(found.items.get(row), query)]
            found.colours = found.colours or asked.colours
            weighed += self.weigher.weigh(
                view.vector, asked, nearest, found.items, query, found.looked.allowed
            )
        found.rank(weighed)

    def _refine(self, found: Found) -> None:
        """Let words and the kind of what is asked order what was found."""
        looked = found.looked
        if _is_said(looked.query) or not found.candidates:
            return
        known = self.kinds()
        if known is None:
            found.kinds = self.words(looked.views[0].vector) or kinds_shown(looked.spot.regions)
        rows = np.array([one.item.row for one in found.candidates], np.int64)
        words, kind = np.zeros(len(rows)), np.zeros(len(rows))
        if known is not None:
            near, vector = found.scores[0], looked.views[0].vector
            scores = np.array([score for _, score in near], np.float32)
            told = known.tell(vector, np.array([row for row, _ in near], np.int64), scores)
            shares = known.shares()
            softened = soften(told, shares, near[0][1] if near else 0.0)
            same = same_kind(found.candidates, known.of(rows), softened, shares)
            kind = same.agreement
            found.kinds = known.best(same.told, 3)
        if looked.matching is not None:
            words = np.isin(rows, looked.matching).astype(np.float64)
        if known is not None or looked.matching is not None:
            found.candidates = reorder(found.candidates, Signals(words, kind), dict(looked.query.weights))

    def _gather(self, found: Found, seconds: Mapping[str, float]) -> Answer:
        """Join candidates with what the shop says of them."""
        looked, tiers = found.looked, self.tiers()
        query = looked.query
        folded = self._fold(found)
        records = self.store.records([candidate.item.product for candidate, _ in folded])
        hits = tuple(
            replace(_hit(candidate, records[candidate.item.product], looked, tiers), variants=variants)
            for candidate, variants in folded
            if candidate.item.product in records
        )
        return Answer(
            hits,
            looked.spot.box,
            found.change,
            seconds,
            found.is_checked,
            found.is_hurried,
            found=any(hit.tier != "weak" for hit in hits),
            facets=tuple(self.written.facets(query.facets, self._answered(found))) if query.facets else (),
            tags=(*colour_tags(found.colours), *kind_tags(found.kinds)),
            searched_regions=len(looked.spot.regions),
            eye=self.eye.name,
        )

    def _fold(self, found: Found) -> list[tuple[Candidate, tuple[ProductId, ...]]]:
        query = found.looked.query
        if not query.fold:
            return [(candidate, ()) for candidate in found.candidates[: query.limit]]
        some = found.candidates[: ROWS_PER_HIT * query.limit]
        return fold(some, self.changes.vectors([one.item.row for one in some]), query.limit)

    def _answered(self, found: Found) -> Rows:
        """Name the rows that an answer is chosen from: all that fit what was written, or else the nearest."""
        looked = found.looked
        if _is_said(looked.query):
            return self.written.select(looked.query.where, looked.query.words)
        for rows in (looked.matching, looked.allowed):
            if rows is not None:
                return rows
        return np.array([one.item.row for one in found.candidates], np.int64)


def _both(*conditions: Condition | None) -> Condition | None:
    """Join conditions, of which each may be none."""
    said = tuple(one for one in conditions if one is not None)
    return Every(said) if len(said) > 1 else next(iter(said), None)


def _is_open(query: Query) -> bool:
    """Tell whether the eye may choose what of the picture is searched."""
    return query.detect and query.box is None and query.picture is not None


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


def _hit(candidate: Candidate, record: Record, looked: Looked, tiers: Tiers) -> Hit:
    pictures = record.pictures
    item, weighed = candidate.item, candidate.weighed
    hit = Hit(
        record.product,
        item.picture,
        pictures,
        item.box,
        candidate.score,
        _reasons(candidate, looked, pictures),
        tier="similar" if _is_said(looked.query) else tiers.of(candidate.score),
        signals=candidate.added,
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
        probability=weighed.probability,
        signals={**weighed.signals, **candidate.added},
        shared_print=shared,
    )


def _reasons(candidate: Candidate, looked: Looked, pictures: Sequence[PictureId]) -> tuple[str, ...]:
    query, added = looked.query, candidate.added
    reasons = []
    if candidate.item.row >= 0:
        reasons.append(_likeness(looked, candidate.item, pictures))
    if query.words and added.get("words"):
        reasons.append("the words fit what is written of it")
    if added.get("kind", 0) > dict(query.weights).get("kind", WEIGHTS["kind"]) / 2 and query.words == "":
        reasons.append("of the same kind")
    if query.where is not None:
        reasons.append("let through by the filter")
    return tuple(reasons)


def _likeness(looked: Looked, item: Item, pictures: Sequence[PictureId]) -> str:
    """Say which picture fits, in words for the shopper."""
    likeness = "the words fit its picture" if _is_said(looked.query) else "looks like its picture"
    if looked.picture is not None and item.picture == looked.picture.id:
        return "the very same picture"
    if item.picture in pictures and len(pictures) > 1:
        return f"{likeness} {pictures.index(item.picture) + 1} of {len(pictures)}"
    return likeness


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds[stage] = time.perf_counter() - start
