"""The app over a small shop in memory; only what lies behind the callables is made for the tests."""

import base64
import hashlib
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from starlette.testclient import TestClient

from visualsearch.atlas.shown import ShownMap
from visualsearch.domain import (
    WHOLE,
    Among,
    Answer,
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
    Query,
    Record,
    Region,
    Row,
    SharedPrint,
    Sighting,
    Spot,
    Suggestion,
    Tag,
)
from visualsearch.errors import FetchFailed, Forbidden, NotAPicture, NotFound
from visualsearch.jobs.board import Board, Job
from visualsearch.jobs.journal import Asked
from visualsearch.serving.memory_queue import MemoryQueue
from visualsearch.serving.worker import Worker, running
from visualsearch.vision.kinds import KindsCard
from visualsearch.web.app import build_app
from visualsearch.web.service import Management, Service

JPEG = b"\xff\xd8\xff\xe0 the bytes of a picture"
MASK = np.array([[0, 255, 255], [200, 0, 0]], np.uint8)
CHAIR = Product(ProductId("chair/1"), "Chair", "Oak & Co", ("Furniture", "Chairs"), 49.5, "EUR")


JOB = """
import sys, time
from pathlib import Path
from visualsearch.jobs.journal import keeping, read_asked
from visualsearch.domain import Failure
folder = Path(sys.argv[1])
asked = read_asked(folder)
with keeping(folder) as journal:
    for step in range(600 if asked.name == "slow" else 2):
        journal.tell("indexing", step / 600, {"stored": step}, step)
        if asked.name == "slow":
            time.sleep(0.1)
    journal.fail(None, Failure("bad-line", "expected an id", "products.csv:3"))
    journal.end("done", "all is stored")
"""
"""Does a job as the program does, but for the work: it tells how far it is."""


def id_of(data: bytes) -> PictureId:
    return PictureId(hashlib.sha256(data).hexdigest())


def data_uri(data: bytes) -> str:
    return "data:image/jpeg;base64," + base64.b64encode(data).decode()


@dataclass
class Shop:
    """A catalogue in memory, its pictures on disk."""

    folder: Path
    stored: dict[ProductId, Record] = field(default_factory=dict)
    reason: str | None = None
    """Why it is not ready."""
    kinds: KindsCard | None = None
    revision: str = "one"

    @property
    def map(self) -> ShownMap:
        return ShownMap(
            self.folder / "map.snapshot",
            lambda rows: {item.row: item for item in self.items(rows, [])},
            lambda picture: self.picture_file(picture, 160),
            lambda: self.revision,
        )

    def items(self, rows: Sequence[Row], products: Sequence[ProductId]) -> list[Item]:
        """Name the products' first pictures as rows, from 1, in the order in which they were put."""
        every = [
            Item(Row(number), product, record.pictures[0], WHOLE)
            for number, (product, record) in enumerate(self.stored.items(), 1)
        ]
        return [item for item in every if item.row in rows or item.product in products]

    def put(self, products: Sequence[Product]) -> list[Record]:
        for product in products:
            self.stored[product.id] = Record(product, tuple(map(self._see, product.pictures)))
        return [self.stored[product.id] for product in products]

    def delete(self, products: Sequence[ProductId]) -> int:
        return sum(self.stored.pop(product, None) is not None for product in products)

    def records(self, products: Sequence[ProductId]) -> dict[ProductId, Record]:
        return {product: self.stored[product] for product in products if product in self.stored}

    def counts(self) -> Counts:
        pictures = sum(len(record.sightings) for record in self.stored.values())
        return Counts(len(self.stored), pictures, 0, pictures)

    def browse(self, words: str, where: Condition | None, start: int, limit: int) -> Listing:
        assert where is None or isinstance(where, Among)
        fitting = [one for one in self.stored if words in self.stored[one].product.title]
        return Listing(tuple(fitting[start : start + limit]), len(fitting))

    def failures(self, start: int, limit: int) -> list[tuple[ProductId, Failure]]:
        failed = [
            (product, sighting.failure)
            for product, record in self.stored.items()
            for sighting in record.sightings
            if sighting.failure
        ]
        return failed[start : start + limit]

    def picture_file(self, picture: PictureId, width: int | None) -> Path:
        path = self.folder / (picture if width is None else f"{picture}-{width}")
        if not path.exists():
            raise NotFound(f"expected the id of a kept picture, found {picture}")
        return path

    def keep(self, data: bytes, *, width: int | None = None) -> PictureId:
        picture = id_of(data)
        (self.folder / (picture if width is None else f"{picture}-{width}")).write_bytes(data)
        return picture

    def _see(self, source: str) -> Sighting:
        data = base64.b64decode(source.partition(",")[2])
        if data.startswith(b"\xff\xd8"):
            return Sighting(source, "", picture=self.keep(data))
        failure = Failure(NotAPicture.code, f"expected a picture in {source}, found text", source)
        return Sighting(source, "", failure=failure)


