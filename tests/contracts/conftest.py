"""The adapters of each port, as fixtures."""

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
