"""Commands on the catalogue: index, delete, info."""

import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from visualsearch.assemble import Bringing, Shop, bring_in, make_known, open_shop
from visualsearch.catalogue import Catalogue, open_catalogue
from visualsearch.cli.console import JsonFlag, ShopFlag, errors, out, print_json, settings_from
from visualsearch.cli.progress import progress
from visualsearch.domain import ProductId
from visualsearch.errors import BadInput, NotFound
from visualsearch.ingest.tally import Tally
from visualsearch.settings import Settings

app = typer.Typer()


@app.command()
def index(
    catalogue: Annotated[Path, typer.Argument(help="A catalogue file, or a folder of pictures")],
    shop: ShopFlag = None,
    *,
    format_name: Annotated[
        str | None,
        typer.Option("--format", metavar="NAME", help="The catalogue's format, if the guess is wrong"),
    ] = None,
    columns: Annotated[
        str | None,
        typer.Option(metavar="FIELD=COLUMN,…", help="Columns of a table, such as id=asin,pictures=image"),
    ] = None,
    retry: Annotated[bool, typer.Option("--retry", help="Try pictures again that failed before")] = False,
    json: JsonFlag = False,
) -> None:
    """Make a catalogue searchable; run again, it takes in what has changed and goes on where it stopped."""
    settings = settings_from(shop=shop)
    source = open_catalogue(catalogue, format_name=format_name, columns=_columns(columns))
    errors.print(f"{catalogue}: {source.explanation}", markup=False, highlight=False)
    started = time.monotonic()
    with open_shop(settings, create=True) as opened:
        tally = _ingest(settings, opened, source, retry=retry)
        with progress("tagging") as show:
            make_known(settings, opened, lambda done: show(0, f"{done} products"))
        counts = opened.store.counts()
    seconds = time.monotonic() - started
    if json:
        print_json({**asdict(tally), "seconds": seconds, "shop": settings.shop, "holds": counts})
    else:
        _print_summary(tally, seconds, opened.failures)
        out.print(
            f"{settings.shop} holds {counts.products} products with {counts.pictures} pictures.",
            highlight=False,
        )
    if tally.failures and not counts.rows:
        raise typer.Exit(1)


@app.command()
def delete(
    ids: Annotated[list[str], typer.Argument(metavar="ID…", help="Ids of products")],
    shop: ShopFlag = None,
) -> None:
    """Delete products."""
    with open_shop(settings_from(shop=shop)) as opened:
        known = opened.store.records([ProductId(one) for one in ids])
        deleted = opened.store.delete([ProductId(one) for one in ids])
        opened.index.catch_up()
        opened.index.save()
    out.print(f"Deleted {deleted} of {len(set(ids))}.", highlight=False)
    if missing := [one for one in ids if ProductId(one) not in known]:
        raise NotFound(
            f"Not in the catalogue: {', '.join(missing)}. Check the ids with: visualsearch info ID"
        )


@app.command()
def info(shop: ShopFlag = None, *, json: JsonFlag = False) -> None:
    """Tell what a searchable catalogue holds."""
    settings = settings_from(shop=shop)
    with open_shop(settings) as opened:
        facts: dict[str, object] = {
            "shop": str(settings.shop.resolve()),
            **asdict(opened.store.counts()),
            "last change": opened.store.latest(),
            "indexed changes": opened.store.latest() - opened.index.behind,
            "model": opened.eye.name,
            "dimension": opened.eye.dimension,
            "database bytes": opened.store.size_bytes(),
        }
    if json:
        print_json(facts)
    else:
        for name, value in facts.items():
            out.print(f"{name.replace('_', ' '):16} {value}", markup=False, highlight=False)


def _ingest(settings: Settings, shop: Shop, source: Catalogue, *, retry: bool) -> Tally:
    """Bring the catalogue in, showing how it goes."""
    started = time.monotonic()
    with progress("indexing") as show:
        return bring_in(
            settings,
            shop,
            Bringing(source.read, retry=retry),
            lambda read, total: show(read, _words(total, time.monotonic() - started)),
        )


def _words(tally: Tally, seconds: float) -> str:
    return (
        f"{tally.products} products, {tally.looked} pictures looked at "
        f"({tally.looked / max(seconds, 1e-9):.0f}/s), {tally.failures} failures"
    )


def _print_summary(tally: Tally, seconds: float, failures: Path) -> None:
    out.print(
        f"{tally.stored} products stored, {tally.unchanged} unchanged; {tally.looked} pictures looked at, "
        f"{tally.reused} known by their content; {seconds:.1f} s.",
        highlight=False,
    )
    if tally.failures:
        out.print(
            f"{tally.failed_pictures} pictures and {tally.failed_lines} lines failed: see {failures}. "
            "Run again with --retry to try the pictures once more.",
            highlight=False,
        )


def _columns(text: str | None) -> dict[str, str] | None:
    if text is None:
        return None
    pairs = [pair.partition("=") for pair in text.split(",")]
    if not all(field.strip() and equals and column.strip() for field, equals, column in pairs):
        raise BadInput(
            f"Expected --columns as FIELD=COLUMN,… such as id=asin,pictures=image, found {text!r}."
        )
    return {field.strip(): column.strip() for field, _, column in pairs}
