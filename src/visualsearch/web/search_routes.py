"""The route that searches."""

import asyncio
from collections.abc import Awaitable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from starlette.requests import ClientDisconnect

from visualsearch.domain import Answer, ProductId
from visualsearch.errors import NotFound
from visualsearch.web.answers import kinds_answer, search_answer, server_timing
from visualsearch.web.description import problems
from visualsearch.web.forms import SEARCH_BODY, query_from
from visualsearch.web.inputs import InPath
from visualsearch.web.picture_routes import OF_PICTURES, media_type
from visualsearch.web.schemas import KindsAnswer, SearchAnswer, SuggestionAnswer, Suggestions
from visualsearch.web.service import Service, Wired

router = APIRouter(tags=["search"])

_PRIVATE = {"Cache-Control": "private, max-age=600"}
_DRAWING: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/png": {}}, "description": "The drawing."}
}


@router.post(
    "/v1/search",
    summary="Find the products in a picture, or the like of a product",
    openapi_extra=SEARCH_BODY,
    responses=problems(400, 403, 404, 413, 415, 422, 429, 502),
)
async def search(request: Request, response: Response, service: Wired) -> SearchAnswer:
    """Search by an uploaded picture, by the address of one, or by a product."""
    query = await query_from(request, lambda url: _fetch(service, url))
    answer = await _while_connected(request, service.ask(query, service.query_timeout_s))
    response.headers["Server-Timing"] = server_timing(answer.seconds)
    return search_answer(answer, service.recent.keep(query, answer))


@router.get("/v1/classify", summary="Tell what kinds were learned, and how well", responses=problems(404))
def classify(service: Wired) -> KindsAnswer:
    """Give the kinds of the shop's classifier and what was measured of it."""
    card = service.kinds()
    if card is None:
        raise NotFound(
            "expected a classifier of the shop's kinds, found that none was learned yet; "
            "make one with: visualsearch train categories"
        )
    return kinds_answer(card)


@router.get("/v1/suggestions", summary="Complete words that were begun", responses=problems(422))
def suggest(
    service: Wired,
    begun: Annotated[str, Query(min_length=1, max_length=200)],
    limit: Annotated[int, Query(ge=1, le=20)] = 8,
) -> Suggestions:
    """Complete words by the categories, brands, colours and kinds of the catalogue."""
    found = service.suggest(begun, limit)
    return Suggestions(
        suggestions=[SuggestionAnswer(words=one.words, field=one.field, count=one.count) for one in found]
    )


@router.get(
    "/v1/searches/{search_id}/asked",
    summary="Show the asked picture",
    response_class=Response,
    responses=OF_PICTURES | problems(404, 422),
)
def show_asked(search_id: str, service: Wired) -> Response:
    """Give the picture that was asked by, as it was sent or fetched."""
    picture = service.recent.find(search_id).picture
    return Response(picture, media_type=media_type(picture), headers=_PRIVATE)


@router.get(
    "/v1/searches/{search_id}/{product_id:path}/match.png",
    summary="Show where a hit has the print of the asked picture",
    response_class=Response,
    responses=_DRAWING | problems(404, 422),
)
def show_match(search_id: str, product_id: InPath, service: Wired) -> Response:
    """Draw the asked picture and the hit's side by side, the same print outlined and joined by lines."""
    asked, hit = service.recent.find_hit(search_id, ProductId(product_id))
    return _drawn(service.draw_match(asked.picture, asked.spot.box, hit))


@router.get(
    "/v1/searches/{search_id}/searched.png",
    summary="Show what of the asked picture was searched",
    response_class=Response,
    responses=_DRAWING | problems(404, 422),
)
def show_searched(search_id: str, service: Wired) -> Response:
    """Draw the searched part of the asked picture, all paled but the products that were searched for."""
    asked = service.recent.find(search_id)
    return _drawn(service.draw_searched(asked.picture, asked.spot))


def _drawn(png: bytes) -> Response:
    return Response(png, media_type="image/png", headers=_PRIVATE)


async def _fetch(service: Service, url: str) -> bytes:
    return await service.threads.fetch(service.fetch_picture, url, timeout_s=service.query_timeout_s)


async def _while_connected(request: Request, asking: Awaitable[Answer]) -> Answer:
    """Wait for an answer as long as the client does: servers do not cancel the work of one that left."""
    asked, left = asyncio.ensure_future(asking), asyncio.ensure_future(_disconnected(request))
    try:
        await asyncio.wait({asked, left}, return_when=asyncio.FIRST_COMPLETED)
        if not asked.done():
            raise ClientDisconnect
        return asked.result()
    finally:
        asked.cancel()
        left.cancel()
        await asyncio.gather(asked, left, return_exceptions=True)


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
