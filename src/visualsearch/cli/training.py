"""Training: the models of the package made anew, or tuned to one shop."""

import importlib.util
from pathlib import Path
from typing import Annotated

import typer

from visualsearch.cli.console import out as printed
from visualsearch.cli.progress import progress
from visualsearch.errors import MissingExtra

app = typer.Typer()
train = typer.Typer(no_args_is_help=True, help="Train models; needs visualsearch[train].")
app.add_typer(train, name="train")


@train.command()
def embedder(
    out: Annotated[Path, typer.Option(help="The folder to write the model, its card and its work to.")],
    data: Annotated[
        Path, typer.Option(envvar="VISUALSEARCH_DATA", help="The folder of pictures to learn from.")
    ] = Path("../shared/data"),
    *,
    published: Annotated[
        bool, typer.Option("--published", help="Export the published ImageNet network, untrained.")
    ] = False,
) -> None:
    """Make the embedding model of the package; started again on the same folder, it goes on."""
    _needs_torch()
    from visualsearch.training.embedder import Recipe  # noqa: PLC0415 (torch takes seconds to load)
    from visualsearch.training.recipe import export_published, train_products  # noqa: PLC0415 (the same)

    if published:
        card = export_published(out, data)
    else:
        with progress("Training") as show:
            card = train_products(out, data, Recipe(), show)
    printed.print_json(card.model_dump_json())


def _needs_torch() -> None:
    if importlib.util.find_spec("torch") is None:
        raise MissingExtra(
            "expected PyTorch for training, found that it is not installed; install visualsearch[train]"
        )
