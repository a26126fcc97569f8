import base64
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from visualsearch.domain import Failure, Product, ProductId
from visualsearch.ingest.flow import Ingest
from visualsearch.ingest.local_runner import LocalRunner
from visualsearch.ingest.tally import Tally
from visualsearch.pictures.decode import decode
from visualsearch.pictures.fetch import PictureFetcher
from visualsearch.pictures.vault import Vault
from visualsearch.store.sqlite import SqliteStore
from visualsearch.vision.embed import Embedder
from visualsearch.vision.look import LookingEye


@pytest.fixture(scope="module")
def eye() -> LookingEye:
    return LookingEye(Embedder(runtime="onnxruntime", threads=1))


@pytest.fixture
def store(eye: LookingEye, tmp_path: Path) -> Iterator[SqliteStore]:
    with SqliteStore(tmp_path / "catalogue.db", eye=eye.name, dimension=eye.dimension) as store:
        yield store


@pytest.fixture
def ingest(eye: LookingEye, store: SqliteStore, tmp_path: Path) -> Iterator[Ingest]:
    with PictureFetcher(local_roots=[tmp_path]) as fetcher:
        yield Ingest(fetcher, Vault(tmp_path / "pictures"), decode, eye, store)


@pytest.fixture
def drawn(tmp_path: Path) -> list[str]:
    """The paths of six pictures."""
    paths = [tmp_path / f"{number}.png" for number in range(6)]
    for number, path in enumerate(paths):
        path.write_bytes(draw(number))
    return [str(path) for path in paths]


