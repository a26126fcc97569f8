"""HTTP input -> Query and Product."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from fastapi import HTTPException, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData, Headers, UploadFile

from visualsearch.domain import Box, Product, ProductId, Query
from visualsearch.search.where import parse_where
from visualsearch.web.inputs import (
    MAX_EXAMPLES,
    MAX_EXCLUDED,
    MAX_FACETS,
    ProductInput,
    SearchForm,
    SearchRequest,
)

MULTIPART = "multipart/form-data"
JSON = "application/json"

LISTS = ("exclude", "like", "unlike", "facets")
"""Fields of a form that may come several times."""
MAX_FIELDS = MAX_EXCLUDED + 2 * MAX_EXAMPLES + MAX_FACETS + len(SearchForm.model_fields)

SEARCH_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            MULTIPART: {"schema": SearchForm.model_json_schema()},
            JSON: {"schema": SearchRequest.model_json_schema()},
        },
    }
}
"""Describes the two forms of a search in OpenAPI; both models are flat, so no references are needed."""

Model = TypeVar("Model", bound=BaseModel)


async def query_from(request: Request, fetch: Callable[[str], Awaitable[bytes]]) -> Query:
    """Read a search in either of its forms; ``fetch`` brings the picture behind a URL."""
    if has_form(request.headers):
        return await _query_from_form(request)
    if (found := _media_type(request.headers)) == JSON:
        return await _query_from_json(request, fetch)
    raise HTTPException(415, f"expected {MULTIPART} or {JSON}, found {found or 'no content type'!r}")


def has_form(headers: Headers) -> bool:
    """Tell whether a search comes with its picture."""
    return _media_type(headers) == MULTIPART


def product_from(product_id: str, said: ProductInput) -> Product:
    """Turn what the seller says into a Product."""
    return Product(
        id=ProductId(product_id),
        title=said.title,
        brand=said.brand,
        categories=tuple(said.categories),
        price=said.price,
        currency=said.currency,
        description=said.description,
        url=said.url,
        pictures=tuple(said.pictures),
        attributes=said.attributes,
    )


def _media_type(headers: Headers) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


async def _query_from_form(request: Request) -> Query:
    # Fields past these bounds are refused by the parser, before they cost memory.
    async with request.form(max_files=1, max_fields=MAX_FIELDS, max_part_size=4096) as form:
        asked = _validate(SearchForm, await _fields_of(form))
    return _query(asked, picture=asked.picture or None)


async def _query_from_json(request: Request, fetch: Callable[[str], Awaitable[bytes]]) -> Query:
    asked = _validate(SearchRequest, await request.body())
    product = None if asked.product is None else ProductId(asked.product)
    picture = None if asked.url is None else await fetch(asked.url)
    return _query(asked, picture=picture, product=product)


async def _fields_of(form: FormData) -> dict[str, Any]:
    # Browsers send fields that were left empty as empty texts.
    fields: dict[str, Any] = {name: value for name, value in form.items() if value != ""}
    for name in LISTS:
        fields[name] = [value for value in form.getlist(name) if value != ""]
    if isinstance(picture := fields.get("picture"), UploadFile):
        fields["picture"] = await picture.read()
    return fields


def _query(
    asked: SearchForm | SearchRequest, *, picture: bytes | None, product: ProductId | None = None
) -> Query:
    return Query(
        picture=picture,
        product=product,
        box=None if asked.box is None else Box(*asked.box),
        limit=asked.limit,
        exclude=frozenset(map(ProductId, asked.exclude)),
        words=asked.words,
        colour=asked.colour,
        where=parse_where(asked.where),
        like=tuple(map(ProductId, asked.like)),
        unlike=tuple(map(ProductId, asked.unlike)),
        facets=tuple(asked.facets),
        fold=asked.fold,
        detect=asked.detect,
        by_region=asked.group == "region",
    )


def _validate(model: type[Model], sent: Mapping[str, Any] | bytes) -> Model:
    """Check as FastAPI does where it reads the body itself, so that all errors look alike."""
    try:
        return model.model_validate_json(sent) if isinstance(sent, bytes) else model.model_validate(sent)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        raise RequestValidationError([{**one, "loc": ("body", *one["loc"])} for one in found]) from None
