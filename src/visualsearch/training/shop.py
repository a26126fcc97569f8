"""Tunes a shop's model to its own catalogue: fits a head, measures it, and keeps it only if it wins."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from visualsearch.domain import Pixels, ProductId, Vectors
from visualsearch.errors import BadInput, PictureCorrupt
from visualsearch.evaluation.comparison import Comparison, compare
from visualsearch.evaluation.self_made import SelfMade, Shelf, make_photos
from visualsearch.pictures.decode import decode
from visualsearch.training.head import Head, Lesson, fit_head, put_on, write_model
from visualsearch.training.show import Show
from visualsearch.vision.embed import Embedder
from visualsearch.vision.weights import Measurement

ASKED = 200
"""Photos that measure; the head never sees their products' photos."""
FITTED = 600
LEAST_FITTED = 60
BATCH = 32
PHOTOGRAPHED = 0.4
"""Where the progress is when the head is fitted."""


@dataclass(frozen=True, slots=True)
class Tuned:
    """What came of tuning."""

    comparison: Comparison
    """The present model first, the tuned one second."""
    card: Path | None
    """None if the tuned one did not win beyond chance; nothing was written then."""


def tune(shelf: Shelf, base: Path, folder: Path, show: Show, *, seed: int = 0) -> Tuned:
    """Fit a head on photos made of the catalogue's products, and ask others by both models.

    ``base`` is the present model's card; the tuned model is written to ``folder``. Raises BadInput for a
    catalogue of too few products that can be cut out.
    """
    embedder = Embedder(base)
    made = make_photos(
        shelf,
        count=ASKED + FITTED,
        seed=seed,
        progress=lambda share, words: show(share * PHOTOGRAPHED / 2, words),
    )
    asked = min(ASKED, len(made.photos) // 3)
    if len(made.photos) - asked < LEAST_FITTED:
        raise BadInput(
            f"expected at least {LEAST_FITTED * 3 // 2} products that can be cut out of a plain ground, "
            f"found {len(made.photos)}; too few to tune by"
        )
    head = fit_head(_lesson(made, asked, embedder))
    show(PHOTOGRAPHED, "the head is fitted")
    comparison = compare(
        replace(made, photos=made.photos[:asked]),
        embedder.embed,
        lambda pictures: put_on(embedder.embed(pictures), head),
        progress=lambda share, words: show(PHOTOGRAPHED + share * (1 - PHOTOGRAPHED), f"comparing: {words}"),
    )
    return Tuned(comparison, _write(base, head, folder, comparison) if comparison.winner == 2 else None)


def _lesson(made: SelfMade, asked: int, embedder: Embedder) -> Lesson:
    """Embed the photos that the head is fitted to, and their pictures."""
    shown = {one.product.id: one.picture for one in made.gallery}
    never = {product for photo in made.photos[:asked] for product in photo.right}
    pictures: dict[ProductId, Pixels] = {}
    for photo in made.photos[asked:]:
        if photo.product.id in shown and photo.product.id not in never:
            try:
                pictures[photo.product.id] = made.shelf.pixels(shown[photo.product.id])
            except (BadInput, PictureCorrupt):
                continue
    photos = [decode(photo.encoded).pixels for photo in made.photos[asked:] if photo.product.id in pictures]
    return Lesson(_embedded(embedder, photos), _embedded(embedder, list(pictures.values())))


def _embedded(embedder: Embedder, pictures: Sequence[Pixels]) -> Vectors:
    return np.concatenate(
        [embedder.embed(pictures[start : start + BATCH]) for start in range(0, len(pictures), BATCH)]
    )


def _write(base: Path, head: Head, folder: Path, comparison: Comparison) -> Path:
    conditions = f"{comparison.photos} photos made of the shop's own products"
    return write_model(
        base,
        head,
        folder,
        [
            Measurement(
                what="R@1 before", value=comparison.first.metrics["R@1"].value, conditions=conditions
            ),
            Measurement(what="R@1", value=comparison.second.metrics["R@1"].value, conditions=conditions),
        ],
    )
