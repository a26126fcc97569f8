"""Measures how well kinds are learned from catalogue pictures: fashion's 75 article types, 80/20 by id."""

import argparse
import csv
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from machine import data_folder, write
from visualsearch.domain import Pixels, ProductId
from visualsearch.evaluation.metrics import bootstrap_interval
from visualsearch.pictures.decode import decode
from visualsearch.training.kinds import Page, gather, learn
from visualsearch.vision.embed import Embedder

AT_ONCE = 256
HELD_OUT = 0.2


def main() -> None:
    """Embed the pictures, learn, and tell of the held-out fifth."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="take every so manieth product only")
    pages = list(_pages(data_folder() / "fashion", parser.parse_args().every))
    lesson = gather(lambda: iter(pages), least=1, held_out=HELD_OUT)
    learned = learn(lesson, lambda share, words: print(f"{share:.0%} {words}", flush=True))
    ensemble, forest = learned.correct
    difference = ensemble.astype(np.float64) - forest.astype(np.float64)
    low, high = bootstrap_interval(difference, seed=0)
    write(
        "kinds",
        {
            "all three": _rounded(learned.ensemble.model_dump()),
            "forest alone": _rounded(learned.forest.model_dump()),
            "above the forest": {"accuracy": round(float(difference.mean()), 4), "low": low, "high": high},
            "weights": dict(zip(("linear", "forest", "neighbours"), learned.blend.weights, strict=True)),
        },
    )


def _pages(folder: Path, every: int) -> Iterator[Page]:
    with (folder / "products.csv").open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["article_type"]][::every]
    rows = [row for row in rows if (folder / row["image"]).is_file()]
    embedder = Embedder()
    with ThreadPoolExecutor() as pool:
        for start in range(0, len(rows), AT_ONCE):
            page = rows[start : start + AT_ONCE]
            pixels = list(pool.map(_read, [folder / row["image"] for row in page]))
            kinds = [(row["article_type"],) for row in page]
            yield Page([ProductId(row["id"]) for row in page], kinds, embedder.embed(pixels))


def _read(path: Path) -> Pixels:
    return decode(path.read_bytes()).pixels


def _rounded(figures: dict[str, float]) -> dict[str, float]:
    return {name: round(figure, 4) for name, figure in figures.items()}


if __name__ == "__main__":
    main()
