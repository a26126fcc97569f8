"""Amazon's metadata of 2023: one JSON object a line."""

from pathlib import Path

from visualsearch.catalogue.fields import (
    MAX_DESCRIPTION_CHARACTERS,
    clean_attributes,
    clean_id,
    clean_levels,
    clean_text,
)
from visualsearch.catalogue.prices import parse_price
from visualsearch.catalogue.records import Values
from visualsearch.catalogue.sources import resolve_pictures
from visualsearch.domain import Product

EXPLANATION = (
    "one JSON object a line: id=parent_asin, pictures=images (MAIN first, the largest size), brand=store, "
    "categories=categories or else main_category"
)

_KNOWN = {
    "parent_asin", "title", "store", "categories", "price", "description", "images", "videos",
    "bought_together",
}  # fmt: skip


def matches(values: Values) -> bool:
    """Tell whether a line is of this format."""
    return "parent_asin" in values


def convert(values: Values, folder: Path) -> Product:
    """Understand one line; raises BadLine where it has no id. Prices are in US dollars."""
    levels = values.get("categories")
    price, _ = parse_price(values.get("price"))
    return Product(
        id=clean_id(values.get("parent_asin")),
        title=clean_text(values.get("title")),
        brand=clean_text(values.get("store")),
        categories=(clean_levels(levels) if isinstance(levels, list) else ())
        or clean_levels([values.get("main_category")]),
        price=price,
        currency="USD" if price is not None else "",
        description=clean_text(values.get("description"), MAX_DESCRIPTION_CHARACTERS),
        pictures=resolve_pictures(_put_main_first(values.get("images")), folder),
        attributes=clean_attributes(values, _KNOWN),
    )


def _put_main_first(pictures: object) -> object:
    if not isinstance(pictures, list):
        return pictures
    return sorted(pictures, key=lambda one: not (isinstance(one, dict) and one.get("variant") == "MAIN"))
