"""Talks to a Redis server: scripts, the stream of jobs, mailboxes; the only file that knows the client."""

import hashlib
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

try:
    import redis
except ImportError as error:
    from visualsearch.errors import MissingExtra

    raise MissingExtra(
        "expected redis, found that it is not installed: install visualsearch[redis]"
    ) from error

from visualsearch.errors import BadInput, Unavailable

OLDEST = 7
"""The first Redis that has all the commands that are used."""
GROUP = "workers"
CONNECT_S = 2.0
PAUSE_S = 0.1
"""Between two tries to reach a server that is away."""

_SOURCES = {
    path.name.removesuffix(".lua"): path.read_text(encoding="utf-8")
    for path in (files("visualsearch.serving") / "redis_scripts").iterdir()
    if path.name.endswith(".lua")
}
_DIGESTS = {
    name: hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest()
    for name, source in _SOURCES.items()
}


@dataclass(frozen=True, slots=True)
class Call:
    """One run of a script in ``redis_scripts/``."""

    script: str
    keys: Sequence[str]
    arguments: Sequence[str | bytes | float] = ()


class RedisLink:
    """One server, and the keys of one shop on it; used by any thread.

    Raises BadInput for an address that is none or a server that is too old, Unavailable while it is away.
    """

    def __init__(self, url: str, shop: str) -> None:
        self._shop = shop
        self.stream = self.key("jobs")
        try:
            self._client = redis.Redis.from_url(url, socket_connect_timeout=CONNECT_S, socket_timeout=None)
        except ValueError as error:
            raise BadInput(
                f"expected an address such as redis://host:6379/0, found {url!r}: {error}"
            ) from error
        with _translated():
            version = str(self._client.info("server")["redis_version"])
        if int(version.partition(".")[0]) < OLDEST:
            raise BadInput(f"expected Redis {OLDEST} or newer, found {version}; update the server")
        self._make_group()

    def key(self, *parts: str) -> str:
        """Name a key; the braces keep all of a shop's keys together on a cluster."""
        return ":".join((f"{{visualsearch:{self._shop}}}", *parts))

    def run(self, call: Call, *, patience_s: float = 0) -> Any:
        """Run one script; a server that is away is tried again for as long as ``patience_s``."""
        give_up = time.monotonic() + patience_s
        while True:
            try:
                [result] = self.run_all([call])
            except Unavailable:
                if time.monotonic() > give_up:
                    raise
                time.sleep(PAUSE_S)
            else:
                return result

    def run_all(self, calls: Sequence[Call]) -> list[Any]:
        """Run scripts in order, in one round trip; each must be safe to run twice."""
        with _translated():
            results = self._send(calls)
            if any(isinstance(result, redis.exceptions.NoScriptError) for result in results):
                for source in _SOURCES.values():  # a new server, or one that was started again
                    self._client.script_load(source)
                results = self._send(calls)
            for result in results:
                if isinstance(result, Exception):
                    raise self._mended(result) from result
            return results

    def read(self, worker: str, limit: int, wait_s: float | None) -> list[tuple[bytes, bytes]]:
        """Take entries with their jobs' ids, waiting for the first; None does not wait."""
        block_ms = None if wait_s is None else round(wait_s * 1000)
        with _translated():
            try:
                found: Any = self._client.xreadgroup(
                    GROUP, worker, {self.stream: ">"}, count=limit, block=block_ms
                )
            except redis.exceptions.ResponseError as error:
                raise self._mended(error) from error
        return [(entry, fields[b"job"]) for _, entries in found or () for entry, fields in entries]

    def pop(self, mailbox: str, limit: int, wait_s: float) -> list[bytes]:
        """Take what has come into a mailbox, waiting for the first."""
        with _translated():
            found: Any = self._client.blmpop(wait_s, 1, mailbox, direction="LEFT", count=limit)
        return list(found[1]) if found else []

    def _send(self, calls: Sequence[Call]) -> list[Any]:
        pipeline: Any = self._client.pipeline(transaction=False)
        for call in calls:
            pipeline.execute_command(
                "EVALSHA", _DIGESTS[call.script], len(call.keys), *call.keys, *call.arguments
            )
        results: list[Any] = pipeline.execute(raise_on_error=False)
        return results

    def _mended(self, error: Exception) -> Exception:
        """Make the group again where a server has forgotten it, and say what to raise."""
        if "NOGROUP" not in str(error):
            return error
        self._make_group()
        return Unavailable("expected the queue, found a server that has forgotten it; try again")

    def _make_group(self) -> None:
        with _translated():
            try:
                self._client.xgroup_create(self.stream, GROUP, id="0", mkstream=True)
            except redis.exceptions.ResponseError as error:
                if "BUSYGROUP" not in str(error):
                    raise


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except redis.exceptions.ConnectionError as error:
        raise Unavailable(f"expected a Redis server, found: {error}; try again") from error
    except (redis.exceptions.TimeoutError, redis.exceptions.ReadOnlyError) as error:
        raise Unavailable(f"expected Redis to answer, found: {error}; try again") from error
    except redis.exceptions.OutOfMemoryError as error:
        raise Unavailable(f"expected room in Redis, found none: {error}; try again") from error
