"""What the routes need of the rest of the program, as typed values and callables."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request

from visualsearch.atlas.shown import ShownMap
from visualsearch.domain import (
    Box,
    Counts,
    Hit,
    Item,
    PictureId,
    Product,
    ProductId,
    Record,
    Row,
    Spot,
    Suggestion,
)
from visualsearch.serving.answer_cache import Ask
from visualsearch.serving.meters import Meters
from visualsearch.vision.kinds import KindsCard
from visualsearch.web.keys import Keys
from visualsearch.web.rates import Rates
from visualsearch.web.recent import Recent
from visualsearch.web.threads import Threads


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Everything behind the HTTP interface; the callables may block, and are called in threads."""

    ask: Ask
    """Waits for the answer to a query; raises as ``Queue.ask`` does."""
    put_products: Callable[[Sequence[Product]], Sequence[Record]]
    """Stores products, with their pictures, and gives them as stored, once they are searchable."""
    delete_products: Callable[[Sequence[ProductId]], int]
    """Deletes products and counts those that were there."""
    records: Callable[[Sequence[ProductId]], dict[ProductId, Record]]
    counts: Callable[[], Counts]
    picture_file: Callable[[PictureId, int | None], Path]
    """Finds a picture's file, reduced to a width if one is given; raises NotFound."""
    fetch_picture: Callable[[str], bytes]
    """Brings the bytes behind an http(s) URL or a data URI; raises Forbidden, FetchFailed, TooLarge."""
    draw_match: Callable[[bytes, Box, Hit], bytes]
    """Draws the box of an asked picture beside a hit that shares its print, as PNG; raises NotFound."""
    draw_searched: Callable[[bytes, Spot], bytes]
    """Draws what was searched in an asked picture, as PNG."""
    ready: Callable[[], str | None]
    """Tells why the search cannot answer yet, or None if it can."""
    kinds: Callable[[], KindsCard | None]
    """Tells what kinds were learned, or None before any were."""
    map: ShownMap
    items: Callable[[Sequence[Row], Sequence[ProductId]], list[Item]]
    """Names the items of rows and those of products; what is not stored is not in the answer."""
    suggest: Callable[[str, int], Sequence[Suggestion]]
    """Completes words that were begun, in at most so many ways, the most frequent first."""
    query_timeout_s: float
    max_body_bytes: int
    samples: tuple[tuple[str, Path], ...] = ()
    """Names and files of the pictures that the page offers to try."""
    keys: Keys = field(default_factory=Keys)
    rates: Rates | None = None
    """How often a caller may ask; None is as often as they like."""
    cors_origins: tuple[str, ...] = ()
    """The other sites whose pages may ask."""
    meters: Meters = field(default_factory=Meters)
    threads: Threads = field(default_factory=Threads)
    recent: Recent = field(default_factory=Recent)


async def service_of(request: Request) -> Service:
    """Find what the app was built with."""
    service: Service = request.app.state.service
    return service


Wired = Annotated[Service, Depends(service_of)]
