"""Orders what was found: one hit a product, the best view first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from visualsearch.domain import Item, ProductId, Row


@dataclass(frozen=True, slots=True)
class Candidate:
    """A product with its row that fits the query best."""

    item: Item
    score: float


def rank(
    scores: Iterable[tuple[Row, float]], items: Mapping[Row, Item], exclude: frozenset[ProductId]
) -> list[Candidate]:
    """Fold rows into products: each once, by its best row, the highest score first.

    Rows without an item (gone since the index was asked) and excluded products are left out. Equal
    scores are ordered by product id, so that the same question has the same answer.
    """
    best: dict[ProductId, Candidate] = {}
    for row, score in scores:
        item = items.get(row)
        if item is None or item.product in exclude:
            continue
        if item.product not in best or score > best[item.product].score:
            best[item.product] = Candidate(item, score)
    return sorted(best.values(), key=lambda candidate: (-candidate.score, candidate.item.product))
