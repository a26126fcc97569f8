"""Writes golden snapshots in the present format; those of older formats stay, and load for ever."""

from pathlib import Path

import numpy as np

from visualsearch.domain import Vectors
from visualsearch.index.exact import ExactIndex
from visualsearch.index.hnsw import HnswIndex
from visualsearch.index.snapshot import VERSION

FOLDER = Path(__file__).parent
DIMENSION, COUNT, REMOVED, MARK = 7, 12, 3, "golden"


def vectors() -> Vectors:
    """Draw the same vectors on every machine."""
    return np.sin(np.arange(COUNT * DIMENSION, dtype=np.float32) ** 2).reshape(COUNT, DIMENSION)


def main() -> None:
    """Write what is not there yet."""
    indexes: dict[str, ExactIndex | HnswIndex] = {
        "exact": ExactIndex(DIMENSION),
        "list": HnswIndex(DIMENSION),
        "graph": HnswIndex(DIMENSION, scan_rows=4),
    }
    for name, index in indexes.items():
        path = FOLDER / f"{name}-{VERSION}.snapshot"
        if not path.exists():
            index.add(np.arange(COUNT), vectors())
            index.remove(np.array([REMOVED]))
            index.save(path, MARK)


if __name__ == "__main__":
    main()
