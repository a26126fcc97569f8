"""What every test may ask for."""

import os
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """Find the real pictures; without them a test is skipped, but fails where CI is set."""
    folder = (PROJECT / os.environ.get("VISUALSEARCH_DATA", "../shared/data")).resolve()
    if not folder.is_dir():
        absent = pytest.fail if os.environ.get("CI") else pytest.skip
        absent(f"expected real pictures in {folder}, found no such folder; let VISUALSEARCH_DATA name it")
    return folder
