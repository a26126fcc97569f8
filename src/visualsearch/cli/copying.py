"""The command copy: a shop from one store to another."""

import time
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from visualsearch.cli.console import JsonFlag, ShopFlag, out, print_json, settings_from
from visualsearch.cli.progress import progress
from visualsearch.errors import BadInput
from visualsearch.ingest.copying import CopiedPictures, copy_pictures, copy_products
from visualsearch.places import PICTURES, open_database, open_pictures
from visualsearch.settings import Settings

app = typer.Typer()

STORES = "sqlite:FOLDER or postgres:URI, as in sqlite:shops/mine or postgresql://user@host/database"


@app.command()
def copy(
    *,
    source: Annotated[str, typer.Option("--from", metavar="STORE", help=f"Copied from: {STORES}")],
    target: Annotated[
        str, typer.Option("--to", metavar="STORE", help=f"Copied to, empty or begun: {STORES}")
    ],
    source_pictures: Annotated[
        str | None, typer.Option("--from-pictures", metavar="WHERE", help="A folder, or s3://bucket/prefix")
    ] = None,
    target_pictures: Annotated[
        str | None, typer.Option("--to-pictures", metavar="WHERE", help="A folder, or s3://bucket/prefix")
    ] = None,
    shop: ShopFlag = None,
    json: JsonFlag = False,
) -> None:
    """Copy a shop from one store to another, and compare; run again, it goes on where it stopped.

    Pictures are copied from where they are beside a file, or by the settings, to where --to-pictures tells.
    """
    settings = settings_from(shop=shop)
    origin, goal = _place(source), _place(target)
    if isinstance(goal, Path):
        goal.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    with (
        closing(open_database(origin, create=False)) as theirs,
        closing(open_database(goal, create=True)) as ours,
    ):
        with progress("copying products") as show:
            products = copy_products(theirs, ours, settings.search.stemming, show)
        pictures = None
        where = (_pictures(settings, origin, source_pictures), _pictures(settings, goal, target_pictures))
        if where[0] != where[1]:
            old, new = (open_pictures(one, _cache(settings), settings.pictures.max_pixels) for one in where)
            with progress("copying pictures") as show:
                pictures = copy_pictures(theirs, old, new, show)
    seconds = time.monotonic() - started
    if json:
        print_json({**asdict(products), "pictures": pictures and asdict(pictures), "seconds": seconds})
    else:
        out.print(
            f"{products.products} products with {products.rows} rows and {products.tags} tags, "
            f"{products.written} of them written now; the same in both by SHA-256 {products.checksum[:16]}…; "
            f"{seconds:.1f} s.",
            highlight=False,
        )
        _tell(pictures)
    if pictures is not None and pictures.missing:
        raise typer.Exit(1)


def _tell(pictures: CopiedPictures | None) -> None:
    if pictures is None:
        out.print("Pictures are in one place for both, and stay there.", highlight=False)
        return
    out.print(
        f"{pictures.pictures} pictures, {pictures.written} of them written now, each read back whole.",
        highlight=False,
    )
    if pictures.missing:
        out.print(
            f"{len(pictures.missing)} pictures are missing or damaged where they were copied from, "
            f"such as {pictures.missing[0]}: bring their products in again.",
            highlight=False,
        )


def _place(text: str) -> Path | str:
    kind, _, rest = text.partition(":")
    if kind == "sqlite" and rest:
        path = Path(rest)
        return path.parent if path.suffix == ".db" else path
    if kind in {"postgres", "postgresql"} and rest:
        return rest if rest.startswith(("postgres:", "postgresql:")) else text
    raise BadInput(f"Expected a store as {STORES}; found {text!r}.")


def _pictures(settings: Settings, store: Path | str, said: str | None) -> Path | str:
    """Tell where the pictures of a store are: as said, beside a file, else by the settings."""
    if said is not None:
        return said if "://" in said else Path(said).resolve()
    if isinstance(store, Path):
        return (store / PICTURES).resolve()
    return settings.pictures.url or _cache(settings)


def _cache(settings: Settings) -> Path:
    return (settings.shop / PICTURES).resolve()
