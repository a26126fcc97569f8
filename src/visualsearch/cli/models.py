"""Commands on models: models list, pull, use, rollback."""

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from visualsearch.assemble import open_shop
from visualsearch.cli.console import JsonFlag, ShopFlag, errors, out, print_json, settings_from
from visualsearch.cli.progress import progress
from visualsearch.errors import BadInput
from visualsearch.ingest.reembed import Reembedded
from visualsearch.places import has_store
from visualsearch.settings import Settings
from visualsearch.switch import card_of, find_card, previous_card, pulled_card, use_model
from visualsearch.vision.pull import pull_model
from visualsearch.vision.weights import MODELS, Card, read_card
from visualsearch.vision.zoo import Named, NamedDetector, detectors, named, zoo

app = typer.Typer()
group = typer.Typer(no_args_is_help=True, help="Models: list, pull, use, rollback.")
app.add_typer(group, name="models")

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="A name that `models list` tells")]


@group.command("list")
def list_models(shop: ShopFlag = None, *, json: JsonFlag = False) -> None:
    """Tell which models there are, which are here, and which one the shop uses."""
    settings = settings_from(shop=shop)
    used = read_card(card_of(settings.shop)).name if has_store(settings) else None
    rows = [{**row, "used": row["name"] == used} for row in _known(settings)]
    if json:
        print_json({"models": rows})
        return
    table = Table(*rows[0])
    for row in rows:
        # What a card says is text, never the console's markup.
        table.add_row(*(Text(_cell(value)) for value in row.values()))
    out.print(table)


@group.command()
def pull(name: NameArgument) -> None:
    """Download a model and check it; run again, it goes on where it stopped."""
    settings = settings_from()
    model = named(name)
    with progress(f"pulling {name}") as show:
        started = time.monotonic()

        def tell(done: int, total: int, fetched: int) -> None:
            rate = fetched / max(time.monotonic() - started, 1e-9) / 1e6
            show(done / max(total, 1), f"{done / 1e6:.0f} of {total / 1e6:.0f} MB, {rate:.1f} MB/s")

        pulled = pull_model(model, settings.models.folder.expanduser(), tell)
    out.print(f"{name} is in {pulled.card.parent}.", highlight=False)
    for file, digest in pulled.pinned.items():
        errors.print(
            f"No checksum was known of {file}: what came is taken as right from now on, sha256 {digest}.",
            highlight=False,
        )
    if name in detectors():
        out.print(f"Look by it: visualsearch look PICTURE --detector {name}", highlight=False)
    else:
        out.print(f"Let a shop use it: visualsearch models use {name} --shop DIR", highlight=False)


@group.command()
def use(name: NameArgument, shop: ShopFlag = None) -> None:
    """Look at all pictures of a shop by another model, then let the shop use it."""
    settings = settings_from(shop=shop)
    _use(settings, find_model(settings, name))


@group.command()
def rollback(shop: ShopFlag = None) -> None:
    """Let a shop use the model again that it used before."""
    settings = settings_from(shop=shop)
    _use(settings, previous_card(settings.shop))


def _use(settings: Settings, card: Path) -> None:
    name = read_card(card).name
    started = time.monotonic()
    with progress(f"looking by {name}") as show:

        def tell(done: int, total: int) -> None:
            rate = done / max(time.monotonic() - started, 1e-9)
            show(done / max(total, 1), f"{done} of {total} pictures ({rate:.0f}/s)")

        done = use_model(settings, card, tell)
    with open_shop(settings) as opened:
        opened.index.catch_up()
        opened.index.save()
    _print_summary(settings, name, done, time.monotonic() - started)


def _print_summary(settings: Settings, name: str, done: Reembedded, seconds: float) -> None:
    out.print(
        f"{settings.shop} uses {name}: {done.looked} pictures looked at, {len(done.failures)} failed; "
        f"{seconds:.1f} s. Servers and workers that run follow by themselves.",
        highlight=False,
    )
    for failure in done.failures[:10]:
        errors.print(f"{failure.subject}: {failure.message}", markup=False, highlight=False)
    out.print("Back to the one before: visualsearch models rollback", highlight=False)


def find_model(settings: Settings, name: str) -> Path:
    """Find a model's card: in the shop, in the package, among the pulled, or by its path."""
    if name in detectors():
        raise BadInput(
            f"Expected a model that embeds, found {name}, which finds things in pictures. "
            f"Let it look: visualsearch look PICTURE --detector {name}"
        )
    return find_card(
        settings,
        name,
        settings.shop / "models",
        MODELS,
        unknown=f"Expected the name of a model or the path of its card, found {name!r}. "
        "See the names with: visualsearch models list",
    )


def _known(settings: Settings) -> list[dict[str, object]]:
    """Tell of every model: those of the package, of the shop, and those that can be pulled."""
    own = sorted((settings.shop / "models").glob("*.json"))
    here = [read_card(path) for path in (*sorted(MODELS.glob("*.json")), *own)]
    return [
        *(_row(card, card.dimension, _size(card), is_here=True) for card in here),
        *(_pullable(settings, model, model.dimension) for model in zoo().values()),
        *(_pullable(settings, model, None) for model in detectors().values()),
    ]


def _pullable(settings: Settings, model: Named | NamedDetector, dimension: int | None) -> dict[str, object]:
    return _row(model, dimension, model.about_bytes, is_here=pulled_card(settings, model.name).is_file())


def _row(
    model: Card | Named | NamedDetector, dimension: int | None, size_bytes: int, *, is_here: bool
) -> dict[str, object]:
    knows_words = not isinstance(model, NamedDetector) and model.text is not None
    return {
        "name": model.name,
        "dimension": dimension,
        "megabytes": round(size_bytes / 1e6, 1),
        "licence": model.licence,
        "takes": "pictures, words" if knows_words else "pictures",
        "gives": "boxes" if dimension is None else "vectors",
        "here": is_here,
    }


def _size(card: Card) -> int:
    text = card.text
    return card.size_bytes + (text.model.size_bytes + text.tokenizer.size_bytes if text else 0)


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    return "" if value is None else str(value)
