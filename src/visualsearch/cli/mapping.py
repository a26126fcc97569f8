"""Lays the catalogue out as a map; a server does it by itself while somebody looks at the map."""

from contextlib import closing

import typer

from visualsearch.assemble import open_shop
from visualsearch.atlas.flow import State, lay_out
from visualsearch.atlas.layout import LAYOUT
from visualsearch.cli.console import JsonFlag, ShopFlag, print_json, settings_from
from visualsearch.cli.console import out as printed
from visualsearch.cli.progress import progress
from visualsearch.places import open_revision

app = typer.Typer()


@app.command("map")
def lay_out_map(shop: ShopFlag = None, *, json: JsonFlag = False) -> None:
    """Lay the catalogue out as a map for the page /map; by UMAP with visualsearch[map], else by PCA.

    A map that is there is brought up to date, which takes a moment while little has changed.
    """
    settings = settings_from(shop=shop)
    with open_shop(settings) as opened, closing(open_revision(settings)) as revision:
        # Named before anything is read: what changes meanwhile makes the map old, never wrongly new.
        state = State(opened.store.identity, opened.eye.name, revision.newest()[0])
        opened.index.catch_up()
        with progress("laying out the map") as show:
            layout = lay_out(
                opened.store,
                lambda vectors, k: opened.index.search(vectors, k)[0],
                state,
                settings.shop / LAYOUT,
                show,
            )
    if json:
        print_json({"points": len(layout), "method": layout.about.method, "version": layout.version})
        return
    printed.print(f"{len(layout)} points laid out by {layout.about.method}.", highlight=False)
