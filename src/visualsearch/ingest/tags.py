"""Tags products with what is seen in them: their colours, and their kind where the catalogue tells none."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from visualsearch.domain import PictureId, ProductId, Record, Region, Tag, Vector, View
from visualsearch.ports import Store, Written
from visualsearch.vision.kinds import LEAST_SURE, Kind, kind_tags
from visualsearch.vision.region_kinds import kinds_shown
from visualsearch.vision.shop_colours import SHOP_COLOURS, colour_tags

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
    detector: str = "none"
    """Names what finds."""
    find: Callable[[PictureId], Sequence[Region]] = lambda _: ()
    """Finds what is in a picture; asked only where no kind is sure, for it takes as long as to look twice."""

    @property
    def name(self) -> str:
        """Name what decides the tags."""
        return f"{SHOP_COLOURS} kinds-{self.classifier} found-by-{self.detector}"

    def tags(self, record: Record, picture: PictureId, view: View) -> list[Tag]:
        """Find the tags of a product by its main picture and the view of it."""
        said = {name.casefold() for name in record.product.attributes}
        colours = [] if said & set(SAID_COLOUR) else colour_tags(view.colours)
        return colours if record.product.categories else colours + self._kinds(picture, view)

    def _kinds(self, picture: PictureId, view: View) -> list[Tag]:
        sure = [kind for kind in self.tell(view.vector)[:1] if kind.probability >= LEAST_SURE]
        return kind_tags(sure or kinds_shown(self.find(picture)))


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
                tags[one] = tagger.tags(records[one], main, views[main][0])
        store.tag(tags, tagger.name)
        count += len(products)
        told(count)
    return count
