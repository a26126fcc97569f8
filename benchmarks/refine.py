"""Measures what words, filters and kinds add to a photo, on a shop of four real sets; prints every case."""

import argparse
import csv
import json
import random
import statistics
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import numpy as np

from machine import RESULTS, data_folder, keep, write
from visualsearch.assemble import EVERYWHERE, Shop, open_ingest, open_shop
from visualsearch.cli.learning import learn_kinds, learn_tiers
from visualsearch.cli.self_measuring import shelf_of
from visualsearch.domain import (
    WHOLE,
    Among,
    Answer,
    Condition,
    Every,
    Failure,
    Not,
    PictureId,
    Product,
    ProductId,
    Query,
    Record,
    Sighting,
    View,
)
from visualsearch.evaluation.metrics import bootstrap_interval
from visualsearch.evaluation.self_made import make_photos
from visualsearch.ingest.local_runner import LocalRunner
from visualsearch.search.flow import Search
from visualsearch.settings import Settings

ASKED = 0.2
"""The share of the products that are not in the shop, and are asked by: nothing was chosen on them."""
PHOTOS = 200
FIRST_PHOTOGRAPHED = 128
"""The first byte of an id's hash: by photos of products with smaller ones the weights were chosen."""
TOGETHER = 16
"""Queries answered together."""
LEAST_OF_COLOUR = 10
LIMIT = 10
MANY = 100_000
ROUNDS = 300
WORDS = ("silver", "black men shoes", "casual blue shirt for men")


Figure = tuple[str, Mapping[str, float]]
"""What was measured, and its figures."""


@dataclass(frozen=True)
class Labelled:
    """A product with what is known of it."""

    product: Product
    picture: Path
    kind: str
    colour: str = ""


def main() -> None:
    """Index the sets, learn, and measure."""
    options = _options()
    figures: dict[str, object] = {}
    everything = [one for one in _read(data_folder()) if one.picture.is_file()]
    every_nth = everything[:: options.every]
    draw = random.Random(0)
    asked = [one for one in every_nth if draw.random() < ASKED]
    asked_ids = {one.product.id for one in asked}
    kept = [one for one in every_nth if one.product.id not in asked_ids]
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(shop=options.shop or Path(folder))
        with open_shop(settings, create=True) as shop:
            _ingest(settings, shop, kept)
            known = shop.search.kinds()
            card = known.classifier.card if known else learn_kinds(shop, _show)
            for name, measured in (("all three", card.ensemble), ("forest alone", card.forest)):
                figures[f"kind told right: {name}"] = {
                    "mean": round(measured.accuracy, 4),
                    "of": measured.products,
                }
            print(card.ensemble, card.weights, flush=True)
            print(learn_tiers(settings, shop, lambda _, __: None), flush=True)
            queries = draw.sample(asked, min(options.queries, len(asked)))
            for told in (
                _wrong_kinds(shop, queries, kept),
                _photos(settings, shop, kept),
                _other_colour(shop, queries, kept, draw),
                _nothing_good(shop, queries),
            ):
                for what, figure in told:
                    figures[what] = figure
                    print(f"{what:70} {figure}", flush=True)
    keep("refine", figures, options.out)
    if not options.quality:
        write("refine-speed", _words_cost([one.product for one in everything]))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=RESULTS / "refine.json", help="where the figures go")
    parser.add_argument("--shop", type=Path, help="a folder to keep the indexed shop in, and find it again")
    parser.add_argument("--every", type=int, default=1, help="take every so manieth product only")
    parser.add_argument("--queries", type=int, default=500)
    parser.add_argument("--quality", action="store_true", help="measure what is found, not how fast")
    return parser.parse_args()


def _read(data: Path) -> Iterator[Labelled]:
    for row in _rows(data / "fashion" / "products.csv"):
        path = ("Fashion", row["category"], row["subcategory"], row["article_type"])
        yield _labelled(data / "fashion", row["id"], row, path, row["article_type"], row["colour"])
    for row in _rows(data / "amazon" / "products.csv"):
        if row["category"]:
            yield _labelled(data / "amazon", row["asin"], row, ("Home", row["category"]), row["category"])
    for row in _rows(data / "flipkart" / "products.csv"):
        [tree] = json.loads(row["category_tree"])
        levels = [level.strip() for level in tree.split(">>")]
        yield _labelled(data / "flipkart", row["id"], row, levels[:2], levels[0])
    for row in _rows(data / "packshots" / "pictures.csv"):
        yield _labelled(data / "packshots", row["id"], row, ("Groceries",), "Groceries")


