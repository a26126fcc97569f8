"""The command that judges: evaluate."""

from pathlib import Path
from typing import Annotated

import typer

from visualsearch.assemble import open_shop
from visualsearch.cli.console import JsonFlag, ShopFlag, out, settings_from
from visualsearch.cli.progress import progress
from visualsearch.cli.searching import answer_one
from visualsearch.evaluation.report import summarise, table, to_json
from visualsearch.evaluation.run import run, save_outcomes
from visualsearch.evaluation.truth import read_truth

app = typer.Typer()


@app.command()
def evaluate(
    truth: Annotated[
        Path, typer.Argument(metavar="TRUTH.csv", help="Columns picture,product[,exclude][,box]")
    ],
    shop: ShopFlag = None,
    *,
    limit: Annotated[
        int, typer.Option(min=10, max=100, help="Products asked for, and the depth of mAP")
    ] = 10,
    save: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Keep every outcome as JSON lines")
    ] = None,
    json: JsonFlag = False,
) -> None:
    """Ask questions whose answers are known, and tell how often and how fast they are found."""
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
