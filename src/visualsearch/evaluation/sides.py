"""What an evaluation of a shop found, on one side or two: metrics, which is better, and the worst photos."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from visualsearch.domain import PictureId, ProductId, Record
from visualsearch.evaluation.comparison import CHANCE, SEED, Comparison
from visualsearch.evaluation.metrics import judge, paired_difference, recall_at, sign_probability
from visualsearch.evaluation.report import Estimate, summarise
from visualsearch.evaluation.run import Outcome
from visualsearch.evaluation.self_made import SelfMade

MOST_WORST = 24
SHOWN = 3
"""Products that are told of what was found for a bad photo."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A product, with what shows it."""

    id: ProductId
    title: str
    picture: PictureId | None


@dataclass(frozen=True, slots=True)
class Measured:
    """How well one side did."""

    name: str
    metrics: Mapping[str, Estimate]
    """By name, such as R@1, each with its 95 % interval."""
    milliseconds: float
    """The median of a search, or what one embedding takes where vectors alone were compared."""
    ranked: tuple[tuple[ProductId, ...], ...]
    """What was found for each photo, the best first; it is not told on."""


@dataclass(frozen=True, slots=True)
class Worst:
    """A photo that was answered badly."""

    photo: int
    product: Shown
    places: tuple[int | None, ...]
    """On each side, of the first right product, from 1; None where it was not found."""
    found: tuple[tuple[Shown, ...], ...]
    """On each side, the first products that were found."""


@dataclass(frozen=True, slots=True)
class Result:
    """How well one side did, as it is told."""

    name: str
    metrics: Mapping[str, Estimate]
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Report:
    """What an evaluation found."""

    sides: tuple[Result, ...]
    difference: Estimate | None
    """By how much the second side's R@1 is larger, with the paired interval; None for one side."""
    chance: float | None
    """How probable so uneven a split is, were neither better."""
    winner: int
    """1 or 2, or 0 where there is one side or the difference is within chance."""
    photos: int
    products: int
    left_out: Mapping[str, int]
    """How many products were not photographed, by the reason."""
    worst: tuple[Worst, ...]


def of_outcomes(name: str, outcomes: Sequence[Outcome]) -> Measured:
    """Sum up what a search answered."""
    summary = summarise(outcomes, seed=SEED)
    ranked = tuple(() if one.failure else one.ranked for one in outcomes)
    return Measured(name, summary.metrics, summary.median_ms or 0.0, ranked)


def of_comparison(names: Sequence[str], found: Comparison) -> list[Measured]:
    """Take what one model or two found."""
    return [
        Measured(name, side.metrics, side.milliseconds, side.ranked)
        for name, side in zip(names, (found.first, found.second), strict=False)
    ]


def report_of(
    made: SelfMade,
    sides: Sequence[Measured],
    records: Callable[[Sequence[ProductId]], Mapping[ProductId, Record]],
) -> Report:
    """Tell which side is better beyond chance, and which photos were answered worst."""
    right = [photo.right for photo in made.photos]
    difference, chance, winner = None, None, 0
    if len(sides) == 2:
        first, second = (recall_at(judge(side.ranked, right, 1), 1) for side in sides)
        difference = Estimate(*paired_difference(first, second, seed=SEED))
        chance = sign_probability(first, second)
        if chance <= CHANCE and not difference.low <= 0 <= difference.high:
            winner = 2 if difference.value > 0 else 1
    return Report(
        sides=tuple(Result(side.name, side.metrics, side.milliseconds) for side in sides),
        difference=difference,
        chance=chance,
        winner=winner,
        photos=len(made.photos),
        products=made.products,
        left_out=made.left_out,
        worst=_worst(made, sides, records),
    )


def _worst(
    made: SelfMade,
    sides: Sequence[Measured],
    records: Callable[[Sequence[ProductId]], Mapping[ProductId, Record]],
) -> tuple[Worst, ...]:
    """Choose the photos whose product came latest, over all sides."""
    past = 1 + max(len(ranked) for side in sides for ranked in side.ranked)
    placed = [
        (number, tuple(_place(side.ranked[number], photo.right) for side in sides))
        for number, photo in enumerate(made.photos)
    ]
    missed = [(number, places) for number, places in placed if any(place != 1 for place in places)]
    chosen = sorted(missed, key=lambda one: (-sum(place or past for place in one[1]), one[0]))[:MOST_WORST]
    shown = {made.photos[number].product.id for number, _ in chosen}
    shown |= {one for number, _ in chosen for side in sides for one in side.ranked[number][:SHOWN]}
    known = records(sorted(shown))
    return tuple(
        Worst(
            number,
            _shown(made.photos[number].product.id, known),
            places,
            tuple(tuple(_shown(one, known) for one in side.ranked[number][:SHOWN]) for side in sides),
        )
        for number, places in chosen
    )


def _place(ranked: Sequence[ProductId], right: frozenset[ProductId]) -> int | None:
    return next((place for place, product in enumerate(ranked, 1) if product in right), None)


def _shown(product: ProductId, records: Mapping[ProductId, Record]) -> Shown:
    record = records.get(product)
    if record is None:  # deleted meanwhile
        return Shown(product, "", None)
    return Shown(product, record.product.title, next(iter(record.pictures), None))
