"""Makes questions of a catalogue itself: photos of its own products, whose answers are known."""

import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

import cv2
import numpy as np
from PIL import Image

from visualsearch.domain import Answer, Picture, PictureId, Pixels, Product, ProductId, Query, Record
from visualsearch.errors import BadInput, PictureCorrupt
from visualsearch.evaluation.duplicates import LARGEST_DISTANCE, LEAST_SIMILARITY, difference_hash
from visualsearch.evaluation.scenes import MOST_SCENES, draw_scene, parts
from visualsearch.evaluation.street import photograph
from visualsearch.vision.cutout import cut_out

LARGEST_GALLERY = 5_000
TRIES_PER_PHOTO = 20
"""Products that are looked at for each photo that is wanted, before a catalogue is given up on."""
LEAST_SCENES = 16
"""Grounds are drawn until there are so many."""
LIKENESSES = 100
"""Nearest products among which those with a near-identical picture are looked for."""
LARGEST_COLOUR_DIFFERENCE = 10.0
"""Of 255, the mean over a shrunk picture: the hash sees no colour, and a red shirt is not the blue one."""
PAGE = 50
QUALITY = 95

NO_PICTURE = "no picture that could be had"
UNREADABLE = "a kept picture that cannot be read"
NO_GROUND = "no plain ground around it, or nothing on it"
ASKED_ALREADY = "the picture of a product that is asked for already"


@dataclass(frozen=True, slots=True)
class Shelf:
    """How the catalogue is read that photos are made of."""

    products: Callable[[], Iterable[ProductId]]
    records: Callable[[Sequence[ProductId]], Mapping[ProductId, Record]]
    encoded: Callable[[PictureId], bytes]
    """Raises NotFound or PictureCorrupt."""
    decode: Callable[[bytes], Picture]
    """Raises BadInput."""
    answer: Callable[[Query], Answer]
    """Finds products whose pictures may be near-identical."""

    def pixels(self, picture: PictureId) -> Pixels:
        """Read a kept picture; raises BadInput or PictureCorrupt."""
        return self.decode(self.encoded(picture)).pixels


@dataclass(frozen=True, slots=True)
class Shown:
    """A product with its main picture."""

    product: Product
    picture: PictureId


@dataclass(frozen=True, slots=True)
class MadePhoto:
    """A photo of a product, and the products that it should find."""

    product: Product
    right: frozenset[ProductId]
    """The product, and those that show the same or a near-identical picture."""
    encoded: bytes
    """JPEG."""


@dataclass(frozen=True, slots=True)
class SelfMade:
    """Photos made of a catalogue's own products, and what they are asked among."""

    photos: tuple[MadePhoto, ...]
    """Never empty."""
    gallery: tuple[Shown, ...]
    """Evenly chosen, at most 5,000 beside those that are right; all that are right are among them."""
    products: int
    """How many the catalogue has."""
    left_out: Mapping[str, int]
    """How many products were looked at and not photographed, by the reason."""
    own_scenes: int
    """Grounds that were given or are the catalogue's own; the others are drawn."""
    shelf: Shelf


@dataclass(slots=True)
class _Choice:
    """What has been chosen so far."""

    chosen: list[tuple[Shown, frozenset[ProductId]]] = field(default_factory=list)
    asked: set[ProductId] = field(default_factory=set)
    left_out: Counter[str] = field(default_factory=Counter)
    scenes: list[tuple[ProductId | None, Pixels]] = field(default_factory=list)
    collects_scenes: bool = True


def make_photos(
    shelf: Shelf,
    *,
    count: int,
    scenes: Sequence[Pixels] = (),
    seed: int = 0,
    progress: Callable[[float, str], None] = lambda _, __: None,
) -> SelfMade:
    """Photograph so many products, evenly chosen by their ids among those that can be cut out.

    Without scenes, the corners of the catalogue's own pictures that have no plain ground are taken, of other
    products than the photographed one, and drawn grounds where these are few. The same catalogue and seed
    make the same photos. Raises BadInput if no product can be cut out.
    """
    order = sorted(shelf.products(), key=_place)
    choice = _Choice(scenes=[(None, scene) for scene in scenes], collects_scenes=not scenes)
    for tried, shown in enumerate(_shown(shelf, order[: count * TRIES_PER_PHOTO], choice)):
        _consider(shelf, choice, shown)
        progress(len(choice.chosen) / count, f"{len(choice.chosen)} of {count} chosen, {tried + 1} looked at")
        if len(choice.chosen) == count:
            break
    if not choice.chosen:
        raise BadInput(_nothing(choice.left_out, len(order)))
    own_scenes = len(choice.scenes)
    drawn = np.random.default_rng(seed)
    while len(choice.scenes) < LEAST_SCENES:
        choice.scenes.append((None, draw_scene(drawn)))
    photos = []
    for shown, right in choice.chosen:
        photos.append(_photo(shelf, shown, right, choice.scenes, seed))
        progress(len(photos) / len(choice.chosen), f"{len(photos)} of {len(choice.chosen)} photographed")
    gallery = _gallery(shelf, order, choice.asked)
    return SelfMade(tuple(photos), gallery, len(order), dict(choice.left_out), own_scenes, shelf)


