import pytest

from visualsearch.domain import Failure
from visualsearch.errors import NotAPicture, StoreCorrupt, Unavailable, VisualsearchError
from visualsearch.serving.failures import error_from, failure_from


@pytest.mark.parametrize("error", [NotAPicture("a"), StoreCorrupt("b"), Unavailable("c")])
def test_an_error_survives_the_way_through_a_failure(error: VisualsearchError) -> None:
    back = error_from(failure_from(error, subject="query"))
    assert type(back) is type(error)
    assert back.message == error.message


def test_of_an_unexpected_error_nothing_inside_is_told() -> None:
    failure = failure_from(RuntimeError("the password is 1234"), subject="query")
    assert failure.code == "unavailable"
    assert failure.subject == "query"
    assert "1234" not in failure.message


def test_an_unknown_code_becomes_unavailable() -> None:
    assert type(error_from(Failure("from-the-future", "expected, found", "x"))) is Unavailable
