"""Measures how much the index finds and how fast, against brute force and bare faiss in the same run."""

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from machine import RESULTS, keep
from visualsearch.domain import Rows, Vectors
from visualsearch.index.exact import ExactIndex
from visualsearch.index.hnsw import HnswIndex

# isort: split
import faiss  # after the index, which settles how faiss's threads wait

K = 10
QUERIES = 400
BATCH = 32
ROUNDS = 3
KIND = 50
"""Rows around each centre of the synthetic vectors."""
EF = 64
THREADS = faiss.omp_get_max_threads()


@dataclass(frozen=True)
class Data:
    """Vectors to search, others to search by, and the kind of each where it is known."""

    name: str
    vectors: Vectors
    queries: Vectors
    kinds: NDArray[np.int64] | None = None
    query_kinds: NDArray[np.int64] | None = None


@dataclass(frozen=True)
class Figures:
    """What one engine did in one case."""

    recall: float
    p50_ms: float
    p99_ms: float
    queries_per_s: float
    """In batches of 32."""


Engine = Callable[[Vectors, Rows | None], Rows]
"""Finds the K nearest rows of each query, among the allowed."""


def main() -> None:
    """Measure every data set with every filter and print a table."""
    options = _options()
    figures: dict[str, object] = {}
    print(
        f"{'data':24}{'filter':12}{'engine':14}{'recall@10':>10}{'p50 ms':>9}{'p99 ms':>9}{'queries/s':>11}"
    )
    for data in _data(options.vectors):
        engines, seconds = _engines(data)
        for what, taken in seconds.items():
            figures[f"{data.name}: {what}, s"] = round(taken, 2)
        for name, allowed in _filters(data):
            for engine, found in _measure(data, engines, allowed).items():
                print(
                    f"{data.name:24}{name:12}{engine:14}{found.recall:10.3f}{found.p50_ms:9.3f}"
                    f"{found.p99_ms:9.3f}{found.queries_per_s:11.0f}"
                )
                figures[f"{data.name}: {name}: {engine}"] = asdict(found)
    for what, figure in figures.items():
        if isinstance(figure, float):
            print(f"{what:60} {figure}")
    keep("index", figures, options.out)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=RESULTS / "index.json", help="where the figures go")
    parser.add_argument("--vectors", type=Path, help="real embeddings: a .npy of shape (count, dimension)")
    return parser.parse_args()


def _data(real: Path | None) -> Iterator[Data]:
    yield synthetic(7_000, 1280)
    yield synthetic(100_000, 256)
    if real is not None:
        vectors = np.load(real).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        order = np.random.default_rng(0).permutation(len(vectors))
        yield Data(
            f"{len(vectors) - QUERIES} x {vectors.shape[1]} real",
            vectors[order[QUERIES:]],
            vectors[order[:QUERIES]],
        )


