"""What every test may ask for."""

import csv
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

import numpy as np
import psycopg
import pytest
from PIL import Image
from services import MilvusServer, OwnServer, PostgresServer, RayCluster, RedisServer

Own = TypeVar("Own", bound=OwnServer)
PROJECT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """Find the real pictures; without them a test is skipped, but fails where CI is set."""
    folder = (PROJECT / os.environ.get("VISUALSEARCH_DATA", "../shared/data")).resolve()
    if not folder.is_dir():
        absent = pytest.fail if os.environ.get("CI") else pytest.skip
        absent(f"expected real pictures in {folder}, found no such folder; let VISUALSEARCH_DATA name it")
    return folder


@contextmanager
def _running(make: Callable[[], Own]) -> Iterator[Own]:
    """Run a server; where its programs are absent a test is skipped, but fails where CI is set."""
    try:
        server = make()
    except FileNotFoundError as error:
        absent = pytest.fail if os.environ.get("CI") else pytest.skip
        absent(str(error))
    with server:
        yield server


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """Give the address of a Redis server for all tests of a process."""
    with _running(RedisServer) as server:
        yield server.url


@pytest.fixture
def own_redis() -> Iterator[RedisServer]:
    """Give a server that a test may kill and start."""
    with _running(RedisServer) as server:
        yield server


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Give the address of a PostgreSQL server for all tests of a process."""
    with _running(PostgresServer) as server:
        yield server.url


@pytest.fixture
def own_postgres() -> Iterator[PostgresServer]:
    """Give a server that a test may kill and start."""
    with _running(PostgresServer) as server:
        yield server


@pytest.fixture
def schema_url(postgres_url: str) -> str:
    """Make a schema for a test alone."""
    name = f"s{uuid4().hex[:20]}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}".encode())
    return f"{postgres_url}&options=-csearch_path%3D{name}"


_milvus = list[MilvusServer]()


@pytest.fixture(scope="session")
def milvus_server() -> Iterator[MilvusServer]:
    """Give a server for all tests of one worker, which a test may kill and start."""
    with _running(MilvusServer) as server:
        _milvus.append(server)
        yield server


def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """End Milvus once its group of tests is over: with nothing to do it takes a third of a processor."""
    del item
    is_over = nextitem is None or not nextitem.nodeid.endswith("@milvus")
    if "PYTEST_XDIST_WORKER" in os.environ and is_over and _milvus:
        _milvus.pop().kill()


@pytest.fixture(scope="session")
def milvus_uri(request: pytest.FixtureRequest) -> str:
    """Name the server that MILVUS_URI names, or else our own."""
    named = os.environ.get("MILVUS_URI")
    return named or str(request.getfixturevalue("milvus_server").uri)


@pytest.fixture(scope="session")
def ray_address() -> Iterator[str]:
    """Give the address of a Ray cluster for all tests of a process."""
    with _running(RayCluster) as cluster:
        yield cluster.address


def _draw(path: Path, seed: int, ground: int = 255) -> None:
    """Write a picture of a coloured shape on a plain ground; no two seeds give the same one."""
    random = np.random.default_rng(seed)
    pixels = np.full((48, 48, 3), ground, np.uint8)
    top, left = random.integers(6, 14, 2)
    height, width = random.integers(16, 28, 2)
    shape = random.integers(0, 200, (4, 4, 3)).repeat(7, 0).repeat(7, 1)[:height, :width]
    pixels[top : top + height, left : left + width] = shape
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, quality=95)


def _label_streets(folder: Path) -> None:
    """Give each street photo a mask: half a coat, half ground, each named in a table as in the real set."""
    labels = np.zeros((48, 48), np.uint8)
    labels[:, 24:] = 2
    (folder / "masks").mkdir()
    rows = []
    for number in range(70):
        name = f"street-{number:03}"
        Image.fromarray(labels).save(folder / "masks" / f"{name}.png")
        rows.append((name, f"images/{name}.jpg", f"masks/{name}.png"))
    _write_table(folder / "pictures.csv", ("id", "image", "mask"), *rows)
    _write_table(folder / "labels.csv", ("value", "name"), ("0", "null"), ("1", "scarf"), ("2", "coat"))


def _write_table(path: Path, *rows: tuple[str, ...]) -> None:
    with path.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows(rows)


DRAWN_SETS = {
    "amazon": ("products.csv", ("asin", "image", "category")),
    "fashion": ("products.csv", ("id", "image", "article_type", "colour", "category")),
    "packshots": ("pictures.csv", ("id", "image")),
    "furniture": ("pictures.csv", ("id", "image", "category")),
    "groceries": ("pictures.csv", ("id", "image", "category")),
    "backgrounds": ("pictures.csv", ("id", "image")),
    "street": ("pictures.csv", ("id", "image")),
    "flipkart": ("products.csv", ("id", "image", "category_tree")),
}
LABELS = {
    "category": ("lamp", "chair"),
    "article_type": ("Shirts", "Jeans"),
    "colour": ("Red", "Blue"),
    "category_tree": ('["Toys >> Cars >> Red"]', '["Toys >> Dolls"]'),
}


@pytest.fixture(scope="session")
def drawn_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Draw a small data folder with the shape of the real one."""
    data = tmp_path_factory.mktemp("data")
    for place, (name, (table, columns)) in enumerate(DRAWN_SETS.items()):
        rows = []
        for number in range(70):
            picture = f"{name}-{number:03}"
            _draw(data / name / "images" / f"{picture}.jpg", 1000 * place + number)
            told = (LABELS[column][number % 2] for column in columns[2:])
            rows.append((picture, f"images/{picture}.jpg", *told))
        _write_table(data / name / table, columns, *rows)
    boxes = [(f"groceries-{number:03}", "lamp", "0.1", "0.1", "0.6", "0.6") for number in range(70)]
    _write_table(data / "groceries" / "boxes.csv", ("id", "label", "left", "top", "right", "bottom"), *boxes)
    _label_streets(data / "street")
    products = [(f"p{number}", f"catalogue/p{number}.jpg") for number in range(6)]
    photos = [(f"photos/p{number}.jpg", f"p{number}") for number in range(6)]
    for name in ("street_to_catalogue", "labels_to_bottles"):
        for number, ((_, image), (photo, _)) in enumerate(zip(products, photos, strict=True)):
            _draw(data / name / image, 90_000 + number)
            _draw(data / name / photo, 90_000 + number, ground=120)
        _write_table(data / name / "products.csv", ("id", "image"), *products)
        _write_table(data / name / "truth.csv", ("picture", "product"), *photos)
    views = [(f"images/v{number}.jpg", f"p{number // 2}") for number in range(5)]
    for number, (image, _) in enumerate(views):
        _draw(data / "several_views" / image, 95_000 + number)
    _write_table(data / "several_views" / "pictures.csv", ("image", "product"), *views)
    return data
