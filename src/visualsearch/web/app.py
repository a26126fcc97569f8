"""Joins routes, errors and layers to the app."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from pathlib import Path

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import FileResponse
from starlette.staticfiles import StaticFiles

from visualsearch.errors import VisualsearchError
from visualsearch.web import health_routes, picture_routes, product_routes, search_routes
from visualsearch.web.access import Access
from visualsearch.web.description import describer
from visualsearch.web.door import Door
from visualsearch.web.limits import BodyLimit
from visualsearch.web.problems import answer_error, answer_http_exception, answer_validation_error
from visualsearch.web.service import Service

STATIC = Path(__file__).parent / "static"


def build_app(
    service: Service, background: Callable[[], AbstractContextManager[None]] = nullcontext
) -> FastAPI:
    """Build the app; ``background`` runs from the server's start to its end, such as a worker's thread."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        with background():
            yield

    app = FastAPI(
        title="visualsearch",
        description="Finds the products of a shop's catalogue in a picture.",
        version="1",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,
        redirect_slashes=False,  # an id may end with a slash
        exception_handlers={
            VisualsearchError: answer_error,
            RequestValidationError: answer_validation_error,
            HTTPException: answer_http_exception,
        },
    )
    app.state.service = service
    app.openapi = describer(app)  # type: ignore[method-assign]
    app.add_middleware(BodyLimit, max_bytes=service.max_body_bytes)
    app.add_middleware(Door, keys=service.keys, rates=service.rates, meters=service.meters)
    if service.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=service.cors_origins,
            allow_methods=("GET", "POST", "PUT", "DELETE"),
            allow_headers=("Authorization", "Content-Type", "X-Request-ID"),
            expose_headers=("X-Request-ID", "Server-Timing", "Retry-After"),
        )
    app.add_middleware(Access, meters=service.meters)
    for routes in (search_routes, product_routes, picture_routes, health_routes):
        app.include_router(routes.router)
    _add_pages(app)
    return app


def _add_pages(app: FastAPI) -> None:
    @app.get("/", include_in_schema=False)
    async def show_page() -> FileResponse:
        return FileResponse(STATIC / "index.html")

    @app.get("/docs", include_in_schema=False)
    async def show_docs() -> FileResponse:
        return FileResponse(STATIC / "docs.html")

    app.mount("/static", StaticFiles(directory=STATIC))
    app.mount("/docs/assets", StaticFiles(packages=[("fastapi_swagger", "resources")]))
