"""What every test of a catalogue may ask for."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from visualsearch.catalogue import open_catalogue
from visualsearch.domain import Failure, Product

Write = Callable[[str, str | bytes], Path]
Read = Callable[[Path], tuple[list[Product], list[Failure]]]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_file(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        content = content.encode() if isinstance(content, str) else content
        path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
        return path

    return write_file


@pytest.fixture
def read() -> Read:
    def read_all(path: Path) -> tuple[list[Product], list[Failure]]:
        items = list(open_catalogue(path).read())
        products = [item for item in items if isinstance(item, Product)]
        return products, [item for item in items if isinstance(item, Failure)]

    return read_all
