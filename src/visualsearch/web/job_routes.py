"""The routes that start, follow and stop long work: bringing catalogues in, and measuring."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from fastapi.sse import EventSourceResponse
from pydantic import TypeAdapter
from starlette.concurrency import run_in_threadpool

from visualsearch.errors import BadInput
from visualsearch.evaluation.sides import Report
from visualsearch.jobs.board import Job
from visualsearch.jobs.journal import Asked, Measure, Side
from visualsearch.jobs.unpacking import UPLOAD
from visualsearch.web.admin_schemas import (
    PAGE,
    EvaluationInput,
    FailedAnswer,
    FailedAnswers,
    JobAnswer,
    Jobs,
    ProgressAnswer,
)
from visualsearch.web.description import problems
from visualsearch.web.picture_routes import OF_PICTURES
from visualsearch.web.service import Service, Wired, refuse_other_sites

UPLOADS = "/v1/admin/catalogues"
BYTES = "application/octet-stream"
FOLLOW_INTERVAL_S = 0.25
_REPORT = TypeAdapter(Report)
_SENT = {
    "requestBody": {"required": True, "content": {BYTES: {"schema": {"type": "string", "format": "binary"}}}}
}

Start = Annotated[int, Query(ge=0, le=10_000_000)]
Limit = Annotated[int, Query(ge=1, le=PAGE)]

router = APIRouter(prefix="/v1/admin", tags=["shopkeeper"], dependencies=[Depends(refuse_other_sites)])


@router.post(
    "/catalogues",
    summary="Bring a catalogue in",
    status_code=202,
    responses=problems(403, 408, 409, 413, 415, 422, 507),
    openapi_extra=_SENT,
)
async def send_catalogue(
    request: Request,
    service: Wired,
    name: Annotated[str, Query(min_length=1, max_length=255, description="What to call it.")],
) -> JobAnswer:
    """Send a catalogue file, or a ZIP of pictures, or of a table and its pictures; indexing starts at once.

    It goes on beside the searches, one at a time. Its pictures are URLs, or files of the same archive.
    """
    found = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if found != BYTES:  # which no other site's page can send without being allowed
        raise HTTPException(415, f"expected {BYTES}, found {found or 'no content type'!r}")
    await run_in_threadpool(service.management.board.check_idle)
    with service.management.board.draft() as folder:
        with (folder / UPLOAD).open("wb") as file:
            async for piece in request.stream():
                await run_in_threadpool(file.write, piece)
        job = await run_in_threadpool(service.management.start_index, folder, _printable(name))
    return job_answer(job)


@router.post(
    "/retries", summary="Try failed pictures again", status_code=202, responses=problems(403, 409, 507)
)
def retry_failures(service: Wired) -> JobAnswer:
    """Fetch again, of the whole shop, what could not be fetched."""
    return _start(service, Asked("retry", time.time()))


@router.post(
    "/evaluations",
    summary="Measure the search",
    status_code=202,
    responses=problems(400, 403, 409, 413, 422, 507),
)
def start_evaluation(said: EvaluationInput, service: Wired) -> JobAnswer:
    """Ask by photos made of products of the shop how often the search finds them, on one side or two."""
    installed = {model.name for model in service.management.models()}
    for side in said.sides:
        if side.model is not None and side.model not in installed:
            raise BadInput(f"expected a model of {', '.join(sorted(installed))}, found {side.model!r}")
    measure = Measure(said.products, tuple(Side(**side.model_dump()) for side in said.sides))
    return _start(service, Asked("evaluate", time.time(), measure=measure))


@router.get("/jobs", summary="List all jobs", responses=problems())
def list_jobs(service: Wired) -> Jobs:
    """List what runs and what ran, the newest first."""
    return Jobs(jobs=[job_answer(job) for job in service.management.board.jobs()])


def _job(job_id: str, service: Wired) -> Job:
    return service.management.board.read(job_id)


@router.get("/jobs/{job_id}", summary="Tell how a job is", responses=problems(404, 422))
def read_job(job: Annotated[Job, Depends(_job)]) -> JobAnswer:
    """Tell how far a job is, or what it came to."""
    return job_answer(job)


@router.get(
    "/jobs/{job_id}/events",
    summary="Follow a job",
    response_class=EventSourceResponse,
    responses=problems(404, 422),
)
async def follow_job(
    job: Annotated[Job, Depends(_job)], request: Request, service: Wired
) -> AsyncIterator[JobAnswer]:
    """Tell how far a job is whenever that changes, as server-sent events, until it has ended."""
    told = None
    while True:
        job = await run_in_threadpool(service.management.board.read, job.id)
        if job != told:
            yield job_answer(job)
            told = job
        if job.state != "running" or request.app.state.is_ending():
            return
        await asyncio.sleep(FOLLOW_INTERVAL_S)


@router.get("/jobs/{job_id}/failures", summary="Tell what a job could not do", responses=problems(404, 422))
def read_job_failures(job_id: str, service: Wired, start: Start = 0, limit: Limit = PAGE) -> FailedAnswers:
    """List lines and pictures that failed, in the order in which they came; the first 10,000 are kept."""
    found = service.management.board.failures(job_id, start, limit)
    return FailedAnswers(failures=[FailedAnswer(**asdict(one)) for one in found])


@router.get("/jobs/{job_id}/report", summary="Tell what an evaluation found", responses=problems(404, 422))
def read_report(job_id: str, service: Wired) -> Report:
    """Tell the metrics of each side, which is better, and the photos that were answered worst."""
    return _REPORT.validate_json(service.management.board.report(job_id))


@router.get(
    "/jobs/{job_id}/photos/{number}",
    summary="Show a photo of an evaluation",
    response_class=Response,
    responses=OF_PICTURES | problems(404, 422),
)
def show_photo(job_id: str, number: int, service: Wired) -> Response:
    """Give a photo that was made of a product and asked by."""
    photo = service.management.board.photo(job_id, number)
    return Response(photo.read_bytes(), media_type="image/jpeg")


@router.post("/jobs/{job_id}/cancel", summary="Stop a job", responses=problems(403, 404, 422))
def cancel_job(job_id: str, service: Wired) -> JobAnswer:
    """Stop a job; what it has stored stays. Answered once it has stopped."""
    return job_answer(service.management.board.cancel(job_id))


@router.post(
    "/jobs/{job_id}/resume",
    summary="Go on with a job",
    status_code=202,
    responses=problems(403, 404, 409, 422),
)
def resume_job(job_id: str, service: Wired) -> JobAnswer:
    """Run a job again that was stopped or has failed; what is stored already is passed over."""
    return job_answer(service.management.board.resume(job_id))


@router.delete(
    "/jobs/{job_id}", summary="Forget a job", status_code=204, responses=problems(403, 404, 409, 422)
)
def remove_job(job_id: str, service: Wired) -> None:
    """Forget a job that does not run, with its report; what it stored stays."""
    service.management.board.remove(job_id)


def job_answer(job: Job) -> JobAnswer:
    """Tell how a job is."""
    told = asdict(job.progress)
    del told["end"]
    return JobAnswer(
        id=job.id,
        kind=job.asked.kind,
        name=job.asked.name,
        created_s=job.asked.created_s,
        state=job.state,
        progress=ProgressAnswer(**told),
    )


def _start(service: Service, asked: Asked) -> JobAnswer:
    board = service.management.board
    with board.draft() as folder:
        return job_answer(board.start(folder, asked))


def _printable(name: str) -> str:
    return "".join(one if one.isprintable() else " " for one in name)
