"""Joins a shop that is served: its queue, memory and workers, and the models that it changes to."""

import importlib.util
import io
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from PIL import Image

from visualsearch.assemble import Shop, fetch_one, ingest_with, open_fetcher, open_shop
from visualsearch.atlas.layout import LAYOUT
from visualsearch.atlas.shown import ShownMap
from visualsearch.domain import (
    Answer,
    Box,
    Counts,
    Failure,
    Hit,
    Item,
    PictureId,
    Pixels,
    Product,
    ProductId,
    Query,
    Record,
    Row,
    Spot,
    Suggestion,
)
from visualsearch.errors import BadInput
from visualsearch.ingest.tags import tag_new
from visualsearch.managed import management_of, stopping
from visualsearch.places import hearing, open_revision
from visualsearch.ports import Fetcher, PictureVault, Queue
from visualsearch.search.flow import Search
from visualsearch.search.live import following
from visualsearch.search.show_match import show_match
from visualsearch.search.tiers import TIERS
from visualsearch.serving.answer_cache import AnswerCache, Ask, Newest
from visualsearch.serving.learner import Learner, learning
from visualsearch.serving.meters import Meters
from visualsearch.serving.swapped import Swapped, swapping
from visualsearch.serving.watched import OnDeath
from visualsearch.serving.worker import Worker, running
from visualsearch.settings import Settings
from visualsearch.switch import ModelWatch, decoder, follow_model, look_again, written_at_ns
from visualsearch.topology import WORKER_THREADS, Line, join, open_memory, open_redis
from visualsearch.vision.annotate import show_searched
from visualsearch.vision.kinds import KINDS, KindsCard
from visualsearch.vision.regions import crop
from visualsearch.web.keys import Keys, anonymous_scopes
from visualsearch.web.photos import Photos
from visualsearch.web.rates import Rates
from visualsearch.web.server import Background
from visualsearch.web.service import Service

PHOTOS = "photos"
"""In the shop's folder, the photos that shoppers put into links."""
READY_CHANGES = 1_000
"""Changes that the index may be behind and still count as ready: a few seconds of a busy ingest."""

MAP_WIDTH = 160
"""The width of the thumbnails that sheets of the map are drawn of, in pixels; pages ask for it too."""
MAP_CHECK_S, MAP_REST = 1.0, 2
"""How often it is looked whether the map is old, and how many times as long as it took it then rests."""

DRIFT, LEAST_DRIFT = 0.2, 100
"""Changes, as a share of the rows and at least, after which kinds are learned anew."""


@contextmanager
def open_served(settings: Settings) -> Iterator[Swapped[Shop]]:
    """Open the catalogue for as long as it is served, whatever models it uses meanwhile."""
    with Swapped(_open_ready(settings)) as shops:
        yield shops
        with shops.lent() as shop:
            shop.index.save()


@contextmanager
def open_service(settings: Settings, shops: Swapped[Shop]) -> Iterator[tuple[Service, Background]]:
    """Join what the HTTP interface needs, and what works behind it."""
    anonymous = anonymous_scopes(settings.web.anonymous, settings.web.host, has_keys=bool(settings.web.keys))
    with shops.lent() as shop:
        identity, vault = shop.store.identity, shop.vault
    meters = Meters()
    line = join(settings, identity, meters.measured(partial(_answer, shops)))
    _watch(meters, line.queue, shops)
    management = management_of(settings, shops)

    with (
        open_fetcher(settings) as fetcher,
        open_fetcher(settings, hasty=True) as hasty_fetcher,
        _asking(settings, shops, line, meters) as ask,
        _shown_map(settings, shops, vault) as shown_map,
    ):

        @contextmanager
        def background(on_death: OnDeath) -> Iterator[None]:
            with (
                _keeping_up(settings, shops, on_death),
                line.working(on_death),
                _learning(settings, shops),
                _mapping(settings, shown_map),
                stopping(management.board),
            ):
                yield

        service = Service(
            ask=ask,
            refuse_if_full=line.queue.refuse_if_full,
            put_products=partial(_put, settings, shops, fetcher, line),
            delete_products=partial(_delete, shops, line),
            records=partial(_records, shops),
            counts=partial(_counts, shops),
            picture_file=partial(_picture_file, vault),
            fetch_picture=partial(fetch_one, hasty_fetcher),
            ready=partial(_why_not_ready, shops, line),
            keys=Keys(settings.web.keys, anonymous, is_local=settings.web.anonymous is None),
            rates=None if settings.web.rate_per_s is None else Rates(settings.web.rate_per_s),
            cors_origins=settings.web.cors_origins,
            meters=meters,
            draw_match=partial(_draw_match, settings, vault),
            draw_searched=partial(_draw_searched, settings),
            kinds=partial(_kinds_card, shops),
            map=shown_map,
            items=partial(_items, shops),
            suggest=partial(_suggest, shops),
            management=management,
            query_timeout_s=settings.queue.timeout_s,
            max_body_bytes=settings.web.max_body_bytes,
            photos=_photos(settings),
            samples=_samples(settings.samples),
        )
        yield service, background


