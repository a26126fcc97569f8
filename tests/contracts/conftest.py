"""The adapters of each port, as fixtures."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from catalogues import ADAPTERS as STORES
from catalogues import Catalogue, Open
from indexes import ADAPTERS as INDEXES
from indexes import DIMENSIONS, Adapter, Make, adapter_of


@pytest.fixture(params=INDEXES)
def adapter(request: pytest.FixtureRequest) -> Adapter:
    return adapter_of(request)


@pytest.fixture
def make(adapter: Adapter) -> Make:
    return adapter.make


@pytest.fixture(params=DIMENSIONS, ids=lambda dimension: f"{dimension} numbers")
def dimension(request: pytest.FixtureRequest) -> int:
    chosen: int = request.param
    return chosen


@pytest.fixture(params=STORES)
def store_name(request: pytest.FixtureRequest) -> str:
    """Name each store, and start the server that it needs."""
    if request.param == "postgres":
        os.environ["TEST_POSTGRES"] = request.getfixturevalue("postgres_url")
    return str(request.param)


@pytest.fixture
def open_store(store_name: str, tmp_path: Path) -> Iterator[Open]:
    opened: list[Catalogue] = []

    def open_here(**eye: Any) -> Catalogue:
        opened.append(STORES[store_name](tmp_path, **eye))
        return opened[-1]

    yield open_here
    for one in opened:
        one.close()


@pytest.fixture
def store(open_store: Open) -> Catalogue:
    return open_store()
