"""Measures filtered search at every share of rows, and whether graph or scan was the right choice there."""

import argparse
import statistics
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from index import K, recall, synthetic, timed
from machine import RESULTS, keep
from visualsearch.domain import Rows, Vectors
from visualsearch.index.exact import ExactIndex
from visualsearch.index.hnsw import HnswIndex

SHARES = (1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.001, 0.0005, 0.0001)
QUERIES = 100
EVERYTHING = 1 << 62
GROWN_AT_ONCE = 50_000

Search = Callable[[Vectors, Rows], Rows]


@dataclass(frozen=True)
class Figures:
    """What was found at one share."""

    rows: int
    recall: float
    p50_ms: float
    p99_ms: float
    graph_p50_ms: float
    scan_p50_ms: float
    over_best: float
    """How many times the median of the better of the two the index took."""


def main() -> None:
    """Measure every share, by chance and of kinds that the queries are not of, and print a table."""
    options = _options()
    data = synthetic(options.rows, options.dimension)
    kinds, query_kinds = data.kinds, data.query_kinds
    assert kinds is not None
    assert query_kinds is not None
    exact = ExactIndex(options.dimension)
    exact.add(np.arange(options.rows), data.vectors)
    ours, graph, scan = _built(data.vectors)
    random = np.random.default_rng(1)
    cases = {f"{100 * share:g} %": np.flatnonzero(random.random(options.rows) < share) for share in SHARES}
    cases["other kinds"] = np.flatnonzero(~np.isin(kinds, query_kinds))
    figures: dict[str, object] = {}
    for name, allowed in cases.items():
        found = _measure(data.queries[:QUERIES], allowed, exact, {"ours": ours, "graph": graph, "scan": scan})
        figures[f"{options.rows} x {options.dimension}: {name}"] = asdict(found)
        print(f"{name:12} {found}", flush=True)
    keep("filters", figures, options.out)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=RESULTS / "filters.json", help="where the figures go")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--dimension", type=int, default=256)
    return parser.parse_args()


def _built(vectors: Vectors) -> tuple[HnswIndex, HnswIndex, HnswIndex]:
    """Build one index and open it three times: as it is, bound to its graph, and bound to compare all."""
    ours = HnswIndex(vectors.shape[1])
    for start in range(0, len(vectors), GROWN_AT_ONCE):
        rows = np.arange(start, min(start + GROWN_AT_ONCE, len(vectors)))
        ours.add(rows, vectors[rows])
        print(f"{rows[-1] + 1} rows", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index.snapshot"
        ours.save(path, "")
        return ours, HnswIndex.open(path, scan_rows=0)[0], HnswIndex.open(path, scan_rows=EVERYTHING)[0]


def _measure(queries: Vectors, allowed: Rows, exact: ExactIndex, indexes: dict[str, HnswIndex]) -> Figures:
    """Ask every index in turn, so that a slow moment of the machine hits all alike."""
    expected = exact.search(queries, K, allowed).rows
    taken: dict[str, list[float]] = {name: [] for name in indexes}
    for query in queries:
        for name, index in indexes.items():
            taken[name].append(1000 * timed(lambda: index.search(query[None], K, allowed)))  # noqa: B023 (at once)
    medians = {name: statistics.median(times) for name, times in taken.items()}
    return Figures(
        rows=len(allowed),
        recall=round(recall(indexes["ours"].search(queries, K, allowed).rows, expected), 4),
        p50_ms=round(medians["ours"], 3),
        p99_ms=round(float(np.percentile(taken["ours"], 99)), 3),
        graph_p50_ms=round(medians["graph"], 3),
        scan_p50_ms=round(medians["scan"], 3),
        over_best=round(medians["ours"] / min(medians["graph"], medians["scan"]), 2),
    )


if __name__ == "__main__":
    main()
