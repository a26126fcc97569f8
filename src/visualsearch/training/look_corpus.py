"""What the look model learns from: products to cut out, scenes, shelves with boxes, streets with masks."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from visualsearch.domain import Box
from visualsearch.errors import BadInput
from visualsearch.evaluation.split import is_held_out

UNTOLD = ""
"""The kind of a product of which nobody told it."""

_FURNITURE = "bed,bench,cabinet,cart,chair,cupboard,dining set,dresser,easel,ottoman,shelf,sofa,table,vanity"
_DECOR = (
    "figurine or sculpture,floor mat,mirror,picture frame or painting,pillow,plant or flower pot,rug,"
    "container or basket,tray"
)
_HOME = {
    **dict.fromkeys(_FURNITURE.split(","), "furniture"),
    **dict.fromkeys(_DECOR.split(","), "decor"),
    "lamp": "lighting",
}
_WORN = {
    "top": "Tshirts,Shirts,Kurtas,Tops,Sweaters,Sweatshirts,Innerwear Vests,Kurtis,Tunics,Bra,Kurta Sets",
    "outerwear": "Jackets,Shrug,Waistcoat",
    "dress": "Dresses",
    "skirt": "Skirts",
    "trousers": "Trousers,Jeans,Shorts,Track Pants,Capris,Leggings,Lounge Shorts,Lounge Pants,Churidar",
    "shoes": "Casual Shoes,Sports Shoes,Heels,Sandals,Flip Flops,Formal Shoes,Flats,Sports Sandals",
    "bag": "Handbags,Wallets,Backpacks,Clutches,Laptop Bag,Duffel Bag,Messenger Bag,Waist Pouch,Rucksacks",
    "hat": "Caps,Hat",
    "glasses": "Sunglasses",
    "jewellery": "Watches,Cufflinks,Necklace and Chains,Bracelet",
}
_KIND_OF_ARTICLE = {article: kind for kind, articles in _WORN.items() for article in articles.split(",")}


@dataclass(frozen=True, slots=True)
class Product:
    """A catalogue picture."""

    path: Path
    kind: str = UNTOLD
    is_on_model: bool = False
    """Whether a person may wear it in the picture."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A photo of a shelf, with the boxes of some of what is on it."""

    path: Path
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Street:
    """A photo of a person with a label for each pixel."""

    path: Path
    mask: Path


@dataclass(frozen=True, slots=True)
class LookCorpus:
    """Either all that may be learnt from, or all that is held out."""

    products: tuple[Product, ...]
    shelves: tuple[Shelf, ...]
    streets: tuple[Street, ...]
    scenes: tuple[Path, ...]
    """Without products."""
    rooms: tuple[Path, ...]
    """Holding furniture of which nobody told where."""


def look_corpus(data: Path, *, held_out: bool = False) -> LookCorpus:
    """List the pictures; raises BadInput if they are not there."""
    rows = {
        name: [
            row
            for row in _rows(
                data / name / f"{'products' if name in ('amazon', 'fashion') else 'pictures'}.csv"
            )
            if is_held_out(Path(row["image"]).stem) is held_out and (data / name / row["image"]).is_file()
        ]
        for name in ("amazon", "fashion", "packshots", "groceries", "street", "furniture", "backgrounds")
    }
    paths = {name: [data / name / row["image"] for row in found] for name, found in rows.items()}
    boxes = _boxes(data / "groceries" / "boxes.csv")
    products = (
        *(
            Product(data / "amazon" / row["image"], _HOME.get(row["category"], UNTOLD))
            for row in rows["amazon"]
        ),
        *(
            Product(
                data / "fashion" / row["image"],
                _KIND_OF_ARTICLE.get(row["article_type"], "other"),
                is_on_model=row["category"] == "Apparel",
            )
            for row in rows["fashion"]
        ),
        *(Product(path, "pack") for path in paths["packshots"]),
    )
    return LookCorpus(
        products,
        tuple(Shelf(path, tuple(boxes[path.stem])) for path in paths["groceries"] if boxes[path.stem]),
        tuple(
            Street(data / "street" / row["image"], data / "street" / row["mask"]) for row in rows["street"]
        ),
        tuple(paths["backgrounds"]),
        tuple(paths["furniture"]),
    )


def _boxes(path: Path) -> dict[str, list[Box]]:
    found: dict[str, list[Box]] = defaultdict(list)
    for row in _rows(path):
        left, top, right, bottom = (
            min(1.0, max(0.0, float(row[side]))) for side in ("left", "top", "right", "bottom")
        )
        if left < right and top < bottom:
            found[row["id"]].append(Box(left, top, right, bottom))
    return found


def _rows(path: Path) -> Iterator[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            yield from csv.DictReader(lines)
    except OSError as error:
        raise BadInput(
            f"expected a table in {path}, found: {error.strerror}; "
            "name the folder of the data with --data or VISUALSEARCH_DATA"
        ) from error