def _place(product: ProductId) -> bytes:
    """Order products evenly, the same everywhere: a catalogue's own order often goes by kind."""
    return sha256(product.encode()).digest()


def _shown(shelf: Shelf, order: Sequence[ProductId], choice: _Choice) -> Iterator[Shown]:
    """Go through products with their main pictures, and offer their last pictures as scenes."""
    for start in range(0, len(order), PAGE):
        page = order[start : start + PAGE]
        records = shelf.records(page)
        for record in (records[product] for product in page if product in records):
            pictures = record.pictures
            if not pictures:
                choice.left_out[NO_PICTURE] += 1
                continue
            yield Shown(record.product, pictures[0])
            if len(pictures) > 1 and _wants_scenes(choice):
                _offer_scene(shelf, choice, Shown(record.product, pictures[-1]))


def _consider(shelf: Shelf, choice: _Choice, shown: Shown) -> None:
    try:
        pixels = shelf.pixels(shown.picture)
    except (BadInput, PictureCorrupt):
        choice.left_out[UNREADABLE] += 1
        return
    if cut_out(pixels) is None:
        choice.left_out[NO_GROUND] += 1
        if _wants_scenes(choice):
            choice.scenes += [(shown.product.id, part) for part in parts(pixels)]
        return
    right = _alike(shelf, shown, pixels)
    if right & choice.asked:
        choice.left_out[ASKED_ALREADY] += 1
        return
    choice.asked |= right
    choice.chosen.append((shown, right))


def _wants_scenes(choice: _Choice) -> bool:
    return choice.collects_scenes and len(choice.scenes) < MOST_SCENES


def _offer_scene(shelf: Shelf, choice: _Choice, shown: Shown) -> None:
    try:
        pixels = shelf.pixels(shown.picture)
    except (BadInput, PictureCorrupt):
        return
    if cut_out(pixels) is None:
        choice.scenes += [(shown.product.id, part) for part in parts(pixels)]


def _alike(shelf: Shelf, shown: Shown, pixels: Pixels) -> frozenset[ProductId]:
    """Find the products that show the same picture, or nearly: by vector, hash and colour, all three."""
    answer = shelf.answer(Query(picture=shelf.encoded(shown.picture), limit=LIKENESSES))
    near = {shown.product.id}
    for hit in answer.hits:
        if hit.score >= LEAST_SIMILARITY and hit.product.id not in near:
            same = hit.picture == shown.picture or _is_near_identical(pixels, shelf, hit.picture)
            near |= {hit.product.id} if same else set()
    return frozenset(near)


def _is_near_identical(pixels: Pixels, shelf: Shelf, picture: PictureId) -> bool:
    try:
        other = shelf.pixels(picture)
    except (BadInput, PictureCorrupt):
        return False
    if np.count_nonzero(difference_hash(pixels) != difference_hash(other)) > LARGEST_DISTANCE:
        return False
    one, two = (
        cv2.resize(each, (16, 16), interpolation=cv2.INTER_AREA).astype(np.int16) for each in (pixels, other)
    )
    return bool(np.abs(one - two).mean() <= LARGEST_COLOUR_DIFFERENCE)


def _photo(
    shelf: Shelf,
    shown: Shown,
    right: frozenset[ProductId],
    scenes: Sequence[tuple[ProductId | None, Pixels]],
    seed: int,
) -> MadePhoto:
    pixels = shelf.pixels(shown.picture)
    mask = cut_out(pixels)
    assert mask is not None, f"{shown.product.id} could be cut out when it was chosen; this is a bug"
    # Of the product itself, so that one product more or less changes no other's photo.
    random = np.random.default_rng([seed, *_place(shown.product.id)])
    others = [scene for owner, scene in scenes if owner not in right] or [draw_scene(random)]
    photo = photograph(pixels, mask, others[random.integers(len(others))], random)
    encoded = io.BytesIO()
    Image.fromarray(photo.pixels).save(encoded, "JPEG", quality=QUALITY)
    return MadePhoto(shown.product, right, encoded.getvalue())


def _gallery(shelf: Shelf, order: Sequence[ProductId], asked: set[ProductId]) -> tuple[Shown, ...]:
    others = [product for product in order if product not in asked]
    wanted = [*sorted(asked), *others[: max(0, LARGEST_GALLERY - len(asked))]]
    records = shelf.records(wanted)
    with_picture = (record for record in map(records.get, wanted) if record and record.pictures)
    return tuple(Shown(record.product, record.pictures[0]) for record in with_picture)


def _nothing(left_out: Mapping[str, int], products: int) -> str:
    reasons = (
        ", ".join(f"{count} have {reason}" for reason, count in left_out.items()) or "no products at all"
    )
    return (
        f"Expected products whose main picture shows them on a plain ground, to be cut out and photographed; "
        f"found none among those looked at of {products}: {reasons}. "
        "Write a truth file of your own photos instead: visualsearch evaluate truth.csv"
    )
