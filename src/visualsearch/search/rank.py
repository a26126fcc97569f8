"""Orders what was found: one hit a product, the best view first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from visualsearch.domain import Item, ProductId, Row
from visualsearch.search.weigh import Weighed


@dataclass(frozen=True, slots=True)
class Candidate:
    """A product with its row that fits the query best."""

    item: Item
    score: float
    weighed: Weighed | None = None
    """What all evidence says; None where only the vectors were compared."""
    added: Mapping[str, float] = field(default_factory=dict)
    """What words and kind add."""


def rank(
    scores: Iterable[tuple[Row, float]],
    items: Mapping[Row, Item],
    exclude: frozenset[ProductId],
    weighed: Iterable[Weighed] = (),
) -> list[Candidate]:
    """Fold rows into products: each once, by its best row; those that were weighed first, by their odds.

    The others come by score. Rows without an item (gone since the index was asked) and excluded products are
    left out. What is equal is ordered by product id, so that the same question has the same answer.
    """
    best: dict[ProductId, Candidate] = {}
    found = [Candidate(one.item, one.cosine, one) for one in weighed]
    found += [Candidate(items[row], score) for row, score in scores if row in items]
    for candidate in found:
        product = candidate.item.product
        if product not in exclude and (product not in best or _worth(candidate) > _worth(best[product])):
            best[product] = candidate
    by_product = sorted(best.values(), key=lambda one: one.item.product)
    return sorted(by_product, key=_worth, reverse=True)  # what is equal stays in its order


def _worth(candidate: Candidate) -> tuple[float, float, float]:
    weighed = candidate.weighed
    return (0, candidate.score, 0) if weighed is None else (1, weighed.odds, candidate.score)
