"""The adapters of each port, as fixtures."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from catalogues import ADAPTERS as STORES
from catalogues import Catalogue, Open
from indexes import ADAPTERS as INDEXES
from indexes import Adapter, Make


@pytest.fixture(params=[pytest.param(adapter, id=name) for name, adapter in INDEXES.items()])
def adapter(request: pytest.FixtureRequest) -> Adapter:
    chosen: Adapter = request.param
    return chosen


@pytest.fixture
def make(adapter: Adapter) -> Make:
    return adapter.make


@pytest.fixture(params=[1, 2, 7, 13, 40, 100], ids=lambda dimension: f"{dimension} numbers")
def dimension(request: pytest.FixtureRequest) -> int:
    chosen: int = request.param
    return chosen


@pytest.fixture(autouse=True)
def server_of_stores(request: pytest.FixtureRequest) -> None:
    """Start what the adapter of a test needs."""
    if "postgres" in request.node.name:
        request.getfixturevalue("postgres_url")


@pytest.fixture(params=[pytest.param(adapter, id=name) for name, adapter in STORES.items()])
def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    opened: list[Catalogue] = []

    def open_here(**eye: Any) -> Catalogue:
        opened.append(request.param(tmp_path, **eye))
        return opened[-1]

    yield open_here
    for one in opened:
        one.close()


@pytest.fixture
def store(open_store: Open) -> Catalogue:
    return open_store()
