"""Measures what each part of the whole topology costs: processor time a query, memory and disk a product.

Processor time is read of each part's own processes, so that it holds on a machine that does other things too.
"""

import argparse
import itertools
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import uvloop

from load_client import Ask, closed_loop, photo_request
from machine import RESULTS, ROOT, data_folder, keep
from serving import photo_of

sys.path.append(str(ROOT / "tests" / "e2e"))

from services import MilvusServer, OwnServer, PostgresServer, RedisServer

from visualsearch.domain import PictureId, Product, ProductId, Record, Row, Sighting, View
from visualsearch.places import open_shared_index, open_store
from visualsearch.search.shared import SharedIndex
from visualsearch.settings import Settings, read_settings
from visualsearch.store.sql_store import SqlStore
from visualsearch.switch import card_of
from visualsearch.vision.look import eye_name
from visualsearch.vision.weights import read_card

PROGRAM = [sys.executable, "-m", "visualsearch"]
PRODUCTS = 500
"""Real ones, which are searched; more are made of what was seen of them."""
PHOTOS, WARM_UP, QUERIES = 100, 60, 400
CLIENTS = (1, 8, 32)
ROWS = (10_000, 30_000, 100_000)
AT_ONCE = 500
THREADS = (1, 2, 4, 8)
ASKED = 64
"""Neighbours that a search asks for."""
TICKS_S = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Part:
    """One kind of process of the topology."""

    name: str
    roots: list[int] = field(default_factory=list)
    """The first process of each; what they started counts as theirs."""
    folder: Path | None = None
    """What it keeps on disk."""

    def seconds(self) -> float:
        """Read the processor time that it took by now."""
        return sum(_seconds(one) for one in _with_children(self.roots))

    def mebibytes(self) -> float:
        """Read the memory that it takes; what processes share is divided among them."""
        return sum(_memory_kib(one) for one in _with_children(self.roots)) / 1024

    def disk_mebibytes(self) -> float:
        """Read how much it keeps."""
        assert self.folder is not None
        return sum(one.stat().st_size for one in self.folder.rglob("*") if one.is_file()) / 2**20


def main() -> None:
    """Run the topology, ask it, and then let it grow."""
    options = _options()
    figures: dict[str, object] = {}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        redis = stack.enter_context(RedisServer())
        postgres = stack.enter_context(PostgresServer(is_durable=True))
        milvus = stack.enter_context(MilvusServer())
        environment = {
            "VISUALSEARCH_SHOP": str(folder / "shop"),
            "VISUALSEARCH_QUEUE__REDIS_URL": redis.url,
            "VISUALSEARCH_INDEX__MILVUS_URI": milvus.uri,
            "VISUALSEARCH_STORE__URL": postgres.url,
            "VISUALSEARCH_QUEUE__REMEMBERED": "0",  # the same photos come again and again
            "VISUALSEARCH_SEARCH__LEARN": "false",
        }
        os.environ |= environment
        servers: dict[str, OwnServer] = {"Redis": redis, "PostgreSQL": postgres, "Milvus": milvus}
        services = [Part(name, [server.process], server.folder) for name, server in servers.items()]
        _index(folder)
        if "queries" in options.only:
            figures |= _ask(folder, services)
        if "products" in options.only:
            figures |= _grow(read_settings({}), services, options.rows)
    for name, figure in figures.items():
        print(f"{name:70} {figure}")
    keep("sizing", figures, options.out)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("only", nargs="*", default=["queries", "products"], help="queries, products, or both")
    parser.add_argument("--rows", type=int, nargs="+", default=ROWS, help="sizes that are grown to")
    parser.add_argument("--out", type=Path, default=RESULTS / "sizing.json", help="where the figures go")
    return parser.parse_args()


