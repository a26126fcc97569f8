"""Every error as application/problem+json (RFC 9457)."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

import structlog
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from visualsearch import errors
from visualsearch.errors import VisualsearchError
from visualsearch.serving.meters import Meters
from visualsearch.web.schemas import FieldProblem, Problem

STATUS: Mapping[type[VisualsearchError], int] = {
    errors.BadInput: 422,
    errors.NotFound: 404,
    errors.NotAPicture: 422,
    errors.TooLarge: 413,
    errors.Busy: 409,
    errors.BadAddress: 422,
    errors.Forbidden: 403,
    errors.BadCatalogue: 422,
    errors.BadLine: 422,
    errors.MissingExtra: 422,
    errors.Unavailable: 503,
    errors.Overloaded: 429,
    errors.DeadlinePassed: 503,
    errors.FetchFailed: 502,
    errors.StorageFull: 507,
    errors.Corrupt: 500,
    errors.SnapshotCorrupt: 500,
    errors.StoreCorrupt: 500,
    errors.FormatTooNew: 500,
    errors.PictureCorrupt: 500,
    errors.MessageCorrupt: 500,
    errors.WeightsMismatch: 500,
}

RETRY_AFTER_S = 1
"""A query takes well under a second, so a place is free again soon."""

HIDDEN = "expected to answer, found a fault that only the operator can mend; see the server's log"

_CODES = {413: errors.TooLarge.code, 422: errors.BadInput.code}
_log = structlog.get_logger(__name__)


def problem(
    request_id: str,
    status: int,
    *,
    code: str,
    detail: str,
    fields: Sequence[FieldProblem] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Make the response of an error; ``code`` is the stable word for machines."""
    said = Problem(
        type="about:blank",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        instance=request_id,
        code=code,
        errors=list(fields) or None,
    )
    return Response(
        said.model_dump_json(exclude_none=True), status, headers, media_type="application/problem+json"
    )


async def answer_error(request: Request, error: Exception) -> Response:
    """Answer one of our own errors; of the operator's ones only the log tells what they are."""
    assert isinstance(error, VisualsearchError), f"{error!r} came to the wrong place: this is a bug"
    status = status_of(error)
    detail = error.message
    if status in {500, 507}:
        _log.error("request_failed", code=error.code, detail=detail)
        detail = HIDDEN
    if status in {429, 503}:
        return refused(request_id_of(request), error, request.app.state.service.meters)
    return problem(request_id_of(request), status, code=error.code, detail=detail)


def refused(request_id: str, error: VisualsearchError, meters: Meters) -> Response:
    """Answer who can try again soon."""
    meters.refused.labels(error.code).inc()
    headers = {"Retry-After": str(RETRY_AFTER_S)}
    return problem(request_id, status_of(error), code=error.code, detail=error.message, headers=headers)


async def answer_validation_error(request: Request, error: Exception) -> Response:
    """Answer input of the wrong shape, naming the fields."""
    assert isinstance(error, RequestValidationError), f"{error!r} came to the wrong place: this is a bug"
    fields = [
        FieldProblem(field=".".join(map(str, one["loc"][1:])), message=one["msg"]) for one in error.errors()
    ]
    detail = "; ".join(f"{one.field}: {one.message}" if one.field else one.message for one in fields)
    return problem(
        request_id_of(request), 422, code=errors.BadInput.code, detail=detail[:2000], fields=fields
    )


async def answer_http_exception(request: Request, error: Exception) -> Response:
    """Answer what the framework refuses: unknown routes, wrong methods, bodies that are too large."""
    assert isinstance(error, HTTPException), f"{error!r} came to the wrong place: this is a bug"
    status = error.status_code
    code = _CODES.get(status, HTTPStatus(status).phrase.lower().replace(" ", "-"))
    return problem(request_id_of(request), status, code=code, detail=str(error.detail), headers=error.headers)


def status_of(error: VisualsearchError) -> int:
    """Find the HTTP status of an error, or of the nearest family it belongs to."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def request_id_of(request: Request) -> str:
    """Read the id that the access log gave the request."""
    return str(request.state.request_id)
