"""What the routes need of the rest of the program, as typed values and callables."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from fastapi import Depends, HTTPException, Request

from visualsearch.atlas.shown import ShownMap
from visualsearch.domain import (
    Box,
    Condition,
    Counts,
    Failure,
    Hit,
    Installed,
    Item,
    Listing,
    Perceived,
    PictureId,
    Product,
    ProductId,
    Record,
    Row,
    Spot,
    Suggestion,
)
from visualsearch.jobs.board import Board, Job
from visualsearch.serving.answer_cache import Ask
from visualsearch.serving.meters import Meters
from visualsearch.vision.kinds import KindsCard
from visualsearch.web.keys import Keys
from visualsearch.web.photos import Photos
from visualsearch.web.rates import Rates
from visualsearch.web.recent import Recent
from visualsearch.web.threads import Threads


@dataclass(frozen=True, slots=True, kw_only=True)
class Management:
    """What whoever runs the shop can do beside; the callables may block."""

    board: Board
    """Long work beside the server."""
    start_index: Callable[[Path, str], Job]
    """Starts to bring in what was sent into a drafted folder, under the name that its sender gave it.

    Raises BadCatalogue, TooLarge and MissingExtra at once for what can be told before, and Busy.
    """
    max_upload_bytes: int
    browse: Callable[[str, Condition | None, int, int], Listing]
    """Lists products by words and a condition, from a place on, so many at most."""
    perceive: Callable[[PictureId], Perceived]
    """Tells what the eye sees in a kept picture; raises NotFound."""
    failures: Callable[[int, int], Sequence[tuple[ProductId, Failure]]]
    """Lists the shop's pictures that could not be had or read, from a place on, so many at most."""
    models: Callable[[], Sequence[Installed]]
    """Lists the models that are here and embed pictures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Everything behind the HTTP interface; the callables may block, and are called in threads."""

    ask: Ask
    """Waits for the answer to a query; raises as ``Queue.ask`` does."""
    refuse_if_full: Callable[[], None]
    """Raises Overloaded where ``ask`` would of a question that nobody has asked yet."""
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
    management: Management
    query_timeout_s: float
    max_body_bytes: int
    photos: Photos | None = None
    """Keeps shoppers' photos for their links; None keeps none."""
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


async def refuse_other_sites(request: Request, service: Wired) -> None:
    """Refuse what a page of another site sends by whoever may: browsers say where they send it from."""
    is_foreign = request.headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}
    if is_foreign and request.headers.get("origin") not in service.cors_origins:
        raise HTTPException(403, "expected a request of this server's own page, found another site's")
