"""Tests that share servers or fixtures run in one process."""

import os

import pytest


@pytest.mark.xdist_group("test_groups")
@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="one process runs all tests")
def test_groups_are_known_to_what_spreads_the_tests(request: pytest.FixtureRequest) -> None:
    # Some versions of pytest and pytest-xdist give groups up without a word.
    assert request.node.nodeid.endswith("@test_groups")
