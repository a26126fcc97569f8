"""The routes by which whoever runs the shop looks at it: products, what the eye sees, failures, load."""

import math
from pathlib import PurePath
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from visualsearch.domain import Failure, PictureId, ProductId
from visualsearch.search.where import LONGEST, parse_where
from visualsearch.web.admin_schemas import (
    PAGE,
    FailedAnswer,
    FailedAnswers,
    InstalledAnswer,
    InstalledModels,
    Listed,
    MetersAnswer,
    PerceivedAnswer,
    SampleAnswer,
)
from visualsearch.web.answers import region_answer, stored_product, tag_answer
from visualsearch.web.description import problems
from visualsearch.web.job_routes import Limit, Start
from visualsearch.web.service import Wired, refuse_other_sites

router = APIRouter(prefix="/v1/admin", tags=["shopkeeper"], dependencies=[Depends(refuse_other_sites)])


@router.get("/products", summary="Browse products", responses=problems(422))
def browse_products(
    service: Wired,
    words: Annotated[str, Query(max_length=1000, description="All of which a product has.")] = "",
    where: Annotated[str, Query(max_length=LONGEST, description="What is let through.")] = "",
    start: Start = 0,
    limit: Limit = 20,
) -> Listed:
    """List products with their pictures, those included that no search finds, in the order they came."""
    found = service.management.browse(words.strip(), parse_where(where), start, limit)
    records = service.records(found.products)
    stored = [stored_product(records[one]) for one in found.products if one in records]
    return Listed(products=stored, total=found.total)


@router.get("/pictures/{picture_id}", summary="Tell what the eye sees", responses=problems(404, 422))
def perceive_picture(picture_id: str, service: Wired) -> PerceivedAnswer:
    """Tell the products that are found in a picture of the catalogue, its colours and its likeliest kinds."""
    seen = service.management.perceive(PictureId(picture_id))
    return PerceivedAnswer(
        regions=[region_answer(region) for region in seen.regions],
        tags=[tag_answer(tag) for tag in seen.tags],
    )


@router.get("/failures", summary="List failed pictures", responses=problems(422))
def list_failures(service: Wired, start: Start = 0, limit: Limit = PAGE) -> FailedAnswers:
    """List the pictures of the shop that could not be had or read, by product."""
    found = service.management.failures(start, limit)
    return FailedAnswers(failures=[_failed(product, failure) for product, failure in found])


@router.get("/models", summary="List installed models", responses=problems())
def list_models(service: Wired) -> InstalledModels:
    """List the models that are here and can be measured."""
    models = service.management.models()
    return InstalledModels(
        models=[
            InstalledAnswer(name=one.name, dimension=one.dimension, is_used=one.is_used) for one in models
        ]
    )


@router.get("/meters", summary="Read the meters", responses=problems())
def read_meters(service: Wired) -> MetersAnswer:
    """Tell what this process counts and measures of itself, as /metrics does, as JSON."""
    return MetersAnswer(
        samples=[
            SampleAnswer(name=name, labels=labels, value=value if math.isfinite(value) else None)
            for name, labels, value in service.meters.read()
        ]
    )


def _failed(product: ProductId, failure: Failure) -> FailedAnswer:
    """Tell a failure, and no path of the server."""
    subject, message = failure.subject, failure.message
    if subject.startswith("/"):
        subject = PurePath(subject).name
        message = message.replace(failure.subject, subject)
    return FailedAnswer(product=product, subject=subject, code=failure.code, message=message)
