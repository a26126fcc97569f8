"""Makes the questions that the fusion of evidence learns from, of products that are not held out."""

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from visualsearch.domain import WHOLE, Picture, PictureId, Pixels, Spot, Vector, View
from visualsearch.evaluation.desk import ITSELF_STAYS, Asked
from visualsearch.evaluation.duplicates import difference_hash
from visualsearch.evaluation.split import is_held_out
from visualsearch.evaluation.street import photograph
from visualsearch.training.corpus import scenes
from visualsearch.training.data import read_pixels
from visualsearch.training.restyle import another, other_view, print_alone
from visualsearch.training.show import Show
from visualsearch.vision.aim import aim
from visualsearch.vision.cutout import Mask, cut_out
from visualsearch.vision.look import LookingEye

SHOPS = {
    "amazon": ("products.csv", ("category",)),
    "fashion": ("products.csv", ("article_type", "colour")),
    "packshots": ("pictures.csv", ()),
}
"""Tables, and the columns that make up a kind: where colours are known, they belong to it."""
PER_SHOP = 2000
QUESTIONS = 150
"""Of each task."""
COLOURS = 3
"""In which the shop has each style that is asked for by another view."""
BATCH = 64

Sort = Literal["street", "print alone", "other view", "kind"]
Draw = Callable[[Pixels, Mask, np.random.Generator], Pixels | None]


@dataclass(frozen=True, slots=True)
class Shown:
    """A catalogue picture as the eye sees it."""

    view: View
    hash: NDArray[np.bool_]
    product: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and what is right."""

    asked: Asked
    wanted: str
    """The product, or the kind."""


@dataclass(frozen=True, slots=True)
class Task:
    """Questions of one sort to the products of one shop."""

    shop: str
    sort: Sort
    questions: Sequence[Question]


@dataclass(frozen=True, slots=True)
class Questions:
    """Everything that is asked, and what it is asked among."""

    gallery: Sequence[Shown]
    tasks: Sequence[Task]


def make_questions(data: Path, eye: LookingEye, show: Show) -> Questions:
    """Ask by street photos, other studio views and prints alone for the product, and by pictures for a kind.

    The gallery has the shops' products. Some come in several colours, each by the same two views: of a shop's
    pictures, those from one side are more alike than those of one product. Some are prints alone, more like a
    print alone than the product is that has it. The same pictures make the same questions.
    """
    grounds = [read_pixels(path) for path in scenes(data)]

    def street(product: Pixels, mask: Mask, random: np.random.Generator) -> Pixels:
        return photograph(product, mask, grounds[random.integers(len(grounds))], random).pixels

    desk = _Desk()
    for number, shop in enumerate(SHOPS):
        show(number / 6, f"draws what is asked of {shop}")
        products = [_Product(path.stem, kind, read_pixels(path)) for path, kind in _listed(data, shop)]
        whole = [product for product in products if product.mask is not None]
        order = np.random.default_rng(number).permutation(len(whole))
        photographed, printed, viewed = ([whole[place] for place in order[third::3]] for third in range(3))
        desk.ask(shop, "street", _drawn(photographed, street))
        desk.ask(shop, "print alone", _drawn(printed, print_alone))
        varied = viewed[:QUESTIONS]
        for product in varied:
            desk.show_styles(shop, product)
        for product, pixels in _drawn(viewed[QUESTIONS:], print_alone):
            desk.show(pixels, f"{product.name}, its print")
        names = {product.name for product in varied}
        desk.ask_kinds(shop, [product for product in products if product.name not in names])
    return desk.seen(eye, show)


@dataclass(frozen=True, slots=True)
class _Product:
    name: str
    kind: str
    pixels: Pixels

    @property
    def mask(self) -> Mask | None:
        return cut_out(self.pixels)

    def random(self, seed: int) -> np.random.Generator:
        """Begin the chance of one picture: one product more or less changes no other's."""
        return np.random.default_rng([seed, *sha256(self.name.encode()).digest()])


class _Drawn(NamedTuple):
    pixels: Pixels
    wanted: str
    itself: int = ITSELF_STAYS