def answer_one(query: Query) -> Answer | Failure:
    """Answers so that the test can tell what was asked: of itself, with the query in the reasons."""
    if query.product == "bug":
        raise ZeroDivisionError("a secret")
    if query.product == "no-such":
        return Failure(NotFound.code, "expected a stored product, found 'no-such'", "no-such")
    if query.picture is not None and not query.picture.startswith(b"\xff\xd8"):
        return Failure(NotAPicture.code, "expected a picture, found other bytes; send a JPEG", "picture")
    asked = (query.picture or str(query.product).encode()).decode("latin-1")
    reasons = (asked, str(query.limit), *sorted(query.exclude))
    hit = Hit(CHAIR, id_of(JPEG), (id_of(JPEG),), Box(0.1, 0.2, 0.3, 0.4), 0.875, reasons)
    if b"printed" in (query.picture or b""):
        places = np.array([[0.25, 0.5], [0.75, 0.5]], np.float32)
        hit = replace(hit, tier="exact", shared_print=SharedPrint(0.75, places, places[::-1]))
    answer = Answer((hit,), query.box or WHOLE, 7, {"decode": 0.0012, "look": 0.003})
    if not query.detect or b"street" not in (query.picture or b""):
        return answer
    regions = Region(Box(0, 0, 0.5, 1), "top", 0.9, MASK), Region(Box(0.5, 0, 1, 1), "bag", 0.3)
    by_region = ((hit,), ()) if query.by_region else ()
    return replace(answer, regions=regions, searched_regions=1, by_region=by_region)


def answer_all(queries: Sequence[Query]) -> list[Answer | Failure]:
    return [answer_one(query) for query in queries]


def fetch_picture(url: str) -> bytes:
    if "intranet" in url:
        raise Forbidden(f"expected a public address, found {url}")
    if "broken" in url:
        raise FetchFailed(f"expected a picture at {url}, found status 500")
    return JPEG + url.encode()


def draw_match(asked: bytes, box: Box, hit: Hit) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + repr((asked, box.left, hit.product.id)).encode()


def draw_searched(asked: bytes, spot: Spot) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + repr((asked, spot.box.right, len(spot.regions))).encode()


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


@pytest.fixture
def queue() -> MemoryQueue:
    return MemoryQueue(256)


@pytest.fixture
def make_service(shop: Shop, queue: MemoryQueue, tmp_path: Path) -> Callable[..., Service]:
    sample = tmp_path / "sofa"
    sample.write_bytes(JPEG)

    def see(picture: PictureId) -> Perceived:
        shop.picture_file(picture, None)
        return Perceived((Region(Box(0, 0, 0.5, 1), "top", 0.9, MASK),), (Tag("colour", "red", 0.75),))

    def start_index(folder: Path, name: str) -> Job:
        return board.start(folder, Asked("index", 0.0, name))

    board = Board(tmp_path / "jobs", [sys.executable, "-c", JOB], niceness=0)
    management = Management(
        board=board,
        start_index=start_index,
        max_upload_bytes=50_000,
        browse=shop.browse,
        perceive=see,
        failures=shop.failures,
        models=lambda: [Installed("small", 2, is_used=True), Installed("other", 3, is_used=False)],
    )

    def make(query_timeout_s: float = 60, max_body_bytes: int = 20_000) -> Service:
        return Service(
            ask=queue.ask,
            refuse_if_full=queue.refuse_if_full,
            put_products=shop.put,
            delete_products=shop.delete,
            records=shop.records,
            counts=shop.counts,
            picture_file=shop.picture_file,
            fetch_picture=fetch_picture,
            draw_match=draw_match,
            draw_searched=draw_searched,
            ready=lambda: shop.reason,
            kinds=lambda: shop.kinds,
            map=shop.map,
            items=shop.items,
            suggest=lambda begun, limit: [Suggestion(begun + "ir", "category", 3)][:limit],
            management=management,
            query_timeout_s=query_timeout_s,
            max_body_bytes=max_body_bytes,
            samples=(("grünes Sofa/1.jpg", sample),),
        )

    return make


@pytest.fixture
def service(make_service: Callable[..., Service]) -> Service:
    return make_service()


@pytest.fixture
def client(service: Service, queue: MemoryQueue) -> Iterator[TestClient]:
    """Talk to the app with its worker at work, as the server runs it."""

    def fail_the_test(error: BaseException) -> None:
        raise AssertionError(f"the worker died of {error!r}")

    app = build_app(service, lambda: running(Worker(queue, answer_all), fail_the_test))
    with TestClient(app) as client:
        yield client
