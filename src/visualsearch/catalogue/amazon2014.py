"""Amazon's metadata of 2014: one Python dictionary a line."""

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

EXPLANATION = "one Python dictionary a line: id=asin, pictures=imUrl, categories=the first of categories"

_KNOWN = {"asin", "title", "brand", "categories", "price", "description", "imUrl", "related", "salesRank"}


def matches(values: Values) -> bool:
    """Tell whether a line is of this format."""
    return "asin" in values and not {"imUrl", "related", "salesRank"}.isdisjoint(values)


def convert(values: Values, folder: Path) -> Product:
    """Understand one line; raises BadLine where it has no id. Prices are in US dollars."""
    paths = values.get("categories")
    price, _ = parse_price(values.get("price"))
    return Product(
        id=clean_id(values.get("asin")),
        title=clean_text(values.get("title")),
        brand=clean_text(values.get("brand")),
        categories=clean_levels(paths[0])
        if isinstance(paths, list) and paths and isinstance(paths[0], list)
        else (),
        price=price,
        currency="USD" if price is not None else "",
        description=clean_text(values.get("description"), MAX_DESCRIPTION_CHARACTERS),
        pictures=resolve_pictures(values.get("imUrl"), folder),
        attributes=clean_attributes(values, _KNOWN),
    )