class _Desk:
    """Collects what is shown and what is asked, before it is looked at."""

    def __init__(self) -> None:
        self._pixels: list[Pixels] = []
        self._labels: list[tuple[str, str]] = []
        self._asked: dict[tuple[str, Sort], list[_Drawn]] = {}

    def show(self, pixels: Pixels, product: str, kind: str = "") -> int:
        """Put a picture into the gallery, and tell its place."""
        self._pixels.append(pixels)
        self._labels.append((product, kind))
        return len(self._pixels) - 1

    def ask(self, shop: str, sort: Sort, drawn: Iterable[tuple[_Product, Pixels]]) -> None:
        """Ask drawn pictures for their products."""
        self._asked[shop, sort] = [_Drawn(pixels, product.name) for product, pixels in drawn]

    def show_styles(self, shop: str, product: _Product) -> None:
        """Show a product and others of its style, each by two views, and ask its one view for the other."""
        mask = product.mask
        assert mask is not None, f"{product.name} could be cut out when it was chosen; this is a bug"
        for number in range(COLOURS):
            name = f"{product.name}, colour {number}"
            pixels = another(product.pixels, mask, product.random(number)) if number else product.pixels
            place = self.show(pixels, name)
            found = cut_out(pixels)
            self.show(other_view(pixels, mask if found is None else found, product.random(100)), name)
            if number == 0:
                self._asked.setdefault((shop, "other view"), []).append(_Drawn(pixels, name, place))

    def ask_kinds(self, shop: str, products: Sequence[_Product]) -> None:
        """Show products, and ask some for others of their kind."""
        counts = Counter(product.kind for product in products)
        places = [self.show(product.pixels, product.name, product.kind) for product in products]
        asked = [
            _Drawn(product.pixels, product.kind, place)
            for product, place in zip(products, places, strict=True)
            if product.kind and counts[product.kind] > 1
        ]
        if asked:
            step = max(1, len(asked) // QUESTIONS)
            self._asked[shop, "kind"] = asked[::step][:QUESTIONS]

    def seen(self, eye: LookingEye, show: Show) -> Questions:
        """Look at everything."""
        show(0.5, f"looks at {len(self._pixels)} pictures of the gallery")
        views = _look(eye, self._pixels)
        gallery = [
            Shown(view, difference_hash(pixels), *labels)
            for view, pixels, labels in zip(views, self._pixels, self._labels, strict=True)
        ]
        tasks = []
        for number, ((shop, sort), asked) in enumerate(self._asked.items()):
            show(0.75 + 0.25 * number / len(self._asked), f"looks at questions: {shop}, {sort}")
            pixels = [one.pixels for one in asked]
            with ThreadPoolExecutor(2) as threads:
                closeups = list(threads.map(lambda one: eye.examine(_picture(one), WHOLE), pixels))
            vectors = _ask(eye, pixels)
            questions = [
                Question(Asked(vector, closeup, one.itself), one.wanted)
                for vector, closeup, one in zip(vectors, closeups, asked, strict=True)
            ]
            tasks.append(Task(shop, sort, questions))
        return Questions(gallery, tasks)


def _listed(data: Path, shop: str) -> list[tuple[Path, str]]:
    """List a shop's pictures with their kinds, where they are known."""
    table, columns = SHOPS[shop]
    with (data / shop / table).open(encoding="utf-8", newline="") as lines:
        rows = [
            (data / shop / row["image"], [row[column] for column in columns]) for row in csv.DictReader(lines)
        ]
    labelled = [(path, ", ".join(kind) if all(kind) else "") for path, kind in rows]
    mine = [(path, kind) for path, kind in labelled if path.is_file() and not is_held_out(path.stem)]
    return (
        [mine[number * len(mine) // PER_SHOP] for number in range(PER_SHOP)] if len(mine) > PER_SHOP else mine
    )


def _drawn(products: Sequence[_Product], draw: Draw) -> Iterator[tuple[_Product, Pixels]]:
    """Draw pictures of products until there are enough; some have no print to draw."""
    drawn = (
        (product, draw(product.pixels, mask, product.random(0)))
        for product in products
        if (mask := product.mask) is not None
    )
    yield from islice(((product, pixels) for product, pixels in drawn if pixels is not None), QUESTIONS)


def _look(eye: LookingEye, pixels: Sequence[Pixels]) -> list[View]:
    views = []
    for start in range(0, len(pixels), BATCH):
        batch = [_picture(one) for one in pixels[start : start + BATCH]]
        views += eye.look(batch, [Spot()] * len(batch))
    return views


def _ask(eye: LookingEye, pixels: Sequence[Pixels]) -> list[Vector]:
    vectors = []
    for start in range(0, len(pixels), BATCH):
        batch = [_picture(one) for one in pixels[start : start + BATCH]]
        spots = [aim(one.pixels, found) for one, found in zip(batch, eye.find(batch), strict=True)]
        vectors += [view.vector for view in eye.look(batch, spots, vectors_only=True)]
    return vectors


def _picture(pixels: Pixels) -> Picture:
    return Picture(PictureId(sha256(pixels.tobytes()).hexdigest()), pixels)