@contextmanager
def working(settings: Settings, shops: Swapped[Shop], on_death: OnDeath) -> Iterator[None]:
    """Answer what servers of other processes ask, for the length of a block; end what is in hand."""
    with shops.lent() as shop:
        queue = open_redis(settings, shop.store.identity)
    meters = Meters()
    _watch(meters, queue, shops)
    answer = meters.measured(partial(_answer, shops))
    worker = Worker(queue, answer, batch_limit=settings.queue.batch)
    if settings.work.port is not None:
        meters.serve(settings.work.host, settings.work.port)
    with (
        _keeping_up(settings, shops, on_death),
        queue.beating(partial(_known_change, shops), on_death),
        running(worker, on_death, threads=WORKER_THREADS),
    ):
        yield


@contextmanager
def _open_ready(settings: Settings, *, is_another: bool = False) -> Iterator[Shop]:
    """Open a shop that can answer at once; of another model, one that has seen all pictures."""
    with open_shop(settings, create=True) as shop:
        shop.eye.find([])  # loads the detector before somebody waits for it
        if is_another:
            look_again(settings, shop.eye)
        # An answer from half an index would be wrong without anybody knowing.
        shop.index.catch_up()
        yield replace(shop, search=_hurrying(settings, shop.search))


@contextmanager
def _keeping_up(settings: Settings, shops: Swapped[Shop], on_death: OnDeath) -> Iterator[None]:
    """Follow the catalogue's changes, and the model that it uses."""
    watch = ModelWatch(settings.shop)

    def keep_up() -> None:
        with shops.lent() as shop:
            shop.index.keep_up()

    def another() -> AbstractContextManager[Shop] | None:
        with shops.lent() as shop:
            has_changed = watch.has_changed(shop.eye.name)
        return _open_ready(settings, is_another=True) if has_changed else None

    with hearing(settings) as wait, following(keep_up, on_death, wait), swapping(shops, another):
        yield


def _answer(shops: Swapped[Shop], queries: Sequence[Query]) -> Sequence[Answer | Failure]:
    """Answer a batch, all of it by one model."""
    with shops.lent() as shop:
        return shop.search.answer(queries)


def _hurrying(settings: Settings, search: Search) -> Search:
    """Let a search weigh less the more is asked at a time, and only look while more wait than a batch."""

    def seconds_to_weigh(queries: int) -> float:
        share = (settings.queue.batch - queries) / max(1, settings.queue.batch - 1)
        return (share if queries > 1 else 1) * settings.search.weigh_ms / 1000

    return replace(search, seconds_to_weigh=seconds_to_weigh)


@contextmanager
def _asking(settings: Settings, shops: Swapped[Shop], line: Line, meters: Meters) -> Iterator[Ask]:
    """Put the memory of answers before the queue, if there is to be one."""
    if not settings.queue.remembered:
        yield line.queue.ask
        return
    with shops.lent() as shop:
        identity = shop.store.identity
    with closing(open_revision(settings)) as revision:
        made_by = repr((version("visualsearch"), settings.pictures, settings.vision, settings.search))

        def newest() -> Newest:
            name, change = revision.newest()
            learned = [written_at_ns(settings.shop / file) for file in (KINDS, TIERS)]
            with shops.lent() as shop:
                eye = shop.eye.name
            state = sha256(repr((name, learned, eye, made_by)).encode()).hexdigest()
            return Newest(state, change, eye)

        yield AnswerCache(
            line.queue.ask,
            newest,
            open_memory(settings, identity),
            count=lambda outcome: meters.remembered.labels(outcome).inc(),
        ).ask


def _watch(meters: Meters, queue: Queue[Any], shops: Swapped[Shop]) -> None:
    meters.watch("queue_waiting", "Queries that wait.", lambda: queue.load().waiting)
    meters.watch("queue_in_work", "Queries that are being answered.", lambda: queue.load().in_work)
    meters.watch("index_rows", "Rows that search can find.", partial(_rows, shops))
    meters.watch("index_behind", "Changes that are stored and not yet searched.", partial(_behind, shops))


def _rows(shops: Swapped[Shop]) -> int:
    with shops.lent() as shop:
        return len(shop.index)


def _behind(shops: Swapped[Shop]) -> int:
    with shops.lent() as shop:
        return shop.index.behind


def _known_change(shops: Swapped[Shop]) -> int:
    with shops.lent() as shop:
        return shop.index.change


def _records(shops: Swapped[Shop], products: Sequence[ProductId]) -> dict[ProductId, Record]:
    with shops.lent() as shop:
        return shop.store.records(products)


def _counts(shops: Swapped[Shop]) -> Counts:
    with shops.lent() as shop:
        return shop.store.counts()


def _items(shops: Swapped[Shop], rows: Sequence[Row], products: Sequence[ProductId]) -> list[Item]:
    with shops.lent() as shop:
        return [*shop.store.items(rows).values(), *shop.store.items_of(products)]


def _items_by_row(shops: Swapped[Shop], rows: Sequence[Row]) -> dict[Row, Item]:
    with shops.lent() as shop:
        return shop.store.items(rows)