def _index(folder: Path) -> None:
    """Bring real products in."""
    images = data_folder() / "amazon"
    lines = (images / "products.csv").read_text(encoding="utf-8").splitlines()[: PRODUCTS + 1]
    catalogue = folder / "products.csv"
    catalogue.write_text("\n".join(lines).replace("images/", f"{images}/images/") + "\n", encoding="utf-8")
    subprocess.run([*PROGRAM, "index", str(catalogue)], check=True, stdout=subprocess.DEVNULL)


def _ask(folder: Path, services: Sequence[Part]) -> dict[str, object]:
    """Ask two servers with two workers by more and more clients at once."""
    del folder
    photos = sorted((data_folder() / "furniture").rglob("*.jpg"))[:PHOTOS]
    asks = [Ask(photo_request("/v1/search", photo_of(path))) for path in photos]
    figures: dict[str, object] = {}
    with ExitStack() as stack:
        workers = [stack.enter_context(_started(["work"], "Working"))[0] for _ in range(2)]
        servers = [stack.enter_context(_started(["serve", "--port", "0"], "http://")) for _ in range(2)]
        parts = [Part("serve", [one for one, _ in servers]), Part("work", workers), *services]
        addresses = [re.findall(r"http://\S+", line)[0] for _, line in servers]
        uvloop.run(_asked(addresses, asks, 4, WARM_UP))
        for clients in CLIENTS:
            before = {part.name: part.seconds() for part in parts}
            answered, per_s, p50_ms = uvloop.run(_asked(addresses, asks, clients, QUERIES))
            took = {part.name: part.seconds() - before[part.name] for part in parts}
            figures[f"{clients} clients at once"] = {
                "answers/s": round(per_s, 1),
                "p50, ms": p50_ms,
            } | {f"{name}, CPU s of 100 queries": round(100 * s / answered, 3) for name, s in took.items()}
        figures[f"memory of {PRODUCTS} products, MiB"] = {
            part.name: round(part.mebibytes() / len(part.roots)) for part in parts
        }
    return figures


