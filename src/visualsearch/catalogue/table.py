"""Tables with a product a row: CSV and its kin, JSON lines, Parquet."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path

from visualsearch.catalogue.fields import (
    MAX_DESCRIPTION_CHARACTERS,
    clean_attributes,
    clean_id,
    clean_levels,
    clean_page,
    clean_text,
    split_tree,
)
from visualsearch.catalogue.lines import Progress
from visualsearch.catalogue.merge import merge_products
from visualsearch.catalogue.prices import parse_currency, parse_price
from visualsearch.catalogue.records import Record, Values, convert_records
from visualsearch.catalogue.sources import MAX_PICTURES, parse_list, resolve_pictures
from visualsearch.domain import Failure, Product, ProductId
from visualsearch.errors import BadLine

Records = Callable[[Progress | None], Iterator[Record | Failure]]
"""Starts to read the rows anew each time it is called."""

Columns = Mapping[str, tuple[str, ...]]
"""The columns of each of our fields."""


def read(
    records: Records, progress: Progress | None = None, *, columns: Columns, folder: Path
) -> Iterator[Product | Failure]:
    """Read the products; rows that share an id become one."""
    convert = partial(convert_row, columns=columns, folder=folder)
    return merge_products(
        _read_ids(records(None), columns["id"]), convert_records(records(progress), convert)
    )


def convert_row(values: Values, *, columns: Columns, folder: Path) -> Product:
    """Understand one row; raises BadLine where it has no id. What has no field becomes an attribute."""

    def tell(field: str) -> object:
        return _tell(values, columns.get(field, ()))

    price, currency = parse_price(tell("price"))
    currency = parse_currency(tell("currency")) or currency
    known = {name for names in columns.values() for name in names}
    unread = columns.get("price", ()) if price is None else ()
    sources = [
        one for name in columns.get("pictures", ()) for one in resolve_pictures(values.get(name), folder)
    ]
    return Product(
        id=clean_id(tell("id")),
        title=clean_text(tell("title")),
        brand=clean_text(tell("brand")),
        categories=_join_levels([values.get(name) for name in columns.get("categories", ())]),
        price=price,
        currency=currency if price is not None else "",
        description=clean_text(tell("description"), MAX_DESCRIPTION_CHARACTERS),
        url=clean_page(tell("url")),
        pictures=tuple(dict.fromkeys(sources))[:MAX_PICTURES],
        attributes=clean_attributes(values, known.difference(unread)),
    )


def _read_ids(records: Iterable[Record | Failure], names: tuple[str, ...]) -> Iterator[ProductId]:
    for record in records:
        if isinstance(record, Record):
            with suppress(BadLine):
                yield clean_id(_tell(record.values, names))


def _tell(values: Values, names: tuple[str, ...]) -> object:
    """Take the first of some columns that has a value."""
    return next((values[name] for name in names if values.get(name) not in (None, "")), None)


def _join_levels(values: list[object]) -> tuple[str, ...]:
    return clean_levels([level for value in values for level in _split_levels(value)])


def _split_levels(value: object) -> tuple[str, ...]:
    """Split a category path; of a list of paths, the first is taken."""
    if isinstance(value, str):
        listed = parse_list(value)
        if listed is None:
            return split_tree(value)
        value = listed
    if not isinstance(value, list | tuple) or not value:
        return clean_levels([value])
    if isinstance(value[0], list | tuple):
        return clean_levels(value[0])
    if isinstance(value[0], str) and any(separator in value[0] for separator in (">", "|")):
        return split_tree(value[0], (">>", ">", "|"))
    return clean_levels(value)
