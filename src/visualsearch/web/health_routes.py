"""The routes that tell how the service is."""

from fastapi import APIRouter, Response

from visualsearch.errors import Unavailable
from visualsearch.serving.meters import MEDIA_TYPE
from visualsearch.web.description import problems
from visualsearch.web.schemas import Health, Readiness
from visualsearch.web.service import Wired

router = APIRouter(tags=["health"])


@router.get("/healthz", summary="Tell that the process is alive", responses=problems())
async def tell_health() -> Health:
    """Answer as long as the event loop turns."""
    return Health(alive=True)


@router.get("/readyz", summary="Tell whether the search can answer", responses=problems())
def tell_readiness(service: Wired) -> Readiness:
    """Answer with what the catalogue holds, or with 503 and the reason."""
    if reason := service.ready():
        raise Unavailable(reason)
    counts = service.counts()
    return Readiness(ready=True, products=counts.products, pictures=counts.pictures)


@router.get(
    "/metrics",
    summary="Show the meters to Prometheus",
    response_class=Response,
    responses=problems() | {200: {"content": {"text/plain": {}}, "description": "The meters."}},
)
def show_meters(service: Wired) -> Response:
    """Show what this process counts and measures of itself."""
    return Response(service.meters.show(), media_type=MEDIA_TYPE)
