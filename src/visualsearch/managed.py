"""Joins what the shopkeeper's page needs of a shop that is served."""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path

from visualsearch.assemble import Shop
from visualsearch.domain import (
    Condition,
    Failure,
    Installed,
    Listing,
    Perceived,
    PictureId,
    ProductId,
    Spot,
)
from visualsearch.errors import BadCatalogue
from visualsearch.jobs.board import Board, Job
from visualsearch.jobs.journal import Asked
from visualsearch.jobs.unpacking import UPLOAD, Limits, check_upload
from visualsearch.serving.swapped import Swapped
from visualsearch.settings import Settings
from visualsearch.switch import card_of, decoder, installed
from visualsearch.vision.kinds import kind_tags
from visualsearch.vision.shop_colours import colour_tags
from visualsearch.vision.weights import read_card
from visualsearch.web.service import Management

JOBS = "jobs"
"""In the shop's folder, a folder for each job."""
KINDS_TOLD = 3


def management_of(settings: Settings, shops: Swapped[Shop]) -> Management:
    """Join what whoever runs the shop can do."""
    command = [sys.executable, "-m", "visualsearch", "job", "--shop", str(settings.shop)]
    board = Board(settings.shop / JOBS, command, settings.jobs.niceness)
    return Management(
        board=board,
        start_index=partial(_start_index, settings, board),
        max_upload_bytes=settings.jobs.max_upload_bytes,
        browse=partial(_browse, shops),
        perceive=partial(_perceive, settings, shops),
        failures=partial(_failures, shops),
        models=partial(_models, settings),
    )


@contextmanager
def stopping(board: Board) -> Iterator[None]:
    """End the job that this process started when the block ends."""
    try:
        yield
    finally:
        board.stop()


def _start_index(settings: Settings, board: Board, folder: Path, name: str) -> Job:
    upload = folder / UPLOAD
    limits = Limits(settings.jobs.max_entries, settings.jobs.max_unpacked_bytes)
    try:
        check_upload(upload, limits)
    except BadCatalogue as error:
        raise BadCatalogue(error.message.replace(str(upload.absolute()), name)) from error
    return board.start(folder, Asked("index", time.time(), name))


def _browse(shops: Swapped[Shop], words: str, where: Condition | None, start: int, limit: int) -> Listing:
    with shops.lent() as shop:
        return shop.store.browse(words, where, start, limit)


def _perceive(settings: Settings, shops: Swapped[Shop], picture: PictureId) -> Perceived:
    """Look at a kept picture as a search does, and tell its colours and kinds as they are tagged."""
    with shops.lent() as shop:
        decoded = decoder(settings)(shop.vault.get(picture))
        [regions] = shop.eye.find([decoded])
        seen = shop.store.views([picture]).get(picture) or shop.eye.look([decoded], [Spot()])
        kinds = shop.tagger.tell(seen[0].vector)[:KINDS_TOLD]
    return Perceived(regions, (*colour_tags(seen[0].colours), *kind_tags(kinds)))


def _failures(shops: Swapped[Shop], start: int, limit: int) -> Sequence[tuple[ProductId, Failure]]:
    with shops.lent() as shop:
        return list(islice(shop.store.failures(), start, start + limit))


def _models(settings: Settings) -> list[Installed]:
    used = read_card(card_of(settings.shop)).name
    cards = map(read_card, installed(settings))
    return [Installed(card.name, card.dimension, is_used=card.name == used) for card in cards]
