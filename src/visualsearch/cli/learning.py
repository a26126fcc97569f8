"""Lets a shop learn from its own catalogue: what kinds it has, and what a cosine means."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from visualsearch.assemble import Shop
from visualsearch.cli.progress import Show
from visualsearch.cli.searching import answer_one
from visualsearch.cli.self_measuring import shelf_of
from visualsearch.domain import Row
from visualsearch.errors import BadInput
from visualsearch.evaluation.self_made import make_photos
from visualsearch.search.tiers import Tiers
from visualsearch.settings import Settings
from visualsearch.vision.kinds import KindsCard, read_kinds_card

ROWS_AT_ONCE = 2_000
PHOTOGRAPHED = 0.5
"""Where the progress is when the photos are made."""


def learn_kinds(shop: Shop, show: Show) -> KindsCard:
    """Learn the shop's kinds and keep them; raises BadInput for a shop of fewer than two kinds."""
    # These libraries are an extra, and take seconds to load.
    from visualsearch.training.kinds import Page, gather, learn, write_classifier  # noqa: PLC0415

    def pages() -> Iterator[Page]:
        last = Row(0)
        while stored := shop.store.labelled(last, ROWS_AT_ONCE):
            rows, products, categories, vectors = zip(*stored, strict=True)
            last = rows[-1]
            yield Page(products, categories, np.stack(vectors))

    change, rows = shop.store.latest(), shop.store.counts().rows
    lesson = gather(pages)
    learned = learn(lesson, show)
    return read_kinds_card(
        write_classifier(shop.folder, lesson, learned, eye=shop.eye.name, change=change, rows=rows)
    )


def learn_tiers(settings: Settings, shop: Shop, show: Show) -> Tiers | None:
    """Measure the shop's tiers and keep them; None where its products cannot be photographed."""
    from visualsearch.training.tiers import PHOTOS, measure_tiers, write_tiers  # noqa: PLC0415 (beside the above)

    shelf = shelf_of(settings, shop)
    try:
        made = make_photos(
            shelf, count=PHOTOS, seed=0, progress=lambda share, words: show(share * PHOTOGRAPHED, words)
        )
    except BadInput:
        return None
    tiers = measure_tiers(
        made,
        partial(answer_one, shop),
        shop.eye.name,
        lambda share, words: show(PHOTOGRAPHED + share * (1 - PHOTOGRAPHED), words),
    )
    write_tiers(shop.folder, tiers)
    return tiers
