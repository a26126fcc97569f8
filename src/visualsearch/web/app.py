"""Joins routes, errors and layers to the app."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager, nullcontext
from pathlib import Path

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.staticfiles import StaticFiles

from visualsearch.errors import NotFound, VisualsearchError
from visualsearch.web import (
    admin_routes,
    health_routes,
    job_routes,
    map_routes,
    picture_routes,
    product_routes,
    search_routes,
)
from visualsearch.web.access import Access
from visualsearch.web.description import describer
from visualsearch.web.door import Door
from visualsearch.web.limits import BodyLimit
from visualsearch.web.problems import answer_error, answer_http_exception, answer_validation_error
from visualsearch.web.service import Service

STATIC = Path(__file__).parent / "static"
"""The pages as ``web/`` of the project builds them."""
PAGES = {"/": "index.html", "/admin": "admin.html", "/map": "map.html", "/docs": "docs.html"}


def build_app(
    service: Service, background: Callable[[], AbstractContextManager[None]] = nullcontext
) -> FastAPI:
    """Build the app; ``background`` runs from the server's start to its end, such as a worker's thread."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        with background():
            yield

    app = routed_app(lifespan)
    app.state.service = service
    app.state.is_ending = lambda: False
    app.add_middleware(
        BodyLimit,
        max_bytes=service.max_body_bytes,
        uploads=job_routes.UPLOADS,
        max_upload_bytes=service.management.max_upload_bytes,
    )
    app.add_middleware(
        Door,
        keys=service.keys,
        rates=service.rates,
        meters=service.meters,
        refuse_if_full=service.refuse_if_full,
    )
    if service.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=service.cors_origins,
            allow_methods=("GET", "POST", "PUT", "DELETE"),
            allow_headers=("Authorization", "Content-Type", "X-Request-ID"),
            expose_headers=("X-Request-ID", "Server-Timing", "Retry-After"),
        )
    app.add_middleware(Access, meters=service.meters)
    return app


def routed_app(lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]] | None = None) -> FastAPI:
    """Build the routes, their errors and their description, with nothing behind them."""
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
    app.openapi = describer(app)  # type: ignore[method-assign]
    for routes in (
        search_routes,
        product_routes,
        picture_routes,
        map_routes,
        health_routes,
        job_routes,
        admin_routes,
    ):
        app.include_router(routes.router)
    _add_pages(app)
    return app


def _add_pages(app: FastAPI) -> None:
    async def show_page(request: Request) -> FileResponse:
        page = STATIC / PAGES[request.url.path]
        if not page.exists():
            raise NotFound(f"expected the built page {page.name}, found none; make it with: make page")
        return FileResponse(page)

    for path in PAGES:
        app.add_route(path, show_page, include_in_schema=False)
    app.mount("/static", GZipMiddleware(StaticFiles(directory=STATIC, check_dir=False)))
    app.mount("/docs/assets", StaticFiles(packages=[("fastapi_swagger", "resources")]))
