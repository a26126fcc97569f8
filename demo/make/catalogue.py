"""The catalogue: product numbers, pictures, and the lines of products.jsonl."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any

from kinds import Kind
from product import Product, View

SIZE = 288  # pixels, square
LOOK = 1  # raise it when studio, materials or shapes change so much that all is to be rendered again


@dataclass(frozen=True)
class Entry:
    """One product of the catalogue."""

    kind: Kind
    number: int
    product: Product

    @property
    def identifier(self) -> str:
        """The product's number in the shop."""
        digest = hashlib.sha256(f"{self.kind.name}:{self.number}".encode()).digest()
        letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        return "B0" + "".join(letters[byte % 36] for byte in digest[:8])

    def views(self) -> list[View]:
        """The kind's views, each a little different from product to product."""
        random = Random(f"view:{self.kind.name}:{self.number}")
        return [
            View(
                view.azimuth + random.uniform(-6, 6),
                min(89.0, view.elevation + random.uniform(-3, 3)),
                view.light,
                view.zoom,
                view.lens,
            )
            for view in self.kind.views
        ]

    def picture(self, place: int) -> str:
        """The path of a picture, relative to products.jsonl."""
        return f"pictures/{self.kind.name}-{self.number:02d}-{variant(place).lower()}.jpg"

    def fingerprint(self, view: View) -> str:
        """A short hash of all that decides how a picture looks."""
        inputs = [
            LOOK,
            SIZE,
            self.kind.samples,
            self.kind.source_hash(),
            self.product.parameters,
            asdict(view),
        ]
        return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()[:16]


def variant(place: int) -> str:
    """The shop's name of the first, second... picture."""
    return "MAIN" if place == 0 else f"PT{place:02d}"


def entries(kinds: list[Kind], limit: int | None = None) -> Iterator[Entry]:
    """The products of kinds, at most `limit` of each."""
    for kind in kinds:
        for number, product in enumerate(kind.products()[:limit]):
            yield Entry(kind, number, product)


def line(entry: Entry, folder: Path) -> dict[str, Any] | None:
    """A product in Amazon's 2023 metadata format, or nothing while it has no picture."""
    random, product = Random(f"rating:{entry.kind.name}:{entry.number}"), entry.product
    pictures = [(variant(i), entry.picture(i)) for i in range(len(entry.kind.views))]
    images = [
        {"thumb": path, "large": path, "variant": name, "hi_res": None}
        for name, path in pictures
        if (folder / path).exists()
    ]
    if not images:
        return None
    return {
        "main_category": entry.kind.main_category,
        "title": product.title,
        "average_rating": round(random.triangular(2.9, 5.0, 4.5), 1),
        "rating_number": int(random.lognormvariate(4.5, 1.2)) + 1,
        "features": product.features,
        "description": [product.description] if product.description else [],
        "price": product.price,
        "images": images,
        "videos": [],
        "store": product.brand,
        "categories": product.categories,
        "details": {"Brand": product.brand, **product.details},
        "parent_asin": entry.identifier,
        "bought_together": None,
    }


def write_products(folder: Path, kinds: list[Kind]) -> int:
    """Write products.jsonl for all products that have a picture and count them."""
    lines = [found for found in (line(entry, folder) for entry in entries(kinds)) if found]
    text = "".join(json.dumps(found, ensure_ascii=False) + "\n" for found in lines)
    (folder / "products.jsonl").write_text(text, encoding="utf-8")
    return len(lines)
