"""Measures how often the demo's customers' photos find their product, beside a colour histogram."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from machine import ROOT, write
from visualsearch.assemble import EVERYWHERE, Shop, open_ingest, open_shop
from visualsearch.catalogue import open_catalogue
from visualsearch.domain import WHOLE, Answer, Box, Hit, ProductId, Query
from visualsearch.evaluation.report import summarise
from visualsearch.evaluation.run import run
from visualsearch.evaluation.truth import read_truth
from visualsearch.ingest.local_runner import LocalRunner
from visualsearch.pictures.crop import crop
from visualsearch.pictures.decode import decode
from visualsearch.settings import read_settings

BINS = 8
NEAR_WHITE = 235


def main() -> None:
    """Ask every photo of the demo with its boxes, by the shipped model and by colours alone."""
    questions = read_truth(ROOT / "demo" / "truth.csv")
    figures: dict[str, object] = {}
    with _indexed() as shop:
        for name, answer in (("shipped model", _by_model(shop)), ("colour histogram", _by_colours(shop))):
            summary = summarise(run(questions, answer))
            figures[f"{name}, {len(questions)} boxes in photos"] = {
                metric: f"{found.value:.3f} ({found.low:.3f} to {found.high:.3f})"
                for metric, found in summary.metrics.items()
                if metric.startswith("R@")
            }
    write("demo", figures)


@contextmanager
def _indexed() -> Iterator[Shop]:
    """Index the demo in a folder that goes again."""
    with tempfile.TemporaryDirectory() as folder:
        settings = read_settings({"shop": Path(folder)})
        with (
            open_shop(settings, create=True) as shop,
            open_ingest(settings, shop, local_roots=EVERYWHERE) as ingest,
            LocalRunner(2) as runner,
        ):
            lines = open_catalogue(ROOT / "demo" / "products.jsonl").read()
            for _ in ingest.run(lines, runner, pictures_per_shard=64, retry=False):
                pass
            shop.index.catch_up()
            yield shop


def _by_model(shop: Shop) -> Callable[[Query], Answer]:
    def answer(query: Query) -> Answer:
        [found] = shop.search.answer([query])
        assert isinstance(found, Answer), found
        return found

    return answer


def _by_colours(shop: Shop) -> Callable[[Query], Answer]:
    """Compare colour histograms by intersection (Swain and Ballard 1991); a product by its best picture."""
    pictures = [
        (record.product, sighting.picture)
        for record in shop.store.records(list(shop.store.products())).values()
        for sighting in record.sightings
        if sighting.picture is not None
    ]
    histograms = np.stack([_histogram(shop.vault.get(picture), WHOLE) for _, picture in pictures])

    def answer(query: Query) -> Answer:
        assert query.picture is not None
        scores = np.minimum(histograms, _histogram(query.picture, query.box or WHOLE)).sum(axis=1)
        best: dict[ProductId, Hit] = {}
        for place in np.argsort(-scores):
            product, picture = pictures[place]
            hit = Hit(product, picture, (picture,), WHOLE, float(scores[place]), ())
            best.setdefault(product.id, hit)
        return Answer(tuple(best.values())[: query.limit], query.box or WHOLE, 0, {})

    return answer


def _histogram(data: bytes, box: Box) -> NDArray[np.float64]:
    """Count the colours of a box, the near-white ground of catalogue pictures left out."""
    pixels = crop(decode(data).pixels, box).reshape(-1, 3)
    seen = pixels[pixels.min(axis=1) < NEAR_WHITE]
    cells = (seen // (256 // BINS)).astype(np.int64) @ [BINS * BINS, BINS, 1]
    shares: NDArray[np.float64] = np.bincount(cells, minlength=BINS**3) / max(1, len(cells))
    return shares


if __name__ == "__main__":
    main()
