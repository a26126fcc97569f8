"""Builds the parts from the settings and joins them."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from visualsearch.catalogue.lines import Progress
from visualsearch.domain import Failure, PictureId, Product, Region, Vector
from visualsearch.errors import BadInput, NotFound, PictureCorrupt, StorageFull
from visualsearch.index.hnsw import HnswIndex
from visualsearch.index.visual_words import VisualWords
from visualsearch.ingest.failures import FailureReport
from visualsearch.ingest.flow import Ingest
from visualsearch.ingest.local_runner import LocalRunner
from visualsearch.ingest.tags import Tagger, tag_new
from visualsearch.ingest.tally import Tally
from visualsearch.pictures.fetch import FetchLimits, PictureFetcher
from visualsearch.places import check_store, open_shared_index, open_store, open_vault
from visualsearch.ports import ChangeLog, Fetcher, PictureVault, Runner
from visualsearch.search.flow import Search
from visualsearch.search.judge import Judge
from visualsearch.search.kept import IndexMaker, KeptIndex, LocalVectors, LocalWords
from visualsearch.search.kinds import ShopKinds
from visualsearch.search.live import FollowingVectors, LiveIndex, apply_prints, apply_vectors
from visualsearch.search.tiers import read_tiers
from visualsearch.search.weigh import Weigher
from visualsearch.serving.failures import error_from
from visualsearch.settings import Settings
from visualsearch.store.sql_store import SqlStore
from visualsearch.switch import card_of, decoder, follow_model, open_eye
from visualsearch.vision.cpus import usable_cpus
from visualsearch.vision.kinds import NEIGHBOURS, Kind
from visualsearch.vision.look import LookingEye
from visualsearch.vision.shop_words import ShopWords
from visualsearch.vision.weights import read_card

SNAPSHOT, WORDS_SNAPSHOT = "index.snapshot", "words.snapshot"
FAILURES = "failures.csv"
EVERYWHERE = (Path("/"),)
"""Where the operator's own catalogues may have their pictures."""


@dataclass(frozen=True)
class Shop:
    """One searchable catalogue: a folder, and the parts that work on it."""

    folder: Path
    store: SqlStore
    vault: PictureVault
    eye: LookingEye
    index: LiveIndex
    search: Search
    words: ShopWords | None
    """Tell kinds until the shop's own are learned; None for an eye that they do not fit."""
    detector: str
    """Names what the eye finds products by."""

    @property
    def tagger(self) -> Tagger:
        """What finds tags, with the kinds that are known just now."""
        known = self.search.kinds()
        if known is None:
            words = self.words
            if words is None:
                return Tagger(detector=self.detector, find=self._find)
            return Tagger(f"words-{words.card.sha256[:12]}", words.tell, self.detector, self._find)

        def tell(vector: Vector) -> Sequence[Kind]:
            near, _ = self.index.search(vector[None], NEIGHBOURS)
            return known.best(known.tell(vector, near.rows[0], near.scores[0]), 1)

        return Tagger(known.classifier.card.model.sha256[:12], tell, self.detector, self._find)

    def _find(self, picture: PictureId) -> Sequence[Region]:
        try:
            decoded = self.search.decode(self.vault.get(picture))
        except (NotFound, PictureCorrupt, BadInput):
            return ()  # It is not there any more; the next look at the catalogue says so.
        return self.eye.find([decoded])[0]

    @property
    def failures(self) -> Path:
        """Where the last ingest wrote what it could not do."""
        return self.folder / FAILURES


@contextmanager
def open_shop(settings: Settings, *, create: bool = False) -> Iterator[Shop]:
    """Open the catalogue that the settings name; NotFound if there is none and none may be made."""
    folder = settings.shop
    if not create:
        check_store(settings)
    _make_folder(folder)
    card = card_of(folder)
    eye, words = open_eye(settings, card), ShopWords.packaged_for(read_card(card))
    with (
        open_store(settings, eye.name, eye.dimension) as store,
        ThreadPoolExecutor(usable_cpus(), thread_name_prefix="decode") as decoders,
    ):
        uri = settings.index.milvus_uri
        shared = (
            None if uri is None else open_shared_index(uri.get_secret_value(), store, eye.name, eye.dimension)
        )
        index = open_index(store, eye.name, eye.dimension, folder, shared)
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
        yield Shop(folder, store, open_vault(settings), eye, index, search, words, settings.vision.detector)


