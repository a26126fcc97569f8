"""The command that asks: search."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from visualsearch.assemble import EVERYWHERE, Shop, fetch_one, open_fetcher, open_shop
from visualsearch.cli.console import JsonFlag, ShopFlag, out, print_json, settings_from
from visualsearch.domain import Answer, Box, Colour, Failure, Hit, ProductId, Query
from visualsearch.errors import BadInput
from visualsearch.search.where import parse_where
from visualsearch.serving.failures import error_from
from visualsearch.settings import Settings

app = typer.Typer()


@app.command()
def search(  # noqa: PLR0913 (flags)
    what: Annotated[
        str, typer.Argument(metavar="[PICTURE|URL|ID]", help="A picture, or a product to find the like of")
    ] = "",
    shop: ShopFlag = None,
    *,
    limit: Annotated[int, typer.Option(min=1, max=100, help="Products to find")] = 10,
    words: Annotated[
        str, typer.Option(metavar="TEXT", help="What to find, in words; beside a picture they order the like")
    ] = "",
    where: Annotated[
        str,
        typer.Option(metavar="CONDITION", help="What is let through, such as: price < 50 and brand = Oak"),
    ] = "",
    like: Annotated[list[str] | None, typer.Option(metavar="ID", help="A product to be more like")] = None,
    unlike: Annotated[list[str] | None, typer.Option(metavar="ID", help="A product to be less like")] = None,
    facet: Annotated[
        list[str] | None,
        typer.Option(metavar="FIELD", help="A field whose values are counted in what is found"),
    ] = None,
    fold: Annotated[
        bool, typer.Option("--fold", help="Make products with nearly the same picture one")
    ] = False,
    box: Annotated[
        str | None, typer.Option(metavar="L,T,R,B", help="Part of the picture to search, as fractions of it")
    ] = None,
    detect: Annotated[
        bool, typer.Option(help="Find the products in the picture first, or search the whole of it")
    ] = True,
    by_region: Annotated[
        bool, typer.Option("--by-region", help="Find the like of each product in the picture as well")
    ] = False,
    colour: Annotated[
        Colour, typer.Option(help="The picture's colours, any, or one by its name: products of it come first")
    ] = "same",
    json: JsonFlag = False,
) -> None:
    """Find the products that look like a picture, or like a product, or that words fit."""
    settings = settings_from(shop=shop)
    if not what:
        query = _said(words, limit=limit, box=box)
    else:
        query = _query(settings, what, limit=limit, box=None if box is None else box_from(box))
        query = replace(query, words=words, colour=colour)
    query = replace(
        query,
        where=parse_where(where),
        like=tuple(map(ProductId, like or ())),
        unlike=tuple(map(ProductId, unlike or ())),
        facets=tuple(facet or ()),
        fold=fold,
        detect=detect,
        by_region=by_region,
    )
    with open_shop(settings) as opened:
        opened.index.catch_up()
        answer = answer_one(opened, query)
    if json:
        print_json(answer)
    else:
        if not answer.found:
            out.print("Nothing good was found.")
        out.print(_table(opened, answer.hits), soft_wrap=False)
        for region, hits in zip(answer.regions, answer.by_region, strict=False):
            out.print(f"{region.kind}, {region.score:.2f}:", markup=False, highlight=False)
            out.print(_table(opened, hits), soft_wrap=False)
        for facet_found in answer.facets:
            counted = ", ".join(f"{value} {count}" for value, count in facet_found.values.items())
            out.print(f"{facet_found.field}: {counted}", markup=False, highlight=False)
        out.print(" ".join(f"{stage} {seconds * 1000:.1f} ms" for stage, seconds in answer.seconds.items()))


def answer_one(shop: Shop, query: Query) -> Answer:
    """Answer one query in this process; raises what kept it from being answered."""
    [answer] = shop.search.answer([query])
    if isinstance(answer, Failure):
        raise error_from(answer)
    return answer


def box_from(text: str) -> Box:
    """Read a box as it is written on the command line."""
    try:
        left, top, right, bottom = map(float, text.split(","))
        return Box(left, top, right, bottom)
    except ValueError as error:
        raise BadInput(
            f"Expected --box as left,top,right,bottom in fractions of the picture, such as 0.1,0.2,0.8,0.9, "
            f"found {text!r}."
        ) from error


def read_picture(settings: Settings, what: str) -> bytes:
    """Read a picture's encoded bytes from a path or a URL; raises what kept it from being read."""
    source = what if "://" in what else str(Path(what).resolve())
    with open_fetcher(settings, local_roots=EVERYWHERE) as fetcher:
        return fetch_one(fetcher, source)


def _query(settings: Settings, what: str, *, limit: int, box: Box | None) -> Query:
    if what.startswith(("http://", "https://")) or Path(what).is_file():
        return Query(picture=read_picture(settings, what), limit=limit, box=box)
    if box is not None:
        raise BadInput(f"Expected a picture with --box, found no file {what!r}. Check the path.")
    return Query(product=ProductId(what), limit=limit)


def _said(words: str, *, limit: int, box: str | None) -> Query:
    if not words.strip():
        raise BadInput("Expected a picture, the id of a product, or --words; found none of them.")
    if box is not None:
        raise BadInput("Expected a picture with --box, found words alone.")
    return Query(words=words, limit=limit)


def _table(shop: Shop, hits: Sequence[Hit]) -> Table:
    table = Table("score", "tier", "id", "title", "price", "picture")
    for hit in hits:
        price = "" if hit.product.price is None else f"{hit.product.price:.2f} {hit.product.currency}".strip()
        cells = (
            f"{hit.score:.3f}",
            hit.tier,
            hit.product.id,
            hit.product.title,
            price,
            str(shop.vault.path(hit.picture)),
        )
        # What a catalogue says is text, never the console's markup.
        table.add_row(*map(Text, cells))
    return table
