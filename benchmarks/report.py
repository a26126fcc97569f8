"""Writes docs/results.md from what the benchmarks measured."""

import json
from collections.abc import Iterator
from typing import Any

from machine import RESULTS, ROOT

TITLES = {
    "quality": "Finding the right product: R@1 and its 95 % interval",
    "quality-r5": "Finding the right product: R@5",
    "quality-p10": "Finding the right products: P@10",
    "quality-map": "Finding the right products: mAP@100",
    "regions": "Finding products in photos: boxes and masks on held-out pictures",
    "looking": "Searching what was found in a photo against the whole photo",
    "ingest": "Bringing a catalogue in: 7,138 JPEGs of 256 px",
    "stores": "PostgreSQL beside SQLite: 3,000 products of 256 px pictures, on one machine",
    "serving": "Serving 7,138 products to one client, photos of 500 px",
    "load": "Many clients at once, overload and faults, 7,138 products, photos of 500 px",
    "demo": "The demo's customers' photos, each product asked by its box among 682",
    "map": "The map of 7,000 and of 100,000 rows: laid out, its tiles, and its page drawn without a GPU",
    "page": "The shopper's page of the demo in Chromium, on the machine that serves it",
    "filters": "Filtered search at every share of 1,000,000 rows, beside the graph alone and a scan alone",
    "milvus": "An index on a Milvus server at every share of rows, beside the server's own filter",
    "kinds": "Telling the kinds of 7,542 fashion pictures, learned from four fifths of them",
    "refine": "What words, filters and kinds add to a photo, on a shop of four sets",
    "refine-speed": "What words add to a query by a picture, among 100,000 products",
    "evidence": "What print and colours cost: 10,000 products brought in, and asked by photos",
    "words": "The index of visual words on many pictures",
    "index": "The vector index against brute force and bare faiss",
    "scale": "The vector index from a thousand rows to a million",
    "peers": "The vector index and its peers: building, memory, disk",
    "peers-search": "The vector index and its peers: searches at a recall of 0.98 or more",
    "peers-changes": "The vector index and its peers: rows that come and go while others search",
}
BUSY = 2
"""The load of a CPU from which on it is not the benchmark's own."""
COMMANDS = {"peers": "make peers"}
PLOTS = {"scale": "scale.svg", "peers-search": "peers.svg"}
"""What `make peers` draws."""
PAGE = ROOT / "docs" / "results.md"
HEAD = """# Results

Written by `make bench` and `make evaluate`; each part names its own command. Times hold for the machine
that is named, ratios hold better.
"""


def main() -> None:
    """Put the results that are there into the page; what was not measured this time stays as it is."""
    sections = _sections(PAGE.read_text() if PAGE.is_file() else "")
    for name, title in TITLES.items():
        path = RESULTS / f"{name}.json"
        if path.is_file():
            sections[title] = "\n".join(_section(name, json.loads(path.read_text())))
    kept = [title for title in TITLES.values() if title in sections]
    parts = [f"## {title}\n\n{sections[title].strip()}\n" for title in kept]
    PAGE.write_text("\n".join([HEAD, *parts]))


def _sections(page: str) -> dict[str, str]:
    """Split a page at its headings."""
    found = {}
    for part in page.split("\n## ")[1:]:
        title, _, text = part.partition("\n")
        found[title] = text
    return found


def _section(name: str, made: dict[str, Any]) -> Iterator[str]:
    program = name.partition("-")[0]
    command = COMMANDS.get(program, f"python benchmarks/{program}.py")
    yield (
        f"`{command}`, {made['at'][:10]}, {made['processor']}, {made['cpus']} CPUs, Python {made['python']}."
    )
    yield ""
    if made.get("load", 0) > BUSY * made["cpus"]:
        yield (
            f"**Others used the machine meanwhile: its load was {made['load']}.** Times are several times "
            "those of an idle one, CPU times up to twice; recall, memory and disk hold."
        )
        yield ""
    yield from _table(made["figures"])
    for note in made.get("notes", ()):
        yield f"\n{note}"
    if name in PLOTS and (PAGE.parent / PLOTS[name]).is_file():
        yield f"\n![{TITLES[name]}]({PLOTS[name]})"


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