def _put(
    settings: Settings, shops: Swapped[Shop], fetcher: Fetcher, line: Line, products: Sequence[Product]
) -> Sequence[Record]:
    with shops.lent() as shop:
        records = ingest_with(settings, shop, fetcher).take(products)
        shop.index.catch_up()  # what is near tells the kind
        follow_model(settings, shop.eye)
        tag_new(shop.store, shop.tagger)
    _make_known(shops, line)
    return records


def _delete(shops: Swapped[Shop], line: Line, products: Sequence[ProductId]) -> int:
    with shops.lent() as shop:
        deleted = shop.store.delete(products)
    _make_known(shops, line)
    return deleted


def _make_known(shops: Swapped[Shop], line: Line) -> None:
    """Wait until whoever answers searches knows of what was just stored."""
    with shops.lent() as shop:
        change = shop.store.latest()
        shop.index.catch_up()
    line.wait_for(change)


def _picture_file(vault: PictureVault, picture: PictureId, width: int | None) -> Path:
    return vault.path(picture) if width is None else vault.thumbnail(picture, width)


def _draw_match(settings: Settings, vault: PictureVault, asked: bytes, box: Box, hit: Hit) -> bytes:
    decode = decoder(settings)
    query, found = decode(asked).pixels, decode(vault.get(hit.picture)).pixels
    if hit.shared_print is None:
        raise ValueError(f"{hit.product.id} shares no print: this is a bug")
    return _png(show_match(crop(query, box), crop(found, hit.box), hit.shared_print))


def _draw_searched(settings: Settings, asked: bytes, spot: Spot) -> bytes:
    return _png(show_searched(decoder(settings)(asked).pixels, spot))


def _png(pixels: Pixels) -> bytes:
    png = io.BytesIO()
    Image.fromarray(pixels).save(png, "PNG")
    return png.getvalue()


def _learning(settings: Settings, shops: Swapped[Shop]) -> AbstractContextManager[None]:
    """Learn kinds anew when the catalogue has drifted; once for each state of it, for it may have none."""
    if not settings.search.learn or importlib.util.find_spec("sklearn") is None:
        return nullcontext()
    tried: dict[str, int] = {}
    """The change at which it was tried last, by the name of the eye."""

    def is_due() -> bool:
        card = _kinds_card(shops)
        with shops.lent() as shop:
            change, rows, eye = shop.store.latest(), shop.store.counts().rows, shop.eye.name
        since = change - max(tried.get(eye, -1), card.change if card else 0)
        if since < LEAST_DRIFT or since <= DRIFT * rows:
            return False
        tried[eye] = change
        return True

    command = [sys.executable, "-m", "visualsearch", "train", "categories", "--shop", str(settings.shop)]
    return learning(Learner(is_due, command))


@contextmanager
def _shown_map(settings: Settings, shops: Swapped[Shop], vault: PictureVault) -> Iterator[ShownMap]:
    with closing(open_revision(settings)) as revision:
        yield ShownMap(
            settings.shop / LAYOUT,
            partial(_items_by_row, shops),
            partial(vault.thumbnail, width=MAP_WIDTH),
            lambda: revision.newest()[0],
        )


@contextmanager
def _mapping(settings: Settings, shown: ShownMap) -> Iterator[None]:
    """Lay the map out anew when the catalogue has changed, while somebody looks at it."""
    started_at = ended_at = 0.0
    is_running = False

    def is_due() -> bool:
        nonlocal started_at, ended_at, is_running
        now = time.monotonic()
        if is_running:  # asked again, it has ended
            ended_at, is_running = now, False
        if now - ended_at < MAP_REST * (ended_at - started_at) or not shown.is_looked_at or shown.is_current:
            return False
        started_at, is_running = now, True
        return True

    command = [sys.executable, "-m", "visualsearch", "map", "--shop", str(settings.shop)]
    with learning(Learner(is_due, command, MAP_CHECK_S)):
        yield


def _kinds_card(shops: Swapped[Shop]) -> KindsCard | None:
    with shops.lent() as shop:
        known = shop.search.kinds()
    return None if known is None else known.classifier.card


def _suggest(shops: Swapped[Shop], begun: str, limit: int) -> Sequence[Suggestion]:
    with shops.lent() as shop:
        return shop.store.suggest(begun, limit)


def _why_not_ready(shops: Swapped[Shop], line: Line) -> str | None:
    """Tell what keeps the search from answering, or None."""
    if (behind := _behind(shops)) > READY_CHANGES:
        return f"the index is {behind} changes behind the catalogue; it is catching up"
    return line.why_not_ready()


def _photos(settings: Settings) -> Photos | None:
    return Photos(settings.shop / PHOTOS, settings.web.photo_bytes) if settings.web.photo_bytes else None


def _samples(folder: Path | None) -> tuple[tuple[str, Path], ...]:
    if folder is None:
        return ()
    if not folder.is_dir():
        raise BadInput(f"Expected a folder of pictures in {folder}, found none. Name another with --samples.")
    files = (path for path in folder.iterdir() if path.suffix.lower() in {".jpg", ".jpeg", ".png", ".webp"})
    return tuple((path.name, path) for path in sorted(files))
