"""Asks protocols by a model and keeps the raw neighbours, from which metrics are computed later."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from visualsearch.domain import WHOLE, Closeup, Picture, PictureId, Pixels, Spot, Vector, Vectors, View
from visualsearch.evaluation.desk import Asked, Desk
from visualsearch.evaluation.duplicates import difference_hash, duplicates
from visualsearch.evaluation.metrics import (
    Values,
    average_precision,
    bootstrap_interval,
    precision_at,
    recall_at,
)
from visualsearch.evaluation.report import Estimate
from visualsearch.evaluation.sets import Protocol, Source
from visualsearch.search.judge import Judge
from visualsearch.vision.aim import aim
from visualsearch.vision.look import LookingEye

Embed = Callable[[Sequence[Pixels]], Vectors]
DEPTH = 100
BATCH = 32


@dataclass(frozen=True, slots=True)
class Ranking:
    """What one model found by one protocol."""

    places: NDArray[np.int64]
    """Shape (queries, 100): places in the gallery, the best first; -1 past its end."""
    scores: NDArray[np.float32]
    is_right: NDArray[np.bool_]
    """Shape (queries, 100)."""
    right_counts: NDArray[np.int64]
    """Shape (queries,): how many pictures of the gallery are right."""
    groups: NDArray[np.int64]
    """Shape (queries,): queries of one group ask for one product, and are no independent evidence."""
    seconds: NDArray[np.float64]
    """Shape (queries,): to embed the picture, as its share of a batch, and to search."""

    def save(self, path: Path) -> None:
        """Write it as a NumPy archive."""
        np.savez_compressed(path, **{name: getattr(self, name) for name in self.__slots__})

    @classmethod
    def load(cls, path: Path) -> "Ranking":
        """Read what ``save`` wrote; nothing is unpickled."""
        with np.load(path, allow_pickle=False) as kept:
            return cls(**{name: kept[name] for name in cls.__slots__})


@dataclass(frozen=True, slots=True)
class Gallery:
    """All pictures of some protocols as one model sees them."""

    places: Mapping[Source, int]
    vectors: Vectors
    seconds: float
    """To embed one picture, on average."""


@dataclass(frozen=True, slots=True)
class Seen:
    """All pictures of some protocols as an eye sees them."""

    places: Mapping[Source, int]
    views: Sequence[View]
    """As the catalogue keeps them."""
    asked: Mapping[Source, tuple[Vector, Closeup]]
    """Of the queries, with what was found in them."""


class Pictures:
    """The pictures of protocols, decoded or made once for every model."""

    def __init__(self, asked: Sequence[Protocol], progress: Callable[[float], None] = lambda _: None) -> None:
        self.protocols = tuple(asked)
        sources = dict.fromkeys(source for one in asked for source in (*one.queries, *one.gallery))
        self._places = {source: place for place, source in enumerate(sources)}
        self._pixels: list[Pixels] = []
        with ThreadPoolExecutor(2) as pool:
            for done, pixels in enumerate(pool.map(Source.pixels, sources), 1):
                self._pixels.append(pixels)
                progress(done / len(sources))
        self._hashes = np.stack([difference_hash(pixels) for pixels in self._pixels])
        self._same: dict[str, NDArray[np.int64]] = {}

    def embed(self, embed: Embed, progress: Callable[[float], None] = lambda _: None) -> Gallery:
        """Embed every picture once."""
        parts, began = [], perf_counter()
        for start in range(0, len(self._pixels), BATCH):
            parts.append(embed(self._pixels[start : start + BATCH]))
            progress(min(1.0, (start + BATCH) / len(self._pixels)))
        return Gallery(self._places, np.concatenate(parts), (perf_counter() - began) / len(self._pixels))

    def look(self, eye: LookingEye, progress: Callable[[float], None] = lambda _: None) -> Seen:
        """See every picture once, and what is asked closely."""
        views: list[View] = []
        for start in range(0, len(self._pixels), BATCH):
            batch = [Picture(PictureId(""), pixels) for pixels in self._pixels[start : start + BATCH]]
            views += eye.look(batch, [Spot()] * len(batch))
            progress(len(views) / len(self._pixels))
        queries = list(dict.fromkeys(source for one in self.protocols for source in one.queries))
        asked: dict[Source, tuple[Vector, Closeup]] = {}
        with ThreadPoolExecutor(2) as pool:
            for start in range(0, len(queries), BATCH):
                some = queries[start : start + BATCH]
                batch = [Picture(PictureId(""), self._pixels[self._places[source]]) for source in some]
                spots = [aim(one.pixels, found) for one, found in zip(batch, eye.find(batch), strict=True)]
                vectors = [view.vector for view in eye.look(batch, spots, vectors_only=True)]
                closeups = pool.map(lambda picture: eye.examine(picture, WHOLE), batch)
                asked |= dict(zip(some, zip(vectors, closeups, strict=True), strict=True))
        return Seen(self._places, views, asked)

    def find_duplicates(self, reference: Gallery) -> int:
        """Look for near-identical pictures in each gallery, by hash and by the reference's vectors."""
        for protocol in self.protocols:
            places = [self._places[source] for source in protocol.gallery]
            self._same[protocol.name] = duplicates(self._hashes[places], reference.vectors[places])
        return sum(map(len, self._same.values()))

    def rank(self, protocol: Protocol, seen: Gallery) -> Ranking:
        """Rank the gallery for each query by cosine; near-identical pictures of the right ones are right."""
        asked, shown = (
            seen.vectors[[seen.places[source] for source in sources]]
            for sources in (protocol.queries, protocol.gallery)
        )
        began = perf_counter()
        scores = asked @ shown.T
        seconds = (perf_counter() - began) / len(asked) + seen.seconds
        return self._ranking(protocol, scores, np.full(len(asked), seconds))

    def rank_found(self, protocol: Protocol, seen: Seen) -> Ranking:
        """Rank the gallery by cosine to what each query shows and what was found in it."""
        asked = np.stack([seen.asked[source][0] for source in protocol.queries])
        shown = np.stack([seen.views[seen.places[source]].vector for source in protocol.gallery])
        began = perf_counter()
        scores = asked @ shown.T
        return self._ranking(protocol, scores, np.full(len(asked), (perf_counter() - began) / len(asked)))

    def rank_by_all(
        self, protocol: Protocol, seen: Seen, judge: Judge, progress: Callable[[float], None] = lambda _: None
    ) -> Ranking:
        """Rank the gallery by all evidence, as the search does; what is not looked at closely comes last."""
        desk = Desk([seen.views[seen.places[source]] for source in protocol.gallery])
        asked = [
            Asked(*seen.asked[source], itself)
            for source, itself in zip(protocol.queries, protocol.left_out, strict=True)
        ]
        scores = np.empty((len(asked), len(protocol.gallery)), np.float32)
        seconds = np.empty(len(asked))
        for number, laid in enumerate(desk.lay_all(asked, progress=progress)):
            odds = judge.weigh(laid.evidence).odds()
            scores[number] = laid.cosine
            scores[number, laid.rows] = odds - odds.min() + 2  # more than any cosine
            seconds[number] = laid.seconds
        return self._ranking(protocol, scores, seconds)

    def _ranking(
        self, protocol: Protocol, scores: NDArray[np.float32], seconds: NDArray[np.float64]
    ) -> Ranking:
        """Order the gallery by scores [queries, gallery], each query itself left out."""
        right = np.array(protocol.labels)[None, :] == np.array(protocol.wanted)[:, None]
        right &= np.array(protocol.labels) != ""
        for one, other in self._same.get(protocol.name, ()):
            right[:, one] |= right[:, other]
            right[:, other] |= right[:, one]
        out = np.flatnonzero(np.array(protocol.left_out) >= 0)
        itself = np.array(protocol.left_out)[out]
        scores[out, itself], right[out, itself] = -np.inf, False
        places = np.argsort(-scores, axis=1, kind="stable")[:, :DEPTH]
        lacking = ((0, 0), (0, DEPTH - places.shape[1]))
        groups = np.unique(np.array(protocol.wanted), return_inverse=True)[1]
        return Ranking(
            np.pad(places, lacking, constant_values=-1),
            np.pad(np.take_along_axis(scores, places, axis=1), lacking, constant_values=-np.inf),
            np.pad(np.take_along_axis(right, places, axis=1), lacking),
            right.sum(axis=1),
            groups.astype(np.int64),
            seconds,
        )


def metrics(ranking: Ranking) -> dict[str, Estimate]:
    """Compute every metric with its interval."""
    return {
        name: Estimate(float(values.mean()), *bootstrap_interval(values, seed=0, groups=ranking.groups))
        for name, values in metric_values(ranking).items()
    }


def metric_values(ranking: Ranking) -> dict[str, Values]:
    """Compute every metric for each query."""
    return {
        **{f"R@{k}": recall_at(ranking.is_right, k) for k in (1, 5, 10)},
        "P@10": precision_at(ranking.is_right, ranking.right_counts, 10),
        f"mAP@{DEPTH}": average_precision(ranking.is_right, ranking.right_counts, DEPTH),
    }
