"""Draws docs/peers.svg and docs/scale.svg from what was measured."""

import json
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import pyplot as plt

from machine import RESULTS, ROOT
from peers.measure import RECALL

DOCS = ROOT / "docs"
COSTS = (
    "search p50, ms",
    "search among 10 % p50, ms",
    "upsert until searched p50, ms",
    "delete until searched p50, ms",
)
SIZE = (7, 3.5)


def main() -> None:
    """Draw what there is."""
    mpl.rcParams |= {"svg.fonttype": "none", "svg.hashsalt": "visualsearch", "font.size": 8}
    for name, draw in (("peers-search", draw_peers), ("scale", draw_scale)):
        path = RESULTS / f"{name}.json"
        if path.is_file():
            draw(json.loads(path.read_text())["figures"])


def draw_peers(figures: dict[str, dict[str, Any]]) -> None:
    """Draw the median of each engine that reaches the recall, by size and filter."""
    cases: dict[str, dict[str, float]] = {}
    for what, found in figures.items():
        size, case, engine = what.split(": ")
        if found["recall"] >= RECALL:
            cases.setdefault(f"{size}\n{case}", {})[engine] = found["p50_ms"]
    engines = list(dict.fromkeys(engine for found in cases.values() for engine in found))
    figure, axes = plt.subplots(figsize=SIZE, layout="constrained")
    for place, engine in enumerate(engines):
        at = [
            number + place / (len(engines) + 1)
            for number, found in enumerate(cases.values())
            if engine in found
        ]
        axes.bar(
            at,
            [found[engine] for found in cases.values() if engine in found],
            0.9 / len(engines),
            label=engine,
        )
    axes.set_yscale("log")
    axes.set_xticks([number + 0.4 for number in range(len(cases))], list(cases))
    axes.set_ylabel(f"search p50, ms, recall@10 ≥ {RECALL}")
    axes.legend(ncols=len(engines), loc="upper center", fontsize=7)
    _save(figure, DOCS / "peers.svg")


def draw_scale(figures: dict[str, dict[str, Any]]) -> None:
    """Draw how the costs grow with the rows."""
    figure, axes = plt.subplots(figsize=SIZE, layout="constrained")
    for name in COSTS:
        line = {column.replace(",", ""): value for column, value in figures[name].items()}
        sizes = [size for size in line if size.isdigit()]
        axes.plot([int(size) for size in sizes], [line[size] for size in sizes], marker="o", label=name[:-4])
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("rows")
    axes.set_ylabel("ms")
    axes.legend()
    _save(figure, DOCS / "scale.svg")


def _save(figure: Any, path: Path) -> None:
    figure.savefig(path, metadata={"Date": None, "Creator": None})
    plt.close(figure)


if __name__ == "__main__":
    main()
