"""Opens where a shop keeps its things, as the settings say: the database, the pictures, a shared index."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from visualsearch.errors import NotFound
from visualsearch.pictures.vault import Vault
from visualsearch.ports import PictureVault
from visualsearch.search.shared import SharedIndex
from visualsearch.settings import Settings
from visualsearch.store.connections import Connections
from visualsearch.store.database import Database
from visualsearch.store.revision import Revision
from visualsearch.store.sql_store import SqlStore
from visualsearch.store.sqlite import SqliteStore

DATABASE = "catalogue.db"
PICTURES = "pictures"

FOLLOW_INTERVAL_S = 0.25
"""How often other processes' changes are looked for in a file."""


class Watched(Protocol):
    """Tells whether anything in a catalogue has changed."""

    def newest(self) -> tuple[str, int]:
        """Give a name that is drawn anew with every change of anything, and the newest change of the log."""

    def close(self) -> None:
        """Stop watching."""


def open_store(settings: Settings, eye: str, dimension: int) -> SqlStore:
    """Open the store of a shop, or make it; raises BadInput, MissingExtra, Unavailable or Corrupt."""
    stemming = settings.search.stemming
    if (url := _url(settings)) is None:
        path = settings.shop / DATABASE
        return SqliteStore(path, eye=eye, dimension=dimension, stemming=stemming)
    from visualsearch.store.postgres import PostgresStore  # noqa: PLC0415 (an extra)

    return PostgresStore(url, eye=eye, dimension=dimension, stemming=stemming)


def check_store(settings: Settings) -> None:
    """Raise NotFound where there is no searchable catalogue."""
    if (url := _url(settings)) is not None:
        open_database(url, create=False).close()
    elif not (settings.shop / DATABASE).is_file():
        raise NotFound(
            f"Expected a searchable catalogue in {settings.shop}, found none. "
            f"Make one with: visualsearch index CATALOGUE --shop {settings.shop}"
        )


def has_store(settings: Settings) -> bool:
    """Tell whether there is a searchable catalogue."""
    try:
        check_store(settings)
    except NotFound:
        return False
    return True


def open_database(place: Path | str, *, create: bool) -> Database:
    """Open a database by the folder of a shop or by an address; raises NotFound."""
    if isinstance(place, Path):
        if not create and not (place / DATABASE).is_file():
            raise NotFound(f"Expected a searchable catalogue in {place}, found none.")
        return Connections(place / DATABASE, busy_timeout_s=30)
    from visualsearch.store.postgres import PostgresDatabase  # noqa: PLC0415 (an extra)

    return PostgresDatabase(place, create=create)


def open_revision(settings: Settings) -> Watched:
    """Open what tells whether anything in the store has changed."""
    if (url := _url(settings)) is None:
        return Revision(settings.shop / DATABASE)
    from visualsearch.store.postgres import PostgresRevision  # noqa: PLC0415 (an extra)

    return PostgresRevision(url)


@contextmanager
def hearing(settings: Settings) -> Iterator[Callable[[threading.Event], bool]]:
    """Make what waits until the store may have changed, for one thread; it gives True once told to stop."""
    if (url := _url(settings)) is None:
        yield lambda stop: stop.wait(FOLLOW_INTERVAL_S)
        return
    from visualsearch.store.postgres import Listener  # noqa: PLC0415 (an extra)

    with closing(Listener(url)) as listener:
        yield listener.wait


def open_vault(settings: Settings) -> PictureVault:
    """Open where the pictures of a shop are kept."""
    max_pixels = settings.pictures.max_pixels
    folder = settings.shop / PICTURES
    return open_pictures(
        folder if settings.pictures.url is None else settings.pictures.url, folder, max_pixels
    )


def open_pictures(place: Path | str, cache: Path, max_pixels: int) -> PictureVault:
    """Open pictures by their folder or by an address, what is shown of which is kept in ``cache`` then."""
    if isinstance(place, Path):
        return Vault(place, max_pixels=max_pixels)
    from visualsearch.pictures.remote_vault import RemoteVault  # noqa: PLC0415 (an extra)

    return RemoteVault(place, Vault(cache, max_pixels=max_pixels))


def open_shared_index(milvus_uri: str, store: SqlStore, eye: str, dimension: int) -> SharedIndex:
    """Open the index of vectors that all processes of a store share; raises BadInput or Unavailable."""
    from visualsearch.index.milvus import MilvusIndex  # noqa: PLC0415 (an extra)

    # Letters, digits and underscores are allowed; another catalogue or eye has another collection.
    collection = f"visualsearch_{store.identity[:12]}_{sha256(eye.encode()).hexdigest()[:12]}"
    return SharedIndex(store, eye, partial(MilvusIndex, milvus_uri, collection, dimension), store.alone)


def _url(settings: Settings) -> str | None:
    return None if settings.store.url is None else settings.store.url.get_secret_value()