def _rows(path: Path) -> Iterator[Mapping[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _labelled(
    folder: Path, name: str, row: Mapping[str, str], categories: Sequence[str], kind: str, colour: str = ""
) -> Labelled:
    picture = folder / row["image"]
    product = Product(
        ProductId(f"{folder.name} {name}"),
        row.get("title", ""),
        row.get("brand", ""),
        tuple(categories),
        description=row.get("description", ""),
        pictures=(str(picture.resolve()),),
        attributes={"shop": folder.name} | ({"colour": colour} if colour else {}),
    )
    return Labelled(product, picture, f"{folder.name} {kind}", colour)


def _ingest(settings: Settings, shop: Shop, kept: Sequence[Labelled]) -> None:
    with open_ingest(settings, shop, local_roots=EVERYWHERE) as ingest, LocalRunner(2) as runner:
        done = 0
        for tally in ingest.run((one.product for one in kept), runner, pictures_per_shard=64, retry=False):
            done += tally.products
            if done % 1024 < 64:
                print(f"{done} of {len(kept)} products", flush=True)
    shop.index.catch_up()


def _ways(search: Search) -> Mapping[str, Callable[[Sequence[Query]], list[Answer]]]:
    """Name the ways to ask that are compared."""
    without = (("kind", 0.0),)
    look = replace(search, weigher=None)

    def by_look(queries: Sequence[Query]) -> list[Answer]:
        return _answers(look, [replace(query, detect=False, weights=without) for query in queries])

    def without_kind(queries: Sequence[Query]) -> list[Answer]:
        return _answers(search, [replace(query, weights=without) for query in queries])

    return {
        "embedding alone": by_look,
        "all but the kind": without_kind,
        "with the kind": lambda queries: _answers(search, queries),
    }


def _wrong_kinds(shop: Shop, asked: Sequence[Labelled], kept: Sequence[Labelled]) -> Iterator[Figure]:
    """Ask by catalogue pictures of products that the shop lacks, and count hits of another kind."""
    kinds = {one.product.id: one.kind for one in kept}
    counts = Counter(kinds.values())
    asked = [one for one in asked if counts[one.kind] >= LIMIT]
    queries = [Query(picture=one.picture.read_bytes(), limit=LIMIT) for one in asked]
    for name, answers in _ways(shop.search).items():
        wrong = [
            statistics.mean(kinds[hit.product.id] != one.kind for hit in answer.hits)
            for one, answer in zip(asked, answers(queries), strict=True)
        ]
        yield f"wrong kind in the first ten, catalogue pictures: {name}", _share(wrong)


def _photos(settings: Settings, shop: Shop, kept: Sequence[Labelled]) -> Iterator[Figure]:
    """Ask by photos made of the shop's products; count hits of another kind, and the right one first."""
    kinds = {one.product.id: one.kind for one in kept}
    shelf = shelf_of(settings, shop)
    chosen = replace(shelf, products=lambda: filter(_is_unseen, shelf.products()))
    photos = make_photos(chosen, count=PHOTOS).photos
    queries = [Query(picture=photo.encoded, limit=LIMIT) for photo in photos]
    for name, answers in _ways(shop.search).items():
        wrong, first = [], []
        for photo, answer in zip(photos, answers(queries), strict=True):
            wrong.append(
                statistics.mean(kinds[hit.product.id] != kinds[photo.product.id] for hit in answer.hits)
            )
            first.append(float(answer.hits[0].product.id in photo.right))
        yield f"wrong kind in the first ten, photos: {name}", _share(wrong)
        yield f"right product first, photos: {name}", _share(first)


def _is_unseen(product: ProductId) -> bool:
    return sha256(product.encode()).digest()[0] >= FIRST_PHOTOGRAPHED


def _other_colour(
    shop: Shop, asked: Sequence[Labelled], kept: Sequence[Labelled], draw: random.Random
) -> Iterator[Figure]:
    """Ask by a fashion photo and the name of another colour."""
    counts = Counter((one.kind, one.colour) for one in kept if one.colour)
    colours = defaultdict(list)
    for (kind, colour), count in counts.items():
        if count >= LEAST_OF_COLOUR:
            colours[kind].append(colour)
    labels = {one.product.id: (one.kind, one.colour) for one in kept}
    questions = [
        (one, draw.choice(others))
        for one in asked
        if one.colour and (others := [colour for colour in colours[one.kind] if colour != one.colour])
    ]
    if not questions:
        raise SystemExit("Expected products of one kind in two colours, found none; take more of them.")
    ways: dict[str, Callable[[Labelled, str], Query]] = {
        "photo alone": lambda one, _: Query(picture=one.picture.read_bytes()),
        "words alone: the colour": lambda _, colour: Query(words=colour),
        "words alone: kind and colour": lambda one, colour: Query(
            words=f"{one.product.categories[-1]} {colour}"
        ),
        "photo and colour": lambda one, colour: Query(picture=one.picture.read_bytes(), words=colour),
    }
    for name, query in ways.items():
        answers = _answers(shop.search, [query(one, colour) for one, colour in questions])
        found = [
            sum(labels[hit.product.id] == (one.kind, colour) for hit in answer.hits) / LIMIT
            for (one, colour), answer in zip(questions, answers, strict=True)
        ]
        yield f"same kind, other colour, P@10: {name}", _share(found)


def _nothing_good(shop: Shop, asked: Sequence[Labelled]) -> Iterator[Figure]:
    """Ask for what a shop lacks, and count how often the answer says that nothing good was found.

    The queries are catalogue pictures. Once a department alone is searched, so that no relative of what is
    lacking is left; once a quarter of all kinds is taken out, and their relatives (sandals for heels) stay.
    Precision is the share of what is lacking in what was flagged, recall the share of it that was flagged.
    """
    kinds = sorted({one.product.categories for one in asked})
    gone = set(random.Random(1).sample(kinds, len(kinds) // 4))
    lacking = Not(Among("category", tuple(" > ".join(one) for one in sorted(gone))))
    cases: dict[str, tuple[Condition, Callable[[Labelled], bool]]] = {
        "no relative left (fashion alone)": (
            Among("shop", ("fashion",)),
            lambda one: not one.kind.startswith("fashion"),
        ),
        "relatives left (a quarter of the kinds out)": (lacking, lambda one: one.product.categories in gone),
    }
    for name, (where, is_lacking) in cases.items():
        answers = _answers(
            shop.search, [Query(picture=one.picture.read_bytes(), where=where) for one in asked]
        )
        flagged = [(is_lacking(one), not answer.found) for one, answer in zip(asked, answers, strict=True)]
        right = sum(lacking and told for lacking, told in flagged)
        yield (
            f"nothing good, {name}",
            {
                "lacking": sum(lacking for lacking, _ in flagged),
                "of": len(flagged),
                "precision": round(right / max(1, sum(told for _, told in flagged)), 3),
                "recall": round(right / max(1, sum(lacking for lacking, _ in flagged)), 3),
            },
        )


def _words_cost(products: Sequence[Product]) -> dict[str, object]:
    """Time queries by a product's picture with and without words, in turn, on 100,000 products."""
    figures: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as folder, open_shop(Settings(shop=Path(folder)), create=True) as shop:
        _fill(shop, products)
        shown = random.Random(0).choices(range(MANY), k=ROUNDS)
        for words in WORDS:
            alone, added = [], []
            for one in shown:
                query = Query(product=ProductId(str(one)))
                alone.append(_timed(lambda: _answers(shop.search, [query])))  # noqa: B023 (at once)
                with_words = replace(query, words=words)
                added.append(_timed(lambda: _answers(shop.search, [with_words])))  # noqa: B023 (at once)
            figures[f"{MANY} products, words {words!r}, ms"] = {
                "without p50": round(statistics.median(alone), 2),
                "with p50": round(statistics.median(added), 2),
                "with p99": round(float(np.percentile(added, 99)), 2),
                "added p50": round(float(np.median(np.subtract(added, alone))), 2),
            }
        where = Every((Among("colour", ("silver",)), Not(Among("category", ("Watches",)))))
        times = [_timed(lambda: shop.store.select(where)) for _ in range(ROUNDS)]
        figures[f"{MANY} products, rows of a colour and not of a kind, ms"] = {
            "p50": round(statistics.median(times), 2),
            "p99": round(float(np.percentile(times, 99)), 2),
        }
    return figures


def _fill(shop: Shop, products: Sequence[Product]) -> None:
    """Put 100,000 products with real texts and drawn vectors into a shop."""
    drawn = np.random.default_rng(0)
    for start in range(0, MANY, 1000):
        vectors = drawn.standard_normal((1000, shop.eye.dimension)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        records, views = [], {}
        for number, vector in enumerate(vectors, start):
            picture = PictureId(f"{number:064x}")
            product = replace(products[number % len(products)], id=ProductId(str(number)), pictures=())
            records.append(Record(product, (Sighting("", "", picture),)))
            views[picture] = [View(WHOLE, vector)]
        shop.store.put(records, views)
    shop.index.catch_up()


def _timed(ask: Callable[[], object]) -> float:
    started = time.perf_counter()
    ask()
    return 1000 * (time.perf_counter() - started)


def _show(share: float, words: str) -> None:
    print(f"{share:.0%} {words}", flush=True)


def _answers(search: Search, queries: Sequence[Query]) -> list[Answer]:
    answers: list[Answer] = []
    for start in range(0, len(queries), TOGETHER):
        for answer in search.answer(queries[start : start + TOGETHER]):
            if isinstance(answer, Failure):
                raise SystemExit(answer.message)
            answers.append(answer)
    return answers


def _share(values: Sequence[float]) -> dict[str, float]:
    low, high = bootstrap_interval(values, seed=0)
    return {
        "mean": round(float(np.mean(values)), 4),
        "low": round(low, 4),
        "high": round(high, 4),
        "of": len(values),
    }


if __name__ == "__main__":
    main()
