"""Remembers the last searches, so that it can be shown what was searched and where a hit has its print."""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from uuid import uuid4

from visualsearch.domain import Answer, Hit, ProductId, Query, Spot
from visualsearch.errors import NotFound

MAX_BYTES = 32 << 20
"""Of pictures that are remembered: some hundred phone photos."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A picture that was asked by, and its hits that share its print."""

    picture: bytes
    spot: Spot
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
        if query.picture is None or len(query.picture) > self._max_bytes:
            return ""
        hits = {hit.product.id: hit for hit in answer.hits if hit.shared_print is not None}
        spot = Spot(answer.box, answer.regions[: answer.searched_regions])
        search = uuid4().hex
        with self._lock:
            self._asked[search] = Asked(query.picture, spot, hits)
            self._bytes += len(query.picture)
            while self._bytes > self._max_bytes:
                _, oldest = self._asked.popitem(last=False)
                self._bytes -= len(oldest.picture)
        return search

    def find(self, search: str) -> Asked:
        """Find a search; raises NotFound."""
        with self._lock:
            asked = self._asked.get(search)
        if asked is None:
            raise NotFound("expected a search of the last minutes, found none of that name; search again")
        return asked

    def find_hit(self, search: str, product: ProductId) -> tuple[Asked, Hit]:
        """Find a search and one of its hits that share its print; raises NotFound."""
        asked = self.find(search)
        if product not in asked.hits:
            raise NotFound(
                "expected a product that shares the print of the searched picture, "
                f"found {product!r}, which does not"
            )
        return asked, asked.hits[product]
