"""Measures how often embedding models find the right product on the real pictures; `--help` tells how."""

import argparse
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from rich.progress import Progress

from machine import RESULTS, data_folder, write
from visualsearch.evaluation.colours import embed_colours
from visualsearch.evaluation.measure import Embed, Pictures, Ranking, metrics
from visualsearch.evaluation.report import Estimate
from visualsearch.evaluation.sets import protocols
from visualsearch.search.judge import Judge
from visualsearch.vision.detect import Detector
from visualsearch.vision.embed import DEFAULT_CARD, Embedder
from visualsearch.vision.look import LookingEye
from visualsearch.vision.weights import MODELS

NEIGHBOURS = RESULTS / "neighbours"
REFERENCE = "lite0-imagenet-int8"
HISTOGRAM = "colour histogram"
FOUND = "what is found in the photo"
ALL = "all evidence"
SELF_MADE = "self-made street, "
HEADLINE = ("street to catalogue", "several views", "self-made street")


def main() -> None:
    """Rank by each model unless told to read what is stored, and write the tables."""
    parser = argparse.ArgumentParser(description="Measure embedding models, beside two baselines.")
    parser.add_argument("--model", action="append", type=Path, help="a model's card; may be repeated")
    parser.add_argument("--from-stored", action="store_true", help="compute metrics of stored neighbours")
    arguments = parser.parse_args()
    if not arguments.from_stored:
        _rank(arguments.model or [DEFAULT_CARD])
    found = {path.stem: Ranking.load(path) for path in sorted(NEIGHBOURS.glob("*.npz"))}
    measured: dict[tuple[str, str], dict[str, Estimate]] = {
        (name.partition("@")[0], name.partition("@")[2]): metrics(ranking) for name, ranking in found.items()
    }
    for file, metric in (
        ("quality", "R@1"),
        ("quality-r5", "R@5"),
        ("quality-p10", "P@10"),
        ("quality-map", "mAP@100"),
    ):
        write(file, _table(measured, metric))


def _rank(cards: Sequence[Path]) -> None:
    """Ask every protocol by every model, and store the neighbours; the reference finds the duplicates."""
    for path in NEIGHBOURS.glob("*.npz"):
        path.unlink()
    NEIGHBOURS.mkdir(parents=True, exist_ok=True)
    with _shown("pictures") as show:
        pictures = Pictures(protocols(data_folder()), show)
    models: dict[str, Embed] = {REFERENCE: Embedder(MODELS / f"{REFERENCE}.json").embed}
    models |= {card.stem: Embedder(card).embed for card in cards}
    models[HISTOGRAM] = embed_colours
    for name, embed in models.items():
        with _shown(name) as show:
            seen = pictures.embed(embed, show)
        if name == REFERENCE:
            print(f"{pictures.find_duplicates(seen)} pairs of near-identical pictures count as the same")
        for protocol in pictures.protocols:
            pictures.rank(protocol, seen).save(NEIGHBOURS / f"{protocol.name}@{name}.npz")
    eye, judge = LookingEye(Embedder(cards[-1]), Detector), Judge.packaged()
    with _shown(ALL) as show:
        everything = pictures.look(eye, show)
    for protocol in pictures.protocols:
        pictures.rank_found(protocol, everything).save(NEIGHBOURS / f"{protocol.name}@{FOUND}.npz")
        with _shown(f"{ALL}: {protocol.name}") as show:
            ranking = pictures.rank_by_all(protocol, everything, judge, show)
        ranking.save(NEIGHBOURS / f"{protocol.name}@{ALL}.npz")


def _table(measured: dict[tuple[str, str], dict[str, Estimate]], metric: str) -> dict[str, object]:
    """Make a row of each protocol and of the mean over the three that ask for this very product."""
    models = sorted(
        {model for _, model in measured},
        key=lambda name: (name == HISTOGRAM, name == ALL, name == FOUND, name != REFERENCE),
    )
    names = list(dict.fromkeys(name for name, _ in measured))
    values = {key: found[metric].value for key, found in measured.items()}
    rows: dict[str, object] = {
        name: {
            model: f"{found.value:.3f} ({found.low:.3f} to {found.high:.3f})"
            for model in models
            for found in [measured[name, model][metric]]
        }
        for name in names
    }
    made = [name for name in names if name.startswith(SELF_MADE)]
    means = {}
    for model in models:
        self_made = float(np.mean([values[name, model] for name in made]))
        means[model] = float(np.mean([values[HEADLINE[0], model], values[HEADLINE[1], model], self_made]))
    rows[f"mean of {', '.join(HEADLINE)}"] = {model: f"{mean:.3f}" for model, mean in means.items()}
    rows["the same, times the published Lite0's"] = {
        model: f"{mean / means[REFERENCE]:.2f}" for model, mean in means.items()
    }
    return rows


@contextmanager
def _shown(job: str) -> Iterator[Callable[[float], None]]:
    with Progress() as display:
        task = display.add_task(job, total=1.0)
        yield lambda share: display.update(task, completed=share)


if __name__ == "__main__":
    main()
