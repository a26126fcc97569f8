"""Errors and failures are one thing in two forms: an exception for a call, a value for a batch."""

from collections.abc import Iterator

from visualsearch.domain import Failure
from visualsearch.errors import Unavailable, VisualsearchError

STOPPED = Failure(Unavailable.code, "expected a running search, found one that has stopped", "query")
"""Of questions that wait when nobody is left to answer them."""


def failure_from(error: Exception, *, subject: str) -> Failure:
    """Turn what a call raised into a value; of an unexpected error nothing inside is told."""
    if isinstance(error, VisualsearchError):
        return Failure(error.code, error.message, subject)
    return Failure(
        Unavailable.code,
        "expected an answer, found an unexpected error in the search; try again, or see the server's log",
        subject,
    )


def error_from(failure: Failure) -> VisualsearchError:
    """Turn a value back into the exception of its code; an unknown code becomes Unavailable."""
    return _BY_CODE.get(failure.code, Unavailable)(failure.message)


def _family(error: type[VisualsearchError]) -> Iterator[type[VisualsearchError]]:
    yield error
    for child in error.__subclasses__():
        yield from _family(child)


_BY_CODE = {error.code: error for error in _family(VisualsearchError)}
