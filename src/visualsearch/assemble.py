"""Builds the parts from the settings and joins them."""

import importlib.util
import io
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from PIL import Image

from visualsearch.domain import Box, Failure, Hit, PictureId, Pixels, Product, ProductId, Record, Spot, Vector
from visualsearch.errors import BadInput, StorageFull
from visualsearch.index.hnsw import HnswIndex
from visualsearch.index.visual_words import VisualWords
from visualsearch.ingest.flow import Ingest
from visualsearch.ingest.tags import Tagger, tag_new
from visualsearch.pictures.fetch import FetchLimits, PictureFetcher
from visualsearch.pictures.vault import Vault
from visualsearch.ports import ChangeLog, Queue
from visualsearch.search.flow import Search
from visualsearch.search.judge import Judge
from visualsearch.search.kept import IndexMaker, KeptIndex, LocalVectors, LocalWords
from visualsearch.search.kinds import ShopKinds
from visualsearch.search.live import LiveIndex, apply_prints, apply_vectors, following
from visualsearch.search.show_match import show_match
from visualsearch.search.tiers import TIERS, read_tiers
from visualsearch.search.weigh import Weigher
from visualsearch.serving.answer_cache import AnswerCache, Ask
from visualsearch.serving.failures import error_from
from visualsearch.serving.learner import Learner, learning
from visualsearch.serving.meters import Meters
from visualsearch.serving.watched import OnDeath
from visualsearch.serving.worker import Worker, running
from visualsearch.settings import Settings
from visualsearch.store.revision import Revision
from visualsearch.store.sqlite import SqliteStore
from visualsearch.switch import (
    DATABASE,
    PICTURES,
    card_of,
    database_of,
    decoder,
    follow_model,
    open_eye,
)
from visualsearch.topology import WORKER_THREADS, Line, join, open_memory, open_redis
from visualsearch.vision.annotate import show_searched
from visualsearch.vision.cpus import usable_cpus
from visualsearch.vision.kinds import KINDS, NEIGHBOURS, Kind, KindsCard
from visualsearch.vision.look import LookingEye
from visualsearch.vision.regions import crop
from visualsearch.web.keys import Keys, anonymous_scopes
from visualsearch.web.rates import Rates
from visualsearch.web.server import Background
from visualsearch.web.service import Service

SNAPSHOT, WORDS_SNAPSHOT = "index.snapshot", "words.snapshot"
FAILURES = "failures.csv"

READY_CHANGES = 1_000
"""Changes that the index may be behind and still count as ready: a few seconds of a busy ingest."""

DRIFT, LEAST_DRIFT = 0.2, 100
"""Changes, as a share of the rows and at least, after which kinds are learned anew."""


@dataclass(frozen=True)
class Shop:
    """One searchable catalogue: a folder, and the parts that work on it."""

    folder: Path
    store: SqliteStore
    vault: Vault
    eye: LookingEye
    index: LiveIndex
    search: Search

    @property
    def tagger(self) -> Tagger:
        """What finds tags, with the kinds that are known just now."""
        known = self.search.kinds()
        if known is None:
            return Tagger()

        def tell(vector: Vector) -> Sequence[Kind]:
            near, _ = self.index.search(vector[None], NEIGHBOURS)
            return known.best(known.tell(vector, near.rows[0], near.scores[0]), 1)

        return Tagger(known.classifier.card.model.sha256[:12], tell)

    @property
    def failures(self) -> Path:
        """Where the last ingest wrote what it could not do."""
        return self.folder / FAILURES


@contextmanager
def open_shop(settings: Settings, *, create: bool = False) -> Iterator[Shop]:
    """Open the catalogue that the settings name; NotFound if there is none and none may be made."""
    folder = settings.shop
    if not create:
        database_of(folder)
    _make_folder(folder)
    eye = open_eye(settings, card_of(folder))
    with (
        SqliteStore(
            folder / DATABASE, eye=eye.name, dimension=eye.dimension, stemming=settings.search.stemming
        ) as store,
        ThreadPoolExecutor(usable_cpus(), thread_name_prefix="decode") as decoders,
    ):
        vault = Vault(folder / PICTURES, max_pixels=settings.pictures.max_pixels)
        index = open_index(store, eye.name, eye.dimension, folder)
        search = Search(
            decoder(settings),
            eye,
            index,
            store,
            store,
            store,
            ShopKinds(folder, eye.name, store.categories),
            partial(read_tiers, folder, eye.name),
            at_once=decoders.map,
            weigher=Weigher(index, store, Judge.packaged(), settings.search.verify_ms)
            if settings.search.evidence
            else None,
        )
        yield Shop(folder, store, vault, eye, index, search)


