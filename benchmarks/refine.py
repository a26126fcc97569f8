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
from pathlib import Path

import numpy as np

from machine import RESULTS, data_folder, keep
from visualsearch.assemble import Shop, open_ingest, open_shop
from visualsearch.cli.learning import learn_kinds, learn_tiers
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
from visualsearch.ingest.local_runner import LocalRunner
from visualsearch.search.flow import Search
from visualsearch.settings import Settings
from visualsearch.store.sqlite import SqliteStore

ASKED = 0.2
"""The share of the products that are not in the shop, and are asked by."""
LEAST_OF_COLOUR = 10
LIMIT = 10
MANY = 100_000
ROUNDS = 300

Answers = Callable[[Query], Answer]


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
            card = learn_kinds(shop, lambda share, words: print(f"kinds {share:.0%} {words}", flush=True))
            figures["kinds"] = {
                "all three": card.ensemble.model_dump(),
                "forest alone": card.forest.model_dump(),
                "weights": card.weights,
            }
            print(figures["kinds"], flush=True)
            tiers = learn_tiers(settings, shop, lambda _, __: None)
            print(tiers, flush=True)
            queries = draw.sample(asked, min(options.queries, len(asked)))
            figures |= _wrong_kinds(shop, queries, kept)
            figures |= _other_colour(shop, queries, kept, draw)
            figures |= _nothing_good(shop, queries)
    figures |= _words_cost([one.product for one in everything])
    for what, figure in figures.items():
        print(f"{what:60} {figure}")
    keep("refine", figures, options.out)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=RESULTS / "refine.json", help="where the figures go")
    parser.add_argument("--shop", type=Path, help="a folder to keep the indexed shop in, and find it again")
    parser.add_argument("--every", type=int, default=1, help="take every so manieth product only")
    parser.add_argument("--queries", type=int, default=600)
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
    with open_ingest(settings, shop, local_files=True) as ingest, LocalRunner(2) as runner:
        done = 0
        for tally in ingest.run((one.product for one in kept), runner, pictures_per_shard=64, retry=False):
            done += tally.products
            if done % 1024 < 64:
                print(f"{done} of {len(kept)} products", flush=True)
    shop.index.catch_up()


def _wrong_kinds(shop: Shop, asked: Sequence[Labelled], kept: Sequence[Labelled]) -> dict[str, object]:
    """Count hits of another kind and of another shop among the first ten."""
    kinds = {one.product.id: one.kind for one in kept}
    counts = Counter(kinds.values())
    asked = [one for one in asked if counts[one.kind] >= LIMIT]
    alone = replace(shop.search, weigher=None)
    ways: dict[str, Answers] = {
        "embedding alone": lambda query: _answer(alone, replace(query, weights=tuple({"kind": 0.0}.items()))),
        "all but the kind": lambda query: _answer(
            shop.search, replace(query, weights=tuple({"kind": 0.0}.items()))
        ),
        "with the kind": lambda query: _answer(shop.search, query),
    }
    figures: dict[str, object] = {}
    for name, answer in ways.items():
        wrong, other = [], []
        for one in asked:
            hits = answer(Query(picture=one.picture.read_bytes(), limit=LIMIT)).hits
            wrong.append(statistics.mean([kinds[hit.product.id] != one.kind for hit in hits]))
            other.append(
                statistics.mean([_department(hit.product) != _department(one.product) for hit in hits])
            )
        figures[f"wrong kind in the first ten: {name}"] = _share(wrong)
        figures[f"another department in the first ten: {name}"] = _share(other)
    return figures


def _other_colour(
    shop: Shop, asked: Sequence[Labelled], kept: Sequence[Labelled], draw: random.Random
) -> dict[str, object]:
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
    figures: dict[str, object] = {}
    for name in ("photo alone", "colour alone", "kind and colour in words", "photo and colour"):
        found = []
        for one, colour in questions:
            picture = one.picture.read_bytes() if name.startswith("photo") else None
            words = "" if name == "photo alone" else colour
            if name == "kind and colour in words":
                words = f"{one.product.categories[-1]} {colour}"
            hits = _answer(shop.search, Query(picture=picture, words=words, limit=LIMIT)).hits
            found.append(sum(labels[hit.product.id] == (one.kind, colour) for hit in hits) / LIMIT)
        figures[f"same kind, other colour, P@10: {name}"] = _share(found)
    return figures


def _nothing_good(shop: Shop, asked: Sequence[Labelled]) -> dict[str, object]:
    """Ask fashion alone for other things, and the whole shop without a quarter of its kinds for these."""
    kinds = sorted({one.product.categories for one in asked})
    gone = set(random.Random(1).sample(kinds, len(kinds) // 4))
    lacking = Not(Among("category", tuple(" > ".join(one) for one in sorted(gone))))
    cases: dict[str, tuple[Condition, Callable[[Labelled], bool]]] = {
        "other departments": (Among("shop", ("fashion",)), lambda one: not one.kind.startswith("fashion")),
        "a quarter of the kinds": (lacking, lambda one: one.product.categories in gone),
    }
    figures: dict[str, object] = {}
    for name, (where, is_lacking) in cases.items():
        flagged = [
            (
                is_lacking(one),
                not _answer(shop.search, Query(picture=one.picture.read_bytes(), where=where)).found,
            )
            for one in asked
        ]
        right = sum(lacking and told for lacking, told in flagged)
        figures[f"nothing good: {name}"] = {
            "lacking": sum(lacking for lacking, _ in flagged),
            "of": len(flagged),
            "precision": round(right / max(1, sum(told for _, told in flagged)), 3),
            "recall": round(right / max(1, sum(lacking for lacking, _ in flagged)), 3),
        }
    return figures


def _words_cost(products: Sequence[Product]) -> dict[str, object]:
    """Time words and conditions on 100,000 products with real texts."""
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore(Path(folder) / "catalogue.db", eye="none", dimension=2)
        for start in range(0, MANY, 1000):
            numbers = range(start, start + 1000)
            named = [
                replace(products[one % len(products)], id=ProductId(str(one)), pictures=()) for one in numbers
            ]
            picture = PictureId("0" * 64)
            shown = (Sighting("", "", picture),)
            store.put([Record(one, shown) for one in named], {picture: [View(WHOLE, np.ones(2, np.float32))]})
        cases: dict[str, Callable[[], object]] = {
            "rows that fit 'silver'": lambda: store.select(None, "silver"),
            "rows that fit 'black men shoes'": lambda: store.select(None, "black men shoes"),
            "best by 'black men shoes'": lambda: store.find("black men shoes", LIMIT),
            "rows of a colour, and not of a kind": lambda: store.select(
                Every((Among("colour", ("silver",)), Not(Among("category", ("Watches",)))))
            ),
        }
        store.select(None, "first")  # reads which rows there are
        figures: dict[str, object] = {}
        for name, ask in cases.items():
            times = []
            for _ in range(ROUNDS):
                started = time.perf_counter()
                ask()
                times.append(1000 * (time.perf_counter() - started))
            figures[f"{MANY} products, {name}, ms"] = {
                "p50": round(float(np.median(times)), 2),
                "p99": round(float(np.percentile(times, 99)), 2),
            }
        store.close()
    return figures


def _answer(search: Search, query: Query) -> Answer:
    [answer] = search.answer([query])
    if isinstance(answer, Failure):
        raise SystemExit(answer.message)
    return answer


def _department(product: Product) -> str:
    return " > ".join(
        product.categories[:3] if product.categories[0] == "Fashion" else product.categories[:1]
    )


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
