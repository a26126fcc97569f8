"""The routes of the map: what there is, its tiles, sheets of thumbnails, and the products behind points."""

from typing import Annotated, Any

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
_FOR_EVER = "private, max-age=31536000, immutable"
_BYTES = "application/octet-stream"

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
    "/{version}/points/{number}",
    summary="Give a tile's points",
    response_class=Response,
    responses=_of_bytes(_BYTES, "Columns of numbers; see the guide.") | problems(404, 422),
)
def show_points(
    version: str, number: int, service: Wired, if_none_match: Annotated[str, Header()] = ""
) -> Response:
    """Give where a tile's points are, and what they are coloured by."""
    return _kept(version, f"points-{number}", if_none_match) or _sent(
        encode_points(service.map.version(version), number), version, f"points-{number}", _BYTES
    )


@router.get(
    "/{version}/edges/{number}",
    summary="Give the nearest points of a tile's points",
    response_class=Response,
    responses=_of_bytes(_BYTES, "Columns of numbers; see the guide.") | problems(404, 422),
)
def show_edges(
    version: str, number: int, service: Wired, if_none_match: Annotated[str, Header()] = ""
) -> Response:
    """Give which points are most alike, and how much."""
    return _kept(version, f"edges-{number}", if_none_match) or _sent(
        encode_edges(service.map.version(version), number), version, f"edges-{number}", _BYTES
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
    return _kept(version, f"sheet-{number}", if_none_match) or _sent(
        service.map.sheet(service.map.version(version), number), version, f"sheet-{number}", "image/jpeg"
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


def _tag(version: str, part: str) -> str:
    return f'"{version}-{part}"'


def _kept(version: str, part: str, if_none_match: str) -> Response | None:
    """Answer that nothing has changed, if that is so: what a version names never does."""
    tag = _tag(version, part)
    if tag not in if_none_match:
        return None
    return Response(status_code=304, headers={"ETag": tag, "Cache-Control": _FOR_EVER})


def _sent(data: bytes, version: str, part: str, media_type: str) -> Response:
    headers = {"ETag": _tag(version, part), "Cache-Control": _FOR_EVER}
    return Response(data, headers=headers, media_type=media_type)
