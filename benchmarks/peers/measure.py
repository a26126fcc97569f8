"""Measures one engine in a process of its own, and writes what it found as JSON."""

import argparse
import importlib
import importlib.metadata
import json
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from machine import resident_bytes
from peers.engine import Engine, Vectors

ENGINES = {
    "ours": ("peers.ours", "Ours"),
    "faiss": ("peers.bare_faiss", "BareFaiss"),
    "hnswlib": ("peers.with_hnswlib", "Hnswlib"),
    "usearch": ("peers.with_usearch", "Usearch"),
    "qdrant": ("peers.qdrant", "Qdrant"),
    "lancedb": ("peers.with_lancedb", "LanceDb"),
    "milvus": ("peers.milvus", "Milvus"),
}
K = 10
SHARES = (1.0, 0.1, 0.01, 0.001)
RECALL = 0.98
LONGEST_TRY_S = 60
"""When a width takes so long, no wider one is tried."""
CHANGING_S = 5.0
PAUSE_S = 0.01
"""Between two changes: a busy shop, not a flood."""

Figures = dict[str, float | str]


def main() -> None:
    """Measure the engine that is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engine", choices=ENGINES)
    parser.add_argument("vectors", type=Path, help=".npy of shape (count, dimension)")
    parser.add_argument("asked", type=Path, help=".npz: queries, buckets and what is right for each share")
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    vectors: NDArray[np.float16] = np.load(options.vectors, mmap_mode="r")
    module, name = ENGINES[options.engine]
    kind: type[Engine] = getattr(importlib.import_module(module), name)
    with np.load(options.asked) as asked, tempfile.TemporaryDirectory(dir=options.out.parent) as folder:
        queries: Vectors = asked["queries"]
        engine = kind(vectors.shape[1], asked["buckets"], Path(folder))
        found: dict[str, Figures] = {"build": _build(engine, vectors, Path(folder))}
        widths = {}
        for share in SHARES:
            widths[share], found[f"{share}"] = _search(engine, queries, asked[f"{share}"], share)
        found["changing"] = _change(engine, queries, len(vectors), widths[1.0])
    found["build"] |= {"engine": named(kind), "settings": kind.settings}
    options.out.write_text(json.dumps(found))


def _build(engine: Engine, vectors: NDArray[np.float16], folder: Path) -> Figures:
    before, cpu, started = resident_bytes(), time.process_time(), time.perf_counter()
    engine.build(vectors)
    seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - cpu
    memory = (resident_bytes() - before) / len(vectors) / 1024
    engine.save()
    size = sum(512 * path.stat().st_blocks for path in folder.rglob("*") if path.is_file())
    return {
        "rows/s": round(len(vectors) / seconds),
        "rows a CPU second": round(len(vectors) / cpu_seconds),
        "memory a row, KiB": round(memory, 2),
        "disk a row, KiB": round(size / len(vectors) / 1024, 2),
    }


def _search(
    engine: Engine, queries: Vectors, expected: NDArray[np.int64], share: float
) -> tuple[int, Figures]:
    """Search as narrowly as recall allows."""
    figures: Figures = {}
    width = 0
    for width in engine.widths(share):
        found, taken = [], []
        started, cpu = time.perf_counter(), time.process_time()
        for query in list(queries):
            asked = time.perf_counter()
            found.append(engine.search(query, K, width, share))
            taken.append(time.perf_counter() - asked)
        reached = recall(found, expected)
        figures = {
            "width": width or "its own",
            "recall": round(reached, 4),
            "p50_ms": _ms(taken, 50),
            "p99_ms": _ms(taken, 99),
            "cpu_ms": round(1000 * (time.process_time() - cpu) / len(queries), 3),
        }
        if reached >= RECALL or time.perf_counter() - started > LONGEST_TRY_S:
            break
    return width, figures


def _change(engine: Engine, queries: Vectors, count: int, width: int) -> Figures:
    """Let rows come and go in one thread, one by one, while another searches."""
    done = threading.Event()
    upserts: list[float] = []
    deletes: list[float] = []
    wrong: list[str] = []

    def change() -> None:
        random = np.random.default_rng(3)
        row, end = count, time.perf_counter() + CHANGING_S
        while time.perf_counter() < end:
            vector = queries[row % len(queries)] + 0.01 * random.standard_normal(queries.shape[1])
            vector = (vector / np.linalg.norm(vector)).astype(np.float32)
            upserts.append(_timed(lambda: engine.upsert(row, vector)))  # noqa: B023 (at once)
            if row not in engine.search(vector, K, width, 1.0):
                wrong.append("not found")
            deletes.append(_timed(lambda: engine.delete(row)))  # noqa: B023 (at once)
            if row in engine.search(vector, K, width, 1.0):
                wrong.append("not gone")
            row += 1
            time.sleep(PAUSE_S)

    def work() -> None:
        try:
            change()
        except Exception as error:  # noqa: BLE001 - whatever it is, the table tells of it
            wrong.append(f"{type(error).__name__}: {error}")
        finally:
            done.set()

    changer = threading.Thread(target=work)
    changer.start()
    taken: list[float] = []
    while not done.is_set():
        query = queries[len(taken) % len(queries)]
        taken.append(_timed(lambda: engine.search(query, K, width, 1.0)))  # noqa: B023 (at once)
    changer.join()
    return {
        "upsert_p50_ms": _ms(upserts, 50),
        "delete_p50_ms": _ms(deletes, 50),
        "changes": len(upserts) + len(deletes),
        "search_p50_ms": _ms(taken, 50),
        "search_p99_ms": _ms(taken, 99),
        "wrong": ", ".join(sorted({f"{wrong.count(one)} {one}" for one in wrong})) or "none",
    }


def recall(found: list[list[int]], expected: NDArray[np.int64]) -> float:
    """Compute the share of the expected rows that were found."""
    hits = [len(set(one) & set(other) - {-1}) for one, other in zip(found, expected.tolist(), strict=True)]
    return sum(hits) / max(1, int((expected >= 0).sum()))


def named(engine: type[Engine]) -> str:
    """Name an engine's package with its version."""
    return f"{engine.package} {importlib.metadata.version(engine.package)}"


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _ms(seconds: list[float], percent: float) -> float:
    return round(1000 * float(np.percentile(seconds, percent)), 3) if seconds else -1


if __name__ == "__main__":
    main()
