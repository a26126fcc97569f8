"""The command that judges: evaluate."""

from pathlib import Path
from typing import Annotated

import typer

from visualsearch.assemble import open_shop
from visualsearch.cli.console import JsonFlag, ShopFlag, out, settings_from
from visualsearch.cli.progress import progress
from visualsearch.cli.searching import answer_one
from visualsearch.cli.self_measuring import Asked, evaluate_self
from visualsearch.errors import BadInput
from visualsearch.evaluation.report import summarise, table, to_json
from visualsearch.evaluation.run import run, save_outcomes
from visualsearch.evaluation.truth import read_truth

app = typer.Typer()


@app.command()
def evaluate(  # noqa: PLR0913 (flags)
    truth: Annotated[
        Path | None, typer.Argument(metavar="[TRUTH.csv]", help="Columns picture,product[,exclude][,box]")
    ] = None,
    shop: ShopFlag = None,
    *,
    itself: Annotated[
        bool, typer.Option("--self", help="Ask by photos made of the shop's own products instead")
    ] = False,
    products: Annotated[int, typer.Option(min=1, help="With --self: products to photograph")] = 200,
    scenes: Annotated[
        Path | None, typer.Option(metavar="DIR", help="With --self: pictures to set products into")
    ] = None,
    seed: Annotated[int, typer.Option(help="With --self: of the photos")] = 0,
    model: Annotated[
        list[str] | None, typer.Option(help="With --self: a model to measure; given twice, two are compared")
    ] = None,
    keep: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="With --self: keep photos, truth and outcomes")
    ] = None,
    limit: Annotated[
        int, typer.Option(min=10, max=100, help="Products asked for, and the depth of mAP")
    ] = 10,
    save: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Keep every outcome as JSON lines")
    ] = None,
    json: JsonFlag = False,
) -> None:
    """Ask questions whose answers are known, and tell how often and how fast they are found."""
    if itself == (truth is not None):
        raise BadInput("Expected one of TRUTH.csv and --self.")
    if truth is None:
        asked = Asked(products, scenes, seed, model or (), keep, limit, json)
        evaluate_self(settings_from(shop=shop), asked)
        return
    questions = read_truth(truth)
    with open_shop(settings_from(shop=shop)) as opened, progress("asking") as show:
        opened.index.catch_up()
        outcomes = run(
            questions,
            lambda query: answer_one(opened, query),
            limit=limit,
            progress=lambda done: show(done / len(questions), f"{done} of {len(questions)}"),
        )
    if save is not None:
        save_outcomes(save, outcomes)
    summary = summarise(outcomes)
    out.print(to_json(summary) if json else table(summary), markup=False, highlight=False)
