"""Measures what a cosine means in a shop, by photos made of its own products."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from visualsearch.domain import Answer, Query
from visualsearch.evaluation.self_made import SelfMade
from visualsearch.search.tiers import TIERS, Tiers
from visualsearch.store.whole import write_whole
from visualsearch.training.show import Show

PHOTOS = 150
DEPTH = 20
WEAK_SHARE = 3.0
"""In percent: so few photos have nothing but weak products beside their own."""
LEAST_STEP = 0.05


def measure_tiers(made: SelfMade, answer: Callable[[Query], Answer], eye: str, show: Show) -> Tiers:
    """Ask by each photo how near its own product is, and how near the best of the others."""
    own, others = [], []
    for done, photo in enumerate(made.photos):
        show(done / len(made.photos), f"{done} of {len(made.photos)} photos")
        hits = answer(Query(picture=photo.encoded, limit=DEPTH)).hits
        own += (
            [max(scores)] if (scores := [hit.score for hit in hits if hit.product.id in photo.right]) else []
        )
        rest = [hit.score for hit in hits if hit.product.id not in photo.right]
        others += [max(rest)] if rest else []
    if not own or not others:
        return Tiers(eye=eye)
    similar = float(np.percentile(others, WEAK_SHARE))
    close = max(float(np.median(own)), similar + LEAST_STEP)
    return Tiers(eye=eye, close=round(close, 3), similar=round(similar, 3), photos=len(made.photos))


def write_tiers(folder: Path, tiers: Tiers) -> None:
    """Write a shop's tiers in one step; raises StorageFull."""
    write_whole(folder / TIERS, (tiers.model_dump_json(indent=2) + "\n").encode())
