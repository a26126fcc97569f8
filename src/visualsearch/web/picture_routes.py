"""The routes that give pictures, and take photos to be shown by links."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Header, HTTPException, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from visualsearch.domain import PictureId
from visualsearch.errors import NotAPicture, NotFound
from visualsearch.web.description import problems
from visualsearch.web.schemas import KeptPhoto, Sample, Samples
from visualsearch.web.service import Wired

WIDTHS = (160, 320, 640, 1280, 2048)
"""The widths that pictures are reduced to; a few, so that a copy of each can be kept."""

_MEDIA_TYPES = (
    (rb"\xff\xd8\xff", "image/jpeg"),
    (rb"\x89PNG\r\n\x1a\n", "image/png"),
    (rb"GIF8[79]a", "image/gif"),
    (rb"RIFF....WEBP", "image/webp"),
    (rb"....ftypavi[fs]", "image/avif"),
    (rb"....ftyp(hei[cx]|mif1)", "image/heic"),
    (rb"BM", "image/bmp"),
    (rb"II\*\0|MM\0\*", "image/tiff"),
)
UNKNOWN = "application/octet-stream"
OF_PICTURES: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/*": {}}, "description": "The picture."}
}

router = APIRouter(prefix="/v1", tags=["pictures"])


@router.get(
    "/pictures/{picture_id}",
    summary="Show a picture of the catalogue",
    response_class=Response,
    responses=OF_PICTURES | {304: {"description": "The client has it already."}} | problems(404, 422),
)
def show_picture(
    picture_id: str,
    service: Wired,
    width: Annotated[
        int | None, Query(ge=1, le=WIDTHS[-1], description="Rounded up to a kept width.")
    ] = None,
    if_none_match: Annotated[str, Header()] = "",
) -> Response:
    """Give a picture whole or reduced; its id names its bytes, so it may be cached for ever."""
    if not re.fullmatch("[0-9a-f]{64}", picture_id):
        raise NotFound(f"expected 64 hexadecimal digits as a picture's id, found {picture_id[:80]!r}")
    kept = None if width is None else next(step for step in WIDTHS if step >= width)
    tag = f'"{picture_id}-{kept or "whole"}"'
    headers = {"ETag": tag, "Cache-Control": "public, max-age=31536000, immutable"}
    if tag in if_none_match:
        return Response(status_code=304, headers=headers)
    return _picture_response(service.picture_file(PictureId(picture_id), kept), headers)


@router.get("/samples", summary="List pictures to try the search with", responses=problems())
async def list_samples(service: Wired) -> Samples:
    """Name the pictures that this server offers to try."""
    return Samples(
        samples=[Sample(name=name, url=f"/v1/samples/{quote(name, safe='')}") for name, _ in service.samples]
    )


@router.get(
    "/samples/{name:path}",
    summary="Show a picture to try the search with",
    response_class=Response,
    responses=OF_PICTURES | problems(404, 422),
)
def show_sample(name: str, service: Wired) -> Response:
    """Give a picture to try the search with."""
    path = dict(service.samples).get(name)
    if path is None:
        raise NotFound(f"expected the name of a sample, found {name[:80]!r}; see /v1/samples")
    return _picture_response(path, {"Cache-Control": "public, max-age=3600"})


@router.post(
    "/photos",
    summary="Keep a photo for a link",
    responses=problems(408, 413, 415, 422, 507),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"image/*": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
async def keep_photo(request: Request, service: Wired) -> KeptPhoto:
    """Keep a photo so that a link can show it, where the operator lets photos be kept."""
    found = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not found.startswith("image/"):  # which no other site's page can send without being allowed
        raise HTTPException(415, f"expected image/*, found {found or 'no content type'!r}")
    if service.photos is None:
        return KeptPhoto(photo=None)
    data = await request.body()
    if media_type(data) == UNKNOWN:
        raise NotAPicture("expected a picture, found other bytes; send a JPEG, PNG or WebP")
    return KeptPhoto(photo=await run_in_threadpool(service.photos.keep, data))


@router.get(
    "/photos/{photo_id}",
    summary="Show a photo of a link",
    response_class=Response,
    responses=OF_PICTURES | problems(404, 422),
)
def show_photo_of_link(photo_id: str, service: Wired) -> Response:
    """Give a photo that a shopper put into a link."""
    if service.photos is None:
        raise NotFound("expected a server that keeps photos for links, found one that does not")
    return _picture_response(service.photos.find(photo_id), {"Cache-Control": "private, max-age=600"})


def _picture_response(path: Path, headers: Mapping[str, str]) -> Response:
    # Read whole, for kept pictures are bounded; its type is told by its bytes, never by its name.
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise NotFound("expected a kept picture, found that it has gone; search again") from None
    return Response(data, headers=dict(headers), media_type=media_type(data))


def media_type(data: bytes) -> str:
    """Tell what kind of picture bytes are."""
    return next(
        (name for magic, name in _MEDIA_TYPES if re.match(magic, data[:16], re.DOTALL)),
        UNKNOWN,
    )
