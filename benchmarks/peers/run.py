"""Compares the index with its peers in one run, by the same vectors and queries; `make peers`."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from machine import RESULTS, keep
from peers.engine import BUCKETS, let_through
from peers.measure import ENGINES, RECALL, SHARES, K
from vectors import crowd, exact
from visualsearch.index.hnsw import _SCAN_VALUES

QUERIES = 200
OURS = "ours"
ENVIRONMENT = os.environ | {"OMP_WAIT_POLICY": "PASSIVE"}
"""OpenMP's threads that spin while they wait slow every build here, the peers' too."""
LONGEST_S = 4 * 3600
COMPARES = "it compares all {rows:,} rows that it may find."
FOLLOWS = "it follows its graph with a width of 64 or more, whatever recall would do with less."
"""What the index does that those before it do not; the steps can be read in ``index/hnsw.py``."""

Found = dict[str, dict[str, dict[str, Any]]]
"""By engine and case."""


def main() -> None:
    """Measure every engine at every size, and write three tables."""
    options = _options()
    tables = {name: _kept(name) for name in ("peers", "peers-search", "peers-changes")}
    for count in options.rows:
        found = _run(count, options.engine)
        for engine, cases in found.items():
            tables["peers"][f"{count:,}: {engine}"] = cases["build"]
            tables["peers-changes"][f"{count:,}: {engine}"] = cases["changing"]
        for share in SHARES:
            name = f"{count:,}: {_named(share)}"
            tables["peers-search"] |= {f"{name}: {one}": found[one][f"{share}"] for one in found}
        for name, table in tables.items():
            lines: dict[str, object] = {what: table[what] for what in sorted(table, key=_size)}
            keep(name, lines, RESULTS / f"{name}.json", _notes(table) if name == "peers-search" else [])
    for name, table in tables.items():
        for what, figures in table.items():
            print(f"{name}: {what:32} {figures}")
    print(*_notes(tables["peers-search"]), sep="\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--rows",
        type=int,
        nargs="+",
        default=(10_000, 100_000),
        help="the sizes; others stay as they were measured",
    )
    known = [name for name in ENGINES if name != "milvus" or "MILVUS_URI" in os.environ]
    parser.add_argument("--engine", nargs="+", default=known, choices=ENGINES, help="whom to measure")
    return parser.parse_args()


def _kept(name: str) -> dict[str, dict[str, Any]]:
    """Read what was measured before, of other sizes and engines."""
    path = RESULTS / f"{name}.json"
    figures: dict[str, dict[str, Any]] = json.loads(path.read_text())["figures"] if path.is_file() else {}
    return figures


def _notes(searches: Mapping[str, dict[str, Any]]) -> list[str]:
    """Say for each size and filter where the index stands."""
    cases: dict[tuple[int, float], dict[str, dict[str, Any]]] = {}
    for line, figures in searches.items():
        _, case, engine = line.split(": ")
        cases.setdefault((_size(line), SHARE_OF[case]), {})[engine] = figures
    compared = _SCAN_VALUES // crowd(min(count for count, _ in cases)).vectors.shape[1]
    notes = []
    for (count, share), found in sorted(cases.items(), key=lambda case: (case[0][0], -case[0][1])):
        rows = round(count * share)
        why = COMPARES.format(rows=rows) if rows <= compared else FOLLOWS
        notes += place(f"{count:,}: {_named(share)}", why, found)
    return notes


def _size(line: str) -> int:
    return int(line.partition(":")[0].replace(",", ""))


def _run(count: int, engines: list[str]) -> Found:
    """Measure each engine in a process of its own, one after the other; one that fails is left out."""
    made = crowd(count)
    buckets = np.random.default_rng(2).permutation(count) % BUCKETS
    queries = made.queries[:QUERIES]
    right = {
        f"{share}": exact(made.vectors, queries, np.flatnonzero(let_through(buckets, share)), K)
        for share in SHARES
    }
    found: Found = {}
    with tempfile.TemporaryDirectory(dir=RESULTS) as folder:
        asked, out = Path(folder) / "asked.npz", Path(folder) / "found.json"
        arrays: dict[str, Any] = {"queries": queries, "buckets": buckets, **right}
        np.savez(asked, **arrays)
        for engine in engines:
            command: list[str | Path] = [sys.executable, "-m", "peers.measure", engine, made.path, asked, out]
            if subprocess.run(command, check=False, timeout=LONGEST_S, env=ENVIRONMENT).returncode:
                print(f"{engine} failed at {count} rows and is left out", flush=True)
                continue
            found[engine] = json.loads(out.read_text())
            print(f"{count}: {engine}: {found[engine]}", flush=True)
    return found


def place(name: str, why: str, found: dict[str, dict[str, Any]]) -> list[str]:
    """Say where the index stands among those that reach the recall, unless it is first."""
    good = {one: figures["p50_ms"] for one, figures in found.items() if figures["recall"] >= RECALL}
    order = sorted(good, key=good.__getitem__)
    if OURS not in good:
        return [f"{name}: ours does not reach a recall of {RECALL}."] if OURS in found else []
    if order[0] == OURS:
        return []
    faster = ", ".join(f"{one} ({good[one]} ms)" for one in order[: order.index(OURS)])
    return [f"{name}: ours ({good[OURS]} ms) comes after {faster}: {why}"]


def _named(share: float) -> str:
    return "all" if share == 1 else f"{100 * share:g} %"


SHARE_OF = {_named(share): share for share in SHARES}


if __name__ == "__main__":
    main()