async def _asked(
    addresses: Sequence[str], asks: Sequence[Ask], clients: int, requests: int
) -> tuple[int, float, float]:
    """Ask all servers alike; give how many were answered, how many a second, and the median."""
    import asyncio  # noqa: PLC0415

    share = -(-clients // len(addresses))
    used = addresses[:clients]
    outcomes = await asyncio.gather(*(closed_loop(one, asks, share, requests // len(used)) for one in used))
    answered = sum(outcome.statuses.get(200, 0) for outcome in outcomes)
    return (
        answered,
        sum(outcome.per_s for outcome in outcomes),
        max(outcome.ms(200, 0.5) for outcome in outcomes),
    )


def _grow(settings: Settings, services: Sequence[Part], sizes: Sequence[int]) -> dict[str, object]:
    """Let the store and the index grow, and measure both at each size."""
    card = read_card(card_of(settings.shop))
    eye = eye_name(card)
    assert settings.index.milvus_uri is not None
    uri = settings.index.milvus_uri.get_secret_value()
    parts = {part.name: part for part in services}
    figures: dict[str, object] = {}
    with open_store(settings, eye, card.dimension) as store:
        index = open_shared_index(uri, store, eye, card.dimension)
        made = _made(store)
        for size in sizes:
            figures[f"{size:,} products"] = _at(size, store, index, made, parts)
            print(size, figures[f"{size:,} products"], flush=True)
    return figures


def _at(
    size: int,
    store: SqlStore,
    index: SharedIndex,
    made: Iterator[tuple[Record, View]],
    parts: Mapping[str, Part],
) -> dict[str, float]:
    more = size - store.counts().products
    put_s = fill_s = 0.0
    for start in range(0, more, AT_ONCE):
        some = list(itertools.islice(made, min(AT_ONCE, more - start)))
        views = {record.pictures[0]: [view] for record, view in some}
        put_s += _timed(partial(store.put, [record for record, _ in some], views))
    fill_s = _timed(lambda: index.fill(lambda *_: None))
    queries = _queries(store)
    rows = [Row(int(row)) for row in np.random.default_rng(0).integers(1, size, ASKED)]
    found = {
        "PostgreSQL, put, products/s": round(more / put_s),
        "PostgreSQL, disk a product, KiB": round(store.size_bytes() / size / 1024, 2),
        "PostgreSQL, memory, MiB": round(parts["PostgreSQL"].mebibytes()),
        "Milvus, filled, rows/s": round(more / fill_s),
    }
    for threads in THREADS:
        found[f"Milvus, searches/s by {threads} threads"] = _rate(
            lambda number: index.index.search(queries[number % len(queries)][None], ASKED), threads
        )
        found[f"PostgreSQL, items of {ASKED} rows, answers/s by {threads} threads"] = _rate(
            lambda _: store.items(rows), threads
        )
    found["Milvus, memory, MiB"] = round(parts["Milvus"].mebibytes())
    found["Milvus, disk, MiB"] = round(parts["Milvus"].disk_mebibytes())
    started = time.monotonic()
    with _started(["work"], "Working") as (process, _):
        found["a worker, first start, s"] = round(time.monotonic() - started, 1)
        found["a worker, memory, MiB"] = round(Part("work", [process]).mebibytes())
    return found


def _made(store: SqlStore) -> Iterator[tuple[Record, View]]:
    """Make products of the real ones: their texts, prints and colours, and vectors between two of theirs."""
    records = list(store.records(list(store.products())).values())
    seen = [views[0] for views in store.views([one.pictures[0] for one in records if one.pictures]).values()]
    random = np.random.default_rng(0)
    for number in itertools.count():
        real = records[number % len(records)].product
        one, other = (seen[place] for place in random.integers(0, len(seen), 2))
        vector = one.vector + 0.5 * other.vector
        picture = PictureId(f"{number:064x}")
        product = Product(ProductId(f"made-{number:08}"), real.title, real.brand, real.categories, real.price)
        view = View(one.box, vector / np.linalg.norm(vector), one.print, one.colours)
        yield Record(product, (Sighting(f"{number}.jpg", "", picture),)), view


def _queries(store: SqlStore) -> Any:
    """Vectors to search by: of the first rows, moved a little."""
    seen = store.seen([Row(number) for number in range(1, 200)])
    vectors = np.stack([view.vector for view in seen.values()])
    return vectors + np.random.default_rng(1).normal(0, 0.02, vectors.shape).astype(np.float32)


def _rate(ask: Any, threads: int, seconds: float = 1.5) -> float:
    """Ask by so many threads, and count the answers a second."""
    give_up = time.monotonic() + seconds

    def work(number: int) -> int:
        count = 0
        while time.monotonic() < give_up:
            ask(number + count)
            count += 1
        return count

    with ThreadPoolExecutor(threads) as pool:
        return round(sum(pool.map(work, range(threads))) / seconds, 1)


def _timed(work: Any) -> float:
    started = time.monotonic()
    work()
    return time.monotonic() - started


@contextmanager
def _started(arguments: Sequence[str], announced: str) -> Iterator[tuple[int, str]]:
    """Run a process for the length of a block; give its number and the line that tells that it is ready."""
    with subprocess.Popen([*PROGRAM, *arguments], stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        line = next((one for one in process.stderr if announced in one), "")
        assert line, f"{arguments} ended before it was ready"
        drain = ThreadPoolExecutor(1)
        drain.submit(process.stderr.read)
        yield process.pid, line
        process.kill()


def _with_children(roots: Sequence[int]) -> set[int]:
    """All processes of a machine that descend from some, and those themselves."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found = set(roots)
    while more := {one for one, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def _seconds(process: int) -> float:
    try:
        told = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(told[11]) + int(told[12])) / TICKS_S


def _memory_kib(process: int) -> int:
    try:
        told = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0
    found = re.search(r"^Pss:\s+(\d+) kB", told, re.MULTILINE)
    return int(found[1]) if found else 0


if __name__ == "__main__":
    main()