def open_index(
    changes: ChangeLog, eye: str, dimension: int, folder: Path, shared: FollowingVectors | None = None
) -> LiveIndex:
    """Open the indexes whose snapshots are in a folder, or begin them; a shared one of vectors is taken."""
    vectors: IndexMaker[LocalVectors] = IndexMaker(
        empty=partial(HnswIndex, dimension), open=HnswIndex.open, apply=apply_vectors
    )
    words: IndexMaker[LocalWords] = IndexMaker(empty=VisualWords, open=VisualWords.open, apply=apply_prints)
    return LiveIndex(
        changes,
        KeptIndex(changes, eye, vectors, folder / SNAPSHOT) if shared is None else shared,
        KeptIndex(changes, eye, words, folder / WORDS_SNAPSHOT),
    )


@contextmanager
def open_ingest(settings: Settings, shop: Shop, *, local_roots: Sequence[Path] = ()) -> Iterator[Ingest]:
    """Make the parts that bring products in; files of this machine are read in the roots alone."""
    with open_fetcher(settings, local_roots=local_roots) as fetcher:
        yield ingest_with(settings, shop, fetcher)


@dataclass(frozen=True, slots=True)
class Bringing:
    """What is brought in, and how."""

    read: Callable[[Progress], Iterator[Product | Failure]]
    """Reads the catalogue, and tells what share of it was read."""
    retry: bool = False
    """Whether pictures are tried again that failed before."""
    only_failed: bool = False
    """Whether the others are left as they are."""
    local_roots: Sequence[Path] = EVERYWHERE
    """The folders whose files may be read."""


def bring_in(
    settings: Settings, shop: Shop, bringing: Bringing, told: Callable[[float, Tally], None]
) -> Tally:
    """Bring a stream of products in as ``Ingest.run`` does, and write down what failed even if interrupted.

    ``told`` gets the share that was read, 0 to 1, and all that was stored so far, with the newest failures.
    """
    total = Tally()
    share = 0.0

    def remember(fraction: float) -> None:
        nonlocal share
        share = fraction

    with (
        open_ingest(settings, shop, local_roots=bringing.local_roots) as ingest,
        open_runner(settings) as runner,
        FailureReport(shop.failures) as report,
    ):
        tallies = ingest.run(
            bringing.read(remember),
            runner,
            pictures_per_shard=settings.ingest.pictures_per_shard,
            retry=bringing.retry,
            only_failed=bringing.only_failed,
        )
        try:
            with closing(tallies):
                for tally in tallies:
                    total += tally
                    report.add((None, failure) for failure in tally.bad_lines)
                    told(share, total)
        finally:
            report.add(shop.store.failures())
    return total


def open_runner(settings: Settings) -> Runner:
    """Make what looks at the pictures; raises MissingExtra where Ray is to and is not installed."""
    if settings.ingest.ray is None:
        return LocalRunner(settings.ingest.workers)
    from visualsearch.ingest.ray_runner import RayRunner  # noqa: PLC0415 (an extra)

    return RayRunner(settings.ingest.ray)


def make_known(settings: Settings, shop: Shop, told: Callable[[int], None]) -> None:
    """Let searches know what was brought in, and tag it; ``told`` gets how many products were tagged."""
    follow_model(settings, shop.eye)
    shop.index.catch_up()
    shop.index.save()
    tag_new(shop.store, shop.tagger, told)


def ingest_with(settings: Settings, shop: Shop, fetcher: Fetcher) -> Ingest:
    """Join the parts that bring products in by a fetcher."""
    return Ingest(fetcher, shop.vault, decoder(settings), shop.eye, shop.store)


def open_fetcher(
    settings: Settings, *, local_roots: Sequence[Path] = (), hasty: bool = False
) -> PictureFetcher:
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
        local_roots=local_roots,
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
