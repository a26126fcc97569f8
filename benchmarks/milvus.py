"""Measures a shared index on a Milvus server at every share of rows, beside the server's own filter."""

import argparse
import os
import secrets
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from pymilvus import MilvusClient

from index import K, recall, synthetic, timed
from machine import RESULTS, keep
from visualsearch.domain import Rows, Vectors
from visualsearch.index.exact import ExactIndex
from visualsearch.index.milvus import MilvusIndex
from visualsearch.places import DATABASE
from visualsearch.store.sqlite import SqliteStore
from visualsearch.switch import card_of
from visualsearch.vision.look import eye_name
from visualsearch.vision.weights import read_card

SHARES = (1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.001)
QUERIES = 100
NEAREST_LEFT_OUT = 200
"""Rows nearest to a query that the hardest filter lets through none of."""
EF = 64
CHANGES_AT_ONCE = 2_000


@dataclass(frozen=True)
class Figures:
    """What was found at one share."""

    rows: int
    recall: float
    p50_ms: float
    p99_ms: float
    own_filter_recall: float
    own_filter_p50_ms: float


Search = Callable[[Vectors, Rows], Rows]


def main() -> None:
    """Fill a collection with what shops hold, or what is drawn, and search it at every share."""
    options = _options()
    if options.shop:
        # Of equal pictures, which shops may share, any is right.
        vectors = np.unique(np.concatenate([_vectors(shop) for shop in options.shop]), axis=0)
        order = np.random.default_rng(0).permutation(len(vectors))
        vectors, queries = vectors[order[QUERIES:]], vectors[order[:QUERIES]]
    else:
        drawn = synthetic(options.rows, 256)
        vectors, queries = drawn.vectors, drawn.queries[:QUERIES]
    rows, dimension = np.arange(len(vectors)), vectors.shape[1]
    collection = f"benchmark_{secrets.token_hex(6)}"
    client, ours, exact = (
        MilvusClient(options.uri),
        MilvusIndex(options.uri, collection, dimension),
        ExactIndex(dimension),
    )
    exact.add(rows, vectors)
    figures: dict[str, object] = {"filled, s": round(timed(lambda: ours.add(rows, vectors)), 1)}
    figures["graph built, s"] = _built(client, collection, len(vectors), options.patience_s)
    print(f"{len(vectors)} rows of {dimension}: {figures}", flush=True)

    def own_filter(asked: Vectors, allowed: Rows) -> Rows:
        named = "" if len(allowed) == len(vectors) else f"row in {allowed.tolist()}"
        told = client.search(
            collection, list(asked), filter=named, limit=K, search_params={"params": {"ef": EF}}
        )
        return np.array([[*hits.ids, *[-1] * (K - len(hits.ids))] for hits in told])

    random = np.random.default_rng(1)
    cases = {f"{100 * share:g} %": np.flatnonzero(random.random(len(rows)) <= share) for share in SHARES}
    near = exact.search(queries[:10], NEAREST_LEFT_OUT).rows
    cases["own kind left out"] = np.setdiff1d(rows, near)
    for name, allowed in cases.items():
        asked = queries[:10] if name == "own kind left out" else queries
        found = _measure(
            asked, allowed, exact, lambda some, only: ours.search(some, K, only).rows, own_filter
        )
        figures[f"{len(rows)} x {dimension}: {name}"] = asdict(found)
        print(f"{name:18} {found}", flush=True)
    client.drop_collection(collection)
    keep("milvus", figures, options.out)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--shop", type=Path, action="append", help="whose vectors are taken; drawn by default"
    )
    parser.add_argument("--rows", type=int, default=100_000, help="how many are drawn")
    parser.add_argument("--uri", default=os.environ.get("MILVUS_URI", "http://127.0.0.1:19530"))
    parser.add_argument("--patience-s", type=float, default=600, help="how long the graph may take")
    parser.add_argument("--out", type=Path, default=RESULTS / "milvus.json", help="where the figures go")
    return parser.parse_args()


def _vectors(shop: Path) -> Vectors:
    """Read all that the shop's present model saw."""
    card = read_card(card_of(shop))
    seen, change = [], 0
    with SqliteStore(shop / DATABASE, eye=eye_name(card), dimension=card.dimension) as store:
        while changes := store.changes(change, CHANGES_AT_ONCE):
            seen += [one.vector for one in changes if one.vector is not None]
            change = changes[-1].number
    return np.stack(seen)


def _built(client: MilvusClient, collection: str, count: int, patience_s: float) -> float:
    """Wait until the server searches by its graph; until then it compares rows."""
    started = time.monotonic()
    client.flush(collection)
    while time.monotonic() - started < patience_s:
        if client.describe_index(collection, "vector")["indexed_rows"] >= count:
            break
        time.sleep(1)
    else:
        raise SystemExit(f"Expected the server to build its graph within {patience_s:g} s, found it has not.")
    client.release_collection(collection)
    client.load_collection(collection)
    return round(time.monotonic() - started, 1)


def _measure(queries: Vectors, allowed: Rows, exact: ExactIndex, ours: Search, own_filter: Search) -> Figures:
    """Ask both in turn, so that a slow moment of the machine hits both."""
    expected = exact.search(queries, K, allowed).rows
    taken: dict[str, list[float]] = {"ours": [], "own": []}
    found: dict[str, list[Rows]] = {"ours": [], "own": []}
    for query in queries:
        for name, search in (("ours", ours), ("own", own_filter)):
            started = time.perf_counter()
            found[name].append(search(query[None], allowed)[0])
            taken[name].append(1000 * (time.perf_counter() - started))
    return Figures(
        rows=len(allowed),
        recall=round(recall(np.stack(found["ours"]), expected), 4),
        p50_ms=round(statistics.median(taken["ours"]), 2),
        p99_ms=round(float(np.percentile(taken["ours"], 99)), 2),
        own_filter_recall=round(recall(np.stack(found["own"]), expected), 4),
        own_filter_p50_ms=round(statistics.median(taken["own"]), 2),
    )


if __name__ == "__main__":
    main()