def draw(number: int) -> bytes:
    pixels = np.random.default_rng(number).integers(0, 256, (40, 40, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def product(name: str, *pictures: str, title: str = "") -> Product:
    return Product(ProductId(name), title=title, pictures=pictures)


def run(ingest: Ingest, *lines: Product | Failure, retry: bool = False, workers: int = 2) -> Tally:
    with LocalRunner(workers) as runner:
        return sum(ingest.run(lines, runner, pictures_per_shard=2, retry=retry), start=Tally())


def test_a_changed_title_is_stored_without_looking_again(
    ingest: Ingest, store: SqliteStore, drawn: list[str]
) -> None:
    run(ingest, product("a", drawn[0], drawn[1]))
    before = store.latest()

    tally = run(ingest, product("a", drawn[0], drawn[1], title="New"))

    assert (tally.stored, tally.looked) == (1, 0)
    assert ingest.store.records([ProductId("a")])[ProductId("a")].product.title == "New"
    assert store.latest() == before


def test_of_two_lines_with_one_id_the_later_wins_with_any_number_of_workers(
    ingest: Ingest, drawn: list[str]
) -> None:
    lines = [product("a", drawn[number % 6], title=str(number)) for number in range(40)]

    run(ingest, *lines, workers=4)

    stored = ingest.store.records([ProductId("a")])[ProductId("a")]
    assert stored.product == lines[-1]
    assert len(ingest.store.views([one.picture for one in stored.sightings if one.picture])) == 1


def test_the_same_bytes_under_another_name_are_not_looked_at_again(
    ingest: Ingest, drawn: list[str], tmp_path: Path
) -> None:
    run(ingest, product("a", drawn[0]))
    (tmp_path / "copy.png").write_bytes(draw(0))

    tally = run(ingest, product("b", str(tmp_path / "copy.png")))

    assert (tally.stored, tally.looked, tally.reused) == (1, 0, 1)


def test_a_picture_that_left_its_product_leaves_the_index(
    ingest: Ingest, store: SqliteStore, drawn: list[str]
) -> None:
    run(ingest, product("a", drawn[0], drawn[1]))

    run(ingest, product("a", drawn[1]))

    assert len(ingest.store.records([ProductId("a")])[ProductId("a")].sightings) == 1
    changes = store.changes(0, 100)
    assert [change.vector is None for change in changes] == [True, False, True]


def test_a_failed_picture_is_tried_again_with_retry_or_when_its_file_changes(
    ingest: Ingest, drawn: list[str], tmp_path: Path
) -> None:
    late = str(tmp_path / "late.png")
    first = run(ingest, product("a", drawn[0], late))
    passed_over = run(ingest, product("a", drawn[0], late))
    retried = run(ingest, product("a", drawn[0], late), retry=True)
    Path(late).write_bytes(draw(99))
    changed = run(ingest, product("a", drawn[0], late))

    assert [tally.failed_pictures for tally in (first, passed_over, retried, changed)] == [1, 0, 1, 0]
    assert (passed_over.unchanged, changed.looked) == (1, 1)


def test_another_eye_looks_at_everything_again(ingest: Ingest, eye: LookingEye, drawn: list[str]) -> None:
    run(ingest, product("a", drawn[0]), product("b", drawn[1]))
    other = LookingEye(Embedder(runtime="onnxruntime", threads=1))
    other.name = "another eye"
    path = Path(drawn[0]).parent / "catalogue.db"
    with SqliteStore(path, eye=other.name, dimension=eye.dimension) as store:
        again = Ingest(ingest.fetcher, ingest.vault, decode, other, store)
        tally = run(again, product("a", drawn[0]), product("b", drawn[1]))
        assert (tally.stored, tally.looked, store.counts().rows) == (2, 2, 2)


def test_a_picture_inside_the_request_is_kept_and_named_by_its_content(ingest: Ingest) -> None:
    inline = "data:image/png;base64," + base64.b64encode(draw(5)).decode()

    [record] = ingest.take([product("a", inline, "data:image/png;base64,broken")])

    kept, broken = record.sightings
    assert kept.picture is not None
    assert kept.source == f"sha256:{kept.picture}"
    assert ingest.vault.get(kept.picture) == draw(5)
    assert broken.failure is not None
    [again] = ingest.take([product("a", kept.source)])
    assert again.sightings == (kept,)


def test_bad_lines_are_counted_among_the_good(ingest: Ingest, drawn: list[str]) -> None:
    bad = Failure("bad-line", "no id", "x.csv:2")

    tally = run(ingest, bad, product("a", drawn[0]), bad)

    assert (tally.stored, tally.failed_lines) == (1, 2)


def test_one_worker_and_many_give_the_same_rows(eye: LookingEye, drawn: list[str], tmp_path: Path) -> None:
    lines = [product(f"p{number}", drawn[number % 6]) for number in range(30)]
    rows = []
    for workers in (1, 4):
        path = tmp_path / f"{workers}.db"
        with (
            SqliteStore(path, eye=eye.name, dimension=eye.dimension) as store,
            PictureFetcher(local_roots=[tmp_path]) as fetcher,
        ):
            run(Ingest(fetcher, Vault(tmp_path / "v"), decode, eye, store), *lines, workers=workers)
            changes = store.changes(0, 1000)
            rows.append([(one.row, None if one.vector is None else one.vector.tobytes()) for one in changes])
    assert rows[0] == rows[1]


def test_only_what_failed_is_tried_again_and_the_rest_stays_though_its_file_has_gone(
    ingest: Ingest, store: SqliteStore, drawn: list[str], tmp_path: Path
) -> None:
    torn = tmp_path / "torn.png"
    torn.write_bytes(draw(9)[:60])
    first = run(ingest, product("a", drawn[0], str(torn)), workers=1)
    Path(drawn[0]).unlink()
    torn.write_bytes(draw(9))

    with LocalRunner(1) as runner:
        lines = [product("a", drawn[0], str(torn))]
        [tally] = ingest.run(lines, runner, pictures_per_shard=2, retry=True, only_failed=True)

    assert [(name, failure.subject) for name, failure in first.bad_pictures] == [("a", str(torn))]
    assert (tally.looked, tally.failures, tally.bad_pictures) == (1, 0, ())
    assert len(store.records([ProductId("a")])[ProductId("a")].pictures) == 2