def synthetic(count: int, dimension: int) -> Data:
    """Draw vectors around centres, and queries around a tenth of them."""
    random = np.random.default_rng(0)
    centres = random.standard_normal((count // KIND, dimension), dtype=np.float32)
    kinds = random.integers(0, len(centres), count + QUERIES)
    kinds[count:] %= max(1, len(centres) // 10)  # so that a filter can leave the kinds of all queries out
    vectors = centres[kinds] + random.standard_normal((len(kinds), dimension), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return Data(f"{count} x {dimension}", vectors[:count], vectors[count:], kinds[:count], kinds[count:])


def _filters(data: Data) -> Iterator[tuple[str, Rows | None]]:
    """Go through rows that are allowed: all, a random share, and all but the kinds of the queries."""
    yield "none", None
    for share in (0.1, 0.01, 0.001):
        chosen = np.random.default_rng(1).random(len(data.vectors)) < share
        yield f"{100 * share:g} %", np.flatnonzero(chosen)
    if data.kinds is not None and data.query_kinds is not None:
        yield "other kinds", np.flatnonzero(~np.isin(data.kinds, data.query_kinds))


def _engines(data: Data) -> tuple[dict[str, Engine], dict[str, float]]:
    """Build our index and its peers; brute force comes first."""
    dimension, rows = data.vectors.shape[1], np.arange(len(data.vectors))
    exact, ours = ExactIndex(dimension), HnswIndex(dimension)
    flat = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
    graph = faiss.IndexHNSWSQ(dimension, faiss.ScalarQuantizer.QT_fp16, 32, faiss.METRIC_INNER_PRODUCT)
    graph.hnsw.efConstruction = 200
    seconds = {
        "ours built": timed(lambda: ours.add(rows, data.vectors)),
        "faiss graph built": timed(lambda: graph.add(data.vectors)),
    }
    flat.add(data.vectors)
    exact.add(rows, data.vectors)
    path = RESULTS / "index.snapshot"
    path.parent.mkdir(exist_ok=True)
    seconds["ours saved"] = timed(lambda: ours.save(path, ""))
    seconds["ours opened"] = timed(lambda: HnswIndex.open(path))
    path.unlink()
    engines: dict[str, Engine] = {
        "brute force": lambda queries, allowed: exact.search(queries, K, allowed).rows,
        "ours": lambda queries, allowed: ours.search(queries, K, allowed).rows,
        "faiss scan": lambda queries, allowed: _bare(flat, queries, allowed),
        "faiss graph": lambda queries, allowed: _bare(graph, queries, allowed),
    }
    return engines, seconds


def _bare(index: Any, queries: Vectors, allowed: Rows | None) -> Rows:
    """Search as faiss's own documentation does; the graph with one width, whatever the filter."""
    faiss.omp_set_num_threads(1 if len(queries) == 1 else THREADS)
    selected: dict[str, Any] = {}
    if allowed is not None:
        bits = np.zeros(index.ntotal, np.bool_)
        bits[allowed] = True
        selected["sel"] = faiss.IDSelectorBitmap(np.packbits(bits, bitorder="little"))
    is_graph = isinstance(index, faiss.IndexHNSW)
    parameters = (
        faiss.SearchParametersHNSW(efSearch=EF, **selected)
        if is_graph
        else faiss.SearchParameters(**selected)
    )
    rows: Rows = index.search(queries, K, params=parameters)[1]
    return rows


def _measure(data: Data, engines: dict[str, Engine], allowed: Rows | None) -> dict[str, Figures]:
    """Ask every engine in turn, round after round, so that a slow moment of the machine hits all alike."""
    expected = engines["brute force"](data.queries, allowed)
    single: dict[str, list[float]] = {name: [] for name in engines}
    batched: dict[str, list[float]] = {name: [] for name in engines}
    for _ in range(ROUNDS):
        for name, engine in engines.items():
            for query in data.queries[: QUERIES // (4 if name == "brute force" else 1)]:
                single[name].append(timed(partial(engine, query[None], allowed)))
            for start in range(0, QUERIES - BATCH, BATCH):
                batch = data.queries[start : start + BATCH]
                batched[name].append(timed(partial(engine, batch, allowed)))
    return {
        name: Figures(
            recall=round(recall(engine(data.queries, allowed), expected), 4),
            p50_ms=round(1000 * statistics.median(single[name]), 4),
            p99_ms=round(1000 * float(np.percentile(single[name], 99)), 4),
            queries_per_s=round(BATCH / statistics.median(batched[name])),
        )
        for name, engine in engines.items()
    }


def recall(found: Rows, expected: Rows) -> float:
    """Compute the share of the expected rows that were found."""
    hits = [
        len(set(one) & set(other) - {-1})
        for one, other in zip(found.tolist(), expected.tolist(), strict=True)
    ]
    return sum(hits) / max(1, int((expected >= 0).sum()))


def timed(work: Callable[[], object]) -> float:
    """Measure how many seconds work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
