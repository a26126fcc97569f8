"""Training: the models of the package made anew, or tuned to one shop."""

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from pydantic import BaseModel
from rich.table import Table

from visualsearch.assemble import open_shop
from visualsearch.cli.console import JsonFlag, ShopFlag, print_json, settings_from
from visualsearch.cli.console import out as printed
from visualsearch.cli.learning import learn_kinds, learn_tiers
from visualsearch.cli.progress import Show, progress
from visualsearch.cli.self_measuring import shelf_of
from visualsearch.errors import BadInput, MissingExtra
from visualsearch.ingest.tags import tag_new
from visualsearch.settings import Settings
from visualsearch.switch import card_of, use_model

SHOWN_CONFUSIONS = 20
DATA = Path("../shared/data")

DataFlag = Annotated[
    Path, typer.Option(envvar="VISUALSEARCH_DATA", help="The folder of pictures to learn from.")
]

app = typer.Typer()
train = typer.Typer(no_args_is_help=True, help="Train models; needs visualsearch[train].")
app.add_typer(train, name="train")


@train.command()
def embedder(
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write the package's model, made anew, here.")
    ] = None,
    shop: ShopFlag = None,
    *,
    data: DataFlag = DATA,
    published: Annotated[
        bool, typer.Option("--published", help="Export the published ImageNet network, untrained.")
    ] = False,
    seed: Annotated[int, typer.Option(help="Of the photos that a shop's tuning makes.")] = 0,
) -> None:
    """Make the package's embedding model anew (--out), or tune a shop's to its catalogue (--shop).

    A package's model that was interrupted goes on when started again on the same folder.
    """
    if (out is None) == (shop is None):
        raise BadInput("Expected one of --out DIR, to make the package's model, and --shop DIR, to tune one.")
    if out is None:
        _tune(settings_from(shop=shop), seed)
    else:
        _make(out, data, published=published)


@train.command()
def categories(shop: ShopFlag = None, *, json: JsonFlag = False) -> None:
    """Learn from a shop's own categories what kinds it has, and what a cosine means in it."""
    _needs("sklearn", "kinds")
    settings = settings_from(shop=shop)
    with open_shop(settings) as opened:
        opened.index.catch_up()
        with progress("learning kinds") as show:
            card = learn_kinds(opened, show)
        with progress("measuring tiers") as show:
            tiers = learn_tiers(settings, opened, show)
        with progress("tagging") as show:
            tag_new(opened.store, opened.tagger, lambda done: show(0, f"{done} products"))
    if json:
        print_json({"kinds": card.model_dump(), "tiers": None if tiers is None else tiers.model_dump()})
        return
    shown = Table("measure", "all three", "forest alone")
    for name in ("accuracy", "top3", "balanced", "calibration_error"):
        shown.add_row(name, *(f"{getattr(one, name):.3f}" for one in (card.ensemble, card.forest)))
    printed.print(shown)
    printed.print(
        f"{len(card.names)} kinds, measured on {card.ensemble.products} pictures that were held out; "
        f"weights of linear model, forest, neighbours: {', '.join(f'{one:.1f}' for one in card.weights)}.",
        highlight=False,
    )
    confused = Table("kind", "taken for", "times")
    for right, taken, count in card.confusion[:SHOWN_CONFUSIONS]:
        confused.add_row(right, taken, str(count))
    printed.print(confused)
    if tiers is not None:
        printed.print(
            f"close from {tiers.close:.2f}, similar from {tiers.similar:.2f}, by {tiers.photos} photos made "
            "of the shop's own products.",
            highlight=False,
        )


@train.command()
def fusion(
    out: Annotated[Path, typer.Option(metavar="DIR", help="Write the model here.")],
    *,
    data: DataFlag = DATA,
) -> None:
    """Make the model anew that weighs look, print and colours."""
    _needs("torch")
    from visualsearch.training.fusion import train_fusion  # noqa: PLC0415 (torch takes seconds to load)

    _tell(lambda show: train_fusion(out, data, show))


@train.command()
def words(
    out: Annotated[Path, typer.Option(metavar="DIR", help="Write the model here.")],
    *,
    data: DataFlag = DATA,
) -> None:
    """Make the model anew that tells shop words from vectors."""
    _needs("torch")
    from visualsearch.training.shop_words import train_words  # noqa: PLC0415 (torch takes seconds to load)

    _tell(lambda show: train_words(out, data, show))


@train.command()
def look(
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="Write the package's look model, made anew, here.")
    ],
    *,
    data: DataFlag = DATA,
    minutes: Annotated[
        float | None, typer.Option(min=1, help="End after so long instead of after all steps.")
    ] = None,
) -> None:
    """Make the package's look model anew: boxes and masks. Started again on the same folder, it goes on."""
    _needs("torch")
    from visualsearch.training.look_recipe import train_look  # noqa: PLC0415 (torch takes seconds to load)
    from visualsearch.training.look_trainer import LookRecipe  # noqa: PLC0415 (the same)

    _tell(lambda show: train_look(out, data, LookRecipe(minutes=minutes), show))


def _make(out: Path, data: Path, *, published: bool) -> None:
    _needs("torch")
    from visualsearch.training.embedder import Recipe  # noqa: PLC0415 (torch takes seconds to load)
    from visualsearch.training.recipe import export_published, train_products  # noqa: PLC0415 (the same)

    _tell(
        lambda show: export_published(out, data) if published else train_products(out, data, Recipe(), show)
    )


def _tell(training: Callable[[Show], BaseModel]) -> None:
    """Show how far a training is, and then the card of what it made."""
    with progress("training") as show:
        card = training(show)
    printed.print_json(card.model_dump_json())


def _tune(settings: Settings, seed: int) -> None:
    """Fit a head, measure it beside the present model, and change to it only if it wins."""
    _needs("onnx")
    from visualsearch.training.shop import tune  # noqa: PLC0415 (needs an extra)

    with open_shop(settings) as opened, progress("tuning") as show:
        opened.index.catch_up()
        tuned = tune(
            shelf_of(settings, opened), card_of(settings.shop), settings.shop / "models", show, seed=seed
        )
    found = tuned.comparison
    before, after, by = found.first.metrics["R@1"], found.second.metrics["R@1"], found.difference
    printed.print(
        f"{found.photos} photos made of products that the head was not fitted to, among {found.products}: "
        f"R@1 {before.value:.3f} before, {after.value:.3f} tuned "
        f"(difference {by.value:+.3f}, 95 % interval {by.low:+.3f} to {by.high:+.3f}).",
        highlight=False,
    )
    if tuned.card is None:
        printed.print("That is within chance, or worse: the present model stays.", highlight=False)
        return
    with progress("looking by the tuned model") as show:
        done = use_model(
            settings,
            tuned.card,
            lambda seen, total: show(seen / max(total, 1), f"{seen} of {total} pictures"),
        )
    printed.print(
        f"{settings.shop} uses {tuned.card.stem}: {done.looked} pictures looked at, "
        f"{len(done.failures)} failed. Back: visualsearch models rollback --shop {settings.shop}",
        highlight=False,
    )


def _needs(package: str, extra: str = "train") -> None:
    if importlib.util.find_spec(package) is None:
        raise MissingExtra(
            f"expected {package} for training, found that it is not installed; install visualsearch[{extra}]"
        )
