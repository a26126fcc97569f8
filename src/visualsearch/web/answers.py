"""Answer and Record -> what goes over HTTP."""

from collections.abc import Mapping
from pathlib import PurePath
from urllib.parse import quote

import numpy as np

from visualsearch.domain import (
    Answer,
    Box,
    Failure,
    Hit,
    Mask,
    PictureId,
    Product,
    Record,
    SharedPrint,
    Sighting,
)
from visualsearch.vision.found import HALF
from visualsearch.vision.kinds import KindsCard
from visualsearch.web.inputs import Sides
from visualsearch.web.schemas import (
    FacetAnswer,
    FailureAnswer,
    HitAnswer,
    KindsAnswer,
    MaskAnswer,
    PictureState,
    ProductAnswer,
    RegionAnswer,
    SearchAnswer,
    SharedPrintAnswer,
    StoredProduct,
    TagAnswer,
)

_TELLABLE = ("http://", "https://", "sha256:")


def search_answer(answer: Answer, search: str) -> SearchAnswer:
    """Tell what was found by a search, whose id is empty where it is not remembered."""
    return SearchAnswer(
        hits=[_hit_answer(hit, search) for hit in answer.hits],
        regions=[_region_answer(answer, number) for number in range(len(answer.regions))],
        asked_url=f"/v1/searches/{search}/asked" if search else None,
        searched_url=f"/v1/searches/{search}/searched.png" if search else None,
        box=_sides(answer.box),
        change=answer.change,
        seconds=dict(answer.seconds),
        is_checked=answer.is_checked,
        is_hurried=answer.is_hurried,
        found=answer.found,
        facets=[
            FacetAnswer(field=one.field, values=dict(one.values), low=one.low, high=one.high)
            for one in answer.facets
        ],
        tags=[TagAnswer(field=one.field, name=one.name, confidence=one.confidence) for one in answer.tags],
    )


def kinds_answer(card: KindsCard) -> KindsAnswer:
    """Tell what kinds a shop has, and how well they are told."""
    return KindsAnswer(
        kinds=card.names,
        ensemble=card.ensemble,
        forest=card.forest,
        weights=card.weights,
        confusion=card.confusion,
    )


def server_timing(seconds: Mapping[str, float]) -> str:
    """Write the header Server-Timing (W3C), which browsers show beside the request, in milliseconds."""
    return ", ".join(f"{stage};dur={1000 * spent:.1f}" for stage, spent in seconds.items())


def stored_product(record: Record) -> StoredProduct:
    """Tell what is stored of a product, and which of its pictures can be searched."""
    return StoredProduct(
        product=product_answer(record.product),
        pictures=[_picture_state(sighting) for sighting in record.sightings],
    )


def _hit_answer(hit: Hit, search: str) -> HitAnswer:
    return HitAnswer(
        product=product_answer(hit.product),
        picture=hit.picture,
        picture_url=picture_url(hit.picture),
        pictures=hit.pictures,
        box=_sides(hit.box),
        score=hit.score,
        reasons=hit.reasons,
        tier=hit.tier,
        probability=hit.probability,
        signals=dict(hit.signals),
        shared_print=None if hit.shared_print is None else _shared_print(hit.shared_print, hit, search),
        variants=hit.variants,
    )


def _region_answer(answer: Answer, number: int) -> RegionAnswer:
    region = answer.regions[number]
    asked = number < len(answer.by_region)
    return RegionAnswer(
        box=_sides(region.box),
        kind=region.kind,
        score=round(region.score, 4),
        mask=None if region.mask is None else _mask_answer(region.mask),
        is_searched=number < answer.searched_regions,
        hits=[_hit_answer(hit, "") for hit in answer.by_region[number]] if asked else None,
    )


def _mask_answer(mask: Mask) -> MaskAnswer:
    inside = (mask > HALF).ravel()
    changes = np.flatnonzero(np.diff(inside, prepend=False, append=not inside[-1]))
    runs = np.diff(changes, prepend=0).tolist()
    rows, columns = mask.shape
    return MaskAnswer(rows=rows, columns=columns, runs=runs)


def _shared_print(shared: SharedPrint, hit: Hit, search: str) -> SharedPrintAnswer:
    url = f"/v1/searches/{search}/{quote(hit.product.id, safe='')}/match.png" if search else None
    return SharedPrintAnswer(
        probability=shared.probability,
        query=shared.query.tolist(),
        found=shared.found.tolist(),
        picture_url=url,
    )


def product_answer(product: Product) -> ProductAnswer:
    """Tell of a product what the seller says."""
    return ProductAnswer(
        id=product.id,
        title=product.title,
        brand=product.brand,
        categories=product.categories,
        price=product.price,
        currency=product.currency,
        description=product.description,
        url=product.url,
        attributes=dict(product.attributes),
    )


def _picture_state(sighting: Sighting) -> PictureState:
    return PictureState(
        source=_tellable(sighting),
        picture=sighting.picture,
        picture_url=None if sighting.picture is None else picture_url(sighting.picture),
        failure=None if sighting.failure is None else _failure_answer(sighting.failure, sighting),
    )


def _failure_answer(failure: Failure, sighting: Sighting) -> FailureAnswer:
    message = failure.message.replace(sighting.source, _tellable(sighting))
    return FailureAnswer(code=failure.code, message=message)


def _tellable(sighting: Sighting) -> str:
    """Name where a picture is from so that it may be sent back in a PUT, and tell no path of the server."""
    if sighting.source.startswith(_TELLABLE):
        return sighting.source
    return f"sha256:{sighting.picture}" if sighting.picture else PurePath(sighting.source).name


def picture_url(picture: PictureId) -> str:
    """Tell where a kept picture is shown."""
    return f"/v1/pictures/{picture}"


def _sides(box: Box) -> Sides:
    return box.left, box.top, box.right, box.bottom
