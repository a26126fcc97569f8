"""Asks for each product of a photo beside the photo itself."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from visualsearch.domain import Answer, Failure, Picture, Query, Region
from visualsearch.vision.aim import LEAST_SCORE

MOST_ASKED = 5
"""Regions of one photo."""

Decoded = Picture | Failure | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A query with its picture, and what was found in it."""

    query: Query
    picture: Decoded
    regions: tuple[Region, ...] = ()
    is_hurried: bool = False
    """Nothing was looked for in the picture, as so many ask."""


def with_parts(asked: Asked) -> list[Asked]:
    """Ask for the photo first and then, where that is wanted, for each of its regions alone."""
    if not asked.query.by_region:
        return [asked]
    sure = [region for region in asked.regions if region.score >= LEAST_SCORE][:MOST_ASKED]
    return [
        asked,
        *(
            Asked(replace(asked.query, box=region.box, by_region=False, facets=()), asked.picture)
            for region in sure
        ),
    ]


def joined(asked: Asked, answers: Sequence[Answer | Failure]) -> Answer | Failure:
    """Join the answers of ``with_parts`` into one."""
    whole, *parts = answers
    if isinstance(whole, Failure):
        return whole
    is_hurried = asked.is_hurried or any(one.is_hurried for one in answers if isinstance(one, Answer))
    by_region = tuple(part.hits if isinstance(part, Answer) else () for part in parts)
    return replace(whole, is_hurried=is_hurried, regions=asked.regions, by_region=by_region)
