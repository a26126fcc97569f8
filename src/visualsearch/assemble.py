"""Builds the parts from the settings and joins them."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from pathlib import Path

from visualsearch.domain import Failure, Vector
from visualsearch.errors import StorageFull
from visualsearch.index.hnsw import HnswIndex
from visualsearch.index.visual_words import VisualWords
from visualsearch.ingest.flow import Ingest
from visualsearch.ingest.tags import Tagger
from visualsearch.pictures.fetch import FetchLimits, PictureFetcher
from visualsearch.pictures.vault import Vault
from visualsearch.ports import ChangeLog, Fetcher
from visualsearch.search.flow import Search
from visualsearch.search.judge import Judge
from visualsearch.search.kept import IndexMaker, KeptIndex, LocalVectors, LocalWords
from visualsearch.search.kinds import ShopKinds
from visualsearch.search.live import LiveIndex, apply_prints, apply_vectors
from visualsearch.search.shared import SharedIndex
from visualsearch.search.tiers import read_tiers
from visualsearch.search.weigh import Weigher
from visualsearch.serving.failures import error_from
from visualsearch.settings import Settings
from visualsearch.store.sqlite import SqliteStore
from visualsearch.switch import DATABASE, PICTURES, card_of, database_of, decoder, open_eye
from visualsearch.vision.cpus import usable_cpus
from visualsearch.vision.kinds import NEIGHBOURS, Kind
from visualsearch.vision.look import LookingEye
from visualsearch.vision.shop_words import ShopWords
from visualsearch.vision.weights import read_card

SNAPSHOT, WORDS_SNAPSHOT, LOCK = "index.snapshot", "words.snapshot", "index.lock"
FAILURES = "failures.csv"


@dataclass(frozen=True)
class Shop:
    """One searchable catalogue: a folder, and the parts that work on it."""

    folder: Path
    store: SqliteStore
    vault: Vault
    eye: LookingEye
    index: LiveIndex
    search: Search
    words: ShopWords | None
    """Tell kinds until the shop's own are learned; None for an eye that they do not fit."""

    @property
    def tagger(self) -> Tagger:
        """What finds tags, with the kinds that are known just now."""
        known = self.search.kinds()
        if known is None:
            words = self.words
            return Tagger() if words is None else Tagger(f"words-{words.card.sha256[:12]}", words.tell)

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
    card = card_of(folder)
    eye, words = open_eye(settings, card), ShopWords.packaged_for(read_card(card))
    with (
        SqliteStore(
            folder / DATABASE, eye=eye.name, dimension=eye.dimension, stemming=settings.search.stemming
        ) as store,
        ThreadPoolExecutor(usable_cpus(), thread_name_prefix="decode") as decoders,
    ):
        vault = Vault(folder / PICTURES, max_pixels=settings.pictures.max_pixels)
        uri = settings.index.milvus_uri
        index = open_index(
            store, eye.name, eye.dimension, folder, None if uri is None else uri.get_secret_value()
        )
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
            words=(lambda _: ()) if words is None else words.tell,
        )
        yield Shop(folder, store, vault, eye, index, search, words)


def open_index(
    changes: ChangeLog, eye: str, dimension: int, folder: Path, milvus_uri: str | None = None
) -> LiveIndex:
    """Open the indexes whose snapshots are in a folder or, of the vectors, on a server; or begin them."""
    words: IndexMaker[LocalWords] = IndexMaker(empty=VisualWords, open=VisualWords.open, apply=apply_prints)
    vectors: IndexMaker[LocalVectors] = IndexMaker(
        empty=partial(HnswIndex, dimension), open=HnswIndex.open, apply=apply_vectors
    )
    return LiveIndex(
        changes,
        KeptIndex(changes, eye, vectors, folder / SNAPSHOT)
        if milvus_uri is None
        else _shared_index(changes, eye, dimension, folder / LOCK, milvus_uri),
        KeptIndex(changes, eye, words, folder / WORDS_SNAPSHOT),
    )


def _shared_index(changes: ChangeLog, eye: str, dimension: int, lock: Path, milvus_uri: str) -> SharedIndex:
    from visualsearch.index.milvus import MilvusIndex  # noqa: PLC0415 (an extra)

    # Letters, digits and underscores are allowed; another catalogue or eye has another collection.
    collection = f"visualsearch_{changes.identity[:12]}_{sha256(eye.encode()).hexdigest()[:12]}"
    return SharedIndex(
        changes, eye, partial(MilvusIndex, milvus_uri, collection, dimension), apply_vectors, lock
    )


@contextmanager
def open_ingest(settings: Settings, shop: Shop, *, local_files: bool) -> Iterator[Ingest]:
    """Make the parts that bring products in; files of this machine are read only if allowed."""
    with open_fetcher(settings, local_files=local_files) as fetcher:
        yield ingest_with(settings, shop, fetcher)


def ingest_with(settings: Settings, shop: Shop, fetcher: Fetcher) -> Ingest:
    """Join the parts that bring products in by a fetcher."""
    return Ingest(fetcher, shop.vault, decoder(settings), shop.eye, shop.store)


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


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageFull(
            f"Expected to make the folder {folder}, found: {error.strerror}. Choose another with --shop."
        ) from error
