"""Streams that are longer than memory may be."""

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from visualsearch.catalogue import open_catalogue
from visualsearch.domain import Product

MAX_PEAK_BYTES = 1_500_000


def write_json(path: Path, count: int) -> int:
    path.write_text("".join(f'{{"parent_asin": "{number}", "title": "T"}}\n' for number in range(count)))
    return count


def write_pairs(path: Path, count: int) -> int:
    """Write each product in two rows that lie far apart."""
    rows = (f"{number % (count // 2)},{number}.jpg\n" for number in range(count))
    path.write_text("id,image\n" + "".join(rows))
    return count // 2


@pytest.mark.parametrize(("write", "count"), [(write_json, 50_000), (write_pairs, 6_000)])
def test_memory_stays_constant(tmp_path: Path, write: Callable[[Path, int], int], count: int) -> None:
    path = tmp_path / "catalogue"
    products = write(path, count)
    catalogue = open_catalogue(path)
    tracemalloc.start()
    try:
        assert sum(isinstance(item, Product) for item in catalogue.read()) == products
        assert tracemalloc.get_traced_memory()[1] < MAX_PEAK_BYTES
    finally:
        tracemalloc.stop()
