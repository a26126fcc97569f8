"""The command copy: a shop from one store to another."""

import time
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer

from visualsearch.cli.console import JsonFlag, ShopFlag, out, print_json, settings_from
from visualsearch.cli.progress import progress
from visualsearch.errors import BadInput
from visualsearch.ingest.copying import CopiedPictures, copy_pictures, copy_products
from visualsearch.places import PICTURES, open_database, open_pictures, open_shared_index
from visualsearch.settings import Settings
from visualsearch.store.database import Database
from visualsearch.store.sql_store import SqlStore
from visualsearch.switch import card_of
from visualsearch.vision.look import eye_name
from visualsearch.vision.weights import read_card

app = typer.Typer()

STORES = (
    "sqlite:FOLDER or postgres://user@host/database, with +milvus where index.milvus_uri holds its vectors"
)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a shop is."""

    database: Path | str
    """The shop's folder, or PostgreSQL's address."""
    is_shared: bool
    """A Milvus server holds the index of its vectors."""


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
    An index is made of what the store holds: Milvus is filled, and counted, and never copied from.
    """
    settings = settings_from(shop=shop)
    origin, goal = _place(source).database, _place(target).database
    uri = _milvus_uri(settings) if _place(target).is_shared else None
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
        indexed = None
        if uri is not None:
            indexed = _fill(uri, ours, settings, origin if isinstance(origin, Path) else settings.shop)
    seconds = time.monotonic() - started
    if json:
        told = {"pictures": pictures and asdict(pictures), "indexed": indexed, "seconds": seconds}
        print_json({**asdict(products), **told})
    else:
        out.print(
            f"{products.products} products with {products.rows} rows and {products.tags} tags, "
            f"{products.written} of them written now; the same in both by SHA-256 {products.checksum[:16]}…; "
            f"{seconds:.1f} s.",
            highlight=False,
        )
        if indexed is not None:
            out.print(f"{indexed} rows in Milvus, as many as the present model saw.", highlight=False)
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


def _fill(uri: str, database: Database, settings: Settings, folder: Path) -> int:
    """Fill the index of the model that the shop in a folder uses, and count its rows."""
    card = read_card(card_of(folder))
    eye, stemming = eye_name(card), settings.search.stemming
    store = SqlStore(database, eye=eye, dimension=card.dimension, stemming=stemming)
    index = open_shared_index(uri, store, eye, card.dimension)
    with progress("filling Milvus") as show:
        return index.fill(show)


def _milvus_uri(settings: Settings) -> str:
    if settings.index.milvus_uri is None:
        raise BadInput(
            "Expected the address of a Milvus server for +milvus, found none. "
            "Name it: VISUALSEARCH_INDEX__MILVUS_URI=http://host:19530"
        )
    return settings.index.milvus_uri.get_secret_value()


def _place(text: str) -> _Place:
    kind, _, rest = text.partition(":")
    kind, _, index = kind.partition("+")
    if rest and index in {"", "milvus"}:
        if kind == "sqlite":
            path = Path(rest)
            return _Place(path.parent if path.suffix == ".db" else path, bool(index))
        if kind in {"postgres", "postgresql"}:
            is_whole = rest.startswith(("postgres:", "postgresql:"))
            return _Place(rest if is_whole else f"postgresql:{rest}", bool(index))
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