def open_index(changes: ChangeLog, eye: str, dimension: int, folder: Path) -> LiveIndex:
    """Open the indexes whose snapshots are in a folder, or begin them."""
    vectors: IndexMaker[LocalVectors] = IndexMaker(
        empty=partial(HnswIndex, dimension), open=HnswIndex.open, apply=apply_vectors
    )
    words: IndexMaker[LocalWords] = IndexMaker(empty=VisualWords, open=VisualWords.open, apply=apply_prints)
    return LiveIndex(
        changes,
        KeptIndex(changes, eye, vectors, folder / SNAPSHOT),
        KeptIndex(changes, eye, words, folder / WORDS_SNAPSHOT),
    )


@contextmanager
def open_ingest(settings: Settings, shop: Shop, *, local_files: bool) -> Iterator[Ingest]:
    """Make the parts that bring products in; files of this machine are read only if allowed."""
    with open_fetcher(settings, local_files=local_files) as fetcher:
        yield Ingest(fetcher, shop.vault, decoder(settings), shop.eye, shop.store)


def open_fetcher(settings: Settings, *, local_files: bool, hasty: bool = False) -> PictureFetcher:
    """Make a fetcher as the settings say; a hasty one serves somebody who waits for an answer."""
    limits = FetchLimits(
        max_bytes=settings.fetch.max_bytes,
        concurrency=settings.fetch.concurrency,
        per_host=settings.fetch.per_host,
    )
    return PictureFetcher(
        replace(limits, retries=0, total_s=settings.queue.timeout_s) if hasty else limits,
        allow_private=settings.fetch.allow_private,
        allow_hosts=settings.fetch.allow_hosts,
        local_roots=(Path("/"),) if local_files else None,
    )


def fetch_one(fetcher: PictureFetcher, source: str) -> bytes:
    """Bring the bytes of one picture; raises what kept them from coming."""
    [data] = fetcher.fetch([source])
    if isinstance(data, Failure):
        raise error_from(data)
    return data


@contextmanager
def open_service(settings: Settings, shop: Shop) -> Iterator[tuple[Service, Background]]:
    """Join what the HTTP interface needs, and what works behind it."""
    anonymous = anonymous_scopes(settings.web.anonymous, settings.web.host, has_keys=bool(settings.web.keys))
    shop.eye.find([])  # loads the detector before somebody waits for it
    meters = Meters()
    line = join(settings, shop.store.identity, meters.measured(_hurrying(settings, shop.search).answer))
    _watch(meters, line.queue, shop.index)

    @contextmanager
    def background(on_death: OnDeath) -> Iterator[None]:
        with line.working(on_death), following(shop.index, on_death), _learning(settings, shop):
            yield

    with (
        open_ingest(settings, shop, local_files=False) as ingest,
        open_fetcher(settings, local_files=False, hasty=True) as fetcher,
        _asking(settings, shop, line, meters) as ask,
    ):
        service = Service(
            ask=ask,
            put_products=partial(_put, settings, shop, ingest, line),
            delete_products=partial(_delete, shop, line),
            records=shop.store.records,
            counts=shop.store.counts,
            picture_file=partial(_picture_file, shop.vault),
            fetch_picture=partial(fetch_one, fetcher),
            ready=partial(_why_not_ready, shop, line),
            keys=Keys(settings.web.keys, anonymous),
            rates=None if settings.web.rate_per_s is None else Rates(settings.web.rate_per_s),
            cors_origins=settings.web.cors_origins,
            meters=meters,
            draw_match=partial(_draw_match, settings, shop),
            draw_searched=partial(_draw_searched, settings),
            kinds=partial(_kinds_card, shop),
            query_timeout_s=settings.queue.timeout_s,
            max_body_bytes=settings.web.max_body_bytes,
            samples=_samples(settings.samples),
        )
        yield service, background


@contextmanager
def working(settings: Settings, shop: Shop, on_death: OnDeath) -> Iterator[None]:
    """Answer what servers of other processes ask, for the length of a block; end what is in hand."""
    shop.eye.find([])
    queue = open_redis(settings, shop.store.identity)
    meters = Meters()
    _watch(meters, queue, shop.index)
    answer = meters.measured(_hurrying(settings, shop.search).answer)
    worker = Worker(queue, answer, batch_limit=settings.queue.batch)
    if settings.work.port is not None:
        meters.serve(settings.work.host, settings.work.port)
    with (
        following(shop.index, on_death),
        queue.beating(lambda: shop.index.change, on_death),
        running(worker, on_death, threads=WORKER_THREADS),
    ):
        yield


def _hurrying(settings: Settings, search: Search) -> Search:
    """Let a search weigh less the more is asked at a time, and nothing while more wait than fit a batch."""

    def seconds_to_weigh(queries: int) -> float:
        share = (settings.queue.batch - queries) / max(1, settings.queue.batch - 1)
        return (share if queries > 1 else 1) * settings.search.weigh_ms / 1000

    return replace(search, seconds_to_weigh=seconds_to_weigh)


