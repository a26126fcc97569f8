"""Commands that run the service: serve, work, keys, doctor."""

import asyncio
import base64
import gc
import io
import platform
import tempfile
import time
import webbrowser
from contextlib import nullcontext
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from PIL import Image

from visualsearch.assemble import Shop, open_ingest, open_shop
from visualsearch.cli.console import JsonFlag, ShopFlag, errors, out, print_json, settings_from
from visualsearch.domain import Answer, Product, ProductId, Query
from visualsearch.errors import Corrupt
from visualsearch.served import open_served, open_service, working
from visualsearch.serving.swapped import Swapped
from visualsearch.serving.worker import run_until_told
from visualsearch.settings import Settings
from visualsearch.topology import join
from visualsearch.web.keys import make_key
from visualsearch.web.server import serve as run_server

app = typer.Typer()

YOUNG_OBJECTS = 10_000
"""So many come between two looks for garbage: a batch of answers makes thousands, and no cycles."""


@app.command()
def serve(
    shop: ShopFlag = None,
    *,
    host: Annotated[str | None, typer.Option(help="Address to listen on [default: 127.0.0.1]")] = None,
    port: Annotated[
        int | None, typer.Option(help="Port to listen on; 0 takes a free one [default: 8000]")
    ] = None,
    samples: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Pictures that the page offers to try")
    ] = None,
    open_page: Annotated[
        bool, typer.Option("--open", help="Open the page in a browser, where there is one")
    ] = False,
) -> None:
    """Serve the search over HTTP, with a page at /, until told to stop."""
    web = {name: value for name, value in {"host": host, "port": port}.items() if value is not None}
    settings = settings_from(shop=shop, samples=samples, web=web or None)

    def announce(address: str) -> None:
        errors.print(f"Serving {settings.shop} at {address}", highlight=False)
        if open_page:
            webbrowser.open(address)

    with (
        open_served(settings) as shops,
        open_service(settings, shops) as (service, background),
    ):
        _keep_for_good()
        code = run_server(
            service, background, host=settings.web.host, port=settings.web.port, announce=announce
        )
    raise typer.Exit(code)


@app.command()
def work(shop: ShopFlag = None) -> None:
    """Answer what servers ask over Redis (the setting queue.redis_url), until told to stop."""
    settings = settings_from(shop=shop)
    with open_served(settings) as shops:
        _keep_for_good()
        code = run_until_told(
            partial(working, settings, shops),
            announce=lambda: errors.print(f"Working for {settings.shop}", highlight=False),
        )
    raise typer.Exit(code)


@app.command()
def keys(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Whose key it is; the log tells it")],
    scope: Annotated[
        list[str] | None, typer.Option(help="What it may do: search, write, meters, admin [default: search]")
    ] = None,
    *,
    json: JsonFlag = False,
) -> None:
    """Make a key for the HTTP interface, and the line for the setting web.keys by which it is known."""
    key, line = make_key(name, scope or ["search"])
    if json:
        print_json({"key": key, "setting": line})
        return
    errors.print("The key, shown this once; then its line for the setting web.keys:")
    out.print(key, line, sep="\n", markup=False, highlight=False)


@app.command()
def doctor(*, json: JsonFlag = False) -> None:
    """Tell versions and settings, and push one picture through everything."""
    settings = settings_from()
    facts: dict[str, object] = {
        "visualsearch": version("visualsearch"),
        "python": platform.python_version(),
        "machine": platform.platform(),
        **{name: _version(name) for name in ("faiss-cpu", "onnxruntime", "openvino", "pillow", "fastapi")},
        "settings": settings.model_dump(mode="json"),
    }
    with tempfile.TemporaryDirectory() as folder:
        facts["trial"] = try_everything(settings.model_copy(update={"shop": Path(folder)}))
    if json:
        print_json(facts)
    else:
        for name, value in facts.items():
            out.print(f"{name:14} {value}", markup=False, highlight=False)


SAME_SCORE = 0.95
"""Of a picture that is found again: what is found in it counts beside the whole of it."""


def try_everything(settings: Settings) -> dict[str, float]:
    """Bring two drawn pictures in, find one of them again, and tell what that took.

    Raises VisualsearchError where a part does not do its work.
    """
    pictures = {name: _drawn(name) for name in ("stripes", "rings")}
    started = time.perf_counter()
    with open_shop(settings, create=True) as shop, open_ingest(settings, shop) as ingest:
        opened = time.perf_counter()
        ingest.take([Product(ProductId(name), pictures=(_inline(data),)) for name, data in pictures.items()])
        shop.index.catch_up()
        stored = time.perf_counter()
        answer = _ask_through_queue(settings, shop, Query(picture=pictures["rings"], limit=1))
    if not answer.hits or answer.hits[0].product.id != "rings" or answer.hits[0].score < SAME_SCORE:
        raise Corrupt(
            f"Expected to find the drawn picture 'rings' again with a score of {SAME_SCORE} or more, "
            f"found {answer.hits}. The installation is broken: install the package anew."
        )
    return {
        "open_s": round(opened - started, 3),
        "ingest_s": round(stored - opened, 3),
        **{f"{stage}_s": round(seconds, 4) for stage, seconds in answer.seconds.items()},
    }


def _keep_for_good() -> None:
    """Let the garbage collector pass over what is there now: looking through it takes a sixth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS)


def _ask_through_queue(settings: Settings, shop: Shop, query: Query) -> Answer:
    """Ask as a server does, with a worker of our own, over Redis where the settings name it."""
    line = join(settings, shop.store.identity, shop.search.answer)
    is_shared = settings.queue.redis_url is not None
    helper = working(settings, Swapped(nullcontext(shop)), lambda _: None) if is_shared else nullcontext()
    with helper, line.working(lambda _: None):
        return asyncio.run(line.queue.ask(query, settings.queue.timeout_s))


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _drawn(name: str) -> bytes:
    """Draw a picture that no other looks like."""
    row, column = np.mgrid[:256, :256]
    wave = column if name == "stripes" else np.hypot(row - 128, column - 128)
    shade = (127 + 120 * np.sin(wave / 6)).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(np.stack([shade, 255 - shade, shade // 2], axis=-1)).save(buffer, "PNG")
    return buffer.getvalue()


def _inline(data: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(data).decode()
