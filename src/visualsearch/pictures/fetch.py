"""Sources of pictures to their bytes: files, data URIs and addresses, each bad one a value."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from threading import Event
from types import TracebackType
from typing import Self

from visualsearch.domain import Failure
from visualsearch.errors import VisualsearchError
from visualsearch.pictures.addresses import make_rules
from visualsearch.pictures.data_uris import is_data_uri, read_data_uri
from visualsearch.pictures.download import Downloader, FetchLimits, parse_url
from visualsearch.pictures.formats import sniff
from visualsearch.pictures.host_pool import HostPool
from visualsearch.pictures.local_files import is_local, read_local_file, validate_local_file

__all__ = ["FetchLimits", "PictureFetcher"]

_NO_LIMITS_GIVEN = FetchLimits()


class PictureFetcher:
    """Fetches pictures from ``http(s)://`` addresses, ``data:`` URIs, absolute paths and ``file:`` URLs.

    Addresses inside private networks are refused unless ``allow_private``, or the host or its
    network is in ``allow_hosts``; files are refused unless they lie in ``local_roots``. Threads may share it.
    """

    def __init__(
        self,
        limits: FetchLimits = _NO_LIMITS_GIVEN,
        *,
        allow_private: bool = False,
        allow_hosts: Sequence[str] = (),
        local_roots: Sequence[Path] | None = None,
        sleep: Callable[[float], object] | None = None,
    ) -> None:
        rules = make_rules(allow_private=allow_private, allow_hosts=allow_hosts)
        self._max_bytes = limits.max_bytes
        self._local_roots = [root.resolve() for root in local_roots or ()]
        self._closing = Event()
        self._downloader = Downloader(limits, rules, sleep=sleep or self._closing.wait)
        self._pool: HostPool[bytes | Failure] = HostPool(limits.concurrency, per_host=limits.per_host)

    def fetch(self, sources: Sequence[str]) -> list[bytes | Failure]:
        """Fetch all sources at once, each distinct one once; entry i is of source i.

        Bytes that come back begin like a picture; whether they are a whole one shows when they are decoded.
        """
        distinct = list(dict.fromkeys(sources))
        coming = {source: self._start(source) for source in distinct if not _is_at_hand(source)}
        fetched = {source: self._read(source) for source in distinct if _is_at_hand(source)}
        fetched |= {source: finish() for source, finish in coming.items()}
        return [fetched[source] for source in sources]

    def validator(self, source: str) -> str:
        """Name a file's state as ``size:mtime_ns``; empty for the rest, whose text stands for the bytes."""
        return validate_local_file(source, self._local_roots) if is_local(source) else ""

    def close(self) -> None:
        """Cancel what waits, let what runs end, close the connections."""
        self._closing.set()
        self._pool.close()
        self._downloader.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _start(self, source: str) -> Callable[[], bytes | Failure]:
        """Start a download, and give what waits for its end."""
        try:
            url = parse_url(source)
        except VisualsearchError as error:
            failure = _failure(error, source)
            return lambda: failure
        work = partial(_settle, source, partial(self._downloader.download, url))
        return self._pool.submit(url.host, work).result

    def _read(self, source: str) -> bytes | Failure:
        """Read what is at hand, right here: a thread would cost more than the reading."""
        if is_data_uri(source):
            return _settle(source, partial(read_data_uri, source, max_bytes=self._max_bytes))
        return _settle(source, partial(read_local_file, source, self._local_roots, max_bytes=self._max_bytes))


def _is_at_hand(source: str) -> bool:
    return is_local(source) or is_data_uri(source)


def _settle(source: str, read: Callable[[], bytes]) -> bytes | Failure:
    try:
        data = read()
        sniff(data)
    except VisualsearchError as error:
        return _failure(error, source)
    return data


def _failure(error: VisualsearchError, source: str) -> Failure:
    # A data URI can be megabytes long, and a report is read by people.
    subject = source[:64] + "…" if is_data_uri(source) and len(source) > 64 else source
    return Failure(error.code, error.message, subject)
