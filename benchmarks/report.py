"""Writes docs/results.md from what the benchmarks measured."""

import json
from collections.abc import Iterator
from typing import Any

from machine import RESULTS, ROOT

TITLES = {
    "ingest": "Bringing a catalogue in: 7,138 JPEGs of 256 px",
    "serving": "Serving 7,138 products to one client, photos of 500 px",
    "demo": "The demo's customers' photos, each product asked by its box among 682",
    "index": "The vector index against brute force and bare faiss",
}


def main() -> None:
    """Join the results that are there into one page."""
    parts = [
        "# Results",
        "",
        "Written by `make bench`; each part names its own command. Times hold for the machine that is named,",
        "ratios hold better.",
    ]
    for name, title in TITLES.items():
        path = RESULTS / f"{name}.json"
        if path.is_file():
            parts += ["", f"## {title}", "", *_section(name, json.loads(path.read_text()))]
    (ROOT / "docs" / "results.md").write_text("\n".join(parts) + "\n")


def _section(name: str, made: dict[str, Any]) -> Iterator[str]:
    yield (
        f"`python benchmarks/{name}.py`, {made['at'][:10]}, {made['processor']}, "
        f"{made['cpus']} CPUs, Python {made['python']}."
    )
    yield ""
    yield from _table(made["figures"])


def _table(figures: dict[str, Any]) -> Iterator[str]:
    rows = [
        {"what": what, **(found if isinstance(found, dict) else {"measured": found})}
        for what, found in figures.items()
    ]
    columns = list(dict.fromkeys(column for row in rows for column in row))
    yield "| " + " | ".join(columns) + " |"
    yield "|" + "---|" * len(columns)
    for row in rows:
        yield "| " + " | ".join(str(row.get(column, "")) for column in columns) + " |"


if __name__ == "__main__":
    main()