@contextmanager
def _asking(settings: Settings, shop: Shop, line: Line, meters: Meters) -> Iterator[Ask]:
    """Put the memory of answers before the queue, if there is to be one."""
    if not settings.queue.remembered:
        yield line.queue.ask
        return
    with closing(Revision(shop.folder / DATABASE)) as revision:
        made_by = repr(
            (version("visualsearch"), shop.eye.name, settings.pictures, settings.vision, settings.search)
        )

        def newest() -> tuple[str, int]:
            name, change = revision.newest()
            learned = [_written_ns(shop.folder / file) for file in (KINDS, TIERS)]
            return sha256(repr((name, learned, made_by)).encode()).hexdigest(), change

        yield AnswerCache(
            line.queue.ask,
            newest,
            open_memory(settings, shop.store.identity),
            count=lambda outcome: meters.remembered.labels(outcome).inc(),
        ).ask


def _written_ns(file: Path) -> int:
    """Tell when a file was written; 0 where there is none."""
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0


def _watch(meters: Meters, queue: Queue[Any], index: LiveIndex) -> None:
    meters.watch("queue_waiting", "Queries that wait.", lambda: queue.load().waiting)
    meters.watch("queue_in_work", "Queries that are being answered.", lambda: queue.load().in_work)
    meters.watch("index_rows", "Rows that search can find.", lambda: len(index))
    meters.watch("index_behind", "Changes that are stored and not yet searched.", lambda: index.behind)


def _put(
    settings: Settings, shop: Shop, ingest: Ingest, line: Line, products: Sequence[Product]
) -> Sequence[Record]:
    records = ingest.take(products)
    _make_known(shop, line)
    follow_model(settings, shop.eye)
    tag_new(shop.store, shop.tagger)
    return records


def _delete(shop: Shop, line: Line, products: Sequence[ProductId]) -> int:
    deleted = shop.store.delete(products)
    _make_known(shop, line)
    return deleted


def _make_known(shop: Shop, line: Line) -> None:
    """Wait until whoever answers searches knows of what was just stored."""
    change = shop.store.latest()
    shop.index.catch_up()
    line.wait_for(change)


def _picture_file(vault: Vault, picture: PictureId, width: int | None) -> Path:
    return vault.path(picture) if width is None else vault.thumbnail(picture, width)


def _draw_match(settings: Settings, shop: Shop, asked: bytes, box: Box, hit: Hit) -> bytes:
    decode = decoder(settings)
    query, found = decode(asked).pixels, decode(shop.vault.get(hit.picture)).pixels
    if hit.shared_print is None:
        raise ValueError(f"{hit.product.id} shares no print: this is a bug")
    return _png(show_match(crop(query, box), crop(found, hit.box), hit.shared_print))


def _draw_searched(settings: Settings, asked: bytes, spot: Spot) -> bytes:
    return _png(show_searched(decoder(settings)(asked).pixels, spot))


def _png(pixels: Pixels) -> bytes:
    png = io.BytesIO()
    Image.fromarray(pixels).save(png, "PNG")
    return png.getvalue()


def _learning(settings: Settings, shop: Shop) -> AbstractContextManager[None]:
    """Learn kinds anew when the catalogue has drifted; once for each state of it, for it may have none."""
    if not settings.search.learn or importlib.util.find_spec("sklearn") is None:
        return nullcontext()
    tried = -1

    def is_due() -> bool:
        nonlocal tried
        change, card = shop.store.latest(), _kinds_card(shop)
        since = change - max(tried, card.change if card else 0)
        if since < LEAST_DRIFT or since <= DRIFT * shop.store.counts().rows:
            return False
        tried = change
        return True

    command = [sys.executable, "-m", "visualsearch", "train", "categories", "--shop", str(shop.folder)]
    return learning(Learner(is_due, command))


def _kinds_card(shop: Shop) -> KindsCard | None:
    known = shop.search.kinds()
    return None if known is None else known.classifier.card


def _why_not_ready(shop: Shop, line: Line) -> str | None:
    """Tell what keeps the search from answering, or None."""
    if shop.index.behind > READY_CHANGES:
        return f"the index is {shop.index.behind} changes behind the catalogue; it is catching up"
    return line.why_not_ready()


def _samples(folder: Path | None) -> tuple[tuple[str, Path], ...]:
    if folder is None:
        return ()
    if not folder.is_dir():
        raise BadInput(f"Expected a folder of pictures in {folder}, found none. Name another with --samples.")
    files = (path for path in folder.iterdir() if path.suffix.lower() in {".jpg", ".jpeg", ".png", ".webp"})
    return tuple((path.name, path) for path in sorted(files))


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageFull(
            f"Expected to make the folder {folder}, found: {error.strerror}. Choose another with --shop."
        ) from error
