"""`evaluate --self`: asks a shop for its own products by photos made of them."""

import csv
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.table import Table

from visualsearch.assemble import Shop, open_shop
from visualsearch.cli.console import out, print_json
from visualsearch.cli.models import find_model
from visualsearch.cli.progress import progress
from visualsearch.cli.searching import answer_one
from visualsearch.errors import BadInput, StorageFull
from visualsearch.evaluation.comparison import Comparison, Embed, compare
from visualsearch.evaluation.report import summarise, table, to_json
from visualsearch.evaluation.run import Outcome, run, save_outcomes
from visualsearch.evaluation.scenes import read_scenes
from visualsearch.evaluation.self_made import SelfMade, Shelf, make_photos
from visualsearch.evaluation.truth import Question, read_truth
from visualsearch.settings import Settings
from visualsearch.switch import decoder
from visualsearch.vision.embed import Embedder

WORST = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """What the flags said."""

    products: int
    scenes: Path | None
    seed: int
    models: Sequence[str]
    folder: Path | None
    """Where photos, truth and outcomes are kept."""
    limit: int
    json: bool


def shelf_of(settings: Settings, shop: Shop) -> Shelf:
    """Let photos be made of what a shop keeps."""
    return Shelf(
        products=shop.store.products,
        records=shop.store.records,
        encoded=shop.vault.get,
        decode=decoder(settings),
        answer=partial(answer_one, shop),
    )


def evaluate_self(settings: Settings, asked: Asked) -> None:
    """Ask the shop's search by made photos, or one or two models side by side."""
    scenes = read_scenes(asked.scenes) if asked.scenes else ()
    with open_shop(settings) as shop:
        shop.index.catch_up()
        with progress("photographing") as show:
            shelf = shelf_of(settings, shop)
            made = make_photos(shelf, count=asked.products, scenes=scenes, seed=asked.seed, progress=show)
        with kept(made, asked.folder) as questions:
            if asked.models:
                _compare(settings, made, asked)
            else:
                _ask(shop, made, questions, asked)


def _ask(shop: Shop, made: SelfMade, questions: list[Question], asked: Asked) -> None:
    with progress("asking") as show:
        outcomes = run(
            questions,
            partial(answer_one, shop),
            limit=asked.limit,
            progress=lambda done: show(done / len(questions), f"{done} of {len(questions)}"),
        )
    if asked.folder is not None:
        save_outcomes(asked.folder / "outcomes.jsonl", outcomes)
    summary = summarise(outcomes)
    if asked.json:
        out.print(to_json(summary), markup=False, highlight=False)
        return
    out.print(table(summary), markup=False, highlight=False)
    _tell_of_photos(made)
    worst = sorted(zip(outcomes, made.photos, strict=True), key=lambda pair: -_rank(pair[0]))[:WORST]
    missed = [(outcome, photo) for outcome, photo in worst if _rank(outcome) > 1]
    if missed:
        out.print("Worst:")
    for outcome, photo in missed:
        rank = _rank(outcome)
        place = f"place {rank}" if rank <= asked.limit else f"not among {asked.limit}"
        out.print(f"  {photo.product.id}  {photo.product.title}: {place}", markup=False, highlight=False)


def _compare(settings: Settings, made: SelfMade, asked: Asked) -> None:
    if len(asked.models) > 2:
        raise BadInput(f"Expected --model once or twice, found it {len(asked.models)} times.")
    cards = [find_model(settings, name) for name in asked.models]
    names = [card.stem for card in cards]
    embeds = [embed(settings, card) for card in cards]
    with progress("comparing") as show:
        found = compare(made, embeds[0], embeds[-1], progress=show)
    if asked.json:
        print_json({"models": names, "comparison": found})
        return
    sides = [found.first, found.second][: len(names)]
    shown = Table("metric", *names)
    for metric in found.first.metrics:
        estimates = [side.metrics[metric] for side in sides]
        shown.add_row(metric, *(f"{one.value:.3f} ({one.low:.3f} to {one.high:.3f})" for one in estimates))
    shown.add_row("ms a picture", *(f"{side.milliseconds:.1f}" for side in sides))
    out.print(shown)
    if len(names) == 2:
        out.print(_verdict(found, names), markup=False, highlight=False)
    _tell_of_photos(made)


def _verdict(found: Comparison, names: Sequence[str]) -> str:
    by = found.difference
    difference = f"R@1 {by.value:+.3f}, 95 % interval {by.low:+.3f} to {by.high:+.3f}"
    if not found.winner:
        return f"The difference is within chance ({difference})."
    return f"{names[found.winner - 1]} finds more ({difference})."


def embed(settings: Settings, card: Path) -> Embed:
    """Load a model that embeds pictures."""
    return Embedder(card, runtime=settings.vision.runtime, threads=settings.vision.threads).embed


def _tell_of_photos(made: SelfMade) -> None:
    out.print(
        f"{len(made.photos)} photos, one of each product, among {len(made.gallery)} of {made.products} "
        f"products; {made.own_scenes} grounds given or of the catalogue's own.",
        highlight=False,
    )
    for reason, count in made.left_out.items():
        out.print(f"{count} products not photographed: {reason}", markup=False, highlight=False)


@contextmanager
def kept(made: SelfMade, folder: Path | None) -> Iterator[list[Question]]:
    """Write the photos and their truth, for good where a folder is given, and read them as questions."""
    with tempfile.TemporaryDirectory() as passing:
        into = folder or Path(passing)
        try:
            (into / "photos").mkdir(parents=True, exist_ok=True)
            with (into / "truth.csv").open("w", encoding="utf-8", newline="") as lines:
                rows = csv.writer(lines)
                rows.writerow(("picture", "product"))
                for number, photo in enumerate(made.photos):
                    name = f"photos/{number:05}.jpg"
                    (into / name).write_bytes(photo.encoded)
                    rows.writerow((name, "|".join(sorted(photo.right))))
        except OSError as error:
            raise StorageFull(
                f"Expected to write photos into {into}, found: {error.strerror}. Choose another with --out."
            ) from error
        yield read_truth(into / "truth.csv")


def _rank(outcome: Outcome) -> int:
    """Tell the place of the first right product, from 1; past the limit where there is none."""
    places = (place for place, product in enumerate(outcome.ranked, 1) if product in outcome.question.right)
    return next(places, outcome.limit + 1)
