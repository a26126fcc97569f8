"""The API's own description (OpenAPI), with its problems, and the page that shows it."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from visualsearch.web.schemas import Problem

SCHEMAS = "#/components/schemas/"

UNSURPRISING = (500, 503)
"""What every route may answer."""


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Declare the statuses that a route may answer with a problem, besides those that all may."""
    content = {"application/problem+json": {"schema": {"$ref": f"{SCHEMAS}Problem"}}}
    return {
        status: {"description": HTTPStatus(status).phrase, "content": content}
        for status in (*statuses, *UNSURPRISING)
    }


def describer(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """Make the function that describes the app, once, when it is first asked for."""

    def describe() -> dict[str, Any]:
        if app.openapi_schema is None:
            described = get_openapi(
                title=app.title, version=app.version, description=app.description, routes=app.routes
            )
            problem = Problem.model_json_schema(ref_template=f"{SCHEMAS}{{model}}")
            described["components"]["schemas"] |= {**problem.pop("$defs"), "Problem": problem}
            app.openapi_schema = described
        return app.openapi_schema

    return describe
