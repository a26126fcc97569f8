"""Amazon's metadata of 2018: one JSON object a line, of scraped pages."""

import re
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
    "one JSON object a line: id=asin, pictures=imageURLHighRes or else imageURL, "
    "categories=category or else main_cat"
)

_PICTURES = ("imageURLHighRes", "imageURL", "image")
_KNOWN = {
    "asin", "title", "brand", "category", "price", "description", *_PICTURES,
    "also_buy", "also_view", "similar_item", "tech1", "tech2",
}  # fmt: skip
_THUMBNAIL = re.compile(r"(amazon\.com/images/I/[^/.]+)\.[^/]*_(\.\w+)$")


def matches(values: Values) -> bool:
    """Tell whether a line is of this format."""
    return "asin" in values and not {"imageURLHighRes", "imageURL", "main_cat", "also_buy"}.isdisjoint(values)


def convert(values: Values, folder: Path) -> Product:
    """Understand one line; raises BadLine where it has no id. Prices are in US dollars.

    Where only pictures of 40 pixels are told, the address of the whole picture is made of theirs by leaving
    out the part between dots that asks Amazon's server for a size.
    """
    levels = values.get("category")
    price, _ = parse_price(values.get("price"))
    pictures = next(
        (told for told in (resolve_pictures(values.get(name), folder) for name in _PICTURES) if told), ()
    )
    return Product(
        id=clean_id(values.get("asin")),
        title=clean_text(values.get("title")),
        brand=clean_text(values.get("brand")),
        categories=(clean_levels(levels) if isinstance(levels, list) else ())
        or clean_levels([values.get("main_cat")]),
        price=price,
        currency="USD" if price is not None else "",
        description=clean_text(values.get("description"), MAX_DESCRIPTION_CHARACTERS),
        pictures=tuple(_THUMBNAIL.sub(r"\1\2", picture) for picture in pictures),
        attributes=clean_attributes(values, _KNOWN),
    )
