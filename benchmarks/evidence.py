"""Measures what print and colours cost: bringing 10,000 products in, and asking them by photos."""

import io
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from machine import data_folder, write
from visualsearch.assemble import EVERYWHERE, open_fetcher, open_shop
from visualsearch.domain import Answer, Failure, Picture, Pixels, Product, ProductId, Query, Spot, View
from visualsearch.evaluation.metrics import latency_ms
from visualsearch.evaluation.sets import protocols
from visualsearch.ingest.flow import Ingest
from visualsearch.ingest.local_runner import LocalRunner
from visualsearch.settings import Settings
from visualsearch.switch import decoder
from visualsearch.vision.embed import Embedder
from visualsearch.vision.look import LookingEye

PRODUCTS = 10_000
COMPARED = 2_000
"""Products brought in with and without, in the same run."""
SETS = ("amazon", "fashion", "packshots")
PHOTOS = 100
"""Of each sort: made of the catalogue's own products, shoppers' own, and the catalogue's pictures again."""
PER_SHARD, WORKERS = 64, 3


class VectorsOnly(LookingEye):
    """An eye that leaves print and colours out."""

    def look(
        self, pictures: Sequence[Picture], spots: Sequence[Spot], *, vectors_only: bool = True
    ) -> list[View]:
        """See vectors only."""
        del vectors_only
        return super().look(pictures, spots, vectors_only=True)


def main() -> None:
    """Bring products in, ask, and write the figures."""
    products = list(islice(_products(data_folder()), PRODUCTS))
    rates: dict[bool, list[float]] = {True: [], False: []}
    for round_ in range(4):
        with _shop() as settings:
            rates[round_ % 2 == 0].append(_rate(settings, products[:COMPARED], evidence=round_ % 2 == 0))
    figures: dict[str, object] = {
        "brought in with vectors only, pictures/s": {"measured": round(max(rates[False]))},
        "brought in with print and colours, pictures/s": {"measured": round(max(rates[True]))},
        "share of the rate without": {
            "measured": round(max(rates[True]) / max(rates[False]), 2),
            "to reach": ">= 0.50",
        },
    }
    with _shop() as settings:
        _rate(settings, products, evidence=True)
        figures |= _asked(settings, products)
    write("evidence", figures)


def _products(data: Path) -> Iterator[Product]:
    for name in SETS:
        for path in sorted((data / name / "images").glob("*.jpg")):
            yield Product(ProductId(f"{name}/{path.stem}"), pictures=(str(path),))


@contextmanager
def _shop() -> Iterator[Settings]:
    with tempfile.TemporaryDirectory() as folder:
        yield Settings(shop=Path(folder) / "shop")


def _rate(settings: Settings, products: Sequence[Product], *, evidence: bool) -> float:
    with open_shop(settings, create=True) as shop, open_fetcher(settings, local_roots=EVERYWHERE) as fetcher:
        eye = shop.eye if evidence else VectorsOnly(Embedder())
        ingest = Ingest(fetcher, shop.vault, decoder(settings), eye, shop.store)
        started = time.perf_counter()
        with LocalRunner(WORKERS) as runner:
            for _ in ingest.run(products, runner, pictures_per_shard=PER_SHARD, retry=False):
                pass
        return len(products) / (time.perf_counter() - started)


def _asked(settings: Settings, products: Sequence[Product]) -> dict[str, object]:
    data = data_folder()
    figures: dict[str, object] = {}
    by_name = {one.name: one for one in protocols(data)}
    made = by_name["self-made street, amazon"].queries[:PHOTOS]
    own = by_name["street to catalogue"].queries[:PHOTOS]
    again = products[:: len(products) // PHOTOS][:PHOTOS]
    photos = {
        "made photos": [_jpeg(source.pixels()) for source in made],
        "shoppers' photos": [_jpeg(source.pixels()) for source in own],
        "the catalogue's pictures": [Path(product.pictures[0]).read_bytes() for product in again],
    }
    with open_shop(settings) as shop:
        shop.index.catch_up()
        ask = {True: shop.search.answer, False: replace(shop.search, weigher=None).answer}
        for sort, encoded in photos.items():
            added, checked = [], []
            for photo in encoded:
                without, _ = _timed(ask[False], photo)
                with_all, answer = _timed(ask[True], photo)
                added.append(with_all - without)
                checked.append(answer.is_checked)
            figures |= _figures(sort, np.array(added), np.array(checked))
    return figures


def _timed(ask: Callable[[Sequence[Query]], list[Answer | Failure]], photo: bytes) -> tuple[float, Answer]:
    started = time.perf_counter()
    [answer] = ask([Query(picture=photo)])
    seconds = time.perf_counter() - started
    if isinstance(answer, Failure):
        raise SystemExit(answer.message)
    return seconds, answer


def _figures(sort: str, added: NDArray[np.float64], is_checked: NDArray[np.bool_]) -> dict[str, object]:
    figures: dict[str, object] = {
        f"{sort}: share not checked": {"measured": round(1 - float(is_checked.mean()), 2)}
    }
    if is_checked.any():
        median, p99 = latency_ms(added[is_checked])
        figures[f"{sort}: added by checking, p50, ms"] = {"measured": round(median, 1), "to reach": "<= 40"}
        figures[f"{sort}: added by checking, p99, ms"] = {"measured": round(p99, 1), "to reach": "<= 80"}
    if not is_checked.all():
        median, _ = latency_ms(added[~is_checked])
        figures[f"{sort}: added where it is skipped, p50, ms"] = {
            "measured": round(median, 1),
            "to reach": "<= 5",
        }
    return figures


def _jpeg(pixels: Pixels) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


if __name__ == "__main__":
    main()
