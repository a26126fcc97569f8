"""Tags products with what is seen in them: their colours, and their kind where the catalogue tells none."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from visualsearch.domain import ProductId, Record, Tag, Vector, View
from visualsearch.ports import Store, Written
from visualsearch.vision.kinds import LEAST_SURE, Kind
from visualsearch.vision.shop_colours import SHOP_COLOURS, name_colours

AT_ONCE = 200
"""Products tagged in one transaction."""
SAID_COLOUR = ("colour", "color", "base colour", "basecolour", "base color")
"""Attributes by which catalogues tell colours; what is said goes before what is measured."""


class Tagged(Store, Written, Protocol):
    """A store of products and of what is written of them."""


@dataclass(frozen=True, slots=True)
class Tagger:
    """Finds tags; its name changes with what it would find."""

    classifier: str = "none"
    """Names what tells kinds."""
    tell: Callable[[Vector], Sequence[Kind]] = lambda _: ()
    """Lists the kinds that a vector may be of, the most probable first."""

    @property
    def name(self) -> str:
        """Name what decides the tags."""
        return f"{SHOP_COLOURS} kinds-{self.classifier}"

    def tags(self, record: Record, view: View) -> list[Tag]:
        """Find the tags of a product by the view of its main picture."""
        said = {name.casefold() for name in record.product.attributes}
        colours = [] if said & set(SAID_COLOUR) else colour_tags(view)
        return colours if record.product.categories else colours + self._kind(view)

    def _kind(self, view: View) -> list[Tag]:
        return [
            Tag("kind", kind.name, round(kind.probability, 3))
            for kind in self.tell(view.vector)[:1]
            if kind.probability >= LEAST_SURE
        ]


def colour_tags(view: View) -> list[Tag]:
    """Name the colours of a view, with their shares."""
    return [Tag("colour", colour.name, colour.share) for colour in name_colours(view.colours)]


def tag_new(store: Tagged, tagger: Tagger, told: Callable[[int], None] = lambda _: None) -> int:
    """Tag every product that this tagger has not tagged, and count them; goes on where it was stopped."""
    count = 0
    while products := store.untagged(tagger.name, AT_ONCE):
        records = store.records(products)
        mains = {one: record.pictures[0] for one, record in records.items() if record.pictures}
        views = store.views(list(mains.values()))
        tags: dict[ProductId, Sequence[Tag]] = dict.fromkeys(products, ())
        for one, main in mains.items():
            if main in views:
                tags[one] = tagger.tags(records[one], views[main][0])
        store.tag(tags, tagger.name)
        count += len(products)
        told(count)
    return count
