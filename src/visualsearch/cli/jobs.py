"""The command that does one job of the shopkeeper's page, in the process that the server gives it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from visualsearch.assemble import Bringing, Shop, bring_in, make_known, open_shop
from visualsearch.catalogue import open_catalogue
from visualsearch.catalogue.lines import Progress
from visualsearch.cli.console import ShopFlag, settings_from
from visualsearch.cli.job_measuring import measure
from visualsearch.domain import Failure, Product, ProductId
from visualsearch.ingest.tally import Tally
from visualsearch.jobs.journal import Asked, Journal, keeping, read_asked
from visualsearch.jobs.unpacking import Limits, remove_upload, unpack
from visualsearch.settings import Settings

app = typer.Typer()

COUNTED = ("stored", "unchanged", "looked", "reused", "failed_pictures", "failed_lines")
OUTSIDE = ("http://", "https://")


@app.command(hidden=True)
def job(
    folder: Annotated[Path, typer.Argument(help="The job's folder, as the server made it")],
    shop: ShopFlag = None,
) -> None:
    """Do one job of the shopkeeper's page; the server starts it."""
    settings = settings_from(shop=shop)
    asked = read_asked(folder)
    with keeping(folder) as journal:
        journal.end("done", _do(settings, folder, asked, journal))


def _do(settings: Settings, folder: Path, asked: Asked, journal: Journal) -> str:
    match asked.kind:
        case "index":
            return _index(settings, folder, asked, journal)
        case "retry":
            return _retry(settings, journal)
        case "evaluate":
            assert asked.measure is not None, "an evaluation says what to measure; this is a bug"
            return measure(settings, asked.measure, folder, journal.tell)


def _index(settings: Settings, folder: Path, asked: Asked, journal: Journal) -> str:
    limits = Limits(settings.jobs.max_entries, settings.jobs.max_unpacked_bytes)
    unpacked = unpack(folder, limits, lambda share: journal.tell("unpacking", share))
    source = open_catalogue(unpacked.catalogue)

    def read(progress: Progress) -> Iterator[Product | Failure]:
        for one in source.read(progress):
            yield unpacked.settled(one) if isinstance(one, Product) else one

    journal.tell("opening the shop", 0.0)
    with open_shop(settings, create=True) as shop:
        recorder = Recorder(journal, lambda text: unpacked.told(text, asked.name))
        total = bring_in(settings, shop, Bringing(read, local_roots=[unpacked.files]), recorder.tell)
        _make_known(settings, shop, journal, total)
    remove_upload(folder)
    return _summary(total)


def _retry(settings: Settings, journal: Journal) -> str:
    """Take up again what could not be fetched; files of this machine are left to their operator."""
    journal.tell("opening the shop", 0.0)
    with open_shop(settings) as shop:
        failed: dict[ProductId, bool] = {}
        for product, failure in shop.store.failures():
            failed[product] = failed.get(product, True) and failure.subject.startswith(OUTSIDE)
        products = [product for product, is_outside in failed.items() if is_outside]

        def read(progress: Progress) -> Iterator[Product | Failure]:
            for done, product in enumerate(products, 1):
                record = shop.store.records([product]).get(product)
                progress(done / len(products))
                if record is not None:
                    yield record.product

        recorder = Recorder(journal, lambda text: text)
        bringing = Bringing(read, retry=True, only_failed=True, local_roots=())
        total = bring_in(settings, shop, bringing, recorder.tell)
        _make_known(settings, shop, journal, total)
    return _summary(total)


class Recorder:
    """Writes into a journal what an ingest tells."""

    def __init__(self, journal: Journal, told: Callable[[str], str]) -> None:
        self._journal = journal
        self._told = told

    def tell(self, share: float, total: Tally) -> None:
        """Tell how far it is, and what failed in the newest shard."""
        for product, failure in (*((None, one) for one in total.bad_lines), *total.bad_pictures):
            subject, message = self._told(failure.subject), self._told(failure.message)
            self._journal.fail(product, Failure(failure.code, message, subject))
        self._journal.tell("indexing", share, _counts(total), total.looked)


def _make_known(settings: Settings, shop: Shop, journal: Journal, total: Tally) -> None:
    journal.tell("tagging", 0.0, _counts(total))
    make_known(settings, shop, lambda done: journal.tell("tagging", min(1.0, done / max(1, total.stored))))


def _counts(total: Tally) -> dict[str, int]:
    return {name: getattr(total, name) for name in COUNTED}


def _summary(total: Tally) -> str:
    return (
        f"{total.stored} products stored, {total.unchanged} unchanged; {total.looked} pictures looked at, "
        f"{total.reused} known by their content; {total.failures} failures."
    )
