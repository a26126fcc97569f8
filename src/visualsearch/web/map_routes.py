"""The routes of the map: what there is, its tiles, sheets of thumbnails, and the products behind points."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query, Response
from pydantic import BaseModel, Field

from visualsearch.atlas.layout import EDGES, SHEET, Tile
from visualsearch.atlas.project import Method
from visualsearch.atlas.tiles import SHEET_SIDE, THUMBNAIL, encode_edges, encode_points
from visualsearch.domain import ProductId, Row
from visualsearch.web.answers import picture_url, product_answer
from visualsearch.web.description import problems
from visualsearch.web.inputs import Id
from visualsearch.web.schemas import ProductAnswer
from visualsearch.web.service import Wired

MAX_POINTS = 200
"""Products told of in one answer."""
_ENCODERS = {"points": encode_points, "edges": encode_edges}

router = APIRouter(prefix="/v1/map", tags=["map"])


class TileAnswer(BaseModel):
    """A run of points that is sent together."""

    level: int = Field(description="Of detail: level 0 alone shows the whole roughly.")
    first: int = Field(description="The position of its first point among all.")
    count: int


class SheetsAnswer(BaseModel):
    """How thumbnails are put on sheets: point n is on sheet n // points, row by row."""

    count: int
    points: int
    across: int = Field(description="Thumbnails in a row.")
    side: int = Field(description="Of a thumbnail, in pixels.")


class MapAnswer(BaseModel):
    """A map of the catalogue: a point for each searchable picture, near those that look like it."""

    version: str = Field(description="Named in the addresses of all that belongs to it.")
    points: int
    method: Method = Field(
        description="UMAP keeps neighbours together; PCA stands in where it is not installed."
    )
    is_current: bool = Field(description="Whether it shows the newest state; if not, another is being made.")
    categories: tuple[str, ...] = Field(description="By number, the most frequent first; number 0 has none.")
    neighbours: int = Field(description="How many edges each point has at most.")
    tiles: list[TileAnswer]
    sheets: SheetsAnswer


class PointAnswer(BaseModel):
    """A point, and the product behind it."""

    row: int
    product: ProductAnswer
    picture: str
    picture_url: str


class PointsAnswer(BaseModel):
    """The products behind points."""

    points: list[PointAnswer]


def _of_bytes(media_type: str, what: str) -> dict[int | str, dict[str, Any]]:
    return {
        200: {"content": {media_type: {}}, "description": what},
        304: {"description": "The client has it already."},
    }


@router.get("", summary="Tell what map there is", responses=problems())
def show_map(response: Response, service: Wired) -> MapAnswer:
    """Tell of the newest map; 503 until the first is laid out, which asking begins."""
    layout = service.map.layout()
    response.headers["Cache-Control"] = "no-cache"
    return MapAnswer(
        version=layout.version,
        points=len(layout),
        method=layout.about.method,
        is_current=service.map.is_current,
        categories=layout.about.categories,
        neighbours=EDGES,
        tiles=[_tile_answer(tile) for tile in layout.tiles],
        sheets=SheetsAnswer(count=layout.sheets(), points=SHEET, across=SHEET_SIDE, side=THUMBNAIL),
    )


@router.get(
    "/{version}/sheets/{number}.jpg",
    summary="Show a sheet of thumbnails",
    response_class=Response,
    responses=_of_bytes("image/jpeg", "The sheet.") | problems(404, 422),
)
def show_sheet(
    version: str, number: int, service: Wired, if_none_match: Annotated[str, Header()] = ""
) -> Response:
    """Give the thumbnails of neighbouring points on one picture."""
    return _lasting(
        f'"{version}-sheet-{number}"',
        if_none_match,
        lambda: service.map.sheet(service.map.version(version), number),
        "image/jpeg",
    )


@router.get(
    "/{version}/{part}/{number}",
    summary="Give a tile's points, or their edges",
    response_class=Response,
    responses=_of_bytes("application/octet-stream", "Columns of numbers; see the guide.")
    | problems(404, 422),
)
def show_tile(
    version: str,
    part: Literal["points", "edges"],
    number: int,
    service: Wired,
    if_none_match: Annotated[str, Header()] = "",
) -> Response:
    """Give where a tile's points are and what they are coloured by, or which are most alike and how much."""
    return _lasting(
        f'"{version}-{part}-{number}"',
        if_none_match,
        lambda: _ENCODERS[part](service.map.version(version), number),
        "application/octet-stream",
    )


@router.get("/points", summary="Tell of the products behind points", responses=problems(422))
def read_points(
    service: Wired,
    row: Annotated[
        list[Annotated[int, Field(ge=0, lt=1 << 53)]],
        Query(max_length=MAX_POINTS, description="Rows, as a tile names them."),
    ] = [],  # noqa: B006 (FastAPI copies it)
    product: Annotated[
        list[Id], Query(max_length=MAX_POINTS, description="Products, all of whose points are wanted.")
    ] = [],  # noqa: B006
) -> PointsAnswer:
    """Give the products of points and the points of products; what has gone is not in the answer."""
    items = service.items([Row(one) for one in row], [ProductId(one) for one in product])
    records = service.records(list({item.product for item in items}))
    return PointsAnswer(
        points=[
            PointAnswer(
                row=item.row,
                product=product_answer(records[item.product].product),
                picture=item.picture,
                picture_url=picture_url(item.picture),
            )
            for item in items
            if item.product in records
        ]
    )


def _tile_answer(tile: Tile) -> TileAnswer:
    return TileAnswer(level=tile.level, first=tile.first, count=tile.count)


def _lasting(tag: str, if_none_match: str, make: Callable[[], bytes], media_type: str) -> Response:
    """Answer by what a version names, which never changes: what the client has of it is not made again."""
    headers = {"ETag": tag, "Cache-Control": "private, max-age=31536000, immutable"}
    if tag in if_none_match:
        return Response(status_code=304, headers=headers)
    return Response(make(), headers=headers, media_type=media_type)
