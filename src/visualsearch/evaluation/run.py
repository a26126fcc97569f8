"""Asks the questions one by one, and keeps what came back."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from pydantic import TypeAdapter, ValidationError

from visualsearch.domain import Answer, Failure, ProductId, Query
from visualsearch.errors import BadInput, NotFound, VisualsearchError
from visualsearch.evaluation.truth import Question

LEAST_LIMIT, LARGEST_LIMIT = 10, 100


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one question brought."""

    question: Question
    ranked: tuple[ProductId, ...]
    """The products found, the best first, without the excluded; empty where the question failed."""
    seconds: float
    """From the picture's bytes to the answer, as one client waits for it."""
    limit: int
    """How many products were asked for."""
    failure: Failure | None = None


def run(
    questions: Sequence[Question],
    answer: Callable[[Query], Answer],
    *,
    limit: int = LEAST_LIMIT,
    progress: Callable[[int], None] | None = None,
) -> list[Outcome]:
    """Ask one question at a time, after a first one that is not counted because it finds all cold.

    What raises a VisualsearchError becomes a failed outcome. ``progress`` is told how many are done.
    Raises BadInput where the limit is not 10 to 100.
    """
    if not LEAST_LIMIT <= limit <= LARGEST_LIMIT:
        raise BadInput(
            f"expected a limit from {LEAST_LIMIT} to {LARGEST_LIMIT} products, found {limit}; "
            f"R@10 and P@10 need at least {LEAST_LIMIT}"
        )
    for question in questions[:1]:
        _ask(question, answer, limit)
    outcomes: list[Outcome] = []
    for question in questions:
        outcomes.append(_ask(question, answer, limit))
        if progress:
            progress(len(outcomes))
    return outcomes


def save_outcomes(path: Path, outcomes: Iterable[Outcome]) -> None:
    """Write outcomes as JSON lines, so that metrics can be computed later; raises BadInput."""
    try:
        with path.open("wb") as file:
            file.writelines(_OUTCOME.dump_json(outcome) + b"\n" for outcome in outcomes)
    except OSError as error:
        raise BadInput(
            f"expected to write outcomes to {path}, found {error.strerror}; name a file that can be written"
        ) from error


def load_outcomes(path: Path) -> list[Outcome]:
    """Read what ``save_outcomes`` wrote; raises BadInput, naming the line."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise BadInput(
            f"expected saved outcomes at {path}, found {error.strerror}; name a file that can be read"
        ) from error
    return [_outcome(path, number, line) for number, line in enumerate(lines, 1)]


_OUTCOME = TypeAdapter(Outcome)


def _ask(question: Question, answer: Callable[[Query], Answer], limit: int) -> Outcome:
    ranked: tuple[ProductId, ...] = ()
    failure = None
    started = perf_counter()
    try:
        query = Query(_read(question.picture), box=question.box, limit=limit, exclude=question.exclude)
        started = perf_counter()
        found = (hit.product.id for hit in answer(query).hits)
        ranked = tuple(product for product in found if product not in question.exclude)[:limit]
    except VisualsearchError as error:
        failure = Failure(error.code, error.message, str(question.picture))
    return Outcome(question, ranked, perf_counter() - started, limit, failure)


def _read(picture: Path) -> bytes:
    try:
        return picture.read_bytes()
    except OSError as error:
        raise NotFound(
            f"expected a picture at {picture}, found {error.strerror}; put it there and run again"
        ) from error


def _outcome(path: Path, number: int, line: bytes) -> Outcome:
    try:
        return _OUTCOME.validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise BadInput(
            f"{path} line {number}: expected a saved outcome, found {first['msg']} {place}; "
            "run the evaluation again"
        ) from error
