"""Asks made photos by two models side by side, and tells which one finds more."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from time import perf_counter

import numpy as np

from visualsearch.domain import Pixels, ProductId, Vectors
from visualsearch.errors import BadInput, PictureCorrupt
from visualsearch.evaluation.metrics import (
    Values,
    average_precision,
    bootstrap_interval,
    judge,
    paired_difference,
    recall_at,
    sign_probability,
)
from visualsearch.evaluation.report import Estimate
from visualsearch.evaluation.self_made import SelfMade
from visualsearch.pictures.decode import decode

Embed = Callable[[Sequence[Pixels]], Vectors]
DEPTH = 10
BATCH = 32
CHANCE = 0.05
SEED = 0


@dataclass(frozen=True, slots=True)
class Side:
    """How well one model did."""

    metrics: dict[str, Estimate]
    """By name: R@1, R@5, R@10, mAP@10."""
    milliseconds: float
    """To embed one picture, in batches of 32."""
    ranked: tuple[tuple[ProductId, ...], ...] = field(repr=False)
    """The ten nearest products of each photo, the nearest first."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How well two models did on the same photos among the same products."""

    first: Side
    second: Side
    difference: Estimate
    """By how much the second's R@1 is larger, with the paired bootstrap interval."""
    first_only: int
    """Photos whose product the first model alone found first."""
    second_only: int
    chance: float
    """How probable so uneven a split is, were neither better: the exact sign test."""
    photos: int
    products: int
    """One picture of each was searched."""
    unreadable: int
    """Products left out because their picture could not be read."""

    @property
    def winner(self) -> int:
        """Tell which one is better: 1, 2, or 0 where the difference is within chance."""
        if self.chance > CHANCE or self.difference.low <= 0 <= self.difference.high:
            return 0
        return 2 if self.difference.value > 0 else 1


def compare(
    photos: SelfMade,
    embed_a: Embed,
    embed_b: Embed,
    *,
    progress: Callable[[float, str], None] = lambda _, __: None,
) -> Comparison:
    """Embed the gallery and the photos by both models in memory, and search by brute force."""
    models = _Model(embed_a), _Model(embed_b)
    asked = [decode(photo.encoded).pixels for photo in photos.photos]
    products: list[ProductId] = []
    total = len(asked) + len(photos.gallery)
    for done, pixels in enumerate(_batches(asked), 1):
        for model in models:
            model.see(pixels)
        progress(min(done * BATCH, len(asked)) / total, f"{len(asked)} photos")
    for start in range(0, len(photos.gallery), BATCH):
        readable = _read(photos, start)
        for model in models:
            model.see([pixels for _, pixels in readable])
        products += [product for product, _ in readable]
        done = min(start + BATCH, len(photos.gallery))
        progress((len(asked) + done) / total, f"{done} of {len(photos.gallery)} products")
    return _compared(photos, models, products)


@dataclass(slots=True)
class _Model:
    """One model, what it saw and how long that took."""

    embed: Embed
    seen: list[Vectors] = field(default_factory=list)
    seconds: float = 0.0

    def see(self, pixels: Sequence[Pixels]) -> None:
        if pixels:
            started = perf_counter()
            self.seen.append(self.embed(pixels))
            self.seconds += perf_counter() - started


def _batches(pixels: Sequence[Pixels]) -> Iterator[Sequence[Pixels]]:
    return (pixels[start : start + BATCH] for start in range(0, len(pixels), BATCH))


def _read(photos: SelfMade, start: int) -> list[tuple[ProductId, Pixels]]:
    """Read a batch of the gallery, without what cannot be read."""
    read = []
    for shown in photos.gallery[start : start + BATCH]:
        try:
            read.append((shown.product.id, photos.shelf.pixels(shown.picture)))
        except (BadInput, PictureCorrupt):
            continue
    return read


def _compared(photos: SelfMade, models: tuple[_Model, _Model], products: Sequence[ProductId]) -> Comparison:
    rankings = [_rank(photos, np.concatenate(model.seen), products) for model in models]
    values = [_values(photos, ranked) for ranked in rankings]
    one, two = (
        Side(
            {name: _estimate(each) for name, each in by_name.items()},
            1000 * model.seconds / (len(photos.photos) + len(products)),
            ranked,
        )
        for by_name, model, ranked in zip(values, models, rankings, strict=True)
    )
    first, second = (by_name["R@1"] for by_name in values)
    return Comparison(
        first=one,
        second=two,
        difference=Estimate(*paired_difference(first, second, seed=SEED)),
        first_only=int((first > second).sum()),
        second_only=int((second > first).sum()),
        chance=sign_probability(first, second),
        photos=len(photos.photos),
        products=len(products),
        unreadable=len(photos.gallery) - len(products),
    )


def _rank(
    photos: SelfMade, vectors: Vectors, products: Sequence[ProductId]
) -> tuple[tuple[ProductId, ...], ...]:
    """Find the nearest products of each photo; the photos' vectors come before the gallery's."""
    asked, gallery = np.split(vectors, [len(photos.photos)])
    nearest = np.argsort(-(asked @ gallery.T), axis=1, kind="stable")[:, :DEPTH]
    return tuple(tuple(products[place] for place in places) for places in nearest)


def _values(photos: SelfMade, ranked: Sequence[Sequence[ProductId]]) -> dict[str, Values]:
    """Compute each photo's metrics."""
    right = [photo.right for photo in photos.photos]
    judged = judge(ranked, right, DEPTH)
    right_counts = np.array([len(wanted) for wanted in right], dtype=np.int64)
    return {
        **{f"R@{k}": recall_at(judged, k) for k in (1, 5, 10)},
        f"mAP@{DEPTH}": average_precision(judged, right_counts, DEPTH),
    }


def _estimate(values: Values) -> Estimate:
    return Estimate(float(values.mean()), *bootstrap_interval(values, seed=SEED))
