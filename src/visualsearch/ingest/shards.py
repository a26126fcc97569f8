"""Splits a stream of products into pieces of work."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from visualsearch.domain import Failure, Product


@dataclass(frozen=True, slots=True)
class Shard:
    """Some consecutive products of a catalogue, and the lines among them that could not be read."""

    products: tuple[Product, ...]
    failures: tuple[Failure, ...] = ()


def split(lines: Iterable[Product | Failure], pictures_per_shard: int) -> Iterator[Shard]:
    """Cut a stream into shards of about so many pictures, reading no further than the shard needs."""
    products: list[Product] = []
    failures: list[Failure] = []
    pictures = 0
    for line in lines:
        if isinstance(line, Failure):
            failures.append(line)
        else:
            products.append(line)
            pictures += len(line.pictures)
        # A product without a picture costs something too, and so does a bad line.
        if pictures >= pictures_per_shard or len(products) + len(failures) >= 8 * pictures_per_shard:
            yield Shard(tuple(products), tuple(failures))
            products, failures, pictures = [], [], 0
    if products or failures:
        yield Shard(tuple(products), tuple(failures))
