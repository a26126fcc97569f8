"""Measures a shop for the shopkeeper's page, by photos of its own products: one side of it, or two."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from pydantic import TypeAdapter

from visualsearch.assemble import open_shop
from visualsearch.cli.models import find_model
from visualsearch.cli.searching import answer_one
from visualsearch.cli.self_measuring import embed, kept, shelf_of
from visualsearch.errors import BadInput
from visualsearch.evaluation.comparison import compare
from visualsearch.evaluation.run import run
from visualsearch.evaluation.self_made import SelfMade, make_photos
from visualsearch.evaluation.sides import Measured, Report, of_comparison, of_outcomes, report_of
from visualsearch.evaluation.truth import Question
from visualsearch.jobs.journal import REPORT, Measure, Side
from visualsearch.settings import Settings
from visualsearch.store.whole import write_whole
from visualsearch.switch import NO_DETECTOR

Show = Callable[[str, float], None]
"""Takes a stage, and the share of it that is done."""

_REPORT = TypeAdapter(Report)


def measure(settings: Settings, asked: Measure, folder: Path, show: Show) -> str:
    """Ask by made photos, write the report and the photos into a folder, and sum it up in words."""
    show("opening the shop", 0.0)
    with open_shop(settings) as shop:
        shop.index.catch_up()
        made = make_photos(
            shelf_of(settings, shop),
            count=asked.products,
            progress=lambda share, _: show("photographing", share),
        )
        with kept(made, folder) as questions:
            if all(side.model for side in asked.sides):
                sides = _compare(settings, made, asked, show)
            else:
                sides = [_ask(settings, side, questions, show) for side in asked.sides]
        report = report_of(made, sides, shop.store.records)
    write_whole(folder / REPORT, _REPORT.dump_json(report))
    return "; ".join(f"{side.name}: R@1 {side.metrics['R@1'].value:.3f}" for side in report.sides)


def _compare(settings: Settings, made: SelfMade, asked: Measure, show: Show) -> list[Measured]:
    cards = [find_model(settings, side.model or "") for side in asked.sides]
    embeds = [embed(settings, card) for card in cards]
    found = compare(
        made, embeds[0], embeds[-1], progress=lambda share, _: show("comparing the models", share)
    )
    return of_comparison([card.stem for card in cards], found)


def _ask(settings: Settings, side: Side, questions: list[Question], show: Show) -> Measured:
    if side.model:
        raise BadInput("expected two models or none to be compared, found one beside a search")
    search = settings.search.model_copy(update={} if side.evidence else {"evidence": False})
    vision = settings.vision.model_copy(update={} if side.detect else {"detector": NO_DETECTOR})
    name = _name(side)
    with open_shop(settings.model_copy(update={"search": search, "vision": vision})) as shop:
        shop.index.catch_up()
        outcomes = run(
            questions,
            partial(answer_one, shop),
            progress=lambda done: show(f"asking {name}", done / len(questions)),
        )
    return of_outcomes(name, outcomes)


def _name(side: Side) -> str:
    without = [
        word for word, has in (("print and colours", side.evidence), ("boxes", side.detect)) if not has
    ]
    return "the search without " + " and ".join(without) if without else "the search"
