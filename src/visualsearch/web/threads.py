"""Slow work in threads, bounded by kind, so that no kind starves the others or the event loop."""

from collections.abc import Callable
from typing import TypeVar

import anyio
from anyio import CapacityLimiter, to_thread

from visualsearch.errors import DeadlinePassed

Input = TypeVar("Input")
Output = TypeVar("Output")


class Threads:
    """The threads of one app; what is fast and sure runs in the framework's own."""

    def __init__(self) -> None:
        self._fetching = CapacityLimiter(16)
        self._writing = CapacityLimiter(4)

    async def fetch(self, fetch: Callable[[str], bytes], url: str, *, timeout_s: float) -> bytes:
        """Bring a picture from an address that someone else answers for; raises DeadlinePassed."""
        try:
            with anyio.fail_after(timeout_s):
                return await to_thread.run_sync(fetch, url, limiter=self._fetching, abandon_on_cancel=True)
        except TimeoutError:
            raise DeadlinePassed(
                f"expected the picture within {timeout_s:g} s, found none; try again or send the picture"
            ) from None

    async def write(self, write: Callable[[Input], Output], what: Input) -> Output:
        """Change the catalogue, which may fetch and look at many pictures."""
        return await to_thread.run_sync(write, what, limiter=self._writing)
