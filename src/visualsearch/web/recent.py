"""Remembers the last searches, so that it can be shown where a hit has the print of their picture."""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from uuid import uuid4

from visualsearch.domain import Answer, Box, Hit, ProductId, Query
from visualsearch.errors import NotFound

MAX_BYTES = 32 << 20
"""Of pictures that are remembered: some hundred phone photos."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A picture that was asked by, and its hits that share its print."""

    picture: bytes
    box: Box
    hits: dict[ProductId, Hit]


class Recent:
    """Searches by picture, in memory only; the oldest are forgotten first."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._asked: OrderedDict[str, Asked] = OrderedDict()
        self._lock = Lock()

    def keep(self, query: Query, answer: Answer) -> str:
        """Remember a search and give its id; empty where there is nothing to show."""
        hits = {hit.product.id: hit for hit in answer.hits if hit.shared_print is not None}
        if query.picture is None or not hits or len(query.picture) > self._max_bytes:
            return ""
        search = uuid4().hex
        with self._lock:
            self._asked[search] = Asked(query.picture, answer.box, hits)
            self._bytes += len(query.picture)
            while self._bytes > self._max_bytes:
                _, oldest = self._asked.popitem(last=False)
                self._bytes -= len(oldest.picture)
        return search

    def find(self, search: str, product: ProductId) -> tuple[Asked, Hit]:
        """Find a search and one of its hits; raises NotFound."""
        with self._lock:
            asked = self._asked.get(search)
        if asked is None or product not in asked.hits:
            raise NotFound(
                "expected a search of the last minutes and a product that shares its picture's print, "
                "found none of that name; search again"
            )
        return asked, asked.hits[product]
