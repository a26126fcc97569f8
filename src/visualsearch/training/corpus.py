"""What the embedder learns from: products with what is known of them, and scenes to set them into."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from visualsearch.errors import BadInput
from visualsearch.evaluation.split import is_held_out

SCENE_SETS = ("backgrounds", "furniture", "street")


@dataclass(frozen=True, slots=True)
class Example:
    """One product's picture; what is not known of it is empty."""

    path: Path
    kind: str = ""
    colour: str = ""


def examples(data: Path, *, held_out: bool = False) -> list[Example]:
    """List the products that are not held out, or those that are: two shops', packs, and furnished rooms.

    The kinds of furniture are left unread, so that they can tell what was forgotten.
    """
    found = [
        *(
            Example(data / "amazon" / row["image"], kind=row["category"])
            for row in _rows(data / "amazon" / "products.csv")
            if is_held_out(row["asin"]) is held_out
        ),
        *(
            Example(data / "fashion" / row["image"], kind=row["article_type"], colour=row["colour"])
            for row in _rows(data / "fashion" / "products.csv")
            if is_held_out(row["id"]) is held_out
        ),
        *(Example(path) for path in scenes(data, ("packshots", "furniture"), held_out=held_out)),
    ]
    return [example for example in found if example.path.is_file()]


def scenes(data: Path, names: tuple[str, ...] = SCENE_SETS, *, held_out: bool = False) -> list[Path]:
    """List the pictures of sets without products' ids that are held out, or those that are not."""
    return [
        path
        for name in names
        for path in sorted((data / name / "images").glob("*.jpg"))
        if is_held_out(path.stem) is held_out
    ]


def _rows(path: Path) -> Iterator[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            yield from csv.DictReader(lines)
    except OSError as error:
        raise BadInput(
            f"expected a table in {path}, found: {error.strerror}; "
            "name the folder of the data with --data or VISUALSEARCH_DATA"
        ) from error
